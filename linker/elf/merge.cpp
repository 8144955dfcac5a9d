// Merging of constants and strings (SHF_MERGE). Each mergeable input section is cut into pieces; equal pieces of
// one merged section share one place in the output. Deduplication runs in shards chosen by hash, so that threads
// never meet; inside a shard pieces are placed in input order, so the result does not depend on the threads.

#include "linker/elf/merge.h"

#include "linker/elf/passes.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

constexpr u32 shard_bits = 4, shard_count = 1 << shard_bits;

u32 piece_size(const InputSection& s, const MergeInput& m, u64 i) {
  u64 end = i + 1 < m.pieces.size() ? m.pieces[i + 1].offset : s.size;
  return static_cast<u32>(end - m.pieces[i].offset);
}

std::string_view piece_bytes(const InputSection& s, const MergeInput& m, u64 i) {
  return {reinterpret_cast<const char*>(s.data) + m.pieces[i].offset, piece_size(s, m, i)};
}

// The end of the string that begins at `at`, behind its terminator; 0 when there is none.
u64 string_end(const InputSection& s, u64 at, u64 width) {
  if (width == 1) {
    const void* end = std::memchr(s.data + at, 0, s.size - at);
    return end ? static_cast<u64>(static_cast<const u8*>(end) - s.data) + 1 : 0;
  }
  for (; at + width <= s.size; at += width) {
    bool zero = true;
    for (u64 i = 0; i < width; ++i) zero &= s.data[at + i] == 0;
    if (zero) return at + width;
  }
  return 0;
}

void split(InputSection& s, MergeInput& m, u64 width, bool strings) {
  auto add = [&](u64 at, u64 end) {
    u64 hash = hash_bytes({reinterpret_cast<const char*>(s.data) + at, end - at});
    m.pieces.push_back({static_cast<u32>(at), static_cast<u32>(hash >> 32), 0});
  };
  if (!strings) {
    m.pieces.reserve(s.size / width);
    for (u64 at = 0; at < s.size; at += width) add(at, at + width);
    return;
  }
  for (u64 at = 0; at < s.size;) {
    u64 end = string_end(s, at, width);
    if (end == 0) end = s.size; // an unterminated tail is a piece of its own
    add(at, end);
    at = end;
  }
}

struct Shard {
  struct Entry {
    const char* data = nullptr;
    u32 size = 0, hash = 0;
    u64 offset = 0;
  };
  std::vector<Entry> table;
  u64 count = 0, size = 0, base = 0;

  void grow() {
    std::vector<Entry> old(table.empty() ? 64 : table.size() * 2);
    old.swap(table);
    for (const Entry& e : old)
      if (e.data) *find_slot(e.hash, {e.data, e.size}) = e;
  }
  Entry* find_slot(u32 hash, std::string_view bytes) {
    u64 mask = table.size() - 1;
    for (u64 at = hash & mask;; at = (at + 1) & mask) {
      Entry& e = table[at];
      if (!e.data || (e.hash == hash && e.size == bytes.size() && std::memcmp(e.data, bytes.data(), bytes.size()) == 0)) return &e;
    }
  }
  u64 place(u32 hash, std::string_view bytes, u64 align) {
    if (count * 2 >= table.size()) grow();
    Entry* e = find_slot(hash, bytes);
    if (!e->data) {
      size = align_to(size, align);
      *e = {bytes.data(), static_cast<u32>(bytes.size()), hash, size};
      size += bytes.size();
      ++count;
    }
    return e->offset;
  }
};

} // namespace

struct MergedShards {
  Shard shards[shard_count];
};

namespace {

u32 shard_of(u32 hash) { return hash >> (32 - shard_bits); }

MergedSection* merged_for(Context& ctx, std::unordered_map<std::string, MergedSection*>& known, InputSection& s, std::string_view output_name) {
  u64 flags = s.flags & ~static_cast<u64>(SHF_GROUP | SHF_COMPRESSED | SHF_EXCLUDE | (1 << 21));
  u64 width = s.file->headers[s.index].sh_entsize;
  std::string key = fmt::format("{}|{}|{}|{}", output_name, flags, width, s.align_log2);
  MergedSection*& m = known[key];
  if (!m) {
    m = &ctx.merged_storage.emplace_back();
    m->output_name = output_name;
    m->section = make_synthetic(ctx, output_name, SHT_PROGBITS, flags, u64{1} << s.align_log2, width, write_merged);
    m->section->owner = m;
    m->strings = flags & SHF_STRINGS;
    m->shards = std::make_shared<MergedShards>();
  }
  return m;
}

void deduplicate(MergedSection& m) {
  u64 align = m.section->section.align_log2 ? u64{1} << m.section->section.align_log2 : 1;
  // Strings stand at the section's alignment only where they are wider than bytes or were aligned in the input.
  parallel_for(shard_count, [&](u64 k) {
    Shard& shard = m.shards->shards[k];
    for (InputSection* s : m.inputs) {
      MergeInput& input = *s->merge;
      for (u64 i = 0; i < input.pieces.size(); ++i) {
        MergePiece& p = input.pieces[i];
        if (shard_of(p.hash) == k) p.output_offset = shard.place(p.hash, piece_bytes(*s, input, i), align);
      }
    }
  });
  u64 total = 0;
  for (Shard& shard : m.shards->shards) {
    shard.base = align_to(total, align);
    total = shard.base + shard.size;
  }
  m.section->section.size = total;
}

} // namespace

void merge_sections(Context& ctx) {
  std::unordered_map<std::string, MergedSection*> known;
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->merge_sections) {
      if (!s->alive || s->kind != SectionKind::Merge) continue;
      u64 width = f->headers[s->index].sh_entsize;
      if (s->size > 0xffffffff || s->size % width || ctx.options.relocatable || s->size == 0) {
        s->kind = SectionKind::Regular;
        continue;
      }
      MergedSection* m = merged_for(ctx, known, *s, output_section_name(ctx, *s));
      s->merge = &ctx.merge_inputs.emplace_back();
      s->merge->merged = m;
      m->inputs.push_back(s);
    }
  std::vector<InputSection*> all;
  for (MergedSection& m : ctx.merged_storage) all.insert(all.end(), m.inputs.begin(), m.inputs.end());
  parallel_for(all.size(), [&](u64 i) {
    MergedSection& m = *all[i]->merge->merged;
    split(*all[i], *all[i]->merge, m.section->entry_size, m.strings);
  });
  for (MergedSection& m : ctx.merged_storage) deduplicate(m);
}

u64 merged_address(const InputSection& s, u64 offset) {
  const MergeInput& m = *s.merge;
  if (m.pieces.empty()) return 0;
  auto after = std::upper_bound(m.pieces.begin(), m.pieces.end(), offset, [](u64 at, const MergePiece& p) { return at < p.offset; });
  const MergePiece& p = after == m.pieces.begin() ? *after : *(after - 1);
  return m.merged->section->address() + m.merged->shards->shards[shard_of(p.hash)].base + p.output_offset + (offset - p.offset);
}

OutputSection* merged_output(const InputSection& s) { return s.merge->merged->section->section.output; }

void write_merged(Context&, SyntheticSection& section, u8* out) {
  MergedSection& m = *section.owner;
  parallel_for(shard_count, [&](u64 k) {
    const Shard& shard = m.shards->shards[k];
    for (const Shard::Entry& e : shard.table)
      if (e.data) std::memcpy(out + shard.base + e.offset, e.data, e.size);
  });
}

} // namespace lathe::linker
