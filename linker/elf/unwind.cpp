// .eh_frame and .eh_frame_hdr. Every input .eh_frame is cut into CIEs and FDEs; equal CIEs become one, FDEs of
// functions that are not linked are dropped, and the header gets its table sorted by function address.
//
//   CIE: length, 0, version, augmentation, ..., [personality]      FDE: length, offset back to CIE, function, size, ...

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

u32 read_u32(const u8* p) {
  u32 v;
  std::memcpy(&v, p, 4);
  return v;
}

void write_u32(u8* p, u64 v) { std::memcpy(p, &v, 4); }

std::string cut(ObjectFile& f, EhFrameInput& frame) {
  InputSection& s = *frame.section;
  Table<Elf64_Rela> relocations = f.relocations(s);
  std::unordered_map<u32, u32> cie_at;
  u32 next = 0;
  u64 last = 0;
  for (u64 i = 0; i < relocations.size(); ++i) {
    u64 offset = relocations[i].r_offset;
    if (offset < last) return ".eh_frame has relocations that are not sorted by offset";
    if (ELF64_R_SYM(relocations[i].r_info) >= f.symbols.size()) return ".eh_frame has a relocation against no symbol";
    last = offset;
  }
  if (s.size > 0x7fffffff) return ".eh_frame is larger than 2 GiB";
  for (u64 at = 0; at < s.size;) {
    if (s.size - at < 4) return ".eh_frame ends inside a record";
    u64 length = read_u32(s.data + at);
    if (length == 0) {
      frame.has_terminator = true;
      at += 4;
      continue;
    }
    if (length == 0xffffffff) return ".eh_frame has a 64-bit record, which is not supported";
    if (length < 4 || length > s.size - at - 4) return ".eh_frame has a record that is longer than the section";
    u32 begin = static_cast<u32>(at), size = static_cast<u32>(length + 4), id = read_u32(s.data + at + 4);
    u32 first = next;
    while (next < relocations.size() && relocations[next].r_offset < at + size) ++next;
    if (id == 0) {
      cie_at[begin] = static_cast<u32>(frame.cies.size());
      frame.cies.push_back({begin, size, first, next});
    } else {
      auto cie = cie_at.find(begin + 4 - id);
      if (cie == cie_at.end()) return fmt::format(".eh_frame+0x{:x}: FDE names no CIE", at);
      Fde fde{begin, size, first, next, cie->second};
      // An FDE without a relocation describes no function that is linked here.
      if (first < next) {
        u32 symbol = ELF64_R_SYM(relocations[first].r_info);
        Elf64_Sym esym = f.symbols[symbol];
        fde.section = f.section_index(symbol, esym);
        if (fde.section < f.sections.size() && f.sections[fde.section]) frame.fdes.push_back(fde);
      }
    }
    at += size;
  }
  return {};
}

// What makes two CIEs the same: their bytes and what their relocations point at.
std::string cie_key(ObjectFile& f, const EhFrameInput& frame, const Cie& cie) {
  std::string key(reinterpret_cast<const char*>(frame.section->data) + cie.offset, cie.size);
  Table<Elf64_Rela> relocations = f.relocations(*frame.section);
  for (u32 i = cie.first_relocation; i < cie.end_relocation; ++i) {
    Elf64_Rela r = relocations[i];
    u32 symbol = ELF64_R_SYM(r.r_info);
    std::string who = symbol >= f.first_global ? std::string(f.globals[symbol - f.first_global]->name()) : fmt::format("{}/{}", f.order, symbol);
    key += fmt::format("|{}|{}|{}|{}", r.r_offset - cie.offset, ELF64_R_TYPE(r.r_info), r.r_addend, who);
  }
  return key;
}

u64 function_address(ObjectFile& f, const EhFrameInput& frame, const Fde& fde) {
  Elf64_Rela r = f.relocations(*frame.section)[fde.first_relocation];
  u32 symbol = ELF64_R_SYM(r.r_info);
  u64 addend = static_cast<u64>(r.r_addend);
  if (symbol >= f.first_global) {
    const Symbol& s = *f.globals[symbol - f.first_global];
    // A weak function that lost against another file's keeps its own bytes, and its FDE describes those.
    if (s.object == &f) return s.value + addend;
  }
  Elf64_Sym esym = f.symbols[symbol];
  InputSection* section = f.section_of(symbol, esym);
  return section ? section->address() + esym.st_value + addend : 0;
}

} // namespace

void parse_eh_frames(Context& ctx) {
  parallel_for(ctx.objects.size(), [&](u64 i) {
    ObjectFile& f = *ctx.objects[i];
    for (InputSection* s : f.sections) {
      if (!s || s->kind != SectionKind::EhFrame) continue;
      EhFrameInput& frame = f.eh_frames.emplace_back();
      frame.section = s;
      std::string error = cut(f, frame);
      if (!error.empty()) f.errors.push_back(std::move(error));
    }
  });
  for (ObjectFile* f : ctx.objects) {
    for (std::string& e : f->errors) ctx.diag.error(fmt::format("{}: {}", f->name, e));
    f->errors.clear();
  }
}

void size_eh_frame(Context& ctx) {
  if (!ctx.synthetic.eh_frame) return;
  std::unordered_map<std::string, Cie*> leaders;
  u64 at = 0, count = 0;
  bool terminator = false;
  for (ObjectFile* f : ctx.objects)
    for (EhFrameInput& frame : f->eh_frames) {
      terminator |= frame.has_terminator;
      frame.section->offset = at;
      std::vector<Cie*> leader_of(frame.cies.size());
      for (Fde& fde : frame.fdes) {
        InputSection* function = f->sections[fde.section];
        fde.alive = function && function->alive;
        if (!fde.alive) continue;
        Cie*& leader = leader_of[fde.cie];
        if (!leader) {
          Cie& own = frame.cies[fde.cie];
          Cie*& known = leaders[cie_key(*f, frame, own)];
          if (!known) {
            known = &own;
            own.is_leader = true;
            own.output_offset = at;
            at += own.size;
          }
          leader = known;
          own.output_offset = known->output_offset;
        }
        fde.output_offset = at;
        at += fde.size;
        ++count;
      }
    }
  ctx.fde_count = count;
  ctx.eh_frame_terminator = terminator && (count || at);
  SyntheticSection& section = *ctx.synthetic.eh_frame;
  section.section.size = at + (ctx.eh_frame_terminator ? 4 : 0);
  if (ctx.synthetic.eh_frame_hdr) ctx.synthetic.eh_frame_hdr->section.size = section.section.size ? 12 + count * 8 : 0;
}

void write_eh_frame(Context& ctx, SyntheticSection& section, u8* out) {
  u64 base = section.address();
  parallel_for(ctx.objects.size(), [&](u64 k) {
    ObjectFile& f = *ctx.objects[k];
    for (EhFrameInput& frame : f.eh_frames) {
      Table<Elf64_Rela> relocations = f.relocations(*frame.section);
      auto copy = [&](u32 offset, u32 size, u64 to, u32 first, u32 end) {
        std::memcpy(out + to, frame.section->data + offset, size);
        if (first < end) ctx.target->relocate(ctx, {frame.section, relocations, first, end, out + to - offset, base + to - offset});
      };
      for (const Cie& cie : frame.cies)
        if (cie.is_leader) copy(cie.offset, cie.size, cie.output_offset, cie.first_relocation, cie.end_relocation);
      for (const Fde& fde : frame.fdes) {
        if (!fde.alive) continue;
        copy(fde.offset, fde.size, fde.output_offset, fde.first_relocation, fde.end_relocation);
        write_u32(out + fde.output_offset + 4, fde.output_offset + 4 - frame.cies[fde.cie].output_offset);
      }
    }
  });
  if (ctx.eh_frame_terminator) write_u32(out + section.size() - 4, 0);
}

// Layout: version 1; encodings: .eh_frame pc-relative 32 bits, count 32 bits, table relative to this section.
void write_eh_frame_hdr(Context& ctx, SyntheticSection& section, u8* out) {
  u64 here = section.address(), frames = ctx.synthetic.eh_frame->address();
  std::vector<std::pair<u64, u64>> table;
  table.reserve(ctx.fde_count);
  for (ObjectFile* f : ctx.objects)
    for (const EhFrameInput& frame : f->eh_frames)
      for (const Fde& fde : frame.fdes)
        if (fde.alive) table.emplace_back(function_address(*f, frame, fde), frames + fde.output_offset);
  parallel_sort_u64_pairs(table);
  const u8 head[4] = {1, 0x1b, 0x03, 0x3b};
  std::memcpy(out, head, 4);
  write_u32(out + 4, frames - here - 4);
  write_u32(out + 8, table.size());
  for (u64 i = 0; i < table.size(); ++i) {
    for (u64 distance : {table[i].first - here, table[i].second - here})
      if (static_cast<u64>(static_cast<i32>(distance)) != distance) // the table's offsets have 32 bits
        return add_error(ctx, *ctx.objects[0], fmt::format(".eh_frame_hdr at 0x{:x} lies too far from the function at 0x{:x}", here, table[i].first));
    write_u32(out + 12 + i * 8, table[i].first - here);
    write_u32(out + 16 + i * 8, table[i].second - here);
  }
}

} // namespace lathe::linker
