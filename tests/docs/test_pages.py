#!/usr/bin/env python3
"""What the pages name is there: files, programs, tests, and the sources of what docstrings cite."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/pages").glob("*.md"))


def files(pattern, *folders):
    return [path for folder in folders for path in (ROOT / folder).rglob(pattern)]


def read(path):
    return path.read_text(encoding="utf-8")


def prose(page):
    """A page without its blocks of code, lines joined."""
    return " ".join(re.sub(r"^```.*?^```", "", read(page), flags=re.M | re.S).split())


TESTS = {name for path in files("*.cpp", "tests")
         for name in re.findall(r'TEST_CASE(?:_FIXTURE\(\w+, |\()\s*"((?:[^"\\]|\\.)*)"', read(path))}


def found(pattern):
    """(what a pattern finds in the pages' prose, words that say where)."""
    return [(match, f"{match} on {page.name}")
            for page in PAGES for match in re.findall(pattern, prose(page))]


class Pages(unittest.TestCase):
    def test_every_test_that_is_named_exists(self):
        """A test is named in italics, by its sentence."""
        def italics(text):
            spans = re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", re.sub(r"`[^`]*`", "", text))
            return [span for span in spans if len(span.split()) > 4]
        named = set()
        for page in PAGES:
            if page.name == "bibliography.md":  # where titles stand in italics
                continue
            for name in italics(prose(page)):
                named.add(name)
                with self.subTest(page=page.name, name=name):
                    self.assertIn(name, TESTS)
        self.assertGreater(len(named), 20)

    def test_every_file_that_is_named_exists(self):
        folders = "autograd|nn|models|tutorials|tests|docs"
        for path, where in found(rf"`((?:{folders})/[\w/.]*)`"):
            if "NN_" not in path:
                self.assertTrue((ROOT / path).exists(), where)

    def test_every_program_that_is_named_is_built(self):
        for program, where in found(r"build/((?:tests|tutorials)/\w[\w/]*)"):
            folder, _, name = program.rpartition("/")
            self.assertRegex(read(ROOT / folder / "meson.build"), rf"'{name}'", where)

    def test_options_of_doctest_match_a_test(self):
        for pattern, where in found(r'-tc="([^"]*)"'):
            expression = ".*".join(map(re.escape, pattern.split("*")))
            self.assertTrue(any(re.fullmatch(expression, name) for name in TESTS), where)

    def test_no_markup_that_doxygen_misreads(self):
        for page in PAGES:
            text = re.sub(r"^```.*?^```", "", read(page), flags=re.M | re.S)
            with self.subTest(page=page.name):
                quoting = [code for code in re.findall(r"`[^`]*`", text) if "'" in code]
                self.assertEqual(quoting, [], "an apostrophe ends this code: use <code>")
                self.assertEqual(re.findall(r"\*\*`.*", text), [], "begins no bold face: use <b>")

    def test_what_docstrings_cite_is_in_the_bibliography(self):
        """Docstrings cite as `Kingma and Welling 2014`."""
        entries = [" ".join(entry.split())
                   for entry in re.split(r"^- ", read(ROOT / "docs/pages/bibliography.md"), flags=re.M)]
        word = r"[A-ZÅÖ][\w-]+"
        citation = re.compile(rf"({word})(?:, {word})*(?: and {word})? ((?:19|20)\d\d)\b")
        cited = set()
        for path in files("*.hpp", "autograd", "nn", "models"):
            text = " ".join(line.strip(" /") for line in read(path).splitlines())
            for author, year in citation.findall(text):
                cited.add(author)
                with self.subTest(file=path.name, author=author, year=year):
                    self.assertTrue(any(author in entry and f"({year})" in entry
                                        for entry in entries))
        self.assertGreater(len(cited), 10)

    def test_what_chapters_recommend_is_in_the_bibliography(self):
        def plain(text):
            return re.sub(r"\W+", " ", text).lower()

        known, titles = plain(read(ROOT / "docs/pages/bibliography.md")), 0
        for chapter in sorted((ROOT / "tutorials").glob("[0-9]*/[0-9]*.cpp")):
            reading = read(chapter).partition("## Further reading")[2]
            for title in re.findall(r"\*([^*]+)\*", re.sub(r"\n// *", " ", reading)):
                titles += 1
                with self.subTest(chapter=chapter.name, title=title):
                    self.assertIn(plain(title), known)
        self.assertGreater(titles, 80)

    def test_a_lesson_is_read_in_half_an_hour_and_asks_for_a_guess(self):
        lessons = sorted((ROOT / "tutorials").glob("[0-9]*/[0-9]*.cpp"))
        self.assertGreater(len(lessons), 10)
        for lesson in lessons:
            with self.subTest(lesson=lesson.name):
                text = read(lesson)
                self.assertLessEqual(text.count("\n"), 500)
                self.assertEqual(text.count("@predict{"), 1)
                self.assertGreater(text.count("@exercise{"), 2)

    def test_every_file_of_a_chapter_is_compiled(self):
        listed = read(ROOT / "tutorials/meson.build")
        for folder in sorted((ROOT / "tutorials").glob("[0-9]*/")):
            names = re.search(rf"'{folder.name}': \[(.*?)\]", listed, re.S)[1]
            there = {str(path.relative_to(folder)) for path in folder.rglob("*.cpp")}
            self.assertEqual({*re.findall(r"'([^']+)'", names), folder.name + ".cpp"}, there, folder.name)

    def test_the_readme_has_every_chapter_with_its_minutes(self):
        rows = re.findall(r"`build/tutorials/(\w+)` \| (\d+) \|", read(ROOT / "README.md"))
        chapters = sorted((ROOT / "tutorials").glob("[0-9]*/[0-9]*.cpp"))
        self.assertEqual(rows, [(chapter.stem, re.search(r"^// minutes: (\d+)$", read(chapter), re.M)[1])
                                for chapter in chapters])

    def test_every_term_has_its_four_translations_in_order(self):
        rows = re.findall(r"<tr>(.*?)</tr>", read(ROOT / "docs/pages/glossary.md"), re.S)
        scripts = [r"[a-zà-ű]", r"[\u4e00-\u9fff]", r"[а-я]", r"[\u0600-\u06ff]"]
        for row in rows[1:]:
            cells = re.findall(r'<td (?:dir="rtl" )?lang="(\w+)">([^<]+)</td>', row)
            with self.subTest(row=row[:50]):
                self.assertEqual([language for language, _ in cells], ["hu", "zh", "ru", "fa"])
                self.assertIn('<td dir="rtl" lang="fa">', row)
                for script, (_, word) in zip(scripts, cells):
                    self.assertRegex(word, script)
        terms = re.findall(r'<th scope="row">(.*?)</th>', "".join(rows))
        self.assertEqual(terms, sorted(terms, key=str.lower))
        self.assertEqual(len(set(terms)), len(rows) - 1)


if __name__ == "__main__":
    unittest.main()
