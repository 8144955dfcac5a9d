# A relocation operator stands only in a field that has a relocation for it.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
movb $x@GOTPCREL, %al
# CHECK: :[[#@LINE-1]]: error: there is no relocation for `@GOTPCREL' in a field of 1 byte
.byte x@PLT
# CHECK: :[[#@LINE-1]]: error: there is no relocation for `@PLT' in a field of 1 byte
.word x@GOTOFF
# CHECK: :[[#@LINE-1]]: error: there is no relocation for `@GOTOFF' in a field of 2 bytes
.quad x@tlsgd
# CHECK: :[[#@LINE-1]]: error: there is no relocation for `@TLSGD' in a field of 8 bytes
