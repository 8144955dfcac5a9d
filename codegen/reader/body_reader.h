#pragma once
// The second phase: one body. body_reader.cpp has the walk over statements, names and blocks; instructions.cpp
// and calls.cpp have a rule for each instruction.

#include "codegen/reader/locals.h"
#include "codegen/reader/parser.h"

namespace lathe::reader {

// What is kept between bodies of one thread, to be filled again.
struct BodyScratch {
  LocalNames names;
  struct Forward {
    Value value;       // none until it is defined
    TypeId type{};
    const char* use = nullptr;
  };
  std::vector<Forward> forwards;
  std::vector<u32> pending;             // places in Function::operands that hold forward references
  std::vector<const char*> block_use;   // by BlockId: first use of a block that has no place yet, else null
  std::vector<const char*> starts;      // by InstId: where the instruction is written
  std::vector<u32> argument_attributes;
  std::vector<TypeId> argument_types;
  std::vector<Value> bundle_operands;
  std::vector<ir::OperandBundle> bundles;
  std::vector<u32> weights;
  std::vector<ir::InstId> old_phis;     // phis with constant expressions that become instructions
};

class BodyReader : public Parser {
public:
  BodyReader(ir::Module& m, ModuleIndex& i, ir::Function& f, Diagnostics& d, BodyScratch& s);
  bool run();

  Value block_address(ir::GlobalId function, const Cursor::Name& block, const char* at) override;
  Value block_address_constant(ir::GlobalId function, const Cursor::Name& block, u64 bits);
  Value foreign_block_address(ir::GlobalId function, const Cursor::Name& block, const char* at);
  u32 intern_attributes(const AttributeSet&) override;

private:
  ir::Function& f;
  BodyScratch& s;
  ir::BlockId block_ = none;
  bool terminated_ = true;
  u32 next_number_ = 0;
  u64 number_limit_ = 0; // no number can be larger where each takes at least a byte
  // The instruction being read.
  ir::Instruction i_;
  const char* start_ = nullptr;
  bool has_forward_ = false;
  Value alias_; // set when the instruction turned out to be another name for a value

  // --- body_reader.cpp
  bool statement();
  void label(const Cursor::Name&, const char* at);
  void begin_block(ir::BlockId);
  void begin_numbered_block();
  void instruction(const Cursor::Name* name, const char* at);
  void commit(const Cursor::Name* name, const char* name_at);
  void define(Local&, Value, TypeId, const std::string& shown, const char* at);
  bool needs_expansion(Value) const;
  Value expand(Value, ir::BlockId, ir::InstId before);
  void expand_operands();
  void expand_phis();
  void resolve_forwards();
  void place_address_labels();
  Value operand(TypeId);               // a value of this type
  Value local(TypeId);
  TypeId typed_operand();              // pushes type's value; gives the type
  void push(Value v) { f.operands.push_back(v); }
  Value block_operand();               // label %x
  Value block_name();                  // %x
  ir::BlockId block_of(Local&, const char* at);
  Local& find(const Cursor::Name& n) { return n.is_number ? s.names.number(n.number) : s.names.name(n.text); }
  [[noreturn]] void type_mismatch(const char* at, Value, TypeId actual, TypeId wanted);
  void weights(std::string_view prof);
  void trailer();                      // ", align 4, !dbg !3"

  // --- instructions.cpp
  void read(Opcode);
  void integer_flags();
  u16 fast_math();
  void binary();
  void cast();
  void compare();
  void gep();
  void alloca_instruction();
  void load();
  void store();
  void cmpxchg();
  void atomicrmw();
  void fence();
  void phi();
  void select();
  void vector_instruction();
  void value_indices(TypeId aggregate);
  void br();
  void switch_instruction();
  void indirectbr();
  void ret();
  void landingpad();
  void funclet();
  void sync_scope();
  ir::Ordering ordering();
  void atomic_tail();
  void expect_align();

  // --- calls.cpp
  void call(ir::TailKind);
  void call_attributes();
  bool continues_in_attributes() const;
  void callee(TypeId pointer);
  void inline_asm();
  void arguments(TypeId function_type);
  void metadata_argument();
  void read_bundles();
  void invoke_tail();
  void callbr_tail();
  bool is_dropped_callee() const;
  ir::CallInfo info_;
};

} // namespace lathe::reader
