#pragma once
// What the passes of legalization share: the context they are given, a builder that folds constants, and small
// questions about types and constants. Inside this folder only.

#include "codegen/legalize/legalize.h"
#include "codegen/reader/metadata.h"

#include <string>

namespace lathe::legalize {

using namespace ir;

struct Context {
  Function& f;
  const LegalizeTarget& target;
  const LegalizeOptions& options;
  Diagnostics& diagnostics;

  const DataLayout& layout() const { return f.module.layout; }
  bool optimize() const { return options.opt_level > 0; }
  // Whether `callee`, Intrinsic::Unknown, is one of the target's own.
  bool is_of_target(Value callee) const;
  // Whether the function's or its module's attribute is set.
  bool has(Attribute a) const;
};

using reader::unsupported;

// Refuses a call of an intrinsic whose types are not those that intrinsics.def says (signatures.cpp).
void check_signature(const Function&, InstId call, const LegalizeTarget&);
// "llvm.experimental.constrained.X" without what makes it constrained.
Intrinsic unconstrained(std::string_view name);
std::string type_text(const Function&, TypeId);

// --- Types and constants.

inline bool is_wide(const TypeTable& types, TypeId t) { return types.is_integer(t) && types.integer_bits(t) > 64; }
inline bool is_legal_width(u32 bits) { return bits == 1 || bits == 8 || bits == 16 || bits == 32 || bits == 64; }
inline bool is_odd(const TypeTable& types, TypeId t) {
  return types.is_integer(t) && types.integer_bits(t) < 64 && !is_legal_width(types.integer_bits(t));
}
inline bool is_half(TypeId t) { return t == TypeId::Half || t == TypeId::BFloat; }
inline u32 promoted_bits(u32 bits) { return bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64; }
// Bits of a float or integer type, 0 of others but pointers.
u32 scalar_bits(const Function&, TypeId);

inline u64 low_mask(u32 bits) { return bits >= 64 ? ~u64(0) : (u64(1) << bits) - 1; }
inline i64 sign_extend(u64 v, u32 bits) {
  return bits == 0 ? 0 : static_cast<i64>(v << (64 - bits)) >> (64 - bits);
}
// The i-th 64-bit word of an integer or float constant's bits; undef, null and zeroinitializer are 0.
u64 constant_word(const Constant&, u32 i);
bool is_undef(const Function&, Value);
bool is_poison(const Function&, Value);
// True with `bits` when `v` is an integer constant of at most 64 bits.
bool constant_bits(const Function&, Value v, u64& bits);
// The i-th element of a constant aggregate or vector.
Value constant_element(Function&, Value, u32 i);

// --- Building.

// ir::Builder with constant folding and the identities that expansions run into.
class Emitter : public Builder {
public:
  explicit Emitter(Function& f) : Builder(f) {}
  Function& f() { return function; }

  TypeId type(Value v) const { return function.type_of(v); }
  u32 bits(Value v) const { return function.types.integer_bits(function.type_of(v)); }
  Value poison(TypeId);
  Value word(u64 v) { return integer(TypeId::I64, v); }
  Value same(Value like, u64 v) { return integer(type(like), v); } // a constant of `like`'s type
  Value all_ones(TypeId);                                           // integers of any width
  Value sign_bit(TypeId);
  Value wide(TypeId, std::span<const u64> words);                   // integers of any width

  Value op(Opcode, Value a, Value b, u16 flags = 0);
  Value add(Value a, Value b) { return op(Opcode::Add, a, b); }
  Value sub(Value a, Value b) { return op(Opcode::Sub, a, b); }
  Value mul(Value a, Value b) { return op(Opcode::Mul, a, b); }
  Value and_(Value a, Value b) { return op(Opcode::And, a, b); }
  Value or_(Value a, Value b) { return op(Opcode::Or, a, b); }
  Value xor_(Value a, Value b) { return op(Opcode::Xor, a, b); }
  Value shl(Value a, Value b) { return op(Opcode::Shl, a, b); }
  Value lshr(Value a, Value b) { return op(Opcode::LShr, a, b); }
  Value ashr(Value a, Value b) { return op(Opcode::AShr, a, b); }
  Value shl(Value a, u32 n) { return shl(a, same(a, n)); }
  Value lshr(Value a, u32 n) { return lshr(a, same(a, n)); }
  Value ashr(Value a, u32 n) { return ashr(a, same(a, n)); }
  Value not_(Value a) { return xor_(a, all_ones(type(a))); }
  Value neg(Value a) { return sub(same(a, 0), a); }
  Value compare(Predicate, Value a, Value b);
  Value choose(Value condition, Value if_true, Value if_false);
  Value convert(Opcode, Value, TypeId); // the value itself when the types are equal
  Value zext(Value v, TypeId t) { return convert(Opcode::ZExt, v, t); }
  Value sext(Value v, TypeId t) { return convert(Opcode::SExt, v, t); }
  Value trunc(Value v, TypeId t) { return convert(Opcode::Trunc, v, t); }
  Value bitcast(Value v, TypeId t) { return convert(Opcode::BitCast, v, t); }
  Value zext_or_trunc(Value v, TypeId t);
  Value sext_or_trunc(Value v, TypeId t);
  Value float_constant(TypeId, double); // half is refused
  Value float_bits(TypeId, u64 bits);   // half, bfloat, float, double
  // The same bits in another type, by a stack slot.
  Value through_memory(Value, TypeId to);
  void after_instruction(InstId); // like before_instruction, behind it (phis are skipped)
};

// A libcall or intrinsic; `name` is copied.
Value call_named(Emitter&, std::string_view name, TypeId result, std::initializer_list<Value> arguments);
// "llvm.cttz" with the type's suffix.
Value call_intrinsic(Emitter&, std::string_view base, TypeId result, TypeId overload, std::initializer_list<Value> arguments);

// Puts a block on the edge that operand `index` of the terminator of `from` names.
BlockId split_edge(Function&, BlockId from, u32 index);
// One of the edges from `from` is gone: the phis of `to` lose one entry for it.
void remove_one_incoming(Function&, BlockId to, BlockId from);
// The indices of every leaf of an aggregate, in order of leaves_of.
void leaf_paths(const Function&, TypeId, std::vector<std::vector<u32>>&);

// --- The passes, in order (legalize.cpp).

void legalize_exceptions(Context&);
void legalize_asm_goto(Context&);
void legalize_indirect_branches(Context&);
void legalize_variadics(Context&);
bool wants_instrumentation(const Function&);
void add_instrumentation(Context&);
void legalize_constants(Context&);
void legalize_aggregates(Context&);
void legalize_vectors(Context&);
void legalize_addresses(Context&);
void legalize_intrinsics(Context&);
void legalize_atomics(Context&);
void legalize_switches(Context&);
void legalize_wide_ints(Context&);
void legalize_odd_ints(Context&);
void legalize_floats(Context&);
void legalize_divisions(Context&);
void remove_unreachable_blocks(Context&);
void remove_dead_instructions(Context&);
void merge_blocks(Context&);
void sink_addresses(Context&);
void sink_increments(Context&);

// --- Expansions of intrinsics by family: each says whether it replaces the call, and by what (the fields of
// a struct result one by one, nothing for void). Calls of intrinsics that they emit are looked at again.

Value expand_object_size(Context&, Emitter&, InstId); // always a constant
bool expand_memory_intrinsic(Context&, Emitter&, InstId, Intrinsic);
bool expand_integer_intrinsic(Context&, Emitter&, InstId, Intrinsic, std::vector<Value>& results);
bool expand_fixed_point(Context&, Emitter&, InstId, Intrinsic, std::vector<Value>& results);
bool expand_float_intrinsic(Context&, Emitter&, InstId, Intrinsic, std::vector<Value>& results);

} // namespace lathe::legalize
