#pragma once
// Front door of the IR: the data structures, and what works on whole functions and modules.

#include "codegen/ir/module.h"

namespace lathe::ir {

// builder.cpp: appends instructions at a point; folds nothing.
class Builder {
public:
  explicit Builder(Function& f) : function(f) {}
  void at_end(BlockId b) { block = b; before = none; }
  void before_instruction(InstId i) { block = function[i].block; before = i; location = function[i].location; }

  Value integer(TypeId type, u64 bits); // width up to 128; the value is zero-extended beyond 64
  Value undef(TypeId);
  Value zero(TypeId);                   // 0, 0.0, null or zeroinitializer
  Value binary(Opcode, Value a, Value b, u16 flags = 0);
  Value cast(Opcode, Value, TypeId);
  Value icmp(Predicate, Value a, Value b);
  Value fcmp(Predicate, Value a, Value b, u16 flags = 0);
  Value select(Value condition, Value if_true, Value if_false);
  Value load(TypeId, Value pointer, u32 align, u16 flags = 0);
  InstId store(Value, Value pointer, u32 align, u16 flags = 0);
  Value byte_offset(Value pointer, i64 bytes); // getelementptr i8; the pointer itself for 0
  Value byte_offset(Value pointer, Value bytes);
  Value alloca_bytes(u64 bytes, u32 align);    // in the entry block
  Value phi(TypeId, std::span<const std::pair<Value, BlockId>>);
  Value extract_value(Value aggregate, std::span<const u32> indices);
  Value insert_value(Value aggregate, Value element, std::span<const u32> indices);
  InstId br(BlockId);
  InstId br(Value condition, BlockId if_true, BlockId if_false);
  InstId ret(Value = {});
  InstId unreachable();
  // A call of a function known by name (libcall, intrinsic); Function::declare()s it when new.
  Value call(std::string_view callee, TypeId result, std::span<const Value> arguments);
  Value emit(Opcode, TypeId, std::span<const Value> operands, u16 flags = 0);

  Function& function;
  BlockId block = none;
  InstId before = none;  // none: at the end of `block`
  u32 location = none;
};

// verifier.cpp: LangRef's rules; every violation is an error in `diagnostics`. Returns whether all is well.
bool verify(const Module&, Diagnostics&);
bool verify(const Function&, Diagnostics&);

// printer.cpp: LLVM IR text that llvm-as accepts and that reads back to the same IR.
std::string print(const Module&, std::span<const Function* const> bodies);
std::string print(const Function&);
std::string print(const TypeTable&, const Interner& names, TypeId);

std::string_view spelling(Opcode);
std::string_view spelling(Predicate);
bool is_terminator(Opcode);

} // namespace lathe::ir
