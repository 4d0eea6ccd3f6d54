#!/usr/bin/env python3
"""Runs tutorials at full size and keeps what the site shows of them.

    refresh.py BUILD [NN_title ...] [-- FLAGS ...]

Without names, all. Each run's figures, results.json and transcript go to docs/results/NN_title, with
run.json beside them: the command, the version that was run, and a digest of the program, by which
stale results are found. What was there before is replaced as a whole, and only if the run ends well,
has left every file and number that the chapter speaks of, and meets its expectations.
"""

import json
import pathlib
import shutil
import subprocess
import sys

from chapter import Chapter, Trouble
from prose import directives, expectations, met

SOURCE = pathlib.Path(__file__).resolve().parent.parent


class Failed(Exception):
    """Why a tutorial keeps its old results."""


def run(command, folder, transcript):
    """Runs and shows what is printed, while keeping it."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process, \
            open(transcript, "w", encoding="utf-8") as kept:
        for line in process.stdout:
            print(line, end="", flush=True)
            kept.write(line)
    if process.returncode:
        raise Failed(f"exit code {process.returncode}")


def version():
    """The commit, and whether what is compiled differs from it."""
    git = lambda *words: subprocess.run(["git", *words], cwd=SOURCE, stdout=subprocess.PIPE, text=True,
                                        check=False)
    commit = git("describe", "--always").stdout.strip() or "unknown"
    rooms = ["autograd", "nn", "models", "tutorials"]
    return commit + (", changed" if git("diff", "--quiet", "HEAD", "--", *rooms).returncode else "")


def shown_files(chapter):
    """The files of a run that the chapter shows: its figures, and the decoders that a reader can try."""
    count = {"@figure": 1, "@explorer": 2}
    return [file for block in chapter.blocks if block.is_prose
            for name, found, _ in directives(block.text) for file in found[:count.get(name, 0)]]


def unmet(chapter, results, kind="@expect"):
    """A line for each expectation that the numbers do not meet."""
    for expected in expectations(chapter, kind):
        key, value, tolerance = expected
        number = results.get(key)
        if number is None or not met(expected, number):
            yield f"{key} is {number}, expected {value:g} ± {tolerance:g}"


def refresh(chapter, build, flags):
    command = [f"tutorials/{chapter.name}", *flags]
    out = build / "out" / chapter.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    print(f"=== {' '.join(command)}", flush=True)
    run(["./" + command[0], *flags], build, out / "transcript.txt")
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]
    wrong = list(unmet(chapter, results))
    wrong += [f"there is no {name}" for name in shown_files(chapter) if not (out / name).is_file()]
    if wrong:
        raise Failed("\n  ".join(wrong))
    (out / "run.json").write_text(json.dumps(
        {"command": "build/" + " ".join(command), "version": version(), "program": chapter.digest},
        indent=2) + "\n", encoding="utf-8")
    keep(out, ["run.json", "results.json", "transcript.txt", *shown_files(chapter)],
         SOURCE / "docs/results" / chapter.name)


def keep(out, names, to):
    """Copies the files beside the old folder, then takes its place."""
    part = to.with_name(to.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name in names:
        shutil.copy(out / name, part)
    shutil.rmtree(to, ignore_errors=True)
    part.rename(to)


def main():
    build, names = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    flags = []
    if "--" in names:
        at = names.index("--")
        names, flags = names[:at], names[at + 1:]
    paths = [SOURCE / "tutorials" / f"{name}.cpp" for name in names]
    failed = []
    for path in paths or sorted((SOURCE / "tutorials").glob("[0-9]*.cpp")):
        try:
            refresh(Chapter(path), build, flags)
        except (Failed, Trouble, OSError, ValueError) as trouble:
            failed.append(f"{path.stem} keeps its old results:\n  {trouble}")
    sys.exit("\n".join(failed) or None)


if __name__ == "__main__":
    main()
