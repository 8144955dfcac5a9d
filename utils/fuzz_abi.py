#!/usr/bin/env python3
"""Random function signatures: does a caller by one compiler agree with a callee by the other?

  utils/fuzz_abi.py [--cc lathe] [--other gcc] [--opt=-O0,-O2] [--count 50] [--seed 1] [--keep DIR] [--win64]

Each round makes a caller and a callee file with several functions: scalars of every width, structures and unions by
value, arrays in them, long double, _Complex, __int128, pointers, variable arguments, results of all kinds. The caller
passes known bytes and checks what comes back; the callee checks what it gets. With --win64 most functions have
__attribute__((ms_abi)), and the others keep values across calls of those. Both mixes are linked and run. The last
line is "N passed, N failed, N skipped"."""

import argparse
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile

import differential

scalars = ["signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long",
           "float", "double", "long double", "__int128", "void *", "_Bool", "_Complex float", "_Complex double"]
promoted = ["int", "unsigned", "long", "unsigned long", "double", "long double", "void *", "_Complex double"]


class Round:
    def __init__(self, seed, win64=False, same_rules=False):
        self.same_rules = same_rules
        self.random = random.Random(seed)
        self.win64 = win64
        self.types = []  # declarations
        self.fields = {}  # struct name -> list of (field path, scalar type)
        self.header, self.caller, self.callee = [], [], []
        for i in range(8):
            self.make_struct(i)
        for i in range(12):
            self.make_function(i)

    def make_struct(self, number):
        r, name = self.random, f"struct S{number}"
        lines, fields = [], []
        for i in range(r.choice([1, 1, 2, 2, 3, 4, 5, 7])):
            kind = r.random()
            if kind < 0.15 and self.fields:
                inner = r.choice(sorted(self.fields))
                lines.append(f"  {inner} f{i};")
                fields += [(f"f{i}.{path}", t) for path, t in self.fields[inner]]
            elif kind < 0.3:
                t, n = r.choice(scalars), r.choice([1, 2, 3, 5])
                lines.append(f"  {t} f{i}[{n}];")
                fields += [(f"f{i}[{k}]", t) for k in range(n)]
            else:
                t = r.choice(scalars)
                lines.append(f"  {t} f{i};")
                fields.append((f"f{i}", t))
        # Packed structures only with clang on both sides: there gcc and clang themselves disagree.
        packed = " __attribute__((packed))" if self.same_rules and r.random() < 0.2 else ""
        self.header.append(f"{name} {{\n" + "\n".join(lines) + f"\n}}{packed};")
        self.fields[name] = fields

    def pick_type(self, win64=False):
        r = self.random
        return r.choice(sorted(self.fields)) if r.random() < 0.4 else r.choice([t for t in scalars if not win64 or is_small(t)])

    def literal(self, t):
        r = self.random
        if t == "_Bool":
            return str(r.randrange(2))
        if t == "void *":
            return f"(void *){r.getrandbits(47):#x}UL"
        if t == "__int128":
            return f"((__int128){r.getrandbits(63)}L << 64 | {r.getrandbits(63)}L)"
        if "Complex" in t:
            return f"({r.randrange(-99, 99)}.5 + {r.randrange(-99, 99)}.25 * 1.0i)"
        if t in ("float", "double", "long double"):
            return f"{r.randrange(-9999, 9999)}.{r.choice(['5', '25', '0', '125'])}"
        return f"({t}){r.getrandbits(31)}" if t.endswith(("char", "short", "int", "unsigned")) else f"({t}){r.getrandbits(62)}L"

    def value(self, t):
        """(lines that set `NAME`, lines that check it)"""
        if t in self.fields:
            pairs = [(path, self.literal(ft)) for path, ft in self.fields[t]]
            return ([f"NAME.{path} = {literal};" for path, literal in pairs],
                    [f"if (NAME.{path} != {literal_of(ft, literal)}) fail(__LINE__);" for (path, ft), (_, literal) in zip(self.fields[t], pairs)])
        literal = self.literal(t)
        return [f"NAME = {literal};"], [f"if (NAME != {literal_of(t, literal)}) fail(__LINE__);"]

    def make_function(self, number):
        r = self.random
        win64 = self.win64 and r.random() < 0.7
        result = self.pick_type(win64) if r.random() < 0.85 else "void"
        # No plain __int128: with one register left, clang and gcc disagree about the parameters behind it. We do as gcc.
        named = [self.pick_type(win64) for _ in range(r.choice([0, 1, 2, 3, 4, 6, 8, 10]))]
        named = [t if t != "__int128" else "long" for t in named]
        variable = []
        if named and r.random() < 0.3:
            variable = [r.choice(sorted(self.fields)) if r.random() < 0.3 and not win64 else r.choice([t for t in promoted if not win64 or is_small(t)])
                        for _ in range(r.choice([0, 1, 3, 6, 9]))]
        is_variadic = bool(variable)
        parameters = ", ".join(f"{t} a{i}" for i, t in enumerate(named)) or "void"
        attribute, ms = ("__attribute__((ms_abi)) ", "ms_") if win64 else ("", "")
        prototype = f"{attribute}{result} f{number}({parameters}{', ...' if is_variadic else ''})"
        self.header.append(prototype + ";")
        caller, callee = [f"static void call{number}(void) {{"], [prototype + " {"]
        if is_variadic:
            callee.append(f"  __builtin_{ms}va_list list, copy; __builtin_{ms}va_start(list, a{len(named) - 1}); __builtin_{ms}va_copy(copy, list);")
        for i, t in enumerate(named + variable):
            set_it, check_it = self.value(t)
            caller.append(f"  {t} a{i}; " + " ".join(line.replace("NAME", f"a{i}") for line in set_it))
            if i >= len(named):
                callee.append(f"  {t} a{i} = __builtin_va_arg(list, {t});")
            callee += ["  " + line.replace("NAME", f"a{i}") for line in check_it]
        call = f"f{number}({', '.join(f'a{i}' for i in range(len(named + variable)))})"
        if is_variadic:
            callee.append(f"  {variable[0]} again = __builtin_va_arg(copy, {variable[0]}); (void)again; __builtin_{ms}va_end(list); __builtin_{ms}va_end(copy);")
        if result == "void":
            caller.append(f"  {call};")
        else:
            set_it, check_it = self.value(result)
            caller.append(f"  {result} back = {call};")
            caller += ["  " + line.replace("NAME", "back") for line in check_it]
            callee.append(f"  {result} result; " + " ".join(line.replace("NAME", "result") for line in set_it))
            callee.append("  return result;")
        self.caller += caller + ["}"]
        self.callee += callee + ["}"]

    def write(self, folder):
        common = "#include <stdio.h>\n#include <stdlib.h>\nvoid fail(int line);\n" + "\n".join(self.header) + "\n"
        with open(folder + "/caller.c", "w") as f:
            f.write(common + "static int failures;\nvoid fail(int line) { printf(\"line %d\\n\", line); failures++; }\n" +
                    "\n".join(self.caller) + "\nint main(void) {\n" + "".join(f"  call{i}();\n" for i in range(12)) +
                    "  return failures != 0;\n}\n")
        with open(folder + "/callee.c", "w") as f:
            f.write(common + "\n".join(self.callee) + "\n")


def is_small(t):
    """Passed as it stands by the Windows convention: nothing wider than 8 bytes is, and clang and gcc disagree there."""
    return t not in ("long double", "__int128") and "Complex" not in t


def literal_of(t, literal):
    """What the stored value compares equal to: narrow types have wrapped."""
    return f"({t})({literal})"


def run(command, folder, limit=60):
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit, text=True, errors="replace")
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return "timeout", ""


def one(seed, args):
    folder = tempfile.mkdtemp(prefix="lathe-abi-")
    results = []
    try:
        Round(seed, args.win64, "clang" in args.other).write(folder)
        flags = ["-w", "-c"]
        for file in ("caller", "callee"):
            status, text = run([args.other] + flags + ["-O1", f"{file}.c", "-o", f"{file}-other.o"], folder)
            if status != 0:
                return seed, [("", "the other compiler: " + text[-200:])]
        for opt in args.opt.split(","):
            for file, partner in (("caller", "callee"), ("callee", "caller")):
                status, text = run(args.cc.split() + flags + [opt, f"{file}.c", "-o", f"{file}-ours.o"], folder)
                if status == 0:
                    status, text = run([args.other, f"{file}-ours.o", f"{partner}-other.o", "-o", "t"], folder)
                if status == 0:
                    status, text = run(["./t"], folder, 10)
                results.append((f"{opt} {file}", "" if status == 0 else f"{status} {text.strip()[-200:]}"))
                if status != 0 and args.keep:
                    shutil.copytree(folder, os.path.join(args.keep, f"abi-{seed}"), dirs_exist_ok=True)
        return seed, results
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cc", default="lathe")
    parser.add_argument("--other", default="gcc")
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--win64", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default="")
    args = parser.parse_args()
    seeds = range(args.seed, args.seed + args.count)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return differential.count(pool.map(lambda seed: one(seed, args), seeds), len(seeds), "programs")


if __name__ == "__main__":
    sys.exit(main())
