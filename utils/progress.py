"""Progress of a long run: one line on standard error that is written over, when that is a terminal; else nothing."""

import sys


def note(text=""):
    """Shows `text` in place of what stood there; nothing wipes it out."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text[:100])
        sys.stderr.flush()


def watched(items, total, what):
    """The items, while the line says how many are done. It is wiped out where the caller may print."""
    for done, item in enumerate(items, 1):
        note()
        yield item
        note(f"{what}: {done} of {total}")
    note()
