#include "nn/data/sprites.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace nn {
namespace {

using autograd::Real;

struct Point {
    double x, y;
};

// --- the three shapes, within a circle of radius 1, y pointing up --------------------------------

bool in_square(Point p) {
    return std::max(std::abs(p.x), std::abs(p.y)) <= std::numbers::sqrt2 / 2;
}

bool in_ellipse(Point p) { return p.x * p.x + 4 * p.y * p.y <= 1; }

/// (x² + y² − 1)³ ≤ x² y³, made smaller and moved so that the circle touches it below and at the
/// sides.
bool in_heart(Point p) {
    const double x = 1.2 * p.x, y = 1.2 * p.y + .2;
    const double outside = x * x + y * y - 1;
    return outside * outside * outside <= x * x * y * y * y;
}

constexpr std::array<const char*, 3> shape_names = {"square", "ellipse", "heart"};

// --- where it stands -----------------------------------------------------------------------------

constexpr double largest_radius = sprite_side / 4.;

/// A sprite's place in the picture, in pixels, y pointing down as rows do.
struct Pose {
    Point centre;
    double radius, cosine, sine;

    /// By the last four factors, which are scale, rotation, x and y in both kinds of sprites.
    Pose(const Factors& factors, const Indices& values) {
        const std::size_t scale = factors.size() - 4, rotation = scale + 1;
        const auto part = [&](std::size_t k) {  // from 0 for the first value to 1 for the last
            return static_cast<double>(values[k]) / static_cast<double>(factors[k].values - 1);
        };
        const double angle = 2 * std::numbers::pi * static_cast<double>(values[rotation]) /
                             static_cast<double>(factors[rotation].values);
        radius = largest_radius * (1 + part(scale)) / 2;
        cosine = std::cos(angle);
        sine = std::sin(angle);
        centre = {sprite_side * (1 + 2 * part(rotation + 1)) / 4,
                  sprite_side * (1 + 2 * part(rotation + 2)) / 4};
    }

    /// The middle of a pixel as the shape sees it.
    Point operator()(std::size_t row, std::size_t column) const {
        const double x = (static_cast<double>(column) + .5 - centre.x) / radius;
        const double y = (centre.y - static_cast<double>(row) - .5) / radius;
        return {cosine * x + sine * y, cosine * y - sine * x};
    }
};

// --- its colour ----------------------------------------------------------------------------------

using Colour = std::array<Real, 3>;  ///< red, green and blue; in a grey picture the first alone

Colour white(const Indices&) { return {1, 1, 1}; }

/// The purest colour of a hue, in steps that a byte can hold. Hues go around a hexagon with red, green
/// and blue at every second corner: A. R. Smith, Color gamut transform pairs, SIGGRAPH 1978.
Colour of_hue(const Indices& values) {
    const double hue =
        6 * static_cast<double>(values[1]) / static_cast<double>(colour_sprite_factors()[1].values);
    const auto channel = [&](double corner) {
        const double apart = std::abs(std::remainder(hue - corner, 6.));
        return static_cast<Real>(std::round(255 * std::clamp(2 - apart, 0., 1.))) / 255;
    };
    return {channel(0), channel(2), channel(4)};
}

// --- what the two kinds of sprites share ---------------------------------------------------------

struct Kind {
    const char* name;
    const Factors& (*factors)();
    std::size_t channels;
    Colour (*colour)(const Indices& values);
};
constexpr Kind plain{"sprites", sprite_factors, 1, white};
constexpr Kind coloured{"colour-sprites", colour_sprite_factors, 3, of_hue};

constexpr std::size_t pixels = sprite_side * sprite_side;

template <class Shape>
void fill(Shape inside, const Pose& pose, const Colour& colour, std::size_t channels,
          Real* picture) {
    const auto pixel = [](double x) {
        return static_cast<std::size_t>(std::clamp(x, 0., sprite_side - 1.));
    };
    const auto [x, y] = pose.centre;
    for (std::size_t row = pixel(y - pose.radius); row <= pixel(y + pose.radius); ++row)
        for (std::size_t column = pixel(x - pose.radius); column <= pixel(x + pose.radius);
             ++column)
            if (inside(pose(row, column)))
                std::copy_n(colour.begin(), channels,
                            picture + (row * sprite_side + column) * channels);
}

void draw(const Kind& kind, const Indices& values, Real* picture) {
    const Pose pose(kind.factors(), values);
    const Colour colour = kind.colour(values);
    if (values[0] == 0) fill(in_square, pose, colour, kind.channels, picture);
    if (values[0] == 1) fill(in_ellipse, pose, colour, kind.channels, picture);
    if (values[0] == 2) fill(in_heart, pose, colour, kind.channels, picture);
}

void draw_all(const Kind& kind, const Indices& numbers, Array& images) {
    const std::size_t size = pixels * kind.channels;
    images.resize({numbers.size(), size});
    std::fill(images.storage().begin(), images.storage().end(), Real(0));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        draw(kind, kind.factors().values(numbers[i]), images.data() + i * size);
}

Array draw_all(const Kind& kind, const Indices& numbers) {
    Array images;
    draw_all(kind, numbers, images);
    return images;
}

Dataset labelled(const Kind& kind, const Indices& numbers) {
    Dataset data{.name = kind.name,
                 .images = draw_all(kind, numbers),
                 .labels = numbers,
                 .item = {sprite_side, sprite_side, kind.channels},
                 .classes = shape_names.size(),
                 .class_names = {shape_names.begin(), shape_names.end()}};
    for (std::size_t& label : data.labels) label = kind.factors().value(label, 0);
    return data;
}

SpriteSplit split(const Factors& factors) {
    constexpr std::uint64_t seed = 32;
    constexpr std::ptrdiff_t held_out = 10'000;
    const Indices all = Random{seed}.permutation(factors.combinations());
    return {{all.begin() + held_out, all.end()}, {all.begin(), all.begin() + held_out}};
}

}  // namespace

const Factors& sprite_factors() {
    static const Factors factors{
        {{"shape", 3, true}, {"scale", 6}, {"rotation", 40}, {"x", 32}, {"y", 32}}};
    return factors;
}

void draw_sprites(const Indices& numbers, Array& images) { draw_all(plain, numbers, images); }
Array draw_sprites(const Indices& numbers) { return draw_all(plain, numbers); }
Dataset sprites(const Indices& numbers) { return labelled(plain, numbers); }
SpriteSplit split_sprites() { return split(sprite_factors()); }

const Factors& colour_sprite_factors() {
    static const Factors factors{
        {{"shape", 3, true}, {"hue", 12}, {"scale", 6}, {"rotation", 12}, {"x", 16}, {"y", 16}}};
    return factors;
}

void draw_colour_sprites(const Indices& numbers, Array& images) {
    draw_all(coloured, numbers, images);
}
Array draw_colour_sprites(const Indices& numbers) { return draw_all(coloured, numbers); }
Dataset colour_sprites(const Indices& numbers) { return labelled(coloured, numbers); }
SpriteSplit split_colour_sprites() { return split(colour_sprite_factors()); }

}  // namespace nn
