#!/usr/bin/env bash
# xtensor 0.25 (Debian 13): the mean of floats is a double that was added up in float.
#
# xt::mean of an array of float has the value type double, so one expects it as good as a double: 0.1 for ten
# million times 0.1. It is 0.108794. The sum runs in float, one element after the other, and only the division by
# the number is done in double. At 2^20 an addition of .1 is rounded to .125, at 2^21 to 0: the mean of a large
# array can be anything. variance and stddev inherit both errors. NumPy adds floats in pairs and is right to six
# digits. xt::mean<double>(x) adds in double; so does xt::variance<double>(x).
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (of trixie), g++ 12.2, 2026-11; 0.27.1 is the same:
#     of ten million .1f: mean 0.108794 (in a double), mean<double> 0.1
#     of forty million:   mean 0.0524288
#     stddev of ten million .1f, which is 0: 0.0087937
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

cat >average.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <type_traits>
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>

int main() {
    const xt::xarray<float> ten = xt::ones<float>({10'000'000}) * .1f, forty = xt::ones<float>({40'000'000}) * .1f;
    const auto mean = xt::mean(ten)();
    const bool is_double = std::is_same_v<std::decay_t<decltype(mean)>, double>;
    const double right = xt::mean<double>(ten)(), of_forty = xt::mean(forty)(), deviation = xt::stddev(ten)();
    std::printf("of ten million .1f: mean %g (in a %s), mean<double> %g\n", double(mean),
                is_double ? "double" : "float", right);
    std::printf("of forty million:   mean %g\n", of_forty);
    std::printf("stddev of ten million .1f, which is 0: %g\n", deviation);
    return is_double && std::abs(right - .1) < 1e-8 && mean > .105 && of_forty < .09 && deviation > .005 ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include average.cpp -o average
./average
