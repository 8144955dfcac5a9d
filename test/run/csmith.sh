#!/bin/sh
# Random programs with fixed seeds against clang and gcc; --full runs five times as many.
seeds=1-200
[ "${1-}" = --full ] && seeds=1-1000
exec python3 -B "$(dirname "$0")/../../utils/csmith_diff.py" --seeds $seeds
