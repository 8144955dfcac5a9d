// Intrinsics: what they are called, those that vanish or stand for one simple thing, and the walk over all calls.
// Needs: no vectors, no aggregates but call results. Gives: legalize.h (12).

#include "codegen/legalize/context.h"

#include <unordered_map>

namespace lathe::legalize {

namespace {

struct NamedIntrinsic {
  std::string_view name;
  Intrinsic id;
};
constexpr NamedIntrinsic named[] = {
#define INTRINSIC(id, name, types) {name, Intrinsic::id},
#include "codegen/legalize/intrinsics.def"
};

const std::unordered_map<std::string_view, Intrinsic>& by_name() {
  static const auto table = [] {
    std::unordered_map<std::string_view, Intrinsic> t;
    for (const NamedIntrinsic& n : named) t.emplace(n.name, n.id);
    return t;
  }();
  return table;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "p0", "i64", "v4f32", "bf16", "s_struct.x", ...: a type in an intrinsic's name.
bool is_type_suffix(std::string_view s) {
  if (s.size() < 2) return false;
  if ((s[0] == 'p' || s[0] == 'i' || s[0] == 'f' || s[0] == 'v' || s[0] == 'a') && is_digit(s[1])) return true;
  return s.starts_with("bf16") || s.starts_with("nxv") || s.starts_with("s_") || s.starts_with("sl_") ||
         s.starts_with("ppcf128") || s == "metadata" || s == "isVoid" || s == "token";
}

constexpr std::string_view constrained = "experimental.constrained";

Intrinsic find(std::string_view name) {
  const auto& table = by_name();
  for (std::string_view rest = name;;) {
    if (auto at = table.find(rest); at != table.end()) return at->second;
    size_t dot = rest.rfind('.');
    if (dot == std::string_view::npos || !is_type_suffix(rest.substr(dot + 1))) break;
    rest = rest.substr(0, dot);
  }
  return name.starts_with(constrained) ? Intrinsic::ConstrainedOther : Intrinsic::Unknown;
}

} // namespace

Intrinsic intrinsic_of(const Function& f, Value callee) {
  if (!callee.is_global()) return Intrinsic::None;
  const Global& g = f.global(callee.index());
  return g.is_intrinsic() ? find(g.intrinsic_name()) : Intrinsic::None;
}

Intrinsic unconstrained(std::string_view name) {
  return find(name.substr(std::min(name.size(), ir::intrinsic_prefix.size() + constrained.size() + 1)));
}

Intrinsic intrinsic_of(const Function& f, InstId id) {
  Opcode op = f[id].op;
  if (op != Opcode::Call && op != Opcode::Invoke) return Intrinsic::None;
  return intrinsic_of(f, f.operand(id, 0));
}

namespace {

class IntrinsicRewriter {
public:
  explicit IntrinsicRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {}

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      InstId next;
      for (InstId id = f.blocks[block].first; id != none; id = next) {
        next = f[id].next;
        visit(id, 0);
      }
    }
    replacements_.apply();
    for (InstId id : doomed_) f.set_operands(id, {});
    for (InstId id : doomed_) f.remove(id);
  }

private:
  void visit(InstId id, u32 depth) {
    Intrinsic which = intrinsic_of(f, id);
    if (which == Intrinsic::None) return;
    f.at = id;
    lathe_check(depth < 16, "intrinsics expand into each other");
    InstId before = f[id].prev;
    b.before_instruction(id);
    std::vector<Value> results;
    if (!expand(id, which, results)) return;
    finish(id, results);
    for (InstId made = before == none ? f.blocks[f[id].block].first : f[before].next, next; made != id; made = next) {
      next = f[made].next;
      if (f[made].op == Opcode::Call) visit(made, depth + 1);
    }
  }

  void finish(InstId id, const std::vector<Value>& results) {
    doomed_.push_back(id);
    if (f[id].type == TypeId::Void) return;
    if (!f.types.is_aggregate(f[id].type)) {
      lathe_check(!results.empty(), "an intrinsic's result was dropped");
      replacements_.add(instruction_value(id), results[0]);
      return;
    }
    for (InstId next = f[id].next; next != none && f[next].op == Opcode::ExtractValue; next = f[next].next) {
      if (f.operand(next, 0) != instruction_value(id)) continue;
      replacements_.add(instruction_value(next), results[f.indices[f[next].aux]]);
      doomed_.push_back(next);
    }
  }

  Value argument(InstId id, u32 i) const { return f.operand(id, 1 + i); }

  // True when the call goes; `results` holds what it gave.
  bool expand(InstId id, Intrinsic which, std::vector<Value>& results) {
    switch (which) {
    case Intrinsic::Unknown:
      if (context.is_of_target(f.operand(id, 0))) return false;
      unsupported(f, "the intrinsic '" + std::string(f.global(f.operand(id, 0).index()).name) + "'");
    case Intrinsic::LifetimeStart:
    case Intrinsic::LifetimeEnd:
    case Intrinsic::InvariantEnd:
    case Intrinsic::Assume:
    case Intrinsic::NoAliasScope:
    case Intrinsic::VarAnnotation:
    case Intrinsic::CodeviewAnnotation:
    case Intrinsic::DoNothing:
    case Intrinsic::SideEffect:
    case Intrinsic::PseudoProbe:
    case Intrinsic::FakeUse:
    case Intrinsic::DbgDeclare:
    case Intrinsic::DbgValue:
    case Intrinsic::DbgLabel:
    case Intrinsic::DbgAssign: return true;
    case Intrinsic::InvariantStart: results.push_back(b.undef(f[id].type)); return true;
    case Intrinsic::LaunderInvariant:
    case Intrinsic::StripInvariant:
    case Intrinsic::Expect:
    case Intrinsic::ExpectWithProbability:
    case Intrinsic::Annotation:
    case Intrinsic::PtrAnnotation:
    case Intrinsic::SsaCopy:
    case Intrinsic::ArithmeticFence:
    case Intrinsic::ThreadlocalAddress: results.push_back(argument(id, 0)); return true;
    case Intrinsic::IsConstant: {
      Value v = argument(id, 0);
      bool known = v.is_constant() && f.constants[v.index()].kind != ConstantKind::Expression;
      results.push_back(b.integer(TypeId::I1, known));
      return true;
    }
    case Intrinsic::ObjectSize: results.push_back(expand_object_size(context, b, id)); return true;
    case Intrinsic::AllowRuntimeCheck:
    case Intrinsic::AllowUbsanCheck:
    case Intrinsic::WidenableCondition: results.push_back(b.integer(TypeId::I1, 1)); return true;
    // A clock that no supported processor has: 0, as LLVM says then.
    case Intrinsic::ReadSteadyCounter: results.push_back(b.integer(f[id].type, 0)); return true;
    case Intrinsic::FltRounds: results.push_back(call_named(b, "llvm.get.rounding", TypeId::I32, {})); return true;
    case Intrinsic::PtrMask: {
      Value p = b.cast(Opcode::PtrToInt, argument(id, 0), TypeId::I64);
      Value masked = b.and_(p, b.zext_or_trunc(argument(id, 1), TypeId::I64));
      results.push_back(b.cast(Opcode::IntToPtr, masked, f[id].type));
      return true;
    }
    case Intrinsic::LoadRelative: {
      Value base = argument(id, 0);
      Value at = b.byte_offset(base, b.sext_or_trunc(argument(id, 1), TypeId::I64));
      results.push_back(b.byte_offset(base, b.sext(b.load(TypeId::I32, at, 4), TypeId::I64)));
      return true;
    }
    case Intrinsic::ClearCache:
      call_named(b, "__clear_cache", TypeId::Void, {argument(id, 0), argument(id, 1)});
      return true;
    case Intrinsic::Memcpy:
    case Intrinsic::MemcpyInline:
    case Intrinsic::Memmove:
    case Intrinsic::Memset:
    case Intrinsic::MemsetInline: return expand_memory_intrinsic(context, b, id, which);
    default:
      return expand_integer_intrinsic(context, b, id, which, results) ||
             expand_fixed_point(context, b, id, which, results) ||
             expand_float_intrinsic(context, b, id, which, results);
    }
  }

  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
  std::vector<InstId> doomed_;
};

} // namespace

void legalize_intrinsics(Context& c) { IntrinsicRewriter(c).run(); }

} // namespace lathe::legalize
