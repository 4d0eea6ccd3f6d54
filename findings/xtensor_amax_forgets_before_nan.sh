#!/usr/bin/env bash
# xtensor 0.25 (Debian 13): a NaN makes amax and amin forget all that stood before it.
#
# From amax({3, 1, NaN, 2}) one expects NaN, as in NumPy, or 3, the largest number. It is 2: the reduction keeps
# t1 > t2 ? t1 : t2, so a NaN replaces the 3, and 2 replaces the NaN. What comes out is the largest number behind
# the last NaN. The largest gradient or error of an array looks harmless, and no NaN says that something was lost;
# only a NaN in the last place is seen. argmax, which compares otherwise, still points at the 3.
# xt::nanmax passes over NaN properly; to keep NaN, ask xt::any(xt::isnan(x)) first.
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (of trixie), g++ 12.2, 2026-11; 0.27.1 is the same:
#     of {3, 1, NaN, 2}: amax 2, amin 2, nanmax 3, nanmin 1, argmax at 3
#     of {3, 1, 2, NaN}: amax nan
#
# Needs Debian with apt, g++ and a network; installs nothing. Fails when the behaviour has changed.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

# An apt of its own, which knows the packages of trixie, on the mirror of this machine.
release=$(. /etc/os-release; echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
mkdir -p lists/partial cache/archives/partial debs
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
apt=(apt-get -q -o Dir::Etc::sourcelist="$place/sources.list" -o Dir::Etc::sourceparts=/dev/null
     -o Dir::State::lists="$place/lists" -o Dir::Cache="$place/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null
(cd debs && "${apt[@]}" download libxtensor-dev=0.25.0-2 xtl-dev=0.7.7-1 >/dev/null)
for package in debs/*.deb; do dpkg-deb -x "$package" headers; done

cat >largest.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xsort.hpp>

int main() {
    const xt::xarray<double> x = {3, 1, NAN, 2}, last = {3, 1, 2, NAN};
    const double largest = xt::amax(x)(), smallest = xt::amin(x)(), end = xt::amax(last)();
    std::printf("of {3, 1, NaN, 2}: amax %g, amin %g, nanmax %g, nanmin %g, argmax at %g\n", largest, smallest,
                double(xt::nanmax(x)()), double(xt::nanmin(x)()), x(xt::argmax(x)()));
    std::printf("of {3, 1, 2, NaN}: amax %g\n", end);
    return largest == 2 && smallest == 2 && std::isnan(end) ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include largest.cpp -o largest
./largest
