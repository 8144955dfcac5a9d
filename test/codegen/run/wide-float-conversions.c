// RUN: %lathe -w -O0 %s -o %t0 && %t0 | cksum | %FileCheck %s
// RUN: %lathe -w -O2 %s -o %t2 && %t2 | cksum | %FileCheck %s
// REQUIRES: clang
// Conversions between floats and integers of more than 128 bits: rounding to nearest, ties to even, overflow to
// infinity, truncation on the way back. The sum is that of what exact rational arithmetic says; clang-19's own
// programs have long doubles and overflows to infinity wrong.
// CHECK: 844560612 241060
#include <stdio.h>
#include <string.h>
#define N __attribute__((noinline))
#define TEST(bits)                                                                                                  \
  typedef _BitInt(bits) s##bits; typedef unsigned _BitInt(bits) u##bits;                                            \
  N float uf##bits(u##bits x) { return x; } N double ud##bits(u##bits x) { return x; } N long double ul##bits(u##bits x) { return x; } \
  N float sf##bits(s##bits x) { return x; } N double sd##bits(s##bits x) { return x; } N long double sl##bits(s##bits x) { return x; } \
  N u##bits du##bits(double x) { return x; } N s##bits ds##bits(double x) { return x; } N s##bits fs##bits(float x) { return x; }      \
  N u##bits lu##bits(long double x) { return x; } N s##bits ls##bits(long double x) { return x; }                   \
  N void show##bits(u##bits x) { for (int i = (bits + 63) / 64; i-- > 0;) printf("%lx.", (long)(x >> (64 * i))); puts(""); } \
  N void one##bits(u##bits x) {                                                                                     \
    printf("%a %a %La %a %a %La\n", uf##bits(x), ud##bits(x), ul##bits(x), sf##bits(x), sd##bits(x), sl##bits(x)); } \
  N void run##bits(void) {                                                                                          \
    for (int top = 20; top < bits; top += 7)                                                                        \
      for (int kind = 0; kind < 6; ++kind) {                                                                        \
        u##bits x = (u##bits)1 << top;                                                                              \
        int drop[] = {24, 53, 64};                                                                                  \
        int at = top - drop[kind % 3];                                                                              \
        if (at > 0) x |= (u##bits)1 << at;                                                                          \
        if (kind > 2 && at > 1) x |= (u##bits)1 << (at - 1) >> (at > 40 ? 40 : 0);                                  \
        one##bits(x); one##bits(-x); one##bits(x - 1);                                                              \
      }                                                                                                             \
    for (int e = 0; e < bits - 1 && e < 1023; e += 5) {                                                             \
      double d = 1.7182818284590452 * __builtin_ldexp(1, e);                                                        \
      show##bits(du##bits(d)); show##bits(ds##bits(-d)); show##bits(lu##bits((long double)d * 1.0000000001L)); show##bits(ls##bits(-d)); \
      if (e < 127) show##bits(fs##bits(-(float)d));                                                                 \
    }                                                                                                               \
    show##bits(ds##bits(-0.75)); show##bits(du##bits(0));                                                           \
  }
TEST(129)
TEST(192)
TEST(255)
TEST(512)
int main(void) { run129(); run192(); run255(); run512(); }
