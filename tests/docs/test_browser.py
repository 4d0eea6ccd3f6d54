#!/usr/bin/env python3
"""Reads the site as a reader would, in Chromium without a window:

    test_browser.py PAGES [SHOTS]

Opens every page from its file. No page may complain on the console, lack a file it asks for, link
nowhere, leave a formula undrawn or be wider than the window, be that a desk's or a phone's. The search
must find; light and dark must differ and be readable. With a folder SHOTS, pictures of some pages are
put there. Exit code 77, which is "skipped", where there is no browser or no site; where the environment
has CI, which promises both, that is a failure.
"""

import base64
import html.parser
import json
import os
import pathlib
import re
import shutil
import struct
import sys
import tempfile
import time
import unittest
import urllib.parse


def skip(reason):
    print("skipped:", reason)
    sys.exit(1 if os.environ.get("CI") else 77)


try:
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    skip("there is no python3-selenium")

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
import player

PAGES = pathlib.Path(sys.argv.pop(1)).resolve()
LESSON = ROOT / "tutorials/01_tape/01_tape.cpp"
SHOTS = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
DESK, PHONE = (1500, 950), (390, 844)
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars"]


def browser(folder):
    options = webdriver.ChromeOptions()
    for flag in [*FLAGS, f"--user-data-dir={folder}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # By name: newer versions of Selenium look for the driver with a helper that Debian does not have.
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "chromedriver"))


def arrays(content):
    """The arrays of rank 2 of a safetensors file, as lists of rows."""
    size = struct.unpack_from("<Q", content)[0]
    header = json.loads(content[8:8 + size])
    found = {}
    for name, about in header.items():
        if len(about.get("shape", ())) == 2:
            (rows, columns), (begin, _) = about["shape"], about["data_offsets"]
            numbers = struct.unpack_from(f"<{rows * columns}f", content, 8 + size + begin)
            found[name] = [numbers[i * columns:(i + 1) * columns] for i in range(rows)]
    return found


class Page(html.parser.HTMLParser):
    """What a page points to and what can be pointed at in it."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.anchors, self.images = set(), set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        if tag == "img":
            self.images.append(attributes)
        for name in ("href", "src", "xlink:href"):
            if attributes.get(name):
                self.targets.add(attributes[name])


class Files(unittest.TestCase):
    """What needs no browser."""

    @classmethod
    def setUpClass(cls):
        cls.pages = {path.name: Page(path) for path in PAGES.glob("*.html")}

    def test_every_local_link_leads_somewhere(self):
        broken = []
        for name, page in self.pages.items():
            for target in page.targets:
                url = urllib.parse.urlsplit(target)
                if url.scheme:
                    continue
                path, anchor = urllib.parse.unquote(url.path) or name, urllib.parse.unquote(url.fragment)
                if not (PAGES / path).exists():
                    broken.append(f"{name}: {target}")
                elif anchor and path in self.pages and anchor not in self.pages[path].anchors:
                    broken.append(f"{name}: {target}")
        self.assertEqual(broken, [])

    def test_a_chapter_is_called_by_its_number(self):
        for path in PAGES.glob("tutorial_*.html"):
            number = path.name.split("_")[1]
            self.assertIn(f'<div class="title">{number}.', path.read_text(encoding="utf-8"), path.name)

    def test_every_image_has_words(self):
        silent = [f"{name}: {image.get('src')}" for name, page in self.pages.items()
                  for image in page.images if not image.get("alt")]
        self.assertEqual(silent, [])

    def test_nothing_is_asked_of_the_network(self):
        asked = [name for name in self.pages
                 for line in (PAGES / name).read_text(encoding="utf-8").split("<")
                 if line.startswith(("script", "link", "img")) and ('="http' in line or '="//' in line)]
        self.assertEqual(asked, [])


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.driver = browser(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        cls.folder.cleanup()

    def open(self, name, size=DESK):
        self.driver.set_window_size(*size)
        self.driver.get((PAGES / name).as_uri())
        self.wait("return document.readyState === 'complete' && window.MathJax && MathJax.isReady && "
                  "!MathJax.Hub.queue.running && MathJax.Hub.queue.pending === 0", name)

    def wait(self, condition, what):
        until = time.monotonic() + 60
        while not self.driver.execute_script(condition):
            self.assertLess(time.monotonic(), until, f"{what}: waited in vain for {condition}")
            time.sleep(0.02)

    def complaints(self, name):
        """What is wrong with a page, on a desk or on a phone."""
        self.open(name)
        for entry in self.driver.get_log("browser"):
            yield f"the console says {entry['message']}"
        hidden, undrawn = self.driver.execute_script(r"""
            const images = [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src);
            const wrong = [...document.querySelectorAll(".MathJax_Error, .MathJax_SVG .merror")]
                .map(e => e.textContent);
            const walk = document.createTreeWalker(document.querySelector(".contents") || document.body,
                                                   NodeFilter.SHOW_TEXT);
            while (walk.nextNode())
                if (/\\\(|\\\[/.test(walk.currentNode.data) &&
                    !walk.currentNode.parentElement.closest("script, style, code, pre, .fragment"))
                    wrong.push(walk.currentNode.data);
            return [images, wrong];""")
        if hidden:
            yield f"images that do not show: {hidden}"
        if undrawn:
            yield f"formulas that are not drawn: {undrawn}"
        for size in [DESK, PHONE]:
            self.driver.set_window_size(*size)
            self.wait(f"return innerWidth === {size[0]}", "the window")
            self.driver.execute_script("fit_formulas()")  # before the window's own event comes
            width, room, widest = self.driver.execute_script("""
                const page = document.documentElement, room = page.clientWidth;
                const beyond = e => e.getBoundingClientRect().right > room + 1;
                const scrolls = e => e && (getComputedStyle(e).overflowX !== "visible"
                                           || scrolls(e.parentElement));
                const widest = page.scrollWidth <= room ? null : [...document.querySelectorAll("body *")]
                    .filter(e => beyond(e) && !scrolls(e.parentElement))[0];
                return [page.scrollWidth, room, widest && widest.outerHTML.slice(0, 200)];""")
            if width > room:
                yield f"{width} wide where there are {room}: {widest}"

    def test_every_page_is_whole_and_fits_on_a_desk_and_on_a_phone(self):
        wrong = [f"{path.name}: {complaint}" for path in sorted(PAGES.glob("*.html"))
                 for complaint in self.complaints(path.name)]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_formulas_are_drawn_from_local_files(self):
        self.open("tutorial_01_tape.html")
        self.wait("return document.querySelectorAll('.MathJax_SVG svg').length > 50", "formulas")

    def test_the_search_finds_names_and_text_and_opens_them(self):
        self.open("index.html")
        field = self.driver.find_element(By.CSS_SELECTOR, "#search input")
        field.send_keys("reparameterize")
        self.wait("const first = document.querySelector('#found a b');"
                  "return first && first.textContent === 'autograd::reparameterize'", "search")
        field.send_keys(Keys.ENTER)
        self.wait("return location.hash.length > 1", "the page that was found")
        self.assertIn("reparameterize", self.driver.find_element(By.CLASS_NAME, "contents").text)
        self.open("index.html")
        field = self.driver.find_element(By.CSS_SELECTOR, "#search input")
        field.send_keys("diamonds recursion")
        self.wait("return document.querySelector('#found a.prose') !== null", "search in prose")
        self.assertIn("tutorial_01_tape",
                      self.driver.find_element(By.CSS_SELECTOR, "#found a.prose").get_attribute("href"))

    def test_dark_and_light_are_both_readable_and_remembered(self):
        contrasts = {}
        self.open("tutorial_01_tape.html")
        for _ in range(2):
            theme, *found = self.driver.execute_script("""
                const light = (color) => {
                    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(c => c / 255)
                        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
                const paper = (e) => { const c = getComputedStyle(e).backgroundColor;
                    return /, 0\\)$/.test(c) && e.parentElement ? paper(e.parentElement) : c; };
                const contrast = (selector) => {
                    const e = document.querySelector(selector);
                    const [a, b] = [light(getComputedStyle(e).color), light(paper(e))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05); };
                return [document.documentElement.dataset.theme, ...[
                    ".contents p", ".contents a", ".comment", ".keyword", ".stringliteral", ".keywordtype",
                    ".lineno", "figcaption", "#nav-tree a", ".strip"].map(contrast)];""")
            contrasts[theme] = min(found)
            self.driver.find_element(By.ID, "theme").click()
        self.assertEqual(set(contrasts), {"light", "dark"})
        self.assertGreaterEqual(min(contrasts.values()), 4.5)
        self.driver.find_element(By.ID, "theme").click()
        theme = self.driver.execute_script("return document.documentElement.dataset.theme")
        for _ in range(20):  # what is stored reaches another page's process a moment later
            self.open("index.html")
            found = self.driver.execute_script("return document.documentElement.dataset.theme")
            if found == theme:
                break
        self.assertEqual(theme, found)
        self.driver.execute_script("localStorage.clear()")

    def test_code_is_copied_without_line_numbers(self):
        self.open("tutorial_01_tape.html")
        copied = self.driver.execute_script(
            "return text_of(document.querySelectorAll('.code[data-file=\"01_tape\"] .fragment')[1])")
        source = LESSON.read_text(encoding="utf-8")
        self.assertIn(copied, source)
        self.assertGreater(copied.count("\n"), 10)
        self.assertTrue(self.driver.find_elements(By.CSS_SELECTOR, ".listing > button.copy"))

    def test_line_numbers_are_those_of_the_file(self):
        source = LESSON.read_text(encoding="utf-8")
        self.open("tutorial_01_tape.html")
        lines = self.driver.execute_script("""
            const lines = [...document.querySelectorAll('.code[data-file="01_tape"] .line')];
            return lines.filter(l => l.querySelector(".lineno")).map(l =>
                [Number(l.querySelector(".lineno").textContent),
                 l.textContent.replace(/^\\s*\\d+/, "").trimEnd()]);""")
        self.assertGreater(len(lines), 150)
        for number, shown in lines:
            self.assertEqual(shown.strip(), source.split("\n")[number - 1].strip())

    def test_a_phone_has_a_table_of_contents_behind_a_button(self):
        self.open("tutorial_01_tape.html", PHONE)
        tree = self.driver.find_element(By.ID, "side-nav")
        self.assertFalse(tree.is_displayed())
        self.driver.find_element(By.ID, "menu").click()
        self.wait("return document.getElementById('side-nav').getBoundingClientRect().left === 0", "the menu")
        self.assertTrue(tree.is_displayed())

    def test_on_a_desk_the_tree_stands_beside_the_text_even_after_a_phone(self):
        for size in [PHONE, DESK]:
            self.open("classautograd_1_1Tape.html", size)
            self.wait("return document.querySelector('#nav-tree .selected') !== null", "the tree")
        tree, text, path = (self.driver.execute_script(
            f"const r = document.getElementById('{name}').getBoundingClientRect();"
            "return [r.left, r.top, r.right, r.bottom]") for name in ("side-nav", "doc-content", "nav-path"))
        self.assertEqual(tree[3], self.driver.execute_script("return innerHeight"))
        self.assertEqual(tree[2] - tree[0], 290)
        self.assertLessEqual(tree[2], text[0])
        self.assertLessEqual(text[3], path[1])

    def test_the_latent_plane_is_decoded_live_as_the_program_does(self):
        explorers = [(page, name) for page in sorted(PAGES.glob("tutorial_*.html"))
                     for name in re.findall(r'data-decoder="([^"]+)"', page.read_text(encoding="utf-8"))]
        self.assertTrue(explorers or not list(PAGES.glob("*.safetensors.js")))
        for page, name in explorers:
            examples = arrays(base64.b64decode((PAGES / f"{name}.js").read_text().split('"')[3]))
            self.open(page.name)
            figure = f"document.querySelector('[data-decoder=\"{name}\"]')"
            # It may stand in the fold of an experiment.
            self.driver.execute_script(f"{figure}.closest('details')?.setAttribute('open', '')")
            self.driver.execute_script(f"{figure}.scrollIntoView()")
            self.wait(f"return {figure}.classList.contains('ready')", "the decoder")
            for z, pixels in zip(*(examples["example." + part] for part in ("z", "pixels"))):
                decoded = self.driver.execute_script(f"return [...{figure}.decode(arguments[0])]", z)
                self.assertEqual(len(decoded), len(pixels))
                self.assertLess(max(abs(a - b) for a, b in zip(decoded, pixels)), 1e-3)

            canvas = self.driver.execute_script(f"return {figure}.querySelector('canvas')")
            plane = self.driver.execute_script(f"return {figure}.querySelector('.plane')")
            said = lambda: self.driver.execute_script(f"return {figure}.querySelector('output').textContent")
            seen = [(canvas.screenshot_as_base64, said())]
            webdriver.ActionChains(self.driver).move_to_element(plane).click_and_hold() \
                .move_by_offset(90, -70).release().perform()
            seen.append((canvas.screenshot_as_base64, said()))
            plane.send_keys(Keys.ARROW_LEFT * 9)
            seen.append((canvas.screenshot_as_base64, said()))
            self.assertEqual(len({image for image, _ in seen}), 3, "the picture does not follow")
            self.assertEqual(len({text for _, text in seen}), 3)

            classes = self.driver.find_elements(By.CSS_SELECTOR, f"[data-decoder='{name}'] option")
            if not classes:
                continue
            shown = {canvas.screenshot_as_base64}, {plane.screenshot_as_base64}
            for option in classes[1:3]:
                option.click()
                shown[0].add(canvas.screenshot_as_base64)
                shown[1].add(plane.screenshot_as_base64)
                self.assertEqual(said(), seen[-1][1], "the style is held")
            self.assertEqual([len(images) for images in shown], [3, 3], "the class does not change")

    def open_players(self, before=""):
        """A page with two figures of two melodies, of one bar each, after `before`, a script."""
        note = [[0, 2, 60], [2, 2, 64], [4, 4, 67]]
        figure = player.opening({"bar": 8, "steps_per_quarter": 2, "quarters_per_minute": 240, "melodies": [
            {"name": name, "steps": 8, "notes": note} for name in ("one", "two")]})
        page = pathlib.Path(self.folder.name) / "players.html"
        page.write_text(
            f"<!DOCTYPE html><html lang='en' data-theme='light'><title>Melodies</title><meta charset='utf-8'>"
            f"<link rel='stylesheet' href='{(PAGES / 'tapestry.css').as_uri()}'><script>{before}</script>"
            f"<script src='{(PAGES / 'player.js').as_uri()}' defer></script><div class='contents'>"
            + f"{figure}<figcaption>Words.</figcaption></figure>" * 2 + "</div></html>", encoding="utf-8")
        self.driver.set_window_size(*DESK)
        self.driver.get(page.as_uri())
        self.assertEqual(self.driver.get_log("browser"), [])

    def slowly(self):
        """A bar lasts six seconds from now on, however slow the machine."""
        self.driver.execute_script("document.querySelectorAll('input').forEach(i => i.value = 40)")

    def sounding(self):
        """Which melody of which figure sounds, by what its button says."""
        return self.driver.execute_script("""
            return [...document.querySelectorAll("figure")].flatMap((figure, i) =>
                [...figure.querySelectorAll(".sounding button")].map(b => `${i} ${b.textContent}`));""")

    def cursor(self):
        """How far the cursor has got, in steps."""
        return self.driver.execute_script("""
            const cursor = document.querySelector(".sounding .cursor");
            const shown = cursor && getComputedStyle(cursor).visibility === "visible";
            return shown ? Number(/[0-9.]+/.exec(cursor.getAttribute("transform") || "0")[0]) / 10 : -1;""")

    COUNTING = """
        const sounds = {contexts: 0, pitches: []};
        const Context = AudioContext, Tone = OscillatorNode;
        AudioContext = class extends Context { constructor() { super(); ++sounds.contexts; } };
        OscillatorNode = class extends Tone {
            constructor(context, options) { super(context, options); sounds.pitches.push(options.frequency); }
        };"""

    def test_a_melody_is_played_note_by_note_and_stops(self):
        self.open_players(self.COUNTING)
        self.slowly()
        self.assertEqual(self.driver.execute_script("return sounds.contexts"), 0)
        self.assertEqual(self.sounding(), [])
        first = self.driver.find_element(By.CSS_SELECTOR, ".melody button")
        self.assertEqual(first.get_attribute("aria-label"), "Play one")
        first.click()
        self.assertEqual(self.sounding(), ["0 one"])
        self.assertEqual(first.get_attribute("aria-label"), "Stop one")
        self.wait("return document.querySelector('[role=status]').textContent === 'Playing one'", "the status")
        pitches = self.driver.execute_script("return sounds.pitches")
        for heard, expected in zip(pitches, (261.626, 329.628, 391.995), strict=True):  # C E G
            self.assertAlmostEqual(heard, expected, places=3)
        before = self.cursor()
        until = time.monotonic() + 5
        while self.cursor() <= before and time.monotonic() < until:
            time.sleep(0.02)
        self.assertGreater(self.cursor(), before)
        first.send_keys(Keys.ENTER)
        self.assertEqual(self.sounding(), [])
        self.assertEqual(self.driver.execute_script("return sounds.contexts"), 1)

    def test_all_melodies_are_played_one_after_the_other_and_end(self):
        self.open_players(self.COUNTING)
        self.driver.find_element(By.CSS_SELECTOR, ".controls button").click()
        self.assertEqual(self.sounding(), ["0 one"])
        self.wait("return document.querySelector('.sounding button')?.textContent === 'two'", "the second")
        self.wait("return document.querySelector('.sounding') === null", "the end")
        self.assertEqual(self.driver.execute_script("return sounds.pitches.length"), 6)

    def test_one_melody_sounds_at_a_time_and_the_stop_button_ends_it(self):
        self.open_players()
        self.slowly()
        buttons = self.driver.find_elements(By.CSS_SELECTOR, ".melody button")
        for button, expected in zip(buttons, ["0 one", "0 two", "1 one", "1 two"]):
            button.click()
            self.assertEqual(self.sounding(), [expected])
        stops = self.driver.find_elements(By.CSS_SELECTOR, ".controls button:nth-of-type(2)")
        self.assertEqual([stop.is_enabled() for stop in stops], [False, True])
        stops[1].click()
        self.assertEqual(self.sounding(), [])
        self.assertEqual([stop.is_enabled() for stop in stops], [False, False])

    def test_the_tempo_changes_while_a_melody_sounds(self):
        self.open_players()
        tempo = self.driver.find_element(By.CSS_SELECTOR, ".controls input")
        self.assertEqual(tempo.get_attribute("value"), "240")
        tempo.send_keys(Keys.HOME)
        self.assertEqual(self.driver.find_element(By.CSS_SELECTOR, ".controls output").text,
                         "40 beats a minute")
        self.driver.find_element(By.CSS_SELECTOR, ".melody button").click()  # six seconds at this tempo
        self.wait("return /[0-9.]+/.exec(document.querySelector('.cursor').getAttribute('transform') || '0')[0] > 5",
                  "the cursor")
        before = self.cursor()
        tempo.send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(self.sounding(), ["0 one"])
        self.assertGreaterEqual(self.cursor(), before)
        tempo.send_keys(Keys.END)
        self.wait("return document.querySelector('.sounding') === null", "the end")

    def test_without_sound_the_piano_rolls_remain(self):
        self.open_players("delete window.AudioContext;")
        self.assertEqual(self.driver.find_elements(By.CSS_SELECTOR, "button, input"), [])
        rolls = self.driver.find_elements(By.CSS_SELECTOR, ".melody svg")
        self.assertEqual(len(rolls), 4)
        self.assertTrue(all(roll.is_displayed() and roll.size["width"] > 300 for roll in rolls))
        self.assertEqual(self.driver.find_element(By.CSS_SELECTOR, ".melody .name").text, "one")

    def test_readers_who_want_no_motion_see_which_melody_sounds_but_no_cursor(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.addCleanup(self.driver.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"features": []})
        self.open_players()
        self.slowly()
        self.driver.find_element(By.CSS_SELECTOR, ".melody button").click()
        self.assertEqual(self.sounding(), ["0 one"])
        self.assertEqual(self.cursor(), -1)

    def test_the_players_of_the_chapters_are_ready(self):
        for page in sorted(PAGES.glob("tutorial_*.html")):
            count = page.read_text(encoding="utf-8").count('<figure class="player"')
            if not count:
                continue
            self.open(page.name)
            self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, "figure.player.ready")), count)

    @unittest.skipUnless(SHOTS, "no folder for pictures")
    def test_pictures(self):
        for theme in ["light", "dark"]:
            for name in ["index", "tutorials", "handbook", "pullbacks", "tutorial_01_tape", "namespaceautograd",
                         "classautograd_1_1Tape", "likelihoods_8hpp", "01_tape_8cpp-example"]:
                for kind, size in [("desk", DESK), ("phone", PHONE)]:
                    self.open(f"{name}.html", size)
                    self.driver.execute_script(f"document.documentElement.dataset.theme = '{theme}'")
                    time.sleep(0.3)
                    self.driver.save_screenshot(str(SHOTS / f"{name}_{theme}_{kind}.png"))


if __name__ == "__main__":
    if not (PAGES / "index.html").exists():
        skip("there is no site; meson compile -C build docs")
    with tempfile.TemporaryDirectory() as trial:
        try:
            browser(trial).quit()
        except WebDriverException as error:
            skip(f"there is no browser ({error.msg.strip()})")
    unittest.main()
