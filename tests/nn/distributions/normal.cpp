#include <cmath>
#include <numbers>

#include "../../allocations.hpp"
#include "../checks.hpp"
#include "nn/distributions/distributions.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;

// The oracles are quadrature in one dimension, where the trapezoidal rule is exact to rounding for
// functions like these, and Monte Carlo in several.

namespace {

/// One-dimensional densities over a fine grid, which stands where an example would stand.
class Grid {
  public:
    explicit Grid(Tape& tape) : tape_(tape), x_(Shape{points, 1}) {
        for (std::size_t i = 0; i < points; ++i)
            x_(i, 0) = static_cast<Real>(-limit + step * static_cast<double>(i));
    }

    Normal normal(double mean, double log_variance) const {
        return {tape_.constant(full({points, 1}, static_cast<Real>(mean))),
                tape_.constant(full({points, 1}, static_cast<Real>(log_variance)))};
    }
    std::vector<double> log_prob(const Normal& p) const {
        return numbers(p.log_prob(tape_.constant(x_)).value());
    }
    /// ∫ f(x) dx, f given the number of a grid point.
    template <class Function>
    static double integral(Function f) {
        double sum = 0;
        for (std::size_t i = 0; i < points; ++i) sum += f(i);
        return sum * step;
    }

  private:
    static constexpr std::size_t points = 4001;
    static constexpr double limit = 20, step = 2 * limit / (points - 1);
    Tape& tape_;
    Array x_;
};

/// Quadrature in single precision sums rounding errors of many points.
doctest::Approx integrated(double x) {
    return doctest::Approx(x).epsilon(sizeof(Real) == 8 ? 1e-10 : 1e-4);
}

struct Estimate {
    double mean, standard_error;
};

Estimate average(const std::vector<double>& x) {
    const auto n = static_cast<double>(x.size());
    double sum = 0, squares = 0;
    for (const double value : x) sum += value;
    for (const double value : x) squares += std::pow(value - sum / n, 2);
    return {sum / n, std::sqrt(squares / (n - 1) / n)};
}

/// The same row again and again.
Array repeated(const Array& row, std::size_t times) {
    Array out(Shape{times, row.size()});
    for (std::size_t i = 0; i < out.size(); ++i) out.flat(i) = row.flat(i % row.size());
    return out;
}

}  // namespace

TEST_CASE("the density of a normal variable is that of the textbook, summed over dimensions") {
    Tape tape;
    const Normal standard{tape.constant(full({2, 3}, 0)), tape.constant(full({2, 3}, 0))};
    const double log_two_pi = std::log(2 * std::numbers::pi);
    const Variable at = standard.log_prob(tape.constant(array({2, 3}, {0, 0, 0, 1, 2, 3})));
    REQUIRE(at.shape() == Shape{2});
    CHECK(at.value()(0) == about(-1.5 * log_two_pi));
    CHECK(at.value()(1) == about(-1.5 * log_two_pi - 7));

    const double variance = 4;  // N(3, 2²) at 7: two standard deviations out
    const Normal wide{tape.constant(array({1, 1}, {3})),
                      tape.constant(array({1, 1}, {std::log(variance)}))};
    CHECK(wide.log_prob(tape.constant(array({1, 1}, {7}))).item() ==
          about(-0.5 * log_two_pi - std::log(2.) - 2));
}

TEST_CASE("normal densities integrate to one, and the KL is their integral") {
    const std::vector<std::pair<double, double>> cases = {
        {0, 0}, {1.5, -1}, {-2, 1.2}, {0.3, -3}, {4, 0.5}};
    for (const auto& [mean, log_variance] : cases) {
        Tape tape;
        const Grid grid(tape);
        const Normal q = grid.normal(mean, log_variance);
        const auto log_q = grid.log_prob(q);
        CHECK(grid.integral([&](std::size_t i) { return std::exp(log_q[i]); }) == integrated(1));
        for (const auto& [other_mean, other_log_variance] : cases) {
            const Normal p = grid.normal(other_mean, other_log_variance);
            const auto log_p = grid.log_prob(p);
            const double divergence = grid.integral(
                [&](std::size_t i) { return std::exp(log_q[i]) * (log_q[i] - log_p[i]); });
            CHECK(kl(q, p).value()(0) == integrated(divergence));
            if (other_mean == 0 && other_log_variance == 0)
                CHECK(kl_to_standard_normal(q).value()(0) == integrated(divergence));
        }
    }
}

TEST_CASE("the KL to the standard normal has minus the log of the determinant") {
    Tape tape;
    // ½ (tr Σ + μᵀμ − k − ln det Σ) with Σ = diag(e², e⁻¹), μ = (1, −2)
    const Normal q{tape.constant(array({1, 2}, {1, -2})), tape.constant(array({1, 2}, {2, -1}))};
    const double trace = std::exp(2.) + std::exp(-1.), log_determinant = 2 - 1;
    const double right = 0.5 * (trace + 5 - 2 - log_determinant);
    CHECK(kl_to_standard_normal(q).item() == about(right));
    const Normal standard{tape.constant(full({1, 2}, 0)), tape.constant(full({1, 2}, 0))};
    CHECK(kl(q, standard).item() == about(right));
    CHECK(kl(standard, standard).item() == 0);
    CHECK(kl_to_standard_normal(standard).item() == 0);
}

TEST_CASE("normal samples and densities agree with the closed forms by Monte Carlo") {
    constexpr std::size_t many = 50'000;
    Random random{1};
    Tape tape;
    const auto rows = [&](const Array& row) { return tape.constant(repeated(row, many)); };
    const Normal q{rows(array({3}, {1, -0.5, 2})), rows(array({3}, {-1, 0.4, 0.8}))};
    const Normal p{rows(array({3}, {0.5, 0, 1})), rows(array({3}, {0.2, -0.3, 1}))};
    const Normal standard{rows(full({3}, 0)), rows(full({3}, 0))};
    const Variable z = q.sample(standard_normal(tape, {many, 3}, random));
    const auto within = [&](Variable samples, Variable truth) {
        const Estimate estimate = average(numbers(samples.value()));
        CAPTURE(estimate.mean);
        CHECK(std::abs(estimate.mean - double{truth.value()(0)}) < 4 * estimate.standard_error);
    };
    within(q.log_prob(z) - p.log_prob(z), kl(q, p));
    within(q.log_prob(z) - standard.log_prob(z), kl_to_standard_normal(q));
    within(q.log_prob(z) - standard_normal_log_prob(z), kl_to_standard_normal(q));
    for (std::size_t k = 0; k < 3; ++k) {
        const auto column = [&](Variable x) { return slice(x, 1, k, k + 1); };
        within(column(z), column(q.mean));
        within(square(column(z) - column(q.mean)), exp(column(q.log_variance)));
    }
}

TEST_CASE("a sample is mean plus standard deviation times noise, so that gradients pass") {
    Tape tape;
    const Normal q{tape.variable(array({1, 2}, {1, 2})),
                   tape.variable(array({1, 2}, {0, 2 * std::log(3.)}))};
    const Variable z = q.sample(tape.constant(array({1, 2}, {0.5, -1})));
    CHECK(z.value()(0, 0) == about(1.5));
    CHECK(z.value()(0, 1) == about(-1));
    const autograd::Gradients& gradients = tape.backward(sum(z));
    CHECK(gradients.of(q.mean)(0, 1) == about(1));
    CHECK(gradients.of(q.log_variance)(0, 1) == about(-1.5));
}

TEST_CASE("standard normal noise comes from the generator, into memory that the tape has") {
    Random random{2}, twin{2};
    Tape tape;
    CHECK(standard_normal(tape, {10, 20}, random).value() == twin.normal({10, 20}));
    CHECK_FALSE(standard_normal(tape, {3}, random).requires_gradient());
    tape.rewind();
    const std::size_t before = allocations();
    standard_normal(tape, {10, 20}, random);
    standard_normal(tape, {3}, random);
    CHECK(allocations() == before);
}

TEST_CASE("normal log_prob, sample and KL have right gradients") {
    Random random{3};
    Parameter mean{random.normal({4, 3})}, log_variance{random.normal({4, 3})},
        prior_mean{random.normal({4, 3})}, prior_log_variance{random.normal({4, 3})},
        x{random.normal({4, 3})};
    const std::vector<autograd::NamedParameter> all = {{"mean", &mean},
                                                       {"log_variance", &log_variance},
                                                       {"prior_mean", &prior_mean},
                                                       {"prior_log_variance", &prior_log_variance},
                                                       {"x", &x}};
    const auto check = [&](auto function) {
        check_gradients(
            [&](Tape& tape) {
                const Normal q{tape.parameter(mean), tape.parameter(log_variance)};
                const Normal p{tape.parameter(prior_mean), tape.parameter(prior_log_variance)};
                return function(q, p, tape.parameter(x));
            },
            all, &random);
    };
    check([](Normal q, Normal, Variable v) { return q.log_prob(v); });
    check([](Normal, Normal, Variable v) { return standard_normal_log_prob(v); });
    check([](Normal q, Normal p, Variable v) {
        return Normal{q.mean, autograd::mean(p.log_variance)}.log_prob(v);
    });
    check([](Normal q, Normal p, Variable) { return kl(q, p); });
    check([](Normal q, Normal, Variable) { return kl_to_standard_normal(q); });
    check([&](Normal q, Normal p, Variable v) {  // the bound of a VAE, noise drawn inside
        const Variable z = q.sample(standard_normal(v.tape(), {4, 3}, random));
        return p.log_prob(z) - q.log_prob(z) + q.log_prob(v);
    });
}

TEST_CASE("one log variance stands for that of all elements, whatever their shape") {
    Random random{4};
    const Array mean = random.normal({4, 6}), x = random.normal({4, 6});
    Tape tape;
    const Variable m = tape.constant(mean), v = tape.constant(x);
    const Normal full_form{m, tape.constant(full({4, 6}, autograd::Real(-0.7)))};
    const auto expected = numbers(full_form.log_prob(v).value());
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1}}) {
        const Variable one = tape.constant(full(shape, autograd::Real(-0.7)));
        const auto flat = numbers(Normal{m, one}.log_prob(v).value());
        const Normal images{reshape(m, {4, 2, 3}), one};
        const auto of_images = numbers(images.log_prob(reshape(v, {4, 2, 3})).value());
        for (std::size_t b = 0; b < 4; ++b) {
            CHECK(flat[b] == about(expected[b]));
            CHECK(of_images[b] == about(expected[b]));
        }
    }
    CHECK_THROWS_AS((Normal{m, tape.constant(full({5}, 0))}.log_prob(v)), Error);
}

TEST_CASE("a learnt variance is best where it equals the mean squared error") {
    Random random{3};
    const Array outputs = random.normal({8, 5}), x = random.normal({8, 5});
    Tape tape;
    const Variable o = tape.constant(outputs), t = tape.constant(x);
    const Variable log_variance = tape.variable(array({}, {std::log(mse(o, t).item())}));
    const Variable loss = -mean(Normal{o, log_variance}.log_prob(t));
    CHECK(tape.backward(loss).of(log_variance)() == about(0));
}

TEST_CASE("no examples have no densities") {
    Tape tape;
    const Variable none = tape.constant(autograd::full({0, 3}, 0));
    CHECK(nn::standard_normal_log_prob(none).shape() == autograd::Shape{0});
}

TEST_CASE("normal distributions refuse shapes that do not fit") {
    Tape tape;
    const Normal q{tape.constant(full({2, 3}, 0)), tape.constant(full({2, 3}, 0))};
    const Normal p{tape.constant(full({2, 4}, 0)), tape.constant(full({2, 4}, 0))};
    CHECK_THROWS_AS(kl(q, p), Error);
    CHECK_THROWS_AS(q.log_prob(tape.constant(full({2, 4}, 0))), Error);
    CHECK_THROWS_AS(q.sample(tape.constant(full({3, 3}, 0))), Error);
    const Normal single{tape.constant(full({}, 0)), tape.constant(full({}, 0))};
    CHECK_THROWS_WITH_AS(standard_normal_log_prob(single.mean),
                         "[distribution] expected examples along the first axis, got shape ()",
                         Error);
}
