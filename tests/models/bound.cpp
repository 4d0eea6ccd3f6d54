#include "models/bound.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "autograd/gradcheck.hpp"
#include "learnt.hpp"
#include "linear.hpp"
#include "models/cvae.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/priors.hpp"
#include "models/vae.hpp"

using namespace models;

namespace {

const bool single = sizeof(Real) == sizeof(float);

Variable number(Tape& tape, double x) { return tape.constant(autograd::array({}, {x})); }

/// A level whose densities are easily written down, at these draws.
LatentLevel level(Tape& tape, const Array& m, const Array& l, const Array& z, bool closed_form) {
    return {{tape.constant(m), tape.constant(l)},
            nn::Normal{tape.constant(autograd::full(m.shape(), Real(0.3))),
                       tape.constant(autograd::full(m.shape(), Real(-0.4)))},
            tape.constant(z),
            closed_form};
}

double log_normal(double z, double m, double l) {
    return -0.5 * (std::log(2 * std::numbers::pi) + l + (z - m) * (z - m) * std::exp(-l));
}

/// z₃ ~ N(0, 1), z₂ ~ N(a₂ z₃, s₂²), z₁ ~ N(a₁ z₂, s₁²), x ~ N(z₁, σ²), numbers all, with the exact
/// posterior from the top down: what is above z_l is its prior, and what the image says of it by
/// itself its evidence.
struct Chain {
    double a1 = 0.8, s1 = 0.5, a2 = -1.3, s2 = 0.7, sigma = 0.6;

    /// Variances of x around what z₁, z₂, z₃ predict, and around 0.
    double around_1() const { return sigma * sigma; }
    double around_2() const { return s1 * s1 + around_1(); }
    double around_3() const { return a1 * a1 * s2 * s2 + around_2(); }
    double whole() const { return a1 * a1 * a2 * a2 + around_3(); }

    HierarchicalVae model() const {
        const double c = a1 * a2, precision = 1 + c * c / around_3();
        return HierarchicalVae(
            {net(1, around_1()), net(1 / a1, around_2() / (a1 * a1)),
             net(c / around_3() / precision, 1 / precision)},
            {net(a1, s1 * s1), net(a2, s2 * s2)},
            Decoder(nn::identity, Likelihood::gaussian, static_cast<Real>(sigma)));
    }

    static GaussianNet net(double gain, double variance) {
        nn::Random random(1);
        nn::Linear mean(1, 1, random), log_variance(1, 1, random);
        mean.weight.value.fill(static_cast<Real>(gain));
        mean.bias.value.fill(0);
        log_variance.weight.value.fill(0);
        log_variance.bias.value.fill(static_cast<Real>(std::log(variance)));
        return {nn::identity, mean, log_variance};
    }
};

/// q(z | x) = N(m, e^l) whatever x, and ln p(x | z) = z ln 3: at z = m + e the slope of ln w is ln 3 − m.
struct Tripling {
    Variable m, l;

    nn::Normal encode(Variable) const { return {m, l}; }
    Draws draws_of(Variable, const nn::Normal& q, Variable z) const {
        return {2, Real(std::log(3.)) * reshape(z, {2}), {{q, {}, z}}};
    }
};

}  // namespace

TEST_CASE("at capacity the KL is charged for its distance from so many nats, on either side") {
    Tape tape;
    const Elbo elbo{number(tape, 100), {number(tape, 4), number(tape, 3)}};
    CHECK(elbo.total_kl().item() == 7);
    CHECK(elbo.value_at_capacity(1000, 7).item() == doctest::Approx(-100));
    CHECK(elbo.value_at_capacity(1000, 9).item() == doctest::Approx(-2100));
    CHECK(elbo.value_at_capacity(1000, 4).item() == doctest::Approx(-3100));
    CHECK(elbo.value_at_capacity(3, 0).item() == doctest::Approx(elbo.value(3).item()));
    CHECK_THROWS_WITH_AS(elbo.value_at_capacity(1, -2),
                         "[Elbo] expected gamma and capacity of at least 0, got 1 and -2",
                         autograd::Error);
    CHECK_THROWS_AS(elbo.value_at_capacity(-1, 2), autograd::Error);
    CHECK_THROWS_WITH_AS((Elbo{number(tape, 1), {}}.total_kl()),
                         "[Elbo] expected at least one level, got none", autograd::Error);
}

TEST_CASE("free bits put a floor under the KL of each level") {
    Tape tape;
    const Elbo elbo{number(tape, 100), {number(tape, 7), number(tape, 0.5)}};
    CHECK(elbo.value().item() == doctest::Approx(-107.5));
    CHECK(elbo.value(Real(0.5)).item() == doctest::Approx(-103.75));
    CHECK(elbo.value(1, 2).item() == doctest::Approx(-109));
    CHECK(elbo.value(1, Real(0.75)).item() == doctest::Approx(-107.75));
    CHECK_THROWS_WITH_AS(elbo.value(-1),
                         "[Elbo] expected beta and free bits of at least 0, got -1 and 0",
                         autograd::Error);
    CHECK_THROWS_AS(elbo.value(1, -2), autograd::Error);

    const Variable cheap = tape.variable(autograd::array({}, {0.5}));
    const Variable dear = tape.variable(autograd::array({}, {7}));
    const autograd::Gradients& gradients =
        tape.backward(Elbo{number(tape, 100), {dear, cheap}}.value(1, 2));
    CHECK(gradients.of(dear)() == -1);
    CHECK(gradients.of(cheap)() == 0);
}

TEST_CASE("without free bits an estimate of the KL may be negative") {
    Tape tape;
    CHECK(Elbo{number(tape, 100), {number(tape, -0.5)}}.value().item() == doctest::Approx(-99.5));
}

TEST_CASE("both bounds of any draws are what plain loops over the draws give") {
    nn::Random random(1);
    const std::size_t samples = 3, examples = 2, width = 2, rows = samples * examples;
    const Array m = random.normal({rows, width}), l = random.normal({rows, width});
    const Array z = random.normal({rows, width}), log_p = random.normal({rows});
    for (const bool closed_form : {true, false}) {
        double reconstruction = 0, kl = 0, bound = 0;
        std::vector<double> weight(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            reconstruction -= double{log_p(i)} / rows;
            weight[i] = double{log_p(i)};
            for (std::size_t k = 0; k < width; ++k) {
                const double shift = double{m(i, k)} - 0.3, gap = double{l(i, k)} + 0.4;
                const double ratio =
                    log_normal(z(i, k), 0.3, -0.4) - log_normal(z(i, k), m(i, k), l(i, k));
                weight[i] += ratio;
                kl += (closed_form ? 0.5 * (std::exp(gap) + shift * shift * std::exp(0.4) - 1 - gap)
                                   : -ratio) /
                      rows;
            }
        }
        for (std::size_t b = 0; b < examples; ++b) {
            double mean = 0;
            for (std::size_t k = 0; k < samples; ++k)
                mean += std::exp(weight[k * examples + b]) / samples;
            bound += std::log(mean) / examples;
        }
        Tape tape;
        const Draws draws{samples, tape.constant(log_p), {level(tape, m, l, z, closed_form)}};
        CHECK(elbo(draws).reconstruction.item() == doctest::Approx(reconstruction));
        CHECK(elbo(draws).kl.at(0).item() == doctest::Approx(kl));
        CHECK(mean(bound_per_draw(draws)).item() == doctest::Approx(-reconstruction - kl));
        CHECK(importance_weighted(draws).item() == doctest::Approx(bound));
        const Array weights = log_weights(draws).value();
        for (std::size_t i = 0; i < rows; ++i) CHECK(weights(i) == doctest::Approx(weight[i]));
    }
}

TEST_CASE("without a prior of its own a level is compared with N(0, I)") {
    nn::Random random(2);
    Tape tape;
    const Array m = random.normal({3, 2}), l = random.normal({3, 2}),
                zero = autograd::full({3, 2}, 0);
    const nn::Normal q{tape.constant(m), tape.constant(l)};
    const Variable z = tape.constant(random.normal({3, 2}));
    const nn::Normal standard{tape.constant(zero), tape.constant(zero)};
    for (const bool closed_form : {true, false}) {
        const LatentLevel implied{q, {}, z, closed_form}, said{q, standard, z, closed_form};
        for (std::size_t b = 0; b < 3; ++b) {
            CHECK(kl(implied).value()(b) == doctest::Approx(kl(said).value()(b)));
            CHECK(log_prior(implied).value()(b) == doctest::Approx(log_prior(said).value()(b)));
        }
    }
}

TEST_CASE("with one draw of each example the importance-weighted bound is the ELBO, on average") {
    nn::Random random(3);
    const Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    Tape tape;
    tape.set_inference(true);
    // A draw for each of many copies of one image.
    const std::size_t count = 40000;
    const Variable x = repeat(tape.constant(random.uniform({1, 5})), count);
    const Draws draws = vae.draw(x, 1, random);
    const Array weights = log_weights(draws).value();
    double mean = 0, squares = 0;
    for (const Real w : weights.storage()) mean += double{w} / count;
    for (const Real w : weights.storage()) squares += std::pow(double{w} - mean, 2) / count;
    CHECK(importance_weighted(draws).item() == doctest::Approx(mean));
    // Both estimate the bound; the closed form of the KL leaves less to chance.
    CHECK(std::abs(mean - elbo(draws).value().item()) < 5 * std::sqrt(squares / count));

    // Taken by the draws, the KL makes the two the same number.
    Draws sampled = draws;
    sampled.levels[0].closed_form = false;
    CHECK(importance_weighted(sampled).item() == doctest::Approx(elbo(sampled).value().item()));
}

TEST_CASE("more draws give a higher bound, on average") {
    nn::Random random(4);
    const Vae vae({.input = 5, .hidden = {6}, .latent = 2, .activation = autograd::tanh}, random);
    Tape tape;
    tape.set_inference(true);
    const Variable x = repeat(tape.constant(random.uniform({2, 5})), 2000);
    double before = elbo(vae.draw(x, 8, random)).value().item();
    for (const std::size_t samples : {2, 4, 16}) {
        const double now = importance_weighted(vae.draw(x, samples, random)).item();
        CHECK(now > before);
        before = now;
    }
}

TEST_CASE("a draw that is impossible counts as weight 0, and an example of such alone has none") {
    const Real never = -std::numeric_limits<Real>::infinity();
    Tape tape;
    const auto bound = [&](const std::vector<double>& weights) {
        Array each = autograd::full({weights.size()}, 0);
        std::copy(weights.begin(), weights.end(), each.begin());
        return importance_weighted(Draws{weights.size(), tape.constant(each), {}}).item();
    };
    CHECK(bound({never, -5, -5}) == doctest::Approx(-5 + std::log(2. / 3)));
    CHECK(bound({-5, never, -5}) == doctest::Approx(-5 + std::log(2. / 3)));
    CHECK(bound({never, never}) == never);
    CHECK(std::isnan(bound({-5, std::nan("")})));
}

TEST_CASE("on a chain of three levels every importance weight is the evidence itself") {
    const Chain chain;
    const HierarchicalVae model = chain.model();
    nn::Random random(5);
    Array x = random.normal({50, 1});
    for (Real& pixel : x.storage()) pixel *= static_cast<Real>(std::sqrt(chain.whole()));
    Tape tape;
    const Draws draws = model.draw(tape.constant(x), 4, random);
    REQUIRE(draws.levels.size() == 3);
    REQUIRE(draws.log_likelihood.shape() == Shape{200});
    const Array weights = log_weights(draws).value();
    double mean = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        const double evidence = log_normal(x(i % 50, 0), 0, std::log(chain.whole()));
        CHECK(weights(i) == doctest::Approx(evidence).epsilon(1e-4));
        mean += evidence / 200;
    }
    CHECK(importance_weighted(draws).item() == doctest::Approx(mean).epsilon(1e-4));
}

TEST_CASE("on a chain of three levels the KL of each is the information that it carries") {
    const Chain chain;
    nn::Random random(6);
    const std::size_t count = 40000;
    Array x = random.normal({count, 1});
    for (Real& pixel : x.storage()) pixel *= static_cast<Real>(std::sqrt(chain.whole()));
    Tape tape;
    tape.set_inference(true);
    const Elbo elbo = chain.model().elbo(tape.constant(x), random);
    const auto information = [](double with, double without) {
        return 0.5 * std::log(without / with);
    };
    CHECK(elbo.kl[2].item() ==
          doctest::Approx(information(chain.around_3(), chain.whole())).epsilon(0.02));
    CHECK(elbo.kl[1].item() ==
          doctest::Approx(information(chain.around_2(), chain.around_3())).epsilon(0.02));
    CHECK(elbo.kl[0].item() ==
          doctest::Approx(information(chain.around_1(), chain.around_2())).epsilon(0.02));
}

namespace {

/// A linear VAE whose encoder is off, and images for it.
struct Off {
    Array x;
    Vae vae;
};
Off off(nn::Random& random) {
    const Array x = correlated(5, random);
    Vae vae = exact_vae(probabilistic_pca(pca(correlated(100, random), 2)), random);
    for (const auto& each : nn::parameters(vae.encoder))
        for (Real& weight : each.parameter->value.storage())
            weight += static_cast<Real>(0.2 * random.normal());
    return {x, vae};
}

std::vector<double> gradient(const autograd::Gradients& all, auto& part) {
    std::vector<double> out;
    for (const auto& each : nn::parameters(part))
        for (const Real x : all.of(*each.parameter).storage()) out.push_back(double{x});
    return out;
}

}  // namespace

TEST_CASE("a gradient is scaled row by row, and the value stays what it is") {
    Tape tape;
    const Variable x = tape.variable(autograd::array({2, 2}, {1, 2, 3, 4}));
    const Variable y = scale_gradient(x, tape.constant(autograd::array({2, 1}, {10, 0.5})));
    CHECK(y.value() == x.value());
    CHECK(tape.backward(sum(y)).of(x) == autograd::array({2, 2}, {10, 10, 0.5, 0.5}));
}

TEST_CASE("a draw's share is that of its weight among the draws of its example, and constant") {
    Tape tape;  // two draws of each of three examples, of the weights 1, 3, 1 and 3, 1, 1
    const double three = std::log(3.);
    const Variable log_p = tape.variable(autograd::array({6}, {0, three, 0, three, 0, 0}));
    const Variable shares = weight_shares({2, log_p, {}});
    CHECK(shares.shape() == Shape{6, 1});
    const Array slope = tape.backward(sum(reshape(shares, {6}) * log_p)).of(log_p);
    const double expected[] = {0.25, 0.75, 0.5, 0.75, 0.25, 0.5};
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(shares.value().data()[i] == doctest::Approx(expected[i]));
        CHECK(slope.data()[i] == doctest::Approx(expected[i]));
    }
}

TEST_CASE("doubly reparameterized, bound and gradient of the decoder stay what they are") {
    nn::Random random(21);
    auto [x, vae] = off(random);
    const Array noise = random.normal({20, 2});
    Tape plain, doubly;
    const Variable a = importance_weighted(vae.draw(plain.constant(x), plain.constant(noise)));
    const Variable b = doubly_reparameterized(vae, doubly.constant(x), doubly.constant(noise));
    CHECK(a.item() == doctest::Approx(b.item()));
    const auto of_a = gradient(plain.backward(a), vae.decoder.net),
               of_b = gradient(doubly.backward(b), vae.decoder.net);
    for (std::size_t i = 0; i < of_a.size(); ++i) CHECK(of_a[i] == doctest::Approx(of_b[i]));
}

TEST_CASE("doubly reparameterized, draws count by their squared shares") {
    Tape tape;  // draws at 0 and 1, of the shares 1/4 and 3/4
    const Variable m = tape.variable(autograd::array({1, 1}, {0})),
                   l = tape.variable(autograd::array({1, 1}, {0}));
    const Variable bound =
        doubly_reparameterized(Tripling{m, l}, m, tape.constant(autograd::array({2, 1}, {0, 1})));
    CHECK(bound.item() == doctest::Approx(std::log(2.)));
    const autograd::Gradients& slopes = tape.backward(bound);
    CHECK(slopes.of(m)(0, 0) == doctest::Approx((1. / 16 + 9. / 16) * std::log(3.)));
    CHECK(slopes.of(l)(0, 0) == doctest::Approx(9. / 16 * std::log(3.) / 2));
}

TEST_CASE("doubly reparameterized, the gradient of the encoder is the same on average") {
    nn::Random random(22);
    Off begun = off(random);
    const Array& x = begun.x;
    Vae& vae = begun.vae;
    for (const std::size_t samples : {1, 2, 5}) {
        CAPTURE(samples);
        std::vector<double> sum, squares;
        const int draws = 4000;
        Tape tape;
        for (int i = 0; i < draws; ++i) {
            const Array noise = random.normal({5 * samples, 2});
            const auto of = [&](auto bound) {
                tape.rewind();
                const Variable y = bound(tape.constant(x), tape.constant(noise));
                return gradient(tape.backward(y), vae.encoder);
            };
            const auto a = of([&](Variable images, Variable e) {
                return importance_weighted(vae.draw(images, e));
            });
            const auto b = of([&](Variable images, Variable e) {
                return doubly_reparameterized(vae, images, e);
            });
            sum.resize(a.size());
            squares.resize(a.size());
            for (std::size_t p = 0; p < a.size(); ++p) {
                sum[p] += (a[p] - b[p]) / draws;
                squares[p] += (a[p] - b[p]) * (a[p] - b[p]) / draws;
            }
        }
        for (std::size_t p = 0; p < sum.size(); ++p)
            CHECK(std::abs(sum[p]) < 5 * std::sqrt(squares[p] / draws) + 1e-9);
    }
}

TEST_CASE("with the exact posterior the doubly reparameterized encoder is left alone") {
    nn::Random random(23);
    const Array x = correlated(50, random);
    Vae vae = exact_vae(probabilistic_pca(pca(x, 2)), random);
    const Array noise = random.normal({200, 2});
    Tape tape;
    const Variable bound = doubly_reparameterized(vae, tape.constant(x), tape.constant(noise));
    for (const double each : gradient(tape.backward(bound), vae.encoder))
        CHECK(std::abs(each) < (single ? 1e-4 : 1e-10));
    tape.rewind();
    const Variable plain = importance_weighted(vae.draw(tape.constant(x), tape.constant(noise)));
    double largest = 0;
    for (const double each : gradient(tape.backward(plain), vae.encoder))
        largest = std::max(largest, std::abs(each));
    CHECK(largest > 0.01);
}

TEST_CASE("on a linear model the bounds rise with K to the exact likelihood, and not above") {
    nn::Random random(24);
    auto [some, vae] = off(random);
    const Array data = correlated(100, random);
    const ProbabilisticPca reference = probabilistic_pca(pca(data, 2));
    Vae model = exact_vae(reference, random);
    model.encoder.mean.bias.value += Real(0.25);
    model.encoder.log_variance.bias.value += Real(0.5);
    Tape tape;
    tape.set_inference(true);
    const double exact = reference.log_likelihood(data);
    double before = -1e9;
    for (const std::size_t samples : {1, 5, 50, 500}) {
        tape.rewind();
        const Variable x = repeat(tape.constant(data), 50);
        const double now = importance_weighted(model.draw(x, samples, random)).item();
        CHECK(now > before);
        CHECK(now < exact + 0.01);
        before = now;
    }
    CHECK(before == doctest::Approx(exact).epsilon(0.005));
}

TEST_CASE("rows are repeated all at once, whatever their shape, and gradients add up") {
    Tape tape;
    const Variable x = tape.variable(autograd::array({2, 1, 2}, {1, 2, 3, 4}));
    CHECK(repeat(x, 3).value() == autograd::array({6, 1, 2}, {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}));
    CHECK(repeat(x, 1).value() == x.value());
    CHECK(tape.backward(sum(repeat(x, 3))).of(x) == autograd::full({2, 1, 2}, 3));
}

TEST_CASE("draws and noise that do not fit the examples are refused in one line") {
    nn::Random random(1);
    Tape tape;
    const Vae vae({.input = 5, .hidden = {6}, .latent = 3}, random);
    const Variable x = tape.constant(random.uniform({2, 5}));
    CHECK_THROWS_WITH_AS(
        vae.draw(x, tape.constant(random.normal({5, 3}))),
        "[draw] expected noise for each of 2 examples, as often as one likes, got (5, 3)",
        autograd::Error);
    CHECK_THROWS_WITH_AS(vae.draw(x, 0, random), "[draw] expected at least one sample, got 0",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(vae.elbo(tape.constant(autograd::full({}, 1)), random),
                         "[draw] expected examples along the first axis, got shape ()",
                         autograd::Error);
    const Draws uneven{2, tape.constant(random.normal({5})), {}};
    CHECK_THROWS_WITH_AS(importance_weighted(uneven),
                         "[importance_weighted] expected 2 draws of each example, got 5 rows",
                         autograd::Error);
    const HierarchicalVae two({.input = 5, .hidden = {6}, .between = {4}, .latent = {3, 2}},
                              random);
    CHECK_THROWS_WITH_AS(two.draw(x, {tape.constant(random.normal({2, 3}))}),
                         "[infer] expected noise for 2 levels, got 1", autograd::Error);
}

namespace {

/// Everything that can be made of draws, as one long row; `kl` fixes capacity and free bits.
Variable everything(const Draws& draws, Real kl) {
    const Elbo parts = elbo(draws);
    std::vector<Variable> all = {parts.reconstruction, parts.value(3, kl / 4),
                                 parts.value_at_capacity(3, 2 * kl),
                                 parts.value_at_capacity(3, kl / 2), importance_weighted(draws)};
    all.insert(all.end(), parts.kl.begin(), parts.kl.end());
    for (Variable& each : all) each = reshape(each, {1});
    all.push_back(log_weights(draws));
    return concat(all, 0);
}

/// Compares its gradient with differences, for random cotangents.
void check(const std::function<Draws(Tape&)>& draw,
           const std::vector<autograd::NamedParameter>& parameters) {
    Tape once;
    const Real kl = std::abs(elbo(draw(once)).total_kl().item());
    for (unsigned seed = 1; seed <= 2; ++seed) {
        const auto report = autograd::gradcheck(
            [&](Tape& tape) { return everything(draw(tape), kl); }, parameters, {.seed = seed});
        INFO(autograd::text(report));
        CHECK(report.passed(1e-6));
    }
}

}  // namespace

TEST_CASE("the gradients of every bound are right, of a VAE" * doctest::skip(single)) {
    nn::Random random(7);
    const Array x = random.uniform({3, 7}), noise = random.normal({6, 2});
    for (const Likelihood likelihood : {Likelihood::bernoulli, Likelihood::gaussian})
        for (const bool learn_sigma : {false, true}) {
            Vae vae({.input = 7,
                     .hidden = {5},
                     .latent = 2,
                     .activation = autograd::tanh,
                     .likelihood = likelihood,
                     .sigma = Real(0.4),
                     .learn_sigma = learn_sigma},
                    random);
            check([&](Tape& tape) { return vae.draw(tape.constant(x), tape.constant(noise)); },
                  learnt(vae));
        }
}

TEST_CASE("the gradients of every bound are right, of a VAE with a learnt prior" *
          doctest::skip(single)) {
    nn::Random random(17);
    const Array x = random.uniform({3, 7}), noise = random.normal({6, 2});
    const Vae vae({.input = 7, .hidden = {5}, .latent = 2, .activation = autograd::tanh}, random);
    const auto check_with = [&](auto prior) {
        PriorVae model(vae, prior);
        check([&](Tape& tape) { return model.draw(tape.constant(x), tape.constant(noise)); },
              learnt(model));
    };
    MixturePrior mixture(3, 2, random);
    for (Parameter* part : {&mixture.log_variance, &mixture.logits})
        for (Real& each : part->value.storage()) each = static_cast<Real>(random.normal());
    check_with(mixture);
    check_with(VampPrior(random.normal({4, 7})));
}

TEST_CASE("the gradients are right of a VAE whose pixels have a σ each" * doctest::skip(single)) {
    nn::Random random(18);
    const Array x = random.uniform({3, 7}), noise = random.normal({6, 2});
    Vae vae({.input = 7,
             .hidden = {5},
             .latent = 2,
             .activation = autograd::tanh,
             .likelihood = Likelihood::gaussian,
             .sigma = Real(0.4),
             .learn_sigma = true,
             .sigma_per_pixel = true},
            random);
    for (Real& each : vae.decoder.log_variance.value.storage())
        each += static_cast<Real>(random.normal());
    REQUIRE(vae.decoder.log_variance.value.size() == 7);
    check([&](Tape& tape) { return vae.draw(tape.constant(x), tape.constant(noise)); },
          learnt(vae));
}

TEST_CASE("the gradients of every bound are right, of a CVAE" * doctest::skip(single)) {
    nn::Random random(8);
    const Array x = random.uniform({3, 7}), c = random.normal({3, 2}),
                noise = random.normal({6, 2});
    for (const bool learn_prior : {false, true}) {
        Cvae cvae({.vae = {.input = 7, .hidden = {5}, .latent = 2, .activation = autograd::tanh},
                   .condition = 2,
                   .learn_prior = learn_prior},
                  random);
        for (const auto& each : nn::parameters(cvae))
            for (Real& weight : each.parameter->value.storage())
                weight += static_cast<Real>(0.4 * random.normal());
        check(
            [&](Tape& tape) {
                return cvae.draw(tape.constant(x), tape.constant(c), tape.constant(noise));
            },
            learnt(cvae));
    }
}

TEST_CASE("the gradients of every bound are right, of one, two and three levels" *
          doctest::skip(single)) {
    nn::Random random(9);
    const Array x = random.uniform({3, 7});
    for (const std::vector<std::size_t>& latent :
         std::vector<std::vector<std::size_t>>{{2}, {3, 2}, {3, 2, 2}})
        for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
            HierarchicalVae model({.input = 7,
                                   .hidden = {5},
                                   .between = {4},
                                   .latent = latent,
                                   .activation = autograd::tanh,
                                   .inference = inference,
                                   .skip = latent.size() == 3},
                                  random);
            std::vector<Array> noise;
            for (const std::size_t width : latent) noise.push_back(random.normal({6, width}));
            const auto draw = [&](Tape& tape) {
                PerLevel<Variable> given;
                for (const Array& each : noise) given.push_back(tape.constant(each));
                return model.draw(tape.constant(x), given);
            };
            check(draw, learnt(model));
        }
}
