#!/usr/bin/env python3
"""Are the results that the site shows those of the programs as they are?

    results.py NN_title            the results in docs/results/NN_title
    results.py NN_title FILE       a results.json of a quick run: its keys and its numbers
"""

import json
import math
import pathlib
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "docs"))
from chapter import Chapter
from prose import directives
from refresh import shown_files, unmet
from weave import read_run


def complaints_at_full_size(chapter):
    run = read_run(SOURCE, chapter.name)
    if not run:
        yield "there are no results yet: meson compile -C build refresh"
        return
    for part in ["", *chapter.parts]:
        about, made_by = run.parts.get(part, (None, None))
        name = part or "the lesson"
        if not about:
            yield f"there are no results of {name} yet: meson compile -C build refresh"
        elif made_by["program"] != chapter.digest_of(part):
            yield f"the program of {name} has changed since its run: meson compile -C build refresh"
    yield from (f"there are results of {part}, which there is not" for part in run.parts
                if part and part not in chapter.parts)
    yield from (f"no run has left the number {key}" for key in chapter.expected["full"]
                if key not in run.results)
    yield from unmet(chapter, run.results)
    for name, study in run.studies.items():
        yield from unmet(chapter, study["results"], study=name)
    yield from (f"there is no {name}" for name in shown_files(chapter) if not run.file(name))


def complaints_at_quick_size(chapter, about):
    results = about["results"]
    wanted = {found[0].partition(",")[0] for source in chapter.sources for block in source.blocks
              if block.is_prose for name, found, _ in directives(block.text) if name == "@result"}
    wanted |= chapter.expected["full"].keys() | chapter.expected["quick"].keys()
    for key in sorted(wanted):
        if "/" in key:  # a number of a study
            continue
        number = results.get(key, math.nan)
        numbers = number if isinstance(number, list) else [number]
        if not all(map(math.isfinite, numbers)):
            yield f"the chapter speaks of {key}, which the run has not left"
    if not chapter.expected["quick"]:
        yield "expected.json does not say what to expect of a quick run"
    if about["data"] != "glyphs":  # which stand in where Fashion-MNIST is not installed
        yield from unmet(chapter, results, "quick")


def main():
    chapter = Chapter(SOURCE / "tutorials" / sys.argv[1] / f"{sys.argv[1]}.cpp")
    if len(sys.argv) > 2:
        about = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
        complaints = list(complaints_at_quick_size(chapter, about))
    else:
        complaints = list(complaints_at_full_size(chapter))
    for what in complaints:
        print(f"{chapter.name}: {what}")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
