"""Turns the prose of a tutorial, Markdown with `$...$` and directives, into Doxygen's Markdown.

Doxygen's commands mean nothing in a tutorial: a backslash, an `@`, a `#` in running text stand for
themselves. What a tutorial may say besides Markdown:

    $a^2$                             a formula; $$...$$ on lines of its own
    @figure{file.png, What to see.}   a figure of the run; the words are caption and alternative text
    @explorer{file.png, decoder.safetensors, What to see.}
                                      a figure that shows a latent plane decoded at equal steps in
                                      probability; with a pointer on it, the decoder draws live
    @result{key}                      a number of the run; @result{key, .1f} says how many digits,
                                      @result{seed_2/key} is a number of the study seed_2
    @expect{key, value, tolerance}    what the number should be; consecutive ones become a table
    @quick{key, value, tolerance}     what it should be in a run with --quick, likewise
    @transcript                       what the run printed
"""

import html
import math
import re
import struct

TOKEN = re.compile(r'''
      (?P<fence>    ^[ ]*(?P<ticks>```+|~~~+) .*? (?:\n[ ]*(?P=ticks)[ ]*$ | \Z) )
    | (?P<code>     (?<!`)(?P<tick>`+)(?!`) .+? (?<!`)(?P=tick)(?!`) )
    | (?P<display>  \$\$ .*? (?:\$\$ | \Z) )
    | (?P<formula>  (?<!\\)\$ .*? (?:\$ | (?=\n[ ]*\n) | \Z) )
    | (?P<command>  (?<!\w)@[a-z]+\b )
    | (?P<link>     <https?://[^\s>]+> )
    | (?P<escaped>  \\[^\w\s] )
    | (?P<heading>  ^\#+[ ]+[^\n]+ )
    | (?P<plain>    [\\@<>] | \#(?=\w) | %(?=\w) | &(?=\#?\w+;) )''', re.VERBOSE | re.DOTALL | re.MULTILINE)

NARROW_SPACE = "\u202f"  # does not break

DIRECTIVES = {"@figure": 2, "@explorer": 3, "@result": 1, "@expect": 3, "@quick": 3,
              "@transcript": 0}  # and how many arguments


class Malformed(Exception):
    """What is wrong at which place of the text."""

    def __init__(self, place, what):
        super().__init__(what)
        self.place = place


def arguments(text, begin, count):
    """What stands in the braces that open at `begin`, cut at its first commas, and where it ends.
    Braces inside, as formulas have them, must be balanced."""
    if not text.startswith("{", begin):
        raise Malformed(begin, "expects {...} right after its name")
    depth = 0
    for end in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            break
    else:
        raise Malformed(begin, "does not end: a } is missing")
    found = [part.strip() for part in text[begin + 1:end].split(",", count - 1)]
    if len(found) < count or not all(found):
        raise Malformed(begin, f"expects {count} arguments between its braces")
    return found, end + 1


def directives(text):
    """Every directive of a text: its name, arguments and place."""
    for token in TOKEN.finditer(text):
        if token["command"] in DIRECTIVES and token["command"] != "@transcript":
            count = DIRECTIVES[token["command"]]
            yield token["command"], arguments(text, token.end(), count)[0], token.start()
        elif token["formula"] or token["display"]:
            for inside in re.finditer(r"@result\b", token[0]):
                place = token.start() + inside.end()
                yield "@result", arguments(text, place, 1)[0], token.start() + inside.start()


def superscript(number):
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def number_text(number, form=None):
    """A number as one would write it: 4 significant digits, or all of a whole one; 2.1 · 10⁻⁷."""
    if isinstance(number, list):
        return ", ".join(number_text(each, form) for each in number)
    if form:
        text = format(number, form)
    elif number == 0 or 1e-3 <= abs(number) < 1e9:
        whole = number == int(number) or abs(number) >= 1000
        text = f"{number:.0f}" if whole else f"{number:#.4g}".rstrip(".")
    else:
        digits, exponent = f"{number:.1e}".split("e")
        text = f"{digits} · 10{superscript(int(exponent))}"
    if re.fullmatch(r"-?\d{5,}", text):
        text = f"{int(text):,}".replace(",", NARROW_SPACE)
    return text.replace("-", "−")


def typed_text(number):
    """The same of a number that stands in the prose: 0.5 claims no more digits than it was given."""
    text = number_text(number)
    return text.rstrip("0").rstrip(".") if "." in text and "·" not in text else text


def slug(heading):
    return re.sub(r"\W+", "-", re.sub(r"[`$\\*_]", "", heading).lower()).strip("-")


def in_formula(formula):
    """MathJax reads it from HTML and a table's cells end at bars."""
    return formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


class Weaver:
    """Renders the prose of one chapter with what its run has left."""

    def __init__(self, chapter, run):
        self.chapter = chapter
        self.run = run
        self.headings = set()

    def render(self, block):
        """A block of prose as Doxygen's Markdown."""
        text, out, at = block.text, [], 0
        try:
            while token := TOKEN.search(text, at):
                out.append(text[at:token.start()])
                shown, at = self._token(text, token)
                out.append(shown)
        except Malformed as trouble:
            line = block.first + text.count("\n", 0, trouble.place)
            raise self.chapter.trouble(line, str(trouble)) from None
        return "".join(out) + text[at:]

    def _token(self, text, token):
        """What replaces a token, and where the text goes on."""
        begin, end, found = token.start(), token.end(), token[0]
        row = text[text.rfind("\n", 0, begin) + 1:begin].lstrip().startswith("|")
        if token["fence"]:
            if not found.rstrip().endswith(token["ticks"]) or "\n" not in found:
                raise Malformed(begin, f"a block of code that does not end: {token['ticks']} is missing")
            return found, end
        if token["code"]:
            if row and "|" in found:
                raise Malformed(begin, "a table's cells end at bars, also inside code")
            return self._code(found.strip("`").strip()), end
        if token["display"]:
            if len(found) < 5 or not found.endswith("$$"):
                raise Malformed(begin, "a formula that does not end: $$ is missing")
            return f"\\f[{self._results_in(found[2:-2], begin + 2)}\\f]", end
        if token["formula"]:
            if len(found) < 3 or not found.endswith("$"):
                raise Malformed(begin, "a formula that does not end: $ is missing (a dollar is \\$)")
            formula = self._results_in(found[1:-1], begin + 1)
            return f"\\f${in_formula(formula) if row else formula}\\f$", end
        if token["command"]:
            return self._directive(text, found, begin, end)
        if token["link"]:
            return f"[{found[8:-1].split('//')[-1]}]({found[1:-1]})" if row else found, end
        if token["escaped"]:
            return "$" if found == "\\$" else found if found[1] in "*_`[]|#<>\\" else "\\" + found, end
        if token["heading"]:
            return self._heading(found), end
        at_line_start = not text[text.rfind("\n", 0, begin) + 1:begin].strip("> ")
        if found == ">" and at_line_start:  # a quotation
            return found, end
        return ("&amp;" if found == "&" else "\\" + found), end

    def _code(self, code):
        """A name of the library is left to Doxygen to be linked."""
        code = " ".join(code.split())
        if re.fullmatch(r"[A-Za-z_]\w*(::\w+)+(\(\))?", code):
            return f"<tt>{code}</tt>"
        return f"``{code}``" if "'" in code else f"`{code}`"  # `a' would be a quotation

    def _heading(self, line):
        """With an address that lasts, one level up: the page's title is not in the text."""
        level, title = re.fullmatch(r"(#+)\s+(.*)", line).groups()
        address = slug(title)
        while address in self.headings:
            address += "-"
        self.headings.add(address)
        inside = Weaver(self.chapter, self.run)
        shown = inside._inline(title)
        return f"{level[1:] or '#'} {shown} {{#{self.chapter.page}_{address}}}"

    def _inline(self, text):
        out, at = [], 0
        while token := TOKEN.search(text, at):
            out.append(text[at:token.start()])
            shown, at = self._token(text, token)
            out.append(shown)
        return "".join(out) + text[at:]

    def _results_in(self, formula, begin):
        """Numbers of the run inside a formula."""
        at = 0
        while (at := formula.find("@result", at)) >= 0:
            found, end = arguments(formula, at + len("@result"), 1)
            number = self._result(found[0], begin + at).replace(NARROW_SPACE, r"\,").replace("−", "-")
            formula = formula[:at] + number + formula[end:]
        return formula

    def _directive(self, text, name, begin, end):
        if name not in DIRECTIVES:
            return "\\" + name, end  # an @ like any other
        try:
            if name == "@transcript":
                return self._transcript(begin), end
            if name in ("@expect", "@quick"):
                return self._expectations(text, name, begin)
            found, end = arguments(text, end, DIRECTIVES[name])
        except Malformed as trouble:
            raise Malformed(trouble.place, f"{name} {trouble}") from None
        if name == "@figure":
            return self._figure(*found, begin), end
        if name == "@explorer":
            picture, decoder, caption = found
            return self._figure(picture, caption, begin, decoder), end
        shown = self._result(found[0], begin)
        return f'<span class="result">{shown}</span>', end

    def _result(self, argument, place):
        key, _, form = argument.partition(",")
        if not self.run:
            return "(not yet run)"
        if key not in self.run.results:
            raise Malformed(place, f"@result: no run has left a number {key}")
        try:
            return number_text(self.run.results[key], form.strip())
        except (TypeError, ValueError):
            raise Malformed(place, f"@result: {form.strip()} is no format like .1f") from None

    def _figure(self, name, caption, place, decoder=None):
        if not self.run:
            return f"**Figure `{name}`, not yet run.** {self._inline(caption)}\n"
        for needed in [name] + [decoder] * bool(decoder):
            if not (self.run.folder / needed).is_file():
                raise Malformed(place, f"the run has left no {needed}")
        width, height = struct.unpack(">II", (self.run.folder / name).read_bytes()[16:24])
        live = f' class="explorer" data-decoder="{self.chapter.name}_{decoder}"' if decoder else ""
        spoken = html.escape(" ".join(re.sub(r"[*`$\\]", "", caption).split()))
        return (f'\n@htmlonly[block]<figure{live}><img src="{self.chapter.name}_{name}" alt="{spoken}" '
                f'width="{width}" height="{height}" loading="lazy"><figcaption>@endhtmlonly\n'
                f"{self._inline(' '.join(caption.split()))}\n"
                f"@htmlonly[block]</figcaption></figure>@endhtmlonly\n")

    def _expectations(self, text, name, begin):
        """A table of this expectation and those that follow it."""
        full = name == "@expect"
        rows, at = (["| number | expected | this run | |", "|:--|--:|--:|:--|"] if full
                    else ["| number | expected with `--quick` |", "|:--|--:|"]), begin
        while text.startswith(name, at):
            (key, value, tolerance), at = arguments(text, at + len(name), 3)
            expected = expectation(key, value, tolerance, at)
            number, verdict = "not yet run", ""
            if self.run and full:
                number = self._result(key, at)
                verdict = "" if met(expected, self.run.results[key]) else "**outside**"
            rows.append(f"| {self._code(key)} | {typed_text(expected[1])} ± "
                        f"{typed_text(expected[2])} |" + f" {number} | {verdict} |" * full)
            following = re.compile(rf"\s*(?={name})").match(text, at)
            at = following.end() if following else at
        return "\n" + "\n".join(rows) + "\n", at

    def _transcript(self, place):
        if not self.run:
            return "**Not yet run.**"
        path = self.run.folder / "transcript.txt"
        if not path.is_file():
            raise Malformed(place, "@transcript: the run has left no transcript.txt")
        printed = html.escape(path.read_text(encoding="utf-8"))
        return ('\n@htmlonly[block]<details class="transcript"><summary>What it printed</summary>'
                f"<pre>{printed}</pre></details>@endhtmlonly\n")


def expectation(key, value, tolerance, place):
    try:
        value, tolerance = float(value), float(tolerance)
    except ValueError:
        raise Malformed(place, "expects a key and two numbers") from None
    if not (math.isfinite(value) and 0 <= tolerance < math.inf):
        raise Malformed(place, "expects a finite value and a tolerance ≥ 0")
    return key, value, tolerance


def met(expected, number):
    return not isinstance(number, list) and abs(number - expected[1]) <= expected[2]


def expectations(chapter, wanted="@expect"):
    """Every `@expect`, or `@quick`, of a chapter: key, value, tolerance."""
    for block in chapter.blocks:
        if block.is_prose:
            for name, found, place in directives(block.text):
                if name == wanted:
                    yield expectation(*found, place)
