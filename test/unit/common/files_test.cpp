#include "common/output_file.h"
#include "common/source.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace lathe {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/lathe-unit-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  size_t entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
  }
  std::filesystem::path path;
};

TEST(SourceFile, CountsLinesAndColumnsFromOne) {
  auto file = SourceFile::from_memory("x", "ab\n\ncd");
  EXPECT_EQ(file->position(0).line, 1u);
  EXPECT_EQ(file->position(1).column, 2u);
  EXPECT_EQ(file->position(3).line, 2u);
  EXPECT_EQ(file->position(5).line, 3u);
  EXPECT_EQ(file->position(5).column, 2u);
  EXPECT_EQ(file->line_at(5), "cd");
  EXPECT_EQ(file->text().data()[file->text().size()], '\0');
}

TEST(SourceFile, NamesWhatCannotBeOpened) {
  std::string error;
  EXPECT_EQ(SourceFile::open("/nowhere/x.ll", error), nullptr);
  EXPECT_EQ(error, "cannot open '/nowhere/x.ll': No such file or directory");
  EXPECT_EQ(SourceFile::open("/tmp", error), nullptr);
}

TEST(SourceFile, PageSizedFileStillEndsInNul) {
  Folder folder;
  auto path = (folder.path / "page").string();
  std::string error, text(4096, 'x');
  ASSERT_TRUE(write_file(path, text, error)) << error;
  auto file = SourceFile::open(path, error);
  ASSERT_NE(file, nullptr) << error;
  EXPECT_EQ(file->text(), text);
  EXPECT_EQ(file->text().data()[4096], '\0');
}

TEST(WriteFile, FailureLeavesNothingAndKeepsTheOldFile) {
  Folder folder;
  std::string error;
  EXPECT_FALSE(write_file(folder.path.string(), "text", error));
  EXPECT_NE(error.find("Is a directory"), std::string::npos);
  EXPECT_EQ(folder.entries(), 0u);
  EXPECT_FALSE(write_file("/dev/full", "text", error));
  EXPECT_EQ(error, "cannot write '/dev/full': No space left on device");
}

TEST(MappedOutput, AppearsOnlyWhenCommitted) {
  Folder folder;
  std::string error, path = (folder.path / "a.out").string();
  {
    MappedOutput output;
    ASSERT_TRUE(output.open(path, 3, 0755, error)) << error;
    output.bytes()[0] = 'x';
  }
  EXPECT_EQ(folder.entries(), 0u);
  {
    MappedOutput output;
    ASSERT_TRUE(output.open(path, 3, 0755, error)) << error;
    output.bytes()[0] = 'x';
    ASSERT_TRUE(output.commit(error)) << error;
  }
  EXPECT_EQ(folder.entries(), 1u);
  EXPECT_EQ(std::filesystem::file_size(path), 3u);
  EXPECT_NE(std::filesystem::status(path).permissions() & std::filesystem::perms::owner_exec, std::filesystem::perms::none);
}

} // namespace
} // namespace lathe
