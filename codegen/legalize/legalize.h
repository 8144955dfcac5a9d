#pragma once
// Legalization: IR to IR, in place; afterwards a function holds only what a target can select one by one.
// Shared by all targets: it asks LegalizeTarget's properties. Meaning is LLVM's throughout, so what comes out
// can be printed and executed by `lli` and compared with what went in.
//
// What remains afterwards (for a target with 64-bit words):
//  (1) Integers are i1, i8, i16, i32, i64; i1 only from icmp, fcmp, trunc, phi, select, and/or/xor, freeze, calls,
//      arguments, extractvalue and constants. Memory is never accessed as i1.
//  (2) Odd widths (i48, ...) only at the border: an argument or call result is used by `zext` to the next legal width
//      only; a call argument or returned value is a `trunc` from the next legal width, or a constant.
//  (3) i128 only in these shapes. Wide multiply: `mul` of two `zext` (or two `sext`) from i64, see
//      as_wide_multiply; used by `trunc` to i64 and as_high_part. Border: arguments, call and inline-asm results,
//      extractvalue of such and i128 atomics' results are used by `trunc` to i64 and as_high_part only; call arguments,
//      returned values, insertvalue elements and i128 atomics' operands are wide pairs, see as_wide_pair.
//      Odd widths from 65 to 127 at the border are `trunc`/`zext` of such an i128.
//  (4) Carries: `call {i64,i1} @llvm.uadd.with.overflow` (usub) with its two extractvalues right behind it, then
//      `add a1, b1`, `zext` of the carry, `add` of both (sub): add/adc, sub/sbb.
//  (5) float, double, x86_fp80 are complete but for frem, fptoui/uitofp (if not has_unsigned_float_conversions) and
//      conversions from and to integers narrower than 32 bits. fp128: load, store, phi, constants, libcalls'
//      arguments and results, insert-/extractvalue; loads and stores of fp128 are also how 16 bytes are copied.
//      half, bfloat: arguments, call results and extractvalue, used by `bitcast` to i16 only; call arguments,
//      returned values and insertvalue elements, which are a `bitcast` of an i16.
//  (6) `select` works on i1..i64, ptr, float, double, with an i1 condition.
//  (7) Vectors only at the border: argument, call result or extractvalue used by `extractelement` with a constant
//      index; call argument, returned value or insertvalue element made by a chain of `insertelement`, or a constant:
//      see collect_elements. They may be wider than a vector register (up to 512 bits).
//  (8) Aggregates only at the border: arguments (used by `extractvalue` of a leaf), results of calls, cmpxchg and
//      landingpad (likewise; the extractvalues stand right behind), `ret`/`resume` operands (`insertvalue` chains or
//      constants, see collect_leaves). Calls have no aggregate arguments: they were flattened.
//  (9) getelementptr is simple: [base, i64 index] with element type i8 and a constant index, or an element of 1, 2, 4 or 8
//      bytes (i8, i16, i32, i64) and an index that is no constant. The base may be a symbol.
// (10) Operands are constants without expressions, or symbol+offset expressions (analysis::as_symbol_offset).
// (11) `switch` remains only for jump tables: its condition is i64 in 0..n-1 with cases 0..n-1 complete and in
//      order; the default is never taken and names one of the targets.
// (12) Intrinsics that remain are those of intrinsics.def's first part and the target's own (has_intrinsic); every
//      other call is a real call.
// (13) Atomic load/store/cmpxchg/atomicrmw are of integers or pointers, at widths and operations LegalizeTarget has.
// (14) alloca is static (entry block, constant count) or `alloca i8, i64 bytes`. Unreachable blocks are gone.
// (15) udiv, sdiv, urem, srem are of i8..i64; at -O1 and above those by constants are multiplications.

#include "codegen/verify.h"
#include "codegen/ir/ir.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::legalize {

// What va_list points to on targets that save argument registers in an area: offsets into it and into the area.
struct VaList {
  bool has_register_area = true;
  u32 general_offset = 0, vector_offset = 4, overflow = 8, area = 16;
  u32 general_end = 48, vector_end = 176;
};

struct LegalizeTarget {
  u32 word_bits = 64;             // the widest integer register
  bool has_x87 = true;            // x86_fp80 is native
  bool has_unsigned_float_conversions = false; // fptoui/uitofp of i64
  bool has_half_conversions = false;           // fpext/fptrunc half <-> float
  bool has_popcount = false;      // 32, 64
  bool has_count_zeros = true;    // cttz, ctlz at 32 and 64 bits
  bool has_byte_swap = true;      // bswap 32, 64 (16 becomes a rotate)
  bool has_rotate = true;         // fshl/fshr with equal operands at 8..64 bits
  bool has_funnel_shift = true;   // fshl/fshr at 32 and 64 bits
  bool has_jump_tables = true;
  bool has_sqrt = true;           // float and double
  bool has_fma = false;
  bool has_round = false;         // floor, ceil, trunc, rint, nearbyint, roundeven of float and double
  u32 atomic_bits = 64;           // widest lock-free access: 32, 64, 128
  // Bit RmwOp: atomicrmw has an instruction that gives the old value / one for when the old value is not used.
  u32 rmw_with_result = 0, rmw_without_result = 0;
  bool copies_16_bytes = true;    // load/store fp128 are single moves at any alignment (not under noimplicitfloat)
  VaList va_list;
  // Whether selection knows this one of the target's own intrinsics; the name is without "llvm.".
  bool (*has_intrinsic)(std::string_view name) = nullptr;
  // Whether such a one is of these types: the result's, then the arguments'.
  bool (*intrinsic_takes)(const ir::Function& f, std::string_view name, std::span<const ir::TypeId> types) = nullptr;
  // The one of them that does half of the work of this one, on vectors of half as many elements; empty: none does.
  std::string_view (*half_intrinsic)(std::string_view name) = nullptr;
  u32 copy_stores = 8;            // memcpy, memset up to that many stores are inlined
  u32 copy_stores_small = 4;      // the same when optimizing for size
};

struct LegalizeOptions {
  u32 opt_level = 0;
  bool jump_tables = true;
  u32 jump_table_cases = 4;       // fewest
  u32 jump_table_range = 4096;    // widest
  u32 jump_table_density = 40;    // per cent
  std::string stop_after;         // one of pass_names(): no pass runs behind it
  bool verify = codegen::verify_by_default;
  // Called behind each pass that changed something or might have.
  void (*after_pass)(const ir::Function&, std::string_view pass, void* data) = nullptr;
  void* after_pass_data = nullptr;
};

// True when all went well; what is unsupported is reported with its place.
bool legalize(ir::Function&, const LegalizeTarget&, const LegalizeOptions&, Diagnostics&);

std::span<const std::string_view> pass_names();

// Intrinsics as ids, so that nobody compares strings.
enum class Intrinsic : u8 {
  None,      // no intrinsic
  Unknown,   // "llvm." of a kind not in intrinsics.def: one of the target's own, or none
#define INTRINSIC(id, name, types) id,
#include "codegen/legalize/intrinsics.def"
};
// What `callee` is; by name, the types in it cut off.
Intrinsic intrinsic_of(const ir::Function&, ir::Value callee);
// The same of a call, None for other instructions.
Intrinsic intrinsic_of(const ir::Function&, ir::InstId);

// Whether the instruction does anything beside making its value: then it stays though nobody uses that.
bool has_effect(const ir::Function&, ir::InstId);

// --- Matchers for the shapes above (shapes.cpp).

// (3) `v` (i128) is `or (zext lo), (shl (zext hi), 64)`, or a constant of 65 to 128 bits (then lo and hi are
// constants too).
bool as_wide_pair(ir::Function&, ir::Value v, ir::Value& lo, ir::Value& hi);
// (3) `v` is `trunc (lshr wide, 64)` to i64.
bool as_high_part(const ir::Function&, ir::Value v, ir::Value& wide);
// (3) `wide` is a wide multiply of x and y.
bool as_wide_multiply(const ir::Function&, ir::Value wide, ir::Value& x, ir::Value& y, bool& is_signed);
// (7) The elements of a vector made by insertelement or a constant; an unset one is undef.
bool collect_elements(ir::Function&, ir::Value v, std::vector<ir::Value>& elements);
// (8) The leaves, in order, of an aggregate made by insertvalue or a constant; an unset one is undef.
bool collect_leaves(ir::Function&, ir::Value v, std::vector<ir::Value>& leaves);
// The scalars and vectors an aggregate consists of, in order, with their offsets.
struct Leaf {
  ir::TypeId type;
  u64 offset;
};
void leaves_of(const ir::Function&, ir::TypeId, std::vector<Leaf>&);
// What a call of the intrinsic constrained.fcmp or constrained.fcmps compares: its third argument, !"olt".
ir::Predicate constrained_predicate(const ir::Function&, ir::InstId);
// Index of the first leaf that an extractvalue or insertvalue names.
u32 leaf_index(const ir::Function&, ir::InstId);

} // namespace lathe::legalize
