// RUN: %clang -w -O1 %s -o %t -lm -latomic && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm -latomic && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm -latomic && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// __int128: every operation on border values, conversions from and to every type, arguments, atomics, switches.
#include <stdio.h>
#include <stdarg.h>
#define N __attribute__((noinline))
typedef __int128 s; typedef unsigned __int128 u;
N void P(const char*n,u x){ printf("%s %lx:%lx\n",n,(long)(x>>64),(long)x); }
N s sd(s a,s b){return a/b;} N s sr(s a,s b){return a%b;} N u ud(u a,u b){return a/b;} N u ur(u a,u b){return a%b;} N u sl(u a,int n){return a<<n;} N u lr(u a,int n){return a>>n;} N s ar(s a,int n){return a>>n;}
N int c1(s a,s b){return (a<b)|(a<=b)<<1|(a>b)<<2|(a>=b)<<3|(a==b)<<4|((u)a<(u)b)<<5|((u)a<=(u)b)<<6|((u)a>(u)b)<<7;}
#define F(t,n) N t s2##n(s x){return x;} N t u2##n(u x){return x;} N s n##2s(t x){return x;} N u n##2u(t x){return x;}
F(float,f) F(double,d) F(long double,l) F(_Bool,b) F(char,c) F(short,h) F(int,i) F(unsigned,j) F(long,k)
N u rot(u a,int n){ return a<<n|a>>(128-n);} N int pop(u a){return __builtin_popcountll(a)+__builtin_popcountll(a>>64);} N u sel(int c,u a,u b){return c?a:b;} N u mn(s a,s b){return a<b?a:b;} N u ab(s a){return a<0?-a:a;} N u bs(u a){ return ((u)__builtin_bswap64(a)<<64)|__builtin_bswap64(a>>64);} N int ov(s a,s b,s*r){return __builtin_add_overflow(a,b,r)|__builtin_mul_overflow(a,b,r)<<1|__builtin_sub_overflow(a,b,r)<<2;} N int uov(u a,u b,u*r){return __builtin_add_overflow(a,b,r)|__builtin_mul_overflow(a,b,r)<<1|__builtin_sub_overflow(a,b,r)<<2;}
N u d10(u a){return a/10;} N u m10(u a){return a%10;} N s d7(s a){return a/7;} N s d8(s a){return a/8;} N s m8(s a){return a%8;} N u dbig(u a){ return a/(((u)3<<64)+1);}
N u va(int n,...){va_list ap; va_start(ap,n); u t=0; while(n--){ t+=va_arg(ap,u); t*=va_arg(ap,int);} va_end(ap); return t;}
N u many(int a,u b,int c,u d,int e,u f,u g,int h,u i){ return a+b*2+c+d*3+e+f*5+g*7+h+i*11; }
struct S{ char c; u x; } __attribute__((packed)); N u pk(struct S*p){ p->x++; return p->x; }
N u at(u*p,u v){ u old=__atomic_load_n(p,5); __atomic_store_n(p,v,5); __atomic_fetch_add(p,3,5); u e=v+3; __atomic_compare_exchange_n(p,&e,old,0,5,5); return e; }
N int sw(u x){ switch(x){case 0: return 1; case (u)1<<100: return 2; case 5: return 3; case ((u)1<<64)+5: return 4;} return 0; }
int main(){ u v[]={0,1,2,10,(u)-1,(u)1<<127,((u)0x123456789abcdef<<64)|0xfedcba9876543210,(u)-5,((u)1<<64),((u)7<<63)+12345}; int n=sizeof v/sizeof*v;
 for(int i=0;i<n;i++){ for(int j=0;j<n;j++){ if(v[j]&&!(v[i]==v[5]&&v[j]==(u)-1)){P("sd",sd(v[i],v[j]));P("sr",sr(v[i],v[j]));} if(v[j]){P("ud",ud(v[i],v[j]));P("ur",ur(v[i],v[j]));} printf("%d\n",c1(v[i],v[j])); s r; printf("ov %d ",ov(v[i],v[j],&r)); P("",r); u q; printf("uov %d ",uov(v[i],v[j],&q)); P("",q); P("mn",mn(v[i],v[j])); }
  for(int k=0;k<128;k+=9){P("sl",sl(v[i],k));P("lr",lr(v[i],k));P("ar",ar(v[i],k)); if(k)P("rot",rot(v[i],k));}
  printf("%a %a %La %a %a %La %d %d %d\n",s2f(v[i]),s2d(v[i]),s2l(v[i]),u2f(v[i]),u2d(v[i]),u2l(v[i]),s2b(v[i]),s2c(v[i]),s2h(v[i])); P("d10",d10(v[i]));P("m10",m10(v[i]));P("d7",d7(v[i]));P("d8",d8(v[i]));P("m8",m8(v[i]));P("db",dbig(v[i])); P("ab",ab(v[i])); P("bs",bs(v[i])); printf("%d %d\n",pop(v[i]),sw(v[i])); P("sel",sel(i&1,v[i],v[0])); struct S t={1,v[i]}; P("pk",pk(&t)); u a __attribute__((aligned(16)))=v[i]; P("at",at(&a,v[(i+1)%n])); P("",a); }
 double ds[]={0,1,-1,1.5e30,-1.5e30,1e18,-1e19,1.7e38}; for(int i=0;i<8;i++){ P("d2s",d2s(ds[i])); P("f2s",f2s(ds[i]>1.6e38?1.6e38:ds[i])); P("l2s",l2s(ds[i])); if(ds[i]>=0){P("d2u",d2u(ds[i]*1.9)); P("l2u",l2u(ds[i]*1.9L)); P("f2u",f2u(ds[i]));} }
 P("va",va(5,v[1],2,v[6],3,v[4],4,v[5],5,v[6],6)); P("many",many(1,v[6],2,v[4],3,v[5],v[6],4,v[9])); P("x",c2s(-1)); P("x",h2u(-2)); P("x",i2s(-3)); P("x",j2s(-3)); P("x",k2u(-4)); P("x",b2s(1)); }
