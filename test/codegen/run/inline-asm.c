// RUN: %lathe -w -O0 %s -o %t0 -lm && %t0 > %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm && %t2 > %t2.out
// RUN: %lathe -w -O2 -fno-pic -no-pie %s -o %t3 -lm && %t3 > %t3.out
// RUN: %clang -w -O1 %s -o %t -lm && %t > %t.out
// RUN: cmp %t.out %t0.out && cmp %t.out %t2.out && cmp %t.out %t3.out
// REQUIRES: clang
// Statements of inline assembly as C programs write them do what clang makes of them: every kind of operand, asm goto,
// flags, register variables, sections, macros, symbols.
#include <stdio.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))
typedef unsigned long u64; typedef unsigned u32;
NOINLINE int clob(int x){ int r; asm volatile("xorl %%edi,%%edi; movl %1,%0" : "=r"(r) : "r"(x) : "rdi","cc");
    return r; }
NOINLINE int g1(int x){ asm goto("testl %0,%0; jz %l1" :: "r"(x) : "cc" : zero); return 1; zero: return 2; }
NOINLINE int g2(int x,int y){ int r;
    asm goto("movl %1,%0; addl %2,%0; js %l3; jz %l[z]" : "=r"(r) : "r"(x),"r"(y) : "cc" : neg, z); return r*2;
    neg: return r-1000; z: return 77+r; }
NOINLINE int g3(int x){ int r=x; for(int i=0;i<10;i++){
    asm goto("addl $3,%0; cmpl $20,%0; ja %l[big]" : "+r"(r) : "r"(i): "cc": big); } return r; big: return -r; }
NOINLINE int flags(int a,int b){ int z,c,s,o; long l;
    asm("cmpl %6,%5" : "=@ccz"(z),"=@ccc"(c),"=@ccs"(s),"=@cco"(o),"=@ccl"(l) : "r"(a),"r"(b));
    return z|c<<1|s<<2|o<<3|(int)l<<4; }
NOINLINE int flagbr(int a,int b){ _Bool g; asm("cmpl %2,%1" : "=@ccg"(g) : "r"(a),"r"(b));
    if(g) return puts("greater"); return 3; }
NOINLINE u32 outb(u32 port){ u32 r; asm volatile("movzwl %w1,%0" : "=r"(r) : "Nd"((unsigned short)0x3f8)); u32 q;
    asm volatile("movl %1,%0":"=r"(q):"N"(77)); return r+q+port; }
NOINLINE u64 pr(u64 a,u64 b){ u64 lo,hi; asm("mulq %3":"=a"(lo),"=d"(hi):"%0"(a),"rm"(b):"cc"); return lo^hi; }
NOINLINE unsigned __int128 A128(unsigned __int128 x){ asm("addq $1,%%rax; adcq $0,%%rdx":"+A"(x)); return x; }
NOINLINE int alt(int x){ int r; asm("movl %1,%0" : "=r,m"(r) : "m,r"(x)); return r; }
NOINLINE int alt2(void){ int r=5; asm("addl %1,%0" : "+r,r"(r) : "i,r"(37)); return r; }
NOINLINE double xx(double a,double b){ asm("addsd %1,%0":"+x"(a):"xm"(b)); return a; }
NOINLINE long double ld(long double a,long double b){ long double r; asm("fmulp":"=t"(r):"0"(a),"u"(b):"st(1)");
    return r; }
NOINLINE double sincos_(double x,double*c){ double s; asm("fsincos":"=t"(*c),"=u"(s):"0"(x)); return s; }
NOINLINE long sys(long n,long a,long b,long c){ long r; asm volatile("syscall":"=a"(r):"a"(n),"D"(a),"S"(b),"d"(c):
    "rcx","r11","memory"); return r; }
NOINLINE long sys6(long n,long a,long b,long c,long d,long e,long f){ long r; register long r10 asm("r10")=d;
    register long r8 asm("r8")=e; register long r9 asm("r9")=f; asm volatile("syscall":"=a"(r):
    "a"(n),"D"(a),"S"(b),"d"(c),"r"(r10),"r"(r8),"r"(r9):"rcx","r11","memory"); return r; }
NOINLINE int uid(int x){ int r; asm("movl $1,%0; testl %1,%1; jz .Lx%=; movl $2,%0\n.Lx%=:":"=&r"(r):"r"(x));
    return r; }
static inline int uid2(int x){ int r; asm("movl $1,%0; testl %1,%1; jz .Ly%=; movl $2,%0\n.Ly%=:":"=&r"(r):"r"(x));
    return r; }
struct S { int a[4]; };
NOINLINE int mem(struct S*s,int i){ asm("addl $5,%0":"+m"(s->a[i])); int r; asm("movl %1,%0":"=r"(r):"m"(*s));
    return r+s->a[i]; }
NOINLINE u64 mods(u64 x){ u64 r; asm("movb %b1,%b0; movw %w1,%w0; movl %k1,%k0; movq %q1,%q0; xchgb %h0,%b0":
    "=Q"(r):"Q"(x)); return r; }
NOINLINE long offs(u64*p){ long r; asm("movq %H1,%0":"=r"(r):"o"(*p)); return r; }
extern int gvar; int gvar=42; static int svar=17;
NOINLINE int sym(void){ int r,q; asm("movl %P1(%%rip),%0":"=r"(r):"i"(&svar)); asm("movl %1,%0":"=r"(q):"m"(gvar));
    return r+q; }
NOINLINE const char* sect(void){ const char*p;
    asm(".pushsection .rodata.my,\"a\"\n7: .asciz \"pushed\"\n.popsection\nleaq 7b(%%rip),%0":"=r"(p)); return p; }
asm(".globl filefn\n.type filefn,@function\nfilefn:\n leal 7(%rdi),%eax\n ret\n.size filefn,.-filefn\n.macro ADDK r,k\n addl $\\k,\\r\n.endm");
int filefn(int);
NOINLINE int mac(int x){ asm("ADDK %0,%c1":"+r"(x):"i"(100)); return x; }
NOINLINE int defsym(int x){ asm(".set mysym, %c1\n addl $mysym,%0":"+r"(x):"n"(13)); return x; }
NOINLINE int dial(int x){ int r; asm("{movl %1,%0|mov %0,%1}; {addl|add} {$3,%0|%0,3}":"=r"(r):"r"(x)); return r; }
NOINLINE int many(int a,int b,int c,int d,int e,int f,int g,int h,int i,int j,int k,int l,int m){ int r;
    asm("movl %1,%0; addl %2,%0; addl %3,%0; addl %4,%0; addl %5,%0; addl %6,%0; addl %7,%0;addl %8,%0; addl %9,%0; addl %10,%0; addl %11,%0; addl %12,%0; addl %13,%0":"=&r"(r):"g"(a),"g"(b),"g"(c),"g"(d),"g"(e),"g"(f),"g"(g),"g"(h),"g"(i),"g"(j),"g"(k),"g"(l),"g"(m)); return r; }
NOINLINE int many2(int a,int b,int c,int d,int e,int f,int g,int h,int i,int j,int k,int l,int m,int n,int o,int p,int q,int s){ int r; asm("xorl %0,%0; addl %1,%0; addl %2,%0; addl %3,%0; addl %4,%0; addl %5,%0; addl %6,%0; addl %7,%0;addl %8,%0; addl %9,%0; addl %10,%0; addl %11,%0; addl %12,%0; addl %13,%0; addl %14,%0; addl %15,%0;addl %16,%0; addl %17,%0; addl %18,%0":"=&r"(r):"g"(a),"g"(b),"g"(c),"g"(d),"g"(e),"g"(f),"g"(g),"g"(h),"g"(i),"g"(j),"g"(k),"g"(l),"g"(m),"g"(n),"g"(o),"g"(p),"g"(q),"g"(s)); return r; }
NOINLINE int key(void){ asm goto("1: nop\n .pushsection __jt,\"a\"\n .quad 1b-., %l0-.\n .popsection"::::yes);
    return 0; yes: return 1; }
NOINLINE int Yz(void){ float f=2.5f; int r; asm("cvttss2si %1,%0":"=r"(r):"Yz"(f)); return r; }
NOINLINE unsigned cpuid(unsigned leaf){ unsigned a=leaf,b,c=0,d; asm volatile("cpuid":
    "+a"(a),"=b"(b),"+c"(c),"=d"(d)); return b; }
NOINLINE int cons(int x){ asm("shll %1,%0":"+r"(x):"cI"(3)); asm("shll %b1,%0":"+r"(x):"cI"(x&1));
    asm("leal (%0,%0,%c1),%0":"+r"(x):"i"(2)); asm("andl %1,%0":"+r"(x):"L"(0xffff)); asm("addq %1,%q0":"+r"(x):
    "e"(-5L)); asm("addl %1,%0":"+r"(x):"K"(-100)); asm("addl %1,%0":"+r"(x):"rO"(1000)); asm("addl %1,%0":"+r"(x):
    "J"(60),"M"(2)); return x;}
NOINLINE void* labaddr(int i){ void*p; asm("leaq %1,%0":"=r"(p):"m"(*(char(*)[1])&gvar));
    return p==&gvar?(void*)1:0; }
NOINLINE int early2(int a,int b){int x,y; asm("movl %2,%0; movl %3,%1; xchgl %0,%1":"=&r"(x),"=&r"(y):"r"(a),"r"(b):
    "rax","rcx","rdx","rsi"); return x*10+y; }
NOINLINE int tiedm(int x){ asm("incl %0":"=m"(x):"0"(x)); return x;}
NOINLINE int X(int x){ int r; asm("movl %1,%0":"=r"(r):"X"(x)); return r; }
NOINLINE int spill(int x){ int v=x*3; asm("addl $1,%0"::"m"(v)); return v; }
NOINLINE int regvar(int x){ register int a asm("r12")=x; register int b asm("ebx")=x+1; asm("addl %1,%0":"+r"(a):
    "r"(b)); return a; }
int main(){
 printf("%d %d %d\n",clob(5),g1(0),g1(4)); printf("%d %d %d\n",g2(3,4),g2(-3,1),g2(3,-3));
    printf("%d %d\n",g3(0),g3(-100));
 for(int a=-1;a<2;a++)for(int b=-1;b<2;b++)printf("%d ",flags(a,b)); printf("%d\n",flags(0x80000000,1));
    printf("%d\n",flagbr(1,2)); flagbr(2,1);
 printf("%u %lu\n",outb(1),pr(0x123456789abcdefUL,0xfedcba987654321UL)); unsigned __int128 q=A128(~0UL);
    printf("%lx %lx\n",(u64)q,(u64)(q>>64));
 printf("%d %d %g %Lg\n",alt(9),alt2(),xx(1.5,2.25),ld(1.5L,3)); double c; double s=sincos_(0.5,&c);
    printf("%.6f %.6f\n",s,c);
 printf("%ld %ld\n",sys(1,1,(long)"hi\n",3),sys6(1,1,(long)"yo\n",3,0,0,0));
    printf("%d %d %d %d\n",uid(0),uid(1),uid2(0),uid2(3)+uid2(4));
 struct S z={{1,2,3,4}}; printf("%d %lx\n",mem(&z,2),mods(0x1122334455667788)); u64 p[2]={1,2};
    printf("%ld %d %s %d %d %d %d\n",offs(p),sym(),sect(),filefn(3),mac(1),defsym(4),dial(5));
 printf("%d %d\n",many(1,2,3,4,5,6,7,8,9,10,11,12,13),many2(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18)); 
 printf("%d %d %d\n",key(),Yz(),cpuid(0)!=0);
    printf("%d %p %d %d %d %d %d\n",cons(1234),labaddr(1),early2(3,4),tiedm(6),X(7),spill(2),regvar(20));
}
