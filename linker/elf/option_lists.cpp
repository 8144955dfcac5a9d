// The two lists of options without an implementation. An option belongs in the first only if the output is as
// good without it: it asks for what is done anyway, steers only the effort or the looks of messages, or speaks of
// a machine or a compiler's intermediate code that never reaches us.

#include "linker/elf/option_lists.h"

#include <unordered_map>
#include <unordered_set>

namespace lathe::linker {
namespace {

using enum Argument;

struct Names {
  Argument argument;
  bool refused;
  std::string_view names; // separated by spaces
};

constexpr Names lists[] = {
    // What is done anyway
    {None, false, "add-needed no-copy-dt-needed-entries no-accept-unknown-input-arch no-export-all-symbols warn-once "
                  "warn-textrel warn-shared-textrel warn-mismatch strip-discarded no-icf ignore-data-address-equality "
                  "no-gdb-index no-apply-dynamic-relocs ctors-in-init-array no-warn-search-mismatch no-add-needed "
                  "no-disable-multiple-abs-defs no-warn-rwx-segments no-error-execstack "
                  "no-error-rwx-segments no-warn-ifunc-textrel no-warn-symbol-ordering no-force-group-allocation "
                  "no-ld-generated-unwind-info no-default-imported-symver no-fork no-detach EL"},
    // How much effort, memory or talk
    {None, false, "no-keep-memory reduce-memory-overheads fork detach perf quick-exit no-quick-exit "
                  "no-color-diagnostics g traditional-format no-eh-frame-opt"},
    {Joined, false, "max-cache-size hash-size color-diagnostics error-limit error-handling-script"},
    // Warnings about what cannot occur here: other formats, other machines, sections out of a script's order
    {None, false, "warn-constructors warn-multiple-gp warn-alternate-em warn-section-align warn-ifunc-textrel "
                  "no-warn-mismatch copy-dt-needed-entries accept-unknown-input-arch embedded-relocs no-ctf-variables long-plt"},
    {Joined, false, "ctf-variables"},
    {Separate, false, "ctf-share-types"},
    // Intermediate code: objects that hold nothing else are refused when they are read
    {Separate, false, "plugin plugin-opt mllvm"},
    {None, false, "no-plugin"},
    {Joined, false, "lto-O"},
    // Other systems' spellings that GNU ld itself ignores
    {Separate, false, "assert split-by-file split-by-reloc"},
    {None, false, "Qy qmagic"},

    // Not done here
    {Joined, true, "icf section-ordering-file remap-inputs remap-inputs-file"},
    {Separate, true, "A architecture c mri-script task-link"},
    {None, true, "gdb-index apply-dynamic-relocs no-strip-discarded force-exe-suffix warn-backrefs default-imported-symver "
                 "enable-non-contiguous-regions enable-non-contiguous-regions-warnings non-contiguous-regions be8"},
};

constexpr std::string_view harmless_keywords =
    "sectionheader nomark-plt nomemory-seal gnu-version-script-compat noextern-protected-data "
    "noindirect-extern-access nocommon";

template <class F> void for_each_word(std::string_view list, F&& body) {
  while (!list.empty()) {
    size_t end = list.find(' ');
    if (end == std::string_view::npos) end = list.size();
    if (end) body(list.substr(0, end));
    list.remove_prefix(end == list.size() ? end : end + 1);
  }
}

} // namespace

const ListedOption* find_listed_option(std::string_view name) {
  static const auto table = [] {
    std::unordered_map<std::string_view, ListedOption> rows;
    for (const Names& n : lists)
      for_each_word(n.names, [&](std::string_view word) { rows.emplace(word, ListedOption{word, n.argument, n.refused}); });
    return rows;
  }();
  auto it = table.find(name);
  return it == table.end() ? nullptr : &it->second;
}

bool is_harmless_keyword(std::string_view keyword) {
  bool found = false;
  for_each_word(harmless_keywords, [&](std::string_view word) { found |= word == keyword; });
  return found;
}

} // namespace lathe::linker
