#!/usr/bin/env python3
"""Compares two x86-64 ELF objects: compare_objects.py REFERENCE.o CANDIDATE.o [--level same|code]

same  all sections in their order (type, flags, alignment, entry size, links, bytes), their relocations and the symbols
      in their order; only where names lie in the string tables may differ
code  what the program will be: the allocatable sections but .eh_frame by name, their bytes, and what their relocations
      refer to. Runs of padding NOPs are equal whatever NOPs they hold, and a symbol of the own object is equal to its
      section plus offset

Prints the differences and exits 1 when there are any. Also a module: differences(reference, candidate, level)."""

import argparse
import re
import struct
import sys

SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_GROUP = 2, 3, 4, 8, 17
SHF_ALLOC, SHF_EXECINSTR, SHF_MERGE = 2, 4, 16
STT_SECTION = 3
relocation_names = {1: "64", 2: "PC32", 4: "PLT32", 9: "GOTPCREL", 10: "32", 11: "32S", 19: "TLSGD", 20: "TLSLD", 21: "DTPOFF32",
                    22: "GOTTPOFF", 23: "TPOFF32", 24: "PC64", 41: "GOTPCRELX", 42: "REX_GOTPCRELX"}
# Relocations whose value is an address: a symbol and its section plus offset mean the same place.
address_relocations = {1, 2, 4, 10, 11, 24}


class Section:
    def __init__(self, index, header, data):
        self.index = index
        (self.name, self.type, self.flags, _, offset, self.size, self.link, self.info, self.align, self.entry_size) = header
        self.data = b"" if self.type == SHT_NOBITS else data[offset:offset + self.size]
        self.group = ""
        self.relocations = []  # (offset, type, symbol index, addend)


class Symbol:
    def __init__(self, fields, names):
        (name, info, self.other, self.section, self.value, self.size) = fields
        self.name = text_at(names, name)
        self.type, self.binding = info & 15, info >> 4


class Object:
    def __init__(self, data):
        if data[:6] != b"\x7fELF\2\1":
            raise ValueError("not a little-endian 64-bit ELF file")
        self.header = struct.unpack_from("<HHIQQQIHHHHHH", data, 16)
        table, count, names = self.header[5], self.header[11], self.header[12]
        headers = [struct.unpack_from("<IIQQQQIIQQ", data, table + 64 * i) for i in range(count)]
        self.sections = [Section(i, h, data) for i, h in enumerate(headers)]
        for s in self.sections:
            s.name = text_at(self.sections[names].data, s.name)
        self.symbols = []
        for s in self.sections:
            if s.type == SHT_SYMTAB:
                self.symbols = [Symbol(f, self.sections[s.link].data) for f in struct.iter_unpack("<IBBHQQ", s.data)]
        for s in self.sections:
            if s.type == SHT_RELA:
                for offset, info, addend in struct.iter_unpack("<QQq", s.data):
                    self.sections[s.info].relocations.append((offset, info & 0xffffffff, info >> 32, addend))
            elif s.type == SHT_GROUP:
                signature = self.symbols[s.info].name
                for (member,) in struct.iter_unpack("<I", s.data[4:]):
                    self.sections[member].group = signature


def text_at(table, offset):
    return table[offset:table.index(b"\0", offset)].decode(errors="replace")


def place(a, b):
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def bytes_difference(where, a, b):
    if a == b:
        return []
    i = place(a, b)
    size = f"size {len(a):#x} / {len(b):#x}, " if len(a) != len(b) else ""
    return [f"{where}: {size}at {i:#x}: {a[i:i + 8].hex(' ')} / {b[i:i + 8].hex(' ')}"]


def list_difference(where, a, b, show=str):
    if a == b:
        return []
    i = place(a, b)
    one = show(a[i]) if i < len(a) else "none"
    two = show(b[i]) if i < len(b) else "none"
    return [f"{where}: entry {i} of {len(a)} / {len(b)}: {one} / {two}"]


def show_relocation(r):
    return f"{r[0]:#x} {relocation_names.get(r[1], r[1])} {r[2]}{r[3]:+}"


def same(a, b):
    """Everything but where names lie in the string tables."""
    if a.header[:5] + a.header[6:] != b.header[:5] + b.header[6:]:
        found = list_difference("sections", [s.name for s in a.sections], [s.name for s in b.sections])
        return found or [f"ELF header: {a.header} / {b.header}"]
    out = list_difference("sections", [s.name for s in a.sections], [s.name for s in b.sections])
    for x, y in zip(a.sections, b.sections):
        fields = [(s.type, s.flags, s.link, s.info, s.align, s.entry_size) for s in (x, y)]
        if x.type in (SHT_STRTAB, SHT_SYMTAB):
            fields = [f[:2] for f in fields]
        if fields[0] != fields[1]:
            out.append(f"{x.name}: type, flags, link, info, alignment, entry size {fields[0]} / {fields[1]}")
        if x.type not in (SHT_STRTAB, SHT_SYMTAB, SHT_RELA):
            out += bytes_difference(x.name, x.data, y.data)
            if x.size != y.size:
                out.append(f"{x.name}: size {x.size:#x} / {y.size:#x}")
    described = [[(s.name, s.type, s.binding, s.other, s.section, s.value, s.size) for s in o.symbols] for o in (a, b)]
    out += list_difference("symbols", *described)
    for x, y in zip(a.sections, b.sections):
        named = [[(r[0], r[1], o.symbols[r[2]].name or f"section {o.symbols[r[2]].section}", r[3]) for r in s.relocations]
                 for o, s in ((a, x), (b, y))]
        out += list_difference(f"relocations of {x.name}", *named, show=show_relocation)
    return out


# GNU as's and LLVM's padding: prefixed one-byte NOPs and multi-byte NOPs, behind a jump over them when there are many.
nops = re.compile(rb"(?:\xeb[\x00-\x7f])?(?:[\x66\x2e]*(?:\x90|\x0f\x1f(?:\x00|\x40\x00|\x44\x00\x00|\x80\x00{4}|\x84\x00{5})))+", re.S)


def program_sections(o):
    """Allocatable sections that hold something, by name, group and how many of that name stood before."""
    out, seen = {}, {}
    for s in o.sections:
        if s.flags & SHF_ALLOC and s.name != ".eh_frame" and s.size:
            n = seen[s.name, s.group] = seen.get((s.name, s.group), 0) + 1
            s.key = (s.name, s.group, n)
            out[s.key] = s
    return out


def target(o, relocation):
    """What a relocation refers to: a name, or a section's key and an offset."""
    offset, kind, index, addend = relocation
    symbol = o.symbols[index]
    if symbol.binding != 0 or not 0 < symbol.section < 0xff00:
        return (offset, kind, symbol.name, addend)
    home = o.sections[symbol.section]
    key = getattr(home, "key", home.name)
    if kind in address_relocations or symbol.type == STT_SECTION:
        # Into merged sections the symbol says which piece is meant; the addend counts from there.
        if home.flags & SHF_MERGE and symbol.type != STT_SECTION:
            return (offset, kind, (key, symbol.value), addend)
        if home.flags & SHF_MERGE:
            return (offset, kind, (key, addend), 0)
        return (offset, kind, key, symbol.value + addend)
    return (offset, kind, (key, symbol.value), addend)


def code(a, b):
    mine, theirs = program_sections(a), program_sections(b)
    out = []
    if sorted(mine) != sorted(theirs):
        out.append(f"sections: {sorted(set(mine) - set(theirs))} / {sorted(set(theirs) - set(mine))}")
    for key, x in mine.items():
        y = theirs.get(key)
        if not y:
            continue
        one, two = x.data, y.data
        if one != two and len(one) == len(two) and x.flags & SHF_EXECINSTR:
            one, two = (nops.sub(lambda m: b"\x90" * len(m.group()), d) for d in (one, two))
        out += bytes_difference(x.name, one, two)
        named = [sorted((target(o, r) for r in section.relocations), key=lambda r: r[0]) for o, section in ((a, x), (b, y))]
        out += list_difference(f"relocations of {x.name}", *named, show=show_relocation)
    return out


def differences(reference, candidate, level="same"):
    """Lines about how the bytes of two objects differ; empty when they agree at that level."""
    try:
        a, b = Object(reference), Object(candidate)
    except (ValueError, IndexError, struct.error) as e:
        return [f"not readable: {e}"]
    return same(a, b) if level == "same" else code(a, b)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference")
    parser.add_argument("candidate")
    parser.add_argument("--level", choices=("same", "code"), default="same")
    args = parser.parse_args()
    found = differences(open(args.reference, "rb").read(), open(args.candidate, "rb").read(), args.level)
    print("\n".join(found) if found else "no difference")
    sys.exit(bool(found))
