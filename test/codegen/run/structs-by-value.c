// RUN: %clang -w -O1 %s -o %t -lm  && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm  && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm  && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// Bit-fields, packed structs, and structs of every ABI class by value, also variadic and through pointers.
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#define N __attribute__((noinline))
struct A{ unsigned a:3; int b:7; unsigned long c:33; int d:1; _Bool e:1; long f:19; } ; struct B{ char x; unsigned a:31; unsigned long b:40; short c:9;} __attribute__((packed)); union U{ struct A a; long l[2]; struct {int :5; int q:9; int :0; int r:3;} s; };
enum E{e0,e1,e5=5}; struct C{ enum E e:4; volatile int v:12; int :0; int w; };
N struct A fa(struct A a,int k){ a.a+=k; a.b-=k; a.c*=k; a.d^=1; a.e=!a.e; a.f<<=2; return a; } N struct B fb(struct B b){ b.a--; b.b+=b.a; b.c=-b.c; b.x++; return b; } N int fc(struct C*c){ c->v+=3; c->e=e5; c->v^=c->w; return c->v+c->e; }
struct P1{char c;} ; struct P2{char c[2];}; struct P3{char c[3];}; struct P5{char c[5];}; struct P6{short s[3];}; struct P7{char c[7];}; struct P9{char c[9];}; struct P12{int i[3];}; struct P15{char c[15];}; struct P16{long l[2];}; struct P17{char c[17];}; struct P24{long l[3];}; struct P33{char c[33];};
#define ST(n) N struct P##n f##n(struct P##n a,int k,struct P##n b){ unsigned char*p=(void*)&a,*q=(void*)&b; for(int i=0;i<sizeof a;i++)p[i]=p[i]*k+q[sizeof a-1-i]; return a; } N long v##n(int cnt,...){ va_list ap,aq; va_start(ap,cnt); va_copy(aq,ap); long s=0; for(int j=0;j<cnt;j++){struct P##n x=va_arg(ap,struct P##n); for(int i=0;i<sizeof x;i++) s=s*31+((unsigned char*)&x)[i]; s+=va_arg(ap,int); } for(int j=0;j<cnt;j++){struct P##n x=va_arg(aq,struct P##n); s-=((char*)&x)[0]; va_arg(aq,int);} va_end(ap); return s; } \
 N void r##n(void){ struct P##n a,b; for(int i=0;i<sizeof a;i++){((char*)&a)[i]=i*7+1; ((char*)&b)[i]=i*5+3;} a=f##n(a,3,b); printf(#n); for(int i=0;i<sizeof a;i++)printf(" %d",((char*)&a)[i]); printf(" %ld\n",v##n(5,a,1,b,2,a,3,b,4,a,5)); struct P##n (*fp)(struct P##n,int,struct P##n)=f##n; a=fp(b,2,a); printf("%d\n",((char*)&a)[sizeof a-1]); }
ST(1) ST(2) ST(3) ST(5) ST(6) ST(7) ST(9) ST(12) ST(15) ST(16) ST(17) ST(24) ST(33)
struct FD{float f; double d;}; struct FF{float a,b;}; struct FFF{float a,b,c;}; struct FI{float f; int i;}; struct DD{double a,b;}; struct DI{double d; long i;}; struct ID{int i; double d;}; struct L{long double l;}; struct LI{long double l; int i;}; struct FX{float f[4];}; struct NEST{ struct FF x; struct {char c; float f;} y;}; struct EMPTY{}; struct E1{ struct EMPTY e; double d;}; union UF{float f; int i;}; union UD{double d; float f[2];}; struct F5{float f[5];}; struct CL{ _Complex float c; }; struct CD{ _Complex double c;}; struct MIX{ char a; short b; float c; double d; }; struct ARR{ struct {short s; char c;} a[2];};
#define AG(t,...) N struct t g##t(int n,struct t a,double d,struct t b,long l,struct t c,float f,struct t e,struct t h){ if(n==0)return a; if(n==1)return b; if(n==2)return c; if(n==3) return e; ((char*)&h)[0]+=d+l+f; return h; } N struct t w##t(int cnt,...){ va_list ap; va_start(ap,cnt); struct t r; while(cnt--) { r=va_arg(ap,struct t); va_arg(ap,double);} va_end(ap); return r; } N void q##t(void){ struct t a[5]; memset(a,0,sizeof a); for(int i=0;i<5;i++){ struct t z={__VA_ARGS__}; a[i]=z; *(char*)&a[i]+=i; } for(int i=0;i<5;i++){ struct t r=gg##t(i,a[0],1,a[1],2,a[2],3,a[3],a[4]); printf(#t " %d %d\n",i,*(char*)&r); for(int k=0;k<sizeof r&&k<10;k++) (sizeof(r)==16 && 0)?0:printf("%d ",k<1?((char*)&r)[k]:0); r=w##t(i+1,a[0],1.,a[1],2.,a[2],3.,a[3],4.,a[4],5.); printf("| %d\n",*(char*)&r);} }
#define AG1(t,...) struct t; static struct t (*volatile pg##t)(int,struct t,double,struct t,long,struct t,float,struct t,struct t);
#define gg(t) g##t
#define ggFD gFD
#define ggFF gFF
#define ggFFF gFFF
#define ggFI gFI
#define ggDD gDD
#define ggDI gDI
#define ggID gID
#define ggFX gFX
#define ggNEST gNEST
#define ggE1 gE1
#define ggF5 gF5
#define ggCL gCL
#define ggCD gCD
#define ggMIX gMIX
#define ggARR gARR
#define ggL gL
#define ggLI gLI
AG(FD,1.5f,2.5) AG(FF,1,2) AG(FFF,1,2,3) AG(FI,1.5f,7) AG(DD,1,2) AG(DI,1.5,9) AG(ID,5,2.5) AG(FX,{1,2,3,4}) AG(NEST,{1,2},{3,4}) AG(E1,{},3.5) AG(F5,{1,2,3,4,5}) AG(CL,1.5f+2.0fi) AG(CD,2.5+1.0i) AG(MIX,1,2,3,4) AG(ARR,{{1,2},{3,4}}) AG(L,5.5L) AG(LI,6.5L,3)
int main(){ struct A a={5,-20,0x123456789,-1,1,-7}; a=fa(a,3); printf("%d %d %ld %d %d %ld\n",a.a,a.b,(long)a.c,a.d,a.e,(long)a.f); struct B b={1,77,1L<<39,-100}; b=fb(b); printf("%d %d %ld %d %zu\n",b.x,b.a,(long)b.b,b.c,sizeof b); struct C c={e1,-5,99}; printf("%d %d\n",fc(&c),c.v); union U u; u.l[0]=u.l[1]=0x123456789abcdefL; u.s.q=-3; u.s.r=2; printf("%lx %lx\n",u.l[0],u.l[1]);
 r1();r2();r3();r5();r6();r7();r9();r12();r15();r16();r17();r24();r33(); qFD();qFF();qFFF();qFI();qDD();qDI();qID();qFX();qNEST();qE1();qF5();qCL();qCD();qMIX();qARR();qL();qLI(); }
