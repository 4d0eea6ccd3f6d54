/// @file
/// Melodies with known factors, the sprites of sound, which need no files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nn/data/factors.hpp"

namespace nn {

// --- melodies as sequences of symbols ------------------------------------------------------------

/// A melody has one symbol for each step, an eighth note: the end mark, 0; a pitch, with which a note begins;
/// `hold_symbol`, by which it sounds on; `rest_symbol`, by which nothing sounds.
inline constexpr std::size_t hold_symbol = 1, rest_symbol = 2, first_pitch_symbol = 3;

/// The pitches, as MIDI numbers them: 60 is the C in the middle of a piano, 61 the next key to the right.
inline constexpr std::size_t lowest_pitch = 36, highest_pitch = 96;

/// How many symbols there are: 64.
inline constexpr std::size_t melody_symbols = first_pitch_symbol + highest_pitch - lowest_pitch + 1;

/// Four bars of eight eighth notes: a melody has at most so many steps, not counting its end mark.
inline constexpr std::size_t bar_steps = 8, melody_steps = 4 * bar_steps;

/// What sounds: from which step on, for how many steps, and how high, as a MIDI number.
struct Note {
    std::size_t start, length, pitch;
    bool operator==(const Note&) const = default;
};

/// The symbols of some notes, of any number of steps and without an end mark: the last note ends it.
/// Throws unless each note begins where the one before has ended or later, is at least one step long, and
/// has a pitch that has a symbol.
Indices melody_of(const std::vector<Note>& notes);
/// The way back, up to the first end mark. To hold what does not sound is to rest. Throws if there is no such
/// symbol.
std::vector<Note> notes_of(const Indices& symbols);

/// "end", "hold", "rest", or a pitch: "C4" is that of 60, "C#4" of 61. Throws if there is no such symbol.
std::string symbol_name(std::size_t symbol);

// --- keys ----------------------------------------------------------------------------------------

/// Major keys, numbered by their tonic: 0 is C major, 1 is D flat major, ..., 11 is B major. A minor key
/// has the notes of a major one, three semitones above: A minor those of C major.
inline constexpr std::size_t keys = 12;

/// "C", "Db", ..., "B". Throws if there is no such key.
std::string key_name(std::size_t key);

/// The share of a melody's sounding steps whose pitches are of a key; 0 if nothing sounds. Throws if there is
/// no such key or symbol.
double in_key(const Indices& symbols, std::size_t key);
/// The key with the largest such share; among those that are equal, the one whose tonic the melody ends on;
/// and without it the first. Throws if nothing sounds, or there is no such symbol.
std::size_t key_of(const Indices& symbols);

// --- melodies with known factors -----------------------------------------------------------------

/// What a melody is made by, each independent of the others:
///
/// - key (12), as numbered above;
/// - contour (5): whether each of its bars begins higher or lower than the one before. Rising, falling; an
///   arch: higher, higher, lower; a valley: the reverse; a wave: higher, lower, higher;
/// - rhythm (6): how the first half of each bar is divided. Even `x-x-` (x begins a note, - holds it),
///   dotted `x--x`, skipping `x-xx`, running `xxxx`, syncopated `xx-x`, broken `x.x.` (. is a rest);
/// - repetition (6): which bars have the same motif: AAAA, AAAB, AABA, AABB, ABAB, ABAC. Each begins where
///   the contour says, so that a motif is repeated higher or lower, in the notes of the key.
///
/// These are 2160 combinations, each with a number; see Factors. All values are kinds.
const Factors& melody_factors();

/// The name of a value of a factor: "falling", "AABA". Throws if there is no such factor or value.
std::string melody_value_name(std::size_t factor, std::size_t value);

/// A melody of such a number, of 30 to 32 symbols without its end mark. What the factors leave open is drawn:
/// the motifs, which go mostly by steps of the scale, the second halves of their bars, how far a bar
/// lies from the one before, the cadence, which ends on the tonic. It depends on the number and the state of the
/// generator alone. Throws if there is no such number.
Indices draw_melody(std::size_t number, Random& random);

/// One for each of some numbers.
std::vector<Indices> draw_melodies(const Indices& numbers, Random& random);

/// What a melody is made by, as far as one can hear it: the value of each factor, or the number of its
/// values where it is none of them, as may be in melodies that a decoder made. Of those that are drawn here,
/// all are found. Throws if nothing sounds, or there is no such symbol.
Indices melody_values(const Indices& symbols);

}  // namespace nn
