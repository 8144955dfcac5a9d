// The reader on text that is cut off or changed at random: an error or a module, never a crash. Run with the
// debug preset this is a small fuzzer.

#include "codegen/ir/ir.h"
#include "codegen/reader/reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace lathe;

namespace {

bool read_everything(const std::string& text) {
  auto source = SourceFile::from_memory("x.ll", text);
  Diagnostics diag;
  auto m = reader::read_module(*source, diag);
  if (!m) {
    EXPECT_TRUE(diag.has_errors());
    return false;
  }
  std::vector<std::unique_ptr<ir::Function>> bodies;
  std::vector<const ir::Function*> list;
  for (ir::GlobalId id = 0; id < m->globals.size(); ++id) {
    const ir::Global& g = m->globals[id];
    if (g.kind != ir::GlobalKind::Function || g.is_declaration) continue;
    if (auto f = reader::read_body(*m, id, diag)) {
      list.push_back(f.get());
      bodies.push_back(std::move(f));
    }
  }
  ir::verify(*m, diag);
  ir::print(*m, list);
  return !diag.has_errors();
}

// The lit suite's inputs, which hold every construct.
std::vector<std::string> inputs() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(LATHE_SOURCE_DIR "/test/reader"))
    if (entry.path().extension() == ".ll") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> out;
  for (const auto& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    out.push_back(text.str());
  }
  return out;
}

TEST(Reader, EveryPrefix) {
  for (const std::string& text : inputs())
    for (size_t n = 0; n < text.size(); n += 1 + n % 3) read_everything(text.substr(0, n));
}

TEST(Reader, Mutations) {
  u64 seed = 88172645463325252u;
  auto random = [&] {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
  };
  static const char pieces[][12] = {"", "(", ")", "{", "}", "[", "]", "<", ">", "%", "@", "!", "\"", "-1", "i32", "ptr", "0",
                                    "999999999", "label", ",", "\n", "null", "x", "%0", "c\"\"", "void", "to", "i0", "i1 "};
  for (const std::string& original : inputs())
    for (int round = 0; round < 150; ++round) {
      std::string text = original;
      for (u64 changes = 1 + random() % 3; changes > 0; --changes) {
        size_t at = random() % text.size(), length = random() % 6;
        text.replace(at, std::min(length, text.size() - at), pieces[random() % std::size(pieces)]);
        if (text.empty()) text = " ";
      }
      read_everything(text);
    }
}

TEST(Reader, EmptyAndOdd) {
  EXPECT_TRUE(read_everything(""));
  EXPECT_TRUE(read_everything("; only a comment"));
  EXPECT_FALSE(read_everything(std::string("@x = global i32 0\n\0\n", 20)));
  EXPECT_FALSE(read_everything("\x7f""ELF"));
  EXPECT_FALSE(read_everything("define"));
  EXPECT_FALSE(read_everything("@"));
  EXPECT_FALSE(read_everything("@4000000000 = global i32 0"));
  EXPECT_FALSE(read_everything("attributes #4000000000 = { nounwind }"));
  EXPECT_FALSE(read_everything("!4000000000 = !{}"));
  EXPECT_FALSE(read_everything("define void @f() {\n  br label %4000000000\n}"));
  EXPECT_FALSE(read_everything("define void @f() {\n  ret i32 %4000000000\n}"));
  EXPECT_FALSE(read_everything("define void @f() {\n4000000000:\n  ret void\n}"));
  EXPECT_FALSE(read_everything("@x = global [99999999999 x i8] [i8 0]"));
}

} // namespace
