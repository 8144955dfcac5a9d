#!/usr/bin/env python3
"""The assembler against its peers, on real programs: zlib, bzip2, lua and sqlite3 from Debian's source packages.

  test/run/roundtrip.py [--bin build/work/bin] [--only zlib,lua] [--full] [--jobs N] [--keep]

For every source file and level, with and without -g:
  gas     what `lathe -S` writes gives the same file by GNU as and by lathe-as, byte for byte
  llvm    llvm-mc makes the same program of it (compare_objects.py --level code)
  direct  `lathe -c` writes that file, too, without going through text
  gcc     the same text by gcc and by clang gives the same file by GNU as and by lathe-as
  clang

--full takes more levels of the compilers, and lz4 and tcc. The last line is
"N passed, N failed, N skipped"; --keep leaves the files of failures."""

import argparse
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
sys.path.insert(0, os.path.join(root, "utils"))
import compare_objects  # noqa: E402
import fetch_source  # noqa: E402
import progress  # noqa: E402

levels = ("-O0", "-O0 -g", "-O2", "-O2 -g")
compiler_levels = ("-O0 -g -fPIC", "-O3 -g -fPIC")
more_compiler_levels = ("-O0", "-O2", "-O3", "-O2 -g -fPIC", "-O2 -g -fPIC -ffunction-sections -fdata-sections")


class Failed(Exception):
    pass


def run(command, folder=None, limit=600):
    done = subprocess.run(command, shell=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=limit)
    if done.returncode != 0:
        lines = done.stdout.decode(errors="replace").strip().splitlines()
        raise Failed(f"'{command[:300]}': " + " | ".join(lines[-2:] if lines else [f"exit status {done.returncode}"]))


def zlib(folder):
    return sorted(glob.glob(folder + "/*.c")), "-I. -DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE=1"


def bzip2(folder):
    names = "blocksort huffman crctable randtable compress decompress bzlib bzip2 bzip2recover".split()
    return [f"{folder}/{n}.c" for n in names], "-D_FILE_OFFSET_BITS=64"


def lua(folder):
    with open(os.path.join(folder, "src", "lua5.4-deb-multiarch.h"), "w") as header:
        header.write('#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n')
    return sorted(glob.glob(folder + "/src/l*.c")), "-std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX"


def sqlite(folder):
    if not os.path.exists(folder + "/sqlite3.c"):
        run("find . -name aclocal.m4 -exec touch {} +; sleep 0.1; find . -name configure -exec touch {} +; sleep 0.1; "
            "find . -name Makefile.in -exec touch {} +; ./configure --disable-readline CC=gcc && make sqlite3.c", folder)
    return [folder + "/sqlite3.c"], "-DSQLITE_THREADSAFE=1 -I."


def lz4(folder):
    return sorted(glob.glob(folder + "/lib/*.c") + glob.glob(folder + "/programs/*.c")), "-I../lib"


def tcc(folder):
    if not os.path.exists(folder + "/config.h"):
        run("./configure --cpu=x86_64 && { ! grep -q ^tccdefs_ Makefile || make tccdefs_.h; }", folder)
    return [folder + "/tcc.c"], "-DTCC_TARGET_X86_64 -DONE_SOURCE=1 -I."


programs = {"zlib": ("zlib", zlib), "bzip2": ("bzip2", bzip2), "lua": ("lua5.4", lua), "sqlite": ("sqlite3", sqlite),
            "lz4": ("lz4", lz4), "tcc": ("tcc", tcc)}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def expect_same(what, reference, candidate):
    if read(reference) != read(candidate):
        found = compare_objects.differences(read(reference), read(candidate)) or ["only where names lie in the string tables"]
        raise Failed(f"{what}: " + "; ".join(found[:2]))


def expect_same_code(what, reference, candidate):
    found = compare_objects.differences(read(reference), read(candidate), "code")
    if found:
        raise Failed(f"{what}: " + "; ".join(found[:2]))


def without_global_jumps(text):
    """GNU as resolves a jump to a global of the same section, LLVM leaves it to the linker. For LLVM such jumps are
    turned into jumps to a local label at the same place; nothing else of the text changes."""
    section, home, at = "", {}, []
    lines = text.split("\n")
    for line in lines:
        if m := re.match(r"\t\.section\t(\S+?)(?:,|$)|\t(\.text|\.data|\.bss)$", line):
            section = m.group(1) or m.group(2)
        at.append(section)
        if m := re.match(r"(\w+):", line):
            home[m.group(1)] = section
    out = []
    for line, section in zip(lines, at):
        if (m := re.match(r"\t(j\w+)\t(\w+)$", line)) and home.get(m.group(2)) == section:
            line = f"\t{m.group(1)}\t.Lat.{m.group(2)}"
        out.append(line)
        if (m := re.match(r"(\w+):", line)) and m.group(1) in home:
            out.append(f".Lat.{m.group(1)}:")
    return "\n".join(out)


class Job:
    """One source file at one level by one compiler; steps() yields a name and a check each."""

    def __init__(self, args, program, source, flags, compiler, level):
        self.args, self.compiler, self.level = args, compiler, level
        self.title = f"{program}/{os.path.basename(source)} {compiler} {level}"
        self.folder = os.path.join(args.work, re.sub(r"\W+", "-", self.title))
        self.home = os.path.dirname(source)
        self.flags = f"{level} {flags}"
        self.source = os.path.basename(source)

    def file(self, name):
        return os.path.join(self.folder, name)

    def tool(self, command):
        run(command, self.home)

    def steps(self):
        command = {"lathe": f"{self.args.bin}/lathe", "gcc": "gcc-12", "clang": "clang-19 -fno-addrsig"}[self.compiler]
        text, reference, ours = self.file("out.s"), self.file("gas.o"), self.file("lathe.o")

        def assembled():
            self.tool(f"as -o {reference} {text}")
            self.tool(f"{self.args.bin}/lathe-as -o {ours} {text}")
            expect_same("GNU as / lathe-as", reference, ours)

        def by_llvm():
            with open(text) as f:
                plain = without_global_jumps(f.read())
            with open(self.file("llvm.s"), "w") as f:
                f.write(plain)
            self.tool(f"llvm-mc-19 -triple=x86_64-linux-gnu -filetype=obj -o {self.file('llvm.o')} {self.file('llvm.s')}")
            expect_same_code("llvm-mc / lathe-as", self.file("llvm.o"), ours)

        def direct():
            self.tool(f"{command} -w {self.flags} -c -o {self.file('direct.o')} {self.source}")
            expect_same("-c / -S and lathe-as", self.file("direct.o"), ours)

        self.tool(f"{command} -w {self.flags} -S -o {text} {self.source}")
        yield "as", assembled
        if self.compiler == "lathe":
            yield "direct", direct
            if "-g" not in self.level:
                yield "llvm-mc", by_llvm

    def run(self):
        os.makedirs(self.folder, exist_ok=True)
        passed, failures = 0, []
        try:
            for name, check in self.steps():
                title = f"{self.title}: {name}"
                try:
                    check()
                    passed += 1
                except Failed as e:
                    failures.append(f"{title}: {e}")
        except Failed as e:
            failures.append(f"{self.title}: {e}")
        if not (failures and self.args.keep):
            shutil.rmtree(self.folder, ignore_errors=True)
        return passed, failures


def jobs_of(args, program, folder):
    sources, flags = programs[program][1](folder)
    for source in sources:
        for level in levels:
            yield Job(args, program, source, flags, "lathe", level)
        for compiler in ("gcc", "clang"):
            for level in compiler_levels + (more_compiler_levels if args.full else ()):
                yield Job(args, program, source, flags, compiler, level)


def newest_build():
    built = glob.glob(os.path.join(root, "build", "*", "bin", "lathe-as"))
    return os.path.dirname(max(built, key=os.path.getmtime)) if built else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.path.dirname(shutil.which("lathe-as") or "") or newest_build())
    parser.add_argument("--only", default="")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--work", default=os.path.join(root, "build", "run", "roundtrip"))
    args = parser.parse_args()
    args.bin = os.path.abspath(args.bin)
    names = args.only.split(",") if args.only else ["sqlite", "zlib", "bzip2", "lua"]
    if args.full and not args.only:
        names += ["lz4", "tcc"]
    passed, failed = 0, 0
    jobs = []
    for name in names:
        folder = os.path.join(args.work, "source-" + name)
        try:
            if not os.path.exists(folder + "/debian"):
                fetch_source.unpack(programs[name][0], folder)
            jobs += jobs_of(args, name, folder)
        except (Failed, fetch_source.FetchError) as e:
            failed += 1
            print(f"{name}: {e}", flush=True)
    start = time.time()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for ok, failures in progress.watched(pool.map(Job.run, jobs), len(jobs), "texts"):
            passed += ok
            failed += len(failures)
            for line in failures:
                print("FAILED " + line, flush=True)
    print(f"{len(jobs)} texts in {time.time() - start:.0f} s")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
