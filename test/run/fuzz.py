#!/bin/sh
# Every fuzz target for a minute over its seeds and the findings kept; --full for five.
seconds=60
[ "${1-}" = --full ] && seconds=300
exec python3 -B "$(dirname "$0")/../../utils/fuzz" --seconds $seconds
