#!/usr/bin/env bash
# CLI11 2.6.1: 0,001 on the command line is read as 1, and 1,5 as 15, without an error.
#
# CLI11 lets numbers be grouped, as in 1'000 or 1_000. Since version 2.6 it takes commas out of a number as well,
# wherever they stand. Who writes decimals with a comma, as most of Europe does, and so far got the error that
# 0,001 is no number, now gets a learning rate that is a thousand times larger. The groups need not have three
# digits, and the number may have an exponent. It is so for whole numbers too: 1,5 is a valid 15. Check the text
# before CLI11 reads it, with a validator of one's own (std::from_chars).
#
# Output seen, 2026-11, libcli11-dev of Debian (2.6.1+ds-1 of sid, 2.4.1+ds-2 of trixie):
#     CLI11 2.4.1: 0,001 refused; 1,5 refused; 3,14 refused
#     CLI11 2.6.1: 0,001 read as 1; 1,5 read as 15; 3,14 read as 314
#
# Needs Debian with apt, g++ and a network; installs nothing. Fails when the behaviour has changed.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

# An apt of its own, which knows the packages of trixie and sid, on the mirror of this machine.
release=$(. /etc/os-release; echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
mkdir -p lists/partial cache/archives/partial debs
for suite in trixie sid; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >sources.list
apt=(apt-get -q -o Dir::Etc::sourcelist="$place/sources.list" -o Dir::Etc::sourceparts=/dev/null
     -o Dir::State::lists="$place/lists" -o Dir::Cache="$place/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null

cat >read.cpp <<'CPP'
#include <CLI/CLI.hpp>
#include <cstdio>

int main() {
    std::printf("CLI11 %s:", CLI11_VERSION);
    const char* between = " ";
    for (const char* text : {"0,001", "1,5", "3,14"}) {
        double rate = 0;
        CLI::App app;
        app.add_option("--rate", rate);
        const char* const words[] = {"program", "--rate", text};
        try {
            app.parse(3, words);
            std::printf("%s%s read as %g", between, text, rate);
        } catch (const CLI::ParseError&) {
            std::printf("%s%s refused", between, text);
        }
        between = "; ";
    }
    std::puts("");
}
CPP
for version in 2.4.1+ds-2 2.6.1+ds-1; do
    (cd debs && "${apt[@]}" download "libcli11-dev=$version" >/dev/null)
    dpkg-deb -x debs/libcli11-dev_"${version}"_*.deb "$version"
    g++ -std=c++17 -I "$version/usr/include" read.cpp -o read
    ./read
done | tee seen
diff seen - <<'SEEN' && echo "as described"
CLI11 2.4.1: 0,001 refused; 1,5 refused; 3,14 refused
CLI11 2.6.1: 0,001 read as 1; 1,5 read as 15; 3,14 read as 314
SEEN
