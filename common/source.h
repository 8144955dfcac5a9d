#pragma once
// A file in memory, for every stage that reads. The text never moves and stays mapped as long as the
// SourceFile lives, so string views and offsets into it hold. Offsets are bytes from the start; lines and
// columns are counted from 1, columns in bytes.

#include "common/int_types.h"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

struct LineColumn {
  u32 line = 0;
  u32 column = 0;
};

class SourceFile {
public:
  // Maps `path` ("-" reads standard input); on failure returns null and sets `error` to a clause such as
  // "cannot open 'x.ll': No such file or directory".
  static std::unique_ptr<SourceFile> open(const std::string& path, std::string& error);
  // Takes ownership of `text`; `name` is what diagnostics call it.
  static std::unique_ptr<SourceFile> from_memory(std::string name, std::string text);

  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  ~SourceFile();

  const std::string& name() const { return name_; }
  // A NUL byte stands behind the last byte, so a lexer may look one byte ahead without a bounds check.
  std::string_view text() const { return text_; }
  // Builds the line table on first use.
  LineColumn position(u64 offset) const;
  // The line that holds `offset`, without its newline.
  std::string_view line_at(u64 offset) const;

private:
  SourceFile() = default;
  std::string name_;
  std::string owned_;
  std::string_view text_;
  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
  mutable std::vector<u32> line_starts_;
  mutable std::once_flag lines_found_;
};

} // namespace lathe
