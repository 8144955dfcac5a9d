#pragma once
// Whether Diagnostics colours its messages as clang does. The driver decides it once, before it starts threads.

namespace lathe {

void set_message_colors(bool on);

} // namespace lathe
