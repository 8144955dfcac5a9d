// A rule for each instruction: it reads what stands behind the opcode, pushes operands and sets the fields of the
// instruction at hand. What types must agree is checked when the body is complete (ir/check.h); here only what
// the next character depends on, or what computes a result's type.

#include "codegen/ir/ir.h"
#include "codegen/reader/body_reader.h"
#include "codegen/reader/words.h"

#include <bit>

namespace lathe::reader {

using namespace ir;

namespace {

const WordTable<RmwOp> rmw_words{
    {"xchg", RmwOp::Xchg},   {"add", RmwOp::Add},           {"sub", RmwOp::Sub},
    {"and", RmwOp::And},     {"nand", RmwOp::Nand},         {"or", RmwOp::Or},
    {"xor", RmwOp::Xor},     {"max", RmwOp::Max},           {"min", RmwOp::Min},
    {"umax", RmwOp::UMax},   {"umin", RmwOp::UMin},         {"fadd", RmwOp::FAdd},
    {"fsub", RmwOp::FSub},   {"fmax", RmwOp::FMax},         {"fmin", RmwOp::FMin},
    {"fmaximum", RmwOp::FMaximum}, {"fminimum", RmwOp::FMinimum}, {"uinc_wrap", RmwOp::UIncWrap},
    {"udec_wrap", RmwOp::UDecWrap}, {"usub_cond", RmwOp::USubCond}, {"usub_sat", RmwOp::USubSat},
};
const WordTable<Ordering> ordering_words{
    {"unordered", Ordering::Unordered}, {"monotonic", Ordering::Monotonic},
    {"acquire", Ordering::Acquire},     {"release", Ordering::Release},
    {"acq_rel", Ordering::AcquireRelease}, {"seq_cst", Ordering::SequentiallyConsistent},
};
const WordTable<u16> fast_words{
    {"nnan", FastNnan}, {"ninf", FastNinf}, {"nsz", FastNsz},         {"arcp", FastArcp},
    {"contract", FastContract}, {"afn", FastAfn}, {"reassoc", FastReassoc},
    {"fast", FastNnan | FastNinf | FastNsz | FastArcp | FastContract | FastAfn | FastReassoc},
};
const WordTable<u16> integer_words{
    {"nuw", FlagNuw},   {"nsw", FlagNsw},           {"exact", FlagExact}, {"disjoint", FlagDisjoint},
    {"nneg", FlagNneg}, {"samesign", FlagSameSign},
};

u8 log2_of(u64 align) { return static_cast<u8>(std::countr_zero(align ? align : 1)); }

} // namespace

void BodyReader::integer_flags() {
  while (true) {
    c.skip();
    // Flags begin with one of these; types do too, but are no flags.
    if (*c.p != 'n' && *c.p != 'e' && *c.p != 'd' && *c.p != 's') return;
    std::string_view word = c.peek_word();
    const u16* flag = integer_words.find(word);
    if (!flag) return;
    c.p += word.size();
    i_.flags |= *flag;
  }
}

u16 BodyReader::fast_math() {
  u16 flags = 0;
  while (true) {
    std::string_view word = c.peek_word();
    const u16* flag = fast_words.find(word);
    if (!flag) return flags;
    c.p += word.size();
    flags |= *flag;
  }
}

void BodyReader::read(Opcode op) {
  switch (op) {
  case Opcode::Ret: return ret();
  case Opcode::Br: return br();
  case Opcode::Switch: return switch_instruction();
  case Opcode::IndirectBr: return indirectbr();
  case Opcode::Invoke: case Opcode::CallBr: case Opcode::Call: return call(TailKind::None);
  case Opcode::Resume: typed_operand(); return;
  case Opcode::Unreachable: return;
  case Opcode::CatchSwitch: case Opcode::CatchRet: case Opcode::CleanupRet:
  case Opcode::CatchPad: case Opcode::CleanupPad: return funclet();
  case Opcode::FNeg:
    i_.flags = fast_math();
    i_.type = typed_operand();
    return;
  case Opcode::FAdd: case Opcode::FSub: case Opcode::FMul: case Opcode::FDiv: case Opcode::FRem:
    i_.flags = fast_math();
    return binary();
  case Opcode::Add: case Opcode::Sub: case Opcode::Mul: case Opcode::UDiv: case Opcode::SDiv: case Opcode::URem:
  case Opcode::SRem: case Opcode::Shl: case Opcode::LShr: case Opcode::AShr: case Opcode::And: case Opcode::Or:
  case Opcode::Xor:
    integer_flags();
    return binary();
  case Opcode::Alloca: return alloca_instruction();
  case Opcode::Load: return load();
  case Opcode::Store: return store();
  case Opcode::Fence: return fence();
  case Opcode::CmpXchg: return cmpxchg();
  case Opcode::AtomicRmw: return atomicrmw();
  case Opcode::GetElementPtr: return gep();
  case Opcode::Trunc: case Opcode::ZExt: case Opcode::SExt: case Opcode::FPTrunc: case Opcode::FPExt:
  case Opcode::FPToUI: case Opcode::FPToSI: case Opcode::UIToFP: case Opcode::SIToFP: case Opcode::PtrToInt:
  case Opcode::PtrToAddr: case Opcode::IntToPtr: case Opcode::BitCast: case Opcode::AddrSpaceCast: return cast();
  case Opcode::ICmp: case Opcode::FCmp: return compare();
  case Opcode::Phi: return phi();
  case Opcode::Select: return select();
  case Opcode::Freeze: i_.type = typed_operand(); return;
  case Opcode::VAArg:
    typed_operand();
    c.expect(',');
    i_.type = type();
    i_.aux = static_cast<u32>(i_.type);
    return;
  case Opcode::LandingPad: return landingpad();
  case Opcode::ExtractElement: case Opcode::InsertElement: case Opcode::ShuffleVector: return vector_instruction();
  case Opcode::ExtractValue: {
    i_.type = typed_operand();
    return value_indices(i_.type);
  }
  case Opcode::InsertValue: {
    i_.type = typed_operand();
    c.expect(',');
    typed_operand();
    return value_indices(i_.type);
  }
  }
}

void BodyReader::binary() {
  i_.type = typed_operand();
  c.expect(',');
  push(operand(i_.type));
}

void BodyReader::cast() {
  if (i_.op == Opcode::FPTrunc || i_.op == Opcode::FPExt) i_.flags = fast_math();
  else integer_flags();
  TypeId from = typed_operand();
  c.expect_word("to");
  i_.type = type();
  // What pointer casts have become.
  if (i_.op == Opcode::BitCast && from == i_.type && !has_forward_) alias_ = f.operands.back();
}

void BodyReader::compare() {
  bool integer = i_.op == Opcode::ICmp;
  if (integer) integer_flags();
  else i_.flags = fast_math();
  std::string_view word = c.peek_word();
  const Predicate* p = find_predicate(word, integer);
  if (!p) c.fail_expected("a predicate");
  c.p += word.size();
  i_.sub = static_cast<u8>(*p);
  TypeId t = typed_operand();
  c.expect(',');
  push(operand(t));
  i_.type = t <= TypeId::I128 ? TypeId::I1 : compare_result(t);
}

void BodyReader::gep() {
  while (true) {
    c.skip();
    if (*c.p == 'i' && c.eat_word("inbounds")) i_.flags |= FlagInbounds | FlagNusw;
    else if (*c.p == 'n' && c.eat_word("nusw")) i_.flags |= FlagNusw;
    else if (*c.p == 'n' && c.eat_word("nuw")) i_.flags |= FlagNuw;
    else if (*c.p == 'i' && c.eat_word("inrange")) {
      if (c.eat('(')) c.skip_balanced(')');
    } else break;
  }
  c.skip();
  const char* at = c.p;
  TypeId source = type();
  check_gep_source(source, at);
  i_.aux = static_cast<u32>(source);
  c.expect(',');
  c.skip();
  at = c.p;
  i_.type = typed_operand();
  if (i_.type != TypeId::Ptr && !types.is_pointer(scalar_of(i_.type)))
    c.fail(at, "getelementptr starts from a pointer, not from " + type_text(i_.type));
  TypeId walk = source;
  bool first = true;
  while (true) {
    c.skip();
    if (*c.p != ',') break;
    // A comma may begin the attachments.
    const char* comma = c.p++;
    c.skip();
    if (*c.p == '!') {
      c.p = comma;
      break;
    }
    c.eat_word("inrange");
    at = c.p;
    TypeId t = typed_operand();
    if (t != TypeId::I64 && t != TypeId::I32 && !types.is_integer(scalar_of(t)))
      c.fail(at, "an index is an integer, not " + type_text(t));
    if (types.is_vector(t) && !types.is_vector(i_.type))
      i_.type = types.vector(i_.type, types[t].count, types[t].scalable);
    if (!first) {
      u64 field = types.kind(walk) == TypeKind::Struct ? field_index(f.operands.back(), at) : 0;
      walk = index_into(walk, field, at);
    }
    first = false;
  }
}

void BodyReader::alloca_instruction() {
  if (c.eat_word("inalloca")) i_.flags |= FlagInAlloca;
  if (c.eat_word("swifterror")) i_.flags |= FlagSwiftError;
  c.skip();
  const char* at = c.p;
  TypeId t = type();
  if (!types.is_sized(t)) c.fail(at, "alloca needs a type with a size, not " + type_text(t));
  i_.aux = static_cast<u32>(t);
  i_.type = TypeId::Ptr;
  i_.align_log2 = log2_of(types.abi_align(t, module.layout));
  c.skip();
  if (*c.p == ',') {
    const char* comma = c.p++;
    c.skip();
    if (*c.p != 'a' && *c.p != '!') {
      at = c.p;
      TypeId count = typed_operand();
      if (!types.is_integer(count)) c.fail(at, "alloca counts with an integer, not with " + type_text(count));
      return;
    }
    c.p = comma;
  }
  push(integer_constant(TypeId::I32, 1));
}

void BodyReader::sync_scope() {
  if (c.peek() != 's' || !c.eat_word("syncscope")) return;
  c.expect('(');
  if (c.string(memory) == "singlethread") i_.flags |= FlagSingleThread;
  c.expect(')');
}

Ordering BodyReader::ordering() {
  std::string_view word = c.peek_word();
  const Ordering* o = ordering_words.find(word);
  if (!o) c.fail_expected("an atomic ordering");
  c.p += word.size();
  return *o;
}

void BodyReader::atomic_tail() {
  sync_scope();
  i_.sub = static_cast<u8>(ordering());
}

void BodyReader::load() {
  c.skip();
  bool atomic = *c.p == 'a' && c.eat_word("atomic");
  c.skip();
  if (*c.p == 'v' && c.eat_word("volatile")) i_.flags |= FlagVolatile;
  c.skip();
  const char* at = c.p;
  i_.type = type();
  if (!types.is_sized(i_.type)) c.fail(at, "load needs a type with a size, not " + type_text(i_.type));
  c.expect(',');
  typed_operand();
  if (atomic) atomic_tail(), expect_align();
  c.skip();
  // The usual tail in one look; what is not written follows from the type.
  if (c.p[0] != ',' || c.p[1] != ' ' || c.p[2] != 'a') i_.align_log2 = log2_of(types.abi_align(i_.type, module.layout));
}

// An atomic access says its alignment: what it may be done with depends on it.
void BodyReader::expect_align() {
  Cursor ahead = c;
  if (!ahead.eat(',') || !ahead.eat_word("align")) ahead.fail(start_, "an atomic load or store needs an alignment");
}

void BodyReader::store() {
  c.skip();
  bool atomic = *c.p == 'a' && c.eat_word("atomic");
  c.skip();
  if (*c.p == 'v' && c.eat_word("volatile")) i_.flags |= FlagVolatile;
  c.skip();
  const char* at = c.p;
  TypeId t = typed_operand();
  if (!types.is_sized(t)) c.fail(at, "store needs a type with a size, not " + type_text(t));
  c.expect(',');
  typed_operand();
  if (atomic) atomic_tail(), expect_align();
  c.skip();
  if (c.p[0] != ',' || c.p[1] != ' ' || c.p[2] != 'a') i_.align_log2 = log2_of(types.abi_align(t, module.layout));
}

void BodyReader::fence() {
  atomic_tail();
}

void BodyReader::cmpxchg() {
  if (c.eat_word("weak")) i_.flags |= FlagWeak;
  if (c.eat_word("volatile")) i_.flags |= FlagVolatile;
  typed_operand();
  c.expect(',');
  TypeId t = typed_operand();
  c.expect(',');
  typed_operand();
  atomic_tail();
  i_.sub2 = static_cast<u8>(ordering());
  TypeId fields[] = {t, TypeId::I1};
  i_.type = types.literal_struct(fields);
  i_.align_log2 = log2_of(std::bit_ceil(types.store_size(t, module.layout)));
}

void BodyReader::atomicrmw() {
  if (c.eat_word("volatile")) i_.flags |= FlagVolatile;
  std::string_view word = c.peek_word();
  const RmwOp* op = rmw_words.find(word);
  if (!op) c.fail_expected("an operation of atomicrmw");
  c.p += word.size();
  i_.sub2 = static_cast<u8>(*op);
  typed_operand();
  c.expect(',');
  i_.type = typed_operand();
  atomic_tail();
  i_.align_log2 = log2_of(std::bit_ceil(types.store_size(i_.type, module.layout)));
}

void BodyReader::phi() {
  i_.flags = fast_math();
  i_.type = type();
  if (c.peek() != '[') return; // in a block that nothing reaches
  do {
    c.skip();
    if (*c.p == '!') { // attachments
      --c.p;
      while (*c.p != ',') --c.p;
      break;
    }
    c.expect('[');
    push(operand(i_.type));
    c.expect(',');
    push(block_name());
    c.expect(']');
  } while (c.eat(','));
}

void BodyReader::select() {
  i_.flags = fast_math();
  typed_operand();
  c.expect(',');
  i_.type = typed_operand();
  c.expect(',');
  typed_operand();
}

void BodyReader::vector_instruction() {
  c.skip();
  const char* at = c.p;
  TypeId v = typed_operand();
  if (!types.is_vector(v)) c.fail(at, std::string(ir::spelling(i_.op)) + " works on vectors, not on " + type_text(v));
  c.expect(',');
  TypeId second = typed_operand();
  if (i_.op == Opcode::ExtractElement) {
    i_.type = types[v].element;
    return;
  }
  c.expect(',');
  at = (c.skip(), c.p);
  TypeId third = typed_operand();
  i_.type = v;
  if (i_.op != Opcode::ShuffleVector) return;
  if (second != v) c.fail(at, "shufflevector takes two vectors of one type");
  if (!types.is_vector(third)) c.fail(at, "shufflevector's mask is a vector, not " + type_text(third));
  i_.type = types.vector(types[v].element, types[third].count, types[third].scalable);
}

// Behind the operands of extractvalue and insertvalue.
void BodyReader::value_indices(TypeId aggregate) {
  i_.aux = static_cast<u32>(f.indices.size());
  u64 count = 0;
  TypeId walk = aggregate;
  while (true) {
    c.skip();
    if (*c.p != ',') break;
    const char* comma = c.p++;
    c.skip();
    if (*c.p == '!') {
      c.p = comma;
      break;
    }
    const char* at = c.p;
    u32 n = c.number32();
    const Type& t = types[walk];
    if (t.kind == TypeKind::Vector) c.fail(at, "vectors are taken apart by extractelement");
    if (t.kind == TypeKind::Array && n >= t.count)
      c.fail(at, "index " + std::to_string(n) + " is too large for " + type_text(walk));
    walk = index_into(walk, n, at);
    f.indices.push_back(n);
    if (++count > 60000) c.fail(at, "there are too many indices");
  }
  if (count == 0) c.fail_expected("an index");
  i_.index_count = static_cast<u16>(count);
  if (i_.op == Opcode::ExtractValue) i_.type = walk;
}

// --- Terminators

void BodyReader::ret() {
  c.skip();
  const char* at = c.p;
  TypeId t = type_or_void();
  if (t != TypeId::Void) push(operand(t));
  TypeId wanted = types[module.globals[f.self].value_type].element;
  if (t != wanted) c.fail(at, "this returns " + type_text(t) + ", but the function returns " + type_text(wanted));
}

void BodyReader::br() {
  c.skip();
  if (*c.p == 'l') {
    push(block_operand());
    return;
  }
  const char* at = c.p;
  TypeId t = type();
  if (t != TypeId::I1) c.fail(at, "br asks an i1, not " + type_text(t));
  push(operand(t));
  c.expect(',');
  push(block_operand());
  c.expect(',');
  push(block_operand());
}

void BodyReader::switch_instruction() {
  c.skip();
  const char* at = c.p;
  TypeId t = typed_operand();
  if (!types.is_integer(t)) c.fail(at, "switch works on an integer, not on " + type_text(t));
  c.expect(',');
  push(block_operand());
  c.expect('[');
  while (!c.eat(']')) {
    at = c.p;
    TypeId k = type();
    if (k != t) c.fail(at, "this case is " + type_text(k) + ", but the switch works on " + type_text(t));
    c.skip();
    at = c.p;
    Value v = constant(k);
    ConstantKind kind = v.is_constant() ? constants[v.index()].kind : ConstantKind::Null;
    if (kind != ConstantKind::Integer && kind != ConstantKind::Words) c.fail(at, "a case is an integer");
    push(v);
    c.expect(',');
    push(block_operand());
  }
}

void BodyReader::indirectbr() {
  typed_operand();
  c.expect(',');
  c.expect('[');
  if (c.eat(']')) return;
  do push(block_operand());
  while (c.eat(','));
  c.expect(']');
}

// --- Exceptions

void BodyReader::landingpad() {
  i_.type = type();
  if (c.eat_word("cleanup")) i_.flags |= FlagCleanup;
  i_.aux = static_cast<u32>(f.indices.size());
  while (true) {
    bool is_catch = c.eat_word("catch");
    if (!is_catch && !c.eat_word("filter")) return;
    f.indices.push_back(is_catch ? 0 : 1);
    typed_operand();
  }
}

// catchswitch: [parent, handler*, unwind]; the last operand only with FlagCleanup. catchpad, cleanuppad:
// [parent, argument*]. catchret: [pad, block]. cleanupret: [pad] or [pad, block]. No parent is a token `none`.
void BodyReader::funclet() {
  if (i_.op == Opcode::CatchRet || i_.op == Opcode::CleanupRet) {
    c.expect_word("from");
    push(operand(TypeId::Token));
    if (i_.op == Opcode::CatchRet) {
      c.expect_word("to");
      push(block_operand());
      return;
    }
    c.expect_word("unwind");
    if (c.eat_word("to")) c.expect_word("caller");
    else push(block_operand());
    return;
  }
  c.expect_word("within");
  i_.type = TypeId::Token;
  push(operand(TypeId::Token));
  c.expect('[');
  if (i_.op == Opcode::CatchSwitch) {
    do push(block_operand());
    while (c.eat(','));
    c.expect(']');
    c.expect_word("unwind");
    if (c.eat_word("to")) {
      c.expect_word("caller");
    } else {
      i_.flags |= FlagCleanup;
      push(block_operand());
    }
    return;
  }
  if (c.eat(']')) return;
  do {
    TypeId t = type();
    if (t == TypeId::Metadata) metadata_argument();
    else push(operand(t));
  } while (c.eat(','));
  c.expect(']');
}

} // namespace lathe::reader
