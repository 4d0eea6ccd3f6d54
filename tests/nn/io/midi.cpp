#include "nn/io/midi.hpp"

#include <doctest/doctest.h>

#include "autograd/error.hpp"
#include "midi_bytes.hpp"
#include "nn/random.hpp"
#include "temporary_folder.hpp"

using namespace nn;
using autograd::Error;
using MidiNotes = std::vector<MidiNote>;

namespace {

Midi read(const std::string& file) {
    const TemporaryFolder folder;
    put_bytes(folder / "a.mid", file);
    return read_midi(folder / "a.mid");
}

/// What read_midi says of a file with these bytes, without the beginning that every error has.
std::string complaint(const std::string& file) {
    const TemporaryFolder folder;
    put_bytes(folder / "a.mid", file);
    try {
        read_midi(folder / "a.mid");
    } catch (const Error& error) {
        const std::string message = error.what();
        const std::string beginning = "[read_midi] " + (folder / "a.mid").string() + ": ";
        CHECK(message.starts_with(beginning));
        CHECK(message.find('\n') == std::string::npos);
        return message.substr(beginning.size());
    }
    return "nothing";
}

const MidiNote middle_c{0, 96, 60, 64};
const std::string plain = header() + track(note(60, 96));

}  // namespace

TEST_CASE("a MIDI file is read, note by note") {
    const Midi midi = read(header() + track(note(60, 96) + bytes({24}) + note(62, 48).substr(1)));
    CHECK(midi.ticks_per_quarter == 96);
    CHECK(midi.notes == MidiNotes{middle_c, {120, 168, 62, 64}});
    CHECK(read(header(0, 1, 480) + track(note(60, 96))).ticks_per_quarter == 480);
}

TEST_CASE("tracks and channels are told apart") {
    const Midi midi = read(header(1, 3) + track("") + track(note(60, 96) + note(40, 10, 9)) +
                           track(note(72, 50, 3)));
    CHECK(midi.notes ==
          MidiNotes{{0, 96, 60, 64, 0, 1}, {0, 50, 72, 64, 3, 2}, {96, 106, 40, 64, 9, 1}});
}

TEST_CASE(
    "an event may leave out what kind it is, also after a text, and end a note by velocity 0") {
    const std::string notes = bytes({0, 0x90, 60, 64, 96, 60, 0, 0, 62, 64, 48, 62, 0});
    CHECK(read(header() + track(notes)).notes == MidiNotes{middle_c, {96, 144, 62, 64}});
    const std::string text = bytes({0, 0x90, 60, 64, 96, 0xFF, 1, 1, 'a', 0, 60, 0});
    CHECK(read(header() + track(text)).notes == MidiNotes{middle_c});
}

TEST_CASE("what is no note is passed over, as long as it may be") {
    const std::string
        others = bytes({0, 0xFF, 0x51, 3, 7, 161, 32,  // tempo
                        0, 0xFF, 0x01, 0x81, 0x48}) +
                 std::string(200, 'a') +  // text of 200 bytes
                 bytes(
                     {0, 0xC0, 7,    0,    0xD0, 3,    0,  0xB0, 7,    100,
                      0, 0xE0, 0,    64,   0,    0xA0, 60, 1,    0,    0xF0,
                      3, 0x43, 0x12, 0x00, 0,    0xF7, 2,  0x43, 0xF7,  // exclusive, in two packets
                      0, 0xF7, 2,    0xF3, 1});                         // escape
    CHECK(read(header() + track(others + note(60, 96))).notes == MidiNotes{middle_c});
    const std::string alien = chunk("XFIH", "abcd");
    CHECK(read(header() + alien + track(note(60, 96)) + alien).notes == MidiNotes{middle_c});
    CHECK(read(plain + "anything").notes == MidiNotes{middle_c});
    CHECK(read(header() + track(note(60, 96) + bytes({0, 0xFF, 0x2F, 0}) + note(62, 96))).notes ==
          MidiNotes{middle_c});  // after the end of the track
    const std::string longer = chunk("MThd", bytes({0, 0, 0, 1, 0, 96, 1, 2, 3}));
    CHECK(read(longer + track(note(60, 96))).notes == MidiNotes{middle_c});
}

TEST_CASE("notes without an end are ended, and those without a length left out") {
    const std::string open = bytes({0, 0x90, 60, 64, 96, 60, 70, 24, 62, 64, 8, 0xFF, 1, 0});
    CHECK(read(header() + track(open)).notes ==
          MidiNotes{middle_c, {96, 128, 60, 70}, {120, 128, 62, 64}});
    CHECK(read(header() + chunk("MTrk", note(60, 96))).notes == MidiNotes{middle_c});
    CHECK(read(header() + track(note(60, 0) + bytes({0, 0x80, 62, 0}))).notes.empty());
}

TEST_CASE("what is no MIDI file, or not one of ours, is refused by its name") {
    CHECK(complaint("") == "is not a MIDI file");
    CHECK(complaint("RIFF") == "is not a MIDI file");
    CHECK(complaint(std::string((1 << 22) + 1, 'M')) ==
          "is 4194305 bytes long, expected at most 4194304");
    CHECK(complaint(header(2, 1) + track("")) == "is of format 2, expected 0 or 1");
    CHECK(complaint(header(0, 1, 0xE728) + track("")) ==
          "counts time in frames of a film (SMPTE), expected parts of a quarter note");
    CHECK(complaint(header(0, 0)) == "is damaged (0 tracks, 96 ticks to a quarter note)");
    CHECK(complaint(header(0, 1, 0) + track("")) ==
          "is damaged (1 tracks, 0 ticks to a quarter note)");
    const TemporaryFolder folder;
    CHECK_THROWS_AS(read_midi(folder / "nothing"), Error);
    CHECK_THROWS_AS(read_midi(folder.path), Error);
}

TEST_CASE("what is damaged is refused by its name and track") {
    const auto in_track = [](const std::string& events) {
        return complaint(header() + chunk("MTrk", events));
    };
    CHECK(in_track(bytes({0, 60, 64})) == "track 1: is damaged (no event begins with the byte 0)");
    CHECK(in_track(bytes({0, 0xF1, 64})) ==
          "track 1: is damaged (no event begins with the byte 241)");
    CHECK(in_track(bytes({0, 0x90, 60, 200})) ==
          "track 1: is damaged (expected a byte below 128, got 200)");
    CHECK(in_track(bytes({0x80, 0x80, 0x80, 0x80, 0})) ==
          "track 1: is damaged (a number of more than four bytes)");
    CHECK(in_track(bytes({0, 0xFF, 1, 0xFF, 0xFF, 0xFF, 0x7F})) == "track 1: ends early");
    CHECK(in_track(bytes({0})) == "track 1: ends early");
    CHECK(complaint(header(1, 2) + track("")) == "ends early");
    CHECK(complaint(header() + chunk("MTrk", "").substr(0, 4) + bytes({255, 255, 255, 255})) ==
          "ends early");
    CHECK(complaint(chunk("MThd", bytes({0, 0, 0, 1})) + track("")) == "ends early");
    for (std::size_t size = 4; size < plain.size(); ++size)
        CHECK(complaint(plain.substr(0, size)) == "ends early");
}

TEST_CASE("whatever bytes a file has, it is read or refused") {
    const std::string whole =
        header(1, 2) + track(bytes({0, 0xFF, 0x51, 3, 7, 161, 32})) +
        track(note(60, 96) + bytes({0, 0xF0, 2, 1, 0xF7, 0, 0x90, 60, 64, 96, 60, 0}));
    Random random{1};
    std::size_t refused = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string damaged = whole;
        for (std::size_t changes = 1 + random.below(4); changes > 0; --changes)
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        damaged.resize(random.below(2) == 0 ? damaged.size() : random.below(damaged.size() + 1));
        const TemporaryFolder folder;
        put_bytes(folder / "a.mid", damaged);
        try {
            const Midi midi = read_midi(folder / "a.mid");
            for (const MidiNote& note : midi.notes) {
                CHECK(note.start < note.end);
                CHECK(note.pitch < 128);
            }
        } catch (const Error&) {
            ++refused;
        }
    }
    CHECK(refused > 1000);
    CHECK(refused < 2000);
}

TEST_CASE("what is written is read again as it was") {
    Random random{2};
    for (int i = 0; i < 200; ++i) {
        Midi midi{1 + random.below(32767), {}};
        std::uint64_t now = 0;
        for (std::size_t count = random.below(40); count > 0; --count) {
            now += random.below(1 << random.below(20));
            midi.notes.push_back({now, now + 1 + random.below(10000), random.below(128),
                                  1 + random.below(127), random.below(16)});
            now = midi.notes.back().end;
        }
        const TemporaryFolder folder;
        write_midi(folder / "a.mid", midi, {.instrument = random.below(128)});
        const Midi again = read_midi(folder / "a.mid");
        CHECK(again.ticks_per_quarter == midi.ticks_per_quarter);
        CHECK(again.notes == midi.notes);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("notes that sound together, and one of a pitch after the other, are written and read") {
    const Midi chord{480, {{0, 100, 60}, {0, 200, 64}, {50, 100, 64, 80, 1}, {100, 150, 60}}};
    const TemporaryFolder folder;
    write_midi(folder / "a.mid", chord);
    CHECK(read_midi(folder / "a.mid").notes == chord.notes);
}

TEST_CASE("a file that is written is the one of the standard, byte by byte") {
    const TemporaryFolder folder;
    write_midi(folder / "a.mid", {480, {{480, 960, 69, 100, 2}}},
               {.instrument = 73, .quarters_per_minute = 100});
    CHECK(bytes_of(folder / "a.mid") == bytes({'M',  'T',  'h',  'd', 0,    0,    0,    6,    0,
                                               0,    0,    1,    1,   0xE0, 'M',  'T',  'r',  'k',
                                               0,    0,    0,    24,  0,    0xFF, 0x51, 3,    0x09,
                                               0x27, 0xC0,  // 600 000 microseconds to a quarter note
                                               0,    0xC2, 73,              // a flute
                                               0x83, 0x60, 0x92, 69,  100,  // after 480 ticks
                                               0x83, 0x60, 0x82, 69,  0,    0,    0xFF, 0x2F, 0}));
}

TEST_CASE("the slowest and the fastest tempo can be written") {
    const TemporaryFolder folder;
    for (const double tempo : {4., 1000.}) {
        write_midi(folder / "a.mid", {96, {{0, 96, 60}}}, {.quarters_per_minute = tempo});
        CHECK(read_midi(folder / "a.mid").notes.size() == 1);
    }
}

TEST_CASE("what cannot be written is refused, and nothing is written") {
    const TemporaryFolder folder;
    const auto complaint = [&](const Midi& midi, const MidiSettings& settings = {}) -> std::string {
        try {
            write_midi(folder / "a.mid", midi, settings);
        } catch (const Error& error) {
            const std::string message = error.what();
            const std::string beginning = "[write_midi] " + (folder / "a.mid").string() + ": ";
            CHECK(message.starts_with(beginning));
            return message.substr(beginning.size());
        }
        return "nothing";
    };
    CHECK(complaint({0, {}}) == "expected 1 to 32767 ticks to a quarter note, got 0");
    CHECK(complaint({96, {}}, {.instrument = 128}) ==
          "expected an instrument below 128 and 4 to 1000 quarter notes a minute, got 128 and 120");
    for (const double tempo : {3.9, 1000.5})
        CHECK(complaint({96, {}}, {.quarters_per_minute = tempo})
                  .starts_with("expected an instrument"));
    CHECK(complaint({96, {{0, 1, 128}}}) ==
          "expected notes of pitches below 128, channels below 16 and velocities of 1 to 127, got "
          "128, 0 and 80");
    CHECK(complaint({96, {{0, 1, 60, 0}}}).starts_with("expected notes of pitches"));
    CHECK(complaint({96, {{0, 1, 60, 80, 16}}}).starts_with("expected notes of pitches"));
    CHECK(complaint({96, {{5, 5, 60}}}) ==
          "expected notes that end after they begin and at most at tick 268435455, got one from 5 "
          "to 5");
    CHECK(complaint({96, {{0, 10, 60}, {9, 12, 60}}}) ==
          "expected one note of a pitch and channel at a time, got one of 60 at tick 9, before the "
          "last has ended");
    CHECK(folder.entries() == 0);
}
