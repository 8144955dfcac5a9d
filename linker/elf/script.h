#pragma once
// Words of linker scripts, version scripts and expressions, with their places for messages.

#include "common/diag.h"
#include "linker/elf/context.h"

#include <optional>
#include <string_view>
#include <vector>

namespace lathe::linker {

struct Word {
  std::string_view text;
  u64 offset = 0;
  bool quoted = false;
};

// How text is cut into words: names of versions and files hold characters that are operators in expressions.
enum class WordStyle : u8 { Names, Expression };

class Words {
public:
  Words(const SourceFile& file, WordStyle style, Diagnostics& diag);
  bool at_end() const { return next_ >= words_.size(); }
  const Word& peek() const { return at_end() ? end_ : words_[next_]; }
  Word take() { return at_end() ? end_ : words_[next_++]; }
  bool accept(std::string_view text);
  // Reports what was found and what was wanted, once.
  bool expect(std::string_view text);
  void fail(const Word& at, std::string message);
  // Goes on with the first word that does not begin before `offset`.
  void skip_to(u64 offset);
  bool failed() const { return failed_; }

private:
  const SourceFile& file_;
  Diagnostics& diag_;
  std::vector<Word> words_;
  Word end_;
  size_t next_ = 0;
  bool failed_ = false;
};

} // namespace lathe::linker
