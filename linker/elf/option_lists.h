#pragma once
// Options that are known by name only: those that may be ignored without harm, which --verbose shows when they are
// given, and those that would change what is made, which are errors. Everything else is a row in options.cpp.

#include "common/int_types.h"

#include <string_view>

namespace lathe::linker {

// What follows the option's name.
enum class Argument : u8 {
  None,
  Separate, // --name VALUE or --name=VALUE
  Joined,   // only --name=VALUE, VALUE may be missing
};

struct ListedOption {
  std::string_view name; // without dashes
  Argument argument;
  bool refused;
};

// Null when `name` is in neither list.
const ListedOption* find_listed_option(std::string_view name);
// True for a -z keyword that may be ignored: it asks for what is done anyway.
bool is_harmless_keyword(std::string_view keyword);

} // namespace lathe::linker
