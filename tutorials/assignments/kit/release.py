"""Makes what students are handed: the framework without the functions of the tasks, a stub for each, the
judge with its public seed, and two commands."""

import json
import re
import shutil
import unicodedata
from pathlib import Path

from kit.assignment import HERE, ROOT, Trouble
from kit.html import page as html_page
from kit.page import heading, page
from kit.source import answer_lines, blanked, code, formula_lines, function, without

ROOM = Path('tutorials/assignments')
TOOL = ['course.py', 'kit/__init__.py', 'kit/assignment.py', 'kit/judging.py', 'kit/fit.py', 'kit/check.py']

README = '''# {heading}

{points} points, {hours} hours. Before you begin, read chapter {chapter} of the course. `README.html` is this
text as a page.

On a fresh Debian 12 machine, install what it needs once:

```sh
{install}
```

Then two commands. The first builds what has changed and says what fails first, with a hint; the second
shows every check:

```sh
./check
./check --all
```

You write the files in `tasks/`, and hand in those. `./check {first}` looks at one task alone,
`./check --prints` shows what your code prints. The rest of the framework is in {rooms}: read it,
but what you change there does not count.
{drawn}
## What it is about

{page}'''

DRAWN = '''
## Term {term}: {title}

Task {task}: {statement}
'''


def install_command():
    """The README's, so that there is one list."""
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    block = text[text.index('<!-- train -->'):].split('```sh\n')[1].split('```')[0]
    lines = [line for line in block.splitlines() if 'ninja -C' not in line]
    return '\n'.join(lines).replace(' dataset-fashion-mnist &&', ' python3').replace(' gnuplot-nox', '')


def drawn_statement(assignment, term, member):
    """What the term's task asks for."""
    family = assignment.facts.get('family')
    if not family:
        return ''
    return DRAWN.format(term=term, title=family['title'], task=family['task'],
                        statement='\n'.join(family['statement']).format(**member))


def rooms_in_words(assignment):
    """The folders of the framework that a release has."""
    *others, last = [f'`{room}/`' for room in assignment.facts['needs']]
    return f'{", ".join(others)} and {last}' if others else last


def readme(assignment, term, member):
    return README.format(heading=heading(assignment), rooms=rooms_in_words(assignment), points=assignment.points,
                         first=assignment.tasks[0].id, hours=assignment.facts['hours'],
                         chapter=' and chapter '.join(assignment.chapters),
                         install=install_command(), drawn=drawn_statement(assignment, term, member),
                         page=page(assignment))


def rooms(assignment, out):
    """Copies the part of the framework that an assignment needs, and its build."""
    for name in ('LICENSE', 'meson_options.txt'):
        shutil.copy(ROOT / name, out / name)
    for room in assignment.facts['needs']:
        shutil.copytree(ROOT / room, out / room)
    text = (ROOT / 'meson.build').read_text(encoding='utf-8')
    for room in re.findall(r"^subdir\('(\w+)'\)\n", text, re.M):
        if room == 'tutorials':
            text = text.replace("subdir('tutorials')", f"subdir('{ROOM}')")
        elif room not in assignment.facts['needs']:
            text = text.replace(f"subdir('{room}')\n", '')
    (out / 'meson.build').write_text(text, encoding='utf-8')


def unlisted(listing, path):
    """A meson.build without a file, which has a line of its own there."""
    name = path if path.endswith('.hpp') else path.split('/', 1)[1]
    if listing.count(f"    '{name}',\n") != 1:
        raise Trouble(f'stale: {path} has no line of its own in its meson.build')
    return listing.replace(f"    '{name}',\n", '')


def cut_functions(assignment):
    """What a release lacks of the files that it has: the functions of the tasks, and what they share."""
    cuts = {path: list(beginnings) for path, beginnings in assignment.shared.items()}
    for task in assignment.tasks:
        if task.cut and task.file not in assignment.removed:
            cuts.setdefault(task.file, []).extend(task.cut)
    return cuts


def framework(assignment, out):
    """The framework without the functions of the tasks and their gradients."""
    rooms(assignment, out)
    for path in assignment.removed:
        (out / path).unlink()
        listing = out / path.split('/')[0] / 'meson.build'
        listing.write_text(unlisted(listing.read_text(encoding='utf-8'), path), encoding='utf-8')
    declared = {}
    for task in assignment.tasks:
        for path, declarations in task.declared.items():
            declared.setdefault(path, []).append((declarations, task.id))
    for path, beginnings in cut_functions(assignment).items():
        (out / path).write_text(without(path, beginnings), encoding='utf-8')
    for path, pairs in declared.items():
        text = (ROOT / path).read_text(encoding='utf-8')
        for declarations, task_id in pairs:
            text = blanked(text, path, declarations, task_id)
        (out / path).write_text(text, encoding='utf-8')


def kit(assignment, term, member, out):
    """The student's side of this kit."""
    room = out / ROOM
    for name in TOOL:
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / name, room / name)
    shutil.copytree(HERE / 'judge', room / 'judge')
    (room / assignment.name).mkdir()
    for path in sorted(assignment.folder.glob('*.[ch]pp')):
        shutil.copy(path, room / assignment.name)
    for stub in sorted((assignment.folder / 'stubs').glob('*.cpp')):
        (out / 'tasks').mkdir(exist_ok=True)
        shutil.copy(stub, out / 'tasks')
    facts = {key: assignment.facts[key] for key in ('title', 'chapter', 'hours')}
    facts['drawn'] = member.get('name', '')
    facts['forbidden'] = assignment.forbidden
    shown = ('id', 'title', 'hint', 'section', 'chapter', 'checks')
    facts['tasks'] = [{key: each[key] for key in shown if key in each}
                      for each in assignment.facts['tasks']]
    path = room / assignment.name / 'tasks.json'
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + '\n', encoding='utf-8')

    text = (HERE / 'meson.build').read_text(encoding='utf-8')
    files = ', '.join(f"'../../tasks/{task.source}'" for task in assignment.tasks)
    own = f"written = {{'{assignment.name}': [{files}]}}\n"
    text, count = re.subn(r"^written = \{.*?\}\n", own, text, count=1, flags=re.M | re.S)
    if count != 1:
        raise Trouble('stale: meson.build of the kit does not say `written = ...`')
    (room / 'meson.build').write_text(text, encoding='utf-8')
    (out / 'check').write_text(f'#!/bin/sh\nexec python3 "$(dirname "$0")/{ROOM}/course.py" check "$@"\n')
    (out / 'check').chmod(0o755)


def release(assignment, out, term):
    """Writes the folder. Throws if a part of an answer is in it."""
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise Trouble(f'{out} is not empty')
    out.mkdir(parents=True, exist_ok=True)
    member = assignment.drawn(term)
    framework(assignment, out)
    kit(assignment, term, member, out)
    text = readme(assignment, term, member)
    (out / 'README.md').write_text(text, encoding='utf-8')
    (out / 'README.html').write_text(html_page(text, heading(assignment)), encoding='utf-8')
    found = leaks(assignment, out)
    if found:
        raise Trouble(f'{out} gives answers away: {found[0]}' + (f' and {len(found) - 1} more' if found[1:] else ''))
    shutil.make_archive(str(out), 'zip', out.parent, out.name)


# --- the leak scan --------------------------------------------------------------------------------


LONG = 20  # A shorter line tells nothing.


def squeezed(text):
    """Without blanks, and letters with bars in one form."""
    return re.sub(r'\s+', '', unicodedata.normalize('NFC', text))


def kept_code(assignment):
    """The code of the framework's other functions, the examples of its docstrings, and the judge's common part.
    What they share with an answer is no secret; another comment that quotes one is."""
    cuts, found = cut_functions(assignment), []
    for room in assignment.facts['needs']:
        for path in sorted((ROOT / room).rglob('*.[ch]pp')):
            if str(path.relative_to(ROOT)) in assignment.removed:
                continue
            text = without(path.relative_to(ROOT), cuts.get(str(path.relative_to(ROOT)), []))
            found += [*map(code, text.splitlines()), *re.findall(r'@code(.*?)@endcode', text, re.S)]
    for path in sorted((HERE / 'judge').iterdir()):
        found += map(code, path.read_text(encoding='utf-8').splitlines())
    return squeezed('\n'.join(line for line in found if not line.startswith('//')))


def chapter_lines(chapter):
    """The lesson, its experiments and worked answers, and the numbers that its runs have left. A release
    has nothing of them."""
    folder = ROOT / 'tutorials' / chapter
    files = [*folder.rglob('*.[ch]pp'), *(ROOT / 'docs/results' / chapter).rglob('results.json')]
    for path in sorted(files):
        yield from path.read_text(encoding='utf-8').splitlines()


def handed_out(assignment):
    """What a release has of the kit, stubs and page included."""
    paths = [*(HERE / name for name in TOOL), *(HERE / 'judge').iterdir(), *assignment.folder.glob('stubs/*.cpp'),
             *assignment.folder.glob('*.[ch]pp'), assignment.folder / 'tasks.json', assignment.folder / 'page.md']
    return squeezed('\n'.join(path.read_text(encoding='utf-8') for path in paths))


def secrets(assignment):
    """What may stand nowhere in a release: lines of the answers, formulas of their headers, what is the
    instructor's, and the chapter."""
    kept = kept_code(assignment)
    for task in assignment.tasks:
        stub = (assignment.folder / 'stubs' / task.source).read_text(encoding='utf-8')
        for line in answer_lines(assignment, task, stub):
            if squeezed(line) not in kept:
                yield task.id, line
        for path, declarations in task.declared.items():
            for line in formula_lines(path, declarations):
                yield task.id, line
    members = assignment.family()['members']
    hidden = assignment.facts['family']['secret'] if members else []
    given = {squeezed(text) for member in members for key, text in member.items() if key not in hidden}
    for text in (member[key] for member in members for key in hidden):
        if len(text) >= LONG and squeezed(text) not in given:
            yield assignment.family_task, text
    known = kept + handed_out(assignment)
    texts = [(path, (ROOT / path).read_text(encoding='utf-8')) for path in assignment.removed]
    texts += [(path, function(path, begins)) for path, all in assignment.shared.items() for begins in all]
    for path, text in texts:
        for line in text.splitlines():
            if len(line.strip()) >= LONG and squeezed(line) not in known:
                yield path, line.strip()
    instructor = (assignment.folder / 'instructor.md').read_text(encoding='utf-8').splitlines()
    owners = [('the instructor', instructor)]
    if not assignment.facts.get('open'):  # then the chapter is no answer
        owners += [(chapter, chapter_lines(chapter)) for chapter in assignment.chapters]
    for owner, lines in owners:
        for line in dict.fromkeys(each.strip() for each in lines):
            if len(line) >= LONG and squeezed(line) not in known:
                yield owner, line


def leaks(assignment, out):
    """Where in a release a secret stands."""
    found, all_secrets = [], [(id, secret, squeezed(secret)) for id, secret in secrets(assignment)]
    for path in sorted(Path(out).rglob('*')):
        if not path.is_file():
            continue
        text = squeezed(path.read_text(encoding='utf-8', errors='replace'))
        found += [f'{path.relative_to(out)} has "{secret}" of {id}'
                  for id, secret, without_blanks in all_secrets if without_blanks in text]
    return found
