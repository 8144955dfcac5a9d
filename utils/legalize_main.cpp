// lathe-legalize: reads LLVM IR, legalizes every function as for a 64-bit target, prints the module. What it prints means
// the same as what it read, so lli or clang can execute both: utils/legalize_diff.py does. The lit tests of
// legalization look at single passes with --stop-after.

#include "codegen/legalize/legalize.h"
#include "codegen/reader/reader.h"

#include <cstdio>
#include <cstring>

using namespace lathe;

namespace {

constexpr const char* usage =
    "usage: lathe-legalize [-O0|-O1|-O2] [--stop-after=PASS] [--baseline] [--read-only] [--no-jump-tables] [FILE.ll]\n";

struct Arguments {
  std::string file = "-";
  legalize::LegalizeOptions options;
  bool baseline = false;  // a target with as little as legalization allows
  bool read_only = false; // prints what was read
};

bool parse(int argc, char** argv, Arguments& a) {
  for (int i = 1; i < argc; ++i) {
    std::string_view s = argv[i];
    if (s.size() == 3 && s.starts_with("-O")) a.options.opt_level = static_cast<u32>(s[2] - '0');
    else if (s.starts_with("--stop-after=")) a.options.stop_after = s.substr(13);
    else if (s == "--baseline") a.baseline = true;
    else if (s == "--read-only") a.read_only = true;
    else if (s == "--no-jump-tables") a.options.jump_tables = false;
    else if (s == "-" || !s.starts_with("-")) a.file = s;
    else return false;
  }
  return true;
}

constexpr u32 bit(ir::RmwOp op) { return 1u << static_cast<u32>(op); }

legalize::LegalizeTarget target_of(const Arguments& a) {
  legalize::LegalizeTarget t;
  t.rmw_with_result = bit(ir::RmwOp::Xchg) | bit(ir::RmwOp::Add) | bit(ir::RmwOp::Sub);
  t.rmw_without_result = bit(ir::RmwOp::And) | bit(ir::RmwOp::Or) | bit(ir::RmwOp::Xor);
  if (!a.baseline) return t;
  t.has_count_zeros = t.has_byte_swap = t.has_rotate = t.has_funnel_shift = t.has_sqrt = t.copies_16_bytes = false;
  t.rmw_with_result = t.rmw_without_result = 0;
  return t;
}

int run(const Arguments& a, Diagnostics& diagnostics) {
  std::string error;
  auto source = SourceFile::open(a.file, error);
  if (!source) {
    diagnostics.error(error);
    return 1;
  }
  auto module = reader::read_module(*source, diagnostics);
  if (!module) return 1;
  std::vector<std::unique_ptr<ir::Function>> bodies;
  std::vector<const ir::Function*> list;
  legalize::LegalizeTarget target = target_of(a);
  for (ir::GlobalId id = 0; id < module->globals.size(); ++id) {
    const ir::Global& g = module->globals[id];
    if (g.kind != ir::GlobalKind::Function || g.is_declaration) continue;
    auto body = reader::read_body(*module, id, diagnostics);
    if (!body) continue;
    if (!a.read_only) legalize::legalize(*body, target, a.options, diagnostics);
    list.push_back(body.get());
    bodies.push_back(std::move(body));
  }
  if (diagnostics.has_errors()) return 1;
  std::string text = ir::print(*module, list);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  Arguments a;
  if (!parse(argc, argv, a)) {
    std::fputs(usage, stderr);
    return 2;
  }
  Diagnostics diagnostics("lathe-legalize");
  int status;
  try {
    status = run(a, diagnostics);
  } catch (const std::exception& e) {
    diagnostics.error(e.what());
    status = 70;
  }
  diagnostics.flush();
  return status;
}
