// RUN: %clang -w -O1 %s -o %t -lm  && %t > %t.out
// RUN: %lathe -w -O0 %s -o %t0 -lm  && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 %s -o %t2 -lm  && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// setjmp, alloca, over-aligned locals, computed goto, thread-local models, attributes, builtins, strings: corners of C.
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <alloca.h>
#include <stdarg.h>
#include <wchar.h>
#include <uchar.h>
#include <stdint.h>
#include <math.h>
#include <float.h>
#define N __attribute__((noinline))
/* setjmp */
static jmp_buf jb; N void thrower(int n){ if(n>3) longjmp(jb,n); thrower(n+1); }
N int sj(int a,int b){ volatile int c=a; int d=b*3; long x=a*7L,y=b*11L; double f=a*1.5; int r=setjmp(jb); if(r==0){ c++; d++; thrower(a); } return r+c+b+(int)x+(int)y+(int)f; }
N int sj2(int n){ int s=0; for(volatile int i=0;i<n;i++){ int r=setjmp(jb); if(r){ s+=r; continue;} thrower(i%3); } return s; }
N int bsj(void){ void*buf[5]; static void*gb[5]; int k=5; volatile int c=0; if(__builtin_setjmp(gb)){ return k+c; } c=9; __builtin_longjmp(gb,1); }
/* alloca/VLA */
N long al(int n){ long s=0; char*prev=0; for(int i=1;i<n;i++){ char*p=alloca(i*3); memset(p,i,i*3); if(prev) s+=prev[0]; prev=p; s+=((uintptr_t)p&15)==0; } return s; }
N long vla(int n,int m){ int a[n][m]; for(int i=0;i<n;i++)for(int j=0;j<m;j++)a[i][j]=i*j; long s=0; for(int i=0;i<n;i++) s+=a[i][m-1]+sizeof a[0]; return s; }
N int over(int n){ _Alignas(64) char a[64]; _Alignas(32) int v[8]; char b[n]; _Alignas(128) long l=n; memset(a,1,64); memset(b,2,n); for(int i=0;i<8;i++)v[i]=i; return ((uintptr_t)a%64==0)+((uintptr_t)v%32==0)*2+((uintptr_t)&l%128==0)*4+a[5]+b[n-1]+v[7]+(int)l; }
N int vp(int n,int (*a)[n]){ return a[1][n-1]+sizeof *a; }
/* computed goto */
N int interp(const unsigned char*p){ static const void*const t[]={&&add,&&mul,&&neg,&&end}; int x=1; goto *t[*p++]; add: x+=*p++; goto *t[*p++]; mul: x*=*p++; goto *t[*p++]; neg: x=-x; goto *t[*p++]; end: return x; }
N int reltab(int i){ static const int t[]={&&a-&&a,&&b-&&a,&&c-&&a}; goto *(&&a+t[i]); a: return 1; b: return 2; c: return 3; }
/* tls */
__thread int t1=5; static __thread long t2=7; extern __thread int t3; __thread int t3=9; static __thread char t4[100]; __attribute__((tls_model("initial-exec"))) __thread int t5=11; __attribute__((tls_model("local-dynamic"))) static __thread int t6=13,t7=14; __attribute__((tls_model("global-dynamic"))) __thread int t8=15; __attribute__((tls_model("local-exec"))) static __thread int t9=16;
N int tls(int i){ t1+=i; t2*=2; t4[i]=i; int*p=&t3; *p+=t4[i]; t6+=t7++; return t1+t2+t3+t4[i]+t5+t6+t7+t8+t9; }
/* attributes */
__attribute__((weak)) int wk(void){return 3;} extern int wu(void) __attribute__((weak)); int real_(int x){return x*2;} int ali(int) __attribute__((alias("real_"))); static int c1(void){return 41;} static void*res(void){return c1;} int ifn(void) __attribute__((ifunc("res"))); static int order[10],on; __attribute__((constructor(200))) static void k2(void){order[on++]=2;} __attribute__((constructor(150))) static void k1(void){order[on++]=1;} __attribute__((constructor)) static void k3(void){order[on++]=3;} __attribute__((destructor)) static void dd(void){puts("bye");} __attribute__((section("mysec"),used)) int ms=5; extern int __start_mysec[],__stop_mysec[]; __attribute__((visibility("hidden"))) int hid=6; static void cl(int*p){printf("clean %d\n",*p);} N int clean(int n){ int x __attribute__((cleanup(cl)))=n; { int y __attribute__((cleanup(cl)))=n+1; if(n>5) return x+y; } return x; }
__attribute__((common)) int comm; 
/* builtins */
N int ov(int a,int b,long c,unsigned d,short s,signed char q){ int r; long l; unsigned u; short h; signed char ch; int x=__builtin_add_overflow(a,b,&r)|__builtin_mul_overflow(c,c,&l)<<1|__builtin_sub_overflow(d,a,&u)<<2|__builtin_mul_overflow(a,c,&h)<<3|__builtin_add_overflow(q,s,&ch)<<4|__builtin_smull_overflow(c,a,&l)<<6|__builtin_umul_overflow(d,d,&u)<<7; return x*31+r+(int)l+u+h+ch; }
N int bits(unsigned a,unsigned long b){ return __builtin_clz(a)+__builtin_ctz(a)*3+__builtin_popcount(a)*5+__builtin_parity(a)*7+__builtin_ffs(a)*11+__builtin_clzl(b)*13+__builtin_ctzl(b)+__builtin_popcountl(b)+__builtin_ffsl(b)+__builtin_bswap16(a)+__builtin_bswap32(a)%97+(int)(__builtin_bswap64(b)%89)+__builtin_clrsb(a)+__builtin_clrsbl(b)+(int)__builtin_bitreverse32(a)%100+__builtin_rotateleft32(a,5)%50+(int)(__builtin_rotateright64(b,9)%51)+__builtin_bitreverse8(a)+__builtin_rotateleft8(a,3)+__builtin_rotateright16(a,5); }
N int fp(double d,float f,long double l){ return isnan(d)|isinf(d)<<1|isfinite(f)<<2|isnormal(l)<<3|signbit(d)<<4|(fpclassify(d)&7)<<5|(fpclassify(l)&7)<<8|__builtin_isinf_sign(f)<<11|__builtin_signbitl(l)<<13|isgreater(d,f)<<14|isunordered(d,f)<<15|islessgreater(d,(double)l)<<16|__builtin_issubnormal(d)<<17|__builtin_iszero(f)<<18|__builtin_isfpclass(d,0x204)<<19|__builtin_issignaling(d)<<20; }
N double fm(double a,double b){ return __builtin_copysign(a,b)+__builtin_fabs(a)+__builtin_fmax(a,b)+__builtin_fmin(a,b)+__builtin_floor(a)+__builtin_ceil(b)+__builtin_trunc(a)+__builtin_round(b)+__builtin_rint(a)+__builtin_nearbyint(b)+__builtin_sqrt(__builtin_fabs(a))+__builtin_fma(a,b,a)+__builtin_ldexp(a,3)+__builtin_scalbn(b,2)+__builtin_fmod(a,b)+__builtin_logb(a)+lrint(a)+llround(b)+__builtin_roundeven(a); }
N long double lm(long double a,long double b){ return copysignl(a,b)+fabsl(a)+fmaxl(a,b)+floorl(a)+ceill(b)+truncl(a)+roundl(b)+rintl(a)+sqrtl(fabsl(a))+fmal(a,b,a)+fmodl(a,b)+lrintl(a)+llroundl(b)+nearbyintl(a)+ldexpl(a,2)+(a<b)+(a==b)*2; }
N float fmf(float a,float b){ return copysignf(a,b)+fabsf(a)+fmaxf(a,b)+floorf(a)+ceilf(b)+truncf(a)+roundf(b)+rintf(a)+sqrtf(fabsf(a))+fmaf(a,b,a)+fmodf(a,b)+lrintf(a)+llroundf(b); }
N void*fa(void){ return __builtin_frame_address(0); } N void*ra(void){ return __builtin_extract_return_addr(__builtin_return_address(0)); }
N int ex(int x,int*p){ if(__builtin_expect(x>5,0)) return 1; __builtin_prefetch(p,1,3); __builtin_assume(x<10); int*q=__builtin_assume_aligned(p,16); if(__builtin_expect_with_probability(x==3,1,0.9)) return *q; if(__builtin_constant_p(x)) return 99; if(x==100) __builtin_unreachable(); return __builtin_object_size(p,0)==-1; }
N size_t dos(size_t n){ char*p=malloc(n); size_t r=0; char b[10]; r+=__builtin_object_size(b+3,0)*1000; __builtin_memcpy(b,"hi",3); free(p); return r+b[1]; }
struct flex{int n; char d[];}; static struct flex fx={3,{'a','b','c',0}}; 
typedef int fnt(int); N int callp(fnt*f,int x){return f?f(x):-1;}
N int many(int n,...){ va_list ap; va_start(ap,n); int s=0; for(int i=0;i<n;i++){ s+=va_arg(ap,int); s+=(int)va_arg(ap,double); s+=(int)va_arg(ap,long double); s+=va_arg(ap,char*)[0]; s+=(int)va_arg(ap,long long);} va_end(ap); return s; }
N void vfwd(char*b,const char*f,...){ va_list ap; va_start(ap,f); vsprintf(b,f,ap); va_end(ap); }
N _Bool bo(int x,double d,void*p,_Bool b){ _Bool a=x; a&=(_Bool)d; a|=p!=0; b++; a^=!b; return a; }
N unsigned long long f2u(double d,float f,long double l){ return (unsigned long long)d+(unsigned long long)f*3+(unsigned long long)l*5; } N double u2d(unsigned long long u,unsigned w){ return (double)u+(float)u+(long double)u+w; }
N int swi(long long x){ switch(x){ case -5 ... 5: return 1; case 100: return 2; case 1000000000000LL: return 3; case 101: return 4; case 102: case 103: return 5; case 0x7fffffffffffffffLL: return 6; } return 0; }
N int strs(void){ static const char*const a[]={"x","yy","zzz"}; const wchar_t*w=L"wide\u20ac"; const char16_t*u=u"u16\U0001F600"; const char32_t*U=U"\U0001F600"; return strlen(a[2])+wcslen(w)+w[4]%100+u[3]%100+u[4]%100+U[0]%1000+sizeof u"abc"; }
N int cl2(int a){ return ({ int t=a*2; t+1; }) + (a?:7) + (int)sizeof(int[a]); }
int nested(int x){ static int (*const tab[])(int)={real_,ali}; return tab[x&1](x); }
N int memf(char*p,char*q,size_t n){ memmove(p+1,p,20); memcpy(q,p,17); memset(p,7,33); int r=memcmp(p,q,9); return r<0?-1:r>0; }
int main(int argc,char**argv){ printf("%d %d %d\n",sj(1,2),sj2(7),bsj()); printf("%ld %ld %d\n",al(20),vla(3,5),over(33)); int vv[2][6]={{1},{2,3,4,5,6,77}}; printf("%d\n",vp(6,vv)); printf("%d %d%d%d\n",interp((unsigned char*)"\0\5\1\3\2\0\1\3"),reltab(0),reltab(1),reltab(2)); printf("%d %d\n",tls(3),tls(4)); printf("%d %d %d %d %d%d%d %d %d %d %d\n",wk(),wu==0,ali(4),ifn(),order[0],order[1],order[2],(int)(__stop_mysec-__start_mysec),hid,clean(3),clean(8)); 
 printf("%d %d\n",ov(1,2,3,4,5,6),ov(0x7fffffff,1,1L<<40,0,30000,100)); printf("%d %d\n",bits(0x12345678,0x1234567800L),bits(1,-1L)); double ds[]={0,-0.0,1.5,-2.5,INFINITY,-INFINITY,NAN,DBL_MIN/2,1e300}; for(int i=0;i<9;i++){ printf("%x ",fp(ds[i],ds[(i+1)%9],ds[(i+2)%9])); if(i>1&&i<4) printf("%.17g %.17Lg %.9g ",fm(ds[i],3.7),lm(ds[i],-3.3L),fmf(ds[i],2.2f)); } puts("");
 printf("%d %d\n",fa()!=0,ra()!=0); _Alignas(16) int z[4]={5}; printf("%d %d %d %d\n",ex(6,z),ex(3,z),ex(4,z),ex(7,z)); printf("%zu %s %d %d\n",dos(50),fx.d,callp(real_,5),callp(0,5)); printf("%d\n",many(3,1,2.5,3.5L,"a",4LL,5,6.5,7.5L,"b",8LL,9,10.5,11.5L,"c",12LL)); char b[100]; vfwd(b,"%d %s %.2f %c %Lf %lx",5,"str",2.5,'c',3.25L,123456789L); puts(b); printf("%d %llu %.17g %d%d%d%d%d%d\n",bo(3,2.0,0,1),f2u(1.8e19,1.8e19f,1.8e19L),u2d(0xfffffffffffff001,5),swi(3),swi(100),swi(1000000000000LL),swi(103),swi(0x7fffffffffffffffLL),swi(7)); printf("%d %d %d %d %d\n",strs(),cl2(5),cl2(0),nested(3),comm); char p[64],q[64]; memset(p,3,64); for(int i=0;i<30;i++)p[i]=i; printf("%d %d\n",memf(p,q,5),p[32]+q[16]); return 0; }
