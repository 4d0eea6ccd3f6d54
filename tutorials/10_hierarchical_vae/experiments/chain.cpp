// Before any image, a model that can be solved with pencil and paper: one number on each level,
// $$ z_2 \sim \mathcal N(0, 1), \qquad z_1 = a\,z_2 + s\,\varepsilon, \qquad
//    x = z_1 + \sigma\,\varepsilon', \qquad a^2 + s^2 = 1 . $$
// All marginals are Gaussian: $z_1 \sim \mathcal N(0, 1)$ and $x \sim \mathcal N(0, 1 + \sigma^2)$.
// So are all posteriors, in whichever order they are factored. A `HierarchicalVae` without hidden
// layers contains this chain, and its encoders can be *set* to the exact posterior.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "../shared.hpp"
#include "models/evaluate/log_likelihood.hpp"

namespace hierarchical {

namespace {

void set(nn::Linear& layer, double weight, double bias) {
    layer.weight.value.fill(Real(weight));
    layer.bias.value.fill(Real(bias));
}

// From Bayes' rule: a prior $\mathcal N(0, t)$ on $z$ and an observation $y = c z$ + noise of
// variance $e$ give a posterior of precision $1/t + c^2/e$, and its mean is $y \cdot c/e$ divided by
// that precision.

struct Posterior {
    double gain, variance;
};

Posterior bayes(double prior_variance, double c, double noise_variance) {
    const double variance = 1 / (1 / prior_variance + c * c / noise_variance);
    return {variance * c / noise_variance, variance};
}

void set(models::GaussianNet& net, const Posterior& q) {
    set(net.mean, q.gain, 0);
    set(net.log_variance, 0, std::log(q.variance));
}

}  // namespace

HierarchicalVae exact_chain(const Chain& chain, Inference inference) {
    const double a = chain.a, prior = chain.s * chain.s, pixel = chain.sigma * chain.sigma;
    nn::Random random{1};
    HierarchicalVae model{{.input = 1,
                           .hidden = {},
                           .between = {},
                           .latent = {1, 1},
                           .inference = inference,
                           .likelihood = models::Likelihood::gaussian,
                           .sigma = Real(chain.sigma)},
                          random};
    const auto decoder = nn::parameters(model.decoder);  // weight and bias
    decoder[0].parameter->value.fill(1);
    decoder[1].parameter->value.fill(0);
    set(model.priors[0], {a, prior});
    if (inference == Inference::top_down) {
        set(model.encoders[0], {1, pixel});                  // p(x | z1), as a function of z1
        set(model.encoders[1], bayes(1, a, prior + pixel));  // q(z2 | x)
    } else {
        set(model.encoders[0], bayes(1, 1, pixel));  // q(z1 | x)
        set(model.encoders[1], bayes(1, a, prior));  // q(z2 | z1)
    }
    return model;
}

double information(double signal_variance, double noise_variance) {
    return 0.5 * std::log1p(signal_variance / noise_variance);
}

namespace {

// With the exact posterior, $p(x, z) / q(z \mid x)$ is $p(x)$ *for every draw*, whatever $z$. So a
// single importance weight must give $\ln p(x)$ without any error. The means over 50 000 $x$ agree up to
// @result{chain_error, .0e} nats. And the KL of each level must be what information theory says:
// $$ \text{top-down:}\quad \mathrm{KL}_2 = I(x; z_2),\quad \mathrm{KL}_1 = I(x; z_1 \mid z_2);
//    \qquad \text{bottom-up:}\quad \mathrm{KL}_2 = I(z_1; z_2),\quad
//    \mathrm{KL}_1 = I(x; z_1) - I(z_1; z_2) . $$
// Both pairs add up to the same $I(x; z_1)$. The sum is what an image tells about the codes. How it
// is divided among the levels depends on the order of inference, so the KL of an upper level cannot
// be compared between a top-down and a bottom-up model.
//
// Then four wrong ones:
//
// 1. *Top-down, against $\mathcal N(0, I)$*, as in a VAE. The lower level is charged for following
//    the upper one. In training, nothing would make $p(z_1 \mid z_2)$ fit $q$.
// 2. *Top-down, the evidence instead of $q$*: $\mathrm{KL}(\hat q \,\|\, p)$. What is charged is not
//    what was drawn.
// 3. *Top-down, $q$ against the evidence*: two distributions of the same level that are easily
//    exchanged in the code. The result lies *above* $\ln p(x)$, which no lower bound can.
// 4. *Bottom-up, closed form*: the trap of the lesson.
//
// | KL of the lower level | KL₁ | KL₂ | ELBO |
// |---|---|---|---|
// | top-down | @result{top_down_lower, .3f} | @result{top_down_upper, .3f} | @result{top_down_elbo, .3f} |
// | wrong: against $\mathcal N(0, I)$ | @result{standard_lower, .3f} | @result{standard_upper, .3f} | @result{standard_elbo, .3f} |
// | wrong: the evidence instead of $q$ | @result{evidence_lower, .3f} | @result{evidence_upper, .3f} | @result{evidence_elbo, .3f} |
// | wrong: $q$ against the evidence | @result{swapped_lower, .3f} | @result{swapped_upper, .3f} | @result{swapped_elbo, .3f} |
// | bottom-up, by the draw | @result{bottom_up_lower, .3f} | @result{bottom_up_upper, .3f} | @result{bottom_up_elbo, .3f} |
// | wrong: bottom-up, closed form | @result{closed_form_lower, .3f} | @result{closed_form_upper, .3f} | @result{closed_form_elbo, .3f} |
// | known, top-down | @result{known_top_down_lower, .3f} | @result{known_top_down_upper, .3f} | @result{known_evidence, .3f} |
// | known, bottom-up | @result{known_bottom_up_lower, .3f} | @result{known_bottom_up_upper, .3f} | @result{known_evidence, .3f} |
//
// The ELBO of an exact posterior is $\ln p(x)$ itself; its mean over the 50 000 $x$ stands in the last
// column of the known rows. Both right ELBOs differ from it by a few thousandths of a nat, because the
// reconstruction is estimated with one draw for each $x$. The right KLs differ from the known ones by
// less than a hundredth, which is the luck of these $x$ and draws. The wrong rows are off by more than a
// tenth.

struct Charged {
    std::string key;
    double lower, upper;
};

std::vector<Charged> right_and_wrong(const HierarchicalVae& model, Variable x,
                                     const models::PerLevel<Variable>& noise) {
    const auto elbo = model.elbo(x, noise);
    const auto found = model.infer(x, noise);
    const nn::Normal &q = found[0].posterior, &p = *found[0].prior;
    const double lower = elbo.kl[0].item(), upper = elbo.kl[1].item();
    const auto wrong = [&](const std::string& key, Variable kl) {
        return Charged{key, mean(kl).item(), upper};
    };
    if (!found[0].closed_form)
        return {{"bottom_up", lower, upper}, wrong("closed_form", nn::kl(q, p))};
    const nn::Normal evidence = model.encoders[0](x);
    return {{"top_down", lower, upper},
            wrong("standard", nn::kl_to_standard_normal(q)),
            wrong("evidence", nn::kl(evidence, p)),
            wrong("swapped", nn::kl(q, evidence))};
}

void note_known(Session& session, const Chain& chain, double evidence) {
    const double a2 = chain.a * chain.a, s2 = chain.s * chain.s, noise = chain.sigma * chain.sigma;
    session.note("known_top_down_lower", information(s2, noise));
    session.note("known_top_down_upper", information(a2, s2 + noise));
    session.note("known_bottom_up_lower", information(1, noise) - information(a2, s2));
    session.note("known_bottom_up_upper", information(a2, s2));
    session.note("known_evidence", evidence);
}

void known_chain(Session& session) {
    const Chain chain;
    nn::Random random{session.flags.seed};
    const std::size_t count = 50000;
    const double variance = 1 + chain.sigma * chain.sigma;
    Array x = random.normal({count, 1});
    double evidence = 0, worst = 0;
    for (Real& number : x.storage()) {
        number *= Real(std::sqrt(variance));
        const double square = double{number} * double{number} / variance;
        evidence -= 0.5 * (std::log(2 * std::numbers::pi * variance) + square) / count;
    }
    std::printf("  %-12s %8s %8s %9s\n", "", "KL z1", "KL z2", "ELBO");
    Tape tape;
    tape.set_inference(true);
    for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
        const HierarchicalVae model = exact_chain(chain, inference);
        const auto one_weight = models::importance_weighted(model, x, 1, random);
        worst = std::max(worst, std::abs(one_weight.mean - evidence));
        tape.rewind();
        const Variable images = tape.constant(x);
        const auto noise = model.noise(tape, count, random);
        const double reconstruction = model.elbo(images, noise).reconstruction.item();
        for (const auto& [key, lower, upper] : right_and_wrong(model, images, noise)) {
            const double elbo = -reconstruction - lower - upper;
            std::printf("  %-12s %8.4f %8.4f %9.4f\n", key.c_str(), lower, upper, elbo);
            session.note(key + "_lower", lower);
            session.note(key + "_upper", upper);
            session.note(key + "_elbo", elbo);
        }
    }
    note_known(session, chain, evidence);
    session.result("chain_error", worst);
}

const tutorials::Experiment chain{
    "chain", "On a chain of Gaussians each KL is known, and four wrong ones are caught",
    known_chain};

}  // namespace

}  // namespace hierarchical
