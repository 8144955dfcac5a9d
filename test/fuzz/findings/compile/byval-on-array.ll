define void @f([2 x i8] byval([2 x i8]) %a) {
  call void @f([2 x i8] byval([2 x i8]) %a)
  ret void
}
