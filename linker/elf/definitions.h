#pragma once
// A look at an ELF file's symbol table without reading the file as an input: what it defines for others. Damage
// ends the look in silence; whoever links the file reports it.

#include "linker/elf/context.h"

namespace lathe::linker {

// The object's global definitions, one after the other.
template <class F> void for_each_definition(std::string_view data, F&& body) {
  Elf64_Ehdr e;
  if (!data.starts_with("\177ELF") || data.size() < sizeof e || data[EI_CLASS] != ELFCLASS64) return;
  std::memcpy(&e, data.data(), sizeof e);
  u64 count = e.e_shnum;
  auto bytes = reinterpret_cast<const u8*>(data.data());
  if (e.e_shoff > data.size() || data.size() - e.e_shoff < sizeof(Elf64_Shdr)) return;
  if (count == 0) {
    Elf64_Shdr first;
    std::memcpy(&first, bytes + e.e_shoff, sizeof first);
    count = first.sh_size;
  }
  if (count > (data.size() - e.e_shoff) / sizeof(Elf64_Shdr)) return;
  Table<Elf64_Shdr> headers{bytes + e.e_shoff, count};
  auto inside = [&](const Elf64_Shdr& h) { return h.sh_type != SHT_NOBITS && h.sh_offset <= data.size() && h.sh_size <= data.size() - h.sh_offset; };
  for (u64 i = 1; i < count; ++i) {
    Elf64_Shdr h = headers[i];
    if (h.sh_type != SHT_SYMTAB || !inside(h) || h.sh_link >= count) continue;
    Elf64_Shdr s = headers[h.sh_link];
    if (!inside(s) || s.sh_size == 0 || data[s.sh_offset + s.sh_size - 1] != 0) return;
    std::string_view strings = data.substr(s.sh_offset, s.sh_size);
    Table<Elf64_Sym> symbols{bytes + h.sh_offset, h.sh_size / sizeof(Elf64_Sym)};
    for (u64 k = h.sh_info; k < symbols.size(); ++k) {
      Elf64_Sym esym = symbols[k];
      if (esym.st_shndx != SHN_UNDEF) body(string_at(strings, esym.st_name), esym);
    }
  }
}

} // namespace lathe::linker
