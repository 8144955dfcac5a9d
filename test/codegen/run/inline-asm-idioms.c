// RUN: %lathe -w -O0 %s -o %t0 -lm && %t0 > %t0.out
// RUN: %lathe -w -O2 -fPIC -fcf-protection %s -o %t2 -lm && %t2 > %t2.out
// RUN: %clang -w -O1 %s -o %t -lm && %t > %t.out
// RUN: cmp %t.out %t0.out && cmp %t.out %t2.out
// REQUIRES: clang
// Inline assembly as kernels, multiple-precision arithmetic and libraries write it.
#include <stdio.h>
#include <stdint.h>
#define N __attribute__((noinline))
/* kernel-style static keys, alternatives, extable, atomics with flags */
static int skey; N int static_key(int*k){ asm goto("1: .byte 0x0f,0x1f,0x44,0x00,0x00\n .pushsection __jump_table,\"aw\"\n .balign 8\n .long 1b-., %l[l_yes]-.\n .quad %c0-.\n .popsection" : : "i"(&skey) : : l_yes); return 0; l_yes: return *k; }
N _Bool dec_test(int*p){ _Bool c; asm volatile("lock; decl %0" : "+m"(*p), "=@cce"(c) :: "memory"); return c; }
N int cmpx(int*p,int o,int n){ int r; _Bool ok; asm volatile("lock; cmpxchgl %3,%1":"=@ccz"(ok),"+m"(*p),"=a"(r):"r"(n),"2"(o):"memory"); return ok?1000+r:r; }
N int user_get(const int*p){ int x; asm goto volatile("1: movl %[p],%[x]\n testl %[x],%[x]\n js %l[efault]" : [x]"=r"(x) : [p]"m"(*p) :: efault); return x; efault: return -14; }
N unsigned long loop_goto(unsigned long n){ unsigned long s=0; again: asm goto("addq %1,%0\n decq %1\n jnz %l[again]":"+r"(s),"+r"(n):: "cc":again); return s; }
N int two(int a,int b,int c){ int x,y; asm goto("leal (%2,%3),%0; movl %4,%1; cmpl %0,%1; je %l5; jg %l6":"=&r"(x),"=&r"(y):"r"(a),"r"(b),"r"(c):"cc":eq,gt); return x-y; eq: return x*y; gt: return y*100+x; }
N double dgoto(double d){ double r; asm goto("movapd %1,%0; addsd %0,%0; ucomisd %1,%0; jb %l2":"=&x"(r):"x"(d):"cc":less); return r; less: return -r; }
/* gmp style */
#define add_ssaaaa(sh,sl,ah,al,bh,bl) asm("addq %5,%q1\n\tadcq %3,%q0":"=r"(sh),"=&r"(sl):"0"((uint64_t)(ah)),"rme"((uint64_t)(bh)),"%1"((uint64_t)(al)),"rme"((uint64_t)(bl)))
#define umul_ppmm(w1,w0,u,v) asm("mulq %3":"=a"(w0),"=d"(w1):"%0"((uint64_t)(u)),"rm"((uint64_t)(v)))
#define udiv_qrnnd(q,r,n1,n0,dx) asm("divq %4":"=a"(q),"=d"(r):"0"((uint64_t)(n0)),"1"((uint64_t)(n1)),"rm"((uint64_t)(dx)))
N uint64_t gmp(uint64_t a,uint64_t b,uint64_t c,uint64_t d){ uint64_t h,l,q,r; add_ssaaaa(h,l,a,b,c,d); umul_ppmm(q,r,h,l); uint64_t x,y; udiv_qrnnd(x,y,q%1000003,r,1000003UL); return x^y^h^l; }
/* rep string ops */
N void* cpy(void*d,const void*s,unsigned long n){ void*r=d; asm volatile("rep movsb":"+D"(d),"+S"(s),"+c"(n)::"memory"); return r; }
N unsigned long slen(const char*s){ unsigned long c=-1; asm("repne scasb":"+D"(s),"+c"(c):"a"(0):"cc","memory"); return ~c-1; }
/* byte regs */
N unsigned char bts(unsigned char*p,int n){ unsigned char r; asm("btl %2,%1; setc %0":"=q"(r),"+m"(*(int*)p):"Ir"(n):"cc"); return r; }
N uint16_t bsw(uint16_t x){ asm("xchgb %b0,%h0":"+Q"(x)); return x; }
N uint32_t rot(uint32_t x,uint8_t n){ asm("roll %1,%0":"+r"(x):"cI"(n)); return x; }
N uint64_t rdt(void){ uint32_t a,d; asm volatile("rdtsc":"=a"(a),"=d"(d)); return ((uint64_t)d<<32|a)!=0; }
N int xg(unsigned*hi){ unsigned a=0,d=0; asm volatile("xorl %%eax,%%eax; xorl %%edx,%%edx":"=a"(a),"=d"(d):"c"(0)); *hi=d; return a; }
N float flt(float a,float b){ float r=a; asm("mulss %1,%0":"+x"(r):"x"(b)); asm("sqrtss %1,%0":"=x"(r):"xm"(r)); return r; }
N double x87(double x,double y){ double r; asm("fpatan":"=t"(r):"0"(x),"u"(y):"st(1)"); return r; }
N int x87cw(void){ unsigned short c; asm volatile("fnstcw %0":"=m"(c)); return c; } N void mx(unsigned*p){ asm volatile("stmxcsr %0":"=m"(*p)); }
N long double fscale(long double x,long double n){ long double r; asm("fscale":"=t"(r):"0"(x),"u"(n)); return r; }
N int fmem(double d){ int r; asm("fldl %1; fistpl %0":"=m"(r):"m"(d)); return r; }
struct big{long a[5];}; N long strct(struct big*b){ long s; asm("movq 8%1,%0; addq 16%1,%0":"=&r"(s):"o"(*b)); return s; }
N int lbl(int x){ void*p; asm("leaq %1,%0":"=r"(p):"p"(&x)); return *(int*)p; }
N long neg(long x){ asm("subq %1,%0":"+r"(x):"n"(-5)); asm("addq $%c1,%0":"+r"(x):"i"(7)); asm("leaq %c1(%0),%0":"+r"(x):"i"(100)); asm("addq $%n1,%0":"+r"(x):"i"(3)); return x; }
static int sfun(int x){ return x+1; } N int callasm(int x){ int r; asm volatile("subq $128,%%rsp\n call %P1\n addq $128,%%rsp":"=a"(r):"i"(sfun),"D"(x):"rcx","rdx","rsi","r8","r9","r10","r11","memory","cc"); return r; }
extern char mylabel[]; N int* deflabel(void){ asm volatile(".pushsection .data\n.globl mylabel\nmylabel: .long 0x1234\n.popsection"); return (int*)mylabel; }
N int multi(int a){ int r1,r2,r3,r4; asm("movl %4,%0\n\tleal 1(%0),%1\n\tleal 2(%0),%2\n\tleal 3(%0),%3":"=&r"(r1),"=&r"(r2),"=&r"(r3),"=&r"(r4):"r"(a)); return r1+r2*10+r3*100+r4*1000; }
N int empty(int x){ asm("":"+r"(x)); asm volatile("":::"memory"); asm("":"+m"(x)); asm("":"+g"(x)); return x; }
N int barrier(int*p){ *p=1; asm volatile("":: "r"(p):"memory"); return *p; }
register long rsp_ asm("rsp"); N int sp(void){ return rsp_!=0; }
int main(){ int k=3; printf("%d\n",static_key(&k)); int d=2; printf("%d%d\n",dec_test(&d),dec_test(&d)); int c=5; printf("%d %d\n",cmpx(&c,5,6),cmpx(&c,5,7)); int v[2]={42,-3}; printf("%d %d\n",user_get(v),user_get(v+1)); printf("%lu\n",loop_goto(100)); printf("%d %d %d\n",two(1,2,3),two(1,2,1),two(1,2,9)); printf("%g %g\n",dgoto(2),dgoto(-2)); printf("%lx\n",gmp(0x123456789abcdef,~0UL,77,1UL<<63)); char b[32]="hello world",e[32]; printf("%s %lu\n",(char*)cpy(e,b,12),slen(b)); int bits[1]={4}; printf("%d %d %x %x %x %lu\n",bts((void*)bits,2),bits[0],bsw(0x1234),rot(0x80000001,4),rot(5,33),rdt()); unsigned hi=9; printf("%d %u %g %.6f %d %d %Lg %d\n",xg(&hi),hi,flt(2,8),x87(1,1),x87cw(),(mx(&hi),hi&0x1f80),fscale(3,4),fmem(7.0)); struct big g={{1,2,3,4,5}}; printf("%ld %d %ld %d %x %d %d %d %d\n",strct(&g),lbl(8),neg(10),callasm(4),*deflabel(),multi(1),empty(6),barrier(&k),sp()); }
