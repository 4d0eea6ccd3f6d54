// Assignment a7: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include "autograd/ops.hpp"

namespace autograd {

Variable join(Variable x, Variable c);  // task a7.1
Variable told_layer(Variable z, const Indices& labels, Variable weight,
                    Variable bias);                                                  // task a7.2
Array information(const Array& table);                                               // task a7.3
Array information_gaps(const Array& codes, const Array& factors, std::size_t bins);  // task a7.4
Real factor_vae_score(const Array& codes, const Array& train, const Indices& train_factor,
                      const Array& test, const Indices& test_factor,
                      std::size_t factors);             // task a7.5
Variable metric(Variable codes, const Array& factors);  // task a7.6

}  // namespace autograd

namespace probe {

namespace {

using autograd::Indices;
using Arrays = std::vector<Array>;
using Inputs = std::vector<Variable>;

Indices whole(const Array& numbers) {
    Indices out;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        out.push_back(static_cast<std::size_t>(numbers.data()[i]));
    return out;
}

std::size_t number(const Words& words) { return std::stoul(words.at(0)); }

Variable joined(const Words&, const Inputs& x) { return autograd::join(x[0], x[1]); }

/// The labels are the last input.
Variable told(const Words&, const Inputs& x) {
    return autograd::told_layer(x[0], whole(x[3].value()), x[1], x[2]);
}

Variable scored(const Words&, const Inputs& x) { return autograd::metric(x[0], x[1].value()); }

Arrays informed(const Words&, const Arrays& x) { return {autograd::information(x.at(0))}; }

/// The word is the number of bins.
Arrays gaps(const Words& words, const Arrays& x) {
    return {autograd::information_gaps(x.at(0), x.at(1), number(words))};
}

/// The word is the number of factors.
Arrays factor_vae(const Words& words, const Arrays& x) {
    return {autograd::full({}, autograd::factor_vae_score(x.at(0), x.at(1), whole(x.at(2)), x.at(3),
                                                          whole(x.at(4)), number(words)))};
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"join", pulled(joined)},        {"join_value", valued(joined)},
            {"told", pulled(told)},          {"told_value", valued(told)},
            {"information", informed},       {"gaps", gaps},
            {"factor_vae", factor_vae},      {"metric", pulled(scored)},
            {"metric_value", valued(scored)}};
}

}  // namespace probe
