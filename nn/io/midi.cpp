#include "nn/io/midi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "autograd/error.hpp"
#include "nn/io/atomic_file.hpp"

// A file is a sequence of chunks: four letters, a length, and so many bytes. The first is a header, and each
// of the others a track: events, each after a time. All of this is little, and Debian's libraries for it are
// old: libsmf 1.3 ends the program at an event of kind 0xF7 and loses the notes after a long text.

namespace nn {

using autograd::require;

namespace {

constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 22;
constexpr std::uint64_t most_ticks =
    (std::uint64_t{1} << 28) - 1;  // what four bytes of time can hold
constexpr std::size_t channels = 16, pitches = 128;

// What an event begins with.
constexpr unsigned note_off = 0x80, note_on = 0x90, program_change = 0xC0, channel_pressure = 0xD0;
constexpr unsigned system_exclusive = 0xF0, escape = 0xF7, meta = 0xFF;
constexpr unsigned end_of_track = 0x2F, set_tempo = 0x51;

std::tuple<std::uint64_t, std::size_t, std::size_t, std::size_t> rank(const MidiNote& note) {
    return {note.start, note.pitch, note.track, note.channel};
}

void sort(std::vector<MidiNote>& notes) { std::ranges::stable_sort(notes, {}, rank); }

// --- reading -------------------------------------------------------------------------------------

/// Bytes that are taken one after the other, all of them checked.
class Bytes {
  public:
    Bytes(std::string_view bytes, std::string where) : rest_(bytes), where_(std::move(where)) {}

    bool empty() const { return rest_.empty(); }
    template <class... Parts>
    void check(bool condition, const Parts&... parts) const {
        require(condition, "[read_midi] ", where_, ": ", parts...);
    }
    std::string_view take(std::size_t count) {
        check(count <= rest_.size(), "ends early");
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    unsigned peek() const {
        check(!empty(), "ends early");
        return static_cast<unsigned char>(rest_[0]);
    }
    /// A number of so many bytes, at most four.
    std::uint32_t number(std::size_t count) {
        std::uint32_t value = 0;
        for (const char c : take(count)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    /// A byte below 128.
    unsigned data() {
        const unsigned byte = number(1);
        check(byte < 0x80, "is damaged (expected a byte below 128, got ", byte, ")");
        return byte;
    }
    /// A number of one to four bytes, seven bits in each, of which the last is below 128.
    std::uint32_t variable() {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const std::uint32_t byte = number(1);
            value = value << 7 | (byte & 0x7F);
            if (byte < 0x80) return value;
        }
        check(false, "is damaged (a number of more than four bytes)");
        return 0;
    }

  private:
    std::string_view rest_;
    std::string where_;
};

/// The events of one track, of which notes are made.
class TrackReader {
  public:
    TrackReader(Bytes bytes, std::size_t track, std::vector<MidiNote>& notes)
        : bytes_(std::move(bytes)), track_(track), notes_(notes) {}
    void read();

  private:
    void channel_event(unsigned status);
    void end(std::size_t channel, std::size_t pitch);

    Bytes bytes_;
    std::size_t track_;
    std::vector<MidiNote>& notes_;
    std::uint64_t now_ = 0;
    /// What sounds, by channel and pitch.
    std::array<std::optional<MidiNote>, channels * pitches> sounding_{};
};

void TrackReader::end(std::size_t channel, std::size_t pitch) {
    std::optional<MidiNote>& note = sounding_[channel * pitches + pitch];
    if (note && note->start < now_) {
        note->end = now_;
        notes_.push_back(*note);
    }
    note.reset();
}

void TrackReader::channel_event(unsigned status) {
    const unsigned kind = status & 0xF0;
    const std::size_t channel = status & 0x0F;
    const std::size_t first = bytes_.data();
    if (kind == program_change || kind == channel_pressure) return;
    const std::size_t second = bytes_.data();
    if (kind != note_on && kind != note_off) return;
    end(channel, first);
    if (kind == note_on && second > 0)
        sounding_[channel * pitches + first] = MidiNote{now_, now_, first, second, channel, track_};
}

void TrackReader::read() {
    unsigned running = 0;  // an event that begins with a byte below 128 is of the kind of the last
    while (!bytes_.empty()) {
        now_ += bytes_.variable();
        const unsigned status = bytes_.peek() < 0x80 ? running : bytes_.number(1);
        if (status == meta) {
            const unsigned kind = bytes_.number(1);
            bytes_.take(bytes_.variable());
            if (kind == end_of_track) break;
        } else if (status == system_exclusive || status == escape) {
            bytes_.take(bytes_.variable());
        } else {
            bytes_.check(0x80 <= status && status < 0xF0,
                         "is damaged (no event begins with the byte ", status, ")");
            channel_event(running = status);
        }
    }
    for (std::size_t i = 0; i < sounding_.size(); ++i) end(i / pitches, i % pitches);
}

/// The bytes of a file, which is looked at before it is read.
std::string bytes_of(const std::filesystem::path& path) {
    const Bytes nothing({}, path.string());
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    nothing.check(!failure, failure.message());
    nothing.check(std::filesystem::is_regular_file(status), "is not a file");
    const auto size = std::filesystem::file_size(path, failure);
    nothing.check(!failure, failure.message());
    nothing.check(size <= largest_file, "is ", size, " bytes long, expected at most ",
                  largest_file);
    return read_file(path);
}

}  // namespace

Midi read_midi(const std::filesystem::path& path) {
    const std::string all = bytes_of(path);
    Bytes file(all, path.string());
    file.check(all.starts_with("MThd"), "is not a MIDI file");
    file.take(4);
    const std::size_t header_size = file.number(4);
    Bytes header(file.take(header_size), path.string());
    const unsigned format = header.number(2), tracks = header.number(2),
                   division = header.number(2);
    file.check(format <= 1, "is of format ", format, ", expected 0 or 1");
    file.check(division < 0x8000,
               "counts time in frames of a film (SMPTE), expected parts of a quarter note");
    file.check(division > 0 && tracks > 0, "is damaged (", tracks, " tracks, ", division,
               " ticks to a quarter note)");

    Midi midi{division, {}};
    for (std::size_t track = 0; track < tracks;) {
        const std::string_view kind = file.take(4);
        const std::size_t size = file.number(4);
        const std::string_view bytes = file.take(size);
        if (kind != "MTrk") continue;
        Bytes events(bytes, path.string() + ": track " + std::to_string(track + 1));
        TrackReader(std::move(events), track, midi.notes).read();
        ++track;
    }
    sort(midi.notes);
    return midi;
}

// --- writing -------------------------------------------------------------------------------------

namespace {

void put(std::string& bytes, std::initializer_list<std::size_t> values) {
    for (const std::size_t value : values) bytes += static_cast<char>(value);
}

void put_number(std::string& bytes, std::size_t value, std::size_t count) {
    while (count-- > 0) bytes += static_cast<char>(value >> (8 * count));
}

void put_variable(std::string& bytes, std::uint64_t value) {
    for (int shift = 21; shift > 0; shift -= 7)
        if (value >> shift) bytes += static_cast<char>(0x80 | (value >> shift & 0x7F));
    bytes += static_cast<char>(value & 0x7F);
}

/// The beginning or the end of a note.
struct Event {
    std::uint64_t time;
    bool begins;
    MidiNote note;
};

/// In the order of time, what ends before what begins.
std::vector<Event> events_of(const std::vector<MidiNote>& notes) {
    std::vector<Event> events;
    for (const MidiNote& note : notes) {
        events.push_back({note.start, true, note});
        events.push_back({note.end, false, note});
    }
    std::ranges::stable_sort(events, {},
                             [](const Event& e) { return std::pair(e.time, e.begins); });
    return events;
}

std::string track_of(const Midi& midi, const MidiSettings& settings) {
    std::string bytes;
    const auto tempo = static_cast<std::size_t>(std::lround(6e7 / settings.quarters_per_minute));
    put(bytes, {0, meta, set_tempo, 3});  // microseconds to a quarter note
    put_number(bytes, tempo, 3);
    std::array<bool, channels> used{};
    for (const MidiNote& note : midi.notes) used[note.channel] = true;
    for (std::size_t channel = 0; channel < channels; ++channel)
        if (used[channel]) put(bytes, {0, program_change | channel, settings.instrument});

    std::uint64_t now = 0;
    for (const auto& [time, begins, note] : events_of(midi.notes)) {
        put_variable(bytes, time - now);
        put(bytes,
            {(begins ? note_on : note_off) | note.channel, note.pitch, begins ? note.velocity : 0});
        now = time;
    }
    put(bytes, {0, meta, end_of_track, 0});
    return bytes;
}

void check_notes(const Midi& midi, const std::string& where) {
    const auto check = [&](bool condition, const auto&... parts) {
        require(condition, "[write_midi] ", where, ": ", parts...);
    };
    std::array<std::uint64_t, channels * pitches> until{};
    std::vector<MidiNote> notes = midi.notes;
    sort(notes);
    for (const MidiNote& note : notes) {
        check(note.pitch < pitches && note.channel < channels && 1 <= note.velocity &&
                  note.velocity < 128,
              "expected notes of pitches below 128, channels below 16 and velocities of 1 to 127, "
              "got ",
              note.pitch, ", ", note.channel, " and ", note.velocity);
        check(note.start < note.end && note.end <= most_ticks,
              "expected notes that end after they begin and at most at tick ", most_ticks,
              ", got one from ", note.start, " to ", note.end);
        std::uint64_t& before = until[note.channel * pitches + note.pitch];
        check(before <= note.start,
              "expected one note of a pitch and channel at a time, got one of ", note.pitch,
              " at tick ", note.start, ", before the last has ended");
        before = note.end;
    }
}

}  // namespace

void write_midi(const std::filesystem::path& path, const Midi& midi, const MidiSettings& settings) {
    const auto& [instrument, tempo] = settings;
    require(1 <= midi.ticks_per_quarter && midi.ticks_per_quarter < 0x8000, "[write_midi] ",
            path.string(), ": expected 1 to 32767 ticks to a quarter note, got ",
            midi.ticks_per_quarter);
    require(instrument < 128 && 4 <= tempo && tempo <= 1000, "[write_midi] ", path.string(),
            ": expected an instrument below 128 and 4 to 1000 quarter notes a minute, got ",
            instrument, " and ", tempo);
    check_notes(midi, path.string());

    const std::string track = track_of(midi, settings);
    std::string bytes = "MThd";
    put_number(bytes, 6, 4);
    for (const std::size_t value : {std::size_t{0}, std::size_t{1}, midi.ticks_per_quarter})
        put_number(bytes, value, 2);
    bytes += "MTrk";
    put_number(bytes, track.size(), 4);
    write_atomically(path, bytes + track);
}

}  // namespace nn
