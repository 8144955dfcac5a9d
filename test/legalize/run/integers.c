// RUN: %utils/legalize_diff.py --native --verbose --tool %legalize %s
// REQUIRES: clang
// Integer intrinsics and odd widths: overflow, saturation, bit counting, rotation, bit fields, _BitInt, division.
#include <stdio.h>
typedef _BitInt(7) s7; typedef unsigned _BitInt(13) u13; typedef _BitInt(24) s24; typedef unsigned _BitInt(33) u33; typedef _BitInt(48) s48; typedef unsigned _BitInt(63) u63;
#define N __attribute__((noinline))
struct f { unsigned a : 3; signed b : 5; unsigned long c : 37; signed long d : 17; _Bool e : 1; } g;
N int o(int a, int b) { int r, n = 0; n |= __builtin_add_overflow(a, b, &r); n |= __builtin_sub_overflow(a, b, &r) << 1; n |= __builtin_mul_overflow(a, b, &r) << 2; signed char c; n |= __builtin_mul_overflow((signed char)a, (signed char)b, &c) << 3; unsigned char u; n |= __builtin_mul_overflow((unsigned char)a, (unsigned char)b, &u) << 4; short s; n |= __builtin_add_overflow((short)a, (short)b, &s) << 5; unsigned long ul; n |= __builtin_mul_overflow((unsigned long)a, (unsigned long)b, &ul) << 6; long sl; n |= __builtin_sub_overflow((long)a << 32, (long)b << 32, &sl) << 7; return n * 1000 + r % 7 + c + u; }
N int mixed(u33 a, s48 b) { u33 r; s48 q; int n = __builtin_add_overflow(a, (u33)b, &r); n |= __builtin_mul_overflow(b, (s48)a, &q) << 1; n |= __builtin_mul_overflow(a, (u33)b, &r) << 2; n |= __builtin_sub_overflow(b, (s48)a, &q) << 3; return n * 16 + (int)(r & 7); }
N unsigned bitsof(unsigned long x) { return __builtin_popcountl(x) + (x ? __builtin_clzl(x) * 64 + __builtin_ctzl(x) * 4096 : 0) + __builtin_popcount((unsigned)x) + ((unsigned)x ? __builtin_clz((unsigned)x) + __builtin_ctz((unsigned)x) : 0) + __builtin_parityl(x) + __builtin_ffsl(x); }
N unsigned long swaps(unsigned long x) { return __builtin_bswap64(x) ^ __builtin_bswap32((unsigned)x) ^ __builtin_bswap16((unsigned short)x) ^ __builtin_bitreverse64(x) ^ __builtin_bitreverse32((unsigned)x) ^ __builtin_bitreverse16((unsigned short)x) ^ __builtin_bitreverse8((unsigned char)x); }
N unsigned long rot(unsigned long x, int n) { return __builtin_rotateleft64(x, n) ^ __builtin_rotateleft32((unsigned)x, n) ^ __builtin_rotateright16((unsigned short)x, n) ^ __builtin_rotateleft8((unsigned char)x, n); }
N s7 f7(s7 a, s7 b) { return (a * b) / (s7)(b | 1) + (a >> (b & 3)) - (a < b); } N u13 f13(u13 a, u13 b) { return (a / (u13)(b | 1)) ^ (a << 3) ^ (a >> 2) ^ (b % 11u); }
N s24 f24(s24 a, s24 b) { return a * b - (a >> 5) + (b % (s24)(a | 1)); } N u33 f33(u33 a, u33 b) { return a * b ^ (a >> 7) ^ (b << 20); } N s48 f48(s48 *a, s48 b) { *a = *a * 3 + b; return *a / (b | 1); } N u63 f63(u63 a) { return a / 7 + a % 1000; }
N int cmp7(s7 a, s7 b, u33 c, u33 d) { return (a < b) | (a == b) << 1 | ((unsigned _BitInt(7))a < (unsigned _BitInt(7))b) << 2 | (c < d) << 3 | (c == d) << 4; }
#define DIV(T, name) N void name(T x) { printf(#name " %lld %lld %lld %lld %lld %lld %lld %lld %lld\n", (long long)(x / (T)3), (long long)(x % (T)7), (long long)(x / (T)10), (long long)(x / (T)8), (long long)(x % (T)16), (long long)(x / (T)100), (long long)(x / (T)-5), (long long)(x % (T)-1000003), (long long)(x / (T)-16)); }
DIV(int, di) DIV(unsigned, du) DIV(long, dl) DIV(unsigned long, dul) DIV(short, ds) DIV(unsigned char, duc) DIV(signed char, dsc)
N long minmax(long a, long b) { long m = a < b ? a : b; unsigned long n = (unsigned long)a > (unsigned long)b ? a : b; return m ^ (long)n ^ (a < 0 ? -a : a); }
N _Bool logic(_Bool a, _Bool b) { _Bool c = a & b; c ^= a | b; return c == (a != b) ? c > a : c <= b; }
int main(void) {
  long vs[] = {0, 1, -1, 2147483647, -2147483648, 127, -128, 1000003, 0x7fffffffffffffff, (long)0x8000000000000000, 0x123456789abcdef, 77};
  for (int i = 0; i < 12; i++) {
    long a = vs[i]; printf("%u %lx\n", bitsof(a), swaps(a)); di(a); du(a); dl(a); dul(a); ds(a); duc(a); dsc(a);
    for (int j = 0; j < 12; j++) { long b = vs[j]; s48 m = a; 
      printf("%d %d %lx %d %d %d %lld %lld %llu %d %ld %d\n", o(a, b), mixed(a, b), rot(a, b & 127), (int)f7(a, b), (int)f13(a, b), (int)f24(a, b), (long long)f33(a, b), (long long)f48(&m, b), (unsigned long long)f63(a ^ b), cmp7(a, b, a, b), minmax(a, b), logic(a & 1, b & 2)); } }
  for (int i = 0; i < 40; i++) { g.a += i; g.b -= i; g.c = g.c * 31 + i; g.d ^= g.c; g.e ^= i & 1; }
  printf("%d %d %lu %ld %d\n", g.a, g.b, (unsigned long)g.c, (long)g.d, g.e);
  return 0;
}
