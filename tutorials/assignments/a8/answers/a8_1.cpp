#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Gaussian combined(Gaussian prior, Gaussian evidence);

Gaussian combined(Gaussian prior, Gaussian evidence) {
    const Variable ahead = prior.log_variance - evidence.log_variance;
    const Variable share = sigmoid(ahead);  // of the precision, that is the evidence's
    return {prior.mean + share * (evidence.mean - prior.mean),
            prior.log_variance - softplus(ahead)};
}

}  // namespace autograd
