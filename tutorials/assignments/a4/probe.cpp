// Assignment a4: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include "autograd/ops.hpp"

namespace autograd {

Variable l1(Variable activations);                               // task a4.1
Variable sparsity(Variable activations, Real target);            // task a4.2
Variable tied_error(Variable x, Variable weight);                // task a4.3
Variable keep_largest(Variable activations, std::size_t count);  // task a4.4
Array hoyer(const Array& activations);                           // task a4.5
Variable penalty(Variable activations);                          // task a4.6

}  // namespace autograd

namespace probe {

namespace {

using Inputs = std::vector<Variable>;

Variable price(const Words&, const Inputs& x) { return l1(x[0]); }

/// The word is the target.
Variable sparse(const Words& words, const Inputs& x) {
    return sparsity(x[0], std::stod(words.at(0)));
}

Variable tied(const Words&, const Inputs& x) { return tied_error(x[0], x[1]); }

/// The word is how many stay.
Variable keep(const Words& words, const Inputs& x) {
    return keep_largest(x[0], static_cast<std::size_t>(std::stoul(words.at(0))));
}

Variable term(const Words&, const Inputs& x) { return penalty(x[0]); }

/// f(x) + 3 Σ x, or + 3x where the shapes agree: another gradient comes to x before that of f.
template <Variable (*f)(const Words&, const Inputs&)>
Variable beside(const Words& words, const Inputs& x) {
    const Variable y = f(words, x);  // recorded first
    const Variable more = 3.0 * x[0];
    return y.shape() == x[0].shape() ? y + more : y + sum(more);
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"l1", pulled(price)},
            {"l1_value", valued(price)},
            {"l1_beside", pulled(beside<price>)},
            {"sparsity", pulled(sparse)},
            {"sparsity_value", valued(sparse)},
            {"sparsity_beside", pulled(beside<sparse>)},
            {"tied", pulled(tied)},
            {"keep", pulled(keep)},
            {"keep_value", valued(keep)},
            {"keep_beside", pulled(beside<keep>)},
            {"hoyer",
             [](const Words&, const std::vector<Array>& arrays) {
                 return std::vector<Array>{autograd::hoyer(arrays.at(0))};
             }},
            {"penalty", pulled(term)},
            {"penalty_value", valued(term)},
            {"penalty_beside", pulled(beside<term>)}};
}

}  // namespace probe
