#.daa
.asciz "Ü\