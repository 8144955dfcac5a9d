#!/usr/bin/env python3
"""Time against size: inputs that double until an algorithm that is not linear shows.

  utils/scale.py [--only switch,args,...] [--limit 2.8] [--steps 3] [--lathe PATH]

Each shape is compiled at three sizes, each twice the one before; a shape fails when the last doubling costs more than
--limit times (after the time of an empty input is taken off), or when it fails to compile. The last line is "N passed,
N failed, N skipped"."""

import argparse
import os
import subprocess
import sys
import tempfile
import time


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


shapes = {"instructions": (instructions, 25000), "live": (live, 5000), "blocks": (blocks, 5000), "switch": (switch, 25000),
          "arguments": (arguments, 2500), "functions": (functions, 5000), "globals": (globals_, 25000), "phis": (phis, 1000),
          "allocas": (allocas, 5000)}


def seconds(args, level, lines, folder):
    path = os.path.join(folder, "in.ll")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    best = None
    for _ in range(2):
        start = time.perf_counter()
        try:
            done = subprocess.run([args.lathe, level, "-c", path, "-o", "/dev/null"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            return None, "more than 120 s"
        if done.returncode != 0:
            return None, done.stdout.strip()[:200]
        elapsed = time.perf_counter() - start
        best = elapsed if best is None or elapsed < best else best
    return best, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(shapes))
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--limit", type=float, default=2.8)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--lathe", default="lathe")
    args = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for level in args.opt.split(","):
            empty, why = seconds(args, level, [""], folder)
            if empty is None:
                print(f"an empty module fails: {why}\n0 passed, 1 failed, 0 skipped")
                return 1
            for name in args.only.split(","):
                make, size = shapes[name]
                times = []
                for step in range(args.steps):
                    elapsed, why = seconds(args, level, make(size << step), folder)
                    if elapsed is None:
                        break
                    times.append(elapsed - empty)
                growth = times[-1] / max(times[-2], 1e-3) if len(times) > 1 else 0
                # Below 50 ms the ratio says nothing.
                ok = len(times) == args.steps and (growth <= args.limit or times[-1] < 0.05)
                passed += ok
                failed += not ok
                print(f"{level} {name:13} {size:6} x 1, 2, 4: {'  '.join(f'{t:7.3f}' for t in times)} s  growth {growth:4.1f}"
                      + ("" if ok else f"  FAILED {why}"), flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
