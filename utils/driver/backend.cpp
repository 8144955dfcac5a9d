#include "utils/driver/backend.h"

#include "assembler/assemble.h"
#include "codegen/peephole/peephole.h"
#include "codegen/pipeline.h"
#include "linker/elf/linker.h"
#include "utils/assembler_options.h"

#include <algorithm>
#include <cstdio>

namespace lathe::driver {
namespace {

codegen::CompileOptions compile_options(const Invocation& in, u32 threads, Report& report) {
  codegen::CompileOptions to;
  to.opt_level = static_cast<u32>(in.optimize > 2 ? 2 : in.optimize);
  switch (in.relocation) {
  case Relocation::FromModule: to.relocation = codegen::RelocationModel::FromModule; break;
  case Relocation::Static: to.relocation = codegen::RelocationModel::Static; break;
  case Relocation::Pie: to.relocation = codegen::RelocationModel::Pie; break;
  case Relocation::Pic: to.relocation = codegen::RelocationModel::Pic; break;
  }
  if (in.omit_frame_pointer)
    to.frame_pointer = *in.omit_frame_pointer ? codegen::FramePointer::Omit : codegen::FramePointer::All;
  to.red_zone = in.red_zone.value_or(true);
  to.function_sections = in.function_sections;
  to.data_sections = in.data_sections;
  to.jump_tables = in.jump_tables;
  to.ident = in.ident;
  to.verbose_asm = in.verbose_asm;
  to.via_text = in.via_text.value_or(false);
  to.peephole = in.peephole.value_or(true);
  to.kernel_code_model = in.code_model == "kernel";
  to.stats = in.stats;
  to.report = &report.text;
  to.times = in.time ? &report.times : nullptr;
  to.jobs = threads;
  to.allocator = in.regalloc;
  to.verify_each = in.verify_each || codegen::verify_by_default;
  to.stop_after = in.stop_after;
  to.print_after = in.print_after;
  to.save_stages = in.save_stages;
  return to;
}

// An empty word is one that was not given.
void check_word(const char* option, const std::string& word, const std::vector<std::string_view>& known, Diagnostics& diagnostics) {
  if (word.empty() || std::find(known.begin(), known.end(), word) != known.end()) return;
  std::string list;
  for (std::string_view name : known) list += (list.empty() ? "" : ", ") + std::string(name);
  diagnostics.error("'" + std::string(option) + word + "' names none of " + list);
}

} // namespace

void check_stage_options(const Invocation& in, Diagnostics& diagnostics) {
  check_word("--stop-after=", in.stop_after, codegen::stage_names(), diagnostics);
  check_word("--print-after=", in.print_after, codegen::stage_names(), diagnostics);
  check_word("--regalloc=", in.regalloc, codegen::allocator_names(), diagnostics);
}

bool compile_to_text(const Invocation& invocation, u32 threads, const SourceFile& ir, std::string& text, Report& report,
                     Diagnostics& diagnostics) {
  return codegen::compile_to_text(ir, compile_options(invocation, threads, report), text, diagnostics);
}

bool compile_to_object(const Invocation& invocation, u32 threads, const SourceFile& ir, std::vector<u8>& object, Report& report,
                       Diagnostics& diagnostics) {
  return codegen::compile_to_object(ir, compile_options(invocation, threads, report), object, diagnostics);
}

bool optimize_text(const Invocation& invocation, const SourceFile& assembly, std::string& text, Report& report,
                   Diagnostics& diagnostics) {
  assembler::StatementBuffer statements;
  if (!assembler::parse(assembly, statements, diagnostics)) return false;
  codegen::peephole::Stats stats;
  codegen::peephole::optimize(statements, {.origin = codegen::peephole::Origin::Unknown, .level = static_cast<u32>(invocation.optimize)}, stats);
  assembler::print(statements, text);
  if (invocation.stats) report.text += stats.format();
  return true;
}

bool assemble_text(const Invocation& invocation, const SourceFile& assembly, bool is_foreign, std::vector<u8>& object,
                   Diagnostics& diagnostics) {
  AssemblerCommand command;
  parse_assembler_options(invocation.assembler_words, command, diagnostics);
  if (diagnostics.has_errors()) return false;
  if (command.prints_short_version) std::fputs("GNU assembler version 2.40 (Lathe)\n", stderr);
  if (is_foreign && invocation.debug) command.options.debug_lines = true;
  if (command.options.fatal_warnings) diagnostics.set_warnings_are_errors(true);
  return assemble(assembly, command, object, diagnostics);
}

bool link_objects(const std::vector<std::string>& words, std::vector<NamedObject> objects, Diagnostics& diagnostics) {
  std::vector<linker::MemoryInput> memory;
  for (NamedObject& object : objects) memory.push_back({std::move(object.name), std::move(object.bytes)});
  std::string text;
  bool ok = linker::link(words, std::move(memory), diagnostics, text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return ok;
}

} // namespace lathe::driver
