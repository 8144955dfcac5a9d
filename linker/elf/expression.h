#pragma once
// Expressions of --defsym and linker scripts: C's operators over 64-bit numbers, symbols, and in scripts the
// location counter and questions about sections and memory.

#include "linker/elf/script.h"

#include <optional>

namespace lathe::linker {

// A value with the place it is relative to: symbols keep their section so that they move with it.
struct Value {
  u64 number = 0;
  Symbol* base = nullptr;
  bool is_address = false; // in a script: moves with the sections, unlike a plain number
  OutputSection* output = nullptr; // of a lone symbol: another name for it stands in the same section
};

// What a script's expressions may ask beyond symbols.
struct ScriptFacts {
  u64 dot = 0;
  virtual u64 symbol_address(const Symbol&) const = 0;
  virtual OutputSection* symbol_output(const Symbol&) const = 0; // null while it has none
  // ADDR, LOADADDR, SIZEOF and ALIGNOF of an output section, ORIGIN and LENGTH of a region.
  virtual std::optional<u64> property(std::string_view function, std::string_view name) const = 0;
  virtual u64 header_size() const = 0;
  virtual u64 page_size(bool common) const = 0;
  virtual std::optional<u64> segment_start(std::string_view name) = 0; // as an option gave it
  virtual void set_relro(u64 start, u64 end) = 0; // 0 leaves a bound as it is

protected:
  ~ScriptFacts() = default;
};

class Expression {
public:
  // `final_addresses`: symbols have addresses by now. `facts` may be null.
  Expression(Context& ctx, Words& words, bool final_addresses, ScriptFacts* facts = nullptr)
      : ctx_(ctx), words_(words), final_addresses_(final_addresses), facts_(facts) {}
  // Reads to the end of the words; after an error the words have failed.
  Value read();

private:
  Value ternary();
  Value binary(int lowest);
  Value primary();
  Value primary_inner();
  Value function(const Word& name);
  Value of_output(bool address);
  std::optional<Value> script_function(const Word& name);
  Value combine(const Word& op, Value a, Value b);
  Value absolute(Value v);
  Value number(const Word& w);
  Value symbol(const Word& w);
  Value fail(const Word& at, std::string message);

  Context& ctx_;
  Words& words_;
  bool final_addresses_, needs_addresses_ = false;
  ScriptFacts* facts_;
  int depth_ = 0;
};

} // namespace lathe::linker
