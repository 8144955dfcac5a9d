#pragma once
// A place in the text of a .ll file and the small moves a reader makes from there. There are no token objects:
// each rule of the grammar looks at characters. The text ends with a NUL byte, so looking one byte ahead is safe.

#include "common/arena.h"
#include "common/diag.h"

#include <array>
#include <string>
#include <string_view>

namespace lathe::reader {

// Thrown after the error was reported; caught where an entity or a body is read.
struct ReadError {};

enum CharClass : u8 { CharSpace = 1, CharDigit = 2, CharWord = 4, CharName = 8 };
extern const std::array<u8, 256> char_class;
inline bool is_class(char c, u8 mask) { return char_class[static_cast<u8>(c)] & mask; }

class Cursor {
public:
  Cursor(const SourceFile& file, Diagnostics& diagnostics, u64 begin)
      : source(file), diag(diagnostics), base(file.text().data()), end(base + file.text().size()), p(base + begin) {}

  const SourceFile& source;
  Diagnostics& diag;
  const char* base;
  const char* end;
  const char* p;

  // Over white space and comments.
  void skip() {
    while (true) {
      while (is_class(*p, CharSpace)) ++p;
      if (*p != ';') return;
      skip_line();
    }
  }
  void skip_line() {
    auto* n = static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
    p = n ? n : end;
  }
  char peek() {
    skip();
    return *p;
  }
  bool eat(char c) {
    skip();
    if (*p != c) return false;
    ++p;
    return true;
  }
  void expect(char c) {
    if (!eat(c)) fail_expected(std::string("'") + c + "'");
  }
  // The word at the cursor, empty when there is none; the cursor stays.
  std::string_view peek_word() {
    skip();
    const char* q = p;
    while (is_class(*q, CharWord)) ++q;
    return {p, static_cast<size_t>(q - p)};
  }
  bool eat_word(std::string_view word) {
    skip();
    if (*p != word[0] || static_cast<size_t>(end - p) < word.size() ||
        std::memcmp(p, word.data(), word.size()) != 0 || is_class(p[word.size()], CharWord))
      return false;
    p += word.size();
    return true;
  }
  void expect_word(std::string_view word) {
    if (!eat_word(word)) fail_expected("'" + std::string(word) + "'");
  }
  bool eat_dots() {
    if (peek() != '.' || end - p < 3 || p[1] != '.' || p[2] != '.') return false;
    p += 3;
    return true;
  }
  u64 number();       // decimal or u0x...; an error when there is none or it does not fit
  u32 number32();
  // A quoted string without its quotes; a view of the source when it holds no escapes.
  std::string_view string(Arena&);
  // What follows a sigil: a quoted or plain name, or a number. The cursor is behind the sigil.
  struct Name {
    std::string_view text;
    bool is_number = false;
    u32 number = 0;
  };
  Name name(Arena&);
  void skip_string();                 // the cursor is on the quote
  void skip_balanced(char close);     // behind the opening bracket; to behind `close`
  u64 offset() const { return static_cast<u64>(p - base); }
  u64 offset_of(const char* at) const { return static_cast<u64>(at - base); }

  // --- Errors
  [[noreturn]] void fail(const char* at, std::string message) { fail(at, token_length(at), std::move(message)); }
  [[noreturn]] void fail(const char* at, u32 length, std::string message);
  [[noreturn]] void fail(std::string message) {
    skip();
    fail(p, std::move(message));
  }
  // "expected <what>, found '<next token>'"
  [[noreturn]] void fail_expected(std::string what);
  u32 token_length(const char* at) const;
  Place place(const char* at) const { return {&source, offset_of(at), token_length(at)}; }
};

// Undoes \xx and \\ of a quoted text.
std::string_view unescape(std::string_view text, Arena&);

} // namespace lathe::reader
