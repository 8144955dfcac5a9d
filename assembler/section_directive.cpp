// The directive .section: its clauses, and what a section is when only its name is given.
#include "assembler/assembler.h"

#include <algorithm>
#include <cstdlib>
#include <elf.h>

namespace lathe::assembler {
namespace {

constexpr u64 retain_flag = 1 << 21;      // SHF_GNU_RETAIN
constexpr u64 mbind_flag = 0x01000000;    // SHF_GNU_MBIND

struct KnownSection {
  std::string_view name;
  bool prefix; // also NAME.anything
  u32 type;
  u64 flags;
};
// What a section is when only its name is given.
constexpr KnownSection known_sections[] = {
    {".text", true, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
    {".data", true, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    {".data1", false, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    {".bss", true, SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
    {".rodata", true, SHT_PROGBITS, SHF_ALLOC},
    {".rodata1", false, SHT_PROGBITS, SHF_ALLOC},
    {".init", false, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
    {".fini", false, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
    {".init_array", true, SHT_INIT_ARRAY, SHF_ALLOC | SHF_WRITE},
    {".fini_array", true, SHT_FINI_ARRAY, SHF_ALLOC | SHF_WRITE},
    {".preinit_array", true, SHT_PREINIT_ARRAY, SHF_ALLOC | SHF_WRITE},
    {".tdata", true, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS},
    {".tbss", true, SHT_NOBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS},
    {".ldata", true, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE | large_flag},
    {".lbss", true, SHT_NOBITS, SHF_ALLOC | SHF_WRITE | large_flag},
    {".lrodata", true, SHT_PROGBITS, SHF_ALLOC | large_flag},
    {".note.GNU-stack", false, SHT_PROGBITS, 0},
    {".note", true, SHT_NOTE, 0},
    {".gnu.linkonce.b", true, SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
    {".gnu.linkonce.d", true, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
    {".gnu.linkonce.r", true, SHT_PROGBITS, SHF_ALLOC},
    {".gnu.linkonce.t", true, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
    {".gnu.linkonce.tb", true, SHT_NOBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS},
    {".gnu.linkonce.td", true, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS},
    {".eh_frame", false, SHT_PROGBITS, SHF_ALLOC},
    {".line", false, SHT_PROGBITS, 0},
    {".stabstr", false, SHT_STRTAB, 0},
};

const KnownSection* find_known(std::string_view name) {
  const KnownSection* best = nullptr;
  for (const KnownSection& k : known_sections) {
    bool same = name == k.name || (k.prefix && name.size() > k.name.size() && name.substr(0, k.name.size()) == k.name && name[k.name.size()] == '.');
    if (same && (!best || k.name.size() > best->name.size())) best = &k;
  }
  return best;
}

struct TypeName {
  std::string_view name;
  u32 type;
};
constexpr TypeName type_names[] = {
    {"progbits", SHT_PROGBITS},     {"nobits", SHT_NOBITS},         {"note", SHT_NOTE},         {"init_array", SHT_INIT_ARRAY},
    {"fini_array", SHT_FINI_ARRAY}, {"preinit_array", SHT_PREINIT_ARRAY}, {"unwind", 0x70000001}, // SHT_X86_64_UNWIND
};

struct FlagLetter {
  char letter;
  u64 flags;
};
constexpr FlagLetter flag_letters[] = {
    {'a', SHF_ALLOC}, {'w', SHF_WRITE}, {'x', SHF_EXECINSTR}, {'M', SHF_MERGE},      {'S', SHF_STRINGS}, {'G', SHF_GROUP},
    {'T', SHF_TLS},   {'e', SHF_EXCLUDE}, {'l', large_flag},  {'R', retain_flag},    {'o', SHF_LINK_ORDER}, {'d', mbind_flag},
};

} // namespace

struct SectionClauses {
  std::string name, group, linked, unique;
  u64 flags = 0, entry_size = 0;
  u32 type = 0;
  i64 subsection = 0, info = 0;
  bool comdat = false, has_flags = false, has_type = false, uses_last_group = false;

  // What tells sections of one name apart, beside the group.
  std::string tie() const { return linked + (unique.empty() ? "" : "\1" + unique); }
};

// Reads NAME[,"FLAGS"[,@TYPE][,ENTSIZE][,LINK][,GROUP[,comdat]][,INFO][,unique,ID]], and for .pushsection
// NAME[,SUBSECTION][,...]; each function is false after an error.
class SectionReader {
public:
  SectionReader(Assembler& assembler, std::string_view text, SectionClauses& clauses)
      : a_(assembler), text_(text), at_(text_.c_str()), c_(clauses) {}

  bool read(bool push) {
    c_.name = word();
    if (c_.name.empty()) return fail("missing name");
    if (push && !subsection()) return false;
    if (*at_ != ',') return true;
    ++at_;
    blanks();
    if (*at_ == '"' && !flags()) return false;
    if (!type()) return false;
    merge();
    link_order();
    group();
    if (c_.flags & mbind_flag) number(c_.info);
    unique();
    return !*at_ || fail("junk at end of line, first unrecognized character is `" + std::string(1, *at_) + "'");
  }

private:
  bool fail(std::string message) {
    a_.error(std::move(message));
    return false;
  }

  void blanks() {
    while (is_class(*at_, BlankChar)) ++at_;
  }

  // Up to a comma, or a string.
  std::string word() {
    blanks();
    std::string s;
    if (*at_ == '"') {
      a_.parser.parse_string_text(at_, s);
    } else {
      const char* start = at_;
      while (*at_ && *at_ != ',' && !is_class(*at_, BlankChar)) ++at_;
      s.assign(start, at_);
    }
    blanks();
    return s;
  }

  // The number behind a comma, if there is one.
  bool number(i64& n) {
    if (*at_ != ',') return false;
    ++at_;
    Operand o;
    return a_.parser.parse_expression_text(word(), o) && a_.evaluate_now(o, n);
  }

  bool subsection() {
    if (*at_ != ',') return true;
    const char* q = at_ + 1;
    while (is_class(*q, BlankChar)) ++q;
    if (*q == '"' || *q == '@' || *q == '%') return true;
    at_ = q;
    Operand o;
    return a_.parser.parse_expression_text(word(), o) && a_.known(o, c_.subsection, "subsection number is not a constant");
  }

  bool flags() {
    c_.has_flags = true;
    const std::string letters = word();
    for (const char* f = letters.c_str(); *f; ++f) {
      const FlagLetter* known = std::find_if(std::begin(flag_letters), std::end(flag_letters), [&](const FlagLetter& l) { return l.letter == *f; });
      if (known != std::end(flag_letters)) {
        c_.flags |= known->flags;
      } else if (*f == '?') {
        c_.uses_last_group = true;
      } else if (is_class(*f, DigitChar)) {
        char* after;
        c_.flags |= std::strtoull(f, &after, 0);
        f = after - 1;
      } else {
        return fail("unrecognized .section attribute: want a,e,o,w,x,M,S,G,T or number");
      }
    }
    ordered_ = letters.find('o') != std::string::npos;
    return true;
  }

  bool type() {
    if (*at_ != ',' && *at_ != '@' && *at_ != '%') return true;
    if (*at_ == ',') ++at_;
    blanks();
    if (*at_ != '@' && *at_ != '%' && *at_ != '"') { // another clause
      --at_;
      while (at_ > text_.c_str() && *at_ != ',') --at_;
      return true;
    }
    if (*at_ != '"') ++at_;
    const std::string name = word();
    c_.has_type = true;
    for (const TypeName& t : type_names)
      if (t.name == name) c_.type = t.type;
    if (c_.type) return true;
    if (name.empty() || !is_class(name[0], DigitChar)) return fail("unrecognized section type");
    c_.type = static_cast<u32>(std::strtoul(name.c_str(), nullptr, 0));
    return true;
  }

  void merge() {
    if (!(c_.flags & SHF_MERGE)) return;
    i64 n = 0;
    bool given = number(n);
    if (given && n >= 1) {
      c_.entry_size = static_cast<u64>(n);
      return;
    }
    a_.warning(given ? "invalid merge entity size" : "entity size for SHF_MERGE not specified");
    c_.flags &= ~u64{SHF_MERGE | SHF_STRINGS};
  }

  void link_order() {
    if (!ordered_) return;
    if (*at_ != ',') return a_.warning("missing 'o' flag's section name");
    ++at_;
    c_.linked = word();
  }

  void group() {
    if (!(c_.flags & SHF_GROUP)) return;
    if (*at_ != ',') {
      a_.warning("group name for SHF_GROUP not specified");
      c_.flags &= ~u64{SHF_GROUP};
      return;
    }
    ++at_;
    c_.group = word();
    if (*at_ != ',') return;
    const char* saved = at_++;
    if (word() == "comdat") c_.comdat = true;
    else at_ = saved;
  }

  void unique() {
    if (*at_ != ',') return;
    const char* saved = at_++;
    if (word() == "unique" && *at_ == ',') {
      ++at_;
      c_.unique = word();
    } else {
      at_ = saved;
    }
  }

  Assembler& a_;
  const std::string text_;
  const char* at_;
  SectionClauses& c_;
  bool ordered_ = false; // by the letter, not by a number
};

void Assembler::section_directive(std::string_view text, bool push) {
  SectionClauses c;
  if (!SectionReader(*this, text, c).read(push)) return;
  SymbolId signature = no_id;
  if (c.uses_last_group) {
    if (section().group != no_id) {
      signature = section().group;
      c.comdat = section().comdat;
      c.flags |= SHF_GROUP;
    }
  } else if (!c.group.empty()) {
    signature = buffer.symbols.intern(c.group);
  }
  // by name, group, what makes it unique, and whether the linker must keep it
  u32 found = no_id;
  for (u32 i : sections_named(c.name)) {
    const Section& s = sections[i];
    if (found == no_id && s.group == signature && s.linked_to == c.tie() && !((s.flags ^ c.flags) & retain_flag)) found = i;
  }
  if (found == no_id) found = new_section(c, signature);
  else if (c.has_flags) check_section(sections[found], c);
  switch_to(chunk_of(found, c.subsection));
}

u32 Assembler::new_section(SectionClauses& c, SymbolId signature) {
  const KnownSection* standard = find_known(c.name);
  if (!c.has_flags && standard) c.flags = standard->flags;
  if (c.has_flags && standard && standard->type != SHT_NOTE && c.flags != standard->flags) {
    // GNU as adds what the name promises
    u64 missing = standard->flags & ~c.flags;
    bool harmless = c.name == ".note.GNU-stack" || !missing, none = !(c.flags & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR | SHF_TLS));
    bool warns = none && !c.name.starts_with(".text") ? true : !c.name.starts_with(".rodata") && missing & (SHF_ALLOC | SHF_TLS);
    if (!harmless && warns) warning("setting incorrect section attributes for " + c.name);
    c.flags |= missing & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR | SHF_TLS);
  }
  if (!c.has_type) c.type = standard ? standard->type : u32{SHT_PROGBITS};
  bool plain = standard && (standard->type == SHT_PROGBITS || standard->type == SHT_NOBITS || standard->type == SHT_NOTE);
  if (standard && c.has_type && c.type == SHT_PROGBITS && !plain) c.type = standard->type;
  bool first_of_name = sections_named(c.name).empty();
  u32 id = add_section(c.name, c.type, c.flags);
  Section& s = sections[id];
  s.entry_size = c.entry_size;
  if (c.type == SHT_INIT_ARRAY || c.type == SHT_FINI_ARRAY || c.type == SHT_PREINIT_ARRAY) s.entry_size = 8;
  s.info = static_cast<u32>(c.info);
  s.group = signature;
  s.comdat = c.comdat;
  s.linked_to = c.tie();
  s.link_zero = c.linked == "0";
  if (first_of_name) section_symbol(id); // the others get theirs when a relocation needs it
  return id;
}

// What is said of a section again must be what it is, or what its name promises.
void Assembler::check_section(const Section& s, const SectionClauses& c) {
  const KnownSection* standard = find_known(c.name);
  u64 interesting = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR | SHF_MERGE | SHF_STRINGS | SHF_TLS | SHF_EXCLUDE;
  bool same_type = s.type == c.type || (standard && standard->type == s.type);
  if (c.has_type && !same_type) error("changed section type for " + c.name);
  bool promised = standard && ((c.flags | standard->flags) & interesting) == (s.flags & interesting);
  if (((s.flags ^ c.flags) & interesting) && !promised) error("changed section attributes for " + c.name);
  else if ((c.flags & SHF_MERGE) && s.entry_size != c.entry_size) error("changed section entity size for " + c.name);
}

} // namespace lathe::assembler
