; Bit fields and checksums are one instruction each.
; RUN: %lathe -S -O2 %s -o %t.s
; RUN: %FileCheck %s < %t.s
; RUN: %gas %t.s -o %t.o && %as %t.s -o %t2.o && %objdump -d %t.o | tail -n +4 > %t.d && %objdump -d %t2.o | tail -n +4 > %t2.d && cmp %t.d %t2.d
; REQUIRES: gas
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}bmi_bextr_32: {{ *}}# @{{.*}}
; CHECK-NEXT: bextrl %esi, %edi, %eax
; CHECK-NEXT: ret
define i32 @bmi_bextr_32(i32 %a0, i32 %a1) nounwind {
  %r = call i32 @llvm.x86.bmi.bextr.32(i32 %a0, i32 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}bmi_bzhi_32: {{ *}}# @{{.*}}
; CHECK-NEXT: bzhil %esi, %edi, %eax
; CHECK-NEXT: ret
define i32 @bmi_bzhi_32(i32 %a0, i32 %a1) nounwind {
  %r = call i32 @llvm.x86.bmi.bzhi.32(i32 %a0, i32 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}bmi_pdep_32: {{ *}}# @{{.*}}
; CHECK-NEXT: pdepl %esi, %edi, %eax
; CHECK-NEXT: ret
define i32 @bmi_pdep_32(i32 %a0, i32 %a1) nounwind {
  %r = call i32 @llvm.x86.bmi.pdep.32(i32 %a0, i32 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}bmi_pext_32: {{ *}}# @{{.*}}
; CHECK-NEXT: pextl %esi, %edi, %eax
; CHECK-NEXT: ret
define i32 @bmi_pext_32(i32 %a0, i32 %a1) nounwind {
  %r = call i32 @llvm.x86.bmi.pext.32(i32 %a0, i32 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}bmi_bextr_64: {{ *}}# @{{.*}}
; CHECK-NEXT: bextrq %rsi, %rdi, %rax
; CHECK-NEXT: ret
define i64 @bmi_bextr_64(i64 %a0, i64 %a1) nounwind {
  %r = call i64 @llvm.x86.bmi.bextr.64(i64 %a0, i64 %a1)
  ret i64 %r
}

; CHECK-LABEL: {{^}}bmi_bzhi_64: {{ *}}# @{{.*}}
; CHECK-NEXT: bzhiq %rsi, %rdi, %rax
; CHECK-NEXT: ret
define i64 @bmi_bzhi_64(i64 %a0, i64 %a1) nounwind {
  %r = call i64 @llvm.x86.bmi.bzhi.64(i64 %a0, i64 %a1)
  ret i64 %r
}

; CHECK-LABEL: {{^}}bmi_pdep_64: {{ *}}# @{{.*}}
; CHECK-NEXT: pdepq %rsi, %rdi, %rax
; CHECK-NEXT: ret
define i64 @bmi_pdep_64(i64 %a0, i64 %a1) nounwind {
  %r = call i64 @llvm.x86.bmi.pdep.64(i64 %a0, i64 %a1)
  ret i64 %r
}

; CHECK-LABEL: {{^}}bmi_pext_64: {{ *}}# @{{.*}}
; CHECK-NEXT: pextq %rsi, %rdi, %rax
; CHECK-NEXT: ret
define i64 @bmi_pext_64(i64 %a0, i64 %a1) nounwind {
  %r = call i64 @llvm.x86.bmi.pext.64(i64 %a0, i64 %a1)
  ret i64 %r
}

; CHECK-LABEL: {{^}}sse42_crc32_32_8: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: crc32b %sil, %eax
; CHECK-NEXT: ret
define i32 @sse42_crc32_32_8(i32 %a0, i8 %a1) nounwind {
  %r = call i32 @llvm.x86.sse42.crc32.32.8(i32 %a0, i8 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}sse42_crc32_32_16: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: crc32w %si, %eax
; CHECK-NEXT: ret
define i32 @sse42_crc32_32_16(i32 %a0, i16 %a1) nounwind {
  %r = call i32 @llvm.x86.sse42.crc32.32.16(i32 %a0, i16 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}sse42_crc32_32_32: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: crc32l %esi, %eax
; CHECK-NEXT: ret
define i32 @sse42_crc32_32_32(i32 %a0, i32 %a1) nounwind {
  %r = call i32 @llvm.x86.sse42.crc32.32.32(i32 %a0, i32 %a1)
  ret i32 %r
}

; CHECK-LABEL: {{^}}sse42_crc32_64_64: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: crc32q %rsi, %rax
; CHECK-NEXT: ret
define i64 @sse42_crc32_64_64(i64 %a0, i64 %a1) nounwind {
  %r = call i64 @llvm.x86.sse42.crc32.64.64(i64 %a0, i64 %a1)
  ret i64 %r
}

declare i32 @llvm.x86.bmi.bextr.32(i32, i32)
declare i32 @llvm.x86.bmi.bzhi.32(i32, i32)
declare i32 @llvm.x86.bmi.pdep.32(i32, i32)
declare i32 @llvm.x86.bmi.pext.32(i32, i32)
declare i64 @llvm.x86.bmi.bextr.64(i64, i64)
declare i64 @llvm.x86.bmi.bzhi.64(i64, i64)
declare i64 @llvm.x86.bmi.pdep.64(i64, i64)
declare i64 @llvm.x86.bmi.pext.64(i64, i64)
declare i32 @llvm.x86.sse42.crc32.32.8(i32, i8)
declare i32 @llvm.x86.sse42.crc32.32.16(i32, i16)
declare i32 @llvm.x86.sse42.crc32.32.32(i32, i32)
declare i64 @llvm.x86.sse42.crc32.64.64(i64, i64)

; CHECK-LABEL: {{^}}prefetch: {{ *}}# @{{.*}}
; CHECK-NEXT: prefetchw (%rdi)
; CHECK-NEXT: prefetcht0 (%rdi)
; CHECK-NEXT: ret
define void @prefetch(ptr %p) nounwind "target-features"="+prfchw" {
  call void @llvm.prefetch.p0(ptr %p, i32 1, i32 3, i32 1)
  call void @llvm.prefetch.p0(ptr %p, i32 0, i32 3, i32 1)
  ret void
}
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
