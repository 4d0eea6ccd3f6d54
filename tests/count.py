#!/usr/bin/env python3
"""What the last `meson test` of one or more build folders came to:

    count.py BUILD...            all test cases: "355 passed, 0 failed"
    count.py --test NAME BUILD   one test: OK, FAIL, SKIP, ..., or "-" if it was not run

A program of doctest counts with its cases, another test as one. What was skipped counts as neither.
"""

import json
import pathlib
import re
import sys


def tests(build):
    log = pathlib.Path(build, "meson-logs", "testlog.json")
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def count(test):
    """How many cases passed, and how many failed."""
    cases = re.search(r"test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", test.get("stdout", ""))
    if cases:
        broken = test["result"] not in ("OK", "FAIL")  # a crash or a timeout on top
        return int(cases[1]), int(cases[2]) + broken
    return int(test["result"] == "OK"), int(test["result"] not in ("OK", "SKIP"))


def main(arguments):
    if arguments[0] == "--test":
        found = [test["result"] for test in tests(arguments[2]) if test["name"].endswith(arguments[1])]
        print(found[0] if found else "-")
    else:
        counts = [count(test) for build in arguments for test in tests(build)]
        print(f"{sum(c[0] for c in counts)} passed, {sum(c[1] for c in counts)} failed")


if __name__ == "__main__":
    main(sys.argv[1:])
