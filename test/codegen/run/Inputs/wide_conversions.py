"""Writes random conversions between wide integers and every float type as a module, and what it prints.

  wide_conversions.py SEED MODULE WANTED

What is wanted is computed with Python's exact integers: rounded to nearest, ties to even."""

import random
import sys

# total bits, bits of the exponent, bits of the fraction (x86_fp80 stores its leading one)
formats = {"half": (16, 5, 10), "float": (32, 8, 23), "double": (64, 11, 52), "x86_fp80": (80, 15, 63), "fp128": (128, 15, 112)}
low64 = (1 << 64) - 1


def rounded(a, digits):
    """`a` rounded to so many binary digits."""
    shift = a.bit_length() - digits
    if shift <= 0:
        return a
    quotient, rest, half = a >> shift, a & ((1 << shift) - 1), 1 << (shift - 1)
    return quotient + (rest > half or (rest == half and quotient & 1)) << shift


def encoded(value, name):
    """The bits of the float nearest to the integer."""
    bits, exponent_bits, fraction = formats[name]
    sign = int(value < 0) << (bits - 1)
    a = rounded(abs(value), fraction + 1)
    if a == 0:
        return sign
    bias, exponent = (1 << (exponent_bits - 1)) - 1, a.bit_length() - 1
    if exponent > bias:
        exponent, a = bias + 1, 1 << (bias + 1)
    leading = a << fraction >> exponent
    if name == "x86_fp80":
        return sign | exponent + bias << 64 | leading
    return sign | exponent + bias << fraction | leading - (1 << fraction)


def main():
    r = random.Random(int(sys.argv[1]))
    variables, body, wanted = [], [], []

    def show(value, number):
        body.append(f"  call i32 (ptr, ...) @printf(ptr @format, i64 {value})")
        wanted.append(f"{number & low64:x}")

    def show_wide(name, bits, number):
        """Prints the low 64 bits and those above the middle."""
        body.append(f"  %{name}l = {'trunc' if bits > 64 else 'zext' if bits < 64 else 'bitcast'} i{bits} %{name} to i64")
        show(f"%{name}l", number % (1 << bits))
        if bits > 64:
            body.append(f"  %{name}s = lshr i{bits} %{name}, {bits // 2}")
            body.append(f"  %{name}h = trunc i{bits} %{name}s to i64")
            show(f"%{name}h", number % (1 << bits) >> bits // 2)

    for k in range(60):
        width = r.choice([65, 127, 128, 129, 150, 192, 200, 256])
        value = r.getrandbits(min(width - 1, r.choice([3, 10, 15, 17, 40, 64, 100, 127, 255]))) * r.choice([1, -1])
        name = r.choice(list(formats))
        signed = r.random() < 0.5
        variables.append(f"@g{k} = global i{width} {value}")
        body.append(f"  %v{k} = load volatile i{width}, ptr @g{k}")
        body.append(f"  %f{k} = {'sitofp' if signed else 'uitofp'} i{width} %v{k} to {name}")
        bits, exponent_bits, fraction = formats[name]
        body.append(f"  %b{k} = bitcast {name} %f{k} to i{bits}")
        number = value if signed else value % (1 << width)
        show_wide(f"b{k}", bits, encoded(number, name))
        back = rounded(abs(number), fraction + 1) * (-1 if number < 0 else 1)
        signed = r.random() < 0.5
        fits = -(1 << (width - 1)) <= back < 1 << (width - 1) if signed else 0 <= back < 1 << width
        if fits and abs(back) < 1 << (1 << (exponent_bits - 1)):
            body.append(f"  %i{k} = {'fptosi' if signed else 'fptoui'} {name} %f{k} to i{width}")
            show_wide(f"i{k}", width, back)
    with open(sys.argv[2], "w") as f:
        f.write('target triple = "x86_64-pc-linux-gnu"\ndeclare i32 @printf(ptr, ...)\n@format = private constant [6 x i8] c"%llx\\0A\\00"\n')
        f.write("\n".join(variables) + "\ndefine i32 @main() {\n" + "\n".join(body) + "\n  ret i32 0\n}\n")
    with open(sys.argv[3], "w") as f:
        f.write("\n".join(wanted) + "\n")


main()
