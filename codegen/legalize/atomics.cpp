// Atomics. What the target's width does not reach or what is not aligned is the atomics library's (libatomic's
// generic functions); operations without an instruction become compare-and-exchange loops; floats are exchanged as
// integers. Gives: legalize.h (13).

#include "codegen/legalize/context.h"

#include <bit>

namespace lathe::legalize {

namespace {

// The C memory order: relaxed 0, acquire 2, release 3, acq_rel 4, seq_cst 5.
u32 c_order(u8 ordering) {
  switch (static_cast<Ordering>(ordering)) {
  case Ordering::NotAtomic:
  case Ordering::Unordered:
  case Ordering::Monotonic: return 0;
  case Ordering::Acquire: return 2;
  case Ordering::Release: return 3;
  case Ordering::AcquireRelease: return 4;
  case Ordering::SequentiallyConsistent: return 5;
  }
  return 5;
}

class AtomicRewriter {
public:
  explicit AtomicRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {}

  void run() {
    std::vector<InstId> list; // blocks are split on the way
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      for (InstId id = f.blocks[block].first; id != none; id = f[id].next) {
        const Instruction& i = f[id];
        bool is_access = (i.op == Opcode::Load || i.op == Opcode::Store) && i.sub != 0;
        if (is_access || i.op == Opcode::CmpXchg || i.op == Opcode::AtomicRmw) list.push_back(id);
      }
    // Backwards, so that a split moves only what stands before the next one.
    for (auto id = list.rbegin(); id != list.rend(); ++id) visit(*id);
    replacements_.apply();
    for (InstId id : doomed_) f.set_operands(id, {});
    for (InstId id : doomed_) f.remove(id);
  }

private:
  void visit(InstId id) {
    const Instruction i = f[id];
    b.before_instruction(id);
    switch (i.op) {
    case Opcode::Load: load(id); break;
    case Opcode::Store: store(id); break;
    case Opcode::CmpXchg: exchange(id); break;
    case Opcode::AtomicRmw: modify(id); break;
    default: break;
    }
  }

  u32 bits_of(TypeId t) const {
    return f.types.is_pointer(t) ? f.module.layout.pointer_size * 8 : scalar_bits(f, t);
  }
  bool is_plain(TypeId t) const { return f.types.is_integer(t) || f.types.is_pointer(t); }
  bool is_lock_free(TypeId t, u32 align_log2) const {
    u32 bits = bits_of(t);
    return bits >= 8 && std::has_single_bit(bits) && bits <= context.target.atomic_bits && (u64(8) << align_log2) >= bits;
  }
  Value pointer_sized(u64 v) { return b.integer(context.target.word_bits == 64 ? TypeId::I64 : TypeId::I32, v); }
  Value order(u8 ordering) { return b.integer(TypeId::I32, c_order(ordering)); }

  void replace(InstId id, Value v) {
    replacements_.add(instruction_value(id), v);
    doomed_.push_back(id);
  }

  void load(InstId id) {
    const Instruction i = f[id];
    Value pointer = f.operand(id, 0);
    u32 bytes = static_cast<u32>(f.types.store_size(i.type, context.layout()));
    if (!is_lock_free(i.type, i.align_log2)) {
      Value slot = b.alloca_bytes(bytes, 16);
      call_named(b, "__atomic_load", TypeId::Void, {pointer_sized(bytes), pointer, slot, order(i.sub)});
      replace(id, b.load(i.type, slot, 16));
      return;
    }
    TypeId as = f.types.integer(bits_of(i.type));
    if (bits_of(i.type) > context.target.word_bits) { // exchanged for itself
      Value zero = b.zero(as);
      Value old = compare_exchange(pointer, zero, zero, static_cast<u8>(Ordering::SequentiallyConsistent),
                                   static_cast<u8>(Ordering::SequentiallyConsistent), i, nullptr);
      replace(id, is_plain(i.type) ? old : b.through_memory(old, i.type));
      return;
    }
    if (is_plain(i.type)) return;
    Value v = b.load(as, pointer, 1, i.flags);
    copy_access(i, v.index());
    replace(id, b.cast(Opcode::BitCast, v, i.type));
  }

  void store(InstId id) {
    const Instruction i = f[id];
    Value v = f.operand(id, 0), pointer = f.operand(id, 1);
    TypeId type = f.type_of(v);
    u32 bytes = static_cast<u32>(f.types.store_size(type, context.layout()));
    if (!is_lock_free(type, i.align_log2)) {
      Value slot = b.alloca_bytes(bytes, 16);
      b.store(v, slot, 16);
      call_named(b, "__atomic_store", TypeId::Void, {pointer_sized(bytes), pointer, slot, order(i.sub)});
      doomed_.push_back(id);
      return;
    }
    TypeId as = f.types.integer(bits_of(type));
    if (bits_of(type) > context.target.word_bits) {
      if (!is_plain(type)) v = b.through_memory(v, as);
      loop(id, pointer, as, i.sub, i, [&](Value) { return v; });
      doomed_.push_back(id);
      return;
    }
    if (!is_plain(type)) f.set_operand(id, 0, b.cast(Opcode::BitCast, v, as));
  }

  void copy_access(const Instruction& from, InstId to) {
    f[to].sub = from.sub;
    f[to].align_log2 = from.align_log2;
  }

  // Emits a cmpxchg; gives the old value, and whether it was exchanged.
  Value compare_exchange(Value pointer, Value expected, Value desired, u8 success, u8 failure, const Instruction& like,
                         Value* exchanged) {
    TypeId fields[] = {f.type_of(expected), TypeId::I1};
    Value operands[] = {pointer, expected, desired};
    Value pair = b.emit(Opcode::CmpXchg, f.types.literal_struct(fields), operands, like.flags & FlagVolatile);
    Instruction& made = f[pair.index()];
    made.sub = success;
    made.sub2 = failure;
    made.align_log2 = like.align_log2;
    u32 zero = 0, one = 1;
    Value old = b.extract_value(pair, {&zero, 1});
    if (exchanged) *exchanged = b.extract_value(pair, {&one, 1});
    return old;
  }

  void exchange(InstId id) {
    const Instruction i = f[id];
    TypeId type = f.type_of(f.operand(id, 1));
    if (is_lock_free(type, i.align_log2)) return;
    Value pointer = f.operand(id, 0);
    u32 bytes = static_cast<u32>(f.types.store_size(type, context.layout()));
    Value expected = b.alloca_bytes(bytes, 16), desired = b.alloca_bytes(bytes, 16);
    b.store(f.operand(id, 1), expected, 16);
    b.store(f.operand(id, 2), desired, 16);
    Value done = call_named(b, "__atomic_compare_exchange", TypeId::I8,
                            {pointer_sized(bytes), pointer, expected, desired, order(i.sub), order(i.sub2)});
    Value old = b.load(type, expected, 16), success = b.trunc(done, TypeId::I1);
    for (InstId next = i.next; next != none && f[next].op == Opcode::ExtractValue; next = f[next].next)
      if (f.operand(next, 0) == instruction_value(id)) replace(next, f.indices[f[next].aux] == 0 ? old : success);
    doomed_.push_back(id);
  }

  // --- Read-modify-write.

  void modify(InstId id) {
    const Instruction i = f[id];
    auto op = static_cast<RmwOp>(i.sub2);
    Value pointer = f.operand(id, 0), v = f.operand(id, 1);
    TypeId type = i.type;
    u32 has = i.uses == 0 ? context.target.rmw_with_result | context.target.rmw_without_result : context.target.rmw_with_result;
    bool lock_free = is_lock_free(type, i.align_log2);
    if (lock_free && is_plain(type) && bits_of(type) <= context.target.word_bits && (has >> static_cast<u32>(op) & 1)) return;
    TypeId as = f.types.integer(bits_of(type));
    auto compute = [&](Value old) {
      Value own = is_plain(type) ? old : from_integer(old, type);
      Value r = combine(op, own, v);
      return f.types.is_pointer(type) ? to_integer(r, as) : is_plain(type) ? r : to_integer(r, as);
    };
    Value old;
    if (lock_free) {
      if (f.types.is_pointer(type))
        old = loop(id, pointer, as, i.sub, i, [&](Value raw) {
          return to_integer(combine(op, b.cast(Opcode::IntToPtr, raw, type), v), as);
        });
      else old = loop(id, pointer, as, i.sub, i, compute);
    } else {
      old = library_loop(id, pointer, as, i.sub, compute);
    }
    replace(id, f.types.is_pointer(type) ? b.cast(Opcode::IntToPtr, old, type) : is_plain(type) ? old : from_integer(old, type));
  }

  Value from_integer(Value v, TypeId t) {
    return t == TypeId::X86Fp80 || t == TypeId::Fp128 ? b.through_memory(v, t) : b.cast(Opcode::BitCast, v, t);
  }
  Value to_integer(Value v, TypeId as) {
    TypeId t = f.type_of(v);
    if (f.types.is_pointer(t)) return b.cast(Opcode::PtrToInt, v, as);
    return t == TypeId::X86Fp80 || t == TypeId::Fp128 ? b.through_memory(v, as) : b.bitcast(v, as);
  }

  Value combine(RmwOp op, Value old, Value v) {
    auto pick = [&](Predicate p) { return b.select(b.icmp(p, old, v), old, v); };
    TypeId t = f.type_of(v);
    switch (op) {
    case RmwOp::Xchg: return v;
    case RmwOp::Add: return b.add(old, v);
    case RmwOp::Sub: return b.sub(old, v);
    case RmwOp::And: return b.and_(old, v);
    case RmwOp::Nand: return b.not_(b.and_(old, v));
    case RmwOp::Or: return b.or_(old, v);
    case RmwOp::Xor: return b.xor_(old, v);
    case RmwOp::Max: return pick(Predicate::ISgt);
    case RmwOp::Min: return pick(Predicate::ISlt);
    case RmwOp::UMax: return pick(Predicate::IUgt);
    case RmwOp::UMin: return pick(Predicate::IUlt);
    case RmwOp::FAdd: return b.binary(Opcode::FAdd, old, v);
    case RmwOp::FSub: return b.binary(Opcode::FSub, old, v);
    case RmwOp::FMax:
    case RmwOp::FMin: {
      Value r = b.select(b.fcmp(op == RmwOp::FMax ? Predicate::OGt : Predicate::OLt, old, v), old, v);
      return b.select(b.fcmp(Predicate::Uno, v, v), old, r);
    }
    case RmwOp::FMaximum:
    case RmwOp::FMinimum: unsupported(f, "this atomicrmw operation on type '" + type_text(f, t) + "'");
    case RmwOp::UIncWrap: return b.select(b.icmp(Predicate::IUge, old, v), b.zero(t), b.add(old, b.same(old, 1)));
    case RmwOp::UDecWrap: {
      Value wraps = b.or_(b.icmp(Predicate::IEq, old, b.zero(t)), b.icmp(Predicate::IUgt, old, v));
      return b.select(wraps, v, b.sub(old, b.same(old, 1)));
    }
    case RmwOp::USubCond: return b.select(b.icmp(Predicate::IUge, old, v), b.sub(old, v), old);
    case RmwOp::USubSat: return b.select(b.icmp(Predicate::IUge, old, v), b.sub(old, v), b.zero(t));
    }
    internal_error("no such atomicrmw");
  }

  // Splits before `id`; `b` stands in the loop's block afterwards, with `old` as its phi.
  struct Loop {
    BlockId before, body, after;
  };
  Loop open(InstId id) {
    Value zero = b.integer(TypeId::I8, 0);
    Value mark = b.emit(Opcode::Freeze, TypeId::I8, {&zero, 1}); // something to split behind
    Loop l;
    l.before = f[id].block;
    l.after = f.split_block(mark.index());
    l.body = f.insert_block_after(l.before);
    b.at_end(l.before);
    return l;
  }

  //   before: first = load          body: old = phi [first, before], [seen, body]
  //           br body                     seen, done = cmpxchg p, old, compute(old)
  //                                       br done, after, body
  template <class Compute>
  Value loop(InstId id, Value pointer, TypeId as, u8 ordering, const Instruction& like, Compute compute) {
    Loop l = open(id);
    // A guess is enough: a torn or old value makes the first exchange fail.
    Value first = b.load(as, pointer, 1u << like.align_log2, like.flags & FlagVolatile);
    if (bits_of(as) <= context.target.word_bits) f[first.index()].sub = static_cast<u8>(Ordering::Monotonic);
    b.br(l.body);
    b.at_end(l.body);
    Value old = b.emit(Opcode::Phi, as, {});
    Value desired = compute(old), done;
    auto success = static_cast<Ordering>(ordering);
    if (success < Ordering::Monotonic) success = Ordering::Monotonic;
    Ordering failure = success == Ordering::AcquireRelease ? Ordering::Acquire
                       : success == Ordering::Release ? Ordering::Monotonic : success;
    Value seen = compare_exchange(pointer, old, desired, static_cast<u8>(success), static_cast<u8>(failure), like, &done);
    b.br(done, l.after, l.body);
    Value incoming[] = {first, block_value(l.before), seen, block_value(l.body)};
    f.set_operands(old.index(), incoming);
    b.before_instruction(id);
    return seen;
  }

  template <class Compute>
  Value library_loop(InstId id, Value pointer, TypeId as, u8 ordering, Compute compute) {
    u32 bytes = bits_of(as) / 8;
    Value expected = b.alloca_bytes(bytes, 16), desired = b.alloca_bytes(bytes, 16);
    Loop l = open(id);
    call_named(b, "__atomic_load", TypeId::Void, {pointer_sized(bytes), pointer, expected, order(0)});
    b.br(l.body);
    b.at_end(l.body);
    Value old = b.load(as, expected, 16);
    b.store(compute(old), desired, 16);
    Value done = call_named(b, "__atomic_compare_exchange", TypeId::I8,
                            {pointer_sized(bytes), pointer, expected, desired, order(ordering), order(0)});
    b.br(b.trunc(done, TypeId::I1), l.after, l.body);
    b.before_instruction(id);
    return old;
  }

  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
  std::vector<InstId> doomed_;
};

} // namespace

void legalize_atomics(Context& c) { AtomicRewriter(c).run(); }

} // namespace lathe::legalize
