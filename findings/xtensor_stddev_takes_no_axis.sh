#!/usr/bin/env bash
# xtensor 0.25 (Debian 13): stddev(m, 0) is not the deviation along axis 0, and ddof 2 is 1.
#
# mean(m, 0) and sum(m, 0) reduce axis 0, so one expects the same of stddev(m, 0), as in NumPy. But where
# variance and stddev get an integer, it is ddof: stddev(m, 0) is one number, over all elements. The expression
# (m - mean(m, 0)) / stddev(m, 0) compiles, broadcasts that number, and scales every column of the data alike.
# stddev(m, {0}) is the column's.
#
# And with axes, variance(m, {0}, ddof) divides by (elements - ddof) / columns in whole numbers. With ddof = 1
# that gives rows - 1, as it should, by luck of the rounding; with ddof = 2 and two columns or more rows - 1
# again, and not rows - 2.
#
# Output seen, with libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (of trixie), g++ 12.2, 2026-11; 0.27.1 is the same:
#     m = [[1, 10], [2, 20], [3, 30], [4, 40]]
#     mean(m, 0)      dimension 1: 2.5 25
#     stddev(m, 0)    dimension 0: 13.7727
#     stddev(m, {0})  dimension 1: 1.11803 11.1803
#     variance(m, {0}, ddof) for ddof 0, 1, 2: 1.25 1.66667 1.66667 (expected 1.25 1.66667 2.5)
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

cat >deviation.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>

void print(const char* name, const xt::xarray<double>& result) {
    std::printf("%-15s dimension %zu:", name, result.dimension());
    for (double value : result) std::printf(" %g", value);
    std::puts("");
}

int main() {
    const xt::xarray<double> m = {{1, 10}, {2, 20}, {3, 30}, {4, 40}};
    const xt::xarray<double> mean = xt::mean(m, 0), one = xt::stddev(m, 0), columns = xt::stddev(m, {0});
    print("mean(m, 0)", mean);
    print("stddev(m, 0)", one);
    print("stddev(m, {0})", columns);
    double first[3];
    for (int ddof : {0, 1, 2}) first[ddof] = xt::xarray<double>(xt::variance(m, {0}, ddof))(0);
    std::printf("variance(m, {0}, ddof) for ddof 0, 1, 2: %g %g %g (expected 1.25 1.66667 2.5)\n", first[0], first[1],
                first[2]);
    return mean.dimension() == 1 && one.dimension() == 0 && columns.dimension() == 1 && first[2] == first[1] ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include deviation.cpp -o deviation
./deviation
