// Calls at a function's entry and exits that clang asks for by attributes (-pg, -finstrument-functions-after-inlining):
//
//   "instrument-function-entry-inlined"="mcount"                     call void @mcount()
//   "instrument-function-entry-inlined"="__cyg_profile_func_enter"   call void @__cyg_profile_func_enter(ptr @f, ptr %caller)
//   "instrument-function-exit-inlined"="__cyg_profile_func_exit"     the same before every return
//
// Needs: nothing. Gives: these calls. The functions named by "instrument-function-entry" without "-inlined" were called
// by the optimizer already.

#include "codegen/legalize/context.h"

namespace lathe::legalize {
namespace {

// mcount finds out by itself who called it.
bool wants_arguments(std::string_view name) {
  return name == "__cyg_profile_func_enter" || name == "__cyg_profile_func_exit";
}

void call_hook(Emitter& e, std::string_view name) {
  if (name.starts_with('\1')) name.remove_prefix(1);
  if (!wants_arguments(name)) {
    call_named(e, name, TypeId::Void, {});
    return;
  }
  Value caller = call_named(e, "llvm.returnaddress", TypeId::Ptr, {e.integer(TypeId::I32, 0)});
  call_named(e, name, TypeId::Void, {global_value(e.f().self), caller});
}

// Behind the entry's allocas, which stay together.
InstId first_real_instruction(const Function& f) {
  InstId id = f.blocks[f.first_block].first;
  while (f[id].op == Opcode::Alloca && f[id].next != none) id = f[id].next;
  return id;
}

} // namespace

bool wants_instrumentation(const Function& f) {
  const AttributeSet& attributes = f.module.attributes[f.module.globals[f.self].function_attributes];
  if (attributes.has(Attribute::Naked)) return false;
  return attributes.find("instrument-function-entry-inlined") || attributes.find("instrument-function-exit-inlined");
}

void add_instrumentation(Context& context) {
  Function& f = context.f;
  const AttributeSet& attributes = f.module.attributes[f.module.globals[f.self].function_attributes];
  const std::string_view* entry = attributes.find("instrument-function-entry-inlined");
  const std::string_view* exit = attributes.find("instrument-function-exit-inlined");
  if (entry && !entry->empty()) {
    Emitter e(f);
    e.before_instruction(first_real_instruction(f));
    call_hook(e, *entry);
  }
  if (!exit || exit->empty()) return;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    InstId last = f.terminator(b);
    if (f[last].op != Opcode::Ret && f[last].op != Opcode::Resume) continue;
    // Nothing may stand between a call that must be a tail call and its return.
    InstId before = f[last].prev;
    bool is_tail = before != none && f[before].op == Opcode::Call && f.call_info(before).tail == TailKind::MustTail;
    Emitter e(f);
    e.before_instruction(is_tail ? before : last);
    call_hook(e, *exit);
  }
}

} // namespace lathe::legalize
