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
    return text.replace('@value@', member['value']).replace('@slope@', member['slope']) + '\n'


def blanked(text, path, declarations, task_id):
    """The text of a header with the gradients of these declarations left to the reader."""
    lines = text.split('\n')
    for declaration in declarations:
        if lines.count(declaration) != 1:
            raise Trouble(f'stale: "{declaration}" is not one line of {path}')
        begin = end = lines.index(declaration)
        while lines[begin - 1].startswith('///'):
            begin -= 1
        doc = '\n'.join(lines[begin:end])
        formula = FORMULA.search(doc)
        if formula is None:
            raise Trouble(f'stale: no gradient is written above "{declaration}" in {path}')
        rest = doc[formula.start():]
        kept = rest[rest.index('\n'):] if '\n' in rest else ''
        lines[begin:end] = (doc[:formula.start()] + f'Its gradients: task {task_id}.' + kept).split('\n')
    return '\n'.join(lines)


def answer_lines(task, stub):
    """Lines of the cut functions that give the answer away: long, not given in the stub, and not
    written anywhere else in the framework."""
    given = {line.strip() for line in stub.splitlines()}
    lines = {line.strip() for begins in task.cut for line in function(task.file, begins).splitlines()}
    return {line for line in lines if len(line) >= 20} - given
