#include "autograd/ops/fused.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;
using optests::worst_error;

namespace {

using Variables = std::vector<Variable>;
using Function = std::function<Variable(const Variables&)>;

struct Pair {
    const char* name;
    std::vector<Shape> inputs;
    Function fused, composed;
};

optests::Evaluation evaluate(const Function& function, const std::vector<Array>& inputs) {
    Tape tape;
    return optests::evaluate(tape, {"", inputs, function, nullptr});
}

Array onehot(const Indices& labels, std::size_t classes) {
    Array out = full({labels.size(), classes}, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) out(i, labels[i]) = 1;
    return out;
}

const Indices labels = {2, 0, 1, 2};

const std::vector<Pair> pairs = {
    {"linear",
     {{4, 3}, {5, 3}, {5}},
     [](const Variables& v) { return linear(v[0], v[1], v[2]); },
     [](const Variables& v) { return matmul(v[0], transpose(v[1])) + v[2]; }},
    {"linear without bias",
     {{2, 4, 3}, {5, 3}},
     [](const Variables& v) { return linear(v[0], v[1]); },
     [](const Variables& v) { return matmul(v[0], transpose(v[1])); }},
    {"bce_with_logits",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return bce_with_logits(v[0], v[1]); },
     [](const Variables& v) {
         const Variable p = sigmoid(v[0]);
         return -sum(v[1] * log(p) + (1 - v[1]) * log(1 - p), {1});
     }},
    {"cross_entropy_with_logits",
     {{4, 3}},
     [](const Variables& v) { return cross_entropy_with_logits(v[0], labels); },
     [](const Variables& v) {
         return -sum(v[0].tape().constant(onehot(labels, 3)) * log_softmax(v[0]), {1});
     }},
    {"squared_error",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return squared_error(v[0], v[1]); },
     [](const Variables& v) { return sum(square(v[0] - v[1]), {1}); }},
    {"mse",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return mse(v[0], v[1]); },
     [](const Variables& v) { return mean(square(v[0] - v[1])); }},
    {"gaussian_kl",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return gaussian_kl(v[0], v[1]); },
     [](const Variables& v) { return 0.5 * sum(exp(v[1]) + square(v[0]) - 1 - v[1], {1}); }},
    {"gaussian_kl to a prior",
     {{4, 17}, {4, 17}, {4, 17}, {4, 17}},
     [](const Variables& v) { return gaussian_kl(v[0], v[1], v[2], v[3]); },
     [](const Variables& v) {
         const Variable ratio = (exp(v[1]) + square(v[0] - v[2])) / exp(v[3]);
         return 0.5 * sum(v[3] - v[1] - 1 + ratio, {1});
     }},
    {"reparameterize",
     {{4, 17}, {4, 17}, {4, 17}},
     [](const Variables& v) { return reparameterize(v[0], v[1], v[2]); },
     [](const Variables& v) { return v[0] + sqrt(exp(v[1])) * v[2]; }},
    {"log_softmax",
     {{4, 17}},
     [](const Variables& v) { return log_softmax(v[0]); },
     [](const Variables& v) { return v[0] - log_sum_exp(v[0], -1, true); }},
    {"softmax",
     {{4, 17}},
     [](const Variables& v) { return softmax(v[0], 0); },
     [](const Variables& v) { return exp(v[0]) / sum(exp(v[0]), {0}, true); }},
    {"softplus",
     {{4, 17}},
     [](const Variables& v) { return softplus(v[0]); },
     [](const Variables& v) { return log(1 + exp(v[0])); }},
    {"sigmoid",
     {{4, 17}},
     [](const Variables& v) { return sigmoid(v[0]); },
     [](const Variables& v) { return 1 / (1 + exp(-v[0])); }},
};

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

TEST_CASE("fused operations are their composition, in value and gradient") {
    for (const Pair& pair : pairs) {
        CAPTURE(pair.name);
        std::vector<Array> inputs;
        for (const Shape& shape : pair.inputs)
            inputs.push_back(random_array(shape, static_cast<unsigned>(inputs.size()) + 1));
        const optests::Evaluation fused = evaluate(pair.fused, inputs);
        const optests::Evaluation composed = evaluate(pair.composed, inputs);
        CHECK(worst_error(fused.value, composed.value) <
              (optests::double_precision ? 1e-12 : 1e-5));
        for (std::size_t i = 0; i < inputs.size(); ++i)
            CHECK(worst_error(fused.gradients[i], composed.gradients[i]) <
                  (optests::double_precision ? 1e-10 : 1e-4));
    }
}

TEST_CASE("binary cross-entropy is finite and exact at logits where its composition is not") {
    const Array logits = array({6, 1}, {-1000, -100, 100, 1000, 1000, -1000});
    const Array targets = array({6, 1}, {0, 0.5, 0.5, 1, 0, 1});
    const auto fused =
        evaluate([](const Variables& v) { return bce_with_logits(v[0], v[1]); }, {logits, targets});
    CHECK(worst_error(fused.value, array({6}, {0, 50, 50, 0, 1000, 1000})) < 1e-6);
    const auto pair = std::find_if(pairs.begin(), pairs.end(), [](const Pair& p) {
        return p.name == std::string("bce_with_logits");
    });
    const auto composed = evaluate(pair->composed, {logits, targets});
    for (const int i : {0, 3, 4, 5}) CHECK_FALSE(std::isfinite(composed.value(i)));

    const Array v = random_array({6});
    const Array slope = array({6}, {0, -0.5, 0.5, 0, 1, -1});  // sigmoid(l) − t
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(std::abs(fused.gradients[0].data()[i] - v.data()[i] * slope.data()[i]) < 1e-6);
        CHECK(fused.gradients[1].data()[i] == -v.data()[i] * logits.data()[i]);
    }
}

TEST_CASE("cross entropy is finite and exact at logits where its composition is not") {
    Tape tape;
    const Variable logits = tape.variable(array({2, 2}, {1000, -1000, -1000, 1000}));
    const Variable y = cross_entropy_with_logits(logits, {0, 0});
    CHECK(same(y.value(), array({2}, {0, 2000})));
    const Gradients& gradients = tape.backward(y, array({2}, {3, 5}));
    CHECK(same(gradients.of(logits), array({2, 2}, {0, 0, -5, 5})));
}

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

TEST_CASE("losses are sums over an example, one number for each") {
    Tape tape;
    const Variable a = tape.variable(array({2, 2}, {1, 2, 3, 4}));
    const Variable b = tape.constant(array({2, 2}, {0, 0, 1, 1}));
    CHECK(same(squared_error(a, b).value(), array({2}, {5, 13})));
    CHECK(mse(a, b).item() == Real(4.5));
    const Variable half = bce_with_logits(b * 0, b * 0 + 0.5);
    CHECK(worst_error(half.value(), full({2}, static_cast<Real>(2 * std::log(2)))) < 1e-6);
    CHECK(same(gaussian_kl(b, b * 0).value(), array({2}, {0, 1})));
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
