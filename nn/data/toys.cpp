#include "nn/data/toys.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace nn {
namespace {

using autograd::Real;
using autograd::require;
using std::numbers::pi;

struct Point {
    double x, y;
};

Point on_circle(double radius, double angle) {
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// n points, each where `draw(label)` puts it and then blurred.
template <class Draw>
Dataset scatter(const char* name, std::size_t n, std::size_t classes, double noise, Random& random,
                Draw draw) {
    require(classes > 0, "[", name, "] got 0 pieces, expected at least 1");
    Dataset data{.name = name,
                 .images = Array(Shape{n, 2}),
                 .labels = Indices(n),
                 .item = {2},
                 .classes = classes};
    for (std::size_t label = 0; label < classes; ++label)
        data.class_names.push_back(std::to_string(label));
    for (std::size_t i = 0; i < n; ++i) {
        data.labels[i] = i % classes;
        const Point point = draw(data.labels[i]);
        data.images(i, 0) = static_cast<Real>(point.x + noise * random.normal());
        data.images(i, 1) = static_cast<Real>(point.y + noise * random.normal());
    }
    return data;
}

}  // namespace

Dataset two_moons(std::size_t n, Random& random, double noise) {
    return scatter("two moons", n, 2, noise, random, [&](std::size_t moon) {
        const auto [x, y] = on_circle(1, pi * random.uniform());
        return moon == 0 ? Point{x, y} : Point{1 - x, .5 - y};
    });
}

Dataset rings(std::size_t n, Random& random, std::size_t rings, double noise) {
    return scatter("rings", n, rings, noise, random, [&](std::size_t ring) {
        const double radius = static_cast<double>(ring + 1) / static_cast<double>(rings);
        return on_circle(radius, 2 * pi * random.uniform());
    });
}

Dataset spiral(std::size_t n, Random& random, std::size_t arms, double noise) {
    return scatter("spiral", n, arms, noise, random, [&](std::size_t arm) {
        const double radius =
            std::sqrt(random.uniform());  // as many points near the end as there is room
        const double start = static_cast<double>(arm) / static_cast<double>(arms);
        return on_circle(radius, 2 * pi * (start + radius));
    });
}

}  // namespace nn
