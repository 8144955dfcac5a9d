#include "common/output_file.h"

#include "common/temporary_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe {
namespace {

std::string failure(const char* what, const std::string& path, int code) {
  return std::string("cannot ") + what + " '" + path + "': " + std::strerror(code);
}

bool write_all(int fd, const u8* data, u64 size) {
  while (size > 0) {
    ssize_t n = ::write(fd, data, size < (1u << 30) ? size : (1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    data += n;
    size -= static_cast<u64>(n);
  }
  return true;
}

// True for what cannot be replaced by a rename.
bool is_special(const std::string& path) {
  struct stat info;
  return path == "-" || (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode));
}

bool write_special(const std::string& path, std::span<const u8> bytes, std::string& error) {
  int fd = path == "-" ? 1 : ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    error = failure("open", path, errno);
    return false;
  }
  bool ok = write_all(fd, bytes.data(), bytes.size());
  int code = errno;
  if (fd != 1 && ::close(fd) != 0 && ok) {
    ok = false;
    code = errno;
  }
  if (!ok) error = failure("write", path, code);
  return ok;
}

int open_temporary(const std::string& path, u32 mode, std::string& temporary) {
  size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  return create_temporary_file(folder + ".lathe-", "", mode, temporary);
}

} // namespace

bool write_file(const std::string& path, std::span<const u8> bytes, u32 mode, std::string& error) {
  if (is_special(path)) return write_special(path, bytes, error);
  std::string temporary;
  int fd = open_temporary(path, mode, temporary);
  if (fd < 0) {
    error = failure("create", path, errno);
    return false;
  }
  bool ok = write_all(fd, bytes.data(), bytes.size());
  int code = errno;
  if (::close(fd) != 0 && ok) {
    ok = false;
    code = errno;
  }
  if (ok && ::rename(temporary.c_str(), path.c_str()) != 0) {
    ok = false;
    code = errno;
  }
  if (ok) {
    forget_temporary_file(temporary);
  } else {
    remove_temporary_file(temporary);
    error = failure("write", path, code);
  }
  return ok;
}

bool write_file(const std::string& path, std::string_view text, std::string& error) {
  return write_file(path, std::span(reinterpret_cast<const u8*>(text.data()), text.size()), 0666, error);
}

void remove_output(const std::string& path) {
  struct stat info;
  if (::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) ::unlink(path.c_str());
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat first, second;
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && S_ISREG(first.st_mode) &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

MappedOutput::~MappedOutput() {
  if (data_) ::munmap(data_, in_memory_ ? std::max<u64>(size_, 1) : size_);
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) remove_temporary_file(temporary_);
}

bool MappedOutput::open(const std::string& path, u64 size, u32 mode, std::string& error) {
  path_ = path;
  size_ = size;
  if (is_special(path)) {
    struct stat info;
    if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      error = failure("write", path, EISDIR);
      return false;
    }
    in_memory_ = true;
    // Mapped rather than allocated: holes of a large output take no memory.
    void* p = ::mmap(nullptr, std::max<u64>(size, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
      error = failure("write", path, errno);
      return false;
    }
    data_ = static_cast<u8*>(p);
    return true;
  }
  fd_ = open_temporary(path, mode, temporary_);
  if (fd_ < 0) {
    error = failure("create", path, errno);
    temporary_.clear();
    return false;
  }
  // fallocate finds out about a full disk now; a mapping would find out by SIGBUS.
  int code = size ? ::posix_fallocate(fd_, 0, static_cast<off_t>(size)) : 0;
  if (code == 0 && size) {
    void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (p == MAP_FAILED)
      code = errno;
    else
      data_ = static_cast<u8*>(p);
  }
  if (code != 0) error = failure("write", path, code);
  return code == 0;
}

bool MappedOutput::commit(std::string& error) {
  if (in_memory_) return write_special(path_, bytes(), error);
  if (data_) ::munmap(data_, size_);
  data_ = nullptr;
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    error = failure("write", path_, errno);
    return false;
  }
  forget_temporary_file(temporary_);
  temporary_.clear();
  return true;
}

} // namespace lathe
