#pragma once
// Errors, warnings and notes of every stage. A stage reports into a Diagnostics and returns; it never exits.
// Messages follow docs/architecture.md ("Errors"): one sentence, lower case, no full stop. Reporting is
// thread-safe, but parallel work should report into a Diagnostics of its own and merge() in input order, so
// that the output does not depend on the threads.

#include "common/source.h"

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace lathe {

enum class Severity : u8 { Note, Warning, Error };

// Where a message points: `length` bytes at `offset` of `file`; no file means the message has no place.
struct Place {
  const SourceFile* file = nullptr;
  u64 offset = 0;
  u32 length = 1;
};

struct Diagnostic {
  Severity severity;
  std::string place;   // "file:line:col", or the program's name
  std::string message;
  std::string excerpt; // source line, newline, caret line; may be empty
};

enum class MessageStyle : u8 {
  Lathe, // file:line:col: error: text, then the source line and a caret
  GnuAs, // FILE: Assembler messages: / FILE:LINE: Error: text
};

class Diagnostics {
public:
  // `program` stands in front of messages without a place: "ld.lathe: error: ...".
  explicit Diagnostics(std::string program = "lathe") : program_(std::move(program)) {}

  void error(Place place, std::string message) { report(Severity::Error, place, std::move(message)); }
  void warning(Place place, std::string message) { report(Severity::Warning, place, std::move(message)); }
  void note(Place place, std::string message) { report(Severity::Note, place, std::move(message)); }
  void error(std::string message) { report(Severity::Error, {}, std::move(message)); }
  void warning(std::string message) { report(Severity::Warning, {}, std::move(message)); }
  void note(std::string message) { report(Severity::Note, {}, std::move(message)); }
  void report(Severity severity, Place place, std::string message);
  // For a place that is no SourceFile, such as a preprocessed file's own line: `where` is "file:line[:col]".
  void report_at(Severity severity, std::string where, std::string message);

  void set_warnings_are_errors(bool on) { warnings_are_errors_ = on; }
  bool has_errors() const { return errors_ != 0; }
  // At twenty errors a stage should stop looking for more.
  bool is_full() const { return errors_ >= 20; }
  u32 error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return list_; }
  void merge(Diagnostics&& other);
  // Forgets warnings and the notes behind them (-w).
  void drop_warnings();
  std::string format(MessageStyle style = MessageStyle::Lathe) const;
  // Writes everything to standard error and forgets it; the counts stay.
  void flush(MessageStyle style = MessageStyle::Lathe);

private:
  std::string program_;
  std::vector<Diagnostic> list_;
  u32 errors_ = 0;
  bool warnings_are_errors_ = false;
  std::mutex mutex_;
};

// A mistake of ours: caught by the driver, which prints it with the function being compiled and exits with 70.
struct InternalError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
[[noreturn]] void internal_error_at(const char* file, int line, const std::string& message);
#define internal_error(message) ::lathe::internal_error_at(__FILE__, __LINE__, (message))
#define lathe_check(condition, message) \
  do {                                  \
    if (!(condition)) [[unlikely]]      \
      internal_error(message);          \
  } while (0)

// A construct that cannot be compiled, thrown from deep inside one function's compilation and turned into a
// diagnostic where that function's compilation was started.
struct CompileError : std::runtime_error {
  CompileError(Place where, const std::string& message) : std::runtime_error(message), place(where) {}
  Place place;
};

} // namespace lathe
