// The smallest .debug_info for text that has line numbers but no debug information of its own: a unit with its address
// ranges and the functions whose size is known, with .debug_abbrev, .debug_aranges and .debug_str, as GNU as writes them.
#include "assembler/assembler.h"

#include <algorithm>
#include <elf.h>

namespace lathe::assembler {
namespace {

enum Tag : u8 { DW_TAG_compile_unit = 0x11, DW_TAG_subprogram = 0x2e, DW_TAG_unspecified_type = 0x3b };
enum Attribute : u8 {
  DW_AT_name = 0x03, DW_AT_stmt_list = 0x10, DW_AT_low_pc = 0x11, DW_AT_high_pc = 0x12, DW_AT_language = 0x13, DW_AT_comp_dir = 0x1b,
  DW_AT_producer = 0x25, DW_AT_external = 0x3f, DW_AT_type = 0x49, DW_AT_ranges = 0x55
};
enum Form : u8 {
  DW_FORM_addr = 0x01, DW_FORM_data2 = 0x05, DW_FORM_data4 = 0x06, DW_FORM_flag = 0x0c, DW_FORM_strp = 0x0e, DW_FORM_udata = 0x0f,
  DW_FORM_ref_udata = 0x15, DW_FORM_sec_offset = 0x17
};
constexpr u16 language_assembler = 0x8001;

// Writes a length of 4 bytes now and sets it when the scope ends.
class Length {
public:
  explicit Length(ByteBuffer& b) : buffer_(b), start_(b.size()) { b.little_endian(0, 4); }
  ~Length() {
    u32 n = static_cast<u32>(buffer_.size() - start_ - 4);
    std::memcpy(buffer_.data() + start_, &n, 4);
  }

private:
  ByteBuffer& buffer_;
  u64 start_;
};

} // namespace

u32 Assembler::open_debug_section(const char* section_name, u64 flags, u64 entry_size, u64 alignment) {
  u32 i = find_section(section_name);
  if (i == no_id) {
    i = add_section(section_name, SHT_PROGBITS, flags);
    sections[i].entry_size = entry_size;
  }
  sections[i].align = std::max(sections[i].align, alignment);
  chunk_of(i, 0);
  return i;
}

// In the order of GNU as, for the sections and for their symbols.
Assembler::DebugSections Assembler::open_debug_sections(u32 line, u32 line_strings) {
  bool many = line_sections.size() > 1, version5 = debug_info_version() >= 5;
  DebugSections d;
  d.line = line;
  d.info = open_debug_section(".debug_info");
  d.abbreviations = open_debug_section(".debug_abbrev");
  d.address_ranges = open_debug_section(".debug_aranges", 0, 0, 16);
  d.strings = open_debug_section(".debug_str", SHF_MERGE | SHF_STRINGS, 1);
  if (many) d.ranges = open_debug_section(version5 ? ".debug_rnglists" : ".debug_ranges", 0, 0, version5 ? 1 : 16);
  for (u32 i : {d.info, d.abbreviations, d.line, line_strings, d.ranges, d.strings})
    if (i != no_id) section_symbol(i);
  return d;
}

// A number in the current chunk: a place in a section.
void Assembler::section_reference(u32 to, u64 offset, unsigned size) {
  symbol_reference(section_symbol(to), offset, size);
}

void Assembler::symbol_reference(SymbolId to, u64 offset, unsigned size) {
  Value v;
  v.add = to, v.number = static_cast<i64>(offset);
  u32 at = static_cast<u32>(raw_here());
  chunk->data.little_endian(0, size);
  add_fixup(at, size, FixupKind::Data, v, Modifier::None);
}

u8 Assembler::debug_info_version() const { return dwarf_version ? dwarf_version : options.debug_lines ? 2 : 3; }

ByteBuffer& Assembler::enter_debug_section(u32 index) {
  current = chunk_of(index, 0);
  chunk = &chunks[current];
  return chunk->data;
}

// Functions of the sections that have lines.
std::vector<Assembler::DebugFunction> Assembler::debug_functions() {
  std::vector<DebugFunction> out;
  for (size_t k = 0; k < chain.size(); ++k) { // a size may name a symbol that nothing has named before
    SymbolId id = chain[k];
    const Symbol& s = symbol(id);
    if (s.type != STT_FUNC || s.kind != SymbolKind::Label) continue;
    u32 home = chunks[s.chunk].section;
    if (std::find(line_sections.begin(), line_sections.end(), home) == line_sections.end()) continue;
    i64 size = static_cast<i64>(s.size);
    if (s.size_expression != no_id && !final_value(s.size_expression, size)) continue;
    if (size) out.push_back({id, static_cast<u64>(size), 0});
  }
  return out;
}

// Gives where the unit's list stands.
u64 Assembler::write_debug_ranges(const DebugSections& d) {
  ByteBuffer& b = enter_debug_section(d.ranges);
  if (debug_info_version() >= 5) {
    Length length(b);
    b.little_endian(5, 2);
    b.append("\10\0\0\0\0\0", 6);
    u64 list = b.size();
    for (u32 s : line_sections) {
      b.fill(7, 1); // DW_RLE_start_length
      section_reference(s, 0, 8);
      uleb(b, sections[s].size);
    }
    b.fill(0, 1);
    return list;
  }
  u64 list = b.size();
  b.little_endian(~u64{0}, 8);
  b.little_endian(0, 8);
  for (u32 s : line_sections) section_reference(s, 0, 8), section_reference(s, sections[s].size, 8);
  b.fill(0, 16);
  return list;
}

void Assembler::write_debug_address_ranges(const DebugSections& d) {
  ByteBuffer& b = enter_debug_section(d.address_ranges);
  u64 start = b.size();
  Length length(b);
  b.little_endian(2, 2);
  section_reference(d.info, 0, 4);
  b.append("\10\0", 2);
  while ((b.size() - start) % 16) b.fill(0, 1);
  for (u32 s : line_sections) section_reference(s, 0, 8), b.little_endian(sections[s].size, 8);
  b.fill(0, 16);
}

void Assembler::write_debug_abbreviations(const DebugSections& d, bool functions, bool externals) {
  ByteBuffer& b = enter_debug_section(d.abbreviations);
  u8 version = debug_info_version();
  Form offset = version >= 4 ? DW_FORM_sec_offset : DW_FORM_data4, high = version >= 4 ? DW_FORM_udata : DW_FORM_addr;
  auto attribute = [&](u8 name_, u8 form) { b.fill(name_, 1), b.fill(form, 1); };
  auto begin = [&](u8 number, Tag tag, bool children) { b.fill(number, 1), b.fill(tag, 1), b.fill(children, 1); };
  begin(1, DW_TAG_compile_unit, functions);
  attribute(DW_AT_stmt_list, offset);
  if (d.ranges != no_id) attribute(DW_AT_ranges, offset);
  else attribute(DW_AT_low_pc, DW_FORM_addr), attribute(DW_AT_high_pc, high);
  attribute(DW_AT_name, DW_FORM_strp);
  attribute(DW_AT_comp_dir, DW_FORM_strp);
  attribute(DW_AT_producer, DW_FORM_strp);
  attribute(DW_AT_language, DW_FORM_data2);
  attribute(0, 0);
  if (functions) {
    begin(2, DW_TAG_subprogram, false);
    attribute(DW_AT_name, DW_FORM_strp);
    if (externals) attribute(DW_AT_external, DW_FORM_flag);
    if (version >= 3) attribute(DW_AT_type, DW_FORM_ref_udata);
    attribute(DW_AT_low_pc, DW_FORM_addr);
    attribute(DW_AT_high_pc, high);
    attribute(0, 0);
    if (version >= 3) {
      begin(3, DW_TAG_unspecified_type, false);
      attribute(0, 0);
    }
  }
  b.fill(0, 1);
}

void Assembler::write_debug_unit(const DebugSections& d, u64 ranges_at, std::span<const u64> names, std::span<const DebugFunction> functions,
                                 bool externals) {
  u8 version = debug_info_version();
  ByteBuffer& b = enter_debug_section(d.info);
  u64 start = b.size();
  Length length(b);
  b.little_endian(version, 2);
  if (version >= 5) b.append("\1\10", 2);
  section_reference(d.abbreviations, 0, 4);
  if (version < 5) b.fill(8, 1);
  auto range = [&](SymbolId first, u64 size) {
    symbol_reference(first, 0, 8);
    if (version >= 4) uleb(b, size);
    else symbol_reference(first, size, 8);
  };
  b.fill(1, 1);
  section_reference(d.line, 0, 4);
  if (d.ranges != no_id) section_reference(d.ranges, ranges_at, 4);
  else range(section_symbol(line_sections[0]), sections[line_sections[0]].size);
  for (u64 at : names) section_reference(d.strings, at, 4);
  b.little_endian(language_assembler, 2);
  // the type stands behind all functions, which hold its offset: sizes are tried until they agree
  auto function_size = [&](const DebugFunction& f, u64 type) {
    return 1 + 4 + u64{externals} + (version >= 3 ? uleb_size(type) : 0u) + 8 + (version >= 4 ? uleb_size(f.size) : 8u);
  };
  u64 type = b.size() - start;
  for (bool settled = false; !settled;) {
    u64 end = b.size() - start;
    for (const DebugFunction& f : functions) end += function_size(f, type);
    settled = end == type;
    type = end;
  }
  for (const DebugFunction& f : functions) {
    b.fill(2, 1);
    section_reference(d.strings, f.name_at, 4);
    const Symbol& s = symbol(f.symbol);
    if (externals) b.fill(s.global || s.weak, 1);
    if (version >= 3) uleb(b, type);
    range(f.symbol, f.size);
  }
  if (functions.empty()) return;
  if (version >= 3) b.fill(3, 1);
  b.fill(0, 1);
}

void Assembler::write_debug_info(const DebugSections& d) {
  std::vector<DebugFunction> functions = debug_functions();
  bool externals = false;
  for (const DebugFunction& f : functions) externals |= symbol(f.symbol).global || symbol(f.symbol).weak;
  u64 ranges_at = d.ranges == no_id ? 0 : write_debug_ranges(d);
  write_debug_address_ranges(d);
  write_debug_abbreviations(d, !functions.empty(), externals);

  ByteBuffer& b = enter_debug_section(d.strings);
  auto text = [&](std::string_view s) {
    u64 at = b.size();
    b.append(s.data(), s.size());
    b.fill(0, 1);
    return at;
  };
  const LineFile& f = line_files[debug_info_version() >= 5 && line_files[0].defined ? 0 : 1];
  std::string unit = f.directory ? line_directories[f.directory] + "/" + f.name : f.name;
  u64 names[] = {text(unit), text(current_directory()), text("GNU AS 2.40")};
  for (DebugFunction& x : functions) x.name_at = text(name(x.symbol));
  write_debug_unit(d, ranges_at, names, functions, externals);
  for (u32 i : {d.info, d.abbreviations, d.address_ranges, d.strings, d.ranges}) {
    if (i == no_id) continue;
    layout_section(sections[i]);
    build_bytes(sections[i]);
  }
}

} // namespace lathe::assembler
