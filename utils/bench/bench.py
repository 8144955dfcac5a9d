#!/usr/bin/env python3
"""Speed of each stage beside its peers, in the same run: medians and ratios.

  utils/bench/bench.py [--stages read,generate,assemble,link] [--runs 5] [--build build/release] [--markdown] [--chart docs/bench.svg]

Inputs are made once, of sqlite3 and lua from Debian's source packages: LLVM IR by clang-19 (vectorizers off, as the
driver asks), assembly by gcc -O2, objects by gcc -O2. Times are processor seconds (user and system) of one process;
runs of all programs are interleaved, so that a slow moment of the machine strikes all alike."""

import argparse
import glob
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(root, "utils"))
import fetch_source  # noqa: E402
import chart  # noqa: E402
import progress  # noqa: E402

llvm = "/usr/lib/llvm-19/bin/"


def sh(command, folder):
    done = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: '{command}' failed:\n{done.stdout[-1000:]}")


def prepare():
    """The folder with sqlite3-O0.ll, sqlite3-O2.ll, sqlite3.s, sqlite3-g.s, and objects to link."""
    folder = os.path.join(fetch_source.cache_folder(), "bench")
    if os.path.exists(os.path.join(folder, ".complete")):
        return folder
    progress.note("making the inputs (once)")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    sqlite = fetch_source.unpack("sqlite3", os.path.join(folder, "sqlite"))
    sh("find . -name aclocal.m4 -exec touch {} +; sleep 0.1; find . \\( -name configure -o -name 'Makefile.in' \\) -exec touch {} +; "
       "./configure --disable-readline >/dev/null && make sqlite3.c && cp sqlite3.c sqlite3.h test/speedtest1.c ..", sqlite)
    clang = "clang-19 -S -emit-llvm"
    sh(f"{clang} -O0 sqlite3.c -o sqlite3-O0.ll", folder)
    sh(f"{clang} -O2 -fno-vectorize -fno-slp-vectorize sqlite3.c -o sqlite3-O2.ll", folder)
    sh("gcc -O2 -S sqlite3.c -o sqlite3.s && gcc -O2 -g -S sqlite3.c -o sqlite3-g.s", folder)
    sh("gcc -O2 -c sqlite3.c speedtest1.c && gcc -O2 -g -c sqlite3.c -o sqlite3-g.o", folder)
    shutil.rmtree(sqlite)
    # Many small files, as big programs have: calls among them, strings, data that needs relocation.
    os.makedirs(os.path.join(folder, "many"))
    for i in range(400):
        with open(os.path.join(folder, "many", f"m{i}.c"), "w") as f:
            f.write(f"#include <stdio.h>\nint f{(i + 1) % 400}(int);\nstatic const char *names[] = {{"
                    + ", ".join(f'"string {i} {k}"' for k in range(40)) + "};\n"
                    + "".join(f"int g{i}_{k}(int x) {{ return x > {k} ? f{(i + 1) % 400}(x - {k + 1}) : printf(\"%s\\n\", names[{k}]); }}\n"
                              for k in range(30))
                    + f"int f{i}(int x) {{ return g{i}_0(x) + g{i}_29(x); }}\n")
    with open(os.path.join(folder, "many", "main.c"), "w") as f:
        f.write("int f0(int); int main(void) { return f0(0) < 0; }\n")
    sh("ls *.c | xargs -P4 -n20 gcc -O1 -ffunction-sections -c", os.path.join(folder, "many"))
    open(os.path.join(folder, ".complete"), "w").close()
    return folder


def measure(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    done = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        return None, None, done.stderr.strip()[-200:]
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall, ""


def cases(programs, folder):
    """stage -> list of (what, ours, [(peer, its command)])"""
    lathe, assembler, linker = (os.path.join(programs, n) for n in ("lathe", "lathe-as", "ld.lathe"))
    out = {"read": [], "generate": [], "assemble": [], "link": []}
    for level in ("O0", "O2"):
        ll = f"sqlite3-{level}.ll"
        size = os.path.getsize(os.path.join(folder, ll)) / 1e6
        out["read"].append((f"{ll} ({size:.0f} MB)", f"{lathe} --stop-after=read {ll}",
                            [("llvm-as", f"{llvm}llvm-as -disable-output -disable-verify {ll}")]))
        out["generate"].append((f"{ll} to .o, -{level}", f"{lathe} -{level} -c {ll} -o /tmp/lathe-bench.o",
                                [("llc", f"{llvm}llc -{level} -relocation-model=pic -filetype=obj {ll} -o /tmp/lathe-bench.o")]))
    for s in ("sqlite3.s", "sqlite3-g.s"):
        size = os.path.getsize(os.path.join(folder, s)) / 1e6
        out["assemble"].append((f"{s} ({size:.0f} MB)", f"{assembler} {s} -o /tmp/lathe-bench.o",
                                [("as", f"as {s} -o /tmp/lathe-bench.o"),
                                 ("llvm-mc", f"{llvm}llvm-mc -filetype=obj {s} -o /tmp/lathe-bench.o")]))
    for what, arguments in (("sqlite3 program", "sqlite3.o speedtest1.o -lm"), ("sqlite3 program, -g", "sqlite3-g.o speedtest1.o -lm"),
                            ("sqlite3 program, -static", "-static sqlite3.o speedtest1.o -lm"),
                            ("400 objects, --gc-sections", "many/*.o -Wl,--gc-sections")):
        printed = subprocess.run(f"{lathe} -### -o /tmp/lathe-bench.out {arguments}", shell=True, cwd=folder,
                                 stderr=subprocess.PIPE, text=True).stderr.strip().splitlines()[-1]
        words = printed.strip().split(" ", 1)[1]
        # mold hands its work to a child that nobody waits for, unless told not to.
        peers = [(name, f"{shutil.which(name) or shutil.which(path)} {more}{words}") for name, path, more in
                 (("ld.bfd", "ld.bfd", ""), ("ld.gold", "ld.gold", ""), ("ld.lld", "ld.lld-19", ""), ("mold", "mold", "--no-fork "))
                 if shutil.which(name) or shutil.which(path)]
        out["link"].append((what, f"{linker} {words}", peers))
    return out


def where_and_what():
    """The processor and the commit, which figures belong to."""
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "unknown processor")
    commit = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True).stdout.strip()
    return f"{model}, {os.cpu_count()} processors, commit {commit or 'unknown'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", default="read,generate,assemble,link")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--build", default=os.path.join(root, "build", "release"))
    parser.add_argument("--markdown", action="store_true", help="print tables for docs/performance.md")
    parser.add_argument("--chart", metavar="FILE", help="draw the ratios (docs/bench.svg)")
    args = parser.parse_args()
    folder = prepare()
    print(f"{where_and_what()}; medians of {args.runs}")
    failed, bars = 0, []
    for stage, list_of_cases in cases(os.path.join(os.path.abspath(args.build), "bin"), folder).items():
        if stage not in args.stages.split(","):
            continue
        print(f"\n### {stage}\n\n| input | lathe CPU s | wall s | peer | CPU s | wall s | times faster (CPU) |\n|---|---|---|---|---|---|---|"
              if args.markdown else f"\n{stage}")
        for what, ours, peers in list_of_cases:
            commands = [("lathe", ours)] + peers
            cpu, wall, errors = {}, {}, {}
            for i in range(args.runs):
                for name, command in commands:
                    if name in errors:
                        continue
                    progress.note(f"{stage}: {what}: {name}, run {i + 1} of {args.runs}")
                    seconds, elapsed, error = measure(command, folder)
                    if seconds is None:
                        errors[name] = error
                    else:
                        cpu.setdefault(name, []).append(seconds)
                        wall.setdefault(name, []).append(elapsed)
            progress.note("")
            if "lathe" in errors:
                failed += 1
                print(f"  {what}: FAILED: {errors['lathe']}")
                continue
            mine, my_wall = statistics.median(cpu["lathe"]), statistics.median(wall["lathe"])
            if not args.markdown:
                print(f"  {what:34} lathe    {mine:8.3f} s cpu {my_wall:8.3f} s wall")
            for name, _ in peers:
                if name in errors:
                    print(f"  {'':34} {name:8} failed: {errors[name]}")
                    continue
                theirs, their_wall = statistics.median(cpu[name]), statistics.median(wall[name])
                ratio = theirs / mine
                bars.append((stage, what, name, ratio))
                if args.markdown:
                    print(f"| {what} | {mine:.3f} | {my_wall:.3f} | {name} | {theirs:.3f} | {their_wall:.3f} | {ratio:.2f}x |")
                else:
                    print(f"  {'':34} {name:8} {theirs:8.3f} s cpu {their_wall:8.3f} s wall   {ratio:5.2f} times Lathe's")
    if args.chart:
        with open(args.chart, "w") as f:
            f.write(chart.draw("Speed of each stage beside its peers", bars))
    for path in glob.glob("/tmp/lathe-bench.*"):
        if os.path.isfile(path):
            os.unlink(path)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
