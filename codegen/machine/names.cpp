#include "codegen/machine/names.h"

namespace lathe::codegen {

std::string symbol_name(const ir::Global& g) {
  std::string name;
  if (!g.name.empty() && g.name[0] == '\1') return std::string(g.name.substr(1));
  if (g.linkage == ir::Linkage::Private) name = ".L";
  if (g.is_numbered) name += "__unnamed_";
  name += g.name;
  return name;
}

namespace {
std::string numbered_label(const char* prefix, u32 ordinal, u32 index) {
  return prefix + std::to_string(ordinal) + '_' + std::to_string(index);
}
} // namespace

std::string block_label(u32 ordinal, u32 block) { return numbered_label(".LBB", ordinal, block); }
std::string literal_label(u32 ordinal, u32 index) { return numbered_label(".LCPI", ordinal, index); }
std::string exception_table_label(u32 ordinal) { return ".Lexception" + std::to_string(ordinal); }
std::string call_site_label(u32 ordinal, u32 index) {
  return ".LE" + std::to_string(ordinal) + '_' + std::to_string(index);
}
std::string function_start_label(u32 ordinal) { return ".Lfunc_begin" + std::to_string(ordinal); }
std::string kcfi_trap_label(u32 ordinal, u32 index) { return ".Lkcfi_trap" + std::to_string(ordinal) + "_" + std::to_string(index); }
std::string kcfi_entry_label(u32 ordinal, u32 index) { return ".Lkcfi_entry" + std::to_string(ordinal) + "_" + std::to_string(index); }
std::string patchable_label(u32 ordinal) { return ".Lpatch" + std::to_string(ordinal); }
std::string jump_table_label(u32 ordinal, u32 index) { return numbered_label(".LJTI", ordinal, index); }

std::string block_address_label(u32 ordinal, ir::BlockId block) { return numbered_label(".LBA", ordinal, block); }
std::string module_block_address_label(u32 index) { return ".LBM" + std::to_string(index); }

} // namespace lathe::codegen
