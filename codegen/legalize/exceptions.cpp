// Exceptions. An invoke ends its block, so nothing can stand between it and the blocks it leads to. Gives: nobody uses
// an invoke's value, its normal destination begins with a call of llvm.callbr.landingpad instead and has the invoke's
// block as its only predecessor; a landingpad's block has no phis and one predecessor; `resume` is a call.
//
//     %r = invoke i32 @f()                        invoke i32 @f()
//          to label %a unwind label %pad               to label %a1 unwind label %pad1
//                                             a1: %r.a = call i32 @llvm.callbr.landingpad()
//     pad: %e = landingpad ...                    br label %a
//                                           pad1: %e.1 = landingpad ...
//                                                 br label %pad
//     resume %e                                   call void @_Unwind_Resume(ptr extractvalue %e, 0)

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

class ExceptionRewriter {
public:
  explicit ExceptionRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {}

  void run() {
    std::vector<InstId> invokes, pads, resumes;
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      InstId last = f.terminator(block), first = first_behind_phis(block);
      if (f[last].op == Opcode::Invoke) invokes.push_back(last);
      if (f[last].op == Opcode::Resume) resumes.push_back(last);
      if (f[first].op == Opcode::LandingPad) pads.push_back(first);
    }
    bool lost_edges = false;
    for (InstId id : invokes) {
      if (is_call(id))
        unwinders_.push_back(id), move_value(id);
      else
        become_call(id), lost_edges = true;
    }
    for (InstId id : pads) give_each_its_own(id);
    for (InstId id : resumes) become_unwinding(id);
    replacements_.apply();
    for (InstId id : doomed_) f.set_operands(id, {});
    for (InstId id : doomed_) f.remove(id);
    if (lost_edges) remove_unreachable_blocks(context);
  }

private:
  InstId first_behind_phis(BlockId block) const {
    InstId id = f.blocks[block].first;
    while (f[id].op == Opcode::Phi) id = f[id].next;
    return id;
  }

  bool is_call(InstId id) const {
    Value callee = f.operand(id, 0);
    if (callee.is(ValueKind::InlineAsm)) {
      if (f.asms[callee.index()].unwind) unsupported(f, "inline assembly that unwinds");
      return false;
    }
    return !callee.is_global() || !f.global(callee.index()).is_intrinsic();
  }

  // What does not unwind is a call and a branch.
  void become_call(InstId id) {
    u32 count = f[id].operand_count;
    BlockId block = f[id].block, normal = f.operand(id, count - 2).index(), unwind = f.operand(id, count - 1).index();
    std::vector<Value> operands(f.operands_of(id).begin(), f.operands_of(id).end() - 2);
    f.set_operands(id, operands);
    f[id].op = Opcode::Call;
    for (InstId phi = f.blocks[unwind].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
      std::vector<Value> kept;
      auto entries = f.operands_of(phi);
      for (u32 i = 0; i + 1 < entries.size(); i += 2)
        if (entries[i + 1] != block_value(block)) kept.insert(kept.end(), {entries[i], entries[i + 1]});
      f.set_operands(phi, kept);
    }
    b.at_end(block);
    b.location = f[id].location;
    b.br(normal);
  }

  void move_value(InstId id) {
    if (f[id].type == TypeId::Void) return;
    BlockId edge = split_edge(f, f[id].block, f[id].operand_count - 2);
    b.before_instruction(f.blocks[edge].first);
    replacements_.add(instruction_value(id), call_named(b, "llvm.callbr.landingpad", f[id].type, {}));
  }

  void give_each_its_own(InstId pad) {
    BlockId block = f[pad].block;
    std::vector<InstId> from;
    for (InstId id : unwinders_)
      if (f.operand(id, f[id].operand_count - 1) == block_value(block)) from.push_back(id);
    if (from.size() == 1) return fold_phis(block);
    if (from.empty()) return; // unreachable by now
    std::vector<std::pair<Value, BlockId>> values;
    for (InstId id : from) {
      BlockId own = split_edge(f, f[id].block, f[id].operand_count - 1);
      std::vector<Value> clauses(f.operands_of(pad).begin(), f.operands_of(pad).end());
      InstId copy = f.create(Opcode::LandingPad, f[pad].type, clauses);
      f[copy].flags = f[pad].flags;
      f[copy].aux = f[pad].aux;
      f[copy].location = f[pad].location;
      f.insert_before(f.blocks[own].first, copy);
      values.emplace_back(instruction_value(copy), own);
    }
    b.before_instruction(f.blocks[block].first);
    replacements_.add(instruction_value(pad), b.phi(f[pad].type, values));
    doomed_.push_back(pad);
  }

  void fold_phis(BlockId block) {
    for (InstId phi = f.blocks[block].first; f[phi].op == Opcode::Phi; phi = f[phi].next) {
      replacements_.add(instruction_value(phi), f.operand(phi, 0));
      doomed_.push_back(phi);
    }
  }

  void become_unwinding(InstId id) {
    const Type& type = f.types[f.type_of(f.operand(id, 0))];
    if (type.kind != TypeKind::Struct || type.elements.empty() || type.elements[0] != TypeId::Ptr)
      unsupported(f, "a resume of another type than { ptr, i32 }");
    b.before_instruction(id);
    u32 first = 0;
    Value object = b.extract_value(f.operand(id, 0), {&first, 1});
    call_named(b, "_Unwind_Resume", TypeId::Void, {object});
    f.set_operands(id, {});
    f[id].op = Opcode::Unreachable;
  }

  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
  std::vector<InstId> unwinders_; // invokes that stay
  std::vector<InstId> doomed_;
};

} // namespace

void legalize_exceptions(Context& c) { ExceptionRewriter(c).run(); }

} // namespace lathe::legalize
