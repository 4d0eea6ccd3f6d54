#!/usr/bin/env bash
# xtensor 0.25 with xsimd 13.2 (Debian 13): what an element becomes depends on where in the array it stands.
#
# With XTENSOR_USE_XSIMD an array is computed in batches, by xsimd's functions, and what is left over at its end
# element by element, by the standard library's. One expects the same value from both but for the last bit. But
# the two part company at the corners, so equal inputs give unlike outputs in one array, and an array one
# element longer changes the others:
#
# - pow(0, 0) is 0 in a batch and 1 at the end: xsimd takes exp(y log(x)), and 0 where x = 0 and y >= 0.
#   A Bernoulli likelihood written as p^k (1 - p)^(1 - k) becomes 0 instead of 1.
# - atan2(0, 0) is NaN in a batch (it divides) and 0 at the end.
# - hypot is sqrt(x² + y²) in a batch and overflows early; the end knows better.
# - fmax(1, NaN) is NaN in a batch and 1 at the end; fmax(NaN, 1) is 1 in both. xsimd 14.3 has it the other way
#   round: there fmax(NaN, 1) is NaN.
#
# Guard such inputs yourself (xt::where), and test functions on arrays longer than a batch and not a multiple of it.
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1, libxsimd-dev 13.2.0-1 (of trixie), g++ 12.2,
# 2026-11 (the first and the last of 17 equal elements):
#     pow(0, 0)          0 and 1
#     atan2(0, 0)        -nan and 0
#     hypot(1e20, 1e20)  inf and 1.41421e+20
#     fmax(1, NaN)       nan and 1
# xtensor 0.27.1 with xsimd 14.3.0 does the same in the first three.
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
(cd debs && "${apt[@]}" download libxtensor-dev=0.25.0-2 xtl-dev=0.7.7-1 libxsimd-dev=13.2.0-1 >/dev/null)
for package in debs/*.deb; do dpkg-deb -x "$package" headers; done

cat >corners.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>

using Array = xt::xtensor<float, 1>;

bool differ(const char* name, const Array& values) { // batches of 4 (or 8, 16): the last of 17 is left over
    const float first = values(0), last = values(16);
    std::printf("%-18s %g and %g\n", name, first, last);
    return !(first == last);
}

int main() {
    const Array zero = xt::zeros<float>({17}), one = xt::ones<float>({17});
    const Array large = 1e20f * one, nan = NAN * one;
    bool all = differ("pow(0, 0)", xt::pow(zero, zero));
    all &= differ("atan2(0, 0)", xt::atan2(zero, zero));
    all &= differ("hypot(1e20, 1e20)", xt::hypot(large, large));
    all &= differ("fmax(1, NaN)", xt::fmax(one, nan));
    return all ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -DXTENSOR_USE_XSIMD -isystem headers/usr/include corners.cpp -o corners
./corners
