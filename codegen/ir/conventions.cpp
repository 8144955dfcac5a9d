#include "codegen/ir/conventions.h"

namespace lathe::ir {

namespace {

constexpr ConventionName row(std::string_view name, u16 number) { return {name, static_cast<CallingConvention>(number)}; }

constexpr ConventionName names[] = {
    row("ccc", 0), row("fastcc", 8), row("coldcc", 9),
    row("ghccc", 10), row("webkit_jscc", 12), row("anyregcc", 13),
    row("preserve_mostcc", 14), row("preserve_allcc", 15), row("swiftcc", 16),
    row("cxx_fast_tlscc", 17), row("tailcc", 18), row("cfguard_checkcc", 19),
    row("swifttailcc", 20), row("preserve_nonecc", 21), row("x86_stdcallcc", 64),
    row("x86_fastcallcc", 65), row("arm_apcscc", 66), row("arm_aapcscc", 67),
    row("arm_aapcs_vfpcc", 68), row("msp430_intrcc", 69), row("x86_thiscallcc", 70),
    row("ptx_kernel", 71), row("ptx_device", 72), row("spir_func", 75),
    row("spir_kernel", 76), row("intel_ocl_bicc", 77), row("x86_64_sysvcc", 78),
    row("win64cc", 79), row("x86_vectorcallcc", 80), row("hhvmcc", 81),
    row("hhvm_ccc", 82), row("x86_intrcc", 83), row("avr_intrcc", 84),
    row("avr_signalcc", 85), row("amdgpu_vs", 87), row("amdgpu_gs", 88),
    row("amdgpu_ps", 89), row("amdgpu_cs", 90), row("amdgpu_kernel", 91),
    row("x86_regcallcc", 92), row("amdgpu_hs", 93), row("amdgpu_ls", 95),
    row("amdgpu_es", 96), row("aarch64_vector_pcs", 97), row("aarch64_sve_vector_pcs", 98),
    row("amdgpu_gfx", 100), row("m68k_intrcc", 101), row("amdgpu_cs_chain", 104),
    row("amdgpu_cs_chain_preserve", 105), row("m68k_rtdcc", 106), row("graalcc", 107),
    row("riscv_vector_cc", 110),
};

} // namespace

std::span<const ConventionName> convention_names() { return names; }

std::string convention_text(CallingConvention c) {
  for (const ConventionName& n : names)
    if (n.convention == c) return std::string(n.name);
  return "cc " + std::to_string(static_cast<u32>(c));
}

} // namespace lathe::ir
