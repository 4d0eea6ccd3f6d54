#!/usr/bin/env bash
# What the README promises, on another Debian: configures, compiles with -Werror and tests this checkout
# there, and prints a table with a row for each compiler.
#
#     tests/systems.sh [--in FOLDER] [--library] bookworm|trixie|sid|arm64 [COMPILER...]
#
# Compilers are g++ and clang++. The system is installed by debootstrap into a folder of its own, from the
# mirror of this machine's own apt, with the packages that the README names. It is deleted in the end,
# unless --in names a folder, where it and what was built are used again. arm64 is trixie with a cross
# compiler; there the tests of the library run under emulation, and with --library they are all that is
# run elsewhere too. Needs root. The exit code is 1 if a row has a fault, and 2 if the system could not be
# installed, as without a network.
set -euo pipefail
unset OPENBLAS_CORETYPE  # pins the matrix product to old kernels where it is set
source=$(readlink -f "$(dirname "$0")/..")
library_tests=(autograd "autograd in double" nn "nn in double" models "models in double" "tutorial support")

stop() { echo "[systems] $*" >&2; exit 2; }
usage="expected [--in FOLDER] [--library] bookworm|trixie|sid|arm64 [g++|clang++]..."
folder='' all=true
while [[ ${1-} == --* ]]; do
    case $1 in
        --in) folder=${2:?"[systems] $usage"}; shift 2 ;;
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
shift
compilers=("$@")
[ $# != 0 ] || compilers=(g++ clang++)
for compiler in "${compilers[@]}"; do
    case $compiler in g++|clang++) ;; *) stop "$usage, got $compiler" ;; esac
done
[ "$(id -u)" = 0 ] || stop "expected to be root, who may install a system and change into it"
command -v debootstrap >/dev/null || stop "expected debootstrap (apt install debootstrap)"

# --- the folder, and how it is left -----------------------------------------------------------------
root=${folder:-$(mktemp -d --tmpdir systems.XXXXXX)}
mkdir -p "$root" && root=$(readlink -f "$root")

leave() {
    trap - EXIT INT TERM
    for mounted in dev/pts dev/shm sys proc; do
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

# The packages that the README's commands install.
packages() {
    awk '/^<!-- (train|test) -->/ { seen = 1 } seen && /^```/ { seen = inside = !inside; next } inside' \
        "$source/README.md" | tr -d '\\\n' | grep -o 'apt-get install [^&;|)]*' | tr ' ' '\n' \
        | grep -Ev '^(apt-get|install|-.*|)$'
}
mapfile -t needed < <(packages)
[ ${#needed[@]} -gt 5 ] || stop "expected the README's command, which installs packages; found ${needed[*]-none}"
needed+=(git python3 binutils qemu-user-static)
if [[ " ${compilers[*]} " == *clang* ]]; then needed+=(clang libomp-dev); fi
if $all; then
    needed+=(doxygen libjs-mathjax chromium chromium-driver python3-selenium libopenmpi-dev openmpi-bin)
fi

if [ ! -e "$root/installed" ]; then
    release=$(. /etc/os-release; echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
    [ -n "$mirror" ] || stop "expected a mirror of $release in apt's sources"
    quietly "debootstrap" debootstrap --variant=minbase "$suite" "$root" "$mirror"
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/dev/shm" "$root/dev/pts"
mount -t proc proc "$root/proc" && mount --bind -o ro /sys "$root/sys" \
    && mount -t tmpfs tmpfs "$root/dev/shm" \
    && mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" || stop "expected to be allowed to mount file systems"
if [ ! -e "$root/installed" ]; then
    # As on this machine: whether a mirror that stands still is too old is not for us to say.
    apt-config dump | grep -E '^Acquire::Check-(Valid-Until|Date) ' >"$root/etc/apt/apt.conf.d/mirror" || true
    if [ "$system" = arm64 ]; then inside dpkg --add-architecture arm64; fi
    quietly "apt-get update" inside apt-get update
    touch "$root/installed"
fi
# Libraries of that architecture, where they can be had, and tools that run here.
for_arm64() {
    case $1 in
        g++) echo crossbuild-essential-arm64 ;;
        *-dev) if inside apt-get -s install "$1:arm64" >/dev/null 2>&1; then echo "$1:arm64"; else echo "$1"; fi ;;
        *) echo "$1" ;;
    esac
}
if [ "$system" = arm64 ]; then
    mapfile -t needed < <(for package in "${needed[@]}"; do for_arm64 "$package"; done)
fi
quietly "packages" inside apt-get install -y --no-install-recommends "${needed[@]}"

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
for compiler in "${compilers[@]}"; do row "$compiler"; done
printf '%s' "$table"
exit $failed
