#include "codegen/regalloc/local.h"
#include "codegen/regalloc/linear.h"

namespace lathe::codegen {

Allocation allocate(MachineFunction& f, const RegisterFile& file, AllocatorKind kind) {
  Allocation out;
  switch (kind) {
  case AllocatorKind::Linear: allocate_linear(f, file, out); break;
  case AllocatorKind::Local: allocate_local(f, file, false, out); break;
  case AllocatorKind::None: allocate_local(f, file, true, out); break;
  }
  for (const Location l : out.locations)
    if (l.is_register()) out.used |= RegisterMask{1} << l.reg;
  for (const Edit& e : out.edits)
    if (e.to.is_register()) out.used |= RegisterMask{1} << e.to.reg;
  return out;
}

} // namespace lathe::codegen
