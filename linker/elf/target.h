#pragma once
// What shared code asks of a machine. A target is a file of three parts: PLT, relocation, relaxation; its facts
// are fields, its behaviour hooks that are called once a section, never once a relocation.

#include "linker/elf/context.h"

namespace lathe::linker {

// A run of relocations to apply: `out` and `address` belong to offset 0 of the input section.
struct RelocationJob {
  InputSection* section;
  Table<Elf64_Rela> relocations;
  u64 first, end;
  u8* out;
  u64 address;
};

struct Target {
  std::string_view name;     // "x86_64"
  std::string_view bfd_name; // "elf64-x86-64"
  std::span<const std::string_view> emulations;
  std::string_view default_interpreter;
  u16 machine;
  u32 word_size;
  u64 default_image_base, max_page_size, common_page_size;
  u64 plt_header_size, plt_entry_size, plt_got_entry_size, got_plt_header_slots;
  u8 trap_byte; // fills holes between functions

  // Numbers of the relocations that the dynamic loader understands
  u32 relative, absolute, glob_dat, jump_slot, copy, irelative, dtpmod, dtpoff, tpoff, tlsdesc;

  // Records what the section's relocations need and counts its dynamic ones; reports misuse into file.errors.
  virtual void scan(Context&, InputSection&, u64 first, u64 end) const = 0;
  // Applies relocations of an allocated section and writes its dynamic ones.
  virtual void relocate(Context&, const RelocationJob&) const = 0;
  // Applies relocations of a section that is not loaded: plain values, tombstones for what was dropped.
  virtual void relocate_debug(Context&, const RelocationJob&) const = 0;
  virtual std::string_view relocation_name(u32 type) const = 0;
  // True for a relocation that keeps its target alive under -r and garbage collection, false for markers.
  virtual bool is_none(u32 type) const = 0;

  virtual void write_plt_header(Context&, u8* out) const = 0;
  virtual void write_plt_entry(Context&, u8* out, const Symbol&, u32 index) const = 0;
  virtual void write_plt_sec_entry(Context&, u8* out, const Symbol&, u32 index) const = 0;
  virtual void write_plt_got_entry(Context&, u8* out, const Symbol&, u32 index) const = 0;
  // What .got.plt holds for lazy entry `index` before it is resolved.
  virtual u64 lazy_slot_value(Context&, u32 index) const = 0;
  // Offset from the thread pointer that TLS-relative values are measured from.
  virtual u64 thread_pointer(u64 tls_start, u64 tls_end) const = 0;

protected:
  ~Target() = default;
};

std::span<const Target* const> all_targets(); // registry.cpp: one line each
const Target& x86_64_target();

} // namespace lathe::linker
