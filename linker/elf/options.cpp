// The command line. An option is a row: its name without dashes, what its argument looks like, and what it does.
// One or two dashes are alike for names longer than a letter, but for names that begin with `o`, as in GNU ld.

#include "linker/elf/options.h"

#include "linker/elf/option_lists.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

namespace lathe::linker {
namespace {

constexpr std::string_view first_line = "GNU ld (Lathe) 2.40\n", version_text = "GNU ld (Lathe) 2.40\nLathe 0.1.0\n";

// State of the options that hold for the inputs behind them.
struct Positional {
  bool as_needed = false, whole_archive = false, static_only = false, is_static = false, binary = false;
};

struct Parser {
  Options& o;
  Diagnostics& diag;
  std::string& text;
  Positional state{};
  std::vector<Positional> stack{};
  bool in_lib = false;
  bool wants_version = false, wants_help = false, wants_target_help = false, failed = false;
  int group_depth = 0;

  void fail(std::string message) {
    diag.error(std::move(message));
    failed = true;
  }
  std::vector<std::string> warnings{}; // whether they are errors is known at the end
  void add_input(std::string_view name, bool is_library) {
    o.inputs.push_back({std::string(name), is_library, state.as_needed, state.whole_archive, state.static_only,
                        in_lib, false, state.binary});
  }
  u64 number(std::string_view option, std::string_view value) {
    std::string_view digits = value;
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
      digits.remove_prefix(2);
      base = 16;
    }
    u64 n = 0;
    auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), n, base);
    if (code != std::errc{} || end != digits.data() + digits.size() || digits.empty())
      fail(fmt::format("option '{}' needs a number, not '{}'", option, value));
    return n;
  }
  unsigned threads(std::string_view option, std::string_view value) {
    const u64 n = number(option, value);
    if (n == 0 && value.find_first_not_of('0') == std::string_view::npos) fail(fmt::format("option '{}={}' asks for no thread", option, value));
    return static_cast<unsigned>(std::min<u64>(n, 4096));
  }
  u64 address(std::string_view option, std::string_view value) {
    std::string text_value(value);
    if (!value.starts_with("0x") && !value.starts_with("0X")) text_value = "0x" + text_value;
    return number(option, text_value);
  }
};

using Action = void (*)(Parser&, std::string_view value);
struct OptionRow {
  Argument argument;
  Action action;
};

#define FLAG(name, statement) {name, {Argument::None, [](Parser& p, std::string_view) { (void)p; statement; }}}
#define VALUE(name, statement) {name, {Argument::Separate, [](Parser& p, std::string_view v) { (void)p; (void)v; statement; }}}
#define JOINED(name, statement) {name, {Argument::Joined, [](Parser& p, std::string_view v) { (void)p; (void)v; statement; }}}

void set_build_id(Parser& p, std::string_view v) {
  Options& o = p.o;
  if (v.empty() || v == "sha1" || v == "tree") o.build_id = BuildId::Long;
  else if (v == "md5" || v == "fast") o.build_id = BuildId::Short;
  else if (v == "uuid") o.build_id = BuildId::Uuid;
  else if (v == "none") o.build_id = BuildId::None;
  else if (v.starts_with("0x") || v.starts_with("0X")) {
    o.build_id = BuildId::Hex;
    o.build_id_bytes.clear();
    std::string digits;
    for (char c : v.substr(2))
      if (c != '-' && c != ':') digits += c;
    bool bad = digits.empty() || digits.size() % 2 != 0;
    for (size_t i = 0; i + 1 < digits.size() && !bad; i += 2) {
      u8 byte = 0;
      auto [end, code] = std::from_chars(&digits[i], &digits[i] + 2, byte, 16);
      bad = code != std::errc{} || end != &digits[i] + 2;
      o.build_id_bytes.push_back(byte);
    }
    if (bad) p.fail(fmt::format("invalid build ID '{}'", v));
  } else p.fail(fmt::format("unknown build ID style '{}'", v));
}

void set_hash_style(Parser& p, std::string_view v) {
  if (v != "sysv" && v != "gnu" && v != "both") return p.fail(fmt::format("unknown hash style '{}'", v));
  p.o.hash_sysv = v != "gnu";
  p.o.hash_gnu = v != "sysv";
}

void set_unresolved(Parser& p, std::string_view v) {
  if (v == "ignore-all") p.o.unresolved = Unresolved::IgnoreAll;
  else if (v == "report-all") p.o.unresolved = Unresolved::ReportAll;
  else if (v == "ignore-in-object-files") p.o.unresolved = Unresolved::IgnoreInObjects;
  else if (v == "ignore-in-shared-libs") p.o.unresolved = Unresolved::IgnoreInSharedLibraries;
  else p.fail(fmt::format("unknown value '{}' for --unresolved-symbols", v));
}

void set_compression(Parser& p, std::string_view v) {
  if (v == "none") p.o.compress_debug = Compression::None;
  else if (v == "zlib" || v == "zlib-gabi" || v == "zlib-gnu") p.o.compress_debug = Compression::Zlib;
  else if (v == "zstd") p.o.compress_debug = Compression::Zstd;
  else p.fail(fmt::format("unknown compression '{}' for debug sections", v));
}

void add_defsym(Parser& p, std::string_view v) {
  size_t equals = v.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return p.fail(fmt::format("--defsym needs NAME=EXPRESSION, not '{}'", v));
  p.o.defsyms.emplace_back(v.substr(0, equals), v.substr(equals + 1));
}

void add_section_start(Parser& p, std::string_view v) {
  size_t equals = v.find('=');
  if (equals == std::string_view::npos) return p.fail(fmt::format("--section-start needs SECTION=ADDRESS, not '{}'", v));
  p.o.section_starts.emplace_back(v.substr(0, equals), p.address("--section-start", v.substr(equals + 1)));
}

void split_list(std::vector<std::string>& to, std::string_view v, std::string_view separators) {
  while (!v.empty()) {
    size_t end = std::min(v.find_first_of(separators), v.size());
    if (end) to.emplace_back(v.substr(0, end));
    v.remove_prefix(std::min(end + 1, v.size()));
  }
}

void join(std::string& list, std::string_view v) {
  if (!list.empty()) list += ':';
  list += v;
}

void add_just_symbols(Parser& p, std::string_view v) {
  p.add_input(v, false);
  p.o.inputs.back().just_symbols = true;
}

// The text is JSON; %22 and the like spare the shell its quotes.
void set_package_metadata(Parser& p, std::string_view v) {
  std::string& out = p.o.package_metadata;
  out.clear();
  for (size_t i = 0; i < v.size(); ++i) {
    if (v[i] != '%') {
      out += v[i];
      continue;
    }
    u8 byte = 0;
    std::string_view digits = v.substr(i + 1, 2);
    auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || code != std::errc{} || end != digits.data() + 2) return p.fail(fmt::format("--package-metadata: '{}' has a % without two hexadecimal digits", v));
    out += static_cast<char>(byte);
    i += 2;
  }
}

// -R is --just-symbols for a file and --rpath for a directory, or for what is not there yet.
void set_just_symbols(Parser& p, std::string_view v) {
  struct stat info;
  if (::stat(std::string(v).c_str(), &info) == 0 && S_ISREG(info.st_mode)) return add_just_symbols(p, v);
  p.o.rpath_words.emplace_back(v);
  p.o.rpaths.emplace_back(v);
}

void set_packing(Parser& p, std::string_view v) {
  if (v != "relr" && v != "none") return p.fail(fmt::format("--pack-dyn-relocs={} is not supported, only relr and none are", v));
  p.o.z_relr = v == "relr";
}

bool is_own_format(std::string_view name) {
  return name == "default" || std::any_of(all_targets().begin(), all_targets().end(), [&](const Target* t) { return t->bfd_name == name; });
}

void set_output_format(Parser& p, std::string_view v) {
  p.o.binary_output = v == "binary";
  if (!p.o.binary_output && !is_own_format(v)) p.fail(fmt::format("output format '{}' is not supported", v));
}

void set_input_format(Parser& p, std::string_view v) {
  p.state.binary = v == "binary";
  if (!p.state.binary && !is_own_format(v)) p.fail(fmt::format("input format '{}' is not supported", v));
}

// HP's spelling of -Bstatic and -Bdynamic.
void set_library_kind(Parser& p, std::string_view v) {
  if (v == "archive" || v == "archive_shared") p.state.static_only = true;
  else if (v == "shared" || v == "shared_archive" || v == "default") p.state.static_only = false;
  else p.fail(fmt::format("unrecognised -a option '{}'", v));
}

void set_orphan_handling(Parser& p, std::string_view v) {
  constexpr std::array<std::string_view, 4> names = {"place", "discard", "warn", "error"};
  auto it = std::find(names.begin(), names.end(), v);
  if (it == names.end()) return p.fail(fmt::format("unknown value '{}' for --orphan-handling", v));
  p.o.orphans = static_cast<Orphans>(it - names.begin());
}

void set_cet_report(Parser& p, std::string_view v) {
  constexpr std::array<std::string_view, 3> names = {"none", "warning", "error"};
  auto it = std::find(names.begin(), names.end(), v);
  if (it == names.end()) return p.fail(fmt::format("unknown value '{}' for -z cet-report", v));
  p.o.z_cet_report = static_cast<Report>(it - names.begin());
}

void set_sort(Parser& p, std::string_view v) {
  if (v == "name") p.o.sort_section = SortSections::Name;
  else if (v == "alignment") p.o.sort_section = SortSections::Alignment;
  else if (v == "none") p.o.sort_section = SortSections::None;
  else p.fail(fmt::format("unknown order '{}' for --sort-section", v));
}

void set_sort_common(Parser& p, std::string_view v) {
  if (v.empty() || v == "descending") p.o.sort_common = CommonOrder::Descending;
  else if (v == "ascending") p.o.sort_common = CommonOrder::Ascending;
  else p.fail(fmt::format("unknown order '{}' for --sort-common", v));
}

void set_start_stop_visibility(Parser& p, std::string_view v) {
  constexpr std::array<std::string_view, 4> names = {"default", "internal", "hidden", "protected"};
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == v) {
      p.o.z_start_stop_visibility = static_cast<u8>(i);
      return;
    }
  p.fail(fmt::format("unknown visibility '{}' for -z start-stop-visibility", v));
}

// A script by -T may name inputs and versions; one that lays out sections is refused when it is read.
void add_script(Parser& p, std::string_view v) {
  p.add_input(v, false);
  p.o.inputs.back().is_script = true;
}

const std::unordered_map<std::string_view, OptionRow>& z_rows() {
  static const std::unordered_map<std::string_view, OptionRow> rows = {
      FLAG("now", p.o.z_now = true), FLAG("lazy", p.o.z_now = false),
      FLAG("relro", p.o.z_relro = true), FLAG("norelro", p.o.z_relro = false),
      FLAG("defs", p.o.no_undefined = true), FLAG("undefs", p.o.no_undefined = false),
      FLAG("text", p.o.z_text = true), FLAG("notext", p.o.z_text = false), FLAG("textoff", p.o.z_text = false),
      FLAG("execstack", p.o.execstack = true), FLAG("noexecstack", p.o.execstack = false),
      FLAG("nodelete", p.o.z_nodelete = true), FLAG("nodlopen", p.o.z_nodlopen = true),
      FLAG("nodump", p.o.z_nodump = true), FLAG("initfirst", p.o.z_initfirst = true),
      FLAG("origin", p.o.z_origin = true), FLAG("interpose", p.o.z_interpose = true),
      FLAG("global", p.o.z_global = true), FLAG("nodefaultlib", p.o.z_nodefaultlib = true),
      FLAG("combreloc", p.o.z_combreloc = true), FLAG("nocombreloc", p.o.z_combreloc = false),
      FLAG("separate-code", p.o.z_separate_code = true), FLAG("noseparate-code", p.o.z_separate_code = false),
      FLAG("separate-loadable-segments", p.o.z_separate_code = true),
      FLAG("ibt", p.o.z_ibt = true), FLAG("shstk", p.o.z_shstk = true), FLAG("ibtplt", p.o.z_ibtplt = true),
      FLAG("cet", p.o.z_ibt = p.o.z_shstk = true), FLAG("force-ibt", p.o.z_ibt = p.o.z_ibtplt = true),
      FLAG("pack-relative-relocs", p.o.z_relr = true), FLAG("nopack-relative-relocs", p.o.z_relr = false),
      FLAG("nocopyreloc", p.o.z_nocopyreloc = true), FLAG("copyreloc", p.o.z_nocopyreloc = false),
      FLAG("muldefs", p.o.allow_multiple_definition = true), FLAG("nounique-symbol", (void)0),
      FLAG("dynamic-undefined-weak", p.o.dynamic_undefined_weak = true),
      FLAG("nodynamic-undefined-weak", p.o.dynamic_undefined_weak = false),
      FLAG("start-stop-gc", p.o.z_start_stop_gc = true), FLAG("nostart-stop-gc", p.o.z_start_stop_gc = false),
      FLAG("keep-text-section-prefix", p.o.z_keep_text_prefix = true),
      FLAG("nokeep-text-section-prefix", p.o.z_keep_text_prefix = false),
      JOINED("start-stop-visibility", set_start_stop_visibility(p, v)),
      JOINED("stack-size", p.o.z_stack_size = p.number("-z stack-size", v)),
      JOINED("max-page-size", p.o.z_max_page = p.number("-z max-page-size", v)),
      JOINED("common-page-size", p.o.z_common_page = p.number("-z common-page-size", v)),
      JOINED("cet-report", set_cet_report(p, v)),
      FLAG("nosectionheader", p.o.z_sectionheader = false), FLAG("nognustack", p.o.z_gnustack = false),
      FLAG("loadfltr", p.o.z_loadfltr = true), FLAG("globalaudit", p.o.z_globalaudit = true),
      FLAG("x86-64-baseline", p.o.z_isa |= 1), FLAG("x86-64-v2", p.o.z_isa |= 2),
      FLAG("x86-64-v3", p.o.z_isa |= 4), FLAG("x86-64-v4", p.o.z_isa |= 8),
  };
  return rows;
}

// Unknown -z keywords are warnings, as GNU ld has them.
void set_z(Parser& p, std::string_view v) {
  std::string_view name = v.substr(0, v.find('='));
  auto row = z_rows().find(name);
  bool joined = name.size() != v.size();
  if (!joined && is_harmless_keyword(name)) return p.o.ignored.push_back(fmt::format("-z {}", v));
  if (row == z_rows().end() || (joined != (row->second.argument == Argument::Joined))) return p.warnings.push_back(fmt::format("-z {} ignored", v));
  row->second.action(p, joined ? v.substr(name.size() + 1) : std::string_view{});
}

const std::unordered_map<std::string_view, OptionRow>& rows() {
  static const std::unordered_map<std::string_view, OptionRow> table = {
      // What is made
      VALUE("o", p.o.output = v), VALUE("output", p.o.output = v), VALUE("m", p.o.emulation = v),
      FLAG("shared", p.o.shared = true), FLAG("Bshareable", p.o.shared = true),
      VALUE("G", p.number("-G", v)), VALUE("gpsize", p.number("--gpsize", v)), // other machines' limit for small data
      FLAG("EB", p.warnings.emplace_back("could not find any targets that match endianness requirement")),
      FLAG("pie", p.o.pie = true), FLAG("pic-executable", p.o.pie = true), FLAG("no-pie", p.o.pie = false),
      FLAG("r", p.o.relocatable = true), FLAG("Ur", p.o.relocatable = true), FLAG("relocatable", p.o.relocatable = true), FLAG("i", p.o.relocatable = true),
      FLAG("static", p.state.is_static = p.state.static_only = true), FLAG("dn", p.state.static_only = true),
      FLAG("Bstatic", p.state.static_only = true), FLAG("non_shared", p.state.static_only = true),
      FLAG("Bdynamic", p.state.static_only = false), FLAG("dy", p.state.static_only = false),
      FLAG("call_shared", p.state.static_only = false),
      VALUE("dynamic-linker", p.o.interpreter = v; p.o.no_interpreter = false), VALUE("I", p.o.interpreter = v),
      FLAG("no-dynamic-linker", p.o.no_interpreter = true),
      VALUE("e", p.o.entry = v), VALUE("entry", p.o.entry = v), VALUE("init", p.o.init = v), VALUE("fini", p.o.fini = v),
      VALUE("h", p.o.soname = v), VALUE("soname", p.o.soname = v),
      VALUE("image-base", p.o.image_base = p.number("--image-base", v)),
      VALUE("Ttext", p.o.section_starts.emplace_back(".text", p.address("-Ttext", v))),
      VALUE("Tdata", p.o.section_starts.emplace_back(".data", p.address("-Tdata", v))),
      VALUE("Tbss", p.o.section_starts.emplace_back(".bss", p.address("-Tbss", v))),
      VALUE("Ttext-segment", p.o.image_base = p.address("-Ttext-segment", v)),
      VALUE("Trodata-segment", p.o.section_starts.emplace_back(".rodata-segment", p.address("-Trodata-segment", v))),
      VALUE("Tldata-segment", p.o.section_starts.emplace_back(".ldata-segment", p.address("-Tldata-segment", v))),
      VALUE("section-start", add_section_start(p, v)),
      VALUE("oformat", set_output_format(p, v)), VALUE("orphan-handling", set_orphan_handling(p, v)),
      JOINED("unique", if (v.empty()) p.o.unique_orphans = true; else p.o.unique.emplace_back(v)),
      FLAG("force-group-allocation", p.o.force_group_allocation = true),
      FLAG("no-ctors-in-init-array", p.o.ctors_in_init_array = false),
      FLAG("check-sections", p.o.check_sections = true), FLAG("no-check-sections", p.o.check_sections = false),
      VALUE("T", add_script(p, v)), VALUE("script", add_script(p, v)), VALUE("dT", add_script(p, v)),
      VALUE("default-script", add_script(p, v)),
      FLAG("N", p.o.omagic = true), FLAG("omagic", p.o.omagic = true), FLAG("no-omagic", p.o.omagic = false),
      FLAG("n", p.o.nmagic = true), FLAG("nmagic", p.o.nmagic = true), FLAG("no-nmagic", p.o.nmagic = false),
      // Inputs
      VALUE("l", p.add_input(v, true)), VALUE("library", p.add_input(v, true)),
      VALUE("L", p.o.library_paths.emplace_back(v)), VALUE("library-path", p.o.library_paths.emplace_back(v)),
      VALUE("sysroot", p.o.sysroot = v == "/" ? std::string_view{} : v),
      FLAG("nostdlib", p.o.no_stdlib = true),
      VALUE("Y", split_list(p.o.default_paths, v.starts_with("P,") ? v.substr(2) : v, ":")),
      VALUE("a", set_library_kind(p, v)),
      VALUE("b", set_input_format(p, v)), VALUE("format", set_input_format(p, v)),
      FLAG("as-needed", p.state.as_needed = true), FLAG("no-as-needed", p.state.as_needed = false),
      FLAG("whole-archive", p.state.whole_archive = true), FLAG("no-whole-archive", p.state.whole_archive = false),
      FLAG("push-state", p.stack.push_back(p.state)),
      FLAG("pop-state", if (p.stack.empty()) p.fail("--pop-state without --push-state");
           else { p.state = p.stack.back(); p.stack.pop_back(); }),
      FLAG("start-group", ++p.group_depth), FLAG("(", ++p.group_depth),
      FLAG("end-group", if (--p.group_depth < 0) p.fail("--end-group without --start-group")),
      FLAG(")", if (--p.group_depth < 0) p.fail("--end-group without --start-group")),
      FLAG("start-lib", p.in_lib = true), FLAG("end-lib", p.in_lib = false),
      VALUE("R", set_just_symbols(p, v)), VALUE("just-symbols", add_just_symbols(p, v)),
      VALUE("exclude-libs", split_list(p.o.exclude_libs, v, ",:")),
      // Symbols
      VALUE("u", p.o.undefined.emplace_back(v)), VALUE("undefined", p.o.undefined.emplace_back(v)),
      VALUE("require-defined", p.o.require_defined.emplace_back(v)),
      VALUE("defsym", add_defsym(p, v)), VALUE("wrap", p.o.wrap.emplace(v)),
      VALUE("version-script", p.o.version_scripts.emplace_back(v)),
      VALUE("dynamic-list", p.o.dynamic_lists.emplace_back(v)),
      FLAG("dynamic-list-data", p.o.dynamic_list_data = true),
      FLAG("dynamic-list-cpp-new", p.o.dynamic_list_cpp_new = true),
      FLAG("dynamic-list-cpp-typeinfo", p.o.dynamic_list_cpp_typeinfo = true),
      VALUE("export-dynamic-symbol", p.o.export_dynamic_symbols.emplace_back(v)),
      VALUE("export-dynamic-symbol-list", p.o.export_dynamic_symbol_lists.emplace_back(v)),
      FLAG("E", p.o.export_dynamic = true), FLAG("export-dynamic", p.o.export_dynamic = true),
      FLAG("no-export-dynamic", p.o.export_dynamic = false),
      FLAG("Bgroup", p.o.group_library = p.o.no_undefined = true),
      FLAG("Bsymbolic", p.o.symbolic = Symbolic::All),
      FLAG("Bsymbolic-functions", p.o.symbolic = Symbolic::Functions),
      FLAG("Bsymbolic-non-weak", p.o.symbolic = Symbolic::NonWeak),
      FLAG("Bsymbolic-non-weak-functions", p.o.symbolic = Symbolic::NonWeakFunctions),
      FLAG("Bno-symbolic", p.o.symbolic = Symbolic::None),
      FLAG("no-undefined", p.o.no_undefined = true),
      FLAG("allow-shlib-undefined", p.o.allow_shlib_undefined = true),
      FLAG("no-allow-shlib-undefined", p.o.allow_shlib_undefined = false),
      VALUE("unresolved-symbols", set_unresolved(p, v)),
      FLAG("warn-unresolved-symbols", p.o.unresolved_are_warnings = true),
      FLAG("error-unresolved-symbols", p.o.unresolved_are_warnings = false),
      FLAG("noinhibit-exec", p.o.unresolved_are_warnings = true),
      FLAG("disable-multiple-abs-defs", p.o.multiple_absolute_definitions = false),
      FLAG("allow-multiple-definition", p.o.allow_multiple_definition = true),
      FLAG("no-allow-multiple-definition", p.o.allow_multiple_definition = false),
      FLAG("no-undefined-version", p.o.allow_undefined_version = false),
      FLAG("undefined-version", p.o.allow_undefined_version = true),
      FLAG("default-symver", p.o.default_symver = true),
      VALUE("package-metadata", set_package_metadata(p, v)),
      VALUE("pack-dyn-relocs", set_packing(p, v)),
      VALUE("retain-symbols-file", p.o.retain_symbols_file = v),
      VALUE("y", p.o.trace_symbols.emplace(v)), VALUE("trace-symbol", p.o.trace_symbols.emplace(v)),
      // Sections
      FLAG("gc-sections", p.o.gc_sections = true), FLAG("no-gc-sections", p.o.gc_sections = false),
      FLAG("print-gc-sections", p.o.print_gc_sections = true),
      FLAG("no-print-gc-sections", p.o.print_gc_sections = false),
      FLAG("gc-keep-exported", p.o.gc_keep_exported = true),
      FLAG("eh-frame-hdr", p.o.eh_frame_hdr = true), FLAG("no-eh-frame-hdr", p.o.eh_frame_hdr = false),
      FLAG("q", p.o.emit_relocs = true), FLAG("emit-relocs", p.o.emit_relocs = true),
      VALUE("sort-section", set_sort(p, v)),
      JOINED("sort-common", set_sort_common(p, v)),
      JOINED("compress-debug-sections", set_compression(p, v)),
      JOINED("build-id", set_build_id(p, v)), JOINED("hash-style", set_hash_style(p, v)),
      FLAG("relax", p.o.relax = true), FLAG("no-relax", p.o.relax = false),
      FLAG("s", p.o.strip_all = true), FLAG("strip-all", p.o.strip_all = true),
      FLAG("S", p.o.strip_debug = true), FLAG("strip-debug", p.o.strip_debug = true),
      FLAG("x", p.o.discard_all = true), FLAG("discard-all", p.o.discard_all = true),
      FLAG("X", p.o.discard_locals = true), FLAG("discard-locals", p.o.discard_locals = true),
      FLAG("discard-none", p.o.discard_none = true),
      FLAG("d", p.o.define_common = true), FLAG("dc", p.o.define_common = true), FLAG("dp", p.o.define_common = true),
      FLAG("define-common", p.o.define_common = true), FLAG("no-define-common", p.o.forbid_common = true),
      FLAG("rosegment", p.o.rosegment = true), FLAG("no-rosegment", p.o.rosegment = false),
      // For the dynamic loader
      VALUE("rpath", (p.o.rpath_words.emplace_back(v), split_list(p.o.rpaths, v, ":"))), VALUE("rpath-link", split_list(p.o.rpath_links, v, ":")),
      FLAG("enable-new-dtags", p.o.new_dtags = true), FLAG("disable-new-dtags", p.o.new_dtags = false),
      VALUE("F", p.o.filters.emplace_back(v)), VALUE("filter", p.o.filters.emplace_back(v)),
      VALUE("f", p.o.auxiliary.emplace_back(v)), VALUE("auxiliary", p.o.auxiliary.emplace_back(v)),
      JOINED("spare-dynamic-tags", p.o.spare_dynamic_tags = std::min<u64>(p.number("--spare-dynamic-tags", v), 4096)),
      VALUE("audit", join(p.o.audit, v)), VALUE("depaudit", join(p.o.depaudit, v)), VALUE("P", join(p.o.depaudit, v)),
      VALUE("z", set_z(p, v)),
      // Messages and reports
      FLAG("v", p.text += first_line), FLAG("V", p.text += version_text),
      FLAG("version", p.wants_version = true), FLAG("help", p.wants_help = true), FLAG("target-help", p.wants_target_help = true),
      JOINED("verbose", p.o.verbose = true),
      FLAG("t", p.o.trace = true), FLAG("trace", p.o.trace = true),
      FLAG("M", p.o.print_map = true), FLAG("print-map", p.o.print_map = true), VALUE("Map", p.o.map_file = v),
      FLAG("print-map-discarded", p.o.print_map_discarded = true), FLAG("no-print-map-discarded", p.o.print_map_discarded = false),
      FLAG("cref", p.o.cref = true),
      VALUE("dependency-file", p.o.dependency_file = v),
      FLAG("fatal-warnings", p.o.fatal_warnings = true), FLAG("no-fatal-warnings", p.o.fatal_warnings = false),
      FLAG("w", p.o.no_warnings = true), FLAG("no-warnings", p.o.no_warnings = true),
      FLAG("warn-common", p.o.warn_common = true), FLAG("no-warn-common", p.o.warn_common = false),
      FLAG("warn-execstack", p.o.warn_execstack = true), FLAG("no-warn-execstack", p.o.warn_execstack = false), FLAG("warn-execstack-objects", p.o.warn_execstack = true),
      FLAG("error-execstack", p.o.error_execstack = true),
      FLAG("warn-rwx-segments", p.o.warn_rwx_segments = true), FLAG("error-rwx-segments", p.o.error_rwx_segments = true),
      FLAG("stats", p.o.stats = true), FLAG("print-memory-usage", p.o.print_memory_usage = true),
      FLAG("print-output-format", p.o.print_output_format = true),
      JOINED("demangle", p.o.demangle = true), FLAG("no-demangle", p.o.demangle = false),
      FLAG("no-threads", p.o.threads = 1),
      JOINED("threads", p.o.threads = v.empty() ? 0 : p.threads("--threads", v)),
      VALUE("thread-count", p.o.threads = p.threads("--thread-count", v)),
  };
  return table;
}

// Options of one letter whose value is joined to it: -lfoo -L/lib -zrelro -ofile ...
constexpr std::string_view joined_letters = "oLlzeuyhmIRFfTabPYG";

bool takes_long_form(std::string_view arg) { return arg.size() > 1 && arg[0] == '-'; }

// Handles the option args[i]; returns how many further arguments it took, or -1 when there is no such option.
int handle(Parser& p, std::span<const std::string> args, size_t i) {
  std::string_view arg = args[i];
  bool two = arg.starts_with("--");
  std::string_view name = arg.substr(two ? 2 : 1);
  size_t equals = name.find('=');
  std::string_view key = name.substr(0, equals);
  const auto& table = rows();
  auto run = [&](const OptionRow& row, std::string_view value) {
    if (row.action) return row.action(p, value);
    const ListedOption& listed = *find_listed_option(key);
    if (!listed.refused || (key == "icf" && value == "none")) p.o.ignored.emplace_back(arg);
    else p.fail(fmt::format("option '{}' is not supported", arg));
  };
  OptionRow listed_row{};
  auto find = [&](std::string_view k) -> const OptionRow* {
    if (two && k.size() == 1) return nullptr;
    if (auto it = table.find(k); it != table.end()) return &it->second;
    const ListedOption* listed = find_listed_option(k);
    if (!listed) return nullptr;
    listed_row = {listed->argument, nullptr};
    return &listed_row;
  };
  // -o and -l style letters win over long names of one dash only where no long name fits exactly.
  bool long_allowed = two || !(name.size() > 1 && name[0] == 'o' && name != "omagic");
  if (long_allowed) {
    if (const OptionRow* row = find(key)) {
      bool has_value = equals != std::string_view::npos;
      std::string_view value = has_value ? name.substr(equals + 1) : std::string_view{};
      if (row->argument == Argument::None && !has_value) return run(*row, {}), 0;
      if (row->argument == Argument::Joined) return run(*row, value), 0;
      if (row->argument == Argument::Separate && (has_value && key.size() > 1)) return run(*row, value), 0;
      if (row->argument == Argument::Separate && !has_value) {
        if (i + 1 >= args.size()) {
          p.fail(fmt::format("option '{}' needs an argument", arg));
          return 0;
        }
        run(*row, args[i + 1]);
        return 1;
      }
    }
  }
  if (two) return -1;
  if (name[0] == 'O') {
    bool apart = name == "O" && i + 1 < args.size() && args[i + 1].size() == 1 && args[i + 1][0] >= '0' && args[i + 1][0] <= '9';
    if (apart) return p.o.optimize = args[i + 1][0] - '0', 1;
    p.o.optimize = name.size() > 1 && name[1] >= '0' && name[1] <= '9' ? name[1] - '0' : 1;
    return 0;
  }
  if (name.starts_with("plugin-opt")) return 0;
  if (joined_letters.find(name[0]) != std::string_view::npos && name.size() > 1) {
    run(table.at(name.substr(0, 1)), name.substr(1));
    return 0;
  }
  return -1;
}

// Splits a response file: white space separates, quotes and backslashes protect.
std::vector<std::string> split_response(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      if (in_word) out.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) out.push_back(std::move(word));
  return out;
}

bool expand(std::span<const std::string> args, std::vector<std::string>& out, Diagnostics& diag, int depth) {
  for (const std::string& arg : args) {
    if (arg.size() < 2 || arg[0] != '@') {
      out.push_back(arg);
      continue;
    }
    std::string error;
    auto file = SourceFile::open(arg.substr(1), error);
    if (!file) { // GNU ld takes the name as it stands then
      out.push_back(arg);
      continue;
    }
    if (depth > 16) {
      diag.error(fmt::format("response files nest deeper than 16 at '{}'", arg));
      return false;
    }
    auto words = split_response(file->text());
    if (!expand(words, out, diag, depth + 1)) return false;
  }
  return true;
}

// --verbose: configure scripts read the SEARCH_DIR lines.
std::string verbose_text(const Options& o) {
  std::string out = "GNU ld (Lathe) 2.40\n  Supported emulations:\n";
  for (const Target* t : all_targets()) out += fmt::format("   {}\n", t->emulations[0]);
  for (const std::string& folder : o.library_paths) out += fmt::format("SEARCH_DIR(\"{}\");\n", folder);
  if (!o.no_stdlib)
    for (const std::string& folder : default_library_paths(o)) out += fmt::format("SEARCH_DIR(\"={}\");\n", folder);
  if (!o.ignored.empty()) out += fmt::format("ld.lathe: options without effect here: {}\n", fmt::join(o.ignored, " "));
  return out;
}

std::string help_text() {
  std::string names;
  for (const Target* t : all_targets()) names += fmt::format(" {}", t->bfd_name);
  return fmt::format(
      "Usage: ld.lathe [options] file...\n"
      "Options, as GNU ld spells them, one or two dashes alike:\n"
      "  -o FILE --output FILE         name of the output, a.out without it\n"
      "  -m EMULATION                  kind of output; else the first object decides\n"
      "  -shared -pie -no-pie -static -r\n"
      "                                what is made: a shared library, a position-independent\n"
      "                                executable, a static one, an object\n"
      "  -l NAME -L DIR --sysroot=DIR  libraries and where they are looked for\n"
      "  --as-needed --no-as-needed    record only libraries that are used\n"
      "  --whole-archive --no-whole-archive\n"
      "                                take every member of the archives that follow\n"
      "  --start-group --end-group --start-lib --end-lib --push-state --pop-state\n"
      "  -Bstatic -Bdynamic            which kind of library -l looks for\n"
      "  -e SYMBOL -u SYMBOL --require-defined SYMBOL --defsym NAME=EXPR --wrap SYMBOL\n"
      "  --version-script FILE --dynamic-list FILE -E --export-dynamic --exclude-libs LIBS\n"
      "  -Bsymbolic -Bsymbolic-functions --no-undefined --unresolved-symbols=HOW\n"
      "  --gc-sections --print-gc-sections --sort-section=KEY --sort-common\n"
      "  -soname NAME -rpath DIR -rpath-link DIR -dynamic-linker FILE --hash-style=STYLE\n"
      "  --build-id[=STYLE] --eh-frame-hdr --compress-debug-sections=KIND --emit-relocs\n"
      "  -s -S -x -X --strip-all --strip-debug --discard-all --discard-locals\n"
      "  -Map FILE -M -t -y SYMBOL --cref --dependency-file FILE --stats\n"
      "  -T SCRIPT -Ttext=ADDRESS --section-start=NAME=ADDRESS --orphan-handling=HOW\n"
      "  -b FORMAT --oformat FORMAT    binary, or the target's own\n"
      "  -z KEYWORD                    now lazy relro norelro defs text notext execstack noexecstack\n"
      "                                nodelete initfirst origin ibt shstk pack-relative-relocs\n"
      "                                max-page-size=N stack-size=N and others\n"
      "  --threads=N                   threads to use\n"
      "  @FILE                         read options from FILE\n"
      "  --version -v -V --verbose --help\n"
      "ld.lathe: supported targets:{} elf64-little\n"
      "ld.lathe: supported emulations: elf_x86_64\n",
      names);
}

std::string target_help_text() {
  std::string out;
  for (const Target* t : all_targets()) {
    out += fmt::format("{}:\n", t->emulations[0]);
    std::vector<std::string_view> keywords;
    for (auto& [name, row] : z_rows()) keywords.push_back(name);
    std::sort(keywords.begin(), keywords.end());
    for (std::string_view name : keywords) out += fmt::format("  -z {}{}\n", name, z_rows().at(name).argument == Argument::Joined ? "=VALUE" : "");
  }
  return out;
}

void check_combinations(Parser& p) {
  Options& o = p.o;
  o.is_static = p.state.is_static;
  o.interpreted_library = o.shared && o.pie && !o.interpreter.empty();
  if (o.shared && o.pie) o.pie = false;
  if (!o.shared && !o.filters.empty()) p.fail("-F and --filter may not be used without -shared");
  if (!o.shared && !o.auxiliary.empty()) p.fail("-f and --auxiliary may not be used without -shared");
  if (o.relocatable && (o.shared || o.pie)) p.fail("-r does not go together with -shared or -pie");
  if (!o.z_sectionheader) {
    if (o.relocatable || o.emit_relocs) p.fail("-z nosectionheader does not go together with -r or --emit-relocs");
    o.strip_all = o.strip_debug = true; // nothing could find them
  }
  if (o.relocatable && o.binary_output) p.fail("-r does not go together with --oformat binary");
  if (o.relocatable) o.strip_all = false;
  if (o.omagic || o.nmagic) o.z_relro = false; // what is written later would share its pages
  if (o.relocatable && o.gc_sections && o.entry.empty() && o.undefined.empty() && o.require_defined.empty())
    p.fail("--gc-sections with -r needs a root, given by -e or -u");
  if (o.forbid_common && !o.shared) p.fail("--no-define-common may not be used without -shared");
  for (u64 size : {o.z_max_page, o.z_common_page})
    if (size & (size - 1)) p.fail(fmt::format("page size {} is not a power of two", size));
  if (p.group_depth > 0) p.warnings.emplace_back("--start-group without --end-group");
}

void report_warnings(Parser& p) {
  p.diag.set_warnings_are_errors(p.o.fatal_warnings && !p.o.no_warnings);
  if (p.o.no_warnings) return;
  for (std::string& message : p.warnings) p.diag.warning(std::move(message));
  p.failed |= p.diag.has_errors();
}

} // namespace

std::vector<std::string> default_library_paths(const Options& o) {
  if (!o.default_paths.empty()) return o.default_paths;
  return {"/usr/local/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib", "/lib", "/usr/lib"};
}

ParseResult parse_options(std::span<const std::string> args, Options& options, Diagnostics& diagnostics,
                          std::string& text) {
  std::vector<std::string> expanded;
  if (!expand(args, expanded, diagnostics, 0)) return ParseResult::Failed;
  Parser p{options, diagnostics, text};
  for (size_t i = 0; i < expanded.size(); ++i) {
    const std::string& arg = expanded[i];
    if (!takes_long_form(arg)) {
      p.add_input(arg, false);
      continue;
    }
    int taken = handle(p, expanded, i);
    if (taken < 0) p.fail(fmt::format("unknown option '{}'", arg));
    else i += static_cast<size_t>(taken);
  }
  if (options.print_output_format) text += fmt::format("{}\n", all_targets()[0]->bfd_name);
  if (options.verbose) text += verbose_text(options);
  if (p.wants_help) text += help_text();
  if (p.wants_target_help) text += target_help_text();
  if (p.wants_version) text += version_text;
  if (p.failed) return ParseResult::Failed;
  if (p.wants_help || p.wants_target_help || p.wants_version) return ParseResult::Done;
  check_combinations(p);
  report_warnings(p);
  if (p.failed) return ParseResult::Failed;
  if (options.inputs.empty()) {
    if (!text.empty()) return ParseResult::Done; // -v alone
    diagnostics.error("no input files");
    return ParseResult::Failed;
  }
  return ParseResult::Link;
}

} // namespace lathe::linker
