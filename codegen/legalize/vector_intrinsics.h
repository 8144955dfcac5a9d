#pragma once
// Intrinsics on vectors, as calls of the scalar ones or as plain instructions. Part of legalize_vectors.

#include "codegen/legalize/context.h"

namespace lathe::legalize {

struct VectorCall {
  Context& context;
  Emitter& b;
  InstId id;
  Intrinsic intrinsic;
  std::vector<std::vector<Value>> arguments; // the elements, or the one scalar
  std::vector<bool> is_vector;               // by argument
};

// False when the intrinsic is not known to work by elements: it is refused.
bool expand_vector_intrinsic(const VectorCall&, std::vector<Value>& parts);
void expand_vector_overflow(const VectorCall&, std::vector<Value>& values, std::vector<Value>& overflows);

} // namespace lathe::legalize
