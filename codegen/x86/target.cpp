// The hooks of codegen/target.h for x86-64.

#include "codegen/x86/target.h"

#include "codegen/x86/emit.h"
#include "codegen/x86/features.h"
#include "codegen/x86/frame.h"
#include "codegen/x86/intrinsic_rows.h"
#include "codegen/x86/selector.h"

namespace lathe::codegen::x86 {

namespace {

// Registers that need no REX prefix and that calls destroy come first, saved ones last.
constexpr PhysicalRegister general_order[] = {reg::rax, reg::rcx, reg::rdx, reg::rsi, reg::rdi, reg::r8,  reg::r9, reg::r10,
                                              reg::r11, reg::rbx, reg::rbp, reg::r14, reg::r15, reg::r12, reg::r13};
constexpr PhysicalRegister vector_order[] = {16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

class X86Target final : public Target {
public:
  std::string refuses(const ir::DataLayout& layout) const override {
    if (!layout.little_endian) return "a big-endian data layout";
    if (layout.pointer_size != 8) return "a data layout with pointers of " + std::to_string(8 * layout.pointer_size) + " bits";
    return {};
  }

  legalize::LegalizeTarget legal(const ir::Function& f, const CompileOptions& options) const override {
    legalize::LegalizeTarget t;
    Features features = features_of(f);
    t.has_intrinsic = [](std::string_view name) { return find_intrinsic(name) != nullptr; };
    t.intrinsic_takes = [](const ir::Function& f, std::string_view name, std::span<const ir::TypeId> types) {
      return intrinsic_takes(f, *find_intrinsic(name), types);
    };
    t.half_intrinsic = half_intrinsic;
    t.has_popcount = features.popcnt;
    t.has_round = features.sse41;
    t.atomic_bits = features.cx16 ? 128 : 64;
    t.has_jump_tables = !features.retpoline_branches;
    // va_start gives a pointer there, and only clang's own code for va_arg knows.
    const Convention* convention = find_convention(f.global(f.self).convention);
    if (convention && convention->shares_positions) t.va_list.has_register_area = false;
    auto bit = [](ir::RmwOp op) { return u32(1) << static_cast<u32>(op); };
    t.rmw_with_result = bit(ir::RmwOp::Xchg) | bit(ir::RmwOp::Add) | bit(ir::RmwOp::Sub);
    t.rmw_without_result = t.rmw_with_result | bit(ir::RmwOp::And) | bit(ir::RmwOp::Or) | bit(ir::RmwOp::Xor);
    if (f.attributes(f.global(f.self).function_attributes).has(ir::Attribute::NoImplicitFloat) || !features.sse)
      t.copies_16_bytes = false;
    (void)options;
    return t;
  }

  void select(FunctionContext& context) const override {
    static thread_local Selector selector;
    selector.run(context);
  }

  RegisterFile registers(const FunctionContext& context) const override {
    RegisterFile file;
    file.allocatable[static_cast<u8>(RegisterClass::General)] = general_registers(context.code);
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
