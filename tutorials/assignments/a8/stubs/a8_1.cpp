// Task a8.1: what is expected, and what is seen.
//
// A level has a prior N(m, e^l), what the level above expects of it, and evidence N(μ̂, e^λ̂), what the image says. Multiply
// the two densities: what comes out is, up to a factor, that of another Gaussian. Return its mean and its log variance. All
// arrays are of one shape, (B, K), and all four get gradients. Put it together from operations; log variances may be
// ±1600, which no exponential of them survives: which function of a difference do you need?

#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Gaussian combined(Gaussian prior, Gaussian evidence);

Gaussian combined(Gaussian, Gaussian) { throw Error("[a8.1] the combination is not written yet"); }

}  // namespace autograd
