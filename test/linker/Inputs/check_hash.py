"""check_hash.py LIBRARY: looks every dynamic symbol up through .gnu.hash as the loader does, and through .hash if it is there."""

import struct
import sys

with open(sys.argv[1], "rb") as f:
    data = f.read()
offset, = struct.unpack_from("<Q", data, 40)
size, count, names = struct.unpack_from("<HHH", data, 58)
headers = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]


def text(table, at):
    start = headers[table][4] + at
    return data[start:data.index(b"\0", start)]


sections = {text(names, h[0]): h for h in headers}


def gnu_hash(name):
    h = 5381
    for c in name:
        h = (h * 33 + c) & 0xffffffff
    return h


def sysv_hash(name):
    h = 0
    for c in name:
        h = (h << 4) + c
        h = (h ^ (h & 0xf0000000) >> 24) & 0x0fffffff
    return h


dynsym = sections[b".dynsym"]
symbols = [struct.unpack_from("<IBBHQQ", data, dynsym[4] + i) for i in range(0, dynsym[5], 24)]
dynstr = dynsym[6]
at = sections[b".gnu.hash"][4]
buckets, first, words, shift = struct.unpack_from("<IIII", data, at)
bloom = struct.unpack_from(f"<{words}Q", data, at + 16)
heads = struct.unpack_from(f"<{buckets}I", data, at + 16 + words * 8)
chain = at + 16 + words * 8 + buckets * 4


def find(name):
    h = gnu_hash(name)
    word = bloom[h // 64 % words]
    if not (word >> h % 64 & 1 and word >> (h >> shift) % 64 & 1):
        return 0
    i = heads[h % buckets]
    while i:
        value, = struct.unpack_from("<I", data, chain + (i - first) * 4)
        if value | 1 == h | 1 and text(dynstr, symbols[i][0]) == name:
            return i
        if value & 1:
            return 0
        i += 1
    return 0


defined = 0
for index, (name, info, other, section, value, extent) in enumerate(symbols):
    if index == 0:
        continue
    found = find(text(dynstr, name))
    assert found == (index if section else 0), (text(dynstr, name), index, found)
    defined += section != 0
assert words & (words - 1) == 0 and words * 64 >= defined * 4, (words, defined)
set_bits = sum(bin(w).count("1") for w in bloom)
assert set_bits < words * 64 * 0.6 and (set_bits > 0) == (defined > 0), set_bits
if b".hash" in sections:
    at = sections[b".hash"][4]
    buckets, total = struct.unpack_from("<II", data, at)
    for index in range(1, len(symbols)):
        name = text(dynstr, symbols[index][0])
        i, = struct.unpack_from("<I", data, at + 8 + sysv_hash(name) % buckets * 4)
        while i and i != index:
            i, = struct.unpack_from("<I", data, at + 8 + (buckets + i) * 4)
        assert i == index, name
