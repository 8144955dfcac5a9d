// Inline assembly: LangRef's templates ($0, ${1:w}, $$, $(att$|intel$)) with operands put in, as lines that our own
// parser reads. They stand between #APP and #NO_APP as gcc and clang write them.

#include "codegen/machine/names.h"
#include "codegen/x86/function_emitter.h"

namespace lathe::codegen::x86 {

namespace {

constexpr std::string_view modifier_texts[] = {
#define MODIFIER(name, text) text,
#include "assembler/modifiers.def"
#undef MODIFIER
};
constexpr std::string_view symbol_modifiers[] = {"",       "@PLT",     "@GOTPCREL", "@GOTOFF", "@TLSGD", "@TLSLD",
                                                 "@DTPOFF", "@GOTTPOFF", "@TPOFF",    "@GOT",    "@SIZE"};

[[noreturn]] void refuse(const AsmStatement& s, const std::string& what) { throw reader::SourceError({}, what, s.origin); }

char suffix_letter(u32 bytes) { return bytes == 1 ? 'b' : bytes == 2 ? 'w' : bytes == 4 ? 'l' : 'q'; }

u32 width_of_modifier(char m, u32 bytes) {
  switch (m) {
  case 'b': return 8;
  case 'w': return 16;
  case 'k': return 32;
  case 'q': return 64;
  default: return bytes == 1 ? 8 : bytes == 2 ? 16 : bytes <= 4 ? 32 : 64;
  }
}

} // namespace

std::string FunctionEmitter::symbol_text(const SymbolRef& s) const {
  std::string text(code_.symbols.text(s.symbol));
  text += symbol_modifiers[s.modifier];
  if (s.addend > 0) text += '+';
  if (s.addend) text += std::to_string(s.addend);
  return text;
}

// AT&T: sym+8(%rdi,%rcx,4); Intel: dword ptr sym[rdi+rcx*4+8], where the template does not say the size itself.
void FunctionEmitter::asm_address(const assembler::Address& a, bool intel, u32 width, std::string& text) const {
  auto name = [&](Reg r) { return (intel ? "" : "%") + std::string(lathe::x86::info(r).name); };
  auto displacement = [&](bool signed_always) {
    if (a.displacement > 0 && signed_always) text += '+';
    if (a.displacement || !signed_always) text += std::to_string(a.displacement);
  };
  if (intel) {
    static constexpr std::string_view sizes[] = {"", "byte ptr ", "word ptr ", "", "dword ptr ", "", "", "", "qword ptr "};
    bool said = text.ends_with("ptr ") || text.ends_with("PTR ");
    if (!said && width < std::size(sizes)) text += sizes[width];
  }
  if (a.segment != Reg::None) text += name(a.segment) + ':';
  bool has_registers = a.base != Reg::None || a.index != Reg::None;
  if (a.symbol != assembler::no_id) {
    text += out_.name(a.symbol);
    text += modifier_texts[static_cast<u8>(a.modifier)];
    displacement(true);
  } else if (!intel && (a.displacement || !has_registers)) {
    displacement(false);
  }
  if (!has_registers) {
    if (intel && a.symbol == assembler::no_id) text += '[' + std::to_string(a.displacement) + ']';
    return;
  }
  text += intel ? '[' : '(';
  if (a.base != Reg::None) text += name(a.base);
  if (intel) {
    if (a.index != Reg::None) text += (a.base != Reg::None ? "+" : "") + name(a.index) + '*' + std::to_string(a.scale);
    if (a.symbol == assembler::no_id) displacement(true);
  } else if (a.index != Reg::None) {
    text += ',' + name(a.index) + ',' + std::to_string(a.scale);
  }
  text += intel ? ']' : ')';
}

void FunctionEmitter::asm_register(PhysicalRegister r, const AsmStatement& s, const AsmStatement::Operand& o, char modifier,
                                   std::string& text) const {
  std::string name;
  if (r >= reg::st0)
    name = r == reg::st0 && modifier != 'y' ? "st" : "st(" + std::to_string(r - reg::st0) + ")";
  else if (r >= reg::xmm0)
    name = lathe::x86::info(lathe::x86::reg(r, modifier == 't' ? 256 : 128)).name;
  else if (modifier == 'h' && r < 4)
    name = lathe::x86::info(lathe::x86::offset(Reg::ah, r)).name;
  else
    name = lathe::x86::info(lathe::x86::reg(
        r, modifier == 'a' || modifier == 'A' || o.is_memory ? 64 : width_of_modifier(modifier, o.width))).name;
  bool address = modifier == 'a' || o.is_memory;
  if (modifier == 'A' && !s.intel) text += '*';
  if (address) text += s.intel ? '[' : '(';
  if (modifier != 'V' && !s.intel) text += '%';
  text += name;
  if (address) text += s.intel ? ']' : ')';
}

void FunctionEmitter::asm_operand(const MachineInstruction& i, const AsmStatement& s, u32 index, char modifier,
                                  std::string& text) {
  if (index >= s.operands.size()) refuse(s, "inline assembly names operand " + std::to_string(index) + " of " +
                                                       std::to_string(s.operands.size()));
  const AsmStatement::Operand& o = s.operands[index];
  if (modifier == 'z') {
    text += suffix_letter(o.width);
    return;
  }
  bool bare = s.intel || std::string_view("cPpaln").find(modifier) != std::string_view::npos;
  switch (o.operand.kind) {
  case OperandKind::Register:
  case OperandKind::FixedRegister: {
    Location l = o.operand.kind == OperandKind::FixedRegister
                     ? Location::in_register(static_cast<PhysicalRegister>(o.operand.payload))
                     : location(i, o.operand.payload);
    if (!l.is_slot()) return asm_register(l.reg, s, o, modifier, text);
    assembler::Address a;
    SlotAddress slot = frame_[l.slot];
    a.base = lathe::x86::reg(slot.base, 64);
    a.displacement = slot.displacement + (modifier == 'H' ? 8 : 0);
    return asm_address(a, s.intel, o.width, text);
  }
  case OperandKind::Immediate:
  case OperandKind::WideImmediate: {
    i64 value = o.operand.kind == OperandKind::Immediate ? static_cast<i32>(o.operand.payload)
                                                         : machine_.wide_immediates[o.operand.payload];
    if (modifier == 'n') value = static_cast<i64>(-u64(value));
    if (!bare) text += '$';
    text += std::to_string(value);
    return;
  }
  case OperandKind::SymbolValue:
    if (modifier == 'n') text += '-';
    if (!bare) text += '$';
    if (s.intel && !modifier) text += "offset ";
    text += symbol_text(machine_.symbols[o.operand.payload]);
    if (modifier == 'a') text += s.intel ? "[rip]" : "(%rip)";
    return;
  case OperandKind::Address: {
    assembler::Address a = address(i, machine_.addresses[o.operand.payload]);
    if (modifier == 'H') a.displacement += 8;
    if ((modifier == 'P' || modifier == 'p') && a.base == Reg::rip) a.base = Reg::None;
    return asm_address(a, s.intel, modifier == 'a' || modifier == 'P' ? 0 : o.width, text);
  }
  case OperandKind::Block: text += block_label(code_.ordinal, thread_[o.operand.payload]); return;
  case OperandKind::None: refuse(s, "an operand of inline assembly has no place");
  }
}

std::string FunctionEmitter::asm_text(const MachineInstruction& i, const AsmStatement& s) {
  std::string text;
  std::string_view t = s.text;
  int alternative = -1; // inside $( $| $): which one we are in
  auto wanted = [&] { return alternative < 0 || alternative == (s.intel ? 1 : 0); };
  std::string discarded;
  for (size_t at = 0; at < t.size(); ++at) {
    std::string& to = wanted() ? text : discarded;
    if (t[at] != '$') {
      to += t[at];
      continue;
    }
    if (++at >= t.size()) refuse(s, "inline assembly ends with a single '$'");
    char c = t[at];
    if (c == '$') {
      to += '$';
    } else if (c == '(') {
      alternative = 0;
    } else if (c == '|') {
      if (alternative < 0) to += '|'; else ++alternative;
    } else if (c == ')') {
      if (alternative < 0) to += ')'; else alternative = -1;
    } else if (c >= '0' && c <= '9') {
      u32 index = 0;
      while (at < t.size() && t[at] >= '0' && t[at] <= '9' && index < 100000) index = index * 10 + static_cast<u32>(t[at++] - '0');
      --at;
      if (wanted()) asm_operand(i, s, index, 0, to);
    } else if (c == '{') {
      size_t end = t.find('}', at);
      if (end == std::string_view::npos) refuse(s, "'${' without '}' in inline assembly");
      std::string_view inner = t.substr(at + 1, end - at - 1);
      at = end;
      if (inner == ":uid") {
        to += std::to_string(code_.ordinal) + '_' + std::to_string(i.first_operand);
      } else if (inner == ":comment") {
        to += '#';
      } else if (inner == ":private") {
        to += ".L";
      } else {
        u32 index = 0;
        size_t k = 0;
        while (k < inner.size() && inner[k] >= '0' && inner[k] <= '9' && index < 100000)
          index = index * 10 + static_cast<u32>(inner[k++] - '0');
        char modifier = k + 1 < inner.size() && inner[k] == ':' ? inner[k + 1] : 0;
        if (k == 0 || (k != inner.size() && modifier == 0))
          refuse(s, "'${" + std::string(inner) + "}' in inline assembly is not understood");
        if (wanted()) asm_operand(i, s, index, modifier, to);
      }
    } else {
      refuse(s, std::string("'$") + c + "' in inline assembly is not understood");
    }
  }
  return text;
}

// Whether the statement gives the register a new value; the allocator does not know those it never hands out.
bool FunctionEmitter::overwrites(const MachineInstruction& i, PhysicalRegister r) const {
  if (machine_.clobber_masks[i.clobbers] >> r & 1) return true;
  for (const RegisterOperand& o : machine_.registers_of(i))
    if (o.constraint == Constraint::Fixed && o.fixed == r) return true;
  return false;
}

void FunctionEmitter::inline_asm(const MachineInstruction& i) {
  const AsmStatement& s = code_.asm_statements[machine_.operands_of(i)[0].payload];
  if (frame_.frame_pointer && overwrites(i, reg::rbp))
    refuse(s, "inline assembly overwrites rbp, which points to the frame here");
  // A statement of its own, so that messages count its lines.
  out_.verbatim(s.intel ? "#APP\n\t.intel_syntax noprefix" : "#APP");
  out_.verbatim('\t' + asm_text(i, s), s.origin);
  out_.verbatim(s.intel ? "\t.att_syntax prefix\n#NO_APP" : "#NO_APP");
}

} // namespace lathe::codegen::x86
