#pragma once
// Rows of the instruction table by operation and width, for selection: plain operations map by table.

#include "assembler/x86/rows.h"
#include "codegen/x86/machine.h"

namespace lathe::codegen::x86 {

using lathe::x86::Row;

// Widths as indices: 0 is 8 bits, 1 is 16, 2 is 32, 3 is 64.
struct AluRows {
  Row reg_rm[4]; // r, r/m
  Row rm_reg[4]; // r/m, r
  Row rm_imm[4]; // r/m, immediate (sign-extended 32 bits at 64)
};

#define LATHE_ALU(name)                                                                                             \
  AluRows {                                                                                                         \
    {Row::name##_r8_rm8, Row::name##_r16_rm16, Row::name##_r32_rm32, Row::name##_r64_rm64},                         \
        {Row::name##_rm8_r8, Row::name##_rm16_r16, Row::name##_rm32_r32, Row::name##_rm64_r64},                     \
        {Row::name##_rm8_i8, Row::name##_rm16_i16, Row::name##_rm32_i32, Row::name##_rm64_i32},                     \
  }
inline constexpr AluRows add_rows = LATHE_ALU(add), or_rows = LATHE_ALU(or), and_rows = LATHE_ALU(and),
                         sub_rows = LATHE_ALU(sub), xor_rows = LATHE_ALU(xor), cmp_rows = LATHE_ALU(cmp),
                         adc_rows = LATHE_ALU(adc), sbb_rows = LATHE_ALU(sbb), test_rows = LATHE_ALU(test),
                         xchg_rows{{Row::xchg_r8_rm8, Row::xchg_r16_rm16, Row::xchg_r32_rm32, Row::xchg_r64_rm64},
                                   {Row::xchg_rm8_r8, Row::xchg_rm16_r16, Row::xchg_rm32_r32, Row::xchg_rm64_r64},
                                   {}};
#undef LATHE_ALU

struct ShiftRows {
  Row by_imm[4], by_cl[4];
};
#define LATHE_SHIFT(name)                                                                                           \
  ShiftRows {                                                                                                       \
    {Row::name##_rm8_u8, Row::name##_rm16_u8, Row::name##_rm32_u8, Row::name##_rm64_u8},                            \
        {Row::name##_rm8_cl, Row::name##_rm16_cl, Row::name##_rm32_cl, Row::name##_rm64_cl},                        \
  }
inline constexpr ShiftRows shl_rows = LATHE_SHIFT(shl), shr_rows = LATHE_SHIFT(shr), sar_rows = LATHE_SHIFT(sar),
                           rol_rows = LATHE_SHIFT(rol), ror_rows = LATHE_SHIFT(ror);
#undef LATHE_SHIFT

#define LATHE_UNARY(name) {Row::name##_rm8, Row::name##_rm16, Row::name##_rm32, Row::name##_rm64}
inline constexpr Row inc_rows[4] = LATHE_UNARY(inc), dec_rows[4] = LATHE_UNARY(dec), neg_rows[4] = LATHE_UNARY(neg),
                     not_rows[4] = LATHE_UNARY(not), mul_rows[4] = LATHE_UNARY(mul), imul_rows[4] = LATHE_UNARY(imul),
                     div_rows[4] = LATHE_UNARY(div), idiv_rows[4] = LATHE_UNARY(idiv);
#undef LATHE_UNARY

inline constexpr Row mov_store_rows[4] = {Row::mov_rm8_r8, Row::mov_rm16_r16, Row::mov_rm32_r32, Row::mov_rm64_r64};
inline constexpr Row mov_store_imm_rows[4] = {Row::mov_rm8_i8, Row::mov_rm16_i16, Row::mov_rm32_i32,
                                              Row::mov_rm64_i32};
// Loads fill at least 32 bits, the upper ones with zero.
inline constexpr Row load_rows[4] = {Row::movzx_r32_rm8, Row::movzx_r32_rm16, Row::mov_r32_rm32, Row::mov_r64_rm64};
// From width i to 32 or 64 bits.
inline constexpr Row sign_extend_32_rows[3] = {Row::movsx_r32_rm8, Row::movsx_r32_rm16, Row::mov_r32_rm32};
inline constexpr Row sign_extend_64_rows[3] = {Row::movsx_r64_rm8, Row::movsx_r64_rm16, Row::movsxd_r64_rm32};
inline constexpr Row imul_reg_rows[4] = {Row::imul_r32_rm32, Row::imul_r16_rm16, Row::imul_r32_rm32,
                                         Row::imul_r64_rm64};
inline constexpr Row imul_imm_rows[4] = {Row::imul_r32_rm32_i32, Row::imul_r16_rm16_i16, Row::imul_r32_rm32_i32,
                                         Row::imul_r64_rm64_i32};
inline constexpr Row cmpxchg_rows[4] = {Row::cmpxchg_rm8_r8, Row::cmpxchg_rm16_r16, Row::cmpxchg_rm32_r32,
                                        Row::cmpxchg_rm64_r64};
inline constexpr Row xadd_rows[4] = {Row::xadd_rm8_r8, Row::xadd_rm16_r16, Row::xadd_rm32_r32, Row::xadd_rm64_r64};

struct ConditionRows {
  Row jump, set, cmov32, cmov64;
};
#define LATHE_CC(cc) {Row::j##cc##_rel, Row::set##cc##_rm8, Row::cmov##cc##_r32_rm32, Row::cmov##cc##_r64_rm64}
inline constexpr ConditionRows condition_rows[16] = {
    LATHE_CC(o), LATHE_CC(no), LATHE_CC(b), LATHE_CC(ae), LATHE_CC(e), LATHE_CC(ne), LATHE_CC(be), LATHE_CC(a),
    LATHE_CC(s), LATHE_CC(ns), LATHE_CC(p), LATHE_CC(np), LATHE_CC(l), LATHE_CC(ge), LATHE_CC(le), LATHE_CC(g)};
#undef LATHE_CC
inline const ConditionRows& rows_of(Condition c) { return condition_rows[static_cast<u8>(c)]; }

// Scalar floating point: [0] float, [1] double.
inline constexpr Row fadd_rows[2] = {Row::addss_x_xm32, Row::addsd_x_xm64},
                     fsub_rows[2] = {Row::subss_x_xm32, Row::subsd_x_xm64},
                     fmul_rows[2] = {Row::mulss_x_xm32, Row::mulsd_x_xm64},
                     fdiv_rows[2] = {Row::divss_x_xm32, Row::divsd_x_xm64},
                     fmin_rows[2] = {Row::minss_x_xm32, Row::minsd_x_xm64},
                     fmax_rows[2] = {Row::maxss_x_xm32, Row::maxsd_x_xm64},
                     fsqrt_rows[2] = {Row::sqrtss_x_xm32, Row::sqrtsd_x_xm64},
                     fcompare_rows[2] = {Row::ucomiss_x_xm32, Row::ucomisd_x_xm64},
                     fcompare_signaling_rows[2] = {Row::comiss_x_xm32, Row::comisd_x_xm64},
                     fload_rows[2] = {Row::movss_x_m32, Row::movsd_x_m64},
                     fstore_rows[2] = {Row::movss_m32_x, Row::movsd_m64_x},
                     fround_rows[2] = {Row::roundss_x_xm32_u8, Row::roundsd_x_xm64_u8};

} // namespace lathe::codegen::x86
