// Address arithmetic in its simple form, legalize.h (9): variable terms first, the constant last, so that a
// selector folds base + index * scale + displacement by looking at two instructions. Dynamic allocas count bytes.
//
//     %q = getelementptr %struct.s, ptr %p, i32 %i, i32 3        ; %struct.s has 24 bytes, field 3 at 16
//   =>
//     %j = sext i32 %i to i64
//     %k = mul i64 %j, 3
//     %a = getelementptr i64, ptr %p, i64 %k
//     %q = getelementptr i8, ptr %a, i64 16
//
// With optimization, the terms that do not change in the innermost loop are added to the base in front of it: of
// b[k][j] in a loop over k, `b + j * 8` stays in a register. The mid-end cannot say so, its address is one instruction.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <unordered_map>

namespace lathe::legalize {

namespace {

class AddressRewriter {
public:
  explicit AddressRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {
    if (!c.optimize()) return;
    cfg_.emplace(f);
    dominators_.emplace(*cfg_);
    loops_.emplace(*cfg_, *dominators_);
    if (loops_->loops.empty()) loops_.reset();
    else hoisted_count_.assign(loops_->loops.size(), 0);
  }

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      known_.clear();
      InstId next;
      for (InstId id = f.blocks[block].first; id != none; id = next) {
        next = f[id].next;
        if (f[id].op == Opcode::GetElementPtr) visit(id);
        else if (f[id].op == Opcode::Alloca) allocation(id);
      }
    }
    replacements_.apply();
    for (InstId id : doomed_) f.remove(id);
  }

private:
  struct Term {
    Value index;
    u64 scale;
  };

  static TypeId element_of_size(u64 size) {
    return size == 1 ? TypeId::I8 : size == 2 ? TypeId::I16 : size == 4 ? TypeId::I32 : TypeId::I64;
  }

  void visit(InstId id) {
    TypeId source = static_cast<TypeId>(f[id].aux);
    if (f[id].operand_count == 2 && source == TypeId::I8) {
      Value index = f.operand(id, 1);
      if (f.type_of(index) == TypeId::I64 && !is_zero(index)) return;
    }
    if (f.types.is_vector(f[id].type)) unsupported(f, "'getelementptr' on vectors");
    terms_.clear();
    u64 offset = collect(id, source);
    b.before_instruction(id);
    Value base = f.operand(id, 0);
    if (terms_.empty() && offset == 0) {
      replacements_.add(instruction_value(id), base);
      doomed_.push_back(id);
      return;
    }
    if (loops_ && !terms_.empty()) base = hoist(id, base);
    size_t last = offset == 0 ? terms_.size() - 1 : terms_.size();
    for (size_t i = 0; i < last; ++i) base = step(base, terms_[i], f[id].type);
    if (offset != 0) {
      Value operands[] = {base, b.word(offset)};
      set(id, TypeId::I8, operands);
    } else {
      u64 scale;
      Value index = scaled(terms_.back(), scale);
      Value operands[] = {base, index};
      set(id, element_of_size(scale), operands);
    }
  }

  bool is_zero(Value v) const {
    u64 bits;
    return constant_bits(f, v, bits) && bits == 0;
  }

  void set(InstId id, TypeId element, std::span<const Value> operands) {
    f.set_operands(id, operands);
    f[id].aux = static_cast<u32>(element);
  }

  u64 collect(InstId id, TypeId source) {
    const DataLayout& layout = context.layout();
    u64 offset = 0;
    TypeId type = source;
    for (u32 i = 1; i < f[id].operand_count; ++i) {
      Value index = f.operand(id, i);
      if (i > 1 && f.types.kind(type) == TypeKind::Struct) {
        u64 field = 0;
        constant_bits(f, index, field);
        offset += f.types.field_offset(type, static_cast<u32>(field), layout);
        type = f.types[type].elements[field];
        continue;
      }
      if (i > 1) type = f.types[type].element;
      if (f.types[type].kind == TypeKind::Vector && f.types[type].scalable) unsupported(f, "a scalable vector");
      u64 size = f.types.alloc_size(type, layout), bits;
      if (constant_bits(f, index, bits)) {
        u32 width = f.types.integer_bits(f.type_of(index));
        offset += static_cast<u64>(sign_extend(bits, width)) * size;
      } else if (index.is_constant() && f.constants[index.index()].kind != ConstantKind::Expression) {
        u32 width = f.types.integer_bits(f.type_of(index)); // undef counts as 0; wide ones are cut
        if (width > 64) offset += constant_word(f.constants[index.index()], 0) * size;
      } else if (size != 0) {
        terms_.push_back({index, size});
      }
    }
    return offset;
  }

  Value step(Value base, const Term& term, TypeId type) {
    u64 scale;
    Value index = scaled(term, scale);
    Value operands[] = {base, index};
    Value v = b.emit(Opcode::GetElementPtr, type, operands);
    f[v.index()].aux = static_cast<u32>(element_of_size(scale));
    return v;
  }

  // --- Loop-invariant terms.

  static constexpr u32 most_hoisted = 6; // a loop: each takes a register

  bool is_invariant(Value v, u32 loop) const {
    return !v.is_instruction() || !loops_->contains(loop, f[v.index()].block);
  }
  bool is_available(Value v) const { return !v.is_instruction() || !is_terminator(f[v.index()].op); }

  // Takes the invariant terms out of terms_, and gives the base with them added, made in front of the loop. Needs
  // another term: an address that is invariant as a whole was moved by the mid-end.
  Value hoist(InstId id, Value base) {
    u32 loop = loops_->loop_of[f[id].block];
    if (loop == none || loops_->loops[loop].irreducible || !is_invariant(base, loop) || !is_available(base)) return base;
    auto varies = [&](const Term& t) { return !is_invariant(t.index, loop) || !is_available(t.index); };
    auto first_invariant = std::stable_partition(terms_.begin(), terms_.end(), varies);
    bool is_symbol = !base.is_instruction() && !base.is_argument();
    if (first_invariant == terms_.begin() || (first_invariant == terms_.end() && !is_symbol)) return base;
    BlockId front = dominators_->parent(loops_->loops[loop].header);
    if (front == none || loops_->depth(front) >= loops_->loops[loop].depth) return base;
    std::vector<u64> key{loop, base.bits};
    for (auto t = first_invariant; t != terms_.end(); ++t) key.insert(key.end(), {t->index.bits, t->scale});
    auto [at, fresh] = hoisted_.try_emplace(key);
    if (fresh) {
      if (hoisted_count_[loop] == most_hoisted) {
        hoisted_.erase(at);
        return base;
      }
      ++hoisted_count_[loop];
      Emitter here = b;
      b.before_instruction(f.terminator(front));
      std::unordered_map<u64, Known> known; // of that block nothing is known here
      known_.swap(known);
      Value v = base;
      if (first_invariant == terms_.end()) v = b.emit(Opcode::Freeze, f.type_of(base), {&base, 1}); // the symbol in a register
      for (auto t = first_invariant; t != terms_.end(); ++t) v = step(v, *t, f[id].type);
      known_.swap(known);
      b.block = here.block;
      b.before = here.before;
      b.location = here.location;
      at->second = v;
    }
    terms_.erase(first_invariant, terms_.end());
    return at->second;
  }

  // The index as i64, multiplied by what of the size an address cannot scale by.
  Value scaled(const Term& term, u64& scale) {
    scale = u64(1) << std::min(3, std::countr_zero(term.scale));
    u64 factor = term.scale / scale;
    u64 key = static_cast<u64>(term.index.bits) << 32 ^ factor;
    if (factor == 1 && f.type_of(term.index) == TypeId::I64) return term.index;
    auto [at, fresh] = known_.try_emplace(key);
    if (!fresh && at->second.factor == factor && at->second.index == term.index) return at->second.value;
    Value v = b.sext_or_trunc(term.index, TypeId::I64);
    if (std::has_single_bit(factor)) v = b.shl(v, static_cast<u32>(std::countr_zero(factor)));
    else v = b.mul(v, b.word(factor));
    at->second = {term.index, factor, v};
    return v;
  }

  void allocation(InstId id) {
    Value count = f.operand(id, 0);
    u64 constant;
    bool is_constant = constant_bits(f, count, constant);
    if (is_constant && f[id].block == f.first_block) return;
    TypeId type = static_cast<TypeId>(f[id].aux);
    u64 size = f.types.alloc_size(type, context.layout());
    b.before_instruction(id);
    Value bytes = b.mul(b.zext_or_trunc(count, TypeId::I64), b.word(size));
    f.set_operand(id, 0, bytes);
    f[id].aux = static_cast<u32>(TypeId::I8);
  }

  struct Known {
    Value index;
    u64 factor = 0;
    Value value;
  };
  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
  std::vector<InstId> doomed_;
  std::vector<Term> terms_;
  std::unordered_map<u64, Known> known_; // scaled indices made in this block
  std::optional<analysis::Cfg> cfg_;
  std::optional<analysis::Dominators> dominators_;
  std::optional<analysis::Loops> loops_; // none: no optimization, or no loop
  std::map<std::vector<u64>, Value> hoisted_; // by loop, base and terms
  std::vector<u32> hoisted_count_;            // by loop
};

} // namespace

void legalize_addresses(Context& c) { AddressRewriter(c).run(); }

} // namespace lathe::legalize
