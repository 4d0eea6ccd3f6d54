// Assignment a6: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include "autograd/ops.hpp"

namespace autograd {

struct Parts {
    Variable distortion, rates;
};
struct Optimum {
    Array decoder, encoder, log_variance;
};
struct Run {
    Array decoder, encoder, log_variance;
};

Parts expected_parts(Variable decoder, Variable encoder, Variable log_variance,
                     const Array& covariance, Real sigma);              // task a6.1
Array predicted_rates(const Array& covariance, Real sigma, Real beta);  // task a6.2
Array silencing_weights(const Array& covariance, Real sigma);           // task a6.3
Optimum optimum(const Array& covariance, Real sigma, Real beta);        // task a6.4
Array use_of_units(const Array& mean, const Array& log_variance);       // task a6.5
Run descend(Run at, const Array& covariance, Real sigma, const std::vector<Real>& weights,
            Real free_nats, Real rate);  // task a6.6
Variable price(Variable rates);          // task a6.7

}  // namespace autograd

namespace probe {

namespace {

using Arrays = std::vector<Array>;
using Inputs = std::vector<Variable>;

/// The covariance is the last input, the word is σ.
autograd::Parts parts(const Words& words, const Inputs& x) {
    return autograd::expected_parts(x[0], x[1], x[2], x[3].value(), std::stod(words.at(0)));
}
Variable distortion(const Words& words, const Inputs& x) { return parts(words, x).distortion; }
Variable rates(const Words& words, const Inputs& x) { return parts(words, x).rates; }

Variable priced(const Words&, const Inputs& x) { return autograd::price(x[0]); }

/// The price and 3 Σ R: another gradient comes to the rates before that of the price.
Variable priced_beside(const Words& words, const Inputs& x) {
    const Variable y = priced(words, x);  // recorded first
    return y + sum(3.0 * x[0]);
}

/// The words are σ and β.
Arrays predicted(const Words& words, const Arrays& x) {
    return {autograd::predicted_rates(x.at(0), std::stod(words.at(0)), std::stod(words.at(1)))};
}
Arrays best(const Words& words, const Arrays& x) {
    const auto found = autograd::optimum(x.at(0), std::stod(words.at(0)), std::stod(words.at(1)));
    return {found.decoder, found.encoder, found.log_variance};
}

/// The word is σ.
Arrays silencing(const Words& words, const Arrays& x) {
    return {autograd::silencing_weights(x.at(0), std::stod(words.at(0)))};
}

Arrays use(const Words&, const Arrays& x) { return {autograd::use_of_units(x.at(0), x.at(1))}; }

/// The arrays are W, V, λ, C and the weights of the steps; the words are σ, the free nats and the rate.
Arrays descent(const Words& words, const Arrays& x) {
    const auto found =
        autograd::descend({x.at(0), x.at(1), x.at(2)}, x.at(3), std::stod(words.at(0)),
                          {x.at(4).data(), x.at(4).data() + x.at(4).size()}, std::stod(words.at(1)),
                          std::stod(words.at(2)));
    return {found.decoder, found.encoder, found.log_variance};
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"distortion", pulled(distortion)},
            {"rates", pulled(rates)},
            {"predicted", predicted},
            {"silencing", silencing},
            {"optimum", best},
            {"use", use},
            {"descend", descent},
            {"price", pulled(priced)},
            {"price_value", valued(priced)},
            {"price_beside", pulled(priced_beside)}};
}

}  // namespace probe
