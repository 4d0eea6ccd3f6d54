"""Cuts functions out of the framework's sources, by what they begin with."""

import re

from kit.assignment import ROOT, Trouble

# A gradient formula of a docstring: from the first "x̄ +=" on.
FORMULA = re.compile('(?:\u0101|\\w\u0304) [+−]=')


def span(text, begins, path):
    """Where the function with this beginning stands, with what belongs to it above: to the blank line
    before it. It must begin like this once, and ends with a brace at the beginning of a line."""
    found = [m.start() for m in re.finditer('^' + re.escape(begins), text, re.M)]
    if len(found) != 1:
        raise Trouble(f'stale: "{begins}" begins {len(found)} functions in {path}')
    above = text.rfind('\n\n', 0, found[0])
    end = re.compile(r'\n}\n').search(text, found[0])
    if end is None:
        raise Trouble(f'stale: no end of "{begins}" in {path}')
    return above + 2, end.end()


def function(task_file, begins):
    """The text of a function of the framework."""
    text = (ROOT / task_file).read_text(encoding='utf-8')
    begin, end = span(text, begins, task_file)
    return text[begin:end]


def without(path, beginnings):
    """The text of a file of the framework without these functions."""
    text = (ROOT / path).read_text(encoding='utf-8')
    for begins in beginnings:
        begin, end = span(text, begins, path)
        text = text[:begin] + text[end:].lstrip('\n')
    return text


def reference(task):
    """The framework's own functions as a student's file: what it includes, what it uses, and they."""
    text = (ROOT / task.file).read_text(encoding='utf-8')
    includes = re.findall(r'^#include .*\n', text, re.M)
    using = re.findall(r'^using .*\n', text, re.M)
    helpers = [function(task.file, begins) for begins in task.helpers]
    functions = [function(task.file, begins) for begins in task.cut]
    return '\n'.join([''.join(includes), 'namespace autograd {\n', ''.join(using), 'namespace {\n',
                      *helpers, '}  // namespace\n', *functions, '}  // namespace autograd\n'])


def drawn_reference(family, member):
    """The same for a member of a family."""
    text = '\n'.join(family['reference'])
    for key, words in member.items():
        text = text.replace(f'@{key}@', words)
    return text + '\n'


def answer(assignment, task, member):
    """A right answer to a task as a student would hand it in."""
    if task.cut:
        return reference(task)
    if task.answer:
        return (assignment.folder / task.answer).read_text(encoding='utf-8')
    return drawn_reference(assignment.family(), member)


def formula(text, path, declaration):
    """Where the answer begins and ends that stands in the comment above a declaration: to the end of its
    paragraph. `declaration` is a line, or a pair: the line, and with what the answer begins, if that is not
    the first gradient."""
    line, begins = (declaration, None) if isinstance(declaration, str) else declaration
    if text.count(f'\n{line}\n') != 1:
        raise Trouble(f'stale: "{line}" is not one line of {path}')
    at = text.index(f'\n{line}\n')
    above = re.search(r'(?:///.*\n)*///.*\Z', text[:at])
    doc = above[0] if above else ''
    found = FORMULA.search(doc) if begins is None else re.search(re.escape(begins), doc)
    if found is None:
        raise Trouble(f'stale: no answer is written above "{line}" in {path}')
    begin = at - len(doc) + found.start()
    paragraph = text.find('\n///\n', begin, at)
    return begin, at if paragraph < 0 else paragraph


def blanked(text, path, declarations, task_id):
    """The text of a header with the formulas above these declarations left to the reader."""
    for declaration in declarations:
        begin, end = formula(text, path, declaration)
        what = 'Its gradients' if isinstance(declaration, str) else 'The rest'
        text = f'{text[:begin]}{what}: task {task_id}.{text[end:]}'
    return text


def formula_lines(path, declarations):
    """What `blanked` takes away, line by line."""
    text = (ROOT / path).read_text(encoding='utf-8')
    for declaration in declarations:
        begin, end = formula(text, path, declaration)
        yield from (line.removeprefix('///').strip() for line in text[begin:end].split('\n'))


def code(line):
    """A line without the comment behind its code. A line that is a comment stays."""
    return re.sub(r'(?<=\S)\s*//.*', '', line.strip())


def answer_lines(assignment, task, stub):
    """Lines of a task's answer that give it away: long, and not given in the stub."""
    given = {code(line) for line in stub.splitlines()}
    texts = [function(task.file, begins) for begins in task.cut]
    if task.answer:
        texts = [(assignment.folder / task.answer).read_text(encoding='utf-8')]
    lines = {code(line) for text in texts for line in text.splitlines()}
    return {line for line in lines if len(line) >= 20} - given
