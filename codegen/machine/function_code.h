#pragma once
// All that selection makes of one function: machine code and what goes with it into the assembly. Frame layout
// and emission read it; nothing else is handed from selection to emission.

#include "codegen/machine/machine.h"
#include "common/intern.h"

#include <string>
#include <string_view>

namespace lathe::codegen {

struct CompileOptions;

// A constant in memory (.rodata.cst*), equal ones of a function are one. Referred to by symbol name
// `.LCPI<function ordinal>_<index>`, which selection interns in FunctionCode::symbols.
struct Literal {
  u32 symbol = 0;            // id in FunctionCode::symbols
  std::vector<u8> bytes;     // 4, 8, 16 of them
  u32 align = 1;
};

// `.LJTI<function ordinal>_<index>`: entries are `.long target - table` (position-independent) or `.quad target`.
struct JumpTable {
  u32 symbol = 0;
  bool relative = true;
  std::vector<MachineBlockId> targets;
};

// An inline-asm statement. `text` is LangRef's template ($0, ${1:w}, $$, {att|intel}); operand i of the template
// is operands[i] (an Operand of the instruction that holds the statement, its width in bytes beside it).
struct AsmStatement {
  std::string_view text;
  bool intel = false;
  bool align_stack = false;
  struct Operand {
    codegen::Operand operand;
    u8 width = 8;            // bytes of the value: picks the register's name where no modifier does
    bool is_memory = false;  // the constraint asks for memory
  };
  std::vector<Operand> operands;
  std::string origin; // where it is written, for messages
};

// What becomes of exceptions thrown inside calls.
struct ExceptionTable {
  struct Pad {
    MachineBlockId block = 0;
    std::vector<i32> clauses; // in order: n for types[n - 1], -n for filters[n - 1]
    bool cleanup = false;
  };
  // By emission, in the order of the text: the code between labels `label` and `label` + 1.
  struct CallSite {
    u32 label = 0;
    u32 pad = 0;              // index
    MachineBlockId target = 0;
  };
  std::vector<u32> types;     // ids in FunctionCode::symbols; no_id: any exception
  std::vector<std::vector<u32>> filters; // type numbers, from 1 on
  std::vector<Pad> pads;
  std::vector<CallSite> sites;
};

// What the frame layout must know beside the slots.
struct FrameNeeds {
  bool has_calls = false;           // some call remains: the stack must be aligned for it
  bool has_dynamic_alloca = false;  // rsp moves: a frame pointer is needed
  bool needs_frame_pointer = false; // frameaddress, "frame-pointer"="all", options
  bool red_zone = true;
  RegisterMask callee_saved = 0;    // what the function's calling convention makes it preserve
  RegisterMask live_at_return = 0;  // those, and what carries the result
  bool other_conventions = false;   // its calling convention (results count too) or a callee's is not C's
  RegisterMask always_saved = 0;    // of callee_saved, whether used or not
  RegisterMask dropped_at_return = 0; // saved, but only found again by whoever unwinds into eh.return
  RegisterMask zeroed_at_return = 0; // if used, or always
  bool zeroes_unused = false, zeroes_x87 = false;
  bool is_interrupt = false, has_error_code = false; // called by the processor, which has pushed an error code
  bool is_variadic = false;
  u8 named_general = 0, named_vector = 0; // argument registers that named parameters took: not saved for va_arg
  bool returns_twice_call = false;  // setjmp: nothing may live in callee-saved registers across it unsaved
  bool naked = false;
  u64 outgoing_bytes = 0;           // stack arguments of the largest call
  u64 incoming_bytes = 0;           // stack arguments of this function's own
  FrameSlotId register_save_area = no_id; // va_start's
  bool stack_protector = false;
  u64 realign = 0;                  // the stack's alignment at entry is not trusted: it is aligned to that many bytes
};

struct FunctionCode {
  MachineFunction machine;
  Interner symbols;                 // every symbol that operands, literals and tables name
  std::vector<Literal> literals;
  std::vector<JumpTable> jump_tables;
  std::vector<AsmStatement> asm_statements;
  ExceptionTable exceptions;
  FrameNeeds frame;
  u32 kcfi_trap_count = 0;          // by emission: calls whose callee's type is checked
  u32 ordinal = 0;                  // of the function in its module: in every local label

  void clear(); // keeps the memory of the machine code for the next function
};

} // namespace lathe::codegen
