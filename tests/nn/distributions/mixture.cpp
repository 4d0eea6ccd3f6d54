#include <cmath>
#include <numbers>

#include "../checks.hpp"
#include "nn/distributions/distributions.hpp"

using namespace nn;
using autograd::array;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;

namespace {

/// Three Gaussians in the plane, of unequal weights.
struct Case {
    Parameter mean{array({3, 2}, {1, -2, 0.5, 3, -1, 0})};
    Parameter log_variance{array({3, 2}, {0.3, -1, 1.2, 0, -2, 0.7})};
    Parameter logits{array({3}, {0.4, -1, 1.1})};

    GaussianMixture operator()(Tape& tape, bool weighted) const {
        GaussianMixture out{tape.parameter(mean), tape.parameter(log_variance)};
        if (weighted) out.logits = tape.parameter(logits);
        return out;
    }
    double weight(std::size_t c, bool weighted) const {
        if (!weighted) return 1. / 3;
        double total = 0;
        for (const Real each : logits.value.storage()) total += std::exp(double{each});
        return std::exp(double{logits.value(c)}) / total;
    }
};

}  // namespace

TEST_CASE("the density of a mixture is the weighted sum of those of its components") {
    const Case given;
    const Array x = array({4, 2}, {0, 0, 1, -2, -3, 2.5, 8, 8});
    for (const bool weighted : {false, true}) {
        Tape tape;
        const Array found = given(tape, weighted).log_prob(tape.constant(x)).value();
        REQUIRE(found.shape() == Shape{4});
        for (std::size_t b = 0; b < 4; ++b) {
            double density = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                double log_p = std::log(given.weight(c, weighted));
                for (std::size_t k = 0; k < 2; ++k) {
                    const double l = given.log_variance.value(c, k),
                                 d = double{x(b, k)} - double{given.mean.value(c, k)};
                    log_p -= 0.5 * (std::log(2 * std::numbers::pi) + l + d * d * std::exp(-l));
                }
                density += std::exp(log_p);
            }
            CHECK(found(b) == about(std::log(density)));
        }
    }
}

TEST_CASE("the gradient of a mixture is right, with respect to all its parts") {
    Case given;
    Parameter x{array({3, 2}, {0, 0.2, 1, -2, -0.5, 1.5})};
    for (const bool weighted : {false, true}) {
        std::vector<autograd::NamedParameter> parts = {
            {"x", &x}, {"mean", &given.mean}, {"log_variance", &given.log_variance}};
        if (weighted) parts.push_back({"logits", &given.logits});
        check_gradients(
            [&](Tape& tape) { return given(tape, weighted).log_prob(tape.parameter(x)); }, parts);
    }
}

TEST_CASE("samples of a mixture have its mean and variance") {
    const Case given;
    nn::Random random(3);
    const std::size_t count = 100000;
    for (const bool weighted : {false, true}) {
        Tape tape;
        tape.set_inference(true);
        const Array drawn = given(tape, weighted).sample(count, random).value();
        for (std::size_t k = 0; k < 2; ++k) {
            double mean = 0, square = 0, expected = 0, expected_square = 0;
            for (std::size_t n = 0; n < count; ++n) {
                mean += double{drawn(n, k)} / count;
                square += std::pow(double{drawn(n, k)}, 2) / count;
            }
            for (std::size_t c = 0; c < 3; ++c) {
                const double m = given.mean.value(c, k), w = given.weight(c, weighted);
                expected += w * m;
                expected_square += w * (m * m + std::exp(double{given.log_variance.value(c, k)}));
            }
            CHECK(std::abs(mean - expected) < 0.03);
            CHECK(std::abs(square - expected_square) < 0.1);
        }
    }
}

TEST_CASE("a mixture of no components is refused in one line") {
    Tape tape;
    const autograd::Variable none = tape.constant(autograd::full({0, 2}, 0));
    CHECK_THROWS_WITH_AS(
        (GaussianMixture{none, none}.log_prob(tape.constant(array({1, 2}, {1, 2})))),
        "[GaussianMixture] expected components (C, K), got (0, 2)", autograd::Error);
}
