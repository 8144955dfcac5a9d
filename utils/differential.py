"""What the differential runs share: which seeds they take, and how their results are counted."""

import progress


def seeds(text):
    """ "3-9" or "3" as a range."""
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)


def count(results, total, what, left_out=""):
    """Prints each failure and the last line; the exit status, which is 1 as well when nothing was compared.

    `results` gives (seed, [(name of the comparison, what is wrong or "")]) for each of the `total` seeds, called `what`
    in the line of progress. A seed without a comparison is left out, for the reason `left_out`."""
    passed = failed = without = 0
    for seed, comparisons in progress.watched(results, total, what):
        without += not comparisons
        for name, wrong in comparisons:
            passed += not wrong
            failed += bool(wrong)
            if wrong:
                print(f"seed {seed} {name}: {wrong}", flush=True)
    if left_out:
        print(f"{without} seeds left out: {left_out}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0
