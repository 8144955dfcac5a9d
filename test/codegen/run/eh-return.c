// RUN: %lathe -w -O0 %s -o %t0 && %t0 | %FileCheck %s
// RUN: %lathe -w -O2 %s -o %t2 && %t2 | %FileCheck %s
// REQUIRES: clang
// __builtin_eh_return enters a handler as if the function returned there; a plain return gives its value.
#include <stdio.h>
#include <stdlib.h>
static long reached;
static __attribute__((noreturn)) void landed(void) { puts("landed"); exit(0); }
__asm__("handler: andq $-16, %rsp\n\tcall landed_at\n");
__attribute__((noreturn, used)) void landed_at(void) { landed(); }
void handler(void);
__attribute__((noinline)) long leave(long unwinds, void *to) {
  __builtin_unwind_init();
  if (unwinds) __builtin_eh_return(0, to);
  return 42 + reached;
}
int main(void) {
  printf("%ld\n", leave(0, 0));
  fflush(stdout);
  leave(1, (void *)handler);
  puts("not reached");
}
// CHECK: 42
// CHECK-NEXT: landed
