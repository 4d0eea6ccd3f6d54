// Assignment a8: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include "autograd/ops.hpp"

namespace autograd {

struct Gaussian {
    Variable mean, log_variance;
};

Gaussian combined(Gaussian prior, Gaussian evidence);  // task a8.1
Variable downward_loss(Variable log_likelihood, Gaussian upper, Gaussian lower,
                       Gaussian lower_prior,
                       Real free_nats);  // task a8.2
Variable upward_loss(Variable log_likelihood, Variable z, Gaussian lower, Gaussian lower_prior,
                     Gaussian upper);                                                // task a8.3
Array chain_terms(Real a, Real s, Real sigma);                                       // task a8.4
Array chain_posterior(const Array& gains, const Array& noises, Real sigma, Real x);  // task a8.5
Variable divergence(Variable posterior, Variable prior);                             // task a8.6

}  // namespace autograd

namespace probe {

namespace {

using Arrays = std::vector<Array>;
using Inputs = std::vector<Variable>;

double number(const Words& words, std::size_t i) { return std::stod(words.at(i)); }

Variable combined_mean(const Words&, const Inputs& x) {
    return autograd::combined({x[0], x[1]}, {x[2], x[3]}).mean;
}
Variable combined_log_variance(const Words&, const Inputs& x) {
    return autograd::combined({x[0], x[1]}, {x[2], x[3]}).log_variance;
}

/// The word is how many nats are free.
Variable downward(const Words& words, const Inputs& x) {
    return autograd::downward_loss(x[0], {x[1], x[2]}, {x[3], x[4]}, {x[5], x[6]},
                                   number(words, 0));
}

Variable upward(const Words&, const Inputs& x) {
    return autograd::upward_loss(x[0], x[1], {x[2], x[3]}, {x[4], x[5]}, {x[6], x[7]});
}

Variable diverging(const Words&, const Inputs& x) { return autograd::divergence(x[0], x[1]); }

/// The divergence and 3 Σ q, 3 Σ p: other gradients come to both before its own.
Variable diverging_beside(const Words& words, const Inputs& x) {
    const Variable y = diverging(words, x);  // recorded first
    return y + 3.0 * sum(x[0], {1}) + 3.0 * sum(x[1], {1});
}

/// The words are a, s and σ.
Arrays terms(const Words& words, const Arrays&) {
    return {autograd::chain_terms(number(words, 0), number(words, 1), number(words, 2))};
}

/// The arrays are gains and noises; the words are σ and x.
Arrays chain(const Words& words, const Arrays& x) {
    return {autograd::chain_posterior(x.at(0), x.at(1), number(words, 0), number(words, 1))};
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"combined_mean", pulled(combined_mean)},
            {"combined_log_variance", pulled(combined_log_variance)},
            {"downward", pulled(downward)},
            {"upward", pulled(upward)},
            {"terms", terms},
            {"chain", chain},
            {"divergence", pulled(diverging)},
            {"divergence_value", valued(diverging)},
            {"divergence_beside", pulled(diverging_beside)}};
}

}  // namespace probe
