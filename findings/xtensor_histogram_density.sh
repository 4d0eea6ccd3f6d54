#!/usr/bin/env bash
# xtensor 0.25 (Debian 13): a histogram with density = true does not integrate to 1.
#
# Its documentation says that the integral is normalized to 1, as NumPy's is. But the counts are divided by the
# number of all data, where it should be by the sum of the counts. So data outside the given edges are left
# out of the bins and still lower the density, and with weights the integral is their mean. Normalize the
# counts yourself: counts / (sum · width).
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (of trixie), g++ 12.2, 2026-11; 0.27.1 is the same:
#     edges 0, 1, 2; data .5, 1.5, 1.5, 7: densities 0.25 0.5, integral 0.75
#     weights 3, all data inside: integral 3
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

cat >density.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xtensor/xhistogram.hpp>
#include <xtensor/xtensor.hpp>

int main() {
    using Array = xt::xtensor<double, 1>;
    const Array edges = {0, 1, 2}, inside = {.5, 1.5, 1.5, .5}, outside = {.5, 1.5, 1.5, 7}, weights = {3, 3, 3, 3};
    const Array density = xt::histogram(outside, edges, true), weighted = xt::histogram(inside, edges, weights, true);
    const double integral = density(0) + density(1), of_weights = weighted(0) + weighted(1); // the bins are 1 wide
    std::printf("edges 0, 1, 2; data .5, 1.5, 1.5, 7: densities %g %g, integral %g\n", density(0), density(1),
                integral);
    std::printf("weights 3, all data inside: integral %g\n", of_weights);
    return integral == .75 && of_weights == 3 ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include density.cpp -o density
./density
