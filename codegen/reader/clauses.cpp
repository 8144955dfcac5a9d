#include "codegen/reader/clauses.h"

#include "codegen/reader/words.h"

namespace lathe::reader {

using namespace ir;

namespace {

enum class Clause : u8 { Linkage, Visibility, Dll, DsoLocal, DsoPreemptable, Tls, UnnamedAddr, LocalUnnamedAddr, Kind };
struct ClauseRow {
  Clause clause;
  u8 value = 0;
};
constexpr ClauseRow linkage(Linkage l) { return {Clause::Linkage, static_cast<u8>(l)}; }

const WordTable<ClauseRow> clause_words{
    {"private", linkage(Linkage::Private)},
    {"internal", linkage(Linkage::Internal)},
    {"available_externally", linkage(Linkage::AvailableExternally)},
    {"linkonce", linkage(Linkage::LinkOnceAny)},
    {"linkonce_odr", linkage(Linkage::LinkOnceOdr)},
    {"weak", linkage(Linkage::WeakAny)},
    {"weak_odr", linkage(Linkage::WeakOdr)},
    {"common", linkage(Linkage::Common)},
    {"appending", linkage(Linkage::Appending)},
    {"extern_weak", linkage(Linkage::ExternalWeak)},
    {"external", linkage(Linkage::External)},
    {"default", {Clause::Visibility, static_cast<u8>(Visibility::Default)}},
    {"hidden", {Clause::Visibility, static_cast<u8>(Visibility::Hidden)}},
    {"protected", {Clause::Visibility, static_cast<u8>(Visibility::Protected)}},
    {"dllimport", {Clause::Dll, static_cast<u8>(DllStorage::Import)}},
    {"dllexport", {Clause::Dll, static_cast<u8>(DllStorage::Export)}},
    {"dso_local", {Clause::DsoLocal}},
    {"dso_preemptable", {Clause::DsoPreemptable}},
    {"thread_local", {Clause::Tls}},
    {"unnamed_addr", {Clause::UnnamedAddr}},
    {"local_unnamed_addr", {Clause::LocalUnnamedAddr}},
    {"global", {Clause::Kind}},
    {"constant", {Clause::Kind}},
    {"alias", {Clause::Kind}},
    {"ifunc", {Clause::Kind}},
    {"addrspace", {Clause::Kind}},
    {"externally_initialized", {Clause::Kind}},
};

const WordTable<u16> conventions{
    {"ccc", 0},                {"fastcc", 8},              {"coldcc", 9},
    {"ghccc", 10},             {"webkit_jscc", 12},        {"anyregcc", 13},
    {"preserve_mostcc", 14},   {"preserve_allcc", 15},     {"swiftcc", 16},
    {"cxx_fast_tlscc", 17},    {"tailcc", 18},             {"cfguard_checkcc", 19},
    {"swifttailcc", 20},       {"preserve_nonecc", 21},    {"x86_stdcallcc", 64},
    {"x86_fastcallcc", 65},    {"arm_apcscc", 66},         {"arm_aapcscc", 67},
    {"arm_aapcs_vfpcc", 68},   {"msp430_intrcc", 69},      {"x86_thiscallcc", 70},
    {"ptx_kernel", 71},        {"ptx_device", 72},         {"spir_func", 75},
    {"spir_kernel", 76},       {"intel_ocl_bicc", 77},     {"x86_64_sysvcc", 78},
    {"win64cc", 79},           {"x86_vectorcallcc", 80},   {"hhvmcc", 81},
    {"hhvm_ccc", 82},          {"x86_intrcc", 83},         {"avr_intrcc", 84},
    {"avr_signalcc", 85},      {"amdgpu_vs", 87},          {"amdgpu_gs", 88},
    {"amdgpu_ps", 89},         {"amdgpu_cs", 90},          {"amdgpu_kernel", 91},
    {"x86_regcallcc", 92},     {"amdgpu_hs", 93},          {"amdgpu_ls", 95},
    {"amdgpu_es", 96},         {"aarch64_vector_pcs", 97}, {"aarch64_sve_vector_pcs", 98},
    {"amdgpu_gfx", 100},       {"m68k_intrcc", 101},       {"amdgpu_cs_chain", 104},
    {"amdgpu_cs_chain_preserve", 105}, {"m68k_rtdcc", 106}, {"graalcc", 107},
    {"riscv_vector_cc", 110},
};

void read_tls_model(Cursor& c, TlsModel& model) {
  model = TlsModel::GeneralDynamic;
  if (!c.eat('(')) return;
  if (c.eat_word("localdynamic")) model = TlsModel::LocalDynamic;
  else if (c.eat_word("initialexec")) model = TlsModel::InitialExec;
  else if (c.eat_word("localexec")) model = TlsModel::LocalExec;
  else c.fail_expected("a thread-local storage model");
  c.expect(')');
}

} // namespace

bool is_global_clause(std::string_view word) { return clause_words.find(word); }

void read_clauses(Cursor& c, GlobalClauses& k) {
  while (true) {
    std::string_view word = c.peek_word();
    const ClauseRow* row = clause_words.find(word);
    if (!row || row->clause == Clause::Kind) return;
    c.p += word.size();
    switch (row->clause) {
    case Clause::Linkage:
      k.linkage = static_cast<Linkage>(row->value);
      k.has_linkage = true;
      break;
    case Clause::Visibility: k.visibility = static_cast<Visibility>(row->value); break;
    case Clause::Dll: k.dll = static_cast<DllStorage>(row->value); break;
    case Clause::DsoLocal: k.dso_local = true; break;
    case Clause::DsoPreemptable: break;
    case Clause::Tls: read_tls_model(c, k.tls); break;
    case Clause::UnnamedAddr: k.unnamed_addr = true; break;
    case Clause::LocalUnnamedAddr: k.local_unnamed_addr = true; break;
    case Clause::Kind: break;
    }
  }
}

CallingConvention read_convention(Cursor& c) {
  std::string_view word = c.peek_word();
  if (word == "cc") {
    c.p += 2;
    c.skip();
    const char* at = c.p;
    u64 n = c.number();
    if (n > 1023) c.fail(at, "a calling convention's number is at most 1023");
    return static_cast<CallingConvention>(n);
  }
  // cc10 is written without a space, too.
  if (word.size() > 2 && word.substr(0, 2) == "cc" && is_class(word[2], CharDigit)) {
    c.p += 2;
    const char* at = c.p;
    u64 n = c.number();
    if (n > 1023) c.fail(at, "a calling convention's number is at most 1023");
    return static_cast<CallingConvention>(n);
  }
  const u16* n = conventions.find(word);
  if (!n) return CallingConvention::C;
  c.p += word.size();
  return static_cast<CallingConvention>(*n);
}

u32 read_align(Cursor& c) {
  bool parenthesis = c.eat('(');
  c.skip();
  const char* at = c.p;
  u64 n = c.number();
  if (n == 0 || (n & (n - 1)) != 0 || n > u64(1) << 32) c.fail(at, "an alignment is a power of two, at most 2^32");
  if (parenthesis) c.expect(')');
  return static_cast<u32>(std::min<u64>(n, u64(1) << 31));
}

} // namespace lathe::reader
