"""Mistakes by rule: every operator, small number, call and `if` of a source is one that could be wrong."""

import hashlib
import re

FOLDERS = 'nn', 'models'
# What is drawn for practice has no right answer; terminals, signals and the launch of processes are
# tried by other means.
LEFT_OUT = ('nn/data/glyphs.cpp', 'nn/data/melodies.cpp', 'nn/data/sprites.cpp', 'nn/data/toys.cpp',
            'nn/parallel/mpi.cpp', 'nn/train/interrupt.cpp', 'nn/train/progress.cpp')
EXCHANGED = {'+': '-', '-': '+', '*': '/', '/': '*', '<': '<=', '<=': '<', '>': '>=', '>=': '>',
             '==': '!=', '!=': '==', '&&': '||', '||': '&&', '+=': '-=', '-=': '+='}
OTHER_NUMBER = {'0': '1', '1': '2', '2': '1', '0.5': '1.0'}
NO_CALL = {'if', 'for', 'while', 'switch', 'return', 'throw', 'catch', 'static_assert'}


def masked(text):
    """The text with comments, strings and lines for the preprocessor blanked out."""
    def blank(found):
        return re.sub(r'[^\n]', '_', found.group())
    text = re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|(?m:^#.*$)', blank, text)
    return re.sub(r'.*(::kill\(|static_assert).*', blank, text)  # no signals to others


def closing(text, opening):
    """Where the bracket ends that begins there."""
    depth = 0
    for i in range(opening, len(text)):
        depth += {'(': 1, ')': -1}.get(text[i], 0)
        if depth == 0:
            return i
    return None


def changes(text):
    """All (begin, end, replacement) of a source."""
    code = masked(text)
    for found in re.finditer(r'(?<=\s)(\+=|-=|<=|>=|==|!=|&&|\|\||[-+*/<>])(?=\s)', code):
        yield *found.span(), EXCHANGED[found.group()]
    for found in re.finditer(r'(?<![\w.])(0\.5|[012])(?![\w.])', code):
        yield *found.span(), OTHER_NUMBER[found.group()]
    for found in re.finditer(r'\bif (?=\()', code):
        end = closing(code, found.end())
        if end and ';' not in code[found.end():end]:
            yield found.end(), end + 1, f'(!{text[found.end():end + 1]})'
    for found in re.finditer(r'(?<=[;{})]\n) +(?:\+\+|--)?([\w:.\[\]]|->)+(?=\()', code):
        end = closing(code, found.end())
        if end and code[end + 1] == ';' and found.group().strip() not in NO_CALL:
            yield found.start(), end + 2, ';'


def line_of(text, at):
    begin = text.rfind('\n', 0, at) + 1
    return ' '.join(text[begin:text.index('\n', at)].split())


def draw(root, count, seed):
    """So many of all mistakes by rule, as (file, changed text, title).

    Which ones depends on the lines and not on their numbers, so that most stay when the code moves on.
    """
    found = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob('*.cpp')):
            file = str(path.relative_to(root))
            if file in LEFT_OUT:
                continue
            text = path.read_text()
            for begin, end, replacement in changes(text):
                changed = text[:begin] + replacement + text[end:]
                before, after = line_of(text, begin + 1), line_of(changed, begin + 1)
                title = f'{before} -> {after}' if replacement != ';' else f'{before} -> nothing'
                found.setdefault((file, title), changed)
    order = sorted(found, key=lambda key: hashlib.sha256(f'{seed} {key}'.encode()).digest())
    return [(file, found[file, title], title) for file, title in order[:count]]
