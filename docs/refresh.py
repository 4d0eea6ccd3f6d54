#!/usr/bin/env python3
"""Runs tutorials at full size and keeps what the site shows of them.

    refresh.py BUILD [NN_title ...] [-- FLAGS ...]
    refresh.py BUILD NN_title --study NAME -- FLAGS ...

Without names, all. Each run's figures, results.json and transcript go to docs/results/NN_title, with
run.json beside them: the command, the version that was run, and a digest of the program, by which
stale results are found. What was there before is replaced as a whole, and only if the run ends well,
has left every file and number that the chapter speaks of, and meets its expectations.

A study is a run with other flags, such as another seed, of which only the numbers are kept, in
docs/results/NN_title/studies/NAME.json. The chapter calls them NAME/key.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

from chapter import Chapter, Trouble
from prose import directives, expectations, met

SOURCE = pathlib.Path(__file__).resolve().parent.parent
RESULTS = SOURCE / "docs/results"


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


def unmet(chapter, results, kind="@expect", study=""):
    """A line for each expectation of a run, or of a study, that its numbers do not meet."""
    for expected in expectations(chapter, kind):
        key, value, tolerance = expected
        of, _, name = key.rpartition("/")
        if of != study:
            continue
        number = results.get(name)
        if number is None or not met(expected, number):
            yield f"{key} is {number}, expected {value:g} ± {tolerance:g}"


def run_chapter(chapter, build, flags, name):
    """Runs it in a folder of this name; returns the folder, its results.json and its run.json."""
    out = build / "out" / name
    command = [f"tutorials/{chapter.name}", *flags]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    print(f"=== {' '.join(command)}", flush=True)
    run(["./" + command[0], "--out", f"out/{name}", *flags], build, out / "transcript.txt")
    about = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return out, about, {"command": "build/" + " ".join(command), "version": version(), "program": chapter.digest}


def refuse(wrong):
    if wrong:
        raise Failed("\n  ".join(wrong))


def refresh(chapter, build, flags):
    out, about, made_by = run_chapter(chapter, build, flags, chapter.name)
    refuse([*unmet(chapter, about["results"]),
            *(f"there is no {name}" for name in shown_files(chapter) if not (out / name).is_file())])
    write(out / "run.json", made_by)
    keep(out, ["run.json", "results.json", "transcript.txt", *shown_files(chapter)], RESULTS / chapter.name)


def refresh_study(chapter, build, name, flags):
    _, about, made_by = run_chapter(chapter, build, flags, f"{chapter.name}.{name}")
    refuse([*unmet(chapter, about["results"], study=name)])
    (RESULTS / chapter.name / "studies").mkdir(parents=True, exist_ok=True)
    write(RESULTS / chapter.name / "studies" / f"{name}.json", made_by | about)


def write(path, facts):
    """Beside the old file, then in its place."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    part.rename(path)


def keep(out, names, to):
    """Copies the files beside the old folder, then takes its place. Studies stay."""
    part, old = to.with_name(to.name + ".part"), to.with_name(to.name + ".old")
    if old.is_dir() and not to.is_dir():  # an earlier call was interrupted between its two renames
        old.rename(to)
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    part.mkdir(parents=True)
    for name in names:
        shutil.copy(out / name, part)
    if (to / "studies").is_dir():
        shutil.copytree(to / "studies", part / "studies")
    if to.is_dir():
        to.rename(old)
    part.rename(to)
    shutil.rmtree(old, ignore_errors=True)


def arguments():
    words, flags = sys.argv[1:], []
    if "--" in words:
        at = words.index("--")
        words, flags = words[:at], words[at + 1:]
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--study")
    found = parser.parse_args(words)
    if found.study and len(found.names) != 1:
        parser.error(f"a study is of one chapter, got {len(found.names)}")
    return found, flags


def main():
    given, flags = arguments()
    build = given.build.resolve()
    paths = [SOURCE / "tutorials" / f"{name}.cpp" for name in given.names]
    failed = []
    for path in paths or sorted((SOURCE / "tutorials").glob("[0-9]*.cpp")):
        try:
            if given.study:
                refresh_study(Chapter(path), build, given.study, flags)
            else:
                refresh(Chapter(path), build, flags)
        except (Failed, Trouble, OSError, ValueError) as trouble:
            failed.append(f"{path.stem} keeps its old results:\n  {trouble}")
    sys.exit("\n".join(failed) or None)


if __name__ == "__main__":
    main()
