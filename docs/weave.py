#!/usr/bin/env python3
"""Weaves the tutorials into the site: `meson compile -C build docs` runs it.

    weave.py SOURCE BUILD VERSION DOXYGEN MATHJAX

For each chapter, a folder tutorials/NN_title, it writes to BUILD/woven, for Doxygen to read:

    tutorial_NN_title.md         the page: the lesson's prose, with @snippet where code stands, and in folds
                                 its experiments and answers
    NN_title.cpp, NN_title_X.cpp the lesson and the files beside it, for the manual's listings
    NN_title_lines.cpp, ...      the same with every line of prose empty or a marker //! [c123], so that
                                 the snippets have the line numbers of the file; also of what is quoted
    NN_title_program.cpp         the lesson without prose
    NN_title_*.png               its figures
    NN_title_*.safetensors.js    the decoders that its page lets the reader try

and the pages that list the chapters. It runs Doxygen, whose warnings are errors, and lets the code on
a chapter's page link to the manual as the listing of the whole file does.
"""

import base64
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap
from xml.etree import ElementTree

import assignments
from chapter import Trouble, read_chapters
from prose import Weaver, fold, plain, raw
from refresh import part_of
from search import write_index

RESULTS = pathlib.Path("docs", "results")


class Run:
    """What runs of a tutorial at full size have left in docs/results/NN_title: the lesson's, and in a
    folder of its own each experiment's. The numbers of studies, which are runs with other settings,
    have the study's name before theirs: `seed_2/test_kl`."""

    def __init__(self, folder):
        read = lambda path: json.loads(path.read_text(encoding="utf-8"))
        self.folder = folder
        self.name = folder.name
        self.parts = {}  # results.json and run.json of each; the lesson is ""
        self.results = {}
        for made_by in [*folder.glob("run.json"), *sorted(folder.glob("*/run.json"))]:
            name = "" if made_by.parent == folder else made_by.parent.name
            about = read(made_by.with_name("results.json"))
            self.parts[name] = (about, read(made_by))
            self.results |= about["results"]
        self.studies = {path.stem: read(path) for path in sorted(folder.glob("studies/*.json"))}
        for name, study in self.studies.items():
            self.results |= {f"{name}/{key}": number for key, number in study["results"].items()}

    def file(self, name):
        """Where a figure lies, whichever run has drawn it; none if none has."""
        return next((folder / name for folder in [self.folder, *(self.folder / part for part in self.parts)]
                     if (folder / name).is_file()), None)

    def shown(self, ending):
        return sorted({path for part in self.parts for path in (self.folder / part).glob("*" + ending)})


def read_run(source, name):
    folder = pathlib.Path(source) / RESULTS / name
    return Run(folder) if any(folder.glob("**/run.json")) else None


def marker_of(block):
    return f"c{block.first}"


def marked(source):
    """The lines of the file with the prose left out and a marker before and after each block of code."""
    lines = [""] * (len(source.lines) + 1)
    for block in source.blocks:
        if block.is_prose:
            continue
        after = block.first + len(block.lines)
        lines[block.first - 1:after - 1] = block.lines
        for number in (block.first - 1, after):
            mark(lines, number, marker_of(block))
    return lines


def mark(lines, number, marker):
    lines[number - 1] = (lines[number - 1] + f" //! [{marker}]").strip()


def quoted_lines(text, name):
    """The first and the last line of the definition of a function or a class, its comment included:
    `elbo`, `Vae::draw`, `Elbo` (as struct Elbo or class Elbo)."""
    lines = text.splitlines()
    name_ = re.escape(name)
    opens = re.compile(rf"(?:^|[\s&*])(?:(?:struct|class|concept)\s+{name_}\b(?!;)|{name_}\()")
    for first, line in enumerate(lines, 1):
        found = opens.search(line)
        if not found or re.match(r"\s*(//|return\b|[}.])", line) or re.search("[({=]", line[:found.start()]):
            continue  # a comment or a call
        ahead = "\n".join(re.sub(r'//.*|"(?:\\.|[^"\\])*"', "", each) for each in lines[first - 1:])
        depth = 0
        for at, sign in enumerate(ahead):
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(sign, 0)
            if depth == 0 and sign in ";}":
                break
        if sign == ";" and "{" not in ahead[:at]:
            continue  # a declaration or a call
        last = first + ahead[:at].count("\n")
        while first > 1 and re.match(r"\s*(//|template\b)", lines[first - 2]):
            first -= 1
        return first, last
    raise LookupError(f"there is no definition of {name}")


def link(chapter):
    return f"[{chapter.number}.\N{NO-BREAK SPACE}{chapter.title}](@ref {chapter.page})"


def strip(chapter, chapters):
    """The facts of a chapter under its title."""
    by_name = {each.name: each for each in chapters}
    named = lambda names: ", ".join(link(by_name[n]) if n in by_name else n for n in names)
    followers = sorted({*chapter.leads_to, *(c.name for c in chapters if chapter.name in c.builds_on)})
    parts = []
    if chapter.builds_on:
        parts.append("builds on " + named(chapter.builds_on))
    if followers:
        parts.append("leads to " + named(followers))
    minutes = chapter.facts["minutes"]
    parts.append(f"runs in about {minutes} minute{'' if minutes == '1' else 's'}")
    headers = [h for h in chapter.includes if not h.startswith("tutorials/")]
    parts.append(f"[source](@ref {chapter.name}.cpp)")
    if "check-it" in chapter.headings:
        parts.append(f"[tests](@ref {chapter.page}_check-it)")
    parts += [f"[assignment {name}](@ref assignment_{name})" for name in assignments.of_chapter(chapter.name)]
    at = chapters.index(chapter)
    if at:
        parts.append(f"[← {chapters[at - 1].number}](@ref {chapters[at - 1].page})")
    if at + 1 < len(chapters):
        parts.append(f"[{chapters[at + 1].number} →](@ref {chapters[at + 1].page})")
    names = ", ".join(f'\\ref {h} "{pathlib.Path(h).stem}"' for h in headers)
    return (raw('<div class="strip">') + f"*{chapter.facts['tooltip']}*\n\n" + " · ".join(parts)
            + f"\n\nUses {names}\n" + raw("</div>"))


def neighbours(chapter, chapters):
    at = chapters.index(chapter)
    before = f"← {link(chapters[at - 1])}" if at else ""
    after = f"{link(chapters[at + 1])} →" if at + 1 < len(chapters) else ""
    return raw('<nav class="neighbours">') + f"{before}\n\n{after}\n" + raw("</nav>")


def origin(chapter, run):
    """Where the numbers on the page come from."""
    if not run:
        return (f"> **Not yet run.** The figures and numbers of this page appear once "
                f"`meson compile -C build refresh` has run `build/tutorials/{chapter.name}`.\n")
    rows = [origin_of(chapter, part, made_by, about) for part, (about, made_by) in run.parts.items()]
    text = "Figures and numbers on this page were written by\n\n" + "".join(rows)
    if any(CHANGED in row for row in rows):
        text = f"> **Out of date.** `meson compile -C build refresh` runs the program again.\n\n{text}"
    # Studies take too long to be run after every change; so which program they speak of is said.
    rows = [origin_of(chapter, part_of(study["command"].split()), study, study)
            for study in run.studies.values()]
    if rows:
        text += "\nNumbers of other settings, where the page names them, are from\n\n" + "".join(rows)
    return text


CHANGED = "**the program has changed since**"


def origin_of(chapter, part, made_by, about):
    """A line of the list: which run it was, and whether its program is still this one."""
    is_there = part == "" or part in chapter.parts
    changed = not is_there or made_by["program"] != chapter.digest_of(part)
    took = timing(about["results"].get(f"seconds_{part}" if part else "seconds"))
    return f"- {circumstances(made_by, about)}, {took}" + f"; {CHANGED}" * changed + "\n"


def timing(seconds):
    """As one would say it."""
    if seconds is None:
        return "time not noted"
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes"


def circumstances(made_by, about):
    return (f"`{made_by['command']}` (version {made_by['version']}, seed {about['seed']}, "
            f"{about['threads']} thread{'' if about['threads'] == 1 else 's'}, OpenBLAS for {about['blas']})")


class Page:
    """A chapter's page while it is woven: what its files have to say to each other."""

    def __init__(self, chapter, run, root):
        self.chapter, self.run, self.root = chapter, run, root
        self.files = {}  # what Doxygen has to read besides the page, by name
        self.listed = [chapter]  # the files whose code stands on the page
        self.predictions = []  # the question and the answer, once they have been met
        self.quotations = {}  # the lines of each file of the library that is quoted
        self.unanswered = dict(chapter.answer_file.answers) if chapter.answer_file else {}
        self.answer_weaver = Weaver(chapter.answer_file, run, self, "answers")
        self.lesson_weaver = Weaver(chapter, run, self)

    def body(self):
        text = self.blocks(self.chapter, self.lesson_weaver, self.chapter.blocks)
        if sorted(self.predictions) not in ([], ["answer", "question"]):
            raise self.chapter.trouble(1, "expected one @predict and one @prediction")
        for name, source in self.chapter.experiments.items():
            if source not in self.listed:
                raise source.trouble(1, f"the lesson has no @experiment{{{name}}}")
        if self.unanswered:
            raise self.chapter.answer_file.trouble(1, f"the lesson has no exercise {min(self.unanswered)}")
        return text

    def blocks(self, source, weaver, blocks):
        """Prose and code of a file, in their order."""
        name = self.chapter.program_of(source)
        if f"{name}_lines.cpp" not in self.files:
            self.files[f"{name}_lines.cpp"] = "\n".join(marked(source)) + "\n"
            self.files[f"{name}.cpp"] = source.text
        shown = [weaver.render(block) + "\n" if block.is_prose else code(name, marker_of(block))
                 for block in blocks]
        if weaver.open_folds:
            raise source.trouble(blocks[-1].first, "a @fold before the end of this has no @endfold")
        return "\n".join(shown)

    def experiment(self, name):
        """The fold of an experiment."""
        source = self.chapter.experiments[name]
        self.listed.append(source)
        about, _ = self.run.parts.get(name, (None, None)) if self.run else (None, None)
        took = timing(about["results"].get(f"seconds_{name}")) if about else "not yet run"
        weaver = Weaver(source, self.run, self, name)
        summary = f"{plain(source.titles[name])} <span>{took} · <code>--only {name}</code></span>"
        return "\n" + fold("experiment", summary, self.blocks(source, weaver, source.blocks), name)

    def answer(self, number):
        """What the file of answers says below `## Exercise N`; to be asked for once."""
        source = self.chapter.answer_file
        if source and source not in self.listed:
            self.listed.append(source)
        return self.blocks(source, self.answer_weaver, self.unanswered.pop(number))

    def quotation(self, path, name):
        """A piece of the library with its own line numbers."""
        file = self.root / path
        if not file.is_file() or file.suffix not in {".hpp", ".cpp"}:
            raise LookupError(f"there is no {path}")
        text = file.read_text(encoding="utf-8")
        try:
            first, last = quoted_lines(text, name)
        except LookupError as trouble:
            raise LookupError(f"{trouble.args[0]} in {path}") from None
        lines = self.quotations.setdefault(path, [*text.splitlines(), ""])
        marker = f"q{first}"
        if not any(f"[{marker}]" in line for line in lines):
            for number in (first - 1, last + 1):
                mark(lines, number, marker)
        flat = f"{self.chapter.name}_quotes_{path.replace('/', '_').replace('.', '_')}"
        self.files[f"{flat}_lines.cpp"] = "\n".join(lines) + "\n"
        return "\n" + raw(f'<p class="quoted">{path}</p>') + code(flat, marker)


def code(file, marker):
    return (raw(f'<div class="code" data-file="{file}">') + f"@snippet{{lineno}} {file}_lines.cpp {marker}\n"
            + raw("<!-- code --></div>"))


def page(chapter, run, chapters, root):
    """The chapter in Doxygen's Markdown, and the other files that it needs."""
    woven = Page(chapter, run, root)
    body = woven.body()
    chapter.headings = woven.lesson_weaver.headings
    chapter.listed = woven.listed
    woven.files[f"{chapter.name}_program.cpp"] = chapter.program
    text = "\n".join([
        # A space that does not break: Doxygen takes "10. " for the beginning of a list.
        f"# {chapter.number}.\N{NO-BREAK SPACE}{chapter.title} {{#{chapter.page}}}\n",
        strip(chapter, chapters), "[TOC]\n", body,
        f"# The plain program {{#{chapter.page}_program}}\n", origin(chapter, run),
        fold("program", "The program without its prose", f"@include {chapter.name}_program.cpp\n"),
        neighbours(chapter, chapters)])
    woven.files[f"{chapter.page}.md"] = text
    for source in woven.listed:
        name = chapter.program_of(source)
        woven.files[f"{name}_listing.dox"] = (f"/** @example{{lineno}} {name}.cpp\n"
                                              f"A file of {link(chapter)}. */\n")
    return woven.files


def short(title):
    """`The tape` is `Tape` where there is little room."""
    title = title.removeprefix("The ")
    return title[:1].upper() + title[1:]


def graph(chapters):
    """Who builds on whom: a drawing whose boxes are links. A chapter stands one column right of the
    rightmost it builds on; chapters that are alone in their columns, one after the other, stand below
    each other instead, so that the drawing is no wider than a page."""
    depths = {}
    for chapter in chapters:
        depths[chapter.name] = 1 + max((depths[name] for name in chapter.builds_on), default=-1)
    places, column, row, alone_before = {}, -1, 0, False
    for depth in range(1 + max(depths.values())):
        together = [chapter for chapter in chapters if depths[chapter.name] == depth]
        alone = len(together) == 1
        if not (alone and alone_before):
            rows = [places[name][1] for name in together[0].builds_on] if alone else []
            column, row = column + 1, sum(rows) // len(rows) if rows else 0
        for chapter in together:
            places[chapter.name] = (column, row)
            row += 1
        alone_before = alone
    width, height, right, down = 160, 52, 200, 72
    drawn = []
    corner = lambda name: (places[name][0] * right + 2, places[name][1] * down + 2)
    for chapter in chapters:
        x, y = corner(chapter.name)
        for name in chapter.builds_on:
            u, v = corner(name)
            if u == x:
                drawn.append(f'<path d="M{u + width // 2} {v + height} V{y - 3}"/>')
            else:
                drawn.append(f'<path d="M{u + width} {v + height / 2} C{u + right - 10} {v + height / 2} '
                             f'{x - 30} {y + height / 2} {x - 3} {y + height / 2}"/>')
    for chapter in chapters:
        x, y = corner(chapter.name)
        lines = textwrap.wrap(f"{chapter.number} {short(chapter.title)}", 18)
        drawn.append(
            f'<a href="{chapter.page}.html"><title>{html.escape(chapter.facts["tooltip"])}</title>'
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
            f'<text y="{y + height / 2 - 9 * (len(lines) - 1)}">'
            + "".join(f'<tspan x="{x + width / 2}" dy="{18 if n else 0}">{html.escape(line)}</tspan>'
                      for n, line in enumerate(lines)) + "</text></a>")
    last = [max(place[axis] for place in places.values()) for axis in (0, 1)]
    size = last[0] * right + width + 4, last[1] * down + height + 4
    return raw(f'<div class="map"><svg viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" '
               f'role="group" aria-label="Which chapter builds on which">'
               '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
               'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
               + "".join(drawn) + "</svg></div>")


def table(chapters):
    rows = [f"| {link(c)} | {c.facts['tooltip']} | {c.facts['minutes']}&nbsp;min |" for c in chapters]
    return "\n".join(["| chapter | what it is about | runs |", "|:--|:--|--:|", *rows]) + "\n"


def address(path):
    """The address of a page of the handbook, from its first line, `# Title {#address}`."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    if not (found := re.fullmatch(r"# .+ \{#(\w+)\}", first)):
        raise Trouble(path, 1, "a page begins with `# Title {#address}`")
    return found[1]


def handbook(source, build):
    """The pages that are not chapters, written by hand or generated, in the order in which the
    introduction speaks of them."""
    introduction = source / "docs/pages/introduction.md"
    text = introduction.read_text(encoding="utf-8")
    spoken = lambda path: (path != introduction, text.find(f"@ref {address(path)}"), path)
    return sorted([*introduction.parent.glob("*.md"), *build.glob("*.md")], key=spoken)


def when_needed(source):
    """What the introduction says of each page, as it follows the page's name in a list."""
    text = (source / "docs/pages/introduction.md").read_text(encoding="utf-8")
    return {name: f" — {when}" for name, when in re.findall(r"^\| @ref (\w+) \| (.+) \|$", text, re.M)}


def weave(source, out, chapters):
    """Writes everything that Doxygen reads besides the sources; returns the figures, and the decoders
    to be tried, as scripts: a page that was opened as a file may load nothing else."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    write = lambda name, text: (out / name).write_text(text, encoding="utf-8")
    for chapter in chapters:
        run = read_run(source, chapter.name)
        for name, text in page(chapter, run, chapters, source).items():
            write(name, text)
        for figure in run.shown(".png") if run else []:
            shutil.copy(figure, out / f"{chapter.name}_{figure.name}")
        for decoder in run.shown(".safetensors") if run else []:
            name, content = f"{chapter.name}_{decoder.name}", base64.b64encode(decoder.read_bytes())
            write(f"{name}.js", f'explorer_files["{name}"] = "{content.decode()}";\n')
    subpages = "".join(f"- @subpage {chapter.page}\n" for chapter in chapters)
    write("tutorials.md", f"# Tutorials {{#tutorials}}\n\n{graph(chapters)}\n{table(chapters)}\n"
          + raw("<div hidden>") + subpages + raw("</div>"))
    woven = assignments.pages(chapters)
    for each in woven:
        write(f"{each.page}.md", each.woven())
    write("assignments.md", assignments.overview(woven))
    needed = when_needed(source)
    write("handbook.md", "# Handbook {#handbook}\n\n"
          + "".join(f"- @subpage {name}{needed.get(name, '')}\n"
                    for name in map(address, handbook(source, out.parent))))
    index = (source / "docs/index.md").read_text(encoding="utf-8")
    write("index.md", index.replace("@map", graph(chapters)).replace("@chapters", table(chapters)))
    return sorted([*out.glob("*.png"), *out.glob("*.js")])


def link_code(pages, chapter):
    """Gives each line of code on a chapter's page the links it has in the listing of the whole file:
    Doxygen sees what a name means only there."""
    line = re.compile(r'<div class="line">.*?<span class="lineno">\s*(\d+)</span>.*?</div>')
    linked = {}
    for source in chapter.listed:
        name = chapter.program_of(source)
        listing = (pages / f"{name}_8cpp-example.html").read_text(encoding="utf-8")
        declared = source.declared
        using = r'using </span>.*?href="([^"]+)">[\w:]+::(\w+)</a>;'
        used = {name: address for address, name in re.findall(using, listing)}
        for found in line.finditer(listing):
            linked[name, found[1]] = with_right_links(found[0], declared, used)
    def woven(piece):
        return line.sub(lambda found: linked.get((piece[1], found[1]), found[0]), piece[0])
    path = pages / f"{chapter.page}.html"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'<div class="code" data-file="(\w+)">.*?<!-- code --></div>', woven, text, flags=re.S)
    path.write_text(text, encoding="utf-8")


def mend(path, users):
    """Takes away scripts that this version of Doxygen has not, links for robots, and one to a section that
    Doxygen 1.9.4 lists at the top and then leaves out; says of classes and functions what their "examples"
    are, and of a header which chapters include it."""
    text = before = path.read_text(encoding="utf-8")
    there = lambda found: found[0] if (path.parent / found[1]).exists() else ""
    text = re.sub(r'<script src="([^"?]+)"></script>\n', there, text)
    text = text.replace('<a href="doxygen_crawl.html"></a>', "")
    if 'href="#nested-classes"' in text and 'id="nested-classes"' not in text:
        text = re.sub(r'<a href="#nested-classes">Classes</a> &#124;\n', "", text)
    text = text.replace("<dt>Examples</dt>", "<dt>Tutorials that use this</dt>")
    if path.name in users:
        links = ", ".join(f'<a class="el" href="{chapter.page}.html">{chapter.number}. '
                          f'{html.escape(chapter.title)}</a>' for chapter in users[path.name])
        text = text.replace("</div><!-- contents -->", '<dl class="section examples"><dt>Tutorials that '
                            f"include this</dt><dd>{links}</dd></dl>\n</div><!-- contents -->")
    if text != before:
        path.write_text(text, encoding="utf-8")


def leave_layout(script):
    """Newer scripts of Doxygen's set the widths and heights that are the style sheet's."""
    text = script.read_text(encoding="utf-8")
    begin = "function initResizable() {"
    script.write_text(text.replace(begin, begin + " return;"), encoding="utf-8")


def users_of_headers(tag, chapters):
    """The chapters that include a header, by the page of the header."""
    users = {}
    for file in ElementTree.parse(tag).iterfind("compound[@kind='file']"):
        name = (file.findtext("path") or "") + file.findtext("name")
        using = [chapter for chapter in chapters if any(name.endswith("/" + h) or name == h
                                                        for h in chapter.includes)]
        if using:
            users[file.findtext("filename").removesuffix(".html") + ".html"] = using
    return users


def with_right_links(line, declared, used):
    """Doxygen takes some names for others: those of `std`, and those that the chapter itself declares.
    Others it does not know: the classes that the chapter names by `using`."""
    def kept(found):
        name = found[1]
        wrong = (name.startswith("std::") or "hl_enumvalue" in found[0] and "::" not in name
                 or name in declared or name.startswith("operator"))
        return name if wrong else found[0]
    line = re.sub(r'<a class="code[^>]*>([^<]*)</a>', kept, line)
    whole = r'<a class="code.*?</a>|<span class="(?:comment|stringliteral|lineno)">.*?</span>|<[^>]*>|&\w+;'
    known = lambda found: (f'<a class="code" href="{used[found[0]]}">{found[0]}</a>'
                           if found[0] in used else found[0])
    return re.sub(whole + r"|(?<!::)\b[A-Z]\w+(?!\w|::)", known, line)


def list_only_code(pages):
    """Takes what the site is woven from out of the lists of files, which are for the library's. (The
    tree beside the text finds its entries by their numbers, so there they can only be hidden.)"""
    path = pages / "files.html"
    text = path.read_text(encoding="utf-8")
    row = r'<tr id="(row_\d+_)"(?:(?!</tr>).)*?href="(\w+\.html)"[^>]*>(?:build|docs)</a>'
    hidden = []
    for room, address in re.findall(row, text):
        text = re.sub(rf'<tr id="{room}.*?</tr>\n', "", text)
        hidden.append(f'#nav-tree li:has(> .item a[href$="{address}"])')
    path.write_text(text, encoding="utf-8")
    if hidden:
        with open(pages / "tapestry.css", "a", encoding="utf-8") as style:
            style.write(f"{', '.join(hidden)} {{ display: none; }}\n")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def configure(doxygen, version, source, build):
    """Writes Doxyfile and layout for the Doxygen that is here: an option that it does not know it would
    complain of, and what its layout does not mention, versions from 1.10 on leave out."""
    known = set(re.findall(r"^(\w+) *\+?=", output_of(doxygen, "-s", "-g", "-"), re.M))
    unknown = lambda line: (found := re.match(r"\w+", line)) and found[0] not in known
    settings = (source / "docs/Doxyfile.in").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in settings if not unknown(line))
    for name, value in {"version": version, "source": source, "output": build,
                        "used": " ".join(using_declarations(source))}.items():
        text = text.replace(f"@{name}@", str(value))
    (build / "Doxyfile").write_text(text + "\n", encoding="utf-8")
    layout = build / "layout.xml"
    output_of(doxygen, "-l", layout)
    ours = (source / "docs/theme/navindex.xml").read_text(encoding="utf-8")
    whole = layout.read_text(encoding="utf-8")
    layout.write_text(re.sub("<navindex>.*</navindex>\n", lambda _: ours, whole, flags=re.S),
                      encoding="utf-8")


def using_declarations(source):
    """Names that a namespace takes over from another, as nn::Tape; some versions of Doxygen would give
    each a page of its own."""
    for room in ("nn", "models", "tutorials"):
        for header in sorted((source / room).rglob("*.hpp")):
            namespace = ""
            for opened, name in re.findall(r"^(?:namespace ([\w:]+) \{|using [\w:]+::(\w+);)",
                                           header.read_text(encoding="utf-8"), re.M):
                namespace = opened or namespace
                if name:
                    yield f"{namespace}::{name}"


def main():
    source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    version, doxygen, mathjax = sys.argv[3:6]
    pages = build / "html"
    try:
        chapters = read_chapters(source / "tutorials")
        shown = weave(source, build / "woven", chapters)
    except Trouble as trouble:
        sys.exit(str(trouble))
    configure(doxygen, version, source, build)
    shutil.rmtree(pages, ignore_errors=True)
    if subprocess.run([doxygen, build / "Doxyfile"], check=False).returncode:
        sys.exit("Doxygen has warned: see above")
    for chapter in chapters:
        link_code(pages, chapter)
    users = users_of_headers(build / "tapestry.tag", chapters)
    for path in pages.glob("*.html"):
        if re.match("functions|globals|namespacemembers|hierarchy|doxygen_crawl|.*_8md", path.name):
            path.unlink()  # lists that the layout leaves out, the woven files as files; nothing leads there
        else:
            mend(path, users)
    for file in shown:
        shutil.copy(file, pages)
    list_only_code(pages)
    leave_layout(pages / "navtree.js")
    prose = [path.stem for name in ("tutorial", "assignment") for path in sorted((build / "woven").glob(f"{name}_*.md"))]
    prose += [address(path) for path in handbook(source, build)]
    write_index(pages, build / "tapestry.tag", prose)
    copy_mathjax(pathlib.Path(mathjax), pages / "mathjax")
    stamp(source, build / "docs.stamp")
    print(f"{pages / 'index.html'}: {len(chapters)} chapters, {len(list(pages.glob('*.html')))} pages")


def stamp(source, path):
    """Tells the build when the site is to be made again: when a file it was made from, or a folder that
    lists them, changes."""
    rooms = [source / room for room in ("autograd", "nn", "models", "tutorials", "docs")]
    needed = [each for room in rooms for each in [room, *room.rglob("*")]
              if each.is_dir() or each.suffix in {".hpp", ".cpp", ".md", ".py", ".in", ".json", ".txt",
                                                  ".png", ".safetensors", ".css", ".js", ".html", ".xml"}]
    needed = [str(each).replace(" ", "\\ ") for each in needed if "__pycache__" not in each.parts]
    path.with_suffix(".stamp.d").write_text(f"docs/{path.name}: " + " ".join(needed) + "\n")
    path.touch()


def copy_mathjax(mathjax, to):
    """What draws formulas, without a network: TeX in, SVG out, which needs no fonts."""
    to.mkdir()
    for name in ["MathJax.js", "config/TeX-AMS_SVG-full.js"]:
        (to / name).parent.mkdir(exist_ok=True)
        shutil.copy(mathjax / name, to / name)
    for name in ["jax/output/SVG", "jax/element"]:
        shutil.copytree(mathjax / name, to / name)


if __name__ == "__main__":
    main()
