"""A zip file for Gradescope: its root holds setup.sh and run_autograder. It runs the same without
Gradescope, in any Debian that has /autograder/source and /autograder/submission."""

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path

from kit.assignment import HERE, Trouble
from kit.judging import ranked, sentence
from kit.release import ROOM, install_command, rooms

SETUP = '''#!/usr/bin/env bash
# Installs what is needed and builds the framework, the judge and what all submissions share.
set -euo pipefail
cd /autograder/source
export DEBIAN_FRONTEND=noninteractive
{install}
chmod -R go-rwx seed tapestry/tutorials  # compilers of submissions run as nobody
cd tapestry
meson setup build -Doptimization=1
python3 {room}/course.py prepare {name} --build build --jobs 1  # two compilers need more than 768 MB
'''

RUN = '''#!/usr/bin/env bash
# Grades /autograder/submission. The results are written again after each task.
cd /autograder/source/tapestry
mkdir -p /autograder/results
exec python3 {room}/course.py one {name} /autograder/submission --build build --term '{term}' \\
    --result /autograder/results/results.json --gradescope < ../seed
'''


def results(assignment, report):
    """A report in Gradescope's form. There is no `score` at the top, which would override the sum."""
    graded = {each['task']: each for each in report['tasks']}
    tests = []
    for number, task in enumerate(assignment.tasks, 1):
        verdicts = {v['check']: v for v in graded.get(task.id, {'checks': []})['checks']}
        for part, (name, (points, what)) in enumerate(task.checks.items(), 1):
            verdict = verdicts.get(f'{task.id}.{name}')
            passed = bool(verdict and verdict['passed'])
            output = ('right' if passed else sentence(verdict) + f'\nHint: {task.hint}' if verdict
                      else 'not graded: the time was up before')
            tests.append({'name': f'{task.id}.{name}: {what}', 'number': f'{number}.{part}',
                          'score': points if passed else 0, 'max_score': points,
                          'status': 'passed' if passed else 'failed', 'output': output,
                          'output_format': 'text', 'visibility': 'visible'})
    found = {'output': report.get('trouble', ''), 'output_format': 'text', 'visibility': 'visible',
             'tests': tests}
    value = ranked(assignment, report)
    if value is not None:
        board = assignment.facts['leaderboard']
        found['leaderboard'] = [{'name': board['name'], 'value': value, 'order': board['order']}]
    return found


def autograder(assignment, out, term, seed):
    """Writes the zip file."""
    out = Path(out)
    if out.suffix != '.zip':
        raise Trouble(f'{out} should end with .zip')
    words = {'install': install_command(), 'room': ROOM, 'name': assignment.name, 'term': term}
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        room = Path(folder)
        (room / 'tapestry').mkdir()
        rooms(assignment, room / 'tapestry')  # with the answers: not for students
        shutil.copytree(HERE, room / 'tapestry' / ROOM, ignore=shutil.ignore_patterns('__pycache__'))
        (room / 'setup.sh').write_text(SETUP.format(**words))
        (room / 'run_autograder').write_text(RUN.format(**words))
        (room / 'seed').write_text(seed)
        for path in sorted(room.rglob('*')):
            if path.is_file():
                if path.name in ('setup.sh', 'run_autograder'):
                    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
                archive.write(path, path.relative_to(room))
