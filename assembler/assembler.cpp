// The state of an assembly: symbols, sections, the dispatch of statements.
#include "assembler/assembler.h"

#include <elf.h>

namespace lathe::assembler {

Assembler::Assembler(StatementBuffer& b, const AssembleOptions& o, Diagnostics& d)
    : parser(b, o, d, this), buffer(b), options(o), diagnostics(d) {
  dwarf_version = o.dwarf_version;
  generates_lines = o.debug_lines;
  add_section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR);
  add_section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE);
  add_section(".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE);
  for (u32 i = 0; i < 3; ++i) section_symbol(i);
  switch_to(chunk_of(0, 0));
  previous = no_id;
}

std::string_view Assembler::name(SymbolId id) const {
  if (id < anonymous_base) return buffer.symbols.text(id);
  const Symbol& s = anonymous[id - anonymous_base];
  if (s.is_section) return sections[chunks[s.chunk].section].name;
  return "L0\1";
}

// Local labels join the symbols only when something is said of them but their place: a directive such as .type or .set
// names them, an operand begins with one met before (GNU as then looks whether it is a register's name), or at last
// when a relocation keeps them.
void Assembler::enter_chain(SymbolId id) {
  std::string_view n = name(id);
  bool local = n.size() >= 2 && ((n[0] == '.' && n[1] == 'L') || (n[0] >= '0' && n[0] <= '9'));
  if (!local || options.keep_locals) chain.push_back(id);
  else symbol(id).off_chain = true;
}

void Assembler::join_chain(SymbolId id) {
  Symbol& s = symbol(id);
  if (!s.off_chain) return;
  s.off_chain = false;
  chain.push_back(id);
}

SymbolId Assembler::make_anonymous() {
  anonymous.emplace_back();
  return anonymous_base + static_cast<u32>(anonymous.size() - 1);
}

SymbolId Assembler::here() {
  SymbolId id = make_anonymous();
  Symbol& s = anonymous.back();
  s.kind = SymbolKind::Label;
  s.chunk = current;
  s.frag = static_cast<u32>(chunk->frags.size() - 1);
  s.value = static_cast<i64>(raw_here() - frag().start);
  return id;
}

u32 Assembler::add_section(std::string_view n, u32 type, u64 flags) {
  Section& s = sections.emplace_back();
  s.name = n;
  s.type = type;
  s.flags = flags;
  u32 id = static_cast<u32>(sections.size() - 1);
  sections_named_[s.name].push_back(id);
  return id;
}

std::span<const u32> Assembler::sections_named(std::string_view n) const {
  auto at = sections_named_.find(std::string(n));
  if (at == sections_named_.end()) return {};
  return at->second;
}

u32 Assembler::find_section(std::string_view n, SymbolId group) {
  for (u32 i : sections_named(n))
    if (sections[i].group == group) return i;
  return no_id;
}

u32 Assembler::chunk_of(u32 section, i64 number) {
  Section& s = sections[section];
  size_t at = 0;
  while (at < s.chunks.size() && chunks[s.chunks[at]].number < number) ++at;
  if (at < s.chunks.size() && chunks[s.chunks[at]].number == number) return s.chunks[at];
  Chunk& c = chunks.emplace_back();
  c.section = section;
  c.number = number;
  c.frags.emplace_back();
  if (s.is_code() && !s.nobits()) c.memory.follow();
  u32 id = static_cast<u32>(chunks.size() - 1);
  s.chunks.insert(s.chunks.begin() + static_cast<std::ptrdiff_t>(at), id);
  return id;
}

void Assembler::switch_to(u32 c) {
  previous = current;
  current = c;
  chunk = &chunks[c];
}

Frag& Assembler::close_frag() {
  Frag& f = frag();
  f.fixed = static_cast<u32>(raw_here() - f.start);
  f.place = place;
  return f;
}

// What GNU as reserves for a fragment's variable part.
static u64 memory_of(const Frag& f) {
  switch (f.kind) {
  case FragKind::Branch: return longest_jump; // with the opcode, which is not in our data
  case FragKind::Align: return f.opcode ? f.opcode : (u64{1} << f.power) - 1;
  case FragKind::Leb: return 10;
  default: return 1;
  }
}

void Assembler::open_frag() {
  if (chunk->memory.is_followed()) follow_fragment(raw_here(), memory_of(frag()));
  add_frag();
}

void Assembler::add_frag() {
  Frag f;
  f.start = static_cast<u32>(raw_here());
  f.region = chunk->region;
  chunk->frags.push_back(f);
}

void Assembler::end_fragment_at(u64 at) {
  if (chunk->lines.empty()) return;
  LineEntry& last = chunk->lines.back();
  if (last.frag == chunk->frags.size() - 1 && last.offset == at) last.flags |= EndsFragment;
}

u64 Assembler::follow_piece(u64 at, u64 n) {
  if (chunk->memory.grow(at, n)) end_fragment_at(at);
  return at + n;
}

u64 Assembler::follow_bytes(u64 at, u64 n) {
  for (; n; --n, ++at)
    if (chunk->memory.grow_by_byte(at)) end_fragment_at(at);
  return at;
}

void Assembler::follow_fragment(u64 at, u64 n) {
  if (!chunk->memory.is_followed()) return;
  follow_piece(at, n);
  chunk->memory.close_fragment(at, n, raw_here() - at);
}

void Assembler::end_filled(u64 at, u64 n) {
  if (!chunk->memory.is_followed()) return;
  end_fragment_at(at);
  follow_fragment(at, n);
  close_frag();
  add_frag();
}

void Assembler::define_label(SymbolId id) {
  Symbol& s = make(id);
  if (s.by_set && s.kind != SymbolKind::Undefined) { // .set, then a label: as a second .set
    if (s.referenced && s.kind != SymbolKind::Absolute) keep_old_meaning(id);
    s.kind = SymbolKind::Undefined;
    s.by_set = false;
  }
  if (s.kind != SymbolKind::Undefined) {
    std::string n(name(id));
    if (size_t mark = n.find('\2'); mark != std::string::npos) n.resize(mark);
    error("symbol `" + n + "' is already defined");
    return;
  }
  s.kind = SymbolKind::Label;
  s.chunk = current;
  s.frag = static_cast<u32>(chunk->frags.size() - 1);
  s.value = static_cast<i64>(raw_here() - frag().start);
  if (section().flags & SHF_TLS) s.type = STT_TLS;
}

bool Assembler::is_defined(SymbolId id) {
  Symbol& s = symbol(id);
  return s.kind != SymbolKind::Undefined;
}

bool Assembler::is_referenced(SymbolId id) { return symbol(id).used; }

void Assembler::execute(const Statement& s) {
  if (options.listing) [[unlikely]] {
    ListingMark before = listing_mark();
    execute_unlisted(s);
    listed(before);
  } else {
    execute_unlisted(s);
  }
}

void Assembler::execute_unlisted(const Statement& s) {
  place = s.place;
  switch (s.kind) {
  case StatementKind::Instruction: instruction(s); break;
  case StatementKind::Label: define_label(s.first); break;
  case StatementKind::Directive: directive(s); break;
  case StatementKind::Text: case StatementKind::Dead: break;
  }
}

bool Assembler::finish(std::vector<u8>& object) {
  parser.finish();
  if (diagnostics.has_errors()) has_errors_before_layout = true;
  for (const Chunk& c : chunks)
    if (c.frame) parser.error_at(c.frame->place, "open CFI at the end of file; missing .cfi_endproc directive");
  if (!layout()) return false;
  write_lines();
  write_unwind();
  resolve_fixups();
  if (diagnostics.has_errors()) return false;
  write_object(object);
  return !diagnostics.has_errors();
}

bool assemble(const SourceFile& source, const AssembleOptions& options, std::vector<u8>& object, Diagnostics& diagnostics) {
  StatementBuffer buffer;
  buffer.source_name = source.name();
  Assembler assembler(buffer, options, diagnostics);
  for (auto& [name, value] : options.definitions) assembler.parser.define(name, value);
  assembler.parser.run(source);
  bool ok = assembler.finish(object);
  if (ok && options.listing) assembler.write_listing(source, object, *options.listing);
  return ok;
}

bool assemble(StatementBuffer& buffer, const AssembleOptions& options, std::vector<u8>& object, Diagnostics& diagnostics) {
  Stream stream(buffer, options, diagnostics);
  stream.take();
  return stream.finish(object);
}

Stream::Stream(StatementBuffer& buffer, const AssembleOptions& options, Diagnostics& diagnostics)
    : buffer_(buffer), assembler_(std::make_unique<Assembler>(buffer, options, diagnostics)) {
  for (auto& [name, value] : options.definitions) assembler_->parser.define(name, value);
}

Stream::~Stream() = default;

void Stream::take() {
  // Text statements are read into the same buffer, which the parser clears: the others' pools are put aside.
  StatementBuffer aside;
  auto swap_pools = [&] {
    std::swap(aside.operands, buffer_.operands);
    std::swap(aside.addresses, buffer_.addresses);
    std::swap(aside.expressions, buffer_.expressions);
    std::swap(aside.wide, buffer_.wide);
    std::swap(aside.strings, buffer_.strings);
  };
  std::swap(aside.statements, buffer_.statements);
  for (const Statement& s : aside.statements) {
    if (s.kind == StatementKind::Text) {
      std::string_view text = buffer_.strings[s.first], origin = s.id ? buffer_.strings[s.first + 1] : std::string_view();
      swap_pools();
      assembler_->parser.run_text(text, s.place, origin);
      buffer_.clear_statements();
      swap_pools();
    } else if (s.kind != StatementKind::Dead) {
      assembler_->execute(s);
    }
  }
  buffer_.clear_statements();
}

bool Stream::finish(std::vector<u8>& object) { return assembler_->finish(object); }

bool parse(const SourceFile& source, StatementBuffer& statements, Diagnostics& diagnostics) {
  AssembleOptions options;
  u32 before = diagnostics.error_count();
  Parser parser(statements, options, diagnostics, nullptr);
  parser.run(source);
  parser.finish();
  return diagnostics.error_count() == before;
}

} // namespace lathe::assembler
