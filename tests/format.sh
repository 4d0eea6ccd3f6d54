#!/bin/sh
# Is every source formatted by .clang-format? Versions of clang-format differ in what that means, so one
# is asked. Exit code 77 tells meson that the test was skipped.
set -eu
version=14
cd "$(dirname "$0")/.."
format=$(command -v clang-format-$version || command -v clang-format) \
    || { echo "skipped: clang-format is not installed"; exit 77; }
found=$("$format" --version | sed 's/.*version \([0-9]*\).*/\1/')
[ "$found" = "$version" ] || { echo "skipped: clang-format is version $found, not $version"; exit 77; }
git rev-parse --git-dir >/dev/null 2>&1 || { echo "skipped: not a git checkout"; exit 77; }
git ls-files '*.hpp' '*.cpp' | xargs "$format" --dry-run -Werror
