#include "nn/data/glyphs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace nn;
using autograd::Real;

namespace {

/// Fraction of `test` whose nearest class mean in `train` is that of its own class.
double nearest_mean_accuracy(const Dataset& train, const Dataset& test) {
    std::vector<std::vector<double>> means(10, std::vector<double>(784));
    for (std::size_t i = 0; i < train.size(); ++i)
        for (std::size_t j = 0; j < 784; ++j)
            means[train.labels[i]][j] +=
                train.images(i, j) * 10 / static_cast<double>(train.size());
    std::size_t right = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
        std::vector<double> distances(10);
        for (std::size_t c = 0; c < 10; ++c)
            for (std::size_t j = 0; j < 784; ++j)
                distances[c] += std::pow(test.images(i, j) - means[c][j], 2);
        const auto nearest = std::min_element(distances.begin(), distances.end());
        right += static_cast<std::size_t>(nearest - distances.begin()) == test.labels[i];
    }
    return static_cast<double>(right) / static_cast<double>(test.size());
}

}  // namespace

TEST_CASE("glyphs are bright strokes on a black ground in grey levels of one byte") {
    Random random{1};
    const auto data = glyphs(1000, random);
    REQUIRE(data.images.shape() == Shape{1000, 784});
    CHECK(data.item == autograd::Shape{28, 28, 1});
    CHECK(data.classes == 10);
    CHECK(std::set<std::string>(data.class_names.begin(), data.class_names.end()).size() == 10);
    for (std::size_t i = 0; i < data.size(); ++i) {
        CHECK(data.labels[i] == i % 10);
        std::size_t black = 0, bright = 0;
        bool bytes = true;
        for (std::size_t j = 0; j < 784; ++j) {
            const Real grey = data.images(i, j);
            bytes &= grey == std::clamp(std::round(grey * 255), Real{0}, Real{255}) / 255;
            black += grey == 0;
            bright += grey > Real(.5);
        }
        CAPTURE(i);
        CHECK(bytes);
        CHECK(black > 784 / 2);
        CHECK(bright > 10);
    }
}

TEST_CASE("glyphs of a class are all different, yet their classes can be told apart") {
    Random random{2};
    const auto train = glyphs(2000, random), test = glyphs(1000, random);
    std::set<std::vector<Real>> different;
    for (std::size_t i = 0; i < train.size(); ++i)
        different.emplace(&train.images(i, 0), &train.images(i, 0) + 784);
    CHECK(different.size() == train.size());
    const double accuracy = nearest_mean_accuracy(train, test);
    CHECK(accuracy > .6);
    CHECK(accuracy < .98);  // not so easy that nothing is left to learn
}

TEST_CASE("glyphs follow from the seed, and a smaller set is the beginning of a larger one") {
    Random one{3}, two{3}, other{4};
    const auto small = glyphs(20, one), large = glyphs(30, two);
    CHECK(std::equal(small.images.begin(), small.images.end(), large.images.begin()));
    CHECK(glyphs(20, other).images != small.images);
}

TEST_CASE("the first hundred glyphs of seed 1 are the same on every machine") {
    Random random{1};
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const Real grey : glyphs(100, random).images)
        hash = (hash ^ static_cast<std::uint32_t>(std::lround(grey * 255))) * 16777619;
    CHECK(hash == 42141653);
}
