"""check_output.py OURS [THEIRS]: what outside readers say of a linked file.

readelf has no warnings; eu-elflint finds no kind of fault that it does not find in THEIRS; .eh_frame_hdr's table is
sorted and holds every FDE of .eh_frame; each function that THEIRS has in .symtab stands in OURS, with its size."""

import re
import struct
import subprocess
import sys

failures = []


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    return done.stdout, done.stderr


def faults(path):
    """eu-elflint's findings with the numbers taken out."""
    text, more = output("eu-elflint", "--gnu-ld", path)
    found = set()
    for line in (text + more).splitlines():
        if line.strip() == "No errors":
            continue
        line = re.sub(r"0x[0-9a-f]+|\d+", "N", line)
        found.add(re.sub(r"\[ *N\]", "[N]", line))
    return found


def functions(path):
    """Names of functions with their sizes; those of the start files' assembly have none."""
    found = set()
    for line in output("readelf", "-sW", path)[0].split(".symtab", 1)[-1].splitlines():
        words = line.split()
        if len(words) >= 8 and words[3] in ("FUNC", "IFUNC") and words[6] != "UND":
            found.add((words[7].split("@")[0], words[2]))
    return found


def section(data, wanted):
    offset, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]
    text = headers[names][4]
    for h in headers:
        end = data.index(b"\0", text + h[0])
        if data[text + h[0]:end] == wanted:
            return h[3], data[h[4]:h[4] + h[5]]
    return None


def check_frames(path):
    with open(path, "rb") as f:
        data = f.read()
    header = section(data, b".eh_frame_hdr")
    if not header:
        return
    address, table = header
    if table[:4] != b"\x01\x1b\x03\x3b":
        failures.append("unknown encodings in .eh_frame_hdr")
        return
    count, = struct.unpack_from("<I", table, 8)
    rows = [struct.unpack_from("<ii", table, 12 + 8 * i) for i in range(count)]
    if rows != sorted(rows):
        failures.append(".eh_frame_hdr is not sorted")
    starts = {address + r[0] for r in rows}
    frames = output("readelf", "--debug-dump=frames", path)[0]
    described = [int(m, 16) for m in re.findall(r" FDE cie=[0-9a-f]+ pc=([0-9a-f]+)\.\.", frames)]
    if len(described) != count:
        failures.append(f"{len(described)} FDEs, but {count} rows in .eh_frame_hdr")
    for pc in described:
        if pc not in starts:
            failures.append(f"no row for the FDE of {pc:#x}")


def main():
    ours = sys.argv[1]
    said = output("readelf", "-aW", ours)[1]
    if said:
        failures.append("readelf: " + said)
    check_frames(ours)
    allowed = faults(sys.argv[2]) if len(sys.argv) > 2 else set()
    failures.extend(sorted(faults(ours) - allowed))
    if len(sys.argv) > 2:
        missing = {f for f in functions(sys.argv[2]) - functions(ours)}
        failures.extend(f"no symbol for {name}, {size} bytes" for name, size in sorted(missing))
    for failure in failures[:20]:
        print(failure)
    sys.exit(1 if failures else 0)


main()
