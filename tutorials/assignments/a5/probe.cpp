// Assignment a5: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include "autograd/ops.hpp"

namespace autograd {

Variable negative_elbo(Variable logits, Variable pixels, Variable mean, Variable log_variance,
                       Real beta);  // task a5.4
Variable importance_weighted(Variable log_likelihood, Variable log_prior,
                             Variable log_posterior);  // task a5.6
Variable log_likelihood(Variable x, Variable output);  // task a5.7

}  // namespace autograd

namespace probe {

namespace {

using Inputs = std::vector<Variable>;

Variable kl(const Words&, const Inputs& x) {
    return x.size() == 2 ? gaussian_kl(x[0], x[1]) : gaussian_kl(x[0], x[1], x[2], x[3]);
}

Variable draw(const Words&, const Inputs& x) { return reparameterize(x[0], x[1], x[2]); }

/// The word is β.
Variable bound(const Words& words, const Inputs& x) {
    return negative_elbo(x[0], x[1], x[2], x[3], std::stod(words.at(0)));
}

/// The words are the axis, and whether it stays.
Variable log_sum(const Words& words, const Inputs& x) {
    return log_sum_exp(x[0], std::stoi(words.at(0)), words.at(1) == "keep");
}

/// y + 3 (sum of x over the axis): another gradient comes to x before that of y.
Variable log_sum_beside(const Words& words, const Inputs& x) {
    const Variable y = log_sum(words, x);  // recorded first
    return y + autograd::Real{3} * sum(x[0], {std::stoi(words.at(0))});
}

Variable weighted(const Words&, const Inputs& x) { return importance_weighted(x[0], x[1], x[2]); }

Variable likelihood(const Words&, const Inputs& x) { return log_likelihood(x[0], x[1]); }

}  // namespace

std::map<std::string, Handler> handlers() {
    return {
        {"kl", pulled(kl)},
        {"kl_value", valued(kl)},
        {"draw", pulled(draw)},
        {"draw_value", valued(draw)},
        {"bound", pulled(bound)},
        {"log_sum_exp", pulled(log_sum)},
        {"log_sum_exp_value", valued(log_sum)},
        {"log_sum_exp_beside", pulled(log_sum_beside)},
        {"importance_weighted", pulled(weighted)},
        {"log_likelihood", pulled(likelihood)},
        {"log_likelihood_value", valued(likelihood)},
    };
}

}  // namespace probe
