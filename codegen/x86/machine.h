#pragma once
// What selection and emission of x86-64 agree on beside the instruction table: registers by unit, condition codes,
// segments, relocation operators and the pseudo rows that only emission expands.
//
// Blocks end with `jcc block` any number of times, then one `jmp block` (or an indirect jump, Return, TailCall, ud2,
// or nothing behind a call that never returns). The block that follows is never implied: emission drops a jump to
// what is next, turns a branch round when its target is next, and threads through blocks that hold but a jump.

#include "codegen/machine/machine.h"

namespace lathe::codegen::x86 {

namespace reg {
inline constexpr PhysicalRegister rax = 0, rcx = 1, rdx = 2, rbx = 3, rsp = 4, rbp = 5, rsi = 6, rdi = 7, r8 = 8,
                                  r9 = 9, r10 = 10, r11 = 11, r12 = 12, r13 = 13, r14 = 14, r15 = 15, xmm0 = 16,
                                  xmm1 = 17, xmm2 = 18, xmm3 = 19;
// x87 registers exist for inline assembly only: Fixed operands of class StackOnly.
inline constexpr PhysicalRegister st0 = 48;
}

// By encoding: bit 0 negates.
enum class Condition : u8 { O, No, B, Ae, E, Ne, Be, A, S, Ns, P, Np, L, Ge, Le, G };
constexpr Condition negate(Condition c) { return static_cast<Condition>(static_cast<u8>(c) ^ 1); }

// Address::segment.
enum class Segment : u8 { None, Es, Cs, Ss, Ds, Fs, Gs };

// SymbolRef::modifier.
enum class SymbolModifier : u8 { None, Plt, GotPcRel, GotOff, TlsGd, TlsLd, DtpOff, GotTpOff, TpOff, Got, Size };

enum class Pseudo : u16 {
  // registers: Fixed Defs of the arguments that come in registers. Prints nothing.
  Entry = static_cast<u16>(MachinePseudo::FirstOfTarget),
  // registers: Fixed Uses of the values returned. Epilogue (stack protector's check before it) and `ret`.
  Return,
  // registers: Fixed Uses of the arguments; operand 0: SymbolValue, or a Register (Fixed r11 or rax) or Address with
  // `indirect`. Epilogue and `jmp`.
  TailCall,
  // registers: [Fixed rcx Use]. eh.return: the epilogue with everything that was saved, rsp becomes rcx, `ret`.
  UnwindReturn,
  // operand 0: SymbolValue with TlsGd; registers: [Fixed rax Def]; clobbers as a call:
  //   data16 leaq x@tlsgd(%rip), %rdi; data16 data16 rex64 call __tls_get_addr@PLT
  TlsGeneralDynamic,
  // operand 0: SymbolValue with TlsLd; registers: [Fixed rax Def]; clobbers as a call:
  //   leaq x@tlsld(%rip), %rdi; call __tls_get_addr@PLT
  TlsLocalDynamic,
  // operand 0: Immediate, the hash of the callee's type; registers: Fixed r11 Use, then those of a call; clobbers as one:
  //   movl $-hash, %r10d; addl -4(%r11), %r10d; je 1f; ud2; 1: call *%r11
  // The distance grows by the nops that -fpatchable-function-entry puts in front of functions.
  CheckedCall,
  // registers: Fixed r11 Use. `jmp __x86_indirect_thunk_r11` to a block of this function.
  ThunkJump,
  // registers: Use. Lowers rsp to what the register holds, touching every page on the way:
  //   1: cmpq place0, %rsp; jbe 2f; orq $0, (%rsp); subq $4096, %rsp; jmp 1b; 2:
  ProbeStack,
  // registers: Fixed early Defs of what an asm goto has left in registers; the first of a block. Prints nothing.
  Received,
  // operands: Immediate Condition, Register 0, Register 2; registers: [Def Vector Reuse 1, Use, Use Late]. The
  // definition keeps the value of place 1 when the condition holds, else becomes that of place 2:
  //   jCC 1f; movaps place2, place0; 1:      Reads flags.
  SelectVector,
};

} // namespace lathe::codegen::x86
