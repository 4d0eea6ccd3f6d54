#include "nn/data/melodies.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "autograd/error.hpp"

using namespace nn;
using autograd::Error;
using Notes = std::vector<Note>;

namespace {

/// The symbol of a pitch.
std::size_t p(std::size_t pitch) { return pitch - lowest_pitch + first_pitch_symbol; }

/// A melody of quarter notes.
Indices quarters(const Indices& pitches) {
    Notes notes;
    for (const std::size_t pitch : pitches) notes.push_back({2 * notes.size(), 2, pitch});
    return melody_of(notes);
}

Indices all_numbers() {
    Indices numbers(melody_factors().combinations());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
    return numbers;
}

}  // namespace

TEST_CASE("notes become symbols, and symbols notes") {
    const Notes notes{{1, 2, 60}, {3, 1, 61}, {6, 3, 96}};
    const Indices symbols{2, p(60), 1, p(61), 2, 2, 63, 1, 1};
    CHECK(melody_symbols == 64);
    CHECK(melody_of(notes) == symbols);
    CHECK(notes_of(symbols) == notes);
    CHECK(melody_of({}).empty());
    CHECK(notes_of({}).empty());
}

TEST_CASE("what a decoder may say is heard as far as it goes") {
    CHECK(notes_of({1, 1, p(60), 2, 1, 1, p(62), 1, 0, p(64)}) == Notes{{2, 1, 60}, {6, 2, 62}});
    CHECK(notes_of({p(60), p(60)}) == Notes{{0, 1, 60}, {1, 1, 60}});
}

TEST_CASE("notes and symbols that do not exist are refused") {
    CHECK_THROWS_WITH_AS(melody_of({{0, 2, 60}, {1, 2, 62}}),
                         "[melody_of] expected a note that begins at step 2 or later, got one at 1",
                         Error);
    CHECK_THROWS_WITH_AS(melody_of({{0, 0, 60}}),
                         "[melody_of] expected a note of at least one step, got 0", Error);
    CHECK_THROWS_WITH_AS(melody_of({{0, 1, 35}}),
                         "[melody_of] expected pitches of 36 to 96, got 35", Error);
    CHECK_THROWS_AS(melody_of({{0, 1, 97}}), Error);
    CHECK_THROWS_WITH_AS(notes_of({64}), "[notes_of] expected symbols below 64, got 64", Error);
}

TEST_CASE("symbols and keys have names") {
    CHECK(symbol_name(0) == "end");
    CHECK(symbol_name(hold_symbol) == "hold");
    CHECK(symbol_name(rest_symbol) == "rest");
    CHECK(symbol_name(p(60)) == "C4");
    CHECK(symbol_name(p(69)) == "A4");  // the tuning fork's
    CHECK(symbol_name(p(36)) == "C2");
    CHECK(symbol_name(p(58)) == "A#3");
    CHECK(key_name(6) == "F#");
    CHECK(key_name(10) == "Bb");
    CHECK_THROWS_WITH_AS(symbol_name(64), "[symbol_name] expected a symbol below 64, got 64",
                         Error);
    CHECK_THROWS_WITH_AS(key_name(12), "[key_name] expected a key below 12, got 12", Error);
}

TEST_CASE("a key is the one that most of a melody is in") {
    const Indices scale = quarters({67, 69, 71, 72, 74, 76, 78, 79});  // G major
    CHECK(in_key(scale, 7) == 1);
    CHECK(key_of(scale) == 7);
    CHECK(in_key(scale, 0) == 7. / 8);                 // but for F sharp
    CHECK(in_key(scale, 6) == 2. / 8);                 // B and F sharp
    CHECK(in_key({p(60), 1, 1, p(61), 2}, 0) == .75);  // steps count, not notes
    CHECK(in_key({2, 2}, 0) == 0);
    CHECK(key_of(quarters({69, 71, 72, 74, 76, 77, 80, 69})) == 0);  // A minor, with its G sharp

    // Four notes that C, F and G major have: the last decides, and if it is no tonic of them the first key.
    CHECK(key_of(quarters({64, 62, 69, 67})) == 7);
    CHECK(key_of(quarters({64, 67, 69, 62})) == 2);
    CHECK(key_of(quarters({62, 67, 69, 64})) == 0);
    CHECK_THROWS_WITH_AS(key_of({2, 2}),
                         "[key_of] expected a melody, got one in which nothing sounds", Error);
    CHECK_THROWS_WITH_AS(in_key(scale, 12), "[in_key] expected a key below 12, got 12", Error);
}

TEST_CASE("there are 2160 combinations of what a melody is made by, each with names") {
    const Factors& factors = melody_factors();
    CHECK(factors.combinations() == 2160);
    CHECK(melody_value_name(0, 11) == "B");
    CHECK(melody_value_name(1, 1) == "falling");
    CHECK(melody_value_name(2, 5) == "broken");
    CHECK(melody_value_name(3, 2) == "AABA");
    CHECK_THROWS_WITH_AS(melody_value_name(1, 5),
                         "[melody_value_name] there is no value 5 of factor 1", Error);
    CHECK_THROWS_AS(melody_value_name(4, 0), Error);
    Random random{1};
    CHECK_THROWS_AS(draw_melody(2160, random), Error);
}

TEST_CASE("in every melody that is drawn, all of its factors can be heard") {
    Random random{2};
    for (int round = 0; round < 10; ++round)
        for (const std::size_t number : all_numbers()) {
            const Indices melody = draw_melody(number, random);
            CAPTURE(number);
            CHECK(melody_values(melody) == melody_factors().values(number));
            CHECK(in_key(melody, melody_factors().value(number, 0)) == 1);
            CHECK(std::ranges::count(melody, std::size_t{0}) == 0);
            CHECK(30 <= melody.size());
            CHECK(melody.size() <= melody_steps);
            CHECK(melody_of(notes_of(melody)) == melody);
        }
}

TEST_CASE(
    "melodies go mostly by small steps, and end on the tonic, which their neighbours lead to") {
    Random random{3};
    std::size_t intervals = 0, steps = 0, leaps = 0;
    for (const std::size_t number : all_numbers()) {
        const Notes notes = notes_of(draw_melody(number, random));
        CHECK(notes.back().pitch % 12 == melody_factors().value(number, 0));
        for (std::size_t i = 1; i < notes.size(); ++i) {
            const int interval =
                std::abs(static_cast<int>(notes[i].pitch) - static_cast<int>(notes[i - 1].pitch));
            ++intervals;
            steps += interval <= 2;
            leaps += interval > 7;
            CHECK(interval <= 14);
        }
    }
    CHECK(steps > 6 * intervals / 10);
    CHECK(leaps < intervals / 50);
}

TEST_CASE("melodies of one combination differ, also in length") {
    Random random{4};
    const std::vector<Indices> melodies = draw_melodies(Indices(1000, 777), random);
    CHECK(std::set<Indices>(melodies.begin(), melodies.end()).size() > 900);
    std::set<std::size_t> lengths;
    for (const Indices& melody : melodies) lengths.insert(melody.size());
    CHECK(lengths == std::set<std::size_t>{30, 31, 32});
}

TEST_CASE("of a melody that is none of ours, the factors that it has are heard") {
    const Factors& factors = melody_factors();
    CHECK(melody_values({p(60)}) ==
          Indices{0, factors[1].values, factors[2].values, factors[3].values});
    Random random{5};
    const std::size_t number = factors.item({4, 2, 3, 4});
    Indices changed = draw_melody(number, random);
    changed[9] = rest_symbol;                              // in its second bar
    CHECK(melody_values(changed) == Indices{4, 2, 3, 5});  // ABAC instead of ABAB
}

TEST_CASE("the first thousand melodies of seed 1 are the same on every machine") {
    Random random{1};
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (int i = 0; i < 1000; ++i)
        for (const std::size_t symbol :
             draw_melody(random.below(melody_factors().combinations()), random))
            hash = (hash ^ static_cast<std::uint32_t>(symbol)) * 16777619;
    CHECK(hash == 2234186122);
}
