// Notes that the linker writes: the build ID, the CPU properties that all inputs share, and .comment.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <fmt/format.h>
#include <random>
#include <xxhash.h>

namespace lathe::linker {
namespace {

void append32(std::vector<u8>& out, u32 v) {
  auto p = reinterpret_cast<const u8*>(&v);
  out.insert(out.end(), p, p + 4);
}

void note_header(std::vector<u8>& out, u32 descriptor_size, u32 type) {
  append32(out, 4);
  append32(out, descriptor_size);
  append32(out, type);
  out.insert(out.end(), {'G', 'N', 'U', 0});
}

u32 build_id_size(const Options& o) {
  switch (o.build_id) {
  case BuildId::None: return 0;
  case BuildId::Short:
  case BuildId::Uuid: return 16;
  case BuildId::Long: return 20;
  case BuildId::Hex: return static_cast<u32>(o.build_id_bytes.size());
  }
  return 0;
}

// AND of what all say about IBT and shadow stacks, OR of the instruction sets they need.
void make_property_note(Context& ctx) {
  constexpr u32 property_type = 5, feature_1_and = 0xc0000002, isa_needed = 0xc0008002, isa_used = 0xc0010002, ibt = 1, shstk = 2;
  u32 features = ctx.objects.empty() ? 0 : ~0u, needed = 0, used = 0;
  bool all_used = true;
  for (ObjectFile* f : ctx.objects) {
    features &= f->has_and_features ? f->and_features : 0;
    needed |= f->isa_needed;
    used |= f->isa_used;
    all_used &= f->isa_used != 0;
  }
  if (ctx.options.z_ibt) features |= ibt;
  if (ctx.options.z_shstk) features |= shstk;
  if (!all_used) used = 0;
  needed |= ctx.options.z_isa;
  std::vector<std::pair<u32, u32>> properties;
  if (features) properties.emplace_back(feature_1_and, features);
  if (needed) properties.emplace_back(isa_needed, needed);
  if (used) properties.emplace_back(isa_used, used);
  if (properties.empty()) return;
  SyntheticSection* s = ctx.synthetic.property_note = make_synthetic(ctx, ".note.gnu.property", SHT_NOTE, SHF_ALLOC, 8, 0);
  note_header(s->bytes, static_cast<u32>(properties.size() * 16), property_type);
  for (auto& [kind, value] : properties) {
    append32(s->bytes, kind);
    append32(s->bytes, 4);
    append32(s->bytes, value);
    append32(s->bytes, 0);
  }
  s->section.size = s->bytes.size();
}

// -z cet-report: files that keep the output from promising IBT or shadow stacks.
void report_cet(Context& ctx) {
  Report how = ctx.options.z_cet_report;
  if (how == Report::None) return;
  for (const ObjectFile* f : ctx.objects) {
    u32 missing = 3 & ~(f->has_and_features ? f->and_features : 0);
    if (!missing || f == ctx.internal) continue;
    std::string message = fmt::format("{}: missing {} {}", f->name, missing == 3 ? "IBT and SHSTK" : missing == 1 ? "IBT" : "SHSTK",
                                      missing == 3 ? "properties" : "property");
    if (how == Report::Error) ctx.diag.error(std::move(message));
    else ctx.diag.warning(std::move(message));
  }
}

// With -r: says whether the code needs an executable stack.
void make_stack_note(Context& ctx) {
  bool executable = false, all = true;
  for (ObjectFile* f : ctx.objects) executable |= f->executable_stack, all &= f->has_stack_note;
  if (all || executable)
    ctx.synthetic.stack_note = make_synthetic(ctx, ".note.GNU-stack", SHT_PROGBITS, executable ? u64{SHF_EXECINSTR} : 0, 1, 0);
}

// --package-metadata: the distribution's words about the package, for core dumps.
void make_package_note(Context& ctx) {
  const std::string& text = ctx.options.package_metadata;
  if (text.empty()) return;
  SyntheticSection* s = ctx.synthetic.package_note = make_synthetic(ctx, ".note.package", SHT_NOTE, SHF_ALLOC, 4, 0);
  append32(s->bytes, 4);
  append32(s->bytes, static_cast<u32>(text.size() + 1));
  append32(s->bytes, 0xcafe1a7e);
  s->bytes.insert(s->bytes.end(), {'F', 'D', 'O', 0});
  s->bytes.insert(s->bytes.end(), text.begin(), text.end());
  s->bytes.resize(16 + align_to(text.size() + 1, 4));
  s->section.size = s->bytes.size();
}

} // namespace

void make_notes(Context& ctx) {
  SyntheticSection& comment = *ctx.synthetic.comment;
  constexpr std::string_view text("Linker: Lathe 0.1.0\0", 20);
  if (!ctx.options.relocatable) comment.bytes.assign(text.begin(), text.end());
  comment.section.size = comment.bytes.size();
  report_cet(ctx);
  make_property_note(ctx);
  if (ctx.options.relocatable) {
    make_stack_note(ctx);
    return;
  }
  make_package_note(ctx);
  if (u32 size = build_id_size(ctx.options)) {
    SyntheticSection* s = ctx.synthetic.build_id = make_synthetic(ctx, ".note.gnu.build-id", SHT_NOTE, SHF_ALLOC, 4, 0);
    note_header(s->bytes, size, 3);
    s->bytes.resize(16 + align_to(size, 4));
    s->section.size = s->bytes.size();
  }
}

// The ID is a hash over hashes of 1 MiB pieces, so that all cores share the work.
void write_build_id(Context& ctx) {
  SyntheticSection* s = ctx.synthetic.build_id;
  if (!s || !s->section.output) return;
  u8* out = ctx.image + s->section.output->offset + s->section.offset + 16;
  const Options& o = ctx.options;
  u32 size = build_id_size(o);
  if (o.build_id == BuildId::Hex) {
    std::memcpy(out, o.build_id_bytes.data(), size);
    return;
  }
  if (o.build_id == BuildId::Uuid) {
    std::random_device random;
    for (u32 i = 0; i < 16; i += 4) {
      u32 word = random();
      std::memcpy(out + i, &word, 4);
    }
    out[6] = static_cast<u8>((out[6] & 0x0f) | 0x40);
    out[8] = static_cast<u8>((out[8] & 0x3f) | 0x80);
    return;
  }
  constexpr u64 piece = 1 << 20;
  std::vector<XXH128_hash_t> hashes((ctx.file_size + piece - 1) / piece);
  parallel_for(hashes.size(), [&](u64 i) {
    hashes[i] = XXH3_128bits(ctx.image + i * piece, std::min(piece, ctx.file_size - i * piece));
  });
  XXH128_canonical_t id;
  XXH128_canonicalFromHash(&id, XXH3_128bits(hashes.data(), hashes.size() * sizeof hashes[0]));
  XXH64_hash_t more = XXH3_64bits_withSeed(hashes.data(), hashes.size() * sizeof hashes[0], 1);
  std::memcpy(out, id.digest, 16);
  if (size > 16) std::memcpy(out + 16, &more, 4);
}

} // namespace lathe::linker
