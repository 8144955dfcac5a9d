// .gcc_except_table: which landing pad takes what is thrown inside which instructions, as libgcc's and libstdc++'s
// personality functions read it ("Exception Handling ABI", gcc's unwind-dw2 and eh_personality).
//
//     header         landing pads count from the function's start; how types are encoded; where the types begin
//     call sites     begin, length, landing pad, first action (0: only clean up, or go on when there is no pad)
//     actions        type or filter number, 1 when the next record belongs to the same pad
//     types          from the last to the first: distance to a pointer to the type information, 0 for any exception
//     filters        of dynamic exception specifications: lists of type numbers, each ended by 0
//
// All code outside of call sites that have a pad gets one without: the personality ends the program where it finds none.

#include "codegen/emit/debug.h"
#include "codegen/emit/emit.h"
#include "codegen/machine/names.h"

#include <algorithm>

namespace lathe::codegen::emit {

using assembler::Directive;
using assembler::Operator;

namespace {

constexpr i64 pc_relative = 0x1b, indirect = 0x80, omitted = 0xff, uleb128 = 1;

u32 sleb_size(i64 v) {
  u32 size = 1;
  for (; v < -64 || v > 63; v >>= 7) ++size;
  return size;
}
u32 uleb_size(u64 v) {
  u32 size = 1;
  for (; v > 127; v >>= 7) ++size;
  return size;
}

class ExceptionTableWriter {
public:
  ExceptionTableWriter(const FunctionCode& code, StatementBuffer& out) : code_(code), table_(code.exceptions), out_(out) {}

  void run() {
    plan_actions();
    bool has_types = !table_.types.empty() || !table_.filters.empty();
    out_.section(".gcc_except_table", "a", "progbits");
    out_.p2align(2);
    out_.label(out_.symbol(exception_table_label(code_.ordinal)));
    byte(omitted);
    byte(has_types ? indirect | pc_relative : omitted);
    SymbolId types = local("t");
    if (has_types) distance("r", types);
    byte(uleb128);
    SymbolId sites_end = local("e");
    distance("s", sites_end);
    call_sites();
    out_.label(sites_end);
    actions();
    if (has_types) type_table(types);
    out_.p2align(2);
    pointers();
  }

private:
  SymbolId local(std::string_view what) { return out_.symbol(exception_table_label(code_.ordinal) + std::string(what)); }
  void number(Directive d, i64 n) { out_.data(d, {out_.immediate(n)}); }
  void byte(i64 n) { number(Directive::byte, n); }
  void between(SymbolId from, SymbolId to) { out_.data(Directive::uleb128, {out_.difference(to, from)}); }
  // How far `to` is from behind this number.
  void distance(std::string_view name, SymbolId to) {
    SymbolId here = local(name);
    between(here, to);
    out_.label(here);
  }

  // One record a clause, each pad's records behind each other; a pad that only cleans up has none.
  void plan_actions() {
    u32 at = 0;
    for (const std::vector<u32>& filter : table_.filters) {
      filter_numbers_.push_back(-1 - static_cast<i64>(at));
      for (u32 type : filter) at += uleb_size(type);
      ++at;
    }
    u32 offset = 0;
    for (const ExceptionTable::Pad& pad : table_.pads) {
      first_action_.push_back(pad.clauses.empty() ? 0 : offset + 1);
      if (pad.clauses.empty()) continue;
      for (i32 clause : pad.clauses) offset += sleb_size(clause_number(clause)) + 1;
      if (pad.cleanup) offset += 2;
    }
  }
  i64 clause_number(i32 clause) const { return clause > 0 ? clause : filter_numbers_[static_cast<size_t>(-1 - clause)]; }

  void actions() {
    for (const ExceptionTable::Pad& pad : table_.pads) {
      for (size_t k = 0; k < pad.clauses.size(); ++k) {
        number(Directive::sleb128, clause_number(pad.clauses[k]));
        byte(k + 1 < pad.clauses.size() || pad.cleanup);
      }
      if (!pad.clauses.empty() && pad.cleanup) byte(0), byte(0);
    }
  }

  void call_sites() {
    SymbolId start = out_.symbol(function_start_label(code_.ordinal)), last = start;
    for (const ExceptionTable::CallSite& site : table_.sites) {
      SymbolId begin = out_.symbol(call_site_label(code_.ordinal, site.label)),
               end = out_.symbol(call_site_label(code_.ordinal, site.label + 1));
      site_without_pad(start, last, begin);
      between(start, begin);
      between(begin, end);
      between(start, out_.symbol(block_label(code_.ordinal, site.target)));
      number(Directive::uleb128, first_action_[site.pad]);
      last = end;
    }
    site_without_pad(start, last, out_.symbol(function_end_label(code_.ordinal)));
  }
  void site_without_pad(SymbolId start, SymbolId begin, SymbolId end) {
    between(start, begin);
    between(begin, end);
    byte(0);
    byte(0);
  }

  SymbolId pointer(size_t type) { return local("p" + std::to_string(type)); }

  void type_table(SymbolId end) {
    out_.p2align(2);
    for (size_t k = table_.types.size(); k-- > 0;) {
      if (table_.types[k] == no_id) {
        number(Directive::long_, 0);
        continue;
      }
      u32 here = out_.add_expression({.op = Operator::Here});
      out_.data(Directive::long_,
                {out_.expression(out_.binary(Operator::Subtract, out_.symbol_expression(pointer(k)), here), true)});
    }
    out_.label(end);
    for (const std::vector<u32>& filter : table_.filters) {
      for (u32 type : filter) number(Directive::uleb128, type);
      byte(0);
    }
  }

  // The table is read-only and lies near; the type information may be anywhere.
  void pointers() {
    bool entered = false;
    for (size_t k = 0; k < table_.types.size(); ++k) {
      if (table_.types[k] == no_id) continue;
      if (!entered) {
        out_.section(".data.rel.ro", "aw", "progbits");
        out_.p2align(3);
      }
      entered = true;
      out_.label(pointer(k));
      out_.data(Directive::quad, {out_.target(out_.symbol(code_.symbols.text(table_.types[k])))});
    }
  }

  const FunctionCode& code_;
  const ExceptionTable& table_;
  StatementBuffer& out_;
  std::vector<u32> first_action_;     // by pad
  std::vector<i64> filter_numbers_;
};

std::string personality_reference(const ModuleContext& context, const ir::Global& function) {
  if (!function.personality.is_global())
    throw CompileError({context.module.source, function.offset, 1},
                       "a personality of '" + std::string(function.name) + "' that is no function is not supported");
  return "DW.ref." + symbol_name(context.module.globals[function.personality.index()]);
}

} // namespace

void emit_exception_directives(const ModuleContext& context, const ir::Global& function, const FunctionCode& code,
                               StatementBuffer& out) {
  SymbolId personality = out.symbol(personality_reference(context, function));
  out.directive(Directive::cfi_personality, {out.immediate(indirect | pc_relative), out.target(personality)});
  SymbolId table = out.symbol(exception_table_label(code.ordinal));
  out.directive(Directive::cfi_lsda, {out.immediate(pc_relative), out.target(table)});
}

void emit_exception_table(const FunctionCode& code, StatementBuffer& out) { ExceptionTableWriter(code, out).run(); }

// One pointer for the whole program: personality routines may come from shared libraries.
void emit_personalities(const ModuleContext& context, StatementBuffer& out) {
  std::vector<ir::GlobalId> done;
  for (const ir::Global& g : context.module.globals) {
    if (g.kind != ir::GlobalKind::Function || g.is_declaration || !g.personality.is_global()) continue;
    ir::GlobalId id = g.personality.index();
    if (std::find(done.begin(), done.end(), id) != done.end()) continue;
    done.push_back(id);
    std::string name = personality_reference(context, g);
    SymbolId reference = out.symbol(name);
    out.directive(Directive::hidden, {out.target(reference)});
    out.directive(Directive::weak, {out.target(reference)});
    out.section(".data.rel.local." + name, "awG", "progbits", 0, name, true);
    out.p2align(3);
    out.type(reference, "@object");
    out.directive(Directive::size, {out.target(reference), out.immediate(8)});
    out.label(reference);
    out.data(Directive::quad, {out.target(out.symbol(symbol_name(context.module.globals[id])))});
  }
}

} // namespace lathe::codegen::emit
