#!/usr/bin/env python3
"""Whatever a student's program does costs the check that it does it in, and the report says what it was.

    python3 tests/assignments/test_attacks.py BUILD [-k NAME]
"""

import re
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'tutorials/assignments'), str(Path(__file__).resolve().parent)]

from attacks import ATTACKS, FIT, FRAME, UNFIT
from kit.assignment import Assignment, names
from kit.build import Build
from kit.fit import unfit
from kit.judging import judge, sentence
from kit.source import answer

BUILD = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith('-') else ROOT / 'build'


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.room = Path(cls.folder.name)
        cls.task = Assignment('a1').task('a1.2')
        cls.build = Build(BUILD, cls.room)
        cls.judge = cls.build.programs('a1')
        cls.rest = cls.build.stripped(cls.task)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def probe(self, name, text):
        """A probe in which sigmoid is this file."""
        base = self.room / re.sub(r'\W', '_', name)
        source, object, program = (base.with_suffix(end) for end in ('.cpp', '.o', '.probe'))
        source.write_text(text)
        trouble = self.build.compile(source, object) or self.build.link('a1', program, [object, self.rest])
        self.assertEqual(trouble, '', name)
        return program

    def ask(self, probe, seed='graded', checks=('a1.2.slope', 'a1.2.adds'), **more):
        return judge(self.judge, probe, checks, seed, 'swish', seconds=2, **more)

    def test_an_attack_costs_its_check_and_is_named(self):
        make = lambda attack: self.probe(attack[0], FRAME.replace('BODY', attack[1]))
        with ThreadPoolExecutor(2) as pool:
            for (name, _, words), probe in zip(ATTACKS, pool.map(make, ATTACKS)):
                with self.subTest(name):
                    verdicts = self.ask(probe)
                    self.assertEqual(len(verdicts), 2)
                    for verdict in verdicts:
                        self.assertEqual(verdict['passed'], words is None, verdict)
                        if words:
                            self.assertIn(words, sentence(verdict))
        self.assertFalse(Path('/tmp/forged').exists())

    def test_a_table_of_the_public_answers_is_worth_nothing(self):
        spy = FRAME.replace('BODY', 'return true;').replace(
            'const Real right', 'std::fprintf(stderr, "%a\\n", x.value().data()[0]);\n    const Real right')
        probe = self.probe('spy', spy)
        known = self.public_inputs(probe)
        table = FRAME.replace('BODY', 'return false;').replace(
            'attack() ? 1 : 0', ' || '.join(f'x.value().data()[0] == {x}' for x in known) + ' ? 1 : 0')
        probe = self.probe('table', table)
        self.assertTrue(all(verdict['passed'] for verdict in self.ask(probe, seed='public')))
        self.assertFalse(any(verdict['passed'] for verdict in self.ask(probe, seed='graded')))

    def public_inputs(self, probe):
        """What the spy prints."""
        import json
        import subprocess
        question = json.dumps({'seed': 'public', 'drawn': 'swish', 'prints': True})
        done = subprocess.run([self.judge, probe, 'a1.2.slope', 'a1.2.adds'], input=question, text=True,
                              capture_output=True, check=True)
        return done.stderr.split()

    def test_the_same_seed_gives_the_same_verdicts(self):
        probe = self.probe('zeros', FRAME.replace('BODY', 'return false;'))
        self.assertEqual(self.ask(probe), self.ask(probe))
        self.assertNotEqual(self.ask(probe), self.ask(probe, seed='another'))


class Files(unittest.TestCase):
    def test_a_file_that_reads_other_files_into_itself_is_not_compiled(self):
        for text in UNFIT:
            with self.subTest(text):
                self.assertNotEqual(unfit(text), '')

    def test_a_usual_file_is_compiled(self):
        for text in FIT:
            self.assertEqual(unfit(text), '')

    def test_stubs_and_answers_are_compiled(self):
        for assignment in map(Assignment, names()):
            for task in assignment.tasks:
                stub = (assignment.folder / 'stubs' / task.source).read_text()
                for text in (stub, answer(assignment, task, assignment.drawn('2027s'))):
                    self.assertEqual(unfit(text, assignment.forbidden), '', task.id)

    def test_a_forbidden_word_may_stand_in_a_comment_alone(self):
        for text in ('// word', 'int a;\n  // a word', 'int a;  // other'):
            self.assertEqual(unfit(text, ['word']), '', text)
        for text in ('word(1);', '/*\n// word */ f();', 'R"(\n// word)"; f();', 'f();  // word', '"word"',
                     'void _ZN2nn4wordEv();', 'wo\\\nrd();'):
            self.assertIn('"word" is not allowed', unfit(text, ['word']), text)


if __name__ == '__main__':
    unittest.main()
