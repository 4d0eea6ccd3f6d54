#include "nn/data/toys.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

using namespace nn;
using autograd::Error;
using autograd::Real;
using std::numbers::pi;

namespace {

constexpr std::size_t n = 20'000;

/// Mean over the points with the given label.
template <class F>
double mean(const Dataset& data, std::size_t label, F f) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
        if (data.labels[i] == label) {
            sum += f(data.images(i, 0), data.images(i, 1));
            ++count;
        }
    return sum / static_cast<double>(count);
}

const auto x_of = [](double x, double) { return x; };
const auto y_of = [](double, double y) { return y; };

}  // namespace

TEST_CASE("each toy has n points in the plane, as many of each label, and follows from the seed") {
    const auto check = [](auto make, std::size_t classes) {
        Random one{1}, two{1}, other{2};
        const Dataset data = make(one);
        CHECK(data.images.shape() == Shape{n, 2});
        CHECK(data.classes == classes);
        CHECK(data.class_names.size() == classes);
        std::vector<std::size_t> counts(classes);
        for (const std::size_t label : data.labels) ++counts.at(label);
        CHECK(counts == std::vector<std::size_t>(classes, n / classes));
        CHECK(make(two).images == data.images);
        CHECK(make(other).images != data.images);
    };
    check([](Random& random) { return two_moons(n, random); }, 2);
    check([](Random& random) { return rings(n, random); }, 2);
    check([](Random& random) { return spiral(n, random); }, 2);
}

TEST_CASE("without noise the points lie on the curves they are named after") {
    Random random{3};
    const auto moons = two_moons(1000, random, 0);
    const auto circles = rings(1000, random, 3, 0);
    const auto arms = spiral(1000, random, 3, 0);
    for (std::size_t i = 0; i < 1000; ++i) {
        double x = moons.images(i, 0), y = moons.images(i, 1);
        if (moons.labels[i] == 1) x = 1 - x, y = .5 - y;
        CHECK(std::hypot(x, y) == doctest::Approx(1).epsilon(1e-6));
        CHECK(y > -1e-6);
        x = circles.images(i, 0), y = circles.images(i, 1);
        CHECK(std::hypot(x, y) ==
              doctest::Approx(static_cast<double>(circles.labels[i] + 1) / 3).epsilon(1e-6));
        x = arms.images(i, 0), y = arms.images(i, 1);
        const double angle = 2 * pi * (static_cast<double>(arms.labels[i]) / 3 + std::hypot(x, y));
        CHECK(std::cos(std::atan2(y, x) - angle) == doctest::Approx(1).epsilon(1e-5));
    }
}

TEST_CASE("the points are spread evenly along the curves") {
    Random random{4};
    const auto moons = two_moons(n, random, 0);
    CHECK(std::abs(mean(moons, 0, x_of)) < .03);
    CHECK(std::abs(mean(moons, 0, y_of) - 2 / pi) < .015);
    CHECK(std::abs(mean(moons, 1, x_of) - 1) < .03);
    const auto circles = rings(n, random, 2, 0);
    CHECK(std::abs(mean(circles, 0, x_of)) < .02);
    CHECK(std::abs(mean(circles, 1, [](double x, double y) { return x * y; })) < .02);
    const auto arms = spiral(n, random, 2, 0);
    CHECK(std::abs(mean(arms, 0, [](double x, double y) { return x * x + y * y; }) - .5) < .02);
}

TEST_CASE("toys of no pieces are refused") {
    Random random{7};
    CHECK_THROWS_WITH_AS(rings(5, random, 0), "[rings] got 0 pieces, expected at least 1", Error);
}

TEST_CASE("the first thousand points of each toy of seed 1 have the same bits on every machine") {
    Random random{1};
    std::uint32_t hash = 2166136261;  // FNV-1a over 32-bit words
    for (const Dataset& toy : {two_moons(1000, random), rings(1000, random), spiral(1000, random)})
        for (const Real coordinate : toy.images)
            hash = (hash ^ std::bit_cast<std::uint32_t>(static_cast<float>(coordinate))) * 16777619;
    CHECK(hash == 138267708);
}
