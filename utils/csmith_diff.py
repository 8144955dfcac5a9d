#!/usr/bin/env python3
"""Random programs: Lathe's checksum against clang's and gcc's.

  utils/csmith_diff.py [--cc lathe] [--opt=-O0,-O2] [--seeds 1-50] [--keep DIR]

A seed counts where both references agree in time; the others are left out. The last line is
"N passed, N failed, N skipped", one test a seed and level; failing programs are kept in --keep."""

import argparse
import concurrent.futures
import glob
import os
import shutil
import subprocess
import sys
import tempfile

import differential

shapes = [[], ["--no-bitfields"], ["--float"], ["--max-funcs", "6"], ["--no-packed-struct", "--max-block-depth", "3"]]
includes = sorted(glob.glob("/usr/include/csmith*"))[:1] + ["/usr/include"]


def run(command, limit):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit)
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "timeout", "", ""


def build_and_run(cc, source, program, limit):
    status, _, errors = run(cc + ["-w", "-I" + includes[0], "-o", program, source, "-lm"], 120)
    if status != 0:
        return "compile", errors.strip()[-300:]
    status, output, _ = run([program], limit)
    return status, output


def one(seed, args):
    folder = tempfile.mkdtemp(prefix="lathe-csmith-")
    try:
        source = os.path.join(folder, f"seed-{seed}.c")
        status, text, _ = run(["csmith", "--seed", str(seed)] + shapes[seed % len(shapes)], 30)
        if status != 0:
            return seed, []
        with open(source, "w") as f:
            f.write(text)
        first = build_and_run([args.clang, "-O1"], source, folder + "/clang", 5)
        if first[0] != 0 or build_and_run([args.gcc, "-O2"], source, folder + "/gcc", 5) != first:
            return seed, []
        results = []
        for opt in args.opt.split(","):
            ours = build_and_run(args.cc.split() + [opt], source, folder + "/ours", 40)
            ok = ours == first
            results.append((opt, "" if ok else f"{ours[0]} {ours[1].strip()[-160:]} instead of {first[1].strip()}"))
            if not ok and args.keep:
                os.makedirs(args.keep, exist_ok=True)
                shutil.copy(source, args.keep)
        return seed, results
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cc", default="lathe")
    parser.add_argument("--clang", default="clang-19")
    parser.add_argument("--gcc", default="gcc")
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--seeds", default="1-50")
    parser.add_argument("--keep", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    if not shutil.which("csmith"):
        print("csmith is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    seeds = differential.seeds(args.seeds)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda seed: one(seed, args), seeds)
        return differential.count(results, len(seeds), "seeds", "the references disagree or take too long")


if __name__ == "__main__":
    sys.exit(main())
