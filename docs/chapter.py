"""Reads a tutorial: a folder with a C++ file that is a program and a lesson, and beside it

    experiments/NAME.cpp    what is measured apart from the lesson, one claim each; with a header NAME.hpp
                            if the lesson, or another experiment, calls its functions
    answers.cpp             the worked answers: prose and code below `// ## Exercise N`
    shared.cpp, *.hpp       what these share, which is not woven
    expected.json           the numbers that a run should leave

The prose of each are the lines that hold nothing but a comment `// ...` (or a bare `//`, which ends a
paragraph), wherever they stand. Everything else is code: comments after code, `///` docstrings,
`/* ... */`, and whatever looks like a comment inside a string. The lesson begins with a block of facts:

    // ---
    // title: The tape
    // builds_on: 01_tape, 02_training
    // ...
    // ---
"""

import hashlib
import json
import math
import pathlib
import re

FACTS = {"title", "builds_on", "leads_to", "tooltip", "minutes", "keywords"}

# What a "//" may hide in, and comments themselves.
TOKEN = re.compile(r'''
      (?<!\w)(?:u8|[uUL])?R"(?P<fence>[^()\\\s]{0,16})\( .*? \)(?P=fence)"   # a raw string
    | "(?: \\. | [^"\\\n] )*"
    | (?<!\w)'(?: \\. | [^'\\\n] )*'                           # not the ' in 1'000
    | /\* .*? \*/
    | (?P<comment> //[^\n]* )''', re.VERBOSE | re.DOTALL)


# What makes an experiment known to its program: its name and its title, which may be cut in two.
EXPERIMENT = re.compile(r'\bExperiment \w+\{\s*"(\w+)",\s*((?:"(?:\\.|[^"\\\n])*"\s*)+)')


class Trouble(Exception):
    """What is wrong, and where: `tutorials/01_tape/01_tape.cpp:12: ...`."""

    def __init__(self, path, line, what):
        super().__init__(f"{path}:{line}: {what}")


class Block:
    """Consecutive lines of prose (without their slashes) or of code."""

    def __init__(self, is_prose, first, lines):
        self.is_prose = is_prose
        self.first = first  # the number of its first line in the file, from 1
        self.lines = lines

    @property
    def text(self):
        return "\n".join(self.lines)


class Source:
    """A C++ file of prose and code, read but not yet woven."""

    def __init__(self, path, text=None):
        self.path = pathlib.Path(path)
        self.text = self.path.read_text(encoding="utf-8") if text is None else text
        self.lines = self.text.splitlines()
        self.comments = prose_lines(self.text)
        self.blocks = self._cut(self._begin())

    def _begin(self):
        """The line before its first block."""
        return 0

    def trouble(self, line, what):
        return Trouble(self.path, line, what)

    @property
    def program(self):
        """The code alone."""
        return "\n\n".join(block.text for block in self.blocks if not block.is_prose) + "\n"

    @property
    def includes(self):
        """The headers of the project, by their paths; those of its own folder are not among them."""
        return re.findall(r'^#include "(\w+/.+)"', self.program, re.MULTILINE)

    @property
    def declared(self):
        """The names of the program's own functions, variables and members: what follows a type."""
        return set(re.findall(r"\b(?!return|else|throw|using|new)[\w:]+>?[&*]* [&*]*(\w+)(?=[;,(){\[]| =| :)",
                              re.sub("//.*", "", self.program)))

    @property
    def titles(self):
        """Of each experiment that it makes known, by name."""
        return {name: "".join(re.findall(r'"((?:\\.|[^"\\])*)"', words)).replace('\\"', '"')
                for name, words in EXPERIMENT.findall(self.program)}

    @property
    def answers(self):
        """The blocks below each heading `## Exercise N`, by number."""
        found, current = {}, None
        for block in self.blocks:
            if not block.is_prose:
                if current:
                    current.append(block)
                continue
            begin = 0
            for at, line in [*enumerate(block.lines), (len(block.lines), None)]:
                heading = line is not None and re.fullmatch(r"## Exercise (\d+)", line)
                if line is not None and not heading:
                    continue
                if current is not None and at > begin:
                    current.append(Block(True, block.first + begin, block.lines[begin:at]))
                if heading:
                    if int(heading[1]) in found:
                        raise self.trouble(block.first + at, f"exercise {heading[1]} has an answer already")
                    current = found[int(heading[1])] = []
                    begin = at + 1
        return found

    def _cut(self, begin):
        """Blocks from the line after `begin` on, without blank lines at their ends."""
        blocks, run = [], []
        for number in range(begin + 1, len(self.lines) + 1):
            blank = not self.lines[number - 1].strip()
            if run and not blank and (number in self.comments) != (run[0] in self.comments):
                blocks.append(self._block(run))
                run = []
            if run or not blank:
                run.append(number)
        if run:
            blocks.append(self._block(run))
        return blocks

    def _block(self, run):
        lines = [self.lines[number - 1] for number in run]
        while not lines[-1].strip():
            lines.pop()
        if run[0] not in self.comments:
            return Block(False, run[0], lines)
        return Block(True, run[0], [re.sub(r"^\s*(//)? ?", "", line) for line in lines])


class Chapter(Source):
    """A lesson, with what lies beside it in its folder."""

    def __init__(self, path, text=None):
        super().__init__(path, text)
        self.name = self.path.stem  # 01_tape
        self.number = self.name.split("_")[0]
        self.page = "tutorial_" + self.name
        self.title = self.facts["title"]
        self.builds_on = self._names("builds_on")
        self.leads_to = self._names("leads_to")
        folder = self.path.parent
        self.experiments = {each.stem: Source(each) for each in sorted(folder.glob("experiments/*.cpp"))}
        self.answer_file = Source(folder / "answers.cpp") if (folder / "answers.cpp").is_file() else None
        self.shared = [Source(each) for each in sorted(folder.glob("*.[ch]pp"))
                       if each.name not in (self.path.name, "answers.cpp")]
        self.parts = self._parts()
        self.expected = read_expected(folder / "expected.json")

    def _parts(self):
        """The file in which each experiment, or answer that is one, stands, by its name."""
        for name, source in self.experiments.items():
            if list(source.titles) != [name]:
                raise source.trouble(1, f"expected one tutorials::Experiment, of the name {name}, got "
                                     + (", ".join(source.titles) or "none"))
        parts = dict(self.experiments)
        if self.answer_file:
            for name in self.answer_file.titles:
                if not re.fullmatch(r"exercise_\d+", name):
                    raise self.answer_file.trouble(1, f"expected a name like exercise_2, got {name}")
                parts[name] = self.answer_file
        return parts

    @property
    def sources(self):
        """All files that are woven."""
        return [self, *self.experiments.values()] + ([self.answer_file] if self.answer_file else [])

    def program_of(self, source):
        """What the files that belong to it are called: 07_vae, 07_vae_linear, 07_vae_answers."""
        return self.name if source is self else f"{self.name}_{source.path.stem}"

    def digest_of(self, part=""):
        """Changes when the program of the lesson, or of an experiment, changes, and not when prose does."""
        source = self.parts[part] if part else self
        programs = [each.program for each in (source, *self.shared, *self._borrowed(source))]
        return hashlib.sha256("".join(programs).encode()).hexdigest()

    def _borrowed(self, source):
        """The files of experiments that have a header, where the program includes it."""
        folder = self.path.parent / "experiments"
        names = re.findall(rf'^#include "tutorials/{self.name}/experiments/(\w+)\.hpp"', source.program,
                           re.MULTILINE)
        return [Source(path) for name in names for path in sorted(folder.glob(f"{name}.[ch]pp"))
                if path != source.path]

    def fact_line(self, fact):
        return next(n for n, line in enumerate(self.lines, 1) if line.startswith(f"// {fact}:"))

    def _begin(self):
        self.facts, begin = self._read_facts(self.comments)
        return begin

    def _read_facts(self, comments):
        if not self.lines or self.lines[0] != "// ---":
            raise self.trouble(1, "a tutorial begins with its facts, between two lines `// ---`")
        facts = {}
        for number, line in enumerate(self.lines[1:], 2):
            if number not in comments:
                break
            if line == "// ---":
                missing = FACTS - facts.keys()
                if missing:
                    raise self.trouble(number, "missing among the facts: " + ", ".join(sorted(missing)))
                return facts, number
            found = re.fullmatch(r"// (\w+):\s*(.*)", line)
            if not found or found[1] not in FACTS or found[1] in facts:
                raise self.trouble(number, f"no fact, or known already: {line}")
            facts[found[1]] = found[2]
        raise self.trouble(1, "the facts do not end: a second line `// ---` is missing")

    def _names(self, fact):
        return [name.strip() for name in self.facts[fact].split(",") if name.strip()]


def read_expected(path):
    """What a run should leave: `{"full": {"key": [value, tolerance]}, "quick": ...}`."""
    if not path.is_file():
        return {"full": {}, "quick": {}}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as trouble:
        raise Trouble(path, getattr(trouble, "lineno", 1), str(trouble)) from None
    number = lambda x: isinstance(x, (int, float)) and math.isfinite(x)
    well = isinstance(found, dict) and found.keys() == {"full", "quick"} and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(number, pair)) and pair[1] >= 0
        for size in found.values() for pair in size.values())
    if not well:
        raise Trouble(path, 1, 'expected {"full": {"key": [value, tolerance]}, "quick": {...}}')
    return found


def prose_lines(source):
    """The numbers of the lines that hold a comment `// ...` and nothing else."""
    found = set()
    for token in TOKEN.finditer(source):
        comment = token["comment"]
        before = source[source.rfind("\n", 0, token.start()) + 1:token.start()]
        if comment and not before.strip() and (comment == "//" or comment.startswith("// ")):
            if not comment.startswith("// clang-format o"):  # on, off
                found.add(source.count("\n", 0, token.start()) + 1)
    return found


def read_chapters(folder):
    """All tutorials in a folder, in order, checked against each other."""
    folders = sorted(pathlib.Path(folder).glob("[0-9]*/"))
    chapters = {each.name: Chapter(each / f"{each.name}.cpp") for each in folders}
    for chapter in chapters.values():
        for name in chapter.builds_on:
            if name not in chapters:
                raise chapter.trouble(chapter.fact_line("builds_on"), f"there is no chapter {name}")
            if name >= chapter.name:
                raise chapter.trouble(chapter.fact_line("builds_on"), f"{name} comes later")
        for name in chapter.leads_to:  # may not be written yet
            if name in chapters and chapter.name not in foundations(chapters, name):
                raise chapter.trouble(chapter.fact_line("leads_to"),
                                      f"{name} does not say that it builds on {chapter.name}")
    for chapter, header, teacher in unfounded(chapters):
        raise chapter.trouble(chapter.lines.index(f'#include "{header}"') + 1,
                              f"{header} is taught in {teacher}, on which this does not build")
    return list(chapters.values())


def foundations(chapters, name):
    """Every chapter that one builds on, directly or not."""
    direct = chapters[name].builds_on
    return set(direct).union(*(foundations(chapters, below) for below in direct))


def unfounded(chapters):
    """The includes of models that another chapter teaches (the first that includes them) while this
    one does not build on that."""
    teachers = {}
    for chapter in chapters.values():
        for header in chapter.includes:
            if re.fullmatch(r"models/\w+\.hpp", header):
                teacher = teachers.setdefault(header, chapter.name)
                if teacher not in foundations(chapters, chapter.name) | {chapter.name}:
                    yield chapter, header, teacher
