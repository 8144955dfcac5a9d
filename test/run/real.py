#!/usr/bin/env python3
"""End-to-end: zlib, bzip2, lua and sqlite3 from Debian's source packages, built with Lathe at -O0 and -O2, and their
own tests run; zlib and lua also as gcc compiles them, with gcc's assembly improved by the peephole. The last line is "N passed, N failed, N skipped"; logs of failures stay under build/run.

  test/run/real.py [--cc lathe] [--only zlib,lua] [--opt=-O0,-O2] [--full]

--full also swaps the assembler and the linker for the system's."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
sys.path.insert(0, os.path.join(root, "utils"))
import fetch_source  # noqa: E402
import progress  # noqa: E402

jobs = str(os.cpu_count() or 2)


class Failed(Exception):
    pass


class Build:
    """One program at one level: its folder, its log, and what it runs."""

    def __init__(self, name, package, cc, flags, folder):
        self.name, self.cc, self.flags, self.folder = name, cc, flags, folder
        self.log = open(folder + ".log", "w")
        self.tests = 0
        fetch_source.unpack(package, folder)

    def run(self, command, folder="", limit=900, environment=None, quiet=False):
        print("+", command, file=self.log, flush=True)
        try:
            done = subprocess.run(command, shell=True, cwd=os.path.join(self.folder, folder), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit,
                                  env=dict(os.environ, **(environment or {})))
        except subprocess.TimeoutExpired:
            raise Failed(f"'{command}' took more than {limit} s")
        text = done.stdout.decode(errors="replace")
        print(text, file=self.log, flush=True)
        if done.returncode != 0:
            lines = text.strip().splitlines()
            raise Failed(f"'{command[:100]}' failed: " + "\n      ".join(lines[-3:] if lines else []))
        return text

    def check(self, command, **more):
        text = self.run(command, **more)
        self.tests += 1
        return text

    def expect(self, what, condition):
        if not condition:
            raise Failed(what)
        self.tests += 1


def zlib(b):
    b.run("./configure", environment={"CC": b.cc, "CFLAGS": b.flags})
    b.run(f"make -j{jobs}")
    text = b.check("make test")
    for line in ("zlib test OK", "zlib shared test OK", "zlib 64-bit test OK"):
        b.expect(f"no line '*** {line} ***'", line in text)
    for level in "169":
        b.check(f"./minigzip -{level} <crc32.h >a.gz && ./minigzip -d <a.gz | cmp - crc32.h && gzip -dc a.gz | cmp - crc32.h")
    return ["minigzip", "libz.so.1"]


def bzip2(b):
    flags = f"{b.flags} -D_FILE_OFFSET_BITS=64"
    b.run(f"make -j{jobs} CC='{b.cc}' CFLAGS='{flags}' bzip2 bzip2recover libbz2.a")
    b.run(f"make -f Makefile-libbz2_so CC='{b.cc}' CFLAGS='-fpic {flags}' clean all")
    path = {"LD_LIBRARY_PATH": b.folder}
    for i in "123":
        small = "-s" if i == "3" else ""
        b.check(f"./bzip2 -{i} <sample{i}.ref | cmp - sample{i}.bz2")
        b.check(f"./bzip2 -d {small} <sample{i}.bz2 | cmp - sample{i}.ref")
        b.check(f"./bzip2-shared -d <sample{i}.bz2 | cmp - sample{i}.ref", environment=path)
    b.check("seq 1 400000 >n; ./bzip2 -k n && ./bzip2 -dc n.bz2 | cmp - n && ./bzip2 -t n.bz2")
    return ["bzip2", "bzip2-shared"]


def lua(b):
    with open(os.path.join(b.folder, "src", "lua5.4-deb-multiarch.h"), "w") as header:
        header.write('#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n')
    sources = sorted(f for f in os.listdir(os.path.join(b.folder, "src")) if re.match(r"l.*\.c$", f) and f != "luac.c")
    b.run(f"{b.cc} {b.flags} -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -c {' '.join(sources)}", folder="src")
    b.run(f"{b.cc} -o lua *.o -Wl,-E -lm -ldl", folder="src")
    text = b.check(f"./lua {here}/Inputs/selftest.lua", folder="src")
    found = re.search(r"(\d+) checks passed\s*$", text)
    b.expect("selftest.lua did not reach its end", found)
    b.tests += int(found.group(1)) - 2
    return ["src/lua"]


def sqlite(b):
    """speedtest1 hashes every row it sees (--verify); the hash must be the one that the system's gcc gets."""
    b.run("find . -name aclocal.m4 -exec touch {} +; sleep 0.1; find . -name configure -exec touch {} +; sleep 0.1; "
          "find . -name 'Makefile.in' -exec touch {} +; ./configure --disable-readline --disable-dependency-tracking CC=gcc >/dev/null")
    b.run("make sqlite3.c", limit=300)
    b.run(f"{b.cc} {b.flags} -DSQLITE_THREADSAFE=1 -I. -o speedtest1 test/speedtest1.c sqlite3.c -lpthread -ldl -lm")
    b.run("gcc -O1 -DSQLITE_THREADSAFE=1 -I. -o reference test/speedtest1.c sqlite3.c -lpthread -ldl -lm")
    steps = r"^ *\d+ - (.*?)\.+ +[\d.]+s$"
    results = []
    for program in ("speedtest1", "reference"):
        text = b.run(f"rm -f t.db; ./{program} --size 5 --verify t.db")
        digest = re.search(r"Verification Hash: (.*)", text)
        results.append((len(re.findall(steps, text, re.M)), digest.group(1) if digest else None))
    b.expect(f"verification hash {results[0]}, not {results[1]}", results[0] == results[1] and results[0][1])
    b.tests += results[0][0]
    return ["speedtest1"]


programs = {"zlib": ("zlib", zlib), "bzip2": ("bzip2", bzip2), "lua": ("lua5.4", lua), "sqlite": ("sqlite3", sqlite)}


def check_fingerprint(b, outputs):
    """The program must really be ours: the code generator and the linker write their name into .comment."""
    for output in outputs:
        text = b.run(f"readelf -p .comment {output}")
        b.expect(f"{output} does not name Lathe in .comment", "Lathe" in text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", default="lathe")
    parser.add_argument("--only", default=",".join(programs))
    parser.add_argument("--opt", default="-O0,-O2")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--work", default=os.path.join(root, "build", "run"))
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    variants = [("", args.cc)]
    if args.full:
        variants += [(" as", args.cc + " -fexternal-as"), (" ld", args.cc + " -fexternal-ld")]
    peephole = [(" gcc+peephole", os.path.join(here, "Inputs", "peephole-cc"))]
    os.environ["LATHE"] = args.cc
    passed = failed = 0
    for name in args.only.split(","):
        package, function = programs[name]
        for opt in args.opt.split(","):
            for label, cc in variants + (peephole if name in ("zlib", "lua") else []):
                title = f"{name} {opt}{label}"
                folder = os.path.join(args.work, re.sub(r"\W+", "-", title))
                start = time.time()
                progress.note(title)
                b = None
                try:
                    b = Build(title, package, cc, opt, folder)
                    outputs = function(b)
                    if "lathe" in os.path.basename(args.cc) and not label:
                        check_fingerprint(b, outputs)
                    passed += b.tests
                    progress.note()
                    print(f"{title:16} ok, {b.tests} tests, {time.time() - start:.0f} s", flush=True)
                    b.log.close()
                    shutil.rmtree(folder, ignore_errors=True)
                except (Failed, fetch_source.FetchError) as e:
                    progress.note()
                    failed += 1
                    passed += b.tests if b else 0
                    print(f"{title:16} FAILED: {e}\n      log: {folder}.log", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
