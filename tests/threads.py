#!/usr/bin/env python3
"""Looks for data races: the tests of autograd, nn and models under the thread sanitizer.

    threads.py [autograd] [nn] [models]

Builds them with clang, in single precision, in build-threads (Debian: clang, libclang-rt-*-dev and
libomp-dev), and runs each with two threads. OpenMP is LLVM's, with its tool Archer: that tells the sanitizer
what the beginning, the end and the barriers of a team put in order; without, every parallel loop would be
reported, and GCC's OpenMP has nothing like it. OpenBLAS is not compiled for the sanitizer: what its own
threads do to one another is not seen, what ours do with its results is. Suppressed is what SUPPRESSED lists.
(Not so `ignore_noninstrumented_modules`, which Archer's manual recommends: on Linux it takes every copy by memcpy
for one of a foreign library, and a race of copies is not seen.)

A race is seen only where threads meet. So each program runs once more, and tests/teams.cpp counts the teams
that OpenMP starts. Prints a table of all parallel loops in the library: how many teams had one thread, and how
many two. The exit code is 1 if a race was reported, a test failed, or a loop never had two threads, of those
that the named programs reach.
"""

import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
BUILD = SOURCE / "build-threads"
PROGRAMS = ["autograd", "nn", "models"]
TEAMS = BUILD / "teams.so"
# A suppression, and the reason.
SUPPRESSED = {
    "called_from_lib:libomp.so": "LLVM's OpenMP is not compiled for the sanitizer, which sees its locks and not what "
                                 "else keeps its threads in order",
}


def build(programs):
    """For no very processor: AVX-512 makes the sanitizer's code many times as long."""
    environment = {**os.environ, "CXX": "clang++", "CXXFLAGS": ""}
    if not (BUILD / "build.ninja").exists():
        options = ["-Db_sanitize=thread", "-Db_lundef=false", "-Dnative=false", "-Dbuildtype=debug", "-Doptimization=1",
                   "-Dmpi=disabled", "-Dbenchmarks=disabled", "-Ddocs=disabled",
                   "-Dcpp_link_args=-Wl,-z,muldefs"]  # tests/allocations.cpp and the sanitizer have an operator new
        subprocess.run(["meson", "setup", str(BUILD), *options], cwd=SOURCE, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(BUILD), *(f"tests/{name}/{name}" for name in programs)], check=True)
    (BUILD / "suppressed").write_text("".join(f"{line}\n" for line in SUPPRESSED))
    own = subprocess.run(["clang++", "-print-resource-dir"], check=True, text=True, stdout=subprocess.PIPE)
    subprocess.run(["clang++", "-std=c++20", "-O1", "-shared", "-fPIC", f"-I{own.stdout.strip()}/include", "-o",
                    str(TEAMS), str(SOURCE / "tests/teams.cpp")], check=True)


def run(name, sanitizer, **more):
    """The tests of a folder with two threads: what they said."""
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive", "ARCHER_OPTIONS": "verbose=1",
                   "TSAN_OPTIONS": f"suppressions={BUILD / 'suppressed'} {sanitizer}", **more}
    return subprocess.run([f"./{name}"], cwd=BUILD / "tests" / name, env=environment, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def races(name):
    """A row: what the sanitizer reported."""
    start = time.monotonic()
    done = run(name, "exitcode=66")
    reports = done.stdout.count("WARNING: ThreadSanitizer")
    if "Archer detected" not in done.stdout:
        sys.exit("the sanitizer runs without Archer, and would report every parallel loop")
    if done.returncode != 0:
        (BUILD / f"{name}.txt").write_text(done.stdout)
        print(f"{name} ended with {done.returncode}: see {BUILD / name}.txt", file=sys.stderr)
    cases = re.search(r"test cases:\s*(\d+)", done.stdout)
    print(f"| {name} | {cases[1] if cases else 0} | {reports} | {time.monotonic() - start:.0f} |", flush=True)
    return done.returncode == 0


def parallel_loops():
    """File and line of each."""
    loops = []
    for folder in ("autograd", "nn", "models"):
        for path in sorted((SOURCE / folder).rglob("*.?pp")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if "#pragma omp parallel" in line:
                    loops.append((str(path.relative_to(SOURCE)), number))
    return loops


def place_of(file, number):
    """A place in the sources, or None. Line 0 is what the compiler gives to calls that it has moved: then it is the
    loop of that file, if there is one only."""
    path = pathlib.Path(BUILD, file).resolve()
    if SOURCE not in path.parents:
        return None
    path = str(path.relative_to(SOURCE))
    loops = [line for of, line in parallel_loops() if of == path]
    return path, loops[0] if number == 0 and len(loops) == 1 else number


def count_teams(name, found):
    """Adds to found[file, line] the teams of one thread and of two."""
    told = BUILD / f"{name}.teams"
    done = run(name, "report_bugs=0", OMP_TOOL_LIBRARIES=str(TEAMS), TEAMS=str(told))
    for line in told.read_text().splitlines():
        module, address, *teams = line.split()
        if "openblas" in module:
            place = "OpenBLAS", 0
        else:
            program = BUILD / "tests" / name / name
            asked = ["llvm-symbolizer", "--output-style=GNU", "--functions=none", f"--obj={program}",
                     hex(int(address) - 1)]
            told_place = subprocess.run(asked, check=True, text=True, stdout=subprocess.PIPE).stdout
            frames = re.findall(r"^(\S+):(\d+)", told_place, re.M)
            place = next(filter(None, (place_of(file, int(number)) for file, number in frames)), None)
        for k in (0, 1):
            found[place][k] += int(teams[k])
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", choices=[*PROGRAMS, []], metavar="PROGRAM")
    programs = parser.parse_args().programs or PROGRAMS
    build(programs)
    print("| tests | cases | races reported | seconds |\n|---|--:|--:|--:|", flush=True)
    good = all([races(name) for name in programs])
    found = collections.defaultdict(lambda: [0, 0])
    good &= all([count_teams(name, found) for name in programs])
    print("\n| parallel loop | teams of one thread | teams of two |\n|---|--:|--:|")
    for file, line in parallel_loops():
        one, two = found[file, line]
        good &= two > 0 or file.startswith("nn/") and "nn" not in programs
        print(f"| {file}:{line} | {one} | {two} |")
    print(f"| in OpenBLAS | {found['OpenBLAS', 0][0]} | {found['OpenBLAS', 0][1]} |")
    sys.exit(not good)


if __name__ == "__main__":
    main()
