#include "codegen/x86/peephole/rows.h"

#include <array>

namespace lathe::codegen::x86 {
namespace {

using lathe::x86::info;
using lathe::x86::OperandType;
using lathe::x86::RegClass;

Operation classify(const lathe::x86::RowInfo& i) {
  auto is_general = [&](unsigned k) {
    const auto& o = i.operands[k];
    return o.type == OperandType::Memory || ((o.type == OperandType::Register || o.type == OperandType::RegisterOrMemory) && o.register_class == RegClass::Gpr);
  };
  auto is_constant = [&](unsigned k) { return i.operands[k].type == OperandType::Immediate || i.operands[k].type == OperandType::One; };
  std::string_view m = i.mnemonic;
  if (i.operand_count >= 1 && i.operands[0].type != OperandType::FixedRegister && !is_general(0)) return Operation::Other;
  if (m == "mov" && i.operand_count == 2) {
    if (is_constant(1)) return Operation::MoveConstant;
    return is_general(1) ? Operation::Move : Operation::Other;
  }
  if (m == "movzx") return Operation::ZeroExtend;
  if (m == "movsx" || m == "movsxd") return Operation::SignExtend;
  if (m == "lea") return Operation::Lea;
  if (m == "test") return Operation::Test;
  if (m == "cmp") return Operation::Compare;
  if (m == "add") return Operation::Add;
  if (m == "sub") return Operation::Subtract;
  if (m == "and" || m == "or" || m == "xor") return Operation::Logic;
  if (m == "shl" && (i.operand_count == 1 || is_constant(1))) return Operation::ShiftLeft;
  if (m == "inc") return Operation::Increment;
  if (m == "dec") return Operation::Decrement;
  if (m == "neg") return Operation::Negate;
  return Operation::Other;
}

struct Tables {
  std::array<Operation, static_cast<size_t>(Row::Count)> operations{};
  std::array<Row, static_cast<size_t>(Row::Count)> inverted{};
  Tables() {
    inverted.fill(Row::Count);
    for (size_t r = 0; r < operations.size(); ++r) operations[r] = classify(info(static_cast<Row>(r)));
    constexpr Row pairs[][2] = {{Row::jo_rel, Row::jno_rel}, {Row::jb_rel, Row::jae_rel}, {Row::je_rel, Row::jne_rel},
                                {Row::jbe_rel, Row::ja_rel}, {Row::js_rel, Row::jns_rel}, {Row::jp_rel, Row::jnp_rel},
                                {Row::jl_rel, Row::jge_rel}, {Row::jle_rel, Row::jg_rel}};
    for (auto& p : pairs) {
      inverted[static_cast<size_t>(p[0])] = p[1];
      inverted[static_cast<size_t>(p[1])] = p[0];
    }
  }
};
const Tables& tables() {
  static const Tables t;
  return t;
}

} // namespace

Operation operation(Row row) { return tables().operations[static_cast<size_t>(row)]; }
Row inverted_branch(Row row) { return tables().inverted[static_cast<size_t>(row)]; }

Row load_row(u32 width) {
  return width == 64 ? Row::mov_r64_rm64 : width == 32 ? Row::mov_r32_rm32 : width == 16 ? Row::mov_r16_rm16 : Row::mov_r8_rm8;
}
} // namespace lathe::codegen::x86
