#!/usr/bin/env bash
# xsimd 13.2 (Debian 13): exp is infinite from the middle of its last octave on, in float from 88.376.
#
# The largest float is 3.40e38 = e^88.7228, and std::exp is finite up to there. xsimd::exp answers with infinity
# from 127.5 ln 2 = 88.3763 on, that is from 2.41e38: the upper 29 % of the floats are out of its reach. The double
# one ends at 1023.5 ln 2 = 709.436 instead of 709.783, exp2 already at 127 and 1023, where 2^127.5 and 2^1023.5
# are numbers, and expm1 where exp does. Of a fast function one expects a wrong last digit, not an infinity. Code
# that compares x with std::log of the largest number first is not safe, and exp(x - 1) is finite where
# exp(x) / e is not. xtensor takes this function for xt::exp as soon as XTENSOR_USE_XSIMD is defined.
#
# Output seen, with libxsimd-dev 13.2.0-1 (of trixie), g++ 12.2, 2026-11; 8.1.0 and 14.3.0 end at the same place:
#     exp(88.3) = 2.23e+38, std::exp 2.23e+38
#     exp(88.5) = inf, std::exp 2.72e+38
#     exp2(127.5) = inf, std::exp2 2.41e+38
#     expm1(88.5) = inf, std::expm1 2.72e+38
#     exp(709.4) = 1.23e+308, std::exp 1.23e+308
#     exp(709.7) = inf, std::exp 1.65e+308
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
(cd debs && "${apt[@]}" download libxsimd-dev=13.2.0-1 >/dev/null)
dpkg-deb -x debs/*.deb headers

cat >early.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xsimd/xsimd.hpp>

#define SHOW(type, name, x)                                                                  \
    std::printf(#name "(%g) = %.3g, std::" #name " %.3g\n", x,                               \
                double(xsimd::name(xsimd::batch<type>(type(x))).get(0)), double(std::name(type(x))))

int main() {
    SHOW(float, exp, 88.3);
    SHOW(float, exp, 88.5);
    SHOW(float, exp2, 127.5);
    SHOW(float, expm1, 88.5);
    SHOW(double, exp, 709.4);
    SHOW(double, exp, 709.7);
}
CPP
g++ -std=c++17 -O2 -I headers/usr/include early.cpp -o early
./early | tee seen
diff seen - <<'SEEN' && echo "as described"
exp(88.3) = 2.23e+38, std::exp 2.23e+38
exp(88.5) = inf, std::exp 2.72e+38
exp2(127.5) = inf, std::exp2 2.41e+38
expm1(88.5) = inf, std::expm1 2.72e+38
exp(709.4) = 1.23e+308, std::exp 1.23e+308
exp(709.7) = inf, std::exp 1.65e+308
SEEN
