#!/usr/bin/env bash
# xtensor-blas 0.21 (Debian 13) multiplies matrices without BLAS, and says nothing.
#
# Its headers include the bundled templates before xblas_config.hpp, which defines HAVE_CBLAS. So a program
# that includes <xtensor-blas/xlinalg.hpp> and links OpenBLAS never calls it: each product is a plain loop
# of templates. One include of xblas_config.hpp before brings BLAS back. 0.20 (Debian 12) was right.
#
# Seen with libxtensor-blas-dev 0.21.0-1, libxtensor-dev 0.25.0-2, xtl-dev 0.7.7-1 (the ones of trixie),
# g++ 12.2, 2026-11:
#     as documented:            0 names of CBLAS's products among the undefined symbols
#     xblas_config.hpp before:  1 (cblas_dgemm) or more
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
(cd debs && "${apt[@]}" download libxtensor-blas-dev=0.21.0-1 libxtensor-dev=0.25.0-2 xtl-dev=0.7.7-1 >/dev/null)
for package in debs/*.deb; do dpkg-deb -x "$package" headers; done

cat >product.cpp <<'CPP'
#include <xtensor-blas/xlinalg.hpp>
xt::xarray<double> product(const xt::xarray<double>& a, const xt::xarray<double>& b) {
    return xt::linalg::dot(a, b);
}
CPP
{ echo '#include <xtensor-blas/xblas_config.hpp>'; cat product.cpp; } >mended.cpp

calls() {
    g++ -std=c++20 -O1 -w -isystem headers/usr/include -c "$1" -o product.o
    nm --undefined-only product.o | grep -c 'cblas_.gemm' || true
}
documented=$(calls product.cpp) mended=$(calls mended.cpp)
echo "as documented: $documented names of CBLAS's products among the undefined symbols"
echo "xblas_config.hpp before: $mended"
[ "$documented" = 0 ] && [ "$mended" != 0 ]
