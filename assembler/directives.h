#pragma once
// What directives look like in text (directives.def), for the parser and the printer.

#include "assembler/statement.h"

namespace lathe::assembler {

struct DirectiveInfo {
  std::string_view text;
  const char* shape;
};

constexpr DirectiveInfo directive_table[] = {
#define DIRECTIVE(name, text, shape) {text, shape},
#include "assembler/directives.def"
#undef DIRECTIVE
};
constexpr const DirectiveInfo& directive_info(Directive d) { return directive_table[static_cast<u16>(d)]; }

} // namespace lathe::assembler
