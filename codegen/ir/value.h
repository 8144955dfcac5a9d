#pragma once
// Ids of the IR. A Value is what an operand may name: 3 bits of kind and 29 bits of index, so asking what an
// operand is needs no look-up.

#include "codegen/ir/type.h"

namespace lathe::ir {

enum class ValueKind : u8 { None, Instruction, Argument, Constant, Global, Block, InlineAsm, Metadata };

struct Value {
  u32 bits = 0;

  constexpr Value() = default;
  constexpr Value(ValueKind kind, u32 index) : bits(static_cast<u32>(kind) << 29 | index) {}
  constexpr ValueKind kind() const { return static_cast<ValueKind>(bits >> 29); }
  constexpr u32 index() const { return bits & 0x1fffffff; }
  constexpr bool is(ValueKind k) const { return kind() == k; }
  constexpr bool is_instruction() const { return is(ValueKind::Instruction); }
  constexpr bool is_argument() const { return is(ValueKind::Argument); }
  constexpr bool is_constant() const { return is(ValueKind::Constant); } // not a global: ask is_global()
  constexpr bool is_global() const { return is(ValueKind::Global); }
  constexpr bool is_block() const { return is(ValueKind::Block); }
  constexpr explicit operator bool() const { return bits != 0; }
  constexpr bool operator==(const Value&) const = default;
};

using InstId = u32;     // index into Function::instructions
using BlockId = u32;    // index into Function::blocks
using GlobalId = u32;   // index into Module::globals
using ConstantId = u32; // index into a ConstantTable
using MetadataId = u32; // number of a metadata node, `none` when there is none
inline constexpr u32 none = ~0u;

constexpr Value instruction_value(InstId id) { return {ValueKind::Instruction, id}; }
constexpr Value argument_value(u32 i) { return {ValueKind::Argument, i}; }
constexpr Value constant_value(ConstantId id) { return {ValueKind::Constant, id}; }
constexpr Value global_value(GlobalId id) { return {ValueKind::Global, id}; }
constexpr Value block_value(BlockId id) { return {ValueKind::Block, id}; }

enum class Opcode : u8 {
#define OP(name, spelling, kind) name,
#include "codegen/ir/ops.def"
};

// fcmp predicates first, so that bit 3 .. 0 of them mean unordered, less, greater, equal as in LangRef's table.
enum class Predicate : u8 {
  False, OEq, OGt, OGe, OLt, OLe, ONe, Ord, Uno, UEq, UGt, UGe, ULt, ULe, UNe, True,
  IEq = 32, INe, IUgt, IUge, IUlt, IUle, ISgt, ISge, ISlt, ISle,
};

enum class Ordering : u8 { NotAtomic, Unordered, Monotonic, Acquire, Release, AcquireRelease, SequentiallyConsistent };

enum class RmwOp : u8 {
  Xchg, Add, Sub, And, Nand, Or, Xor, Max, Min, UMax, UMin, FAdd, FSub, FMax, FMin, FMaximum, FMinimum, UIncWrap,
  UDecWrap, USubCond, USubSat,
};

// Bits of Instruction::flags. Fast-math flags share the word with the integer ones; no instruction has both.
enum InstFlag : u16 {
  FlagNuw = 1, FlagNsw = 2, FlagExact = 4, FlagDisjoint = 8, FlagNneg = 16, FlagInbounds = 32, FlagSameSign = 64,
  FlagNusw = 128, FlagVolatile = 256, FlagWeak = 512, FlagSingleThread = 1024, FlagInAlloca = 2048,
  FlagCleanup = 4096, FlagSwiftError = 8192,
  FastNnan = 1, FastNinf = 2, FastNsz = 4, FastArcp = 8, FastContract = 16, FastAfn = 32, FastReassoc = 64,
};

} // namespace lathe::ir
