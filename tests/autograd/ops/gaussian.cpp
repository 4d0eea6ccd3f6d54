#include "autograd/ops/gaussian.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;
using optests::worst_error;

namespace {

using Variables = std::vector<Variable>;
using Function = std::function<Variable(const Variables&)>;

optests::Evaluation evaluate(const Function& function, const std::vector<Array>& inputs) {
    Tape tape;
    return optests::evaluate(tape, {"", inputs, function, nullptr});
}

/// ∫ q(x) ln (q(x) / p(x)) dx of two normal densities, by the trapezoidal rule, which is exact to
/// rounding for what falls off so fast.
double kl_by_quadrature(double mean, double log_variance, double prior_mean,
                        double prior_log_variance) {
    const auto log_density = [](double x, double m, double l) {
        return -0.5 * (std::log(8 * std::atan(1.0)) + l + (x - m) * (x - m) * std::exp(-l));
    };
    const double deviation = std::exp(log_variance / 2), step = deviation / 16;
    double sum = 0;
    for (double x = mean - 12 * deviation; x <= mean + 12 * deviation; x += step) {
        const double q = log_density(x, mean, log_variance);
        sum += std::exp(q) * (q - log_density(x, prior_mean, prior_log_variance));
    }
    return sum * step;
}

}  // namespace

TEST_CASE("the divergence between two wide Gaussians is finite where exp(log variance) is not") {
    Tape tape;
    const Variable mean = tape.variable(full({1, 1}, 3)), far = tape.variable(full({1, 1}, 1000));
    const Variable y = gaussian_kl(mean, far, -mean, far + 0);
    CHECK(std::isnan((exp(far) / exp(far)).value()(0, 0)));  // what its composition computes
    CHECK(y.value()(0) == doctest::Approx(0).epsilon(1e-12));
    const Gradients& gradients = tape.backward(y, full({1}, 1));
    CHECK(std::isfinite(gradients.of(mean)(0, 0)));
    CHECK(std::isfinite(gradients.of(far)(0, 0)));
}

TEST_CASE("the divergence of Gaussians is the integral that defines it") {
    const double cases[][4] = {
        {0, 0, 0, 0}, {1, 0, 0, 0}, {0.5, -1, 0, 0}, {-2, 1, 1, -0.5}, {3, 0.3, 2.5, 1.2}};
    for (const auto& [m, l, pm, pl] : cases) {
        Tape tape;
        const auto number = [&](double x) {
            return tape.constant(full({1, 1}, static_cast<Real>(x)));
        };
        const double expected = kl_by_quadrature(m, l, pm, pl);
        CAPTURE(expected);
        const Variable kl = gaussian_kl(number(m), number(l), number(pm), number(pl));
        CHECK(std::abs(double{kl.value()(0)} - expected) < 1e-6);
        if (pm == 0 && pl == 0)
            CHECK(std::abs(double{gaussian_kl(number(m), number(l)).value()(0)} - expected) < 1e-6);
    }
}

TEST_CASE("the divergence to the standard normal is the one to any Gaussian, at (0, 0)") {
    const std::vector<Array> inputs = {random_array({4, 17}, 1), random_array({4, 17}, 2)};
    const auto standard =
        evaluate([](const Variables& v) { return gaussian_kl(v[0], v[1]); }, inputs);
    const auto general = evaluate(
        [](const Variables& v) {
            const Variable zero = v[0].tape().constant(full({4, 17}, 0));
            return gaussian_kl(v[0], v[1], zero, zero);
        },
        inputs);
    const double tolerance = optests::double_precision ? 1e-13 : 1e-5;
    CHECK(worst_error(standard.value, general.value) < tolerance);
    CHECK(worst_error(standard.gradients[0], general.gradients[0]) < tolerance);
    CHECK(worst_error(standard.gradients[1], general.gradients[1]) < tolerance);
}

TEST_CASE("a small divergence keeps its digits") {
    const auto check = [](double l, const Variable& y) {
        const double exact = 0.5 * (std::expm1(l) - l);
        CAPTURE(l);
        CHECK(std::abs(double{y.item()} - exact) <=
              2 * double{std::numeric_limits<Real>::epsilon()} * std::abs(l));
    };
    for (const double small : {-1e-4, 1e-4, -1e-3, 3e-6}) {
        Tape tape;
        const double l = double{static_cast<Real>(small)};
        const Variable zero = tape.constant(full({1, 1}, 0));
        const Variable log_variance = tape.variable(full({1, 1}, static_cast<Real>(small)));
        check(l, gaussian_kl(zero, log_variance));
        check(l, gaussian_kl(zero, log_variance, zero, zero));
        for (const Variable& y :
             {gaussian_kl(zero, log_variance), gaussian_kl(zero, log_variance, zero, zero)}) {
            const Gradients& gradients = tape.backward(y);
            CHECK(double{gradients.of(log_variance)(0, 0)} ==
                  doctest::Approx(std::expm1(l) / 2).epsilon(1e-6));
        }
    }
}

TEST_CASE("the divergence is a sum over an example, one number for each") {
    Tape tape;
    const Variable mean = tape.constant(array({2, 2}, {0, 0, 1, 1}));
    CHECK(same(gaussian_kl(mean, mean * 0).value(), array({2}, {0, 1})));
}

TEST_CASE("a sample is a fixed function of its parameters once the noise is drawn") {
    Tape tape;
    const Array noise = random_array({2, 3}, 7);
    const Variable mean = tape.variable(random_array({2, 3}, 1));
    const Variable log_variance = tape.variable(random_array({2, 3}, 2));
    const Variable frozen = tape.constant(noise);
    const Variable z = reparameterize(mean, log_variance, frozen);
    CHECK(same(z.value(), reparameterize(mean, log_variance, tape.constant(noise)).value()));

    const Array v = random_array({2, 3}, 3);
    const Gradients& gradients = tape.backward(z, v);
    CHECK(same(gradients.of(mean), v));
    for (std::size_t i = 0; i < 6; ++i) {
        const double l = double{log_variance.value().data()[i]};
        const double expected =
            0.5 * double{v.data()[i]} * double{noise.data()[i]} * std::exp(l / 2);
        CHECK(double{gradients.of(log_variance).data()[i]} ==
              doctest::Approx(expected).epsilon(1e-6));
    }
    CHECK_FALSE(gradients.reached(frozen));
    CHECK(same(reparameterize(mean, log_variance, frozen * 0).value(), mean.value()));
}
