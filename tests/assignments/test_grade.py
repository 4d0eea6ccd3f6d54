#!/usr/bin/env python3
"""Many submissions are graded, among them broken ones of every kind, and the grading is interrupted.

    python3 tests/assignments/test_grade.py BUILD [--forty]

With --forty there are forty, whole ones among them, and the time is said.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / 'tutorials/assignments/course.py'
sys.path[:0] = [str(TOOL.parent), str(Path(__file__).resolve().parent)]

from attacks import FRAME
from kit.assignment import Assignment
from kit.source import answer
from kit.verify import mutants

FORTY = '--forty' in sys.argv
BUILD = next((word for word in sys.argv[1:] if not word.startswith('-')), str(ROOT / 'build'))
TERM = '2027s'


class Submissions:
    """A folder of them, and what each should get."""

    def __init__(self, folder):
        self.folder = folder
        self.assignment = Assignment('a1')
        drawn = self.assignment.drawn(TERM)
        self.right = {task.id: answer(self.assignment, task, drawn) for task in self.assignment.tasks}
        self.expected = {}  # id: points, words of the feedback or the remark

    def student(self, id, points, words=''):
        """Where the file of a1.2 goes; other tasks are right."""
        whole = FORTY and id.startswith(('right', 'student'))
        others = ['a1.1', 'a1.3', 'a1.4', 'a1.5', 'a1.6', 'a1.7'] if whole else \
            ['a1.4'] if FORTY or id in ('forks', 'two_mains', 'right', 'zipped') else []
        self.expected[id] = (points + sum(self.assignment.task(each).points for each in others), words)
        room = self.folder / id / 'tasks'
        room.mkdir(parents=True)
        for task in others:
            (room / self.assignment.task(task).source).write_text(self.right[task])
        return room / 'a1_2.cpp'

    def broken_files(self):
        attack = lambda body: FRAME.replace('BODY', body)
        text = {
            'nothing_there': (None, 'a1_2.cpp is missing'),
            'no_code': ('', 'does not link'),
            'words': ('I could not do it, sorry.\n', 'does not compile'),
            'bytes': (bytes(range(256)) * 9, 'does not compile'),
            'too_long': ('//' + 'x' * (2 << 20), 'a1_2.cpp is missing'),
            'error': (self.right['a1.2'].replace('return x.tape()', 'return y.tape()'), 'error:'),
            'two_mains': (self.right['a1.2'] + 'int main() {}\n', 'does not link'),
            'reads_files': ('#include "/etc/passwd"\n', 'is not compiled'),
            'crashes': (attack('volatile int* nowhere = nullptr; *nowhere = 1; return true;'), 'segmentation fault'),
            'leaves_before_main': (self.right['a1.2'] + '\n#include <cstdlib>\nstatic int gone = (std::exit(0), 0);\n',
                                   'ended without an answer'),
            'forks': (attack('fork(); return true;'), 'the code called fork'),
            'forges': (attack('std::puts("{\\"passed\\": true}"); return false;'), 'expected'),
            'hungry': (attack('std::vector<double> much(std::size_t(100) << 27); return much[5] == 0;'),
                       'ran out of memory'),
            'compiles_forever': ('template <int n> struct A { static constexpr int value = A<n - 1>::value + '
                                 'A<n - 2>::value; };\nconstexpr long f(long n) { return n < 2 ? n : f(n - 1) + '
                                 'f(n - 2); }\nstatic_assert(f(90) > 0);\n', 'does not compile'),
            'lists_without_end': ('#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(A(x))))\n'
                                  'const char* much = B(B(B("0123456789")));\n', 'does not compile'),
        }
        if FORTY:
            text['loops'] = (attack('for (volatile long i = 0;; i = i + 1) {}'), '10 seconds')
        for id, (content, words) in text.items():
            # A gradient of zero is right where the slope is.
            path = self.student(id, 3 if id == 'forges' else 0, words)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def broken_folders(self):
        self.expected['absent'] = (0, 'nothing was handed in')
        (self.folder / 'empty').mkdir()
        self.expected['empty'] = (0, 'a1_2.cpp is missing')
        (self.folder / 'no_zip.zip').write_text('PK, not really')
        self.expected['no_zip'] = (0, 'cannot be read')
        self.student('link', 0, 'a1_2.cpp is missing').symlink_to('/etc/passwd')
        self.student('folder_for_file', 0, 'a1_2.cpp is missing').mkdir()
        os.mkfifo(self.student('pipe', 0, 'a1_2.cpp is missing'))
        with zipfile.ZipFile(self.folder / 'bomb.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('a1_2.cpp', bytes(64 << 20))
        self.expected['bomb'] = (0, 'a1_2.cpp is missing')

    def good(self):
        self.student('right', 12).write_text(self.right['a1.2'])
        path = self.student('zipped', 12)
        path.write_text(self.right['a1.2'])
        with zipfile.ZipFile(self.folder / 'zipped.zip', 'w') as archive:
            for each in sorted(path.parent.iterdir()):
                archive.write(each, f'my work/{each.name}')
                each.unlink()
        path.parent.rmdir()
        path.parent.parent.rmdir()
        if FORTY:  # students who have one task wrong
            listed = json.loads((self.assignment.folder / 'mutants.json').read_text())
            usual = [each for each in mutants(self.assignment, listed) if each.task.id == 'a1.2']
            for number in range(40 - len(self.expected)):
                suspect = usual[number % len(usual)]
                lost = sum(suspect.task.checks[check][0] for check in suspect.fails)
                self.student(f'student_{number}', 12 - lost).write_text(suspect.text)


class Grading(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.room = Path(folder.name)
        (self.room / 'in').mkdir()
        self.submissions = Submissions(self.room / 'in')
        for make in (self.submissions.broken_folders, self.submissions.broken_files, self.submissions.good):
            make()
        self.expected = self.submissions.expected
        ids = sorted(self.expected)
        (self.room / 'roster.csv').write_text('id,name\n' + ''.join(f'{id},{id.title()}\n' for id in ids))

    def start(self):
        command = [sys.executable, TOOL, 'grade', 'a1', self.room / 'in', '--roster', self.room / 'roster.csv',
                   '--out', self.room / 'out', '--term', TERM, '--build', BUILD, '--jobs', '2']
        hear = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # which a test in the background ignores
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear)

    def interrupted(self):
        """What is done when it is interrupted after some."""
        with self.start() as process:
            for _ in range(8):
                process.stdout.readline()
            time.sleep(2)  # in the middle of another
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(errors.splitlines()[-1], 'course.py: interrupted')
        done = [path for path in (self.room / 'out/results').glob('*.json') if json.loads(path.read_text())['done']]
        self.assertTrue(0 < len(done) < len(self.expected))
        return {path: path.stat().st_mtime_ns for path in done}

    def test_one_broken_submission_stops_no_other_and_an_interruption_loses_nothing(self):
        begun = time.monotonic()
        done = self.interrupted()
        with self.start() as process:
            lines, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn(f'{len(self.expected)} of {len(self.expected)}  ', lines)
        if FORTY:
            print(f'{len(self.expected)} submissions, interrupted once: {time.monotonic() - begun:.0f} s')
        for path, changed in done.items():
            self.assertEqual(path.stat().st_mtime_ns, changed, f'{path.name} was graded again')
        first = self.grades()
        for id, (points, words) in self.expected.items():
            with self.subTest(id):
                self.assertEqual(first[id], str(points))
                self.assertIn(words, (self.room / 'out/feedback' / f'{id}.md').read_text())
        self.assertIn('| a1.2.', (self.room / 'out/summary.md').read_text())
        self.same_again('crashes')

    def grades(self):
        rows = csv.DictReader((self.room / 'out/grades.csv').read_text().splitlines())
        return {row['id']: row['points'] for row in rows}

    def same_again(self, id):
        """The same submission gets the same report."""
        path = self.room / 'out/results' / f'{id}.json'
        before = json.loads(path.read_text())
        path.unlink()
        with self.start() as process:
            process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertEqual(json.loads(path.read_text()), before)


if __name__ == '__main__':
    sys.argv[1:] = []
    unittest.main()
