#!/bin/sh
# On a processor without AVX, which is emulated, the program given as $1 must say so in one line and end,
# rather than meet an illegal instruction. Exit code 77 tells meson that the test was skipped.
set -eu
emulator=$(command -v qemu-x86_64-static || command -v qemu-x86_64) \
    || { echo "skipped: there is no qemu-user"; exit 77; }
"$1" >/dev/null  # here it runs
code=0
said=$("$emulator" -cpu Nehalem "$1" 2>&1 >/dev/null) || code=$?
echo "exit code $code, $said"
[ "$code" = 1 ]
[ "$said" = "[processor] expected avx, for which this program was compiled, got a processor without \
it: build it on this machine, with -Dnative=true" ]
