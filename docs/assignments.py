"""Weaves the pages of the assignments, which the course kit has in Markdown, into the site: their sections
to read again are links into the chapters, and hints are folded."""

import pathlib
import sys

from chapter import Block, Trouble
from prose import Weaver, fold, raw, slug

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tutorials/assignments"))
from kit.assignment import Assignment, is_header, names
from kit.page import page as words


def header(path):
    """A link to a header's page in the manual."""
    return f'\\ref {path} "{pathlib.Path(path).name}"'


class Page:
    """An assignment as the weaver of prose knows a source."""

    def __init__(self, assignment, chapters):
        self.assignment = assignment
        self.page = "assignment_" + assignment.name
        self.chapter = next((each for each in chapters if each.name == assignment.chapter), None)
        self.title = f"Assignment {assignment.name}: {assignment.title}"

    def trouble(self, line, what):
        return Trouble(self.assignment.folder / "page.md", line, what)

    def place(self, words="chapter "):
        """A link to the chapter, or to the header where there is no chapter."""
        if self.chapter:
            return f"[{words}{self.chapter.number}](@ref {self.chapter.page})"
        return header(self.assignment.chapter)

    def section(self, title):
        """A link to a section of the chapter, or to a header."""
        if is_header(title):
            return header(title)
        if slug(title) not in self.chapter.headings:
            raise self.trouble(1, f"chapter {self.chapter.name} has no section {title}")
        return f"[{title}](@ref {self.chapter.page}_{slug(title)})"

    def woven(self):
        """As Doxygen's Markdown."""
        weaver = Weaver(self, None, None)
        prose = lambda text: weaver.render(Block(True, 1, text.splitlines()))
        facts = (f"belongs to {self.place()} · "
                 f"{self.assignment.points} points · {self.assignment.facts['hours']} hours · "
                 "how to hand it out: @ref course_kit")
        body = words(self.assignment, prose, self.section, lambda hint: fold("hint", "Hint", hint))
        return "\n".join([f"# {self.title} {{#{self.page}}}\n", raw('<div class="strip">') + facts,
                          raw("</div>"), "[TOC]\n", body])


def of_chapter(name):
    """The names of the assignments that belong to a chapter."""
    return [each for each in names() if Assignment(each).chapter == name]


def pages(chapters):
    """Of the assignments to these chapters, which have been woven, and of those to headers."""
    listed = [name for chapter in chapters for name in of_chapter(chapter.name)]
    listed += [name for name in names() if is_header(Assignment(name).chapter)]
    return [Page(Assignment(name), chapters) for name in listed]


def overview(all_pages):
    """The page that lists them."""
    rows = [f"| [{page.assignment.name}](@ref {page.page}) | {page.assignment.title} | "
            f"{page.place('')} | {len(page.assignment.tasks)} | "
            f"{page.assignment.facts['hours']} |" for page in all_pages]
    table = "\n".join(["| assignment | about | chapter | tasks | hours |", "|:--|:--|--:|--:|--:|", *rows])
    subpages = "".join(f"- @subpage {page.page}\n" for page in all_pages)
    return ("# Assignments {#assignments}\n\nProgramming assignments that grade themselves: write the "
            "functions that have been taken out of the framework, run `./check`, read what it says. "
            f"Instructors make them with the course kit: @ref course_kit.\n\n{table}\n\n"
            + raw("<div hidden>") + subpages + raw("</div>"))
