#include "nn/data/tunes.hpp"

#include <algorithm>
#include <iostream>
#include <map>

#include "autograd/error.hpp"

namespace nn {

namespace fs = std::filesystem;
using autograd::require;

namespace {

constexpr std::size_t drums = 9, most_files = 100'000, fewest_notes = 4, one_in = 6;
constexpr std::size_t octave = 12;

template <class... Parts>
void check(bool condition, const fs::path& path, const Parts&... parts) {
    require(condition, "[read_tunes] ", path.string(), ": ", parts...);
}

// --- which files there are -----------------------------------------------------------------------

bool is_midi(const fs::path& path) {
    std::string kind = path.extension().string();
    for (char& c : kind)
        if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return kind == ".mid" || kind == ".midi";
}

std::vector<fs::path> find_files(const fs::path& path) {
    std::error_code failure;
    const auto status = fs::status(path, failure);
    check(!failure, path, failure.message());
    if (!fs::is_directory(status)) return {path};

    std::vector<fs::path> files;
    fs::recursive_directory_iterator entry(path, failure);
    check(!failure, path, failure.message());
    while (entry != fs::recursive_directory_iterator{}) {
        const bool hidden = entry->path().filename().string().starts_with('.');
        if (hidden)
            entry.disable_recursion_pending();
        else if (is_midi(entry->path()))
            files.push_back(entry->path());
        check(files.size() <= most_files, path, "has more than ", most_files, " MIDI files");
        entry.increment(failure);
        check(!failure, path, failure.message());
    }
    check(!files.empty(), path, "has no MIDI files");
    std::ranges::sort(files, {}, [](const fs::path& file) { return file.string(); });
    return files;
}

// --- from a file to melodies ---------------------------------------------------------------------

using MidiNotes = std::vector<MidiNote>;

double mean_pitch(const MidiNotes& notes) {
    double sum = 0;
    for (const MidiNote& note : notes) sum += static_cast<double>(note.pitch);
    return sum / static_cast<double>(notes.size());
}

/// The voice that is the melody, if there is any.
MidiNotes melody_voice(const Midi& midi, Misfits& misfits) {
    std::map<std::pair<std::size_t, std::size_t>, MidiNotes> voices;
    std::size_t all = 0, fullest = 0;
    for (const MidiNote& note : midi.notes) {
        if (note.channel == drums) {
            ++misfits.drums;
            continue;
        }
        MidiNotes& voice = voices[{note.track, note.channel}];
        voice.push_back(note);
        fullest = std::max(fullest, voice.size());
        ++all;
    }
    MidiNotes best;
    for (const auto& [number, voice] : voices)
        if (2 * voice.size() >= fullest && (best.empty() || mean_pitch(voice) > mean_pitch(best)))
            best = voice;
    misfits.other_voices += all - best.size();
    return best;
}

/// A time in steps, rounded to the nearest.
std::uint64_t to_steps(std::uint64_t ticks, const Midi& midi, const Grid& grid) {
    return (2 * ticks * grid.steps_per_quarter + midi.ticks_per_quarter) /
           (2 * midi.ticks_per_quarter);
}

/// Does a note begin more than a quarter of a step off the grid?
bool is_moved(const MidiNote& note, const Midi& midi, const Grid& grid) {
    const std::uint64_t step = midi.ticks_per_quarter;  // in parts of a tick
    const std::uint64_t rest = note.start * grid.steps_per_quarter % step;
    return 4 * std::min(rest, step - rest) > step;
}

std::size_t to_range(std::size_t pitch) {
    while (pitch < lowest_pitch) pitch += octave;
    while (pitch > highest_pitch) pitch -= octave;
    return pitch;
}

/// The notes of one voice, none of which sounds with another.
std::vector<Note> one_line(const MidiNotes& voice, const Midi& midi, const Grid& grid,
                           Misfits& misfits) {
    std::vector<Note> line;
    for (const MidiNote& note : voice) {
        const std::uint64_t start = to_steps(note.start, midi, grid);
        const std::uint64_t end = std::max(to_steps(note.end, midi, grid), start + 1);
        const Note next{start, end - start, to_range(note.pitch)};
        misfits.moved += is_moved(note, midi, grid);
        misfits.octaves += next.pitch != note.pitch;
        if (!line.empty()) {
            Note& last = line.back();
            const std::uint64_t last_end = last.start + last.length;
            const bool together = last.start == start;
            if (next.pitch <= last.pitch && start < last_end && (together || end <= last_end)) {
                ++misfits.covered;
                continue;
            }
            if (together) {
                ++misfits.covered;
                line.pop_back();
            } else {
                last.length = std::min<std::uint64_t>(last.length, start - last.start);
            }
        }
        line.push_back(next);
    }
    return line;
}

std::vector<Indices> cut(const std::vector<Note>& line, const Grid& grid, Tunes& tunes) {
    std::vector<Indices> melodies;
    for (auto first = line.begin(); first != line.end();) {
        const std::size_t begin = first->start / grid.steps * grid.steps;
        const std::size_t end = begin + grid.steps;
        std::vector<Note> notes;
        for (; first != line.end() && first->start < end; ++first) {
            notes.push_back(
                {first->start - begin, std::min(first->length, end - first->start), first->pitch});
            tunes.misfits.cut += notes.back().length != first->length;
        }
        if (notes.size() < fewest_notes) {
            ++tunes.misfits.too_few;
            continue;
        }
        tunes.notes += notes.size();
        melodies.push_back(melody_of(notes));
    }
    return melodies;
}

// --- what is said --------------------------------------------------------------------------------

void say(const fs::path& path, const Tunes& tunes) {
    const Misfits& m = tunes.misfits;
    std::string said;
    const auto count = [&](std::size_t number, const char* what) {
        if (number > 0) said += (said.empty() ? " " : ", ") + std::to_string(number) + what;
    };
    count(m.drums, " of drums left out");
    count(m.other_voices, " of other voices left out");
    count(m.covered, " under higher ones left out");
    count(m.moved, " moved to the grid");
    count(m.octaves, " moved by octaves");
    count(m.cut, " shortened");
    if (m.too_few > 0)
        said += (said.empty() ? " " : "; ") +
                std::string("melodies of fewer than four notes left out: ") +
                std::to_string(m.too_few);
    std::cerr << path.string() << ": " << tunes.train.size() + tunes.test.size() << " melodies of "
              << tunes.notes << " notes" << (said.empty() ? "." : ";" + said + ".") << '\n';
}

}  // namespace

Tunes read_tunes(const fs::path& path, const Grid& grid) {
    require(grid.steps_per_quarter > 0 && grid.steps_per_quarter <= 64 && grid.steps > 0 &&
                grid.steps <= 65536,
            "[read_tunes] expected 1 to 64 steps to a quarter note and 1 to 65536 in all, got ",
            grid.steps_per_quarter, " and ", grid.steps);
    const std::vector<fs::path> files = find_files(path);
    Tunes tunes;
    std::size_t seen = 0;
    for (const fs::path& file : files) {
        const Midi midi = read_midi(file);
        const auto line = one_line(melody_voice(midi, tunes.misfits), midi, grid, tunes.misfits);
        if (files.size() > 1) ++seen;
        for (Indices& melody : cut(line, grid, tunes)) {
            if (files.size() == 1) ++seen;
            (seen % one_in == 0 ? tunes.test : tunes.train).push_back(std::move(melody));
        }
    }
    check(!tunes.train.empty(), path, "has no melody of at least ", fewest_notes,
          " notes to learn from");
    check(!tunes.test.empty(), path, "has no melody for the test, which is every ", one_in, "th ",
          files.size() == 1 ? "of a file" : "file");
    say(path, tunes);
    return tunes;
}

void write_tune(const fs::path& path, const Indices& symbols, const MidiSettings& settings,
                const Grid& grid) {
    constexpr std::size_t ticks_per_step = 240;
    Midi midi{ticks_per_step * grid.steps_per_quarter, {}};
    for (const auto& [start, length, pitch] : notes_of(symbols))
        midi.notes.push_back({ticks_per_step * start, ticks_per_step * (start + length), pitch});
    write_midi(path, midi, settings);
}

}  // namespace nn
