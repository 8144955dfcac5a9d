#!/usr/bin/env python3
"""Reads modules of LLVM IR with llvm-as and with Lathe and says where their verdicts differ.

  utils/read_diff.py [--lathe PATH] [--llvm-as llvm-as-19] [--opt=-O2] [--jobs 2] [--list] DIR_OR_FILE...

LLVM's own tests are the place to look (`apt-get source llvm-toolchain-19`, then llvm/test/CodeGen/X86,
llvm/test/Transforms, ...). Modules that both take, that both refuse, or that Lathe refuses as not supported are
counted; with --opt those that it takes are compiled, too. A failure is a module that only Lathe refuses for another
reason, or one that crashes it, hangs it, or ends in an internal error. Those that only llvm-as refuses are listed by
--list: most break rules about metadata or intrinsics that do not matter to code. The last line is
"N passed, N failed, N skipped"."""

import argparse
import collections
import concurrent.futures
import os
import re
import subprocess
import sys

import progress

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
unsupported = re.compile(r"not supported|no code generator for the target|cannot be (read|compiled)|ELF has only")


def run(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace", timeout=120)
        return done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        return -1, "no end after 120 seconds"


def verdict(args, path):
    """How the two see it, in a word, and what was said."""
    theirs, their_words = run([args.llvm_as, path, "-o", os.devnull])
    ours, words = run([args.lathe, "--stop-after=read", path])
    if args.opt and ours == 0 and theirs == 0:
        ours, words = run([args.lathe, args.opt, "-S", path, "-o", os.devnull])
    if ours not in (0, 1) or "internal error" in words:
        return "crash", words
    if ours == 0:
        return ("taken", "") if theirs == 0 else ("only llvm-as refuses", their_words)
    if theirs:
        return "refused", ""
    return ("not supported" if unsupported.search(words) else "only Lathe refuses"), words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lathe", default=os.path.join(root, "build", "release", "bin", "lathe"))
    parser.add_argument("--llvm-as", default="llvm-as-19")
    parser.add_argument("--opt", default="", help="compile what both take at this level")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="list what only llvm-as refuses")
    parser.add_argument("paths", nargs="+")
    args = parser.parse_args()
    files = []
    for path in args.paths:
        files += [path] if os.path.isfile(path) else sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".ll"))
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        verdicts = pool.map(lambda path: (path, *verdict(args, path)), files)
        for path, kind, words in progress.watched(verdicts, len(files), "modules"):
            counts[kind] += 1
            if kind in ("crash", "only Lathe refuses") or (args.list and kind == "only llvm-as refuses"):
                line = next((line for line in words.splitlines() if "error" in line), words.strip()[:200])
                print(f"{path}: {kind}: {line}", flush=True)
    print(", ".join(f"{kind}: {n}" for kind, n in sorted(counts.items())))
    failed = counts["crash"] + counts["only Lathe refuses"]
    passed = counts["taken"] + counts["refused"]
    print(f"{passed} passed, {failed} failed, {len(files) - passed - failed} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
