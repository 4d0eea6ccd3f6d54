"""Grades what one student has written: each task alone, with the framework's own functions around it."""

import shutil

from kit.fit import unfit
from kit.judging import failed, judge, points


class Grader:
    """What all submissions of an assignment have in common."""

    def __init__(self, build, assignment, seed, term, trusted=False):
        self.build = build
        self.trusted = trusted  # what is compiled is the kit's own
        self.assignment = assignment
        self.seed = seed
        self.drawn = assignment.drawn(term)['name']
        self.judge = build.programs(assignment.name)

    def prepare(self):
        """Compiles what is needed for every task, once."""
        if not self.trusted:
            self.build.check_nobody()
        for task in self.assignment.tasks:
            if task.cut:
                self.build.stripped(task)

    def probe(self, task, source, folder):
        """Builds the probe of one task; returns what went wrong."""
        trouble = unfit(source.read_text(encoding='utf-8', errors='replace'), self.assignment.forbidden)
        if trouble:
            return f'{task.source} is not compiled: {trouble}'
        own, room = folder / 'student.o', None if self.trusted else folder
        shutil.copyfile(source, folder / task.source)
        (folder / task.source).chmod(0o644)
        trouble = self.build.compile(folder / task.source, own, room=room)
        if trouble:
            return f'{task.source} does not compile: {trouble}'
        program = folder / 'probe'
        if task.cut:
            trouble = self.build.link(self.assignment.name, program, before=[own, self.build.stripped(task)], room=room)
        else:
            trouble = self.build.link(self.assignment.name, program, stub=task.source, own=own, room=room)
        return f'{task.source} does not link: {trouble}' if trouble else ''

    def verdicts(self, task, source, folder, drawn=None):
        """What the judge says of each check of a task."""
        if not source.is_file():
            return failed(task.names(), f'{task.source} is missing')
        folder.mkdir(parents=True)
        try:
            trouble = self.probe(task, source, folder)
            if trouble:
                return failed(task.names(), trouble)
            return judge(self.judge, folder / 'probe', task.names(), self.seed, drawn or self.drawn)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def task(self, task, source, folder):
        """The line of a task in a report."""
        verdicts = self.verdicts(task, source, folder)
        return {'task': task.id, 'title': task.title, 'points': points(task, verdicts),
                'of': task.points, 'checks': verdicts}
