#!/bin/sh
# Random modules of IR with fixed seeds against lli; --full runs 1,000.
seeds=1-150
[ "${1-}" = --full ] && seeds=1-1000
exec python3 -B "$(dirname "$0")/../../utils/ir_diff.py" --seeds $seeds
