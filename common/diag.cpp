#include "common/diag.h"

#include "common/message_colors.h"

#include <cstdio>

namespace lathe {
namespace {

const char* word(Severity severity, MessageStyle style) {
  bool gnu = style == MessageStyle::GnuAs;
  switch (severity) {
  case Severity::Note: return gnu ? "Info" : "note";
  case Severity::Warning: return gnu ? "Warning" : "warning";
  case Severity::Error: return gnu ? "Error" : "error";
  }
  return "error";
}

// The source line and a caret line under it; tabs are kept so that the caret stands right.
std::string make_excerpt(Place place) {
  std::string_view line = place.file->line_at(place.offset);
  u32 column = place.file->position(place.offset).column;
  if (line.size() > 200 || line.find('\0') != std::string_view::npos) return {};
  std::string out(line);
  out += '\n';
  for (u32 i = 0; i + 1 < column && i < line.size(); ++i) out += line[i] == '\t' ? '\t' : ' ';
  out += '^';
  for (u32 i = 1; i < place.length && column + i <= line.size(); ++i) out += '~';
  return out;
}

bool message_colors = false; // set once, before threads are started

const char* color(Severity severity) {
  switch (severity) {
  case Severity::Note: return "\033[0;1;36m";
  case Severity::Warning: return "\033[0;1;35m";
  case Severity::Error: return "\033[0;1;31m";
  }
  return "";
}

} // namespace

void set_message_colors(bool on) { message_colors = on; }

void Diagnostics::report(Severity severity, Place place, std::string message) {
  Diagnostic d{severity, program_, std::move(message), {}};
  std::lock_guard lock(mutex_);
  if (place.file) {
    LineColumn at = place.file->position(place.offset);
    d.place = place.file->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    d.excerpt = make_excerpt(place);
  }
  if (d.severity == Severity::Warning && warnings_are_errors_) d.severity = Severity::Error;
  if (d.severity == Severity::Error) ++errors_;
  list_.push_back(std::move(d));
}

void Diagnostics::report_at(Severity severity, std::string where, std::string message) {
  std::lock_guard lock(mutex_);
  if (severity == Severity::Warning && warnings_are_errors_) severity = Severity::Error;
  if (severity == Severity::Error) ++errors_;
  list_.push_back({severity, std::move(where), std::move(message), {}});
}

void Diagnostics::merge(Diagnostics&& other) {
  std::scoped_lock lock(mutex_, other.mutex_);
  for (Diagnostic& d : other.list_) list_.push_back(std::move(d));
  errors_ += other.errors_;
  other.list_.clear();
  other.errors_ = 0;
}

void Diagnostics::drop_warnings() {
  std::lock_guard lock(mutex_);
  std::vector<Diagnostic> kept;
  bool drops_notes = false;
  for (Diagnostic& d : list_) {
    if (d.severity != Severity::Note) drops_notes = d.severity == Severity::Warning;
    if (!drops_notes) kept.push_back(std::move(d));
  }
  list_ = std::move(kept);
}

std::string Diagnostics::format(MessageStyle style) const {
  std::string out, announced;
  for (const Diagnostic& d : list_) {
    std::string place = d.place;
    if (style == MessageStyle::GnuAs && place != program_) {
      // file:line:col -> file:line, after a heading that names the file once.
      size_t last = place.rfind(':');
      size_t before = last == std::string::npos ? last : place.rfind(':', last - 1);
      if (before != std::string::npos) place.resize(last);
      std::string file = place.substr(0, place.rfind(':'));
      if (file != announced) out += file + ": Assembler messages:\n";
      announced = file;
    }
    if (message_colors && style == MessageStyle::Lathe)
      out += "\033[1m" + place + ": " + color(d.severity) + word(d.severity, style) + ": \033[0m\033[1m" + d.message + "\033[0m\n";
    else
      out += place + ": " + word(d.severity, style) + ": " + d.message + "\n";
    if (style == MessageStyle::Lathe && !d.excerpt.empty()) out += d.excerpt + "\n";
  }
  return out;
}

void Diagnostics::flush(MessageStyle style) {
  std::string text = format(style);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::lock_guard lock(mutex_);
  list_.clear();
}

void internal_error_at(const char* file, int line, const std::string& message) {
  throw InternalError(std::string(file) + ":" + std::to_string(line) + ": " + message);
}

} // namespace lathe
