"""Feeds every kept finding of the fuzzer to the program that reads such files: it must end by itself, with status 0 or
1. Usage: feed_findings.py FINDINGS FOLDER LATHE LATHE-AS"""

import os
import shutil
import subprocess
import sys

findings, folder, lathe, assembler = sys.argv[1:]
out = os.path.join(folder, "out")
linker = os.path.join(os.path.dirname(lathe), "ld.lathe")
kinds_of_link = ["-static --gc-sections", "-shared -z pack-relative-relocs --eh-frame-hdr", "-pie --no-dynamic-linker -E --emit-relocs", "-r",
                 "-shared --no-relax -s --noinhibit-exec", "-r --unique=.text* -d --force-group-allocation"]
commands = {"assemble": (".s", [[assembler, "IN", "-o", out]]),
            "read": (".ll", [[lathe, "--stop-after=read", "-S", "IN", "-o", out]]),
            "link_object": (".o", [[linker, *options.split(), "IN", "-o", out] for options in kinds_of_link]),
            "compile": (".ll", [[lathe, "-O0", "-c", "IN", "-o", out], [lathe, "-O2", "-c", "IN", "-o", out]])}
os.makedirs(folder, exist_ok=True)
failed = 0
for target, (ending, lines) in commands.items():
    place = os.path.join(findings, target)
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
        path = os.path.join(folder, "in" + ending)
        shutil.copy(os.path.join(place, name), path)
        for line in lines:
            done = subprocess.run([path if word == "IN" else word for word in line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=60)
            if done.returncode not in (0, 1):
                print(f"{target}/{name}: status {done.returncode}: {done.stdout[-300:]}")
                failed += 1
print("done" if not failed else f"{failed} failed")
