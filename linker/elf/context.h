#pragma once
// The linker's data: input files, their sections and symbols, the output's sections, and the Context that holds
// them all for the length of one link. Passes are free functions over a Context; link.cpp calls them in order.
//
// Ownership: everything lives in the Context's arenas and vectors until the link ends; pointers never dangle.

#include "common/arena.h"
#include "common/diag.h"
#include "common/intern.h"
#include "common/int_types.h"
#include "linker/elf/options.h"

#include <atomic>
#include <cstring>
#include <deque>
#include <elf.h>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lathe::linker {

struct Archive;
struct Context;
struct InputSection;
struct LayoutScript;
struct MergedSection;
struct MergeInput;
struct ObjectFile;
struct OutputSection;
struct SharedFile;
struct Symbol;
struct SyntheticSection;
struct Target;

// An array of file structures that may stand at any alignment (archive members do): elements are copied out.
template <class T> struct Table {
  const u8* data = nullptr;
  u64 count = 0;
  T operator[](u64 i) const {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    return value;
  }
  u64 size() const { return count; }
  bool empty() const { return count == 0; }
};

enum class SectionKind : u8 { Regular, Merge, EhFrame, Synthetic };

// A piece of the output: a section of an object, or one that the linker makes (then `file` is null).
struct InputSection {
  ObjectFile* file = nullptr;
  OutputSection* output = nullptr;
  const u8* data = nullptr; // null where the file holds no bytes
  u64 size = 0;
  u64 offset = 0; // in the output section
  u64 flags = 0;
  u32 type = 0;
  u32 index = 0;            // in the object's section table
  u32 relocation_index = 0; // its SHT_RELA section, 0 for none
  // How many it needs; once numbered, where the next one of it goes in .rela.dyn.
  u32 dynamic_relocations = 0, relative_relocations = 0;
  u8 align_log2 = 0;
  SectionKind kind = SectionKind::Regular;
  bool alive = true;
  bool stays_alone = false;    // --unique: its output section has no other member
  bool reversed = false;       // words are copied last to first (.ctors in .init_array)
  std::atomic<bool> marked = false; // by garbage collection
  union {
    MergeInput* merge = nullptr;
    SyntheticSection* synthetic;
    std::vector<u64>* relative; // Regular: offsets of relative relocations, with -z pack-relative-relocs
  };

  u32 name_offset = 0, name_size = 0; // in the object's section names
  std::string_view name() const;
  u64 address() const;
};

// A section whose contents the linker makes. `write` fills it once all addresses are known.
struct SyntheticSection {
  std::string_view name;
  InputSection section;
  u64 entry_size = 0;
  void (*write)(Context&, SyntheticSection&, u8* out) = nullptr; // null: `bytes` is the contents
  std::vector<u8> bytes;
  SyntheticSection* link = nullptr; // becomes sh_link
  u32 info = 0;                     // becomes sh_info
  MergedSection* owner = nullptr;   // whose merged pieces it holds
  u64 address() const { return section.address(); }
  u64 size() const { return section.size; }
};

struct OutputSection {
  std::string_view name;
  u32 type = SHT_PROGBITS;
  u64 flags = 0, address = 0, offset = 0, size = 0, align = 1, entry_size = 0;
  u32 index = 0; // in the output's section table
  u32 rank = 0;
  u32 link = 0, info = 0;
  u64 load_delta = 0;         // where it is loaded from, less its address
  u32 script_segment = 0;     // number of its PT_LOAD in PHDRS
  bool keeps_empty = false;   // a script moves the location counter in it
  bool dropped = false;
  struct Fill {
    u64 from;                 // an offset in the section
    std::string bytes;        // repeated in holes
  };
  std::vector<Fill> fills;    // of a linker script, in order; nothing before the first of them
  bool relro = false, mixed_merge = false;
  SyntheticSection* synthetic = nullptr; // gives link and info when it is the first member
  std::vector<InputSection*> members;
  u64 symbol_count = 0;
  SyntheticSection* relocations = nullptr; // with -r and --emit-relocs
  std::vector<u8> compressed;              // contents that replace the members' bytes
  bool is_allocated() const { return flags & SHF_ALLOC; }
  u64 file_size() const { return type == SHT_NOBITS ? 0 : size; }
};

enum class SymbolKind : u8 {
  Undefined,
  Lazy,     // an archive member or an object between --start-lib and --end-lib defines it
  Shared,   // a shared library defines it
  Common,
  Defined,  // in `section`
  Absolute,
  Output,   // made by the linker, relative to `output`
};

// What the relocations of all inputs ask for. Set by scan_relocations, from many threads.
enum Need : u16 {
  NeedsGot = 1,
  NeedsPlt = 2,
  NeedsCanonicalPlt = 4, // the PLT entry is the function's address
  NeedsCopy = 8,
  NeedsGotTp = 16,
  NeedsTlsGd = 32,
  NeedsTlsDesc = 64,
  NeedsDynamicSymbol = 128,
};

// One per global name, and one per local symbol that needs a slot somewhere.
struct Symbol {
  const char* name_data = "";
  u32 name_size = 0;
  u32 file_index = 0; // in the defining file's symbol table
  union {
    InputSection* section = nullptr; // Defined
    OutputSection* output;           // Output
    Archive* archive;                // Lazy
  };
  ObjectFile* object = nullptr;  // the object that defines it, or first refers to it while it is undefined
  SharedFile* shared = nullptr;  // the library that defines it
  u64 value = 0;                 // section-relative until assign_symbol_addresses, then an address
  u64 size = 0;                  // for Common, value is the alignment
  std::atomic<u16> needs = 0;
  u16 version = 0;               // index in the output's version table; VER_NDX_LOCAL: made local
  SymbolKind kind = SymbolKind::Undefined;
  u8 type = STT_NOTYPE;
  u8 binding = STB_WEAK; // of the definition
  u8 visibility = STV_DEFAULT;
  bool is_local : 1 = false;          // STB_LOCAL in its object
  bool strongly_referenced : 1 = false;
  bool referenced_by_object : 1 = false;
  bool referenced_by_shared : 1 = false;
  bool exported : 1 = false;    // stands in .dynsym for others to use
  bool preemptible : 1 = false; // another module's definition may win: goes through GOT and PLT
  bool has_version : 1 = false; // from name@VERSION or a version script
  bool hidden_version : 1 = false; // name@VERSION, not name@@VERSION
  bool in_dynamic_list : 1 = false;
  bool is_copy : 1 = false;     // moved here from a shared library by a copy relocation
  bool forced : 1 = false;      // -u, -e: a root for garbage collection
  bool traced : 1 = false;
  bool is_script_defined : 1 = false; // --defsym
  bool offered : 1 = false;         // by a shared library that is not needed
  bool version_decided : 1 = false; // by a version script
  u32 id = 0;    // in order of creation
  u32 slots = 0; // index into Context::slots, 0 for none
  u32 dynamic_index = 0;
  u32 output_symbol = 0; // in .symtab

  std::string_view name() const { return {name_data, name_size}; }
  bool is_defined() const { return kind >= SymbolKind::Common; }
  bool is_undefined() const { return kind == SymbolKind::Undefined || kind == SymbolKind::Lazy; }
  bool is_weak_undefined() const { return is_undefined() && !strongly_referenced; }
  bool is_ifunc() const { return type == STT_GNU_IFUNC && kind != SymbolKind::Shared; }
  bool is_function() const { return type == STT_FUNC || type == STT_GNU_IFUNC; }
  bool is_absolute() const { return kind == SymbolKind::Absolute; }
};

// Where a symbol's slots are, in entries of each table; -1 for none.
struct Slots {
  i32 got = -1, got_tp = -1, tls_gd = -1, tls_desc = -1, plt = -1, plt_got = -1;
};

struct InputFile {
  std::string name; // "main.o", "libx.a(y.o)"
  std::string_view data;
  u32 order = 0; // of loading; orders everything that needs an order
  Table<Elf64_Sym> symbols;
  std::string_view strings;
  u32 first_global = 0;
  std::span<Symbol*> globals; // of symbols[first_global..]
};

struct Cie {
  u32 offset = 0, size = 0;
  u32 first_relocation = 0, end_relocation = 0;
  u64 output_offset = 0;
  bool is_leader = false; // the one of its kind that is written
  bool used = false;
};

struct Fde {
  u32 offset = 0, size = 0;
  u32 first_relocation = 0, end_relocation = 0;
  u32 cie = 0;
  u32 section = 0;         // of the function it describes
  u64 output_offset = 0;
  bool alive = true;
};

struct EhFrameInput {
  InputSection* section = nullptr;
  std::vector<Cie> cies;
  std::vector<Fde> fdes;
  bool has_terminator = false;
};

struct UndefinedUse {
  Symbol* symbol;
  InputSection* section;
  u64 offset;
};

struct Group {
  u32 index = 0; // of its SHT_GROUP section
  u32 signature = 0; // symbol
  OutputSection* output = nullptr;
  SyntheticSection* synthetic = nullptr;
};

struct ObjectFile : InputFile {
  Table<Elf64_Shdr> headers;
  std::string_view section_names;
  std::span<InputSection*> sections; // by index; null where nothing is kept
  const u8* extended_indexes = nullptr; // SHT_SYMTAB_SHNDX
  u32 symtab_index = 0;
  Archive* archive = nullptr;
  bool excluded_from_export = false; // --exclude-libs
  bool executable_stack = false, has_stack_note = false;
  bool has_property_note = false;
  u32 and_features = 0, isa_needed = 0, isa_used = 0; // of .note.gnu.property
  bool has_and_features = false;
  std::vector<EhFrameInput> eh_frames;
  std::unordered_map<u32, Symbol*> local_symbols; // only those that need slots
  std::vector<InputSection*> merge_sections;
  std::vector<Group> groups; // kept ones, with -r
  std::vector<UndefinedUse> undefined_uses;
  std::vector<Symbol*> needy; // symbols whose first need was found in this file
  std::vector<std::string> errors; // of parallel passes, reported in file order
  // Output symbol table
  u64 local_count = 0, first_local_output = 0, local_string_size = 0, first_local_string = 0;
  u64 global_count = 0, first_global_output = 0, global_string_size = 0, first_global_string = 0;
  std::vector<u32> output_symbol_index; // with -r and --emit-relocs: of each input symbol

  u32 section_index(u32 symbol, const Elf64_Sym& esym) const {
    if (esym.st_shndx != SHN_XINDEX) return esym.st_shndx >= SHN_LORESERVE ? 0 : esym.st_shndx;
    u32 index = 0;
    if (extended_indexes) std::memcpy(&index, extended_indexes + u64{symbol} * 4, 4);
    return index;
  }
  // The section that a symbol is defined in; null for undefined, absolute, common and dropped ones.
  InputSection* section_of(u32 symbol, const Elf64_Sym& esym) const {
    u32 index = section_index(symbol, esym);
    return index < sections.size() ? sections[index] : nullptr;
  }
  Table<Elf64_Rela> relocations(const InputSection& section) const;
};

struct SharedFile : InputFile {
  std::string soname;
  std::string_view audit; // DT_AUDIT, handed on to whoever links the library
  bool needed = false;     // gets DT_NEEDED
  bool as_needed = false;
  bool all_needed_loaded = false;
  std::vector<std::string_view> needed_libraries;
  std::vector<std::string_view> version_names; // by verdef index
  Table<u16> versyms;
  Table<Elf64_Phdr> segments;
  Table<Elf64_Shdr> headers;
  std::vector<u16> version_map; // verdef index -> output version index, 0 while unused
  std::string_view version_of(u32 symbol) const {
    u16 index = symbol < versyms.size() ? versyms[symbol] & 0x7fff : 1;
    return index >= 2 && index < version_names.size() ? version_names[index] : std::string_view{};
  }
};

struct Archive {
  std::string name;
  std::string_view data;
  bool thin = false, whole = false, excluded_from_export = false;
  std::string folder; // of a thin archive: members are relative to it
  std::string_view long_names;
  std::unordered_map<u64, u8> loaded; // by header offset
  std::unique_ptr<SourceFile> lone;  // an object between --start-lib and --end-lib
};

// Global names to symbols. Open addressing over 64-bit hashes; symbols never move.
class SymbolTable {
public:
  Symbol* intern(std::string_view name, u64 hash);
  Symbol* intern(std::string_view name);
  Symbol* find(std::string_view name) const;
  void prefetch(u64 hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  // In order of creation.
  template <class F> void for_each(F&& body) {
    for (u64 i = 0; i < count_; ++i) body(blocks_[i / block_size][i % block_size]);
  }
  u64 size() const { return count_; }
  Symbol& at(u64 i) { return blocks_[i / block_size][i % block_size]; }
  SymbolTable() : slots_(1 << 14) {}

private:
  struct Slot {
    u64 hash;
    Symbol* symbol;
  };
  void grow();
  Symbol* make(std::string_view name);
  std::vector<Slot> slots_;
  static constexpr u64 block_size = 1024;
  std::vector<std::unique_ptr<Symbol[]>> blocks_;
  u64 count_ = 0;
};

// One row of the output's version table, from a version script.
struct OutputVersion {
  std::string name;
  std::vector<std::string> parents;
  u16 index = 0;
};

// What the linker writes into a slot of the GOT.
enum class GotValue : u8 { Zero, One, Address, TpOffset, DtpOffset, Symbolic };

struct GotEntry {
  u32 slot;
  Symbol* symbol;
  u32 relocation; // for the dynamic loader, 0 for none
  GotValue value;
};

// Where a symbol that the linker defines points.
enum class LinkerPlace : u8 {
  Header, ImageBase, TextEnd, DataEnd, BssStart, End, PreinitStart, PreinitEnd, InitStart, InitEnd, FiniStart, FiniEnd,
  IpltStart, IpltEnd, Got, Plt, Dynamic, EhFrameHeader, TlsStart, SectionStart, SectionEnd,
};

struct PlacedSymbol {
  Symbol* symbol;
  LinkerPlace place;
  std::string_view section_name;
};

// Symbol::version of what a version script makes local; 0 means undecided.
constexpr u16 VER_NDX_LOCAL_MARK = 0xffff;

struct Segment {
  u32 type = 0, flags = 0;
  u64 offset = 0, address = 0, file_size = 0, memory_size = 0, align = 1, load_delta = 0;
};

// The sections that the linker itself makes; null when not wanted.
struct SyntheticSections {
  SyntheticSection *interp = nullptr, *property_note = nullptr, *stack_note = nullptr, *package_note = nullptr, *build_id = nullptr, *hash = nullptr,
                   *gnu_hash = nullptr, *dynsym = nullptr, *dynstr = nullptr, *versym = nullptr, *verneed = nullptr,
                   *verdef = nullptr, *rela_dyn = nullptr, *relr_dyn = nullptr, *rela_plt = nullptr, *plt = nullptr,
                   *plt_got = nullptr, *plt_sec = nullptr, *eh_frame_hdr = nullptr, *eh_frame = nullptr,
                   *dynamic = nullptr, *got = nullptr, *got_plt = nullptr, *copies = nullptr, *relro_copies = nullptr,
                   *common = nullptr, *tls_common = nullptr, *comment = nullptr, *symtab = nullptr, *strtab = nullptr,
                   *shstrtab = nullptr, *symtab_shndx = nullptr;
};

struct DynamicSymbol {
  Symbol* symbol;
  u32 name_offset;
  u32 hash;
};

struct Context {
  Context(Options& o, Diagnostics& d);
  ~Context();
  Options& options;
  Diagnostics& diag;
  const Target* target = nullptr;
  std::string* text = nullptr; // standard output
  Arena arena;

  // Inputs
  std::vector<std::unique_ptr<SourceFile>> sources;
  std::unordered_map<std::string, std::string_view> memory_inputs;
  bool output_is_input = false; // an input is the file that the output will replace: it stays when the link fails
  std::deque<ObjectFile> object_storage;
  std::deque<SharedFile> shared_storage;
  std::deque<Archive> archives;
  std::vector<ObjectFile*> objects;
  std::vector<SharedFile*> shared_files;
  std::vector<std::pair<Archive*, u64>> pending_members;
  std::vector<std::unique_ptr<u8[]>> decompressed;
  std::vector<std::string> dependencies; // files read, for --dependency-file
  std::vector<std::string_view> inline_version_scripts;
  int script_depth = 0;
  u32 scripts_left = 1000; // that scripts may still name
  std::unique_ptr<LayoutScript> layout_script; // SECTIONS and its like, null without
  bool has_section_rules = false;
  std::shared_ptr<void> script_rules; // script_rules.cpp's table
  std::vector<std::pair<InputSection*, std::string_view>> script_orphans;
  u32 next_order = 0;
  ObjectFile* internal = nullptr; // owns symbols and commons that no object holds

  // Symbols
  SymbolTable symbols;
  Interner comdat_names;
  std::vector<u8> comdat_seen;
  std::vector<Symbol*> script_symbols;   // --defsym
  std::vector<PlacedSymbol> linker_symbols; // _end and the like
  std::unordered_set<std::string_view> start_stop_names; // sections with a __start_ or __stop_ symbol
  std::vector<Symbol*> versioned_references; // undefined name@VERSION
  std::deque<Symbol> local_symbol_storage;
  std::mutex local_symbol_mutex, error_mutex;
  std::deque<std::vector<u64>> relative_lists;
  std::unordered_map<Symbol*, std::string_view> symbol_versions; // from name@@VERSION
  std::unordered_map<Symbol*, std::string> symbol_warnings; // .gnu.warning.NAME
  std::vector<OutputVersion> versions;
  Symbol *entry = nullptr, *global_offset_table = nullptr, *tls_get_addr = nullptr, *dynamic_symbol = nullptr;

  // Slots, filled by assign_slots
  std::vector<Slots> slots{1};
  std::vector<Symbol*> got_symbols, plt_symbols, plt_got_symbols, copy_symbols;
  std::vector<Symbol*> copy_aliases, needy;
  std::vector<GotEntry> got_entries_list;
  u64 jump_slot_count = 0, got_rela_count = 0, got_relr_count = 0;
  u64 got_first_rela = 0, got_first_relative = 0, copy_first_rela = 0, fde_count = 0;
  bool eh_frame_terminator = false;
  i32 tls_ld_slot = -1;
  std::atomic<bool> needs_tls_ld = false, needs_got = false, has_text_relocations = false, has_static_tls = false;
  std::atomic<bool> tls_get_addr_used = false;

  // Output
  std::deque<SyntheticSection> synthetic_storage;
  SyntheticSections synthetic;
  std::deque<MergedSection> merged_storage;
  std::deque<MergeInput> merge_inputs;
  u32 dynamic_relative_total = 0;
  std::deque<OutputSection> output_storage;
  std::vector<OutputSection*> outputs; // in file order
  std::vector<Segment> segments;
  std::vector<DynamicSymbol> dynamic_symbols; // [0] is the null symbol
  std::string dynamic_strings{'\0'};
  std::unordered_map<std::string_view, u32> dynamic_string_offsets;
  u64 image_base = 0, header_segments = 0, relative_count_final = 0;
  std::string joined_rpath;
  std::unordered_map<std::string_view, OutputSection*> output_by_name[2]; // [1]: allocated ones
  u64 tls_start = 0, tls_end = 0, thread_pointer = 0;
  u64 file_size = 0, section_headers_offset = 0;
  OutputSection* tls_output = nullptr;
  u8* image = nullptr;
  std::vector<Symbol*> homeless; // symbols of .symtab that no object defines
  std::string section_names;
  std::unordered_set<std::string> retained; // --retain-symbols-file
  std::unordered_map<std::string_view, u32> section_name_offsets;

  bool image_laid_out = false; // addresses are known
  bool is_dynamic = false; // has a .dynamic section
  bool uses_ibt_plt = false;
  u64 page_size() const;

  bool ok() const { return !diag.has_errors(); }
  Slots* slots_of(const Symbol& symbol) { return symbol.slots ? &slots[symbol.slots] : nullptr; }
};

// The NUL-terminated string at `offset`; empty when out of range. Needs: `strings` ends in NUL (see checked_strings).
inline std::string_view string_at(std::string_view strings, u64 offset) {
  return offset < strings.size() ? std::string_view(strings.data() + offset) : std::string_view{};
}

inline u64 align_to(u64 value, u64 align) { return (value + align - 1) & ~(align - 1); }

u64 hash_name(std::string_view name);

} // namespace lathe::linker
