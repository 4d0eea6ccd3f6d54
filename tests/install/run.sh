#!/bin/sh
# Installs the build given as $1 into an empty folder and builds a project against it, as a user of
# the library would: through pkg-config, with nothing of the source tree in sight.
set -eu
build=$1 example=$(dirname "$(readlink -f "$0")")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

meson install -C "$build" --no-rebuild --destdir "$place/root" >"$place/log" || { cat "$place/log"; exit 1; }
PKG_CONFIG_PATH=$(dirname "$(find "$place/root" -name tapestry.pc)")
# The files say where they would be installed for good; here they stand below the folder.
sed -i "s|^prefix=|prefix=$place/root|" "$PKG_CONFIG_PATH"/*.pc
export PKG_CONFIG_PATH

cp "$example/main.cpp" "$example/meson.build" "$place"
cd "$place"
meson setup out >log && meson compile -C out >>log || { cat log; exit 1; }
out/weaver

# The same program in double precision, without meson.
g++ -std=c++20 main.cpp $(pkg-config --cflags --libs tapestry_double) -o weaver_double
./weaver_double
