"""Grades many submissions, each in a process of its own; what is done is not done again."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kit.assignment import HERE, Trouble
from kit.judging import ranked, sentence
from kit.submission import Grader

SECONDS = 3600  # for one submission, on a busy machine
LARGEST = 1 << 20  # bytes of one file


def read_roster(path):
    """The students: id and name."""
    with open(path, newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    if not rows or 'id' not in rows[0]:
        raise Trouble(f'{path} needs a first line with id, and name if you like')
    ids = [row['id'].strip() for row in rows]
    bad = [id for id in ids if not id or '/' in id or id.startswith('.')]
    if bad or len(set(ids)) < len(ids):
        raise Trouble(f'{path}: an id is empty, twice there, or no name of a folder')
    return {row['id'].strip(): row.get('name', '') or '' for row in rows}


def find(folder, id):
    """A student's folder or zip file."""
    for path in (folder / id, folder / f'{id}.zip'):
        if path.exists():
            return path
    return None


def collect(assignment, submission, room):
    """Copies the files of the tasks, wherever they lie in a folder or a zip file, and nothing else."""
    wanted = {task.source for task in assignment.tasks}
    room.mkdir(parents=True)
    if submission.is_file():
        with zipfile.ZipFile(submission) as archive:
            for info in archive.infolist():
                name = Path(info.filename).name
                if name in wanted and info.file_size <= LARGEST:
                    (room / name).write_bytes(archive.read(info))
        return
    for path in sorted(submission.rglob('*.cpp')):
        inside = path.is_file() and not path.is_symlink()
        if path.name in wanted and inside and path.stat().st_size <= LARGEST:
            shutil.copy(path, room / path.name)


def digest(submission):
    """Changes with what was handed in."""
    found = hashlib.sha256()
    files = [submission] if submission.is_file() else sorted(submission.rglob('*.cpp'))
    for path in files:
        if path.is_file():
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def grade_one(build, assignment, submission, seed, term, result, form=lambda report: report):
    """The report of one submission, written again after each task, so that a kill leaves what is known."""
    report = {'assignment': assignment.name, 'digest': digest(submission), 'term': term, 'done': False,
              'points': 0, 'of': assignment.points, 'tasks': []}
    save = lambda: write(result, json.dumps(form(report), ensure_ascii=False, indent=1))
    save()
    grader = Grader(build, assignment, seed, term)
    grader.prepare()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # its rooms are for their own users
        room = Path(folder) / 'submission'
        try:
            collect(assignment, submission, room)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            report['trouble'] = f'the submission cannot be read: {error}'
        for task in assignment.tasks:
            report['tasks'].append(grader.task(task, room / task.source, Path(folder) / 'probe'))
            report['points'] = sum(each['points'] for each in report['tasks'])
            report['done'] = len(report['tasks']) == len(assignment.tasks)
            save()
    return report


def write(path, text):
    """All of it or nothing."""
    part = path.with_suffix('.part')
    part.write_text(text, encoding='utf-8')
    part.rename(path)


def feedback(report, name):
    """What a student reads."""
    lines = [f'# {report["assignment"]}, {name}', '', f'{report["points"]} of {report["of"]} points', '']
    if report.get('trouble'):
        lines += [report['trouble'], '']
    for task in report['tasks']:
        lines += [f'## {task["task"]} {task["title"]}: {task["points"]} of {task["of"]}', '']
        said = set()
        for verdict in task['checks']:
            words = '' if verdict['passed'] else sentence(verdict)
            lines.append(f'- {"passed" if verdict["passed"] else "FAILED"} {verdict["check"]}'
                         + (f': {words}' if words and words not in said else ''))
            said.add(words)
        lines.append('')
    return '\n'.join(lines)


def leaderboard(assignment, reports):
    """The best first, of an assignment that has one; `reports` by student."""
    values = {id: ranked(assignment, report) for id, report in reports.items()}
    best = sorted((value, id) for id, value in values.items() if value is not None)
    if not best:
        return []
    rows = [f'| {place} | {id} | {value} |' for place, (value, id) in enumerate(best, 1)]
    return ['', '## Leaderboard', '', f'| place | student | {assignment.facts["leaderboard"]["name"]} |', '|--:|---|--:|', *rows]


def summary(assignment, reports):
    """Which check did most fail?"""
    lines = [f'# {assignment.name}: {assignment.title}', '', f'{len(reports)} submissions', '']
    if not reports:
        return '\n'.join(lines)
    points = sorted(report['points'] for report in reports)
    lines += [f'Points: lowest {points[0]}, median {points[len(points) // 2]}, highest {points[-1]} of '
              f'{assignment.points}', '', '| check | passed | |', '|---|--:|---|']
    passed = {}
    for report in reports:
        for task in report['tasks']:
            for verdict in task['checks']:
                passed.setdefault(verdict['check'], []).append(verdict['passed'])
    for name, each in sorted(passed.items(), key=lambda pair: sum(pair[1])):
        share = sum(each) / len(each)
        lines.append(f'| {name} | {sum(each)} of {len(each)} | {"█" * round(20 * share)} |')
    return '\n'.join(lines) + '\n'


class Class:
    """All submissions of a folder."""

    def __init__(self, build, assignment, folder, roster, out, seed, term, say):
        self.build, self.assignment, self.folder = build, assignment, Path(folder)
        self.roster, self.out, self.seed, self.term, self.say = roster, Path(out), seed, term, say
        self.running = set()
        for room in ('results', 'feedback'):
            (self.out / room).mkdir(parents=True, exist_ok=True)

    def result(self, id):
        return self.out / 'results' / f'{id}.json'

    def known(self, id, submission):
        """The report of an earlier run on the same files with the same seed, if it is whole."""
        try:
            report = json.loads(self.result(id).read_text(encoding='utf-8'))
        except (OSError, ValueError):
            return None
        same = (report['done'] and report['digest'] == digest(submission)
                and report['term'] == self.term and report.get('seed') == self.mark())
        return report if same else None

    def mark(self):
        """Tells seeds apart without telling them."""
        return hashlib.sha256(f'mark {self.seed}'.encode()).hexdigest()[:12]

    def one(self, id):
        """The report of a student; always one."""
        submission = find(self.folder, id)
        if submission is None:
            return self.nothing(id, 'nothing was handed in')
        report = self.known(id, submission)
        if report:
            return report
        self.result(id).unlink(missing_ok=True)
        trouble = self.work(id, submission)
        if not self.result(id).is_file():
            return self.nothing(id, f'grading failed: {trouble[:300]}')
        report = json.loads(self.result(id).read_text(encoding='utf-8'))
        if trouble:
            return {**report, 'done': False, 'trouble': f'grading stopped: {trouble[:300]}'}
        report['seed'] = self.mark()
        write(self.result(id), json.dumps(report, ensure_ascii=False, indent=1))
        return report

    def work(self, id, submission):
        """Grades one in a process of its own; returns what went wrong."""
        command = [sys.executable, HERE / 'course.py', 'one', self.assignment.name, submission,
                   '--result', self.result(id), '--build', self.build.folder, '--term', self.term]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, errors='replace') as process:
            self.running.add(process)
            try:
                said = process.communicate(self.seed, timeout=SECONDS)[1]
            except subprocess.TimeoutExpired:
                process.terminate()  # which cleans up
                return f'it took more than {SECONDS} seconds'
            finally:
                self.running.discard(process)
        return '' if process.returncode == 0 else (said.strip().splitlines() or ['?'])[-1]

    def stop(self, pool):
        """What is done is kept; what is being done is not."""
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list(self.running):
            process.terminate()

    def nothing(self, id, trouble):
        return {'assignment': self.assignment.name, 'points': 0, 'of': self.assignment.points, 'tasks': [],
                'trouble': trouble, 'done': False}

    def grade(self, jobs):
        """Grades all; prints a line for each. Returns the reports."""
        Grader(self.build, self.assignment, self.seed, self.term).prepare()
        reports = {}
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for id, report in zip(self.roster, pool.map(self.one, self.roster)):
                    reports[id] = report
                    write(self.out / 'feedback' / f'{id}.md', feedback(report, self.roster[id] or id))
                    self.say(f'{len(reports)} of {len(self.roster)}  {id}: {report["points"]} of {report["of"]}'
                             + (f'  ({report["trouble"]})' if report.get('trouble') else ''))
            except KeyboardInterrupt:
                self.stop(pool)
                raise
        self.table(reports)
        handed_in = [report for report in reports.values() if report['tasks']]
        board = leaderboard(self.assignment, reports)
        write(self.out / 'summary.md', summary(self.assignment, handed_in) + '\n'.join([*board, '']))
        return reports

    def table(self, reports):
        part = self.out / 'grades.part'
        with open(part, 'w', newline='', encoding='utf-8') as file:
            rows = csv.writer(file)
            ids = [task.id for task in self.assignment.tasks]
            rows.writerow(['id', 'name', 'points', 'of', *ids, 'remark'])
            for id, report in reports.items():
                points = {each['task']: each['points'] for each in report['tasks']}
                rows.writerow([id, self.roster[id], report['points'], report['of'],
                               *(points.get(each, 0) for each in ids), report.get('trouble', '')])
        os.replace(part, self.out / 'grades.csv')
