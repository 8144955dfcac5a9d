#pragma once
// Arithmetic on lists of words, low word first: emits code for one word at a time. Part of legalize_wide_ints.

#include "codegen/legalize/context.h"

#include <span>

namespace lathe::legalize {

class WideMath {
public:
  using Words = std::vector<Value>;
  WideMath(Context& c, Emitter& e) : context(c), f(c.f), b(e) {}

  Words add(const Words& x, const Words& y, bool subtract);
  Words multiply(const Words& x, const Words& y); // as many words as x has
  Words wide_multiply(Value x, Value y, bool is_signed); // both words of the product
  Value high_word(Value wide);                           // of an i128
  // The words' upper bits must be cleared or filled as the operation asks.
  Words shift(Opcode, const Words&, u32 amount);
  Words shift(Opcode, const Words&, Value amount);
  Value compare(Predicate, const Words& x, const Words& y);
  // A loop over the bits, in blocks of its own in front of `at`.
  Words long_divide(InstId at, Words n, Words d, bool is_signed, bool remainder);

private:
  // x + y + carry; the carry that comes out is made only when asked for.
  Value add_word(Value x, Value y, bool subtract, Value carry, Value* out);
  Value funnel(bool left, Value high, Value low, Value amount);
  Words negate_if(const Words&, Value condition);

  Context& context;
  Function& f;
  Emitter& b;
};

} // namespace lathe::legalize
