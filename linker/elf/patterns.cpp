#include "linker/elf/patterns.h"

#include <algorithm>
#include <re2/re2.h>
#include <re2/set.h>

namespace lathe::linker {
namespace {

re2::RE2::Options options() {
  re2::RE2::Options o;
  o.set_dot_nl(true);
  o.set_encoding(re2::RE2::Options::EncodingLatin1);
  o.set_max_mem(256 << 20);
  o.set_log_errors(false);
  return o;
}

// A shell pattern as a regular expression: * ? [set] [!set] and backslash.
std::string to_regex(std::string_view glob) {
  std::string out;
  for (size_t i = 0; i < glob.size(); ++i) {
    char c = glob[i];
    if (c == '*') out += ".*";
    else if (c == '?') out += '.';
    else if (c == '[') {
      // A ] right behind the bracket or its negation, or behind a backslash, is a member.
      size_t end = i + 1;
      if (end < glob.size() && (glob[end] == '!' || glob[end] == '^')) ++end;
      if (end < glob.size() && glob[end] == ']') ++end;
      while (end < glob.size() && glob[end] != ']') end += glob[end] == '\\' ? 2 : 1;
      if (end >= glob.size()) {
        out += "\\[";
        continue;
      }
      std::string_view set = glob.substr(i + 1, end - i - 1);
      out += '[';
      if (set[0] == '!' || set[0] == '^') {
        out += '^';
        set.remove_prefix(1);
      }
      for (size_t n = 0; n < set.size(); ++n) {
        char k = set[n];
        bool quoted = k == '\\' && n + 1 < set.size();
        if (quoted) k = set[++n];
        if ((quoted && k == '-') || k == '\\' || k == '[' || k == '^' || k == '&' || k == ']') out += '\\';
        out += k;
      }
      out += ']';
      i = end;
    } else {
      if (c == '\\' && i + 1 < glob.size()) c = glob[++i];
      out += re2::RE2::QuoteMeta(std::string(1, c));
    }
  }
  return out;
}

} // namespace

struct PatternSet::Impl {
  re2::RE2::Set set{options(), re2::RE2::ANCHOR_BOTH};
};

PatternSet::PatternSet() : impl_(std::make_unique<Impl>()) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;

bool is_glob(std::string_view pattern) { return pattern.find_first_of("*?[\\") != std::string_view::npos; }

bool PatternSet::add(std::string_view glob) {
  std::string error;
  if (impl_->set.Add(to_regex(glob), &error) < 0) return false;
  ++count_;
  return true;
}

bool PatternSet::compile() { return count_ == 0 || impl_->set.Compile(); }

void PatternSet::match(std::string_view name, std::vector<int>& out) const {
  out.clear();
  if (count_ == 0) return;
  impl_->set.Match({name.data(), name.size()}, &out);
  std::sort(out.begin(), out.end());
}

bool PatternSet::matches(std::string_view name) const {
  return count_ != 0 && impl_->set.Match({name.data(), name.size()}, nullptr);
}

} // namespace lathe::linker
