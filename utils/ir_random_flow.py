#!/usr/bin/env python3
"""Writes a random LLVM IR module whose control flow is wild (ir_random.py has more kinds of values): webs of phis,
irreducible loops, wide switches, calls with up to 200 arguments, atomics, odd integer widths, i128, funnel shifts,
saturating and overflow arithmetic. The same seed gives the same text. main prints checksums, one a line, so that the output of `lli` and
of a compiled program can be compared; no module has undefined behaviour or runs for long.

  ir_random_flow.py SEED [-o FILE] [--functions N] [--size N] [--no-main] [--typed-pointers]
"""
import argparse
import random
import sys

WIDTHS = [1, 2, 5, 7, 8, 8, 9, 13, 16, 16, 17, 24, 31, 32, 32, 32, 33, 40, 47, 48, 63, 64, 64, 64, 65, 96, 100, 127, 128, 128]
COMMON = [8, 16, 32, 64]
FLOATS = ["float", "double"]


def const(rng, width):
    kind = rng.randrange(6)
    if kind == 0:
        v = rng.choice([0, 1, -1, 2])
    elif kind == 1:
        v = 1 << rng.randrange(width)
    elif kind == 2:
        v = (1 << (width - 1)) - rng.randrange(2)
    elif kind == 3:
        v = rng.randrange(256)
    else:
        v = rng.getrandbits(width)
    v &= (1 << width) - 1
    if width == 1:
        return "true" if v else "false"
    return str(v - (1 << width) if v >> (width - 1) else v)


class Function:
    """One function: blocks of straight code, joined by a random shape."""

    def __init__(self, module, name, params, result):
        self.m, self.rng = module, module.rng
        self.name, self.params, self.result = name, params, result
        self.lines = []
        self.count = 0
        self.values = []  # (type, name) usable here
        for i, t in enumerate(params):
            self.values.append((t, f"%a{i}"))

    def new(self, prefix="v"):
        self.count += 1
        return f"%{prefix}{self.count}"

    def emit(self, text):
        self.lines.append("  " + text)

    def define(self, ty, text, keep=True):
        name = self.new()
        self.emit(f"{name} = {text}")
        if keep:
            self.values.append((ty, name))
        return name

    # --- Getting a value of a type

    def value(self, ty):
        fits = [v for t, v in self.values[-40:] if t == ty]
        if fits and self.rng.random() < 0.8:
            return self.rng.choice(fits)
        if ty in FLOATS:
            return f"{self.rng.choice([0.5, 1.0, -2.0, 3.25, 1024.0, -0.125])}"
        if self.rng.random() < 0.5 and self.values:
            return self.convert(ty)
        return const(self.rng, int(ty[1:]))

    def convert(self, ty):
        source_type, v = self.rng.choice(self.values[-40:])
        return self.convert_value(source_type, v, ty)

    def convert_value(self, source_type, v, ty):
        if source_type == ty:
            return v
        width = int(ty[1:]) if ty not in FLOATS else 0
        if source_type in FLOATS:
            if ty in FLOATS:
                return self.define(ty, f"{'fpext' if ty == 'double' else 'fptrunc'} {source_type} {v} to {ty}")
            f = source_type[0] == "f" and "f32" or "f64"
            sign = self.rng.choice("su")
            if width > 128 or width == 1:
                return const(self.rng, width)
            return self.define(ty, self.m.intrinsic(f"fpto{sign}i.sat.i{width}.{f}", ty, [(source_type, v)]))
        w = int(source_type[1:])
        if ty in FLOATS:
            return self.define(ty, f"{self.rng.choice(['sitofp', 'uitofp'])} {source_type} {v} to {ty}")
        if w > width:
            return self.define(ty, f"trunc {source_type} {v} to {ty}")
        return self.define(ty, f"{self.rng.choice(['zext', 'sext'])} {source_type} {v} to {ty}")

    def integer_type(self):
        return f"i{self.rng.choice(WIDTHS)}"

    # --- Operations

    def operation(self):
        r = self.rng
        kind = r.choice(["binary", "binary", "binary", "divide", "shift", "compare", "select", "funnel", "saturate", "overflow",
                         "bits", "minmax", "float", "memory", "atomic", "aggregate", "call", "convert", "array", "bool"])
        getattr(self, "op_" + kind)()

    def op_binary(self):
        t = self.integer_type()
        self.define(t, f"{self.rng.choice(['add', 'sub', 'mul', 'and', 'or', 'xor'])} {t} {self.value(t)}, {self.value(t)}")

    def op_divide(self):
        t = self.integer_type()
        w = int(t[1:])
        if w < 3:
            return
        # A divisor that is neither zero nor -1.
        d = self.define(t, f"or {t} {self.value(t)}, 1", keep=False)
        mask = (1 << (w - 1)) - 1
        d = self.define(t, f"and {t} {d}, {mask}", keep=False)
        op = self.rng.choice(["udiv", "sdiv", "urem", "srem"])
        if self.rng.random() < 0.3:
            d = str(self.rng.randrange(1, min(mask, 1 << 40) + 1))
        self.define(t, f"{op} {t} {self.value(t)}, {d}")

    def shift_amount(self, t):
        w = int(t[1:])
        if self.rng.random() < 0.5:
            return str(self.rng.randrange(w)) if w > 1 else "false"
        if w & (w - 1) == 0 and w > 1:
            return self.define(t, f"and {t} {self.value(t)}, {w - 1}", keep=False)
        if w < 4:
            return "0" if w > 1 else "false"
        return self.define(t, f"urem {t} {self.value(t)}, {min(w, (1 << w) - 1)}", keep=False)

    def op_shift(self):
        t = self.integer_type()
        v = self.value(t)
        self.define(t, f"{self.rng.choice(['shl', 'lshr', 'ashr'])} {t} {v}, {self.shift_amount(t)}")

    def op_compare(self):
        t = self.integer_type()
        p = self.rng.choice("eq ne ugt uge ult ule sgt sge slt sle".split())
        self.define("i1", f"icmp {p} {t} {self.value(t)}, {self.value(t)}")

    def op_bool(self):
        a, b = self.value("i1"), self.value("i1")
        self.define("i1", f"{self.rng.choice(['and', 'or', 'xor', 'add', 'mul'])} i1 {a}, {b}")

    def op_select(self):
        t = self.rng.choice([self.integer_type(), "double", "float"])
        c, a, b = self.value("i1"), self.value(t), self.value(t)
        self.define(t, f"select i1 {c}, {t} {a}, {t} {b}")

    def op_funnel(self):
        t = self.integer_type()
        if int(t[1:]) < 3:
            return
        name = self.rng.choice(["fshl", "fshr"])
        a = self.value(t)
        b = a if self.rng.random() < 0.3 else self.value(t)
        self.define(t, self.m.intrinsic(f"{name}.{t}", t, [(t, a), (t, b), (t, self.value(t))]))

    def op_saturate(self):
        t = self.integer_type()
        name = self.rng.choice(["uadd.sat", "usub.sat", "sadd.sat", "ssub.sat", "ushl.sat", "sshl.sat"])
        b = self.shift_amount(t) if "shl" in name else self.value(t)
        self.define(t, self.m.intrinsic(f"{name}.{t}", t, [(t, self.value(t)), (t, b)]))

    def op_overflow(self):
        t = self.integer_type()
        name = self.rng.choice(["uadd", "usub", "umul", "sadd", "ssub", "smul"])
        pair = "{ " + t + ", i1 }"
        # Signed products wider than i64 want a library function that few libraries have.
        if name == "smul" and int(t[1:]) > 64:
            name = "umul"
        v = self.define(pair, self.m.intrinsic(f"{name}.with.overflow.{t}", pair, [(t, self.value(t)), (t, self.value(t))]), keep=False)
        self.define(t, f"extractvalue {pair} {v}, 0")
        self.define("i1", f"extractvalue {pair} {v}, 1")

    def op_bits(self):
        t = self.integer_type()
        w = int(t[1:])
        name = self.rng.choice(["ctpop", "ctlz", "cttz", "bitreverse", "bswap", "abs"])
        if name == "bswap" and w % 16:
            name = "bitreverse"
        args = [(t, self.value(t))]
        if name in ("ctlz", "cttz", "abs"):
            args.append(("i1", "false"))
        self.define(t, self.m.intrinsic(f"{name}.{t}", t, args))

    def op_minmax(self):
        t = self.integer_type()
        self.define(t, self.m.intrinsic(f"{self.rng.choice(['smax', 'smin', 'umax', 'umin'])}.{t}", t, [(t, self.value(t)), (t, self.value(t))]))

    def op_float(self):
        t = self.rng.choice(FLOATS)
        k = self.rng.randrange(5)
        if k < 2:
            self.define(t, f"{self.rng.choice(['fadd', 'fsub', 'fmul'])} {t} {self.value(t)}, {self.value(t)}")
        elif k == 2:
            self.define(t, f"fneg {t} {self.value(t)}")
        elif k == 3:
            p = self.rng.choice("oeq ogt oge olt ole one ord uno ueq ugt uge ult ule une".split())
            self.define("i1", f"fcmp {p} {t} {self.value(t)}, {self.value(t)}")
        else:
            f = "f32" if t == "float" else "f64"
            self.define(t, self.m.intrinsic(f"{self.rng.choice(['fabs', 'copysign', 'floor', 'trunc'])}.{f}", t, None, self, t))

    def op_memory(self):
        t = self.rng.choice([self.integer_type(), "double"])
        p = self.rng.choice(self.slots)
        self.emit(f"store {t} {self.value(t)}, {self.m.ptr(t)} {self.m.cast(self, p, t)}, align {self.rng.choice([1, 2, 16])}")
        u = t if self.rng.random() < 0.7 or t == "double" else f"i{self.rng.choice([w for w in COMMON if w <= max(8, int(t[1:]))])}"
        if u != t and int(t[1:]) % 8:
            u = t
        self.define(u, f"load {u}, {self.m.ptr(u)} {self.m.cast(self, p, u)}, align 1")

    def op_atomic(self):
        t = f"i{self.rng.choice(COMMON)}"
        p = self.m.cast(self, self.rng.choice(self.slots), t)
        n = int(t[1:]) // 8
        self.emit(f"store atomic {t} {self.value(t)}, {self.m.ptr(t)} {p} {self.rng.choice(['monotonic', 'release', 'seq_cst'])}, align {n}")
        k = self.rng.randrange(3)
        if k == 0:
            op = self.rng.choice("xchg add sub and nand or xor max min umax umin".split())
            self.define(t, f"atomicrmw {op} {self.m.ptr(t)} {p}, {t} {self.value(t)} {self.rng.choice(['monotonic', 'acq_rel', 'seq_cst'])}")
        elif k == 1:
            pair = "{ " + t + ", i1 }"
            v = self.define(pair, f"cmpxchg {self.m.ptr(t)} {p}, {t} {self.value(t)}, {t} {self.value(t)} seq_cst monotonic", keep=False)
            self.define(t, f"extractvalue {pair} {v}, 0")
            self.define("i1", f"extractvalue {pair} {v}, 1")
        self.define(t, f"load atomic {t}, {self.m.ptr(t)} {p} acquire, align {n}")

    def op_aggregate(self):
        a, b = self.integer_type(), self.rng.choice(FLOATS)
        s = f"{{ {a}, [2 x i16], {b} }}"
        v = self.define(s, f"insertvalue {s} zeroinitializer, {a} {self.value(a)}, 0", keep=False)
        v = self.define(s, f"insertvalue {s} {v}, i16 {self.value('i16')}, 1, {self.rng.randrange(2)}", keep=False)
        v = self.define(s, f"insertvalue {s} {v}, {b} {self.value(b)}, 2", keep=False)
        self.define(a, f"extractvalue {s} {v}, 0")
        self.define("i16", f"extractvalue {s} {v}, 1, 1")

    def op_call(self):
        done = [f for f in self.m.functions if f.calls_left > 0]
        if not done or self.m.budget <= 0:
            return
        f = self.rng.choice(done)
        if f.cost > self.m.budget or self.in_loop:
            return
        self.m.budget -= f.cost
        self.cost += f.cost
        args = ", ".join(f"{t} {self.value(t)}" for t in f.params)
        self.define(f.result, f"call {f.convention}{f.result} @{f.name}({args})")

    def op_convert(self):
        if not self.values:
            return
        self.convert(self.rng.choice([self.integer_type(), "double", "float"]))

    def op_array(self):
        w = self.rng.choice(COMMON)
        i = self.define("i64", f"urem i64 {self.value('i64')}, 16", keep=False)
        table = f"[16 x i{w}]"
        p = self.define("ptr", f"getelementptr inbounds {table}, {self.m.ptr(table)} @table{w}, i64 0, i64 {i}", keep=False)
        self.define(f"i{w}", f"load i{w}, {self.m.ptr(f'i{w}')} {p}, align {w // 8}")
        if self.rng.random() < 0.3:
            self.emit(f"store i{w} {self.value(f'i{w}')}, {self.m.ptr(f'i{w}')} {p}, align {w // 8}")

    # --- Shapes. Each leaves the function in an open block; values of inner blocks are forgotten behind them.

    def straight(self, n):
        for _ in range(n):
            self.operation()

    def block(self, name):
        self.lines.append(f"{name[1:]}:")
        self.current = name

    def jump(self, to):
        self.emit(f"br label {to}")

    def web(self, froms, sources):
        """Phis in a block just begun; `sources` has, for each predecessor, its own values."""
        phis = []
        for _ in range(self.rng.randrange(1, 6)):
            t = self.rng.choice([self.integer_type(), "i64", "i32", "double"])
            incoming = []
            for block, values in zip(froms, sources):
                fits = [v for ty, v in values if ty == t]
                if fits:
                    v = self.rng.choice(fits)
                else:
                    v = "0.5" if t in FLOATS else const(self.rng, int(t[1:]))
                incoming.append(f"[ {v}, {block} ]")
            name = self.new("p")
            self.emit(f"{name} = phi {t} {', '.join(incoming)}")
            phis.append((t, name))
        return phis

    def diamond(self, depth):
        base = len(self.values)
        c = self.value("i1")
        a, b, join = self.new("then"), self.new("else"), self.new("join")
        self.emit(f"br i1 {c}, label {a}, label {b}")
        froms, sources = [], []
        for arm in (a, b):
            self.block(arm)
            self.body(depth - 1)
            froms.append(self.current)
            sources.append(self.values[-30:])
            del self.values[base:]
            self.jump(join)
        self.block(join)
        self.values += self.web(froms, sources)

    def switch(self, depth):
        base = len(self.values)
        t = f"i{self.rng.choice([3, 8, 16, 32, 33, 64, 100])}"
        w = int(t[1:])
        count = min(self.rng.choice([2, 5, 12, 60, 300]), (1 << w) // 2)
        start = self.rng.getrandbits(min(w, 40))
        step = self.rng.choice([1, 1, 1, 3, 1000, 1 << 20])
        cases = sorted({(start + i * step + (self.rng.randrange(step) if step > 1 else 0)) & ((1 << w) - 1) for i in range(count)})
        v = self.value(t)
        if self.rng.random() < 0.7:
            # Into the neighbourhood of the cases, so that they are taken.
            small = self.define(t, f"urem {t} {v}, {max(1, min(count * step + 2, (1 << w) - 1))}", keep=False)
            v = self.define(t, f"add {t} {small}, {start - (1 << w) if start >> (w - 1) & 1 else start}", keep=False)
        arms = [self.new("case") for _ in range(self.rng.randrange(2, 6))]
        join, default = self.new("join"), self.new("default")
        head = self.current
        direct = self.rng.random() < 0.3 # some cases go to the join themselves
        rows, to_join = [], 0
        for case in cases:
            target = self.rng.choice(arms)
            if direct and self.rng.random() < 0.2:
                target = join
                to_join += 1
            rows.append(f"    {t} {case - (1 << w) if case >> (w - 1) & 1 else case}, label {target}")
        self.emit(f"switch {t} {v}, label {default} [")
        self.lines += rows
        self.emit("]")
        froms = [head] * to_join
        sources = [self.values[-30:]] * to_join
        for arm in arms + [default]:
            self.block(arm)
            self.straight(self.rng.randrange(1, 4))
            froms.append(self.current)
            sources.append(self.values[-30:])
            del self.values[base:]
            self.jump(join)
        self.block(join)
        # An edge that is there twice carries one value.
        phis = []
        for t in (self.integer_type(), "i64"):
            per_block = {}
            for block, values in zip(froms, sources):
                if block not in per_block:
                    fits = [v for ty, v in values if ty == t]
                    per_block[block] = self.rng.choice(fits) if fits else const(self.rng, int(t[1:]))
            name = self.new("p")
            self.emit(f"{name} = phi {t} {', '.join(f'[ {per_block[b]}, {b} ]' for b in froms)}")
            phis.append((t, name))
        self.values += phis

    def loop(self, depth):
        """A counted loop, its phis a ring that turns with each round."""
        base = len(self.values)
        rounds = self.rng.choice([1, 2, 3, 7])
        head, out = self.new("head"), self.new("out")
        before = self.current
        ring_type = self.rng.choice([self.integer_type(), "i64", "i32"])
        ring = [self.new("r") for _ in range(self.rng.randrange(1, 6))]
        starts = [self.value(ring_type) for _ in ring]
        other = [(t, self.new("l")) for t in (self.integer_type(), "double")]
        other_starts = [self.value(t) for t, _ in other]
        self.jump(head)
        self.block(head)
        at = len(self.lines)
        was, self.in_loop = self.in_loop, True
        i = self.new("i")
        self.values += [(ring_type, r) for r in ring] + other + [("i32", i)]
        self.body(depth - 1)
        next_i = self.define("i32", f"add i32 {i}, 1", keep=False)
        last = self.value(ring_type)
        finals = [self.value(t) for t, _ in other]
        done = self.define("i1", f"icmp uge i32 {next_i}, {rounds}", keep=False)
        self.emit(f"br i1 {done}, label {out}, label {head}")
        phis = [f"  {i} = phi i32 [ 0, {before} ], [ {next_i}, {self.current} ]"]
        turned = ring[1:] + [last]
        for r, s, n in zip(ring, starts, turned):
            phis.append(f"  {r} = phi {ring_type} [ {s}, {before} ], [ {n}, {self.current} ]")
        for (t, name), s, n in zip(other, other_starts, finals):
            phis.append(f"  {name} = phi {t} [ {s}, {before} ], [ {n}, {self.current} ]")
        self.lines[at:at] = phis
        self.block(out)
        self.in_loop = was
        keep = [(ring_type, r) for r in ring] + other
        del self.values[base:]
        self.values += keep

    def irreducible(self, depth):
        """Two blocks that jump to each other, entered at either, until a counter runs out."""
        base = len(self.values)
        a, b, out = self.new("left"), self.new("right"), self.new("out")
        before = self.current
        t = self.rng.choice([self.integer_type(), "i64"])
        c, x, y = self.value("i1"), self.value(t), self.value(t)
        # What both blocks use must be there on entry: operands are made before the branch.
        z = self.value(t)
        self.emit(f"br i1 {c}, label {a}, label {b}")
        na, nb, va, vb = (self.new(p) for p in ("n", "n", "x", "x"))
        ia, ib, wa, wb, da, db = (self.new(p) for p in ("i", "i", "w", "w", "d", "d"))
        limit = self.rng.randrange(2, 9)
        self.block(a)
        self.emit(f"{na} = phi i32 [ 0, {before} ], [ {ib}, {b} ]")
        self.emit(f"{va} = phi {t} [ {x}, {before} ], [ {wb}, {b} ]")
        self.emit(f"{ia} = add i32 {na}, 1")
        self.emit(f"{wa} = {self.rng.choice(['add', 'xor', 'sub'])} {t} {va}, {z}")
        self.emit(f"{da} = icmp ugt i32 {ia}, {limit}")
        self.emit(f"br i1 {da}, label {out}, label {b}")
        self.block(b)
        self.emit(f"{nb} = phi i32 [ 1, {before} ], [ {ia}, {a} ]")
        self.emit(f"{vb} = phi {t} [ {y}, {before} ], [ {wa}, {a} ]")
        self.emit(f"{ib} = add i32 {nb}, 1")
        self.emit(f"{wb} = {self.rng.choice(['mul', 'or', 'sub'])} {t} {vb}, {z}")
        self.emit(f"{db} = icmp ugt i32 {ib}, {limit}")
        self.emit(f"br i1 {db}, label {out}, label {a}")
        self.block(out)
        del self.values[base:]
        p, q = self.new("p"), self.new("p")
        self.emit(f"{p} = phi {t} [ {wa}, {a} ], [ {wb}, {b} ]")
        self.emit(f"{q} = phi i32 [ {ia}, {a} ], [ {ib}, {b} ]")
        self.values += [(t, p), ("i32", q)]

    def body(self, depth):
        self.straight(self.rng.randrange(1, self.m.size))
        if depth <= 0:
            return
        for _ in range(self.rng.randrange(0, 3)):
            shape = self.rng.choice([self.diamond, self.diamond, self.switch, self.loop, self.irreducible])
            shape(depth)
            self.straight(self.rng.randrange(1, self.m.size))

    def build(self):
        self.in_loop = False
        self.cost = 1
        self.calls_left = 1
        self.convention = "" if self.rng.random() < 0.7 else "fastcc "
        self.current = "%entry"
        self.lines.append("entry:")
        self.slots = []
        for _ in range(3):
            name = self.new("slot")
            self.emit(f"{name} = alloca [32 x i8], align {self.rng.choice([16, 16, 64])}")
            self.emit(f"call void @llvm.memset.{self.m.p}.i64({self.m.ptr('i8')} {self.m.cast(self, name, 'i8')}, i8 {self.rng.randrange(128)}, i64 32, i1 false)")
            self.slots.append(name)
        self.body(3)
        # Everything that is alive at the end goes into the result.
        total = self.value("i64")
        for t, v in self.values[-12:]:
            if t in FLOATS:
                continue
            w = self.convert_value(t, v, "i64")
            total = self.define("i64", f"call i64 @mix(i64 {total}, i64 {w})", keep=False)
        result = self.convert_value("i64", total, self.result) if self.result != "double" else self.define("double", f"sitofp i64 {total} to double", keep=False)
        self.emit(f"ret {self.result} {result}")
        params = ", ".join(f"{t} %a{i}" for i, t in enumerate(self.params))
        linkage = "internal " if self.convention else ""
        return f"define {linkage}{self.convention}{self.result} @{self.name}({params}) {{\n" + "\n".join(self.lines) + "\n}\n"


class Module:
    def __init__(self, seed, size, typed):
        self.rng = random.Random(seed)
        self.size = size
        self.typed = typed
        self.p = "p0i8" if typed else "p0"
        self.functions, self.declared = [], {}
        self.budget = 3000

    def ptr(self, ty):
        return f"{ty}*" if self.typed else "ptr"

    def cast(self, f, p, ty):
        """A slot as a pointer to `ty`."""
        if not self.typed:
            return p
        name = f.new()
        f.emit(f"{name} = bitcast [32 x i8]* {p} to {ty}*")
        return name

    def intrinsic(self, name, result, args, f=None, ty=None):
        if args is None:
            args = [(ty, f.value(ty))]
            # The sign of a NaN is nobody's business, so none is copied from a computed value.
            if "copysign" in name:
                args.append((ty, self.rng.choice(["-1.0", "2.0"])))
        self.declared[f"llvm.{name}"] = f"declare {result} @llvm.{name}({', '.join(t for t, _ in args)})"
        return f"call {result} @llvm.{name}({', '.join(f'{t} {v}' for t, v in args)})"

    def text(self, count, main):
        r = self.rng
        bodies = []
        for i in range(count):
            n = r.choice([0, 1, 2, 3, 5, 8, 12, 30, 200 if r.random() < 0.3 else 7])
            params = [r.choice([f"i{r.choice(WIDTHS)}", "i64", "i32", "double", "float"]) for _ in range(n)]
            f = Function(self, f"f{i}", params, r.choice([f"i{r.choice(WIDTHS)}", "i64", "double"]))
            bodies.append(f.build())
            self.functions.append(f)
        out = ["; ir_random_flow.py made this", 'target triple = "x86_64-pc-linux-gnu"', ""]
        for w in COMMON:
            out.append(f"@table{w} = internal global [16 x i{w}] [" + ", ".join(f"i{w} {const(r, w)}" for _ in range(16)) + "]")
        out.append('@format = private constant [8 x i8] c"%016lx\\0A\\00"')
        out.append("")
        out.append("""define internal i64 @mix(i64 %h, i64 %v) {
  %a = xor i64 %h, %v
  %b = mul i64 %a, -7046029254386353131
  %c = lshr i64 %b, 29
  %d = xor i64 %b, %c
  ret i64 %d
}
""")
        out += bodies
        if main:
            f = Function(self, "main", [], "i32")
            f.in_loop = True
            f.lines.append("entry:")
            total = "0"
            for g in self.functions:
                for _ in range(3):
                    args = ", ".join(f"{t} {f.value(t) if t in FLOATS else const(r, int(t[1:]))}" for t in g.params)
                    v = f.define(g.result, f"call {g.convention}{g.result} @{g.name}({args})", keep=False)
                    if g.result == "double":
                        v = f.define("i64", f"bitcast double {v} to i64", keep=False)
                        ty = "i64"
                    else:
                        ty = g.result
                    w = int(ty[1:])
                    if w > 64:
                        hi = f.define(ty, f"lshr {ty} {v}, {w - 64}", keep=False)
                        v = f.define(ty, f"xor {ty} {v}, {hi}", keep=False)
                        v = f.define("i64", f"trunc {ty} {v} to i64", keep=False)
                    elif w < 64:
                        v = f.define("i64", f"zext {ty} {v} to i64", keep=False)
                    total = f.define("i64", f"call i64 @mix(i64 {total}, i64 {v})", keep=False)
                if self.typed:
                    s = f.define("ptr", "getelementptr [8 x i8], [8 x i8]* @format, i64 0, i64 0", keep=False)
                    f.emit(f"call i32 (i8*, ...) @printf(i8* {s}, i64 {total})")
                else:
                    f.emit(f"call i32 (ptr, ...) @printf(ptr @format, i64 {total})")
            f.emit("ret i32 0")
            out.append("define i32 @main() {\n" + "\n".join(f.lines) + "\n}\n")
            out.append(f"declare i32 @printf({self.ptr('i8')}, ...)")
        out.append(f"declare void @llvm.memset.{self.p}.i64({self.ptr('i8')}, i8, i64, i1)")
        out += [self.declared[k] for k in sorted(self.declared)]
        return "\n".join(out) + "\n"


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("seed", type=int)
    a.add_argument("-o", metavar="FILE", default="-")
    a.add_argument("--functions", type=int, default=6, metavar="N")
    a.add_argument("--size", type=int, default=8, metavar="N", help="about how many operations a block has")
    a.add_argument("--no-main", action="store_true")
    a.add_argument("--typed-pointers", action="store_true", help="as LLVM 14 writes them")
    a = a.parse_args()
    text = Module(a.seed, max(2, a.size), a.typed_pointers).text(a.functions, not a.no_main)
    if a.o == "-":
        sys.stdout.write(text)
    else:
        with open(a.o, "w") as f:
            f.write(text)


if __name__ == "__main__":
    main()
