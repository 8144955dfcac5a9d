// Writing: headers, then every section's bytes copied and relocated in one go, in parallel, into the mapped
// output; last what depends on all other bytes (sorted dynamic relocations, .dynamic, the build ID).

#include "common/output_file.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

namespace lathe::linker {
namespace {

void copy_reversed(const InputSection& s, u8* out) {
  for (u64 i = 0; i + 8 <= s.size; i += 8) std::memcpy(out + i, s.data + s.size - 8 - i, 8);
}

// Words that were copied last to first have their relocations mirrored, too.
void relocate_reversed(Context& ctx, InputSection& s, u8* out, u64 address) {
  Table<Elf64_Rela> relocations = s.file->relocations(s);
  for (u64 i = 0; i < relocations.size(); ++i) {
    u64 at = relocations[i].r_offset;
    u64 mirrored = s.size - 8 - at;
    if (at % 8 == 0 && at + 8 <= s.size) ctx.target->relocate(ctx, {&s, relocations, i, i + 1, out + mirrored - at, address + mirrored - at});
  }
}

void write_input(Context& ctx, InputSection& s, u8* out) {
  if (s.kind == SectionKind::Synthetic) {
    SyntheticSection& y = *s.synthetic;
    if (s.type == SHT_NOBITS) return;
    if (y.write) y.write(ctx, y, out);
    else if (!y.bytes.empty()) std::memcpy(out, y.bytes.data(), y.bytes.size());
    return;
  }
  if (!s.data || s.size == 0) return;
  if (s.reversed) copy_reversed(s, out);
  else std::memcpy(out, s.data, s.size);
  if (!s.relocation_index || ctx.options.relocatable) return;
  Table<Elf64_Rela> relocations = s.file->relocations(s);
  if (s.reversed) relocate_reversed(ctx, s, out, s.address());
  else if (s.flags & SHF_ALLOC) ctx.target->relocate(ctx, {&s, relocations, 0, relocations.size(), out, s.address()});
  else ctx.target->relocate_debug(ctx, {&s, relocations, 0, relocations.size(), out, 0});
}

// Gaps between members hold what the script's fills say; in code without any, one-byte nops: .init and .fini are
// run through. Nobody runs through a large gap, which stays a hole in the file, too.
constexpr u64 large_gap = 1 << 20;

void fill_gaps(const OutputSection& o, u8* out) {
  bool is_code = o.flags & SHF_EXECINSTR;
  if (!is_code && o.fills.empty()) return;
  u64 at = 0;
  size_t next = 0;
  auto fill_to = [&](u64 end) {
    while (at < end) {
      while (next < o.fills.size() && o.fills[next].from <= at) ++next;
      u64 stop = next < o.fills.size() ? std::min(end, o.fills[next].from) : end;
      if (next) {
        std::string_view bytes = o.fills[next - 1].bytes;
        for (u64 i = 0; !bytes.empty() && i < stop - at; ++i) out[at + i] = static_cast<u8>(bytes[i % bytes.size()]);
      } else if (is_code && stop - at < large_gap) {
        std::memset(out + at, 0x90, stop - at);
      }
      at = stop;
    }
  };
  for (const InputSection* s : o.members) {
    fill_to(s->offset);
    at = std::max(at, s->offset + s->size);
  }
  fill_to(o.size);
}

bool is_late(const Context& ctx, const InputSection& s) {
  const SyntheticSection* y = s.kind == SectionKind::Synthetic ? s.synthetic : nullptr;
  return y && (y == ctx.synthetic.dynamic || y == ctx.synthetic.eh_frame_hdr);
}

void write_members(Context& ctx) {
  struct Job {
    InputSection* section;
    u8* out;
  };
  std::vector<Job> jobs;
  for (OutputSection* o : ctx.outputs) {
    if (o->type == SHT_NOBITS || !o->compressed.empty()) continue;
    u8* out = ctx.image + o->offset;
    fill_gaps(*o, out);
    for (InputSection* s : o->members)
      if (!is_late(ctx, *s)) jobs.push_back({s, out + s->offset});
  }
  // Several sections a job: most are far smaller than what a task costs.
  constexpr u64 batch = 32;
  parallel_for((jobs.size() + batch - 1) / batch, [&](u64 b) {
    for (u64 i = b * batch; i < std::min<u64>(jobs.size(), (b + 1) * batch); ++i) write_input(ctx, *jobs[i].section, jobs[i].out);
  });
}

void write_late(Context& ctx) {
  write_copy_relocations(ctx);
  sort_dynamic_relocations(ctx);
  for (SyntheticSection* y : {ctx.synthetic.eh_frame_hdr, ctx.synthetic.dynamic})
    if (y && y->section.output && y->write) y->write(ctx, *y, ctx.image + y->section.output->offset + y->section.offset);
}

u16 file_type(const Options& o) { return o.relocatable ? ET_REL : o.is_pic() ? ET_DYN : ET_EXEC; }

u64 entry_address(Context& ctx) {
  const Options& o = ctx.options;
  if (o.relocatable || (o.entry.empty() && o.shared)) return 0;
  Symbol* s = ctx.symbols.find(o.entry);
  if (s && s->is_defined()) return address_of(ctx, *s);
  if (!o.entry.empty() && o.entry[0] >= '0' && o.entry[0] <= '9') return std::strtoull(o.entry.c_str(), nullptr, 0);
  if (o.shared) return 0;
  OutputSection* text = find_output(ctx, ".text");
  u64 address = text ? text->address : 0;
  if (!o.no_warnings)
    ctx.diag.warning(text ? fmt::format("cannot find entry symbol {}; defaulting to 0x{:x}", o.entry, address)
                          : fmt::format("cannot find entry symbol {}; not setting start address", o.entry));
  return address;
}

void write_headers(Context& ctx) {
  Elf64_Ehdr e{};
  std::memcpy(e.e_ident, ELFMAG, SELFMAG);
  e.e_ident[EI_CLASS] = ELFCLASS64;
  e.e_ident[EI_DATA] = ELFDATA2LSB;
  e.e_ident[EI_VERSION] = EV_CURRENT;
  bool gnu = false;
  ctx.symbols.for_each([&](const Symbol& s) { gnu |= s.binding == STB_GNU_UNIQUE && s.is_defined(); });
  for (const Symbol* s : ctx.plt_symbols) gnu |= s->is_ifunc();
  e.e_ident[EI_OSABI] = gnu ? ELFOSABI_GNU : ELFOSABI_NONE;
  e.e_type = file_type(ctx.options);
  e.e_machine = ctx.target->machine;
  e.e_version = EV_CURRENT;
  e.e_entry = entry_address(ctx);
  e.e_ehsize = sizeof e;
  e.e_phoff = ctx.segments.empty() ? 0 : sizeof e;
  e.e_phnum = static_cast<u16>(ctx.segments.size());
  e.e_phentsize = ctx.segments.empty() ? 0 : sizeof(Elf64_Phdr);
  e.e_shoff = ctx.section_headers_offset;
  e.e_shentsize = sizeof(Elf64_Shdr);
  u64 count = ctx.outputs.size() + 1;
  u32 names = ctx.synthetic.shstrtab->section.output->index;
  e.e_shnum = count >= SHN_LORESERVE ? 0 : static_cast<u16>(count);
  e.e_shstrndx = names >= SHN_LORESERVE ? u16{SHN_XINDEX} : static_cast<u16>(names);
  if (!ctx.options.z_sectionheader) e.e_shoff = e.e_shentsize = e.e_shnum = e.e_shstrndx = 0;
  std::memcpy(ctx.image, &e, sizeof e);
  u8* out = ctx.image + sizeof e;
  for (const Segment& g : ctx.segments) {
    Elf64_Phdr p{};
    p.p_type = g.type;
    p.p_flags = g.flags;
    p.p_offset = g.offset;
    p.p_vaddr = g.address;
    p.p_paddr = g.address + g.load_delta;
    p.p_filesz = g.file_size;
    p.p_memsz = g.memory_size;
    p.p_align = g.align;
    std::memcpy(out, &p, sizeof p);
    out += sizeof p;
  }
  if (!ctx.options.z_sectionheader) return;
  Elf64_Shdr null{};
  if (count >= SHN_LORESERVE) null.sh_size = count;
  if (names >= SHN_LORESERVE) null.sh_link = names;
  out = ctx.image + ctx.section_headers_offset;
  std::memcpy(out, &null, sizeof null);
}

u32 index_of(const SyntheticSection* s) { return s && s->section.output ? s->section.output->index : 0; }

void write_section_headers(Context& ctx) {
  u8* out = ctx.image + ctx.section_headers_offset;
  for (OutputSection* o : ctx.outputs) {
    Elf64_Shdr h{};
    h.sh_name = ctx.section_name_offsets[o->name];
    h.sh_type = o->type;
    h.sh_flags = o->flags;
    h.sh_addr = o->address;
    h.sh_offset = o->offset;
    h.sh_size = o->size;
    h.sh_addralign = o->align;
    h.sh_entsize = o->entry_size;
    h.sh_link = o->link;
    h.sh_info = o->info;
    if (o->synthetic && !o->synthetic->owner) {
      if (o->synthetic->link) h.sh_link = index_of(o->synthetic->link);
      if (o->synthetic->info) h.sh_info = o->synthetic->info;
      if (o->synthetic == ctx.synthetic.rela_plt && (o->flags & SHF_INFO_LINK)) h.sh_info = index_of(ctx.synthetic.got_plt);
    }
    if (!o->compressed.empty()) h.sh_flags |= SHF_COMPRESSED, h.sh_addralign = 8;
    std::memcpy(out + o->index * sizeof h, &h, sizeof h);
  }
}

bool is_debug(const OutputSection& o) { return !o.is_allocated() && o.name.starts_with(".debug_"); }

std::vector<u8> deflate(Compression kind, std::span<const u8> bytes) {
  std::vector<u8> out;
  if (kind == Compression::Zlib) {
    uLongf size = ::compressBound(bytes.size());
    out.resize(size);
    if (::compress2(out.data(), &size, bytes.data(), bytes.size(), 3) != Z_OK) return {};
    out.resize(size);
  } else {
    out.resize(ZSTD_compressBound(bytes.size()));
    size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3);
    if (ZSTD_isError(size)) return {};
    out.resize(size);
  }
  return out;
}

// Debug sections are made in memory first, where they are to be compressed; those that would grow stay plain.
void compress_debug_output(Context& ctx) {
  if (ctx.options.compress_debug == Compression::None) return;
  std::vector<OutputSection*> list;
  for (OutputSection* o : ctx.outputs)
    if (is_debug(*o) && o->size) list.push_back(o);
  parallel_for(list.size(), [&](u64 i) {
    OutputSection& o = *list[i];
    std::vector<u8> plain(o.size);
    for (InputSection* s : o.members) write_input(ctx, *s, plain.data() + s->offset);
    std::vector<u8> packed = deflate(ctx.options.compress_debug, plain);
    Elf64_Chdr header{};
    header.ch_type = ctx.options.compress_debug == Compression::Zlib ? ELFCOMPRESS_ZLIB : 2; // ELFCOMPRESS_ZSTD
    header.ch_size = o.size;
    header.ch_addralign = o.align;
    if (packed.empty() || packed.size() + sizeof header >= o.size) return;
    o.compressed.resize(sizeof header);
    std::memcpy(o.compressed.data(), &header, sizeof header);
    o.compressed.insert(o.compressed.end(), packed.begin(), packed.end());
    o.size = o.compressed.size();
    o.align = std::max<u64>(o.align, 8);
  });
  assign_tail_offsets(ctx);
}

void write_image(Context& ctx) {
  write_headers(ctx);
  write_members(ctx);
  for (OutputSection* o : ctx.outputs)
    if (!o->compressed.empty()) std::memcpy(ctx.image + o->offset, o->compressed.data(), o->compressed.size());
  if (!ctx.options.relocatable) write_late(ctx);
  write_symtab(ctx);
  write_relocation_outputs(ctx);
  if (ctx.options.z_sectionheader) write_section_headers(ctx);
  write_build_id(ctx);
}

} // namespace

namespace {

bool write_binary(Context& ctx) {
  std::vector<u8> image(ctx.file_size);
  ctx.image = image.data();
  write_image(ctx);
  std::vector<u8> bytes = loaded_bytes(ctx);
  report_errors(ctx);
  std::string error;
  if (ctx.ok() && !write_file(ctx.options.output, bytes, 0777, error)) ctx.diag.error(error);
  return ctx.ok();
}

} // namespace

bool write_output(Context& ctx) {
  compress_debug_output(ctx);
  // A few bytes of input can ask for more than any disk holds.
  constexpr u64 largest = u64{1} << 34;
  if (ctx.file_size > largest) ctx.diag.error(fmt::format("the output would take {} bytes, more than 16 GiB", ctx.file_size));
  report_errors(ctx);
  if (!ctx.ok()) return false;
  if (ctx.has_text_relocations && !ctx.options.no_warnings && ctx.options.is_pic())
    ctx.diag.warning(fmt::format("creating DT_TEXTREL in {}", ctx.options.shared ? "a shared object" : "a PIE"));
  if (!ctx.ok()) return false;
  if (ctx.options.binary_output) return write_binary(ctx);
  MappedOutput output;
  std::string error;
  if (!output.open(ctx.options.output, ctx.file_size, ctx.options.relocatable ? 0666 : 0777, error)) return ctx.diag.error(error), false;
  ctx.image = output.bytes().data();
  write_image(ctx);
  report_errors(ctx);
  if (!ctx.ok()) return false;
  write_map(ctx);
  write_cross_references(ctx);
  write_dependency_file(ctx);
  if (!ctx.ok()) return false;
  if (!output.commit(error)) ctx.diag.error(error);
  return ctx.ok();
}

} // namespace lathe::linker
