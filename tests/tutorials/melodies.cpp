#include "tutorials/support/melodies.hpp"

#include <doctest/doctest.h>

#include "nn/data/melodies.hpp"
#include "nn/io/png.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using tutorials::NamedMelody;

namespace {

const std::vector<NamedMelody> walk{
    {"A", nn::melody_of({{0, 2, 60}, {3, 1, 64}})},
    {"B \"so\"", {2, 2, 2, 2, 0, 30}},
};

}  // namespace

TEST_CASE("melodies are written for a page that plays them") {
    const TemporaryFolder folder;
    tutorials::save_melodies(folder / "a.json", walk, 90);
    CHECK(bytes_of(folder / "a.json") ==
          R"({"bar":8,"steps_per_quarter":2,"quarters_per_minute":90,"melodies":[)"
          R"({"name":"A","steps":4,"notes":[[0,2,60],[3,1,64]]},)"
          R"({"name":"B \"so\"","steps":4,"notes":[]}]})"
          "\n");
}

TEST_CASE("melodies that no page can play are refused") {
    const TemporaryFolder folder;
    const auto save = [&](const std::vector<NamedMelody>& melodies, double tempo = 120) {
        tutorials::save_melodies(folder / "a.json", melodies, tempo);
    };
    using autograd::Error;
    CHECK_THROWS_WITH_AS(save({}), "[save_melodies] expected melodies, got none", Error);
    CHECK_THROWS_WITH_AS(save({{"", {5}}}),
                         "[save_melodies] expected a name for each melody, got none", Error);
    CHECK_THROWS_WITH_AS(save({{"A", autograd::Indices(1025, 2)}}),
                         "[save_melodies] expected at most 1024 steps, got 1025 in A", Error);
    CHECK_THROWS_AS(save(walk, 3), Error);
    CHECK(folder.entries() == 0);
}

TEST_CASE("piano rolls show each note where it is") {
    const TemporaryFolder folder;
    tutorials::save_piano_rolls(folder / "a.png", walk);
    const nn::Bitmap picture = nn::read_png(folder / "a.png");
    CHECK(picture.shape[0] >= 2 * 7 * 4);  // five pitches and a margin, twice
    CHECK(picture.shape[1] > 4 * 8);
    std::size_t dark = 0;
    for (const std::uint8_t byte : picture.bytes) dark += byte == 51;
    CHECK(dark >= (15 + 7) * 4 * picture.shape[2]);
    tutorials::save_piano_rolls(folder / "silent.png", {{"A", {2, 2}}, {"B", {0}}});
    CHECK_THROWS_AS(tutorials::save_piano_rolls(folder / "none.png", {}), autograd::Error);
}
