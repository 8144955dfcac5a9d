// Directives about sections and symbols, and the dispatch to the others.
#include "assembler/assembler.h"

#include <algorithm>
#include <cstdio>
#include <elf.h>

namespace lathe::assembler {
namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_class(s.front(), BlankChar)) s.remove_prefix(1);
  while (!s.empty() && is_class(s.back(), BlankChar)) s.remove_suffix(1);
  return s;
}

} // namespace

void Assembler::directive(const Statement& s) {
  std::span<const Operand> list(buffer.operands.data() + s.first, s.operand_count);
  Directive d = static_cast<Directive>(s.id);
  auto each_symbol = [&](auto f) {
    for (const Operand& o : list)
      if (o.is(OperandKind::Symbol)) f(own(o.symbol()), o.symbol());
  };
  auto word = [&](size_t i) { return i < list.size() ? buffer.strings[list[i].index()] : std::string_view{}; };
  switch (d) {
  case Directive::text: case Directive::data: case Directive::bss: {
    i64 n = 0;
    if (!list.empty() && !list[0].is(OperandKind::None) && !known(list[0], n, "subsection number is not a constant")) return;
    switch_to(chunk_of(d == Directive::text ? 0 : d == Directive::data ? 1 : 2, n));
    break;
  }
  case Directive::section: section_directive(word(0), false); break;
  case Directive::pushsection:
    section_stack.emplace_back(current, previous);
    section_directive(word(0), true);
    break;
  case Directive::popsection:
    if (section_stack.empty()) {
      warning(".popsection without corresponding .pushsection; ignored");
      return;
    }
    {
      auto [c, before] = section_stack.back();
      section_stack.pop_back();
      switch_to(c);
      previous = before;
    }
    break;
  case Directive::previous:
    if (previous == no_id) {
      warning(".previous without corresponding .section; ignored");
      return;
    }
    switch_to(previous);
    break;
  case Directive::subsection: subsection(list); break;
  case Directive::globl: each_symbol([](Symbol& x, SymbolId) { x.global = true; x.local = false; }); break;
  case Directive::weak:
    each_symbol([this](Symbol& x, SymbolId id) {
      static_cast<void>(id);
      if (x.weakref) error("`" + std::string(name(id)) + "' is already a weak reference");
      if (x.kind == SymbolKind::Common) error("symbol `" + std::string(name(id)) + "' can not be both weak and common");
      x.weak = true;
    });
    break;
  case Directive::hidden: each_symbol([](Symbol& x, SymbolId) { x.visibility = Visibility::Hidden; }); break;
  case Directive::protected_: each_symbol([](Symbol& x, SymbolId) { x.visibility = Visibility::Protected; }); break;
  case Directive::internal: each_symbol([](Symbol& x, SymbolId) { x.visibility = Visibility::Internal; }); break;
  case Directive::local: each_symbol([](Symbol& x, SymbolId) { x.local = true; }); break;
  case Directive::type: symbol_type(list); break;
  case Directive::size: {
    if (list.size() < 2) return error("missing expression");
    SymbolId id = list[0].symbol();
    own(id);
    Value v = evaluate(list[1]);
    Symbol& y = symbol(id);
    if (v.is_constant()) {
      y.size = static_cast<u64>(v.number);
      y.size_expression = no_id;
    } else {
      SymbolId e = expression_symbol(v, list[1].is(OperandKind::Expression) ? list[1].index() : no_id);
      symbol(id).size_expression = e;
    }
    break;
  }
  case Directive::set: case Directive::equiv: case Directive::eqv: set(list, d); break;
  case Directive::comm: common(list, false, false, false); break;
  case Directive::lcomm: common(list, true, false, false); break;
  case Directive::largecomm: common(list, false, false, true); break;
  case Directive::tls_common: common(list, false, true, false); break;
  case Directive::weakref: {
    if (list.size() < 2) return;
    SymbolId alias = list[0].symbol(), target = list[1].symbol();
    Symbol& x = symbol(alias);
    if (x.kind != SymbolKind::Undefined) return error("symbol `" + std::string(name(alias)) + "' is already defined");
    make(target).weakref_target = true;
    Symbol& y = symbol(alias);
    y.weakref = true;
    y.target = target;
    break;
  }
  case Directive::symver: symver(word(0)); break;
  case Directive::byte: data(list, 1); break;
  case Directive::value: data(list, 2); break;
  case Directive::long_: data(list, 4); break;
  case Directive::quad: case Directive::dc_a: data(list, 8); break;
  case Directive::octa: prepare_data(), octa(word(0)); break;
  case Directive::uleb128: leb(list, false); break;
  case Directive::sleb128: leb(list, true); break;
  case Directive::single: prepare_data(), floats(word(0), 4); break;
  case Directive::double_: prepare_data(), floats(word(0), 8); break;
  case Directive::tfloat: prepare_data(), floats(word(0), 10); break;
  case Directive::hfloat: case Directive::bfloat16: prepare_data(), floats(word(0), 2); break;
  case Directive::ascii: strings(list, 1, false); break;
  case Directive::string: strings(list, 1, true); break;
  case Directive::string16: strings(list, 2, true); break;
  case Directive::string32: strings(list, 4, true); break;
  case Directive::string64: strings(list, 8, true); break;
  case Directive::zero: space(list, true); break;
  case Directive::skip: space(list, false); break;
  case Directive::fill: fill(list); break;
  case Directive::dcb_b: repeated(list, 1); break;
  case Directive::dcb_w: repeated(list, 2); break;
  case Directive::dcb_l: repeated(list, 4); break;
  case Directive::ds_w: repeated(list, 2); break;
  case Directive::ds_l: repeated(list, 4); break;
  case Directive::ds_d: repeated(list, 8); break;
  case Directive::ds_x: repeated(list, 10); break;
  case Directive::org: org(list); break;
  case Directive::nops: nops(list); break;
  case Directive::nop: {
    i64 n = 1;
    if (!list.empty() && evaluate_now(list[0], n)) n = std::clamp<i64>(n, 1, i64{1} << 20);
    chunk->data.fill(0x90, static_cast<size_t>(n));
    wrote_bytes(static_cast<u64>(n));
    break;
  }
  case Directive::balign: align(list, false, 1); break;
  case Directive::balignw: align(list, false, 2); break;
  case Directive::balignl: align(list, false, 4); break;
  case Directive::p2align: align(list, true, 1); break;
  case Directive::p2alignw: align(list, true, 2); break;
  case Directive::p2alignl: align(list, true, 4); break;
  case Directive::incbin: incbin(word(0)); break;
  case Directive::file: file_directive(s); break;
  case Directive::loc: loc_directive(s); break;
  case Directive::loc_mark_labels: error("`.loc_mark_labels' is not supported"); break;
  case Directive::line: break; // a line of an older debugging format, which GNU as reads over, too
  case Directive::print: std::printf("%s\n", std::string(word(0)).c_str()); break;
  case Directive::code: break;
  case Directive::ident: {
    u32 i = find_section(".comment");
    if (i == no_id) {
      i = add_section(".comment", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS);
      section_symbol(i);
      sections[i].entry_size = 1;
      chunks[chunk_of(i, 0)].data.fill(0, 1);
    }
    chunk = &chunks[current];
    std::string_view text = word(0);
    Chunk& c = chunks[chunk_of(i, 0)];
    chunk = &chunks[current];
    c.data.append(text.data(), text.size());
    c.data.fill(0, 1);
    break;
  }
  case Directive::version: {
    u32 i = find_section(".note");
    if (i == no_id) {
      i = add_section(".note", SHT_NOTE, 0);
      section_symbol(i);
    }
    Chunk& c = chunks[chunk_of(i, 0)];
    chunk = &chunks[current];
    std::string_view text = word(0);
    c.data.little_endian(text.size() + 1, 4);
    c.data.little_endian(0, 4);
    c.data.little_endian(1, 4);
    c.data.append(text.data(), text.size());
    c.data.fill(0, 1);
    while (c.data.size() % 4) c.data.fill(0, 1);
    break;
  }
  case Directive::reloc: reloc(word(0)); break;
  case Directive::struct_: error("`.struct' is not supported"); break;
  case Directive::attach_to_group: attach_to_group(word(0)); break;
  case Directive::addrsig: case Directive::addrsig_sym: // for a linker that folds equal code, which ours does not
  case Directive::gnu_attribute: case Directive::arch: case Directive::extern_: break;
  default: cfi(d, s); break;
  }
}

void Assembler::subsection(std::span<const Operand> list) {
  i64 n = 0;
  if (list.empty() || !known(list[0], n, "subsection number is not a constant")) return;
  switch_to(chunk_of(chunk->section, n));
}

void Assembler::attach_to_group(std::string_view group) {
  SymbolId id = buffer.symbols.intern(group);
  if (section().group != no_id && section().group != id) return warning("section " + section().name + " already has a group");
  section().group = id;
  section().flags |= SHF_GROUP;
}

void Assembler::symbol_type(std::span<const Operand> list) {
  if (list.size() < 2) return error("expected symbol type");
  std::string_view t = buffer.strings[list[1].index()];
  Symbol& s = own(list[0].symbol());
  if (!t.empty() && t.front() == '"' && t.size() > 1) t = t.substr(1, t.size() - 2);
  if (!t.empty() && (t[0] == '@' || t[0] == '%' || t[0] == '#')) t.remove_prefix(1);
  if (t == "function" || t == "STT_FUNC" || t == "2") s.type = STT_FUNC;
  else if (t == "object" || t == "STT_OBJECT" || t == "1") s.type = STT_OBJECT;
  else if (t == "tls_object" || t == "STT_TLS" || t == "6") s.type = STT_TLS;
  else if (t == "notype" || t == "STT_NOTYPE" || t == "0") s.type = STT_NOTYPE;
  else if (t == "common" || t == "STT_COMMON" || t == "5") s.type = STT_OBJECT;
  else if (t == "gnu_indirect_function" || t == "STT_GNU_IFUNC" || t == "10") s.type = STT_GNU_IFUNC;
  else if (t == "gnu_unique_object") s.type = STT_OBJECT, s.unique = true, s.global = true;
  else error("unrecognized symbol type \"" + std::string(t) + "\"");
}

void Assembler::set(std::span<const Operand> list, Directive d) {
  if (list.size() < 2) return error("missing expression");
  SymbolId id = list[0].symbol();
  if (name(id) == ".") return org(list.subspan(1));
  Symbol& s = symbol(id);
  if (d != Directive::set && s.kind != SymbolKind::Undefined) return error("symbol `" + std::string(name(id)) + "' is already defined");
  if (!s.by_set && s.kind != SymbolKind::Undefined) return error("symbol `" + std::string(name(id)) + "' is already defined");
  if (d == Directive::eqv && (list[1].is(OperandKind::Expression) || list[1].is(OperandKind::Symbol))) {
    u32 kept = list[1].is(OperandKind::Expression) ? keep_tree(list[1].index(), false) : pool_sum(list[1].symbol(), list[1].addend());
    Symbol& e = symbol(id);
    e.kind = SymbolKind::Equated;
    e.expression = kept;
    e.read_again = true;
    e.place = place;
    return;
  }
  set_symbol(id, list[1]);
  if (d != Directive::set) symbol(id).by_set = false;
}

// Before a symbol made by .set gets another meaning: what was said with the old one keeps it.
void Assembler::keep_old_meaning(SymbolId id) {
  SymbolId old = make_anonymous();
  Symbol copy = symbol(id);
  copy.global = copy.weak = false;
  copy.used = true;
  symbol(old) = copy;
  for (Chunk& c : chunks) {
    for (Fixup& f : c.fixups) {
      if (f.add == id) f.add = old;
      if (f.sub == id) f.sub = old;
    }
    for (Frag& f : c.frags) {
      if (f.symbol == id) f.symbol = old;
      if (f.minus == id) f.minus = old;
    }
  }
  for (Expression& e : pool)
    if (e.op == Operator::Symbol && e.left == id) e.left = old;
}

void Assembler::set_symbol(SymbolId id, const Operand& o) {
  auto needs_old = [&] {
    const Symbol& s = symbol(id);
    return s.by_set && s.referenced && s.kind != SymbolKind::Undefined && s.kind != SymbolKind::Absolute;
  };
  if (needs_old()) keep_old_meaning(id), symbol(id).referenced = false;
  Value v = evaluate(o);
  own(id);
  if (o.is(OperandKind::Symbol)) join_chain(o.symbol());
  u32 tree = o.is(OperandKind::Expression) ? o.index() : no_id;
  if (!v.complex && v.sub == no_id && v.add == id && v.number == 0 && symbol(id).kind == SymbolKind::Undefined) return; // x = x
  if (v.add != no_id && symbol(v.add).kind == SymbolKind::Common) return error("`" + std::string(name(id)) + "' can't be equated to common symbol `" + std::string(name(v.add)) + "'");
  if (v.is_constant()) {
    Symbol& s = symbol(id);
    s.kind = SymbolKind::Absolute;
    s.value = v.number;
  } else if (!v.complex && v.sub == no_id && symbol(v.add).kind == SymbolKind::Label) {
    Symbol t = symbol(v.add);
    Symbol& s = symbol(id);
    s.kind = SymbolKind::Label;
    s.chunk = t.chunk, s.frag = t.frag;
    s.value = t.value + v.number;
    if (!s.type && v.number == 0) s.type = t.type;
    if (s.type != STT_GNU_IFUNC && t.type == STT_TLS) s.type = STT_TLS;
    if (v.number == 0 && s.size_expression == no_id && !s.size) s.size = t.size, s.size_expression = t.size_expression;
  } else {
    u32 kept = pool_value(v, tree);
    if (needs_old()) keep_old_meaning(id); // x = x + 1
    Symbol& s = symbol(id);
    s.kind = SymbolKind::Equated;
    s.expression = kept;
  }
  Symbol& s = symbol(id);
  s.by_set = true;
  s.place = place;
}

// GNU as's alignment for what has none: of .lcomm, of .comm for a symbol that .local named, and of other .comm.
static i64 default_alignment(i64 size, bool lcomm, bool local) {
  i64 a = 1;
  if (lcomm)
    while (a < 8 && a * 2 <= size) a *= 2;
  else if (!local)
    while (a < 16 && a < size) a *= 2;
  return a;
}

void Assembler::common(std::span<const Operand> list, bool local, bool tls, bool large) {
  i64 size = 0, alignment = 0;
  if (list.size() < 2 || !known(list[1], size, ".comm size is not a constant")) return;
  if (size < 0) return warning("size (" + std::to_string(size) + ") out of range, ignored");
  bool given = list.size() > 2 && !list[2].is(OperandKind::None);
  if (given && !known(list[2], alignment, "common alignment is not a constant")) return;
  if (given && (alignment < 0 || (alignment & (alignment - 1) && (local || symbol(list[0].symbol()).local)))) return error("common alignment not a power of 2");
  SymbolId id = list[0].symbol();
  Symbol& s = make(id);
  if (s.kind == SymbolKind::Common && !s.local) {
    if (static_cast<u64>(s.value) != static_cast<u64>(size)) warning("size of \"" + std::string(name(id)) + "\" is already " + std::to_string(s.value) + "; not changing to " + std::to_string(size));
    return;
  }
  if (s.kind != SymbolKind::Undefined && s.kind != SymbolKind::Common) return error("symbol `" + std::string(name(id)) + "' is already defined");
  if (s.weak) return error("symbol `" + std::string(name(id)) + "' can not be both weak and common");
  s.large = large;
  s.tls = tls;
  if (!given) alignment = default_alignment(size, local, s.local);
  if (local || s.local) { // room in .bss
    u32 saved = current, saved_previous = previous;
    u64 a = std::max<u64>(static_cast<u64>(alignment), 1);
    u32 where = 2;
    if (large) {
      where = find_section(".lbss");
      if (where == no_id) where = add_section(".lbss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE | large_flag), section_symbol(where);
    } else if (tls) {
      where = find_section(".tbss");
      if (where == no_id) where = add_section(".tbss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS), section_symbol(where);
    }
    switch_to(chunk_of(where, 1)); // as GNU as: behind what the text puts into the section itself
    u32 power = 0;
    while ((u64{1} << power) < a) ++power;
    emit_align(power, 0, 0, 1, false);
    Symbol& t = symbol(id);
    t.kind = SymbolKind::Label;
    t.global = false;
    t.chunk = current;
    t.frag = static_cast<u32>(chunk->frags.size() - 1);
    t.value = static_cast<i64>(raw_here() - frag().start);
    if (!t.type) t.type = tls ? STT_TLS : STT_OBJECT;
    t.size = static_cast<u64>(size);
    t.place = place;
    Operand count = buffer.immediate(size);
    space({&count, 1}, true);
    switch_to(saved);
    previous = saved_previous;
    return;
  }
  s.kind = SymbolKind::Common;
  s.value = size;
  s.global = true;
  s.align = static_cast<u64>(alignment);
  s.size = static_cast<u64>(size);
  if (!s.type) s.type = tls ? STT_TLS : STT_OBJECT;
}

void Assembler::symver(std::string_view text) {
  size_t comma = text.find(',');
  if (comma == std::string_view::npos) return error("expected comma after name in .symver");
  std::string_view symbol_name = trim(text.substr(0, comma)), rest = trim(text.substr(comma + 1)), visibility;
  if (size_t c = rest.find(','); c != std::string_view::npos) visibility = trim(rest.substr(c + 1)), rest = trim(rest.substr(0, c));
  auto unquote = [](std::string_view s) { return s.size() > 1 && s.front() == '"' ? s.substr(1, s.size() - 2) : s; };
  symbol_name = unquote(symbol_name), rest = unquote(rest);
  if (rest.find('@') == std::string_view::npos) return error("missing version name in `" + std::string(rest) + "' for symbol `" + std::string(symbol_name) + "'");
  SymbolId id = buffer.symbols.intern(symbol_name);
  make(id);
  symvers.push_back({id, std::string(rest), std::string(visibility), place});
}

u32 Assembler::relocation_number(std::string_view n) {
  static constexpr struct { std::string_view name; u32 number; } names[] = {
#define RELOCATION_NAME(x) {#x, x},
      RELOCATION_NAME(R_X86_64_NONE) RELOCATION_NAME(R_X86_64_64) RELOCATION_NAME(R_X86_64_PC32) RELOCATION_NAME(R_X86_64_GOT32) RELOCATION_NAME(R_X86_64_PLT32)
      RELOCATION_NAME(R_X86_64_COPY) RELOCATION_NAME(R_X86_64_GLOB_DAT) RELOCATION_NAME(R_X86_64_JUMP_SLOT) RELOCATION_NAME(R_X86_64_RELATIVE) RELOCATION_NAME(R_X86_64_GOTPCREL)
      RELOCATION_NAME(R_X86_64_32) RELOCATION_NAME(R_X86_64_32S) RELOCATION_NAME(R_X86_64_16) RELOCATION_NAME(R_X86_64_PC16) RELOCATION_NAME(R_X86_64_8) RELOCATION_NAME(R_X86_64_PC8)
      RELOCATION_NAME(R_X86_64_DTPMOD64) RELOCATION_NAME(R_X86_64_DTPOFF64) RELOCATION_NAME(R_X86_64_TPOFF64) RELOCATION_NAME(R_X86_64_TLSGD) RELOCATION_NAME(R_X86_64_TLSLD)
      RELOCATION_NAME(R_X86_64_DTPOFF32) RELOCATION_NAME(R_X86_64_GOTTPOFF) RELOCATION_NAME(R_X86_64_TPOFF32) RELOCATION_NAME(R_X86_64_PC64) RELOCATION_NAME(R_X86_64_GOTOFF64)
      RELOCATION_NAME(R_X86_64_GOTPC32) RELOCATION_NAME(R_X86_64_SIZE32) RELOCATION_NAME(R_X86_64_SIZE64) RELOCATION_NAME(R_X86_64_IRELATIVE) RELOCATION_NAME(R_X86_64_GOTPCRELX)
      RELOCATION_NAME(R_X86_64_REX_GOTPCRELX)
#undef RELOCATION_NAME
      {"BFD_RELOC_NONE", R_X86_64_NONE}, {"BFD_RELOC_32", R_X86_64_32}, {"BFD_RELOC_64", R_X86_64_64}, {"BFD_RELOC_16", R_X86_64_16}, {"BFD_RELOC_8", R_X86_64_8}};
  for (auto& r : names)
    if (r.name == n) return r.number;
  return no_id;
}

// .reloc OFFSET, NAME[, EXPRESSION]
void Assembler::reloc(std::string_view text) {
  size_t comma = text.find(',');
  if (comma == std::string_view::npos) return error("missing reloc type");
  Operand offset;
  if (!parser.parse_expression_text(trim(text.substr(0, comma)), offset)) return;
  std::string_view rest = trim(text.substr(comma + 1)), expression;
  if (size_t c = rest.find(','); c != std::string_view::npos) expression = trim(rest.substr(c + 1)), rest = trim(rest.substr(0, c));
  u32 type = relocation_number(rest);
  if (type == no_id) return error("unrecognized reloc type");
  Value where = evaluate(offset), v;
  if (!expression.empty()) {
    Operand o;
    if (!parser.parse_expression_text(expression, o)) return;
    v = evaluate(o);
  }
  u32 at = static_cast<u32>(where.number);
  u32 frag_index = no_id;
  bool stands_later = where.add != no_id && symbol(where.add).kind == SymbolKind::Undefined;
  if (v.sub != no_id || v.complex || where.sub != no_id || where.complex) return error("expression too complex");
  if (where.add != no_id && !stands_later) {
    const Symbol& s = symbol(where.add);
    if (s.kind != SymbolKind::Label || s.chunk != current) return error("reloc offset is not in this section");
    at = static_cast<u32>(chunk->frags[s.frag].start + static_cast<u64>(s.value) + static_cast<u64>(where.number));
    frag_index = s.frag;
  }
  add_fixup(at, 0, FixupKind::Data, v, Modifier::None);
  chunk->fixups.back().explicit_type = type + 1;
  chunk->fixups.back().frag = frag_index;
  if (stands_later) chunk->fixups.back().sub = where.add;
}

} // namespace lathe::assembler
