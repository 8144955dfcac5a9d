#pragma once
// The passes of link.cpp and the services they share, grouped under the file that defines them. Errors go to
// Context::diag; a pass whose successors cannot run after an error is followed by a check in link.cpp.

#include "linker/elf/context.h"

#include <functional>

namespace lathe::linker {

// inputs.cpp
void open_inputs(Context&);
void open_input(Context&, const InputItem&);
void load_pending_members(Context&);
std::string_view find_memory_or_file(Context&, const std::string& path, std::string& error);

// object.cpp
void parse_object(Context&, std::string name, std::string_view data, Archive* archive);
void decompress_sections(Context&);
std::vector<u32> group_members(const ObjectFile&, const Elf64_Shdr&); // section numbers, as the file has them
void take_symbols(Context&, std::string_view name, std::string_view data); // --just-symbols
// shared.cpp
void parse_shared(Context&, std::string name, std::string_view data, const InputItem&);
void check_shared_undefined(Context&);
void check_hidden_references(Context&);
// archive.cpp
void open_archive(Context&, std::string name, std::string_view data, const InputItem&);
void open_lone_object(Context&, std::string name, std::string_view data);
void load_member(Context&, Archive&, u64 offset);
bool member_defines_strongly(Context&, Archive&, u64 offset, std::string_view symbol);

// binary.cpp
void open_binary(Context&, const std::string& path, std::string_view bytes);
std::vector<u8> loaded_bytes(Context&); // what --oformat binary writes; call with the image complete

// script.cpp
void open_input_script(Context&, const std::string& path, std::string_view text, const InputItem&);
void read_version_scripts(Context&);
void evaluate_defsyms(Context&);
std::string_view find_script(Context&, const std::string& path, std::string& error); // here, then in the library folders
bool is_input_script(std::string_view data);

// resolve.cpp
struct SymbolReference {
  std::string_view name, version;
  bool default_version = false;
};
SymbolReference split_version(std::string_view name);
void resolve_object_symbols(Context&, ObjectFile&);
void resolve_shared_symbols(Context&, SharedFile&);
void resolve_lazy_symbol(Context&, std::string_view name, Archive&, u64 offset);
void add_command_line_symbols(Context&);
void add_defsym_symbol(Context&, const std::string& name, const std::string& expression);
void set_entry(Context&, std::string_view name); // a script's ENTRY; the command line has precedence
void force_symbol(Context&, std::string_view name);
void resolve_versioned_references(Context&);
void allocate_commons(Context&);
void report_undefined(Context&);
std::string place_of(Context&, const InputSection&, u64 offset);
void add_error(Context&, ObjectFile&, std::string message); // from any thread; report_errors() gives them out in file order
void report_errors(Context&);
std::string display_name(Context&, std::string_view name);

// exports.cpp
void decide_exports(Context&);
void add_linker_symbols(Context&);
void place_linker_symbols(Context&);

// gc.cpp
void collect_garbage(Context&);

// merge.cpp
void merge_sections(Context&);
// Where `offset` of a mergeable input section lies in its merged section's output.
u64 merged_address(const InputSection&, u64 offset);
OutputSection* merged_output(const InputSection&);
void write_merged(Context&, SyntheticSection&, u8* out);

// unwind.cpp
void parse_eh_frames(Context&);
void size_eh_frame(Context&);
void write_eh_frame(Context&, SyntheticSection&, u8* out);
void write_eh_frame_hdr(Context&, SyntheticSection&, u8* out);

// synthetic.cpp
SyntheticSection* make_synthetic(Context&, std::string_view name, u32 type, u64 flags, u64 align, u64 entry_size,
                                 void (*write)(Context&, SyntheticSection&, u8*) = nullptr);
void create_synthetic_sections(Context&);
void scan_relocations(Context&);
void assign_slots(Context&);
void number_dynamic_relocations(Context&);
u64 got_address(Context&, i32 slot);
u64 plt_address(Context&, const Symbol&);
u64 got_plt_slot_address(Context&, u32 index);
Symbol* local_symbol(Context&, ObjectFile&, u32 index);
std::vector<u64>* make_relative_list(Context&); // lives as long as the Context
// Records a need; call from one thread per object only.
void require(ObjectFile&, Symbol&, u16 needs);
void write_dynamic_relocation(Context&, u64 index, u64 offset, u32 type, u32 symbol, u64 addend);
void write_copy_relocations(Context&);
// The address that stands for the symbol in data and code: for an IFUNC, its PLT entry.
u64 address_of(Context&, const Symbol&);

// dynamic.cpp
void build_dynamic_symbols(Context&);
void size_dynamic(Context&);
void write_dynamic(Context&, SyntheticSection&, u8* out);
void sort_dynamic_relocations(Context&);
u32 add_dynamic_string(Context&, std::string_view text);
bool update_relr(Context&);
std::string_view symbol_version(Context&, const Symbol&);

// outputs.cpp
std::string_view output_section_name(Context&, const InputSection&);
void make_output_sections(Context&);
void sort_output_sections(Context&);
void add_to_output(Context&, InputSection&, std::string_view name);
void drop_empty_outputs(Context&);
OutputSection* find_output(Context&, std::string_view name);
constexpr u64 shf_large = 0x10000000; // SHF_X86_64_LARGE: behind all else, for the large code models
constexpr u32 first_rodata_rank = 50; // OutputSection::rank of what is read only behind the code

// layout.cpp
void assign_addresses(Context&);
void assign_tail_offsets(Context&);
void assign_symbol_addresses(Context&);

// segments.cpp
void check_permissions(Context&);

// script_rules.cpp: a script's SECTIONS decide which input section goes where
void define_provided_symbols(Context&);
void choose_script_rules(Context&); // before garbage collection: KEEP and /DISCARD/
void place_by_script(Context&, InputSection&, std::string_view name);
void make_script_outputs(Context&);

// script_layout.cpp
void assign_script_addresses(Context&);
void report_script(Context&);

// notes.cpp
void make_notes(Context&);
void write_build_id(Context&);

// symtab.cpp
void size_symtab(Context&);
void write_symtab(Context&);

// write.cpp
bool write_output(Context&);

// relocatable.cpp
void make_relocation_outputs(Context&);
void write_relocation_outputs(Context&);

// map.cpp
void write_map(Context&);
void write_cross_references(Context&);
void write_dependency_file(Context&);

// parallel.cpp: the only file that sees oneTBB. Order of calls is unspecified, so results must not depend on it.
void parallel_for(u64 count, const std::function<void(u64)>& body);
void parallel_sort_u64_pairs(std::vector<std::pair<u64, u64>>& pairs);
void run_with_threads(unsigned threads, const std::function<void()>& body);

} // namespace lathe::linker
