// RUN: %clang -w -O1 %s -o %t -lm  && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm  && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm  && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// __bf16: arithmetic through float, rounding by the library's function.
#include <stdio.h>
#define N __attribute__((noinline))
typedef __bf16 h; h __truncsfbf2(float f){ union{float f; unsigned u;}x={f}; union{unsigned short s; h h;}r; r.s=(x.u+0x7fff+((x.u>>16)&1))>>16; return r.h;} h __truncdfbf2(double d){ return __truncsfbf2((float)d);}
N h add(h a,h b){return a+b;} N h mul(h a,h b){return a*b-a;} N int cmp(h a,h b){return (a<b)|(a==b)<<1;} N float f(h a){return a;} N double d(h a){return a;} N h ff(float a){return a;} N h fd(double a){return a;} N int i(h a){return a;} N h fi(int a){return a;} h g=1.5f; N h gg(h*p){ return *p+g; }
int main(){ h a=(h)1.5f,b=(h)2.25f; printf("%g %g %d %g %g %g %g %d %g %g\n",(float)add(a,b),(float)mul(a,b),cmp(a,b),f(a),d(b),(float)ff(3.3f),(float)fd(1e5),i((h)7.9f),(float)fi(-77),(float)gg(&a)); }
