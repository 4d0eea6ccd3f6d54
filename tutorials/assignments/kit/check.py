"""What a student runs: builds what has changed, asks the judge with the public seed, shows what fails."""

import re
import subprocess
import sys

from kit.assignment import ROOT, Trouble
from kit.fit import unfit, unlinked
from kit.judging import judge, points, sentence

ROOM = 'tutorials/assignments'
BUILD = ROOT / 'build'


def configure(say):
    if (BUILD / 'build.ninja').is_file():
        return
    say('first the framework is built, which takes a minute or two')
    done = subprocess.run(['meson', 'setup', BUILD, ROOT, '-Doptimization=1'], capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if 'ERROR' in line] or [done.stdout[-300:]]
        raise Trouble(f'meson setup failed: {lines[0]}')


def watched(command):
    """Runs a build; shows on a terminal how far it is. Returns its exit code and what it said."""
    said = []
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace') as process:
        for line in process.stdout:
            said.append(line)
            step = re.match(r'\[\d+/\d+\]', line)
            if step and sys.stderr.isatty():
                print(f'\rbuilding {step[0]} ', end='', file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print('\r' + ' ' * 30 + '\r', end='', file=sys.stderr, flush=True)
    return process.returncode, ''.join(said)


def refused(assignment, tasks, folder=ROOT / 'tasks'):
    """What the grade would say of files that it does not compile."""
    found = {}
    for task in tasks:
        path = folder / task.source
        if not path.is_file():
            raise Trouble(f'tasks/{task.source} is missing')
        trouble = unfit(path.read_text(encoding='utf-8', errors='replace'), assignment.forbidden)
        if trouble:
            found[task.id] = f'is not compiled: {trouble}'
    return found


def cause(said):
    """Of what a build has said, the line that says what is wrong; not the name of a file that is compiled."""
    lines = [line for line in said.splitlines()
             if re.search('error:|undefined reference|multiple definition', line, re.I)]
    return unlinked((lines or [said[-300:].strip()])[0])


def make(assignment, say):
    """Builds; returns what to say of each of the student's files that does not compile."""
    configure(say)
    code, said = watched(['ninja', '-k', '0', '-C', BUILD, f'{ROOM}/judge_{assignment.name}',
                          f'{ROOM}/probe_{assignment.name}'])
    if code == 0:
        return {}
    broken = {}
    for task in assignment.tasks:
        found = re.search(rf'^.*tasks/({re.escape(task.source)}:.*(?:error|undefined).*)$', said, re.M)
        if found:
            broken[task.id] = f'does not compile: {found[1]}'
    if not broken:
        raise Trouble('it does not build: ' + cause(said))
    return broken


def check(assignment, only, show_all, prints, say):
    """Prints the table; returns whether everything passed."""
    tasks = [assignment.task(only)] if only else assignment.tasks
    broken = refused(assignment, tasks) or make(assignment, say)
    if broken:
        for id, message in broken.items():
            say(f'{id} {message}')
        return False
    room = BUILD / ROOM
    names = [name for task in tasks for name in task.names()]
    verdicts = judge(room / f'judge_{assignment.name}', room / f'probe_{assignment.name}', names, 'public',
                     assignment.facts['drawn'], prints=prints)
    by_name = {verdict['check']: verdict for verdict in verdicts}
    first = None
    width = max(len(task.title) for task in assignment.tasks)
    for task in tasks:
        own = [by_name[name] for name in task.names()]
        failing = [v for v in own if not v['passed']]
        first = first or (failing and (task, failing[0]))
        what = f'first failing check: {failing[0]["check"]}' if failing else 'done'
        say(f'{task.id}  {points(task, own):3} of {task.points:3}  {task.title:{width}}  {what}')
        for verdict in own if show_all else []:
            say(f'        {"pass" if verdict["passed"] else "FAIL"}  {verdict["check"]}: {described(task, verdict)}')
            if not verdict['passed']:
                say(f'              {sentence(verdict)}')
    earned = sum(points(task, [by_name[name] for name in task.names()]) for task in tasks)
    say(f'{earned} of {sum(task.points for task in tasks)} points')
    if first:
        task, verdict = first
        say(f'\n{verdict["check"]}: {described(task, verdict)}\n    {sentence(verdict)}\n'
            f'    Hint: {task.hint}\n    Read again: chapter {task.chapter}, "{task.section}"')
    return not first


def described(task, verdict):
    return task.checks[verdict['check'].removeprefix(task.id + '.')][1]
