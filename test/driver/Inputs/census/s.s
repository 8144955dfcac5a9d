.globl g
g: ret
