// Files that are bytes alone. -b binary makes an object of one, whose .data holds the bytes between the symbols
// _binary_NAME_start and _binary_NAME_end; --oformat binary writes what would be loaded, from the lowest address on.

#include "common/output_file.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

template <class T> void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

constexpr std::string_view section_names("\0.data\0.symtab\0.strtab\0.shstrtab\0", 33);
enum SectionIndex : u16 { Data = 1, Symtab, Strtab, Shstrtab, Count };

Elf64_Sym symbol_at(std::string& strings, const std::string& name, u16 section, u64 value) {
  Elf64_Sym e{};
  e.st_name = static_cast<u32>(strings.size());
  e.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE);
  e.st_shndx = section;
  e.st_value = value;
  strings += name;
  strings += '\0';
  return e;
}

std::string object_of_bytes(const Target& target, std::string_view path, std::string_view bytes) {
  std::string mangled = "_binary_";
  for (char c : path) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    mangled += plain ? c : '_';
  }
  std::string strings(1, '\0');
  Elf64_Sym symbols[4]{};
  symbols[1] = symbol_at(strings, mangled + "_start", Data, 0);
  symbols[2] = symbol_at(strings, mangled + "_end", Data, bytes.size());
  symbols[3] = symbol_at(strings, mangled + "_size", SHN_ABS, bytes.size());

  Elf64_Shdr headers[Count]{};
  std::string out(sizeof(Elf64_Ehdr), '\0');
  auto place = [&](SectionIndex index, u32 name, u32 type, std::string_view contents, u64 align) {
    out.resize(align_to(out.size(), align));
    Elf64_Shdr& h = headers[index];
    h.sh_name = name;
    h.sh_type = type;
    h.sh_offset = out.size();
    h.sh_size = contents.size();
    h.sh_addralign = align;
    out += contents;
  };
  place(Data, 1, SHT_PROGBITS, bytes, 1);
  headers[Data].sh_flags = SHF_ALLOC | SHF_WRITE;
  place(Symtab, 7, SHT_SYMTAB, {reinterpret_cast<const char*>(symbols), sizeof symbols}, 8);
  headers[Symtab].sh_link = Strtab;
  headers[Symtab].sh_info = 1;
  headers[Symtab].sh_entsize = sizeof(Elf64_Sym);
  place(Strtab, 15, SHT_STRTAB, strings, 1);
  place(Shstrtab, 23, SHT_STRTAB, section_names, 1);
  out.resize(align_to(out.size(), 8));

  Elf64_Ehdr e{};
  std::memcpy(e.e_ident, ELFMAG, SELFMAG);
  e.e_ident[EI_CLASS] = ELFCLASS64;
  e.e_ident[EI_DATA] = ELFDATA2LSB;
  e.e_ident[EI_VERSION] = EV_CURRENT;
  e.e_type = ET_REL;
  e.e_machine = target.machine;
  e.e_version = EV_CURRENT;
  e.e_ehsize = sizeof e;
  e.e_shoff = out.size();
  e.e_shentsize = sizeof(Elf64_Shdr);
  e.e_shnum = Count;
  e.e_shstrndx = Shstrtab;
  std::memcpy(out.data(), &e, sizeof e);
  for (const Elf64_Shdr& h : headers) append(out, h);
  return out;
}

} // namespace

void open_binary(Context& ctx, const std::string& path, std::string_view bytes) {
  if (!ctx.target) ctx.target = all_targets()[0];
  ctx.sources.push_back(SourceFile::from_memory(path, object_of_bytes(*ctx.target, path, bytes)));
  parse_object(ctx, path, ctx.sources.back()->text(), nullptr);
}

std::vector<u8> loaded_bytes(Context& ctx) {
  u64 lowest = ~u64{0}, highest = 0;
  std::vector<const OutputSection*> list;
  for (const OutputSection* o : ctx.outputs) {
    if (!o->is_allocated() || o->type == SHT_NOBITS || !o->size) continue;
    list.push_back(o);
    lowest = std::min(lowest, o->address + o->load_delta);
    highest = std::max(highest, o->address + o->load_delta + o->size);
  }
  if (list.empty()) return {};
  constexpr u64 limit = u64{1} << 32;
  if (highest - lowest > limit) {
    ctx.diag.error(fmt::format("sections lie {} bytes apart, too far for --oformat binary (at most {})", highest - lowest, limit));
    return {};
  }
  std::vector<u8> out(highest - lowest);
  for (const OutputSection* o : list) std::memcpy(out.data() + (o->address + o->load_delta - lowest), ctx.image + o->offset, o->size);
  return out;
}

} // namespace lathe::linker
