// The va_arg instruction. Clang writes out what it means; other front ends leave it to us.
//
//     %v = va_arg ptr %ap, i32          %at = load i32, ptr %ap                  ; the register area's offset
//                                       %fits = icmp ule i32 %at, 40
//                                       %p = select i1 %fits, (area + at), (overflow)
//                                       the offset or the overflow pointer moves on
//                                       %v = load i32, ptr %p

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

class VariadicRewriter {
public:
  explicit VariadicRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {}

  void run() {
    std::vector<InstId> list;
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      for (InstId id = f.blocks[block].first; id != none; id = f[id].next)
        if (f[id].op == Opcode::VAArg) list.push_back(id);
    for (InstId id : list) expand(id);
    replacements_.apply();
    for (InstId id : list) {
      f.set_operands(id, {});
      f.remove(id);
    }
  }

private:
  void expand(InstId id) {
    TypeId type = f[id].type;
    bool is_integer = f.types.is_integer(type) || f.types.is_pointer(type);
    bool is_float = type == TypeId::Float || type == TypeId::Double || type == TypeId::X86Fp80;
    u64 size = f.types.store_size(type, context.layout());
    const VaList& list = context.target.va_list;
    if ((!is_integer && !is_float) || size > 16 || !list.has_register_area)
      unsupported(f, "'va_arg' of type '" + type_text(f, type) + "'");
    b.before_instruction(id);
    Value ap = f.operand(id, 0);
    u64 space = (size + 7) / 8 * 8;
    Value overflow_at = b.byte_offset(ap, list.overflow);
    Value overflow = b.load(TypeId::Ptr, overflow_at, 8);
    Value from = size > 8 ? aligned(overflow) : overflow;
    Value beyond = b.byte_offset(from, static_cast<i64>(space));
    Value place = from;
    if (type == TypeId::X86Fp80) {
      b.store(beyond, overflow_at, 8); // always in memory
    } else {
      Value offset_at = b.byte_offset(ap, is_integer ? list.general_offset : list.vector_offset);
      u64 step = is_integer ? space : 16, end = is_integer ? list.general_end : list.vector_end;
      Value offset = b.load(TypeId::I32, offset_at, 4);
      Value fits = b.compare(Predicate::IUle, offset, b.integer(TypeId::I32, end - step));
      Value area = b.load(TypeId::Ptr, b.byte_offset(ap, list.area), 8);
      Value base = b.cast(Opcode::PtrToInt, area, TypeId::I64);
      Value in_area = b.cast(Opcode::IntToPtr, b.add(base, b.zext(offset, TypeId::I64)), TypeId::Ptr);
      place = b.choose(fits, in_area, from);
      b.store(b.choose(fits, b.add(offset, b.integer(TypeId::I32, step)), offset), offset_at, 4);
      b.store(b.choose(fits, overflow, beyond), overflow_at, 8);
    }
    replacements_.add(instruction_value(id), b.load(type, place, type == TypeId::X86Fp80 ? 16 : 8));
  }

  // To 16 bytes.
  Value aligned(Value pointer) {
    Value n = b.add(b.cast(Opcode::PtrToInt, pointer, TypeId::I64), b.word(15));
    return b.cast(Opcode::IntToPtr, b.and_(n, b.word(~u64(15))), TypeId::Ptr);
  }

  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
};

} // namespace

void legalize_variadics(Context& c) { VariadicRewriter(c).run(); }

} // namespace lathe::legalize
