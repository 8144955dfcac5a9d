// The listing that -al asks for: every line of the source with the address and the bytes it came to, as GNU as prints
// it. Needs: the object, for the bytes. What a macro or a repetition expands to stands at the line of its use or end.
#include "assembler/assembler.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>
#include <cstring>

namespace lathe::assembler {
namespace {

constexpr u32 word = 4, continuation_lines = 4; // bytes in a line, and how many lines may follow the first
constexpr u32 page_lines = 60;

class Listing {
public:
  Listing(std::string& o, std::string_view name, bool pages) : out_(o), name_(name), pages_(pages) {}

  void line(u32 number, std::string_view source, std::string_view bytes, u64 address) {
    size_t at = std::min<size_t>(word, bytes.size());
    std::string data = hex(bytes.substr(0, at));
    row(bytes.empty() ? fmt::format(" {:3}{:14}\t{}", number, "", source) : fmt::format(" {:3} {:04x} {:9}\t{}", number, address, data, source));
    for (u32 i = 0; i < continuation_lines && at < bytes.size(); ++i, at += word) {
      std::string_view group = bytes.substr(at, word);
      row(fmt::format(" {:3}{:6}{}{}", number, "", hex(group), group.size() == word ? " " : ""));
    }
  }

private:
  std::string& out_;
  std::string_view name_;
  bool pages_;
  u32 page_ = 0, on_page_ = 0;

  static std::string hex(std::string_view bytes) {
    std::string text;
    for (char c : bytes) text += fmt::format("{:02X}", static_cast<u8>(c));
    return text;
  }
  void row(const std::string& text) {
    if (pages_ && on_page_ == 0) {
      out_ += fmt::format("{}GAS LISTING {} \t\t\tpage {}\n\n\n", page_ ? "\f" : "", name_, page_ + 1);
      ++page_, on_page_ = 3;
    }
    (out_ += text) += '\n';
    if (++on_page_ == page_lines) on_page_ = 0;
  }
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

} // namespace

// Where the text stands now, for what the next statement writes.
ListingMark Assembler::listing_mark() {
  return {parser.place_in_listing(), current, static_cast<u32>(chunk->frags.size() - 1), static_cast<u32>(raw_here() - chunk->frags.back().start)};
}

void Assembler::listed(const ListingMark& before) {
  ListingMark after = listing_mark();
  if (after.chunk != before.chunk || (after.frag == before.frag && after.at == before.at)) {
    if (listing_.empty() || listing_.back().begin.place != before.place) listing_.push_back({before, before}); // an included file's line
    return;
  }
  listing_.push_back({before, after});
}

// The bytes between two marks of a section, as the object has them.
std::string_view Assembler::listed_bytes(const ListingEntry& e, std::span<const u8> object, std::string& zeros) const {
  u64 from = listed_address(e.begin), to = listed_address(e.end);
  const Section& s = sections[chunks[e.begin.chunk].section];
  Elf64_Ehdr header;
  Elf64_Shdr section;
  std::memcpy(&header, object.data(), sizeof header);
  std::memcpy(&section, object.data() + header.e_shoff + u64{s.number} * sizeof section, sizeof section);
  if (to <= from || to > section.sh_size) return {};
  if (s.nobits()) {
    to = std::min<u64>(to, from + word * (continuation_lines + 1));
    zeros.assign(to - from, '\0');
    return zeros;
  }
  return {reinterpret_cast<const char*>(object.data() + section.sh_offset + from), to - from};
}

u64 Assembler::listed_address(const ListingMark& m) const { return chunks[m.chunk].frags[m.frag].address + m.at; }

void Assembler::write_listing(const SourceFile& source, std::span<const u8> object, std::string& out) {
  Listing listing(out, source.name(), options.listing_pages);
  struct Open { u32 file; std::vector<std::string_view> lines; size_t next = 0; std::unique_ptr<SourceFile> text{}; };
  std::vector<Open> open;
  open.push_back({0, lines_of(source.text())});
  std::string zeros;
  auto finish = [&](Open& file, size_t upto) {
    for (; file.next < std::min(upto, file.lines.size()); ++file.next) listing.line(static_cast<u32>(file.next + 1), file.lines[file.next], {}, 0);
  };
  auto enter = [&](u32 file) {
    while (open.size() > 1 && open.back().file != file) {
      bool known = std::any_of(open.begin(), open.end(), [&](const Open& o) { return o.file == file; });
      if (!known) break;
      finish(open.back(), ~size_t{0});
      open.pop_back();
    }
    if (open.back().file == file) return true;
    Open included{file, {}};
    if (file >= parser.files().size() || !parser.opens_file(parser.files()[file], included.text)) return false;
    finish(open.back(), open.back().next + 1); // the .include
    included.lines = lines_of(included.text->text());
    open.push_back(std::move(included));
    return true;
  };
  for (size_t i = 0; i < listing_.size();) {
    const u32 place = listing_[i].begin.place, number = place & ((1u << place_line_bits) - 1);
    if (!enter(place >> place_line_bits)) {
      ++i;
      continue;
    }
    std::string bytes;
    u64 address = 0;
    for (; i < listing_.size() && listing_[i].begin.place == place; ++i) {
      std::string_view more = listed_bytes(listing_[i], object, zeros);
      if (bytes.empty()) address = listed_address(listing_[i].begin);
      if (bytes.size() <= word * (continuation_lines + 1)) bytes += more;
    }
    Open& file = open.back();
    if (number == 0 || number <= file.next) continue;
    finish(file, number - 1);
    if (file.next < file.lines.size()) listing.line(number, file.lines[file.next++], bytes, address);
  }
  while (!open.empty()) {
    finish(open.back(), ~size_t{0});
    open.pop_back();
  }
}

} // namespace lathe::assembler
