// call, invoke and callbr.

#include "codegen/reader/body_reader.h"
#include "codegen/reader/clauses.h"

#include <algorithm>

namespace lathe::reader {

using namespace ir;

// Calls that carry debug information only: they are no code, and their operands are no uses.
bool BodyReader::is_dropped_callee() const {
  if (f.operands.size() <= i_.first_operand) return false;
  Value v = f.operands[i_.first_operand];
  return v.is_global() && module.globals[v.index()].name.substr(0, 9) == "llvm.dbg.";
}

void BodyReader::call(TailKind tail) {
  info_ = CallInfo();
  info_.tail = tail;
  s.bundles.clear();
  s.bundle_operands.clear();
  c.skip();
  // `call void @f(`, `call i32 @f(`: nothing stands in between.
  bool plain = (*c.p == 'v' && c.end - c.p > 5 && c.p[4] == ' ') || (*c.p == 'i' && is_class(c.p[1], CharDigit));
  TypeId pointer = TypeId::Ptr;
  if (!plain) {
    info_.fast_math = fast_math();
    info_.convention = read_convention(c);
    info_.return_attributes = attributes(Position::Return);
    if (c.eat_word("addrspace")) {
      c.expect('(');
      pointer = types.pointer(c.number32());
      c.expect(')');
    }
  }
  c.skip();
  const char* at = c.p;
  TypeId t = type_or_void();
  bool explicit_type = types.kind(t) == TypeKind::Function;
  i_.type = explicit_type ? types[t].element : t;
  if (!explicit_type && t != TypeId::Void && !is_first_class(t)) c.fail(at, "a call cannot give " + type_text(t));
  info_.function_type = explicit_type ? t : TypeId::Void;
  callee(pointer);
  if (i_.op == Opcode::Call && is_dropped_callee()) {
    c.expect('(');
    c.skip_balanced(')');
    call_attributes();
    return;
  }
  arguments(info_.function_type);
  Value target = f.operands[i_.first_operand];
  if (target.kind() == ValueKind::InlineAsm) f.asms[target.index()].function_type = info_.function_type;
  call_attributes();
  read_bundles();
  if (i_.op == Opcode::Invoke) invoke_tail();
  if (i_.op == Opcode::CallBr) callbr_tail();
  i_.aux = static_cast<u32>(f.calls.size());
  // Bundle operands lie behind the instruction's own.
  bool assume = target.is_global() && module.globals[target.index()].name == "llvm.assume";
  if (!s.bundles.empty() && !assume) {
    // Their place is only known when the operands are complete, which they are now: they are kept apart.
    auto first = static_cast<u32>(f.bundle_operands.size());
    for (OperandBundle& b : s.bundles) b.first += first;
    f.bundle_operands.insert(f.bundle_operands.end(), s.bundle_operands.begin(), s.bundle_operands.end());
    info_.bundles = memory.copy(std::span<const OperandBundle>(s.bundles));
  }
  f.calls.push_back(info_);
}

void BodyReader::call_attributes() {
  c.skip();
  if (!continues_in_attributes()) return;
  const char* first = c.p;
  auto end_in_this_line = [&] {
    auto* line = static_cast<const char*>(std::memchr(c.p, '\n', static_cast<size_t>(c.end - c.p)));
    limit_ = line ? line : c.end;
  };
  end_in_this_line();
  info_.function_attributes = attributes(Position::Function);
  c.skip();
  if (continues_in_attributes()) { // in the next line: all of them once more, as one set
    AttributeSet set;
    for (c.p = first; continues_in_attributes(); c.skip()) {
      const char* before = c.p;
      end_in_this_line();
      attribute_list(set, Position::Function);
      if (c.p == before) break;
    }
    info_.function_attributes = intern_attributes(set);
  }
  limit_ = c.end;
}

// Whether the call goes on here with attributes. In another line the next word may be the next instruction or label, so
// that there only what LangRef knows as an attribute is one.
bool BodyReader::continues_in_attributes() const {
  if (*c.p != '#' && *c.p != '"' && !is_class(*c.p, CharWord)) return false;
  const char* q = c.p;
  while (q > c.base && is_class(q[-1], CharSpace) && q[-1] != '\n') --q;
  if (q[-1] != '\n') return true;
  if (*c.p == '#') return is_class(c.p[1], CharDigit);
  q = c.p;
  while (is_class(*q, CharWord)) ++q;
  return *q != ':' && is_attribute({c.p, static_cast<size_t>(q - c.p)});
}

void BodyReader::callee(TypeId pointer) {
  c.skip();
  if (*c.p == 'a' && c.eat_word("asm")) return inline_asm();
  if (*c.p == '@' && pointer == TypeId::Ptr) {
    push(global_value(global_name()));
    return;
  }
  push(operand(pointer));
}

void BodyReader::inline_asm() {
  InlineAsm a;
  while (true) {
    if (c.eat_word("sideeffect")) a.side_effect = true;
    else if (c.eat_word("alignstack")) a.align_stack = true;
    else if (c.eat_word("inteldialect")) a.intel = true;
    else if (c.eat_word("unwind")) a.unwind = true;
    else break;
  }
  a.text = c.string(memory);
  c.expect(',');
  a.constraints = c.string(memory);
  push(Value(ValueKind::InlineAsm, static_cast<u32>(f.asms.size())));
  f.asms.push_back(a);
}

void BodyReader::arguments(TypeId function_type) {
  c.expect('(');
  s.argument_attributes.clear();
  s.argument_types.clear();
  bool any = false;
  if (!c.eat(')')) {
    do {
      c.skip();
      const char* at = c.p;
      if (*c.p == '.' && c.eat_dots()) break; // a musttail call hands on what is variable
      TypeId t = type();
      s.argument_types.push_back(t);
      u32 set = 0;
      if (t == TypeId::Metadata) {
        metadata_argument();
      } else {
        set = attributes(Position::Parameter);
        if (!is_first_class(t) || t == TypeId::Label) c.fail(at, type_text(t) + " is no type for an argument");
        push(operand(t));
      }
      s.argument_attributes.push_back(set);
      any |= set != 0;
    } while (c.eat(','));
    c.expect(')');
  }
  if (any) info_.argument_attributes = memory.copy(std::span<const u32>(s.argument_attributes));
  if (function_type != TypeId::Void) {
    const Type& t = types[function_type];
    size_t given = s.argument_types.size(), wanted = t.elements.size();
    if (given < wanted || (given > wanted && !t.variadic))
      c.fail(start_, "this call has " + std::to_string(given) + " arguments, but the callee takes " +
                         std::to_string(wanted));
    for (size_t k = 0; k < wanted; ++k)
      if (s.argument_types[k] != t.elements[k])
        c.fail(start_, "argument " + std::to_string(k + 1) + " is " + type_text(s.argument_types[k]) +
                           ", but the callee takes " + type_text(t.elements[k]));
    return;
  }
  // The callee's own type when that is it; else one made of what is here.
  Value v = f.operands[i_.first_operand];
  if (v.is_global()) {
    const Global& g = module.globals[v.index()];
    const Type& t = types[g.value_type];
    if (t.kind == TypeKind::Function && !t.variadic && t.element == i_.type &&
        std::ranges::equal(t.elements, s.argument_types)) {
      info_.function_type = g.value_type;
      return;
    }
  }
  info_.function_type = types.function(i_.type, s.argument_types, false);
}

// Behind the type `metadata`: kept as text.
void BodyReader::metadata_argument() {
  c.skip();
  const char* at = c.p;
  if (*c.p == '!') {
    skip_metadata();
  } else {
    TypeId t = type();
    if (c.peek() == '%') {
      ++c.p;
      c.name(memory);
    } else {
      constant(t);
    }
  }
  push(Value(ValueKind::Metadata, static_cast<u32>(f.metadata_operands.size())));
  f.metadata_operands.emplace_back(at, static_cast<size_t>(c.p - at));
}

// [ "tag"(T value, ...), ... ]
void BodyReader::read_bundles() {
  if (!c.eat('[')) return;
  if (c.eat(']')) return;
  do {
    OperandBundle b;
    b.tag = c.string(memory);
    b.first = static_cast<u32>(s.bundle_operands.size());
    c.expect('(');
    if (!c.eat(')')) {
      do {
        TypeId t = type();
        if (t == TypeId::Metadata) {
          metadata_argument();
          s.bundle_operands.push_back(f.operands.back());
          f.operands.pop_back();
        } else {
          bool before = has_forward_;
          c.skip();
          const char* at = c.p;
          Value v = operand(t);
          has_forward_ = before;
          if (v.kind() == ValueKind::None) c.fail(at, "an operand bundle's value must be defined before this");
          s.bundle_operands.push_back(v);
        }
      } while (c.eat(','));
      c.expect(')');
    }
    b.count = static_cast<u32>(s.bundle_operands.size()) - b.first;
    s.bundles.push_back(b);
  } while (c.eat(','));
  c.expect(']');
}

void BodyReader::invoke_tail() {
  c.expect_word("to");
  push(block_operand());
  c.expect_word("unwind");
  push(block_operand());
}

void BodyReader::callbr_tail() {
  c.expect_word("to");
  push(block_operand());
  c.expect('[');
  if (c.eat(']')) return;
  do push(block_operand());
  while (c.eat(','));
  c.expect(']');
}

} // namespace lathe::reader
