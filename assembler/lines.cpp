// .file and .loc to .debug_line; with -g also the lines of the text itself. One sequence a section, in the order in which sections first met a .loc; the opcodes are those GNU as chooses.
#include "assembler/assembler.h"

#include <elf.h>
#include <unistd.h>

namespace lathe::assembler {
namespace {

constexpr int line_base = -5, line_range = 14, opcode_base = 13;
constexpr u64 max_special_delta = (255 - opcode_base) / line_range;

void advance(ByteBuffer& b, i64 line_delta, u64 address_delta) {
  i64 tmp = line_delta - line_base;
  bool copy = false;
  if (tmp < 0 || tmp >= line_range) {
    b.fill(3, 1); // DW_LNS_advance_line
    sleb(b, line_delta);
    line_delta = 0;
    tmp = -line_base;
    copy = true;
  }
  if (line_delta == 0 && address_delta == 0) return b.fill(1, 1); // DW_LNS_copy
  tmp += opcode_base;
  if (address_delta < 256 + max_special_delta) {
    u64 opcode = static_cast<u64>(tmp) + address_delta * line_range;
    if (opcode <= 255) return b.fill(static_cast<u8>(opcode), 1);
    opcode = static_cast<u64>(tmp) + (address_delta - max_special_delta) * line_range;
    if (opcode <= 255) {
      b.fill(8, 1); // DW_LNS_const_add_pc
      return b.fill(static_cast<u8>(opcode), 1);
    }
  }
  b.fill(2, 1); // DW_LNS_advance_pc
  uleb(b, address_delta);
  b.fill(copy ? 1 : static_cast<u8>(tmp), 1);
}

void end_sequence(ByteBuffer& b, u64 address_delta) {
  if (address_delta == max_special_delta) {
    b.fill(8, 1);
  } else if (address_delta) {
    b.fill(2, 1);
    uleb(b, address_delta);
  }
  b.append("\0\1\1", 3);
}

} // namespace

std::string current_directory() {
  char path[4096];
  if (const char* pwd = getenv("PWD"); pwd && pwd[0] == '/' && getcwd(path, sizeof path)) {
    // as GNU as: $PWD when it names the same place
    char* real = realpath(pwd, nullptr);
    bool same = real && std::string_view(real) == path;
    free(real);
    if (same) return pwd;
  }
  return getcwd(path, sizeof path) ? path : ".";
}

u32 Assembler::intern_directory(std::string_view path) {
  if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path.empty()) return 0;
  for (u32 i = 0; i < line_directories.size(); ++i)
    if (line_directories[i] == path) return i;
  if (line_directories.empty()) line_directories.push_back(dwarf_version >= 5 ? current_directory() : "");
  if (line_directories[0] == path) return 0;
  line_directories.emplace_back(path);
  return static_cast<u32>(line_directories.size() - 1);
}

// .file "name"   .file N ["dir"] "name" [md5 0x...] [source "..."]
void Assembler::file_directive(const Statement& s) {
  std::span<const Operand> list(buffer.operands.data() + s.first, s.operand_count);
  if (list.empty()) return error("missing file name");
  auto text = [&](size_t i) { return buffer.strings[list[i].index()]; };
  if (list[0].is(OperandKind::String)) {
    if (!has_file_name) {
      file_name = text(0);
      has_file_name = true;
    }
    return;
  }
  stop_generating_lines();
  if (!list[0].is(OperandKind::Immediate) || list.size() < 2 || !list[1].is(OperandKind::String)) return error("missing or invalid file name");
  i64 n = list[0].immediate();
  if (n < 0 || n > 0xffffff) return error("file number " + std::to_string(n) + " is too big");
  size_t i = 1;
  std::string directory, file(text(i++));
  bool has_directory = false;
  if (i < list.size() && list[i].is(OperandKind::String)) {
    if (n == 0 || dwarf_version >= 5) dwarf_version = std::max<u8>(dwarf_version, 5);
    else return error("junk at end of line, first unrecognized character is `\"'");
    directory = file;
    file = text(i++);
    has_directory = true;
  }
  if (n == 0) dwarf_version = std::max<u8>(dwarf_version, 5);
  if (static_cast<size_t>(n) >= line_files.size()) line_files.resize(static_cast<size_t>(n) + 1);
  LineFile entry;
  entry.defined = true;
  while (i < list.size()) {
    std::string_view word = list[i].is(OperandKind::Word) ? text(i) : std::string_view{};
    if (word == "md5" && i + 1 < list.size() && list[i + 1].is(OperandKind::Word)) {
      std::string_view hex = text(i + 1);
      if (hex.size() > 2) hex.remove_prefix(2);
      std::string padded = hex.size() < 32 ? std::string(32 - hex.size(), '0') + std::string(hex) : std::string(hex.substr(hex.size() - 32));
      // GNU as writes the number little-endian, so the digest stands backwards
      for (size_t k = 32; k >= 2; k -= 2) entry.md5 += static_cast<char>(std::strtol(padded.substr(k - 2, 2).c_str(), nullptr, 16));
      dwarf_version = std::max<u8>(dwarf_version, 5);
      any_md5 = true;
      i += 2;
    } else if (word == "source" && i + 1 < list.size()) {
      i += 2;
    } else {
      return error("junk at end of line, first unrecognized character is `" + std::string(word.empty() ? "\"" : word.substr(0, 1)) + "'");
    }
  }
  if (has_directory && n == 0) {
    if (line_directories.empty()) line_directories.emplace_back();
    line_directories[0] = directory;
  }
  if (has_directory && n != 0) {
    entry.directory = intern_directory(directory);
  } else if (size_t slash = file.rfind('/'); slash != std::string::npos) {
    entry.directory = intern_directory(slash == 0 ? "/" : file.substr(0, slash));
    file = file.substr(slash + 1);
  }
  entry.name = std::move(file);
  LineFile& old = line_files[static_cast<size_t>(n)];
  if (old.defined && old.name != entry.name && n != 0) return error("file table slot " + std::to_string(n) + " is already occupied by a different file (" + old.name + " vs " + entry.name + ")");
  old = std::move(entry);
}

void Assembler::loc_directive(const Statement& s) {
  std::span<const Operand> list(buffer.operands.data() + s.first, s.operand_count);
  stop_generating_lines();
  if (has_pending) emit_pending_line();
  auto number = [&](size_t i, i64& v) {
    if (i < list.size() && list[i].is(OperandKind::Immediate)) {
      v = list[i].immediate();
      return true;
    }
    return false;
  };
  i64 file = 0, line = 0, column = 0;
  size_t i = 0;
  if (!number(i++, file) || !number(i++, line)) return error("missing or invalid operand of .loc");
  if (number(i, column)) ++i;
  if (file < 1 && dwarf_version < 5) return error("file number less than one");
  if (static_cast<size_t>(file) >= line_files.size() || !line_files[static_cast<size_t>(file)].defined) {
    if (!(file == 0 && dwarf_version >= 5 && line_files.size() > 1)) return error("unassigned file number " + std::to_string(file));
  }
  LineEntry& l = line_state;
  if (!uses_loc) l.flags = IsStmt;
  uses_loc = true;
  l.file = static_cast<u32>(file), l.line = static_cast<u32>(line), l.column = static_cast<u32>(column);
  l.flags &= IsStmt;
  l.discriminator = 0;
  l.view = 0;
  bool has_view = false;
  while (i < list.size()) {
    std::string_view word = list[i].is(OperandKind::Word) ? buffer.strings[list[i].index()] : std::string_view{};
    ++i;
    i64 v = 0;
    if (word == "view") {
      has_view = true;
      if (i >= list.size()) continue;
      if (list[i].is(OperandKind::Word) && buffer.strings[list[i].index()] == "-0") { // forces a reset
        l.flags |= ViewReset;
        ++i;
      } else if (list[i].is(OperandKind::Word)) {
        SymbolId id = buffer.symbols.intern(buffer.strings[list[i].index()]);
        make(id);
        if (symbol(id).kind != SymbolKind::Undefined) return error("symbol `" + std::string(name(id)) + "' is already defined");
        l.view = id + 1;
        loc_view_used = true;
        ++i;
      } else if (number(i, v)) { // "view 0" only asserts it
        ++i;
      }
    } else if (word == "is_stmt") {
      if (!number(i++, v) || (v != 0 && v != 1)) return error("is_stmt value not 0 or 1");
      l.flags = static_cast<u8>(v ? l.flags | IsStmt : l.flags & ~IsStmt);
    } else if (word == "isa") {
      if (!number(i++, v) || v < 0) return error("isa number less than zero");
      l.isa = static_cast<u16>(v);
    } else if (word == "discriminator") {
      if (!number(i++, v) || v < 0) return error("discriminator less than zero");
      l.discriminator = static_cast<u32>(v);
    } else if (word == "basic_block") {
      l.flags |= BasicBlock;
    } else if (word == "prologue_end") {
      l.flags |= PrologueEnd;
    } else if (word == "epilogue_begin") {
      l.flags |= EpilogueBegin;
    } else {
      return error("unknown .loc sub-directive `" + std::string(word) + "'");
    }
  }
  has_pending = true;
  if (has_view) emit_pending_line(); // a row of its own, whatever follows
}

void Assembler::emit_pending_line() {
  has_pending = false;
  bool is_code = section().is_code();
  if (line_state.line != 0 && !is_code && !generates_lines) warning("dwarf line number information for " + section().name + " ignored");
  if (line_state.line == 0 || !is_code) { // "no line" ends nothing in GNU as
    line_state.view = 0;
    line_state.flags &= IsStmt;
    return;
  }
  LineEntry e = line_state;
  e.frag = static_cast<u32>(chunk->frags.size() - 1);
  e.offset = static_cast<u32>(raw_here());
  if (chunk->lines.empty()) {
    bool seen = false;
    for (u32 s : line_sections) seen |= s == chunk->section;
    if (!seen) line_sections.push_back(chunk->section);
  }
  chunk->lines.push_back(e);
  line_state.view = 0;
  line_state.flags &= IsStmt;
  line_state.discriminator = 0;
}

// View numbers: how many entries before this one have its address.
void Assembler::compute_views() {
  if (!loc_view_used) return;
  for (u32 s : line_sections) {
    u64 last = ~u64{0};
    i64 view = 0;
    for (u32 c : sections[s].chunks) {
      Chunk& ch = chunks[c];
      for (const LineEntry& e : ch.lines) {
        u64 address = ch.frags[e.frag].address + (e.offset - ch.frags[e.frag].start);
        view = address == last && !(e.flags & ViewReset) ? view + 1 : 0;
        last = address;
        if (e.view) {
          Symbol& x = symbol(e.view - 1);
          x.kind = SymbolKind::Absolute;
          x.value = view;
        }
      }
    }
  }
}

// -g: the place of an instruction is a line of the text, or of the macro's use that it came from.
void Assembler::note_line_of_text() {
  u32 where = parser.place_of_use();
  if (where == generated_place) return;
  generated_place = where;
  std::string_view path = parser.files()[where >> place_line_bits];
  size_t slash = path.rfind('/');
  u32 directory = slash == std::string_view::npos ? 0 : intern_directory(path.substr(0, std::max<size_t>(slash, 1)));
  std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (line_files.empty()) line_files.emplace_back();
  u32 n = 1;
  while (n < line_files.size() && (line_files[n].directory != directory || line_files[n].name != file)) ++n;
  if (n == line_files.size()) {
    LineFile entry;
    entry.name = file, entry.directory = directory, entry.defined = true;
    line_files.push_back(std::move(entry));
  }
  line_state = {};
  line_state.file = n, line_state.line = where & ((1u << place_line_bits) - 1);
  line_state.flags = IsStmt;
  emit_pending_line();
}

// The text says lines itself: what was made so far of its own is dropped.
void Assembler::stop_generating_lines() {
  if (!generates_lines) return;
  generates_lines = false;
  for (Chunk& c : chunks) c.lines.clear();
  line_sections.clear(), line_files.clear(), line_directories.clear();
  line_state = {};
}

void Assembler::write_lines() {
  u32 info_index = find_section(".debug_info");
  bool own_info = info_index == no_id || sections[info_index].size == 0;
  if (!uses_loc && line_sections.empty() && own_info) return; // a .debug_info of the text's own may refer to the file table
  bool writes_info = own_info && !line_sections.empty();
  auto finish = [&](u32 i) {
    layout_section(sections[i]);
    build_bytes(sections[i]);
  };
  u8 version = std::max<u8>(dwarf_version, 3);
  u32 line_index = open_debug_section(".debug_line");
  u32 line_chunk = chunk_of(line_index, 0);
  u32 str_index = no_id, str_chunk = 0;
  if (version >= 5) {
    str_index = open_debug_section(".debug_line_str", SHF_MERGE | SHF_STRINGS, 1);
    str_chunk = chunk_of(str_index, 0);
  }
  DebugSections debug;
  if (writes_info) debug = open_debug_sections(line_index, str_index);
  auto string_reference = [&](u64 offset) { section_reference(str_index, offset, 4); };
  auto line_string = [&](const std::string& t) {
    u64 offset = chunks[str_chunk].data.size();
    chunks[str_chunk].data.append(t.c_str(), t.size() + 1);
    string_reference(offset);
    return offset;
  };
  current = line_chunk;
  chunk = &chunks[current];
  ByteBuffer& b = chunk->data;
  u64 start = b.size();
  b.little_endian(0, 4);
  b.little_endian(version, 2);
  if (version >= 5) b.append("\10\0", 2);
  u64 header = b.size();
  b.little_endian(0, 4);
  b.fill(1, 1);
  if (version >= 4) b.fill(1, 1);
  b.fill(1, 1);
  b.fill(static_cast<u8>(line_base), 1);
  b.fill(line_range, 1);
  b.fill(opcode_base, 1);
  b.append("\0\1\1\1\1\0\0\0\1\0\0\1", 12);
  if (line_directories.empty()) line_directories.emplace_back();
  if (version >= 5) {
    if (line_directories[0].empty()) line_directories[0] = current_directory();
    b.append("\1\1\x1f", 3);
    uleb(b, line_directories.size());
    for (const std::string& d : line_directories) line_string(d);
    b.fill(any_md5 ? 3 : 2, 1);
    b.append("\1\x1f\2", 3);
    b.fill(0x0f, 1); // directory indices are udata
    if (any_md5) b.append("\5\x1e", 2);
    // an unnamed file 0 is file 1 and shares its name; no other names are shared
    bool alias = !line_files.empty() && !line_files[0].defined && line_files.size() > 1;
    if (alias) line_files[0] = line_files[1];
    uleb(b, line_files.size());
    u64 first_name = 0;
    for (size_t i = 0; i < line_files.size(); ++i) {
      const LineFile& f = line_files[i];
      if (alias && i == 1) {
        string_reference(first_name);
      } else {
        u64 at = line_string(f.name);
        if (i == 0) first_name = at;
      }
      uleb(b, f.directory);
      if (any_md5) {
        std::string md5 = f.md5;
        md5.resize(16);
        b.append(md5.data(), 16);
      }
    }
  } else {
    for (size_t i = 1; i < line_directories.size(); ++i) b.append(line_directories[i].c_str(), line_directories[i].size() + 1);
    b.fill(0, 1);
    for (size_t i = 1; i < line_files.size(); ++i) {
      const LineFile& f = line_files[i];
      if (!f.defined) {
        place = 0;
        diagnostics.error("unassigned file number " + std::to_string(i));
        continue;
      }
      b.append(f.name.c_str(), f.name.size() + 1);
      uleb(b, f.directory);
      b.append("\0\0", 2);
    }
    b.fill(0, 1);
  }
  u32 header_length = static_cast<u32>(b.size() - header - 4);
  std::memcpy(b.data() + header, &header_length, 4);

  for (u32 s : line_sections) {
    u32 file = 1, line = 1, column = 0, isa = 0;
    u8 flags = IsStmt;
    u64 last = 0;
    bool first = true;
    const Frag* last_frag = nullptr;
    u32 last_at = 0;
    bool last_ends = false;
    for (u32 c : sections[s].chunks) {
      const Chunk& ch = chunks[c];
      for (const LineEntry& e : ch.lines) {
        u64 address = ch.frags[e.frag].address + (e.offset - ch.frags[e.frag].start);
        if (e.file != file) file = e.file, b.fill(4, 1), uleb(b, file);
        if (e.column != column) column = e.column, b.fill(5, 1), uleb(b, column);
        if (e.discriminator) {
          b.fill(0, 1);
          uleb(b, 1 + uleb_size(e.discriminator));
          b.fill(4, 1);
          uleb(b, e.discriminator);
        }
        if (e.isa != isa) isa = e.isa, b.fill(12, 1), uleb(b, isa);
        if ((e.flags ^ flags) & IsStmt) flags ^= IsStmt, b.fill(6, 1);
        if (e.flags & BasicBlock) b.fill(7, 1);
        if (e.flags & PrologueEnd) b.fill(10, 1);
        if (e.flags & EpilogueBegin) b.fill(11, 1);
        i64 delta = static_cast<i64>(e.line) - static_cast<i64>(line);
        // A forced view reset needs its own address unless the code in between surely moves it.
        const Frag& f = ch.frags[e.frag];
        u32 at_in_frag = e.offset - f.start;
        bool reset = (e.flags & ViewReset) && last_frag &&
                     (&f == last_frag ? at_in_frag == last_at : at_in_frag == 0 && (last_ends || last_at >= last_frag->fixed + (last_frag->kind == FragKind::Branch)));
        last_frag = &f, last_at = at_in_frag, last_ends = e.flags & EndsFragment;
        if (first || reset) {
          first = false;
          b.append("\0\x9\2", 3);
          Value v;
          v.add = section_symbol(s), v.number = static_cast<i64>(address);
          u32 at = static_cast<u32>(raw_here());
          b.little_endian(0, 8);
          add_fixup(at, 8, FixupKind::Data, v, Modifier::None);
          advance(b, delta, 0);
        } else {
          advance(b, delta, address - last);
        }
        line = e.line;
        last = address;
      }
    }
    end_sequence(b, sections[s].size - last);
  }
  u32 length = static_cast<u32>(b.size() - start - 4);
  std::memcpy(b.data() + start, &length, 4);
  finish(line_index);
  if (str_index != no_id) finish(str_index);
  if (writes_info) write_debug_info(debug);
}

} // namespace lathe::assembler
