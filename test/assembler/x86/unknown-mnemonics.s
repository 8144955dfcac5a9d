# A mnemonic is known whole or not at all: no prefix or suffix of one is taken for it.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
crc32d %eax, %ebx
# CHECK: :[[#@LINE-1]]: error: no such instruction: `crc32d %eax, %ebx'
addd %eax, %ebx
# CHECK: :[[#@LINE-1]]: error: no such instruction: `addd %eax, %ebx'
jzz foo
# CHECK: :[[#@LINE-1]]: error: no such instruction: `jzz foo'
movzxbl %al, %eax
# CHECK: :[[#@LINE-1]]: error: no such instruction: `movzxbl %al, %eax'
setzb2 %al
# CHECK: :[[#@LINE-1]]: error: no such instruction: `setzb2 %al'
cmovxx %eax, %ebx
# CHECK: :[[#@LINE-1]]: error: no such instruction: `cmovxx %eax, %ebx'
