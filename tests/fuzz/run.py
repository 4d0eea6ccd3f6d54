#!/usr/bin/env python3
"""Gives damaged files to everything that reads files from strangers, and counts what happens.

    run.py [--seconds S] [--inputs N] [READER...]

Builds tests/fuzz/readers.cpp and the library below it with clang, libFuzzer and the address and
undefined-behaviour sanitizers in build-fuzz (Debian: clang, and the libclang-rt-*-dev and libfuzzer-*-dev
of its version), and lets libFuzzer change the files in tests/fuzz/corpus/READER for S seconds each (6 is
what CI takes), or for N inputs. A fault is a crash, a leak, undefined behaviour, an allocation above 64 MiB
for inputs of at most 4 KiB, an input that takes longer than ten seconds, an error of more than one line or
without the name of the file, or something read that is another when it is written and read again. What led
to it is kept in build-fuzz/faults. Files that have reached new code are kept in build-fuzz/corpus/READER,
where the next run begins. Prints a table; the exit code is 1 if there was a fault.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build-fuzz"
PROGRAM = BUILD / "tests/fuzz/readers"
CORPUS = SOURCE / "tests/fuzz/corpus"
FAULTS = BUILD / "faults"
LIMITS = ["-max_len=4096", "-malloc_limit_mb=64", "-rss_limit_mb=2048", "-timeout=10"]


def build():
    """As for no very processor: the readers have no SIMD of their own."""
    environment = {**os.environ, "CXX": os.environ.get("CXX", "clang++")}
    environment.pop("OPENBLAS_CORETYPE", None)
    if not (BUILD / "build.ninja").exists():
        setup = ["meson", "setup", str(BUILD), "-Dfuzz=true", "-Dnative=false", "-Doptimization=1"]
        subprocess.run(setup, cwd=SOURCE, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(BUILD), "tests/fuzz/readers"], check=True)


def fuzzer(reader, *arguments):
    """What libFuzzer says, and whether it found a fault."""
    environment = {**os.environ, "READER": reader, "OMP_NUM_THREADS": "1"}
    if os.access("/dev/shm", os.W_OK):  # what is written again waits for no disk: up to 70 times as many
        environment["TMPDIR"] = "/dev/shm"
    done = subprocess.run([str(PROGRAM), *LIMITS, *arguments], env=environment, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout, done.returncode != 0


def campaign(reader, limit):
    """A row of the table."""
    kept = BUILD / "corpus" / reader
    kept.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    said, fault = fuzzer(reader, limit, "-print_final_stats=1",
                         f"-artifact_prefix={FAULTS / reader}-", str(kept), str(CORPUS / reader))
    seconds = time.monotonic() - start
    inputs = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    edges = re.findall(r"cov: (\d+)", said)
    if fault:
        print(said[-3000:], file=sys.stderr)
    return [reader, int(inputs[1]) if inputs else 0, round(seconds), int(edges[-1]) if edges else 0,
            len(list(kept.iterdir())), "FAULT" if fault else "none"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="READER")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--inputs", type=int, help="so many for each reader, however long it takes")
    flags = parser.parse_args()
    known = sorted(path.name for path in CORPUS.iterdir())
    for reader in flags.readers:
        if reader not in known:
            parser.error(f"expected readers of {', '.join(known)}, got {reader}")
    build()
    FAULTS.mkdir(exist_ok=True)
    limit = f"-runs={flags.inputs}" if flags.inputs else f"-max_total_time={flags.seconds}"
    columns = ["reader", "inputs", "seconds", "edges seen", "files kept", "faults"]
    print("| " + " | ".join(columns) + " |\n|---|--:|--:|--:|--:|---|", flush=True)
    found = False
    for reader in flags.readers or known:
        row = campaign(reader, limit)
        found |= row[-1] != "none"
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    sys.exit(found)


if __name__ == "__main__":
    main()
