"""What a student's file may not do while it is compiled: read other files into itself; and what a linker says
of it."""

import re

# Headers of the library, of the language and of C; no source, no path of the machine.
HEADER = re.compile(r'"(?:autograd|nn|models)/[\w/]+\.hpp"|<[\w./-]+>')

# A line that is comment wherever it stands: it ends no other comment, and no string either.
COMMENT = re.compile(r'\s*//(?:(?!\*/)[^"])*')


def unfit(text, forbidden=()):
    """Why a file is not compiled, or nothing. Some words are those of an answer;
    they may stand in comments, as in those of a stub, and in no name, mangled ones included."""
    text = re.sub(r'\\\r?\n', '', text).replace('%:', '#')  # as the compiler joins and reads them
    for directive, rest in re.findall(r'^[ \t]*(?:/\*.*?\*/[ \t]*)*#[ \t]*(\w+)[ \t]*(.*)$', text, re.M):
        if directive in ('include_next', 'import', 'embed'):
            return f'#{directive} is not allowed'
        if directive == 'include':
            found = HEADER.match(rest.strip())
            if found is None or '..' in found[0] or found[0].startswith('</'):
                return f'#include {rest.strip()[:60]} is not allowed: only the headers of the framework and of C++ are'
    for word in (r'\b__asm(?:__)?\b', r'\basm\b', r'##', r'\bincbin\b'):
        found = re.search(word, text)
        if found:
            return f'"{found[0]}" is not allowed'
    for word in forbidden:
        line = next((line for line in text.split('\n') if word in line and not COMMENT.fullmatch(line)), None)
        if line is not None:
            return f'"{word}" is not allowed, except in lines of comment: {line.strip()[:60]}'
    return ''


def unlinked(line):
    """Of a linker's message what is missing or there twice, without the long names of the place that says so
    and of the type of arrays."""
    found = re.search(r'(?:undefined reference to|multiple definition of) .*', line)
    return re.sub(r'xt::xarray_container<.*?xt::xtensor_expression_tag>', 'Array', found[0]) if found else line
