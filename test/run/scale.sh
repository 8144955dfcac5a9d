#!/bin/sh
# Large inputs: time must grow as the size does.
exec python3 -B "$(dirname "$0")/../../utils/scale.py"
