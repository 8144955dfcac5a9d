#include "utils/driver/options.h"

#include "common/source.h"

#include <algorithm>

namespace lathe::driver {
namespace {

constexpr OptionRow rows[] = {
#define OPTION(spelling, form, who, id) {spelling, Form::form, Who::who, Option::id},
#include "utils/driver/options.def"
#undef OPTION
};

bool takes_joined(Form form) { return form == Form::Joined || form == Form::JoinedOrSeparate || form == Form::Comma; }

// The row with the longest spelling that fits the word.
const OptionRow* find_row(std::string_view word) {
  const OptionRow* best = nullptr;
  for (const OptionRow& row : rows) {
    bool exact = word == row.spelling;
    bool fits = exact || (takes_joined(row.form) && starts_with(word, row.spelling));
    if (fits && (!best || row.spelling.size() > best->spelling.size())) best = &row;
  }
  return best;
}

// Words of a response file: separated by white space, quoted by ' or ", any character after a backslash itself.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      inside = true;
    } else if (quote) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      if (inside) words.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside) words.push_back(std::move(word));
  return words;
}

void expand_into(const std::vector<std::string>& words, int depth, std::vector<std::string>& out) {
  for (const std::string& word : words) {
    std::string error;
    // The limit of depth stops a file that names itself.
    auto file = word.size() > 1 && word[0] == '@' && depth < 16 ? SourceFile::open(word.substr(1), error) : nullptr;
    if (file)
      expand_into(words_of(file->text()), depth + 1, out);
    else
      out.push_back(word);
  }
}

} // namespace

bool starts_with(std::string_view text, std::string_view head) { return text.substr(0, head.size()) == head; }

bool ends_with(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string> expand_response_files(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  expand_into(words, 0, out);
  return out;
}

std::vector<Argument> parse_arguments(const std::vector<std::string>& words, Diagnostics& diagnostics) {
  std::vector<Argument> out;
  bool only_inputs = false; // behind "--"
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--" && !only_inputs) {
      only_inputs = true;
      continue;
    }
    Argument argument;
    argument.written = {word};
    if (only_inputs || word.size() < 2 || word[0] != '-') {
      argument.is_input = true;
      argument.value = word;
      out.push_back(std::move(argument));
      continue;
    }
    argument.row = find_row(word);
    if (argument.row && argument.row->form != Form::Flag) {
      argument.value = word.substr(argument.row->spelling.size());
      bool needs_next = argument.row->form == Form::Separate ||
                        (argument.row->form == Form::JoinedOrSeparate && argument.value.empty());
      if (needs_next && i + 1 == words.size()) {
        diagnostics.error("argument to '" + word + "' is missing (expected 1 value)");
        continue;
      }
      if (needs_next) argument.written.push_back(argument.value = words[++i]);
    }
    out.push_back(std::move(argument));
  }
  return out;
}

} // namespace lathe::driver
