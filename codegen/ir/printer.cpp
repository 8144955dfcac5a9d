// LLVM IR text of modules and functions. Names are made unique where passes have made doubles; unnamed values are
// numbered in order. Metadata is printed as it was read.

#include "codegen/ir/conventions.h"
#include "codegen/ir/ir.h"

#include <bit>
#include <cstdio>
#include <map>
#include <set>

namespace lathe::ir {

namespace {
constexpr std::string_view float_predicates[] = {"false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "uno",
    "ueq", "ugt", "uge", "ult", "ule", "une", "true"};
constexpr std::string_view integer_predicates[] = {"eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"};
} // namespace

std::string_view spelling(Predicate p) {
  u32 i = static_cast<u32>(p);
  return i < 16 ? float_predicates[i] : integer_predicates[i - 32];
}

std::string_view spelling(Opcode op) {
  static constexpr std::string_view names[] = {
#define OP(name, spelling, kind) spelling,
#include "codegen/ir/ops.def"
  };
  return names[static_cast<u8>(op)];
}

bool is_terminator(Opcode op) { return op <= Opcode::Unreachable; }

namespace {

constexpr std::string_view attribute_names[] = {
    "zeroext", "signext", "noext", "inreg", "byval", "byref", "inalloca", "preallocated", "sret", "noalias",
    "nocapture", "nofree", "nest", "returned", "nonnull", "noundef", "readnone", "readonly", "writeonly", "immarg",
    "swiftself", "swifterror", "swiftasync", "allocalign", "allocptr", "dereferenceable", "align", "alignstack",
    "alwaysinline", "builtin", "cold", "hot", "convergent", "inlinehint", "jumptable", "minsize", "naked",
    "nobuiltin", "nocf_check", "noduplicate", "noimplicitfloat", "noinline", "nonlazybind", "norecurse", "noredzone",
    "noreturn", "nosync", "nounwind", "null_pointer_is_valid", "optforfuzzing", "optnone", "optsize",
    "returns_twice", "safestack", "speculative_load_hardening", "sanitize_address", "sanitize_memory", "sanitize_thread",
    "sanitize_hwaddress",
    "sanitize_memtag", "shadowcallstack", "speculatable", "ssp", "sspreq", "sspstrong", "strictfp", "uwtable",
    "willreturn", "mustprogress", "nocallback", "nomerge", "noprofile", "memory", "allocsize", "allockind",
    "vscale_range", "elementtype", "presplitcoroutine", "fn_ret_thunk_extern",
};
static_assert(std::size(attribute_names) == static_cast<size_t>(Attribute::Count));

constexpr std::string_view linkage_names[] = {"", "private ", "internal ", "available_externally ", "linkonce ",
    "linkonce_odr ", "weak ", "weak_odr ", "common ", "appending ", "extern_weak "};
constexpr std::string_view visibility_names[] = {"", "hidden ", "protected "};
constexpr std::string_view dll_names[] = {"", "dllimport ", "dllexport "};
constexpr std::string_view tls_names[] = {"", "thread_local ", "thread_local(localdynamic) ",
    "thread_local(initialexec) ", "thread_local(localexec) "};
constexpr std::string_view ordering_names[] = {"", "unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst"};
constexpr std::string_view rmw_names[] = {"xchg", "add", "sub", "and", "nand", "or", "xor", "max", "min", "umax",
    "umin", "fadd", "fsub", "fmax", "fmin", "fmaximum", "fminimum", "uinc_wrap", "udec_wrap", "usub_cond", "usub_sat"};

bool is_plain_name(std::string_view s) {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  for (char c : s)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '_' &&
        c != '$' && c != '-')
      return false;
  return true;
}

void escape(std::string& out, std::string_view s) {
  static const char digits[] = "0123456789ABCDEF";
  for (char c : s) {
    auto u = static_cast<u8>(c);
    if (u >= 32 && u < 127 && c != '"' && c != '\\') {
      out += c;
    } else {
      out += '\\';
      out += digits[u >> 4];
      out += digits[u & 15];
    }
  }
}

void quoted(std::string& out, std::string_view s) {
  out += '"';
  escape(out, s);
  out += '"';
}

void name(std::string& out, char sigil, std::string_view s) {
  out += sigil;
  if (is_plain_name(s)) out += s;
  else quoted(out, s);
}

void hex(std::string& out, u64 v, int digits) {
  char buffer[20];
  std::snprintf(buffer, sizeof buffer, "%0*llX", digits, static_cast<unsigned long long>(v));
  out += buffer;
}

// Signed decimal; very wide numbers in hexadecimal, which takes linear time.
void wide_integer(std::string& out, std::span<const u64> words, u32 bits) {
  std::vector<u64> w(words.begin(), words.end());
  if (bits > 4096) {
    out += "u0x";
    for (size_t i = w.size(); i-- > 0;) hex(out, w[i], 16);
    return;
  }
  if (w.back() >> ((bits - 1) % 64) & 1) {
    out += '-';
    if (bits % 64) w.back() |= ~u64(0) << bits % 64;
    u64 carry = 1;
    for (u64& x : w) {
      x = ~x + carry;
      carry = carry && x == 0;
    }
  }
  std::string digits; // backwards
  while (!w.empty()) {
    u64 rest = 0;
    for (size_t i = w.size(); i-- > 0;) {
      unsigned __int128 n = static_cast<unsigned __int128>(rest) << 64 | w[i];
      w[i] = static_cast<u64>(n / 10);
      rest = static_cast<u64>(n % 10);
    }
    digits += static_cast<char>('0' + rest);
    while (!w.empty() && w.back() == 0) w.pop_back();
  }
  out.append(digits.rbegin(), digits.rend());
}

struct TypePrinter {
  std::string& out;
  const TypeTable& types;
  const Interner& names;

  void type_name(u32 id) {
    std::string_view s = names.text(id);
    bool number = !s.empty();
    for (char c : s) number &= c >= '0' && c <= '9';
    if (number) (out += '%') += s;
    else name(out, '%', s);
  }
  void list(std::span<const TypeId> l) {
    for (size_t i = 0; i < l.size(); ++i) {
      if (i) out += ", ";
      type(l[i]);
    }
  }
  void body(const Type& t) {
    out += t.packed ? "<{" : "{";
    if (!t.elements.empty()) out += ' ';
    list(t.elements);
    out += t.elements.empty() ? "" : " ";
    out += t.packed ? "}>" : "}";
  }
  void type(TypeId id) {
    static constexpr std::string_view simple[] = {"void", "label", "metadata", "token", "half", "bfloat", "float",
        "double", "x86_fp80", "fp128", "ppc_fp128", "x86_amx", "ptr", "i1", "i8", "i16", "i32", "i64", "i128"};
    if (id < TypeId::FirstOther) {
      out += simple[static_cast<u32>(id)];
      return;
    }
    const Type& t = types[id];
    switch (t.kind) {
    case TypeKind::Pointer: out += "ptr addrspace(" + std::to_string(t.bits) + ")"; break;
    case TypeKind::Integer: out += "i" + std::to_string(t.bits); break;
    case TypeKind::Array:
      out += "[" + std::to_string(t.count) + " x ";
      type(t.element);
      out += ']';
      break;
    case TypeKind::Vector:
      out += t.scalable ? "<vscale x " : "<";
      out += std::to_string(t.count) + " x ";
      type(t.element);
      out += '>';
      break;
    case TypeKind::Struct:
      if (t.name != ~0u) type_name(t.name);
      else body(t);
      break;
    case TypeKind::Opaque: type_name(t.name); break;
    case TypeKind::Function:
      type(t.element);
      out += " (";
      list(t.elements);
      if (t.variadic) out += t.elements.empty() ? "..." : ", ...";
      out += ')';
      break;
    case TypeKind::TargetExtension: out += names.text(t.name); break;
    default: out += "void"; break;
    }
  }
};

// The names that a function's values and blocks are printed with; numbers where there is no name.
struct Names {
  std::vector<std::string> arguments, blocks, instructions; // with sigil
  explicit Names(const Function& f) {
    std::set<std::string, std::less<>> used;
    u32 next = 0;
    auto make = [&](std::string_view given) {
      std::string out;
      if (given.empty()) return "%" + std::to_string(next++);
      name(out, '%', given);
      for (u32 k = 1; !used.insert(out).second; ++k) {
        out.clear();
        name(out, '%', std::string(given) + "." + std::to_string(k));
      }
      return out;
    };
    for (std::string_view a : f.argument_names) arguments.push_back(make(a));
    blocks.resize(f.blocks.size());
    instructions.resize(f.instructions.size());
    for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
      blocks[b] = make(f.blocks[b].name);
      for (InstId i = f.blocks[b].first; i != none; i = f.instructions[i].next)
        if (f.instructions[i].type != TypeId::Void)
          instructions[i] = make(i < f.instruction_names.size() ? f.instruction_names[i] : std::string_view());
    }
  }
};

class Printer {
public:
  Printer(const Module& m, std::span<const Function* const> bodies) : module(m), bodies_(bodies) { use(nullptr); }
  std::string out;

  void print_module();
  void print_function(const Function&);

private:
  const Module& module;
  std::span<const Function* const> bodies_;
  const Function* f = nullptr;
  const TypeTable* types = nullptr;
  const ConstantTable* constants = nullptr;
  const Names* names = nullptr;
  std::map<const Function*, Names> all_names_;

  void use(const Function* function) {
    f = function;
    types = f ? &f->types : &module.types;
    constants = f ? &f->constants : &module.constants;
    names = f ? &names_of(*f) : nullptr;
  }
  const Names& names_of(const Function& fn) { return all_names_.try_emplace(&fn, fn).first->second; }
  const Function* body_of(GlobalId id) const {
    for (const Function* b : bodies_)
      if (b->self == id) return b;
    return nullptr;
  }
  const Global& global(GlobalId id) const { return f ? f->global(id) : module.globals[id]; }

  void type(TypeId id) { TypePrinter{out, *types, module.names}.type(id); }
  void global_name(const Global& g) {
    if (g.is_numbered) (out += '@') += g.name;
    else name(out, '@', g.name);
  }
  void value(Value);
  void typed(Value v) {
    type(type_of(v));
    out += ' ';
    value(v);
  }
  TypeId type_of(Value v) {
    if (f) return f->type_of(v);
    if (v.is_constant()) return (*constants)[v.index()].type;
    u32 space = module.globals[v.index()].address_space;
    return space ? const_cast<TypeTable&>(module.types).pointer(space) : TypeId::Ptr;
  }
  void constant(const Constant&);
  void float_constant(const Constant&);
  void expression(const Constant&);
  void block_address(const Constant&);
  void attributes(u32 id, bool before);
  const AttributeSet& set(u32 id) const { return f ? f->attributes(id) : module.attributes[id]; }
  void prefix(const Global&);
  void header(const Global&, const Function* body);
  void variable(const Global&);
  void alias(const Global&);
  void attachments(const Global&, bool comma);
  void convention(CallingConvention);
  void control(const Instruction&, std::span<const Value>);
  void memory(const Instruction&, std::span<const Value>);
  void exception(const Instruction&, std::span<const Value>);
  void behind_name(const Instruction&, std::span<const Value>);
  void instruction(InstId);
  void call(const Instruction&, std::span<const Value>);
  void flags(const Instruction&);
  void fast(u16);
  void operands(std::span<const Value>, size_t from = 0);
  void atomic(const Instruction&);
  void label(Value v) {
    out += "label ";
    value(v);
  }
  void trailer(const Instruction&);
};

// --- Values

void Printer::value(Value v) {
  switch (v.kind()) {
  case ValueKind::None: out += "<none>"; break;
  case ValueKind::Instruction: out += names->instructions[v.index()]; break;
  case ValueKind::Argument: out += names->arguments[v.index()]; break;
  case ValueKind::Block: out += names->blocks[v.index()]; break;
  case ValueKind::Global: global_name(global(v.index())); break;
  case ValueKind::Constant: constant((*constants)[v.index()]); break;
  case ValueKind::Metadata: out += f->metadata_operands[v.index()]; break;
  case ValueKind::InlineAsm: {
    const InlineAsm& a = f->asms[v.index()];
    out += "asm ";
    if (a.side_effect) out += "sideeffect ";
    if (a.align_stack) out += "alignstack ";
    if (a.intel) out += "inteldialect ";
    if (a.unwind) out += "unwind ";
    quoted(out, a.text);
    out += ", ";
    quoted(out, a.constraints);
    break;
  }
  }
}

void Printer::float_constant(const Constant& k) {
  switch (k.type) {
  case TypeId::Half: out += "0xH"; hex(out, k.bits, 4); break;
  case TypeId::BFloat: out += "0xR"; hex(out, k.bits, 4); break;
  case TypeId::Double: out += "0x"; hex(out, k.bits, 16); break;
  default: {
    // A float is written as the double of its value; NaN payloads move along.
    u64 b = k.bits, sign = b >> 31 << 63, exponent = b >> 23 & 0xff, mantissa = b & 0x7fffff;
    u64 d;
    if (exponent == 0xff) d = sign | u64(0x7ff) << 52 | mantissa << 29;
    else d = std::bit_cast<u64>(static_cast<double>(std::bit_cast<float>(static_cast<u32>(b))));
    out += "0x";
    hex(out, d, 16);
  }
  }
}

void Printer::constant(const Constant& k) {
  switch (k.kind) {
  case ConstantKind::Integer: {
    if (k.type == TypeId::I1) {
      out += k.bits ? "true" : "false";
      break;
    }
    u32 width = types->integer_bits(k.type);
    auto v = static_cast<i64>(k.bits);
    if (width < 64 && k.bits >> (width - 1) & 1) v = static_cast<i64>(k.bits | ~u64(0) << width);
    out += std::to_string(v);
    break;
  }
  case ConstantKind::Words: {
    if (k.type == TypeId::X86Fp80) {
      out += "0xK";
      hex(out, k.words[1] & 0xffff, 4);
      hex(out, k.words[0], 16);
    } else if (k.type == TypeId::Fp128 || k.type == TypeId::PpcFp128) {
      out += k.type == TypeId::Fp128 ? "0xL" : "0xM";
      hex(out, k.words[0], 16);
      hex(out, k.words[1], 16);
    } else {
      wide_integer(out, k.words, types->integer_bits(k.type));
    }
    break;
  }
  case ConstantKind::Float: float_constant(k); break;
  case ConstantKind::Null: out += "null"; break;
  case ConstantKind::Undef: out += "undef"; break;
  case ConstantKind::Poison: out += "poison"; break;
  case ConstantKind::Zero: out += "zeroinitializer"; break;
  case ConstantKind::TokenNone: out += "none"; break;
  case ConstantKind::Bytes:
    out += 'c';
    quoted(out, k.bytes);
    break;
  case ConstantKind::Aggregate: {
    const Type& t = (*types)[k.type];
    std::string_view open = t.kind == TypeKind::Array ? "[" : t.kind == TypeKind::Vector ? "<" : t.packed ? "<{ " : "{ ";
    std::string_view close = t.kind == TypeKind::Array ? "]" : t.kind == TypeKind::Vector ? ">" : t.packed ? " }>" : " }";
    out += open;
    for (size_t i = 0; i < k.operands.size(); ++i) {
      if (i) out += ", ";
      TypeId e = t.kind == TypeKind::Struct ? t.elements[i] : t.element;
      type(e);
      out += ' ';
      value(k.operands[i]);
    }
    out += close;
    break;
  }
  case ConstantKind::Expression: expression(k); break;
  case ConstantKind::BlockAddress: block_address(k); break;
  case ConstantKind::DsoLocalEquivalent:
    out += "dso_local_equivalent ";
    value(k.operands[0]);
    break;
  case ConstantKind::NoCfi:
    out += "no_cfi ";
    value(k.operands[0]);
    break;
  case ConstantKind::PtrAuth:
    out += "ptrauth (";
    operands(k.operands);
    out += ')';
    break;
  }
}

void Printer::block_address(const Constant& k) {
  GlobalId id = k.operands[0].index();
  out += "blockaddress(";
  value(k.operands[0]);
  out += ", ";
  const Function* body = f && f->self == id ? f : body_of(id);
  BlockId b = none;
  if (body && body == f) b = static_cast<BlockId>(k.bits);
  else if (body)
    for (auto [i, block] : body->address_labels)
      if (i == k.bits) b = block;
  if (b != none) out += names_of(*body).blocks[b];
  else name(out, '%', k.bytes);
  out += ')';
}

void Printer::expression(const Constant& k) {
  out += spelling(k.op);
  Instruction i;
  i.op = k.op;
  i.flags = k.flags;
  flags(i);
  if (k.op == Opcode::ICmp || k.op == Opcode::FCmp) (out += ' ') += spelling(static_cast<Predicate>(k.bits));
  out += " (";
  if (k.op == Opcode::GetElementPtr) {
    type(k.source_type);
    out += ", ";
  }
  if (k.op == Opcode::ExtractValue || k.op == Opcode::InsertValue) {
    size_t plain = k.op == Opcode::ExtractValue ? 1 : 2;
    operands(k.operands.first(plain));
    for (Value v : k.operands.subspan(plain)) {
      out += ", ";
      value(v);
    }
  } else {
    operands(k.operands);
  }
  if (k.op >= Opcode::Trunc && k.op <= Opcode::AddrSpaceCast) {
    out += " to ";
    type(k.type);
  }
  out += ')';
}

void Printer::operands(std::span<const Value> list, size_t from) {
  for (size_t i = from; i < list.size(); ++i) {
    if (i > from) out += ", ";
    typed(list[i]);
  }
}

// --- Globals

void Printer::attributes(u32 id, bool before) {
  const AttributeSet& s = set(id);
  for (u32 a = 0; a < static_cast<u32>(Attribute::Count); ++a) {
    auto attribute = static_cast<Attribute>(a);
    if (!s.has(attribute)) continue;
    std::string text(attribute_names[a]);
    switch (attribute) {
    // Their arguments were not kept.
    case Attribute::Memory: case Attribute::AllocSize: case Attribute::AllocKind: case Attribute::VScaleRange: continue;
    case Attribute::Align: text += " " + std::to_string(s.align); break;
    case Attribute::StackAlign: text += "(" + std::to_string(s.stack_align) + ")"; break;
    case Attribute::Dereferenceable: text += "(" + std::to_string(s.dereferenceable) + ")"; break;
    case Attribute::ByVal: case Attribute::ByRef: case Attribute::InAlloca: case Attribute::Preallocated:
    case Attribute::StructRet: case Attribute::ElementType:
      if (s.by_type != TypeId()) text += "(" + print(*types, module.names, s.by_type) + ")";
      break;
    default: break;
    }
    if (!before) out += ' ';
    out += text;
    if (before) out += ' ';
  }
  for (const auto& [key, v] : s.strings) {
    if (!before) out += ' ';
    quoted(out, key);
    if (!v.empty()) {
      out += '=';
      quoted(out, v);
    }
    if (before) out += ' ';
  }
}

void Printer::convention(CallingConvention k) {
  if (k != CallingConvention::C) out += convention_text(k) + ' ';
}

void Printer::prefix(const Global& g) {
  out += linkage_names[static_cast<u8>(g.linkage)];
  bool local = g.linkage == Linkage::Private || g.linkage == Linkage::Internal;
  bool implied = local || (g.visibility != Visibility::Default && g.linkage != Linkage::ExternalWeak);
  if (g.dso_local && !implied) out += "dso_local ";
  out += visibility_names[static_cast<u8>(g.visibility)];
  out += dll_names[static_cast<u8>(g.dll)];
  out += tls_names[static_cast<u8>(g.tls)];
}

void Printer::attachments(const Global& g, bool comma) {
  for (const auto& [kind, id] : g.metadata)
    out += std::string(comma ? ", !" : " !") + std::string(kind) + " !" + std::to_string(id);
}

void Printer::variable(const Global& g) {
  global_name(g);
  out += " = ";
  if (g.is_declaration && g.linkage == Linkage::External) out += "external ";
  prefix(g);
  if (g.unnamed_addr) out += "unnamed_addr ";
  else if (g.local_unnamed_addr) out += "local_unnamed_addr ";
  if (g.address_space) out += "addrspace(" + std::to_string(g.address_space) + ") ";
  if (g.externally_initialized) out += "externally_initialized ";
  out += g.is_constant ? "constant " : "global ";
  type(g.value_type);
  if (g.initializer) {
    out += ' ';
    value(g.initializer);
  }
  if (!g.section.empty()) out += ", section ", quoted(out, g.section);
  if (!g.partition.empty()) out += ", partition ", quoted(out, g.partition);
  if (g.comdat != none) {
    out += ", comdat(";
    name(out, '$', module.comdats[g.comdat].name);
    out += ')';
  }
  if (g.align) out += ", align " + std::to_string(g.align);
  if (!g.code_model.empty()) out += ", code_model ", quoted(out, g.code_model);
  attachments(g, true);
  if (g.function_attributes) attributes(g.function_attributes, false);
  out += '\n';
}

void Printer::alias(const Global& g) {
  global_name(g);
  out += " = ";
  prefix(g);
  if (g.unnamed_addr) out += "unnamed_addr ";
  else if (g.local_unnamed_addr) out += "local_unnamed_addr ";
  out += g.kind == GlobalKind::Alias ? "alias " : "ifunc ";
  type(g.value_type);
  out += ", ";
  typed(g.initializer);
  if (!g.partition.empty()) out += ", partition ", quoted(out, g.partition);
  out += '\n';
}

void Printer::header(const Global& g, const Function* body) {
  out += body ? "define " : "declare ";
  if (!body && !g.is_declaration) {
    // A definition whose body is not at hand is shown as what another file would see.
    if (g.linkage == Linkage::ExternalWeak) out += "extern_weak ";
  } else {
    prefix(g);
  }
  convention(g.convention);
  attributes(g.return_attributes, true);
  const Type& t = (*types)[g.value_type];
  type(t.element);
  out += ' ';
  global_name(g);
  out += '(';
  for (size_t i = 0; i < t.elements.size(); ++i) {
    if (i) out += ", ";
    type(t.elements[i]);
    if (i < g.parameter_attributes.size()) attributes(g.parameter_attributes[i], false);
    if (body) (out += ' ') += names->arguments[i];
  }
  if (t.variadic) out += t.elements.empty() ? "..." : ", ...";
  out += ')';
  if (g.unnamed_addr) out += " unnamed_addr";
  else if (g.local_unnamed_addr) out += " local_unnamed_addr";
  if (g.address_space) out += " addrspace(" + std::to_string(g.address_space) + ")";
  attributes(g.function_attributes, false);
  if (!g.section.empty()) out += " section ", quoted(out, g.section);
  if (!g.partition.empty()) out += " partition ", quoted(out, g.partition);
  if (g.comdat != none && body) {
    out += " comdat(";
    name(out, '$', module.comdats[g.comdat].name);
    out += ')';
  }
  if (g.align) out += " align " + std::to_string(g.align);
  if (!g.gc.empty()) out += " gc ", quoted(out, g.gc);
  if (g.prefix) out += " prefix ", typed(g.prefix);
  if (g.prologue) out += " prologue ", typed(g.prologue);
  if (g.personality && body) out += " personality ", typed(g.personality);
  if (g.subprogram != none && body) out += " !dbg !" + std::to_string(g.subprogram);
  if (body) attachments(g, false);
}

// --- Instructions

void Printer::fast(u16 flags) {
  constexpr u16 all = FastNnan | FastNinf | FastNsz | FastArcp | FastContract | FastAfn | FastReassoc;
  if ((flags & all) == all) {
    out += " fast";
    return;
  }
  constexpr std::string_view words[] = {" nnan", " ninf", " nsz", " arcp", " contract", " afn", " reassoc"};
  for (u32 b = 0; b < 7; ++b)
    if (flags >> b & 1) out += words[b];
}

void Printer::flags(const Instruction& i) {
  switch (i.op) {
  case Opcode::FNeg: case Opcode::FAdd: case Opcode::FSub: case Opcode::FMul: case Opcode::FDiv: case Opcode::FRem:
  case Opcode::FCmp: case Opcode::Phi: case Opcode::Select: case Opcode::FPTrunc: case Opcode::FPExt:
    return fast(i.flags);
  case Opcode::GetElementPtr:
    if (i.flags & FlagInbounds) out += " inbounds";
    else if (i.flags & FlagNusw) out += " nusw";
    if (i.flags & FlagNuw) out += " nuw";
    return;
  default: break;
  }
  if (i.flags & FlagNuw) out += " nuw";
  if (i.flags & FlagNsw) out += " nsw";
  if (i.flags & FlagExact) out += " exact";
  if (i.flags & FlagDisjoint) out += " disjoint";
  if (i.flags & FlagNneg) out += " nneg";
  if (i.flags & FlagSameSign) out += " samesign";
}

void Printer::atomic(const Instruction& i) {
  if (i.flags & FlagSingleThread) out += " syncscope(\"singlethread\")";
  (out += ' ') += ordering_names[i.sub];
}

void Printer::call(const Instruction& i, std::span<const Value> ops) {
  const CallInfo& info = f->calls[i.aux];
  constexpr std::string_view tails[] = {"", "tail ", "musttail ", "notail "};
  out += tails[static_cast<u8>(info.tail)];
  out += spelling(i.op);
  fast(info.fast_math);
  out += ' ';
  convention(info.convention);
  attributes(info.return_attributes, true);
  const Type& t = (*types)[info.function_type];
  if (u32 space = (*types)[type_of(ops[0])].bits; space && !ops[0].is(ValueKind::InlineAsm))
    out += "addrspace(" + std::to_string(space) + ") ";
  type(t.variadic ? info.function_type : t.element);
  out += ' ';
  value(ops[0]);
  out += '(';
  size_t count = ops.size();
  while (count > 1 && ops[count - 1].is_block()) --count;
  for (size_t k = 1; k < count; ++k) {
    if (k > 1) out += ", ";
    type(type_of(ops[k]));
    if (!info.argument_attributes.empty()) attributes(info.argument_attributes[k - 1], false);
    out += ' ';
    value(ops[k]);
  }
  if (info.tail == TailKind::MustTail && (*types)[global(f->self).value_type].variadic) out += count > 1 ? ", ..." : "...";
  out += ')';
  attributes(info.function_attributes, false);
  if (!info.bundles.empty()) {
    out += " [ ";
    for (size_t b = 0; b < info.bundles.size(); ++b) {
      if (b) out += ", ";
      quoted(out, info.bundles[b].tag);
      out += '(';
      operands(std::span(f->bundle_operands).subspan(info.bundles[b].first, info.bundles[b].count));
      out += ')';
    }
    out += " ]";
  }
  if (i.op == Opcode::Invoke) {
    out += " to ";
    label(ops[count]);
    out += " unwind ";
    label(ops[count + 1]);
  } else if (i.op == Opcode::CallBr) {
    out += " to ";
    label(ops[count]);
    out += " [";
    for (size_t k = count + 1; k < ops.size(); ++k) {
      if (k > count + 1) out += ", ";
      label(ops[k]);
    }
    out += ']';
  }
}

void Printer::trailer(const Instruction& i) {
  if ((i.op == Opcode::Br || i.op == Opcode::Switch || i.op == Opcode::Select) && i.aux != none) {
    out += ", !prof !{!\"branch_weights\"";
    for (u32 k = 0; k < f->indices[i.aux]; ++k) out += ", i32 " + std::to_string(f->indices[i.aux + 1 + k]);
    out += '}';
  }
  if (location_is_inline(i.location)) (out += ", !dbg ") += f->inline_locations[i.location & 0x7fffffff];
  else if (i.location != none) out += ", !dbg !" + std::to_string(i.location);
}

void Printer::control(const Instruction& i, std::span<const Value> ops) {
  switch (i.op) {
  case Opcode::Ret:
    out += ' ';
    if (ops.empty()) out += "void";
    else typed(ops[0]);
    break;
  case Opcode::Br:
    out += ' ';
    operands(ops);
    break;
  case Opcode::Switch:
    out += ' ';
    operands(ops.first(2));
    out += " [\n";
    for (size_t k = 2; k < ops.size(); k += 2) {
      out += "    ";
      operands(ops.subspan(k, 2));
      out += '\n';
    }
    out += "  ]";
    break;
  case Opcode::IndirectBr:
    out += ' ';
    typed(ops[0]);
    out += ", [";
    operands(ops, 1);
    out += ']';
    break;
  default: break;
  }
}

void Printer::memory(const Instruction& i, std::span<const Value> ops) {
  auto align = [&] { out += ", align " + std::to_string(u64(1) << i.align_log2); };
  bool is_volatile = i.flags & FlagVolatile;
  switch (i.op) {
  case Opcode::Alloca:
    if (i.flags & FlagInAlloca) out += " inalloca";
    if (i.flags & FlagSwiftError) out += " swifterror";
    out += ' ';
    type(static_cast<TypeId>(i.aux));
    if (const Constant* k = f->integer_constant(ops[0]); !k || k->bits != 1 || k->type != TypeId::I32) {
      out += ", ";
      typed(ops[0]);
    }
    align();
    if (u32 space = (*types)[i.type].bits) out += ", addrspace(" + std::to_string(space) + ")";
    break;
  case Opcode::Load:
  case Opcode::Store:
    if (i.sub) out += " atomic";
    if (is_volatile) out += " volatile";
    out += ' ';
    if (i.op == Opcode::Load) {
      type(i.type);
      out += ", ";
    }
    operands(ops);
    if (i.sub) atomic(i);
    align();
    break;
  case Opcode::Fence: atomic(i); break;
  case Opcode::CmpXchg:
    if (i.flags & FlagWeak) out += " weak";
    if (is_volatile) out += " volatile";
    out += ' ';
    operands(ops);
    atomic(i);
    (out += ' ') += ordering_names[i.sub2];
    align();
    break;
  case Opcode::AtomicRmw:
    if (is_volatile) out += " volatile";
    ((out += ' ') += rmw_names[i.sub2]) += ' ';
    operands(ops);
    atomic(i);
    align();
    break;
  case Opcode::GetElementPtr:
    flags(i);
    out += ' ';
    type(static_cast<TypeId>(i.aux));
    out += ", ";
    operands(ops);
    break;
  default: break;
  }
}

void Printer::exception(const Instruction& i, std::span<const Value> ops) {
  switch (i.op) {
  case Opcode::LandingPad:
    out += ' ';
    type(i.type);
    if (i.flags & FlagCleanup) out += " cleanup";
    for (size_t k = 0; k < ops.size(); ++k) {
      out += f->indices[i.aux + k] ? " filter " : " catch ";
      typed(ops[k]);
    }
    break;
  case Opcode::CatchSwitch: {
    out += " within ";
    value(ops[0]);
    out += " [";
    size_t handlers = ops.size() - (i.flags & FlagCleanup ? 1 : 0);
    operands(ops.first(handlers), 1);
    out += "] unwind ";
    if (handlers < ops.size()) typed(ops[handlers]);
    else out += "to caller";
    break;
  }
  case Opcode::CatchPad: case Opcode::CleanupPad:
    out += " within ";
    value(ops[0]);
    out += " [";
    operands(ops, 1);
    out += ']';
    break;
  case Opcode::CatchRet:
    out += " from ";
    value(ops[0]);
    out += " to ";
    typed(ops[1]);
    break;
  case Opcode::CleanupRet:
    out += " from ";
    value(ops[0]);
    out += " unwind ";
    if (ops.size() > 1) typed(ops[1]);
    else out += "to caller";
    break;
  default: break;
  }
}

// What stands behind the operation's name.
void Printer::behind_name(const Instruction& i, std::span<const Value> ops) {
  switch (i.op) {
  case Opcode::Ret: case Opcode::Br: case Opcode::Switch: case Opcode::IndirectBr: return control(i, ops);
  case Opcode::Alloca: case Opcode::Load: case Opcode::Store: case Opcode::Fence: case Opcode::CmpXchg:
  case Opcode::AtomicRmw: case Opcode::GetElementPtr: return memory(i, ops);
  case Opcode::LandingPad: case Opcode::CatchSwitch: case Opcode::CatchPad: case Opcode::CleanupPad:
  case Opcode::CatchRet: case Opcode::CleanupRet: return exception(i, ops);
  case Opcode::ICmp: case Opcode::FCmp:
    flags(i);
    ((out += ' ') += spelling(static_cast<Predicate>(i.sub))) += ' ';
    typed(ops[0]);
    out += ", ";
    value(ops[1]);
    break;
  case Opcode::Phi:
    flags(i);
    out += ' ';
    type(i.type);
    for (size_t k = 0; k < ops.size(); k += 2) {
      out += k ? ", [ " : " [ ";
      value(ops[k]);
      out += ", ";
      value(ops[k + 1]);
      out += " ]";
    }
    break;
  case Opcode::VAArg:
    out += ' ';
    typed(ops[0]);
    out += ", ";
    type(i.type);
    break;
  case Opcode::ExtractValue: case Opcode::InsertValue:
    out += ' ';
    operands(ops);
    for (u32 k = 0; k < i.index_count; ++k) out += ", " + std::to_string(f->indices[i.aux + k]);
    break;
  default:
    flags(i);
    out += ' ';
    if (i.op >= Opcode::Add && i.op <= Opcode::Xor) {
      typed(ops[0]);
      out += ", ";
      value(ops[1]);
    } else {
      operands(ops);
    }
    if (i.op >= Opcode::Trunc && i.op <= Opcode::AddrSpaceCast) {
      out += " to ";
      type(i.type);
    }
  }
}

void Printer::instruction(InstId id) {
  const Instruction& i = f->instructions[id];
  auto ops = f->operands_of(id);
  out += "  ";
  if (i.type != TypeId::Void) (out += names->instructions[id]) += " = ";
  if (i.op == Opcode::Call || i.op == Opcode::Invoke || i.op == Opcode::CallBr) {
    call(i, ops);
  } else {
    out += spelling(i.op);
    behind_name(i, ops);
  }
  trailer(i);
  out += '\n';
}

void Printer::print_function(const Function& fn) {
  use(&fn);
  header(module.globals[fn.self], &fn);
  out += " {\n";
  for (BlockId b = fn.first_block; b != none; b = fn.blocks[b].next) {
    if (b != fn.first_block || !fn.blocks[b].name.empty()) {
      if (b != fn.first_block) out += '\n';
      out += std::string_view(names->blocks[b]).substr(1);
      out += ":\n";
    }
    for (InstId i = fn.blocks[b].first; i != none; i = fn.instructions[i].next) instruction(i);
  }
  out += "}\n";
  use(nullptr);
}

void Printer::print_module() {
  if (!module.source_name.empty()) {
    out += "source_filename = ";
    quoted(out, module.source_name);
    out += '\n';
  }
  if (!module.data_layout_text.empty()) {
    out += "target datalayout = ";
    quoted(out, module.data_layout_text);
    out += '\n';
  }
  if (!module.target_triple.empty()) {
    out += "target triple = ";
    quoted(out, module.target_triple);
    out += '\n';
  }
  for (const std::string& line : module.module_asm) {
    out += "module asm ";
    quoted(out, line);
    out += '\n';
  }
  TypePrinter printer{out, module.types, module.names};
  for (u32 id = 0; id < module.types.size(); ++id) {
    const Type& t = module.types[static_cast<TypeId>(id)];
    if (t.name == ~0u || t.kind == TypeKind::TargetExtension) continue;
    printer.type_name(t.name);
    out += " = type ";
    if (t.kind == TypeKind::Opaque) out += "opaque";
    else printer.body(t);
    out += '\n';
  }
  constexpr std::string_view kinds[] = {"any", "exactmatch", "largest", "nodeduplicate", "samesize"};
  for (const Comdat& d : module.comdats) {
    name(out, '$', d.name);
    ((out += " = comdat ") += kinds[static_cast<u8>(d.kind)]) += '\n';
  }
  std::vector<const Function*> body(module.globals.size());
  for (const Function* b : bodies_) body[b->self] = b;
  for (GlobalId id = 0; id < module.globals.size(); ++id) {
    const Global& g = module.globals[id];
    if (g.kind == GlobalKind::Variable) {
      variable(g);
    } else if (g.kind != GlobalKind::Function) {
      alias(g);
    } else if (body[id]) {
      out += '\n';
      print_function(*body[id]);
    } else {
      out += '\n';
      header(g, nullptr);
      out += '\n';
    }
  }
  std::set<std::string_view> declared;
  for (const Function* b : bodies_) {
    use(b);
    for (const Global& g : b->own_globals)
      if (declared.insert(g.name).second) {
        out += '\n';
        header(g, nullptr);
        out += '\n';
      }
    use(nullptr);
  }
  std::string_view text = module.source ? module.source->text() : std::string_view();
  for (const auto& [key, span] : module.metadata.named)
    ((((out += "\n!") += key) += " =") += text.substr(span.begin, span.end - span.begin));
  if (!module.metadata.numbered.empty()) out += '\n';
  for (size_t n = 0; n < module.metadata.numbered.size(); ++n) {
    MetadataIndex::Span s = module.metadata.numbered[n];
    if (s.end) ((out += "!" + std::to_string(n) + " =") += text.substr(s.begin, s.end - s.begin)) += '\n';
  }
}

} // namespace

std::string print(const Module& m, std::span<const Function* const> bodies) {
  Printer p(m, bodies);
  p.print_module();
  return std::move(p.out);
}

std::string print(const Function& f) {
  const Function* one[] = {&f};
  Printer p(f.module, one);
  p.print_function(f);
  return std::move(p.out);
}

std::string print(const TypeTable& types, const Interner& names, TypeId id) {
  std::string out;
  TypePrinter{out, types, names}.type(id);
  return out;
}

} // namespace lathe::ir
