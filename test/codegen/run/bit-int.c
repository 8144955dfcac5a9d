// RUN: %clang -w -O1 %s -o %t -lm -DWIDE && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm -DWIDE && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm -DWIDE && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// _BitInt up to 256 bits: arithmetic, shifts, compares, conversions, in structs.
#include <stdio.h>
#define N __attribute__((noinline))
typedef unsigned _BitInt(5) u5; typedef _BitInt(13) s13; typedef _BitInt(48) s48; typedef unsigned _BitInt(77) u77; typedef _BitInt(128) s128; 
N s13 a(s13 x,s13 y){return x*y+7;} N u5 b(u5 x){return x+30;} N s48 c(s48 x,int k){return (x<<k)/3;} N u77 d(u77 x,u77 y){ return x*y/7+(x>>3);} N s128 e(s128 x,s128 y){return x%y;} N int cmp(s13 x,s48 y,u77 z){return (x<y)|(y<(s48)z)<<1;} struct S{s13 a; u77 b; u5 c;}; N struct S st(struct S s){ s.a++; s.b*=3; s.c--; return s;} N double fd(s48 x){return x;} N s13 df(double x){return x;} N u77 fu(double x){ return x; } N double uf(u77 x){return x;}
#ifdef WIDE
typedef _BitInt(256) s256; typedef unsigned _BitInt(200) u200; N s256 w1(s256 x,s256 y){return x*y+(x>>5);} N u200 w2(u200 x){return (x<<70)|(x>>130);} N int w3(s256 x,s256 y){return x<y;} N s256 w4(long a){ return a; } N long w5(s256 x,int k){ return x>>k; } N u200 w6(u200 a,u200 b){return a-b;}
#endif
int main(){ printf("%d %d %ld\n",(int)a(100,30),(int)b(3),(long)c(-123456789,4)); u77 q=d((u77)1<<70,3); printf("%lx %lx\n",(long)(q>>64),(long)q); printf("%ld %d\n",(long)e(-100,7),cmp(-5,7,9)); struct S s={4095,(u77)1<<76,0}; s=st(s); printf("%d %lx %d\n",(int)s.a,(long)(s.b>>64),(int)s.c); printf("%g %d %lx %g\n",fd(-5),(int)df(-77.7),(long)fu(1e10),uf(q));
#ifdef WIDE
 s256 w=w1(w4(-5),w4(1L<<60)); printf("%lx %lx %d\n",w5(w,0),w5(w,200),w3(w,w4(0))); u200 z=w2((u200)0x123456789abcdef<<3); printf("%lx %lx\n",(long)z,(long)(w6(z,1)>>100));
#endif
}
