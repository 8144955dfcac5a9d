#pragma once
// The words in front of a global: linkage, visibility and the like, and calling conventions.

#include "codegen/ir/module.h"
#include "codegen/reader/cursor.h"

namespace lathe::reader {

struct GlobalClauses {
  ir::Linkage linkage{};
  ir::Visibility visibility{};
  ir::DllStorage dll{};
  ir::TlsModel tls{};
  bool has_linkage = false, dso_local = false, unnamed_addr = false, local_unnamed_addr = false;
};

bool is_global_clause(std::string_view word); // also `global`, `constant`, `alias`, `ifunc`
void read_clauses(Cursor&, GlobalClauses&);
ir::CallingConvention read_convention(Cursor&);
u32 read_align(Cursor&); // behind `align`

} // namespace lathe::reader
