#pragma once
// Assembly names of globals and local labels, the same wherever they are made: selection names them in operands,
// emission defines them.

#include "codegen/ir/module.h"

#include <string>

namespace lathe::codegen {

// The symbol of a global: `.L` before private ones, `__unnamed_N` for numbered ones, without the \1 that means
// "as it stands".
std::string symbol_name(const ir::Global&);

std::string block_label(u32 ordinal, u32 block);      // .LBB<ordinal>_<block>, block: a MachineBlockId
std::string literal_label(u32 ordinal, u32 index);    // .LCPI<ordinal>_<index>
std::string exception_table_label(u32 ordinal);
std::string call_site_label(u32 ordinal, u32 index);
std::string function_start_label(u32 ordinal); // of functions with an exception table
std::string kcfi_trap_label(u32 ordinal, u32 index);  // the trap of a call whose callee's type is checked
std::string kcfi_entry_label(u32 ordinal, u32 index); // its entry in .kcfi_traps
std::string patchable_label(u32 ordinal); // the first nop of -fpatchable-function-entry
std::string jump_table_label(u32 ordinal, u32 index); // .LJTI<ordinal>_<index>
// What a blockaddress refers to. In a body's constants (bits: the BlockId) `.LBA<ordinal>_<block>`, in the module's
// (bits: the index into Module::block_addresses) `.LBM<index>`; emission defines both at the block.
std::string block_address_label(u32 ordinal, ir::BlockId block);
std::string module_block_address_label(u32 index);

} // namespace lathe::codegen
