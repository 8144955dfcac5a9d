#!/usr/bin/env python3
"""Runs the unit tests, the lit suites and the end-to-end programs of one build and adds up their results.

The last line is always "N passed, N failed, N skipped". With LATHE_NO_SKIPS set, a skipped test is a failure.
Unit tests are the executables bin/unit-*; an end-to-end script is any executable test/run/*.py or
test/run/*.sh, whose own last line is of the same form."""

import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lines = []

    def add(self, name, passed, failed, skipped, seconds):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        self.lines.append(f"{name:28} {passed:5} passed {failed:3} failed {skipped:3} skipped  {seconds:6.1f} s")
        print(self.lines[-1], flush=True)


def unit_tests(build, totals):
    programs = sorted(glob.glob(os.path.join(build, "bin", "unit-*")))
    if not programs:
        print("skipped: unit tests (GoogleTest was not found when the build was configured)")
        totals.add("unit", 0, 0, 1, 0)
    for program in programs:
        start = time.time()
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            run = subprocess.run([program, "--gtest_brief=1", "--gtest_output=json:" + report.name],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
            try:
                cases = [c for suite in json.load(open(report.name))["testsuites"] for c in suite["testsuite"]]
            except (ValueError, KeyError):
                cases = []
        failed = sum("failures" in c for c in cases)
        skipped = sum(c.get("result") == "SKIPPED" for c in cases)
        if run.returncode != 0 and failed == 0:
            failed = 1  # it died before it could write its report
        if failed:
            print(run.stdout)
        totals.add(os.path.basename(program), len(cases) - failed - skipped if cases else 0, failed, skipped,
                   time.time() - start)


def lit_tests(build, totals, label="lit", extra_environment=None):
    start = time.time()
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        environment = dict(os.environ, **(extra_environment or {}))
        subprocess.run([os.path.join(root, "utils", "lit"), "-B", build, "-q", "--no-progress-bar", "-o", report.name,
                        os.path.join(root, "test")], env=environment)
        try:
            tests = json.load(open(report.name))["tests"]
        except (ValueError, KeyError):
            tests = []
    by_suite = {}
    for test in tests:
        name = test["name"].split(" :: ", 1)[1]
        suite = os.path.dirname(name).split(os.sep)[0] or "test"
        passed, failed, skipped = by_suite.setdefault(suite, [0, 0, 0])
        code = test["code"]
        if code in ("UNSUPPORTED", "SKIPPED", "EXCLUDED"):
            print("skipped:", name)
            skipped += 1
        elif code in ("PASS", "FLAKYPASS", "XFAIL"):
            passed += 1
        else:
            failed += 1
        by_suite[suite] = [passed, failed, skipped]
    if not tests:
        totals.add(label, 0, 1, 0, time.time() - start)
    for suite, counts in sorted(by_suite.items()):
        seconds = sum(t.get("elapsed", 0) or 0 for t in tests if t["name"].split(" :: ", 1)[1].startswith(suite + os.sep))
        totals.add(f"{label} {suite}", *counts, seconds)


def run_tests(build, totals, full):
    environment = dict(os.environ, PATH=os.path.join(build, "bin") + os.pathsep + os.environ["PATH"])
    scripts = [path for kind in ("py", "sh") for path in glob.glob(os.path.join(root, "test", "run", "*." + kind))]
    for script in sorted(scripts):
        if not os.access(script, os.X_OK):
            continue
        start = time.time()
        run = subprocess.run([script] + (["--full"] if full else []), stdout=subprocess.PIPE, text=True,
                             errors="replace", env=environment)
        found = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*$", run.stdout)
        counts = [int(n) for n in found.groups()] if found else [0, 1, 0]
        if run.returncode != 0 and counts[1] == 0:
            counts[1] = 1
        body = run.stdout[:found.start()] if found else run.stdout
        lines = body.splitlines() if counts[1] or counts[2] else []
        for line in lines:
            print("  " + line)
        totals.add("run " + os.path.basename(script), *counts, time.time() - start)


def full_builds(totals):
    """The other builds: sanitizers and verifiers with g++, and the release build by clang++."""
    debug = os.path.join(root, "build", "debug")
    clang = os.path.join(root, "build", "clang")
    plans = [("debug", debug, [["cmake", "--preset", "debug"], ["cmake", "--build", debug]]),
             ("clang++", clang, [["cmake", "-S", root, "-B", clang, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                                  "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_C_COMPILER=clang-19"],
                                 ["cmake", "--build", clang]])]
    for name, folder, steps in plans:
        start = time.time()
        for step in steps:
            done = subprocess.run(step, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0 or "warning:" in done.stdout:
                print(done.stdout[-4000:])
                totals.add(f"build {name}", 0, 1, 0, time.time() - start)
                break
        else:
            totals.add(f"build {name}", 1, 0, 0, time.time() - start)
            unit_tests(folder, totals)
            lit_tests(folder, totals, "lit " + name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="unit,lit,run")
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    only = args.only.split(",")
    totals = Totals()
    start = time.time()
    if "unit" in only:
        unit_tests(build, totals)
    if "lit" in only:
        lit_tests(build, totals)
    if "run" in only:
        run_tests(build, totals, args.full)
    if args.full:
        full_builds(totals)
    if os.environ.get("LATHE_NO_SKIPS") and totals.skipped:
        print(f"{totals.skipped} skipped tests count as failures here (LATHE_NO_SKIPS)")
        totals.failed += totals.skipped
        totals.skipped = 0
    print(f"all in {time.time() - start:.0f} s")
    print(f"{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped")
    return 1 if totals.failed or not totals.passed else 0


if __name__ == "__main__":
    sys.exit(main())
