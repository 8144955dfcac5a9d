// RUN: %clang -w -O1 %s -o %t -lm && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// __builtin_set_flt_rounds changes both units' rounding, __builtin_flt_rounds reads it back.
#include <stdio.h>
volatile double one = 1, three = 3;
volatile long double lone = 1, lthree = 3;
int main(void) {
  for (int mode = 0; mode < 4; ++mode) {
    __builtin_set_flt_rounds(mode);
    int got = __builtin_flt_rounds();
    volatile double d = one / three, e = -one / three;
    volatile long double l = lone / lthree;
    __builtin_set_flt_rounds(1);
    printf("%d %d %a %a %La\n", mode, got, d, e, l);
  }
}
