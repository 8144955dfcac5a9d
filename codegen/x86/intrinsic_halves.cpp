#include "codegen/x86/intrinsic_rows.h"

#include <algorithm>

namespace lathe::codegen::x86 {

namespace {

struct Halves {
  std::string_view whole, half;
};

// Those of AVX and AVX2 that do the same in both lanes of 128 bits (a test's result is the "and" of both), sorted.
constexpr Halves table[] = {
    {"x86.aesni.aesdec.256", "x86.aesni.aesdec"},
    {"x86.aesni.aesdeclast.256", "x86.aesni.aesdeclast"},
    {"x86.aesni.aesenc.256", "x86.aesni.aesenc"},
    {"x86.aesni.aesenclast.256", "x86.aesni.aesenclast"},
    {"x86.avx.addsub.pd.256", "x86.sse3.addsub.pd"},
    {"x86.avx.addsub.ps.256", "x86.sse3.addsub.ps"},
    {"x86.avx.blendv.pd.256", "x86.sse41.blendvpd"},
    {"x86.avx.blendv.ps.256", "x86.sse41.blendvps"},
    {"x86.avx.cvt.ps2dq.256", "x86.sse2.cvtps2dq"},
    {"x86.avx.cvtt.ps2dq.256", "x86.sse2.cvttps2dq"},
    {"x86.avx.dp.ps.256", "x86.sse41.dpps"},
    {"x86.avx.hadd.pd.256", "x86.sse3.hadd.pd"},
    {"x86.avx.hadd.ps.256", "x86.sse3.hadd.ps"},
    {"x86.avx.hsub.pd.256", "x86.sse3.hsub.pd"},
    {"x86.avx.hsub.ps.256", "x86.sse3.hsub.ps"},
    {"x86.avx.max.pd.256", "x86.sse2.max.pd"},
    {"x86.avx.max.ps.256", "x86.sse.max.ps"},
    {"x86.avx.min.pd.256", "x86.sse2.min.pd"},
    {"x86.avx.min.ps.256", "x86.sse.min.ps"},
    {"x86.avx.ptestc.256", "x86.sse41.ptestc"},
    {"x86.avx.ptestz.256", "x86.sse41.ptestz"},
    {"x86.avx.rcp.ps.256", "x86.sse.rcp.ps"},
    {"x86.avx.round.pd.256", "x86.sse41.round.pd"},
    {"x86.avx.round.ps.256", "x86.sse41.round.ps"},
    {"x86.avx.rsqrt.ps.256", "x86.sse.rsqrt.ps"},
    {"x86.avx2.packssdw", "x86.sse2.packssdw.128"},
    {"x86.avx2.packsswb", "x86.sse2.packsswb.128"},
    {"x86.avx2.packusdw", "x86.sse41.packusdw"},
    {"x86.avx2.packuswb", "x86.sse2.packuswb.128"},
    {"x86.avx2.pavg.b", "x86.sse2.pavg.b"},
    {"x86.avx2.pavg.w", "x86.sse2.pavg.w"},
    {"x86.avx2.pblendvb", "x86.sse41.pblendvb"},
    {"x86.avx2.phadd.d", "x86.ssse3.phadd.d.128"},
    {"x86.avx2.phadd.sw", "x86.ssse3.phadd.sw.128"},
    {"x86.avx2.phadd.w", "x86.ssse3.phadd.w.128"},
    {"x86.avx2.phsub.d", "x86.ssse3.phsub.d.128"},
    {"x86.avx2.phsub.sw", "x86.ssse3.phsub.sw.128"},
    {"x86.avx2.phsub.w", "x86.ssse3.phsub.w.128"},
    {"x86.avx2.pmadd.ub.sw", "x86.ssse3.pmadd.ub.sw.128"},
    {"x86.avx2.pmadd.wd", "x86.sse2.pmadd.wd"},
    {"x86.avx2.pmul.hr.sw", "x86.ssse3.pmul.hr.sw.128"},
    {"x86.avx2.pmulh.w", "x86.sse2.pmulh.w"},
    {"x86.avx2.pmulhu.w", "x86.sse2.pmulhu.w"},
    {"x86.avx2.psad.bw", "x86.sse2.psad.bw"},
    {"x86.avx2.pshuf.b", "x86.ssse3.pshuf.b.128"},
    {"x86.avx2.psign.b", "x86.ssse3.psign.b.128"},
    {"x86.avx2.psign.d", "x86.ssse3.psign.d.128"},
    {"x86.avx2.psign.w", "x86.ssse3.psign.w.128"},
    {"x86.avx2.psll.d", "x86.sse2.psll.d"},
    {"x86.avx2.psll.q", "x86.sse2.psll.q"},
    {"x86.avx2.psll.w", "x86.sse2.psll.w"},
    {"x86.avx2.pslli.d", "x86.sse2.pslli.d"},
    {"x86.avx2.pslli.q", "x86.sse2.pslli.q"},
    {"x86.avx2.pslli.w", "x86.sse2.pslli.w"},
    {"x86.avx2.psra.d", "x86.sse2.psra.d"},
    {"x86.avx2.psra.w", "x86.sse2.psra.w"},
    {"x86.avx2.psrai.d", "x86.sse2.psrai.d"},
    {"x86.avx2.psrai.w", "x86.sse2.psrai.w"},
    {"x86.avx2.psrl.d", "x86.sse2.psrl.d"},
    {"x86.avx2.psrl.q", "x86.sse2.psrl.q"},
    {"x86.avx2.psrl.w", "x86.sse2.psrl.w"},
    {"x86.avx2.psrli.d", "x86.sse2.psrli.d"},
    {"x86.avx2.psrli.q", "x86.sse2.psrli.q"},
    {"x86.avx2.psrli.w", "x86.sse2.psrli.w"},
    {"x86.pclmulqdq.256", "x86.pclmulqdq"},
};
static_assert(std::ranges::is_sorted(table, {}, &Halves::whole));

} // namespace

std::string_view half_intrinsic(std::string_view name) {
  const Halves* at = std::ranges::lower_bound(table, name, {}, &Halves::whole);
  return at != std::end(table) && at->whole == name ? at->half : std::string_view();
}

} // namespace lathe::codegen::x86
