// RUN: %clang -w -O1 -msse4.2 -maes -mpclmul %s -o %t && %t > %t.out
// RUN: %lathe -w -O0 -msse4.2 -maes -mpclmul %s -o %t0 && %t0 > %t0.out && cmp %t.out %t0.out
// RUN: %lathe -w -O2 -msse4.2 -maes -mpclmul %s -o %t2 && %t2 > %t2.out && cmp %t.out %t2.out
// REQUIRES: clang
// The intrinsics of SSE to SSE4.2, AES and PCLMUL that clang leaves to code generation, on 128-bit vectors.
#include <immintrin.h>
#include <stdio.h>
#include <string.h>
typedef unsigned u; typedef unsigned long long ul;
static void p(const char*n,__m128i v){ul x[2];memcpy(x,&v,16);printf("%s %016llx%016llx\n",n,x[1],x[0]);}
static void pf(const char*n,__m128 v){p(n,_mm_castps_si128(v));}
static void pd(const char*n,__m128d v){p(n,_mm_castpd_si128(v));}
#define N __attribute__((noinline))
N void ints(__m128i a,__m128i b,int n){
#define I(f) p(#f,f(a,b))
I(_mm_packs_epi32);I(_mm_packs_epi16);I(_mm_packus_epi16);I(_mm_madd_epi16);I(_mm_mulhi_epi16);I(_mm_mulhi_epu16);I(_mm_sad_epu8);I(_mm_avg_epu8);I(_mm_avg_epu16);
I(_mm_shuffle_epi8);I(_mm_hadd_epi16);I(_mm_hadd_epi32);I(_mm_hadds_epi16);I(_mm_hsub_epi16);I(_mm_hsub_epi32);I(_mm_hsubs_epi16);I(_mm_maddubs_epi16);I(_mm_mulhrs_epi16);I(_mm_sign_epi8);I(_mm_sign_epi16);I(_mm_sign_epi32);I(_mm_packus_epi32);
I(_mm_sll_epi16);I(_mm_sll_epi32);I(_mm_sll_epi64);I(_mm_srl_epi16);I(_mm_srl_epi32);I(_mm_srl_epi64);I(_mm_sra_epi16);I(_mm_sra_epi32);
#define S(f) p(#f,f(a,n));p(#f,f(b,3));
S(_mm_slli_epi16)S(_mm_slli_epi32)S(_mm_slli_epi64)S(_mm_srli_epi16)S(_mm_srli_epi32)S(_mm_srli_epi64)S(_mm_srai_epi16)S(_mm_srai_epi32)
p("blendv",_mm_blendv_epi8(a,b,_mm_set1_epi32(n*0x12345678)));p("mpsad",_mm_mpsadbw_epu8(a,b,5));p("minpos",_mm_minpos_epu16(a));
printf("%d %d %d\n",_mm_testz_si128(a,b),_mm_testc_si128(a,b),_mm_testnzc_si128(a,b));
char buf[16]={0};_mm_maskmoveu_si128(a,b,buf);p("maskmov",_mm_lddqu_si128((void*)buf));
I(_mm_aesenc_si128);I(_mm_aesenclast_si128);I(_mm_aesdec_si128);I(_mm_aesdeclast_si128);p("imc",_mm_aesimc_si128(a));p("kg",_mm_aeskeygenassist_si128(a,0x1b));p("clmul",_mm_clmulepi64_si128(a,b,0x11));
printf("%d %d %d %d %d %d\n",_mm_cmpistri(a,b,0),_mm_cmpistra(a,b,0),_mm_cmpistrc(a,b,0),_mm_cmpistro(a,b,0),_mm_cmpistrs(a,b,0),_mm_cmpistrz(a,b,0));
printf("%d %d %d %d %d %d\n",_mm_cmpestri(a,n,b,9,4),_mm_cmpestra(a,n,b,9,4),_mm_cmpestrc(a,n,b,9,4),_mm_cmpestro(a,n,b,9,4),_mm_cmpestrs(a,n,b,9,4),_mm_cmpestrz(a,n,b,9,4));
p("istrm",_mm_cmpistrm(a,b,0x40));p("estrm",_mm_cmpestrm(a,n,b,9,0x44));
}
N void fl(__m128 a,__m128 b){
#define F(f) pf(#f,f(a,b))
F(_mm_min_ps);F(_mm_max_ps);F(_mm_min_ss);F(_mm_max_ss);F(_mm_cmpeq_ps);F(_mm_cmplt_ss);F(_mm_cmpunord_ss);F(_mm_cmpord_ps);F(_mm_cmpnge_ss);F(_mm_addsub_ps);F(_mm_hadd_ps);F(_mm_hsub_ps);
F(_mm_add_ss);F(_mm_div_ss);
pf("r",_mm_round_ps(a,1));pf("rs",_mm_round_ss(a,b,2));pf("dp",_mm_dp_ps(a,b,0x71));pf("ins",_mm_insert_ps(a,b,0x91));pf("blv",_mm_blendv_ps(a,b,a));
#define C(f) printf(#f " %d\n",f(a,b));
C(_mm_comieq_ss)C(_mm_comineq_ss)C(_mm_comilt_ss)C(_mm_comile_ss)C(_mm_comigt_ss)C(_mm_comige_ss)C(_mm_ucomieq_ss)C(_mm_ucomineq_ss)C(_mm_ucomilt_ss)C(_mm_ucomile_ss)C(_mm_ucomigt_ss)C(_mm_ucomige_ss)
printf("%d %d %lld %lld\n",_mm_cvtss_si32(a),_mm_cvttss_si32(a),_mm_cvtss_si64(b),_mm_cvttss_si64(b));
p("dq",_mm_cvtps_epi32(a));p("tdq",_mm_cvttps_epi32(a));
float r=_mm_cvtss_f32(_mm_rcp_ss(a)),q=_mm_cvtss_f32(_mm_rsqrt_ss(a));printf("%.2f %.2f\n",r,q);
}
N void db(__m128d a,__m128d b){
#define D(f) pd(#f,f(a,b))
D(_mm_min_pd);D(_mm_max_pd);D(_mm_min_sd);D(_mm_max_sd);D(_mm_cmpeq_pd);D(_mm_cmplt_sd);D(_mm_cmpunord_sd);D(_mm_addsub_pd);D(_mm_hadd_pd);D(_mm_hsub_pd);
pd("r",_mm_round_pd(a,1));pd("rs",_mm_round_sd(a,b,2));pd("dp",_mm_dp_pd(a,b,0x31));pd("blv",_mm_blendv_pd(a,b,a));
C(_mm_comieq_sd)C(_mm_comineq_sd)C(_mm_comilt_sd)C(_mm_comile_sd)C(_mm_comigt_sd)C(_mm_comige_sd)C(_mm_ucomieq_sd)C(_mm_ucomineq_sd)C(_mm_ucomilt_sd)
printf("%d %d %lld %lld\n",_mm_cvtsd_si32(a),_mm_cvttsd_si32(a),_mm_cvtsd_si64(b),_mm_cvttsd_si64(b));
p("dq",_mm_cvtpd_epi32(a));p("tdq",_mm_cvttpd_epi32(a));pf("pdps",_mm_cvtpd_ps(a));pf("sdss",_mm_cvtsd_ss(_mm_set1_ps(3),b));
}
int main(){
 if(!__builtin_cpu_supports("sse4.2")||!__builtin_cpu_supports("aes")||!__builtin_cpu_supports("pclmul"))return 0;
 ints(_mm_set_epi64x(0x8123456789abcdefull,0x0011223344556677ull),_mm_set_epi64x(0x7f0102030405fe07ull,0x0000000000000005ull),5);
 ints(_mm_set_epi64x(0x6161626364650061ull,0x6162636465666768ull),_mm_set_epi64x(0x0061620063646566ull,0x8061ff6364656168ull),11);
 fl(_mm_set_ps(1.5f,-2.5f,3.25f,4.75f),_mm_set_ps(-1.f,7.f,3.25f,-4.5f));
 fl(_mm_set_ps(1.5f,-2.5f,3.25f,2.f),_mm_set_ps(-1.f,7.f,3.25f,__builtin_nanf("")));
 fl(_mm_set_ps(1.5f,-2.5f,3.25f,2.f),_mm_set_ps(-1.f,7.f,3.25f,2.f));
 db(_mm_set_pd(1.5,2.5),_mm_set_pd(-3,2.5));db(_mm_set_pd(1.5,-2.5),_mm_set_pd(-3,__builtin_nan("")));
}
