// RUN: %clang -w -O1 -msse4.2 -mbmi -mbmi2 -mfxsr -madx -mcrc32 %s -o %t && %t > %t.out
// RUN: %lathe -w -O0 -msse4.2 -mbmi -mbmi2 -mfxsr -madx -mcrc32 %s -o %t0 && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 -msse4.2 -mbmi -mbmi2 -mfxsr -madx -mcrc32 %s -o %t2 && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// Scalar intrinsics of <x86intrin.h>: carries, bit fields, checksums, flags, MXCSR, counters, state in memory.
#include <immintrin.h>
#include <x86intrin.h>
#include <stdio.h>
#include <string.h>
typedef unsigned u; typedef unsigned long long ul; typedef unsigned char uc;
#define N __attribute__((noinline))
N uc a32(uc c,u a,u b,u*o){return _addcarry_u32(c,a,b,o);}
N uc a64(uc c,ul a,ul b,ul*o){return _addcarry_u64(c,a,b,o);}
N uc s32(uc c,u a,u b,u*o){return _subborrow_u32(c,a,b,o);}
N uc s64(uc c,ul a,ul b,ul*o){return _subborrow_u64(c,a,b,o);}
N uc big(ul*r,const ul*a,const ul*b){uc c=0;for(int i=0;i<4;++i)c=_addcarry_u64(c,a[i],b[i],r+i);return c;}
N ul bits(ul a,ul b){return _bextr_u64(a,3,17)^_bzhi_u64(a,b&63)^_pdep_u64(a,b)^_pext_u64(a,b)^_bextr_u32(a,b&31,7)^_bzhi_u32(b,a&31)^_pdep_u32(b,a)^_pext_u32(b,a);}
N ul crc(ul a,ul b){return _mm_crc32_u8(a,b)^(ul)_mm_crc32_u16(a,b)<<3^(ul)_mm_crc32_u32(a,b)<<9^_mm_crc32_u64(a,b);}
N ul flags(int a,int b){ul f;long dead[3]={a,b,7};__asm__("cmp %1,%0"::"r"(a),"r"(b):"cc");f=__readeflags();return (f&2)+dead[1];}
int main(){
 if(!__builtin_cpu_supports("sse4.2")||!__builtin_cpu_supports("bmi2"))return 0;
 uc cs[]={0,1,2,255};u us[]={0,1,~0u,0x80000000u};ul ls[]={0,1,~0ull,1ull<<63};
 for(int i=0;i<4;++i)for(int j=0;j<4;++j)for(int k=0;k<4;++k){u o=5;ul p=6;
  printf("%d %x ",a32(cs[i],us[j],us[k],&o),o);printf("%d %x ",s32(cs[i],us[j],us[k],&o),o);
  printf("%d %llx ",a64(cs[i],ls[j],ls[k],&p),p);printf("%d %llx\n",s64(cs[i],ls[j],ls[k],&p),p);}
 ul r[4],a[4]={~0ull,~0ull,3,~0ull},b[4]={1,0,9,1};printf("%d",big(r,a,b));printf(" %llx %llx %llx %llx\n",r[0],r[1],r[2],r[3]);
 ul x=0x9e3779b97f4a7c15ull,y=0xdeadbeefcafebabeull;for(int i=0;i<20;++i){printf("%llx %llx\n",bits(x,y),crc(x,y));x=x*y+i;y^=x>>7;}
 printf("%llu\n",flags(1,2));ul f=__readeflags();__writeeflags(f|1);printf("%d\n",(int)(__readeflags()>>1&1));
 u csr=_mm_getcsr();_mm_setcsr((csr&~0x6000)|0x2000);volatile double d=1,e=3;double q=d/e;_mm_setcsr(csr);printf("%x %a\n",csr,q);
 u aux;ul t0=__rdtscp(&aux),t1=__rdtsc();printf("%d\n",t1>t0);
 char buf[64] __attribute__((aligned(64)))="hello";_mm_clflush(buf);_mm_mfence();_mm_sfence();_mm_lfence();_mm_pause();puts(buf);
 static char area[512] __attribute__((aligned(64)));_fxsave64(area);_fxrstor64(area);
 printf("%x\n",*(u*)(area+24));
}
