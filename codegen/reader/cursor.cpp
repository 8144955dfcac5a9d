#include "codegen/reader/cursor.h"

#include <array>

namespace lathe::reader {
namespace {

constexpr auto make_classes() {
  std::array<u8, 256> t{};
  for (char c : {' ', '\t', '\n', '\r', '\f', '\v'}) t[static_cast<u8>(c)] |= CharSpace;
  for (int c = '0'; c <= '9'; ++c) t[c] |= CharDigit | CharWord | CharName;
  for (int c = 'a'; c <= 'z'; ++c) t[c] |= CharWord | CharName;
  for (int c = 'A'; c <= 'Z'; ++c) t[c] |= CharWord | CharName;
  t['_'] |= CharWord | CharName;
  t['.'] |= CharWord | CharName;
  t['$'] |= CharName;
  t['-'] |= CharName;
  return t;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

const std::array<u8, 256> char_class = make_classes();

u64 Cursor::number() {
  skip();
  const char* start = p;
  u64 n = 0;
  if (p[0] == 'u' && p[1] == '0' && p[2] == 'x' && hex_digit(p[3]) >= 0) {
    for (p += 3; hex_digit(*p) >= 0; ++p) {
      if (n >> 60) fail(start, "this number does not fit in 64 bits");
      n = n << 4 | static_cast<u64>(hex_digit(*p));
    }
    return n;
  }
  if (!is_class(*p, CharDigit)) fail_expected("a number");
  for (; is_class(*p, CharDigit); ++p)
    if (__builtin_mul_overflow(n, u64(10), &n) || __builtin_add_overflow(n, static_cast<u64>(*p - '0'), &n))
      fail(start, "this number does not fit in 64 bits");
  return n;
}

u32 Cursor::number32() {
  skip();
  const char* start = p;
  u64 n = number();
  if (n > 0xfffffffe) fail(start, "this number is too large (at most 4294967294)");
  return static_cast<u32>(n);
}

std::string_view unescape(std::string_view text, Arena& memory) {
  const void* slash = text.empty() ? nullptr : std::memchr(text.data(), '\\', text.size());
  if (!slash) return text;
  char* out = static_cast<char*>(memory.allocate(text.size(), 1));
  char* q = out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') {
      *q++ = '\\';
      ++i;
    } else if (text[i] == '\\' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      *q++ = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      *q++ = text[i];
    }
  }
  return {out, static_cast<size_t>(q - out)};
}

void Cursor::skip_string() {
  auto* close = static_cast<const char*>(std::memchr(p + 1, '"', static_cast<size_t>(end - p - 1)));
  if (!close) fail(p, 1, "this string has no end");
  p = close + 1;
}

std::string_view Cursor::string(Arena& memory) {
  if (peek() != '"') fail_expected("a quoted string");
  const char* start = p + 1;
  skip_string();
  return unescape({start, static_cast<size_t>(p - 1 - start)}, memory);
}

Cursor::Name Cursor::name(Arena& memory) {
  if (*p == '"') return {string(memory), false, 0};
  const char* start = p;
  while (is_class(*p, CharName)) ++p;
  if (p == start) fail(p, 1, "expected a name");
  Name n{{start, static_cast<size_t>(p - start)}, false, 0};
  if (!is_class(*start, CharDigit)) return n;
  u64 number = 0;
  const char* q = start;
  for (; q < p && is_class(*q, CharDigit) && number < 0xfffffffe; ++q) number = number * 10 + static_cast<u64>(*q - '0');
  if (q != p || number >= 0xfffffffe) {
    if (q == p) fail(start, "this number is too large");
    // 12abc: LangRef wants such names quoted.
    fail(start, "a name that starts with a digit must be quoted");
  }
  n.is_number = true;
  n.number = static_cast<u32>(number);
  return n;
}

void Cursor::skip_balanced(char close) {
  // A stack of expected closers would be exact; counting all brackets alike is enough to find the end.
  u64 depth = 1;
  const char* start = p - 1;
  while (true) {
    skip();
    switch (*p) {
    case '"': skip_string(); continue;
    case '(': case '[': case '{': case '<': ++depth; break;
    case ')': case ']': case '}': case '>':
      if (--depth == 0) {
        if (*p != close) fail_expected(std::string("'") + close + "'");
        ++p;
        return;
      }
      break;
    case 0:
      if (p >= end) fail(start, 1, std::string("this bracket is never closed"));
    }
    ++p;
  }
}

u32 Cursor::token_length(const char* at) const {
  const char* q = at;
  if (q >= end) return 1;
  if (*q == '%' || *q == '@' || *q == '!' || *q == '$' || *q == '#') ++q;
  if (q < end && *q == '"') {
    auto* close = static_cast<const char*>(std::memchr(q + 1, '"', static_cast<size_t>(end - q - 1)));
    if (close && close - at < 120) return static_cast<u32>(close + 1 - at);
    return static_cast<u32>(q + 1 - at);
  }
  while (is_class(*q, CharName)) ++q;
  return q == at ? 1 : static_cast<u32>(std::min<std::ptrdiff_t>(q - at, 1000));
}

void Cursor::fail(const char* at, u32 length, std::string message) {
  diag.error(Place{&source, offset_of(at), length}, std::move(message));
  throw ReadError();
}

void Cursor::fail_expected(std::string what) {
  skip();
  if (p >= end) fail(p, 1, "expected " + what + ", found the end of the file");
  std::string_view token(p, std::min<size_t>(token_length(p), 60));
  std::string shown;
  for (char c : token) shown += static_cast<u8>(c) < 32 || c == 127 ? '?' : c;
  fail("expected " + what + ", found '" + shown + "'");
}

} // namespace lathe::reader
