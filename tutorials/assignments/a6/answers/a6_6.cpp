#include <vector>

#include "autograd/ops.hpp"

namespace autograd {

struct Parts {
    Variable distortion, rates;
};
Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma);

struct Run {
    Array decoder, encoder, log_variance;
};

Run descend(Run at, const Array& covariance, Real sigma, const std::vector<Real>& weights,
            Real free_nats, Real rate);

namespace {

void step(Array& x, const Array& gradient, Real rate) {
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] -= rate * gradient.data()[i];
}

}  // namespace

Run descend(Run at, const Array& covariance, Real sigma, const std::vector<Real>& weights,
            Real free_nats, Real rate) {
    Tape tape;
    for (const Real beta : weights) {
        tape.rewind();
        const Variable w = tape.variable(at.decoder), v = tape.variable(at.encoder),
                       l = tape.variable(at.log_variance);
        const Parts parts = expected_parts(w, v, l, covariance, sigma);
        const Variable charged = sum(relu(parts.rates - free_nats) + free_nats);
        Gradients& gradients = tape.backward(parts.distortion + beta * charged);
        step(at.decoder, gradients.of(w), rate);
        step(at.encoder, gradients.of(v), rate);
        step(at.log_variance, gradients.of(l), rate);
    }
    return at;
}

}  // namespace autograd
