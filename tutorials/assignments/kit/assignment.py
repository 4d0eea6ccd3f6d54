"""Reads what an assignment is: its tasks, their checks and points."""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent


class Trouble(Exception):
    """What is wrong, in one line."""


class Task:
    """A function to be written."""

    def __init__(self, facts, chapter):
        self.id = facts['id']  # a1.3
        self.chapter = facts.get('chapter', chapter)  # with the section to read again
        self.title = facts['title']
        self.hint = facts['hint']
        self.section = facts['section']
        self.checks = facts['checks']  # name: [points, what it looks at]
        self.file = facts.get('file')
        self.cut = facts.get('cut', [])
        self.helpers = facts.get('helpers', [])
        self.declared = facts.get('declared', {})
        self.answer = facts.get('answer')  # a file of the instructor's, if the framework has no such function

    @property
    def source(self):
        """The name of the student's file."""
        return self.id.replace('.', '_') + '.cpp'

    @property
    def points(self):
        return sum(points for points, _ in self.checks.values())

    def names(self):
        """Of its checks, as the judge knows them."""
        return [f'{self.id}.{name}' for name in self.checks]


class Assignment:
    """A folder with tasks.json, stubs, a probe and checks."""

    def __init__(self, name):
        self.name = name
        self.folder = HERE / name
        path = self.folder / 'tasks.json'
        if not path.is_file():
            raise Trouble(f'there is no assignment {name}; there are: {", ".join(names())}')
        self.facts = json.loads(path.read_text(encoding='utf-8'))
        self.title = self.facts['title']
        self.chapter = self.facts['chapter']
        self.tasks = [Task(each, self.chapter) for each in self.facts['tasks']]
        self.removed = self.facts.get('removed', [])  # files of the framework that are an answer
        self.shared = self.facts.get('shared', {})  # functions that several answers use, by file
        self.forbidden = self.facts.get('forbidden', [])  # words that no student's file may have

    @property
    def points(self):
        return sum(task.points for task in self.tasks)

    def task(self, id):
        for task in self.tasks:
            if task.id == id:
                return task
        raise Trouble(f'there is no task {id}; there are: {", ".join(each.id for each in self.tasks)}')

    @property
    def chapters(self):
        """The one that it belongs to, and others that its tasks name."""
        return list(dict.fromkeys([self.chapter, *(task.chapter for task in self.tasks)]))

    def section(self, task):
        """What to read again for a task, in words."""
        return task.section if task.chapter == self.chapter else f'{task.chapter}: {task.section}'

    @property
    def family_task(self):
        return self.facts['family']['task'] if 'family' in self.facts else ''

    def family(self):
        """The family of the term's task with its answers. Not in a release."""
        if 'family' not in self.facts:
            return {'members': []}
        return json.loads((self.folder / self.facts['family']['file']).read_text(encoding='utf-8'))

    def drawn(self, term):
        """The member of the family that a term has: the same every time."""
        members = self.family()['members']
        number = int.from_bytes(hashlib.sha256(f'{self.name} {term}'.encode()).digest()[:8], 'big')
        return members[number % len(members)] if members else {'name': ''}


def names():
    """Of all assignments, in order."""
    return sorted(path.parent.name for path in HERE.glob('*/tasks.json'))
