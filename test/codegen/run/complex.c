// RUN: %clang -w -O1 %s -o %t -lm  && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm  && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm  && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// _Complex of every type: arithmetic, arguments, results, variadics, in structs; its conversions and library.
#include <stdio.h>
#include <complex.h>
#include <stdarg.h>
#define N __attribute__((noinline))
#define T(t,n,f) N _Complex t add##n(_Complex t a,_Complex t b){return a+b;} N _Complex t mul##n(_Complex t a,_Complex t b){return a*b;} N _Complex t div##n(_Complex t a,_Complex t b){return a/b;} \
 N int eq##n(_Complex t a,_Complex t b){return a==b;} N _Complex t cj##n(_Complex t a){return ~a;} N _Complex t neg##n(_Complex t a){return -a;} N t re##n(_Complex t a){return __real a;} N t im##n(_Complex t a){ return __imag a;} N _Complex t set##n(t a,t b){_Complex t r; __real r=a; __imag r=b; return r;} \
 N _Complex t arr##n(_Complex t*p,int i){ p[i]+=p[i+1]; return p[i]; } N _Complex t va##n(int cnt,...){va_list ap; va_start(ap,cnt); _Complex t s=0; while(cnt--) s+=va_arg(ap,_Complex t); va_end(ap); return s;} \
 struct S##n{ char c; _Complex t z; }; N struct S##n st##n(struct S##n s){ s.z*=2; s.c++; return s; } N _Complex t mix##n(int a,_Complex t x,double d,_Complex t y,long l,_Complex t z,float ff,_Complex t w,_Complex t v,_Complex t u,_Complex t q){ return a+x+d*y+l-z+ff*w+v-u*2+q; } \
 N void p##n(const char*s,_Complex t z){ printf("%s " f " " f "\n",s,__real z,__imag z);} \
 N void run##n(void){ _Complex t a=set##n(3,4),b=set##n(1,-2); p##n("add",add##n(a,b)); p##n("mul",mul##n(a,b)); p##n("div",div##n(a,b)); p##n("cj",cj##n(a)); p##n("neg",neg##n(a)); printf("%d %d\n",eq##n(a,b),eq##n(a,a)); printf(f " " f "\n",re##n(a),im##n(a)); _Complex t v[3]={a,b,a}; p##n("arr",arr##n(v,1)); p##n("va",va##n(7,a,b,a,b,a,b,a)); struct S##n s={5,b}; s=st##n(s); printf("%d ",s.c); p##n("st",s.z); p##n("mix",mix##n(1,a,2,b,3,a,4,b,a,b,a)); }
T(float,f,"%g") T(double,d,"%g") T(long double,l,"%Lg") T(int,i,"%d") T(long,g,"%ld") T(short,s,"%d") T(char,c,"%d") T(unsigned char,uc,"%d")
N _Complex double f2d(_Complex float x){return x;} N _Complex long double d2l(_Complex double x){return x;} N _Complex float l2f(_Complex long double x){return x;} N _Complex int d2i(_Complex double x){return x;} N _Complex double i2d(_Complex int x){return x;} N double c2r(_Complex double x){return x;} N _Bool c2b(_Complex double x){ return x;}
N double _Complex mixdd(double a,double _Complex b){ return a*b+a-b/a; }
int main(){ runf(); rund(); runl(); runi(); rung(); runs(); runc(); runuc(); 
 pd("f2d",f2d(1.5f+2.5fi)); pl("d2l",d2l(1.25+3i)); pf("l2f",l2f(1.25L+3iL)); pi("d2i",d2i(7.9-3.2i)); pd("i2d",i2d(3+4i)); printf("%g %d %d\n",c2r(3+4i),c2b(0),c2b(1i)); pd("mixd",mixdd(2,3+4i)); pd("cabs",cabs(3+4i)); pd("csqrt",csqrt(-4)); pd("cexp",cexp(1i)); pl("cpowl",cpowl(2+1iL,2)); }
