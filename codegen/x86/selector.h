#pragma once
// Selection for x86-64: legal IR to machine code. Blocks are walked in reverse order of a reverse postorder and each
// from its end, so that whoever uses a value is seen before whoever makes it: a user either folds what it uses into
// itself or asks for it in a register, and what nobody asks for is not selected. Every IR instruction that is
// selected writes one chunk (select/builder.h).
//
// Registers hold integers narrower than 32 bits with anything above their width, but i1 is 0 or 1 in its low byte.

#include "codegen/legalize/legalize.h"
#include "codegen/select/blocks.h"
#include "codegen/select/builder.h"
#include "codegen/x86/abi.h"
#include "codegen/x86/features.h"
#include "codegen/x86/rows.h"

namespace lathe::codegen::x86 {

using Vreg = VirtualRegister;
using ir::BlockId;
using ir::InstId;
using ir::Opcode;
using ir::TypeId;
using ir::Value;

// A condition in the flags. Floating-point equality needs the parity flag too.
struct Test {
  enum Parity : u8 { Plain, AndOrdered, OrUnordered };
  Condition condition = Condition::Ne;
  Parity parity = Plain;
};
Test negated(Test);

class Selector {
public:
  void run(FunctionContext&);

private:
  // --- select.cpp: the walk, values.
  void reset(FunctionContext&);
  void select_block(BlockId);
  void number_memory(BlockId);
  void select_extra_block(MachineBlockId, bool early);
  bool skips_one_block(BlockId) const;
  Vreg early_constant(Value);
  void emit_early_constants();
  void finish_blocks();
  void check_register_classes();
  void materialize_edges(MachineBlockId, bool early = false);
  bool writes_memory(InstId) const;
  void select(InstId);
  Vreg reg(Value);
  Vreg ask(InstId);
  bool is_asked(Value) const;
  Vreg argument_register(u32 index);
  // Registers of a value that has several: aggregates, i128.
  Vreg part(Value, u32 index);
  void part_types(TypeId, std::vector<TypeId>&) const;
  Vreg existing_part(Value, u32 index) const;  // no_id when nobody has asked
  Vreg new_register(TypeId);
  bool alias(InstId, Value);
  bool upper_is_zero(Value) const;
  bool constant(Value, i64&) const;         // an integer of at most 64 bits, sign-extended; null and undef are 0
  Vreg constant_register(Value);
  Vreg integer_register(i64 value, bool wide);
  void integer_into(Vreg, i64 value, bool wide);
  Vreg float_literal(TypeId, u64 bits);
  // What does not change in a loop is made before it: a register that the preheader of the block being walked fills;
  // no_id where there is none.
  enum class HoistKind : u8 { Symbol, GotEntry, JumpTable, Wide };
  Vreg hoisted(HoistKind, u64 key);
  void emit_hoisted(BlockId);
  void jump_table_into(Vreg result, u32 symbol);
  void symbol_into(Vreg result, ir::GlobalId);
  u32 literal(std::span<const u8> bytes, u32 align); // a SymbolRef's index
  AddressMode literal_address(std::span<const u8> bytes, u32 align);
  void copy(Vreg to, Vreg from);
  TypeId type_of(Value v) const { return f_->type_of(v); }
  u32 bits_of(TypeId) const;
  u32 width_of(TypeId) const;               // 0..3: 8, 16, 32, 64 bits
  // Whether `producer` may move down to the root: nothing between reads what it makes, but for `known` ones that the
  // root folds. `memory`: it accesses memory.
  bool is_adjacent(InstId producer, bool memory, InstId known = ir::none, InstId known_too = ir::none) const;
  [[noreturn]] void refuse(InstId, const std::string& what) const;
  legalize::Intrinsic intrinsic(InstId) const;

  // --- select_address.cpp
  AddressMode address(Value pointer);
  void address_symbol(ir::GlobalId, i64 offset, AddressMode&);
  bool scaled_index(Value, u32 size, AddressMode&);
  FrameSlotId slot_of(InstId alloca_instruction);
  bool is_static_alloca(InstId) const;
  FrameSlotId byval_slot(u32 argument);
  Vreg load_address(const AddressMode&);    // lea, or the base itself
  void lea_into(Vreg result, AddressMode);
  u32 symbol_ref(std::string_view name, SymbolModifier, i64 addend = 0);
  u32 global_ref(ir::GlobalId, SymbolModifier, i64 addend = 0);
  bool is_direct(const ir::Global&) const;
  Vreg thread_local_address(ir::GlobalId, i64 offset, AddressMode* fold);
  bool fold_load(Value, AddressMode&);
  bool can_fold_load(Value) const;
  FrameSlotId scratch_slot(u64 size);
  AddressMode slot_address(FrameSlotId, i64 offset = 0) const;

  // --- select_integer.cpp
  void select_binary(InstId);
  void select_add(InstId);
  void select_multiply(InstId);
  void select_wide_multiply(Value wide);
  void select_shift(InstId);
  void select_divide(InstId);
  void select_extension(InstId);
  void select_truncation(InstId);
  bool match_lea(Value, TypeId, AddressMode&, u32 depth, bool root);
  bool select_add_with_carry(InstId);
  bool select_merge(InstId);
  void binary(const AluRows&, u32 width, Vreg result, Value a, Value b, bool commutative);
  bool prefers_right(Value a, Value b, Vreg result) const;
  void select_overflow(InstId call, legalize::Intrinsic);
  Condition emit_overflow(InstId call, legalize::Intrinsic);
  void select_rotate(InstId, bool left);
  void select_count_zeros(InstId, bool trailing);
  Vreg extended(Value, bool is_signed);      // i8, i16 in a 32-bit register
  void shift_by_register(Row, Vreg result, Vreg value, Vreg count, Vreg also = no_id);

  // --- select_compare.cpp
  Test test(Value condition);
  Test compare(InstId);
  Test compare_floats(InstId);
  Test compare_floats(InstId, ir::Predicate, Value a, Value b, bool signaling);
  Test integer_compare(ir::Predicate, Value a, Value b, bool may_fold);
  bool fuse_with_operation(InstId compare_instruction, Test&);
  void set(Vreg result, Test);
  void select_compare(InstId);
  void select_select(InstId);
  bool select_min_max(InstId);
  void branch(Test, MachineBlockId if_true, MachineBlockId if_false);
  void select_branch(InstId);
  void select_switch(InstId);
  void select_indirect_branch(InstId);
  void jump(MachineBlockId);

  // --- select_memory.cpp
  void select_load(InstId);
  void select_store(InstId);
  void store(Value, TypeId, Value pointer);
  bool select_read_modify_write(InstId);
  void select_compare_exchange(InstId, bool for_branch);
  void select_atomic_rmw(InstId);
  void select_fence(InstId);
  void select_alloca(InstId);
  void store_register(const AddressMode&, TypeId, Vreg);
  void load_register(TypeId, Vreg result, const AddressMode&);

  // --- select_float.cpp
  void select_float_binary(InstId);
  void select_float_unary(InstId, legalize::Intrinsic);
  void select_conversion(InstId);
  bool convert(Row, InstId);
  // Each says whether it is such a conversion.
  bool convert_float(InstId, TypeId source);
  bool float_from_integer(InstId, TypeId source);
  bool integer_from_float(InstId, TypeId source);
  bool move_between_classes(InstId, TypeId source);
  void select_fp80_binary(InstId);
  void fp80_load(Value, u32 depth = 0);      // pushes it above `depth` others
  bool fp80_is_computable(InstId) const;
  void fp80_compute(InstId, u32 depth);
  void fp80_store(Vreg result);              // pops into it
  AddressMode mask_literal(TypeId, u64 bits);
  Vreg zero_vector(u8 size);
  void select_extract_element(InstId);
  Vreg build_vector(Value);

  // --- select_call.cpp
  void select_entry();
  void select_call(InstId);
  std::vector<std::pair<Vreg, PhysicalRegister>> copy_to_general(const AbiSignature&);
  void select_return(InstId);
  bool select_tail_call(InstId call, InstId ret);
  // Registers for every argument of a call: `parts` is parallel to the signature's, no_id for byval copies.
  void collect_arguments(InstId call, const AbiSignature&, std::vector<Vreg>& parts);
  void collect_argument(InstId call, u32 index, const AbiSignature&, std::vector<Vreg>& parts);
  void pass_part(const AbiPart&, Vreg, SlotKind);
  void receive_results(InstId call, const AbiSignature&, Point, RegisterMask clobbered);
  void copy_bytes(Value from, AddressMode to, u64 size);
  void wide_parts(Value, Vreg& low, Vreg& high);
  void append_value(Value, std::vector<Vreg>& parts);
  void classify_call(InstId);
  void classify_function();
  void classify_zeroing(const ir::AttributeSet&);
  bool wants_stack_protector(const ir::AttributeSet&) const;
  void select_va_start(InstId);
  void select_va_copy(InstId);
  bool is_multi(TypeId) const;
  bool callee_symbol(InstId call, ir::GlobalId&) const;
  bool calls_through_got(ir::GlobalId, InstId call) const;
  void call_indirect(InstId call);
  bool checked_type(InstId call, u32& hash);
  void call_checked(InstId call, u32 hash);

  // --- select_exception.cpp
  void select_invoke(InstId);
  void receive_invoke(InstId landing, InstId invoke);
  void select_landing_pad(InstId);
  void select_typeid(InstId);
  u32 exception_type(Value);

  // --- select_intrinsic.cpp
  void select_intrinsic(InstId, legalize::Intrinsic);
  void select_named_register(InstId, bool writes);
  void select_get_rounding(Vreg result);
  void select_set_rounding(Value mode);
  void select_prefetch(InstId);
  void select_ubsan_trap(InstId);
  void select_return_address(InstId);
  void select_builtin_setjmp(InstId);
  void select_builtin_longjmp(InstId);
  AddressMode incoming_address(i64 offset);
  Vreg frame_address(i64 depth);
  Operand asm_operand(std::string_view text); // for an instruction InlineAsm
  i64 constant_or(Value, i64 otherwise);
  void select_eh_return(InstId);

  // --- select_row_intrinsic.cpp
  friend class RowIntrinsic;
  void select_row_intrinsic(InstId, std::string_view name); // of its row, without "llvm."

  // --- select_asm.cpp
  friend class AsmSelection;
  void select_inline_asm(InstId);
  void select_asm_goto(InstId);
  void receive_terminator(InstId);

  FunctionContext* context_ = nullptr;
  ir::Function* f_ = nullptr;
  FunctionCode* code_ = nullptr;
  MachineFunction* m_ = nullptr;
  MachineBuilder b_;
  BlockPlan plan_;
  Features features_;
  bool optimize_ = false, pic_ = false, pie_ = false, kernel_ = false;

  std::vector<Vreg> vreg_of_;       // by InstId: a register; of several-part values an index into parts_; of static
                                    // allocas a FrameSlotId; no_id when nobody has asked
  std::vector<u8> done_;            // by InstId: selected with another instruction, or another value's register
  std::vector<u32> epoch_;          // by InstId: writes to memory that stand before it in its block
  std::vector<Vreg> parts_;
  std::vector<Vreg> argument_vreg_; // by argument, like vreg_of_
  std::vector<std::pair<u32, u32>> chunks_; // by MachineBlockId
  std::vector<std::pair<ir::GlobalId, u32>> global_symbols_; // a small cache: symbol ids by global
  AbiSignature signature_;          // of the function itself
  AbiSignature call_signature_;
  std::vector<Vreg> argument_parts_, argument_scratch_;
  std::vector<TypeId> argument_type_list_;
  std::vector<TypeId> part_types_;
  std::vector<u32> dynamic_area_addresses_; // displacements to be corrected by the size of the outgoing area
  struct Hoisted {
    BlockId block;
    HoistKind kind;
    u64 key;
    Vreg reg;
  };
  std::vector<Hoisted> hoisted_;
  std::vector<std::pair<Vreg, i64>> early_constants_; // to be made before the branch of the block being walked
  FrameSlotId scratch_[2] = {no_id, no_id};
  FrameSlotId dynamic_area_slot_ = no_id;
  BlockId block_ = ir::none;        // being walked
  MachineBlockId machine_block_ = no_id;
  InstId root_ = ir::none;          // being selected
  u32 root_epoch_ = 0;
  bool uses_va_start_ = false;
  bool stores_incoming_ = false;    // a tail call writes its stack arguments over the function's own
  bool frame_pointer_with_calls_ = false;
};

} // namespace lathe::codegen::x86
