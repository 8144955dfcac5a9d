#pragma once
// The pieces of mergeable sections, for the passes that look into them.

#include "linker/elf/context.h"

namespace lathe::linker {

struct MergePiece {
  u32 offset;        // in the input section
  u32 hash;
  u64 output_offset; // in its shard
};

struct MergeInput {
  MergedSection* merged = nullptr;
  std::vector<MergePiece> pieces;
};

struct MergedShards;

struct MergedSection {
  std::string_view output_name;
  SyntheticSection* section = nullptr;
  bool strings = false;
  std::vector<InputSection*> inputs;
  std::shared_ptr<MergedShards> shards;
};

} // namespace lathe::linker
