/// @file
/// Melodies of one's own: from MIDI files, and to them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nn/data/melodies.hpp"
#include "nn/io/midi.hpp"

namespace nn {

/// How time becomes steps.
struct Grid {
    std::size_t steps_per_quarter = 2;  ///< steps in a quarter note: each is an eighth
    std::size_t steps = melody_steps;   ///< how many a melody has at most
};

/// How many notes or melodies were not taken as the files have them.
struct Misfits {
    std::size_t drums = 0;         ///< notes on channel 10, left out
    std::size_t other_voices = 0;  ///< notes of voices that are not the melody, left out
    std::size_t covered = 0;       ///< notes under a higher one of the melody's voice, left out
    std::size_t moved = 0;         ///< notes that begin more than a quarter of a step off the grid
    std::size_t octaves = 0;       ///< notes moved by octaves to where there are symbols
    std::size_t cut = 0;           ///< notes shortened at the end of a melody
    std::size_t too_few = 0;       ///< melodies of fewer than four notes, left out
};

/// Melodies in two parts, as sequences of symbols without end marks.
struct Tunes {
    std::vector<Indices> train, test;
    std::size_t notes = 0;  ///< how many there are in both
    Misfits misfits;
};

/// The melodies in a MIDI file, or in all files of a folder and the folders below whose names end in .mid or
/// .midi. Hidden files and links to folders are left out.
///
/// **The melody.** A voice is what one track has on one channel. Of the voices that have at least half as many
/// notes as the fullest, the one with the highest mean pitch is the melody. Of its notes that begin on one step
/// the highest counts. A lower one that ends no later than a higher one that sounds is left out; any other ends
/// what sounds. Drums are left out: channel 10.
///
/// **The grid.** Beginnings and ends of notes are moved to the nearest steps, and each note is at least one step
/// long. Steps are parts of quarter notes; what the tempo does is of no matter.
///
/// **Cutting.** A melody ends after so many steps as the grid says, and the next one begins there: a note that
/// still sounds is shortened. One of fewer than four notes is left out.
///
/// **Training and test.** Every sixth file, in the order of their names, is for the test; of a single file,
/// every sixth melody.
///
/// What did not fit is counted, and said in one line on `std::cerr`.
///
/// Throws Error with one line that says what is wrong: no such file or folder, no MIDI files in it, more than
/// 100 000, one that read_midi() refuses, no melody for training or for the test, a grid of 0.
Tunes read_tunes(const std::filesystem::path& path, const Grid& grid = {});

/// Writes a melody as a MIDI file, which read_midi() reads: see write_midi(). Throws as that and notes_of() do.
void write_tune(const std::filesystem::path& path, const Indices& symbols,
                const MidiSettings& settings = {}, const Grid& grid = {});

}  // namespace nn
