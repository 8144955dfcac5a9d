#!/bin/sh
# Every row of the instruction table with random operands, against GNU as; --full takes ten times as many.
samples=20
[ "${1-}" = --full ] && samples=200
exec python3 -B "$(dirname "$0")/../../utils/check_tables.py" --samples $samples
