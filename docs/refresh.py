#!/usr/bin/env python3
"""Runs tutorials at full size and keeps what the site shows of them.

    refresh.py BUILD [--stale] [NN_title | NN_title/EXPERIMENT | NN_title/lesson ...] [-- FLAGS ...]
    refresh.py BUILD NN_title --study NAME -- FLAGS ...

Without names, all; a chapter's name stands for its lesson and all its experiments. --stale leaves out
those whose program has not changed since their last run. A lesson's figures, results.json and transcript
go to docs/results/NN_title, those of an experiment into a folder of its name there, with run.json
beside them: the command, the version that was run, and a digest of the program, by which stale results
are found. What was there before is replaced as a whole, and only if the run ends well and meets the
expectations of its numbers.

A study is a run with other flags, such as another seed, of which only the numbers are kept, in
docs/results/NN_title/studies/NAME.json. The chapter calls them NAME/key. One that takes hours and was
interrupted goes on with --resume among its flags; `seconds` are then those of its last part.
"""

import argparse
import contextlib
import fcntl
import json
import pathlib
import shutil
import subprocess
import sys

from chapter import Chapter, Trouble
from prose import directives, met

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
    """The files of runs that the chapter shows: its figures, and what a reader can try, decoders and
    melodies."""
    count = {"@figure": 1, "@explorer": 2, "@player": 1}
    return list(dict.fromkeys(
        file for source in chapter.sources for block in source.blocks if block.is_prose
        for name, found, _ in directives(block.text) for file in found[:count.get(name, 0)]))


def unmet(chapter, results, size="full", study=""):
    """A line for each of the numbers of a run, or of a study, that is not as expected."""
    for key, expected in chapter.expected[size].items():
        of, _, name = key.rpartition("/")
        if of == study and name in results and not met(expected, results[name]):
            yield f"{key} is {results[name]}, expected {expected[0]:g} ± {expected[1]:g}"


def run_chapter(chapter, build, flags, out):
    """Runs it into this folder; returns its results.json and its run.json."""
    command = [f"tutorials/{chapter.name}", *flags]
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").unlink(missing_ok=True)
    print(f"=== {' '.join(command)}", flush=True)
    run(["./" + command[0], "--out", str(out.relative_to(build)), *flags], build, out / "transcript.txt")
    about = json.loads((out / "results.json").read_text(encoding="utf-8"))
    made_by = {"command": "build/" + " ".join(command), "version": version(),
               "program": chapter.digest_of(part_of(flags))}
    return about, made_by


def part_of(command):
    """The experiment that the words of a command name, or "" for the lesson."""
    return command[command.index("--only") + 1] if "--only" in command else ""


def refuse(wrong):
    """Ends a refresh if there is anything wrong, each in a line."""
    if wrong:
        raise Failed("\n  ".join(wrong))


@contextlib.contextmanager
def alone(chapter, build, wait=False):
    """Two that keep results of one chapter would delete each other's files: the second is refused, or
    waits for the first."""
    (build / "out").mkdir(parents=True, exist_ok=True)
    with open(build / "out" / f"{chapter.name}.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Failed("another refresh of this chapter is running") from None
        yield


def refresh(chapter, build, flags, part):
    """Runs the lesson, or an experiment in the folder where the lesson's model is."""
    out = build / "out" / chapter.name
    if not part or lesson_in(out) != chapter.digest_of():
        shutil.rmtree(out, ignore_errors=True)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*")}
    about, made_by = run_chapter(chapter, build, (["--only", part] if part else []) + flags, out)
    refuse(list(unmet(chapter, about["results"])))
    drawn = [name for name in shown_files(chapter) if (out / name).is_file()
             and (out / name).stat().st_mtime_ns != before.get(name)]
    write(out / "run.json", made_by)
    keep(out, ["run.json", "results.json", "transcript.txt", *drawn], RESULTS / chapter.name / part)
    if not part:
        (out / "lesson").write_text(chapter.digest_of(), encoding="utf-8")


def lesson_in(out):
    """The digest of the lesson whose files are there."""
    path = out / "lesson"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def refresh_study(chapter, build, name, flags):
    out = build / "out" / f"{chapter.name}.{name}"
    if "--resume" not in flags:
        shutil.rmtree(out, ignore_errors=True)
    about, made_by = run_chapter(chapter, build, flags, out)
    refuse(list(unmet(chapter, about["results"], study=name)))
    with alone(chapter, build, wait=True):
        (RESULTS / chapter.name / "studies").mkdir(parents=True, exist_ok=True)
        write(RESULTS / chapter.name / "studies" / f"{name}.json", made_by | about)


def write(path, facts):
    """Beside the old file, then in its place."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    part.rename(path)


def keep(out, names, to):
    """Copies the files beside the old folder, then takes its place. Folders in it, of experiments and of
    studies, stay."""
    part, old = to.with_name(to.name + ".part"), to.with_name(to.name + ".old")
    if old.is_dir() and not to.is_dir():  # an earlier call was interrupted between its two renames
        old.rename(to)
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    part.mkdir(parents=True)
    for name in names:
        shutil.copy(out / name, part)
    for folder in to.glob("*/"):
        if not folder.name.endswith((".part", ".old")):
            shutil.copytree(folder, part / folder.name)
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
    parser.add_argument("--stale", action="store_true")
    found = parser.parse_intermixed_args(words)
    if found.study and (len(found.names) != 1 or found.stale):
        parser.error("a study is of one chapter, and always run")
    if found.study and "/" in found.names[0]:
        parser.error(f"a study of an experiment says -- --only NAME, got {found.names[0]}")
    return found, flags


def wanted(names, stale):
    """Each chapter and part to be run, "" for its lesson."""
    for name in names or [each.name for each in sorted((SOURCE / "tutorials").glob("[0-9]*/"))]:
        name, _, only = name.partition("/")
        chapter = Chapter(SOURCE / "tutorials" / name / f"{name}.cpp")
        parts = {"lesson": ""} | {each: each for each in chapter.parts}
        if only and only not in parts:
            raise Trouble(chapter.path, 1, f"expected one of {', '.join(parts)}, got {only}")
        for part in [parts[only]] if only else parts.values():
            made_by = RESULTS / chapter.name / part / "run.json"
            if not (stale and made_by.is_file() and is_of(made_by, chapter.digest_of(part))):
                yield chapter, part


def is_of(run_json, digest):
    """Whether the run was one of the program with this digest."""
    return json.loads(run_json.read_text(encoding="utf-8"))["program"] == digest


def main():
    given, flags = arguments()
    build = given.build.resolve()
    failed = []
    for chapter, part in wanted(given.names, given.stale):
        name = f"{chapter.name}/{given.study or part}" if given.study or part else chapter.name
        try:
            if given.study:
                refresh_study(chapter, build, given.study, flags)
            else:
                with alone(chapter, build):
                    refresh(chapter, build, flags, part)
        except (Failed, Trouble, OSError, ValueError) as trouble:
            failed.append(f"{name} keeps its old results:\n  {trouble}")
        if given.study:  # a run of the whole program, not of each of its parts
            break
    sys.exit("\n".join(failed) or None)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(str(trouble))
