#include "nn/optim/clip.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../checks.hpp"
#include "autograd/ops.hpp"

using namespace nn;
using namespace autograd;

namespace {

/// Parameters, and gradients of them as if backward had found these.
struct Found {
    std::vector<Parameter> parameters;
    Gradients gradients;

    explicit Found(const std::vector<Array>& given) {
        for (const Array& gradient : given) parameters.push_back({full(gradient.shape(), 0)});
        for (std::size_t i = 0; i < given.size(); ++i) {
            Tape tape;
            gradients += tape.backward(tape.parameter(parameters[i]), given[i]);
        }
    }
    const Array& operator[](std::size_t i) const { return gradients.of(parameters[i]); }
};

}  // namespace

TEST_CASE("clipping by norm scales all gradients by one factor, to the limit") {
    Found found({array({2}, {3, 0}), array({1, 1}, {-4})});
    CHECK(clip_by_norm(found.gradients, 2) == about(5));
    CHECK(found[0](0) == about(1.2));
    CHECK(found[0](1) == 0);
    CHECK(found[1](0, 0) == about(-1.6));
    CHECK(clip_by_norm(found.gradients, 10) == about(2));
    CHECK(found[1](0, 0) == about(-1.6));
}

TEST_CASE("gradients whose norm is at or below the limit keep their bits") {
    for (const double limit : {5., 5.5}) {
        Found found({array({2}, {3, -4})});
        CHECK(clip_by_norm(found.gradients, limit) == 5);
        CHECK(found[0] == array({2}, {3, -4}));
    }
    Found zero({full({3}, 0)});
    CHECK(clip_by_norm(zero.gradients, 1e-6) == 0);
    CHECK(zero[0] == full({3}, 0));
    Gradients none;
    CHECK(clip_by_norm(none, 1) == 0);
}

TEST_CASE("the norm is summed in double and does not overflow in single precision") {
    Found huge({full({10'000}, Real(1e25))});
    CHECK(clip_by_norm(huge.gradients, 1) == doctest::Approx(1e27));
    CHECK(huge[0](0) == about(0.01));
    // A long sum: in single precision alone it would stop growing or be off in the fifth digit.
    Found many({full({3'000'000}, Real(0.1))});
    CHECK(clip_by_norm(many.gradients, 1e9) == doctest::Approx(0.1 * std::sqrt(3e6)).epsilon(1e-7));
}

TEST_CASE("clipping sees only what the last pass has reached, and each parameter once") {
    const Parameter stale{full({1}, 1)}, used{full({1}, 1)};
    Tape tape;
    tape.backward(sum(tape.parameter(stale) * 1000));
    tape.rewind();
    const Variable w = tape.parameter(used);
    Gradients& gradients = tape.backward(sum(w + 2 * w + tape.parameter(used)));
    CHECK(clip_by_norm(gradients, 2) == 4);
    CHECK(gradients.of(used)(0) == 2);
}

TEST_CASE("clipping by value holds each element between the limits, which belong to it") {
    Found found({array({5}, {-2, -0.5, 0, 0.5, 0.75})});
    clip_by_value(found.gradients, 0.5);
    CHECK(found[0] == array({5}, {-0.5, -0.5, 0, 0.5, 0.5}));
}

TEST_CASE("clipping hides no gradient that is not a number") {
    const Real nan = std::numeric_limits<Real>::quiet_NaN(),
               infinity = std::numeric_limits<Real>::infinity();
    for (const Real bad : {nan, infinity, -infinity}) {
        Found found({array({2}, {1, bad}), array({1}, {7})});
        CHECK_FALSE(std::isfinite(clip_by_norm(found.gradients, 1)));
        CHECK(std::any_of(found[0].begin(), found[0].end(), [](Real g) { return std::isnan(g); }));
    }
    Found found({array({3}, {nan, 3, infinity})});
    clip_by_value(found.gradients, 1);
    CHECK(std::isnan(found[0](0)));
    CHECK(found[0](1) == 1);
    CHECK(found[0](2) == 1);
}

TEST_CASE("limits must be above zero") {
    Found found({array({1}, {4})});
    for (const double limit : {0., -1., std::nan("")}) {
        CHECK_THROWS_AS(clip_by_norm(found.gradients, limit), Error);
        CHECK_THROWS_AS(clip_by_value(found.gradients, limit), Error);
    }
    CHECK_THROWS_WITH_AS(clip_by_norm(found.gradients, 0),
                         "[clip_by_norm] expected a limit above 0, got 0", Error);
    CHECK(found[0](0) == 4);
}
