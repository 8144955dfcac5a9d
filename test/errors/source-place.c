// What is not supported is reported where the source has it, if debug locations tell.
// RUN: %not %lathe -g -mavx2 -c %s -o %t.o 2>&1 | %FileCheck %s
// REQUIRES: clang
#include <immintrin.h>
long long f(const long long *p) {
// CHECK: source-place.c:[[# @LINE + 1]]:{{.*}}error: {{.*}} is not supported
  return _mm256_movemask_epi8(_mm256_shuffle_epi8(*(const __m256i_u *)p, *(const __m256i_u *)p));
}
