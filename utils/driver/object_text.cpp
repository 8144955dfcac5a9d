#include "utils/driver/object_text.h"

#include "common/relocation.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <vector>

namespace lathe::driver {
namespace {

const char* relocation_name(u32 number) {
  switch (number) {
#define X86_64_RELOCATION(name, number, ...) \
  case number: return #name;
#include "common/x86/relocations.def"
#undef X86_64_RELOCATION
  }
  return "?";
}

class Dump {
public:
  explicit Dump(std::span<const u8> bytes) : bytes_(bytes) {}

  std::string run() {
    if (!read_header()) return "# not an ELF64 object\n";
    for (u32 i = 1; i < sections_.size(); ++i) section(i);
    symbols();
    return std::move(out_);
  }

private:
  // The `count` structures at `offset`; empty when they are not all in the file.
  template <class T> std::vector<T> table(u64 offset, u64 count) const {
    if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(T)) return {};
    std::vector<T> rows(count);
    if (count) std::memcpy(rows.data(), bytes_.data() + offset, count * sizeof(T));
    return rows;
  }

  std::string text_at(const Elf64_Shdr& strings, u64 offset) const {
    if (offset >= strings.sh_size || strings.sh_offset > bytes_.size() || strings.sh_size > bytes_.size() - strings.sh_offset) return "?";
    const char* start = reinterpret_cast<const char*>(bytes_.data()) + strings.sh_offset + offset;
    return std::string(start, strnlen(start, strings.sh_size - offset));
  }

  bool read_header() {
    std::vector<Elf64_Ehdr> header = table<Elf64_Ehdr>(0, 1);
    if (header.empty() || std::memcmp(header[0].e_ident, ELFMAG, SELFMAG) != 0 || header[0].e_ident[EI_CLASS] != ELFCLASS64) return false;
    sections_ = table<Elf64_Shdr>(header[0].e_shoff, header[0].e_shnum);
    if (header[0].e_shstrndx >= sections_.size()) return false;
    for (const Elf64_Shdr& s : sections_) names_.push_back(text_at(sections_[header[0].e_shstrndx], s.sh_name));
    for (const Elf64_Shdr& s : sections_)
      if (s.sh_type == SHT_SYMTAB && s.sh_link < sections_.size()) {
        symbols_ = table<Elf64_Sym>(s.sh_offset, s.sh_size / sizeof(Elf64_Sym));
        for (const Elf64_Sym& symbol : symbols_) {
          bool is_section = ELF64_ST_TYPE(symbol.st_info) == STT_SECTION && symbol.st_shndx < names_.size();
          symbol_names_.push_back(is_section ? names_[symbol.st_shndx] : text_at(sections_[s.sh_link], symbol.st_name));
        }
      }
    return true;
  }

  void section(u32 index) {
    const Elf64_Shdr& s = sections_[index];
    if (s.sh_type == SHT_SYMTAB || s.sh_type == SHT_STRTAB || s.sh_type == SHT_RELA) return;
    std::string flags;
    for (auto [bit, letter] : {std::pair{SHF_WRITE, 'W'}, {SHF_ALLOC, 'A'}, {SHF_EXECINSTR, 'X'}, {SHF_MERGE, 'M'},
                               {SHF_STRINGS, 'S'}, {SHF_TLS, 'T'}, {SHF_GROUP, 'G'}})
      if (s.sh_flags & static_cast<u64>(bit)) flags += letter;
    out_ += fmt::format("section {} \"{}\" {} bytes, aligned to {}\n", names_[index], flags, s.sh_size, s.sh_addralign);
    std::vector<u8> bytes = s.sh_type == SHT_NOBITS ? std::vector<u8>() : table<u8>(s.sh_offset, s.sh_size);
    std::vector<Elf64_Rela> relocations = relocations_of(index);
    contents(index, bytes, relocations);
    out_ += '\n';
  }

  std::vector<Elf64_Rela> relocations_of(u32 index) const {
    std::vector<Elf64_Rela> all;
    for (const Elf64_Shdr& s : sections_)
      if (s.sh_type == SHT_RELA && s.sh_info == index) all = table<Elf64_Rela>(s.sh_offset, s.sh_size / sizeof(Elf64_Rela));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.r_offset < b.r_offset; });
    return all;
  }

  // Sixteen bytes a line; a new line where a symbol starts, and the relocations below the line they fall into.
  void contents(u32 index, const std::vector<u8>& bytes, const std::vector<Elf64_Rela>& relocations) {
    std::vector<std::pair<u64, std::string>> starts;
    for (size_t i = 0; i < symbols_.size(); ++i)
      if (symbols_[i].st_shndx == index && ELF64_ST_TYPE(symbols_[i].st_info) != STT_SECTION) starts.emplace_back(symbols_[i].st_value, symbol_names_[i]);
    std::stable_sort(starts.begin(), starts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    size_t next_start = 0, next_relocation = 0;
    for (u64 at = 0; at < bytes.size();) {
      for (; next_start < starts.size() && starts[next_start].first <= at; ++next_start) out_ += starts[next_start].second + ":\n";
      u64 end = std::min<u64>(at + 16, bytes.size());
      if (next_start < starts.size()) end = std::min(end, starts[next_start].first);
      out_ += fmt::format("  {:6x} ", at);
      for (u64 i = at; i < end; ++i) out_ += fmt::format(" {:02x}", bytes[i]);
      out_ += '\n';
      for (; next_relocation < relocations.size() && relocations[next_relocation].r_offset < end; ++next_relocation) relocation(relocations[next_relocation]);
      at = end;
    }
  }

  void relocation(const Elf64_Rela& r) {
    u64 symbol = ELF64_R_SYM(r.r_info);
    std::string name = symbol < symbol_names_.size() ? symbol_names_[symbol] : "?";
    out_ += fmt::format("          {:x}: {} {}{:+}\n", r.r_offset, relocation_name(ELF64_R_TYPE(r.r_info)), name, r.r_addend);
  }

  void symbols() {
    constexpr const char* bindings[] = {"local", "global", "weak"};
    out_ += "symbols\n";
    for (size_t i = 1; i < symbols_.size(); ++i) {
      const Elf64_Sym& s = symbols_[i];
      if (ELF64_ST_TYPE(s.st_info) == STT_SECTION) continue;
      u32 binding = ELF64_ST_BIND(s.st_info);
      std::string place = s.st_shndx == SHN_UNDEF    ? "undefined"
                          : s.st_shndx == SHN_ABS    ? "absolute"
                          : s.st_shndx == SHN_COMMON ? "common"
                          : s.st_shndx < names_.size() ? fmt::format("{}+{:#x}", names_[s.st_shndx], s.st_value)
                                                     : "?";
      out_ += fmt::format("  {:7} {} {}, {} bytes\n", binding < 3 ? bindings[binding] : "other", symbol_names_[i], place, s.st_size);
    }
  }

  std::span<const u8> bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::vector<std::string> names_, symbol_names_;
  std::vector<Elf64_Sym> symbols_;
  std::string out_;
};

} // namespace

std::string object_as_text(std::span<const u8> object) { return Dump(object).run(); }

} // namespace lathe::driver
