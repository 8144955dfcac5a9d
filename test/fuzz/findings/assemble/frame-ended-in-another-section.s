.cfi_startproc
.data
jp t
.cfi_endproc
