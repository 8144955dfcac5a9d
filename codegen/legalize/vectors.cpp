// Vectors become their elements, operation by operation; no vector lives in a register afterwards but at the
// border. Needs: no aggregates, no constant expressions to compute. Gives: legalize.h (7).
// A vector that is only copied from memory to memory is copied in words instead.

#include "codegen/legalize/parts.h"
#include "codegen/legalize/vector_intrinsics.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

constexpr u64 most_elements = 1024;

class VectorRewriter : public PartsRewriter {
public:
  explicit VectorRewriter(Context& c) : PartsRewriter(c) { find_copies(); }
  using PartsRewriter::is_split;

protected:
  bool is_split(TypeId t) const override { return f.types.is_vector(t); }

  u32 count_of(TypeId t) const {
    const Type& type = f.types[t];
    if (type.scalable) unsupported(f, "a scalable vector");
    if (type.count > most_elements) unsupported(f, "a vector of more than 1024 elements");
    return static_cast<u32>(type.count);
  }

  void part_types(TypeId t, std::vector<TypeId>& out) override { out.assign(count_of(t), f.types[t].element); }

  void split_constant(Value v, std::vector<Value>& parts) override {
    u32 count = count_of(f.type_of(v));
    for (u32 i = 0; i < count; ++i) parts.push_back(constant_element(f, v, i));
  }

  void check_border(TypeId t) {
    if (f.types.size_in_bits(t, context.layout()) > 512)
      unsupported(f, "passing or returning a value of type '" + type_text(f, t) + "'");
  }

  void split_border(Value v, std::vector<Value>& parts) override {
    TypeId t = f.type_of(v);
    check_border(t);
    u32 count = count_of(t);
    for (u32 i = 0; i < count; ++i) {
      Value operands[] = {v, b.integer(TypeId::I32, i)};
      parts.push_back(b.emit(Opcode::ExtractElement, f.types[t].element, operands));
    }
  }

  Value join(TypeId t, std::span<const Value> parts) override {
    check_border(t);
    Value whole = b.poison(t);
    for (u32 i = 0; i < parts.size(); ++i) {
      Value operands[] = {whole, parts[i], b.integer(TypeId::I32, i)};
      if (!is_undef(f, parts[i])) whole = b.emit(Opcode::InsertElement, t, operands);
    }
    return whole;
  }

  bool expand(InstId id) override {
    Opcode op = f[id].op;
    switch (op) {
    case Opcode::InsertElement: return insert(id);
    case Opcode::ExtractElement: return extract(id);
    case Opcode::ShuffleVector: return shuffle(id);
    case Opcode::BitCast: return (is_split(f[id].type) || is_split(f.operand(id, 0))) && bitcast(id);
    case Opcode::Load: return is_split(f[id].type) && load(id);
    case Opcode::Store: return is_split(f.operand(id, 0)) && store(id);
    case Opcode::Select: return is_split(f.operand(id, 0)) && elementwise(id);
    case Opcode::Call: return call(id);
    case Opcode::ExtractValue: return has_parts(id); // of with.overflow
    case Opcode::GetElementPtr:
    case Opcode::ICmp:
    case Opcode::FCmp:
    case Opcode::FNeg: return is_split(f[id].type) && elementwise(id);
    default:
      if ((op >= Opcode::FNeg && op <= Opcode::Xor) || (op >= Opcode::Trunc && op <= Opcode::AddrSpaceCast))
        return is_split(f[id].type) && elementwise(id);
      return false;
    }
  }

private:
  // An instruction like `id` on each element; operands that are no vectors are the same for all.
  bool elementwise(InstId id) {
    const Instruction whole = f[id];
    u32 count = count_of(whole.type);
    TypeId element = f.types[whole.type].element;
    std::vector<std::vector<Value>> operands;
    for (u32 i = 0; i < whole.operand_count; ++i) {
      Value v = f.operand(id, i);
      operands.push_back(is_split(v) ? copy_parts(v) : std::vector<Value>(count, v));
    }
    std::vector<Value> parts, list(operands.size());
    for (u32 i = 0; i < count; ++i) {
      for (size_t k = 0; k < list.size(); ++k) list[k] = operands[k][i];
      Value v = b.emit(whole.op, element, list, whole.flags);
      Instruction& made = f[v.index()];
      made.sub = whole.sub;
      made.aux = whole.op == Opcode::GetElementPtr ? whole.aux : none;
      parts.push_back(v);
    }
    set_parts(id, parts);
    return true;
  }

  bool insert(InstId id) {
    std::vector<Value> parts = copy_parts(f.operand(id, 0));
    Value element = f.operand(id, 1), index = f.operand(id, 2);
    u64 at;
    if (constant_bits(f, index, at)) {
      if (at < parts.size()) parts[at] = element;
    } else if (packed_bits(f[id].type)) {
      for (u32 i = 0; i < parts.size(); ++i)
        parts[i] = b.choose(b.compare(Predicate::IEq, index, b.same(index, i)), element, parts[i]);
    } else if (!is_undef(f, index)) {
      TypeId type = f[id].type;
      Value slot = spill(type, parts);
      b.store(element, element_address(slot, type, index), 1);
      load_elements(slot, type, 16, 0, parts);
    }
    set_parts(id, parts);
    return true;
  }

  bool extract(InstId id) {
    Value whole = f.operand(id, 0), index = f.operand(id, 1);
    u64 at;
    if (constant_bits(f, index, at)) {
      auto parts = parts_of(whole);
      replace(id, at < parts.size() ? parts[at] : b.poison(f[id].type));
    } else if (is_undef(f, index)) {
      replace(id, b.poison(f[id].type));
    } else if (packed_bits(f.type_of(whole))) {
      std::vector<Value> parts = copy_parts(whole);
      Value picked = parts[0];
      for (u32 i = 1; i < parts.size(); ++i)
        picked = b.choose(b.compare(Predicate::IEq, index, b.same(index, i)), parts[i], picked);
      replace(id, picked);
    } else {
      TypeId type = f.type_of(whole);
      Value slot = spill(type, copy_parts(whole));
      replace(id, b.load(f[id].type, element_address(slot, type, index), 1));
    }
    return true;
  }

  bool shuffle(InstId id) {
    std::vector<Value> parts = copy_parts(f.operand(id, 0)), second = copy_parts(f.operand(id, 1));
    size_t count = parts.size();
    parts.insert(parts.end(), second.begin(), second.end());
    Value mask = f.operand(id, 2);
    std::vector<Value> picked;
    TypeId element = f.types[f[id].type].element;
    u32 result = count_of(f[id].type);
    for (u32 i = 0; i < result; ++i) {
      u64 at;
      bool known = constant_bits(f, constant_element(f, mask, i), at);
      picked.push_back(known && at < 2 * count ? parts[at] : b.poison(element));
    }
    set_parts(id, picked);
    return true;
  }

  // --- Memory. Elements of whole bytes lie one after the other; others are packed into one integer.

  u32 element_bits(TypeId t) const {
    return static_cast<u32>(f.types.size_in_bits(f.types[t].element, context.layout()));
  }
  bool packed_bits(TypeId t) const { return element_bits(t) % 8 != 0; }

  static u32 align_at(u32 align, u64 offset) {
    return offset == 0 ? align : static_cast<u32>(std::min<u64>(align, offset & (~offset + 1)));
  }

  void load_elements(Value pointer, TypeId t, u32 align, u16 flags, std::vector<Value>& parts) {
    u32 count = count_of(t), bits = element_bits(t);
    TypeId element = f.types[t].element;
    parts.clear();
    if (packed_bits(t)) {
      Value all = b.load(f.types.integer(bits * count), pointer, align, flags);
      unpack(all, bits, count, parts);
      return;
    }
    for (u32 i = 0; i < count; ++i) {
      u64 offset = u64(i) * bits / 8;
      parts.push_back(b.load(element, b.byte_offset(pointer, static_cast<i64>(offset)), align_at(align, offset), flags));
    }
  }

  void store_elements(std::span<const Value> parts, TypeId t, Value pointer, u32 align, u16 flags) {
    u32 bits = element_bits(t);
    if (packed_bits(t)) {
      b.store(pack(parts, bits), pointer, align, flags);
      return;
    }
    for (u32 i = 0; i < parts.size(); ++i) {
      u64 offset = u64(i) * bits / 8;
      if (is_undef(f, parts[i]) && !(flags & FlagVolatile)) continue;
      b.store(parts[i], b.byte_offset(pointer, static_cast<i64>(offset)), align_at(align, offset), flags);
    }
  }

  // Little-endian: element 0 in the lowest bits.
  void unpack(Value all, u32 bits, u32 count, std::vector<Value>& parts) {
    TypeId element = f.types.integer(bits);
    for (u32 i = 0; i < count; ++i) parts.push_back(b.trunc(b.lshr(all, i * bits), element));
  }
  Value pack(std::span<const Value> parts, u32 bits) {
    TypeId type = f.types.integer(bits * static_cast<u32>(parts.size()));
    Value all = b.zext(parts[0], type);
    for (u32 i = 1; i < parts.size(); ++i) all = b.or_(all, b.shl(b.zext(parts[i], type), i * bits));
    return all;
  }

  bool load(InstId id) {
    const Instruction whole = f[id];
    if (whole.sub != 0) unsupported(f, "an atomic load of a vector");
    Value pointer = f.operand(id, 0);
    u32 align = 1u << std::min<u32>(whole.align_log2, 31);
    std::vector<Value> parts;
    if (is_copy(id)) {
      for (auto [type, offset] : chunks(whole.type))
        parts.push_back(b.load(type, b.byte_offset(pointer, static_cast<i64>(offset)), align_at(align, offset)));
    } else {
      load_elements(pointer, whole.type, align, whole.flags, parts);
    }
    set_parts(id, parts);
    return true;
  }

  bool store(InstId id) {
    const Instruction whole = f[id];
    Value v = f.operand(id, 0), pointer = f.operand(id, 1);
    if (whole.sub != 0) unsupported(f, "an atomic store of a vector");
    TypeId type = f.type_of(v);
    u32 align = 1u << std::min<u32>(whole.align_log2, 31);
    std::vector<Value> parts = copy_parts(v);
    if (v.is_instruction() && is_copy(v.index())) {
      auto list = chunks(type);
      for (size_t i = 0; i < list.size(); ++i)
        b.store(parts[i], b.byte_offset(pointer, static_cast<i64>(list[i].second)), align_at(align, list[i].second));
    } else {
      store_elements(parts, type, pointer, align, whole.flags);
    }
    drop(id);
    return true;
  }

  // The pieces by which a vector is copied as bytes.
  std::vector<std::pair<TypeId, u64>> chunks(TypeId t) const {
    u64 bytes = f.types.store_size(t, context.layout()), at = 0;
    bool by_16 = context.target.copies_16_bytes && !context.has(Attribute::NoImplicitFloat);
    std::vector<std::pair<TypeId, u64>> list;
    auto take = [&](TypeId type, u64 size) {
      for (; bytes - at >= size; at += size) list.push_back({type, at});
    };
    if (by_16) take(TypeId::Fp128, 16);
    if (context.target.word_bits >= 64) take(TypeId::I64, 8);
    take(TypeId::I32, 4);
    take(TypeId::I16, 2);
    take(TypeId::I8, 1);
    return list;
  }

  void find_copies() {
    std::vector<u32> stored(f.instructions.size());
    for (BlockId k = f.first_block; k != none; k = f.blocks[k].next)
      for (InstId id = f.blocks[k].first; id != none; id = f[id].next) {
        if (f[id].op != Opcode::Store || (f[id].flags & FlagVolatile) || f[id].sub) continue;
        Value v = f.operand(id, 0);
        if (v.is_instruction() && f[v.index()].op == Opcode::Load && is_split(f[v.index()].type)) ++stored[v.index()];
      }
    copies_.resize(stored.size());
    for (InstId id = 0; id < stored.size(); ++id)
      copies_[id] = stored[id] != 0 && stored[id] == f[id].uses && !(f[id].flags & FlagVolatile) && !f[id].sub &&
                    !packed_bits(f[id].type);
  }
  bool is_copy(InstId id) const { return id < copies_.size() && copies_[id]; }

  // Elements of whole bytes only.
  Value spill(TypeId t, const std::vector<Value>& parts) {
    const DataLayout& layout = context.layout();
    u32 bits = element_bits(t);
    Value slot = b.alloca_bytes(std::max<u64>(u64(bits) / 8 * parts.size(), f.types.alloc_size(t, layout)), 16);
    for (u32 i = 0; i < parts.size(); ++i)
      if (!is_undef(f, parts[i])) b.store(parts[i], b.byte_offset(slot, i * bits / 8), align_at(16, u64(i) * bits / 8));
    return slot;
  }

  // An index out of range gives poison, but must not reach other memory.
  Value element_address(Value slot, TypeId t, Value index) {
    u32 count = count_of(t), bits = element_bits(t);
    Value at = b.zext_or_trunc(index, TypeId::I64);
    if ((count & (count - 1)) == 0) at = b.and_(at, b.word(count - 1));
    else at = b.choose(b.compare(Predicate::IUlt, at, b.word(count)), at, b.word(count - 1));
    return b.byte_offset(slot, b.mul(at, b.word(bits / 8)));
  }

  // --- Bit casts: through integers where the widths divide, else through memory.

  bool is_plain_element(TypeId t) const {
    return f.types.is_integer(t) || t == TypeId::Float || t == TypeId::Double || is_half(t);
  }

  bool bitcast(InstId id) {
    Value from = f.operand(id, 0);
    TypeId to = f[id].type, from_type = f.type_of(from);
    std::vector<Value> parts = is_split(from) ? copy_parts(from) : std::vector<Value>{from};
    TypeId element = is_split(to) ? f.types[to].element : to, source = f.type_of(parts[0]);
    u32 target_count = is_split(to) ? count_of(to) : 1;
    if (source == element) {
      deliver(id, parts);
      return true;
    }
    u32 have = scalar_bits(f, source), want = scalar_bits(f, element);
    if (is_plain_element(source) && is_plain_element(element) && (have % want == 0 || want % have == 0)) {
      for (Value& v : parts) v = b.bitcast(v, f.types.integer(have));
      std::vector<Value> made;
      if (have >= want) {
        for (Value v : parts) unpack(v, want, have / want, made);
      } else {
        u32 group = want / have;
        for (u32 i = 0; i < target_count; ++i) made.push_back(pack({parts.data() + i * group, group}, have));
      }
      for (Value& v : made) v = b.bitcast(v, element);
      deliver(id, made);
      return true;
    }
    const DataLayout& layout = context.layout();
    u64 bytes = std::max(f.types.alloc_size(to, layout), f.types.alloc_size(from_type, layout));
    Value slot = b.alloca_bytes(bytes, 16);
    if (is_split(from)) store_elements(parts, from_type, slot, 16, 0);
    else b.store(from, slot, 16);
    std::vector<Value> made;
    if (is_split(to)) load_elements(slot, to, 16, 0, made);
    else made.push_back(b.load(to, slot, 16));
    deliver(id, made);
    return true;
  }

  void deliver(InstId id, const std::vector<Value>& made) {
    if (is_split(f[id].type)) set_parts(id, made);
    else replace(id, made[0]);
  }

  // --- Intrinsics; other calls are borders.

  bool call(InstId id) {
    Intrinsic intrinsic = intrinsic_of(f, id);
    if (intrinsic == Intrinsic::None) return false;
    if (intrinsic == Intrinsic::Unknown && context.is_of_target(f.operand(id, 0))) return false;
    if (intrinsic == Intrinsic::Unknown && by_halves(id)) return true;
    bool concerned = is_split(f[id].type);
    std::vector<std::vector<Value>> arguments;
    u32 count = f[id].operand_count;
    for (u32 i = 1; i < count; ++i) concerned |= is_split(f.operand(id, i));
    if (!concerned && !f.types.is_aggregate(f[id].type)) return false;
    VectorCall call{context, b, id, intrinsic, {}, {}};
    for (u32 i = 1; i < count; ++i) {
      Value v = f.operand(id, i);
      call.arguments.push_back(is_split(v) ? copy_parts(v) : std::vector<Value>{v});
      call.is_vector.push_back(is_split(v));
      concerned |= is_split(v);
    }
    if (!concerned) return false;
    if (f.types.is_aggregate(f[id].type)) return overflow(id, call);
    std::vector<Value> parts;
    if (!expand_vector_intrinsic(call, parts)) return false;
    if (is_split(f[id].type)) set_parts(id, parts);
    else if (f[id].type != TypeId::Void) replace(id, parts[0]);
    else drop(id);
    return true;
  }

  // One of the target's that does the same in both halves of vectors too wide for it: a call for each half. Vectors
  // that are not as wide as the widest, such as a count of bits, go to both. A scalar result is the "and" of both.
  bool by_halves(InstId id) {
    if (!context.target.half_intrinsic) return false;
    const Global& callee = f.global(f.operand(id, 0).index());
    std::string_view half = context.target.half_intrinsic(callee.intrinsic_name());
    if (half.empty()) return false;
    u64 widest = vector_bits(f[id].type);
    for (u32 i = 1; i < f[id].operand_count; ++i) widest = std::max(widest, vector_bits(f.type_of(f.operand(id, i))));
    std::vector<Value> results;
    for (u32 second = 0; second < 2; ++second) {
      std::vector<TypeId> types{is_split(f[id].type) ? half_of(f[id].type, widest) : f[id].type};
      std::vector<Value> arguments;
      for (u32 i = 1; i < f[id].operand_count; ++i) {
        Value v = f.operand(id, i);
        if (is_split(v)) {
          TypeId type = f.type_of(v), own = half_of(type, widest);
          std::vector<Value> parts = copy_parts(v);
          v = join(own, {parts.data() + (own != type && second ? count_of(own) : 0), count_of(own)});
        }
        arguments.push_back(v);
        types.push_back(f.type_of(v));
      }
      if (!context.target.intrinsic_takes(f, half, types)) unsupported(f, "a call of '" + std::string(callee.name) + "' with these types");
      Value result = b.call(std::string(ir::intrinsic_prefix).append(half), types[0], arguments);
      if (is_split(types[0])) split_border(result, results);
      else results.push_back(result);
    }
    if (is_split(f[id].type)) set_parts(id, results);
    else replace(id, b.and_(results[0], results[1]));
    return true;
  }

  u64 vector_bits(TypeId t) const { return is_split(t) ? f.types.size_in_bits(t, context.layout()) : 0; }
  // The type itself when it is narrower.
  TypeId half_of(TypeId t, u64 widest) {
    u32 count = count_of(t);
    return vector_bits(t) == widest && count % 2 == 0 ? f.types.vector(f.types[t].element, count / 2) : t;
  }

  // {<4 x i32>, <4 x i1>} of with.overflow: its two extractvalues stand behind it.
  bool overflow(InstId id, const VectorCall& call) {
    std::vector<Value> values, flags;
    expand_vector_overflow(call, values, flags);
    for (InstId next = f[id].next; next != none && f[next].op == Opcode::ExtractValue; next = f[next].next) {
      if (f.operand(next, 0) != instruction_value(id)) break;
      keep_parts(next, f.indices[f[next].aux] == 0 ? values : flags);
      drop(next);
    }
    drop(id);
    return true;
  }

  std::vector<bool> copies_;
};

} // namespace

void legalize_vectors(Context& c) { VectorRewriter(c).run(); }

} // namespace lathe::legalize
