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

    explicit Pose(const Indices& values) {
        const auto part = [&](std::size_t k) {  // from 0 for the first value to 1 for the last
            return static_cast<double>(values[k]) /
                   static_cast<double>(sprite_factors()[k].values - 1);
        };
        const double angle = 2 * std::numbers::pi * static_cast<double>(values[2]) /
                             static_cast<double>(sprite_factors()[2].values);
        radius = largest_radius * (1 + part(1)) / 2;
        cosine = std::cos(angle);
        sine = std::sin(angle);
        centre = {sprite_side * (1 + 2 * part(3)) / 4, sprite_side * (1 + 2 * part(4)) / 4};
    }

    /// The middle of a pixel as the shape sees it.
    Point operator()(std::size_t row, std::size_t column) const {
        const double x = (static_cast<double>(column) + .5 - centre.x) / radius;
        const double y = (centre.y - static_cast<double>(row) - .5) / radius;
        return {cosine * x + sine * y, cosine * y - sine * x};
    }
};

template <class Shape>
void fill(Shape inside, const Pose& pose, Real* picture) {
    const auto pixel = [](double x) {
        return static_cast<std::size_t>(std::clamp(x, 0., sprite_side - 1.));
    };
    const auto [x, y] = pose.centre;
    for (std::size_t row = pixel(y - pose.radius); row <= pixel(y + pose.radius); ++row)
        for (std::size_t column = pixel(x - pose.radius); column <= pixel(x + pose.radius);
             ++column)
            picture[row * sprite_side + column] = inside(pose(row, column)) ? 1 : 0;
}

void draw(const Indices& values, Real* picture) {
    const Pose pose(values);
    if (values[0] == 0) fill(in_square, pose, picture);
    if (values[0] == 1) fill(in_ellipse, pose, picture);
    if (values[0] == 2) fill(in_heart, pose, picture);
}

}  // namespace

const Factors& sprite_factors() {
    static const Factors factors{
        {{"shape", 3, true}, {"scale", 6}, {"rotation", 40}, {"x", 32}, {"y", 32}}};
    return factors;
}

void draw_sprites(const Indices& numbers, Array& images) {
    constexpr std::size_t pixels = sprite_side * sprite_side;
    images.resize({numbers.size(), pixels});
    std::fill(images.storage().begin(), images.storage().end(), Real(0));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        draw(sprite_factors().values(numbers[i]), images.data() + i * pixels);
}

Array draw_sprites(const Indices& numbers) {
    Array images;
    draw_sprites(numbers, images);
    return images;
}

Dataset sprites(const Indices& numbers) {
    Dataset data{.name = "sprites",
                 .images = draw_sprites(numbers),
                 .labels = numbers,
                 .item = {sprite_side, sprite_side, 1},
                 .classes = shape_names.size(),
                 .class_names = {shape_names.begin(), shape_names.end()}};
    for (std::size_t& label : data.labels) label = sprite_factors().value(label, 0);
    return data;
}

SpriteSplit split_sprites() {
    constexpr std::uint64_t seed = 32;
    constexpr std::ptrdiff_t held_out = 10'000;
    const Indices all = Random{seed}.permutation(sprite_factors().combinations());
    return {{all.begin() + held_out, all.end()}, {all.begin(), all.begin() + held_out}};
}

}  // namespace nn
