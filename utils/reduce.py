#!/usr/bin/env python3
"""Makes a file smaller while a command still finds it interesting.

  utils/reduce.py FILE -- COMMAND...      COMMAND gets the candidate's path in place of {} and exits with 0 when the
                                          candidate still shows the fault
  utils/reduce.py bad.c -- sh -c 'lathe -O2 -w {} -o t 2>&1 | grep -q "internal error"'

Works on lines: first whole functions of LLVM IR (from "define" to "}"), then halves, quarters, ... down to single lines.
The result replaces FILE; the original stays as FILE.orig."""

import os
import shutil
import subprocess
import sys
import tempfile


def chunks_of_functions(lines):
    start = None
    for i, line in enumerate(lines):
        if line.startswith("define "):
            start = i
        if line.startswith("}") and start is not None:
            yield start, i + 1
            start = None


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        sys.exit(__doc__)
    path, command = sys.argv[1], sys.argv[3:]
    with open(path, errors="surrogateescape") as f:
        lines = f.readlines()
    folder = tempfile.mkdtemp(prefix="lathe-reduce-")
    candidate = os.path.join(folder, os.path.basename(path))
    tries = 0

    def interesting(text):
        nonlocal tries
        tries += 1
        with open(candidate, "w", errors="surrogateescape") as f:
            f.writelines(text)
        try:
            return subprocess.run([word.replace("{}", candidate) for word in command], cwd=folder, timeout=60,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    if not interesting(lines):
        sys.exit("reduce: the file as it is does not show the fault")
    shutil.copy(path, path + ".orig")
    for start, end in reversed(list(chunks_of_functions(lines))):
        shorter = lines[:start] + lines[end:]
        if interesting(shorter):
            lines = shorter
    size = max(1, len(lines) // 2)
    while True:
        removed, i = False, 0
        while i < len(lines):
            shorter = lines[:i] + lines[i + size:]
            if shorter and interesting(shorter):
                lines, removed = shorter, True
            else:
                i += size
        if size == 1 and not removed:
            break
        size = max(1, size // 2) if not removed or size > 1 else 1
    with open(path, "w", errors="surrogateescape") as f:
        f.writelines(lines)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(lines)} lines left after {tries} tries; the original is {path}.orig")


if __name__ == "__main__":
    main()
