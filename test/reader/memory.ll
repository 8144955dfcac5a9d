; Loads, stores, atomics, allocas and address arithmetic; an alignment that is not written follows from the type.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

%s = type { i32, [4 x i64], <2 x ptr> }
; CHECK-LABEL: define void @plain
define void @plain(ptr %p, i64 %n) {
; CHECK-NEXT: alloca i32, align 4
  %1 = alloca i32
; CHECK-NEXT: alloca i8, i64 %n, align 64
  %2 = alloca i8, i64 %n, align 64
; CHECK-NEXT: alloca x86_fp80, align 16
  %3 = alloca x86_fp80
; CHECK-NEXT: alloca inalloca %s, align 16
  %4 = alloca inalloca %s, align 16
; CHECK-NEXT: load i64, ptr %p, align 8
  %5 = load i64, ptr %p
; CHECK-NEXT: load volatile i64, ptr %p, align 1
  %6 = load volatile i64, ptr %p, align 1
; CHECK-NEXT: store i24 7, ptr %p, align 4
  store i24 7, ptr %p
; CHECK-NEXT: store volatile ptr null, ptr %p, align 2
  store volatile ptr null, ptr %p, align 2, !nontemporal !0
; CHECK-NEXT: getelementptr inbounds %s, ptr %p, i64 0, i32 1, i64 %n
  %7 = getelementptr inbounds %s, ptr %p, i64 0, i32 1, i64 %n
; CHECK-NEXT: getelementptr i8, ptr %p, i64 -1
  %8 = getelementptr i8, ptr %p, i64 -1
; CHECK-NEXT: getelementptr %s, ptr %p, <2 x i64> <i64 0, i64 1>, i32 0
  %9 = getelementptr %s, ptr %p, <2 x i64> <i64 0, i64 1>, i32 0
; CHECK-NEXT: getelementptr nusw nuw i8, ptr %p, i64 %n
  %10 = getelementptr nusw nuw i8, ptr %p, i64 %n
  ret void
}
; CHECK-LABEL: define void @atomic
define void @atomic(ptr %p, i32 %v, float %f) {
; CHECK-NEXT: load atomic i32, ptr %p acquire, align 4
  %1 = load atomic i32, ptr %p acquire, align 4
; CHECK-NEXT: load atomic volatile i32, ptr %p syncscope("singlethread") unordered, align 4
  %2 = load atomic volatile i32, ptr %p syncscope("singlethread") unordered, align 4
; CHECK-NEXT: store atomic i32 %v, ptr %p seq_cst, align 4
  store atomic i32 %v, ptr %p seq_cst, align 4
; CHECK-NEXT: fence release
  fence release
; CHECK-NEXT: fence syncscope("singlethread") seq_cst
  fence syncscope("singlethread") seq_cst
; CHECK-NEXT: cmpxchg weak volatile ptr %p, i32 0, i32 %v acq_rel monotonic, align 4
  %3 = cmpxchg weak volatile ptr %p, i32 0, i32 %v acq_rel monotonic
; CHECK-NEXT: cmpxchg ptr %p, ptr null, ptr %p seq_cst seq_cst, align 8
  %4 = cmpxchg ptr %p, ptr null, ptr %p seq_cst seq_cst, align 8
; CHECK-NEXT: atomicrmw add ptr %p, i32 %v monotonic, align 4
  %5 = atomicrmw add ptr %p, i32 %v monotonic
; CHECK-NEXT: atomicrmw volatile nand ptr %p, i128 1 seq_cst, align 16
  %6 = atomicrmw volatile nand ptr %p, i128 1 seq_cst
; CHECK-NEXT: atomicrmw fadd ptr %p, float %f release, align 4
  %7 = atomicrmw fadd ptr %p, float %f release, align 4
; CHECK-NEXT: atomicrmw xchg ptr %p, ptr %p acquire, align 8
  %8 = atomicrmw xchg ptr %p, ptr %p acquire, align 8
; CHECK-NEXT: atomicrmw uinc_wrap ptr %p, i32 4 acquire, align 4
  %9 = atomicrmw uinc_wrap ptr %p, i32 4 acquire, align 4
  ret void
}
!0 = !{i32 1}
