#include "tutorials/support/melodies.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "autograd/array.hpp"
#include "nn/data/melodies.hpp"
#include "nn/io/atomic_file.hpp"
#include "nn/io/decimal.hpp"
#include "tutorials/support/plot.hpp"

namespace tutorials {

using autograd::Array;
using autograd::Real;
using autograd::require;

namespace {

std::size_t steps_of(const autograd::Indices& symbols) {
    return static_cast<std::size_t>(std::ranges::find(symbols, std::size_t{0}) - symbols.begin());
}

/// What all piano rolls of a figure have in common.
struct Roll {
    std::size_t steps = 1, lowest = 60, highest = 60;

    static constexpr std::size_t step_width = 12, pitch_height = 5;
    std::size_t width() const { return steps * step_width + 1; }
    std::size_t height() const { return (highest - lowest + 3) * pitch_height; }
};

Roll roll_of(const std::vector<NamedMelody>& melodies) {
    std::vector<std::size_t> pitches;
    Roll roll;
    for (const auto& [name, symbols] : melodies) {
        roll.steps = std::max(roll.steps, steps_of(symbols));
        for (const nn::Note& note : nn::notes_of(symbols)) pitches.push_back(note.pitch);
    }
    if (!pitches.empty()) {
        roll.lowest = std::ranges::min(pitches);
        roll.highest = std::ranges::max(pitches);
    }
    return roll;
}

Array drawn(const autograd::Indices& symbols, const Roll& roll) {
    Array image = autograd::full({1, roll.height() * roll.width()}, 1);
    const auto fill = [&](std::size_t left, std::size_t right, std::size_t top, std::size_t bottom,
                          Real grey) {
        for (std::size_t y = top; y < bottom; ++y)
            std::fill_n(&image(0, y * roll.width() + left), right - left, grey);
    };
    for (std::size_t bar = 0; bar <= roll.steps; bar += nn::bar_steps)
        fill(bar * Roll::step_width, bar * Roll::step_width + 1, 0, roll.height(), Real(.8));
    for (const auto& [start, length, pitch] : nn::notes_of(symbols)) {
        const std::size_t top = (roll.highest + 1 - pitch) * Roll::pitch_height;
        fill(start * Roll::step_width + 1, (start + length) * Roll::step_width, top,
             top + Roll::pitch_height, Real(.2));
    }
    return image;
}

}  // namespace

void save_piano_rolls(const std::filesystem::path& path, const std::vector<NamedMelody>& melodies) {
    const Roll roll = roll_of(melodies);
    std::vector<NamedImages> rows;
    for (const auto& [name, symbols] : melodies) rows.push_back({name, drawn(symbols, roll)});
    save_named_rows(path, rows, {roll.height(), roll.width(), 1}, 1);
}

void save_melodies(const std::filesystem::path& path, const std::vector<NamedMelody>& melodies,
                   double quarters_per_minute) {
    constexpr std::size_t most_steps = 1024;
    require(!melodies.empty(), "[save_melodies] expected melodies, got none");
    require(4 <= quarters_per_minute && quarters_per_minute <= 1000,
            "[save_melodies] expected 4 to 1000 quarter notes a minute, got ", quarters_per_minute);
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const auto& [name, symbols] : melodies) {
        require(!name.empty(), "[save_melodies] expected a name for each melody, got none");
        require(steps_of(symbols) <= most_steps, "[save_melodies] expected at most ", most_steps,
                " steps, got ", steps_of(symbols), " in ", name);
        Json notes = Json::array();
        for (const auto& [start, length, pitch] : nn::notes_of(symbols))
            notes.push_back({start, length, pitch});
        list.push_back({{"name", name}, {"steps", steps_of(symbols)}, {"notes", notes}});
    }
    const Json json{{"bar", nn::bar_steps},
                    {"steps_per_quarter", 2},
                    {"quarters_per_minute", Json::parse(nn::decimal(quarters_per_minute))},
                    {"melodies", list}};
    nn::write_atomically(path, json.dump() + "\n");
}

}  // namespace tutorials
