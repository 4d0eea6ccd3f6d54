#!/usr/bin/env python3
"""Interrupts a tutorial with Ctrl-C, goes on as it says, and compares with a run left alone.

    interrupt.py PROGRAM FLAGS...

Runs the program with the flags once. Then it runs it again, presses Ctrl-C (SIGINT) after the first
line that tells of an epoch, goes on with the command that the program printed, presses Ctrl-C in
that run as well, and lets the third run end. Model, checkpoint and history must have the same bytes
as those of the first run, and results.json the same numbers, except for how long things took. Of a
program that does not train, only the first run is made. If the program is a chapter and the flags
are those of a quick run of all of it, the run must have left every number that the chapter speaks of,
and meet what it says of a quick run.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TIMES = re.compile("second|_us|_gb_s|efficiency|pays_from|prediction|_nodes_|_speedup_|_by_formula_|half_share|^(star|tree|ring)_")
EPOCH = re.compile(r"(^|  )epoch +\d+/\d+")


def run(command, interrupt=False, shell=False):
    """Returns exit code, lines on the standard output, and text on the standard error output."""
    with tempfile.TemporaryFile("w+") as errors:  # in a pipe, which nobody empties, they could get stuck
        # A shell starts what runs in its background deaf to Ctrl-C.
        process = subprocess.Popen(command, shell=shell, text=True, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=errors,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        lines = []
        for line in process.stdout:
            lines.append(line)
            if interrupt and EPOCH.search(line):
                process.send_signal(signal.SIGINT)
                interrupt = False
        code = process.wait()
        errors.seek(0)
        return code, lines, errors.read()


def numbers(folder):
    """The results that do not depend on how fast the machine is."""
    results = json.loads((folder / "results.json").read_text())
    results["results"] = {key: value for key, value in results["results"].items()
                          if not TIMES.search(key)}
    return results


def require(condition, complaint):
    if not condition:
        sys.exit(f"FAILED: {complaint}")


def interrupted(command, shell):
    """Runs until Ctrl-C and returns the command that goes on, or None if it ended before."""
    code, _, errors = run(command, interrupt=True, shell=shell)
    if code == 0:
        return None
    require(code == 130, f"exit code {code} after Ctrl-C, expected 130\n{errors}")
    found = re.search(r"Interrupted .*; saved to (.*)\. Go on with: (.* --resume.*)\n", errors)
    require(found, f"does not say how to go on:\n{errors}")
    require(pathlib.Path(found[1]).exists(), f"there is no checkpoint {found[1]}")
    return "exec " + found[2]


def main():
    program, flags = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = pathlib.Path(folder, "whole"), pathlib.Path(folder, "it's in parts")
        code, lines, errors = run([program, *flags, "--out", str(whole)])
        require(code == 0, f"exit code {code}\n{errors}")
        name = pathlib.Path(program).name
        if {*flags} <= {"--quick", "--all", "--threads", "1"} and (SOURCE / "tutorials" / name).is_dir():
            check = [sys.executable, str(SOURCE / "tests/docs/results.py"), name]
            code, complaints, errors = run([*check, str(whole / "results.json")])
            require(code == 0, "".join(complaints) + errors)
        if not any(EPOCH.search(line) for line in lines):
            print("does not train: nothing to interrupt")
            return

        command = interrupted([program, *flags, "--out", str(parts)], shell=False)
        require(command, "the run ended before it could be interrupted: give it more epochs")
        command = interrupted(command, shell=True) or command
        code, _, errors = run(command, shell=True)
        require(code == 0, f"exit code {code} after going on\n{errors}")

        names = sorted(path.name for path in whole.iterdir())
        others = {*names} ^ {path.name for path in parts.iterdir()}
        require(not others, f"only one of both runs has written {', '.join(sorted(others))}")
        compared = [name for name in names if name.endswith((".safetensors", ".csv"))]
        for name in compared:
            require((whole / name).read_bytes() == (parts / name).read_bytes(), f"{name} differs")
        require(numbers(whole) == numbers(parts), "results.json differs")
        print("the same bits as without interruption:", ", ".join(compared))


if __name__ == "__main__":
    main()
