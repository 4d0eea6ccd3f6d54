#!/usr/bin/env bash
# xtensor 0.25 (Debian 13): isclose(infinity, 1) is true, so allclose passes what has overflowed.
#
# One expects no finite number to be close to infinity; NumPy says so. xtensor treats infinity apart only where
# both numbers are infinite. With one, it asks whether |a - b| <= rtol · max(|a|, |b|), which is inf <= inf: true
# for every positive rtol. A test that checks a result with xt::allclose passes when the result is inf all over.
# NaN against a number is false, as expected. Check xt::isfinite as well, or compare in a loop of your own.
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (of trixie), g++ 12.2, 2026-11; 0.27.1 is the same:
#     isclose(inf, 1): true    isclose(-inf, 1): true    isclose(inf, -inf): false    isclose(nan, 1): false
#     allclose({inf, inf, inf}, {1, 2, 3}): true
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

cat >close.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>

int main() {
    using Array = xt::xarray<double>;
    const auto word = [](bool value) { return value ? "true" : "false"; };
    const Array a = {INFINITY, -INFINITY, INFINITY, NAN}, b = {1, 1, -INFINITY, 1};
    const xt::xarray<bool> close = xt::isclose(a, b);
    for (std::size_t i = 0; i < 4; ++i) std::printf("isclose(%g, %g): %s    ", a(i), b(i), word(close(i)));
    const bool all = xt::allclose(Array{INFINITY, INFINITY, INFINITY}, Array{1, 2, 3});
    std::printf("\nallclose({inf, inf, inf}, {1, 2, 3}): %s\n", word(all));
    return close(0) && close(1) && !close(2) && !close(3) && all ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include close.cpp -o close
./close
