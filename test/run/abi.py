#!/bin/sh
# Random signatures, Lathe's callers with gcc's callees and the other way round; --full runs ten times as many.
count=40
[ "${1-}" = --full ] && count=400
exec python3 -B "$(dirname "$0")/../../utils/fuzz_abi.py" --count $count
