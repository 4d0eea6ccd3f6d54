#!/usr/bin/env bash
# xsimd 13.2 (Debian 13): the float lgamma of one number depends on the numbers beside it.
#
# One expects xsimd::lgamma to work lane by lane: ln Γ(3) = ln 2 = 0.693147, whatever else the batch holds. But
# when any lane lies in [0.75, 1.25), the branch for that range overwrites the reduced argument of all the other
# lanes with the plain x, where it should select between the new value and the one already computed. So every
# lane from 1.25 to 6.5 is then far off: no error, no NaN, only a wrong likelihood (Gamma, Beta and Poisson take
# lgamma of such numbers). xtensor takes this function for xt::lgamma as soon as XTENSOR_USE_XSIMD is defined.
# The double version is right. Use std::lgamma in a loop, or batches of double.
#
# Output seen, with libxsimd-dev 13.2.0-1 (of trixie), g++ 12.2, 2026-11; 8.1.0 and 14.3.0 are the same:
#     lgamma(3) = 0.693147 among its like, 6.114037 beside a one; std::lgamma 0.693147
#     lgamma(6) = 4.787492 among its like, 757.240234 beside a one; std::lgamma 4.787492
#     in double: 0.693147 and 0.693147
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

cat >neighbours.cpp <<'CPP'
#include <cmath>
#include <cstdio>
#include <xsimd/xsimd.hpp>

template <class T>
T lgamma_beside(T x, T neighbour) {
    xsimd::batch<T> batch(x);
    T lanes[xsimd::batch<T>::size];
    batch.store_unaligned(lanes);
    lanes[1] = neighbour;
    xsimd::lgamma(xsimd::batch<T>::load_unaligned(lanes)).store_unaligned(lanes);
    return lanes[0];
}

int main() {
    bool wrong = true;
    for (float x : {3.f, 6.f}) {
        const float alone = lgamma_beside(x, x), beside = lgamma_beside(x, 1.f);
        std::printf("lgamma(%g) = %f among its like, %f beside a one; std::lgamma %f\n", x, alone, beside,
                    std::lgamma(x));
        wrong = wrong && std::abs(alone - std::lgamma(x)) < 1e-5f && std::abs(beside - alone) > 1;
    }
    std::printf("in double: %f and %f\n", lgamma_beside(3., 3.), lgamma_beside(3., 1.));
    return wrong ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 -w -isystem headers/usr/include neighbours.cpp -o neighbours
./neighbours
