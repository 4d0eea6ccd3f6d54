#!/usr/bin/env bash
# What the README promises, on another Debian: configures, compiles with -Werror and tests this checkout
# there, with g++ and with clang, and prints a table.
#
#     tests/systems.sh [--in FOLDER] [--library] bookworm|trixie|sid|arm64
#
# The system is installed by debootstrap into a folder of its own, from the mirror of this machine's own
# apt, with the packages that the README names. It is deleted in the end, unless --in names a folder, where
# it and what was built are used again. arm64 is trixie with a cross compiler; there the library's tests
# run under emulation, and with --library they are all that is run elsewhere too. Needs root.
set -euo pipefail
unset OPENBLAS_CORETYPE  # pins the matrix product to old kernels where it is set
source=$(readlink -f "$(dirname "$0")/..")
library_tests=(autograd "autograd in double" nn "nn in double" models "models in double" "tutorial support")

stop() { echo "[systems] $*" >&2; exit 2; }
usage="expected [--in FOLDER] [--library] bookworm|trixie|sid|arm64"
folder='' all=true
while [[ ${1-} == --* ]]; do
    case $1 in
        --in) folder=${2?"[systems] $usage"}; shift 2 ;;
        --library) all=false; shift ;;
        *) stop "$usage, got $1" ;;
    esac
done
system=${1-}
case $system in
    bookworm|trixie|sid) suite=$system ;;
    arm64) suite=trixie all=false ;;
    *) stop "$usage, got ${system:-nothing}" ;;
esac
[ "$(id -u)" = 0 ] || stop "expected to be root, who may install a system and change into it"
command -v debootstrap >/dev/null || stop "expected debootstrap (apt install debootstrap)"

# --- the folder, and how it is left -----------------------------------------------------------------
root=${folder:-$(mktemp -d --tmpdir systems.XXXXXX)}
mkdir -p "$root" && root=$(readlink -f "$root")

leave() {
    trap - EXIT INT TERM
    for mounted in dev/shm sys proc; do
        while mountpoint -q "$root/$mounted"; do umount --lazy "$root/$mounted"; done
    done
    if [ -z "$folder" ]; then rm -rf --one-file-system "$root"; fi
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

inside() {
    chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 CI=1 \
        DEBIAN_FRONTEND=noninteractive CXXFLAGS=-Werror "$@"
}
at_home() { inside sh -c 'cd /tapestry && exec "$@"' sh "$@"; }

# --- the system -------------------------------------------------------------------------------------
# Says what it does, and more only if that fails.
quietly() {
    echo "$system: $1" >&2
    shift
    "$@" >"$root/log" 2>&1 || { tail -n 30 "$root/log" >&2; stop "failed: $*"; }
}

# The packages of the README's command.
packages() {
    awk '$0 == "<!-- train -->" { seen = 1 } seen && /^```/ { if (inside) exit; inside = 1; next } inside' \
        "$source/README.md" | tr -d '\\\n' \
        | sed -n 's/.*apt-get install -y --no-install-recommends \([^&]*\)&&.*/\1/p'
}
tools=(clang libomp-dev git python3 binutils doxygen libjs-mathjax chromium chromium-driver python3-selenium
       qemu-user-static)
needed=$(packages)
[ -n "$needed" ] || stop "expected the README's command, which installs packages; found none"

if [ ! -e "$root/installed" ]; then
    release=$(. /etc/os-release; echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
    [ -n "$mirror" ] || stop "expected a mirror of $release in apt's sources"
    quietly "debootstrap" debootstrap --variant=minbase "$suite" "$root" "$mirror"
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/dev/shm"
mount -t proc proc "$root/proc"
mount --bind -o ro /sys "$root/sys"
mount -t tmpfs tmpfs "$root/dev/shm"
if [ ! -e "$root/installed" ]; then
    # As on this machine: whether a mirror that stands still is too old is not for us to say.
    apt-config dump | grep -E '^Acquire::Check-(Valid-Until|Date) ' >"$root/etc/apt/apt.conf.d/mirror" || true
    if [ "$system" = arm64 ]; then inside dpkg --add-architecture arm64; fi
    quietly "apt-get update" inside apt-get update
    if [ "$system" = arm64 ]; then
        # Libraries of that architecture, where they can be had, and tools that run here.
        of_arm64() {
            case $1 in
                g++) echo crossbuild-essential-arm64 ;;
                *-dev) if inside apt-get -s install "$1:arm64" >/dev/null 2>&1; then echo "$1:arm64"; else echo "$1"; fi ;;
                *) echo "$1" ;;
            esac
        }
        needed="$(for package in $needed; do of_arm64 "$package"; done) "
        tools=(clang libomp-dev:arm64 git python3 binutils qemu-user-static)
    fi
    # shellcheck disable=SC2086
    quietly "the README's packages" inside apt-get install -y --no-install-recommends $needed
    quietly "clang and the site's tools" inside apt-get install -y --no-install-recommends "${tools[@]}"
    touch "$root/installed"
fi

# --- this checkout there ------------------------------------------------------------------------------
mkdir -p "$root/tapestry"
git -C "$source" -c "safe.directory=$source" ls-files -z \
    | tar -C "$source" --null -T - -c | tar -C "$root/tapestry" --no-same-owner -x
version() { inside dpkg-query -W -f '${Version}\n' "$1" | head -n 1 | sed 's/.*://; s/[-+].*//'; }
if [ "$system" = arm64 ]; then name="Debian $(cat "$root/etc/debian_version"), arm64 emulated"
else name="Debian $(cat "$root/etc/debian_version")"; fi
xtensor="$(version libxtensor-dev) / $(version libxtensor-blas-dev) / $(version libxsimd-dev)"

compiler_version() {
    if [ "$system" = arm64 ] && [ "$1" = g++ ]; then set -- aarch64-linux-gnu-g++; fi
    inside "$1" -dumpfullversion -dumpversion | head -n 1
}

row() {
    local compiler=$1 build=build-$1 configure=(meson setup) configured=yes compiled=yes tests=- site=- browser=-
    if [ "$system" = arm64 ]; then
        configure+=(--cross-file tests/arm64.ini)
        if [ "$compiler" = clang++ ]; then
            printf '[binaries]\nc = ["clang", "--target=aarch64-linux-gnu"]\n%s\n' \
                'cpp = ["clang++", "--target=aarch64-linux-gnu"]' >"$root/clang.ini"
            configure+=(--cross-file /clang.ini)
        fi
    fi
    local names=() patience=4
    if ! $all; then names=("${library_tests[@]}") configure+=(-Doptimization=1); fi
    if [ "$system" = arm64 ]; then patience=30; fi
    local log=$root/tapestry/$build.log
    echo "$system: $compiler; the log is $log" >&2
    if [ -e "$root/tapestry/$build/build.ninja" ]; then configure+=(--reconfigure)
    else rm -rf "${root:?}/tapestry/$build"; fi
    if at_home env CXX="$compiler" "${configure[@]}" "$build" >"$log" 2>&1; then
        rm -f "$root/tapestry/$build/meson-logs/testlog.json"
        at_home meson test -C "$build" --timeout-multiplier "$patience" "${names[@]}" >>"$log" 2>&1 || failed=1
        if [ -e "$root/tapestry/$build/meson-logs/testlog.json" ]; then
            tests=$(at_home python3 tests/count.py "$build")
            site=$(at_home python3 tests/count.py --test site "$build")
            browser=$(at_home python3 tests/count.py --test browser "$build")
        else
            compiled=no failed=1
        fi
    else
        configured=no compiled=- failed=1
    fi
    table+="| $name | $compiler $(compiler_version "$compiler") | $xtensor "
    table+="| $configured | $compiled | $tests | $site | $browser |"$'\n'
}
failed=0
table="| system | compiler | xtensor / xtensor-blas / xsimd | configures | compiles with -Werror | test cases | site | browser |
|---|---|---|---|---|---|---|---|
"
for compiler in g++ clang++; do row "$compiler"; done
printf '%s' "$table"
exit $failed
