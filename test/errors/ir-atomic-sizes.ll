; Atomic accesses are of 1, 2, 4, ... whole bytes.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
define void @f(ptr %p) {
  %a = load atomic i24, ptr %p seq_cst, align 4
  store atomic i1 1, ptr %p seq_cst, align 1
  %b = load atomic x86_fp80, ptr %p seq_cst, align 16
  %c = atomicrmw add ptr %p, i12 1 seq_cst
  %d = cmpxchg ptr %p, i24 0, i24 1 seq_cst seq_cst
  %e = load atomic i128, ptr %p seq_cst, align 16
  %g = load atomic ptr, ptr %p seq_cst, align 8
  ret void
}
; CHECK: {{.*}}:4:8: error: this load works on 1, 2, 4, 8, ... whole bytes when it is atomic, not on i24
; CHECK: {{.*}}:5:3: error: this store works on 1, 2, 4, 8, ... whole bytes when it is atomic, not on i1
; CHECK: {{.*}}:6:8: error: this load works on 1, 2, 4, 8, ... whole bytes when it is atomic, not on x86_fp80
; CHECK: {{.*}}:7:8: error: this atomicrmw works on 1, 2, 4, 8, ... whole bytes when it is atomic, not on i12
; CHECK: {{.*}}:8:8: error: this cmpxchg works on 1, 2, 4, 8, ... whole bytes when it is atomic, not on i24
