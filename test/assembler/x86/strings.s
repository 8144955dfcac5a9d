# Comment characters and separators mean nothing inside strings.
# RUN: %as %s -o %t.o && %readobj -p .data %t.o | FileCheck %s
.data
.asciz "/* x # ; */"            # CHECK: /* x # ; */
.ascii "tab\011end\0" /* a comment */ ; .string "second" # CHECK: tab.end
# CHECK: second
