#include "models/hierarchical_vae.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <numbers>

#include "autograd/gradcheck.hpp"
#include "learnt.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/vae.hpp"

using namespace models;

namespace {

Array pictures(std::size_t count, std::size_t width) {
    nn::Random random(7);
    return random.uniform({count, width});
}

HierarchicalVaeSettings small(Inference inference) {
    return {.input = 7,
            .hidden = {6, 5},
            .between = {4},
            .latent = {3, 2},
            .activation = autograd::tanh,
            .inference = inference};
}

PerLevel<Variable> given(Tape& tape, const std::vector<Array>& noise) {
    PerLevel<Variable> out;
    for (const Array& each : noise) out.push_back(tape.constant(each));
    return out;
}

/// z₂ ~ N(0, I), z₁ ~ N(a z₂ + c, s²), x ~ N(W z₁ + m, σ² I) in 2, 2 and 3 dimensions. The columns of
/// W are orthogonal, wₖ long, so all posteriors are diagonal Gaussians.
struct Chain {
    double a[2] = {0.9, 1.6}, c[2] = {0.5, -1}, s[2] = {0.8, 0.5};
    double w[2] = {1.5, 0.7}, sigma = 0.6, m[3] = {0.2, -0.3, 0.1};
    double u[2][3] = {{0.6, 0.8, 0}, {0, 0, 1}};  // the directions of the columns

    /// Mean and variance of z₁, k-th unit, as the likelihood p(x | z₁) alone has it; the mean is
    /// Σ uₖ (x − m) / wₖ.
    double evidence_variance(int k) const { return sigma * sigma / (w[k] * w[k]); }
    double marginal_variance(int k) const { return a[k] * a[k] + s[k] * s[k]; }

    double log_evidence(const Array& x, std::size_t n) const {
        double squares = 0, log_det = 0, explained = 0;
        for (std::size_t d = 0; d < 3; ++d) squares += std::pow(double{x(n, d)} - m[d], 2);
        for (int k = 0; k < 2; ++k) {
            double y = 0;
            for (std::size_t d = 0; d < 3; ++d) y += u[k][d] * (double{x(n, d)} - m[d]);
            const double variance = w[k] * w[k] * marginal_variance(k) + sigma * sigma;
            explained += std::pow(y - w[k] * c[k], 2) / variance - y * y / (sigma * sigma);
            log_det += std::log(variance);
        }
        log_det += std::log(sigma * sigma);
        return -0.5 * (squares / (sigma * sigma) + explained + log_det +
                       3 * std::log(2 * std::numbers::pi));
    }
};

void set(nn::Linear& layer, const std::vector<std::vector<double>>& weight,
         const std::vector<double>& bias) {
    REQUIRE(layer.weight.value.shape() == autograd::Shape{weight.size(), weight[0].size()});
    for (std::size_t i = 0; i < weight.size(); ++i) {
        for (std::size_t j = 0; j < weight[i].size(); ++j)
            layer.weight.value(i, j) = static_cast<Real>(weight[i][j]);
        layer.bias.value(i) = static_cast<Real>(bias[i]);
    }
}

/// z = gain ∘ input + shift with variance e^λ, all per unit.
void set_diagonal(GaussianNet& net, const double (&gain)[2], const double (&shift)[2],
                  const double (&variance)[2]) {
    set(net.mean, {{gain[0], 0}, {0, gain[1]}}, {shift[0], shift[1]});
    set(net.log_variance, {{0, 0}, {0, 0}}, {std::log(variance[0]), std::log(variance[1])});
}

/// z = gain ∘ Uᵀ(x − m) / w + shift with variance e^λ.
void set_from_image(GaussianNet& net, const Chain& chain, const double (&gain)[2],
                    const double (&shift)[2], const double (&variance)[2]) {
    std::vector<std::vector<double>> weight(2, std::vector<double>(3));
    std::vector<double> bias(2);
    for (std::size_t k = 0; k < 2; ++k) {
        bias[k] = shift[k];
        for (std::size_t d = 0; d < 3; ++d) {
            weight[k][d] = gain[k] * chain.u[k][d] / chain.w[k];
            bias[k] -= weight[k][d] * chain.m[d];
        }
    }
    set(net.mean, weight, bias);
    set(net.log_variance, {{0, 0, 0}, {0, 0, 0}}, {std::log(variance[0]), std::log(variance[1])});
}

/// The chain as a model, with its exact posterior in the factors that the inference asks for.
HierarchicalVae exact(const Chain& chain, Inference inference) {
    nn::Random random(1);
    HierarchicalVae model({.input = 3,
                           .hidden = {},
                           .between = {},
                           .latent = {2, 2},
                           .inference = inference,
                           .likelihood = Likelihood::gaussian,
                           .sigma = static_cast<Real>(chain.sigma)},
                          random);
    double s2[2], evidence[2], gain[2], shift[2], variance[2];
    for (int k = 0; k < 2; ++k) s2[k] = chain.s[k] * chain.s[k];
    for (int k = 0; k < 2; ++k) evidence[k] = chain.evidence_variance(k);
    set_diagonal(model.priors[0], chain.a, chain.c, s2);
    for (auto& [name, parameter, frozen] : nn::parameters(model.decoder.net)) {
        for (std::size_t d = 0; d < 3; ++d) {
            if (name == "0.bias") parameter->value(d) = static_cast<Real>(chain.m[d]);
            if (name == "0.weight")
                for (std::size_t k = 0; k < 2; ++k)
                    parameter->value(d, k) = static_cast<Real>(chain.w[k] * chain.u[k][d]);
        }
    }
    if (inference == Inference::top_down) {
        // What the image says of z₁ by itself, and q(z₂ | x), in which z₁ is integrated out.
        set_from_image(model.encoders[0], chain, {1, 1}, {0, 0}, evidence);
        for (int k = 0; k < 2; ++k) {
            const double noise = s2[k] + evidence[k];  // of Uᵀ(x − m) / w around a z₂ + c
            variance[k] = 1 / (1 + chain.a[k] * chain.a[k] / noise);
            gain[k] = variance[k] * chain.a[k] / noise;
            shift[k] = -gain[k] * chain.c[k];
        }
        set_from_image(model.encoders[1], chain, gain, shift, variance);
    } else {
        // q(z₁ | x), in which z₂ is integrated out, and q(z₂ | z₁), for which x is not needed.
        for (int k = 0; k < 2; ++k) {
            variance[k] = 1 / (1 / chain.marginal_variance(k) + 1 / evidence[k]);
            gain[k] = variance[k] / evidence[k];
            shift[k] = variance[k] * chain.c[k] / chain.marginal_variance(k);
        }
        set_from_image(model.encoders[0], chain, gain, shift, variance);
        for (int k = 0; k < 2; ++k) {
            variance[k] = 1 / (1 + chain.a[k] * chain.a[k] / s2[k]);
            gain[k] = variance[k] * chain.a[k] / s2[k];
            shift[k] = -gain[k] * chain.c[k];
        }
        set_diagonal(model.encoders[1], gain, shift, variance);
    }
    return model;
}

/// Images drawn from the model itself.
Array drawn_from(const HierarchicalVae& model, std::size_t count, nn::Random& random) {
    Tape tape;
    Array x = model.generate(model.noise(tape, count, random)).value();
    const Array noise = random.normal(x.shape());
    for (std::size_t i = 0; i < x.size(); ++i)
        x.data()[i] += static_cast<Real>(model.decoder.sigma()) * noise.data()[i];
    return x;
}

/// The reconstruction and KL of each level, averaged over images drawn from the model.
std::vector<double> mean_kl(const HierarchicalVae& model, std::size_t count) {
    nn::Random random(3);
    const Array x = drawn_from(model, count, random);
    Tape tape;
    std::vector<double> out;
    for (const Variable& level : model.elbo(tape.constant(x), random).kl)
        out.push_back(level.item());
    return out;
}

}  // namespace

TEST_CASE("on a Gaussian chain every importance weight is the evidence itself, either way") {
    const Chain chain;
    for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
        const HierarchicalVae model = exact(chain, inference);
        nn::Random random(2);
        const Array x = drawn_from(model, 200, random);
        const LogLikelihood found = importance_weighted(model, x, 3, random);
        for (std::size_t n = 0; n < 200; ++n)
            CHECK(found.per_image[n] == doctest::Approx(chain.log_evidence(x, n)).epsilon(1e-4));
    }
}

TEST_CASE("on a Gaussian chain the KL of each level is the information that it carries") {
    const Chain chain;
    double whole = 0, top_given_x = 0, top_given_below = 0, lower_given_top = 0;
    for (int k = 0; k < 2; ++k) {
        const double a2 = chain.a[k] * chain.a[k], s2 = chain.s[k] * chain.s[k];
        const double e = chain.evidence_variance(k);
        whole += 0.5 * std::log1p((a2 + s2) / e);
        top_given_x += 0.5 * std::log1p(a2 / (s2 + e));
        top_given_below += 0.5 * std::log1p(a2 / s2);
        lower_given_top += 0.5 * std::log1p(s2 / e);
    }
    CHECK(top_given_x + lower_given_top == doctest::Approx(whole));  // the chain rule

    const std::size_t count = 40000;
    const auto down = mean_kl(exact(chain, Inference::top_down), count);
    CHECK(down[0] == doctest::Approx(lower_given_top).epsilon(0.02));
    CHECK(down[1] == doctest::Approx(top_given_x).epsilon(0.02));
    const auto up = mean_kl(exact(chain, Inference::bottom_up), count);
    CHECK(up[1] == doctest::Approx(top_given_below).epsilon(0.02));
    CHECK(up[0] + up[1] == doctest::Approx(whole).epsilon(0.02));
}

TEST_CASE("on a Gaussian chain draws from the top down have the known marginals") {
    const Chain chain;
    const HierarchicalVae model = exact(chain, Inference::top_down);
    nn::Random random(4);
    Tape tape;
    const std::size_t count = 40000;
    const Array z = model.descend(model.noise(tape, count, random))[0].value();
    for (std::size_t k = 0; k < 2; ++k) {
        double mean = 0, squares = 0;
        for (std::size_t n = 0; n < count; ++n) mean += double{z(n, k)} / count;
        for (std::size_t n = 0; n < count; ++n)
            squares += std::pow(double{z(n, k)} - mean, 2) / count;
        const double variance = chain.marginal_variance(static_cast<int>(k));
        CHECK(std::abs(mean - chain.c[k]) < 5 * std::sqrt(variance / count));
        CHECK(squares == doctest::Approx(variance).epsilon(0.04));
    }
}

TEST_CASE("combining a prior with evidence multiplies the two densities") {
    Tape tape;
    const auto number = [&](double x) { return tape.constant(autograd::array({1, 1}, {x})); };
    const nn::Normal prior{number(1.5), number(std::log(0.5))};
    const nn::Normal evidence{number(-0.4), number(std::log(2))};
    const nn::Normal both = combine(prior, evidence);
    // Precisions 2 and ½ add up to 2½; the mean is (2 · 1.5 + ½ · −0.4) / 2½.
    CHECK(both.log_variance.item() == doctest::Approx(-std::log(2.5)));
    CHECK(both.mean.item() == doctest::Approx(1.12));
    // Evidence that says nothing, even less than nothing would overflow at, leaves the prior.
    const nn::Normal kept = combine(prior, {number(9), number(1000)});
    CHECK(kept.mean.item() == doctest::Approx(1.5));
    CHECK(kept.log_variance.item() == doctest::Approx(std::log(0.5)));
}

TEST_CASE("each level is compared with what the level above expects of it") {
    nn::Random random(1);
    for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
        HierarchicalVaeSettings settings = small(inference);
        settings.latent = {3, 2, 2};
        const HierarchicalVae model(settings, random);
        Tape tape;
        const auto found = model.infer(tape.constant(pictures(4, 7)), model.noise(tape, 4, random));
        REQUIRE(found.size() == 3);
        for (std::size_t l = 0; l < 2; ++l) {
            const nn::Normal p = model.priors[l](found[l + 1].z);
            REQUIRE(found[l].prior);
            CHECK(found[l].prior->mean.value() == p.mean.value());
            CHECK(found[l].prior->log_variance.value() == p.log_variance.value());
            CHECK(found[l].closed_form == (inference == Inference::top_down));
        }
        CHECK(!found[2].prior);
        CHECK(found[2].closed_form);
    }
}

TEST_CASE("a level whose evidence is worthless costs nothing and follows its prior") {
    nn::Random random(1);
    HierarchicalVae model(small(Inference::top_down), random);
    model.encoders[0].log_variance.bias.value.fill(50);
    Tape tape;
    CHECK(model.elbo(tape.constant(pictures(4, 7)), random).kl[0].item() == doctest::Approx(0));
}

TEST_CASE("one level is a VAE") {
    nn::Random random(1), again(1);
    const HierarchicalVae one({.input = 7, .hidden = {6}, .latent = {3}}, random);
    const Vae vae({.input = 7, .hidden = {6}, .latent = 3}, again);
    const Array noise = random.normal({4, 3});
    Tape tape;
    const Variable x = tape.constant(pictures(4, 7));
    const Elbo a = one.elbo(x, {tape.constant(noise)});
    const Elbo b = vae.elbo(x, tape.constant(noise));
    CHECK(a.reconstruction.item() == b.reconstruction.item());
    CHECK(a.kl.at(0).item() == b.kl.at(0).item());
    CHECK(a.value(2).item() == b.value(2).item());
}

TEST_CASE("without noise the same top gives the same image, and lower noise changes it") {
    nn::Random random(1);
    const HierarchicalVae model(small(Inference::top_down), random);
    Tape tape;
    auto noise = model.no_noise(tape, 4);
    CHECK(noise.size() == 2);
    const Array plain = model.generate(noise).value();
    CHECK(plain.shape() == autograd::Shape{4, 7});
    noise[0] = nn::standard_normal(tape, {4, 3}, random);
    const Array redrawn = model.generate(noise).value();
    for (std::size_t d = 0; d < 7; ++d) {
        CHECK(plain(0, d) == plain(1, d));
        CHECK(redrawn(0, d) != redrawn(1, d));
    }
    const Array r = model.reconstruct(tape.constant(pictures(2, 7))).value();
    CHECK(r == model.reconstruct(tape.constant(pictures(2, 7))).value());
}

TEST_CASE("settings that make no sense are refused in one line, here too") {
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(HierarchicalVae({.latent = {}}, random),
                         "[HierarchicalVae] expected at least one level, got none",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(HierarchicalVae({.latent = {40, 0}}, random),
                         "[Linear] expected at least one input and one output, got 300 and 0",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(HierarchicalVae({.sigma = 0}, random),
                         "[Decoder] expected a sigma above 0, got 0", autograd::Error);
    const HierarchicalVae model({}, random);
    Tape tape;
    CHECK_THROWS_WITH_AS(model.elbo(tape.constant(pictures(2, 100)), random),
                         "[linear] x is (2, 100) but weight is (300, 784)", autograd::Error);
    const auto one = HierarchicalVae({.latent = {40}}, random).noise(tape, 2, random);
    CHECK_THROWS_WITH_AS(model.infer(tape.constant(pictures(2, 784)), one),
                         "[infer] expected noise for 2 levels, got 1", autograd::Error);
    CHECK_THROWS_WITH_AS(model.generate(one), "[descend] expected noise for 2 levels, got 1",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(model.decode(one), "[decode] expected draws of 2 levels, got 1",
                         autograd::Error);
}

TEST_CASE("the gradient of the hierarchical bound is right, noise frozen" *
          doctest::skip(sizeof(Real) == sizeof(float))) {
    nn::Random random(3);
    const Array x = pictures(4, 7);
    const std::vector<Array> noise = {random.normal({4, 3}), random.normal({4, 2}),
                                      random.normal({4, 2})};
    for (const Inference inference : {Inference::top_down, Inference::bottom_up})
        for (const bool gated : {false, true})
            for (const Real free_bits : {Real(0), Real(0.3)}) {
                HierarchicalVaeSettings settings = small(inference);
                settings.latent = {3, 2, 2};
                settings.gated = gated;
                settings.skip = gated;
                settings.likelihood = gated ? Likelihood::gaussian : Likelihood::bernoulli;
                HierarchicalVae model(settings, random);
                const auto loss = [&](Tape& tape) {
                    return -model.elbo(tape.constant(x), given(tape, noise))
                                .value(Real(0.7), free_bits);
                };
                const auto report = autograd::gradcheck(loss, learnt(model));
                INFO(autograd::text(report));
                CHECK(report.passed(1e-6));
            }
}
