#pragma once
// Instructions and registers as plain numbers, for what the targets share. A target's own enumerations turn into them
// and back by themselves once it says which of its types are rows and registers:
//   template <> inline constexpr bool is_register_type<x86::Reg> = true;

#include "common/int_types.h"

namespace lathe::assembler {

template <class T> inline constexpr bool is_row_type = false;
template <class T> inline constexpr bool is_register_type = false;

// A form of an instruction: the number of a target's table row.
struct RowId {
  u16 value = 0;

  constexpr RowId() = default;
  constexpr explicit RowId(u16 v) : value(v) {}
  template <class T> requires is_row_type<T>
  constexpr RowId(T row) : value(static_cast<u16>(row)) {}
  template <class T> requires is_row_type<T>
  constexpr operator T() const { return static_cast<T>(value); }
  template <class T> requires is_row_type<T>
  constexpr bool operator==(T row) const { return value == static_cast<u16>(row); }
  constexpr bool operator==(const RowId&) const = default;
};

// A register; 0 is none.
struct RegId {
  u16 value = 0;

  constexpr RegId() = default;
  constexpr explicit RegId(u16 v) : value(v) {}
  template <class T> requires is_register_type<T>
  constexpr RegId(T reg) : value(static_cast<u16>(reg)) {}
  template <class T> requires is_register_type<T>
  constexpr operator T() const { return static_cast<T>(value); }
  template <class T> requires is_register_type<T>
  constexpr bool operator==(T reg) const { return value == static_cast<u16>(reg); }
  constexpr bool operator==(const RegId&) const = default;
  constexpr bool is_none() const { return value == 0; }
};

} // namespace lathe::assembler
