#include "utils/driver/jobserver.h"

#include "utils/driver/options.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe::driver {
namespace {

bool is_pipe(int fd) {
  struct stat info;
  return ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

} // namespace

bool Jobserver::is_under_make() {
  const char* flags = std::getenv("MAKEFLAGS");
  return flags && *flags;
}

Jobserver::Jobserver() {
  const char* flags = std::getenv("MAKEFLAGS");
  std::string where;
  // The last one counts; before make 4.2 it was called --jobserver-fds.
  for (const std::string& word : split(flags ? flags : "", ' '))
    for (const char* name : {"--jobserver-auth=", "--jobserver-fds="})
      if (starts_with(word, name)) where = word.substr(std::string(name).size());
  if (!where.empty()) open(where);
}

void Jobserver::open(const std::string& where) {
  std::string path;
  int read_end = -1, write_end = -1;
  if (starts_with(where, "fifo:")) {
    path = where.substr(5);
  } else {
    if (std::sscanf(where.c_str(), "%d,%d", &read_end, &write_end) != 2 || read_end < 0 || !is_pipe(read_end) || !is_pipe(write_end)) return;
    path = "/proc/self/fd/" + std::to_string(read_end);
  }
  // Opened anew, because O_NONBLOCK on make's own descriptor would be seen by make.
  pipe_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (pipe_ >= 0 && !is_pipe(pipe_)) {
    ::close(pipe_);
    pipe_ = -1;
  }
}

int Jobserver::take(int wanted) {
  int count = 0;
  char byte;
  while (pipe_ >= 0 && count < wanted && ::read(pipe_, &byte, 1) == 1) {
    taken_ += byte;
    ++count;
  }
  return count;
}

Jobserver::~Jobserver() {
  for (char byte : taken_)
    while (::write(pipe_, &byte, 1) < 0 && errno == EINTR) {
    }
  if (pipe_ >= 0) ::close(pipe_);
}

} // namespace lathe::driver
