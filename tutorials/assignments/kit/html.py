"""Makes a page of the Markdown that a release's README is written in: headings, paragraphs, lists, tables, code,
bold face and italics. No more than that."""

import html
import re

FRAME = '''<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 17px/1.55 Georgia, serif; color: #222; }}
code, pre {{ font: 14px/1.45 monospace; background: #f3f2ee; }}
pre {{ padding: .7rem 1rem; overflow-x: auto; }}
table {{ border-collapse: collapse; }} th, td {{ padding: .2rem .8rem .2rem 0; text-align: left;
border-bottom: 1px solid #ddd; vertical-align: top; }}
</style></head><body>
{body}
</body></html>
'''


def inline(text):
    """Code, bold face and italics; everything else stands for itself."""
    pieces = re.split(r'(`[^`]+`)', ' '.join(text.split()))
    shown = []
    for piece in pieces:
        if len(piece) > 2 and piece[0] == piece[-1] == '`':
            shown.append(f'<code>{html.escape(piece[1:-1])}</code>')
        else:
            piece = re.sub(r'\*\*(.+?)\*\*', r'<b>\1</b>', html.escape(piece, quote=False))
            shown.append(re.sub(r'(?<!\w)\*(\w.*?)\*', r'<i>\1</i>', piece))
    return ''.join(shown)


def table(lines):
    rows = [[inline(cell) for cell in line.strip().strip('|').split('|')] for line in lines]
    row = lambda cells, tag: '<tr>' + ''.join(f'<{tag}>{cell.strip()}</{tag}>' for cell in cells) + '</tr>'
    return '<table>' + row(rows[0], 'th') + ''.join(row(cells, 'td') for cells in rows[2:]) + '</table>'


def block(text):
    """One block: what stands between blank lines."""
    lines = text.split('\n')
    heading = re.fullmatch(r'(#+) (.*)', text)
    if heading:
        level = len(heading[1])
        return f'<h{level}>{inline(heading[2])}</h{level}>'
    if all(line.startswith('    ') for line in lines):
        return '<pre>' + html.escape('\n'.join(line[4:] for line in lines)) + '</pre>'
    if lines[0].startswith('|'):
        return table(lines)
    if lines[0].startswith('- '):
        items = re.split(r'^- ', text, flags=re.M)[1:]
        return '<ul>' + ''.join(f'<li>{inline(item)}</li>' for item in items) + '</ul>'
    return f'<p>{inline(text)}</p>'


def page(markdown, title):
    shown = []
    for number, part in enumerate(re.split(r'^```\w*\n(.*?)^```$', markdown, flags=re.M | re.S)):
        if number % 2:
            shown.append(f'<pre>{html.escape(part)}</pre>')
        else:
            shown += [block(each.strip('\n')) for each in re.split(r'\n\s*\n', part) if each.strip()]
    return FRAME.format(title=html.escape(title), body='\n'.join(shown))
