#pragma once
// An object file as text to read: sections with their bytes, symbols, relocations at their places. For --save-stages.

#include "common/int_types.h"

#include <span>
#include <string>

namespace lathe::driver {

// `object` is one of ours: little-endian ELF64 for x86-64. Of anything else the text says so.
std::string object_as_text(std::span<const u8> object);

} // namespace lathe::driver
