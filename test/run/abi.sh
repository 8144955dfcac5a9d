#!/bin/sh
# Random signatures, Lathe's callers with gcc's callees and the other way round, by System V's convention and by the
# Windows one; --full runs ten times as many.
count=40
[ "${1-}" = --full ] && count=400
fuzz="python3 -B $(dirname "$0")/../../utils/fuzz_abi.py"
$fuzz --count $((count / 2)) --win64 || exit 1
exec $fuzz --count $count
