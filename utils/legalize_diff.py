#!/usr/bin/env python3
"""Compares programs before and after legalization: each is executed by lli as clang wrote it and as lathe-legalize
rewrote it; exit status and output must agree.

    utils/legalize_diff.py test/legalize/run/*.c            C files, at -O0 and -O2 of clang
    utils/legalize_diff.py --native --csmith 50             random programs, compiled by clang instead of lli
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile

import progress

llvm = "/usr/lib/llvm-19/bin/"
modes = [["-O0"], ["-O2"], ["-O2", "--baseline", "--no-jump-tables"]]


def run(command, seconds, **keywords):
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, **keywords)
    except subprocess.TimeoutExpired:
        return None


def execute(ll, options, folder):
    """(status, output) of a module, None when it takes too long."""
    if options.native:
        program = os.path.join(folder, os.path.basename(ll) + ".exe")
        made = run([llvm + "clang", "-w", "-O1", "-Xclang", "-disable-llvm-passes", ll, "-o", program, "-lm", "-latomic"], 120)
        if made is None:
            return None
        if made.returncode:
            return ("cannot compile", made.stderr[:2000])
        done = run([program], options.seconds)
    else:
        done = run([llvm + "lli", ll], options.seconds)
    return None if done is None else (done.returncode, done.stdout)


def check(path, options):
    """Messages about one source file."""
    messages = []
    with tempfile.TemporaryDirectory() as folder:
        for level in options.levels:
            ll = os.path.join(folder, "in%s.ll" % level)
            is_ir = path.endswith(".ll")
            if is_ir:
                ll = path
            else:
                include = ["-I" + options.csmith_include] if options.csmith_include else []
                made = run([llvm + "clang", "-w", "-S", "-emit-llvm", "-march=x86-64"] + include + options.cflags
                           + ["-O" + level, path, "-o", ll], 120)
                if made is None or made.returncode:
                    return ["clang: " + (made.stderr.decode()[:200] if made else "timeout")] if options.verbose else []
            want = execute(ll, options, folder)
            if want is None or want[0] == "cannot compile":
                if options.verbose:
                    messages.append("%s: the original cannot be executed: %s" % (path, want and want[1][:300]))
                continue
            for mode in modes[:options.modes]:
                out = os.path.join(folder, "out.ll")
                made = run([options.tool] + mode + [ll], 120)
                what = "%s (clang -O%s, %s): " % (path, level, " ".join(mode))
                if made is None:
                    messages.append(what + "lathe-legalize takes too long")
                    continue
                if made.returncode:
                    messages.append(what + made.stderr.decode().strip().split("\n")[0][:300])
                    continue
                with open(out, "wb") as f:
                    f.write(made.stdout)
                got = execute(out, options, folder)
                if got != want:
                    messages.append(what + ("takes too long" if got is None else
                                            "gives %s, should be %s: %r" % (got[0], want[0], got[1][-200:])))
            if is_ir:
                break
    return messages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--tool", default="build/work/bin/lathe-legalize")
    parser.add_argument("--native", action="store_true", help="compile with clang instead of lli")
    parser.add_argument("--csmith", type=int, default=0, metavar="N", help="N random programs")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="N modules of utils/ir_random.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csmith-include", default="/usr/include/csmith")
    parser.add_argument("--levels", default="02", help="of clang: one character each")
    parser.add_argument("--cflags", type=str.split, default=[])
    parser.add_argument("--modes", type=int, default=len(modes), help="of lathe-legalize: how many of them")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--keep", help="folder for failing random programs")
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        files = list(options.files)
        for i in range(options.csmith):
            path = os.path.join(options.keep or folder, "csmith%d.c" % (options.seed + i))
            with open(path, "wb") as f:
                f.write(subprocess.run(["csmith", "--seed", str(options.seed + i)], capture_output=True).stdout)
            files.append(path)
        for i in range(options.random):
            path = os.path.join(options.keep or folder, "random%d.ll" % (options.seed + i))
            with open(path, "wb") as f:
                f.write(subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), "ir_random.py"), str(options.seed + i)],
                                       capture_output=True).stdout)
            files.append(path)
        with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
            for messages in progress.watched(pool.map(lambda p: check(p, options), files), len(files), "files"):
                for m in messages:
                    print(m, flush=True)
                failed += bool(messages)
    print("%d of %d files differ" % (failed, len(files)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
