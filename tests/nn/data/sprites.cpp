#include "nn/data/sprites.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace nn;
using autograd::Error;
using autograd::Real;

namespace {

constexpr std::size_t side = sprite_side, pixels = side * side;

std::size_t sprite(std::size_t shape, std::size_t scale, std::size_t rotation, std::size_t x,
                   std::size_t y) {
    return sprite_factors().item({shape, scale, rotation, x, y});
}

Array picture(std::size_t number) { return draw_sprites(Indices{number}); }

struct Moments {
    double area = 0, x = 0, y = 0;  // in pixels; x to the right, y down
};

Moments moments(const Array& image) {
    Moments m;
    for (std::size_t i = 0; i < pixels; ++i) {
        m.area += image(0, i);
        m.x += image(0, i) * (static_cast<double>(i % side) + .5);
        m.y += image(0, i) * (static_cast<double>(i / side) + .5);
    }
    m.x /= m.area;
    m.y /= m.area;
    return m;
}

}  // namespace

TEST_CASE("factors number all combinations, the last factor fastest") {
    const Factors factors{{{"a", 2}, {"b", 3}, {"c", 4}}};
    CHECK(factors.combinations() == 24);
    std::size_t number = 0;
    for (std::size_t a = 0; a < 2; ++a)
        for (std::size_t b = 0; b < 3; ++b)
            for (std::size_t c = 0; c < 4; ++c, ++number) {
                CHECK(factors.item({a, b, c}) == number);
                CHECK(factors.values(number) == Indices{a, b, c});
                CHECK(factors.value(number, 1) == b);
                CHECK(factors.with(number, 1, 2) == factors.item({a, 2, c}));
            }
}

TEST_CASE("factors refuse what does not exist") {
    const Factors factors{{{"a", 2}, {"b", 3}}};
    CHECK_THROWS_WITH_AS(factors.values(6), "[factors] there is no item 6, only 6", Error);
    CHECK_THROWS_WITH_AS(factors.value(0, 2), "[factors] there is no factor 2, only 2", Error);
    CHECK_THROWS_WITH_AS(factors.with(0, 2, 0), "[factors] there is no factor 2, only 2", Error);
    CHECK_THROWS_WITH_AS(factors.item({1}), "[factors] got 1 values, expected 2", Error);
    CHECK_THROWS_WITH_AS(factors.item({1, 3}), "[factors] b cannot be 3, only below 3", Error);
    CHECK_THROWS_AS(picture(737280), Error);
}

TEST_CASE("there are 737 280 sprites, and each can be drawn by its number") {
    CHECK(sprite_factors().combinations() == 737280);
    const Indices numbers{0, 737279, 400000};
    const Array together = draw_sprites(numbers);
    REQUIRE(together.shape() == Shape{3, pixels});
    for (std::size_t i = 0; i < 3; ++i) {
        const Array alone = picture(numbers[i]);
        CHECK(std::equal(alone.begin(), alone.end(), &together(i, 0)));
    }
    for (const Real pixel : together) CHECK((pixel == 0 || pixel == 1));
}

TEST_CASE("drawing over other pictures leaves nothing of them") {
    Array images = autograd::full({7, 3}, Real(.5));
    draw_sprites({12345, 54321}, images);
    CHECK(images == draw_sprites({12345, 54321}));
}

TEST_CASE("a sprite stands where its x and y say, and grows with its scale") {
    for (const std::size_t shape : {0, 1})  // whose centres are their middles
        for (const std::size_t rotation : {0, 7})
            for (const std::size_t x : {0, 13, 31})
                for (const std::size_t y : {0, 20, 31}) {
                    const Moments m = moments(picture(sprite(shape, 5, rotation, x, y)));
                    CHECK(std::abs(m.x - (8 + 16. * static_cast<double>(x) / 31)) < .25);
                    CHECK(std::abs(m.y - (8 + 16. * static_cast<double>(y) / 31)) < .25);
                }
    for (std::size_t shape = 0; shape < 3; ++shape) {
        double before = 0;
        for (std::size_t scale = 0; scale < 6; ++scale) {
            const double area = moments(picture(sprite(shape, scale, 3, 15, 15))).area;
            CHECK(area > before);
            before = area;
        }
    }
    // A square whose half diagonal is 8 pixels, an ellipse with half axes 8 and 4.
    CHECK(moments(picture(sprite(0, 5, 3, 10, 12))).area == doctest::Approx(128).epsilon(.05));
    CHECK(moments(picture(sprite(1, 5, 3, 10, 12))).area == doctest::Approx(100.5).epsilon(.05));
}

TEST_CASE("ten rotations bring a square back, twenty an ellipse, and forty a heart") {
    const auto same = [](std::size_t shape, std::size_t turned) {
        const Array a = picture(sprite(shape, 5, 3, 11, 12));
        const Array b = picture(sprite(shape, 5, 3 + turned, 11, 12));
        double different = 0;
        for (std::size_t i = 0; i < pixels; ++i) different += std::abs(a(0, i) - b(0, i));
        return different <= 2;  // a pixel on the edge may be rounded either way
    };
    CHECK(same(0, 10));
    CHECK(!same(0, 5));
    CHECK(same(1, 20));
    CHECK(!same(1, 10));
    CHECK(!same(2, 20));
}

TEST_CASE("no sprite is cut off at the border of its picture") {
    for (std::size_t shape = 0; shape < 3; ++shape)
        for (std::size_t rotation = 0; rotation < 40; ++rotation)
            for (const std::size_t x : {0, 31})
                for (const std::size_t y : {0, 31}) {
                    const Array image = picture(sprite(shape, 5, rotation, x, y));
                    double first_row = 0, last_row = 0, first_column = 0, last_column = 0;
                    for (std::size_t i = 0; i < side; ++i) {
                        first_row += image(0, i);
                        last_row += image(0, (side - 1) * side + i);
                        first_column += image(0, i * side);
                        last_column += image(0, i * side + side - 1);
                    }
                    // Only a corner or the round of a heart comes so far.
                    CHECK(std::max({first_row, last_row, first_column, last_column}) <= 6);
                }
}

TEST_CASE("the split is the same on every machine, and its parts have no sprite in common") {
    const SpriteSplit split = split_sprites();
    CHECK(split.test.size() == 10000);
    CHECK(split.train.size() == 727280);
    std::set<std::size_t> all(split.train.begin(), split.train.end());
    all.insert(split.test.begin(), split.test.end());
    CHECK(all.size() == 737280);

    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const Real pixel : draw_sprites({split.test.begin(), split.test.begin() + 1000}))
        hash = (hash ^ static_cast<std::uint32_t>(pixel)) * 16777619;
    CHECK(hash == 2797787361);
}

TEST_CASE("sprites as a data set are labelled with their shapes") {
    const Dataset data = sprites({sprite(2, 0, 0, 0, 0), sprite(0, 1, 2, 3, 4)});
    CHECK(data.labels == Indices{2, 0});
    CHECK(data.images.shape() == Shape{2, pixels});
    CHECK(data.class_names.at(2) == "heart");
    CHECK(data.item == autograd::Shape{32, 32, 1});

    const TrainTest loaded = load_data("sprites", {.train = 30, .test = 20});
    CHECK(loaded.train.size() == 30);
    CHECK(loaded.test.size() == 20);
    const SpriteSplit split = split_sprites();
    CHECK(loaded.test.images == draw_sprites({split.test.begin(), split.test.begin() + 20}));
}

TEST_CASE("there are 663 552 sprites in colour, the last factors as those of white ones") {
    CHECK(colour_sprite_factors().combinations() == 663552);
    CHECK_THROWS_AS(draw_colour_sprites(Indices{663552}), Error);
    // Where both kinds have the same pose: ends and thirds of the ranges, quarters of a turn.
    for (std::size_t shape = 0; shape < 3; ++shape)
        for (const std::size_t hue : {0, 4, 8})  // red, green, blue
            for (std::size_t scale = 0; scale < 6; ++scale)
                for (std::size_t quarter = 0; quarter < 4; ++quarter)
                    for (std::size_t end = 0; end < 4; ++end) {
                        const std::size_t x = end % 2, y = end / 2;
                        const Array white =
                            picture(sprite(shape, scale, 10 * quarter, 31 * x, 31 * y));
                        const Array colour =
                            draw_colour_sprites(Indices{colour_sprite_factors().item(
                                {shape, hue, scale, 3 * quarter, 15 * x, 15 * y})});
                        REQUIRE(colour.shape() == Shape{1, 3 * pixels});
                        const std::size_t channel = hue / 4;
                        double different = 0;
                        for (std::size_t i = 0; i < pixels; ++i)
                            different += std::abs(colour(0, 3 * i + channel) - white(0, i));
                        CHECK(different <= (quarter == 0 ? 0 : 2));  // see above
                    }
}

TEST_CASE("the twelve hues are those of a colour circle") {
    // Red, orange, yellow, chartreuse, green, ..., as any table of colours has them.
    const int circle[12][3] = {{255, 0, 0}, {255, 128, 0}, {255, 255, 0}, {128, 255, 0},
                               {0, 255, 0}, {0, 255, 128}, {0, 255, 255}, {0, 128, 255},
                               {0, 0, 255}, {128, 0, 255}, {255, 0, 255}, {255, 0, 128}};
    for (std::size_t hue = 0; hue < 12; ++hue) {
        const std::size_t number = colour_sprite_factors().item({0, hue, 5, 1, 8, 8});
        const Array image = draw_colour_sprites(Indices{number});
        std::set<std::vector<int>> colours;
        for (std::size_t i = 0; i < pixels; ++i) {
            std::vector<int> colour;
            for (std::size_t channel = 0; channel < 3; ++channel) {
                const Real value = image(0, 3 * i + channel);
                colour.push_back(static_cast<int>(std::lround(255 * value)));
                CHECK(value == static_cast<Real>(colour.back()) / 255);
            }
            colours.insert(colour);
        }
        CHECK(colours == std::set<std::vector<int>>{{0, 0, 0}, {circle[hue], circle[hue] + 3}});
    }
}

TEST_CASE("sprites in colour are the same on every machine, in two parts, labelled with shapes") {
    const SpriteSplit split = split_colour_sprites();
    CHECK(split.test.size() == 10000);
    CHECK(split.train.size() == 653552);
    std::set<std::size_t> all(split.train.begin(), split.train.end());
    all.insert(split.test.begin(), split.test.end());
    CHECK(all.size() == 663552);

    Array images = autograd::full({7, 3}, Real(.5));
    draw_colour_sprites({split.test.begin(), split.test.begin() + 1000}, images);
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const Real value : images)
        hash = (hash ^ static_cast<std::uint32_t>(std::lround(255 * value))) * 16777619;
    CHECK(hash == 2386491372);

    const TrainTest loaded = load_data("colour-sprites", {.train = 30, .test = 1000});
    CHECK(loaded.train.name == "colour-sprites");
    CHECK(loaded.train.size() == 30);
    CHECK(loaded.train.item == Shape{32, 32, 3});
    CHECK(loaded.train.class_names == std::vector<std::string>{"square", "ellipse", "heart"});
    CHECK(loaded.test.images == images);
    for (std::size_t i = 0; i < 1000; ++i)
        CHECK(loaded.test.labels[i] == colour_sprite_factors().value(split.test[i], 0));
    const TrainTest whole = load_data("colour-sprites");
    CHECK(whole.train.size() == 20000);
    CHECK(whole.test.size() == 5000);
}
