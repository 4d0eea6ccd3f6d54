"""The page of an assignment in Markdown: words from page.md, tasks from tasks.json and the heads of the
stubs. The site weaves it, a release has it in its README."""

import re

CHECKED = '''Your file is compiled alone, beside the framework's own versions of all other tasks, so a mistake
costs once. It becomes a program of its own that another one asks: arrays go in, values and gradients come
out, and are compared with the function in plain loops and with differences of it, to eight digits. The
public checks, `./check`, and those for the grade are the same ones with other numbers and, where they
vary, other shapes. The program has no files, no network, one process, ten seconds and half a gigabyte for
a check; what it prints is not graded.'''


def statement(assignment, task):
    """What the head of a task's stub says, without its first sentence, which is the task's name."""
    lines = []
    for line in (assignment.folder / 'stubs' / task.source).read_text(encoding='utf-8').splitlines():
        if not line.startswith('//'):
            break
        lines.append(line[3:])
    return re.sub(r'Task [\w.]+: .*?[.?!](?=\s|$)', '', '\n'.join(lines), count=1, flags=re.S).strip()


def parts(assignment):
    """The words before the line @tasks of page.md, and those after it."""
    text = (assignment.folder / 'page.md').read_text(encoding='utf-8')
    before, after = text.split('@tasks\n')
    return before.strip(), after.strip()


def questions(text):
    """The numbers of the written questions in page.md, or of the answers in instructor.md."""
    return [int(number) for number in re.findall(r'^\*\*Question (\d+)[.(]', text, re.M)]


def checks(task):
    rows = [f'| `{name}` | {points} | {what} |' for name, (points, what) in task.checks.items()]
    return '\n'.join(['| check | points | what it looks at |', '|:--|--:|:--|', *rows])


def heading(assignment):
    """Of the page; the project's title says already what it is."""
    return assignment.title if assignment.name == 'project' else f'Assignment {assignment.name}: {assignment.title}'


def count(tasks):
    return '1 task' if len(tasks) == 1 else f'{len(tasks)} tasks'


def page(assignment, prose=str, section=None, hint=None):
    """The page below its title. `prose` renders words, `section` what to read again for a task as a link, `hint`
    a hint as something to be opened."""
    section = section or assignment.section
    before, after = parts(assignment)
    total = sum(len(task.checks) for task in assignment.tasks)
    rows = [f'| {task.id} | {task.title} | {task.points} | {section(task)} |' for task in assignment.tasks]
    text = [prose(before), prose('## Tasks'),
            f'{count(assignment.tasks)}, {total} checks, {assignment.points} points.',
            '\n'.join(['| task | what to write | points | read again |', '|:--|:--|--:|:--|', *rows])]
    for task in assignment.tasks:
        text += [prose(f'### {task.id} {task.title}'), prose(statement(assignment, task)), prose(checks(task))]
        text += [hint(prose(task.hint))] if hint else []
    text += [prose('## How it is checked'), prose(assignment.facts.get('how', CHECKED)), prose(after)]
    return '\n\n'.join(text) + '\n'
