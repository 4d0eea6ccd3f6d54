"""What a student's file may not do while it is compiled: read other files into itself."""

import re

# Headers of the library, of the language and of C; no source, no path of the machine.
HEADER = re.compile(r'"(?:autograd|nn|models)/[\w/]+\.hpp"|<[\w./-]+>')


def unfit(text, forbidden=()):
    """Why a file is not compiled, or nothing. Some words are those of an answer."""
    text = re.sub(r'\\\r?\n', '', text).replace('%:', '#')  # as the compiler joins and reads them
    for directive, rest in re.findall(r'^[ \t]*(?:/\*.*?\*/[ \t]*)*#[ \t]*(\w+)[ \t]*(.*)$', text, re.M):
        if directive in ('include_next', 'import', 'embed'):
            return f'#{directive} is not allowed'
        if directive == 'include':
            found = HEADER.match(rest.strip())
            if found is None or '..' in found[0] or found[0].startswith('</'):
                return f'#include {rest.strip()[:60]} is not allowed: only the headers of the framework and of C++ are'
    for word in (r'\b__asm(?:__)?\b', r'\basm\b', r'##', r'\bincbin\b', *(rf'\b{each}\b' for each in forbidden)):
        found = re.search(word, text)
        if found:
            return f'"{found[0]}" is not allowed'
    return ''
