; Intrinsics with fixed registers, memory operands and results in flags: each alone around its instruction.
; RUN: %lathe -S -O2 %s -o %t.s
; RUN: %FileCheck %s < %t.s
; RUN: %gas %t.s -o %t.o && %as %t.s -o %t2.o && %objdump -d %t.o | tail -n +4 > %t.d && %objdump -d %t2.o | tail -n +4 > %t2.d && cmp %t.d %t2.d
; REQUIRES: gas
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}sse_stmxcsr: {{ *}}# @{{.*}}
; CHECK-NEXT: stmxcsr (%rdi)
; CHECK-NEXT: ret
define void @sse_stmxcsr(ptr %a0) nounwind {
  call void @llvm.x86.sse.stmxcsr(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}sse_ldmxcsr: {{ *}}# @{{.*}}
; CHECK-NEXT: ldmxcsr (%rdi)
; CHECK-NEXT: ret
define void @sse_ldmxcsr(ptr %a0) nounwind {
  call void @llvm.x86.sse.ldmxcsr(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}sse2_clflush: {{ *}}# @{{.*}}
; CHECK-NEXT: clflush (%rdi)
; CHECK-NEXT: ret
define void @sse2_clflush(ptr %a0) nounwind {
  call void @llvm.x86.sse2.clflush(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}sse_sfence: {{ *}}# @{{.*}}
; CHECK-NEXT: sfence
; CHECK-NEXT: ret
define void @sse_sfence() nounwind {
  call void @llvm.x86.sse.sfence()
  ret void
}

; CHECK-LABEL: {{^}}sse2_lfence: {{ *}}# @{{.*}}
; CHECK-NEXT: lfence
; CHECK-NEXT: ret
define void @sse2_lfence() nounwind {
  call void @llvm.x86.sse2.lfence()
  ret void
}

; CHECK-LABEL: {{^}}sse2_mfence: {{ *}}# @{{.*}}
; CHECK-NEXT: mfence
; CHECK-NEXT: ret
define void @sse2_mfence() nounwind {
  call void @llvm.x86.sse2.mfence()
  ret void
}

; CHECK-LABEL: {{^}}sse2_pause: {{ *}}# @{{.*}}
; CHECK-NEXT: pause
; CHECK-NEXT: ret
define void @sse2_pause() nounwind {
  call void @llvm.x86.sse2.pause()
  ret void
}

; CHECK-LABEL: {{^}}xabort: {{ *}}# @{{.*}}
; CHECK-NEXT: xabort $5
; CHECK-NEXT: ret
define void @xabort() nounwind {
  call void @llvm.x86.xabort(i8 5)
  ret void
}

; CHECK-LABEL: {{^}}xsetbv: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsetbv
; CHECK-NEXT: ret
define void @xsetbv(i32 %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsetbv(i32 %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xgetbv: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: xgetbv
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: shlq $32, %rcx
; CHECK-NEXT: orq %rax, %rcx
; CHECK-NEXT: movq %rcx, %rax
; CHECK-NEXT: ret
define i64 @xgetbv(i32 %a0) nounwind {
  %r = call i64 @llvm.x86.xgetbv(i32 %a0)
  ret i64 %r
}

; CHECK-LABEL: {{^}}rdtscp: {{ *}}# @{{.*}}
; CHECK-NEXT: rdtscp
; CHECK-NEXT: movl %ecx, %edi
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: movl %edi, %edx
; CHECK-NEXT: shlq $32, %rcx
; CHECK-NEXT: orq %rax, %rcx
; CHECK-NEXT: movq %rcx, %rax
; CHECK-NEXT: ret
define { i64, i32 } @rdtscp() nounwind {
  %r = call { i64, i32 } @llvm.x86.rdtscp()
  ret { i64, i32 } %r
}

; CHECK-LABEL: {{^}}rdpmc: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: rdpmc
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: shlq $32, %rcx
; CHECK-NEXT: orq %rax, %rcx
; CHECK-NEXT: movq %rcx, %rax
; CHECK-NEXT: ret
define i64 @rdpmc(i32 %a0) nounwind {
  %r = call i64 @llvm.x86.rdpmc(i32 %a0)
  ret i64 %r
}

; CHECK-LABEL: {{^}}rdpid: {{ *}}# @{{.*}}
; CHECK-NEXT: rdpid %rax
; CHECK-NEXT: ret
define i32 @rdpid() nounwind {
  %r = call i32 @llvm.x86.rdpid()
  ret i32 %r
}

; CHECK-LABEL: {{^}}flags_read_u64: {{ *}}# @{{.*}}
; CHECK-NEXT: #APP
; CHECK-NEXT: pushfq
; CHECK-NEXT: popq %rax
; CHECK-NEXT: #NO_APP
; CHECK-NEXT: ret
define i64 @flags_read_u64() nounwind {
  %r = call i64 @llvm.x86.flags.read.u64()
  ret i64 %r
}

; CHECK-LABEL: {{^}}flags_write_u64: {{ *}}# @{{.*}}
; CHECK-NEXT: #APP
; CHECK-NEXT: pushq %rdi
; CHECK-NEXT: popfq
; CHECK-NEXT: #NO_APP
; CHECK-NEXT: ret
define void @flags_write_u64(i64 %a0) nounwind {
  call void @llvm.x86.flags.write.u64(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}rdrand_16: {{ *}}# @{{.*}}
; CHECK-NEXT: rdrand %ax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i16, i32 } @rdrand_16() nounwind {
  %r = call { i16, i32 } @llvm.x86.rdrand.16()
  ret { i16, i32 } %r
}

; CHECK-LABEL: {{^}}rdrand_32: {{ *}}# @{{.*}}
; CHECK-NEXT: rdrand %eax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i32, i32 } @rdrand_32() nounwind {
  %r = call { i32, i32 } @llvm.x86.rdrand.32()
  ret { i32, i32 } %r
}

; CHECK-LABEL: {{^}}rdrand_64: {{ *}}# @{{.*}}
; CHECK-NEXT: rdrand %rax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i64, i32 } @rdrand_64() nounwind {
  %r = call { i64, i32 } @llvm.x86.rdrand.64()
  ret { i64, i32 } %r
}

; CHECK-LABEL: {{^}}rdseed_16: {{ *}}# @{{.*}}
; CHECK-NEXT: rdseed %ax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i16, i32 } @rdseed_16() nounwind {
  %r = call { i16, i32 } @llvm.x86.rdseed.16()
  ret { i16, i32 } %r
}

; CHECK-LABEL: {{^}}rdseed_32: {{ *}}# @{{.*}}
; CHECK-NEXT: rdseed %eax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i32, i32 } @rdseed_32() nounwind {
  %r = call { i32, i32 } @llvm.x86.rdseed.32()
  ret { i32, i32 } %r
}

; CHECK-LABEL: {{^}}rdseed_64: {{ *}}# @{{.*}}
; CHECK-NEXT: rdseed %rax
; CHECK-NEXT: setb %cl
; CHECK-NEXT: movzbl %cl, %edx
; CHECK-NEXT: ret
define { i64, i32 } @rdseed_64() nounwind {
  %r = call { i64, i32 } @llvm.x86.rdseed.64()
  ret { i64, i32 } %r
}

; CHECK-LABEL: {{^}}clflushopt: {{ *}}# @{{.*}}
; CHECK-NEXT: clflushopt (%rdi)
; CHECK-NEXT: ret
define void @clflushopt(ptr %a0) nounwind {
  call void @llvm.x86.clflushopt(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}clwb: {{ *}}# @{{.*}}
; CHECK-NEXT: clwb (%rdi)
; CHECK-NEXT: ret
define void @clwb(ptr %a0) nounwind {
  call void @llvm.x86.clwb(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}cldemote: {{ *}}# @{{.*}}
; CHECK-NEXT: cldemote (%rdi)
; CHECK-NEXT: ret
define void @cldemote(ptr %a0) nounwind {
  call void @llvm.x86.cldemote(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}clzero: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: clzero
; CHECK-NEXT: ret
define void @clzero(ptr %a0) nounwind {
  call void @llvm.x86.clzero(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}serialize: {{ *}}# @{{.*}}
; CHECK-NEXT: serialize
; CHECK-NEXT: ret
define void @serialize() nounwind {
  call void @llvm.x86.serialize()
  ret void
}

; CHECK-LABEL: {{^}}sse3_monitor: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: monitor
; CHECK-NEXT: ret
define void @sse3_monitor(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.sse3.monitor(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}sse3_mwait: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: mwait
; CHECK-NEXT: ret
define void @sse3_mwait(i32 %a0, i32 %a1) nounwind {
  call void @llvm.x86.sse3.mwait(i32 %a0, i32 %a1)
  ret void
}

; CHECK-LABEL: {{^}}monitorx: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: monitorx
; CHECK-NEXT: ret
define void @monitorx(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.monitorx(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}mwaitx: {{ *}}# @{{.*}}
; CHECK-NEXT: pushq %rbx
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: movl %edx, %ebx
; CHECK-NEXT: mwaitx
; CHECK-NEXT: popq %rbx
; CHECK-NEXT: ret
define void @mwaitx(i32 %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.mwaitx(i32 %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xbegin: {{ *}}# @{{.*}}
; CHECK-NEXT: #APP
; CHECK-NEXT: movl $-1, %eax
; CHECK-NEXT: xbegin 1f
; CHECK-NEXT: 1:
; CHECK-NEXT: #NO_APP
; CHECK-NEXT: ret
define i32 @xbegin() nounwind {
  %r = call i32 @llvm.x86.xbegin()
  ret i32 %r
}

; CHECK-LABEL: {{^}}xend: {{ *}}# @{{.*}}
; CHECK-NEXT: xend
; CHECK-NEXT: ret
define void @xend() nounwind {
  call void @llvm.x86.xend()
  ret void
}

; CHECK-LABEL: {{^}}xtest: {{ *}}# @{{.*}}
; CHECK-NEXT: xtest
; CHECK-NEXT: setne %al
; CHECK-NEXT: movzbl %al, %eax
; CHECK-NEXT: ret
define i32 @xtest() nounwind {
  %r = call i32 @llvm.x86.xtest()
  ret i32 %r
}

; CHECK-LABEL: {{^}}fxsave: {{ *}}# @{{.*}}
; CHECK-NEXT: fxsave (%rdi)
; CHECK-NEXT: ret
define void @fxsave(ptr %a0) nounwind {
  call void @llvm.x86.fxsave(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}fxsave64: {{ *}}# @{{.*}}
; CHECK-NEXT: fxsave64 (%rdi)
; CHECK-NEXT: ret
define void @fxsave64(ptr %a0) nounwind {
  call void @llvm.x86.fxsave64(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}fxrstor: {{ *}}# @{{.*}}
; CHECK-NEXT: fxrstor (%rdi)
; CHECK-NEXT: ret
define void @fxrstor(ptr %a0) nounwind {
  call void @llvm.x86.fxrstor(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}fxrstor64: {{ *}}# @{{.*}}
; CHECK-NEXT: fxrstor64 (%rdi)
; CHECK-NEXT: ret
define void @fxrstor64(ptr %a0) nounwind {
  call void @llvm.x86.fxrstor64(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}xsave: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsave (%rdi)
; CHECK-NEXT: ret
define void @xsave(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsave(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsave64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsave64 (%rdi)
; CHECK-NEXT: ret
define void @xsave64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsave64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsaveopt: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsaveopt (%rdi)
; CHECK-NEXT: ret
define void @xsaveopt(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsaveopt(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsaveopt64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsaveopt64 (%rdi)
; CHECK-NEXT: ret
define void @xsaveopt64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsaveopt64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsavec: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsavec (%rdi)
; CHECK-NEXT: ret
define void @xsavec(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsavec(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsavec64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsavec64 (%rdi)
; CHECK-NEXT: ret
define void @xsavec64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsavec64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsaves: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsaves (%rdi)
; CHECK-NEXT: ret
define void @xsaves(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsaves(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xsaves64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xsaves64 (%rdi)
; CHECK-NEXT: ret
define void @xsaves64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xsaves64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xrstor: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xrstor (%rdi)
; CHECK-NEXT: ret
define void @xrstor(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xrstor(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xrstor64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xrstor64 (%rdi)
; CHECK-NEXT: ret
define void @xrstor64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xrstor64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xrstors: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xrstors (%rdi)
; CHECK-NEXT: ret
define void @xrstors(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xrstors(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}xrstors64: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: xrstors64 (%rdi)
; CHECK-NEXT: ret
define void @xrstors64(ptr %a0, i32 %a1, i32 %a2) nounwind {
  call void @llvm.x86.xrstors64(ptr %a0, i32 %a1, i32 %a2)
  ret void
}

; CHECK-LABEL: {{^}}wrfsbase_32: {{ *}}# @{{.*}}
; CHECK-NEXT: wrfsbase %edi
; CHECK-NEXT: ret
define void @wrfsbase_32(i32 %a0) nounwind {
  call void @llvm.x86.wrfsbase.32(i32 %a0)
  ret void
}

; CHECK-LABEL: {{^}}wrfsbase_64: {{ *}}# @{{.*}}
; CHECK-NEXT: wrfsbase %rdi
; CHECK-NEXT: ret
define void @wrfsbase_64(i64 %a0) nounwind {
  call void @llvm.x86.wrfsbase.64(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}wrgsbase_32: {{ *}}# @{{.*}}
; CHECK-NEXT: wrgsbase %edi
; CHECK-NEXT: ret
define void @wrgsbase_32(i32 %a0) nounwind {
  call void @llvm.x86.wrgsbase.32(i32 %a0)
  ret void
}

; CHECK-LABEL: {{^}}wrgsbase_64: {{ *}}# @{{.*}}
; CHECK-NEXT: wrgsbase %rdi
; CHECK-NEXT: ret
define void @wrgsbase_64(i64 %a0) nounwind {
  call void @llvm.x86.wrgsbase.64(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}rdfsbase_32: {{ *}}# @{{.*}}
; CHECK-NEXT: rdfsbase %eax
; CHECK-NEXT: ret
define i32 @rdfsbase_32() nounwind {
  %r = call i32 @llvm.x86.rdfsbase.32()
  ret i32 %r
}

; CHECK-LABEL: {{^}}rdfsbase_64: {{ *}}# @{{.*}}
; CHECK-NEXT: rdfsbase %rax
; CHECK-NEXT: ret
define i64 @rdfsbase_64() nounwind {
  %r = call i64 @llvm.x86.rdfsbase.64()
  ret i64 %r
}

; CHECK-LABEL: {{^}}rdgsbase_32: {{ *}}# @{{.*}}
; CHECK-NEXT: rdgsbase %eax
; CHECK-NEXT: ret
define i32 @rdgsbase_32() nounwind {
  %r = call i32 @llvm.x86.rdgsbase.32()
  ret i32 %r
}

; CHECK-LABEL: {{^}}rdgsbase_64: {{ *}}# @{{.*}}
; CHECK-NEXT: rdgsbase %rax
; CHECK-NEXT: ret
define i64 @rdgsbase_64() nounwind {
  %r = call i64 @llvm.x86.rdgsbase.64()
  ret i64 %r
}

; CHECK-LABEL: {{^}}wbinvd: {{ *}}# @{{.*}}
; CHECK-NEXT: wbinvd
; CHECK-NEXT: ret
define void @wbinvd() nounwind {
  call void @llvm.x86.wbinvd()
  ret void
}

; CHECK-LABEL: {{^}}wbnoinvd: {{ *}}# @{{.*}}
; CHECK-NEXT: wbnoinvd
; CHECK-NEXT: ret
define void @wbnoinvd() nounwind {
  call void @llvm.x86.wbnoinvd()
  ret void
}

; CHECK-LABEL: {{^}}invpcid: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: invpcid (%rsi), %rax
; CHECK-NEXT: ret
define void @invpcid(i32 %a0, ptr %a1) nounwind {
  call void @llvm.x86.invpcid(i32 %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}directstore32: {{ *}}# @{{.*}}
; CHECK-NEXT: movdiri %esi, (%rdi)
; CHECK-NEXT: ret
define void @directstore32(ptr %a0, i32 %a1) nounwind {
  call void @llvm.x86.directstore32(ptr %a0, i32 %a1)
  ret void
}

; CHECK-LABEL: {{^}}directstore64: {{ *}}# @{{.*}}
; CHECK-NEXT: movdiri %rsi, (%rdi)
; CHECK-NEXT: ret
define void @directstore64(ptr %a0, i64 %a1) nounwind {
  call void @llvm.x86.directstore64(ptr %a0, i64 %a1)
  ret void
}

; CHECK-LABEL: {{^}}movdir64b: {{ *}}# @{{.*}}
; CHECK-NEXT: movdir64b (%rsi), %rdi
; CHECK-NEXT: ret
define void @movdir64b(ptr %a0, ptr %a1) nounwind {
  call void @llvm.x86.movdir64b(ptr %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}wrssd: {{ *}}# @{{.*}}
; CHECK-NEXT: wrssd %edi, (%rsi)
; CHECK-NEXT: ret
define void @wrssd(i32 %a0, ptr %a1) nounwind {
  call void @llvm.x86.wrssd(i32 %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}wrssq: {{ *}}# @{{.*}}
; CHECK-NEXT: wrssq %rdi, (%rsi)
; CHECK-NEXT: ret
define void @wrssq(i64 %a0, ptr %a1) nounwind {
  call void @llvm.x86.wrssq(i64 %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}wrussd: {{ *}}# @{{.*}}
; CHECK-NEXT: wrussd %edi, (%rsi)
; CHECK-NEXT: ret
define void @wrussd(i32 %a0, ptr %a1) nounwind {
  call void @llvm.x86.wrussd(i32 %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}wrussq: {{ *}}# @{{.*}}
; CHECK-NEXT: wrussq %rdi, (%rsi)
; CHECK-NEXT: ret
define void @wrussq(i64 %a0, ptr %a1) nounwind {
  call void @llvm.x86.wrussq(i64 %a0, ptr %a1)
  ret void
}

; CHECK-LABEL: {{^}}incsspq: {{ *}}# @{{.*}}
; CHECK-NEXT: incsspq %rdi
; CHECK-NEXT: ret
define void @incsspq(i64 %a0) nounwind {
  call void @llvm.x86.incsspq(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}incsspd: {{ *}}# @{{.*}}
; CHECK-NEXT: incsspd %edi
; CHECK-NEXT: ret
define void @incsspd(i32 %a0) nounwind {
  call void @llvm.x86.incsspd(i32 %a0)
  ret void
}

; CHECK-LABEL: {{^}}saveprevssp: {{ *}}# @{{.*}}
; CHECK-NEXT: saveprevssp
; CHECK-NEXT: ret
define void @saveprevssp() nounwind {
  call void @llvm.x86.saveprevssp()
  ret void
}

; CHECK-LABEL: {{^}}rstorssp: {{ *}}# @{{.*}}
; CHECK-NEXT: rstorssp (%rdi)
; CHECK-NEXT: ret
define void @rstorssp(ptr %a0) nounwind {
  call void @llvm.x86.rstorssp(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}setssbsy: {{ *}}# @{{.*}}
; CHECK-NEXT: setssbsy
; CHECK-NEXT: ret
define void @setssbsy() nounwind {
  call void @llvm.x86.setssbsy()
  ret void
}

; CHECK-LABEL: {{^}}clrssbsy: {{ *}}# @{{.*}}
; CHECK-NEXT: clrssbsy (%rdi)
; CHECK-NEXT: ret
define void @clrssbsy(ptr %a0) nounwind {
  call void @llvm.x86.clrssbsy(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}rdsspd: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: rdsspd %eax
; CHECK-NEXT: ret
define i32 @rdsspd(i32 %a0) nounwind {
  %r = call i32 @llvm.x86.rdsspd(i32 %a0)
  ret i32 %r
}

; CHECK-LABEL: {{^}}rdsspq: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: rdsspq %rax
; CHECK-NEXT: ret
define i64 @rdsspq(i64 %a0) nounwind {
  %r = call i64 @llvm.x86.rdsspq(i64 %a0)
  ret i64 %r
}

; CHECK-LABEL: {{^}}umonitor: {{ *}}# @{{.*}}
; CHECK-NEXT: umonitor %rdi
; CHECK-NEXT: ret
define void @umonitor(ptr %a0) nounwind {
  call void @llvm.x86.umonitor(ptr %a0)
  ret void
}

; CHECK-LABEL: {{^}}umwait: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: umwait %edi
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define i8 @umwait(i32 %a0, i32 %a1, i32 %a2) nounwind {
  %r = call i8 @llvm.x86.umwait(i32 %a0, i32 %a1, i32 %a2)
  ret i8 %r
}

; CHECK-LABEL: {{^}}tpause: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: tpause %edi
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define i8 @tpause(i32 %a0, i32 %a1, i32 %a2) nounwind {
  %r = call i8 @llvm.x86.tpause(i32 %a0, i32 %a1, i32 %a2)
  ret i8 %r
}

; CHECK-LABEL: {{^}}enqcmd: {{ *}}# @{{.*}}
; CHECK-NEXT: enqcmd (%rsi), %rdi
; CHECK-NEXT: sete %al
; CHECK-NEXT: ret
define i8 @enqcmd(ptr %a0, ptr %a1) nounwind {
  %r = call i8 @llvm.x86.enqcmd(ptr %a0, ptr %a1)
  ret i8 %r
}

; CHECK-LABEL: {{^}}enqcmds: {{ *}}# @{{.*}}
; CHECK-NEXT: enqcmds (%rsi), %rdi
; CHECK-NEXT: sete %al
; CHECK-NEXT: ret
define i8 @enqcmds(ptr %a0, ptr %a1) nounwind {
  %r = call i8 @llvm.x86.enqcmds(ptr %a0, ptr %a1)
  ret i8 %r
}

; CHECK-LABEL: {{^}}xsusldtrk: {{ *}}# @{{.*}}
; CHECK-NEXT: xsusldtrk
; CHECK-NEXT: ret
define void @xsusldtrk() nounwind {
  call void @llvm.x86.xsusldtrk()
  ret void
}

; CHECK-LABEL: {{^}}xresldtrk: {{ *}}# @{{.*}}
; CHECK-NEXT: xresldtrk
; CHECK-NEXT: ret
define void @xresldtrk() nounwind {
  call void @llvm.x86.xresldtrk()
  ret void
}

; CHECK-LABEL: {{^}}ptwrite32: {{ *}}# @{{.*}}
; CHECK-NEXT: ptwritel %edi
; CHECK-NEXT: ret
define void @ptwrite32(i32 %a0) nounwind {
  call void @llvm.x86.ptwrite32(i32 %a0)
  ret void
}

; CHECK-LABEL: {{^}}ptwrite64: {{ *}}# @{{.*}}
; CHECK-NEXT: ptwriteq %rdi
; CHECK-NEXT: ret
define void @ptwrite64(i64 %a0) nounwind {
  call void @llvm.x86.ptwrite64(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}wrpkru: {{ *}}# @{{.*}}
; CHECK-NEXT: xorl %ecx, %ecx
; CHECK-NEXT: xorl %edx, %edx
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: wrpkru
; CHECK-NEXT: ret
define void @wrpkru(i32 %a0) nounwind {
  call void @llvm.x86.wrpkru(i32 %a0)
  ret void
}

; CHECK-LABEL: {{^}}rdpkru: {{ *}}# @{{.*}}
; CHECK-NEXT: xorl %ecx, %ecx
; CHECK-NEXT: rdpkru
; CHECK-NEXT: ret
define i32 @rdpkru() nounwind {
  %r = call i32 @llvm.x86.rdpkru()
  ret i32 %r
}

; CHECK-LABEL: {{^}}clui: {{ *}}# @{{.*}}
; CHECK-NEXT: clui
; CHECK-NEXT: ret
define void @clui() nounwind {
  call void @llvm.x86.clui()
  ret void
}

; CHECK-LABEL: {{^}}stui: {{ *}}# @{{.*}}
; CHECK-NEXT: stui
; CHECK-NEXT: ret
define void @stui() nounwind {
  call void @llvm.x86.stui()
  ret void
}

; CHECK-LABEL: {{^}}senduipi: {{ *}}# @{{.*}}
; CHECK-NEXT: senduipi %rdi
; CHECK-NEXT: ret
define void @senduipi(i64 %a0) nounwind {
  call void @llvm.x86.senduipi(i64 %a0)
  ret void
}

; CHECK-LABEL: {{^}}testui: {{ *}}# @{{.*}}
; CHECK-NEXT: testui
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define i8 @testui() nounwind {
  %r = call i8 @llvm.x86.testui()
  ret i8 %r
}

; CHECK-LABEL: {{^}}rdpru: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: rdpru
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: shlq $32, %rcx
; CHECK-NEXT: orq %rax, %rcx
; CHECK-NEXT: movq %rcx, %rax
; CHECK-NEXT: ret
define i64 @rdpru(i32 %a0) nounwind {
  %r = call i64 @llvm.x86.rdpru(i32 %a0)
  ret i64 %r
}

; CHECK-LABEL: {{^}}aadd32: {{ *}}# @{{.*}}
; CHECK-NEXT: aadd %esi, (%rdi)
; CHECK-NEXT: ret
define void @aadd32(ptr %a0, i32 %a1) nounwind {
  call void @llvm.x86.aadd32(ptr %a0, i32 %a1)
  ret void
}

; CHECK-LABEL: {{^}}aand64: {{ *}}# @{{.*}}
; CHECK-NEXT: aand %rsi, (%rdi)
; CHECK-NEXT: ret
define void @aand64(ptr %a0, i64 %a1) nounwind {
  call void @llvm.x86.aand64(ptr %a0, i64 %a1)
  ret void
}

; CHECK-LABEL: {{^}}aor32: {{ *}}# @{{.*}}
; CHECK-NEXT: aor %esi, (%rdi)
; CHECK-NEXT: ret
define void @aor32(ptr %a0, i32 %a1) nounwind {
  call void @llvm.x86.aor32(ptr %a0, i32 %a1)
  ret void
}

; CHECK-LABEL: {{^}}axor64: {{ *}}# @{{.*}}
; CHECK-NEXT: axor %rsi, (%rdi)
; CHECK-NEXT: ret
define void @axor64(ptr %a0, i64 %a1) nounwind {
  call void @llvm.x86.axor64(ptr %a0, i64 %a1)
  ret void
}

; CHECK-LABEL: {{^}}rdtsc: {{ *}}# @{{.*}}
; CHECK-NEXT: rdtsc
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: shlq $32, %rcx
; CHECK-NEXT: orq %rax, %rcx
; CHECK-NEXT: movq %rcx, %rax
; CHECK-NEXT: ret
define i64 @rdtsc() nounwind {
  %r = call i64 @llvm.x86.rdtsc()
  ret i64 %r
}

declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
declare void @llvm.x86.sse2.clflush(ptr)
declare void @llvm.x86.sse.sfence()
declare void @llvm.x86.sse2.lfence()
declare void @llvm.x86.sse2.mfence()
declare void @llvm.x86.sse2.pause()
declare void @llvm.x86.xabort(i8 immarg)
declare void @llvm.x86.xsetbv(i32, i32, i32)
declare i64 @llvm.x86.xgetbv(i32)
declare { i64, i32 } @llvm.x86.rdtscp()
declare i64 @llvm.x86.rdpmc(i32)
declare i32 @llvm.x86.rdpid()
declare i64 @llvm.x86.flags.read.u64()
declare void @llvm.x86.flags.write.u64(i64)
declare { i16, i32 } @llvm.x86.rdrand.16()
declare { i32, i32 } @llvm.x86.rdrand.32()
declare { i64, i32 } @llvm.x86.rdrand.64()
declare { i16, i32 } @llvm.x86.rdseed.16()
declare { i32, i32 } @llvm.x86.rdseed.32()
declare { i64, i32 } @llvm.x86.rdseed.64()
declare void @llvm.x86.clflushopt(ptr)
declare void @llvm.x86.clwb(ptr)
declare void @llvm.x86.cldemote(ptr)
declare void @llvm.x86.clzero(ptr)
declare void @llvm.x86.serialize()
declare void @llvm.x86.sse3.monitor(ptr, i32, i32)
declare void @llvm.x86.sse3.mwait(i32, i32)
declare void @llvm.x86.monitorx(ptr, i32, i32)
declare void @llvm.x86.mwaitx(i32, i32, i32)
declare i32 @llvm.x86.xbegin()
declare void @llvm.x86.xend()
declare i32 @llvm.x86.xtest()
declare void @llvm.x86.fxsave(ptr)
declare void @llvm.x86.fxsave64(ptr)
declare void @llvm.x86.fxrstor(ptr)
declare void @llvm.x86.fxrstor64(ptr)
declare void @llvm.x86.xsave(ptr, i32, i32)
declare void @llvm.x86.xsave64(ptr, i32, i32)
declare void @llvm.x86.xsaveopt(ptr, i32, i32)
declare void @llvm.x86.xsaveopt64(ptr, i32, i32)
declare void @llvm.x86.xsavec(ptr, i32, i32)
declare void @llvm.x86.xsavec64(ptr, i32, i32)
declare void @llvm.x86.xsaves(ptr, i32, i32)
declare void @llvm.x86.xsaves64(ptr, i32, i32)
declare void @llvm.x86.xrstor(ptr, i32, i32)
declare void @llvm.x86.xrstor64(ptr, i32, i32)
declare void @llvm.x86.xrstors(ptr, i32, i32)
declare void @llvm.x86.xrstors64(ptr, i32, i32)
declare void @llvm.x86.wrfsbase.32(i32)
declare void @llvm.x86.wrfsbase.64(i64)
declare void @llvm.x86.wrgsbase.32(i32)
declare void @llvm.x86.wrgsbase.64(i64)
declare i32 @llvm.x86.rdfsbase.32()
declare i64 @llvm.x86.rdfsbase.64()
declare i32 @llvm.x86.rdgsbase.32()
declare i64 @llvm.x86.rdgsbase.64()
declare void @llvm.x86.wbinvd()
declare void @llvm.x86.wbnoinvd()
declare void @llvm.x86.invpcid(i32, ptr)
declare void @llvm.x86.directstore32(ptr, i32)
declare void @llvm.x86.directstore64(ptr, i64)
declare void @llvm.x86.movdir64b(ptr, ptr)
declare void @llvm.x86.wrssd(i32, ptr)
declare void @llvm.x86.wrssq(i64, ptr)
declare void @llvm.x86.wrussd(i32, ptr)
declare void @llvm.x86.wrussq(i64, ptr)
declare void @llvm.x86.incsspq(i64)
declare void @llvm.x86.incsspd(i32)
declare void @llvm.x86.saveprevssp()
declare void @llvm.x86.rstorssp(ptr)
declare void @llvm.x86.setssbsy()
declare void @llvm.x86.clrssbsy(ptr)
declare i32 @llvm.x86.rdsspd(i32)
declare i64 @llvm.x86.rdsspq(i64)
declare void @llvm.x86.umonitor(ptr)
declare i8 @llvm.x86.umwait(i32, i32, i32)
declare i8 @llvm.x86.tpause(i32, i32, i32)
declare i8 @llvm.x86.enqcmd(ptr, ptr)
declare i8 @llvm.x86.enqcmds(ptr, ptr)
declare void @llvm.x86.xsusldtrk()
declare void @llvm.x86.xresldtrk()
declare void @llvm.x86.ptwrite32(i32)
declare void @llvm.x86.ptwrite64(i64)
declare void @llvm.x86.wrpkru(i32)
declare i32 @llvm.x86.rdpkru()
declare void @llvm.x86.clui()
declare void @llvm.x86.stui()
declare void @llvm.x86.senduipi(i64)
declare i8 @llvm.x86.testui()
declare i64 @llvm.x86.rdpru(i32)
declare void @llvm.x86.aadd32(ptr, i32)
declare void @llvm.x86.aand64(ptr, i64)
declare void @llvm.x86.aor32(ptr, i32)
declare void @llvm.x86.axor64(ptr, i64)
declare i64 @llvm.x86.rdtsc()
