#!/usr/bin/env python3
"""Checks every row of the instruction table: samples of its operands are assembled by lathe-as and by GNU as, and
the bytes compared. Rows that GNU as refuses must be refused by lathe-as too.

The last line is "N passed, N failed, N skipped", one test a row.

usage: check_tables.py [--as LATHE_AS] [--samples N] [--rows REGEX] [--seed N]"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import progress

sys.dont_write_bytecode = True
from gen_instructions import at_lengths

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

LOW = "ax cx dx bx sp bp si di".split()
GPR = {8: ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"] + [f"r{i}b" for i in range(8, 16)] + ["ah", "dh"],
       16: LOW + [f"r{i}w" for i in range(8, 16)], 32: ["e" + r for r in LOW] + [f"r{i}d" for i in range(8, 16)],
       64: ["r" + r for r in LOW] + [f"r{i}" for i in range(8, 16)]}


def memory(r, vector=None, high=16):
    base, index = r.choice(GPR[64]), r.choice([g for g in GPR[64] if g != "rsp"])
    disp = r.choice(["", "8", "-128", "128", "0x1234", "sym", "sym+4"] if high == 16 else ["", "2", "8", "-128", "256", "-8192", "127", "508", "1016", "4064", "8128", "8192", "0x1234", "sym"])
    if vector:
        return f"{disp}(%{base},%{vector}{r.randrange(high)},{r.choice([1, 2, 4, 8])})"
    return r.choice([f"{disp}(%{base})", f"{disp}(%{base},%{index},{r.choice([1, 2, 4, 8])})", f"{disp or 0}(%rip)", "%fs:16", f"{disp or 4}(,%{index},8)"])


def evex_operand(token, r, first, rounds):
    """An operand of an EVEX row, with a mask or a broadcast at times; `rounds`: registers only."""
    m = re.fullmatch(r"(.*?)(?:/b(\d+))?(\{kz?\})?", token)
    token, element, mask = m[1], int(m[2] or 0), m[3] or ""
    text = None
    if m := re.fullmatch(r"([xyz]mm)(/m(\d+))?", token):
        if m[2] and not rounds and r.random() < 0.6:
            text = memory(r, high=32)
            if element and r.random() < 0.5: text += f"{{1to{int(m[3]) // element}}}"
        else:
            text = f"%{m[1]}{r.choice([r.randrange(32), 16 + r.randrange(16)])}"
    elif m := re.fullmatch(r"vm\d+([xyz])", token): text = memory(r, m[1] + "mm", 32)
    elif m := re.fullmatch(r"r/m(\d+)", token): text = "%" + r.choice(GPR[int(m[1])]) if rounds or r.random() < 0.5 else memory(r, high=32)
    elif re.fullmatch(r"m\d*", token): text = memory(r, high=32)
    elif token == "k": text = f"%k{r.randrange(8)}"
    else: return operand(token, r)
    if first and mask and (r.random() < 0.6 or "vm" in token or mask == "{k!}"):
        text += f"{{%k{r.randrange(1, 8)}}}"
        if mask == "{kz}" and "(" not in text and ":" not in text and r.random() < 0.5: text += "{z}"
    return text


def evex_operands(f, ops, letter, r):
    """In Intel's order, with the rounding where AT&T wants it."""
    words = f[4].split()
    rounding = next((w for w in ("er", "sae") if w in words and letter in ("", "z")), None)
    rounds = rounding is not None and r.random() < 0.4
    gather = any(o.startswith("vm") for o in ops)
    texts = [evex_operand(o.replace("{k}", "{k!}") if gather else o, r, i == 0, rounds) for i, o in enumerate(ops)]
    if rounds:
        at = len(ops)
        while ops[at - 1] == "imm8": at -= 1
        if at == len(ops) and at > 2 and ops[-1].startswith("r/m"): at -= 1
        texts.insert(at, "{sae}" if rounding == "sae" else r.choice(["{rn-sae}", "{rd-sae}", "{ru-sae}", "{rz-sae}"]))
    return texts


def operand(token, r):
    if m := re.fullmatch(r"r(\d+)", token): return "%" + r.choice(GPR[int(m[1])])
    if m := re.fullmatch(r"r/m(\d+)", token): return memory(r) if r.random() < 0.4 else "%" + r.choice(GPR[int(m[1])])
    if m := re.fullmatch(r"(xmm|ymm)(/m\d+)?", token): return memory(r) if m[2] and r.random() < 0.4 else f"%{m[1]}{r.randrange(16)}"
    if m := re.fullmatch(r"mm(/m\d+)?", token): return memory(r) if m[1] and r.random() < 0.4 else f"%mm{r.randrange(8)}"
    if m := re.fullmatch(r"vm\d+([xy])", token): return memory(r, m[1] + "mm")
    if m := re.fullmatch(r"k(/m\d+)?", token): return memory(r) if m[1] and r.random() < 0.4 else f"%k{r.randrange(8)}"
    if re.fullmatch(r"m\d*", token): return memory(r)
    if token == "simm8": return f"${r.randrange(-128, 128)}"
    if token == "imm8": return f"${r.randrange(0, 256)}"
    if token == "imm16": return f"${r.choice([0, 1, 300, 65535])}"
    if token in ("imm32", "simm32"): return f"${r.choice([0, 1, -1, 127, 128, 0x12345, 0x7fffffff, -200])}"
    if token == "imm64": return f"${r.choice([1, 0x123456789abc, -5])}"
    if token == "1": return "$1"
    if token == "rel": return r.choice(["sym", "1f", "sym@PLT"])
    if token == "rel8": return "1f"
    if token == "st(i)": return f"%st({r.randrange(1, 8)})"
    if token == "st0": return "%st"
    if token == "sreg": return "%" + r.choice("es ds fs gs ss".split())
    if token == "creg": return f"%cr{r.choice([0, 2, 3, 4, 8])}"
    if token == "dreg": return f"%db{r.randrange(8)}"
    if token.startswith("moffs"): return "0x123456789abcdef"
    if token.startswith("esdi"): return "%es:(%rdi)"
    if token.startswith("dssi"): return "(%rsi)"
    return "%" + token


def rows(path):
    for number, line in enumerate(open(path), 1):
        if not line.strip() or line.startswith("#"): continue
        f = [line[:17].strip(), line[17:45].strip(), line[45:82].strip(), line[82:87].strip(), line[87:].strip()]
        if f[3] != "32":
            for g, letter in at_lengths(f): yield number, g, letter


def att_name(f, letter=""):
    words = f[4].split()
    if "lsfx" in words: return f[0] + (letter or {"128": "x", "256": "y", "512": "z"}[f[2].split(".")[1]])
    for w in words:
        if w.startswith("att:"): return w[4:]
    for w in words:
        if w.startswith("print:"): return w[6:]
    for w in words:
        if m := re.fullmatch(r"sfx(\d*)", w):
            ops = f[1].split(", ")
            width = m[1] or next((n for o in ops if o not in ("cl", "dx") for n in re.findall(r"^(?:r|r/m|m|moffs|esdi|dssi)(\d+)", o)), None)
            width = width or {"al": "8", "ax": "16", "eax": "32", "rax": "64"}.get(next((o for o in ops if o in ("al", "ax", "eax", "rax")), ""), "64")
            return f[0] + {"8": "b", "16": "w", "32": "l", "64": "q"}[width]
    return f[0]


def assemble(command, lines, folder, name):
    """-> list of hex bytes or None (refused), one a line"""
    alive = list(range(len(lines)))
    for _ in range(6):
        progress.note(f"{name}: {len(alive)} samples, {len(lines) - len(alive)} refused")
        source, out = os.path.join(folder, name + ".s"), os.path.join(folder, name + ".o")
        with open(source, "w") as f:
            for i in alive: f.write(f".balign 32,0xcc\n{lines[i]}\n1:\n")
        p = subprocess.run(command + [source, "-o", out], capture_output=True, text=True)
        if p.returncode == 0: break
        bad = {int(n) for n in re.findall(r"\.s:(\d+):(?:\d+:)? ?(?:E|e)rror", p.stderr)}
        if not bad: sys.exit(f"{command[0]}: {p.stderr[:400]}")
        alive = [k for pos, k in enumerate(alive) if 3 * pos + 2 not in bad]
    progress.note()
    raw = os.path.join(folder, name + ".bin")
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.text", out, raw], check=True)
    data = open(raw, "rb").read()
    result = [None] * len(lines)
    for pos, k in enumerate(alive): result[k] = data[32 * pos:32 * pos + 32]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--as", dest="lathe", default="lathe-as")
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument("--rows", default="")
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    if not shutil.which("as"):
        print("GNU as is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    r = random.Random(a.seed)
    lines, origin = [], []
    for number, f, letter in rows(os.path.join(root, "assembler/x86/instructions.txt")):
        if a.rows and not re.search(a.rows, f[0]): continue
        ops = f[1].split(", ") if f[1] else []
        for _ in range(a.samples if ops else 1):
            texts = evex_operands(f, ops, letter, r) if f[2].startswith("EVEX") else [operand(o, r) for o in ops]
            if "same" in f[2] and not ops: continue
            if not (f[0] == "enter"): texts.reverse()
            if "ind" in f[2].split(): texts = ["*" + t for t in texts]
            if f[0] == "int" and texts == ["$3"]: continue  # GNU as writes int3
            text = f"{att_name(f, letter)} {', '.join(texts)}".strip()
            lines.append("{evex} " * (f[2].startswith("EVEX") and r.random() < 0.3) + "{vex} " * ("pvex" in f[4].split()) + text)
            origin.append((number, letter))
    with tempfile.TemporaryDirectory() as folder:
        ours = assemble([a.lathe], lines, folder, "ours")
        theirs = assemble(["as"], lines, folder, "theirs")
    failed = set()
    for text, (number, letter), x, y in zip(lines, origin, ours, theirs):
        if x == y: continue
        failed.add((number, letter))
        show = lambda b: "refused" if b is None else b.rstrip(b"\xcc").hex()
        print(f"instructions.txt:{number}: {text}: {show(x)}, GNU as {show(y)}")
    print(f"{len(set(origin)) - len(failed)} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed or not origin else 0


sys.exit(main())
