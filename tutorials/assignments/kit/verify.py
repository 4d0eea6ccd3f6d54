"""The grader graded: the framework's own functions earn everything, untouched stubs nothing, and each
mutant loses exactly the checks that mutants.json lists for it."""

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kit.assignment import Trouble
from kit.source import drawn_reference, reference
from kit.submission import Grader


class Suspect:
    """A file that is graded, and what should come of it."""

    def __init__(self, task, what, text, fails, cause=''):
        self.task, self.what, self.text, self.fails, self.cause = task, what, text, set(fails), cause


def answer(assignment, task, term):
    """The reference for a task, as a student would hand it in."""
    if task.cut:
        return reference(task)
    return drawn_reference(assignment.family(), assignment.drawn(term))


def mutated(text, mutant):
    """The reference with the changes of a mutant, each of which fits in exactly one place."""
    for original, replacement in mutant['changes']:
        if text.count(original) != 1:
            raise Trouble(f'stale: "{original}" is {text.count(original)} times in the reference of '
                          f'{mutant["task"]} ({mutant["what"]})')
        text = text.replace(original, replacement)
    return text


def suspects(assignment, term):
    for task in assignment.tasks:
        yield Suspect(task, 'reference', answer(assignment, task, term), [])
        stub = (assignment.folder / 'stubs' / task.source).read_text(encoding='utf-8')
        yield Suspect(task, 'untouched stub', stub, task.checks)
    path = assignment.folder / 'mutants.json'
    for mutant in json.loads(path.read_text(encoding='utf-8')):
        task = assignment.task(mutant['task'])
        unknown = set(mutant['fails']) - set(task.checks)
        if unknown or not mutant['fails']:
            raise Trouble(f'{mutant["task"]} ({mutant["what"]}): expected checks that it fails, got '
                          f'{mutant["fails"]}')
        text = mutated(answer(assignment, task, term), mutant)
        yield Suspect(task, mutant['what'], text, mutant['fails'], mutant.get('cause', ''))


def examine(grader, number, suspect, folder):
    """What is wrong with the verdicts on a suspect, or nothing."""
    room = folder / str(number)
    room.mkdir()
    source = room / suspect.task.source
    source.write_text(suspect.text, encoding='utf-8')
    verdicts = grader.verdicts(suspect.task, source, room / 'probe')
    lost = {v['check'].removeprefix(suspect.task.id + '.') for v in verdicts if not v['passed']}
    if lost != suspect.fails:
        said = next((v['trouble'] for v in verdicts if v['trouble']), '')
        return f'should lose {sorted(suspect.fails)}, loses {sorted(lost)} {said}'
    causes = [v['cause'] for v in verdicts if v['cause']]
    if suspect.cause and not any(suspect.cause in cause for cause in causes):
        return f'should be told "{suspect.cause}", is told {causes}'
    return ''


def verify(build, assignment, term, only, jobs, say):
    """Prints a line for each suspect; returns how many are not as they should be."""
    grader = Grader(build, assignment, 'seed of verify', term)
    chosen = [s for s in suspects(assignment, term) if only in f'{s.task.id} {s.what}']
    grader.prepare()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        work = lambda pair: examine(grader, *pair, Path(folder))
        for suspect, trouble in zip(chosen, pool.map(work, enumerate(chosen))):
            wrong += bool(trouble)
            lost = ', '.join(sorted(suspect.fails)) or 'nothing'
            say(f'{suspect.task.id} {suspect.what}: ' + (f'WRONG: {trouble}' if trouble else f'loses {lost}'))
    mutants = sum(1 for s in chosen if s.what not in ('reference', 'untouched stub'))
    say(f'{assignment.name}: {len(assignment.tasks)} tasks, '
        f'{sum(len(t.checks) for t in assignment.tasks)} checks, {mutants} mutants, {wrong} not as they should be')
    return wrong
