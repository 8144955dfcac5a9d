#pragma once
// Inside of x86 emission: one function's machine code, its locations and its frame become statements. emit.cpp
// holds the blocks and instructions, prologue.cpp what enters and leaves, inline_asm.cpp the templates.

#include "assembler/statement.h"
#include "assembler/x86/rows.h"
#include "codegen/emit/debug.h"
#include "codegen/emit/source_lines.h"
#include "codegen/x86/abi.h"
#include "codegen/x86/features.h"
#include "codegen/x86/frame.h"

namespace lathe::codegen::x86 {

using assembler::Directive;
using assembler::StatementBuffer;
using assembler::SymbolId;
using lathe::x86::Reg;
using lathe::x86::Row;

inline Row branch_row(Condition c) {
  constexpr Row rows[] = {Row::jo_rel,  Row::jno_rel, Row::jb_rel, Row::jae_rel, Row::je_rel, Row::jne_rel,
                          Row::jbe_rel, Row::ja_rel,  Row::js_rel, Row::jns_rel, Row::jp_rel, Row::jnp_rel,
                          Row::jl_rel,  Row::jge_rel, Row::jle_rel, Row::jg_rel};
  return rows[static_cast<u8>(c)];
}

// A call that ends its block: an exception leads to the block's last edge.
inline bool is_invoke(const MachineInstruction& i) { return (i.flags & MachineCall) && (i.flags & MachineTerminator); }

class FunctionEmitter {
public:
  FunctionEmitter(FunctionContext& context, const Allocation& allocation, StatementBuffer& out)
      : context_(context), code_(context.code), machine_(context.code.machine), allocation_(allocation), out_(out) {}

  void run();

private:
  // --- emit.cpp: blocks
  struct Branch {
    Row row;
    MachineBlockId target;
  };
  void thread_jumps();
  void order_blocks();
  bool is_empty_jump(MachineBlockId, MachineBlockId& target) const;
  bool says_nothing(InstructionIndex) const;
  // The branches that end block `b` when `next` follows; `first` is the first instruction they replace.
  void final_branches(MachineBlockId b, MachineBlockId next, InstructionIndex& first, std::vector<Branch>&) const;
  bool is_worth_repeating(MachineBlockId) const;
  bool repeats(const std::vector<Branch>&) const; // the last branch's target is written in its place
  std::pair<size_t, size_t> edits_of(MachineBlockId) const;
  void mark_targets();
  void call_site(MachineBlockId, InstructionIndex);
  void body(MachineBlockId, InstructionIndex end);
  void block(MachineBlockId b, MachineBlockId next);
  void nops(u32 count);
  void entry_hook(const ir::AttributeSet& attributes);
  void thunk_prefix();
  SymbolId block_symbol(MachineBlockId);
  SymbolId temporary_label();
  void kcfi_preamble(const ir::Global& self, u32 nops_behind);
  void checked_call(const MachineInstruction&);
  std::string block_comment(MachineBlockId) const;

  // --- emit.cpp: instructions
  void instruction(InstructionIndex);
  bool is_register_alone(assembler::Operand) const;
  void row_instruction(const MachineInstruction&);
  void pseudo(const MachineInstruction&, InstructionIndex);
  void edit(const Edit&);
  void edits_at(u32 position);
  void move(RegisterClass, u32 size, Location from, Location to);
  void select_vector(const MachineInstruction&);
  void tls_call(const MachineInstruction&, bool general_dynamic);
  assembler::Operand operand(const MachineInstruction&, const Operand&, const lathe::x86::OperandInfo&, Location replacement);
  assembler::Operand slot_memory(FrameSlotId, i32 offset = 0);
  assembler::Address address(const MachineInstruction&, const Address&);
  Location location(const MachineInstruction& i, u32 place) const { return allocation_.locations[i.first_register + place]; }
  SymbolId symbol(u32 id);
  void source_line(u32 location);
  void verbose_comment(InstructionIndex);
  bool is_edge(MachineBlockId) const;
  void verbose_line(u32 location);
  void line_statement(const emit::DebugInfo::Line&);

  // --- prologue.cpp
  void prologue();
  void epilogue(bool last, bool tail_call, bool unwinds = false);
  void zero_registers(const MachineInstruction& leaving);
  RegisterMask frame_scratch() const;
  void leave_interrupt();
  void end_epilogue();
  void save_varargs();
  void probe_and_subtract();
  void probe_dynamic(PhysicalRegister);
  void touch_stack();
  assembler::Operand guard_value();
  void load_guard(PhysicalRegister to);
  void check_guard(PhysicalRegister scratch);
  void guard_failure();
  void frame_comment();
  assembler::Operand cfa_memory(i64 offset);
  void add_to_rsp(i64 amount, Row row8, Row row32);

  // --- inline_asm.cpp
  void inline_asm(const MachineInstruction&);
  std::string asm_text(const MachineInstruction&, const AsmStatement&);
  void asm_operand(const MachineInstruction&, const AsmStatement&, u32 index, char modifier, std::string& text);
  void asm_address(const assembler::Address&, bool intel, u32 width, std::string& text) const;
  void asm_register(PhysicalRegister, const AsmStatement&, const AsmStatement::Operand&, char modifier, std::string& text) const;
  bool overwrites(const MachineInstruction&, PhysicalRegister) const;
  std::string symbol_text(const SymbolRef&) const;

  FunctionContext& context_;
  FunctionCode& code_;
  MachineFunction& machine_;
  const Allocation& allocation_;
  StatementBuffer& out_;
  FrameLayout frame_;
  std::vector<SymbolId> symbols_;             // by id in code_.symbols
  std::vector<SymbolId> block_symbols_;
  std::vector<MachineBlockId> order_;         // blocks that are written, in layout order
  std::vector<MachineBlockId> thread_;        // where a jump to a block ends up
  std::vector<u8> is_target_;                 // needs a label
  std::vector<u8> is_pad_;                    // an exception may enter here
  std::vector<u8> worth_repeating_;
  std::vector<Branch> branches_;
  size_t next_edit_ = 0;
  u32 temporary_labels_ = 0;
  SymbolId guard_label_ = assembler::no_id;
  bool cfi_ = false, cfi_changed_ = false;
  Features features_;
  bool branch_protection_ = false, return_thunk_ = false;
  bool verbose_ = false;      // -fverbose-asm
  std::string pending_comment_; // goes to the next instruction
  emit::SourceLines::Line verbose_line_;
  u32 current_location_ = no_id;
  std::unordered_map<u32, emit::DebugInfo::Line> lines_; // of the locations met
  emit::DebugInfo::Line current_line_;
  bool prologue_end_ = false; // the next line begins the body
  MachineBlockId last_block_ = no_id;
  std::vector<assembler::Operand> operands_;
};

} // namespace lathe::codegen::x86
