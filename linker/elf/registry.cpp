// The machines this linker knows: one line each.

#include "linker/elf/target.h"

namespace lathe::linker {

std::span<const Target* const> all_targets() {
  static const Target* const targets[] = {
      &x86_64_target(),
  };
  return targets;
}

} // namespace lathe::linker
