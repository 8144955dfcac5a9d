#pragma once
// The programs inside the one executable. Each takes the process's command line and returns its exit status:
// 0, 1 for the user's mistakes, 70 for ours.

namespace lathe {
int driver_main(int argc, char** argv); // lathe, lathe++, cc, ...
int as_main(int argc, char** argv);     // lathe-as
int ld_main(int argc, char** argv);     // ld.lathe
} // namespace lathe
