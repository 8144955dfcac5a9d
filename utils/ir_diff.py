#!/usr/bin/env python3
"""Random modules of IR, compiled by Lathe, against lli-19 (or llc-19, where a program needs library functions that lli
lacks).

  utils/ir_diff.py [--lathe PATH] [--opt=-O0,-O1,-O2] [--seeds 1-100] [--keep DIR]

Odd seeds are made by ir_random.py (kinds of values: odd and large integers, floats, vectors), even ones by
ir_random_flow.py (control flow, calls, atomics). A seed counts where the reference ends in time. The last line is
"N passed, N failed, N skipped", one test a seed and level; failing modules are kept in --keep."""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

import ir_random
import ir_random_flow

import differential

llvm = "/usr/lib/llvm-19/bin/"


def module(seed):
    if seed % 2:
        return ir_random.module(seed)
    return ir_random_flow.Module(seed, 4 + seed % 9, False).text(4, True)


def run(command, limit):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "timeout", b"", ""


def reference(path, folder):
    """The output that is right; None where there is none."""
    status, output, _ = run([llvm + "lli", path], 20)
    if status == 0:
        return output
    program = folder + "/reference"
    made = run([llvm + "llc", "-O1", "-filetype=obj", "-relocation-model=pic", path, "-o", program + ".o"], 60)
    if made[0] != 0 or run(["gcc", program + ".o", "-o", program, "-lm"], 20)[0] != 0:
        return None
    status, output, _ = run([program], 10)
    return output if status == 0 else None


def one(seed, args):
    folder = tempfile.mkdtemp(prefix="lathe-ir-")
    try:
        path = os.path.join(folder, f"seed-{seed}.ll")
        with open(path, "w") as f:
            f.write(module(seed))
        want = reference(path, folder)
        if want is None:
            return seed, []
        results = []
        for opt in args.opt.split(","):
            program = folder + "/ours"
            status, _, errors = run(args.lathe.split() + [opt, path, "-o", program, "-lm"], 60)
            why = "" if status == 0 else f"compile: {status} {errors.strip()[:200]}"
            if status == 0:
                status, output, _ = run([program], 10)
                if (status, output) != (0, want):
                    pairs = list(zip(output.split(), want.split()))
                    wrong = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
                    why = f"status {status}, line {wrong + 1} differs (function f{wrong // 3})"
            results.append((opt, why))
        if args.keep and any(why for _, why in results):
            os.makedirs(args.keep, exist_ok=True)
            shutil.copy(path, args.keep)
        return seed, results
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lathe", default="lathe")
    parser.add_argument("--opt", default="-O0,-O1,-O2")
    parser.add_argument("--seeds", default="1-100")
    parser.add_argument("--keep", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    if not os.path.exists(llvm + "lli"):
        print("lli-19 is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    seeds = differential.seeds(args.seeds)
    # Writing a module is Python's work, so each seed has a process.
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        results = pool.map(one, seeds, [args] * len(seeds), chunksize=4)
        return differential.count(results, len(seeds), "seeds", "no reference")


if __name__ == "__main__":
    sys.exit(main())
