// RUN: %utils/legalize_diff.py --native --verbose --tool %legalize %s
// REQUIRES: clang
// Floats of all formats: conversions at their edges, compares with NaN, library functions, classification.
#include <math.h>
#include <stdio.h>
#include <string.h>
static unsigned long long bits(double d) { unsigned long long b; memcpy(&b, &d, 8); return b; }
static unsigned fbits(float d) { unsigned b; memcpy(&b, &d, 4); return b; }
#define N __attribute__((noinline))
N float u2f(unsigned long x) { return x; } N double u2d(unsigned long x) { return x; } N long double u2l(unsigned long x) { return x; }
N float i2f(long x) { return x; } N float ui2f(unsigned x) { return x; } N double c2d(signed char x) { return x; } N double us2d(unsigned short x) { return x; }
N unsigned long f2u(float x) { return x; } N unsigned long d2u(double x) { return x; } N unsigned long l2u(long double x) { return x; }
N unsigned d2ui(double x) { return x; } N short d2s(double x) { return x; } N unsigned char d2uc(double x) { return x; }
N _Float16 h(_Float16 a, _Float16 b) { return a * b + a / b - b; } N int hc(_Float16 a, _Float16 b) { return (a < b) | (a == b) << 1 | (a != b) << 2 | (a >= b) << 3; }
N __float128 q(__float128 a, __float128 b) { return a * b + a / b - b; } N int qc(__float128 a, __float128 b) { return (a < b) | (a == b) << 1 | (a != b) << 2 | (a >= b) << 3 | (a > b) << 4 | __builtin_isunordered(a, b) << 5 | __builtin_islessgreater(a, b) << 6; }
N long double l(long double a, long double b, int c) { return c ? fmodl(a, b) : fabsl(a) + copysignl(b, a); }
N double sel(double a, double b) { return a < b ? a : b; } N __float128 qsel(int c, __float128 a, __float128 b) { return c ? a : -b; } N long double lsel(int c, long double a, long double b) { return c ? a : -b; }
N int cls(double x) { return isnan(x) | isinf(x) << 1 | isfinite(x) << 2 | isnormal(x) << 3 | signbit(x) << 4; }
N int clsl(long double x) { return isnan(x) | isinf(x) << 1 | isfinite(x) << 2 | isnormal(x) << 3 | !!signbit(x) << 4; }
N int clsf(float x) { return __builtin_isfpclass(x, 0x003) | __builtin_isfpclass(x, 0x204) << 1 | __builtin_isfpclass(x, 0x108) << 2 | __builtin_isfpclass(x, 0x090) << 3 | __builtin_isfpclass(x, 0x20) << 4 | __builtin_isfpclass(x, 0x40) << 5 | __builtin_isfpclass(x, 2) << 6; }
N double lib(double a, double b) { return floor(a) + ceil(b) * 3 + trunc(a * 7) + rint(b) + nearbyint(a) + round(b * 2) + sqrt(fabs(a)) + fma(a, b, 1) + fmin(a, b) + fmax(a, b) + pow(fabs(a), 0.5) + exp2(b / 1000) + lrint(a) + llround(b) + ldexp(a, 3) + copysign(a, b); }
N float libf(float a, float b) { return floorf(a) + ceilf(b) * 3 + truncf(a * 7) + rintf(b) + roundf(b * 2) + sqrtf(fabsf(a)) + fminf(a, b) + fmaxf(a, b) + __builtin_powif(a, 3) + fmodf(a, b) + copysignf(a, b); }
N double complex_mul(double a, double b) { _Complex double x = a + b * 1i, y = b - a * 2i; x = x * y; return __real__ x + 3 * __imag__ x; }
N _Complex float cf(_Complex float x) { return x * x; } N _Complex long double cl(_Complex long double x) { return x + 1; }
int main(void) {
  unsigned long us[] = {0, 1, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 0xffffffffffffffff, 0x8000008000000001, 0x8000008000000000, 0xfffffffffffffbff, 0xfffffffffffffc00, 0x4000004000000001, 16777217, 0x8000000000000400, 0x8000000000000401};
  for (int i = 0; i < 14; i++) printf("%x %llx %La %x\n", fbits(u2f(us[i])), bits(u2d(us[i])), u2l(us[i]), fbits(i2f(us[i])));
  double ds[] = {0, 1.9, 255.5, 9.2e18, 9223372036854775808.0, 1.8e19, 4294967295.5, 3e9};
  for (int i = 0; i < 8; i++) printf("%lx %lx %lx %x\n", f2u(ds[i]), d2u(ds[i]), l2u(ds[i]), ds[i] < 4.3e9 ? d2ui(ds[i]) : 0);
  printf("%g %g %g %d %d\n", ui2f(4000000000u), c2d(-5), us2d(65535), d2s(-300.7), d2uc(200.9));
  double xs[] = {0, -0.0, 1.5, -2.5, NAN, INFINITY, -INFINITY, 1e-310, 3e-40};
  for (int i = 0; i < 9; i++) for (int j = 0; j < 9; j++) {
    double a = xs[i], b = xs[j];
    printf("%d %d %g %g | ", hc(a, b), qc(a, b), (double)h(a, b), (double)q(a, b));
    printf("%llx %g %Lg %Lg %g %Lg\n", bits(sel(a, b)), (double)qsel(i & 1, a, b), lsel(j & 1, a, b), l(a, b, i & 1), isnan(a) || isnan(b) || isinf(a) || isinf(b) ? 0 : lib(a, b), l(a, b, 1));
  }
  for (int i = 0; i < 9; i++) printf("%d %d %d %g %g\n", cls(xs[i]), clsl(xs[i]), clsf(xs[i]), i < 4 ? libf(xs[i], 2.25f) : 0, complex_mul(i < 4 ? xs[i] : 1, 3));
  _Complex float c = cf(2 + 3i); _Complex long double d = cl(2 + 3i); printf("%g %g %Lg %Lg\n", __real__ c, __imag__ c, __real__ d, __imag__ d);
  __float128 big = 1e30; printf("%ld %lu %d %g %g\n", (long)(big / 1e15), (unsigned long)(big / 1e12), (int)(big / 1e25), (double)(__float128)(7u), (double)(__float128)(-7l));
  _Float16 hf = (_Float16)1.1; _Float16 *hp = &hf; *hp += 2; printf("%g %d\n", (double)*hp, (int)(*hp * 100));
  return 0;
}
