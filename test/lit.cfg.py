# Configuration of the lit suites under test/. Run them with utils/lit, which finds lit and the build folder:
#
#   utils/lit                        everything, against the newest of build/work, build/debug, build/release
#   utils/lit -B build/release test/assembler/add.s -v
#
# A test says what it needs beyond our own programs with `REQUIRES: feature`; a feature stands for an outside tool
# and is missing when the tool is, so that what is skipped is skipped by name.

import glob
import os
import shutil
import sys

import lit.formats

config.name = "lathe"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".ll", ".s", ".S", ".c", ".i", ".cc", ".test", ".ir", ".ld"]
config.excludes = ["Inputs", "unit", "CMakeLists.txt", "torture", "fuzz"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(config.test_source_root)


def build_folder():
    given = lit_config.params.get("build") or os.environ.get("LATHE_BUILD")
    if given:
        return os.path.abspath(given)
    found = [os.path.join(root, "build", name) for name in ("work", "debug", "release")]
    found = [folder for folder in found if os.path.exists(os.path.join(folder, "bin", "lathe"))]
    if not found:
        lit_config.fatal("no build with bin/lathe under build/; build first, or give -B FOLDER")
    return max(found, key=lambda folder: os.path.getmtime(os.path.join(folder, "bin", "lathe")))


build = build_folder()
programs = os.path.join(build, "bin")
llvm = "/usr/lib/llvm-19/bin"
config.test_exec_root = os.path.join(build, "test", "lit")

# A time limit for each test needs psutil (apt-get install python3-psutil).
try:
    import psutil  # noqa: F401

    lit_config.maxIndividualTestTime = 300
except ImportError:
    pass

config.environment["PATH"] = os.pathsep.join([programs, llvm, os.environ.get("PATH", "")])
config.environment["LC_ALL"] = "C"
# What the user's shell sets must not decide a test.
for name in ("LATHE_JOBS", "LATHE_CLANG", "LIBRARY_PATH", "COMPILER_PATH", "CPATH", "MAKEFLAGS"):
    config.environment.pop(name, None)
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]


def tool(*names):
    for name in names:
        path = shutil.which(name, path=config.environment["PATH"])
        if path:
            return path
    return None


# feature -> the programs that provide it, first found wins
outside = {
    "clang": ["clang-19", "clang"],
    "gcc": ["gcc-12", "gcc"],
    "g++": ["g++-12", "g++"],
    "gas": ["as"],
    "gnu-ld": ["ld.bfd", "ld"],
    "lld": ["ld.lld-19", "ld.lld"],
    "binutils": ["readelf"],
    "llvm-as": ["llvm-as"],
    "llvm-dis": ["llvm-dis"],
    "llvm-mc": ["llvm-mc"],
    "llvm-readobj": ["llvm-readobj"],
    "llvm-dwarfdump": ["llvm-dwarfdump"],
    "opt": ["opt"],
    "lli": ["lli"],
    "llc": ["llc"],
    "split-file": ["split-file"],
    "elflint": ["eu-elflint"],
    "gdb": ["gdb"],
    "valgrind": ["valgrind"],
    "csmith": ["csmith"],
    "qemu-riscv64": ["qemu-riscv64"],
    "qemu-aarch64": ["qemu-aarch64"],
    "cmake": ["cmake"],
    "meson": ["meson"],
    "libtool": ["libtoolize"],
    "autoconf": ["autoconf"],
    "automake": ["automake"],
    "make": ["make"],
    "ninja": ["ninja"],
    "ccache": ["ccache"],
    "distcc": ["distcc"],
}
found = {feature: tool(*names) for feature, names in outside.items()}
for feature, path in found.items():
    if path:
        config.available_features.add(feature)
if glob.glob("/usr/lib/llvm-19/lib/clang/*/lib/linux/libclang_rt.asan-x86_64.a"):
    config.available_features.add("compiler-rt")
if os.geteuid() != 0:
    config.available_features.add("not-root")
with open(os.path.join(build, "CMakeCache.txt")) as cache:
    if "LATHE_SANITIZE:BOOL=ON" in cache.read():
        config.available_features.add("sanitizer")

# `\b` keeps %as from being the start of another substitution; none hides a flag the test is about.
substitutions = {
    "lathexx": os.path.join(programs, "lathe++"),
    "lathe": os.path.join(programs, "lathe"),
    "as": os.path.join(programs, "lathe-as"),
    "ld": os.path.join(programs, "ld.lathe"),
    "legalize": os.path.join(programs, "lathe-legalize"),
    "not": tool("not") or "not",
    "FileCheck": tool("FileCheck", "FileCheck-19") or "FileCheck",
    "readobj": tool("llvm-readobj", "llvm-readobj-19") or "llvm-readobj",
    "objdump": tool("llvm-objdump", "llvm-objdump-19") or "llvm-objdump",
    "clang": found["clang"] or "clang-19",
    "gcc": found["gcc"] or "gcc",
    "gas": found["gas"] or "as",
    "gnu-ld": found["gnu-ld"] or "ld",
    "build": build,
    "python": sys.executable,
    "utils": os.path.join(root, "utils"),
    "root": root,
}
for name, value in substitutions.items():
    config.substitutions.append(("%" + name.replace("+", r"\+") + r"(?![-\w+])", value))
