#!/bin/sh
# Is every source formatted by .clang-format? Exit code 77 tells meson that the test was skipped.
set -eu
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
git rev-parse --git-dir >/dev/null 2>&1 || { echo "skipped: not a git checkout"; exit 77; }
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run -Werror
