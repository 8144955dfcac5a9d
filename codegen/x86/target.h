#pragma once
// x86-64 as a target: what registry.cpp lists.

#include "codegen/target.h"

namespace lathe::codegen::x86 {
const Target& target();
}
