// The IR's tables and the changes that passes make, where no text shows them.

#include "codegen/ir/ir.h"
#include "codegen/reader/metadata.h"
#include "codegen/reader/reader.h"

#include <gtest/gtest.h>

using namespace lathe;
using namespace lathe::ir;

namespace {

struct Parsed {
  std::unique_ptr<SourceFile> source;
  Diagnostics diag;
  std::unique_ptr<Module> module;
  std::unique_ptr<ir::Function> body;
};

std::unique_ptr<Parsed> parse(std::string text, std::string_view function = {}) {
  auto p = std::make_unique<Parsed>();
  p->source = SourceFile::from_memory("x.ll", std::move(text));
  p->module = reader::read_module(*p->source, p->diag);
  if (p->module && !function.empty()) p->body = reader::read_body(*p->module, p->module->find(function), p->diag);
  return p;
}

TEST(TypeTable, InternsAndOverlays) {
  TypeTable base;
  TypeId a = base.array(TypeId::I8, 4);
  EXPECT_EQ(a, base.array(TypeId::I8, 4));
  EXPECT_EQ(base.integer(32), TypeId::I32);
  TypeTable overlay(&base);
  EXPECT_EQ(overlay.array(TypeId::I8, 4), a);
  TypeId b = overlay.array(a, 2);
  EXPECT_GE(static_cast<u32>(b), base.size());
  EXPECT_EQ(overlay.array(a, 2), b);
  for (u64 i = 0; i < 1000; ++i) overlay.array(TypeId::I8, i);
  EXPECT_EQ(overlay.array(a, 2), b);
}

TEST(TypeTable, Layout) {
  TypeTable t;
  DataLayout dl;
  TypeId fields[] = {TypeId::I8, TypeId::I32, TypeId::X86Fp80, TypeId::I1};
  TypeId s = t.literal_struct(fields), p = t.literal_struct(fields, true);
  EXPECT_EQ(t.field_offset(s, 1, dl), 4u);
  EXPECT_EQ(t.field_offset(s, 2, dl), 16u);
  EXPECT_EQ(t.alloc_size(s, dl), 48u);
  EXPECT_EQ(t.alloc_size(p, dl), 22u);
  EXPECT_EQ(t.alloc_size(t.integer(24), dl), 4u);
  EXPECT_EQ(t.store_size(t.integer(24), dl), 3u);
  EXPECT_EQ(t.abi_align(t.integer(65), dl), 16u);
  EXPECT_EQ(t.alloc_size(t.vector(TypeId::I32, 3), dl), 16u);
  EXPECT_EQ(t.size_in_bits(t.vector(TypeId::I1, 5), dl), 5u);
  EXPECT_GE(t.alloc_size(t.array(t.array(TypeId::I64, ~0ull), ~0ull), dl), u64(1) << 57); // cut, not wrapped
}

TEST(DataLayout, FromText) {
  const char* i686 = "target datalayout = \"e-m:e-p:32:32-p270:32:32-p272:64:64-i128:128-f64:32:64-f80:32-n8:16:32-S128\"\n";
  DataLayout dl = parse(i686)->module->layout;
  EXPECT_EQ(dl.pointer_size, 4u);
  EXPECT_EQ(dl.i64_align, 4u);
  EXPECT_EQ(dl.f64_align, 4u);
  EXPECT_EQ(dl.x86_fp80_align, 4u);
  EXPECT_EQ(dl.pointer_size_in(272), 8u);
  dl = parse("target datalayout = \"E-p:64:64-i64:64-S128\"\n")->module->layout;
  EXPECT_FALSE(dl.little_endian);
  EXPECT_EQ(dl.i64_align, 8u);
  EXPECT_EQ(parse("")->module->layout.i64_align, 8u);
}

TEST(ConstantTable, Integers) {
  ConstantTable base;
  ConstantId minus = base.integer(TypeId::I32, 32, ~0ull);
  EXPECT_EQ(base[minus].bits, 0xffffffffu);
  EXPECT_EQ(base.integer(TypeId::I8, 8, 0x1ff), base.integer(TypeId::I8, 8, 0xff));
  ConstantId big = base.integer(TypeId::I64, 64, 1u << 30);
  ConstantTable overlay(&base);
  EXPECT_EQ(overlay.integer(TypeId::I32, 32, ~0ull), minus);
  EXPECT_EQ(overlay.integer(TypeId::I64, 64, 1u << 30), big);
  ConstantId own = overlay.integer(TypeId::I64, 64, 1u << 31);
  EXPECT_GE(own, base.size());
  EXPECT_EQ(overlay[own].bits, 1u << 31);
}

TEST(Function, UseCountsFollowChanges) {
  auto p = parse("define i32 @f(i32 %a) {\n  %x = add i32 %a, 1\n  %y = mul i32 %x, %x\n  ret i32 %y\n}\n", "f");
  ASSERT_TRUE(p->body);
  ir::Function& f = *p->body;
  EXPECT_EQ(f[0].uses, 2u);
  f.replace_all_uses(instruction_value(0), argument_value(0));
  EXPECT_EQ(f[0].uses, 0u);
  f.remove(0);
  Builder b(f);
  b.before_instruction(1);
  Value sum = b.binary(Opcode::Sub, argument_value(0), b.integer(TypeId::I32, 7));
  f.set_operand(1, 1, sum);
  EXPECT_TRUE(verify(f, p->diag)) << p->diag.format();
  Value three[] = {sum, sum, sum};
  f.set_operands(1, three);
  EXPECT_EQ(f[sum.index()].uses, 3u);
  EXPECT_FALSE(verify(f, p->diag));
}

TEST(Function, SplitBlockKeepsPhis) {
  auto p = parse("define i32 @f(i32 %a) {\nentry:\n  %x = add i32 %a, 1\n  br label %next\nnext:\n"
                 "  %p = phi i32 [ %x, %entry ]\n  ret i32 %p\n}\n", "f");
  ASSERT_TRUE(p->body);
  ir::Function& f = *p->body;
  BlockId rest = f.split_block(0);
  Builder b(f);
  b.at_end(f.first_block);
  b.br(rest);
  EXPECT_TRUE(verify(f, p->diag)) << p->diag.format() << print(f);
}

TEST(Function, Replacements) {
  auto p = parse("define i32 @f(i32 %a) {\n  %x = add i32 %a, 1\n  %y = add i32 %x, 2\n  %z = add i32 %y, 3\n"
                 "  ret i32 %z\n}\n", "f");
  ASSERT_TRUE(p->body);
  ir::Function& f = *p->body;
  Replacements r(f);
  r.add(instruction_value(2), instruction_value(1));
  r.add(instruction_value(1), instruction_value(0));
  EXPECT_EQ(r.find(instruction_value(2)), instruction_value(0));
  r.apply();
  EXPECT_EQ(f.operand(3, 0), instruction_value(0));
  EXPECT_TRUE(verify(f, p->diag)) << p->diag.format();
}

TEST(Function, DeclareAndOwnTables) {
  auto p = parse("declare void @known()\ndefine void @f() {\n  ret void\n}\n", "f");
  ASSERT_TRUE(p->body);
  ir::Function& f = *p->body;
  EXPECT_EQ(f.declare("known", TypeId::Void), p->module->find("known"));
  TypeId type = f.types.function(TypeId::I128, {}, false);
  GlobalId id = f.declare("__divti3", type);
  EXPECT_EQ(id, p->module->globals.size());
  EXPECT_EQ(f.declare("__divti3", type), id);
  EXPECT_EQ(f.type_of(global_value(id)), TypeId::Ptr);
}

TEST(Metadata, DebugInformation) {
  auto p = parse("define void @f() !dbg !3 {\n  ret void, !dbg !4\n}\n!llvm.module.flags = !{!0}\n!llvm.dbg.cu = !{!1}\n"
                 "!0 = !{i32 7, !\"Dwarf Version\", i32 5}\n"
                 "!1 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, producer: \"a \\22b\\22\", isOptimized: true)\n"
                 "!2 = !DIFile(filename: \"a.c\", directory: \"/x\", checksumkind: CSK_MD5, checksum: \"00\")\n"
                 "!3 = distinct !DISubprogram(name: \"f\", linkageName: \"_f\", scope: !2, file: !2, line: 7, "
                 "spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !1)\n"
                 "!4 = !DILocation(line: 9, column: 2, scope: !5)\n!5 = distinct !DILexicalBlock(scope: !3, file: !2, line: 8)\n", "f");
  ASSERT_TRUE(p->body) << p->diag.format();
  const Module& m = *p->module;
  EXPECT_EQ(m.flags.dwarf_version, 5u);
  auto unit = reader::debug_compile_unit(m, reader::named_metadata(m, "llvm.dbg.cu").at(0));
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->producer, "a \"b\"");
  EXPECT_TRUE(unit->is_optimized);
  EXPECT_EQ(reader::debug_file(m, unit->file)->name, "a.c");
  auto f = reader::debug_subprogram(m, m.globals[0].subprogram);
  ASSERT_TRUE(f);
  EXPECT_EQ(f->linkage_name, "_f");
  EXPECT_TRUE(f->is_local && f->is_definition);
  auto at = reader::debug_location(m, (*p->body)[0].location);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->line, 9u);
  auto scope = reader::debug_scope(m, at->scope);
  ASSERT_TRUE(scope);
  EXPECT_EQ(scope->subprogram, 3u);
  EXPECT_FALSE(reader::debug_location(m, none));
  EXPECT_FALSE(reader::debug_location(m, 2));
}

} // namespace
