// Task a5.2: the KL divergence between two diagonal Gaussians.
//
// Of each example, KL(N(μ, e^λ) ‖ N(m, e^l)) in nats, summed over everything behind the first axis. All four
// arrays are (B, ...) and get gradients; the result is (B,). Which of the two is averaged over matters. Both
// log variances may be 1500 at once: subtract before you exponentiate.
//
// `sum_examples` and `contribute_examples` are as in task a5.1, with up to four arrays.

#include "autograd/ops/examples.hpp"
#include "autograd/ops/gaussian.hpp"

namespace autograd {

using simd::Batch;

Variable gaussian_kl(Variable mean, Variable log_variance, Variable prior_mean,
                     Variable prior_log_variance) {
    require_same_shape("gaussian_kl", "mean", mean, "log_variance", log_variance);
    require_same_shape("gaussian_kl", "mean", mean, "prior_mean", prior_mean);
    require_same_shape("gaussian_kl", "mean", mean, "prior_log_variance", prior_log_variance);
    require_examples("gaussian_kl", mean);
    return mean.tape().record(
        "gaussian_kl", {mean, log_variance, prior_mean, prior_log_variance},
        [=](Entry&) { throw Error("[a5.2] the divergence is not written yet"); },
        [=](Entry&) { throw Error("[a5.2] its pullback is not written yet"); });
}

}  // namespace autograd
