#!/usr/bin/env python3
"""Writes the table of pullbacks, every operation of the tape on one line, from the docstrings of
autograd/ops/*.hpp:

    pullbacks.py OUT.md HEADER...

A docstring is read sentence by sentence, and where a semicolon parts a sentence, clause by clause:

- the first clause is what the operation computes;
- a sentence that names a gradient, in a word or by a letter with a bar as in ȳ, is the pullback;
- a clause about shapes, as "(B, D) gives (B,)" or "rank 0", is the shapes. Where there is none,
  what the header says about shapes at its top holds for the operation.

The rest, sources and errors, stays on the operation's own page. A docstring in which one of the
three is missing is an error, told as file:line.
"""
import html
import pathlib
import re
import sys
import unicodedata
from dataclasses import dataclass

DECLARATION = re.compile(r"Variable (operator\S+?|\w+)\((.*)\);")
TUPLE = r"(?<!\w)\((?:\.\.\.|[A-Za-z]+),[ ,.A-Za-z]*\)"  # (B, D), (B,), (..., O)
SHAPES = re.compile(TUPLE + r"|\brank 0\b|\b[Ss]hapes?\b|\bbroadcast|\bextents?\b")


class Mistake(Exception):
    """What is wrong, and where: `file:line: ...`."""


@dataclass
class Operation:
    """One docstring and the declarations that stand under it."""
    name: str
    declarations: list  # (name, parameters) as written
    forward: str
    pullback: str
    shapes: str


@dataclass
class Header:
    """One file of operations, with the first sentence that it says about itself."""
    title: str
    operations: list


def sentences(lines):
    """A full stop and a blank end a sentence, unless a number follows as in "eq. 15"; so does an
    empty line."""
    parts = re.split(r"\n\s*\n|(?<=\.)\s+(?!\d)", "\n".join(lines))
    return [" ".join(part.split()) for part in parts if part.strip()]


def names_a_gradient(sentence):
    barred = "\N{COMBINING MACRON}" in unicodedata.normalize("NFD", sentence)
    return barred or re.search(r"\bgradient\b", sentence) is not None


def read_docstring(lines):
    """(forward, pullback, shapes), each "" if the docstring does not have it."""
    if not lines:
        return "", "", ""
    first, *others = sentences(lines)
    forward, *rest = re.split(r";\s+", first)
    if any(map(names_a_gradient, rest)):
        raise ValueError("the pullback wants a sentence of its own")
    pullback = [s for s in others if names_a_gradient(s)]
    rest += [clause for s in others if s not in pullback for clause in re.split(r";\s+", s)]
    shapes = [clause for clause in rest if SHAPES.search(clause)]
    return tuple(" ".join(part).rstrip(".") for part in ([forward], pullback, shapes))


def statements(text):
    """(line number, docstring lines, code) of everything that ends in a semicolon or a brace, and of
    the comment at the top, whose code is ""."""
    docstring, code, start = [], "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("///"):
            docstring.append(line[3:].removeprefix(" "))
        elif not line.strip() or line.startswith("#"):
            if docstring and not code:
                yield number, docstring, ""
            docstring = []
        else:
            start = start or number
            code = f"{code} {line.strip()}".strip()
            if code[-1] in ";{}":
                yield start, docstring, code
                docstring, code, start = [], "", 0


def read_header(path):
    """The Header in a file, or None if it declares no operation."""
    title, common_shapes, operations, complete = "", "", [], True
    for line, docstring, code in statements(path.read_text(encoding="utf-8")):
        if docstring and docstring[0].startswith("@file"):
            about = sentences(docstring[1:])
            title = about[0]
            common_shapes = " ".join(s for s in about if SHAPES.search(s))
        found = DECLARATION.fullmatch(code)
        if not found:
            continue
        name, parameters = found.groups()
        last = operations[-1] if operations else None
        if last and last.name == name and is_overload(docstring):
            last.declarations.append((name, parameters))
            continue
        try:
            forward, pullback, shapes = read_docstring(docstring)
        except ValueError as error:
            raise Mistake(f"{path}:{line}: {name}: {error}") from None
        for what, words in [("forward computation", forward), ("pullback", pullback),
                            ("shapes", shapes or common_shapes)]:
            if not words:
                raise Mistake(f"{path}:{line}: the docstring of {name} names no {what}")
        operations.append(
            Operation(name, [(name, parameters)], forward, pullback, shapes or common_shapes))
    return Header(title, operations) if operations else None


def is_overload(docstring):
    """Whether a declaration leaves the saying to the one before it."""
    return not docstring or docstring[0].startswith("The same without")


def call(name, parameters):
    """How an operation is called: `a + b`, `-x`, `slice(x, axis, begin, end)`."""
    names = [re.sub(r"\s*=.*", "", p).split()[-1].lstrip("&") for p in split_parameters(parameters)]
    if not name.startswith("operator"):
        return f"{name}({', '.join(names)})"
    symbol = name.removeprefix("operator").replace("-", "−")
    return f" {symbol} ".join(names) if len(names) == 2 else symbol + names[0]


def split_parameters(parameters):
    """Cut at the commas that stand in no angle brackets."""
    return re.split(r",\s*(?![^<>]*>)", parameters)


def reference(name, parameters):
    """A link to the page of a declaration. Doxygen wants our types with their namespace, since 1.9.8; but
    up to 1.9.4 it does not understand that between angle brackets: then the name has to do."""
    ours = r"(?<![\w:])[A-Z]\w*"
    types = [re.sub(r"\s*=.*", "", p).rsplit(" ", 1)[0] for p in split_parameters(parameters)]
    types = [t + " &" if p.split()[-1].startswith("&") else t
             for t, p in zip(types, split_parameters(parameters))]
    if any(re.search(rf"<.*{ours}", each) for each in types):
        return f'@ref autograd::{name} "{call(name, parameters)}"'
    types = [re.sub(ours, r"autograd::\g<0>", each) for each in types]
    return f'@ref autograd::{name}({",".join(types)}) "{call(name, parameters)}"'


def cell(text):
    text = html.escape(text, quote=False)
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)


def page(headers):
    out = ["# The table of pullbacks {#pullbacks}", "",
           "Every operation of the tape, one line each, read out of the docstrings in",
           "`autograd/ops/` (see @ref notation for the letters): ȳ is what comes back to",
           "the result y, x̄ what goes on to the input x, ∘ a product element by element. Where an input",
           "was broadcast, what goes on to it is summed over the axes along which it was repeated.", ""]
    for header in headers:
        out += [f"## {re.split('[.:]', header.title)[0]}", "", "<table class=\"doxtable\">",
                "<tr><th>operation</th><th>forward</th><th>pullback</th><th>shapes</th></tr>"]
        for op in header.operations:
            calls = "<br>".join(reference(*declaration) for declaration in op.declarations)
            out.append(f"<tr><td>{calls}</td><td>{cell(op.forward)}</td>"
                       f"<td>{cell(op.pullback)}</td><td>{cell(op.shapes)}</td></tr>")
        out += ["</table>", ""]
    return "\n".join(out)


def main(out, *paths):
    headers = [read_header(pathlib.Path(path)) for path in paths]
    pathlib.Path(out).write_text(page([h for h in headers if h]), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: pullbacks.py OUT.md HEADER...")
    try:
        main(*sys.argv[1:])
    except Mistake as mistake:
        sys.exit(str(mistake))
