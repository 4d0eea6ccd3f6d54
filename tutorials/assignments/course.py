#!/usr/bin/env python3
"""The course kit: assignments that grade themselves.

    course.py list                                  assignments, tasks, points, chapters
    course.py release a1 --out DIR --term 2027s     a folder for students
    course.py check [a1.2]                          inside a release: build, judge, hint
    course.py verify a1                             the grader graded
    course.py grade a1 DIR --roster roster.csv      many submissions
    course.py autograder a1 --out a1.zip            for Gradescope

Each says more with --help.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from kit.assignment import ROOT, Assignment, Trouble, names


def say(words):
    print(words, flush=True)


def note(words):
    """Progress, which is no result."""
    print(words, file=sys.stderr, flush=True)


def opened(options):
    """The build folder that an option names."""
    from kit.build import Build
    work = Path(options.build) / 'course'
    work.mkdir(parents=True, exist_ok=True)
    return Build(options.build, work, note, options.jobs)


def do_list(options):
    from kit.page import count
    for name in names():
        assignment = Assignment(name)
        say(f'{name}  {assignment.title}: {count(assignment.tasks)}, {assignment.points} points, '
            f'chapter {assignment.chapter}')
        for task in assignment.tasks:
            say(f'    {task.id}  {task.points:3} points  {len(task.checks)} checks  {task.title}')


def do_verify(options):
    from kit.verify import verify
    wrong = verify(opened(options), Assignment(options.assignment), options.term, options.only,
                   options.family, options.jobs, say)
    return 1 if wrong else 0


def do_release(options):
    from kit.release import release
    release(Assignment(options.assignment), options.out, options.term)
    say(f'{options.out} and {options.out}.zip: {options.assignment} for {options.term}, no answer in it')


def do_check(options):
    from kit.check import check
    if not (ROOT / 'tasks').is_dir():
        raise Trouble('check is for a release: course.py release a1 --out DIR makes one')
    return 0 if check(Assignment(names()[0]), options.task, options.all, options.prints, say) else 1


def seed_of(options):
    """What the graded checks are drawn from: the instructor's secret, or else the names of the term and the
    assignment."""
    secret = Path(options.secret).read_text(encoding='utf-8').strip() if options.secret else ''
    return f'graded {options.assignment} {options.term} {secret}'


def do_grade(options):
    from kit.grading import Class, read_roster
    if not Path(options.folder).is_dir():
        raise Trouble(f'there is no folder {options.folder}')
    whole = Class(opened(options), Assignment(options.assignment), options.folder,
                  read_roster(options.roster), options.out, seed_of(options), options.term, say)
    whole.grade(options.jobs)
    say(f'{options.out}: grades.csv, summary.md, feedback/, results/')


def do_one(options):
    from kit.autograder import results
    from kit.grading import grade_one
    assignment = Assignment(options.assignment)
    form = (lambda report: results(assignment, report)) if options.gradescope else (lambda report: report)
    grade_one(opened(options), assignment, Path(options.submission), sys.stdin.read(), options.term,
              Path(options.result), form)


def do_prepare(options):
    from kit.submission import Grader
    Grader(opened(options), Assignment(options.assignment), '', '').prepare()


def do_autograder(options):
    from kit.autograder import autograder
    autograder(Assignment(options.assignment), options.out, options.term, seed_of(options))
    say(f'{options.out}: setup.sh and run_autograder for {options.assignment}, term {options.term}')


def parser():
    whole = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = whole.add_subparsers(dest='command', required=True, metavar='COMMAND')

    def command(name, run, words):
        each = commands.add_parser(name, help=words, description=words)
        each.set_defaults(run=run)
        return each

    def with_build(each):
        each.add_argument('--build', default=str(ROOT / 'build'), help='the build folder (%(default)s)')
        each.add_argument('--jobs', type=int, default=os.cpu_count(), help='how many at a time (%(default)s)')

    command('list', do_list, 'assignments, their tasks and points')
    release = command('release', do_release, 'a folder and a zip file for students')
    release.add_argument('assignment')
    release.add_argument('--out', required=True, metavar='DIR', help='a folder that is not there yet')
    release.add_argument('--term', default='2027s', help='which decides the drawn task (%(default)s)')
    check = command('check', do_check, 'inside a release: builds what has changed, and says what fails')
    check.add_argument('task', nargs='?', help='one task alone, as a1.3')
    check.add_argument('--all', action='store_true', help='every check, not the first that fails')
    check.add_argument('--prints', action='store_true', help='show what your code prints')
    verify = command('verify', do_verify, 'the grader graded: reference, stubs, mutants')
    verify.add_argument('assignment')
    verify.add_argument('--term', default='2027s', help='which decides the drawn task (%(default)s)')
    verify.add_argument('--only', default='', metavar='WORD', help='suspects whose line contains it')
    verify.add_argument('--family', action='store_true', help='all members of the family, not the term\'s alone')
    with_build(verify)
    grade = command('grade', do_grade, 'grades a folder that has a folder or a zip file for each student')
    grade.add_argument('assignment')
    grade.add_argument('folder', metavar='DIR')
    grade.add_argument('--roster', required=True, help='a CSV file with columns id and name')
    grade.add_argument('--out', default='graded', metavar='DIR', help='where the results go (%(default)s)')
    grade.add_argument('--term', default='2027s', help='as it was released (%(default)s)')
    grade.add_argument('--secret', metavar='FILE', help='holds what nobody can guess; decides the numbers')
    with_build(grade)
    one = command('one', do_one, 'grades one submission; the seed is read from standard input')
    one.add_argument('assignment')
    one.add_argument('submission')
    one.add_argument('--result', required=True, metavar='FILE')
    one.add_argument('--term', default='2027s')
    one.add_argument('--gradescope', action='store_true', help='the result in Gradescope\'s form')
    with_build(one)
    prepare = command('prepare', do_prepare, 'compiles what all submissions share')
    prepare.add_argument('assignment')
    with_build(prepare)
    zipped = command('autograder', do_autograder, 'a zip file for Gradescope')
    zipped.add_argument('assignment')
    zipped.add_argument('--out', required=True, metavar='FILE.zip')
    zipped.add_argument('--term', default='2027s', help='as it was released (%(default)s)')
    zipped.add_argument('--secret', metavar='FILE', help='holds what nobody can guess; decides the numbers')
    return whole


def end(*_):
    raise KeyboardInterrupt


def main():
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, end)  # the one way to be interrupted that works in the background too
    try:
        return options.run(options) or 0
    except ModuleNotFoundError as missing:
        print(f'course.py: this is not for a release: it has no {missing.name}', file=sys.stderr)
        return 2
    except Trouble as trouble:
        print(f'course.py: {trouble}', file=sys.stderr)
        return 2
    except OSError as error:  # a file that is not there, a program that is not installed
        print(f'course.py: {error.filename or ""}: {error.strerror or error}', file=sys.stderr)
        return 2
    except UnicodeDecodeError as error:
        print(f'course.py: a file that should be text is none: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print('course.py: interrupted', file=sys.stderr)
        return 130


if __name__ == '__main__':
    sys.exit(main())
