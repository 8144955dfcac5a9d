#!/usr/bin/env python3
"""Writes a random LLVM IR program without undefined behaviour; main prints one checksum a function.

    utils/ir_random.py 17 > random17.ll
    utils/legalize_diff.py --native --random 20 --seed 100      compares it before and after legalization

Integers of odd and large widths, floats, small vectors, aggregates, memory, loops, switches and most arithmetic
intrinsics. A NaN is replaced by 0 before its bits are looked at, as its payload is nobody's promise."""

import random
import sys

int_widths = [1, 2, 3, 7, 8, 8, 13, 16, 16, 24, 31, 32, 32, 32, 33, 48, 63, 64, 64, 64, 65, 80, 96, 100, 127, 128, 128, 160, 192, 256]
floats = {"float": 32, "double": 64, "x86_fp80": 80, "fp128": 128, "half": 16}
vectors = ["<2 x i32>", "<4 x i32>", "<2 x i64>", "<16 x i8>", "<8 x i16>", "<4 x i8>", "<3 x i32>", "<8 x i1>", "<4 x i7>", "<2 x i128>",
           "<8 x i32>", "<4 x i1>", "<2 x i33>"]
fvectors = ["<2 x float>", "<4 x float>", "<2 x double>", "<3 x float>", "<2 x half>"]


def element(t):
    return t[t.index("x ") + 2:-1]


def count(t):
    return int(t[1:t.index(" ")])


def bits(t):
    return int(t[1:]) if t[0] == "i" else floats[t]


class Function:
    def __init__(self, r, name, declared):
        self.r, self.name, self.declared = r, name, declared
        self.lines, self.values, self.n, self.block = [], {}, 0, "%entry"
        self.slots = {}

    def new(self, prefix="v"):
        self.n += 1
        return "%%%s%d" % (prefix, self.n)

    def emit(self, t, text):
        v = self.new()
        self.lines.append("  %s = %s" % (v, text))
        self.values.setdefault(t, []).append(v)
        return v

    def raw(self, text):
        v = self.new()
        self.lines.append("  %s = %s" % (v, text))
        return v

    def constant(self, t):
        r = self.r
        if t[0] == "i":
            w = bits(t)
            v = r.choice([0, 1, 2, 3, 7, 10, (1 << w) - 1, 1 << (w - 1), (1 << (w - 1)) - 1, r.getrandbits(w), r.getrandbits(w), r.getrandbits(min(w, 8))]) & ((1 << w) - 1)
            return str(v - (1 << w) if v >> (w - 1) else v) if w > 1 else ("true" if v else "false")
        if t in ("float", "double", "half"):
            return r.choice(["0.0", "1.0", "-1.0", "2.5", "-0.0", "100.0", "0.125", "-7.0"])
        if t == "x86_fp80":
            return r.choice(["0xK00000000000000000000", "0xK3FFF8000000000000000", "0xKC000A000000000000000", "0xK4005C800000000000000"])
        if t == "fp128":
            return r.choice(["0xL00000000000000000000000000000000", "0xL00000000000000003FFF000000000000", "0xL0000000000000000C000400000000000"])
        return "<" + ", ".join(element(t) + " " + self.constant(element(t)) for _ in range(count(t))) + ">"

    def value(self, t):
        pool = self.values.get(t)
        if pool and self.r.random() < 0.85:
            return self.r.choice(pool[-6:]) if self.r.random() < 0.7 else self.r.choice(pool)
        return self.constant(t)

    def call(self, t, name, suffix, arguments):
        """arguments: (type, value) pairs"""
        full = "llvm.%s.%s" % (name, suffix)
        self.declared.add("declare %s @%s(%s)" % (t, full, ", ".join(a for a, _ in arguments)))
        return "call %s @%s(%s)" % (t, full, ", ".join("%s %s" % a for a in arguments))

    def int_type(self):
        return "i%d" % self.r.choice(int_widths)

    def any_type(self):
        k = self.r.random()
        if k < 0.62:
            return self.int_type()
        if k < 0.74:
            return self.r.choice(list(floats))
        return self.r.choice(vectors if k < 0.93 else fvectors)

    def suffix(self, t):
        if t[0] == "i":
            return t
        if t[0] == "<":
            return "v%d%s" % (count(t), self.suffix(element(t)))
        return {"float": "f32", "double": "f64", "x86_fp80": "f80", "fp128": "f128", "half": "f16"}[t]

    def positive(self, t):
        """A divisor: not zero, and not negative."""
        w = bits(element(t) if t[0] == "<" else t)
        splat = (lambda c: "<" + ", ".join("%s %d" % (element(t), c) for _ in range(count(t))) + ">") if t[0] == "<" else str
        if self.r.random() < 0.4 and w > 4:
            return splat(self.r.choice([1, 2, 3, 4, 5, 7] + ([10, 100, 127, 64] if w > 7 else []) + ([1000, 641, 65537, 1 << 30] if w > 31 else [])))
        v = self.raw("lshr %s %s, %s" % (t, self.value(t), splat(1)))
        return self.raw("or %s %s, %s" % (t, v, splat(1)))

    def amount(self, t):
        scalar = element(t) if t[0] == "<" else t
        w = bits(scalar)
        if t[0] == "<":
            return "<" + ", ".join("%s %d" % (scalar, self.r.randrange(min(w, 1 << (w - 1)) if w > 1 else 1)) for _ in range(count(t))) + ">"
        if self.r.random() < 0.4:
            return str(self.r.randrange(min(w, 1 << (w - 1)))) if w > 1 else "false"
        if w < 4:
            return "0" if w > 1 else "false"
        return self.raw("urem %s %s, %d" % (t, self.value(t), w))

    # --- Steps.

    def integer(self, t):
        r = self.r
        scalar = element(t) if t[0] == "<" else t
        w = bits(scalar)
        k = r.randrange(22)
        a, b = self.value(t), self.value(t)
        s = self.suffix(t)
        if k < 7:
            return self.emit(t, "%s %s %s, %s" % (r.choice(["add", "sub", "mul", "and", "or", "xor", "add", "sub"]), t, a, b))
        if k < 10:
            return self.emit(t, "%s %s %s, %s" % (r.choice(["shl", "lshr", "ashr"]), t, a, self.amount(t)))
        if k == 10 and w > 2:
            return self.emit(t, "%s %s %s, %s" % (r.choice(["udiv", "sdiv", "urem", "srem"]), t, a, self.positive(t)))
        if k == 11:
            return self.emit(t, self.call(t, r.choice(["smax", "smin", "umax", "umin"]), s, [(t, a), (t, b)]))
        if k == 12 and w > 1:
            return self.emit(t, self.call(t, r.choice(["uadd.sat", "sadd.sat", "usub.sat", "ssub.sat"]), s, [(t, a), (t, b)]))
        if k == 13:
            return self.emit(t, self.call(t, r.choice(["fshl", "fshr"]), s, [(t, a), (t, b if r.random() < 0.5 else a), (t, self.value(t) if r.random() < 0.5 else self.constant(t))]))
        if k == 14:
            name = r.choice(["ctpop", "bitreverse", "ctlz", "cttz", "abs"])
            if name == "ctpop" or name == "bitreverse":
                return self.emit(t, self.call(t, name, s, [(t, a)]))
            return self.emit(t, self.call(t, name, s, [(t, a), ("i1", "false")]))
        if k == 15 and w % 16 == 0:
            return self.emit(t, self.call(t, "bswap", s, [(t, a)]))
        if k == 16 and t[0] == "i" and w > 1:
            name = r.choice(["uadd", "sadd", "usub", "ssub", "umul", "smul"])
            p = self.raw(self.call("{%s, i1}" % t, name + ".with.overflow", s, [(t, a), (t, b)]))
            self.emit("i1", "extractvalue {%s, i1} %s, 1" % (t, p))
            return self.emit(t, "extractvalue {%s, i1} %s, 0" % (t, p))
        if k == 17 and t[0] == "<":
            red = r.choice(["add", "mul", "and", "or", "xor", "smax", "smin", "umax", "umin"])
            return self.emit(scalar, self.call(scalar, "vector.reduce." + red, s, [(t, a)]))
        if k == 18:
            return self.emit("i1" if t[0] == "i" else "<%d x i1>" % count(t),
                             "icmp %s %s %s, %s" % (r.choice(["eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"]), t, a, b))
        return self.emit(t, "select i1 %s, %s %s, %s %s" % (self.value("i1"), t, a, t, b))

    def conversion(self):
        r = self.r
        f, t = self.int_type(), self.int_type()
        if r.random() < 0.3:
            x = r.choice(list(floats))
            if bits(f) <= 128 and r.random() < 0.5:
                return self.emit(x, "%s %s %s to %s" % (r.choice(["sitofp", "uitofp"]), f, self.value(f), x))
            if bits(t) <= 128 and x in ("float", "double"):
                return self.emit(t, self.call(t, r.choice(["fptosi.sat", "fptoui.sat"]), t + "." + self.suffix(x), [(x, self.value(x))]))
            y = r.choice(list(floats))
            if floats[x] != floats[y]:
                return self.emit(y, "%s %s %s to %s" % ("fpext" if floats[y] > floats[x] else "fptrunc", x, self.value(x), y))
            return None
        if bits(f) == bits(t):
            return None
        op = "trunc" if bits(f) > bits(t) else r.choice(["zext", "sext"])
        return self.emit(t, "%s %s %s to %s" % (op, f, self.value(f), t))

    def floating(self, t):
        r = self.r
        k = r.randrange(9)
        a, b = self.value(t), self.value(t)
        if k < 4:
            return self.emit(t, "%s %s %s, %s" % (r.choice(["fadd", "fsub", "fmul", "fdiv"]), t, a, b))
        if k == 4:
            return self.emit(t, "fneg %s %s" % (t, a))
        if k == 5 and t[0] != "<":
            return self.emit("i1", "fcmp %s %s %s, %s" % (r.choice(["oeq", "ogt", "oge", "olt", "ole", "one", "ord", "uno", "ueq", "ugt", "uge", "ult", "ule", "une"]), t, a, b))
        if k == 6:
            name = r.choice(["fabs", "copysign", "floor", "ceil", "trunc", "sqrt", "rint"])
            if t == "fp128" and name not in ("fabs", "copysign"):
                name = "fabs"
            return self.emit(t, self.call(t, name, self.suffix(t), [(t, a)] + ([(t, b)] if name == "copysign" else [])))
        if k == 7 and t[0] != "<":
            return self.emit("i1", self.call("i1", "is.fpclass", self.suffix(t), [(t, a), ("i32", str(r.randrange(1024)))]))
        return self.emit(t, "select i1 %s, %s %s, %s %s" % (self.value("i1"), t, a, t, b))

    def vector(self, t):
        r = self.r
        k = r.randrange(6)
        e, n = element(t), count(t)
        if k == 0:
            return self.emit(t, "insertelement %s %s, %s %s, i32 %d" % (t, self.value(t), e, self.value(e), r.randrange(n)))
        if k == 1:
            return self.emit(e, "extractelement %s %s, i32 %d" % (t, self.value(t), r.randrange(n)))
        if k == 2:
            mask = ", ".join("i32 %d" % r.randrange(2 * n) for _ in range(n))
            return self.emit(t, "shufflevector %s %s, %s %s, <%d x i32> <%s>" % (t, self.value(t), t, self.value(t), n, mask))
        if k == 3:
            i = self.raw("urem i32 %s, %d" % (self.value("i32"), n))
            if r.random() < 0.5:
                return self.emit(e, "extractelement %s %s, i32 %s" % (t, self.value(t), i))
            return self.emit(t, "insertelement %s %s, %s %s, i32 %s" % (t, self.value(t), e, self.value(e), i))
        if k == 4 and e[0] == "i":
            total = n * bits(e)
            others = [o for o in vectors if o != t and count(o) * bits(element(o)) == total]
            if others and r.random() < 0.5:
                o = r.choice(others)
                return self.emit(o, "bitcast %s %s to %s" % (t, self.value(t), o))
            return self.emit("i%d" % total, "bitcast %s %s to i%d" % (t, self.value(t), total))
        if k == 5 and e[0] == "i":
            c = self.value("<%d x i1>" % n)
            return self.emit(t, "select <%d x i1> %s, %s %s, %s %s" % (n, c, t, self.value(t), t, self.value(t)))
        return None

    def memory(self):
        t = self.any_type()
        if t in self.slots and self.r.random() < 0.5:
            return self.emit(t, "load %s, ptr %s, align 1" % (t, self.slots[t]))
        if t not in self.slots:
            self.slots[t] = "%%slot%d" % len(self.slots)
            self.head.append("  %s = alloca %s" % (self.slots[t], t))
            self.head.append("  store %s %s, ptr %s" % (t, self.constant(t), self.slots[t]))
        self.lines.append("  store %s %s, ptr %s, align 1" % (t, self.value(t), self.slots[t]))

    def aggregate(self):
        a, b = self.any_type(), self.int_type()
        t = "{%s, %s}" % (a, b)
        v = self.raw("insertvalue %s poison, %s %s, 0" % (t, a, self.value(a)))
        v = self.raw("insertvalue %s %s, %s %s, 1" % (t, v, b, self.value(b)))
        w = self.raw("insertvalue %s %s, %s %s, 1" % (t, v, b, self.value(b)))
        v = self.raw("select i1 %s, %s %s, %s %s" % (self.value("i1"), t, v, t, w))
        self.emit(a, "extractvalue %s %s, 0" % (t, v))
        self.emit(b, "extractvalue %s %s, 1" % (t, v))

    def atomic(self):
        t = self.r.choice(["i8", "i16", "i32", "i64"])
        if t not in self.slots:
            return None
        op = self.r.choice(["xchg", "add", "sub", "and", "nand", "or", "xor", "max", "min", "umax", "umin", "uinc_wrap", "udec_wrap"])
        return self.emit(t, "atomicrmw %s ptr %s, %s %s seq_cst" % (op, self.slots[t], t, self.value(t)))

    def step(self):
        k = self.r.random()
        t = self.any_type()
        if k < 0.15:
            self.conversion()
        elif k < 0.25:
            self.memory()
        elif k < 0.28:
            self.aggregate()
        elif k < 0.30:
            self.atomic()
        elif t[0] == "<" and self.r.random() < 0.5:
            self.vector(t)
        elif "float" in t or "double" in t or "half" in t or t in floats:
            self.floating(t)
        else:
            self.integer(t)

    # --- Control flow: what is made inside stays inside, but for a phi of each type at the end.

    def enter(self, label):
        self.lines.append("%s:" % label[1:])
        self.block = label

    def inner(self, steps, depth):
        saved = {t: list(v) for t, v in self.values.items()}
        self.body(steps, depth - 1)
        made, self.values = self.values, saved
        return made

    def pick(self, made, t):
        return self.r.choice(made[t][-3:]) if made.get(t) else self.constant(t)

    def diamond(self, depth):
        a, b, end = self.new("b"), self.new("b"), self.new("b")
        self.lines.append("  br i1 %s, label %s, label %s" % (self.value("i1"), a, b))
        ends, made = [], []
        for label in (a, b):
            self.enter(label)
            made.append(self.inner(5, depth))
            ends.append(self.block)
            self.lines.append("  br label %s" % end)
        self.enter(end)
        types = sorted(set(self.any_type() for _ in range(3)))
        for t in types:
            self.emit(t, "phi %s [%s, %s], [%s, %s]" % (t, self.pick(made[0], t), ends[0], self.pick(made[1], t), ends[1]))

    def switch(self, depth):
        t = self.r.choice(["i8", "i16", "i32", "i64", "i7", "i33", "i128"])
        w = bits(t)
        start = self.r.choice([0, 0, -3, 60])
        step = self.r.choice([1, 1, 1, 2, 37])
        cases = [start + i * step for i in range(self.r.randrange(1, 9))]
        cases = [c for c in cases if -(1 << (w - 1)) <= c < 1 << (w - 1)]
        v = self.value(t)
        if self.r.random() < 0.7 and w > 6:
            v = self.raw("urem %s %s, 23" % (t, v))
        labels = [self.new("b") for _ in range(3)]
        end = self.new("b")
        self.lines.append("  switch %s %s, label %s [%s]" % (t, v, labels[0], " ".join("%s %d, label %s" % (t, c, self.r.choice(labels)) for c in cases)))
        ends, made = [], []
        for label in labels:
            self.enter(label)
            made.append(self.inner(3, depth))
            ends.append(self.block)
            self.lines.append("  br label %s" % end)
        self.enter(end)
        t = self.any_type()
        self.emit(t, "phi %s %s" % (t, ", ".join("[%s, %s]" % (self.pick(m, t), e) for m, e in zip(made, ends))))

    def loop(self, depth):
        head, end = self.new("b"), self.new("b")
        before = self.block
        self.lines.append("  br label %s" % head)
        self.enter(head)
        counter = self.new()
        types = sorted(set(self.any_type() for _ in range(3)))
        phis = [(t, self.new(), self.value(t)) for t in types]
        place = len(self.lines)
        saved = {t: list(v) for t, v in self.values.items()}
        for t, v, _ in phis:
            self.values.setdefault(t, []).append(v)
        self.values.setdefault("i32", []).append(counter)
        self.body(6, depth - 1)
        nexts = [(t, v, start, self.pick(self.values, t)) for t, v, start in phis]
        n = self.raw("add i32 %s, 1" % counter)
        c = self.raw("icmp ult i32 %s, %d" % (n, self.r.randrange(2, 6)))
        self.lines.append("  br i1 %s, label %s, label %s" % (c, head, end))
        lines = ["  %s = phi i32 [0, %s], [%s, %s]" % (counter, before, n, self.block)]
        lines += ["  %s = phi %s [%s, %s], [%s, %s]" % (v, t, start, before, again, self.block) for t, v, start, again in nexts]
        self.lines[place:place] = lines
        self.values = saved
        for t, v, _, again in nexts:
            if again.startswith("%"):
                self.values.setdefault(t, []).append(again)
        self.enter(end)

    def body(self, steps, depth):
        for _ in range(steps):
            k = self.r.random()
            if depth > 0 and k < 0.08:
                self.diamond(depth)
            elif depth > 0 and k < 0.12:
                self.loop(depth)
            elif depth > 0 and k < 0.15:
                self.switch(depth)
            else:
                self.step()

    def write(self):
        types = [t for t in (self.any_type() for _ in range(self.r.randrange(1, 7)))
                 if t[0] != "<" and (t[0] != "i" or bits(t) <= 128)]
        self.parameters = types
        for i, t in enumerate(types):
            self.values.setdefault(t, []).append("%%a%d" % i)
        self.head = []
        self.body(self.r.randrange(20, 60), 2)
        h = "0"
        for t in sorted(self.values):
            for v in self.values[t][-3:]:
                h = self.hash(t, v, h)
        self.lines.append("  ret i64 %s" % h)
        head = "define i64 @%s(%s) noinline {" % (self.name, ", ".join("%s %%a%d" % (t, i) for i, t in enumerate(types)))
        return "\n".join([head, "entry:"] + self.head + self.lines + ["}", ""])

    def hash(self, t, v, h):
        if t[0] == "<":
            for i in range(count(t)):
                h = self.hash(element(t), self.raw("extractelement %s %s, i32 %d" % (t, v, i)), h)
            return h
        if t in floats:
            nan = self.raw("fcmp uno %s %s, %s" % (t, v, v))
            zero = {"x86_fp80": "0xK00000000000000000000", "fp128": "0xL00000000000000000000000000000000"}.get(t, "0.0")
            v = self.raw("select i1 %s, %s %s, %s %s" % (nan, t, zero, t, v))
            v = self.raw("bitcast %s %s to i%d" % (t, v, floats[t]))
            t = "i%d" % floats[t]
        if bits(t) > 64:
            low, high = self.raw("trunc %s %s to i64" % (t, v)), self.raw("lshr %s %s, 64" % (t, v))
            return self.hash(t[0] + str(64), self.raw("trunc %s %s to i64" % (t, high)), self.hash("i64", low, h))
        if bits(t) < 64:
            v = self.raw("zext %s %s to i64" % (t, v))
        h = self.raw("mul i64 %s, 6364136223846793005" % h)
        h = self.raw("xor i64 %s, %s" % (h, v))
        return self.raw("add i64 %s, 1442695040888963407" % h)


def module(seed, count=4):
    """The text of one program."""
    r = random.Random(seed)
    declared = set()
    out = ['target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"',
           'target triple = "x86_64-unknown-linux-gnu"', '@format = private constant [8 x i8] c"%016lx\\0A\\00"']
    functions = [Function(r, "f%d" % i, declared) for i in range(count)]
    out += [f.write() for f in functions]
    out += ["declare i32 @printf(ptr, ...)", "define i32 @main() {"]
    n = 0
    for f in functions:
        for _ in range(3):
            arguments = ", ".join("%s %s" % (t, f.constant(t)) for t in f.parameters)
            out.append("  %%r%d = call i64 @%s(%s)" % (n, f.name, arguments))
            out.append("  %%p%d = call i32 (ptr, ...) @printf(ptr @format, i64 %%r%d)" % (n, n))
            n += 1
    return "\n".join(out + ["  ret i32 0", "}"] + sorted(declared))


if __name__ == "__main__":
    print(module(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 4))
