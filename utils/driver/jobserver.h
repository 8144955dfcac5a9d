#pragma once
// make's jobserver: a pipe that holds one byte for each job that may still be started. Whoever takes a byte may run one
// thread more, and writes the byte back at the end. We take only what is there at once, so that make never waits for us.

#include <string>

namespace lathe::driver {

class Jobserver {
public:
  // Reads MAKEFLAGS: --jobserver-auth=R,W (a pipe) or fifo:PATH. Without one, or when make did not hand the pipe on
  // (the recipe's line has no +), nothing can be taken.
  Jobserver();
  ~Jobserver(); // gives everything back
  Jobserver(const Jobserver&) = delete;
  Jobserver& operator=(const Jobserver&) = delete;

  static bool is_under_make();
  // How many of `wanted` bytes could be had.
  int take(int wanted);

private:
  void open(const std::string& where);
  int pipe_ = -1;
  std::string taken_; // make wants the same bytes back
};

} // namespace lathe::driver
