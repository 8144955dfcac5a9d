#!/usr/bin/env python3
"""Turns assembler/x86/instructions.txt into C++ tables; the notation is explained at the head of that file.

usage: gen_instructions.py INSTRUCTIONS OUTDIR     writes OUTDIR/x86/rows.inc and OUTDIR/x86/rows.cpp"""
import os
import re
import sys

# class -> (read, written, undefined, only when the count is not zero); what many rows share is said once, here
ALL = "CF|PF|AF|ZF|SF|OF"
FLAG_CLASSES = {
    "arith": ("0", ALL, "0", 0), "arith_c": ("CF", ALL, "0", 0), "arith_df": ("DF", ALL, "0", 0),
    "logic": ("0", "CF|PF|ZF|SF|OF", "AF", 0), "logic0": ("0", ALL, "0", 0),
    "incdec": ("0", "PF|AF|ZF|SF|OF", "0", 0), "mul": ("0", "CF|OF", "PF|AF|ZF|SF", 0), "undefined": ("0", "0", ALL, 0),
    "shift": ("0", "CF|PF|ZF|SF", "AF|OF", 1), "shift1": ("0", "CF|PF|ZF|SF|OF", "AF", 0),
    "rot": ("0", "CF", "OF", 1), "rot1": ("0", "CF|OF", "0", 0), "rotc": ("CF", "CF", "OF", 1), "rotc1": ("CF", "CF|OF", "0", 0),
    "bt": ("0", "CF", "PF|AF|SF|OF", 0), "bsf": ("0", "ZF", "CF|PF|AF|SF|OF", 0),
    "popcnt": ("0", ALL, "0", 0), "lzcnt": ("0", "CF|ZF", "PF|AF|SF|OF", 0), "andn": ("0", "CF|ZF|SF|OF", "PF|AF", 0),
    "bextr": ("0", "CF|ZF|OF", "PF|AF|SF", 0), "bzhi": ("0", "CF|ZF|SF|OF", "PF|AF", 0),
    "comis": ("0", ALL, "0", 0), "zf": ("0", "ZF", "0", 0), "cf": ("0", "CF", "0", 0), "cmc": ("CF", "CF", "0", 0),
    "cf_only": ("0", ALL, "0", 0), "df": ("0", "DF", "0", 0), "reads_df": ("DF", "0", "0", 0),
    "lahf": ("CF|PF|AF|ZF|SF", "0", "0", 0), "sahf": ("0", "CF|PF|AF|ZF|SF", "0", 0),
    "adcx": ("CF", "CF", "0", 0), "adox": ("OF", "OF", "0", 0),
    "read_all": (ALL + "|DF", "0", "0", 0), "write_all": ("0", ALL + "|DF", "0", 0),
    "read_write_all": (ALL + "|DF", ALL + "|DF", "0", 0),
    "cc_o": ("OF", "0", "0", 0), "cc_no": ("OF", "0", "0", 0), "cc_b": ("CF", "0", "0", 0), "cc_ae": ("CF", "0", "0", 0),
    "cc_e": ("ZF", "0", "0", 0), "cc_ne": ("ZF", "0", "0", 0), "cc_be": ("CF|ZF", "0", "0", 0), "cc_a": ("CF|ZF", "0", "0", 0),
    "cc_s": ("SF", "0", "0", 0), "cc_ns": ("SF", "0", "0", 0), "cc_p": ("PF", "0", "0", 0), "cc_np": ("PF", "0", "0", 0),
    "cc_l": ("SF|OF", "0", "0", 0), "cc_ge": ("SF|OF", "0", "0", 0), "cc_le": ("ZF|SF|OF", "0", "0", 0), "cc_g": ("ZF|SF|OF", "0", "0", 0),
}
UNITS = {n: i for i, n in enumerate("ax cx dx bx sp bp si di r8 r9 r10 r11 r12 r13 r14 r15 xmm0".split())}
UNITS.update(x87cw=49, mxcsr=50)
SUFFIX = {8: "b", 16: "w", 32: "l", 64: "q"}
COUNTS = {"rol", "ror", "rcl", "rcr", "shl", "shr", "sar", "in", "out", "int", "enter"}  # their imm8 is no byte of data
FIXED = {"al": 8, "ax": 16, "eax": 32, "rax": 64, "cl": 8, "dx": 16, "st0": 80, "xmm0": 128,
         "ecx": 32, "edx": 32, "ebx": 32, "rcx": 64, "rdx": 64, "rbx": 64, "es": 16, "cs": 16, "ss": 16, "ds": 16, "fs": 16, "gs": 16}
ATTRIBUTES = {"side": "SideEffects", "comm": "Commutative", "lock": "Lockable", "rep": "Repable", "remat": "Rematerializable",
              "nomem": "NoMemoryAccess", "load": "ImplicitLoad", "store": "ImplicitStore", "bitbase": "BitString",
              "notrackable": "Notrackable", "order": "SameOrder", "pvex": "NeedsVexPrefix", "distinct": "DistinctDestination", "vcomm": "CommutativeSources", "push": "Push|ImplicitStore", "pop": "Pop|ImplicitLoad", "keep": "KeepsUpper"}
CONTROL = {"jump": "Jump", "branch": "Branch", "call": "Call", "return": "Return", "trap": "Trap"}


MAPS = {"0F": 1, "0F38": 2, "0F3A": 3, "MAP5": 5, "MAP6": 6, "M8": 8, "M9": 9, "MA": 10}


NO_BIT = {"ecx", "edx", "ebx", "rcx", "rdx", "rbx"}  # fixed registers that MatchEntry's bits do not tell


class Fault(Exception):
    pass


# Operand words of a row that stands for several vector lengths -> the part of the length's bits that they have.
PARTS = {"v": 1, "h": 2, "q": 4, "e": 8}
LENGTHS = {"x": 128, "y": 256, "z": 512}


def at_length(token, letter):
    """A row's operand at one of its lengths: 'h/m/b32' at 'z' is 'ymm/m256/b32'."""
    length = LENGTHS[letter]
    if m := re.fullmatch(r"([vhqe])(/m)?((?:/b\d+)?(?:\{kz?\})?)", token):
        width = length // PARTS[m[1]]
        name = {512: "zmm", 256: "ymm"}.get(width, "xmm")
        return name + (f"/m{width}" if m[2] else "") + m[3]
    if m := re.fullmatch(r"mv(\{kz?\})?", token): return f"m{length}" + (m[1] or "")
    if m := re.fullmatch(r"(vm\d\d)([vh])(\{kz?\})?", token):
        return m[1] + {128: "x", 256: "y", 512: "z"}[max(length // PARTS[m[2]], 128)] + (m[3] or "")
    return token


def at_lengths(fields):
    """The rows that a line stands for: one for each letter of EVEX.xyz, VEX.xy or XOP.xy."""
    m = re.search(r"(?:VEX|XOP)\.([xyz]+)\.", fields[2])
    if not m:
        yield fields, ""
        return
    for letter in m[1]:
        f = list(fields)
        f[1] = ", ".join(at_length(t.strip(), letter) for t in fields[1].split(","))
        f[2] = fields[2].replace(f".{m[1]}.", f".{LENGTHS[letter]}.", 1)
        yield f, letter


def operand(tok, earlier, mnemonic):
    """-> dict: type, cls, fixed, width, mem, sign, name, accepts, sig (class and width for alternatives), mask, broadcast"""
    m = re.fullmatch(r"(.*?)(?:/b(\d+))?(\{kz?\})?", tok)
    tok, broadcast, mask = m[1], int(m[2] or 0), len(m[3] or "") - 2 if m[3] else 0
    o = dict(type="None", cls="None", fixed="None", width=0, mem=0, sign=0, name=tok, accepts="0", sig=None, mask=mask, broadcast=broadcast)
    gpr = {8: "BitR8", 16: "BitR16", 32: "BitR32", 64: "BitR64"}
    vec = {"xmm": ("Xmm", "BitXmm", 128, "x"), "ymm": ("Ymm", "BitYmm", 256, "y"), "zmm": ("Zmm", "BitZmm", 512, "z"), "mm": ("Mm", "BitMm", 64, "mm")}
    if m := re.fullmatch(r"(esdi|dssi)(\d+)", tok):
        o.update(type="StringDestination" if m[1] == "esdi" else "StringSource", mem=int(m[2]), accepts="BitMemory", sig=("mem", int(m[2])))
    elif tok in FIXED:
        w = FIXED[tok]
        bit = {"al": "BitAl", "ax": "BitAx", "eax": "BitEax", "rax": "BitRax", "cl": "BitCl", "dx": "BitDx", "st0": "BitSt0", "xmm0": "BitXmm0",
               "ecx": "BitR32", "edx": "BitR32", "ebx": "BitR32", "rcx": "BitR64", "rdx": "BitR64", "rbx": "BitR64"}.get(tok) or "Bit" + tok.capitalize()
        cls = "X87" if w == 80 else "Xmm" if w == 128 else "Segment" if tok[1] == "s" else "Gpr"
        o.update(type="FixedRegister", cls=cls, fixed=tok, width=w, accepts=bit, sig=(tok,) if tok in ("cl", "dx") else (cls, w))
    elif m := re.fullmatch(r"r(8|16|32|64)", tok):
        w = int(m[1])
        o.update(type="Register", cls="Gpr", width=w, accepts=gpr[w], sig=("Gpr", w))
    elif m := re.fullmatch(r"r/m(\d+)", tok):
        w = int(m[1])
        o.update(type="RegisterOrMemory", cls="Gpr", width=w, mem=w, accepts=gpr[w] + "|BitMemory", sig=("Gpr", w), name=f"rm{w}")
    elif tok in vec:
        c, bit, w, n = vec[tok]
        o.update(type="Register", cls=c, width=w, accepts=bit, name=n, sig=(c,))
    elif m := re.fullmatch(r"([xyz]?mm)/m(\d+)", tok):
        c, bit, w, n = vec[m[1]]
        o.update(type="RegisterOrMemory", cls=c, width=w, mem=int(m[2]), accepts=bit + "|BitMemory", name=f"{n}m{m[2]}", sig=(c,))
    elif tok == "m":
        o.update(type="Address", accepts="BitMemory", sig=("mem", 0))
    elif m := re.fullmatch(r"m(\d+)", tok):
        o.update(type="Memory", mem=int(m[1]), accepts="BitMemory", sig=("mem", int(m[1])))
    elif m := re.fullmatch(r"vm(32|64)([xyz])", tok):
        o.update(type="VectorMemory", width=LENGTHS[m[2]], accepts="BitMemory", sig=("vm", tok))
    elif m := re.fullmatch(r"k(/m(\d+))?", tok):
        w = int(m[2] or 0)
        o.update(type="RegisterOrMemory" if w else "Register", cls="Mask", width=64, mem=w, accepts="BitMask" + "|BitMemory" * bool(w), name=f"km{w}" if w else "k", sig=("k",))
    elif m := re.fullmatch(r"moffs(\d+)", tok):
        o.update(type="MemoryOffset", mem=int(m[1]), accepts="BitMemory", sig=("moffs", int(m[1])))
    elif m := re.fullmatch(r"(s?)imm(\d+)", tok):
        w = int(m[2])
        n = f"i{w}"
        if w == 8 and not m[1]:
            n = "i8" if earlier and earlier[-1]["width"] == 8 and mnemonic not in COUNTS else "u8"
        o.update(type="Immediate", width=w, sign=int(bool(m[1])), accepts="BitImmediate", name=n, sig=("imm",))
    elif tok == "1":
        o.update(type="One", accepts="BitOne", sig=("imm",))
    elif tok in ("rel", "rel8"):
        o.update(type="Target", width=8 if tok == "rel8" else 32, accepts="BitTarget", sig=("rel",))
    elif tok == "st(i)":
        o.update(type="Register", cls="X87", width=80, accepts="BitSti", name="sti", sig=("X87", 80))
    elif tok in ("sreg", "creg", "dreg"):
        c = {"s": "Segment", "c": "Control", "d": "Debug"}[tok[0]]
        o.update(type="Register", cls=c, width=16 if c == "Segment" else 64, accepts="Bit" + c, sig=(c,))
    else:
        raise Fault(f"unknown operand '{tok}'")
    return o


def encode(text, ops):
    e = dict(prefix=0, wait=0, map=0, opcode=None, form="None", digit=0, o16=0, a32=0, w=0, reg=-1, rm=-1, third=-1, imm=[-1, -1], size=[0, 0],
             short=0, last=-1, noeax=0, vex=0, ind=0, swap=0, scale=0, broadcast=0, mask=0, lig=0, wig=0)
    toks = text.split()
    imms = [i for i, o in enumerate(ops) if o["type"] in ("Immediate", "Target", "MemoryOffset")]
    regs = [i for i, o in enumerate(ops) if o["type"] in ("Register", "RegisterOrMemory", "Memory", "VectorMemory", "Address")]
    slash, mr, same, byte = None, "mr" in toks, "same" in toks, []
    nimm = 0
    for t in toks:
        if t == "o16": e["o16"] = 1
        elif t == "REX.W": e["w"] = 1
        elif t in ("mr", "same", "rmv", "vrm", "mvr", "mrv", "is4", "is4:2"): pass
        elif m := re.fullmatch(r"n(\d+)", t): e["scale"] = int(m[1])
        elif t.startswith("swap:"): e["swap"] = int(t[5:], 16)
        elif t.startswith(("VEX.", "EVEX.", "XOP.")):
            first = 3 if t[0] == "E" else 1
            for part in t.split(".")[1:]:
                if part in ("128", "LZ", "LIG"): e["vex"], e["lig"] = first, int(part == "LIG")
                elif part == "256": e["vex"] = first + 1
                elif part == "512" and first == 3: e["vex"] = 5
                elif part in ("66", "F2", "F3"): e["prefix"] = int(part, 16)
                elif part in MAPS: e["map"] = MAPS[part]
                elif part == "W1": e["w"] = 1
                elif part == "WIG": e["wig"] = 1
                elif part != "W0": raise Fault(f"unknown VEX field '{part}'")
        elif t == "ind": e["ind"] = 1
        elif t == "noeax": e["noeax"] = 1
        elif t.startswith("short:"): e["short"] = int(t[6:], 16)
        elif t.startswith("fixed:"): e["last"] = int(t[6:], 16)
        elif t.startswith("/"): slash = t[1:]
        elif t in ("ib", "iw", "id", "io", "cb", "cd", "moffs"):
            n = {"b": 1, "w": 2, "d": 4, "o": 8}.get(t[1], 8) if t != "moffs" else 8
            e["imm"][nimm], e["size"][nimm] = imms[nimm], n
            nimm += 1
        elif m := re.fullmatch(r"([0-9A-F]{2})\+([ri])", t):
            e["form"] = "PlusR" if m[2] == "r" else "PlusI"
            byte.append(int(m[1], 16))
        elif re.fullmatch(r"[0-9A-F]{2}", t):
            b = int(t, 16)
            if not byte and not e["vex"] and t in ("66", "F2", "F3") and not slash and len([x for x in toks if re.match(r"[0-9A-F]{2}", x)]) > 1: e["prefix"] = b
            elif not byte and not e["vex"] and t == "67" and len(toks) > 1: e["a32"] = 1
            elif not byte and not e["vex"] and t == "9B" and len(toks) > 1: e["wait"] = 0x9B
            else: byte.append(b)
        else:
            raise Fault(f"unknown encoding word '{t}'")
    if e["form"] == "PlusI":
        e["opcode"], e["digit"] = byte
    else:
        if byte[0] == 0x0F and len(byte) > 1 and not e["vex"]:
            e["map"] = 1
            byte = byte[1:]
            if byte[0] in (0x38, 0x3A) and len(byte) > 1:
                e["map"] = 2 if byte[0] == 0x38 else 3
                byte = byte[1:]
        e["opcode"] = byte[0]
        if len(byte) == 2 and e["form"] == "None":
            e["form"], e["digit"] = "Fixed", byte[1]
        elif len(byte) == 3 and e["form"] == "None":  # F3 0F 1E FA
            raise Fault("too many opcode bytes")
    if e["form"] in ("PlusR", "PlusI"):
        fit = [i for i in regs if ops[i]["type"] == "Register"]
        e["rm"] = fit[0] if fit else -1
        if ops and ops[0]["type"] == "Register" and len(fit) == 1: e["rm"] = fit[0]
    if e["vex"] and slash is not None:
        vex_operands(e, ops, toks, regs, slash)
        if e["vex"] >= 3: evex_fields(e, ops)
    elif slash == "r":
        e["form"] = "Reg"
        mem = [i for i in regs if ops[i]["type"] in ("RegisterOrMemory", "Memory", "Address")]
        if same: e["reg"] = e["rm"] = regs[0]
        elif mem:
            e["rm"] = mem[0]
            rest = [i for i in regs if i != mem[0]]
            e["reg"] = rest[0]
        elif mr: e["rm"], e["reg"] = regs[0], regs[1]
        else: e["reg"], e["rm"] = regs[0], regs[1]
    elif slash is not None:
        e["form"], e["digit"], e["rm"] = "Digit", int(slash), regs[0]
    return e


def evex_fields(e, ops):
    """What an 8-bit displacement counts: the bytes accessed, or an element where n: or a gather says so."""
    for o in ops:
        e["mask"] = max(e["mask"], o["mask"])
        e["broadcast"] = max(e["broadcast"], o["broadcast"] // 8)
        if o["type"] == "VectorMemory": e["scale"] = 8 if e["w"] else 4
        elif o["mem"]: e["scale"] = e["scale"] or o["mem"] // 8
        if o["cls"] in ("Xmm", "Ymm"): o["accepts"] += "|BitHighVector"


def vex_operands(e, ops, toks, regs, slash):
    mem = [i for i in regs if ops[i]["type"] in ("RegisterOrMemory", "Memory", "VectorMemory")]
    if "is4" in toks or "is4:2" in toks:
        e["imm"][0], e["size"][0] = regs.pop(-1 if "is4" in toks else 2), 1
    if slash != "r":
        e["form"], e["digit"] = "Digit", int(slash)
        if "vrm" in toks: e["third"], e["rm"] = regs[0], regs[1]
        else: e["rm"] = regs[0]
        return
    e["form"] = "Reg"
    if len(regs) == 2:
        if mem: e["rm"] = mem[0]
        elif "mr" in toks: e["rm"] = regs[0]
        else: e["rm"] = regs[1]
        e["reg"] = regs[1] if e["rm"] == regs[0] else regs[0]
    elif "rmv" in toks: e["reg"], e["rm"], e["third"] = regs[:3]
    elif "mvr" in toks: e["rm"], e["third"], e["reg"] = regs[:3]
    elif "mrv" in toks: e["rm"], e["reg"], e["third"] = regs[:3]
    else: e["reg"], e["third"], e["rm"] = regs[:3]


def row(f, letter, number, names):
    ops = []
    for t in [t.strip() for t in f[1].split(",")] if f[1] else []:
        ops.append(operand(t, ops, f[0]))
    r = dict(line=number, mnemonic=f[0], ops=ops, enc=encode(f[2], ops), modes=f[3], words=f[4].split(), letter=letter)
    if f[3] not in ("any", "64", "32"):
        raise Fault(f"unknown mode '{f[3]}'")
    effects(r)
    n = "_".join([f[0].replace('.', '_').lower()] + [o["name"] for o in ops] + ["evex"] * (r["enc"]["vex"] >= 3))
    if n in names: n += "_" + f[3]
    while n in names: n += "_b"
    names.add(n)
    r["name"] = n
    return r


def parse(path):
    rows, names = [], set()
    for number, line in enumerate(open(path), 1):
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        f = [line[:17].strip(), line[17:45].strip(), line[45:82].strip(), line[82:87].strip(), line[87:].strip()]
        try:
            for g, letter in at_lengths(f): rows.append(row(g, letter, number, names))
        except (Fault, IndexError, KeyError, ValueError) as x:
            sys.exit(f"{path}:{number}: error: {x}")
    return rows


def length_suffix(r, aliases):
    """AT&T tells the lengths of a memory operand by a letter behind the name; registers and broadcasts need none."""
    letter = r["letter"] or {1: "x", 2: "y", 3: "x", 4: "y", 5: "z"}[r["enc"]["vex"]]
    aliases.append((r["mnemonic"] + letter, 8))


def effects(r):
    ops, enc = r["ops"], r["enc"]
    r.update(roles=["None"] * 4, reads=0, writes=0, flags=FLAG_CLASSES and ("0", "0", "0", 0), control="None", rounding="None", feature="Base", attrs=[], x87=0, implicit=0,
             spell=[], att=r["mnemonic"], width=0)
    aliases, att, printed, sfx = [], None, None, None
    for w in r["words"]:
        k, _, v = w.partition(":")
        if m := re.fullmatch(r"(rw|r|w)(\d)", w): r["roles"][int(m[2])] = {"r": "Read", "w": "Write", "rw": "ReadWrite"}[m[1]]
        elif k in ("in", "out"):
            for u in v.split(","):
                r["reads" if k == "in" else "writes"] |= 1 << (16 if u == "xmm0" else UNITS[u])
        elif k == "flags":
            if v not in FLAG_CLASSES: raise Fault(f"unknown flag class '{v}'")
            r["flags"] = FLAG_CLASSES[v]
        elif w in CONTROL: r["control"] = CONTROL[w]
        elif w in ATTRIBUTES: r["attrs"] += ATTRIBUTES[w].split("|")
        elif k == "feature": r["feature"] = v
        elif w in ("er", "sae"):  # of the longest vector only, where the row stands for several
            if r["letter"] in ("", "z"): r["rounding"] = {"er": "Full", "sae": "Sae"}[w]
        elif w == "lsfx": length_suffix(r, aliases)
        elif k == "x87": r["x87"] = int(v); r["attrs"].append("UsesX87")
        elif w == "mxcsr": r["reads"] |= 1 << UNITS["mxcsr"]; r["attrs"].append("UsesMxcsr")
        elif m := re.fullmatch(r"sfx(\d*)", w): sfx = int(m[1]) if m[1] else -1
        elif k == "size": r["implicit"] = int(v)
        elif k == "sfxalias": aliases.append((r["mnemonic"] + v, 0))
        elif k == "att": att = v
        elif k == "print": printed = v
        elif k == "alias": aliases.append((v, 0))
        elif k == "ralias": aliases.append((v, 2))
        elif k == "ialias": aliases.append((v, 4))
        elif k == "aalias": aliases.append((v, 8))
        else: raise Fault(f"unknown effect '{w}'")
    r["attrs"] += {"any": ["Mode64", "Mode32"], "64": ["Mode64"], "32": ["Mode32"]}[r["modes"]]
    if enc["ind"]: r["attrs"].append("Indirect")
    if "Push" in r["attrs"] or "Pop" in r["attrs"]: r["implicit"] = r["implicit"] or next((o["width"] for o in ops if o["width"] in (16, 32, 64) and o["type"] != "Immediate"), 64)
    name, spell = r["mnemonic"], r["spell"]
    if sfx is not None:
        if sfx < 0:
            g = [o for o in ops if o["cls"] == "Gpr" and o["fixed"] not in ("cl", "dx")] or [o for o in ops if o["width"] or o["mem"]]
            sfx = g[0]["width"] or g[0]["mem"]
        r["width"] = sfx
        s = SUFFIX[sfx]
        spell += [(name, 0), (name + s, 1)]
        for a, b in list(aliases):
            spell.append((a, b))
            if b == 0 and a != name + s and not a.startswith("movabs"): spell.append((a + s, 1))
        r["att"] = name + s
    else:
        spell += [(name, 4 if att else 2 if "lsfx" in r["words"] else 0)] + aliases
        if "lsfx" in r["words"]: r["att"] = aliases[0][0]
    if att:
        spell.append((att, 0 if name != att else 0))
        if att.rstrip("p") in ("fsub", "fsubr", "fdiv", "fdivr"): spell[-1] = (att, 8)
        r["att"] = att
        r["width"] = r["width"] or {"b": 8, "w": 16, "l": 32, "q": 64}.get(att[-1], 0) * (att[:4] in ("movz", "movs"))
    if printed: r["att"] = printed
    # a suffixed spelling must not be repeated by an alias
    seen, out = {}, []
    for a, b in spell:
        if a in seen:
            out[seen[a]] = (a, out[seen[a]][1] & b)
            continue
        seen[a] = len(out)
        out.append((a, b))
    r["spell"] = out


def name_hash(s):
    """the same function is in rows.cpp's find_mnemonic"""
    b = s.encode()[:16].ljust(16, b"\0")
    lo, hi = int.from_bytes(b[:8], "little"), int.from_bytes(b[8:], "little")
    h = (lo * 0x9E3779B97F4A7C15 + hi * 0xC2B2AE3D27D4EB4F) & (2**64 - 1)
    return (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9 & (2**64 - 1)


def match(r, spelling):
    """the fields of a MatchEntry"""
    kind, at, width = "None", 0, 0
    for i, o in enumerate(r["ops"]):
        if o["type"] == "Immediate":
            at, width = i, r["width"] or o["width"]
            kind = "Signed8" if o["sign"] and o["width"] == 8 else "Signed32" if o["sign"] else "Wide" if o["width"] == 64 else "Byte" if o["name"] == "u8" and r["width"] != 8 else "Field"
            if kind == "Field" and o["width"] == 16 and not r["width"] and not r["name"].startswith("push"): kind = "Word"
            if kind == "Signed8" and not r["width"]: width = 16
            break
    if r["enc"]["vex"] >= 3 or spelling & 2 or "NeedsVexPrefix" in r["attrs"] or any(o["type"] == "VectorMemory" or o["fixed"] in NO_BIT for o in r["ops"]): spelling |= 32
    modes = {"any": 3, "64": 1, "32": 2}[r["modes"]]
    return f"{{Row::{r['name']}, {len(r['ops'])}, {spelling}, ImmediateFit::{kind}, {at}, {width}, {modes}, {{{masks(r)}}}}},\n"


def masks(r):
    return ", ".join([o["accepts"] for o in r["ops"]] + ["0"] * (4 - len(r["ops"])))


def signature(r):
    return tuple(o["sig"] for o in r["ops"]) + (("evex", r["enc"]["vex"]),) * (r["enc"]["vex"] >= 3)


def write(rows, out):
    os.makedirs(os.path.join(out, "x86"), exist_ok=True)
    index = {id(r): i for i, r in enumerate(rows)}
    inc = "".join(f"ROW({r['name']})\n" for r in rows)
    c = ["// Made by utils/gen_instructions.py from assembler/x86/instructions.txt.\n",
         '#include "assembler/x86/rows.h"\n\n#include <cstring>\n\nnamespace lathe::x86 {\n\n#define A(x) static_cast<u32>(x)\nconstinit const RowInfo row_table[] = {\n']
    for r in rows:
        ops = []
        for i, o in enumerate(r["ops"]):
            keeps = int((o["cls"] == "Gpr" and o["width"] in (8, 16)) or ("KeepsUpper" in r["attrs"] and i == 0))
            ops.append(f"{{OperandType::{o['type']}, RegClass::{o['cls']}, Reg::{o['fixed']}, Role::{r['roles'][i]}, {o['sign']}, {keeps}, {o['width']}, {o['mem']}}}")
        fl = r["flags"]
        c.append(f"{{\"{r['name']}\", \"{r['mnemonic']}\", \"{r['att']}\", {len(r['ops'])}, {{{{{', '.join(ops)}}}}}, {r['reads']:#x}, {r['writes']:#x}, "
                 f"{{static_cast<u8>({fl[0]}), static_cast<u8>({fl[1]}), static_cast<u8>({fl[2]}), {fl[3]}}}, Control::{r['control']}, Feature::{r['feature']}, "
                 f"{r['width']}, {r['x87']}, {r['implicit']}, {'|'.join('A(' + a + ')' for a in r['attrs'])}}},\n")
    c.append("};\n\nconstinit const Encoding encoding_table[] = {\n")
    for r in rows:
        e = r["enc"]
        c.append(f"{{{e['prefix']:#x}, {e['wait']:#x}, {e['map']}, {e['opcode']:#04x}, ModrmForm::{e['form']}, {e['digit']}, {e['o16']}, {e['a32']}, {e['w']}, {e['reg']}, {e['rm']}, {e['third']}, "
                 f"{{{e['imm'][0]}, {e['imm'][1]}}}, {{{e['size'][0]}, {e['size'][1]}}}, {e['short']:#x}, {e['last']}, {e['noeax']}, {e['vex']}, {e['swap']:#x}, {e['scale']}, {e['broadcast']}, {e['mask']}, Rounding::{r['rounding']}, {e['lig']}, {e['wig']}}},\n")
    c.append("};\n\n")
    spell = {}
    for r in rows:
        for a, b in r["spell"]:
            spell.setdefault(a, []).append((r, b))
    names, entries = [], []
    for a in sorted(spell):
        names.append((a, len(entries), len(spell[a])))
        for r, b in spell[a]:
            entries.append(match(r, b | (16 if r['att'] == a else 0)))
    c.append("constinit static const MatchEntry match_entries[] = {\n" + "".join(entries) + "};\n\n")
    c.append("struct Spelling {\n  char text[22];\n  u8 length;\n  u8 count;\n  u32 first;\n};\nstatic const Spelling spellings[] = {\n")
    for a, first, n in names:
        c.append(f'{{"{a}", {len(a)}, {n}, {first}}},\n')
    c.append("};\n\n")
    bits = 1
    while 1 << bits < 3 * len(names): bits += 1
    slots = [0] * (1 << bits)
    for i, (a, _, _) in enumerate(names):
        h = name_hash(a) >> (64 - bits)
        while slots[h]: h = (h + 1) % len(slots)
        slots[h] = i + 1
    c.append(f"static const u16 slots[{len(slots)}] = {{{','.join(map(str, slots))}}};\n\n")
    c.append(f"""std::span<const MatchEntry> find_mnemonic(std::string_view name) {{
  char bytes[16] = {{}};
  if (name.empty() || name.size() > 20) return {{}};
  std::memcpy(bytes, name.data(), name.size() < 16 ? name.size() : 16);
  u64 low, high;
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  u64 h = low * 0x9E3779B97F4A7C15u + high * 0xC2B2AE3D27D4EB4Fu;
  h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9u;
  for (u32 i = static_cast<u32>(h >> {64 - bits});; i = (i + 1) & {len(slots) - 1}) {{
    if (!slots[i]) return {{}};
    const Spelling& s = spellings[slots[i] - 1];
    if (s.length == name.size() && !std::memcmp(s.text, name.data(), name.size())) return {{match_entries + s.first, s.count}};
  }}
}}

""")
    alts, where = [], []
    known = {}
    for r in rows:
        key = (r["att"], signature(r))
        if key not in known:
            group = [x for x, b in spell[r["att"]] if signature(x) == signature(r) and not b & 4]
            if len(group) < 2: group = []
            known[key] = (len(alts) if group else 0, len(group))
            alts += [match(x, 0) for x in group]
        where.append(known[key])
    c.append("constinit static const MatchEntry alternative_entries[] = {\n" + "".join(alts) + "};\n")
    c.append("static const struct { u16 first, count; } alternative_index[] = {\n" + "".join(f"{{{a}, {b}}},\n" for a, b in where) + "};\n\n")
    c.append("std::span<const MatchEntry> alternatives(Row row) {\n  auto a = alternative_index[static_cast<u16>(row)];\n  return {alternative_entries + a.first, a.count};\n}\n\n} // namespace lathe::x86\n")
    for name, text in (("rows.inc", inc), ("rows.cpp", "".join(c))):
        path = os.path.join(out, "x86", name)
        if not os.path.exists(path) or open(path).read() != text:  # what includes it need not be built again
            with open(path, "w") as f: f.write(text)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(parse(sys.argv[1]), sys.argv[2])


if __name__ == "__main__":
    main()
