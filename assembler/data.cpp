// Directives that put data into the section: integers, strings, fill, alignment, LEB128, floats, files.
#include "assembler/assembler.h"

#include <cmath>
#include <cstdlib>
#include <elf.h>

namespace lathe::assembler {

constexpr u64 space_limit = u64{1} << 31;

void Assembler::prepare_data() {
  if (section().nobits()) error("attempt to store non-zero value in section `" + section().name + "'");
}

void Assembler::emit_value(const Value& given, Modifier m, unsigned size, u32 tree) {
  Value v = given;
  if (v.is_constant() && m == Modifier::None) {
    if (size < 8) {
      i64 mask = static_cast<i64>(~u64{0} << (size * 8));
      if ((v.number & mask) != 0 && ((v.number & mask) != mask || !(v.number & (i64{1} << (size * 8 - 1)))) && (v.number & mask) != mask) {
        char text[80];
        snprintf(text, sizeof text, "value 0x%llx truncated to 0x%llx", static_cast<unsigned long long>(v.number), static_cast<unsigned long long>(v.number & ~mask));
        warning(text);
      }
    }
    if (section().nobits()) {
      if (v.number) return prepare_data();
      chunk->data.fill(0, size);
      return;
    }
    chunk->data.little_endian(static_cast<u64>(v.number), size);
    wrote_piece(size);
    return;
  }
  if (section().nobits()) return prepare_data();
  if (v.complex) {
    v.add = expression_symbol(v, tree);
    v.sub = no_id, v.number = 0, v.complex = false;
  }
  u32 offset = static_cast<u32>(raw_here());
  chunk->data.little_endian(0, size);
  wrote_piece(size);
  add_fixup(offset, size, FixupKind::Data, v, m);
}

void Assembler::data(std::span<const Operand> list, unsigned size) {
  for (const Operand& o : list) {
    switch (o.kind()) {
    case OperandKind::None: emit_value({}, Modifier::None, size, no_id); break; // an empty item is zero
    case OperandKind::Immediate: {
      Value v;
      v.number = o.immediate();
      emit_value(v, Modifier::None, size, no_id);
      break;
    }
    default:
      emit_value(evaluate(o), o.is(OperandKind::WideImmediate) ? Modifier::None : o.modifier(), size, o.is(OperandKind::Expression) ? o.index() : no_id);
    }
  }
}

void Assembler::leb(std::span<const Operand> list, bool is_signed) {
  for (const Operand& o : list) {
    Value v = evaluate(o);
    if (v.is_constant()) {
      if (section().nobits()) return prepare_data();
      if (static_cast<u64>(v.number) < 0x40) {
        chunk->data.fill(static_cast<u8>(v.number), 1);
        wrote_piece(1);
        continue;
      }
      u8 bytes[12];
      unsigned n = 0;
      i64 x = v.number;
      bool more = true;
      while (more) {
        u8 b = static_cast<u8>(x & 0x7f);
        x = is_signed ? x >> 7 : static_cast<i64>(static_cast<u64>(x) >> 7);
        more = is_signed ? !((x == 0 && !(b & 0x40)) || (x == -1 && (b & 0x40))) : x != 0;
        bytes[n++] = static_cast<u8>(b | (more ? 0x80 : 0));
      }
      chunk->data.append(bytes, n);
      wrote_piece(n);
      continue;
    }
    if (v.complex) {
      SymbolId s = expression_symbol(v, o.is(OperandKind::Expression) ? o.index() : no_id);
      v = {};
      v.add = s;
    }
    Frag& f = close_frag();
    f.kind = FragKind::Leb;
    f.opcode = is_signed;
    f.symbol = v.add, f.minus = v.sub, f.addend = v.number;
    open_frag();
  }
}

void Assembler::strings(std::span<const Operand> list, unsigned width, bool zero_ended) {
  for (const Operand& o : list) {
    if (!o.is(OperandKind::String)) continue;
    std::string_view s = buffer.strings[o.index()];
    if (section().nobits()) return prepare_data();
    if (width == 1) {
      u8* out = chunk->data.reserve(s.size() + 1);
      if (!s.empty()) std::memcpy(out, s.data(), s.size());
      out[s.size()] = 0;
      chunk->data.advance(s.size() + zero_ended);
    } else {
      for (char c : s) chunk->data.little_endian(static_cast<u8>(c), width);
      if (zero_ended) chunk->data.little_endian(0, width);
    }
    wrote_bytes((s.size() + zero_ended) * width);
  }
}

void Assembler::emit_align(u32 power, u32 maximum, i64 value, unsigned fill_size, bool given) {
  if ((u64{1} << power) > section().align) section().align = u64{1} << power;
  if (power == 0) return;
  Frag& f = close_frag();
  f.kind = FragKind::Align;
  f.power = static_cast<u8>(power);
  f.maximum = maximum;
  if (given && fill_size == 1 && static_cast<u8>(value) == 0x90 && section().is_code()) given = false; // NOPs as we choose them
  f.addend = given ? value : 0;
  f.opcode = static_cast<u8>(given ? fill_size : 0);
  if (given && value != 0 && section().nobits()) warning("ignoring fill value in section `" + section().name + "'");
  ++chunk->region;
  open_frag();
}

void Assembler::align(std::span<const Operand> list, bool power, unsigned fill_size) {
  i64 n = 0, fill = 0, maximum = 0;
  if (!list.empty() && !list[0].is(OperandKind::None)) {
    if (!known(list[0], n, "alignment is not a constant")) return;
  } else if (!power) {
    n = 0;
  }
  if (!power) {
    if (n < 0 || (n & (n - 1))) {
      error("alignment not a power of 2");
      return;
    }
    i64 bytes = n;
    n = 0;
    while (bytes > 1) bytes >>= 1, ++n;
  }
  if (n < 0) {
    warning("alignment negative; 0 assumed");
    n = 0;
  }
  if (n > 31) {
    warning("alignment too large: 31 assumed");
    n = 31;
  }
  bool given = list.size() > 1 && !list[1].is(OperandKind::None);
  if (given && !known(list[1], fill, "fill value is not a constant")) return;
  if (list.size() > 2 && !list[2].is(OperandKind::None)) known(list[2], maximum, "maximum is not a constant");
  if (maximum < 0) maximum = 0;
  if (maximum >= i64{1} << n) maximum = 0;
  emit_align(static_cast<u32>(n), static_cast<u32>(maximum), fill, fill_size, given);
}

void Assembler::space(std::span<const Operand> list, bool) {
  if (list.empty()) return;
  i64 fill_value = 0, n;
  if (list.size() > 1 && !list[1].is(OperandKind::None) && !known(list[1], fill_value, "fill value is not a constant")) return;
  if (section().nobits() && fill_value) return prepare_data();
  if (evaluate_now(list[0], n)) {
    if (n < 0) {
      warning(".space repeat count is negative, ignored");
      return;
    }
    if (static_cast<u64>(n) > space_limit && !section().nobits()) {
      error(".space repeat count " + std::to_string(n) + " is too large");
      return;
    }
    if (section().nobits() || n > 65536) { // no bytes are kept for it
      Value v;
      v.number = n;
      if (section().nobits() && n <= 4096) {
        chunk->data.fill(0, static_cast<size_t>(n));
        return;
      }
      SymbolId id = make_anonymous();
      symbol(id).kind = SymbolKind::Absolute;
      symbol(id).value = n;
      Frag& f = close_frag();
      f.kind = FragKind::Space;
      f.symbol = id;
      f.addend = fill_value;
      open_frag();
      return;
    }
    chunk->data.fill(static_cast<u8>(fill_value), static_cast<size_t>(n));
    end_filled(raw_here() - static_cast<u64>(n), 1);
    return;
  }
  Value v = evaluate(list[0]);
  SymbolId s = expression_symbol(v, list[0].is(OperandKind::Expression) ? list[0].index() : no_id);
  Frag& f = close_frag();
  f.kind = FragKind::Space;
  f.symbol = s;
  f.addend = fill_value;
  open_frag();
}

// .dcb and .ds: a number of values, of zeros where none is given.
void Assembler::repeated(std::span<const Operand> list, i64 size) {
  i64 count = 0, value = 0;
  if (list.empty() || !known(list[0], count, "the count is not a constant")) return;
  if (list.size() > 1 && !list[1].is(OperandKind::None) && !known(list[1], value, "the value is not a constant")) return;
  if (count < 0) return warning("negative count; ignored");
  if (count > static_cast<i64>(space_limit) / size) return error("the count is too large");
  for (i64 done = 0; done < count * size; done += size) {
    if (size <= 8) chunk->data.little_endian(static_cast<u64>(value), static_cast<unsigned>(size));
    else chunk->data.fill(0, static_cast<size_t>(size));
  }
}

void Assembler::fill(std::span<const Operand> list) {
  i64 repeat = 0, size = 1, value = 0;
  if (list.size() > 1 && !list[1].is(OperandKind::None) && !known(list[1], size, ".fill size is not a constant")) return;
  if (list.size() > 2 && !list[2].is(OperandKind::None) && !known(list[2], value, ".fill value is not a constant")) return;
  if (size < 0) {
    warning(".fill size clamped to 8");
    size = 8;
  }
  if (size > 8) {
    warning(".fill size clamped to 8");
    size = 8;
  }
  if (evaluate_now(list[0], repeat)) {
    if (repeat <= 0) {
      if (repeat < 0) warning("repeat < 0; .fill ignored");
      return;
    }
    if (static_cast<u64>(repeat) * static_cast<u64>(size) > space_limit) return error(".fill is too large");
    if (section().nobits() && value) return prepare_data();
    u64 bytes = size >= 4 ? static_cast<u64>(value) & 0xffffffff : static_cast<u64>(value); // GNU as keeps four bytes of the value
    for (i64 i = 0; i < repeat; ++i) {
      u64 v = bytes;
      chunk->data.append(&v, static_cast<size_t>(size));
    }
    end_filled(raw_here() - static_cast<u64>(repeat * size), static_cast<u64>(size));
    return;
  }
  if (size != 1) return error(".fill repeat count is not a constant");
  Frag& f = close_frag();
  Value v = evaluate(list[0]);
  f.kind = FragKind::Space;
  f.symbol = expression_symbol(v, list[0].is(OperandKind::Expression) ? list[0].index() : no_id);
  f.addend = value;
  open_frag();
}

void Assembler::org(std::span<const Operand> list) {
  i64 fill_value = 0;
  if (list.empty()) return;
  if (list.size() > 1 && !list[1].is(OperandKind::None) && !known(list[1], fill_value, "fill value is not a constant")) return;
  Value v = evaluate(list[0]);
  SymbolId s;
  if (v.is_constant()) {
    s = make_anonymous();
    symbol(s).kind = SymbolKind::Absolute;
    symbol(s).value = v.number;
  } else {
    s = expression_symbol(v, list[0].is(OperandKind::Expression) ? list[0].index() : no_id);
  }
  Frag& f = close_frag();
  f.kind = FragKind::Org;
  f.symbol = s;
  f.addend = fill_value;
  open_frag();
}

void Assembler::nops(std::span<const Operand> list) {
  i64 n = 0, longest = 0;
  if (list.empty()) return;
  if (list.size() > 1 && !known(list[1], longest, "unsupported .nops control")) return;
  if (longest < 0 || longest > 11) {
    warning("invalid single nop size: " + std::to_string(longest) + " (expect within [0, 11])");
    longest = 11;
  }
  if (evaluate_now(list[0], n)) {
    if (n < 0 || n > 1 << 24) return error("negative nop repeat count, ignored");
    u8* out = chunk->data.reserve(static_cast<size_t>(n));
    emit_nops(out, static_cast<u64>(n), static_cast<unsigned>(longest ? longest : 11));
    chunk->data.advance(static_cast<size_t>(n));
    end_filled(raw_here() - static_cast<u64>(n), 1);
    return;
  }
  Frag& f = close_frag();
  f.kind = FragKind::Nops;
  f.symbol = expression_symbol(evaluate(list[0]), list[0].is(OperandKind::Expression) ? list[0].index() : no_id);
  f.maximum = static_cast<u32>(longest);
  open_frag();
}

// .float and friends: "0f1.5, -2e3, 0x7fc00000 (as bits with 0x), nan, inf".
void Assembler::floats(std::string_view text, unsigned size) {
  std::string all(text);
  const char* at = all.c_str();
  for (;;) {
    while (*at == ' ' || *at == '\t') ++at;
    if (at[0] == '0' && is_class(at[1], NameStart) && lower(at[1]) != 'x' && at[1] != '.' && at[1] != 'e') at += 2; // 0f, 0d, 0t
    bool bits = at[0] == '0' && lower(at[1]) == 'x';
    char* stop = nullptr;
    if (bits || at[0] == ':') {
      u64 v = std::strtoull(at + (at[0] == ':'), &stop, 16);
      if (size <= 8) chunk->data.little_endian(v, size);
      else error("bit patterns of .tfloat are not supported");
    } else {
      const char* digits = at;
      long double v = std::strtold(digits, &stop);
      if (stop == at) return error("bad floating literal");
      if (size == 4) {
        float f = std::strtof(digits, &stop);
        chunk->data.append(&f, 4);
      } else if (size == 8) {
        double d = std::strtod(digits, &stop);
        chunk->data.append(&d, 8);
      } else if (size == 10) {
        chunk->data.append(&v, 10);
      } else {
        return error("16-bit floating literals are not supported");
      }
    }
    at = stop;
    wrote_piece(size);
    while (*at == ' ' || *at == '\t') ++at;
    if (*at != ',') break;
    ++at;
  }
  if (*at) error("junk at end of line, first unrecognized character is `" + std::string(1, *at) + "'");
}

void Assembler::octa(std::string_view text) {
  std::string all(text);
  const char* at = all.c_str();
  for (;;) {
    while (*at == ' ' || *at == '\t') ++at;
    const char* item = at;
    char sign = *at == '-' || *at == '~' ? *at++ : '+';
    unsigned __int128 v = 0;
    auto whole = [&] { // no number alone
      at = item;
      sign = '+';
      std::string_view rest;
      Operand o;
      if (!parser.parse_expression_text(at, o, &rest)) return false;
      Value x = evaluate(o);
      if (!x.is_constant()) return error(".octa needs a constant"), false;
      v = static_cast<unsigned __int128>(static_cast<__int128>(x.number));
      at = all.c_str() + (all.size() - rest.size());
      return true;
    };
    if (!is_class(*at, DigitChar)) {
      if (!whole()) return;
    } else {
      unsigned base = 10;
      if (at[0] == '0' && lower(at[1]) == 'x') base = 16, at += 2;
      else if (at[0] == '0' && lower(at[1]) == 'b') base = 2, at += 2;
      else if (at[0] == '0') base = 8;
      for (;; ++at) {
        char c = lower(*at);
        unsigned d = c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10) : 99;
        if (d >= base) break;
        v = v * base + d;
      }
      while (*at == ' ' || *at == '\t') ++at;
      if (*at && *at != ',' && !whole()) return;
    }
    if (sign != '+') v = sign == '-' ? 0 - v : ~v;
    chunk->data.append(&v, 16);
    wrote_piece(16);
    while (*at == ' ' || *at == '\t') ++at;
    if (*at != ',') break;
    ++at;
  }
  if (*at) error("junk at end of line, first unrecognized character is `" + std::string(1, *at) + "'");
}

void Assembler::incbin(std::string_view text) {
  std::string all(text), file_name_text;
  const char* at = all.c_str();
  if (!parser.parse_string_text(at, file_name_text)) return;
  i64 skip = 0, count = -1;
  std::string_view rest(at);
  for (int i = 0; i < 2; ++i) {
    while (!rest.empty() && is_class(rest[0], BlankChar)) rest.remove_prefix(1);
    if (rest.empty() || rest[0] != ',') break;
    rest.remove_prefix(1);
    while (!rest.empty() && is_class(rest[0], BlankChar)) rest.remove_prefix(1);
    if (rest.empty() || rest[0] == ',') continue;
    Operand o;
    std::string_view left;
    if (!parser.parse_expression_text(rest, o, &left) || !evaluate_now(o, i == 0 ? skip : count)) return error("skip and count of .incbin must be constant");
    rest = left;
  }
  std::unique_ptr<SourceFile> file;
  if (!parser.opens_file(file_name_text, file)) return error("file not found: " + file_name_text);
  u64 size = file->text().size();
  if (skip < 0 || static_cast<u64>(skip) > size || (count >= 0 && static_cast<u64>(skip + count) > size))
    return error("skip (" + std::to_string(skip) + ") or count (" + std::to_string(count) + ") invalid for file size (" + std::to_string(size) + ")");
  if (section().nobits()) return prepare_data();
  u64 length = count >= 0 ? static_cast<u64>(count) : size - static_cast<u64>(skip);
  chunk->data.append(file->text().data() + skip, length);
  wrote_piece(length);
}

} // namespace lathe::assembler
