#pragma once
// The state of one assembly and its passes. statements -> sections (directives.cpp, x86/encode.cpp) -> layout
// (layout.cpp) -> .debug_line and .eh_frame (lines.cpp, unwind.cpp) -> relocations (fixups.cpp) -> file
// (object_writer.cpp). Private to the assembler.

#include "assembler/parser.h"
#include "assembler/directives.h"
#include "assembler/section.h"
#include "common/paged.h"

#include <deque>
#include <span>
#include <unordered_map>

namespace lathe::assembler {

// A symbolic sum: add - sub + number. `complex` when it is more than that; then `expression` is the tree.
struct Value {
  SymbolId add = no_id, sub = no_id;
  i64 number = 0;
  bool complex = false;
  bool is_constant() const { return add == no_id && sub == no_id && !complex; }
};

struct CfiInstruction {
  u8 op = 0;          // DW_CFA_, or the markers below
  u32 register_ = 0, register2 = 0;
  i64 offset = 0;
  u32 chunk = 0, frag = 0, at = 0; // advance: to this place
  std::string bytes{}; // escape
};

struct CfiFrame {
  u32 chunk = 0, start_frag = 0, start_at = 0, end_frag = 0, end_at = 0;
  u32 section = 0;
  u8 personality_encoding = 0xff, lsda_encoding = 0xff;
  SymbolId personality = no_id, lsda = no_id;
  i64 personality_addend = 0, lsda_addend = 0;
  u32 return_column = 16;
  bool signal_frame = false, simple = false, ended = false;
  u32 place = 0;
  u32 eh_group = 0;
  std::vector<CfiInstruction> list;
  // while it is open
  u32 last_frag = 0, last_at = 0; // of the last advance
  i64 cfa_offset = 0;
  std::vector<i64> cfa_offsets;   // remembered
};

struct LineFile {
  std::string name;
  u32 directory = 0;
  std::string md5;
  bool defined = false, has_source = false;
  std::string source;
};

// A place of the text and what it has written so far, for the listing.
struct ListingMark {
  u32 place, chunk, frag, at;
};
struct ListingEntry {
  ListingMark begin, end;
};

struct SectionClauses;

class Assembler final : public Executor {
public:
  Assembler(StatementBuffer& buffer, const AssembleOptions& options, Diagnostics& diagnostics);
  Parser parser;

  void execute(const Statement& s) override;
  void execute_unlisted(const Statement& s);
  bool evaluate_now(const Operand& o, i64& value) override;
  bool is_defined(SymbolId s) override;
  bool is_referenced(SymbolId s) override;
  bool finish(std::vector<u8>& object);
  void write_listing(const SourceFile& source, std::span<const u8> object, std::string& out);

private:
  friend class SectionReader;
  StatementBuffer& buffer;
  const AssembleOptions& options;
  Diagnostics& diagnostics;

  std::vector<Section> sections;
  std::unordered_map<std::string, std::vector<u32>> sections_named_;
  std::deque<Chunk> chunks;
  Paged<Symbol> symbols;              // by the buffer's ids
  Paged<Symbol> anonymous;            // ids from anonymous_base
  std::vector<SymbolId> chain;        // in the order in which GNU as makes them
  std::vector<Expression> pool;       // trees that outlive their statement; op Symbol may name anonymous ones
  u32 current = 0, previous = no_id;  // chunks
  std::vector<std::pair<u32, u32>> section_stack;
  u32 place = 0;
  bool has_errors_before_layout = false;
  std::vector<std::string> idents;
  std::string file_name;              // of .file "name"
  bool has_file_name = false;
  struct SymverEntry { SymbolId symbol; std::string name; std::string visibility; u32 place; };
  std::vector<SymverEntry> symvers;
  std::vector<SymbolId> versioned; // aliases made for .symver
  Chunk* chunk = nullptr;             // the current one
  std::vector<ListingEntry> listing_; // when one is wanted

  static constexpr SymbolId anonymous_base = 0x80000000;

  // listing.cpp
  ListingMark listing_mark();
  void listed(const ListingMark& before);
  u64 listed_address(const ListingMark& m) const;
  std::string_view listed_bytes(const ListingEntry& e, std::span<const u8> object, std::string& zeros) const;

  // assembler.cpp
  void error(std::string message) { parser.error_at(place, std::move(message)); }
  void warning(std::string message) { parser.warning_at(place, std::move(message)); }
  Symbol& symbol(SymbolId id) {
    if (id >= anonymous_base) return anonymous[id - anonymous_base];
    if (id >= symbols.size()) [[unlikely]] symbols.grow_to(id + 1);
    return symbols[id];
  }
  Symbol& make(SymbolId id) { // as GNU as's symbol_find_or_make
    Symbol& s = symbol(id);
    if (!s.used) [[unlikely]] {
      s.used = true;
      s.place = place;
      enter_chain(id);
    }
    return s;
  }
  void enter_chain(SymbolId id);
  void join_chain(SymbolId id);
  Symbol& own(SymbolId id) { // for a directive about the symbol itself
    make(id);
    join_chain(id);
    return symbol(id);
  }
  std::string_view name(SymbolId id) const;
  SymbolId make_anonymous();
  SymbolId here();                    // an anonymous label at the current place
  u32 add_section(std::string_view name, u32 type, u64 flags);
  u32 find_section(std::string_view name, SymbolId group = no_id);
  std::span<const u32> sections_named(std::string_view name) const; // in the order of their making
  u32 chunk_of(u32 section, i64 number);
  void switch_to(u32 chunk);
  Section& section() { return sections[chunk->section]; }
  Section& section_of(const Symbol& s) { return sections[chunks[s.chunk].section]; }
  Frag& frag() { return chunk->frags.back(); }
  Frag& close_frag();                 // ends the current one; the caller sets its kind, then open_frag()
  void open_frag();
  void add_frag();
  // GNU as asks for memory piece by piece; these follow it for what was just written (memory_block.h).
  void wrote_piece(u64 n) {
    if (raw_here() > chunk->memory.end()) [[unlikely]] follow_piece(raw_here() - n, n);
  }
  void wrote_bytes(u64 n) { // one by one
    if (raw_here() >= chunk->memory.end()) [[unlikely]] follow_bytes(raw_here() - n, n);
  }
  u64 follow_piece(u64 at, u64 n);    // where it ends
  u64 follow_bytes(u64 at, u64 n);
  void follow_fragment(u64 at, u64 n); // n bytes of memory for the data from `at` on, then a new fragment
  void end_filled(u64 at, u64 n);      // the same after bytes that GNU as does not keep, but repeats
  void end_fragment_at(u64 at);
  u64 raw_here() const { return chunk->data.size(); }
  void define_label(SymbolId id);
  // The symbol that v is, or a new one that stands for it, for what is decided after layout; `tree` as for pool_value.
  SymbolId expression_symbol(const Value& v, u32 tree);
  // Copies from the buffer to the pool; with the values that symbols have now, or with what they will have.
  u32 keep_tree(u32 tree, bool values_of_now = true);
  u32 pool_node(const Expression& node);
  u32 pool_sum(SymbolId symbol, i64 addend);
  u32 pool_value(const Value& v, u32 tree); // tree: the buffer's expression that v was evaluated from, for a complex v
  void prepare_data();                // checks before bytes go to the section

  // evaluate.cpp
  Value evaluate(const Operand& o);
  Value evaluate_tree(u32 tree, bool pooled, bool final_pass, u32 depth = 0);
  u32 place_of_reference(SymbolId id) const;
  SymbolId refer_to(SymbolId id);
  Value symbol_value(SymbolId id, bool final_pass);
  Value subtract(Value a, Value b, bool final_pass);
  bool fixed_distance(const Symbol& a, const Symbol& b, i64& distance, bool final_pass);
  Value value_of_address(const Address& a);
  bool resolve(SymbolId& id, i64& addend, u32 depth = 0);  // through equated symbols, after layout
  u64 label_address(const Symbol& s) { return chunks[s.chunk].frags[s.frag].address + static_cast<u64>(s.value); }
  bool final_value(SymbolId id, i64& value);
  Value final_reduce(SymbolId id, u32 depth = 0);
  bool known(const Operand& o, i64& value, const char* what);

  // directives.cpp and data.cpp
  void directive(const Statement& s);
  void data(std::span<const Operand> list, unsigned size);
  void emit_value(const Value& v, Modifier m, unsigned size, u32 tree);
  void leb(std::span<const Operand> list, bool is_signed);
  void strings(std::span<const Operand> list, unsigned width, bool zero_ended);
  void align(std::span<const Operand> list, bool power, unsigned fill_size);
  void emit_align(u32 power, u32 maximum, i64 fill, unsigned fill_size, bool given);
  void space(std::span<const Operand> list, bool zero_directive);
  void fill(std::span<const Operand> list);
  void repeated(std::span<const Operand> list, i64 size);
  void org(std::span<const Operand> list);
  void floats(std::string_view text, unsigned size);
  void octa(std::string_view text);
  void incbin(std::string_view text);
  void set(std::span<const Operand> list, Directive d);
  void set_symbol(SymbolId id, const Operand& value);
  void keep_old_meaning(SymbolId id);
  void common(std::span<const Operand> list, bool local, bool tls, bool large);
  void section_directive(std::string_view text, bool push); // section_directive.cpp
  u32 new_section(SectionClauses&, SymbolId signature);
  void check_section(const Section&, const SectionClauses&);
  void symbol_type(std::span<const Operand> list);
  void symver(std::string_view text);
  void reloc(std::string_view text);
  void attach_to_group(std::string_view name);
  void nops(std::span<const Operand> list);
  void subsection(std::span<const Operand> list);
  u32 relocation_number(std::string_view name);

  // x86/encode.cpp
  void instruction(const Statement& s);
  Row rematch(Row row, Operand* ops, u32 count);
  void branch(const Statement& s, Row row);
  void follow_instruction(u64 at, Row row);
  void emit_nops(u8* at, u64 count, unsigned longest = 0);
  void add_fixup(u32 offset, unsigned size, FixupKind kind, const Value& v, Modifier m, u8 flags = 0, u8 trailing = 0);
  void mention_got(Modifier m) { // GNU as makes the symbol when it sees the '@', before the one in front of it
    if (m == Modifier::None || m == Modifier::Size || m == Modifier::Plt) return;
    if (got_symbol == no_id) make(got_symbol = buffer.symbols.intern("_GLOBAL_OFFSET_TABLE_"));
  }
  SymbolId got_symbol = no_id;

  // layout.cpp
  bool layout();
  void layout_section(Section& s);
  bool layout_data(Section& s, u32 section_index);
  void build_bytes(Section& s);
  bool leb_value(const Frag& f, i64& value);
  bool settle_leb(Frag& f, u32 section);
  bool is_settled(SymbolId id, u32 section, u32 depth = 0);

  // fixups.cpp
  struct Relocation {
    u64 offset;
    u32 type;
    SymbolId symbol; // no_id: none
    i64 addend;
    u32 order;
  };
  std::vector<std::vector<Relocation>> relocations; // by section
  void keep_in_table(SymbolId id);
  void settle_symbols();
  Value symbol_chain_end(SymbolId id);
  void resolve_fixups();
  void resolve_fixup(Chunk& c, const Fixup& f);
  void patch(Section& s, u64 offset, u64 value, unsigned size);
  u32 relocation_type(const Fixup& f, bool pc_relative);
  SymbolId section_symbol(u32 section);
  bool keeps_symbol(const Symbol& s, const Fixup& f, bool pc_relative);

  // unwind.cpp
  std::deque<CfiFrame> frames;
  bool cfi_eh = true, cfi_debug = false;
  void cfi(Directive d, const Statement& s);
  void write_unwind();
  void write_unwind_section(bool eh);

  // lines.cpp
  std::vector<LineFile> line_files;
  std::vector<std::string> line_directories;
  bool has_pending = false, uses_loc = false, loc_view_used = false;
  u8 dwarf_version = 0;
  bool any_md5 = false;
  LineEntry line_state{};
  std::vector<u32> line_sections; // in the order of their first line entry
  void file_directive(const Statement& s);
  void loc_directive(const Statement& s);
  void emit_pending_line();
  void write_lines();
  u32 generated_place = ~0u;          // of the last line made for -g
  bool generates_lines = false;
  void note_line_of_text();
  void stop_generating_lines();
  u32 intern_directory(std::string_view path);
  void compute_views();

  // debug_info.cpp
  struct DebugSections { u32 line = no_id, info = no_id, abbreviations = no_id, address_ranges = no_id, strings = no_id, ranges = no_id; };
  struct DebugFunction { SymbolId symbol; u64 size, name_at; };
  u8 debug_info_version() const;
  u32 open_debug_section(const char* section_name, u64 flags = 0, u64 entry_size = 0, u64 alignment = 1);
  DebugSections open_debug_sections(u32 line, u32 line_strings);
  ByteBuffer& enter_debug_section(u32 index);
  void section_reference(u32 to, u64 offset, unsigned size);
  void symbol_reference(SymbolId to, u64 offset, unsigned size);
  std::vector<DebugFunction> debug_functions();
  u64 write_debug_ranges(const DebugSections& d);
  void write_debug_address_ranges(const DebugSections& d);
  void write_debug_abbreviations(const DebugSections& d, bool functions, bool externals);
  void write_debug_unit(const DebugSections& d, u64 ranges_at, std::span<const u64> names, std::span<const DebugFunction> functions, bool externals);
  void write_debug_info(const DebugSections& d);

  // object_writer.cpp
  void write_object(std::vector<u8>& out);
};

std::string current_directory(); // as GNU as: $PWD when it names the same place

} // namespace lathe::assembler
