"""Asks the judge, and makes points of what it says."""

import json
import subprocess

from kit.assignment import Trouble


def failed(names, trouble):
    """Verdicts for checks that cannot be asked."""
    return [{'check': name, 'passed': False, 'trouble': trouble, 'what': '', 'at': '', 'expected': '',
             'came': '', 'cause': ''} for name in names]


def judge(program, probe, names, seed, drawn, seconds=10, prints=False):
    """The verdict of each check. The seed goes through a pipe, where no probe can find it."""
    question = json.dumps({'seed': seed, 'drawn': drawn, 'seconds': seconds, 'prints': prints})
    done = subprocess.run([program, probe, *names], input=question, stdout=subprocess.PIPE,
                          stderr=None if prints else subprocess.PIPE, text=True, errors='replace',
                          timeout=60 + 13 * seconds * len(names))
    if done.returncode != 0:
        raise Trouble(f'the judge failed: {(done.stderr or "").strip()[:300]}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def points(task, verdicts):
    """What a task has earned."""
    return sum(task.checks[v['check'].removeprefix(task.id + '.')][0] for v in verdicts if v['passed'])


def sentence(verdict):
    """What a failed check says."""
    if verdict['trouble']:
        return (verdict['what'] + ': ' if verdict['what'] else '') + verdict['trouble']
    words = f"{verdict['what']}: at {verdict['at']} expected {verdict['expected']}, got {verdict['came']}"
    return words + (f"; {verdict['cause']}" if verdict['cause'] else '')


def ranked(assignment, report):
    """The number of a report that assignments with a leaderboard are ranked by. None, if it has none, or fails
    a check without which it means nothing."""
    board = assignment.facts.get('leaderboard', {})
    verdicts = {v['check']: v for task in report['tasks'] for v in task['checks']}
    came = verdicts.get(board.get('check'), {}).get('came')
    fair = all(verdicts.get(each, {}).get('passed') for each in board.get('needs', []))
    return float(came) if came and fair else None
