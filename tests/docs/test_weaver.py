#!/usr/bin/env python3
"""Tests of the weaver: what is prose, what is code, how it comes out, and what is refused."""

import json
import pathlib
import re
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
import assignments
import chapter as chapter_module
import prose
import refresh
import search
import weave
from chapter import Chapter, Trouble

FACTS = """// ---
// title: A title
// builds_on:
// leads_to:
// tooltip: One line.
// minutes: 1
// keywords: none
// ---
"""  # eight lines


MELODIES = {"bar": 4, "steps_per_quarter": 2, "quarters_per_minute": 120,
            "melodies": [{"name": "A & B", "steps": 8, "notes": [[0, 3, 60], [3, 2, 78]]},
                         {"name": "none", "steps": 3, "notes": []}]}


def chapter(body, facts=FACTS):
    return Chapter("tutorials/99_test/99_test.cpp", facts + body)


FOLDERS = tempfile.TemporaryDirectory()
unittest.addModuleCleanup(FOLDERS.cleanup)


class Folder:
    """A folder with what a run has left."""

    def __init__(self, results=None, **files):
        self.path = pathlib.Path(tempfile.mkdtemp(dir=FOLDERS.name), "99_test")
        self.path.mkdir()
        files["results.json"] = json.dumps({"results": results or {}})
        files["run.json"] = "{}"
        for name, text in files.items():
            path = self.path / re.sub("_(png|safetensors)$", r".\1", name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def run(self):
        return weave.Run(self.path)


def rendered(text, run=None):
    lines = "\n".join("// " + line if line else "//" for line in text.split("\n"))
    a_chapter = chapter(lines)
    return prose.Weaver(a_chapter, run, weave.Page(a_chapter, run, ROOT)).render(a_chapter.blocks[0])


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


class Blocks(unittest.TestCase):
    def kinds(self, body):
        return [(block.is_prose, block.first, block.text) for block in chapter(body).blocks]

    def test_prose_and_code_take_turns_and_keep_their_line_numbers(self):
        self.assertEqual(self.kinds("// One.\n\nint a;\nint b;\n\n//\n// Two.\n"),
                         [(True, 9, "One."), (False, 11, "int a;\nint b;"), (True, 14, "\nTwo.")])

    def test_a_comment_inside_nested_blocks_is_prose(self):
        body = "int f() {\n    if (a) {\n        // Why.\n        //   deep\n        b();\n    }\n}\n"
        self.assertEqual(self.kinds(body),
                         [(False, 9, "int f() {\n    if (a) {"), (True, 11, "Why.\n  deep"),
                          (False, 13, "        b();\n    }\n}")])

    def test_comments_after_code_and_docstrings_are_code(self):
        body = "int a;  // trailing\n/// A docstring.\nint b;  ///< and one more\n//! marker\n//x\n"
        self.assertEqual(self.kinds(body), [(False, 9, body.rstrip())])

    def test_what_looks_like_a_comment_in_strings_and_block_comments_is_code(self):
        for body in ['auto a = R"(\n// no\n)";', 'auto a = R"x(\n// no )" \n)x";', "/*\n// no\n*/",
                     'f("\\"/*");\n// yes\ng("*/");', "int n = 1'000;\n// yes\nint m = 2'0;",
                     "char c = '\"';\n// yes\nchar d = '\"';"]:
            self.assertEqual(any(kind[0] for kind in self.kinds(body)), "yes" in body, body)

    def test_instructions_to_the_formatter_are_not_prose(self):
        self.assertEqual(len(self.kinds("// clang-format off\nint a;\n// clang-format on")), 1)

    def test_snippets_have_the_line_numbers_of_the_file(self):
        a_chapter = chapter("// One.\nint a;\n// Ünï.\nint b;\n\nint c;\n// Three.\n\nint d;")
        lines = weave.marked(a_chapter)
        for block in a_chapter.blocks:
            if not block.is_prose:
                marker = f"//! [{weave.marker_of(block)}]"
                self.assertEqual(lines[block.first - 1:block.first - 1 + len(block.lines)], block.lines)
                self.assertIn(marker, lines[block.first - 2])
                self.assertIn(marker, lines[block.first - 1 + len(block.lines)])
        self.assertEqual(lines[10], "//! [c10] //! [c12]")  # the end of one and the beginning of another

    def test_the_digest_changes_with_the_program_and_not_with_the_prose(self):
        digest = chapter("// One.\nint a;\n").digest_of()
        self.assertEqual(digest, chapter("// Two,\n// longer.\nint a;\n").digest_of())
        self.assertNotEqual(digest, chapter("// One.\nint b;\n").digest_of())


class Facts(unittest.TestCase):
    def refused(self, source, message):
        with self.assertRaisesRegex(Trouble, message):
            Chapter("a.cpp", source)

    def test_facts_that_do_not_begin_or_end_are_refused(self):
        self.refused("int a;\n", r"^a\.cpp:1: .*begins with its facts")
        self.refused("// ---\n// title: A\nint a;\n", r"^a\.cpp:1: .*do not end")

    def test_unknown_double_and_missing_facts_are_refused(self):
        self.refused("// ---\n// titel: A\n// ---\n", r"^a\.cpp:2: .*titel")
        self.refused("// ---\n// title: A\n// title: A\n// ---\n", r"^a\.cpp:3: ")
        self.refused("// ---\n// title: A\n// ---\n", r"^a\.cpp:3: .*builds_on")

    def chapters(self, **sources):
        with tempfile.TemporaryDirectory() as folder:
            for name, (facts, body) in sources.items():
                text = FACTS
                for fact, value in facts.items():
                    text = text.replace(f"// {fact}:", f"// {fact}: {value}")
                path = pathlib.Path(folder, name[1:], name[1:] + ".cpp")
                path.parent.mkdir()
                path.write_text(text + body)
            return [each.name for each in chapter_module.read_chapters(folder)]

    def test_what_a_chapter_builds_on_must_exist_and_come_before(self):
        self.assertEqual(self.chapters(_01_a=({}, ""), _02_b=({"builds_on": "01_a"}, "")),
                         ["01_a", "02_b"])
        with self.assertRaisesRegex(Trouble, r"01_a\.cpp:3: there is no chapter 00_z"):
            self.chapters(_01_a=({"builds_on": "00_z"}, ""))
        with self.assertRaisesRegex(Trouble, r"01_a\.cpp:3: 02_b comes later"):
            self.chapters(_01_a=({"builds_on": "02_b"}, ""), _02_b=({}, ""))

    def test_what_a_chapter_leads_to_must_build_on_it_if_it_is_written(self):
        self.chapters(_01_a=({"leads_to": "03_c"}, ""))
        with self.assertRaisesRegex(Trouble, r"01_a\.cpp:4: 02_b does not say"):
            self.chapters(_01_a=({"leads_to": "02_b"}, ""), _02_b=({}, ""))

    def test_a_model_is_used_only_where_the_chapter_that_teaches_it_is_built_on(self):
        first = ({}, '#include "models/m.hpp"\n')
        self.chapters(_01_a=first, _02_b=({"builds_on": "01_a"}, '#include "models/m.hpp"\n'))
        with self.assertRaisesRegex(Trouble, r"02_b\.cpp:9: models/m.hpp is taught in 01_a"):
            self.chapters(_01_a=first, _02_b=({}, '#include "models/m.hpp"\n'))


class Prose(unittest.TestCase):
    def test_formulas_are_doxygens(self):
        self.assertEqual(rendered("So $a^2 + \\bar b$ and\n$$ c\n_1 $$"),
                         "So \\f$a^2 + \\bar b\\f$ and\n\\f[ c\n_1 \\f]")

    def test_bars_in_the_formulas_of_a_table_do_not_end_its_cells(self):
        self.assertEqual(rendered("| $|a|$ | $\\|b\\|$ |"),
                         "| \\f$\\vert a\\vert \\f$ | \\f$\\Vert b\\Vert \\f$ |")

    def test_doxygens_commands_mean_nothing(self):
        self.assertEqual(rendered("a@b \\section @section <b> */ 4 %x a#b"),
                         "a\\@b \\\\section \\@section \\<b\\> */ 4 \\%x a\\#b")

    def test_code_is_left_alone_and_qualified_names_may_be_linked(self):
        self.assertEqual(rendered("`a$b @c <d>` and `nn::Adam` and `it's`"),
                         "`a$b @c <d>` and <tt>nn::Adam</tt> and ``it's``")
        fence = "```\n$ @result{none} <a>\n```"
        self.assertEqual(rendered(fence), fence)

    def test_unicode_passes(self):
        self.assertEqual(rendered("Szöveg, 文本, текст, متن: ∂ȳ"), "Szöveg, 文本, текст, متن: ∂ȳ")

    def test_headings_get_addresses_that_last(self):
        self.assertEqual(rendered("## The idea: $a$ & `b`\n### More"),
                         "# The idea: \\f$a\\f$ & `b` {#tutorial_99_test_the-idea-a-b}\n"
                         "## More {#tutorial_99_test_more}")
        self.assertEqual(rendered("## A\n## A").count("{#tutorial_99_test_a}"), 1)

    def test_dollars_and_quotations(self):
        self.assertEqual(rendered("> 5 \\$ > 4"), "> 5 $ \\> 4")

    def refused(self, text, message, run=None):
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:" + message):
            rendered(text, run)

    def test_what_does_not_end_is_refused_with_file_and_line(self):
        self.refused("One.\na $bcd", "10: a formula that does not end")
        self.refused("One.\n\na $b\n\nc$", "11: a formula that does not end")
        self.refused("One.\n$", "10: a formula that does not end")
        self.refused("One.\n$$ a", "10: a formula that does not end")
        self.refused("One.\n```\nint a;", "10: a block of code that does not end")
        self.refused("One.\n@figure{a.png, {", "10: @figure does not end")
        self.refused("@figure{a.png}", "9: @figure expects 2 arguments")
        self.refused("\n@result key", "10: @result expects {...}")
        self.refused("@fold{a}\n@endfold\n@endfold", "11: @endfold there is no @fold")


class Runs(unittest.TestCase):
    def test_numbers_are_written_as_one_would(self):
        for number, text in [(5.5, "5.500"), (244.4123, "244.4"), (76, "76"), (0.0123456, "0.01235"),
                             (134217725, "134\u202f217\u202f725"), (-0.99146, "−0.9915"),
                             (2.1e-7, "2.1 · 10⁻⁷"), (0, "0"), (9.9996, "10.00"),
                             (999.96, "1000"), (12345.6, "12\u202f346")]:
            self.assertEqual(prose.number_text(number), text)
        self.assertEqual(prose.number_text(244.4123, ".1f"), "244.4")

    def test_results_stand_in_prose_and_formulas(self):
        folder = Folder({"a": 1.5, "b": [1, 2]})
        self.assertEqual(rendered("is @result{a, .1f}, $x = @result{a}$, @result{b}.", folder.run()),
                         'is <span class="result">1.5</span>, \\f$x = 1.500\\f$, '
                         '<span class="result">1, 2</span>.')

    def test_a_missing_number_is_refused_with_file_line_and_key(self):
        folder = Folder({"a": 1})
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: .*a number test_elbo"):
            rendered("One.\n@result{test_elbo}", folder.run())
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: .*a number test_elbo"):
            rendered("$a +\n@result{test_elbo}$", folder.run())

    def test_a_figure_has_its_caption_as_alternative_text(self):
        folder = Folder(a_png=PNG)
        text = rendered("@figure{a.png, What *to* see: $a_{1}$,\nor so.}", folder.run())
        self.assertIn('src="99_test_a.png" alt="What to see: a_{1}, or so." width="640" height="480"', text)
        self.assertIn("\nWhat *to* see: \\f$a_{1}\\f$, or so.\n", text)

    def test_an_explorer_is_a_figure_that_names_its_decoder(self):
        folder = Folder(a_png=PNG, d_safetensors=b"")
        text = rendered("@explorer{a.png, d.safetensors, Words, and more.}", folder.run())
        self.assertIn('<figure class="explorer" data-decoder="99_test_d.safetensors">'
                      '<img src="99_test_a.png" alt="Words, and more."', text)
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:9: .*left e\.safetensors"):
            rendered("@explorer{a.png, e.safetensors, Words.}", folder.run())

    def test_a_player_is_a_figure_of_piano_rolls(self):
        folder = Folder(**{"m.json": json.dumps(MELODIES)})
        text = rendered("@player{m.json, Words, and *more*.}", folder.run())
        figure, caption = re.search(r"\n@htmlonly\[block\](<figure.+)<figcaption>@endhtmlonly\n(.+)\n", text).groups()
        self.assertEqual(caption, "Words, and *more*.")
        self.assertEqual(text.count("</figure>"), 1)
        tree = xml.etree.ElementTree.fromstring(figure + "</figure>")
        self.assertEqual(json.loads(tree.get("data-melodies")), MELODIES)
        self.assertEqual([name.text for name in tree.iter("span")], ["A & B", "none"])
        rolls = list(tree.iter("svg"))
        self.assertEqual([roll.get("aria-label") for roll in rolls],
                         ["A & B: C 4, F sharp 5", "none: nothing sounds"])
        self.assertEqual({roll.get("viewBox") for roll in rolls}, {"-18 0 99 54.6"})  # one scale for all
        notes = [[float(note.get(key)) for key in ("x", "y", "width")] for note in rolls[0].iter("rect")]
        self.assertEqual(notes, [[0.5, 49.4, 29], [30.5, 2.6, 19]])
        self.assertEqual([name.text for name in rolls[1].iter("text")], ["C4", "C5"])

    def test_melodies_in_which_nothing_sounds_have_empty_piano_rolls(self):
        for steps in (0, 3):
            silent = MELODIES | {"melodies": [{"name": "none", "steps": steps, "notes": []}]}
            text = rendered("@player{m.json, Words.}", Folder(**{"m.json": json.dumps(silent)}).run())
            self.assertIn("<svg", text)
            self.assertNotIn("<rect", text)

    def test_a_player_that_has_not_run_says_so(self):
        self.assertIn("**Melodies `m.json`, not yet run.** Words.", rendered("@player{m.json, Words.}"))

    def test_melodies_that_are_malformed_are_refused_with_file_line_and_what_is_wrong(self):
        def refused(text, what):
            folder = Folder(**{"m.json": text if isinstance(text, (str, bytes)) else json.dumps(text)})
            with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: @player m\.json: " + what):
                rendered("One.\n@player{m.json, Words.}", folder.run())

        def melody(**changes):
            return MELODIES | {"melodies": [MELODIES["melodies"][0] | changes]}

        refused("{", "is no JSON")
        refused(b"\xff", "is no JSON")
        refused("[1]", "expected an object")
        refused(MELODIES | {"bar": 0}, "expected bar from 1 to 1024, got 0")
        refused(MELODIES | {"steps_per_quarter": 2.5}, "expected steps_per_quarter from 1 to 64, got 2.5")
        refused(MELODIES | {"quarters_per_minute": "fast"}, "expected quarters_per_minute .*, got fast")
        refused(MELODIES | {"melodies": []}, "expected melodies")
        refused(MELODIES | {"melodies": ["A"]}, "melody 1: expected an object")
        refused(melody(name=" "), "melody 1: expected a name")
        refused(melody(steps=True), "melody 1: expected steps from 0 to 1024, got True")
        refused(melody(notes=None), "melody 1: expected notes")
        refused(melody(notes=[[0, 1]]), r"melody 1: expected notes \[start, length, pitch\], got \[0, 1\]")
        for note in [[8, 1, 60], [7, 2, 60], [0, 0, 60], [0, 1, 128], [-1, 1, 60], [0, 1, 60.5]]:
            refused(melody(notes=[note]), "melody 1: expected notes within 8 steps and pitches below 128")
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:9: .*left n\.json"):
            rendered("@player{n.json, Words.}", Folder().run())

    def test_a_missing_figure_or_transcript_is_refused_with_file_and_line(self):
        folder = Folder()
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: .*left b\.png"):
            rendered("One.\n@figure{b.png, Words.}", folder.run())
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: .*transcript"):
            rendered("One.\n@transcript", folder.run())

    def test_the_transcript_is_shown_as_it_is(self):
        folder = Folder(**{"transcript.txt": "a < b\n@result{x} \\ $1\n"})
        self.assertIn("<pre>a &lt; b\n@result{x} \\ $1\n</pre>", rendered("@transcript", folder.run()))

    def test_unmet_expectations_are_found(self):
        a_chapter = chapter("int a;\n")
        a_chapter.expected = {"full": {"a": [1, 0.5], "b": [1, 0.5], "c": [1, 0.5]}, "quick": {}}
        self.assertEqual(list(refresh.unmet(a_chapter, {"a": 1.5, "b": 1.51})),
                         ["b is 1.51, expected 1 ± 0.5"])

    def test_what_is_expected_is_checked_when_it_is_read(self):
        folder = Folder(**{"expected.json": '{"full": {"a": [1, 0.5]}, "quick": {"b": [2, 1]}}'})
        expected = lambda text: (folder.path / "expected.json").write_text(text)
        read = lambda: chapter_module.read_expected(folder.path / "expected.json")
        self.assertEqual(read()["quick"], {"b": [2, 1]})
        for text in ['{"full": {"a": [1, -0.5]}, "quick": {}}', '{"full": {"a": 1}, "quick": {}}',
                     '{"full": {}}', '{"full": {"a": [NaN, 1]}, "quick": {}}', '{"full": ']:
            expected(text)
            with self.assertRaisesRegex(Trouble, r"expected\.json:1: "):
                read()

    def test_a_study_has_its_own_numbers_and_expectations(self):
        a_chapter = chapter("int a;\n")
        a_chapter.expected["full"] = {"a": [1, 0.5], "seed_2/a": [1, 0.5]}
        study = {"command": "program --seed 2", "version": "1", "program": a_chapter.digest_of(), "seed": 2,
                 "threads": 1, "blas": "Haswell", "results": {"a": 3.25, "seconds": 120}}
        run = Folder({"a": 1.25}, **{"studies/seed_2.json": json.dumps(study)}).run()
        run.parts = {}
        self.assertEqual(rendered("@result{a, .2f} and @result{seed_2/a, .2f}", run).count("3.25"), 1)
        self.assertEqual(list(refresh.unmet(a_chapter, {"a": 1.25})), [])
        self.assertEqual(list(refresh.unmet(a_chapter, study["results"], study="seed_2")),
                         ["seed_2/a is 3.25, expected 1 ± 0.5"])
        self.assertIn("`program --seed 2` (version 1, seed 2, 1 thread, OpenBLAS for Haswell), 2 minutes\n",
                      weave.origin(a_chapter, run))
        run.studies["seed_2"]["program"] = "another"
        self.assertIn("the program has changed since", weave.origin(a_chapter, run))

    def test_a_new_run_replaces_the_old_one_and_leaves_its_studies(self):
        old, new = Folder(**{"old.png": PNG, "studies/seed_2.json": "{}"}), Folder(**{"new.png": PNG})
        refresh.keep(new.path, ["new.png", "run.json"], old.path)
        self.assertEqual(sorted(str(path.relative_to(old.path)) for path in old.path.rglob("*.*")),
                         ["new.png", "run.json", "studies/seed_2.json"])

    def test_results_that_an_interrupted_refresh_has_set_aside_are_found_again(self):
        old, new = Folder(**{"studies/seed_2.json": "{}"}), Folder(**{"new.png": PNG})
        old.path.rename(f"{old.path}.old")
        refresh.keep(new.path, ["new.png"], old.path)
        self.assertTrue((old.path / "studies/seed_2.json").is_file())
        self.assertFalse(pathlib.Path(f"{old.path}.old").exists())

    def test_a_chapter_is_refreshed_by_one_at_a_time(self):
        build, a_chapter = Folder().path, chapter("int a;\n")
        with refresh.alone(a_chapter, build):
            with self.assertRaisesRegex(refresh.Failed, "another refresh of this chapter is running"):
                with refresh.alone(a_chapter, build):
                    pass
        with refresh.alone(a_chapter, build):  # it is free again
            pass

    def test_a_program_that_has_changed_since_its_run_is_called_out_of_date(self):
        a_chapter = chapter("int a;\n")
        run = Folder().run()
        about, made_by = run.parts[""]
        about |= {"seed": 1, "threads": 2, "blas": "Haswell"}
        made_by |= {"command": "x", "version": "1", "program": a_chapter.digest_of()}
        self.assertNotIn("Out of date", weave.origin(a_chapter, run))
        made_by["program"] = "another"
        self.assertIn("Out of date", weave.origin(a_chapter, run))
        made_by["program"] = a_chapter.digest_of()
        run.parts["gone"] = (about, made_by)  # an experiment that the chapter had once
        self.assertIn("Out of date", weave.origin(a_chapter, run))

    def test_a_run_is_one_of_the_lesson_or_of_the_experiment_that_its_command_names(self):
        self.assertEqual(refresh.part_of(["program", "--seed", "2"]), "")
        self.assertEqual(refresh.part_of(["program", "--only", "x", "--seed", "2"]), "x")

    def test_a_figure_is_found_where_an_experiment_has_drawn_it(self):
        run = Folder(**{"x/results.json": json.dumps({"results": {}}), "x/run.json": "{}",
                        "x/a.png": PNG}).run()
        self.assertIn('<img src="99_test_a.png"', rendered("@figure{a.png, Words.}", run))


class Folders(unittest.TestCase):
    """A chapter with what lies beside its lesson."""

    EXPERIMENT = ("// Words, @result{b, .1f}.\n\nvoid run(tutorials::Session&) {}\n"
                  'const tutorials::Experiment x{"x", "A claim, "\n'
                  '                              "in two pieces", run};\n')

    def folder(self, lesson="@experiment{x}", answers="", **more):
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDERS.name), "99_test")
        files = {"99_test.cpp": FACTS + "".join(f"// {line}\n" for line in lesson.split("\n")),
                 "experiments/x.cpp": self.EXPERIMENT, **more}
        if answers:
            files["answers.cpp"] = answers
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        return folder / "99_test.cpp"

    def page(self, run=None, **files):
        a_chapter = Chapter(self.folder(**files))
        return a_chapter, weave.Page(a_chapter, run, ROOT)

    def test_an_experiment_is_a_fold_with_its_title_time_prose_and_code(self):
        run = Folder({"a": 1}, **{"x/results.json": json.dumps({"results": {"b": 2, "seconds_x": 100}}),
                                  "x/run.json": "{}"}).run()
        a_chapter, page = self.page(run)
        text = page.body()
        self.assertIn('<details class="experiment" id="x"><summary>A claim, in two pieces <span>2 minutes · '
                      '<code>--only x</code></span></summary>', text)
        self.assertIn('Words, <span class="result">2.0</span>.', text)
        self.assertIn("@snippet{lineno} 99_test_x_lines.cpp c3", text)
        self.assertIn("//! [c3]", page.files["99_test_x_lines.cpp"].split("\n")[1])

    def test_an_experiment_is_known_by_the_name_of_its_file(self):
        with self.assertRaisesRegex(Trouble, r"experiments/y\.cpp:1: expected one .* name y, got x"):
            Chapter(self.folder(**{"experiments/y.cpp": self.EXPERIMENT}))
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:9: @experiment there is no experiments/z\.cpp"):
            self.page(lesson="@experiment{z}")[1].body()

    def test_headings_in_an_experiment_are_none_of_the_pages_sections(self):
        text = self.page(**{"experiments/x.cpp": "// ## Words\n" + self.EXPERIMENT})[1].body()
        self.assertIn("**Words**", text)
        self.assertNotIn("#tutorial_99_test", text)

    def test_figures_of_experiments_are_kept_and_numbers_in_captions_are_looked_for(self):
        figure = "// @figure{a.png, Words, @result{b}.}\n"
        a_chapter = Chapter(self.folder(**{"experiments/x.cpp": figure + self.EXPERIMENT}))
        self.assertEqual(refresh.shown_files(a_chapter), ["a.png"])
        self.assertEqual([found[:2] for found in prose.directives(figure)],
                         [("@figure", ["a.png", "Words, @result{b}."]), ("@result", ["b"])])

    def test_what_a_refresh_runs(self):
        lesson = self.folder()
        source, results = lesson.parents[1] / "source", lesson.parents[1] / "results"
        (source / "tutorials").mkdir(parents=True)
        lesson.parent.rename(source / "tutorials/99_test")
        with mock.patch.multiple(refresh, SOURCE=source, RESULTS=results):
            wanted = lambda *names, stale=False: [part for _, part in refresh.wanted(names, stale)]
            self.assertEqual(wanted(), ["", "x"])
            self.assertEqual(wanted("99_test"), ["", "x"])
            self.assertEqual(wanted("99_test/lesson"), [""])
            self.assertEqual(wanted("99_test/x"), ["x"])
            with self.assertRaisesRegex(Trouble, r"expected one of lesson, x, got y"):
                wanted("99_test/y")
            self.assertEqual(wanted(stale=True), ["", "x"])
            (results / "99_test").mkdir(parents=True)
            digest = Chapter(source / "tutorials/99_test/99_test.cpp").digest_of()
            (results / "99_test/run.json").write_text(json.dumps({"program": digest}))
            self.assertEqual(wanted(stale=True), ["x"])
            (results / "99_test/run.json").write_text('{"program": "another"}')
            self.assertEqual(wanted(stale=True), ["", "x"])

    def test_an_experiment_that_the_lesson_does_not_show_is_refused(self):
        with self.assertRaisesRegex(Trouble, r"experiments/x\.cpp:1: the lesson has no @experiment\{x\}"):
            self.page(lesson="Words.")[1].body()

    def test_each_part_goes_out_of_date_by_itself_and_all_do_with_what_they_share(self):
        digests = lambda **files: [Chapter(self.folder(**files)).digest_of(part) for part in ("", "x")]
        before = digests()
        self.assertEqual(digests(**{"experiments/x.cpp": "// Other words.\n" + self.EXPERIMENT}), before)
        lesson, experiment = digests(**{"experiments/x.cpp": self.EXPERIMENT + "int more;\n"})
        self.assertEqual(lesson, before[0])
        self.assertNotEqual(experiment, before[1])
        for now, then in zip(digests(**{"shared.hpp": "int both;\n"}), before):
            self.assertNotEqual(now, then)

    def test_a_lesson_that_calls_an_experiment_goes_out_of_date_with_it(self):
        header = {"experiments/x.hpp": "void measure();\n"}
        lesson = {"99_test.cpp": FACTS + '#include "tutorials/99_test/experiments/x.hpp"\n\n// @experiment{x}\n'}
        digest = lambda **files: Chapter(self.folder(**files)).digest_of()
        before = digest(**header, **lesson)
        self.assertNotEqual(digest(**{"experiments/x.hpp": "void other();\n"}, **lesson), before)
        more = {"experiments/x.cpp": self.EXPERIMENT + "int more;\n"}
        self.assertNotEqual(digest(**header, **lesson, **more), before)
        self.assertEqual(digest(**header), digest(**header, **more))

    def test_each_exercise_has_its_answer_folded(self):
        answers = ("// Before.\n//\n// ## Exercise 2\n// Two.\n\nint code;\n\n// More.\n"
                   "// ## Exercise 1\n// One.\n")
        lesson = "@exercise{1, First, $a$.}\n@exercise{2, Second.}\n@experiment{x}"
        text = self.page(lesson=lesson, answers=answers)[1].body()
        first, second = text.split("**2.**")
        self.assertIn("**1.** First, \\f$a\\f$.", first)
        self.assertIn("One.", first)
        self.assertNotIn("More.", first)
        self.assertRegex(second, r"(?s)Two\..*99_test_answers_lines\.cpp c6.*More\.")
        for lesson, message in [
                ("@experiment{x}\n@exercise{1, A.}", r"answers\.cpp:1: the lesson has no exercise 2"),
                ("@exercise{3, A.}", r"99_test\.cpp:9: .*no `## Exercise 3`"),
                ("@exercise{1, A.}\n@exercise{1, A.}", r"99_test\.cpp:10: .*stands here twice")]:
            with self.assertRaisesRegex(Trouble, message):
                self.page(lesson=lesson, answers=answers)[1].body()
        with self.assertRaisesRegex(Trouble, r"answers\.cpp:11: exercise 1 has an answer already"):
            self.page(answers=answers + "// ## Exercise 1\n")

    def test_an_answer_that_is_run_is_called_after_its_exercise(self):
        answer = self.EXPERIMENT.replace('{"x"', '{"exercise_2"')
        self.assertEqual(list(Chapter(self.folder(answers=answer)).parts), ["x", "exercise_2"])
        with self.assertRaisesRegex(Trouble, r"answers\.cpp:1: expected a name like exercise_2, got y"):
            Chapter(self.folder(answers=self.EXPERIMENT.replace('{"x"', '{"y"')))

    def test_a_question_to_predict_has_its_answer(self):
        text = self.page(lesson="@predict{Why?}\n@prediction{Because.}\n@experiment{x}")[1].body()
        self.assertIn('<div class="predict" id="question">', text)
        self.assertIn('href="#answer"', text)
        for lesson in ["@predict{Why?}", "@prediction{So.}", "@predict{A?}\n@predict{B?}\n@prediction{C.}"]:
            with self.assertRaisesRegex(Trouble, "expected one @predict and one @prediction"):
                self.page(lesson=lesson)[1].body()

    def test_a_fold_may_hold_code_and_has_to_end(self):
        files = {"99_test.cpp": FACTS + "// @fold{Some *words*}\nint a;\n// @endfold\n// @experiment{x}\n"}
        text = self.page(**files)[1].body()
        self.assertRegex(text, r'(?s)<details class="fold"><summary>Some words</summary>.*\} 99_test_lines\.cpp c10.*</details>')
        files = {"99_test.cpp": FACTS + "// @fold{Words}\nint a;\n"}
        with self.assertRaisesRegex(Trouble, r"99_test\.cpp:10: a @fold before .* has no @endfold"):
            self.page(**files)[1].body()

    LIBRARY = """/// A struct.
struct Vae {
    int draw(int x);
    Vae draw;
};

int user();
int user() { return draw(3); }
const int three = twice(3, draw([] { return 3; }));
int other() {
    return draw([] { return 3; });
}

// Why.
template <class T>
int Vae::draw(int x) {  // }
    if (x) { return "}"[0]; }
}
"""

    def test_what_is_quoted_is_the_definition_with_its_comment(self):
        self.assertEqual(weave.quoted_lines(self.LIBRARY, "Vae"), (1, 5))
        self.assertEqual(weave.quoted_lines(self.LIBRARY, "Vae::draw"), (14, 18))
        self.assertEqual(weave.quoted_lines(self.LIBRARY, "user"), (8, 8))
        for name in ["sample", "draw"]:  # which is declared and called
            with self.assertRaisesRegex(LookupError, "no definition of " + name):
                weave.quoted_lines(self.LIBRARY, name)

    def test_a_quotation_has_the_line_numbers_of_the_library(self):
        a_chapter, page = self.page(lesson="@source{models/vae.cpp, Vae::draw}\n@experiment{x}")
        text = page.body()
        marker = re.search(r"@snippet{lineno} 99_test_quotes_models_vae_cpp_lines\.cpp (q\d+)", text)[1]
        lines = page.files["99_test_quotes_models_vae_cpp_lines.cpp"].split("\n")
        inside = [n for n, line in enumerate(lines, 1) if f"[{marker}]" in line]
        original = (ROOT / "models/vae.cpp").read_text().split("\n")
        self.assertTrue(original[inside[0]].startswith("Draws Vae::draw("))
        self.assertEqual(lines[inside[0]:inside[1] - 1], original[inside[0]:inside[1] - 1])
        for lesson, message in [("@source{models/none.cpp, a}", "models/none.cpp"),
                                ("@source{models/vae.cpp, none}", "definition of none in models/vae.cpp"),
                                ("@source{README.md, a}", "README.md")]:
            with self.assertRaisesRegex(Trouble, r"99_test\.cpp:9: @source there is no " + message):
                self.page(lesson=lesson)[1].body()


class Pages(unittest.TestCase):
    def test_code_leads_to_what_it_names_and_not_to_namesakes(self):
        link = lambda name, kind="function": f'<a class="code hl_{kind}" href="x.html#1">{name}</a>'
        links = lambda line: weave.with_right_links(line, {"record"}, {"Tape": "tape.html"})
        self.assertEqual(links(link("nn::save")), link("nn::save"))
        self.assertEqual(links(link("std::exp") + link("record") + link("operator+")
                               + link("entries", "enumvalue")), "std::exprecordoperator+entries")
        self.assertEqual(links("Tape tape; // Tapes"),
                         '<a class="code" href="tape.html">Tape</a> tape; // Tapes')
        for line in ['<span class="comment">// a Tape</span>', "nn::Tape x", "Tape::Entry", link("Tape")]:
            self.assertNotIn("tape.html", links(line).replace(link("Tape"), ""), line)

    def test_the_search_knows_sections_without_line_numbers(self):
        folder = Folder(**{"a.html": """<title>The &lt;page&gt; · Tapestry</title><div class="top">Menu</div>
            <div class="contents"><div class="toc"><ul><li>List</li></ul></div><p>First Words.</p>
            <h1><a class="anchor" id="one"></a>\nOne</h1><p>A formula \\(x\\).</p>
            <div class="line"><span class="lineno"> 12</span>int a;</div></div>"""})
        self.assertEqual(list(search.sections(folder.path / "a.html")),
                         [["The <page>", "The <page>", "a.html", "first words."],
                          ["One", "The <page>", "a.html#one", "a formula x. int a;"]])

    def test_the_map_draws_an_arrow_for_each_foundation(self):
        first, second = chapter("int a;"), chapter("int b;")
        first.name, second.builds_on = "01_a", ["01_a"]
        third = chapter("int c;")
        third.name, third.builds_on = "03_c", ["01_a"]
        drawn = weave.graph([first, second, third])
        self.assertEqual(drawn.count("<path d=\"M162"), 2)
        self.assertEqual(drawn.count("<a href"), 3)

    def test_the_map_sets_a_chain_of_chapters_below_each_other(self):
        first, second = chapter("int a;"), chapter("int b;")
        first.name, second.builds_on = "01_a", ["01_a"]
        drawn = weave.graph([first, second])
        self.assertIn("<path d=\"M82 54 V71\"/>", drawn)
        self.assertIn('viewBox="0 0 164 128"', drawn)


class Settings(unittest.TestCase):
    DOXYFILE = (pathlib.Path(weave.__file__).parent / "Doxyfile.in").read_text(encoding="utf-8")

    def test_every_path_is_quoted_for_it_may_hold_spaces(self):
        paths = re.findall(r".?@(?:source|output)@.*?(?=[\s\\])", self.DOXYFILE)
        self.assertGreater(len(paths), 10)
        for path in paths:
            self.assertRegex(path, r'^"[^"]+"$')

    def test_names_that_a_namespace_takes_over_are_told_with_the_namespace(self):
        with tempfile.TemporaryDirectory() as folder:
            header = pathlib.Path(folder, "nn", "some.hpp")
            header.parent.mkdir()
            header.write_text("namespace nn {\nusing autograd::Tape;\nusing Words = int;\n}\n"
                              "namespace nn::io {\nusing autograd::Array;\n}\n", encoding="utf-8")
            self.assertEqual(list(weave.using_declarations(pathlib.Path(folder))),
                             ["nn::Tape", "nn::io::Array"])


class Assignments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chapters = chapter_module.read_chapters(ROOT / "tutorials")
        cls.woven = {each.name: weave.page(each, weave.read_run(ROOT, each.name), cls.chapters, ROOT)
                     for each in cls.chapters}
        cls.pages = assignments.pages(cls.chapters)

    def test_every_assignment_has_a_page_with_its_tasks_and_folded_hints(self):
        self.assertEqual([page.assignment.name for page in self.pages], assignments.names())
        for page in self.pages:
            text = page.woven()
            title = page.assignment.title
            if page.assignment.name != "project":  # whose title says what it is
                title = f"Assignment {page.assignment.name}: {title}"
            self.assertTrue(text.startswith(f"# {title} {{#"))
            self.assertEqual(text.count('<details class="hint">'), len(page.assignment.tasks))
            for task in page.assignment.tasks:
                self.assertIn(f"### {task.id} {task.title} {{#{page.page}_", text.replace("\n## ", "\n### "))

    def test_chapter_and_assignment_lead_to_each_other(self):
        for page in self.pages:
            for chapter in page.chapters.values():
                self.assertIn(f"](@ref {page.page})", self.woven[chapter.name][f"{chapter.page}.md"])
                self.assertIn(f"](@ref {chapter.page})", page.woven())
            self.assertIn(f"- @subpage {page.page}\n", assignments.overview(self.pages))

    def test_a_section_that_the_chapter_does_not_have_is_refused(self):
        with self.assertRaisesRegex(Trouble, r"page\.md:1: chapter 01_tape has no section Nothing"):
            self.pages[0].section(mock.Mock(chapter="01_tape", section="Nothing"))

    def test_no_page_has_a_line_of_the_rubric(self):
        for page in self.pages:
            text = "".join(page.woven().split())
            for line in (page.assignment.folder / "instructor.md").read_text().splitlines():
                if len(line) >= 30:
                    self.assertNotIn("".join(line.split()), text)


if __name__ == "__main__":
    unittest.main()
