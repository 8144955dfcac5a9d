; Sums the squares from 1 to 10 and prints the total.
@format = private unnamed_addr constant [26 x i8] c"sum of squares to 10: %d\0A\00"

declare i32 @printf(ptr, ...)

define i32 @sum_of_squares(i32 %n) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 1, %entry ], [ %next, %loop ]
  %total = phi i32 [ 0, %entry ], [ %sum, %loop ]
  %square = mul i32 %i, %i
  %sum = add i32 %total, %square
  %next = add i32 %i, 1
  %more = icmp sle i32 %next, %n
  br i1 %more, label %loop, label %done

done:
  ret i32 %sum
}

define i32 @main() {
  %total = call i32 @sum_of_squares(i32 10)
  %printed = call i32 (ptr, ...) @printf(ptr @format, i32 %total)
  ret i32 0
}
