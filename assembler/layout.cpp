// Layout. Every jump starts short and may only grow; alignments, .org and LEB128 follow what moves. The passes repeat
// until nothing moves, and walk forward with the stretch so far, as GNU as does, so that both settle on the same
// sizes. Afterwards every label of a section has its address.
#include "assembler/assembler.h"

#include <elf.h>
#include <unordered_map>

namespace lathe::assembler {
namespace {

u64 align_padding(u64 address, const Frag& f) {
  u64 mask = (u64{1} << f.power) - 1;
  u64 pad = (0 - address) & mask;
  return f.maximum && pad > f.maximum ? 0 : pad;
}

u32 sleb_size(i64 v) {
  u32 n = 1;
  while (v < -64 || v > 63) v >>= 7, ++n;
  return n;
}

u32 leb_size(const Frag& f, i64 value) { return f.opcode ? sleb_size(value) : uleb_size(static_cast<u64>(value)); }

} // namespace

// Whether a value depends on no place that the layout of `section`, or of one not laid out so far, may move.
bool Assembler::is_settled(SymbolId id, u32 section, u32 depth) {
  const Symbol& s = symbol(id);
  if (s.kind == SymbolKind::Absolute) return true;
  if (s.kind == SymbolKind::Label) {
    const Section& home = sections[chunks[s.chunk].section];
    return chunks[s.chunk].section != section && home.laid_out && !home.depends;
  }
  if (s.kind != SymbolKind::Equated || depth > 4) return false;
  u32 pending[8] = {s.expression};
  for (u32 n = 1; n > 0;) {
    const Expression& e = pool[pending[--n]];
    if (e.op == Operator::Symbol && !is_settled(e.left, section, depth + 1)) return false;
    if (e.op == Operator::Symbol || e.op == Operator::Constant) continue;
    if (n + 2 > std::size(pending) || e.right == no_id) return false;
    pending[n++] = e.left, pending[n++] = e.right;
  }
  return true;
}

bool Assembler::leb_value(const Frag& f, i64& value) {
  auto reduce = [&](SymbolId id) {
    if (id == no_id) return Value{};
    if (symbol(id).kind != SymbolKind::Label) return final_reduce(id);
    Value v;
    v.add = id;
    return v;
  };
  Value v = reduce(f.symbol);
  if (f.minus != no_id) v = subtract(v, reduce(f.minus), true);
  value = v.number + f.addend;
  if (v.add != no_id && v.sub == no_id && !v.complex && symbol(v.add).kind == SymbolKind::Label) {
    value += static_cast<i64>(label_address(symbol(v.add)));
    return true;
  }
  return v.is_constant();
}

// Whether nothing that will be laid out from here on can move the value; then size and value are final.
bool Assembler::settle_leb(Frag& f, u32 section) {
  if (f.near) return true;
  i64 value;
  if (f.symbol != no_id && !is_settled(f.symbol, section)) return false;
  if (f.minus != no_id && !is_settled(f.minus, section)) return false;
  if (!leb_value(f, value)) return false;
  f.addend = value, f.symbol = f.minus = no_id;
  f.near = true;
  return true;
}

// Debugging data: settled LEB128 numbers are all that varies, and one walk gives every place.
bool Assembler::layout_data(Section& s, u32 section_index) {
  u64 address = 0;
  for (u32 c : s.chunks) {
    Chunk& ch = chunks[c];
    ch.frags.back().fixed = static_cast<u32>(ch.data.size() - ch.frags.back().start);
    for (Frag& f : ch.frags) {
      if (f.kind != FragKind::None && !(f.kind == FragKind::Leb && settle_leb(f, section_index))) return false;
      f.size = f.kind == FragKind::Leb ? leb_size(f, f.addend) : 0;
      f.address = address;
      address += f.fixed + f.size;
    }
  }
  s.laid_out = true;
  s.size = address;
  return true;
}

void Assembler::layout_section(Section& s) {
  u64 address = 0;
  u32 region = 0;
  bool any = false;
  u32 section_index = static_cast<u32>(&s - sections.data());
  if (layout_data(s, section_index)) return;
  // a jump whose target is not settled here is long from the start
  auto leaves = [&](Frag& f) {
    SymbolId id = f.symbol;
    i64 addend = f.addend;
    if (!resolve(id, addend) || id == no_id) return true;
    f.symbol = id, f.addend = addend;
    const Symbol& t = symbol(id);
    return t.kind != SymbolKind::Label || chunks[t.chunk].section != section_index || t.weak || t.type == STT_GNU_IFUNC || (t.global && f.modifier == Modifier::Plt) ||
           (f.modifier != Modifier::None && f.modifier != Modifier::Plt);
  };
  for (u32 c : s.chunks) {
    Chunk& ch = chunks[c];
    ch.frags.back().fixed = static_cast<u32>(ch.data.size() - ch.frags.back().start);
    for (Frag& f : ch.frags) {
      f.address = address;
      f.region = region;
      f.marker = false;
      address += f.fixed;
      switch (f.kind) {
      case FragKind::None: break;
      case FragKind::Branch:
        any = true;
        f.near = leaves(f);
        f.size = !f.near ? 2 : f.is_jump ? 5 : 6;
        break;
      case FragKind::Align:
        any = true;
        f.size = static_cast<u32>(align_padding(address, f));
        ++region;
        break;
      case FragKind::Org: any = s.depends = true, f.size = 0, ++region; break;
      case FragKind::Leb:
        any = true;
        s.depends |= !settle_leb(f, section_index);
        f.size = 1;
        break;
      case FragKind::Space: case FragKind::Nops:
        any = true;
        s.depends |= !is_settled(f.symbol, section_index);
        f.size = 0;
        break;
      }
      address += f.size;
    }
  }
  s.laid_out = true;
  if (!any) {
    s.size = address;
    return;
  }
  bool changed = true;
  for (u32 pass = 0; changed && pass < 1000; ++pass) {
    changed = false;
    i64 stretch = 0;
    bool marker = pass % 2 == 0;
    for (u32 c : s.chunks) {
      Chunk& ch = chunks[c];
      for (size_t i = 0; i < ch.frags.size(); ++i) {
        Frag& f = ch.frags[i];
        u64 was = f.address;
        f.address += static_cast<u64>(stretch);
        f.marker = marker;
        u64 end = f.address + f.fixed;
        i64 growth = 0;
        switch (f.kind) {
        case FragKind::None: break;
        case FragKind::Branch: {
          if (f.near) break;
          const Symbol& t = symbol(f.symbol);
          const Frag& tf = chunks[t.chunk].frags[t.frag];
          u64 target = tf.address + static_cast<u64>(t.value) + static_cast<u64>(f.addend);
          // A target further on moves as we did, unless an alignment between may take that up.
          if (stretch && tf.marker != marker) {
            if (stretch < 0 || tf.region == f.region) target += static_cast<u64>(stretch);
            else if (static_cast<i64>(target - (end + 1)) < 0) break;
          }
          i64 distance = static_cast<i64>(target - (end + 2));
          if (distance < -128 || distance > 127) {
            f.near = true;
            growth = (f.is_jump ? 5 : 6) - 2;
          }
          break;
        }
        case FragKind::Align: {
          u64 before = align_padding(was + f.fixed, f), after = align_padding(end, f);
          growth = static_cast<i64>(after) - static_cast<i64>(before);
          break;
        }
        case FragKind::Org: {
          i64 target;
          if (!final_value(f.symbol, target)) target = 0;
          Value v = final_reduce(f.symbol);
          if (v.add != no_id && symbol(v.add).kind == SymbolKind::Label && stretch) {
            const Symbol& t = symbol(v.add);
            if (chunks[t.chunk].frags[t.frag].marker != marker) target += stretch;
          }
          growth = target - static_cast<i64>(end) - static_cast<i64>(f.size);
          if (static_cast<i64>(f.size) + growth < 0) growth = -static_cast<i64>(f.size);
          break;
        }
        case FragKind::Leb: {
          if (f.near && pass > 0) break;
          i64 value = f.addend;
          if (!f.near) leb_value(f, value);
          u32 n = leb_size(f, value);
          // sizes that bounce are left at the larger after a while
          if (n > f.size || (n < f.size && pass < 50)) growth = static_cast<i64>(n) - f.size;
          break;
        }
        case FragKind::Space: case FragKind::Nops: {
          i64 n = 0;
          if (final_value(f.symbol, n) && n >= 0 && n <= 0x7fffffff) growth = n - f.size;
          break;
        }
        }
        if (growth) {
          stretch += growth;
          changed = true;
          f.size = static_cast<u32>(f.size + growth);
        }
      }
    }
    u64 last = 0;
    if (!s.chunks.empty()) {
      const Frag& f = chunks[s.chunks.back()].frags.back();
      last = f.address + f.fixed + f.size;
    }
    s.size = last;
  }
}

void Assembler::build_bytes(Section& s) {
  if (s.nobits()) return;
  s.bytes.resize(s.size);
  for (u32 c : s.chunks) {
    Chunk& ch = chunks[c];
    for (Frag& f : ch.frags) {
      u8* at = s.bytes.data() + f.address;
      if (f.fixed) std::memcpy(at, ch.data.data() + f.start, f.fixed);
      at += f.fixed;
      u64 where = f.address + f.fixed;
      place = f.place;
      switch (f.kind) {
      case FragKind::None: break;
      case FragKind::Branch: {
        unsigned n = 0;
        if (!f.near) at[n++] = f.opcode;
        else if (f.is_jump) at[n++] = 0xe9;
        else at[n++] = 0x0f, at[n++] = static_cast<u8>(f.opcode + 0x10);
        const Symbol& t = symbol(f.symbol);
        bool here_defined = f.symbol != no_id && t.kind == SymbolKind::Label && chunks[t.chunk].section == ch.section && !t.weak && t.type != STT_GNU_IFUNC && !(t.global && f.modifier == Modifier::Plt) &&
                            (f.modifier == Modifier::None || f.modifier == Modifier::Plt);
        if (!here_defined) {
          Fixup x;
          x.offset = static_cast<u32>(where + n); // from the section's start: see resolve_fixups
          x.frag = no_id;
          x.add = f.symbol, x.addend = f.addend;
          x.size = 4;
          x.kind = FixupKind::Branch;
          x.modifier = f.modifier;
          x.place = f.place;
          ch.fixups.push_back(x);
          break;
        }
        i64 d = static_cast<i64>(label_address(t)) + f.addend - static_cast<i64>(where + f.size);
        if (f.near) {
          i32 d32 = static_cast<i32>(d);
          std::memcpy(at + n, &d32, 4);
        } else {
          at[n] = static_cast<u8>(d);
        }
        break;
      }
      case FragKind::Align:
        if (f.opcode == 0 && s.is_code() && f.addend == 0) {
          emit_nops(at, f.size);
        } else if (f.opcode > 1) {
          u64 fill = static_cast<u64>(f.addend);
          u32 odd = f.size % f.opcode;
          if (odd) error("alignment padding (" + std::to_string(f.size) + " bytes) not a multiple of " + std::to_string(f.opcode));
          for (u32 i = odd; i + f.opcode <= f.size; i += f.opcode) std::memcpy(at + i, &fill, f.opcode);
        } else {
          std::fill_n(at, f.size, static_cast<u8>(f.addend));
        }
        break;
      case FragKind::Org: {
        i64 target;
        if (!final_value(f.symbol, target)) error("invalid segment \"*UND*\" in .org");
        else if (target < static_cast<i64>(where)) error("attempt to move .org backwards");
        std::fill_n(at, f.size, static_cast<u8>(f.addend));
        break;
      }
      case FragKind::Leb: {
        i64 v = 0;
        if (f.near) {
          v = f.addend;
        } else if (!leb_value(f, v)) {
          error(".uleb128 or .sleb128 needs a value known when assembling");
          break;
        }
        for (u32 i = 0; i < f.size; ++i) {
          u8 b = static_cast<u8>(v & 0x7f);
          v = f.opcode ? v >> 7 : static_cast<i64>(static_cast<u64>(v) >> 7);
          at[i] = static_cast<u8>(b | (i + 1 < f.size ? 0x80 : 0));
        }
        break;
      }
      case FragKind::Space: {
        i64 n = 0;
        if (!final_value(f.symbol, n)) error(".space specifies non-absolute value");
        else if (n < 0) warning(".space repeat count is negative, ignored");
        std::fill_n(at, f.size, static_cast<u8>(f.addend));
        break;
      }
      case FragKind::Nops:
        emit_nops(at, f.size, f.maximum ? f.maximum : 11);
        break;
      }
    }
  }
}

// Before layout: a section's name is its section symbol; an equated symbol that stands for a place is a label there.
void Assembler::settle_symbols() {
  std::unordered_map<std::string_view, u32> names;
  for (u32 i = 0; i < sections.size(); ++i) names.emplace(sections[i].name, i);
  for (size_t i = 0; i < chain.size(); ++i) {
    SymbolId id = chain[i];
    if (symbol(id).kind == SymbolKind::Undefined && id < anonymous_base) {
      auto it = names.find(name(id));
      if (it == names.end() || symbol(id).global || symbol(id).weak) continue;
      u32 c = chunk_of(it->second, 0);
      Symbol& s = symbol(id);
      s.kind = SymbolKind::Label;
      s.chunk = c, s.frag = 0, s.value = 0;
      s.names_section = true;
    }
  }
  for (SymbolId id = 0; id < symbols.size(); ++id) {
    if (symbols[id].kind != SymbolKind::Equated || !symbols[id].used || symbols[id].weak) continue;
    Value v = symbol_chain_end(id);
    if (v.add == no_id) continue;
    Symbol target = symbol(v.add);
    Symbol& s = symbols[id];
    s.kind = SymbolKind::Label;
    s.chunk = target.chunk, s.frag = target.frag;
    s.value = target.value + v.number;
    if (v.number != 0) continue;
    if (!s.type) s.type = target.type;
    if (!s.size && s.size_expression == no_id) s.size = target.size, s.size_expression = target.size_expression;
  }
}

// Follows "symbol + number" definitions to a label; no_id when there is none at the end.
Value Assembler::symbol_chain_end(SymbolId id) {
  Value v;
  for (int steps = 0; steps < 100; ++steps) {
    const Symbol& s = symbol(id);
    if (s.kind == SymbolKind::Label) {
      v.add = id;
      return v;
    }
    if (s.kind != SymbolKind::Equated || s.weak) return {};
    const Expression* e = &pool[s.expression];
    i64 number = 0;
    // constants and one symbol, added up
    u32 leaf = no_id;
    std::vector<u32> stack{s.expression};
    while (!stack.empty()) {
      e = &pool[stack.back()];
      stack.pop_back();
      if (e->op == Operator::Constant) number += e->value;
      else if (e->op == Operator::Symbol && leaf == no_id) leaf = e->left;
      else if (e->op == Operator::Add && stack.size() < 50) stack.push_back(e->left), stack.push_back(e->right);
      else return {};
    }
    if (leaf == no_id) return {};
    v.number += number;
    id = leaf;
  }
  return {};
}

bool Assembler::layout() {
  settle_symbols();
  for (Section& s : sections)
    if (s.is_code()) layout_section(s);
  compute_views();
  for (Section& s : sections)
    if (!s.is_code()) layout_section(s);
  // sizes that depend on another section's labels settle on the second look
  for (Section& s : sections)
    if (s.depends) layout_section(s);
  for (Section& s : sections) {
    if (s.size > 0x7fffffff && !s.nobits()) {
      diagnostics.error("section `" + s.name + "' is too large");
      return false;
    }
    build_bytes(s);
  }
  return true;
}

} // namespace lathe::assembler
