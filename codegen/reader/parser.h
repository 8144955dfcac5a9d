#pragma once
// What the module's entities and the bodies have in common: types, constants, attributes. types.cpp,
// constants.cpp and attributes.cpp define the groups; module_reader.cpp and body_reader.cpp stand on them.

#include "codegen/ir/name_index.h"
#include "codegen/reader/cursor.h"

#include <map>

namespace lathe::reader {

using ir::Attribute;
using ir::AttributeSet;
using ir::Opcode;
using ir::TypeId;
using ir::TypeKind;
using ir::Value;
using ir::ValueKind;
using ir::none;

// What stays known of a module after it was read, for the bodies: frozen then.
struct ModuleIndex : ir::Module::NameIndex {
  std::vector<TypeId> type_of_name;          // by id of Module::names; Void: not a type's name
  std::vector<u64> type_first_use;           // offset + 1 of the first use of a type not defined yet
  std::vector<u32> groups;                   // attribute groups by number: ids of their sets, 0 where undefined
  std::map<ir::GlobalId, std::vector<u32>> address_taken; // by function: indices into Module::block_addresses
  std::vector<u32> attribute_slots;          // open-addressed: AttributeSet id + 1
  u32 find_attributes(const AttributeSet&, u32 hash, const std::vector<AttributeSet>&) const; // `none` if absent
};

u32 hash_attributes(const AttributeSet&);

class Parser {
public:
  Parser(ir::Module& m, ModuleIndex& i, ir::TypeTable& t, ir::ConstantTable& k, Arena& a, Diagnostics& d, u64 begin)
      : c(*m.source, d, begin), module(m), index(i), types(t), constants(k), memory(a), diag(d), limit_(c.end) {}
  virtual ~Parser() = default;

  Cursor c;
  ir::Module& module;
  ModuleIndex& index;
  ir::TypeTable& types;
  ir::ConstantTable& constants;
  Arena& memory;
  Diagnostics& diag;

  // --- types.cpp
  TypeId type();            // anything but void
  TypeId type_or_void();
  std::string type_text(TypeId) const;
  bool is_first_class(TypeId) const;
  TypeId scalar_of(TypeId) const; // the element of a vector, else the type itself
  // i1, or a vector of i1 as wide as `type`.
  TypeId compare_result(TypeId type);
  // The type a GEP's or extractvalue's walk reaches; an error at the cursor when an index does not fit.
  TypeId index_into(TypeId aggregate, u64 i, const char* at);
  // The field that a GEP's index of a structure names: an integer constant, or a vector of one and the same.
  u64 field_index(Value, const char* at);
  void check_gep_source(TypeId source, const char* at);

  // --- constants.cpp
  Value constant(TypeId type);          // the cursor is behind the type
  Value typed_constant(TypeId* type = nullptr);
  ir::GlobalId global_name();           // @name
  Value simple_constant(ir::ConstantKind, TypeId);
  Value integer_constant(TypeId, u64);
  virtual Value block_address(ir::GlobalId function, const Cursor::Name& block, const char* at) = 0;

  // --- attributes.cpp
  enum class Position : u8 { Return, Parameter, Function };
  // Reads any number of attributes and gives the id of their set, 0 for none. `align` and strings may be among
  // them; stops at what begins a type (Return), a value (Parameter) or another clause (Function).
  u32 attributes(Position);
  void attribute_list(AttributeSet&, Position);
  static bool is_attribute(std::string_view word); // of LangRef's words
  virtual u32 intern_attributes(const AttributeSet&) = 0;

  bool is_defined_metadata(u64 number) const {
    return number < module.metadata.numbered.size() && module.metadata.numbered[number].end != 0;
  }
  // Skips a metadata node's text: !5, !{...}, !DIFoo(...), !"text", distinct !{...}.
  void skip_metadata();

protected:
  struct Depth {
    explicit Depth(Parser& p);
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };
  u32 depth_ = 0;
  bool old_expression_ = false; // a constant expression was read that LLVM no longer has
  const char* limit_;         // attributes end here: the end of the entity, in bodies that of the line
  std::vector<Value> stack_;  // operands of the constants being read, innermost last
  std::vector<TypeId> types_; // the same for types

private:
  TypeId base_type();
  TypeId named_type();
  TypeId function_type(TypeId result);
  TypeId struct_type(bool packed);
  TypeId sequence_type(char close);
  TypeId word_type();
  Value number(TypeId);
  Value hex_number(TypeId, const char* start);
  Value float_constant(TypeId, double, const char* start);
  Value wide_integer(TypeId, const char* digits, const char* stop, bool negative);
  Value hex_integer(TypeId, std::string_view word, bool is_signed);
  Value word_constant(TypeId);
  Value aggregate(TypeId, char close, u64 count);
  Value splat(TypeId);
  Value bytes(TypeId);
  Value expression(TypeId, Opcode, const char* start);
  // Of an expression of type `k.type` that begins at `start`.
  void expression_flags(ir::Constant& k);
  Value cast_expression(ir::Constant& k, const char* start);
  Value address_expression(ir::Constant& k, const char* start);
  TypeId operation_result(const ir::Constant& k, const char* start);
  void want_result(TypeId result, TypeId type, const char* start);
  Value finish_expression(ir::Constant&, size_t base);
  bool attribute(AttributeSet&, Position);
  void unknown_attribute(std::string_view);
};

bool is_current_expression(Opcode); // whether LLVM 19 still has it as a constant expression
bool begins_value(std::string_view word); // a constant's keyword
bool begins_type(std::string_view word);
const Opcode* find_opcode(std::string_view word);
const ir::Predicate* find_predicate(std::string_view word, bool integer);

} // namespace lathe::reader
