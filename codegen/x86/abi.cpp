#include "codegen/x86/abi.h"

#include "codegen/ir/conventions.h"
#include "codegen/ir/ir.h"
#include "codegen/legalize/legalize.h"

#include <algorithm>
#include <utility>

namespace lathe::codegen::x86 {

ClassAndSize class_of(const ir::Function& f, ir::TypeId type) {
  switch (type) {
  case ir::TypeId::I1:
  case ir::TypeId::I8:
  case ir::TypeId::I16:
  case ir::TypeId::I32: return {RegisterClass::General, 4};
  case ir::TypeId::I64:
  case ir::TypeId::Ptr: return {RegisterClass::General, 8};
  case ir::TypeId::Float:
  case ir::TypeId::Half:
  case ir::TypeId::BFloat: return {RegisterClass::Vector, 4};
  case ir::TypeId::Double: return {RegisterClass::Vector, 8};
  case ir::TypeId::Fp128: return {RegisterClass::Vector, 16};
  case ir::TypeId::X86Fp80: return {RegisterClass::StackOnly, 16};
  default: break;
  }
  const ir::Type& t = f.types[type];
  if (t.kind == ir::TypeKind::Pointer) return {RegisterClass::General, 8};
  if (t.kind == ir::TypeKind::Integer && t.bits <= 64) return {RegisterClass::General, static_cast<u8>(t.bits <= 32 ? 4 : 8)};
  if (t.kind == ir::TypeKind::Vector && f.types.size_in_bits(type, f.module.layout) <= 128)
    return {RegisterClass::Vector, 16};
  unsupported(f, "a value of type '" + ir::print(f.types, f.module.names, type) + "' in a register");
}

namespace {

using enum ir::CallingConvention;

// System V AMD64 ABI, "Parameter Passing".
constexpr PhysicalRegister sysv_general[] = {reg::rdi, reg::rsi, reg::rdx, reg::rcx, reg::r8, reg::r9};
constexpr PhysicalRegister sysv_vector[] = {16, 17, 18, 19, 20, 21, 22, 23};
// Microsoft's "x64 calling convention".
constexpr PhysicalRegister win64_general[] = {reg::rcx, reg::rdx, reg::r8, reg::r9};
constexpr PhysicalRegister win64_vector[] = {16, 17, 18, 19};
constexpr RegisterMask win64_saved = callee_saved_sysv | register_bit(reg::rdi) | register_bit(reg::rsi) | 0x3ffu << (reg::xmm0 + 6);
// LangRef: all but r11, and with preserve_all the vector registers too.
constexpr RegisterMask most_saved = 0xffff & ~(register_bit(reg::rsp) | register_bit(reg::r11));

// As clang has it: what C's callee preserves comes first, so that a chain of such functions keeps its state there.
constexpr PhysicalRegister none_general[] = {reg::r12, reg::r13, reg::r14, reg::r15, reg::rdi, reg::rsi,
                                             reg::rdx, reg::rcx, reg::r8,  reg::r9,  reg::r11, reg::rax};

constexpr Convention conventions[] = {
    {.id = C, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = callee_saved_sysv},
    {.id = Fast, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = callee_saved_sysv},
    {.id = Cold, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = callee_saved_sysv},
    {.id = SysV64, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = callee_saved_sysv},
    {.id = PreserveMost, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = most_saved},
    {.id = PreserveAll, .general = sysv_general, .vector = sysv_vector,
     .callee_saved = most_saved | 0xffff0000ull},
    {.id = PreserveNone, .general = none_general, .vector = sysv_vector,
     .callee_saved = register_bit(reg::rbp)},
    {.id = X86Interrupt, .general = {}, .vector = {}, .is_interrupt = true, .has_red_zone = false, .callee_saved = all_registers},
    {.id = Win64, .general = win64_general, .vector = win64_vector,
     .shares_positions = true, .shadow = 32, .has_red_zone = false, .callee_saved = win64_saved},
};

class Classifier {
public:
  Classifier(const ir::Function& f, AbiSignature& out)
      : f_(f), out_(out), convention_(*out.convention), stack_(convention_.shadow) {}

  void argument(ir::TypeId type, const ir::AttributeSet& attributes) {
    AbiArgument a;
    a.attributes = &attributes;
    a.first_part = static_cast<u32>(out_.parts.size());
    for (ir::Attribute of_pointers : {ir::Attribute::ByVal, ir::Attribute::StructRet, ir::Attribute::Nest})
      if (attributes.has(of_pointers) && !f_.types.is_pointer(type))
        unsupported(f_, "one of the attributes byval, sret, nest on an argument that is no pointer");
    if (convention_.is_interrupt) {
      interrupt_argument(a, type, attributes);
    } else if (attributes.has(ir::Attribute::ByVal)) {
      if (convention_.shares_positions) unsupported_argument("a 'byval' argument");
      a.byval = true;
      a.byval_size = f_.types.alloc_size(attributes.by_type, f_.module.layout);
      a.byval_align = std::max<u64>(8, attributes.align ? attributes.align
                                                        : f_.types.abi_align(attributes.by_type, f_.module.layout));
      out_.parts.push_back({.type = ir::TypeId::Ptr, .offset = take_stack(a.byval_size, a.byval_align)});
    } else if (attributes.has(ir::Attribute::SwiftSelf) || attributes.has(ir::Attribute::SwiftError) ||
               attributes.has(ir::Attribute::SwiftAsync) || attributes.has(ir::Attribute::InAlloca) ||
               attributes.has(ir::Attribute::Preallocated)) {
      unsupported(f_, "an argument with one of the attributes swiftself, swifterror, swiftasync, inalloca, preallocated");
    } else if (attributes.has(ir::Attribute::Nest)) {
      if (std::exchange(nested_, true)) unsupported(f_, "more than one 'nest' argument");
      out_.parts.push_back({.type = type, .in_register = true, .reg = reg::r10});
    } else {
      if (attributes.has(ir::Attribute::StructRet) && out_.sret == ir::none)
        out_.sret = static_cast<u32>(out_.arguments.size());
      if (!f_.types.is_aggregate(type)) {
        argument_leaf(type);
      } else {
        leaves_.clear();
        legalize::leaves_of(f_, type, leaves_);
        for (const legalize::Leaf& leaf : leaves_) argument_leaf(leaf.type);
      }
    }
    a.part_count = static_cast<u32>(out_.parts.size()) - a.first_part;
    out_.arguments.push_back(a);
  }

  void result(ir::TypeId type) {
    if (type == ir::TypeId::Void) return;
    if (convention_.is_interrupt) unsupported(f_, "a result of an interrupt's handler");
    static constexpr PhysicalRegister integers[] = {reg::rax, reg::rdx, reg::rcx};
    u32 general = 0, vector = 0, x87 = 0;
    leaves_.clear();
    if (f_.types.is_aggregate(type))
      legalize::leaves_of(f_, type, leaves_);
    else
      leaves_.push_back({type, 0});
    for (const legalize::Leaf& leaf : leaves_) {
      if (is_wide_integer(leaf.type)) {
        for (int i = 0; i < 2; ++i) {
          if (general == 3) too_many_results(type);
          out_.results.push_back({.type = ir::TypeId::I64, .in_register = true, .reg = integers[general++]});
        }
        continue;
      }
      switch (class_of(f_, leaf.type).rc) {
      case RegisterClass::General:
        if (general == 3) too_many_results(type);
        out_.results.push_back({.type = leaf.type, .in_register = true, .reg = integers[general++]});
        break;
      case RegisterClass::Vector:
        if (vector == 4) too_many_results(type);
        out_.results.push_back(
            {.type = leaf.type, .in_register = true, .reg = static_cast<PhysicalRegister>(reg::xmm0 + vector++)});
        break;
      case RegisterClass::StackOnly:
        if (x87 == 2) too_many_results(type);
        out_.results.push_back({.type = leaf.type, .x87 = true, .reg = static_cast<PhysicalRegister>(x87++)});
        break;
      }
    }
  }

  void finish() {
    out_.stack_bytes = (stack_ + 7) & ~u64(7);
    if (convention_.shares_positions) general_ = vector_ = position_;
    out_.general_used = general_;
    out_.vector_used = vector_;
  }

private:
  [[noreturn]] void too_many_results(ir::TypeId type) {
    unsupported(f_, "returning '" + ir::print(f_.types, f_.module.names, type) + "' in registers");
  }
  [[noreturn]] void unsupported_argument(const std::string& what) {
    unsupported(f_, what + " by calling convention '" + ir::convention_text(convention_.id) + "'");
  }
  bool is_wide_integer(ir::TypeId type) const {
    const ir::Type& t = f_.types[type];
    return t.kind == ir::TypeKind::Integer && t.bits > 64 && t.bits <= 128;
  }
  i64 take_stack(u64 size, u64 align) {
    stack_ = (stack_ + align - 1) & ~(align - 1);
    u64 at = stack_;
    stack_ += (size + 7) & ~u64(7);
    return static_cast<i64>(at);
  }
  // What the processor has pushed: ip and so on as a structure, where a return address would lie. An error code comes
  // below it; the prologue pushes 8 more bytes then, which takes the place of the return address.
  void interrupt_argument(AbiArgument& a, ir::TypeId type, const ir::AttributeSet& attributes) {
    if (out_.arguments.empty() && attributes.has(ir::Attribute::ByVal)) {
      a.byval = true;
      a.byval_size = f_.types.alloc_size(attributes.by_type, f_.module.layout);
      a.byval_align = 8;
      out_.parts.push_back({.type = ir::TypeId::Ptr, .offset = -8});
    } else if (out_.arguments.size() == 1 && f_.types.is_integer(type) && !is_wide_integer(type)) {
      out_.parts[0].offset = 8;
      out_.parts.push_back({.type = type, .offset = 0});
    } else {
      unsupported_argument("this argument");
    }
  }
  void argument_leaf(ir::TypeId type) {
    if (convention_.shares_positions) return argument_in_position(type);
    if (is_wide_integer(type)) {
      // Both halves in registers or both on the stack.
      if (general_ + 2 <= convention_.general.size()) {
        for (int i = 0; i < 2; ++i)
          out_.parts.push_back({.type = ir::TypeId::I64, .in_register = true, .reg = convention_.general[general_++]});
      } else {
        i64 at = take_stack(16, 16);
        out_.parts.push_back({.type = ir::TypeId::I64, .offset = at});
        out_.parts.push_back({.type = ir::TypeId::I64, .offset = at + 8});
      }
      return;
    }
    ClassAndSize c = class_of(f_, type);
    AbiPart part{.type = type};
    if (c.rc == RegisterClass::General && general_ < convention_.general.size()) {
      part.in_register = true;
      part.reg = convention_.general[general_++];
    } else if (c.rc == RegisterClass::Vector && vector_ < convention_.vector.size()) {
      part.in_register = true;
      part.reg = convention_.vector[vector_++];
    } else {
      u64 size = c.size == 16 ? 16 : 8;
      part.offset = take_stack(size, size);
    }
    out_.parts.push_back(part);
  }

  void argument_in_position(ir::TypeId type) {
    if (is_wide_integer(type) || class_of(f_, type).size > 8)
      unsupported_argument("an argument of type '" + ir::print(f_.types, f_.module.names, type) + "'");
    AbiPart part{.type = type};
    if (position_ < convention_.general.size()) {
      part.in_register = true;
      part.reg = (class_of(f_, type).rc == RegisterClass::Vector ? convention_.vector : convention_.general)[position_];
    } else {
      part.offset = take_stack(8, 8);
    }
    ++position_;
    out_.parts.push_back(part);
  }

  const ir::Function& f_;
  AbiSignature& out_;
  const Convention& convention_;
  u64 stack_ = 0;
  bool nested_ = false;
  u32 general_ = 0, vector_ = 0, position_ = 0;
  std::vector<legalize::Leaf> leaves_;
};

} // namespace

const Convention* find_convention(ir::CallingConvention id) {
  for (const Convention& c : conventions)
    if (c.id == id) return &c;
  return nullptr;
}

RegisterMask result_registers(const AbiSignature& s) {
  RegisterMask registers = 0;
  for (const AbiPart& r : s.results)
    if (r.in_register) registers |= register_bit(r.reg);
  return registers;
}

RegisterMask preserved_registers(const AbiSignature& s) {
  return s.convention->callee_saved & ~result_registers(s);
}

void classify(const ir::Function& f, ir::CallingConvention convention, std::span<const ir::TypeId> arguments,
              std::span<const u32> argument_attributes, ir::TypeId result, AbiSignature& out) {
  out.clear();
  out.convention = find_convention(convention);
  if (!out.convention) unsupported(f, "calling convention '" + ir::convention_text(convention) + "'");
  Classifier classifier(f, out);
  for (size_t i = 0; i < arguments.size(); ++i)
    classifier.argument(arguments[i], f.attributes(i < argument_attributes.size() ? argument_attributes[i] : 0));
  classifier.result(result);
  classifier.finish();
}

} // namespace lathe::codegen::x86
