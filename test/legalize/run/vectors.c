// RUN: %utils/legalize_diff.py --native --verbose --tool %legalize %s
// REQUIRES: clang
// Vectors by elements: arithmetic, compares, shuffles, casts, memory, arguments and results of two to sixteen elements.
#include <stdio.h>
#include <string.h>
#define N __attribute__((noinline))
typedef float f2 __attribute__((vector_size(8))); typedef float f4 __attribute__((vector_size(16))); typedef double d2 __attribute__((vector_size(16)));
typedef int i4 __attribute__((vector_size(16))); typedef unsigned char c16 __attribute__((vector_size(16))); typedef short s8 __attribute__((vector_size(16))); typedef int i8 __attribute__((vector_size(32))); typedef long l2 __attribute__((vector_size(16)));
struct p2 { float x, y; }; struct p3 { float x, y, z; }; struct p4 { float x, y, z, w; };
N struct p2 half(struct p2 a, struct p3 b) { a.x += b.z; a.y *= b.x; return a; } N struct p4 quad(struct p4 a, struct p2 b) { a.x -= b.y; a.w += b.x; return a; }
N f4 fa(f4 a, f4 b) { return a * b + a / b; } N d2 da(d2 a, d2 b) { return a - b * 2; } N i4 ia(i4 a, i4 b) { return (a + b) * (a ^ b) >> 2; } N i4 ic(i4 a, i4 b) { return (a < b) | (a == b) & 5; }
N c16 ca(c16 a, c16 b) { return a + b * 3 - (a >> 1); } N s8 sa(s8 a, s8 b) { return a * b - b; } N int at(i4 a, int i) { return a[i]; } N i4 put(i4 a, int i, int v) { a[i] = v; return a; }
N f4 shuf(f4 a, f4 b) { return __builtin_shufflevector(a, b, 0, 4, 3, 7); } N i4 cvt(f4 a) { return __builtin_convertvector(a, i4); } N f4 cvt2(i4 a) { return __builtin_convertvector(a, f4); }
N l2 cast(i4 a) { return (l2)a; } N long lanes(f2 a) { long r; memcpy(&r, &a, 8); return r; } N int red(i4 a) { return __builtin_reduce_add(a) + __builtin_reduce_max(a) - __builtin_reduce_min(a) + __builtin_reduce_xor(a); }
N i4 mm(i4 a, i4 b) { return __builtin_elementwise_max(a, b) - __builtin_elementwise_min(a, b) + __builtin_elementwise_abs(a); }
N void big(i8 *r, const i8 *a, const i8 *b) { *r = *a * *b + (*a > *b); } N void copy(struct p4 *d, const struct p4 *s, int n) { for (int i = 0; i < n; i++) d[i] = s[i]; }
typedef _Bool b8 __attribute__((ext_vector_type(8))); N b8 mask(b8 a, b8 b) { return a & b | a; }
int main(void) {
  f4 a = {1, -2, 3.5, 4}, b = {0.5, 8, -1, 3}; i4 x = {1, -2, 3, 100000}, y = {7, -2, 5, -9};
  f4 r = fa(a, b); printf("%g %g %g %g\n", r[0], r[1], r[2], r[3]); d2 d = da((d2){1, 2}, (d2){3, 4}); printf("%g %g\n", d[0], d[1]);
  i4 s = ia(x, y), t = ic(x, y); printf("%d %d %d %d %d %d %d %d\n", s[0], s[1], s[2], s[3], t[0], t[1], t[2], t[3]);
  c16 c, e; for (int i = 0; i < 16; i++) c[i] = i * 17, e[i] = 200 - i; c = ca(c, e); for (int i = 0; i < 16; i++) printf("%d ", c[i]);
  s8 h = sa((s8){1, 2, 3, 4, 5, 6, 7, 8}, (s8){9, -9, 9, -9, 300, 301, 302, -303}); for (int i = 0; i < 8; i++) printf("%d ", h[i]);
  for (int i = 0; i < 4; i++) { i4 p = put(x, i, 42); printf("%d %d %d %d %d\n", at(x, i), p[0], p[1], p[2], p[3]); }
  r = shuf(a, b); s = cvt(a); f4 w = cvt2(y); l2 l = cast(x); printf("%g %g %g %g %d %d %d %g %lx %lx %lx %d\n", r[0], r[1], r[2], r[3], s[1], s[2], s[3], w[3], l[0], l[1], lanes((f2){1, 2}), red(y));
  s = mm(x, y); printf("%d %d %d %d\n", s[0], s[1], s[2], s[3]);
  i8 u = {1, 2, 3, 4, 5, 6, 7, 8}, v = {8, 7, 6, 5, 4, 3, 2, 1}, z; big(&z, &u, &v); for (int i = 0; i < 8; i++) printf("%d ", z[i]);
  struct p2 g = half((struct p2){1, 2}, (struct p3){3, 4, 5}); struct p4 q = quad((struct p4){1, 2, 3, 4}, g), qs[5], qd[5]; printf("%g %g %g %g %g %g\n", g.x, g.y, q.x, q.y, q.z, q.w);
  for (int i = 0; i < 5; i++) qs[i] = (struct p4){i, i + 1, i + 2, i + 3}; copy(qd, qs, 5); printf("%g %g\n", qd[4].w, qd[2].x);
  unsigned char mb; b8 m = mask((b8){1, 0, 1, 0, 1, 1, 0, 0}, (b8){1, 1, 0, 0, 1, 0, 1, 0}); memcpy(&mb, &m, 1); printf("%d\n", mb);
  return 0;
}
