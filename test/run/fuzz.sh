#!/bin/sh
# Every fuzz target over the findings kept, then over inputs that are the same everywhere; --full explores others.
[ "${1-}" = --full ] && set -- --seconds 300 || set --
exec python3 -B "$(dirname "$0")/../../utils/fuzz" "$@"
