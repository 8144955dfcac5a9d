#pragma once
// What the linker's fuzz targets share: a link whose inputs lie in memory and whose output goes nowhere. The last
// byte of the data chooses how it is linked, so that one corpus exercises several kinds of output.

#include "assembler/assemble.h"
#include "linker/elf/linker.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::fuzz {

inline std::vector<u8> assembled(std::string_view text) {
  auto source = SourceFile::from_memory("fuzz.s", std::string(text));
  Diagnostics diagnostics;
  std::vector<u8> object;
  if (!assembler::assemble(*source, {}, object, diagnostics)) __builtin_trap();
  return object;
}

// A program that uses what libraries commonly define, in each way that asks something of the linker.
inline const std::vector<u8>& user_object() {
  static const std::vector<u8> bytes = assembled(R"(
  .globl _start, main, foo
_start: main:
  call foo@plt
  call bar@plt
  movq baz@GOTPCREL(%rip), %rax
  leaq .Lnear(%rip), %rdx
  movq var@gottpoff(%rip), %rcx
foo: ret
  .section .tdata, "awT", @progbits
  .globl var
var: .long 5
  .section .rodata.str1.1, "aMS", @progbits, 1
.Lnear: .string "text"
  .data
  .quad bar, .Lnear, _start
  .weak bar, baz, puts, printf
  .comm shared, 16, 8
  .section .note.GNU-stack
)");
  return bytes;
}

inline std::vector<u8> bytes_of(const unsigned char* data, size_t size) { return {data, data + size}; }

struct NamedBytes {
  std::string name;
  std::vector<u8> bytes;
};

// Links; a link that succeeds must be one without errors.
inline void link_with(std::vector<std::string> args, std::vector<NamedBytes> files) {
  args.insert(args.begin(), {"-o", "/dev/null", "--threads=1", "-nostdlib"});
  std::vector<linker::MemoryInput> memory;
  for (NamedBytes& f : files) memory.push_back({std::move(f.name), std::move(f.bytes)});
  Diagnostics diagnostics("ld.lathe");
  std::string text;
  bool done = linker::link(args, std::move(memory), diagnostics, text);
  if (done == diagnostics.has_errors()) __builtin_trap();
}

// Ways to link, by a byte of the input.
inline std::vector<std::string> kind_of_output(unsigned char choice) {
  static const std::vector<std::vector<std::string>> kinds = {
      {"-static", "--gc-sections", "--print-gc-sections", "--build-id", "-Map=/dev/null"},
      {"-shared", "--hash-style=both", "-z", "pack-relative-relocs", "--eh-frame-hdr"},
      {"-pie", "--no-dynamic-linker", "--export-dynamic", "--emit-relocs"},
      {"-r"},
      {"-static", "--icf=none", "--compress-debug-sections=zlib", "--sort-section=name", "--unresolved-symbols=ignore-all", "--cref"},
      {"-shared", "-z", "nocombreloc", "--no-relax", "-s", "--noinhibit-exec"},
      {"-no-pie", "-N", "-x", "--noinhibit-exec", "--allow-multiple-definition"},
      {"-r", "--unique=.text*", "-d", "--force-group-allocation"},
  };
  return kinds[choice % kinds.size()];
}

} // namespace lathe::fuzz
