#include "codegen/regalloc/linear.h"
#include "codegen/regalloc/local.h"

namespace lathe::codegen {
void allocate_linear(MachineFunction& f, const RegisterFile& file, Allocation& out) {
  allocate_local(f, file, false, out);
}
} // namespace lathe::codegen
