#!/usr/bin/env python3
"""Writes the CHECK lines of assembly tests from what the compiler prints now; look at the difference before you commit.

  utils/update_checks.py [--build build/work] test/codegen/add.ll...

For each RUN line of the form "; RUN: %lathe ... %s -o - | %FileCheck %s [--check-prefix=P]" the old P lines are removed
and, in front of each "define" of the file, the body of that function is written as P-LABEL and P-NEXT lines.
Directives and local labels that no instruction names are left out."""

import argparse
import os
import re
import subprocess
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def functions_of(assembly):
    """name -> list of lines of the function, from its label to its .size"""
    out, name = {}, None
    for line in assembly.splitlines():
        label = re.match(r"^([A-Za-z_.$][\w.$]*):", line)
        if label and not label.group(1).startswith(".L"):
            name = label.group(1)
            out[name] = []
        elif re.match(r"\s*\.size\s", line):
            name = None
        elif name is not None:
            out[name].append(line)
    return out


def interesting(lines):
    """(suffix of the check, text): -NEXT unless something that is left out stands before"""
    text = "\n".join(lines)
    suffix = "-NEXT"
    for line in lines:
        line = re.sub(r"\s*(#.*)?$", "", line)
        label = re.match(r"(\.L\S+):", line)
        if (not line.strip() or re.match(r"\s*\.(cfi_|p2align|type|globl|loc|file|align)", line) or
                (label and not re.search(re.escape(label.group(1)) + r"(?![\w.:])", text.replace(line, "", 1)))):
            suffix = ""
            continue
        yield suffix, re.sub(r"\s+", " ", line.strip())
        suffix = "-NEXT"


def update(path, build):
    with open(path) as f:
        lines = f.read().splitlines()
    comment = ";" if path.endswith(".ll") else "#"
    prefixes, outputs = [], {}
    for line in lines:
        run = re.match(r"\s*" + comment + r"\s*RUN:\s*(%lathe .*?)\|\s*%?FileCheck %s(?:.*--check-prefix=(\S+))?", line)
        if not run:
            continue
        prefix = run.group(2) or "CHECK"
        command = run.group(1).replace("%lathe", os.path.join(build, "bin", "lathe")).replace("%s", path)
        done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"update_checks: {path}: '{command}' failed")
        prefixes.append(prefix)
        outputs[prefix] = functions_of(done.stdout)
    if not prefixes:
        sys.exit(f"update_checks: {path}: no RUN line of the form '%lathe ... | %FileCheck %s'")
    old = re.compile(r"\s*" + comment + r"\s*(" + "|".join(map(re.escape, prefixes)) + r")(-LABEL|-NEXT|-SAME|-NOT|-DAG)?:")
    out = []
    for line in (l for l in lines if not old.match(l)):
        define = re.match(r'define .*?@([\w.$]+)\(', line)
        if define:
            for prefix in prefixes:
                body = outputs[prefix].get(define.group(1))
                if body is None:
                    continue
                out.append(f"{comment} {prefix}-LABEL: {{{{^}}}}{define.group(1)}:")
                out += [f"{comment} {prefix}{suffix}: {text}" for suffix, text in interesting(body)]
        out.append(line)
    with open(path, "w") as f:
        f.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(root, "build", "work"))
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    for path in args.files:
        update(path, args.build)


if __name__ == "__main__":
    main()
