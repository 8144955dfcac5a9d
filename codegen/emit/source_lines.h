#pragma once
// For -fverbose-asm: the text of source lines that instructions come from, as their debug locations say. Safe to ask
// from several threads.

#include "codegen/ir/ir.h"
#include "common/source.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lathe::codegen::emit {

class SourceLines {
public:
  explicit SourceLines(const ir::Module& m) : module_(m) {}

  struct Line {
    ir::MetadataId file = ir::none;
    u32 line = 0;
    bool operator==(const Line&) const = default;
  };
  // False when the location says nothing.
  bool find(const ir::Function&, u32 location, Line&) const;
  // "a.c:7: total += x;", without the text where the file cannot be read.
  std::string text(const Line&);

private:
  struct File {
    std::string name;
    std::unique_ptr<SourceFile> source; // null: cannot be read
    std::vector<u64> starts;            // of lines
  };
  const File& file(ir::MetadataId);

  const ir::Module& module_;
  std::mutex mutex_;
  std::map<ir::MetadataId, File> files_;
};

} // namespace lathe::codegen::emit
