#include "codegen/emit/source_lines.h"

#include "codegen/reader/metadata.h"

namespace lathe::codegen::emit {

bool SourceLines::find(const ir::Function& f, u32 location, Line& line) const {
  auto found = reader::debug_location(module_, location, &f);
  if (!found || found->line == 0) return false;
  auto scope = reader::debug_scope(module_, found->scope);
  if (!scope) return false;
  line = {scope->file, found->line};
  return true;
}

const SourceLines::File& SourceLines::file(ir::MetadataId id) {
  auto [at, is_new] = files_.try_emplace(id);
  File& f = at->second;
  if (!is_new) return f;
  auto info = reader::debug_file(module_, id);
  if (!info) return f;
  f.name = info->name;
  bool relative = !f.name.empty() && f.name[0] != '/' && !info->directory.empty();
  std::string ignored;
  f.source = SourceFile::open(relative ? info->directory + "/" + f.name : f.name, ignored);
  if (!f.source) return f;
  std::string_view text = f.source->text();
  f.starts.push_back(0);
  for (size_t k = text.find('\n'); k != std::string_view::npos; k = text.find('\n', k + 1)) f.starts.push_back(k + 1);
  return f;
}

std::string SourceLines::text(const Line& line) {
  constexpr size_t longest = 100;
  std::lock_guard lock(mutex_);
  const File& f = file(line.file);
  std::string result = f.name + ":" + std::to_string(line.line);
  if (line.line > f.starts.size()) return result;
  std::string_view text = f.source->line_at(f.starts[line.line - 1]);
  size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return result;
  result += ": ";
  for (char c : text.substr(first, longest))
    if (c != '\r') result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  if (text.size() - first > longest) result += "...";
  return result;
}

} // namespace lathe::codegen::emit
