#include <cmath>

#include "../checks.hpp"
#include "nn/distributions/distributions.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;
using autograd::Parameter;
using autograd::Real;
using autograd::Tape;

// With few outcomes everything can be counted out: the oracles are sums over all of them.

namespace {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// All rows of D zeros and ones, (2ᴰ, D).
Array all_bits(std::size_t dimensions) {
    Array out(Shape{std::size_t{1} << dimensions, dimensions});
    for (std::size_t row = 0; row < out.shape()[0]; ++row)
        for (std::size_t d = 0; d < dimensions; ++d) out(row, d) = static_cast<Real>(row >> d & 1);
    return out;
}

/// The same row again and again.
Array repeated(const Array& row, std::size_t times) {
    Array out(Shape{times, row.size()});
    for (std::size_t i = 0; i < out.size(); ++i) out.flat(i) = row.flat(i % row.size());
    return out;
}

/// Σ p (ln p − ln q) over the outcomes; with no q, the negative entropy.
double divergence(const std::vector<double>& log_p, const std::vector<double>& log_q = {}) {
    double sum = 0;
    for (std::size_t i = 0; i < log_p.size(); ++i)
        sum += std::exp(log_p[i]) * (log_p[i] - (log_q.empty() ? 0 : log_q[i]));
    return sum;
}

/// Standard deviations by which χ² of these counts exceeds what it should be on average.
double chi_square_excess(const std::vector<std::size_t>& counts,
                         const std::vector<double>& probabilities) {
    double total = 0, chi_square = 0;
    for (const std::size_t count : counts) total += static_cast<double>(count);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double expected = probabilities[i] * total;
        chi_square += std::pow(static_cast<double>(counts[i]) - expected, 2) / expected;
    }
    const auto freedom = static_cast<double>(counts.size() - 1);
    return (chi_square - freedom) / std::sqrt(2 * freedom);
}

}  // namespace

TEST_CASE("Bernoulli probabilities of all outcomes sum to one") {
    Tape tape;
    const Array x = all_bits(4);
    const auto of = [&](const Array& logits) {
        return Bernoulli{tape.constant(repeated(logits, 16))};
    };
    const Bernoulli q = of(array({4}, {0, 1.5, -2, 0.3}));
    const auto log_q = numbers(q.log_prob(tape.constant(x)).value());
    double total = 0;
    for (const double value : log_q) total += std::exp(value);
    CHECK(total == about(1));
    CHECK(log_q[0b0010] == about(std::log(0.5 * logistic(1.5) * logistic(2) * logistic(-0.3))));
}

TEST_CASE("a Bernoulli variable of grey pixels gives the negative cross entropy") {
    Tape tape;
    const Bernoulli q{tape.constant(array({1, 2}, {1, -1}))};
    const double p = logistic(1);
    const double grey = 0.25 * std::log(p) + 0.75 * std::log(1 - p) +  //
                        0.9 * std::log(1 - p) + 0.1 * std::log(p);
    CHECK(q.log_prob(tape.constant(array({1, 2}, {0.25, 0.9}))).item() == about(grey));
    CHECK(q.mean().value()(0, 0) == about(p));
    CHECK(q.mean().value()(0, 1) == about(1 - p));
}

TEST_CASE("class probabilities sum to one, and give log_prob, entropy and KL") {
    Tape tape;
    const std::vector<double> l = {0.5, -1, 2, 0}, m = {0, 0, 1, -3};
    const Categorical q{tape.constant(repeated(array({4}, {0.5, -1, 2, 0}), 4))};
    const Categorical p{tape.constant(repeated(array({4}, {0, 0, 1, -3}), 4))};
    const auto log_q = numbers(q.log_prob({0, 1, 2, 3}).value());
    const auto log_p = numbers(p.log_prob({0, 1, 2, 3}).value());
    double normalizer = 0, total = 0;
    for (const double value : l) normalizer += std::exp(value);
    for (std::size_t c = 0; c < 4; ++c) {
        CHECK(log_q[c] == about(l[c] - std::log(normalizer)));
        CHECK(q.probabilities().value()(2, c) == about(std::exp(l[c]) / normalizer));
        total += std::exp(log_p[c]);
    }
    CHECK(total == about(1));
    CHECK(q.entropy().value()(1) == about(-divergence(log_q)));
    CHECK(kl(q, p).value()(1) == about(divergence(log_q, log_p)));
    CHECK(kl(p, q).value()(1) == about(divergence(log_p, log_q)));
    CHECK(kl(q, q).value()(1) == about(0));
}

TEST_CASE("classes are drawn as often as they should be, in every row by itself") {
    constexpr std::size_t many = 40'000;
    Random random{2};
    Tape tape;
    Array logits(Shape{2 * many, 4});
    for (std::size_t b = 0; b < 2 * many; ++b)
        for (std::size_t c = 0; c < 4; ++c) {
            const double p = static_cast<double>(b % 2 ? c + 1 : 4 - c);
            logits(b, c) = static_cast<Real>(std::log(p) + 5);
        }
    const auto labels = Categorical{tape.constant(logits)}.sample(random);
    REQUIRE(labels.size() == 2 * many);
    std::vector<std::size_t> even(4), odd(4);
    for (std::size_t b = 0; b < labels.size(); ++b) ++(b % 2 ? odd : even).at(labels[b]);
    CHECK(std::abs(chi_square_excess(even, {0.4, 0.3, 0.2, 0.1})) < 3.5);
    CHECK(std::abs(chi_square_excess(odd, {0.1, 0.2, 0.3, 0.4})) < 3.5);
}

TEST_CASE("classes of probability zero are never drawn") {
    Random random{3};
    Tape tape;
    const Array logits = repeated(array({5}, {-1e4, 0, -1e4, 0, -1e4}), 10'000);
    for (const std::size_t label : Categorical{tape.constant(logits)}.sample(random))
        REQUIRE((label == 1 || label == 3));
    CHECK(Categorical{tape.constant(full({3, 1}, 7))}.sample(random) == autograd::Indices{0, 0, 0});
}

TEST_CASE("extreme logits give finite and right values and gradients") {
    for (const double size : {100., 1e4}) {
        CAPTURE(size);
        Tape tape;
        const Variable l = tape.variable(array({1, 2}, {size, -size}));
        const Bernoulli q{l};
        CHECK(q.log_prob(tape.constant(array({1, 2}, {1, 0}))).item() == about(0));
        const Variable wrong = q.log_prob(tape.constant(array({1, 2}, {0, 1})));
        CHECK(wrong.item() == about(-2 * size));
        const autograd::Gradients& gradients = tape.backward(wrong);
        CHECK(gradients.of(l) == array({1, 2}, {-1, 1}));

        const Categorical r{l}, s{tape.constant(array({1, 2}, {-size, size}))};
        CHECK(r.log_prob({0}).item() == about(0));
        CHECK(r.log_prob({1}).item() == about(-2 * size));
        CHECK(r.entropy().item() == about(0));
        CHECK(kl(r, s).item() == about(2 * size));
        tape.backward(r.entropy() + kl(r, s) + r.log_prob({1}));
        CHECK(gradients.of(l)(0, 0) == about(-1));
        CHECK(gradients.of(l)(0, 1) == about(1));
    }
}

TEST_CASE("Bernoulli and categorical functions have right gradients") {
    Random random{4};
    Parameter l{random.normal({4, 3})}, m{random.normal({4, 3})}, x{random.uniform({4, 3})};
    const std::vector<autograd::NamedParameter> all = {{"l", &l}, {"m", &m}, {"x", &x}};
    const auto check = [&](auto function) {
        check_gradients(
            [&](Tape& tape) {
                return function(tape.parameter(l), tape.parameter(m), tape.parameter(x));
            },
            all);
    };
    check([](Variable a, Variable, Variable v) { return Bernoulli{a}.log_prob(v); });
    check([](Variable a, Variable, Variable) { return Bernoulli{a}.mean(); });
    check([](Variable a, Variable, Variable) { return Categorical{a}.log_prob({2, 0, 1, 2}); });
    check([](Variable a, Variable, Variable) { return Categorical{a}.entropy(); });
    check([](Variable a, Variable, Variable) { return Categorical{a}.probabilities(); });
    check([](Variable a, Variable b, Variable) { return kl(Categorical{a}, Categorical{b}); });
}

TEST_CASE("discrete distributions refuse what does not fit, and what is not a number") {
    Random random{5};
    Tape tape;
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    const Bernoulli coins{tape.constant(full({2, 3}, 0))};
    CHECK_THROWS_AS(coins.log_prob(tape.constant(full({2, 4}, 0))), Error);
    const Categorical classes{tape.constant(full({2, 3}, 0))};
    CHECK_THROWS_AS(classes.log_prob({0, 3}), Error);
    CHECK_THROWS_AS(classes.log_prob({0}), Error);
    CHECK_THROWS_WITH_AS(Categorical{tape.constant(full({3}, 0))}.sample(random),
                         "[Categorical] expected logits (B, C) to sample from, got (3,)", Error);
    CHECK_THROWS_WITH_AS(Categorical{tape.constant(full({2, 3}, nan))}.sample(random),
                         "[Categorical] got logits that are not numbers", Error);
}
