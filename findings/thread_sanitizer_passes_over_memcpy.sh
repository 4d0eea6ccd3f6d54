#!/usr/bin/env bash
# libtsan of GCC 12.2 (and Clang 14) on Linux: ignore_noninstrumented_modules=1 also ignores races of one's own code in memcpy.
#
# Programs with OpenMP are often run with TSAN_OPTIONS=ignore_noninstrumented_modules=1, which tools for OpenMP
# recommend: the OpenMP runtime and libraries such as OpenBLAS are not compiled with -fsanitize=thread, and what
# they do by way of memcpy, memset or free would be reported in vain. One expects that calls from one's own program,
# all of which is compiled with -fsanitize=thread, still count.
#
# They do not. Two threads copy into the same array at the same time. Without the option the race is reported, with
# it there is no word, and the exit code is 0. When the threads write the same bytes by a plain loop, whose stores
# are instrumented and not intercepted, both report it. A C++ program copies by memcpy all the time: std::copy,
# assignments of large structs, vectors. Name the runtime in a suppression instead, as in
# called_from_lib:libomp.so, which leaves one's own calls alone.
#
# Output seen, 2026-11 (is a race reported: without the option, with it), libtsan2 12.2.0-14+deb12u1 of Debian 12;
# the runtime of Clang 14.0.6 answers alike:
#     memcpy: yes no
#     a loop: yes yes
#
# Needs a g++ that links libtsan.so.2 (12 to 14). Fails when the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# An apt of its own, which knows the packages of bookworm, on the mirror of this machine.
release=$(. /etc/os-release; echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
mkdir -p lists/partial cache/archives/partial debs
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >sources.list
apt=(apt-get -q -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
     -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null
(cd debs && "${apt[@]}" download libtsan2=12.2.0-14+deb12u1 >/dev/null)
dpkg-deb -x debs/*.deb unpacked
export LD_LIBRARY_PATH=$folder/unpacked/usr/lib/$(uname -m)-linux-gnu

cat >race.cpp <<'CPP'
#include <cstdio>
#include <cstring>
#include <thread>

char both[4096];

#ifdef LOOP
static void copy(const char* from) {
    for (unsigned i = 0; i < sizeof both; ++i) both[i] = from[i];
}
#else
static void copy(const char* from) { std::memcpy(both, from, sizeof both); }
#endif

static void write(const char* from) {
    for (int i = 0; i < 1000; ++i) copy(from);
}

int main() {
    static char ones[4096], twos[4096];
    std::memset(ones, 1, sizeof ones);
    std::memset(twos, 2, sizeof twos);
    std::thread other(write, ones);
    write(twos);
    other.join();
    std::printf("%d\n", both[7]);
}
CPP

reported() {
    local said
    said=$(TSAN_OPTIONS=${2-} "./$1" 2>&1) || true
    if grep -q 'WARNING: ThreadSanitizer: data race' <<<"$said"; then echo yes; else echo no; fi
}
build() { g++ -O1 -g -fsanitize=thread -fno-builtin "${@:2}" race.cpp -o "$1" -pthread; }
build memcpy
build loop -DLOOP
by_memcpy="$(reported memcpy) $(reported memcpy ignore_noninstrumented_modules=1)"
by_loop="$(reported loop) $(reported loop ignore_noninstrumented_modules=1)"
echo "memcpy: $by_memcpy"
echo "a loop: $by_loop"
[ "$by_memcpy" = "yes no" ] && [ "$by_loop" = "yes yes" ]
