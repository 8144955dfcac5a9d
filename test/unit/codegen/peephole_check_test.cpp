// The proof after the peephole finds what a faulty rule would remove, and is content with what sound rules do.
#include "assembler/assemble.h"
#include "codegen/peephole/check.h"

#include <gtest/gtest.h>

namespace lathe::codegen::peephole {
namespace {

using assembler::no_id;
using assembler::StatementKind;

// Parses `text`, proves it against itself without line `removed` (from 0); the line found at fault.
u32 without_line(const std::string& text, u32 removed, bool& was_built) {
  auto source = SourceFile::from_memory("t.s", text);
  Diagnostics diagnostics;
  StatementBuffer buffer;
  EXPECT_TRUE(assembler::parse(*source, buffer, diagnostics)) << diagnostics.format();
  std::vector<u8> taken(buffer.symbols.size(), 0);
  Options options;
  Region region(buffer, options, x86_rules(), taken, 0, static_cast<u32>(buffer.statements.size()));
  was_built = region.build();
  UnwrittenReads before = find_unwritten_reads(region);
  if (removed != no_id) buffer.statements[removed].kind = StatementKind::Dead;
  was_built = was_built && region.build();
  Live what;
  return first_lost_write(region, before, what);
}

const char* text = "f:\n"
                   "pushq %rbx\n"
                   "movl %edi, %ebx\n"
                   "movl $1, %esi\n"      // 3: an argument
                   "callq g\n"
                   "movl $7, %r8d\n"      // 5: read on one of two ways
                   "testl %ebx, %ebx\n"   // 6: flags
                   "je 1f\n"
                   "addl %r8d, %eax\n"   // 8
                   "1: movl %ebx, %edx\n" // 9, 10
                   "popq %rbx\n"
                   "retq\n";

TEST(PeepholeCheck, NothingRemoved) {
  bool built;
  EXPECT_EQ(without_line(text, no_id, built), no_id);
  EXPECT_TRUE(built);
}

TEST(PeepholeCheck, RemovedWrites) {
  bool built;
  EXPECT_EQ(without_line(text, 3, built), 4u); // the call's argument
  EXPECT_EQ(without_line(text, 5, built), 8u); // behind a call the old value is gone
  EXPECT_EQ(without_line(text, 6, built), 7u); // the branch's flags
}

TEST(PeepholeCheck, UnreachableBlocksCountForNothing) {
  bool built;
  // The block behind the jump is reached by nothing; without its write it would fall into 1 with an old %ecx.
  const char* unreachable = "f:\n"
                            "callq g\n"
                            "movl $1, %ecx\n"
                            "jmp 1f\n"
                            "movl $2, %ecx\n" // 4
                            "1: addl %ecx, %eax\n"
                            "retq\n";
  EXPECT_EQ(without_line(unreachable, 4, built), no_id);
  EXPECT_EQ(without_line(unreachable, 2, built), 6u);
}

TEST(PeepholeCheck, WhatIsReadAsAnArgumentStaysFree) {
  bool built;
  EXPECT_EQ(without_line("f:\nmovl %edi, %eax\naddl %edi, %eax\nretq\n", no_id, built), no_id);
  // The copy went and its source is read in its place.
  EXPECT_EQ(without_line("f:\nmovl %edi, %r8d\nleal (%rdi,%rdi), %eax\nretq\n", 1, built), no_id);
}

} // namespace
} // namespace lathe::codegen::peephole
