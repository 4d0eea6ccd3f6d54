"""Weaves the pages of the assignments, which the course kit has in Markdown, into the site: their sections
to read again are links into the chapters, and hints are folded."""

import pathlib
import sys

from chapter import Block, Trouble
from prose import Weaver, fold, raw, slug

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tutorials/assignments"))
from kit.assignment import Assignment, names
from kit.page import heading
from kit.page import page as words


class Page:
    """An assignment as the weaver of prose knows a source."""

    def __init__(self, assignment, chapters):
        self.assignment = assignment
        self.page = "assignment_" + assignment.name
        self.chapters = {each.name: each for each in chapters if each.name in assignment.chapters}
        self.chapter = self.chapters[assignment.chapter]
        self.title = heading(assignment)

    def trouble(self, line, what):
        return Trouble(self.assignment.folder / "page.md", line, what)

    def section(self, task):
        """A link to the section that a task says to read again."""
        chapter = self.chapters[task.chapter]
        if slug(task.section) not in chapter.headings:
            raise self.trouble(1, f"chapter {chapter.name} has no section {task.section}")
        return f"[{task.section}](@ref {chapter.page}_{slug(task.section)})"

    def woven(self):
        """As Doxygen's Markdown."""
        weaver = Weaver(self, None, None)
        prose = lambda text: weaver.render(Block(True, 1, text.splitlines()))
        links = [f"[chapter {each.number}](@ref {each.page})" for each in self.chapters.values()]
        facts = (f"belongs to {' and '.join(links)} · "
                 f"{self.assignment.points} points · {self.assignment.facts['hours']} hours · "
                 "how to hand it out: @ref course_kit")
        body = words(self.assignment, prose, self.section, lambda hint: fold("hint", "Hint", hint))
        return "\n".join([f"# {self.title} {{#{self.page}}}\n", raw('<div class="strip">') + facts,
                          raw("</div>"), "[TOC]\n", body])


def of_chapter(name):
    """The names of the assignments that belong to a chapter."""
    return [each for each in names() if name in Assignment(each).chapters]


def pages(chapters):
    """Of the assignments to these chapters, which have been woven."""
    return [Page(Assignment(name), chapters) for name in names()
            if set(Assignment(name).chapters) <= {chapter.name for chapter in chapters}]


def overview(all_pages):
    """The page that lists them."""
    rows = [f"| [{page.assignment.name}](@ref {page.page}) | {page.assignment.title} | "
            f"[{page.chapter.number}](@ref {page.chapter.page}) | {len(page.assignment.tasks)} | "
            f"{page.assignment.facts['hours']} |" for page in all_pages]
    table = "\n".join(["| assignment | about | chapter | tasks | hours |", "|:--|:--|--:|--:|--:|", *rows])
    subpages = "".join(f"- @subpage {page.page}\n" for page in all_pages)
    return ("# Assignments {#assignments}\n\nProgramming assignments that grade themselves: write the "
            "functions that have been taken out of the framework, run `./check`, read what it says. "
            f"Instructors make them with the course kit: @ref course_kit.\n\n{table}\n\n"
            + raw("<div hidden>") + subpages + raw("</div>"))
