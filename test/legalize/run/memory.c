// RUN: %utils/legalize_diff.py --native --verbose --tool %legalize %s
// REQUIRES: clang
// memcpy, memmove and memset of every small length, struct copies, atomics, switches of all shapes, computed addresses.
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#define N __attribute__((noinline))
char src[300], dst[300];
static unsigned sum(const char *p, int n) { unsigned s = 1; for (int i = 0; i < n; i++) s = s * 31 + (unsigned char)p[i]; return s; }
#define C(n) memcpy(dst + n % 5, src + n % 3, n); memmove(src + 3, src, n); memset(dst + 150, n, n); memset(dst + 220, 0, n); memset(dst + 100, v, n % 40); printf("%u ", sum(dst, 300) ^ sum(src, 300));
#define C10(n) C(n) C(n + 1) C(n + 2) C(n + 3) C(n + 4) C(n + 5) C(n + 6) C(n + 7) C(n + 8) C(n + 9)
struct big { int a[7]; char c[13]; struct { short s; double d; } e[3]; }; N struct big pass(struct big b, int i) { b.a[i % 7] = i; b.e[i % 3].d += i; return b; }
_Atomic int ai; _Atomic long al; _Atomic char ac; _Atomic float af; _Atomic _Bool ab; struct two { long a, b; }; _Atomic struct two at; _Atomic(__int128) aq; atomic_uint au;
N int sw(int x) { switch (x) { case 1: return 5; case 2: return 8; case 3: return 1; case 4: return 0; case 5: return 77; case 100: return 3; case 1000 ... 2000: return 9; case -5: return 2; case -2147483647 - 1: return 4; case 2147483647: return 6; default: return -1; } }
N int bt(char c) { switch (c) { case 'a': case 'e': case 'i': case 'o': case 'u': return 1; case 'x': case 'y': return 2; case ' ': return 3; default: return 0; } }
N int ch(unsigned char c) { switch (c) { case 0 ... 50: return c * 2; case 51 ... 99: return 5; case 100 ... 255: return c; } return 1; }
N int lsw(unsigned long x) { switch (x) { case 0xffffffffffffffff: return 1; case 0x8000000000000000: return 2; case 0x7fffffffffffffff: return 3; case 5: return 4; case 6: return 5; case 7: return 6; case 8: return 8; } return 0; }
N int chain(int x) { int r = 0; for (int i = 0; i < 6; i++) switch (x + i) { case 3: r += 1; case 4: r += 10; break; case 7: r += 100; continue; case 9: r *= 2; default: r ^= i; } return r; }
struct n { int k[3][5]; struct { char c; long v[4]; } in[6]; }; N long addr(struct n *p, int i, short j, unsigned char k) { return p[i].k[j][k] + p[i].in[k].v[j] + (long)(&p[i].in[j].c - (char *)p); }
int main(int argc, char **argv) {
  int v = argc + 40; for (int i = 0; i < 300; i++) src[i] = i * 7;
  C10(0) C10(10) C10(20) C10(30) C10(40) C10(50) C10(60) C(64) C(127) C(128) C(129)
  struct big b; memset(&b, 3, sizeof b); for (int i = 0; i < 20; i++) b = pass(b, i); printf("%d %d %g\n", b.a[6], b.c[5], b.e[1].d);
  ai += 5; ai |= 64; ai ^= 3; ai = ai & ~1; int old = atomic_fetch_and(&ai, 0xff); al -= 7; al = atomic_fetch_add(&al, 3) + al; ac++; ac *= 3; af += 2.5f; af = af * 2; ab |= 1; au = 5; old += atomic_fetch_or(&au, 9) + atomic_fetch_xor(&au, 3) + atomic_exchange(&ai, 9) + __atomic_fetch_nand((int *)&ai, 5, 5) + __atomic_fetch_max((int *)&ai, 3, 2) + __atomic_fetch_min((unsigned *)&au, 2u, 4);
  struct two w = {1, 2}; at = w; w.a = 5; struct two e = at; _Bool ok = atomic_compare_exchange_strong(&at, &e, w); aq = 5; aq += 7; aq = aq * aq; int ex = 9; ok += atomic_compare_exchange_weak(&ai, &ex, 12) ? 0 : 0;
  printf("%d %d %ld %d %g %d %d %ld %d %lld %u\n", ok, old, (long)al, ac, (double)af, ab, (int)au, e.a, (int)e.b, (long long)aq, au);
  for (int i = -7; i < 12; i++) printf("%d ", sw(i) + chain(i)); printf("%d %d %d %d %d %d\n", sw(100), sw(999), sw(1000), sw(2000), sw(2001), sw(-2147483647 - 1) + sw(2147483647));
  for (int i = 0; i < 256; i++) printf("%d ", bt(i) * 1000 + ch(i)); unsigned long ls[] = {0, 5, 6, 7, 8, 9, ~0ul, 1ul << 63, ~0ul >> 1}; for (int i = 0; i < 9; i++) printf("%d ", lsw(ls[i]));
  struct n ns[3]; memset(ns, 1, sizeof ns); ns[1].in[2].v[1] = 99; printf("%ld %ld\n", addr(ns, 1, 1, 2), addr(ns + 2, -1, 2, 4));
  int dyn[v]; for (int i = 0; i < v; i++) dyn[i] = i; printf("%d\n", dyn[v - 1]);
  return 0;
}
