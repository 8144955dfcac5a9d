#include "utils/tools.h"

#include <cstdio>

namespace lathe {

int driver_main(int, char**) {
  std::fprintf(stderr, "lathe: error: this stage is not part of this build\n");
  return 1;
}

} // namespace lathe
