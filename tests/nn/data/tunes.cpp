#include "nn/data/tunes.hpp"

#include <doctest/doctest.h>

#include <iostream>
#include <sstream>

#include "../io/midi_bytes.hpp"
#include "../io/temporary_folder.hpp"
#include "autograd/error.hpp"

using namespace nn;
using autograd::Error;
using Notes = std::vector<Note>;
using MidiNotes = std::vector<MidiNote>;

namespace {

/// Keeps what is said on standard error.
struct Said {
    std::ostringstream text;
    std::streambuf* before = std::cerr.rdbuf(text.rdbuf());
    Said() = default;
    Said(const Said&) = delete;
    Said& operator=(const Said&) = delete;
    ~Said() { std::cerr.rdbuf(before); }
};

/// Six equal files, one of which is for the test: what they all are.
Tunes of_notes(const MidiNotes& notes, const Grid& grid = {}, std::size_t ticks = 96) {
    const TemporaryFolder folder;
    for (int i = 0; i < 6; ++i)
        write_midi(folder / ("a" + std::to_string(i) + ".mid"), {ticks, notes});
    const Said said;
    return read_tunes(folder.path, grid);
}

/// Four quarter notes of these pitches on a channel, from tick 0 on, 96 to a quarter note.
MidiNotes quarters(const std::vector<std::size_t>& pitches, std::size_t channel = 0) {
    MidiNotes notes;
    for (const std::size_t pitch : pitches) {
        const std::uint64_t start = 96 * notes.size();
        notes.push_back({start, start + 96, pitch, 80, channel});
    }
    return notes;
}

MidiNotes together(MidiNotes a, const MidiNotes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const Notes tune{{0, 2, 60}, {2, 2, 62}, {4, 2, 64}, {6, 2, 65}};

}  // namespace

TEST_CASE("a melody that is written is read again") {
    Random random{1};
    const TemporaryFolder folder;
    for (std::size_t i = 0; i < 12; ++i)
        write_tune(folder / (std::string(1, static_cast<char>('a' + i)) + ".mid"),
                   draw_melody(180 * i, random), {.instrument = 73});
    Random again{1};
    std::vector<Indices> train, test;
    for (std::size_t i = 0; i < 12; ++i)
        (i % 6 == 5 ? test : train).push_back(draw_melody(180 * i, again));
    const Said said;
    const Tunes tunes = read_tunes(folder.path);
    CHECK(tunes.train == train);
    CHECK(tunes.test == test);
    CHECK(said.text.str().starts_with(folder.path.string() + ": 12 melodies of "));
    CHECK(said.text.str().ends_with(" notes.\n"));
}

TEST_CASE("melodies of three steps to a quarter note, or longer ones, are written and read") {
    const Indices melody = melody_of({{0, 3, 60}, {3, 1, 62}, {4, 1, 64}, {90, 7, 36}});
    const Grid grid{.steps_per_quarter = 3, .steps = 100};
    const TemporaryFolder folder;
    for (const char* name : {"1.mid", "2.MID", "3.midi", "4.mid", "5.mid", "6.mid", "7.txt"})
        write_tune(folder / name, melody, {}, grid);
    const Said said;
    CHECK(read_tunes(folder.path, grid).train == std::vector<Indices>(5, melody));
}

TEST_CASE(
    "of several voices the highest is the melody, if it has as many notes as half the fullest") {
    const MidiNotes low = quarters({40, 41, 42, 43, 44, 45, 46, 47}, 1);
    const Tunes tunes = of_notes(together(low, quarters({60, 62, 64, 65}, 0)));
    CHECK(notes_of(tunes.test[0]) == tune);
    CHECK(tunes.misfits.other_voices == 6 * 8);
    const Tunes other = of_notes(together(low, quarters({60, 62, 64}, 0)));
    CHECK(notes_of(other.test[0])[0].pitch == 40);
    CHECK(other.misfits.other_voices == 6 * 3);
}

TEST_CASE("drums are left out") {
    const Tunes tunes =
        of_notes(together(quarters({60, 62, 64, 65}), quarters({80, 80, 80, 80}, 9)));
    CHECK(notes_of(tunes.test[0]) == tune);
    CHECK(tunes.misfits.drums == 6 * 4);
}

TEST_CASE("of notes that sound together the highest is heard, and the next one ends it") {
    // A chord with each note, and a low note within the first and within the second.
    const Tunes chords =
        of_notes(together(quarters({60, 62, 64, 65}),
                          together(quarters({52, 53, 55, 57}), {{50, 90, 47}, {100, 180, 48}})));
    CHECK(notes_of(chords.test[0]) == tune);
    CHECK(chords.misfits.covered == 6 * 6);
    // Notes that run into the next, up and down.
    const Tunes legato =
        of_notes({{0, 150, 60}, {96, 300, 62}, {192, 384, 64}, {288, 430, 59}, {384, 480, 57}});
    CHECK(notes_of(legato.test[0]) ==
          Notes{{0, 2, 60}, {2, 2, 62}, {4, 2, 64}, {6, 2, 59}, {8, 2, 57}});
    CHECK(legato.misfits.covered == 0);
}

TEST_CASE("times are moved to the grid, and pitches by octaves into its range") {
    const Tunes tunes = of_notes({{5, 90, 60}, {96, 97, 30}, {205, 290, 103}, {280, 384, 65}});
    CHECK(notes_of(tunes.test[0]) == Notes{{0, 2, 60}, {2, 1, 42}, {4, 2, 91}, {6, 2, 65}});
    CHECK(tunes.misfits.moved == 6);  // 205 alone is more than 12 ticks away
    CHECK(tunes.misfits.octaves == 12);
}

TEST_CASE("the lowest and the highest pitch stay, and what is next to them is moved") {
    const Tunes tunes = of_notes({{0, 96, 36}, {96, 192, 35}, {192, 288, 96}, {288, 384, 97}});
    CHECK(notes_of(tunes.test[0]) == Notes{{0, 2, 36}, {2, 2, 47}, {4, 2, 96}, {6, 2, 85}});
}

TEST_CASE("a long piece is cut, at the same place in each bar") {
    MidiNotes notes;
    for (std::uint64_t i = 0; i < 40; ++i)  // quarter notes from the second on, 16 to a melody
        notes.push_back({96 * (i + 1), 96 * (i + 2), 60 + i % 3});
    notes.push_back({96 * 47 + 48, 96 * 50, 72});       // a half of a step too long
    notes.push_back({96 * 1000000, 96 * 1000001, 70});  // alone after hours
    const Tunes tunes = of_notes(notes);
    REQUIRE(tunes.test.size() == 3);
    CHECK(tunes.test[0].size() == 32);
    CHECK(tunes.test[0][0] == rest_symbol);
    CHECK(notes_of(tunes.test[1])[0] == Note{0, 2, 60});
    CHECK(notes_of(tunes.test[2]).back() == Note{31, 1, 72});
    CHECK(tunes.misfits.cut == 6);
    CHECK(tunes.misfits.too_few == 6);
    CHECK(tunes.notes == 6 * 41);
}

TEST_CASE("of a single file every sixth melody is for the test") {
    MidiNotes notes;
    for (std::uint64_t i = 0; i < 12 * 16; ++i)
        notes.push_back({96 * i, 96 * (i + 1), 40 + i / 16});
    const TemporaryFolder folder;
    write_midi(folder / "a", {96, notes});
    const Said said;
    const Tunes tunes = read_tunes(folder / "a");
    CHECK(tunes.train.size() == 10);
    REQUIRE(tunes.test.size() == 2);
    CHECK(notes_of(tunes.test[0])[0].pitch == 45);
    CHECK(notes_of(tunes.test[1])[0].pitch == 51);
}

TEST_CASE("what did not fit is said in one line") {
    const TemporaryFolder folder;
    write_midi(folder / "a", {96, together(quarters(std::vector<std::size_t>(16 * 6 + 1, 30)),
                                           quarters({40}, 9))});
    const Said said;
    read_tunes(folder / "a");
    CHECK(said.text.str() == (folder / "a").string() +
                                 ": 6 melodies of 96 notes; 1 of drums left out, 97 moved by "
                                 "octaves; melodies of fewer than four notes left out: 1.\n");
}

TEST_CASE("folders below are read, hidden ones and links to folders are not") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "b/c");
    std::filesystem::create_directories(folder / ".hidden");
    std::filesystem::create_directory_symlink(folder.path, folder / "b/loop");
    const Indices melody = melody_of(tune);
    for (const char* name : {"1.mid", "b/2.mid", "b/c/3.mid", "b/c/4.mid", "5.mid", "6.mid"})
        write_tune(folder / name, melody);
    put_bytes(folder / ".hidden/7.mid", "nothing");
    put_bytes(folder / ".8.mid", "nothing");
    const Said said;
    const Tunes tunes = read_tunes(folder.path);
    CHECK(tunes.train.size() == 5);
    CHECK(tunes.test.size() == 1);
}

TEST_CASE("what has no melodies is refused by its name") {
    const TemporaryFolder folder;
    const auto complaint = [&](const Grid& grid = {}) -> std::string {
        try {
            read_tunes(folder.path, grid);
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing";
    };
    const std::string beginning = "[read_tunes] " + folder.path.string() + ": ";
    const Said said;
    CHECK(complaint() == beginning + "has no MIDI files");
    CHECK(complaint({.steps_per_quarter = 0}) ==
          "[read_tunes] expected 1 to 64 steps to a quarter note and 1 to 65536 in all, got 0 and "
          "32");
    write_tune(folder / "1.mid", melody_of({{0, 1, 60}}));
    CHECK(complaint() == beginning + "has no melody of at least 4 notes to learn from");
    write_tune(folder / "1.mid", melody_of(tune));
    CHECK(complaint() == beginning + "has no melody for the test, which is every 6th of a file");
    write_tune(folder / "2.mid", melody_of(tune));
    CHECK(complaint() == beginning + "has no melody for the test, which is every 6th file");
    put_bytes(folder / "3.mid", "nothing");
    CHECK(complaint() == "[read_midi] " + (folder / "3.mid").string() + ": is not a MIDI file");
    CHECK_THROWS_AS(read_tunes(folder / "none"), Error);
}
