// RUN: %lathe -w -O0 -mno-red-zone %s -o %t0 && %t0 | %FileCheck %s
// RUN: %lathe -w -O2 -mno-red-zone %s -o %t2 && %t2 | %FileCheck %s
// REQUIRES: clang
// Interrupt handlers, entered by a frame that the test pushes as a processor does, and functions without preserved
// registers called through each other.
#include <stdio.h>
struct frame { unsigned long ip, cs, flags, sp, ss; };
static volatile unsigned long ips, codes;
__attribute__((noinline)) void work(unsigned long x) { ips += x; }
__attribute__((interrupt)) __attribute__((target("general-regs-only"))) void plain(struct frame *f) { ips = f->ip; work(1); }
__attribute__((interrupt)) __attribute__((target("general-regs-only"))) void with_code(struct frame *f, unsigned long code) { codes = code; ips = f->ip; work(2); }
#define ENTER(handler, push)                                                                                        \
  ({ unsigned long before = 0x1234, at;                                                                             \
     __asm__ volatile("movq %%rsp, %%rbx\n\tandq $-16, %%rsp\n\tmov %%ss, %%eax\n\tpushq %%rax\n\tpushq %%rbx\n\tpushfq\n\tmov %%cs, %%eax\n\tpushq %%rax\n\t" \
       "leaq 1f(%%rip), %%rax\n\tpushq %%rax\n\t" push "movl $0x77, %%r11d\n\tmovl $0x1234, %%edi\n\tjmp " #handler "\n1:\tleaq 1b(%%rip), %1\n\tleaq (%%rdi,%%r11), %0" \
       : "=r"(before), "=r"(at) : : "rax", "rbx", "rdi", "r11", "memory", "cc");                                     \
     printf("%lx %d %lx\n", before, (int)(ips - at), codes); })
__attribute__((preserve_none, noinline)) long twelve(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, double x, long k, long l, long m) {
  return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j + 11*k + 12*l + 13*m + (long)x;
}
int main(int n, char **v) {
  ENTER(plain, "");
  ENTER(with_code, "pushq $0x55\n\t");
  long keep[4] = {n, n + 1, n + 2, n + 3};
  printf("%ld\n", twelve(n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0.5 + n, 11, 12, 13));
  printf("%ld\n", keep[0] + keep[1] + keep[2] + keep[3]);
}
// CHECK: 12ab 1 0
// CHECK-NEXT: 12ab 2 55
// CHECK-NEXT: 820
// CHECK-NEXT: 10
