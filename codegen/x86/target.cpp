// The hooks of codegen/target.h for x86-64.

#include "codegen/x86/target.h"

#include "codegen/x86/emit.h"
#include "codegen/x86/frame.h"
#include "codegen/x86/selector.h"

namespace lathe::codegen::x86 {

namespace {

// Registers that need no REX prefix and that calls destroy come first, saved ones last.
constexpr PhysicalRegister general_order[] = {reg::rax, reg::rcx, reg::rdx, reg::rsi, reg::rdi, reg::r8,  reg::r9, reg::r10,
                                              reg::r11, reg::rbx, reg::rbp, reg::r14, reg::r15, reg::r12, reg::r13};
constexpr PhysicalRegister vector_order[] = {16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

bool has_feature(const ir::Function& f, std::string_view feature) {
  const ir::AttributeSet& attributes = f.attributes(f.global(f.self).function_attributes);
  const std::string_view* list = attributes.find("target-features");
  if (!list) return false;
  bool has = false;
  for (size_t begin = 0; begin < list->size();) {
    size_t end = std::min(list->find(',', begin), list->size());
    std::string_view item = list->substr(begin, end - begin);
    if (item.size() > 1 && item.substr(1) == feature) has = item[0] == '+';
    begin = end + 1;
  }
  return has;
}

class X86Target final : public Target {
public:
  legalize::LegalizeTarget legal(const ir::Function& f, const CompileOptions& options) const override {
    legalize::LegalizeTarget t;
    t.has_popcount = has_feature(f, "popcnt");
    t.has_round = has_feature(f, "sse4.1");
    t.atomic_bits = has_feature(f, "cx16") ? 128 : 64;
    auto bit = [](ir::RmwOp op) { return u32(1) << static_cast<u32>(op); };
    t.rmw_with_result = bit(ir::RmwOp::Xchg) | bit(ir::RmwOp::Add) | bit(ir::RmwOp::Sub);
    t.rmw_without_result = t.rmw_with_result | bit(ir::RmwOp::And) | bit(ir::RmwOp::Or) | bit(ir::RmwOp::Xor);
    if (f.attributes(f.global(f.self).function_attributes).has(ir::Attribute::NoImplicitFloat)) t.copies_16_bytes = false;
    (void)options;
    return t;
  }

  void select(FunctionContext& context) const override {
    static thread_local Selector selector;
    selector.run(context);
  }

  RegisterFile registers(const FunctionContext& context) const override {
    RegisterFile file;
    RegisterMask general = 0xffff & ~(RegisterMask(1) << reg::rsp);
    if (uses_frame_pointer(context.code)) general &= ~(RegisterMask(1) << reg::rbp);
    if (uses_base_pointer(context.code)) general &= ~(RegisterMask(1) << reg::rbx);
    file.allocatable[static_cast<u8>(RegisterClass::General)] = general;
    file.allocatable[static_cast<u8>(RegisterClass::Vector)] = RegisterMask(0xffff) << reg::xmm0;
    file.callee_saved = context.code.frame.callee_saved;
    file.order[static_cast<u8>(RegisterClass::General)] = general_order;
    file.order[static_cast<u8>(RegisterClass::Vector)] = vector_order;
    return file;
  }

  void emit(FunctionContext& context, const Allocation& allocation, assembler::StatementBuffer& out) const override {
    emit_function(context, allocation, out);
  }

  MachineNames names() const override { return machine_names(); }
};

} // namespace

const Target& target() {
  static const X86Target instance;
  return instance;
}

} // namespace lathe::codegen::x86
