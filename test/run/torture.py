#!/usr/bin/env python3
"""gcc's c-torture execution tests, from Debian's gcc-12 source package, compiled with Lathe and run.

Only tests that clang compiles and runs well count. A test may be refused by name ("... is not supported"), but never
give a wrong result; at least 98 % must pass at each level. The last line is "N passed, N failed, N skipped": one test
a file and level, refusals within the other 2 % are listed and not counted.

  test/run/torture.py [--cc lathe] [--opt=-O0,-O2] [--only 20000112-1,...]"""

import argparse
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(root, "utils"))
import fetch_source  # noqa: E402
import progress  # noqa: E402

common = ("-std=gnu89 -w -Wno-implicit-function-declaration -Wno-implicit-int -Wno-int-conversion "
          "-Wno-incompatible-pointer-types -Wno-return-mismatch -fwrapv -fno-strict-aliasing").split()


def torture_folder():
    folder = os.path.join(fetch_source.cache_folder(), "gcc-torture")
    if not os.path.exists(os.path.join(folder, ".complete")):
        archive = glob.glob(os.path.join(fetch_source.fetch("gcc-12"), "*.orig.tar.*"))[0]
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        # Debian wraps the upstream archive in one of its own.
        command = (f"tar xOf '{archive}' --wildcards '*/gcc-*dfsg.tar.xz' | xz -dc | "
                   f"tar x -C '{folder}' --strip-components=4 --wildcards '*/gcc/testsuite/gcc.c-torture/execute/*'")
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise fetch_source.FetchError(done.stderr[-400:])
        open(os.path.join(folder, ".complete"), "w").close()
    return folder


def run(command, limit):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return "timeout", ""


def flags_of(source):
    with open(source, errors="replace") as f:
        text = f.read()
    flags = []
    for options, condition in re.findall(r"dg-(?:additional-)?options\s+\"([^\"]*)\"\s*(\{[^}]*\{[^}]*\}[^}]*\})?", text):
        if not condition:
            flags += [w for w in options.split() if w.startswith(("-D", "-std", "-fwrapv", "-fno-builtin", "-fsigned", "-funsigned", "-lm", "-ffloat"))]
    return flags


def one(source, level, args):
    folder = tempfile.mkdtemp(prefix="lathe-torture-")
    try:
        flags = common + [level] + flags_of(source) + ["-o", folder + "/t", source, "-lm"]
        status, text = run(args.cc.split() + flags, 120)
        if status == 0:
            status, _ = run([folder + "/t"], 40)
            kind, why = ("pass", "") if status == 0 else ("wrong", f"ended with {status}")
        elif status == 1 and "is not supported" in text:
            found = re.search(r"error: (.*)", text)
            kind, why = "refused", found.group(1) if found else ""
        else:
            kind, why = "wrong", f"compiler: {status} {text.strip()[-200:]}"
        if kind == "pass":
            return source, kind, why
        # Only now: is it a test that clang can do?
        status, _ = run([args.reference] + flags, 120)
        if status == 0:
            status, _ = run([folder + "/t"], 10)
        return source, kind if status == 0 else "not for us", why
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cc", default="lathe")
    parser.add_argument("--reference", default="clang-19")
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--only", default="")
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    try:
        folder = torture_folder()
    except fetch_source.FetchError as e:
        print(e, "\n0 passed, 1 failed, 0 skipped")
        return 1
    sources = sorted(glob.glob(folder + "/**/execute/*.c", recursive=True) + glob.glob(folder + "/**/execute/ieee/*.c", recursive=True))
    if args.only:
        wanted = args.only.split(",")
        sources = [s for s in sources if os.path.basename(s)[:-2] in wanted]
    passed = failed = 0
    levels = args.opt.split(",") + (["-O1", "-O3"] if args.full else [])
    for level in levels:
        counts = {"pass": 0, "refused": 0, "wrong": 0, "not for us": 0}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for source, kind, why in progress.watched(pool.map(lambda s: one(s, level, args), sources), len(sources), level):
                counts[kind] += 1
                if kind in ("refused", "wrong"):
                    print(f"{os.path.basename(source)} {level} {kind}: {why}", flush=True)
        total = counts["pass"] + counts["refused"] + counts["wrong"]
        print(f"{level}: {counts['pass']} of {total} passed, {counts['refused']} refused, {counts['wrong']} wrong")
        passed += counts["pass"]
        failed += counts["wrong"]
        if not args.only and counts["pass"] < 0.98 * total:
            failed += 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
