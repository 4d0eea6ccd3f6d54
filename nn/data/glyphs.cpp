#include "nn/data/glyphs.hpp"

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
using Stroke = std::vector<Point>;
using Glyph = std::vector<Stroke>;

constexpr std::size_t side = 28;
constexpr std::size_t pixels = side * side;

// --- the ten glyphs, in a square from −1 to 1, y pointing down -----------------------------------

/// The line through some points, with more points between them, so that it can be bent.
Stroke line(const Stroke& corners) {
    constexpr int steps = 6;
    Stroke stroke{corners.front()};
    for (std::size_t i = 1; i < corners.size(); ++i)
        for (int step = 1; step <= steps; ++step) {
            const double t = static_cast<double>(step) / steps;
            const auto [x0, y0] = corners[i - 1];
            const auto [x1, y1] = corners[i];
            stroke.push_back({x0 + t * (x1 - x0), y0 + t * (y1 - y0)});
        }
    return stroke;
}

/// Samples a curve given over [0, 1].
template <class Curve>
Stroke curve(Curve at) {
    constexpr int steps = 24;
    Stroke stroke;
    for (int step = 0; step <= steps; ++step)
        stroke.push_back(at(static_cast<double>(step) / steps));
    return stroke;
}

constexpr double turn = 2 * std::numbers::pi;

/// Local to a function, so that they exist even if they are used before main.
const std::array<Glyph, 10>& shapes() {
    static const std::array<Glyph, 10> all = {
        Glyph{curve([](double t) {
            return Point{.7 * std::sin(turn * t), -std::cos(turn * t)};
        })},
        Glyph{line({{0, -1}, {0, 1}})},
        Glyph{line({{0, -.9}, {0, .9}}), line({{-.9, 0}, {.9, 0}})},
        Glyph{line({{-.8, -.8}, {.8, .8}}), line({{.8, -.8}, {-.8, .8}})},
        Glyph{line({{0, -.9}, {.9, .75}, {-.9, .75}, {0, -.9}})},
        Glyph{line({{-.75, -.75}, {.75, -.75}, {.75, .75}, {-.75, .75}, {-.75, -.75}})},
        Glyph{line({{-.75, -.85}, {.75, -.85}, {-.75, .85}, {.75, .85}})},
        Glyph{curve([](double t) {
            return Point{2 * t - 1, -.6 * std::sin(turn * t)};
        })},
        Glyph{curve([](double t) {
            return Point{t * std::cos(1.75 * turn * t), t * std::sin(1.75 * turn * t)};
        })},
        Glyph{line({{-.9, 0}, {.9, 0}}), line({{.25, -.65}, {.9, 0}, {.25, .65}})},
    };
    return all;
}

constexpr std::array<const char*, 10> names = {"ring",   "bar",    "plus", "cross",  "triangle",
                                               "square", "zigzag", "wave", "spiral", "arrow"};

// --- the hand ------------------------------------------------------------------------------------

double between(double low, double high, Random& random) {
    return low + (high - low) * random.uniform();
}

/// How one glyph is deformed and put on the paper.
struct Hand {
    double width, height, tilt, slant, bend_x, bend_y, left, top;

    explicit Hand(Random& random)
        : width{between(7, 10, random)},
          height{between(7, 10, random)},
          tilt{between(-.25, .25, random)},
          slant{between(-.3, .3, random)},
          bend_x{.1 * random.normal()},
          bend_y{.1 * random.normal()},
          left{side / 2. + between(-2, 2, random)},
          top{side / 2. + between(-2, 2, random)} {}

    /// From the glyph's square to pixels.
    Point operator()(Point p) const {
        const double bent_x = p.x + bend_x * (p.y * p.y - .5);
        const double bent_y = p.y + bend_y * (p.x * p.x - .5);
        const double x = width * (bent_x - slant * bent_y);
        const double y = height * bent_y;
        const double shrink = 1 / std::sqrt(1 + tilt * tilt);  // tilt is a tangent
        return {left + shrink * (x - tilt * y), top + shrink * (y + tilt * x)};
    }
};

/// How far p is from the segment from a to b, and how far along that is, from 0 to 1.
struct Nearest {
    double distance, along;
};
Nearest nearest(Point p, Point a, Point b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double along =
        std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy + 1e-12), 0., 1.);
    const double x = p.x - a.x - along * dx, y = p.y - a.y - along * dy;
    return {std::sqrt(x * x + y * y), along};
}

using Coverage = std::array<double, pixels>;  ///< the part of each pixel that is inked

/// The segment from a to b by a round pen whose radius goes from `radius_a` to `radius_b`.
void draw(Coverage& coverage, Point a, Point b, double radius_a, double radius_b) {
    const double reach = std::max(radius_a, radius_b) + 1;
    const auto pixel = [](double x) {
        return static_cast<std::size_t>(std::clamp(x, 0., side - 1.));
    };
    const std::size_t left = pixel(std::min(a.x, b.x) - reach),
                      right = pixel(std::max(a.x, b.x) + reach);
    const std::size_t top = pixel(std::min(a.y, b.y) - reach),
                      bottom = pixel(std::max(a.y, b.y) + reach);
    for (std::size_t y = top; y <= bottom; ++y)
        for (std::size_t x = left; x <= right; ++x) {
            const Point centre{static_cast<double>(x) + .5, static_cast<double>(y) + .5};
            const auto [distance, along] = nearest(centre, a, b);
            const double radius = radius_a + along * (radius_b - radius_a);
            double& inked = coverage[y * side + x];
            inked = std::max(inked, std::clamp(radius + .5 - distance, 0., 1.));
        }
}

void draw(Coverage& coverage, const Glyph& glyph, Random& random) {
    const Hand hand(random);
    const double radius = between(.8, 1.6, random);
    for (const Stroke& stroke : glyph) {
        const Point slip{.05 * random.normal(), .05 * random.normal()};
        const double start = radius * between(.8, 1.2, random);
        const double growth =
            (radius * between(.8, 1.2, random) - start) / static_cast<double>(stroke.size() - 1);
        const auto place = [&](Point p) { return hand({p.x + slip.x, p.y + slip.y}); };
        for (std::size_t i = 1; i < stroke.size(); ++i)
            draw(coverage, place(stroke[i - 1]), place(stroke[i]),
                 start + growth * static_cast<double>(i - 1),
                 start + growth * static_cast<double>(i));
    }
}

}  // namespace

Dataset glyphs(std::size_t n, Random& random) {
    Dataset data{.name = "glyphs",
                 .images = Array(Shape{n, pixels}),
                 .labels = Indices(n),
                 .item = {side, side, 1},
                 .classes = names.size(),
                 .class_names = {names.begin(), names.end()}};
    Array grain(Shape{pixels});
    for (std::size_t i = 0; i < n; ++i) {
        data.labels[i] = i % names.size();
        Coverage coverage{};
        draw(coverage, shapes()[data.labels[i]], random);
        const double ink = between(.7, 1, random);
        random.normal(grain);
        for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
            const double grey = coverage[pixel] * (ink + .06 * grain.flat(pixel));
            data.images(i, pixel) =
                static_cast<Real>(std::round(255 * std::clamp(grey, 0., 1.))) / 255;
        }
    }
    return data;
}

}  // namespace nn
