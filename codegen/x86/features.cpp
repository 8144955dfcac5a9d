#include "codegen/x86/features.h"

#include "codegen/x86/abi.h"

#include <algorithm>

namespace lathe::codegen::x86 {

namespace {

struct FeatureName {
  std::string_view name;
  bool Features::* field;
};
constexpr FeatureName names[] = {
    {"sse", &Features::sse},           {"sse2", &Features::sse},   {"x87", &Features::x87},
    {"popcnt", &Features::popcnt},     {"sse4.1", &Features::sse41}, {"cx16", &Features::cx16},
    {"prfchw", &Features::prefetchw},
    {"retpoline-indirect-calls", &Features::retpoline_calls},
    {"retpoline-indirect-branches", &Features::retpoline_branches},
};

} // namespace

Features features_of(const ir::Function& f) {
  Features features;
  const ir::AttributeSet& attributes = f.attributes(f.global(f.self).function_attributes);
  if (const std::string_view* soft = attributes.find("use-soft-float"); soft && *soft == "true")
    features.sse = features.x87 = false;
  features.indirect_tls = attributes.find("indirect-tls-seg-refs");
  const std::string_view* list = attributes.find("target-features");
  if (!list) return features;
  bool external_thunk = false;
  for (size_t begin = 0; begin < list->size();) {
    size_t end = std::min(list->find(',', begin), list->size());
    std::string_view item = list->substr(begin, end - begin);
    begin = end + 1;
    if (item.size() < 2) continue;
    std::string_view name = item.substr(1);
    bool on = item[0] == '+';
    for (const FeatureName& row : names)
      if (row.name == name) features.*row.field = on;
    if (name == "retpoline-external-thunk") external_thunk = on;
    if (on && (name.starts_with("lvi-") || name == "harden-sls-ijmp" || name == "harden-sls-ret" || name == "seses"))
      unsupported(f, "the target feature '" + std::string(name) + "'");
  }
  if ((features.retpoline_calls || features.retpoline_branches) && !external_thunk)
    unsupported(f, "the target feature 'retpoline' without an external thunk");
  return features;
}

} // namespace lathe::codegen::x86
