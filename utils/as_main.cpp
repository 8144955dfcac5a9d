#include "utils/tools.h"

#include <cstdio>

namespace lathe {

int as_main(int, char**) {
  std::fprintf(stderr, "lathe-as: error: this stage is not part of this build\n");
  return 1;
}

} // namespace lathe
