/// @file
/// Melodies in figures: as piano rolls, and as what a web page needs to play them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nn/random.hpp"

namespace tutorials {

/// A melody as a sequence of symbols (see nn::notes_of()), and what is written beside it.
struct NamedMelody {
    std::string name;
    autograd::Indices symbols;
};

/// Draws melodies below each other as piano rolls: time goes to the right, a lighter line begins each bar, and
/// pitch goes up, on the same scale in all of them. Throws if there are none.
void save_piano_rolls(const std::filesystem::path& path, const std::vector<NamedMelody>& melodies);

/// Writes melodies for the page of a chapter, which draws and plays them, each alone or all in this order, as the
/// steps of a walk. @ref site says how the prose asks for that.
///
///     {"bar": 8, "steps_per_quarter": 2, "quarters_per_minute": 120,
///      "melodies": [{"name": "A", "steps": 32, "notes": [[start, length, pitch], ...]}, ...]}
///
/// Start and length are in steps, pitches as MIDI numbers them. The file is replaced as a whole or stays as it
/// was. Throws if there are no melodies, or one has no name, or more than 1024 steps; for a tempo that is not
/// from 4 to 1000; if the file cannot be written.
void save_melodies(const std::filesystem::path& path, const std::vector<NamedMelody>& melodies,
                   double quarters_per_minute = 120);

}  // namespace tutorials
