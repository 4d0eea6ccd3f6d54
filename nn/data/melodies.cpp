#include "nn/data/melodies.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>

namespace nn {

using autograd::require;

namespace {

constexpr std::size_t octave = 12;

constexpr std::array<const char*, octave> pitch_names = {"C",  "C#", "D",  "D#", "E",  "F",
                                                         "F#", "G",  "G#", "A",  "A#", "B"};
/// As musicians call the keys: with the fewest sharps or flats.
constexpr std::array<const char*, keys> key_names = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                     "F#", "G",  "Ab", "A",  "Bb", "B"};

/// The seven notes of a major key, in semitones above its tonic.
constexpr std::array<int, 7> scale = {0, 2, 4, 5, 7, 9, 11};
constexpr int degrees = scale.size();

/// How many semitones above the next tonic below a pitch is.
int above_tonic(std::size_t pitch, std::size_t key) {
    return static_cast<int>((pitch + octave - key) % octave);
}

bool is_in_key(std::size_t pitch, std::size_t key) {
    return std::ranges::find(scale, above_tonic(pitch, key)) != scale.end();
}

// --- the factors ---------------------------------------------------------------------------------

/// A rhythm of half a bar: x begins a note, - holds it, . is a rest.
using Rhythm = std::string_view;
constexpr std::size_t half = bar_steps / 2;

using Places = std::array<int, 4>;  ///< the degree of the scale on which each of the bars begins

struct ContourKind {
    const char* name;
    std::array<Places, 3> places;
};
constexpr std::array<ContourKind, 5> contours = {{
    {"rising", {{{0, 1, 2, 4}, {0, 2, 4, 5}, {0, 2, 3, 5}}}},
    {"falling", {{{7, 5, 4, 2}, {7, 6, 4, 2}, {5, 4, 2, 1}}}},
    {"arch", {{{0, 2, 4, 2}, {0, 3, 5, 1}, {1, 4, 5, 2}}}},
    {"valley", {{{7, 4, 2, 4}, {5, 3, 1, 4}, {7, 5, 3, 5}}}},
    {"wave", {{{2, 4, 1, 4}, {0, 4, 2, 5}, {2, 5, 0, 3}}}},
}};

struct RhythmKind {
    const char* name;
    std::array<Rhythm, 2> halves;  ///< the first begins each bar, either ends it
};
constexpr std::array<RhythmKind, 6> rhythms = {{
    {"even", {"x-x-", "x---"}},
    {"dotted", {"x--x", "x-x-"}},
    {"skipping", {"x-xx", "xxx-"}},
    {"running", {"xxxx", "xxx-"}},
    {"syncopated", {"xx-x", "xx--"}},
    {"broken", {"x.x.", "x-x."}},
}};

constexpr std::array<std::string_view, 6> forms = {"AAAA", "AAAB", "AABA", "AABB", "ABAB", "ABAC"};

/// Half a bar for the last notes, or less.
constexpr std::array<Rhythm, 6> endings = {"x---", "x-x-", "xxx-", "x-", "x-x", "xxx"};

// --- how one is drawn ----------------------------------------------------------------------------

template <class List>
const auto& one_of(const List& list, Random& random) {
    return list[random.below(list.size())];
}

/// What a bar is made of: its rhythm, and how many degrees each note is above the first.
struct Motif {
    std::string rhythm;
    std::vector<int> steps;
};

std::size_t notes_in(Rhythm rhythm) {
    return static_cast<std::size_t>(std::ranges::count(rhythm, 'x'));
}

Motif draw_motif(const RhythmKind& kind, Random& random) {
    static constexpr std::array moves{-2, -1, -1, 0, 1, 1, 2};
    Motif motif{std::string(kind.halves[0]), {0}};
    motif.rhythm += one_of(kind.halves, random);
    while (motif.steps.size() < notes_in(motif.rhythm)) {
        const int next = motif.steps.back() + one_of(moves, random);
        if (-2 <= next && next <= 3) motif.steps.push_back(next);
    }
    return motif;
}

/// Do two motifs begin alike?
bool alike(const Motif& a, const Motif& b) {
    const auto count = static_cast<std::ptrdiff_t>(notes_in(Rhythm(a.rhythm).substr(0, half)));
    return std::equal(a.steps.begin(), a.steps.begin() + count, b.steps.begin());
}

/// One for each letter of a form, no two of which begin alike.
std::vector<Motif> draw_motifs(std::string_view form, const RhythmKind& kind, Random& random) {
    const std::size_t letters = static_cast<std::size_t>(*std::ranges::max_element(form) - 'A') + 1;
    std::vector<Motif> motifs;
    while (motifs.size() < letters) {
        const Motif next = draw_motif(kind, random);
        if (std::ranges::none_of(motifs, [&](const Motif& m) { return alike(m, next); }))
            motifs.push_back(next);
    }
    return motifs;
}

/// The degrees of `count` last notes after one of degree `from`: to the nearest tonic by its neighbour.
std::vector<int> draw_ending(int from, std::size_t count, Random& random) {
    const int tonic = from < 4 ? 0 : degrees;
    const int side = from == tonic ? static_cast<int>(2 * random.below(2)) - 1 : from - tonic;
    const int neighbour = tonic + (side < 0 ? -1 : 1);
    const std::vector<int> all{(from + neighbour) / 2, neighbour, tonic};
    return {all.end() - static_cast<std::ptrdiff_t>(count), all.end()};
}

/// A tonic between the G below the C in the middle of a piano and the F sharp above it.
std::size_t tonic_of(std::size_t key) { return key < 7 ? 60 + key : 48 + key; }

std::size_t pitch_of(int degree, std::size_t key) {
    const int octaves = (degree + degrees) / degrees - 1;  // rounded down from −7 on
    const int semitones =
        12 * octaves + scale[static_cast<std::size_t>(degree - degrees * octaves)];
    return static_cast<std::size_t>(static_cast<int>(tonic_of(key)) + semitones);
}

/// Goes on with notes of these degrees in this rhythm.
void append(Indices& melody, Rhythm rhythm, const int* degree, std::size_t key) {
    for (const char c : rhythm)
        melody.push_back(c == 'x'   ? first_pitch_symbol + pitch_of(*degree++, key) - lowest_pitch
                         : c == '-' ? hold_symbol
                                    : rest_symbol);
}

// --- how one is heard ----------------------------------------------------------------------------

/// The degree of a pitch, from that of MIDI's lowest tonic on; what is between two counts as the lower.
int degree_of(std::size_t pitch, std::size_t key) {
    const int rest = above_tonic(pitch, key);
    const auto above = std::ranges::upper_bound(scale, rest) - scale.begin();
    const auto octaves = (pitch + octave - key) / octave;
    return degrees * static_cast<int>(octaves) + static_cast<int>(above) - 1;
}

/// The first half of a bar, as heard.
struct Heard {
    std::string rhythm;
    std::vector<int> degrees;
};

Heard hear(const Indices& symbols, std::size_t bar, std::size_t key) {
    Heard heard;
    for (std::size_t t = bar * bar_steps; t < std::min(symbols.size(), bar * bar_steps + half);
         ++t) {
        const std::size_t symbol = symbols[t];
        heard.rhythm += symbol == hold_symbol ? '-' : symbol == rest_symbol ? '.' : 'x';
        if (symbol >= first_pitch_symbol)
            heard.degrees.push_back(degree_of(symbol - first_pitch_symbol + lowest_pitch, key));
    }
    return heard;
}

using Bars = std::array<Heard, 4>;

std::size_t contour_of(const Bars& bars) {
    const auto sign = [](int x) { return (x > 0) - (x < 0); };
    const auto same = [&](const ContourKind& kind) {
        const Places& like = kind.places[0];
        for (std::size_t i = 1; i < bars.size(); ++i)
            if (bars[i].degrees.empty() || bars[i - 1].degrees.empty() ||
                sign(bars[i].degrees[0] - bars[i - 1].degrees[0]) != sign(like[i] - like[i - 1]))
                return false;
        return true;
    };
    return static_cast<std::size_t>(std::ranges::find_if(contours, same) - contours.begin());
}

/// That of most bars, more than half of them.
std::size_t rhythm_of(const Bars& bars) {
    const auto same = [&](const RhythmKind& kind) {
        return std::ranges::count(bars, kind.halves[0], &Heard::rhythm) > 2;
    };
    return static_cast<std::size_t>(std::ranges::find_if(rhythms, same) - rhythms.begin());
}

std::size_t form_of(const Bars& bars) {
    std::map<std::pair<std::string, std::vector<int>>, char> letters;
    std::string form;
    for (const Heard& bar : bars) {
        std::vector<int> steps = bar.degrees;
        for (int& step : steps) step -= bar.degrees[0];
        const char next = static_cast<char>('A' + letters.size());
        form += letters.try_emplace({bar.rhythm, steps}, next).first->second;
    }
    return static_cast<std::size_t>(std::ranges::find(forms, form) - forms.begin());
}

}  // namespace

Indices melody_of(const std::vector<Note>& notes) {
    Indices symbols;
    for (const auto& [start, length, pitch] : notes) {
        require(start >= symbols.size(), "[melody_of] expected a note that begins at step ",
                symbols.size(), " or later, got one at ", start);
        require(length > 0, "[melody_of] expected a note of at least one step, got 0");
        require(lowest_pitch <= pitch && pitch <= highest_pitch, "[melody_of] expected pitches of ",
                lowest_pitch, " to ", highest_pitch, ", got ", pitch);
        symbols.resize(start, rest_symbol);
        symbols.push_back(first_pitch_symbol + pitch - lowest_pitch);
        symbols.resize(start + length, hold_symbol);
    }
    return symbols;
}

std::vector<Note> notes_of(const Indices& symbols) {
    std::vector<Note> notes;
    bool sounds = false;
    for (std::size_t t = 0; t < symbols.size() && symbols[t] != 0; ++t) {
        const std::size_t symbol = symbols[t];
        require(symbol < melody_symbols, "[notes_of] expected symbols below ", melody_symbols,
                ", got ", symbol);
        if (symbol == hold_symbol && sounds) ++notes.back().length;
        if (symbol >= first_pitch_symbol)
            notes.push_back({t, 1, symbol - first_pitch_symbol + lowest_pitch});
        if (symbol != hold_symbol) sounds = symbol != rest_symbol;
    }
    return notes;
}

std::string symbol_name(std::size_t symbol) {
    static constexpr std::array others{"end", "hold", "rest"};
    require(symbol < melody_symbols, "[symbol_name] expected a symbol below ", melody_symbols,
            ", got ", symbol);
    if (symbol < others.size()) return others[symbol];
    const std::size_t pitch = symbol - first_pitch_symbol + lowest_pitch;
    return pitch_names[pitch % octave] + std::to_string(pitch / octave - 1);
}

std::string key_name(std::size_t key) {
    require(key < keys, "[key_name] expected a key below ", keys, ", got ", key);
    return key_names[key];
}

double in_key(const Indices& symbols, std::size_t key) {
    require(key < keys, "[in_key] expected a key below ", keys, ", got ", key);
    std::size_t sounding = 0, within = 0;
    for (const Note& note : notes_of(symbols)) {
        sounding += note.length;
        if (is_in_key(note.pitch, key)) within += note.length;
    }
    return sounding > 0 ? static_cast<double>(within) / static_cast<double>(sounding) : 0;
}

std::size_t key_of(const Indices& symbols) {
    const std::vector<Note> notes = notes_of(symbols);
    require(!notes.empty(), "[key_of] expected a melody, got one in which nothing sounds");
    std::size_t best = notes.back().pitch % octave;
    for (std::size_t key = 0; key < keys; ++key)
        if (in_key(symbols, key) > in_key(symbols, best)) best = key;
    return best;
}

const Factors& melody_factors() {
    static const Factors factors{{{"key", keys, true},
                                  {"contour", contours.size(), true},
                                  {"rhythm", rhythms.size(), true},
                                  {"repetition", forms.size(), true}}};
    return factors;
}

std::string melody_value_name(std::size_t factor, std::size_t value) {
    const Factors& factors = melody_factors();
    require(factor < factors.size() && value < factors[factor].values,
            "[melody_value_name] there is no value ", value, " of factor ", factor);
    if (factor == 0) return key_name(value);
    if (factor == 1) return contours[value].name;
    if (factor == 2) return rhythms[value].name;
    return std::string(forms[value]);
}

Indices draw_melody(std::size_t number, Random& random) {
    const Indices values = melody_factors().values(number);
    const std::size_t key = values[0];
    const std::string_view form = forms[values[3]];
    const Places& places = one_of(contours[values[1]].places, random);
    const std::vector<Motif> motifs = draw_motifs(form, rhythms[values[2]], random);
    const Rhythm ending = one_of(endings, random);

    Indices melody;
    for (std::size_t bar = 0; bar < form.size(); ++bar) {
        auto [rhythm, notes] = motifs[static_cast<std::size_t>(form[bar] - 'A')];
        for (int& note : notes) note += places[bar];
        if (bar + 1 == form.size()) {
            rhythm.resize(half);
            notes.resize(notes_in(rhythm));
            const auto last = draw_ending(notes.back(), notes_in(ending), random);
            notes.insert(notes.end(), last.begin(), last.end());
            rhythm += ending;
        }
        append(melody, rhythm, notes.data(), key);
    }
    return melody;
}

std::vector<Indices> draw_melodies(const Indices& numbers, Random& random) {
    std::vector<Indices> melodies;
    melodies.reserve(numbers.size());
    for (const std::size_t number : numbers) melodies.push_back(draw_melody(number, random));
    return melodies;
}

Indices melody_values(const Indices& symbols) {
    const std::size_t key = key_of(symbols);
    const Indices until_end(symbols.begin(), std::ranges::find(symbols, std::size_t{0}));
    Bars bars;
    for (std::size_t bar = 0; bar < bars.size(); ++bar) bars[bar] = hear(until_end, bar, key);
    return {key, contour_of(bars), rhythm_of(bars), form_of(bars)};
}

}  // namespace nn
