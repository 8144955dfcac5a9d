#include "common/temporary_files.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace lathe {
namespace {

// Fixed memory, which a signal handler may read at any time. A slot's name is complete before the slot is in use; a
// name that is too long, or one too many, is only not removed by signals.
struct Slot {
  std::atomic<bool> taken = false, in_use = false;
  char path[1024];
};
Slot slots[256];

void remember(const std::string& path) {
  if (path.size() >= sizeof slots[0].path) return;
  for (Slot& slot : slots) {
    if (slot.taken.exchange(true)) continue;
    std::memcpy(slot.path, path.c_str(), path.size() + 1);
    slot.in_use = true;
    return;
  }
}

void on_signal(int number) {
  for (Slot& slot : slots)
    if (slot.in_use) ::unlink(slot.path);
  ::signal(number, SIG_DFL);
  ::raise(number);
}

std::string random_letters(u64 salt) {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  u64 bits = static_cast<u64>(now.tv_nsec) ^ static_cast<u64>(::getpid()) << 32 ^ salt * 0x9e3779b97f4a7c15;
  bits = (bits ^ bits >> 29) * 0xbf58476d1ce4e5b9;
  bits ^= bits >> 32;
  std::string letters;
  for (int i = 0; i < 6; ++i, bits /= 32) letters += "abcdefghijklmnopqrstuvwxyz234567"[bits % 32];
  return letters;
}

} // namespace

int create_temporary_file(const std::string& prefix, const std::string& suffix, u32 mode, std::string& path) {
  static std::atomic<u64> count = 0;
  for (int attempt = 0; attempt < 100; ++attempt) {
    path = prefix + random_letters(++count) + suffix;
    remember(path); // before it exists, so that no signal comes in between
    int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    int code = errno;
    if (fd >= 0) return fd;
    forget_temporary_file(path);
    errno = code;
    if (code != EEXIST) break;
  }
  path.clear();
  return -1;
}

void forget_temporary_file(const std::string& path) {
  for (Slot& slot : slots)
    if (slot.in_use && path == slot.path) {
      slot.in_use = false;
      slot.taken = false;
      return;
    }
}

void remove_temporary_file(const std::string& path) {
  ::unlink(path.c_str());
  forget_temporary_file(path);
}

void remove_temporary_files_on_signals() {
  ::signal(SIGXFSZ, [](int) {}); // a file over the limit becomes an error of write(); programs that are started get the default back
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    struct sigaction old;
    // One that the caller has switched off (nohup) stays off.
    if (::sigaction(number, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    ::signal(number, on_signal);
  }
}

} // namespace lathe
