#pragma once
// The command line as data. parse_options() understands GNU ld's spelling of everything; nothing else in the
// linker looks at arguments.

#include "common/diag.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace lathe::linker {

// One input in command-line order, with the state of the positional options in front of it.
struct InputItem {
  std::string name;
  bool is_library = false;     // -lNAME
  bool as_needed = false;
  bool whole_archive = false;
  bool static_only = false;    // after -Bstatic
  bool lazy = false;           // between --start-lib and --end-lib
  bool is_script = false;      // -T FILE
  bool is_binary = false;      // after -b binary: its bytes become a section
  bool just_symbols = false;   // --just-symbols FILE: only its symbols' addresses are taken
};

enum class BuildId : u8 { None, Short, Long, Uuid, Hex };
enum class Unresolved : u8 { Default, ReportAll, IgnoreAll, IgnoreInObjects, IgnoreInSharedLibraries };
enum class Symbolic : u8 { None, All, Functions, NonWeak, NonWeakFunctions };
enum class SortSections : u8 { None, Name, Alignment };
enum class Compression : u8 { None, Zlib, Zstd };
enum class Orphans : u8 { Place, Discard, Warn, Error }; // sections that no rule of the layout names
enum class Report : u8 { None, Warning, Error };
enum class CommonOrder : u8 { None, Descending, Ascending };

struct Options {
  std::vector<InputItem> inputs;
  std::string output = "a.out";
  std::string emulation;
  std::string entry, init = "_init", fini = "_fini";
  std::string soname, interpreter, sysroot, map_file, dependency_file, retain_symbols_file;
  std::string audit, depaudit;
  std::vector<std::string> library_paths, rpaths, rpath_words, rpath_links, version_scripts, dynamic_lists;
  std::vector<std::string> export_dynamic_symbols, export_dynamic_symbol_lists;
  std::vector<std::string> undefined, require_defined, filters, auxiliary, exclude_libs;
  std::vector<std::pair<std::string, std::string>> defsyms;
  std::vector<std::pair<std::string, u64>> section_starts;
  std::unordered_set<std::string> wrap, trace_symbols;
  std::vector<u8> build_id_bytes;

  bool interpreted_library = false; // -shared -pie: a library that can be run
  bool shared = false, pie = false, is_static = false, relocatable = false;
  bool no_interpreter = false, export_dynamic = false, dynamic_list_data = false;
  bool dynamic_list_cpp_new = false, dynamic_list_cpp_typeinfo = false;
  bool gc_sections = false, print_gc_sections = false, gc_keep_exported = false;
  bool eh_frame_hdr = false, emit_relocs = false, relax = true, new_dtags = true;
  bool strip_all = false, strip_debug = false, discard_all = false, discard_locals = false, discard_none = false;
  bool allow_multiple_definition = false, no_undefined = false;
  std::optional<bool> allow_shlib_undefined, execstack, dynamic_undefined_weak;
  Unresolved unresolved = Unresolved::Default;
  bool unresolved_are_warnings = false;
  Symbolic symbolic = Symbolic::None;
  SortSections sort_section = SortSections::None;
  CommonOrder sort_common = CommonOrder::None;
  Compression compress_debug = Compression::None;
  BuildId build_id = BuildId::None;
  bool hash_sysv = true, hash_gnu = false;
  bool define_common = false, forbid_common = false;
  bool warn_common = false, warn_execstack = true, error_execstack = false, warn_rwx_segments = false, error_rwx_segments = false;
  bool fatal_warnings = false, no_warnings = false, demangle = true, check_sections = true;
  bool print_map_discarded = true;
  bool trace = false, print_map = false, rosegment = true, cref = false;
  bool omagic = false, nmagic = false;
  bool binary_output = false; // --oformat binary: the loaded bytes alone
  bool unique_orphans = false, force_group_allocation = false, ctors_in_init_array = true;
  bool multiple_absolute_definitions = true, stats = false, verbose = false, print_output_format = false;
  Orphans orphans = Orphans::Place;
  std::vector<std::string> unique; // --unique=PATTERN: each such input section stays one of its own
  std::vector<std::string> default_paths; // -Y
  bool print_memory_usage = false, no_stdlib = false, allow_undefined_version = true;

  bool default_symver = false;
  std::string package_metadata;
  u32 z_isa = 0;
  bool z_now = false, z_relro = true, z_text = false, z_nodelete = false, z_nodlopen = false;
  bool group_library = false; // -Bgroup
  bool z_initfirst = false, z_origin = false, z_interpose = false, z_global = false, z_nodefaultlib = false;
  bool z_combreloc = true, z_separate_code = true, z_ibt = false, z_shstk = false, z_ibtplt = false;
  bool z_relr = false, z_nocopyreloc = false, z_nodump = false, z_loadfltr = false, z_globalaudit = false;
  bool z_start_stop_gc = false, z_keep_text_prefix = false, z_sectionheader = true, z_gnustack = true;
  Report z_cet_report = Report::None;
  u8 z_start_stop_visibility = 3; // STV_PROTECTED, as GNU ld has it
  u64 z_stack_size = 0, z_max_page = 0, z_common_page = 0;
  std::optional<u64> image_base;
  u64 spare_dynamic_tags = 5;
  i64 optimize = 1;
  unsigned threads = 0; // 0: as many as there are
  std::vector<std::string> ignored; // as given; see option_lists.h

  bool is_pic() const { return shared || pie; }
};

// Where -l looks behind all -L, below the sysroot.
std::vector<std::string> default_library_paths(const Options& options);

enum class ParseResult : u8 { Link, Done, Failed };

// Done: only information was asked for, and `text` holds it.
ParseResult parse_options(std::span<const std::string> args, Options& options, Diagnostics& diagnostics,
                          std::string& text);

} // namespace lathe::linker
