/// @file
/// How figures are handed to gnuplot. For what draws figures, not for tutorials.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace tutorials::gnuplot {

/// The text as gnuplot takes it literally, on one line.
std::string quoted(const std::string& text);

/// Nine digits; `NaN`, which leaves a gap, for what is not finite.
std::string number(double x);

/// Has gnuplot draw a script into a PNG file of this many pixels; it is replaced as a whole or stays
/// as it was (see nn::write_atomically()). Without gnuplot, or with one that cannot draw PNG files at all, it
/// says so once and draws nothing. Throws if the script cannot be drawn or the file not written.
void draw(const std::filesystem::path& path, std::size_t width, std::size_t height,
          const std::string& script);

}  // namespace tutorials::gnuplot
