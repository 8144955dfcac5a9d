#include "codegen/reader/clauses.h"

#include "codegen/ir/conventions.h"
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

const WordTable<CallingConvention>& conventions() {
  static const WordTable<CallingConvention> table = [] {
    std::vector<WordTable<CallingConvention>::Row> rows;
    for (const ConventionName& c : convention_names()) rows.push_back({c.name, c.convention});
    return WordTable<CallingConvention>(rows);
  }();
  return table;
}

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
  const CallingConvention* known = conventions().find(word);
  if (!known) return CallingConvention::C;
  c.p += word.size();
  return *known;
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
