"""The grader graded: the framework's own functions earn everything, untouched stubs nothing, and each
mutant loses exactly the checks that mutants.json lists for it."""

import json
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kit.assignment import Trouble
from kit.release import release
from kit.source import answer
from kit.submission import Grader


class Suspect:
    """A file that is graded, and what should come of it."""

    def __init__(self, task, what, text, fails, cause='', member=None):
        self.task, self.what, self.text, self.fails, self.cause = task, what, text, set(fails), cause
        self.member = member  # of the family, if not the term's


def mutated(text, mutant):
    """The text with the changes of a mutant, each of which fits in exactly one place."""
    for original, replacement in mutant['changes']:
        if text.count(original) != 1:
            raise Trouble(f'stale: "{original}" is {text.count(original)} times in the reference of '
                          f'{mutant["task"]} ({mutant["what"]})')
        text = text.replace(original, replacement)
    return text


def mutants(assignment, listed):
    """Changes of the reference, or of another right answer."""
    bases = {base['name']: '\n'.join(base['text']) for base in listed['bases']}
    members = {each['name']: each for each in assignment.family()['members']}
    for mutant in listed['mutants']:
        task, member = assignment.task(mutant['task']), mutant.get('member')
        if not mutant['fails'] or set(mutant['fails']) - set(task.checks):
            raise Trouble(f'{task.id} ({mutant["what"]}): expected checks that it fails, got {mutant["fails"]}')
        text = bases[mutant['base']] if 'base' in mutant else answer(assignment, task, members.get(member))
        yield Suspect(task, mutant['what'], mutated(text, mutant), mutant['fails'], mutant.get('cause', ''),
                      member)


def suspects(assignment, term, whole_family):
    listed = json.loads((assignment.folder / 'mutants.json').read_text(encoding='utf-8'))
    for task in assignment.tasks:
        yield Suspect(task, 'reference', answer(assignment, task, assignment.drawn(term)), [])
        stub = (assignment.folder / 'stubs' / task.source).read_text(encoding='utf-8')
        yield Suspect(task, 'untouched stub', stub, task.checks)
    for base in listed['bases']:
        yield Suspect(assignment.task(base['task']), f'another right answer, {base["name"]}',
                      '\n'.join(base['text']), [])
    for member in assignment.family()['members'] if whole_family else []:
        task = assignment.task(assignment.family_task)
        yield Suspect(task, f'reference of {member["name"]}', answer(assignment, task, member), [],
                      member=member['name'])
    yield from mutants(assignment, listed)


def examine(grader, number, suspect, folder):
    """What is wrong with the verdicts on a suspect, or nothing."""
    room = folder / str(number)
    room.mkdir()
    source = room / suspect.task.source
    source.write_text(suspect.text, encoding='utf-8')
    verdicts = grader.verdicts(suspect.task, source, room / 'probe', suspect.member)
    broken = next((v['trouble'] for v in verdicts if re.search('does not compile|is not compiled', v['trouble'])), '')
    if broken:  # which loses everything, and shows nothing
        return broken
    lost = {v['check'].removeprefix(suspect.task.id + '.') for v in verdicts if not v['passed']}
    if lost != suspect.fails:
        said = next((v['trouble'] for v in verdicts if v['trouble']), '')
        return f'should lose {sorted(suspect.fails)}, loses {sorted(lost)} {said}'
    causes = [v['cause'] for v in verdicts if v['cause']]
    if suspect.cause and not any(suspect.cause in cause for cause in causes):
        return f'should be told "{suspect.cause}", is told {causes}'
    return ''


def leaked(assignment, term):
    """What a release gives away, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            release(assignment, Path(folder) / 'release', term)
        except Trouble as trouble:
            return str(trouble)
    return ''


def verify(build, assignment, term, only, whole_family, jobs, say):
    """Prints a line for each suspect; returns how many are not as they should be."""
    grader = Grader(build, assignment, 'seed of verify', term, trusted=True)
    chosen = [s for s in suspects(assignment, term, whole_family) if only in f'{s.task.id} {s.what}']
    leak = leaked(assignment, term)
    say(f'{assignment.name} release: ' + (f'WRONG: {leak}' if leak else 'no answer in it'))
    grader.prepare()
    wrong = int(bool(leak))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        work = lambda pair: examine(grader, *pair, Path(folder))
        for suspect, trouble in zip(chosen, pool.map(work, enumerate(chosen))):
            wrong += bool(trouble)
            lost = ', '.join(sorted(suspect.fails)) or 'nothing'
            say(f'{suspect.task.id} {suspect.what}: ' + (f'WRONG: {trouble}' if trouble else f'loses {lost}'))
    checks = sum(len(task.checks) for task in assignment.tasks)
    broken = sum(1 for s in chosen if 0 < len(s.fails)) - sum(1 for s in chosen if s.what == 'untouched stub')
    say(f'{assignment.name}: {len(assignment.tasks)} tasks, {checks} checks, {broken} mutants; '
        f'{len(chosen)} files judged, {wrong} mistakes')
    return wrong
