#!/usr/bin/env python3
"""Looks for reads of memory that was never written, and for leaks: the tests of autograd under valgrind.

    memory.py [PROGRAM...] [-- FLAGS OF DOCTEST...]

Builds them in single precision in build-memory (Debian: valgrind), not for this very processor, since
valgrind does not know AVX-512, and runs them with one thread: valgrind gives turns to threads and finds no
more with two. OpenBLAS is told to be one for Haswell, for the same reason. An error is also a jump that
depends on what was not written, and memory that is lost at the end; what is still in use then is not: OpenBLAS
keeps its buffers, OpenMP its threads. Nothing is suppressed. Flags of doctest choose among the tests, as in
`-- --test-case=*pooling*`. The exit code is 1 if there was an error or a test failed.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
BUILD = SOURCE / "build-memory"
ERROR = r"^==\d+== (?:Cond|Use|Inv|Sys|Mis|[\d,]+ \S*bytes|[\d,]+ \(.* bytes)"  # how each of them begins
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=66", "--leak-check=full", "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite", "--num-callers=30"]


def build(programs):
    environment = {**os.environ, "CXXFLAGS": ""}
    if not (BUILD / "build.ninja").exists():
        options = ["-Dnative=false", "-Dbuildtype=debug", "-Doptimization=1", "-Dmpi=disabled", "-Dbenchmarks=disabled",
                   "-Ddocs=disabled"]
        subprocess.run(["meson", "setup", str(BUILD), *options], cwd=SOURCE, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(BUILD), *(f"tests/{name}/{name}" for name in programs)], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", choices=["autograd", "nn", "models", []])
    own = sys.argv[1:]
    more = own[own.index("--") + 1:] if "--" in own else []
    programs = parser.parse_args(own[:own.index("--")] if "--" in own else own).programs or ["autograd"]
    build(programs)
    environment = {**os.environ, "OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
    good = True
    print("| tests | cases | errors | minutes |\n|---|--:|--:|--:|", flush=True)
    for name in programs:
        start = time.monotonic()
        done = subprocess.run([*VALGRIND, f"./{name}", *more], cwd=BUILD / "tests" / name, env=environment, text=True,
                              errors="replace", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        cases = re.search(r"test cases:\s*(\d+)", done.stdout)
        errors = len(re.findall(ERROR, done.stderr, re.M))
        print(f"| {name} | {cases[1] if cases else 0} | {errors} | {(time.monotonic() - start) / 60:.1f} |", flush=True)
        if done.returncode != 0:
            good = False
            print(done.stdout[-2000:], done.stderr[-6000:], file=sys.stderr)
    sys.exit(not good)


if __name__ == "__main__":
    main()
