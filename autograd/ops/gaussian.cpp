#include "autograd/ops/gaussian.hpp"

#include "autograd/ops/examples.hpp"
#include "autograd/pullback.hpp"

namespace autograd {

using simd::Batch;

// Where λ is small, e^λ − 1 would lose the digits that a divergence is made of: hence expm1.

Variable gaussian_kl(Variable mean, Variable log_variance) {
    require_same_shape("gaussian_kl", "mean", mean, "log_variance", log_variance);
    require_examples("gaussian_kl", mean);
    return mean.tape().record(
        "gaussian_kl", {mean, log_variance},
        [=](Entry& y) {
            sum_examples(
                y.value, [](Batch m, Batch l) { return Real{0.5} * (xsimd::expm1(l) + m * m - l); },
                mean.value(), log_variance.value());
        },
        [=](Entry& y) {
            contribute_examples(
                mean, y, [](Batch m) { return m; }, mean.value());
            contribute_examples(
                log_variance, y, [](Batch l) { return Real{0.5} * xsimd::expm1(l); },
                log_variance.value());
        });
}

Variable gaussian_kl(Variable mean, Variable log_variance, Variable prior_mean,
                     Variable prior_log_variance) {
    require_same_shape("gaussian_kl", "mean", mean, "log_variance", log_variance);
    require_same_shape("gaussian_kl", "mean", mean, "prior_mean", prior_mean);
    require_same_shape("gaussian_kl", "mean", mean, "prior_log_variance", prior_log_variance);
    require_examples("gaussian_kl", mean);
    return mean.tape().record(
        "gaussian_kl", {mean, log_variance, prior_mean, prior_log_variance},
        [=](Entry& y) {
            sum_examples(
                y.value,
                [](Batch m, Batch l, Batch pm, Batch pl) {
                    const Batch d = m - pm;
                    return Real{0.5} * (pl - l + xsimd::expm1(l - pl) + d * d * xsimd::exp(-pl));
                },
                mean.value(), log_variance.value(), prior_mean.value(), prior_log_variance.value());
        },
        [=](Entry& y) {
            const auto pull = [](Batch m, Batch pm, Batch pl) {
                return (m - pm) * xsimd::exp(-pl);
            };
            contribute_examples(mean, y, pull, mean.value(), prior_mean.value(),
                                prior_log_variance.value());
            contribute_examples(
                log_variance, y, [](Batch l, Batch pl) { return Real{0.5} * xsimd::expm1(l - pl); },
                log_variance.value(), prior_log_variance.value());
            // The first rule with the two means exchanged.
            contribute_examples(prior_mean, y, pull, prior_mean.value(), mean.value(),
                                prior_log_variance.value());
            contribute_examples(
                prior_log_variance, y,
                [](Batch m, Batch l, Batch pm, Batch pl) {
                    const Batch d = m - pm;
                    return Real{0.5} * (-xsimd::expm1(l - pl) - d * d * xsimd::exp(-pl));
                },
                mean.value(), log_variance.value(), prior_mean.value(), prior_log_variance.value());
        });
}

Variable reparameterize(Variable mean, Variable log_variance, Variable noise) {
    require_same_shape("reparameterize", "mean", mean, "log_variance", log_variance);
    require_same_shape("reparameterize", "mean", mean, "noise", noise);
    return mean.tape().record(
        "reparameterize", {mean, log_variance, noise},
        [=](Entry& z) {
            assign(z.value,
                   mean.value() + xt::exp(Real{0.5} * log_variance.value()) * noise.value());
        },
        [=](Entry& z) {
            const Array& l = log_variance.value();
            contribute(mean, z.gradient);
            contribute(log_variance,
                       Real{0.5} * z.gradient * noise.value() * xt::exp(Real{0.5} * l));
            contribute(noise, z.gradient * xt::exp(Real{0.5} * l));
        });
}

}  // namespace autograd
