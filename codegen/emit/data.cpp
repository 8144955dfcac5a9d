// Variables, their initial values, aliases. An initial value is streamed: scalars one by one, runs of zeros as one
// `.zero`, symbols as expressions `a - b + n`.

#include "codegen/emit/emit.h"
#include "codegen/machine/names.h"

#include <algorithm>
#include <bit>

namespace lathe::codegen::emit {

using assembler::Directive;
using assembler::Modifier;
using assembler::Operator;
using ir::Constant;
using ir::ConstantKind;
using ir::Value;

namespace {

constexpr u32 max_depth = 256; // of constants within constants

[[noreturn]] void refuse(const ir::Module& m, const ir::Global& g, const std::string& what) {
  throw CompileError({m.source, g.offset, 1}, what);
}

// What a constant expression comes to: symbols and a number.
struct Symbolic {
  std::string add, subtract; // empty for none
  Modifier modifier = Modifier::None;
  i64 number = 0;
  bool is_number() const { return add.empty() && subtract.empty(); }
};

class Evaluator {
public:
  Evaluator(const ir::Module& m, const ir::Global& owner) : module_(m), owner_(owner) {}

  Symbolic evaluate(Value v, u32 depth = 0) {
    if (depth > max_depth) refuse(module_, owner_, "constant expression nested more than 256 deep");
    if (v.is_global()) return {symbol_name(module_.globals[v.index()]), {}, {}, 0};
    const Constant& c = module_.constants[v.index()];
    switch (c.kind) {
    case ConstantKind::Integer: return number(sign_extended(c.bits, module_.types.integer_bits(c.type)));
    case ConstantKind::Float: return number(static_cast<i64>(c.bits));
    case ConstantKind::Words: return number(static_cast<i64>(c.words[0]));
    case ConstantKind::Null:
    case ConstantKind::Undef:
    case ConstantKind::Poison:
    case ConstantKind::Zero: return {};
    case ConstantKind::BlockAddress: return {module_block_address_label(static_cast<u32>(c.bits)), {}, {}, 0};
    case ConstantKind::DsoLocalEquivalent: {
      Symbolic s = evaluate(c.operands[0], depth + 1);
      s.modifier = Modifier::Plt;
      return s;
    }
    case ConstantKind::NoCfi: return evaluate(c.operands[0], depth + 1);
    case ConstantKind::Expression: return expression(c, depth);
    default: refuse(module_, owner_, "an initial value of this kind is not supported");
    }
  }

private:
  static Symbolic number(i64 n) { return {{}, {}, {}, n}; }
  static i64 sign_extended(u64 bits, u32 width) {
    if (width == 0 || width >= 64) return static_cast<i64>(bits);
    return static_cast<i64>(bits << (64 - width)) >> (64 - width);
  }

  Symbolic sum(Symbolic a, const Symbolic& b, bool negate) {
    a.number = static_cast<i64>(negate ? u64(a.number) - u64(b.number) : u64(a.number) + u64(b.number));
    const std::string& plus = negate ? b.subtract : b.add;
    const std::string& minus = negate ? b.add : b.subtract;
    for (const std::string* s : {&plus, &minus}) {
      if (s->empty()) continue;
      std::string& same = s == &plus ? a.add : a.subtract;
      std::string& opposite = s == &plus ? a.subtract : a.add;
      if (opposite == *s) {
        opposite.clear();
      } else if (same.empty()) {
        same = *s;
        if (b.modifier != Modifier::None) a.modifier = b.modifier;
      } else {
        refuse(module_, owner_, "the sum of '" + same + "' and '" + *s + "' has no relocation");
      }
    }
    return a;
  }

  Symbolic element_address(const Constant& c, u32 depth) {
    Symbolic base = evaluate(c.operands[0], depth + 1);
    u64 offset = 0;
    ir::TypeId type = c.source_type;
    const ir::TypeTable& types = module_.types;
    for (size_t i = 1; i < c.operands.size(); ++i) {
      Symbolic index = evaluate(c.operands[i], depth + 1);
      if (!index.is_number()) refuse(module_, owner_, "getelementptr of an initial value has an address as its index");
      if (i == 1) {
        offset += u64(index.number) * types.alloc_size(type, module_.layout);
      } else if (types.kind(type) == ir::TypeKind::Struct) {
        offset += types.field_offset(type, static_cast<u32>(index.number), module_.layout);
        type = types[type].elements[static_cast<u32>(index.number)];
      } else {
        type = types[type].element;
        offset += u64(index.number) * types.alloc_size(type, module_.layout);
      }
    }
    base.number = static_cast<i64>(u64(base.number) + offset);
    return base;
  }

  Symbolic cut(Symbolic s, ir::TypeId type, bool is_signed) {
    if (!s.is_number() || !module_.types.is_integer(type)) return s;
    u32 width = module_.types.integer_bits(type);
    if (width >= 64) return s;
    s.number = is_signed ? sign_extended(u64(s.number), width) : static_cast<i64>(u64(s.number) & ((u64(1) << width) - 1));
    return s;
  }

  ir::TypeId type_of(Value v) const {
    return v.is_constant() ? module_.constants[v.index()].type : ir::TypeId::Ptr;
  }

  Symbolic expression(const Constant& c, u32 depth) {
    using ir::Opcode;
    switch (c.op) {
    case Opcode::GetElementPtr: return element_address(c, depth);
    case Opcode::BitCast:
    case Opcode::PtrToInt:
    case Opcode::PtrToAddr:
    case Opcode::IntToPtr:
    case Opcode::AddrSpaceCast: return cut(evaluate(c.operands[0], depth + 1), c.type, false);
    case Opcode::Trunc: return cut(evaluate(c.operands[0], depth + 1), c.type, true);
    case Opcode::ZExt: {
      Symbolic s = evaluate(c.operands[0], depth + 1);
      if (!s.is_number()) refuse(module_, owner_, "zext of an address in an initial value");
      return cut(s, type_of(c.operands[0]), false);
    }
    case Opcode::SExt: {
      Symbolic s = evaluate(c.operands[0], depth + 1);
      if (!s.is_number()) refuse(module_, owner_, "sext of an address in an initial value");
      return cut(s, type_of(c.operands[0]), true);
    }
    case Opcode::Add:
    case Opcode::Sub: {
      Symbolic a = evaluate(c.operands[0], depth + 1), b = evaluate(c.operands[1], depth + 1);
      return cut(sum(std::move(a), b, c.op == Opcode::Sub), c.type, true);
    }
    default: return cut(arithmetic(c, depth), c.type, true);
    }
  }

  Symbolic arithmetic(const Constant& c, u32 depth) {
    using ir::Opcode;
    if (c.operands.size() != 2)
      refuse(module_, owner_, "constant expression '" + std::string(ir::spelling(c.op)) + "' in an initial value");
    Symbolic a = evaluate(c.operands[0], depth + 1), b = evaluate(c.operands[1], depth + 1);
    if (!a.is_number() || !b.is_number())
      refuse(module_, owner_, "'" + std::string(ir::spelling(c.op)) + "' of an address in an initial value has no relocation");
    u32 width = module_.types.is_integer(c.type) ? module_.types.integer_bits(c.type) : 64;
    u64 mask = width >= 64 ? ~u64(0) : (u64(1) << width) - 1;
    u64 x = u64(a.number), y = u64(b.number);
    bool shift_fits = (y & mask) < std::min(width, 64u);
    switch (c.op) {
    case Opcode::Mul: return number(static_cast<i64>(x * y));
    case Opcode::And: return number(static_cast<i64>(x & y));
    case Opcode::Or: return number(static_cast<i64>(x | y));
    case Opcode::Xor: return number(static_cast<i64>(x ^ y));
    case Opcode::Shl: return number(shift_fits ? static_cast<i64>(x << (y & mask)) : 0);
    case Opcode::LShr: return number(shift_fits ? static_cast<i64>((x & mask) >> (y & mask)) : 0);
    case Opcode::AShr: return number(shift_fits ? a.number >> (y & mask) : 0);
    default:
      refuse(module_, owner_, "constant expression '" + std::string(ir::spelling(c.op)) + "' in an initial value");
    }
  }

  const ir::Module& module_;
  const ir::Global& owner_;
};

class DataWriter {
public:
  DataWriter(const ModuleContext& context, const ir::Global& owner, StatementBuffer& out)
      : module_(context.module), owner_(owner), out_(out), evaluator_(context.module, owner) {}
  ~DataWriter() = default;

  // Appends the value and what pads it to its type's allocation size.
  void write(Value v, u32 depth = 0) {
    if (depth > max_depth) refuse(module_, owner_, "initial value nested more than 256 deep");
    ir::TypeId type = v.is_constant() ? module_.constants[v.index()].type : ir::TypeId::Ptr;
    u64 size = module_.types.alloc_size(type, module_.layout);
    if (v.is_global()) return symbolic(v, size);
    const Constant& c = module_.constants[v.index()];
    switch (c.kind) {
    case ConstantKind::Undef:
    case ConstantKind::Poison:
    case ConstantKind::Zero: return zeros(size);
    case ConstantKind::Null: return integer(0, size);
    case ConstantKind::Float: return integer(c.bits, size);
    case ConstantKind::Integer: {
      u64 bytes = module_.types.store_size(type, module_.layout);
      integer(c.bits, std::min<u64>(bytes, 8));
      return zeros(size - std::min<u64>(bytes, 8));
    }
    case ConstantKind::Words: {
      u64 left = size, stored = module_.types.store_size(type, module_.layout);
      for (size_t i = 0; i < c.words.size() && left > 0; ++i) {
        u64 n = std::min<u64>(std::min<u64>(left, 8), stored - std::min(stored, u64(i) * 8));
        if (n == 0) break;
        integer(c.words[i], n);
        left -= n;
      }
      return zeros(left);
    }
    case ConstantKind::Bytes: return bytes(c.bytes);
    case ConstantKind::Aggregate: return aggregate(c, size, depth);
    default: return symbolic(v, size);
    }
  }
  void finish() { flush(); }

private:
  void aggregate(const Constant& c, u64 size, u32 depth) {
    const ir::TypeTable& types = module_.types;
    if (types.kind(c.type) == ir::TypeKind::Vector && types.size_in_bits(types[c.type].element, module_.layout) % 8 != 0)
      return bit_vector(c, size);
    u64 at = 0;
    for (u32 i = 0; i < c.operands.size(); ++i) {
      ir::TypeId element = c.operands[i].is_constant() ? module_.constants[c.operands[i].index()].type : ir::TypeId::Ptr;
      if (types.kind(c.type) == ir::TypeKind::Struct) {
        u64 offset = types.field_offset(c.type, i, module_.layout);
        zeros(offset - at);
        at = offset;
      }
      write(c.operands[i], depth + 1);
      at += types.alloc_size(element, module_.layout);
    }
    zeros(size - std::min(at, size));
  }

  void bit_vector(const Constant& c, u64 size) {
    u32 width = static_cast<u32>(module_.types.size_in_bits(module_.types[c.type].element, module_.layout));
    std::string image(size, '\0');
    for (u64 i = 0; i < c.operands.size(); ++i) {
      const Constant* e = c.operands[i].is_constant() ? &module_.constants[c.operands[i].index()] : nullptr;
      if (!e || (e->kind != ConstantKind::Integer && e->kind != ConstantKind::Undef && e->kind != ConstantKind::Poison))
        refuse(module_, owner_, "a vector of odd elements holds an expression");
      for (u32 b = 0; b < width && b < 64; ++b)
        if (e->bits >> b & 1) image[(i * width + b) / 8] |= static_cast<char>(1 << (i * width + b) % 8);
    }
    bytes(image);
  }

  void zeros(u64 count) {
    pending_ += count;
    if (count) single_ = false;
  }

  void integer(u64 bits, u64 size) {
    u64 mask = size >= 8 ? ~u64(0) : (u64(1) << 8 * size) - 1;
    bits &= mask;
    if (bits == 0) {
      single_ = pending_ == 0 && std::has_single_bit(size);
      pending_ += size;
      return;
    }
    flush();
    number(bits, size);
  }

  void number(u64 bits, u64 size) {
    for (u64 step : {8, 4, 2, 1})
      while (size >= step) {
        u64 part = step == 8 ? bits : bits & ((u64(1) << 8 * step) - 1);
        out_.data(directive(step), {out_.immediate(static_cast<i64>(part))});
        bits = step == 8 ? 0 : bits >> 8 * step;
        size -= step;
      }
  }

  static Directive directive(u64 size) {
    return size == 8 ? Directive::quad : size == 4 ? Directive::long_ : size == 2 ? Directive::value : Directive::byte;
  }

  void flush() {
    if (pending_ == 0) return;
    if (single_)
      out_.data(directive(pending_), {out_.immediate(0)});
    else
      out_.zero(pending_);
    pending_ = 0;
  }

  void bytes(std::string_view text) {
    if (text.empty()) return;
    size_t tail = text.find_last_not_of('\0');
    if (tail == std::string_view::npos) return zeros(text.size());
    flush();
    size_t zeros_behind = text.size() - tail - 1;
    if (text.size() == 1) {
      number(static_cast<u8>(text[0]), 1);
    } else if (zeros_behind == 0) {
      out_.ascii(text);
    } else {
      out_.asciz(text.substr(0, tail + 1));
      zeros(zeros_behind - 1);
    }
  }

  void symbolic(Value v, u64 size) {
    Symbolic s = evaluator_.evaluate(v);
    if (s.is_number()) {
      if (size <= 8) return integer(u64(s.number), size);
      integer(u64(s.number), 8);
      for (u64 i = 8; i < size; i += 8) integer(s.number < 0 ? ~u64(0) : 0, std::min<u64>(8, size - i));
      return;
    }
    if (!std::has_single_bit(size) || size > 8)
      refuse(module_, owner_, "the address of '" + (s.add.empty() ? s.subtract : s.add) + "' does not fit " +
                                  std::to_string(size) + " bytes of an initial value");
    flush();
    out_.data(directive(size), {operand(s)});
  }

  assembler::Operand operand(const Symbolic& s) {
    if (s.subtract.empty() && s.number == static_cast<i16>(s.number))
      return out_.target(out_.symbol(s.add), s.number, s.modifier);
    u32 e = s.add.empty() ? out_.constant(0) : out_.symbol_expression(out_.symbol(s.add), s.modifier);
    if (!s.subtract.empty()) e = out_.binary(Operator::Subtract, e, out_.symbol_expression(out_.symbol(s.subtract)));
    if (s.number) e = out_.binary(Operator::Add, e, out_.constant(s.number));
    return out_.expression(e, true);
  }

  const ir::Module& module_;
  const ir::Global& owner_;
  StatementBuffer& out_;
  Evaluator evaluator_;
  u64 pending_ = 0;     // zero bytes not yet written
  bool single_ = false; // they are one scalar, written as such
};

bool has_local_linkage(const ir::Global& g) {
  return g.linkage == ir::Linkage::Internal || g.linkage == ir::Linkage::Private;
}

u64 alignment(const ModuleContext& context, const ir::Global& g) {
  if (g.align) return g.align;
  u64 natural = context.module.types.abi_align(g.value_type, context.module.layout);
  bool large = context.module.types.alloc_size(g.value_type, context.module.layout) > 16;
  return g.section.empty() && large ? std::max<u64>(natural, 16) : natural;
}

// llvm.global_ctors and llvm.global_dtors: [{ i32 priority, ptr function, ptr data }].
void emit_structors(const ModuleContext& context, const ir::Global& g, bool constructors, StatementBuffer& out) {
  const ir::Module& m = context.module;
  if (!g.initializer.is_constant()) return;
  struct Entry {
    u64 priority;
    Value function, data;
  };
  std::vector<Entry> entries;
  for (Value v : m.constants[g.initializer.index()].operands) {
    const Constant& c = m.constants[v.index()];
    if (c.operands.size() < 2) continue;
    Value function = c.operands[1], data = c.operands.size() > 2 ? c.operands[2] : Value();
    if (function.is_constant() && m.constants[function.index()].kind == ConstantKind::Null) continue;
    entries.push_back({m.constants[c.operands[0].index()].bits, function, data});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.priority < b.priority; });
  for (const Entry& e : entries) {
    Section s{constructors ? ".init_array" : ".fini_array", "aw", constructors ? "init_array" : "fini_array", 0, {}, false};
    if (e.priority != 65535) {
      std::string digits = std::to_string(e.priority);
      s.name += '.' + std::string(5 - std::min<size_t>(5, digits.size()), '0') + digits;
    }
    if (e.data && e.data.is_global()) {
      const ir::Global& key = m.globals[e.data.index()];
      if (key.comdat != ir::none) {
        s.flags += 'G';
        s.group = m.comdats[key.comdat].name;
        s.comdat = true;
      }
    }
    enter(out, s);
    out.p2align(3);
    DataWriter writer(context, g, out);
    writer.write(e.function);
    writer.finish();
  }
}

void emit_variable(const ModuleContext& context, const ir::Global& g, Section& current, StatementBuffer& out) {
  const ir::Module& m = context.module;
  SymbolId symbol = out.symbol(symbol_name(g));
  u64 size = m.types.alloc_size(g.value_type, m.layout), align = alignment(context, g);
  DataPlace place = place_of_variable(context, g);

  out.type(symbol, "@object");
  if (g.linkage == ir::Linkage::Common) {
    emit_linkage(context, g, symbol, out);
    out.comm(symbol, std::max<u64>(size, 1), align);
    return;
  }
  // Not .comm for a local one: GNU as puts those behind all else in .bss, LLVM where they stand.
  if (!(place.section == current)) enter(out, place.section);
  current = place.section;
  emit_linkage(context, g, symbol, out);
  if (align > 1) out.p2align(static_cast<u32>(std::countr_zero(align)));
  out.label(symbol);
  DataWriter writer(context, g, out);
  writer.write(g.initializer);
  writer.finish();
  out.size(symbol, out.immediate(static_cast<i64>(size)));
}

bool is_relocatable(const ir::Module& m, Value v, u32 depth) {
  if (v.is_global()) return true;
  if (!v.is_constant() || depth > max_depth) return false;
  const Constant& c = m.constants[v.index()];
  if (c.kind == ConstantKind::BlockAddress) return true;
  if (c.kind == ConstantKind::Expression && c.op == ir::Opcode::Sub) {
    // The difference of two places of one module needs no dynamic relocation.
    bool left = is_relocatable(m, c.operands[0], depth + 1), right = is_relocatable(m, c.operands[1], depth + 1);
    return left != right;
  }
  for (Value o : c.operands)
    if (is_relocatable(m, o, depth + 1)) return true;
  return false;
}

bool is_zero_within(const ir::Module& m, Value v, u32 depth) {
  if (!v.is_constant() || depth > max_depth) return false;
  const Constant& c = m.constants[v.index()];
  switch (c.kind) {
  case ConstantKind::Zero:
  case ConstantKind::Null:
  case ConstantKind::Undef:
  case ConstantKind::Poison: return true;
  case ConstantKind::Integer:
  case ConstantKind::Float: return c.bits == 0;
  case ConstantKind::Words: return std::all_of(c.words.begin(), c.words.end(), [](u64 w) { return w == 0; });
  case ConstantKind::Bytes: return c.bytes.find_first_not_of('\0') == std::string_view::npos;
  case ConstantKind::Aggregate:
    return std::all_of(c.operands.begin(), c.operands.end(), [&](Value o) { return is_zero_within(m, o, depth + 1); });
  default: return false;
  }
}

} // namespace

bool is_zero(const ir::Module& m, Value v) { return is_zero_within(m, v, 0); }
bool needs_relocation(const ir::Module& m, Value v) { return is_relocatable(m, v, 0); }

void emit_linkage(const ModuleContext&, const ir::Global& g, SymbolId symbol, StatementBuffer& out) {
  using ir::Linkage;
  switch (g.linkage) {
  case Linkage::External:
    if (!g.is_declaration) out.globl(symbol);
    break;
  case Linkage::LinkOnceAny:
  case Linkage::LinkOnceOdr:
  case Linkage::WeakAny:
  case Linkage::WeakOdr:
  case Linkage::ExternalWeak: out.directive(Directive::weak, {out.target(symbol)}); break;
  default: break;
  }
  if (has_local_linkage(g)) return;
  if (g.visibility == ir::Visibility::Hidden) out.directive(Directive::hidden, {out.target(symbol)});
  if (g.visibility == ir::Visibility::Protected) out.directive(Directive::protected_, {out.target(symbol)});
}

void emit_value(const ModuleContext& context, const ir::Global& owner, Value v, StatementBuffer& out) {
  DataWriter writer(context, owner, out);
  writer.write(v);
  writer.finish();
}

void emit_variables(ModuleContext& context, StatementBuffer& out) {
  Section current;
  for (const ir::Global& g : context.module.globals) {
    if (g.kind != ir::GlobalKind::Variable) continue;
    try {
      if (g.name == "llvm.global_ctors" || g.name == "llvm.global_dtors") {
        emit_structors(context, g, g.name == "llvm.global_ctors", out);
        current = {};
      } else if (g.is_declaration || g.linkage == ir::Linkage::AvailableExternally) {
        continue;
      } else if (g.linkage == ir::Linkage::Appending || g.section == "llvm.metadata" || g.is_intrinsic()) {
        continue; // llvm.used and its like speak to the optimizer and linker-to-be
      } else {
        emit_variable(context, g, current, out);
      }
    } catch (const CompileError& e) {
      context.diagnostics.error(e.place, e.what());
    }
    if (context.diagnostics.is_full()) return;
  }
}

void emit_aliases(ModuleContext& context, StatementBuffer& out) {
  const ir::Module& m = context.module;
  // What is declared only, but says something about itself.
  for (const ir::Global& g : m.globals) {
    if (!g.is_declaration || g.is_intrinsic()) continue;
    if (g.linkage == ir::Linkage::ExternalWeak || g.visibility != ir::Visibility::Default)
      emit_linkage(context, g, out.symbol(symbol_name(g)), out);
  }
  for (const ir::Global& g : m.globals) {
    if (g.kind != ir::GlobalKind::Alias && g.kind != ir::GlobalKind::Ifunc) continue;
    SymbolId symbol = out.symbol(symbol_name(g));
    try {
      Symbolic target = Evaluator(m, g).evaluate(g.initializer);
      if (target.add.empty() || !target.subtract.empty())
        refuse(m, g, "alias '" + std::string(g.name) + "' does not name a symbol");
      emit_linkage(context, g, symbol, out);
      bool function = m.types.kind(g.value_type) == ir::TypeKind::Function;
      out.type(symbol, g.kind == ir::GlobalKind::Ifunc ? "@gnu_indirect_function" : function ? "@function" : "@object");
      assembler::Operand value;
      if (target.number == static_cast<i16>(target.number)) {
        value = out.target(out.symbol(target.add), target.number);
      } else {
        u32 e = out.binary(Operator::Add, out.symbol_expression(out.symbol(target.add)), out.constant(target.number));
        value = out.expression(e, true);
      }
      out.set(symbol, value);
      if (g.kind == ir::GlobalKind::Alias && !function) {
        u64 size = m.types.alloc_size(g.value_type, m.layout);
        out.size(symbol, out.immediate(static_cast<i64>(size)));
      }
    } catch (const CompileError& e) {
      context.diagnostics.error(e.place, e.what());
    }
  }
}

} // namespace lathe::codegen::emit
