#!/usr/bin/env python3
"""Makes the seeds of one of the linker's fuzz targets in the present folder: make_link_seeds.py object|archive|shared.
They are small files by the system's tools, in every shape that the linker reads differently."""

import os
import subprocess
import sys

sources = {
    "plain": ".globl foo, bar\nfoo: call bar@plt\nmovq baz@GOTPCREL(%rip), %rax\nbar: ret\n.data\n.quad foo, bar+4\n.comm shared, 8, 8\n",
    "groups": '.section .text.f,"axG",@progbits,f,comdat\n.weak f\nf: ret\n.section .data.f,"awG",@progbits,f,comdat\n.quad f\n',
    "unwind": ".globl foo\nfoo: .cfi_startproc\n.cfi_personality 0x9b, pers\n.cfi_lsda 0x1b, lsda\npush %rbp\n.cfi_def_cfa_offset 16\nret\n.cfi_endproc\n"
              '.section .gcc_except_table,"a"\nlsda: .long 1\n.data\npers: .quad 0\n',
    "tls": '.globl var, foo\n.section .tdata,"awT"\nvar: .long 1\n.text\nfoo: .byte 0x66\nleaq var@tlsgd(%rip), %rdi\n.word 0x6666\nrex64\n'
           "call __tls_get_addr@plt\nmovq var@gottpoff(%rip), %rax\nleaq var@tlsdesc(%rip), %rax\ncall *var@tlscall(%rax)\n",
    "merge": '.section .rodata.str1.1,"aMS",@progbits,1\na: .string "one"\n.string "two"\n.section .rodata.cst8,"aM",@progbits,8\n.quad 5, 6\n.text\nleaq a(%rip), %rax\n',
    "ifunc": ".globl choose\n.type choose, @gnu_indirect_function\nchoose: ret\n.globl bar\nbar: call choose\n.data\n.quad choose\n",
    "notes": '.section .note.gnu.property,"a"\n.align 8\n.long 4, 16, 5\n.string "GNU"\n.long 0xc0000002, 4, 3, 0\n.section .init_array,"aw"\n.quad f\n.text\nf: ret\n'
             '.section .gnu.warning.f\n.string "careful"\n.section .ctors.5,"aw"\n.quad f\n',
    "versions": ".globl v1, v2\n.symver v1, bar@V1\n.symver v2, bar@@V2\n.type v1, @function\n.type v2, @function\nv1: v2: ret\n.globl baz\n"
                ".type baz, @object\n.size baz, 8\n.data\n.balign 8\nbaz: .quad 1\n",
}


def run(*command, text=None):
    subprocess.run(command, input=text, text=True, check=True)


def assemble(name, *options):
    run("as", *options, "-o", name + ".o", "-", text=sources[name])
    return name + ".o"


def with_choices(name):
    """The last byte chooses how the file is linked."""
    with open(name, "rb") as f:
        data = f.read()
    for choice in range(0, 32, 3):
        with open(f"{name}.{choice}", "wb") as f:
            f.write(data + bytes([choice]))


def main():
    kind = sys.argv[1]
    made = []
    objects = [assemble(name) for name in sources]
    if kind == "object":
        run("as", "--gdwarf-5", f"--debug-prefix-map={os.getcwd()}=/seeds", "--compress-debug-sections=zlib", "-o", "debug.o",
            "-", text=sources["plain"])
        made = objects + ["debug.o"]
    elif kind == "archive":
        for name in ("plain", "versions", "unwind"):
            run("ar", "rcs", name + ".a", name + ".o")
            made.append(name + ".a")
        run("cp", "plain.o", "m.o")
        run("ar", "rcsT", "thin.a", "m.o")
        run("ar", "rcS", "bare.a", "plain.o", "versions.o")
        run("cp", "plain.o", "a-very-long-name-of-a-member.o")
        run("ar", "rcs", "long.a", "a-very-long-name-of-a-member.o", "tls.o")
        made += ["thin.a", "bare.a", "long.a"]
    elif kind == "shared":
        with open("v.map", "w") as f:
            f.write("V1 { bar; }; V2 { bar; } V1;\n")
        run("ld", "-shared", "-soname", "libv.so", "--version-script=v.map", "versions.o", "-o", "versions.so")
        run("ld", "-shared", "--hash-style=gnu", "-z", "now", "plain.o", "-o", "plain.so")
        run("ld", "-shared", "tls.o", "-o", "tls.so")
        made = ["versions.so", "plain.so", "tls.so"]
    for name in made:
        with_choices(name)
    run("sh", "-c", "rm -f *.o *.a *.so *.map")


main()
