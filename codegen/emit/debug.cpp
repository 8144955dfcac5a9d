#include "codegen/emit/debug.h"

#include "codegen/machine/names.h"
#include "codegen/reader/metadata.h"

#include <algorithm>
#include <map>

namespace lathe::codegen::emit {

using assembler::Directive;
using assembler::Operand;

namespace {

// DWARF 5, "Attribute Encodings" and its neighbours: only what is written here.
enum Tag { TagCompileUnit = 0x11, TagSubprogram = 0x2e };
enum Attribute {
  AtName = 0x03, AtStatementList = 0x10, AtLowPc = 0x11, AtHighPc = 0x12, AtLanguage = 0x13, AtCompilationDirectory = 0x1b,
  AtProducer = 0x25, AtPrototyped = 0x27, AtDeclFile = 0x3a, AtDeclLine = 0x3b, AtExternal = 0x3f, AtFrameBase = 0x40,
  AtRanges = 0x55, AtLinkageName = 0x6e,
};
enum Form { FormAddress = 0x01, FormData2 = 0x05, FormData4 = 0x06, FormStringPointer = 0x0e, FormUnsigned = 0x0f,
            FormSectionOffset = 0x17, FormExpression = 0x18, FormFlagPresent = 0x19 };

struct Language {
  std::string_view name;
  u32 code;
};
constexpr Language languages[] = {
    {"DW_LANG_C89", 0x01},           {"DW_LANG_C", 0x02},    {"DW_LANG_C_plus_plus", 0x04},    {"DW_LANG_C99", 0x0c},
    {"DW_LANG_ObjC", 0x10},          {"DW_LANG_D", 0x13},    {"DW_LANG_C_plus_plus_03", 0x19}, {"DW_LANG_C_plus_plus_11", 0x1a},
    {"DW_LANG_Rust", 0x1c},          {"DW_LANG_C11", 0x1d},  {"DW_LANG_Swift", 0x1e},          {"DW_LANG_C_plus_plus_14", 0x21},
    {"DW_LANG_Zig", 0x27},           {"DW_LANG_Mips_Assembler", 0x8001}, {"DW_LANG_C_plus_plus_17", 0x2a},
    {"DW_LANG_C_plus_plus_20", 0x2b}, {"DW_LANG_C17", 0x2c},
};

u32 language_code(std::string_view name) {
  for (const Language& l : languages)
    if (l.name == name) return l.code;
  return 0x1d; // what C compilers say today
}

// What .debug_str holds; a string is referred to by its label.
class Strings {
public:
  explicit Strings(StatementBuffer& out) : out_(out) {}
  Operand operator()(const std::string& text) {
    auto [at, is_new] = ids_.try_emplace(text, static_cast<u32>(order_.size()));
    if (is_new) order_.push_back(&at->first);
    return out_.target(label(at->second));
  }
  void emit() {
    out_.section(".debug_str", "MS", "progbits", 1);
    for (u32 i = 0; i < order_.size(); ++i) {
      out_.label(label(i));
      out_.asciz(*order_[i]);
    }
  }

private:
  SymbolId label(u32 i) { return out_.symbol(".Linfo_string" + std::to_string(i)); }
  StatementBuffer& out_;
  std::map<std::string, u32> ids_;
  std::vector<const std::string*> order_;
};

// An abbreviation declaration: its number, tag, whether it has children, attribute and form pairs.
void abbreviation(StatementBuffer& out, u32 number, Tag tag, bool children, std::initializer_list<std::pair<Attribute, Form>> list) {
  out.data(Directive::uleb128, {out.immediate(number)});
  out.data(Directive::uleb128, {out.immediate(tag)});
  out.data(Directive::byte, {out.immediate(children)});
  for (auto [attribute, form] : list) {
    out.data(Directive::uleb128, {out.immediate(attribute)});
    out.data(Directive::uleb128, {out.immediate(form)});
  }
  out.data(Directive::byte, {out.immediate(0)});
  out.data(Directive::byte, {out.immediate(0)});
}

// Abbreviation numbers of subprograms: 2 and up, by which of the optional attributes are there.
u32 subprogram_abbreviation(bool external, bool prototyped, bool linkage_name) {
  return 2u + (external ? 1u : 0u) + (prototyped ? 2u : 0u) + (linkage_name ? 4u : 0u);
}

void emit_abbreviations(bool ranges, StatementBuffer& out) {
  out.section(".debug_abbrev", "", "progbits");
  out.label(out.symbol(".Ldebug_abbrev0"));
  std::pair<Attribute, Form> extent = ranges ? std::pair{AtRanges, FormSectionOffset} : std::pair{AtHighPc, FormData4};
  abbreviation(out, 1, TagCompileUnit, true,
               {{AtProducer, FormStringPointer}, {AtLanguage, FormData2}, {AtName, FormStringPointer},
                {AtCompilationDirectory, FormStringPointer}, {AtStatementList, FormSectionOffset}, {AtLowPc, FormAddress}, extent});
  for (u32 bits = 0; bits < 8; ++bits) {
    out.data(Directive::uleb128, {out.immediate(2 + bits)});
    out.data(Directive::uleb128, {out.immediate(TagSubprogram)});
    out.data(Directive::byte, {out.immediate(0)});
    auto pair = [&](u32 attribute, u32 form) {
      out.data(Directive::uleb128, {out.immediate(attribute)});
      out.data(Directive::uleb128, {out.immediate(form)});
    };
    pair(AtLowPc, FormAddress);
    pair(AtHighPc, FormData4);
    pair(AtFrameBase, FormExpression);
    pair(AtName, FormStringPointer);
    pair(AtDeclFile, FormUnsigned);
    pair(AtDeclLine, FormUnsigned);
    if (bits & 4) pair(AtLinkageName, FormStringPointer);
    if (bits & 2) pair(AtPrototyped, FormFlagPresent);
    if (bits & 1) pair(AtExternal, FormFlagPresent);
    pair(0, 0);
  }
  out.data(Directive::byte, {out.immediate(0)});
}

} // namespace

std::string function_end_label(u32 ordinal) { return ".Lfunc_end" + std::to_string(ordinal); }

std::unique_ptr<DebugInfo> DebugInfo::make(const ModuleContext& context) {
  auto units = reader::named_metadata(context.module, "llvm.dbg.cu");
  if (units.empty()) return nullptr;
  std::unique_ptr<DebugInfo> info(new DebugInfo(context));
  return info->units_.empty() ? nullptr : std::move(info);
}

DebugInfo::DebugInfo(const ModuleContext& context) : module_(context.module) {
  if (u32 v = module_.flags.dwarf_version; v != 0) version_ = std::clamp(v, 4u, 5u);
  for (ir::MetadataId id : reader::named_metadata(module_, "llvm.dbg.cu")) {
    auto unit = reader::debug_compile_unit(module_, id);
    if (!unit || unit->emission_kind == "NoDebug") continue;
    Unit u{id, {}, {}, unit->producer, language_code(unit->language)};
    if (auto file = reader::debug_file(module_, unit->file)) u.name = file->name, u.directory = file->directory;
    units_.push_back(std::move(u));
  }
  if (units_.empty()) return;

  // The first unit's file comes first, then files in the order of their numbers; equal ones are one.
  std::map<std::pair<std::string, std::string>, u32> known;
  has_checksums_ = version_ >= 5;
  auto add = [&](const reader::DebugFile& f) {
    auto [at, is_new] = known.try_emplace({f.directory, f.name}, static_cast<u32>(files_.size()));
    if (is_new) {
      files_.push_back({f.directory, f.name, f.checksum_kind == "CSK_MD5" ? f.checksum : std::string()});
      has_checksums_ = has_checksums_ && !files_.back().md5.empty();
    }
    return at->second;
  };
  if (auto unit = reader::debug_compile_unit(module_, units_[0].id))
    if (auto file = reader::debug_file(module_, unit->file)) add(*file);
  file_numbers_.assign(module_.metadata.numbered.size(), ~0u);
  for (ir::MetadataId id = 0; id < file_numbers_.size(); ++id) {
    if (reader::metadata_text(module_, id).find("!DIFile(") == std::string_view::npos) continue;
    if (auto file = reader::debug_file(module_, id)) file_numbers_[id] = add(*file) + (version_ >= 5 ? 0 : 1);
  }
}

u32 DebugInfo::file_number(ir::MetadataId id) const {
  u32 first = version_ >= 5 ? 0 : 1;
  return id < file_numbers_.size() && file_numbers_[id] != ~0u ? file_numbers_[id] : first;
}

bool DebugInfo::find(const ir::Function& f, u32 location, Line& line) const {
  auto found = reader::debug_location(module_, location, &f);
  if (!found) return false;
  auto scope = reader::debug_scope(module_, found->scope);
  if (!scope) return false;
  line = {file_number(scope->file), found->line, found->column};
  return true;
}

bool DebugInfo::find_function(const ir::Function& f, Line& line) const {
  auto subprogram = reader::debug_subprogram(module_, module_.globals[f.self].subprogram);
  if (!subprogram) return false;
  line = {file_number(subprogram->file), subprogram->scope_line ? subprogram->scope_line : subprogram->line, 0};
  return true;
}

void DebugInfo::emit_begin(StatementBuffer& out) const {
  out.label(out.symbol(".Ltext0"));
  for (u32 i = 0; i < files_.size(); ++i) {
    const File& f = files_[i];
    std::vector<Operand> operands{out.immediate(version_ >= 5 ? i : i + 1)};
    // Before DWARF 5 the directive has one string.
    bool joins = version_ < 5 && !f.directory.empty();
    bool is_absolute = !f.name.empty() && f.name[0] == '/';
    if (version_ >= 5 && !f.directory.empty()) operands.push_back(out.string(f.directory));
    operands.push_back(out.string(joins && !is_absolute ? std::string(f.directory) + "/" + std::string(f.name) : std::string(f.name)));
    if (has_checksums_) {
      operands.push_back(out.word("md5"));
      operands.push_back(out.word("0x" + f.md5));
    }
    out.directive(Directive::file, operands);
  }
}

void DebugInfo::emit_end(const std::vector<ir::GlobalId>& functions, bool one_section, StatementBuffer& out) const {
  out.directive(Directive::text);
  out.label(out.symbol(".Letext0"));
  bool ranges = !one_section || units_.size() > 1;
  Strings strings(out);
  emit_abbreviations(ranges, out);

  struct Compiled {
    ir::GlobalId id;
    u32 ordinal;
    reader::DebugSubprogram subprogram;
  };
  std::vector<std::vector<Compiled>> by_unit(units_.size());
  for (u32 i = 0; i < functions.size(); ++i) {
    auto subprogram = reader::debug_subprogram(module_, module_.globals[functions[i]].subprogram);
    if (!subprogram) continue;
    auto unit = std::find_if(units_.begin(), units_.end(), [&](const Unit& u) { return u.id == subprogram->unit; });
    if (unit != units_.end()) by_unit[static_cast<size_t>(unit - units_.begin())].push_back({functions[i], i, *subprogram});
  }

  auto label = [&](const char* name, size_t unit) { return out.symbol(name + std::to_string(unit)); };
  out.section(".debug_info", "", "progbits");
  out.label(out.symbol(".Ldebug_info0"));
  for (size_t u = 0; u < units_.size(); ++u) {
    SymbolId begin = label(".Ldebug_info_start", u), end = label(".Ldebug_info_end", u);
    out.data(Directive::long_, {out.difference(end, begin)});
    out.label(begin);
    out.data(Directive::value, {out.immediate(version_)});
    if (version_ >= 5) out.data(Directive::byte, {out.immediate(1)}); // DW_UT_compile
    if (version_ >= 5) out.data(Directive::byte, {out.immediate(8)});
    out.data(Directive::long_, {out.target(out.symbol(".Ldebug_abbrev0"))});
    if (version_ < 5) out.data(Directive::byte, {out.immediate(8)});

    out.data(Directive::uleb128, {out.immediate(1)});
    out.data(Directive::long_, {strings(units_[u].producer)});
    out.data(Directive::value, {out.immediate(units_[u].language)});
    out.data(Directive::long_, {strings(units_[u].name)});
    out.data(Directive::long_, {strings(units_[u].directory)});
    out.data(Directive::long_, {out.target(out.symbol(".Ldebug_line0"))});
    if (ranges) {
      out.data(Directive::quad, {out.immediate(0)});
      out.data(Directive::long_, {out.target(label(".Ldebug_ranges", u))});
    } else {
      out.data(Directive::quad, {out.target(out.symbol(".Ltext0"))});
      out.data(Directive::long_, {out.difference(out.symbol(".Letext0"), out.symbol(".Ltext0"))});
    }
    for (const Compiled& f : by_unit[u]) {
      const ir::Global& g = module_.globals[f.id];
      const std::string& linkage_name = f.subprogram.linkage_name;
      SymbolId symbol = out.symbol(symbol_name(g));
      out.data(Directive::uleb128, {out.immediate(subprogram_abbreviation(!f.subprogram.is_local, f.subprogram.is_prototyped,
                                                                        !linkage_name.empty()))});
      out.data(Directive::quad, {out.target(symbol)});
      out.data(Directive::long_, {out.difference(out.symbol(function_end_label(f.ordinal)), symbol)});
      out.data(Directive::uleb128, {out.immediate(1)});
      out.data(Directive::byte, {out.immediate(0x9c)}); // DW_OP_call_frame_cfa
      out.data(Directive::long_, {strings(f.subprogram.name)});
      out.data(Directive::uleb128, {out.immediate(file_number(f.subprogram.file))});
      out.data(Directive::uleb128, {out.immediate(f.subprogram.line)});
      if (!linkage_name.empty()) out.data(Directive::long_, {strings(linkage_name)});
    }
    out.data(Directive::byte, {out.immediate(0)});
    out.label(end);
  }

  if (ranges) {
    out.section(version_ >= 5 ? ".debug_rnglists" : ".debug_ranges", "", "progbits");
    SymbolId begin = out.symbol(".Ldebug_rnglists_start"), end = out.symbol(".Ldebug_rnglists_end");
    if (version_ >= 5) {
      out.data(Directive::long_, {out.difference(end, begin)});
      out.label(begin);
      out.data(Directive::value, {out.immediate(5)});
      out.data(Directive::byte, {out.immediate(8)});
      out.data(Directive::byte, {out.immediate(0)});
      out.data(Directive::long_, {out.immediate(0)});
    }
    for (size_t u = 0; u < units_.size(); ++u) {
      out.label(label(".Ldebug_ranges", u));
      for (const Compiled& f : by_unit[u]) {
        SymbolId symbol = out.symbol(symbol_name(module_.globals[f.id])), last = out.symbol(function_end_label(f.ordinal));
        if (version_ >= 5) {
          out.data(Directive::byte, {out.immediate(7)}); // DW_RLE_start_length
          out.data(Directive::quad, {out.target(symbol)});
          out.data(Directive::uleb128, {out.difference(last, symbol)});
        } else {
          out.data(Directive::quad, {out.target(symbol)});
          out.data(Directive::quad, {out.target(last)});
        }
      }
      if (version_ >= 5) {
        out.data(Directive::byte, {out.immediate(0)});
      } else {
        out.data(Directive::quad, {out.immediate(0)});
        out.data(Directive::quad, {out.immediate(0)});
      }
    }
    if (version_ >= 5) out.label(end);
  }
  strings.emit();
  out.section(".debug_line", "", "progbits");
  out.label(out.symbol(".Ldebug_line0"));
}

} // namespace lathe::codegen::emit
