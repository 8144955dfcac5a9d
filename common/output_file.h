#pragma once
// Output that appears whole or not at all: bytes go to a temporary name beside the target and are renamed by
// commit(). Devices and pipes (/dev/null, /dev/full, "-" for standard output) are written directly.

#include "common/int_types.h"

#include <span>
#include <string>
#include <string_view>

namespace lathe {

// Writes `bytes` to `path`; `mode` is the file's permission before umask. On failure returns false, leaves
// nothing behind and an existing file as it was, and sets `error` ("cannot write 'x.o': No space left on device").
bool write_file(const std::string& path, std::span<const u8> bytes, u32 mode, std::string& error);
bool write_file(const std::string& path, std::string_view text, std::string& error);

// Removes what an earlier run left at `path`, so that it is not taken for the output of a run that failed. Only a
// regular file is removed.
void remove_output(const std::string& path);
// True when both names are there and mean one regular file: an input that the output would overwrite.
bool is_same_file(const std::string& a, const std::string& b);

// A file of known size mapped for writing in place by many threads (the linker's output).
class MappedOutput {
public:
  MappedOutput() = default;
  MappedOutput(const MappedOutput&) = delete;
  MappedOutput& operator=(const MappedOutput&) = delete;
  ~MappedOutput(); // removes the temporary file unless committed

  // On success bytes() is `size` zero bytes.
  bool open(const std::string& path, u64 size, u32 mode, std::string& error);
  std::span<u8> bytes() const { return {data_, size_}; }
  bool commit(std::string& error);

private:
  std::string path_, temporary_;
  u8* data_ = nullptr;
  u64 size_ = 0;
  int fd_ = -1;
  bool in_memory_ = false; // the target is no regular file: written by commit()
};

} // namespace lathe
