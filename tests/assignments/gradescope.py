#!/usr/bin/env python3
"""The zip file for Gradescope in a bare Debian, laid out by Gradescope's rules: setup.sh, a right
submission, and one that is killed on the way. As root, with debootstrap installed:

    python3 tests/assignments/gradescope.py a1 /tmp/bookworm [--memory 768]

The folder becomes a Debian if it is none yet. Prints the seconds of each step and what the results say.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tutorials/assignments'))

from kit.assignment import Assignment
from kit.autograder import autograder
from kit.source import answer

TERM = '2027s'
CGROUP = Path('/sys/fs/cgroup/memory/gradescope')


class Box:
    """A Debian with /autograder, in namespaces of its own."""

    def __init__(self, tree):
        self.tree = tree
        self.room = tree / 'autograder'

    def bootstrap(self):
        if not (self.tree / 'usr/bin/apt-get').exists():
            subprocess.run(['debootstrap', '--variant=minbase', 'bookworm', self.tree], check=True,
                           stdout=subprocess.DEVNULL)
        for name in ('hosts', 'resolv.conf'):
            shutil.copy(f'/etc/{name}', self.tree / 'etc')

    def lay_out(self, archive):
        shutil.rmtree(self.room, ignore_errors=True)
        for name in ('source', 'submission', 'results'):
            (self.room / name).mkdir(parents=True)
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                path = zipped.extract(info, self.room / 'source')
                os.chmod(path, info.external_attr >> 16 or 0o644)
        shutil.copy(self.room / 'source/run_autograder', self.room)

    def start(self, command):
        mounts = (f'mount -t proc proc {self.tree}/proc && mount -t tmpfs tmpfs {self.tree}/tmp && '
                  f'mount --bind /dev {self.tree}/dev && cd / && exec env -i HOME=/root '
                  f'PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot {self.tree} sh -c "cd /autograder && {command}"')
        return subprocess.Popen(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', mounts],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=self.limit)

    def limit(self):
        if CGROUP.is_dir():
            (CGROUP / 'cgroup.procs').write_text('0')

    def results(self):
        try:
            return json.loads((self.room / 'results/results.json').read_text())
        except OSError:
            return {'tests': []}


def timed(what, process):
    begun = time.monotonic()
    said = process.communicate()[0]
    print(f'{what}: {time.monotonic() - begun:.0f} s', flush=True)
    if process.returncode != 0:
        sys.exit(f'{what} failed:\n{said[-3000:]}')


def check_schema(assignment, form):
    """Gradescope's rules, field by field."""
    assert 'score' not in form  # it would override the sum
    assert sum(test['max_score'] for test in form['tests']) == assignment.points
    for test in form['tests']:
        assert test['status'] in ('passed', 'failed') and test['output_format'] == 'text'
        assert test['visibility'] == 'visible' and 0 <= test['score'] <= test['max_score']
        assert all(isinstance(test[key], str) for key in ('name', 'number', 'output'))
    return sum(test['score'] for test in form['tests'])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('assignment')
    parser.add_argument('tree', type=Path)
    parser.add_argument('--memory', type=int, metavar='MB', help='limit it as Gradescope does (cgroup of version 1)')
    options = parser.parse_args()
    assignment, box = Assignment(options.assignment), Box(options.tree.resolve())
    box.bootstrap()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / 'a.zip'
        autograder(assignment, archive, TERM, 'a seed')
        box.lay_out(archive)
    if options.memory:
        CGROUP.mkdir(exist_ok=True)
        (CGROUP / 'memory.limit_in_bytes').write_text(f'{options.memory}M')
    timed('setup.sh', box.start('source/setup.sh'))
    for task in assignment.tasks:
        text = answer(assignment, task, assignment.drawn(TERM))
        (box.room / 'submission' / task.source).write_text(text)
    timed('run_autograder, all right', box.start('./run_autograder'))
    points = check_schema(assignment, box.results())
    print(f'points: {points} of {assignment.points}')
    assert points == assignment.points

    killed = box.start('./run_autograder')
    (box.room / 'results/results.json').unlink()
    while not any(test['score'] for test in box.results()['tests']):
        time.sleep(0.2)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    points = check_schema(assignment, box.results())
    late = sum('time was up' in test['output'] for test in box.results()['tests'])
    print(f'killed after the first task that earned points: {points} points, {late} checks not graded')
    assert 0 < points < assignment.points and late > 0
    if options.memory:
        print(f'most memory: {int((CGROUP / "memory.max_usage_in_bytes").read_text()) >> 20} MB, page cache included')


if __name__ == '__main__':
    main()
