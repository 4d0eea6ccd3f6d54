/// @file
/// Music: MIDI files read and written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace nn {

/// A note as a MIDI file has it. Times are in ticks from the beginning of the piece.
struct MidiNote {
    std::uint64_t start, end;
    std::size_t pitch;          ///< 0 to 127; 60 is the C in the middle of a piano
    std::size_t velocity = 80;  ///< how hard it is struck, 1 to 127
    std::size_t channel = 0;    ///< 0 to 15; by convention 9, which people call 10, is for drums
    std::size_t track = 0;      ///< counted from 0
    bool operator==(const MidiNote&) const = default;
};

/// The notes of a piece, and what a tick is.
struct Midi {
    std::size_t ticks_per_quarter;  ///< how many ticks a quarter note has, 1 to 32767
    std::vector<MidiNote> notes;    ///< in the order of their starts, lower pitches first
};

/// Reads a MIDI file of format 0 or 1. A note is ended by its note-off, or note-on with velocity 0; by another
/// note of its pitch, channel and track; or else by the end of its track. Notes that have no length are left
/// out, and so is all that is no note: tempo, instruments, pedals, texts. Chunks of unknown kinds, and what
/// follows the last track, are not looked at.
///
/// Throws Error with one line that names the file, if it is missing, no file, larger than 4 MiB or no MIDI file;
/// if it ends early or is damaged; if it is of format 2, whose tracks are pieces of their own, or counts time in
/// frames of a film (SMPTE) instead of quarter notes.
///
/// Source: *Standard MIDI Files 1.0*, RP-001, MIDI Manufacturers Association, 1996.
Midi read_midi(const std::filesystem::path& path);

/// How a piece sounds.
struct MidiSettings {
    std::size_t instrument =
        0;  ///< 0 to 127 as General MIDI numbers them: 0 is a piano, 73 a flute
    double quarters_per_minute = 120;  ///< from 4 to 1000
};

/// Writes a MIDI file of format 0, with one track. The file is replaced as a whole or stays as it was (see
/// write_atomically()). read_midi() then gives the same notes, all in track 0.
///
/// Throws for settings beyond those above, numbers beyond those of MidiNote and Midi, a note that ends where it
/// begins or before, two of one pitch and channel at a time, more than 2²⁸ − 1 ticks, or a file that cannot be
/// written.
void write_midi(const std::filesystem::path& path, const Midi& midi,
                const MidiSettings& settings = {});

}  // namespace nn
