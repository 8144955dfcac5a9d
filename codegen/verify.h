#pragma once
// Whether the stages prove their results where nobody says otherwise: in builds with LATHE_VERIFY. --verify-each asks
// for it in any build.

namespace lathe::codegen {

#ifdef LATHE_VERIFY
inline constexpr bool verify_by_default = true;
#else
inline constexpr bool verify_by_default = false;
#endif

} // namespace lathe::codegen
