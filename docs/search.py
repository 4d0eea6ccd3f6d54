"""The index of the site's search, read out of what Doxygen has written: names from its tag file, text
from the pages of the chapters and the handbook, section by section."""

import html.parser
import json
import re
import xml.etree.ElementTree as xml

KINDS = {"class", "struct", "namespace", "file"}


def names(tagfile):
    """[name, kind, address] of everything in the reference manual."""
    for compound in xml.parse(tagfile).getroot().iter("compound"):
        kind, scope = compound.get("kind"), compound.findtext("name")
        if kind not in KINDS:
            continue
        page = compound.findtext("filename")
        if kind != "file":
            yield [scope, kind, page if page.endswith(".html") else page + ".html"]
            for member in compound.iter("member"):
                address = f"{member.findtext('anchorfile')}#{member.findtext('anchor')}"
                yield [f"{scope}::{member.findtext('name')}", member.get("kind"), address]


class Sections(html.parser.HTMLParser):
    """Cuts the text of a page at its headings."""

    SILENT = {"script", "style", "svg"}

    def __init__(self):
        super().__init__()
        self.sections = [["", "", []]]  # title, anchor, text
        self.inside = False  # the div of contents
        self.heading = self.number = False
        self.silent = 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = attributes.get("class") or ""
        self.inside = self.inside or name == "contents"
        aside = self.silent > 0 or name in ("toc", "ttc")  # table of contents, explanations of names
        self.silent += tag in self.SILENT or (tag == "div" and aside)
        if tag in ("h1", "h2", "h3") and self.inside and not self.silent:
            self.heading = True
            self.sections.append(["", "", []])
        self.number = name == "lineno"
        if self.heading and name == "anchor":
            self.sections[-1][1] = attributes.get("id", "")

    def handle_endtag(self, tag):
        if self.silent and (tag in self.SILENT or tag == "div"):
            self.silent -= 1
        elif tag in ("h1", "h2", "h3"):
            self.heading = False

    def handle_data(self, data):
        if self.heading:
            self.sections[-1][0] += data
        elif self.inside and not self.silent and not self.number:
            self.sections[-1][2].append(re.sub(r"\\[()\[\]]", "", data))  # what begins and ends formulas
        self.number = False


def sections(path):
    """[title, page, address, text in lower case] of each section of a page."""
    text = path.read_text(encoding="utf-8")
    page = html.unescape(text.split("<title>", 1)[1].split(" · ", 1)[0])
    reader = Sections()
    reader.feed(text)
    for title, anchor, words in reader.sections:
        address = path.name + (f"#{anchor}" if anchor else "")
        yield [title.strip() or page, page, address, " ".join(" ".join(words).lower().split())]


def write_index(pages, tagfile, prose):
    """search_index.js beside the pages, of which `prose` names those with text."""
    unique = {}
    for entry in names(tagfile):  # overloads are one entry
        unique.setdefault(entry[0], entry + [""])
    index = list(unique.values())
    for page in prose:
        index += sections(pages / f"{page}.html")
    (pages / "search_index.js").write_text(
        "window.search_index = " + json.dumps(index, ensure_ascii=False, separators=(",", ":")) + ";\n",
        encoding="utf-8")
