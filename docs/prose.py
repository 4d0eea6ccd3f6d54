"""Turns the prose of a tutorial, Markdown with `$...$` and directives, into Doxygen's Markdown.

Doxygen's commands mean nothing in a tutorial: a backslash, an `@`, a `#` in running text stand for
themselves. What a tutorial may say besides Markdown:

    $a^2$                             a formula; $$...$$ on lines of its own
    @figure{file.png, What to see.}   a figure of the run; the words are caption and alternative text
    @explorer{file.png, decoder.safetensors, What to see.}
                                      a figure that shows a latent plane decoded at equal steps in
                                      probability; with a pointer on it, the decoder draws live
    @player{melodies.json, What to hear.}
                                      melodies as piano rolls, which the reader can play; see player.py
    @result{key}                      a number of the run; @result{key, .1f} says how many digits,
                                      @result{seed_2/key} is a number of the study seed_2
    @transcript                       what the run printed
    @source{models/vae.cpp, Vae::draw}  a function or a class of the library, with its comment
    @experiment{name}                 the experiment of this name, folded
    @fold{Words.} ... @endfold        what stands between them, code too, folded
    @predict{Question.}               what to guess before reading on; the answer is at
    @prediction{Answer.}
    @exercise{3, Words.}              an exercise, and its answer, folded
"""

import html
import re
import struct

import player

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

DIRECTIVES = {"@figure": 2, "@explorer": 3, "@player": 2, "@result": 1, "@transcript": 0, "@source": 2,
              "@experiment": 1, "@fold": 1, "@endfold": 0, "@predict": 1, "@prediction": 1,
              "@exercise": 2}  # and how many arguments


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
    """Every directive of a text, those in the words of others too: its name, arguments and place."""
    for token in TOKEN.finditer(text):
        if count := DIRECTIVES.get(token["command"]):
            found, _ = arguments(text, token.end(), count)
            yield token["command"], found, token.start()
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


def slug(heading):
    return re.sub(r"\W+", "-", re.sub(r"[`$\\*_]", "", heading).lower()).strip("-")


def in_formula(formula):
    """MathJax reads it from HTML and a table's cells end at bars."""
    return formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


class Weaver:
    """Renders the prose of one file of a chapter with what its runs have left. `page` puts in what is
    made of other files: code, experiments, answers."""

    def __init__(self, source, run, page, part=""):
        self.source = source
        self.run = run
        self.page = page
        self.part = part  # "" of the lesson, the name of an experiment, or "answers"
        self.headings = set()
        self.open_folds = 0

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
            raise self.source.trouble(line, str(trouble)) from None
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
        shown = self._inline(title)
        if self.part:  # inside a fold, where the list of sections does not lead
            return f"**{shown}**\n"
        address = slug(title)
        while address in self.headings:
            address += "-"
        self.headings.add(address)
        return f"{level[1:] or '#'} {shown} {{#{self.source.page}_{address}}}"

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
            number = self._number(begin + at, found[0]).replace(NARROW_SPACE, r"\,").replace("−", "-")
            formula = formula[:at] + number + formula[end:]
        return formula

    def _directive(self, text, name, begin, end):
        if name not in DIRECTIVES:
            return "\\" + name, end  # an @ like any other
        try:
            found = []
            if DIRECTIVES[name]:
                found, end = arguments(text, end, DIRECTIVES[name])
            return getattr(self, "_" + name[1:])(begin, *found), end
        except Malformed as trouble:
            raise Malformed(trouble.place, f"{name} {trouble}") from None

    def _result(self, place, argument):
        return f'<span class="result">{self._number(place, argument)}</span>'

    def _number(self, place, argument):
        key, _, form = argument.partition(",")
        if not self.run:
            return "(not yet run)"
        if key not in self.run.results:
            raise Malformed(place, f"no run has left a number {key}")
        try:
            return number_text(self.run.results[key], form.strip())
        except (TypeError, ValueError):
            raise Malformed(place, f"{form.strip()} is no format like .1f") from None

    def _explorer(self, place, picture, decoder, caption):
        return self._figure(place, picture, caption, decoder)

    def _figure(self, place, name, caption, decoder=None):
        if not self.run:
            return f"**Figure `{name}`, not yet run.** {self._inline(caption)}\n"
        for needed in [name] + [decoder] * bool(decoder):
            if not self.run.file(needed):
                raise Malformed(place, f"no run has left {needed}")
        width, height = struct.unpack(">II", self.run.file(name).read_bytes()[16:24])
        live = f' class="explorer" data-decoder="{self.run.name}_{decoder}"' if decoder else ""
        return (f'\n@htmlonly[block]<figure{live}><img src="{self.run.name}_{name}" alt="{plain(caption)}" '
                f'width="{width}" height="{height}" loading="lazy"><figcaption>@endhtmlonly\n'
                f"{self._inline(' '.join(caption.split()))}\n"
                f"@htmlonly[block]</figcaption></figure>@endhtmlonly\n")

    def _player(self, place, name, caption):
        if not self.run:
            return f"**Melodies `{name}`, not yet run.** {self._inline(caption)}\n"
        if not self.run.file(name):
            raise Malformed(place, f"no run has left {name}")
        try:
            drawn = player.opening(player.read(self.run.file(name).read_bytes()))
        except player.Malformed as trouble:
            raise Malformed(place, f"{name}: {trouble}") from None
        return (f"\n@htmlonly[block]{drawn}<figcaption>@endhtmlonly\n"
                f"{self._inline(' '.join(caption.split()))}\n"
                f"@htmlonly[block]</figcaption></figure>@endhtmlonly\n")

    def _transcript(self, place):
        if not self.run:
            return "**Not yet run.**"
        path = self.run.folder / self.part / "transcript.txt"
        if not path.is_file():
            raise Malformed(place, "no run has left a transcript.txt")
        return "\n" + fold("transcript", "What it printed",
                           raw(f"<pre>{html.escape(path.read_text(encoding='utf-8'))}</pre>"))

    def _source(self, place, path, name):
        try:
            return self.page.quotation(path, name)
        except LookupError as trouble:
            raise Malformed(place, str(trouble.args[0])) from None

    def _experiment(self, place, name):
        if name not in self.page.chapter.experiments:
            raise Malformed(place, f"there is no experiments/{name}.cpp")
        return self.page.experiment(name)

    def _fold(self, place, words):
        self.open_folds += 1
        return "\n" + opening("fold", plain(words))

    def _endfold(self, place):
        if not self.open_folds:
            raise Malformed(place, "there is no @fold before it")
        self.open_folds -= 1
        return "\n" + raw("</details>")

    def _predict(self, place, question):
        self.page.predictions.append("question")
        return boxed("predict", f"**Predict first.** {self._inline(question)} "
                     '<a href="#answer">(The answer.)</a>', "question")

    def _prediction(self, place, answer):
        self.page.predictions.append("answer")
        return boxed("predict", f"**Your prediction.** {self._inline(answer)} "
                     '<a href="#question">(The question.)</a>', "answer")

    def _exercise(self, place, number, words):
        try:
            answer = self.page.answer(int(number))
        except (KeyError, ValueError):
            raise Malformed(place, f"answers.cpp has no `## Exercise {number}`, or it stands here "
                            "twice") from None
        return boxed("exercise", f"**{number}.** {self._inline(words)}\n" + fold("answer", "Answer", answer))


def raw(text):
    return f"@htmlonly[block]{text}@endhtmlonly\n"


def fold(kind, summary, inside, address=""):
    """`inside`, which opens when its summary is clicked."""
    return opening(kind, summary, address) + inside + "\n" + raw("</details>")


def opening(kind, summary, address=""):
    """The beginning of a fold."""
    return raw(f"<details{named(kind, address)}><summary>{summary}</summary>")


def boxed(kind, inside, address=""):
    """`inside` in a box of its own."""
    return "\n" + raw(f"<div{named(kind, address)}>") + inside + "\n\n" + raw("</div>")


def named(kind, address):
    """The attributes of an element: its class, and its address in the page if it has one."""
    return f' class="{kind}"' + (f' id="{address}"' if address else "")


def plain(words):
    """Words without marks, for where HTML is written directly."""
    return html.escape(" ".join(re.sub(r"[*`$\\]", "", words).split()))


def met(expected, number):
    """Whether a number is as near to the expected value as its tolerance says."""
    value, tolerance = expected
    return not isinstance(number, list) and abs(number - value) <= tolerance
