#include "nn/init.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/ops.hpp"
#include "checks.hpp"

using namespace nn;
using autograd::Error;
using autograd::Variable;

namespace {

struct Moments {
    double mean, variance, largest;
};

Moments moments(const Array& x) {
    double sum = 0, squares = 0, largest = 0;
    for (const double value : numbers(x)) {
        sum += value;
        squares += value * value;
        largest = std::max(largest, std::abs(value));
    }
    const auto n = static_cast<double>(x.size());
    return {sum / n, squares / n, largest};
}

/// Uniform between −a and a: variance a²/3, and it comes near its bounds.
void check_uniform(const Array& x, double a) {
    const auto [mean, variance, largest] = moments(x);
    const auto n = static_cast<double>(x.size());
    CHECK(std::abs(mean) < 4 * a / std::sqrt(3 * n));
    CHECK(std::abs(variance - a * a / 3) < 4 * a * a * std::sqrt((1. / 5 - 1. / 9) / n));
    CHECK(largest <= a * (1 + 1e-7));
    CHECK(largest > a * 0.999);
    // The quarters of the interval hold a quarter each.
    for (int quarter = 0; quarter < 4; ++quarter) {
        const double low = a * (quarter / 2. - 1);
        const auto inside = std::count_if(x.begin(), x.end(),
                                          [&](double v) { return v >= low && v < low + a / 2; });
        CHECK(std::abs(static_cast<double>(inside) - n / 4) < 4 * std::sqrt(n * 3 / 16));
    }
}

/// Mean square of a signal after `depth` layers of x ← activation(W x), divided by that of x.
double gain(Array (*draw)(const Shape&, Random&), Variable (*activation)(Variable),
            std::size_t width, int depth, Random& random) {
    autograd::Tape tape;
    Variable h = tape.constant(random.normal({64, width}));
    const double before = moments(h.value()).variance;
    for (int layer = 0; layer < depth; ++layer)
        h = activation(linear(h, tape.constant(draw({width, width}, random))));
    return moments(h.value()).variance / before;
}

Array standard_tenth(const Shape& shape, Random& random) {  // neither depends on the width
    Array out = random.normal(shape);
    for (auto& x : out.storage()) x *= autograd::Real(0.1);
    return out;
}

}  // namespace

TEST_CASE("Xavier's weights are uniform within sqrt(6 / (in + out))") {
    Random random{1};
    check_uniform(xavier_uniform({300, 200}, random), std::sqrt(6. / 500));
    check_uniform(xavier_uniform({20, 2000}, random), std::sqrt(6. / 2020));
}

TEST_CASE("PyTorch's weights are uniform within 1 / sqrt(in), whatever their shape") {
    Random random{2};
    check_uniform(fan_in_uniform({250, 400}, 400, random), 0.05);
    check_uniform(fan_in_uniform({40'000}, 25, random), 0.2);
}

TEST_CASE("He's weights are normal with variance 2 / in") {
    Random random{3};
    const Array w = he_normal({400, 250}, random);
    const auto [mean, variance, largest] = moments(w);
    const auto n = static_cast<double>(w.size());
    const double truth = 2. / 250;
    CHECK(std::abs(mean) < 4 * std::sqrt(truth / n));
    CHECK(std::abs(variance - truth) < 4 * truth * std::sqrt(2 / n));
    const auto outside = std::count_if(
        w.begin(), w.end(), [&](double v) { return std::abs(v) > 2 * std::sqrt(truth); });
    const double share = 0.0455003;  // of a normal variable, beyond two standard deviations
    CHECK(std::abs(static_cast<double>(outside) - n * share) < 4 * std::sqrt(n * share));
    CHECK(largest < 6 * std::sqrt(truth));
}

TEST_CASE("the mean square of a signal survives ten ReLU layers with He's weights") {
    Random random{4};
    for (const std::size_t width : {64, 256}) {
        const double g = gain(he_normal, autograd::relu, width, 10, random);
        CAPTURE(g);
        CHECK(g > 0.4);
        CHECK(g < 2.5);
    }
    CHECK(gain(xavier_uniform, autograd::relu, 256, 10, random) < 0.01);  // halved ten times
    CHECK(gain(standard_tenth, autograd::relu, 1024, 10, random) > 100);  // 5 times ten times
}

TEST_CASE("a signal keeps its order of magnitude through ten tanh layers with Xavier's weights") {
    Random random{5};
    for (const std::size_t width : {64, 256}) {
        const double g = gain(xavier_uniform, autograd::tanh, width, 10, random);
        CAPTURE(g);
        CHECK(g > 0.03);  // tanh flattens, so it shrinks, but only like 1 / depth
        CHECK(g < 0.3);
    }
    CHECK(gain(standard_tenth, autograd::tanh, 16, 10, random) < 1e-6);
}

TEST_CASE("a kernel counts as many inputs and outputs as it has pixels times channels") {
    CHECK(fans("test", {20, 30}).in == 30);
    CHECK(fans("test", {20, 30}).out == 20);
    CHECK(fans("test", {20, 3, 2, 30}).in == 180);
    CHECK(fans("test", {20, 3, 2, 30}).out == 120);
    Random random{7};
    check_uniform(xavier_uniform({40, 5, 4, 30}, random), std::sqrt(6. / (20 * 70)));
    const Array w = he_normal({40, 5, 4, 30}, random);
    const double truth = 2. / (20 * 30), n = static_cast<double>(w.size());
    CHECK(std::abs(moments(w).variance - truth) < 4 * truth * std::sqrt(2 / n));
}

TEST_CASE("the mean square of images survives ten convolutions with ReLUs and He's weights") {
    Random random{8};
    autograd::Tape tape;
    Variable h = tape.constant(random.normal({4, 16, 16, 64}));
    const double before = moments(h.value()).variance;
    // Without padding, for at the edge of an image there are fewer products in a sum.
    for (int layer = 0; layer < 10; ++layer)
        h = relu(conv2d(h, tape.constant(he_normal({64, 2, 2, 64}, random))));
    const double gain = moments(h.value()).variance / before;
    CAPTURE(gain);
    CHECK(gain > 0.3);
    CHECK(gain < 3);
}

TEST_CASE("initialisers that need two extents refuse other shapes") {
    Random random{6};
    CHECK_THROWS_WITH_AS(xavier_uniform({3}, random),
                         "[xavier_uniform] expected a shape (out, in) or (out, h, w, in), got (3,)",
                         Error);
    CHECK_THROWS_WITH_AS(he_normal({2, 3, 4}, random),
                         "[he_normal] expected a shape (out, in) or (out, h, w, in), got (2, 3, 4)",
                         Error);
    CHECK(random.state().counter == 0);
}
