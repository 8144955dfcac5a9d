# Runs each line of options through clang and through lathe, in folders of their own, and compares the exit status, the
# names of the files that appear, and what dependency files say. The list: words as a shell reads them; "! STATUS"
# behind a line says that lathe's exit status is meant to differ.
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

clang, lathe, listing, sources = sys.argv[1:5]


def run(compiler, words, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sources, folder)
    os.mkdir(os.path.join(folder, "sub"))
    before = set(os.listdir(folder))
    text = b".globl stdin_symbol\n" if "assembler" in " ".join(words) else b"int stdin_symbol;\n"
    done = subprocess.run([compiler] + words, cwd=folder, input=text, capture_output=True, timeout=100)
    files = [os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names]
    files = sorted(f for f in files if f not in before)
    dependencies = {f: open(os.path.join(folder, f)).read() for f in files if f.endswith(".d")}
    return done.returncode, files, dependencies, done.stderr.decode(errors="replace")


def compare(numbered):
    number, line = numbered
    line, _, wanted = line.partition(" ! ")
    words = shlex.split(line)
    theirs = run(clang, words, f"c{number}")
    ours = run(lathe, words, f"l{number}")
    status = int(wanted) if wanted else theirs[0]
    same = ours[0] == status and (bool(wanted) or ours[1:3] == theirs[1:3])
    shutil.rmtree(f"c{number}")
    shutil.rmtree(f"l{number}")
    return None if same else f"{line}\n  clang: {theirs[:3]}\n  lathe: {ours[:3]}\n{ours[3]}"


lines = [line.rstrip("\n") for line in open(listing) if line.strip() and not line.startswith("#")]
with ThreadPoolExecutor(2) as pool:
    differences = [d for d in pool.map(compare, enumerate(lines)) if d]
print("\n".join(differences))
print(f"{len(lines)} lines, {len(differences)} differences")
sys.exit(bool(differences))
