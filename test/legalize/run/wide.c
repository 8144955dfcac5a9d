// RUN: %utils/legalize_diff.py --native --verbose --tool %legalize %s
// REQUIRES: clang
// Integers wider than a word: arithmetic, shifts, compares, division, memory, arguments and results.
#include <stdio.h>
typedef __int128 i128; typedef unsigned __int128 u128;
typedef unsigned _BitInt(65) b65; typedef _BitInt(100) s100; typedef unsigned _BitInt(200) b200; typedef _BitInt(256) s256;
static void show(const char *n, u128 v) { printf("%s %016llx%016llx\n", n, (unsigned long long)(v >> 64), (unsigned long long)v); }
__attribute__((noinline)) u128 add(u128 a, u128 b) { return a + b; }
__attribute__((noinline)) i128 sub(i128 a, i128 b) { return a - b; }
__attribute__((noinline)) u128 mul(u128 a, u128 b) { return a * b; }
__attribute__((noinline)) i128 smul(long a, long b) { return (i128)a * b; }
__attribute__((noinline)) u128 umul(unsigned long a, unsigned long b) { return (u128)a * b; }
__attribute__((noinline)) i128 sdiv(i128 a, i128 b) { return a / b; }
__attribute__((noinline)) u128 urem(u128 a, u128 b) { return a % b; }
__attribute__((noinline)) u128 shl(u128 a, int n) { return a << n; }
__attribute__((noinline)) u128 lshr(u128 a, int n) { return a >> n; }
__attribute__((noinline)) i128 ashr(i128 a, int n) { return a >> n; }
__attribute__((noinline)) int cmp(i128 a, i128 b) { return (a < b) | (a <= b) << 1 | (a == b) << 2 | ((u128)a < (u128)b) << 3 | ((u128)a >= (u128)b) << 4 | (a < 0) << 5 | (a > -1) << 6; }
__attribute__((noinline)) b65 f65(b65 a, b65 b) { return (a * b) ^ (a >> 3) ^ (b << 60); }
__attribute__((noinline)) s100 f100(s100 a, s100 b) { return a / b + (a % b) * 3 - (a >> 7); }
__attribute__((noinline)) void f200(b200 *r, const b200 *a, const b200 *b, unsigned n) { *r = (*a * *b) ^ (*a << n) ^ (*b >> n) ^ (*a - *b); }
__attribute__((noinline)) void f256(s256 *q, s256 *r, const s256 *a, const s256 *b) { *q = *a / *b; *r = *a % *b; }
__attribute__((noinline)) int ovf(i128 a, i128 b, i128 *r) { int o = __builtin_add_overflow(a, b, r); o |= __builtin_sub_overflow(a, b, r) << 1; o |= __builtin_mul_overflow(a, b, r) << 2; u128 u; o |= __builtin_mul_overflow((u128)a, (u128)b, &u) << 3; return o; }
struct s { int x; i128 v; char c; };
__attribute__((noinline)) struct s byval(struct s a, i128 b) { a.v += b; a.x++; return a; }
volatile int vol = 17;
int main(void) {
  u128 a = ((u128)0x123456789abcdef0 << 64) | 0xfedcba9876543210, b = ((u128)0x0f << 64) | 0xffffffffffffff85;
  i128 n = -(i128)a;
  show("add", add(a, b)); show("sub", sub(n, b)); show("mul", mul(a, b)); show("smul", smul(-5000000000, 0x7fffffffffffffff));
  show("umul", umul(~0ul, ~0ul)); show("sdiv", sdiv(n, b)); show("urem", urem(a, b));
  for (int i = 0; i < 128; i += vol) { show("shl", shl(a, i)); show("lshr", lshr(a, i)); show("ashr", ashr(n, i)); }
  i128 vals[] = {0, 1, -1, n, a, b, (i128)1 << 127, 5};
  for (int i = 0; i < 8; i++) for (int j = 0; j < 8; j++) { i128 r; printf("%d ", cmp(vals[i], vals[j])); printf("%d ", ovf(vals[i], vals[j], &r)); show("", r); }
  show("f65", f65((b65)a, (b65)b)); show("f100", (u128)(i128)f100((s100)n, (s100)b));
  b200 x = (b200)a * a, y = (b200)b << 50, z; for (unsigned i = 0; i < 200; i += 37) { f200(&z, &x, &y, i); show("200", (u128)z); show("200h", (u128)(z >> 128)); }
  s256 p = (s256)n * (s256)a, q = -(s256)b, d, m; f256(&d, &m, &p, &q); show("256", (u128)d); show("256h", (u128)(d >> 128)); show("256m", (u128)m);
  struct s t = {1, n, 'c'}; t = byval(t, 3); show("byval", t.v); printf("%d %c\n", t.x, t.c);
  double dd = (double)n; float ff = (float)a; long double ld = (long double)n; printf("%g %g %Lg\n", dd, ff, ld);
  show("fix", (u128)(i128)(dd / 3)); show("fixuns", (u128)(ld * -7)); 
  printf("%d %d %d\n", __builtin_popcountll((unsigned long long)a), (int)(a % 1000), (int)(a & 1023));
  switch (a & 7) { case 0: puts("zero"); break; case 3: puts("three"); break; default: puts("other"); }
  return 0;
}
