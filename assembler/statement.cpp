// The typed append calls that do more than push operands.
#include "assembler/statement.h"

namespace lathe::assembler {

Operand StatementBuffer::symbol_operand(SymbolId s, i64 addend, Modifier m, u8 flags) {
  if (addend == static_cast<i16>(addend))
    return Operand::make(OperandKind::Symbol, s, flags, static_cast<u8>(m), static_cast<u16>(addend));
  u32 e = binary(Operator::Add, symbol_expression(s, m), constant(addend));
  return Operand::make(OperandKind::Expression, e, flags);
}

void StatementBuffer::section(std::string_view name, std::string_view flags, std::string_view type, u64 entry_size,
                              std::string_view group, bool comdat) {
  std::string s(name);
  if (!flags.empty() || !type.empty()) {
    s += ",\"";
    s += flags;
    s += '"';
    if (!type.empty()) (s += ",@") += type;
    if (entry_size) (s += ',') += std::to_string(entry_size);
    if (!group.empty()) (s += ',') += group;
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
