#!/usr/bin/env python3
"""The course's tool: what it cuts, releases, counts and writes. Nothing is compiled here."""

import csv
import json
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / 'tutorials/assignments/course.py'
sys.path.insert(0, str(TOOL.parent))

from kit import html, page, release, source, verify
from kit.assignment import Assignment, Trouble, names
from kit.autograder import results
from kit.build import Build, shortened
from kit.grading import Class, collect, digest, feedback, leaderboard, read_roster, summary
from kit.judging import failed


def course(*words):
    return subprocess.run([sys.executable, TOOL, *words], capture_output=True, text=True)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.room = Path(folder.name)
        self.assignment = Assignment('a1')


class Commands(unittest.TestCase):
    def test_every_command_explains_itself(self):
        for command in ('list', 'release', 'check', 'verify', 'grade', 'one', 'prepare', 'autograder'):
            self.assertEqual(course(command, '--help').returncode, 0, command)

    def test_the_list_has_every_assignment_with_its_points(self):
        done = course('list')
        self.assertEqual(done.returncode, 0)
        for name in names():
            self.assertIn(f'{Assignment(name).points} points', done.stdout)

    def test_errors_are_one_line(self):
        for words in (['release', 'a99', '--out', '/nowhere'], ['check'], ['verify', 'a1', '--build', '/tmp'],
                      ['grade', 'a1', '/nowhere', '--roster', 'x'], ['autograder', 'a1', '--out', 'x.tar'],
                      ['autograder', 'a1', '--out', '/nowhere/x.zip'], ['release', 'a1', '--out', '/dev/null/x'],
                      ['autograder', 'a1', '--out', 'x.zip', '--secret', '/nowhere'], ['check', 'a1.2', '--all']):
            done = course(*words)
            self.assertEqual((done.returncode, done.stderr.count('\n')), (2, 1), done.stderr)


class Assignments(InFolder):
    def test_points_add_up_to_a_hundred_and_every_task_has_three_checks(self):
        for name in names():
            assignment = Assignment(name)
            self.assertEqual(assignment.points, 100)
            for task in assignment.tasks:
                self.assertGreaterEqual(len(task.checks), 3, task.id)
                self.assertTrue((assignment.folder / 'stubs' / task.source).is_file())

    def test_a_section_to_read_again_is_one_of_its_chapter(self):
        for name in names():
            assignment = Assignment(name)
            for task in assignment.tasks:
                chapter = ROOT / 'tutorials' / task.chapter / f'{task.chapter}.cpp'
                headings = [line.lstrip('/ #') for line in chapter.read_text().splitlines() if line.startswith('// ##')]
                self.assertIn(task.section, headings)

    def test_a_term_always_draws_the_same_and_terms_differ(self):
        drawn = {term: self.assignment.drawn(term)['name'] for term in map(str, range(40))}
        self.assertEqual(drawn, {term: self.assignment.drawn(term)['name'] for term in drawn})
        self.assertGreater(len(set(drawn.values())), 10)

    def test_a_family_has_twenty_members(self):
        for name in names():
            members = Assignment(name).family()['members']
            self.assertIn(len({each['name'] for each in members}), (0, 20))
            self.assertEqual(len(members), len({each['formula'] for each in members}))

    def test_mutants_fit_where_they_should(self):
        for name in names():
            found = list(verify.suspects(Assignment(name), '2027s', True))
            self.assertEqual(len({(s.task.id, s.what) for s in found}), len(found))

    def test_a_cut_function_is_whole_and_the_rest_stays(self):
        text = source.function('autograd/ops/elementwise.cpp', 'Variable sigmoid(Variable x) {')
        self.assertEqual(text.count('{'), text.count('}'))
        rest = source.without('autograd/ops/elementwise.cpp', ['Variable sigmoid(Variable x) {'])
        self.assertNotIn('Variable sigmoid', rest)
        self.assertIn('Variable relu', rest)
        with self.assertRaisesRegex(Trouble, 'stale'):
            source.function('autograd/ops/elementwise.cpp', 'Variable nothing(')


class Pages(unittest.TestCase):
    def test_every_written_question_has_its_rubric(self):
        for name in names():
            folder = Assignment(name).folder
            asked, answered = (page.questions((folder / file).read_text()) for file in ('page.md', 'instructor.md'))
            self.assertEqual(asked, list(range(1, len(asked) + 1)), name)
            self.assertEqual(asked, answered, name)
            self.assertGreaterEqual(len(asked), 3, name)

    def test_a_page_has_every_task_with_its_points_checks_and_section(self):
        for name in names():
            assignment = Assignment(name)
            text = page.page(assignment, hint=lambda words: f'HINT {words}')
            for task in assignment.tasks:
                self.assertIn(f'| {task.id} | {task.title} | {task.points} | {assignment.section(task)} |', text)
                self.assertIn(f'HINT {task.hint}', text)
                self.assertIn(page.statement(assignment, task), text)
                for check, (points, what) in task.checks.items():
                    self.assertIn(f'| `{check}` | {points} | {what} |', text)

    def test_a_page_has_all_that_a_stub_says_after_the_name_of_the_task(self):
        for assignment in map(Assignment, names()):
            for task in assignment.tasks:
                stub = (assignment.folder / 'stubs' / task.source).read_text()
                name, blank, first = stub.splitlines()[:3]
                self.assertEqual(blank, '//', task.id)
                said = page.statement(assignment, task).splitlines()
                self.assertIn(first.removeprefix('// '), said)
                self.assertIn(said[0], ('README.md says at which places.', 'README.md says which.',
                                        first.removeprefix('// ')), name)

    def test_markdown_becomes_a_page(self):
        made = html.page('# A *b*\n\nOne `a * b < c * d`\nand **two**.\n\n- x\n  y\n- z\n\n| a | b |\n|:--|--:|\n| 1 | `2` |\n\n'
                         '```sh\nls\n\nrm\n```\n\n    y = x\n', 'T')
        for piece in ('<title>T</title>', '<h1>A <i>b</i></h1>', '<p>One <code>a * b &lt; c * d</code> and <b>two</b>.</p>',
                      '<ul><li>x y</li><li>z</li></ul>', '<tr><th>a</th><th>b</th></tr><tr><td>1</td><td><code>2'
                      '</code></td></tr>', '<pre>ls\n\nrm\n</pre>', '<pre>y = x</pre>'):
            self.assertIn(piece, made)

    def test_no_page_has_a_line_of_the_rubric(self):
        for name in names():
            text = release.squeezed(page.page(Assignment(name)))
            for line in (Assignment(name).folder / 'instructor.md').read_text().splitlines():
                if len(line) >= 30:
                    self.assertNotIn(release.squeezed(line), text)


class Releases(InFolder):
    def made(self, name='a1'):
        release.release(Assignment(name), self.room / name, '2027s')
        return self.room / name

    def test_a_release_has_stubs_and_no_answer(self):
        for assignment in map(Assignment, names()):
            out = self.made(assignment.name)
            self.assertEqual(len(list((out / 'tasks').glob('*.cpp'))), len(assignment.tasks))
            self.assertEqual(release.leaks(assignment, out), [])
            for name in ('mutants.json', assignment.facts.get('family', {}).get('file', 'none'), 'verify.py',
                         'source.py', 'instructor.md', 'page.md', 'answers'):
                self.assertEqual(list(out.rglob(name)), [])
            for path, beginnings in assignment.shared.items():
                for begins in beginnings:
                    self.assertNotIn(begins, (out / path).read_text())
            self.assertFalse((out / 'tests').exists())
            self.assertTrue((self.room / f'{assignment.name}.zip').is_file())

    def test_an_answer_that_is_planted_anywhere_is_found(self):
        for assignment in map(Assignment, names()):
            out = self.made(assignment.name)
            planted = list(release.secrets(assignment))
            (out / 'tasks/planted.md').write_text('\n'.join('  ' + text.replace(' ', '   ') for _, text in planted))
            found = set(release.leaks(assignment, out))
            for owner, text in planted:
                self.assertIn(f'tasks/planted.md has "{text}" of {owner}', found)

    def test_every_task_the_instructor_and_the_chapter_have_secrets(self):
        for name in names():
            assignment = Assignment(name)
            owners = {owner for owner, _ in release.secrets(assignment)}
            self.assertGreaterEqual(owners, {task.id for task in assignment.tasks if task.cut or task.answer}
                                    | {assignment.family_task, 'the instructor'} - {''})
            self.assertTrue(assignment.facts.get('open') or owners >= set(assignment.chapters))

    def test_the_chapter_is_secret_with_its_experiments_answers_and_results(self):
        secret = {text for owner, text in release.secrets(self.assignment) if owner == '01_tape'}
        for path in ('tutorials/01_tape/01_tape.cpp', 'tutorials/01_tape/answers.cpp', 'docs/results/01_tape/results.json',
                     *map(str, (ROOT / 'tutorials/01_tape/experiments').glob('*.cpp'))):
            lines = {line.strip() for line in (ROOT / path).read_text().splitlines()}
            self.assertGreater(len(secret & lines), 5, path)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        (self.room / 'mine').write_text('mine')
        with self.assertRaisesRegex(Trouble, 'not empty'):
            release.release(self.assignment, self.room, '2027s')


class Checks(InFolder):
    def shown(self, passed):
        """What a student sees if the judge says this of each check, and whether all is well."""
        import kit.check
        self.assignment.facts['drawn'] = 'swish'
        verdict = lambda name: {**failed([name], 'it is wrong')[0], 'passed': passed}
        judged = lambda program, probe, names, *rest, **more: [verdict(name) for name in names]
        said = []
        with unittest.mock.patch.multiple(kit.check, refused=lambda *words: {}, make=lambda *words: {}, judge=judged):
            well = kit.check.check(self.assignment, 'a1.2', False, False, said.append)
        return well, '\n'.join(said)

    def test_a_file_that_the_grade_does_not_compile_is_told_before_anything_is_built(self):
        import kit.check
        tasks, said = [self.assignment.task('a1.2')], []
        with self.assertRaisesRegex(Trouble, 'a1_2.cpp is missing'):
            kit.check.refused(self.assignment, tasks, self.room)
        self.assignment.forbidden = ['word']
        (self.room / 'a1_2.cpp').write_text('word();\n')
        found = kit.check.refused(self.assignment, tasks, self.room)
        self.assertIn('is not compiled: "word" is not allowed', found['a1.2'])
        with unittest.mock.patch.multiple(kit.check, refused=lambda *words: found, make=None):
            self.assertIs(kit.check.check(self.assignment, 'a1.2', False, False, said.append), False)
        self.assertEqual(said, [f'a1.2 {found["a1.2"]}'])
        (self.room / 'a1_2.cpp').write_text('// a word\n')
        self.assertEqual(kit.check.refused(self.assignment, tasks, self.room), {})

    def test_a_linker_is_quoted_from_what_is_missing(self):
        line = f'probe.cpp:function {"x" * 400}: undefined reference to `project::decode(' \
               'xt::xarray_container<xt::uvector<double>, xt::xtensor_expression_tag> const&)\''
        self.assertEqual(shortened(f'{line}\n{line}\ncollect2: error: ld returned 1 exit status'),
                         "undefined reference to `project::decode(Array const&)'")
        self.assertEqual(shortened('collect2: error: no space left'), 'collect2: error: no space left')

    def test_a_build_is_quoted_from_what_is_wrong(self):
        from kit.check import cause
        compiled = '[12/91] Compiling C++ object autograd_error.cpp.o\n'
        self.assertEqual(cause(f'{compiled}x.o:probe.cpp:function f(): undefined reference to `g()\'\ncollect2: error: 1'),
                         'undefined reference to `g()\'')
        self.assertEqual(cause(f'{compiled}ERROR: no compiler\n'), 'ERROR: no compiler')
        self.assertEqual(cause(f'{compiled}stopped\n'), f'{compiled}stopped')

    def test_a_build_folder_of_another_framework_is_refused(self):
        (self.room / 'compile_commands.json').write_text(json.dumps(
            [{'output': 'libtapestry_double.a.p/x.o', 'file': '../autograd/tape.cpp', 'command': 'g++'}]))
        with self.assertRaisesRegex(Trouble, 'no file of this framework'):
            Build(self.room, self.room)

    def test_a_right_task_has_its_points_and_all_is_well(self):
        well, said = self.shown(True)
        self.assertIs(well, True)
        self.assertIn('12 of 12 points', said)

    def test_a_wrong_task_has_its_first_failing_check_its_hint_and_its_section(self):
        well, said = self.shown(False)
        self.assertIs(well, False)
        for words in ('first failing check: a1.2.slope', 'it is wrong', 'Hint: ', 'The chain rule, read backwards'):
            self.assertIn(words, said)


class Grades(InFolder):
    def report(self, points=0):
        tasks = []
        for task in self.assignment.tasks:
            verdicts = failed(task.names(), 'it is wrong')
            verdicts[0]['passed'] = points > 0
            tasks.append({'task': task.id, 'title': task.title, 'points': points, 'of': task.points,
                          'checks': verdicts})
        return {'assignment': 'a1', 'points': points * len(tasks), 'of': 100, 'tasks': tasks, 'done': True}

    def test_a_roster_needs_ids_that_are_names_of_folders(self):
        path = self.room / 'roster.csv'
        path.write_text('id,name\nada,Ada\nben,\n')
        self.assertEqual(read_roster(path), {'ada': 'Ada', 'ben': ''})
        for text in ('name\nAda\n', 'id\n../x\n', 'id\na\na\n', 'id\n.hidden\n', ''):
            path.write_text(text)
            with self.assertRaises(Trouble, msg=text):
                read_roster(path)

    def test_only_the_files_of_the_tasks_are_taken(self):
        submission = self.room / 'ada'
        (submission / 'tasks').mkdir(parents=True)
        (submission / 'tasks/a1_1.cpp').write_text('1')
        (submission / 'course.py').write_text('bad')
        (submission / 'a1_2.cpp').symlink_to('/etc/passwd')
        (submission / 'a1_3.cpp').write_text('x' * (2 << 20))
        collect(self.assignment, submission, self.room / 'out')
        self.assertEqual([path.name for path in (self.room / 'out').iterdir()], ['a1_1.cpp'])

    def test_a_zip_file_cannot_leave_its_folder(self):
        with zipfile.ZipFile(self.room / 'ada.zip', 'w') as archive:
            archive.writestr('../../a1_1.cpp', '1')
            archive.writestr('/tmp/evil.cpp', '2')
        collect(self.assignment, self.room / 'ada.zip', self.room / 'out')
        self.assertEqual([path.name for path in (self.room / 'out').iterdir()], ['a1_1.cpp'])

    def graded(self, ones, jobs=1):
        """A class whose submissions are graded by a function instead of by a process."""
        said = []
        whole = Class(None, self.assignment, self.room, {id: id.title() for id in ones}, self.room / 'out', 'seed',
                      '2027s', said.append)
        whole.one = lambda id: ones[id]
        import kit.grading
        grader, kit.grading.Grader = kit.grading.Grader, unittest.mock.MagicMock()
        try:
            whole.grade(jobs)
        finally:
            kit.grading.Grader = grader
        return said

    def test_everybody_has_a_row_and_a_feedback(self):
        nothing = {'assignment': 'a1', 'points': 0, 'of': 100, 'tasks': [], 'trouble': 'nothing was handed in'}
        self.graded({'ada': self.report(3), 'ben': nothing})
        rows = list(csv.DictReader((self.room / 'out/grades.csv').read_text().splitlines()))
        self.assertEqual([(row['id'], row['points'], row['remark']) for row in rows],
                         [('ada', '21', ''), ('ben', '0', 'nothing was handed in')])
        self.assertIn('nothing was handed in', (self.room / 'out/feedback/ben.md').read_text())
        self.assertIn('1 submissions', (self.room / 'out/summary.md').read_text())

    def test_the_project_has_a_leaderboard_and_other_assignments_have_none(self):
        self.assertNotIn('leaderboard', results(self.assignment, self.report(3)))
        self.assignment = Assignment('project')
        reports = {}
        for id, came in (('ada', '119.5'), ('ben', '112.25'), ('eve', ''), ('kim', '10.5')):
            reports[id] = self.report()
            checks = reports[id]['tasks'][0]['checks']
            checks[-1]['came'] = came
            for check in checks[:3]:
                check['passed'] = id != 'kim' or not check['check'].endswith('alone')
        self.assertEqual(results(self.assignment, reports['ben'])['leaderboard'],
                         [{'name': 'negative ELBO in nats', 'value': 112.25, 'order': 'asc'}])
        for id in ('eve', 'kim'):  # no bound, and one whose examples know of each other
            self.assertNotIn('leaderboard', results(self.assignment, reports[id]))
        self.assertEqual(leaderboard(self.assignment, reports)[-2:], ['| 1 | ben | 112.25 |', '| 2 | ada | 119.5 |'])

    def test_what_is_done_is_not_done_again_unless_the_files_or_the_seed_change(self):
        submission = self.room / 'ada'
        submission.mkdir()
        (submission / 'a1_1.cpp').write_text('1')
        whole = Class(None, self.assignment, self.room, {'ada': ''}, self.room / 'out', 'seed', '2027s', print)
        report = {**self.report(), 'digest': digest(submission), 'term': '2027s', 'seed': whole.mark()}
        whole.result('ada').write_text(json.dumps(report))
        self.assertEqual(whole.one('ada'), report)
        whole.seed = 'another'
        self.assertIsNone(whole.known('ada', submission))
        whole.seed = 'seed'
        (submission / 'a1_1.cpp').write_text('2')
        self.assertIsNone(whole.known('ada', submission))

    def test_the_summary_puts_what_most_failed_first(self):
        lines = summary(self.assignment, [self.report(1), self.report(0)]).splitlines()
        rows = [line for line in lines if line.startswith('| a1')]
        self.assertIn(' 0 of 2 ', rows[0])
        self.assertIn(' 1 of 2 ', rows[-1])

    def test_feedback_says_the_same_trouble_once(self):
        self.assertEqual(feedback(self.report(), 'Ada').count('it is wrong'), len(self.assignment.tasks))

    def test_results_keep_to_the_rules_of_gradescope(self):
        for report in (self.report(3), {'points': 0, 'of': 100, 'tasks': []}):
            form = results(self.assignment, report)
            self.assertLessEqual(set(form), {'tests', 'output', 'output_format', 'visibility'})
            self.assertEqual(sum(test['max_score'] for test in form['tests']), 100)
            for test in form['tests']:
                self.assertEqual(set(test), {'name', 'number', 'score', 'max_score', 'status', 'output',
                                             'output_format', 'visibility'})
                self.assertIn(test['score'], (0, test['max_score']))
                self.assertEqual(test['status'], 'passed' if test['score'] else 'failed')
                self.assertEqual((test['output_format'], test['visibility']), ('text', 'visible'))
                self.assertRegex(test['number'], r'^\d+\.\d+$')
            json.dumps(form)


if __name__ == '__main__':
    unittest.main()
