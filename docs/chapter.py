"""Reads a tutorial: one C++ file that is a program and a chapter.

Its prose are the lines that hold nothing but a comment `// ...` (or a bare `//`, which ends a
paragraph), wherever they stand. Everything else is code: comments after code, `///` docstrings,
`/* ... */`, and whatever looks like a comment inside a string. The file begins with a block of facts:

    // ---
    // title: The tape
    // builds_on: 01_tape, 02_training
    // ...
    // ---
"""

import hashlib
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


class Trouble(Exception):
    """What is wrong, and where: `tutorials/01_tape.cpp:12: ...`."""

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


class Chapter:
    """A tutorial, read but not yet woven."""

    def __init__(self, path, text=None):
        self.path = pathlib.Path(path)
        self.name = self.path.stem  # 01_tape
        self.number = self.name.split("_")[0]
        self.page = "tutorial_" + self.name
        self.source = self.path.read_text(encoding="utf-8") if text is None else text
        self.lines = self.source.splitlines()
        comments = prose_lines(self.source)
        self.facts, begin = self._read_facts(comments)
        self.title = self.facts["title"]
        self.builds_on = self._names("builds_on")
        self.leads_to = self._names("leads_to")
        self.blocks = self._cut(comments, begin)

    def trouble(self, line, what):
        return Trouble(self.path, line, what)

    def fact_line(self, fact):
        return next(n for n, line in enumerate(self.lines, 1) if line.startswith(f"// {fact}:"))

    @property
    def program(self):
        """The code alone."""
        return "\n\n".join(block.text for block in self.blocks if not block.is_prose) + "\n"

    @property
    def digest(self):
        """Changes when the program changes, and not when the prose does."""
        return hashlib.sha256(self.program.encode()).hexdigest()

    @property
    def includes(self):
        return re.findall(r'^#include "(.+)"', self.program, re.MULTILINE)

    @property
    def declared(self):
        """The names of the program's own functions, variables and members: what follows a type."""
        return set(re.findall(r"\b(?!return|else|throw|using|new)[\w:]+>?[&*]* [&*]*(\w+)(?=[;,(){\[]| =| :)",
                              re.sub("//.*", "", self.program)))

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

    def _cut(self, comments, begin):
        """Blocks from the line after `begin` on, without blank lines at their ends."""
        blocks, run = [], []
        for number in range(begin + 1, len(self.lines) + 1):
            blank = not self.lines[number - 1].strip()
            if run and not blank and (number in comments) != (run[0] in comments):
                blocks.append(self._block(run, comments))
                run = []
            if run or not blank:
                run.append(number)
        if run:
            blocks.append(self._block(run, comments))
        return blocks

    def _block(self, run, comments):
        lines = [self.lines[number - 1] for number in run]
        while not lines[-1].strip():
            lines.pop()
        if run[0] not in comments:
            return Block(False, run[0], lines)
        return Block(True, run[0], [re.sub(r"^\s*(//)? ?", "", line) for line in lines])


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
    chapters = {path.stem: Chapter(path) for path in sorted(pathlib.Path(folder).glob("[0-9]*.cpp"))}
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
