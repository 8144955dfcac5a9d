"""check_tour.py TOUR STAGES STATS: every listing of the tour is what the stages print today.

A section's heading names the file of --save-stages that its listings are taken from; their lines must stand in it in the
same order (a listing may leave lines out). Indented lines of a section without a listing's fence come from --stats."""

import os
import re
import sys

tour, stages, stats = sys.argv[1:]
checked = 0


def demand(lines, text, what):
    """Exits unless the lines stand in the text in this order."""
    global checked
    remaining = iter(text.splitlines())
    for line in lines:
        if line.strip() and not any(line.rstrip() == other.rstrip() for other in remaining):
            sys.exit(f"{tour}: not in {what}, or not in this order: {line}")
        checked += 1


for section in open(tour).read().split("\n## ")[1:]:
    heading, body = section.split("\n", 1)
    named = re.search(r"`stages/([0-9]+-[a-z]+\.[a-z]+)`", heading)
    if not named:
        continue
    text = open(os.path.join(stages, named.group(1))).read()
    for listing in re.findall(r"^```\w*\n(.*?)^```", body, re.S | re.M):
        demand(listing.splitlines(), text, named.group(1))
    for rule in re.findall(r"^    (\w+: \d+ \(.*\))$", body, re.M):
        demand(["  " + rule], open(stats).read(), "--stats")
print(f"{checked} lines of the tour checked")
