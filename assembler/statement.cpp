// The typed append calls that do more than push operands.
#include "assembler/statement.h"

#include <algorithm>

namespace lathe::assembler {

void append_quoted(std::string_view bytes, std::string& out) {
  out += '"';
  for (unsigned char c : bytes) {
    if (c == '"' || c == '\\') (out += '\\') += static_cast<char>(c);
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (c >= 32 && c < 127) out += static_cast<char>(c);
    else {
      out += '\\';
      out += static_cast<char>('0' + (c >> 6));
      out += static_cast<char>('0' + (c >> 3 & 7));
      out += static_cast<char>('0' + (c & 7));
    }
  }
  out += '"';
}

namespace {

// The name of a section, or of what it belongs to, as an argument of .section.
void append_section_word(std::string_view name, std::string& out) {
  bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '$';
  });
  if (plain && !name.empty() && name[0] != '$') out += name;
  else append_quoted(name, out);
}

} // namespace

Operand StatementBuffer::symbol_operand(SymbolId s, i64 addend, Modifier m, u8 flags) {
  if (addend == static_cast<i16>(addend))
    return Operand::make(OperandKind::Symbol, s, flags, static_cast<u8>(m), static_cast<u16>(addend));
  u32 e = binary(Operator::Add, symbol_expression(s, m), constant(addend));
  return Operand::make(OperandKind::Expression, e, flags);
}

void StatementBuffer::section(std::string_view name, std::string_view flags, std::string_view type, u64 entry_size,
                              std::string_view group, bool comdat, std::string_view linked) {
  std::string s;
  append_section_word(name, s);
  if (!flags.empty() || !type.empty()) {
    s += ",\"";
    s += flags;
    s += '"';
    if (!type.empty()) (s += ",@") += type;
    if (entry_size) (s += ',') += std::to_string(entry_size);
    for (std::string_view owner : {linked, group})
      if (!owner.empty()) append_section_word(owner, s += ',');
    if (comdat) s += ",comdat";
  }
  directive(Directive::section, {word(s)});
}

void StatementBuffer::size_to_here(SymbolId s) {
  u32 here = add_expression({.op = Operator::Here});
  directive(Directive::size, {target(s), expression(binary(Operator::Subtract, here, symbol_expression(s)), true)});
}

void StatementBuffer::p2align(u32 power, u32 maximum) {
  directive(Directive::p2align, {immediate(power), Operand{}, immediate(maximum)});
}

} // namespace lathe::assembler
