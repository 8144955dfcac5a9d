#pragma once
// A module as read: globals, types, constants, attributes and metadata, frozen before bodies are compiled.

#include "codegen/ir/function.h"
#include "common/diag.h"
#include "common/intern.h"

#include <memory>

namespace lathe::ir {

enum class Linkage : u8 {
  External, Private, Internal, AvailableExternally, LinkOnceAny, LinkOnceOdr, WeakAny, WeakOdr, Common, Appending,
  ExternalWeak,
};
enum class Visibility : u8 { Default, Hidden, Protected };
enum class DllStorage : u8 { None, Import, Export };
enum class TlsModel : u8 { None, GeneralDynamic, LocalDynamic, InitialExec, LocalExec };
enum class GlobalKind : u8 { Variable, Function, Alias, Ifunc };

// Attributes that code generation asks for, as bits; all others are kept as strings.
enum class Attribute : u8 {
  ZeroExt, SignExt, NoExt, InReg, ByVal, ByRef, InAlloca, Preallocated, StructRet, NoAlias, NoCapture, NoFree, Nest,
  Returned, NonNull, NoUndef, ReadNone, ReadOnly, WriteOnly, ImmArg, SwiftSelf, SwiftError, SwiftAsync, AllocAlign,
  AllocPtr, Dereferenceable, Align, StackAlign, AlwaysInline, Builtin, Cold, Hot, Convergent, InlineHint, JumpTable,
  MinSize, Naked, NoBuiltin, NoCfCheck, NoDuplicate, NoImplicitFloat, NoInline, NonLazyBind, NoRecurse, NoRedZone,
  NoReturn, NoSync, NoUnwind, NullPointerIsValid, OptForFuzzing, OptNone, OptSize, ReturnsTwice, SafeStack,
  SpeculativeLoadHardening, SanitizeAddress, SanitizeMemory, SanitizeThread, SanitizeHwaddress, SanitizeMemTag,
  ShadowCallStack, Speculatable, StackProtect, StackProtectReq, StackProtectStrong, StrictFp, UwTable, WillReturn,
  MustProgress, NoCallback, NoMerge, NoProfile, Memory, AllocSize, AllocKind, VScaleRange, ElementType,
  PresplitCoroutine, FnRetThunkExtern,
  Count,
};

struct AttributeSet {
  std::array<u64, 2> bits{};
  u64 align = 0, stack_align = 0, dereferenceable = 0; // bytes
  TypeId by_type{};                                     // byval, sret, byref, inalloca, elementtype
  std::vector<std::pair<std::string_view, std::string_view>> strings; // "key"="value"
  bool operator==(const AttributeSet&) const = default;
  bool has(Attribute a) const { return bits[static_cast<u8>(a) >> 6] >> (static_cast<u8>(a) & 63) & 1; }
  void set(Attribute a) { bits[static_cast<u8>(a) >> 6] |= u64(1) << (static_cast<u8>(a) & 63); }
  // Null when there is no such string attribute.
  const std::string_view* find(std::string_view key) const;
};

enum class ComdatKind : u8 { Any, ExactMatch, Largest, NoDeduplicate, SameSize };
struct Comdat {
  std::string_view name;
  ComdatKind kind{};
};

// LLVM's own functions and variables: intrinsics, llvm.used, ...
inline constexpr std::string_view intrinsic_prefix = "llvm.";

struct Global {
  GlobalKind kind{};
  Linkage linkage{};
  Visibility visibility{};
  DllStorage dll{};
  TlsModel tls{};
  bool dso_local = false, unnamed_addr = false, local_unnamed_addr = false, is_constant = false;
  bool externally_initialized = false, is_declaration = false, is_used = false;
  bool is_numbered = false;   // written @0, @1, ... without quotes
  std::string_view name;      // without '@', unescaped; numbered globals have "0", "1", ...; a leading \1 is kept
  TypeId value_type{};        // Function: the function type
  u32 address_space = 0;
  u32 align = 0;              // bytes; 0 when not given
  std::string_view section, partition, code_model;
  u32 comdat = none;          // index into Module::comdats
  Value initializer;          // Variable: initial value; Alias: aliasee; Ifunc: resolver; none for declarations
  // Functions.
  CallingConvention convention{};
  u32 return_attributes = 0, function_attributes = 0; // AttributeSet ids
  std::vector<u32> parameter_attributes;
  std::vector<std::pair<u32, u32>> skipped_numbers; // parameters whose number is not the next: which, its number
  std::vector<std::string_view> parameter_names;
  Value personality, prefix, prologue;
  std::string_view gc;
  u64 body_begin = 0, body_end = 0;   // offsets into Module::source: from after '{' to the closing '}'
  u64 offset = 0;                     // where it is defined, for messages
  MetadataId subprogram = none;       // !dbg
  // Other !kind attachments, by name.
  std::vector<std::pair<std::string_view, MetadataId>> metadata;

  bool is_intrinsic() const { return name.starts_with(intrinsic_prefix); }
  // An intrinsic's name without the prefix: "ctpop.i32".
  std::string_view intrinsic_name() const { return name.substr(intrinsic_prefix.size()); }
};

// Where each numbered or named metadata node's text lies; parsed when asked for (reader/metadata.h).
struct MetadataIndex {
  struct Span { u64 begin = 0, end = 0; };
  std::vector<Span> numbered;                                      // by number
  std::vector<std::pair<std::string_view, Span>> named;            // !llvm.module.flags, ...
};

// LLVM's numbers in the module flag "Code Model".
inline constexpr u32 kernel_code_model = 2, medium_code_model = 3, large_code_model = 4;

struct Module {
  Module() : types(), constants() {}
  Module(const Module&) = delete;

  const SourceFile* source = nullptr;
  std::string_view source_name, target_triple; // source_filename, target triple
  std::string_view data_layout_text;
  DataLayout layout;
  std::vector<std::string> module_asm; // one entry per `module asm` line
  TypeTable types;
  ConstantTable constants;
  Interner names;                      // type names
  Arena memory;                        // unescaped text, spans
  std::vector<Global> globals;         // in order of definition in the file, forward-referenced ones included once
  std::vector<Comdat> comdats;
  std::vector<AttributeSet> attributes; // id 0 is the empty set
  std::vector<InlineAsm> asms;
  // Blocks whose address the module's initializers take; Function::address_labels says which blocks they are.
  struct BlockAddress {
    GlobalId function;
    std::string_view block; // name or number as written, without '%'
    bool quoted;
    u64 offset;
  };
  std::vector<BlockAddress> block_addresses;
  MetadataIndex metadata;
  // What !llvm.module.flags says that code generation asks for.
  struct Flags {
    u32 pic_level = 0, pie_level = 0, code_model = none, uwtable = 0, frame_pointer = 0, dwarf_version = 0;
    bool cf_protection_branch = false, cf_protection_return = false, rt_lib_use_got = false, kcfi = false;
    bool thunk_cs_prefix = false; // -mindirect-branch-cs-prefix
    std::string_view guard_kind, guard_register, guard_symbol; // stack-protector-guard*
    i32 guard_offset = 40;
  } flags;
  std::string_view ident;               // !llvm.ident

  GlobalId find(std::string_view name) const; // `none` if absent
  struct NameIndex;
  std::shared_ptr<NameIndex> name_index;      // filled by the reader
};

} // namespace lathe::ir
