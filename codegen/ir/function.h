#pragma once
// A function body: instructions, blocks and operands in per-function arrays, named by 32-bit ids that stay
// valid while passes insert and delete. Order is by prev/next links. Invariants, checked by the verifier:
//  (1) an instruction's `uses` is the number of operand slots, in linked instructions, that name it;
//  (2) a block ends with its only terminator, its phis stand first;
//  (3) block 0 of the order list is the entry and has no predecessors.

#include "codegen/ir/constant.h"
#include "common/arena.h"

#include <array>
#include <string>
#include <vector>

namespace lathe::ir {

struct Module;
struct Global;
struct AttributeSet;

struct Instruction {
  Opcode op{};
  u8 sub = 0;          // Predicate, Ordering
  u8 sub2 = 0;         // CmpXchg: failure Ordering; AtomicRmw: RmwOp
  u8 align_log2 = 0;   // Alloca, Load, Store, atomics: alignment in bytes is 1 << align_log2
  u16 flags = 0;       // InstFlag
  u16 index_count = 0; // ExtractValue, InsertValue: number of indices; LandingPad: unused
  TypeId type{};       // of the result; Void when there is none
  u32 first_operand = 0, operand_count = 0; // into Function::operands
  InstId prev = none, next = none;
  BlockId block = none;
  u32 uses = 0;
  u32 aux = none;      // Alloca, GetElementPtr, VAArg: a TypeId; calls: index into Function::calls;
                       // ExtractValue, InsertValue: first index in Function::indices;
                       // Br, Switch, Select: `none` or the place in Function::indices of !prof's branch weights
                       // (their number, then the weights in operand order)
  u32 location = none; // !dbg: a MetadataId, or with the top bit an index into Function::inline_locations
};

constexpr bool location_is_inline(u32 location) { return location != none && location >> 31; }

struct Block {
  InstId first = none, last = none;
  BlockId prev = none, next = none;
  std::string_view name; // without '%'; empty when numbered
  bool address_taken = false;
};

enum class TailKind : u8 { None, Tail, MustTail, NoTail };

// Calling conventions by LangRef's numbers.
enum class CallingConvention : u16 { C = 0, Fast = 8, Cold = 9, PreserveMost = 14, PreserveAll = 15, Tail = 18,
                                    PreserveNone = 21, SysV64 = 78, Win64 = 79, X86Interrupt = 83 };

// Bundle operands are no uses.
struct OperandBundle {
  std::string_view tag;
  u32 first = 0, count = 0; // into Function::bundle_operands
};

struct CallInfo {
  TypeId function_type{};
  CallingConvention convention{};
  TailKind tail{};
  u16 fast_math = 0;
  u32 return_attributes = 0, function_attributes = 0; // AttributeSet ids; 0 is the empty set
  std::span<const u32> argument_attributes;           // one per argument, or empty; in Function::memory
  std::span<const OperandBundle> bundles;             // in Function::memory
};

struct InlineAsm {
  std::string_view text, constraints;
  bool side_effect = false, align_stack = false, intel = false, unwind = false;
  TypeId function_type{};
};

class Function {
public:
  Function(Module& module, GlobalId self);
  ~Function();

  Module& module;
  GlobalId self; // the function's row in Module::globals
  TypeTable types;
  ConstantTable constants;
  Arena memory;

  std::vector<Instruction> instructions;
  std::vector<Block> blocks;
  std::vector<Value> operands;
  std::vector<u32> indices;
  std::vector<CallInfo> calls;
  std::vector<InlineAsm> asms;
  std::vector<Global> own_globals; // callees declared by passes: ids from module.globals.size() up
  std::vector<AttributeSet> own_attributes; // ids from module.attributes.size() up
  std::vector<Value> bundle_operands;
  std::vector<std::string_view> metadata_operands; // text of `metadata` arguments, by the index of their Value
  std::vector<std::string_view> inline_locations;  // text of !DILocation(...) written in place, see location_is_inline
  std::vector<std::pair<u32, BlockId>> address_labels; // Module::block_addresses of this function: index, its block
  std::vector<TypeId> argument_types;
  std::vector<std::string_view> argument_names;    // without '%'; empty when numbered
  std::vector<std::string_view> instruction_names; // by InstId; may be shorter than instructions
  BlockId first_block = none, last_block = none;
  std::vector<u32> written; // by InstId, of those that were read: offset in Module::source
  mutable InstId at = none; // the instruction that a pass looks at: an error message points there

  Instruction& operator[](InstId id) { return instructions[id]; }
  const Instruction& operator[](InstId id) const { return instructions[id]; }
  std::span<Value> operands_of(InstId id) {
    Instruction& i = instructions[id];
    return {operands.data() + i.first_operand, i.operand_count};
  }
  std::span<const Value> operands_of(InstId id) const {
    const Instruction& i = instructions[id];
    return {operands.data() + i.first_operand, i.operand_count};
  }
  Value operand(InstId id, u32 i) const { return operands[instructions[id].first_operand + i]; }
  TypeId type_of(Value) const;
  const Global& global(GlobalId) const; // the module's or this function's own
  const AttributeSet& attributes(u32 id) const; // the module's or this function's own
  GlobalId declare(std::string_view name, TypeId function_type); // finds it or adds to own_globals
  const CallInfo& call_info(InstId id) const { return calls[instructions[id].aux]; }
  // Null when the value is no integer constant of at most 64 bits.
  const Constant* integer_constant(Value) const;
  InstId terminator(BlockId b) const { return blocks[b].last; }
  // The blocks a terminator names, in operand order, repeats included.
  std::vector<BlockId> successors(BlockId) const;

  // --- Changing. Use counts are kept by all of these.
  BlockId append_block(std::string_view name = {});
  BlockId insert_block_after(BlockId where, std::string_view name = {});
  void remove_block(BlockId); // its instructions too; nothing may refer to it any more
  // Creates an instruction that is in no block yet.
  InstId create(Opcode, TypeId, std::span<const Value> operands);
  void append(BlockId, InstId);
  void insert_before(InstId where, InstId);
  void unlink(InstId);                 // takes it out of its block; its operands count no longer
  void remove(InstId);                 // unlink; it must have no uses
  void set_operand(InstId, u32 index, Value);
  void set_operands(InstId, std::span<const Value>); // any number
  void replace_all_uses(Value from, Value to);       // one pass over the function: batch with `Replacements`
  // Moves what stands behind `after` (it included in the first half) into a new block; phis in successors follow.
  BlockId split_block(InstId after);
};

// Collects value replacements and applies them in one walk over the function. Chains (a->b, b->c) are followed.
class Replacements {
public:
  explicit Replacements(Function& f) : function_(f) {}
  void add(Value from, Value to);
  Value find(Value) const;
  void apply();
private:
  Function& function_;
  std::vector<std::pair<Value, Value>> list_;
};

} // namespace lathe::ir
