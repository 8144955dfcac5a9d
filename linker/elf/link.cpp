// One link from beginning to end. Each line is a pass; the comments between them are milestones that hold for
// everything below.

#include "linker/elf/linker.h"

#include "common/output_file.h"
#include "linker/elf/layout_script.h"
#include "linker/elf/merge.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <fmt/format.h>
#include <sys/resource.h>

namespace lathe::linker {

Context::Context(Options& o, Diagnostics& d) : options(o), diag(d) {}
Context::~Context() = default;

namespace {

bool run_passes(Context& ctx) {
  add_command_line_symbols(ctx);
  open_inputs(ctx);
  if (!ctx.ok()) return false;
  // From here no input is added.

  resolve_versioned_references(ctx);
  define_provided_symbols(ctx);
  create_synthetic_sections(ctx);
  add_linker_symbols(ctx);
  evaluate_defsyms(ctx);
  allocate_commons(ctx);
  read_version_scripts(ctx);
  decide_exports(ctx);
  check_shared_undefined(ctx);
  check_hidden_references(ctx);
  if (!ctx.ok()) return false;
  // From here no global symbol is added, and each knows its definition and whether it can be preempted.

  decompress_sections(ctx);
  parse_eh_frames(ctx);
  choose_script_rules(ctx);
  collect_garbage(ctx);
  // From here it is known which sections are linked.

  merge_sections(ctx);
  if (!ctx.options.relocatable) scan_relocations(ctx);
  report_undefined(ctx);
  if (!ctx.ok()) return false;
  assign_slots(ctx);
  build_dynamic_symbols(ctx);
  make_notes(ctx);
  size_eh_frame(ctx);
  make_output_sections(ctx);
  drop_empty_outputs(ctx);
  sort_output_sections(ctx);
  // From here the set and the order of output sections stand.

  number_dynamic_relocations(ctx);
  size_dynamic(ctx);
  make_relocation_outputs(ctx);
  size_symtab(ctx);
  assign_addresses(ctx);
  while (ctx.ok() && update_relr(ctx)) assign_addresses(ctx);
  if (!ctx.ok()) return false;
  assign_symbol_addresses(ctx);
  report_script(ctx);
  if (!ctx.ok()) return false;
  // From here all addresses are known and final.

  check_permissions(ctx);

  return write_output(ctx);
}

std::string statistics() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return fmt::format("ld.lathe: total time in link: {:.6f}\nld.lathe: largest memory use: {} KiB\n",
                     seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
}

} // namespace

bool link(std::span<const std::string> args, std::vector<MemoryInput> memory, Diagnostics& diagnostics,
          std::string& text) {
  Options options;
  switch (parse_options(args, options, diagnostics, text)) {
  case ParseResult::Failed: return false;
  case ParseResult::Done: return true;
  case ParseResult::Link: break;
  }
  auto context = std::make_unique<Context>(options, diagnostics);
  Context& ctx = *context;
  ctx.text = &text;
  for (MemoryInput& input : memory)
    ctx.memory_inputs[input.name] = {reinterpret_cast<const char*>(input.bytes.data()), input.bytes.size()};
  bool done = false;
  run_with_threads(options.threads, [&] { done = run_passes(ctx); });
  if (options.no_warnings) diagnostics.drop_warnings();
  if (options.stats) text += statistics();
  bool ok = done && ctx.ok();
  if (!ok && !ctx.output_is_input) remove_output(options.output);
  return ok;
}

} // namespace lathe::linker
