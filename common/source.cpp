#include "common/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe {
namespace {

bool read_all(int fd, std::string& out) {
  char buffer[65536];
  while (true) {
    ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n == 0) return true;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    out.append(buffer, static_cast<size_t>(n));
  }
}

std::string failure(const char* what, const std::string& path, int code) {
  return std::string("cannot ") + what + " '" + path + "': " + std::strerror(code);
}

} // namespace

std::unique_ptr<SourceFile> SourceFile::open(const std::string& path, std::string& error) {
  std::unique_ptr<SourceFile> file(new SourceFile);
  file->name_ = path == "-" ? "<stdin>" : path;
  if (path == "-") {
    if (!read_all(0, file->owned_)) {
      error = failure("read", path, errno);
      return nullptr;
    }
    file->text_ = file->owned_;
    return file;
  }
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    error = failure("open", path, errno);
    return nullptr;
  }
  struct stat info;
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    error = failure("read", path, EISDIR);
    ::close(fd);
    return nullptr;
  }
  // A mapping gives the closing NUL for free only when the file does not end on a page boundary.
  size_t size = S_ISREG(info.st_mode) ? static_cast<size_t>(info.st_size) : 0;
  if (size >= 16384 && size % static_cast<size_t>(::sysconf(_SC_PAGESIZE)) != 0) {
    void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (p != MAP_FAILED) {
      ::close(fd);
      file->mapping_ = p;
      file->mapping_size_ = size;
      file->text_ = {static_cast<const char*>(p), size};
      return file;
    }
  }
  bool ok = read_all(fd, file->owned_);
  int code = errno;
  ::close(fd);
  if (!ok) {
    error = failure("read", path, code);
    return nullptr;
  }
  file->text_ = file->owned_;
  return file;
}

std::unique_ptr<SourceFile> SourceFile::from_memory(std::string name, std::string text) {
  std::unique_ptr<SourceFile> file(new SourceFile);
  file->name_ = std::move(name);
  file->owned_ = std::move(text);
  file->text_ = file->owned_;
  return file;
}

SourceFile::~SourceFile() {
  if (mapping_) ::munmap(mapping_, mapping_size_);
}

LineColumn SourceFile::position(u64 offset) const {
  std::call_once(lines_found_, [this] {
    line_starts_.push_back(0);
    for (size_t i = text_.find('\n'); i != std::string_view::npos; i = text_.find('\n', i + 1))
      line_starts_.push_back(static_cast<u32>(i + 1));
  });
  offset = std::min<u64>(offset, text_.size());
  auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  auto line = static_cast<u32>(next - line_starts_.begin());
  return {line, static_cast<u32>(offset - line_starts_[line - 1] + 1)};
}

std::string_view SourceFile::line_at(u64 offset) const {
  LineColumn at = position(offset);
  size_t start = line_starts_[at.line - 1];
  size_t end = text_.find('\n', start);
  if (end == std::string_view::npos) end = text_.size();
  return text_.substr(start, end - start);
}

} // namespace lathe
