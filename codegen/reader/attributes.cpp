// Attributes. What code generation asks for becomes a bit or a field, "key"="value" pairs are kept, the rest is
// read and forgotten. Words that LLVM may add are skipped with a warning: an attribute that changes a calling
// convention is in the table below, so it cannot be missed that way.

#include "codegen/reader/parser.h"
#include "codegen/reader/words.h"

#include <algorithm>

namespace lathe::reader {
namespace {

enum class Shape : u8 {
  Flag,     // the word alone; what stands in parentheses behind it is skipped
  Ignored,  // the same, and nothing is kept
  Type,     // word(T) or word
  Align,    // align N, align(N), align=N
  StackAlign,
  Dereferenceable,
  Memory,   // memory(...)
  Captures, // captures(...)
};
struct AttributeRow {
  Shape shape;
  Attribute bit = Attribute::Count;
};

const WordTable<AttributeRow> attribute_words{
    {"zeroext", {Shape::Flag, Attribute::ZeroExt}},
    {"signext", {Shape::Flag, Attribute::SignExt}},
    {"noext", {Shape::Flag, Attribute::NoExt}},
    {"inreg", {Shape::Flag, Attribute::InReg}},
    {"byval", {Shape::Type, Attribute::ByVal}},
    {"byref", {Shape::Type, Attribute::ByRef}},
    {"inalloca", {Shape::Type, Attribute::InAlloca}},
    {"preallocated", {Shape::Type, Attribute::Preallocated}},
    {"sret", {Shape::Type, Attribute::StructRet}},
    {"elementtype", {Shape::Type, Attribute::ElementType}},
    {"noalias", {Shape::Flag, Attribute::NoAlias}},
    {"nocapture", {Shape::Flag, Attribute::NoCapture}},
    {"nofree", {Shape::Flag, Attribute::NoFree}},
    {"nest", {Shape::Flag, Attribute::Nest}},
    {"returned", {Shape::Flag, Attribute::Returned}},
    {"nonnull", {Shape::Flag, Attribute::NonNull}},
    {"noundef", {Shape::Flag, Attribute::NoUndef}},
    {"readnone", {Shape::Flag, Attribute::ReadNone}},
    {"readonly", {Shape::Flag, Attribute::ReadOnly}},
    {"writeonly", {Shape::Flag, Attribute::WriteOnly}},
    {"immarg", {Shape::Flag, Attribute::ImmArg}},
    {"swiftself", {Shape::Flag, Attribute::SwiftSelf}},
    {"swifterror", {Shape::Flag, Attribute::SwiftError}},
    {"swiftasync", {Shape::Flag, Attribute::SwiftAsync}},
    {"allocalign", {Shape::Flag, Attribute::AllocAlign}},
    {"allocptr", {Shape::Flag, Attribute::AllocPtr}},
    {"dereferenceable", {Shape::Dereferenceable, Attribute::Dereferenceable}},
    {"align", {Shape::Align, Attribute::Align}},
    {"alignstack", {Shape::StackAlign, Attribute::StackAlign}},
    {"alwaysinline", {Shape::Flag, Attribute::AlwaysInline}},
    {"builtin", {Shape::Flag, Attribute::Builtin}},
    {"cold", {Shape::Flag, Attribute::Cold}},
    {"hot", {Shape::Flag, Attribute::Hot}},
    {"convergent", {Shape::Flag, Attribute::Convergent}},
    {"inlinehint", {Shape::Flag, Attribute::InlineHint}},
    {"jumptable", {Shape::Flag, Attribute::JumpTable}},
    {"minsize", {Shape::Flag, Attribute::MinSize}},
    {"naked", {Shape::Flag, Attribute::Naked}},
    {"nobuiltin", {Shape::Flag, Attribute::NoBuiltin}},
    {"nocf_check", {Shape::Flag, Attribute::NoCfCheck}},
    {"noduplicate", {Shape::Flag, Attribute::NoDuplicate}},
    {"noimplicitfloat", {Shape::Flag, Attribute::NoImplicitFloat}},
    {"noinline", {Shape::Flag, Attribute::NoInline}},
    {"nonlazybind", {Shape::Flag, Attribute::NonLazyBind}},
    {"norecurse", {Shape::Flag, Attribute::NoRecurse}},
    {"noredzone", {Shape::Flag, Attribute::NoRedZone}},
    {"noreturn", {Shape::Flag, Attribute::NoReturn}},
    {"nosync", {Shape::Flag, Attribute::NoSync}},
    {"nounwind", {Shape::Flag, Attribute::NoUnwind}},
    {"null_pointer_is_valid", {Shape::Flag, Attribute::NullPointerIsValid}},
    {"optforfuzzing", {Shape::Flag, Attribute::OptForFuzzing}},
    {"optnone", {Shape::Flag, Attribute::OptNone}},
    {"optsize", {Shape::Flag, Attribute::OptSize}},
    {"returns_twice", {Shape::Flag, Attribute::ReturnsTwice}},
    {"safestack", {Shape::Flag, Attribute::SafeStack}},
    {"speculative_load_hardening", {Shape::Flag, Attribute::SpeculativeLoadHardening}},
    {"sanitize_address", {Shape::Flag, Attribute::SanitizeAddress}},
    {"sanitize_memory", {Shape::Flag, Attribute::SanitizeMemory}},
    {"sanitize_thread", {Shape::Flag, Attribute::SanitizeThread}},
    {"sanitize_hwaddress", {Shape::Flag, Attribute::SanitizeHwaddress}},
    {"sanitize_memtag", {Shape::Flag, Attribute::SanitizeMemTag}},
    {"shadowcallstack", {Shape::Flag, Attribute::ShadowCallStack}},
    {"speculatable", {Shape::Flag, Attribute::Speculatable}},
    {"ssp", {Shape::Flag, Attribute::StackProtect}},
    {"sspreq", {Shape::Flag, Attribute::StackProtectReq}},
    {"sspstrong", {Shape::Flag, Attribute::StackProtectStrong}},
    {"strictfp", {Shape::Flag, Attribute::StrictFp}},
    {"uwtable", {Shape::Flag, Attribute::UwTable}},
    {"willreturn", {Shape::Flag, Attribute::WillReturn}},
    {"mustprogress", {Shape::Flag, Attribute::MustProgress}},
    {"nocallback", {Shape::Flag, Attribute::NoCallback}},
    {"nomerge", {Shape::Flag, Attribute::NoMerge}},
    {"noprofile", {Shape::Flag, Attribute::NoProfile}},
    {"memory", {Shape::Memory, Attribute::Memory}},
    {"captures", {Shape::Captures, Attribute::NoCapture}},
    {"allocsize", {Shape::Flag, Attribute::AllocSize}},
    {"allockind", {Shape::Flag, Attribute::AllocKind}},
    {"vscale_range", {Shape::Flag, Attribute::VScaleRange}},
    {"presplitcoroutine", {Shape::Flag, Attribute::PresplitCoroutine}},
    {"fn_ret_thunk_extern", {Shape::Flag, Attribute::FnRetThunkExtern}},
    {"argmemonly", {Shape::Ignored}},
    {"inaccessiblememonly", {Shape::Ignored}},
    {"inaccessiblemem_or_argmemonly", {Shape::Ignored}},
    {"dereferenceable_or_null", {Shape::Ignored}},
    {"range", {Shape::Ignored}},
    {"initializes", {Shape::Ignored}},
    {"nofpclass", {Shape::Ignored}},
    {"writable", {Shape::Ignored}},
    {"dead_on_unwind", {Shape::Ignored}},
    {"dead_on_return", {Shape::Ignored}},
    {"nodivergencesource", {Shape::Ignored}},
    {"nocreateundeforpoison", {Shape::Ignored}},
    {"nooutline", {Shape::Ignored}},
    {"nosanitize_bounds", {Shape::Ignored}},
    {"nosanitize_coverage", {Shape::Ignored}},
    {"skipprofile", {Shape::Ignored}},
    {"coro_only_destroy_when_complete", {Shape::Ignored}},
    {"coro_elide_safe", {Shape::Ignored}},
    {"disable_sanitizer_instrumentation", {Shape::Ignored}},
    {"hybrid_patchable", {Shape::Ignored}},
    {"optdebug", {Shape::Ignored}},
    {"sanitize_numerical_stability", {Shape::Ignored}},
    {"sanitize_realtime", {Shape::Ignored}},
    {"sanitize_realtime_blocking", {Shape::Ignored}},
    {"sanitize_realtime_unsafe", {Shape::Ignored}},
    {"sanitize_type", {Shape::Ignored}},
    {"sanitize_alloc_token", {Shape::Ignored}},
};

// Words behind a function's parameters that begin other clauses.
const WordTable<bool> clause_words{
    {"section", true}, {"partition", true}, {"comdat", true},       {"gc", true},
    {"prefix", true},  {"prologue", true},  {"personality", true},  {"unnamed_addr", true},
    {"align", true},   {"to", true},      {"addrspace", true}, {"local_unnamed_addr", true}, {"unwind", true},
};

} // namespace

u32 hash_attributes(const AttributeSet& s) {
  u64 h = ir::mix(s.bits[0], s.bits[1]);
  h = ir::mix(h, s.align ^ s.stack_align << 16 ^ s.dereferenceable << 32);
  h = ir::mix(h, static_cast<u32>(s.by_type));
  for (const auto& [key, value] : s.strings)
    h = ir::mix(h, u64(ir::hash_name(key)) << 32 | ir::hash_name(value));
  return static_cast<u32>(h ^ h >> 29);
}

u32 ModuleIndex::find_attributes(const AttributeSet& s, u32 hash, const std::vector<AttributeSet>& sets) const {
  if (attribute_slots.empty()) return none;
  size_t mask = attribute_slots.size() - 1;
  for (size_t at = hash & mask; attribute_slots[at]; at = (at + 1) & mask)
    if (sets[attribute_slots[at] - 1] == s) return attribute_slots[at] - 1;
  return none;
}

u32 Parser::attributes(Position where) {
  c.skip();
  char first = *c.p;
  // Nothing to read is the usual case for arguments.
  if (first == '%' || first == '@' || first == ',' || first == ')' || is_class(first, CharDigit)) return 0;
  if (first == '#' && where == Position::Function) {
    const char* start = c.p++;
    if (is_class(*c.p, CharDigit)) {
      u32 number = c.number32();
      c.skip();
      if (number < index.groups.size() &&
          (c.p >= limit_ || !is_class(*c.p, CharWord) || clause_words.find(c.peek_word())) && *c.p != '#' &&
          *c.p != '"')
        return index.groups[number];
    }
    c.p = start;
  }
  AttributeSet set;
  attribute_list(set, where);
  if (set == AttributeSet()) return 0;
  return intern_attributes(set);
}

bool Parser::is_attribute(std::string_view word) { return attribute_words.find(word) != nullptr; }

void Parser::attribute_list(AttributeSet& set, Position where) {
  while (attribute(set, where)) {}
  if (set.strings.size() > 1)
    std::ranges::stable_sort(set.strings, {}, [](const auto& s) { return s.first; });
}

static void merge(AttributeSet& to, const AttributeSet& from) {
  to.bits[0] |= from.bits[0];
  to.bits[1] |= from.bits[1];
  if (from.align) to.align = from.align;
  if (from.stack_align) to.stack_align = from.stack_align;
  if (from.dereferenceable) to.dereferenceable = from.dereferenceable;
  if (from.by_type != TypeId()) to.by_type = from.by_type;
  to.strings.insert(to.strings.end(), from.strings.begin(), from.strings.end());
}

// What stands behind `align` and its like: N, (N) or =N.
static u64 attribute_number(Cursor& c) {
  bool parenthesis = c.eat('(');
  if (!parenthesis) c.eat('=');
  c.skip();
  const char* at = c.p;
  u64 n = c.number();
  if (parenthesis) c.expect(')');
  if (n == 0 || (n & (n - 1)) != 0 || n > u64(1) << 32) c.fail(at, "an alignment is a power of two, at most 2^32");
  return n;
}

bool Parser::attribute(AttributeSet& set, Position where) {
  c.skip();
  if (c.p >= limit_) return false;
  if (*c.p == '"') {
    std::string_view key = c.string(memory), value;
    if (c.eat('=')) value = c.string(memory);
    set.strings.emplace_back(key, value);
    return true;
  }
  if (*c.p == '#' && is_class(c.p[1], CharDigit)) {
    ++c.p;
    u32 number = c.number32();
    // LLVM takes a group that nothing defines for an empty one.
    if (number < index.groups.size()) merge(set, module.attributes[index.groups[number]]);
    return true;
  }
  if (!is_class(*c.p, CharWord) || is_class(*c.p, CharDigit)) return false;
  std::string_view word = c.peek_word();
  // A function's own alignment is a clause, not an attribute; groups write align=N.
  if (where == Position::Function && word == "align" && c.p[5] != '=') return false;
  const AttributeRow* row = attribute_words.find(word);
  if (!row) {
    if (where == Position::Function) {
      if (clause_words.find(word) || find_opcode(word)) return false; // the next instruction may stand in this line
    } else if (begins_type(word) || begins_value(word)) {
      return false;
    }
    unknown_attribute(word);
    return true;
  }
  c.p += word.size();
  if (row->bit != Attribute::Count) set.set(row->bit);
  switch (row->shape) {
  case Shape::Flag:
  case Shape::Ignored:
    // A value in parentheses is none of the next argument: those begin with a type.
    c.skip();
    if (*c.p == '(') {
      ++c.p;
      c.skip_balanced(')');
    } else if (*c.p == '=') {
      ++c.p;
      c.number();
    }
    break;
  case Shape::Type:
    if (c.eat('(')) {
      set.by_type = type();
      c.expect(')');
    } else if (c.eat('=')) {
      set.by_type = type();
    }
    break;
  case Shape::Align: set.align = attribute_number(c); break;
  case Shape::StackAlign: set.stack_align = attribute_number(c); break;
  case Shape::Dereferenceable:
    if (!c.eat('=')) c.expect('(');
    set.dereferenceable = c.number();
    c.eat(')');
    break;
  case Shape::Memory: {
    c.expect('(');
    const char* start = c.p;
    c.skip_balanced(')');
    std::string_view effects(start, static_cast<size_t>(c.p - 1 - start));
    // Whole-memory effects are what the older words said.
    if (effects == "none") set.set(Attribute::ReadNone);
    else if (effects == "read") set.set(Attribute::ReadOnly);
    else if (effects == "write") set.set(Attribute::WriteOnly);
    break;
  }
  case Shape::Captures: {
    c.expect('(');
    bool nothing = c.eat_word("none");
    c.skip_balanced(')');
    if (!nothing) set.bits[static_cast<u8>(Attribute::NoCapture) >> 6] &=
        ~(u64(1) << (static_cast<u8>(Attribute::NoCapture) & 63));
    break;
  }
  }
  return true;
}

void Parser::unknown_attribute(std::string_view word) {
  const char* start = c.p;
  c.p += word.size();
  if (c.eat('(')) c.skip_balanced(')');
  else if (c.eat('=')) c.number();
  for (const Diagnostic& d : diag.all())
    if (d.severity == Severity::Warning && d.message.find("'" + std::string(word) + "'") != std::string::npos) return;
  diag.warning(c.place(start), "unknown attribute '" + std::string(word) + "' is ignored");
}

} // namespace lathe::reader
