#!/usr/bin/env python3
"""Time and memory against size: each shape at its size and at a tenth of it, at -O0 and -O2.

  utils/scale.py [--only switch,args,...] [--opt=-O0,-O2] [--limit 20] [--lathe PATH]

A shape fails when ten times the size costs more than --limit times the CPU time, takes more than its bounds of time or
memory, or is refused. Below a fifth of a second the ratio says nothing. The last line is "N passed, N failed,
N skipped"."""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile

import progress


def instructions(n):
    """One block with n dependent instructions."""
    lines = ["define i64 @f(i64 %v0) {"]
    lines += [f"  %v{i + 1} = {('add', 'xor', 'mul')[i % 3]} i64 %v{i}, {i % 97 + 3}" for i in range(n)]
    return lines + [f"  ret i64 %v{n}", "}"]


def live(n):
    """n values alive at once."""
    lines = ["define i64 @f(ptr %p) {"]
    for i in range(n):
        lines += [f"  %a{i} = getelementptr i64, ptr %p, i64 {i}", f"  %v{i} = load volatile i64, ptr %a{i}"]
    lines += ["  %s0 = add i64 0, 0"] + [f"  %s{i + 1} = add i64 %s{i}, %v{i}" for i in range(n)]
    return lines + [f"  ret i64 %s{n}", "}"]


def blocks(n):
    """A chain of n diamonds with a phi each."""
    lines = ["define i64 @f(i64 %v0, i64 %c) {", "  br label %b0"]
    for i in range(n):
        lines += [f"b{i}:", f"  %k{i} = icmp ugt i64 %v{i}, %c", f"  br i1 %k{i}, label %t{i}, label %e{i}",
                  f"t{i}:", f"  %x{i} = add i64 %v{i}, {i}", f"  br label %j{i}", f"e{i}:", f"  %y{i} = xor i64 %v{i}, {i}",
                  f"  br label %j{i}", f"j{i}:", f"  %v{i + 1} = phi i64 [ %x{i}, %t{i} ], [ %y{i}, %e{i} ]", f"  br label %b{i + 1}"]
    return lines + [f"b{n}:", f"  ret i64 %v{n}", "}"]


def switch(n):
    lines = ["define i64 @f(i64 %x) {", "  switch i64 %x, label %d ["]
    lines += [f"    i64 {i * 7}, label %c{i}" for i in range(n)] + ["  ]"]
    for i in range(n):
        lines += [f"c{i}:", f"  ret i64 {i * 3}"]
    return lines + ["d:", "  ret i64 -1", "}"]


def arguments(n):
    a = ", ".join(f"i64 %a{i}" for i in range(n))
    b = ", ".join(f"i64 {i}" for i in range(n))
    return [f"define i64 @g({a}) {{", f"  ret i64 %a{n - 1}", "}", "define i64 @f() {", f"  %r = call i64 @g({b})", "  ret i64 %r", "}"]


def functions(n):
    lines = []
    for i in range(n):
        lines += [f"define i32 @f{i}(i32 %x) {{", f"  %y = mul i32 %x, {i}", f"  %z = call i32 @f{(i + 1) % n}(i32 %y)", "  ret i32 %z", "}"]
    return lines


def globals_(n):
    return [f"@g{i} = global [4 x ptr] [ptr @g{(i + 1) % n}, ptr null, ptr @g{(i * 7) % n}, ptr null]" for i in range(n)]


def phis(n):
    """A loop header with n phis that rotate: one big parallel copy."""
    lines = ["define i64 @f(i64 %n, ptr %p) {", "entry:", "  br label %loop", "loop:", "  %i = phi i64 [ 0, %entry ], [ %j, %loop ]"]
    lines += [f"  %v{i} = phi i64 [ {i}, %entry ], [ %v{(i + 1) % n}, %loop ]" for i in range(n)]
    return lines + ["  %j = add i64 %i, 1", "  %c = icmp ult i64 %j, %n", "  br i1 %c, label %loop, label %out", "out:", "  ret i64 %v0", "}"]


def allocas(n):
    lines = ["declare void @use(ptr)", "define void @f() {"] + [f"  %a{i} = alloca [{i % 5 + 1} x i64]" for i in range(n)]
    return lines + [f"  call void @use(ptr %a{i})" for i in range(n)] + ["  ret void", "}"]


def string(n):
    """One string of n bytes."""
    unit = "all work and no play\\0A\\00"
    return [f"@s = constant [{n // 22 * 22} x i8] c\"" + unit * (n // 22) + '"']


def text_lines(n):
    """Assembly: n lines of instructions, data and labels."""
    lines = []
    for i in range(n // 8):
        lines += [f".Lx{i}:", f"\tmovq {i % 99}(%rdi,%rax,8), %rcx", "\taddq %rcx, %rdx", f"\tjne .Lx{(i * 7) % (n // 8)}",
                  f"\tleaq name{i % 1000}(%rip), %rsi", "\tcall somewhere", "\t.byte 1, 2, 3", "\t.p2align 3"]
    return lines


def macros(n):
    """Assembly: macros that call each other 40 deep, until n lines have come out."""
    lines = [".macro m0 a", "\taddl $\\a, %eax", ".endm"]
    for i in range(1, 41):
        lines += [f".macro m{i} a, b=3", f"\tm{i - 1} \\a+\\b", ".endm"]
    return lines + [f".rept {n // 40}", "\tm40 1", ".endr"]


def sections(n):
    lines = []
    for i in range(n):
        lines += [f'\t.section .text.f{i},"ax",@progbits', f"f{i}:", f"\tcall f{(i + 1) % n}"]
    return lines


def objects(n):
    """Assembly of n objects, which a link takes together: each defines a function and calls the next one's."""
    return [f"\t.globl f{i}\nf{i}:\n\tcall f{(i + 1) % n}\n\tleaq d{i}(%rip), %rax\n\tret\n\t.data\nd{i}:\t.quad f{(i * 7) % n}" for i in range(n)]


# Name: maker, full size, form. Sizes are counted so that the full function has 100,000 instructions, 100,000 blocks,
# 50,000 phis and so on.
shapes = {"instructions": (instructions, 100000, "ll"), "live": (live, 10000, "ll"), "blocks": (blocks, 25000, "ll"),
          "switch": (switch, 100000, "ll"), "arguments": (arguments, 10000, "ll"), "functions": (functions, 100000, "ll"),
          "globals": (globals_, 100000, "ll"), "phis": (phis, 50000, "ll"), "allocas": (allocas, 20000, "ll"),
          "string": (string, 100000000, "ll"), "lines": (text_lines, 1000000, "s"), "macros": (macros, 400000, "s"),
          "sections": (sections, 100000, "s"), "objects": (objects, 10000, "link")}
seconds_limit, memory_limit = 60, 4 << 20  # CPU seconds; KiB


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def prepare(args, level, name, size, folder):
    """The command to be measured."""
    make, _, form = shapes[name]
    lines = make(size)
    if form != "link":
        path = os.path.join(folder, "in." + form)
        write(path, "\n".join(lines) + "\n")
        return [args.lathe, level, "-c", path, "-o", os.path.join(folder, "out.o")]
    paths = []
    for i, text in enumerate(lines):
        paths.append(os.path.join(folder, f"{i}.s"))
        write(paths[-1], text + ("\n\t.text\n\t.globl _start\n_start:\tret\n" if i == 0 else "\n"))
    write(os.path.join(folder, "inputs"), "\n".join(paths))
    write(os.path.join(folder, "objects"), "\n".join(p[:-1] + "o" for p in paths))
    subprocess.run([args.lathe, "-c", "@" + os.path.join(folder, "inputs")], cwd=folder, check=True)
    return [os.path.join(os.path.dirname(args.lathe), "ld.lathe"), "@" + os.path.join(folder, "objects"), "-o", os.path.join(folder, "program")]


def measure(command):
    """(CPU seconds, KiB, what went wrong): the least of three runs, since what else the machine does only adds."""
    runs = [measure_once(command) for _ in range(3)]
    return min(r[0] for r in runs), min(r[1] for r in runs), next((r[2] for r in runs if r[2]), "")


def measure_once(command):
    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds_limit, seconds_limit))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=bound)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    why = "" if status == 0 else text.strip()[:200] or f"status {status:#x}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss, why


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(shapes))
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--limit", type=float, default=20)
    parser.add_argument("--lathe", default="lathe")
    args = parser.parse_args()
    args.lathe = os.path.abspath(shutil.which(args.lathe) or args.lathe)
    passed = failed = 0
    for name in args.only.split(","):
        _, size, form = shapes[name]
        for level in args.opt.split(",") if form == "ll" else [""]:
            times, memory, why = [], 0, ""
            progress.note(f"{name} {level}")
            for n in (size // 10, size):
                with tempfile.TemporaryDirectory(prefix="lathe-scale-") as folder:
                    command = [word for word in prepare(args, level, name, n, folder) if word]
                    elapsed, memory, why = measure(command)
                times.append(elapsed)
                if why:
                    break
            progress.note()
            growth = times[-1] / max(times[0], 0.01)
            if not why and growth > args.limit and times[-1] > 0.2:
                why = "grows too fast"
            if not why and memory > memory_limit:
                why = "takes too much memory"
            passed += not why
            failed += bool(why)
            print(f"{name:12} {level or '-':3} {size:9} / 10, / 1: {'  '.join(f'{t:7.3f}' for t in times)} s  growth {growth:5.1f}"
                  f"  {memory >> 10:5} MiB" + (f"  FAILED {why}" if why else ""), flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
