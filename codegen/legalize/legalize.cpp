// The passes in order. One scan says which have anything to do; most functions need few of them.

#include "codegen/legalize/legalize.h"

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"
#include "codegen/reader/metadata.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

constexpr u32 Always = 1, Constants = 2, Aggregates = 4, Vectors = 8, Addresses = 16, Intrinsics = 32, Atomics = 64,
              Switches = 128, WideInts = 256, OddInts = 512, Floats = 1024, Divisions = 2048, Optimizing = 4096,
              Changed = 8192, AsmGoto = 16384, IndirectBranches = 1 << 15,
              Variadics = 1 << 16, Instrumented = 1 << 17, Exceptions = 1 << 18;

struct Pass {
  std::string_view name;
  void (*run)(Context&);
  u32 need;
};

constexpr Pass passes[] = {
    {"unreachable", remove_unreachable_blocks, Always},
    {"exceptions", legalize_exceptions, Exceptions},
    {"asm-goto", legalize_asm_goto, AsmGoto},
    {"indirect-branches", legalize_indirect_branches, IndirectBranches},
    {"variadics", legalize_variadics, Variadics},
    {"instrumentation", add_instrumentation, Instrumented},
    {"constants", legalize_constants, Constants},
    {"aggregates", legalize_aggregates, Aggregates},
    {"vectors", legalize_vectors, Vectors},
    {"addresses", legalize_addresses, Addresses},
    {"intrinsics", legalize_intrinsics, Intrinsics},
    {"atomics", legalize_atomics, Atomics},
    {"switches", legalize_switches, Switches},
    {"wide-ints", legalize_wide_ints, WideInts},
    {"odd-ints", legalize_odd_ints, OddInts},
    {"floats", legalize_floats, Floats},
    {"divisions", legalize_divisions, Divisions},
    {"merge-blocks", merge_blocks, Optimizing},
    {"sinking", sink_addresses, Optimizing},
    {"increments", sink_increments, Optimizing},
    {"dead-code", remove_dead_instructions, Changed | Optimizing},
};

// What an operation on a type asks for. Types are classified once each.
class Scan {
public:
  explicit Scan(const Function& function) : f(function) {}

  u32 run() {
    u32 needs = Always;
    for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
      for (InstId id = f.blocks[b].first; id != none; id = f[id].next) needs |= of(id);
    for (TypeId t : f.argument_types) needs |= of_type(t);
    return needs;
  }

private:
  u32 of_type(TypeId t) {
    u32 i = static_cast<u32>(t);
    if (types_.size() <= i) types_.resize(std::max<size_t>(f.types.size(), i + 1), ~0u);
    if (types_[i] == ~0u) types_[i] = classify(t);
    return types_[i];
  }

  u32 classify(TypeId t) const {
    const Type& row = f.types[t];
    switch (row.kind) {
    case TypeKind::Integer: return row.bits > 64 ? WideInts : row.bits == 0 || is_legal_width(row.bits) ? 0 : OddInts;
    case TypeKind::Half:
    case TypeKind::BFloat: return Floats;
    case TypeKind::Struct: {
      u32 needs = Aggregates;
      for (TypeId e : row.elements) needs |= classify(e);
      return needs;
    }
    case TypeKind::Array: return Aggregates | classify(row.element);
    case TypeKind::Vector: return Vectors | Intrinsics | classify(row.element);
    default: return 0;
    }
  }

  u32 of_constant(Value v) {
    if (constants_.size() <= v.index()) constants_.resize(std::max<size_t>(f.constants.size(), v.index() + 1), ~0u);
    u32& known = constants_[v.index()];
    if (known != ~0u) return known;
    const Constant& c = f.constants[v.index()];
    known = of_type(c.type);
    bool expression = c.kind == ConstantKind::Expression || c.kind == ConstantKind::Aggregate;
    // A computed expression may be any instruction: what it asks for is found by the next scan.
    if (expression) known |= Constants;
    return known;
  }

  u32 of(InstId id) {
    const Instruction& i = f[id];
    u32 needs = of_type(i.type) | of_opcode(i, id);
    for (Value v : f.operands_of(id))
      if (v.is_constant()) needs |= of_constant(v);
    return needs;
  }

  u32 of_opcode(const Instruction& i, InstId id) {
    bool bit = i.type == TypeId::I1;
    switch (i.op) {
    case Opcode::CallBr: return AsmGoto;
    case Opcode::Resume: return Exceptions;
    case Opcode::IndirectBr: return IndirectBranches;
    case Opcode::VAArg: return Variadics;
    case Opcode::Invoke: return Exceptions;
    case Opcode::Call: {
      Value callee = f.operand(id, 0);
      return callee.is_global() && f.global(callee.index()).is_intrinsic() ? Intrinsics : 0;
    }
    case Opcode::GetElementPtr:
    case Opcode::Alloca: return Addresses;
    case Opcode::Load: return (i.sub ? Atomics : 0) | (bit ? OddInts : 0);
    case Opcode::Store: return (i.sub ? Atomics : 0) | (f.type_of(f.operand(id, 0)) == TypeId::I1 ? OddInts : 0);
    case Opcode::CmpXchg:
    case Opcode::AtomicRmw: return Atomics;
    case Opcode::Switch: return Switches;
    case Opcode::UDiv:
    case Opcode::SDiv:
    case Opcode::URem:
    case Opcode::SRem: return Divisions | (bit ? OddInts : 0);
    case Opcode::Add:
    case Opcode::Sub:
    case Opcode::Mul:
    case Opcode::Shl:
    case Opcode::LShr:
    case Opcode::AShr:
    case Opcode::PtrToInt:
    case Opcode::PtrToAddr: return bit ? OddInts : 0;
    case Opcode::ICmp:
    case Opcode::IntToPtr: return f.type_of(f.operand(id, 0)) == TypeId::I1 ? OddInts : 0;
    case Opcode::FPToSI:
    case Opcode::FPToUI: return Floats | (bit ? OddInts : 0);
    case Opcode::SIToFP:
    case Opcode::UIToFP: return Floats | (f.type_of(f.operand(id, 0)) == TypeId::I1 ? OddInts : 0);
    case Opcode::FRem: return Floats;
    case Opcode::Select: return i.type == TypeId::X86Fp80 || i.type == TypeId::Fp128 ? Floats : 0;
    case Opcode::FCmp: return f.type_of(f.operand(id, 0)) == TypeId::Fp128 ? Floats : i.sub == 0 || i.sub == 15 ? Floats : 0;
    case Opcode::FPTrunc: return f.type_of(f.operand(id, 0)) == TypeId::Fp128 ? Floats : 0;
    default: return i.type == TypeId::Fp128 ? Floats : 0;
    }
  }

  const Function& f;
  std::vector<u32> types_, constants_;
};

void refuse_what_no_pass_takes(const Function& f, const LegalizeTarget& target) {
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
    for (InstId id = f.blocks[b].first; id != none; id = f[id].next) {
      const Instruction& i = f[id];
      f.at = id;
      switch (i.op) {
      case Opcode::CatchSwitch:
      case Opcode::CatchRet:
      case Opcode::CleanupRet:
      case Opcode::CatchPad:
      case Opcode::CleanupPad: unsupported(f, "'" + std::string(spelling(i.op)) + "' (Windows exception handling)");
      case Opcode::Call:
      case Opcode::Invoke: check_signature(f, id, target); break;
      default: break;
      }
      TypeKind kind = f.types.kind(i.type);
      if (kind == TypeKind::PpcFp128 || kind == TypeKind::X86Amx || kind == TypeKind::TargetExtension)
        unsupported(f, "a value of type '" + type_text(f, i.type) + "'");
    }
}

} // namespace

std::span<const std::string_view> pass_names() {
  static const auto names = [] {
    std::vector<std::string_view> list;
    for (const Pass& p : passes) list.push_back(p.name);
    return list;
  }();
  return names;
}

bool legalize(Function& f, const LegalizeTarget& target, const LegalizeOptions& options, Diagnostics& diagnostics) {
  u32 errors = diagnostics.error_count();
  try {
    Context context{f, target, options, diagnostics};
    refuse_what_no_pass_takes(f, target);
    u32 needs = Scan(f).run();
    if (options.opt_level > 0) needs |= Optimizing;
    if (wants_instrumentation(f)) needs |= Instrumented;
    for (const Pass& pass : passes) {
      f.at = none;
      if (pass.need & needs) {
        pass.run(context);
        bool structural = pass.need & (Exceptions | AsmGoto | Instrumented | Variadics | Constants | Aggregates | Vectors |
                                       Intrinsics | Atomics | Switches | WideInts);
        if (structural) needs |= Scan(f).run() | Changed;
        if (options.after_pass) options.after_pass(f, pass.name, options.after_pass_data);
        Diagnostics found("legalize");
        if (options.verify && !verify(f, found)) internal_error("after pass " + std::string(pass.name) + ": " + found.format());
      }
      if (pass.name == options.stop_after) break;
    }
  } catch (const reader::SourceError& e) {
    e.report(diagnostics);
  } catch (const CompileError& e) {
    diagnostics.error(e.place, e.what());
  }
  return diagnostics.error_count() == errors;
}

} // namespace lathe::legalize
