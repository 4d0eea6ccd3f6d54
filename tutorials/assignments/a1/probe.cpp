// Assignment a1: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include <limits>

#include "autograd/broadcast.hpp"
#include "autograd/ops.hpp"

namespace autograd {

Variable activation(Variable x);  // task a1.7

}  // namespace autograd

namespace probe {

namespace {

using Inputs = std::vector<Variable>;

int number(const std::string& word) { return std::stoi(word); }

/// y + 3x: another gradient comes to x before that of y.
Variable beside(Variable y, Variable x) { return y + autograd::Real{3} * x; }

/// Sums of one shape in the shape of the second array, to which they are added if the word is "add".
std::vector<Array> reduce(const Words& words, const std::vector<Array>& arrays) {
    Array out = arrays.at(1);
    if (words.at(0) != "add") out.fill(std::numeric_limits<double>::quiet_NaN());
    autograd::reduce_to_shape(out.shape(), arrays.at(0), words.at(0) == "add" ? 1 : 0, out.data());
    return {out};
}

/// A record line by line: 0 a sum, 1 a product, 2 a hyperbolic tangent, of the lines with these numbers.
/// Only what no task of a1 changes. The result is the line that the word names.
Variable graph(const Words& words, const Inputs& inputs) {
    Inputs lines(inputs.begin(), inputs.end() - 1);
    const Array program = inputs.back().value();
    for (std::size_t i = 0; i < program.shape()[0]; ++i) {
        const auto entry = [&](std::size_t k) { return static_cast<std::size_t>(program(i, k)); };
        const Variable a = lines.at(entry(1)), b = lines.at(entry(2));
        lines.push_back(entry(0) == 0 ? a + b : entry(0) == 1 ? a * b : autograd::tanh(a));
    }
    return lines.at(static_cast<std::size_t>(number(words.at(0))));
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {
        {"sigmoid", pulled([](const Words&, const Inputs& x) { return sigmoid(x[0]); })},
        {"sigmoid_beside",
         pulled([](const Words&, const Inputs& x) { return beside(sigmoid(x[0]), x[0]); })},
        {"divide", pulled([](const Words&, const Inputs& x) { return x[0] / x[1]; })},
        {"divide_itself", pulled([](const Words&, const Inputs& x) { return x[0] / x[0]; })},
        {"linear", pulled([](const Words&, const Inputs& x) {
             return x.size() == 3 ? linear(x[0], x[1], x[2]) : linear(x[0], x[1]);
         })},
        {"softmax", pulled([](const Words& words, const Inputs& x) {
             return softmax(x[0], number(words.at(0)));
         })},
        {"softmax_beside", pulled([](const Words& words, const Inputs& x) {
             return beside(softmax(x[0], number(words.at(0))), x[0]);
         })},
        {"reduce", reduce},
        {"graph", pulled(graph)},
        {"activation", pulled([](const Words&, const Inputs& x) { return activation(x[0]); })},
        {"activation_beside",
         pulled([](const Words&, const Inputs& x) { return beside(activation(x[0]), x[0]); })},
        {"activation_value",
         valued([](const Words&, const Inputs& x) { return activation(x[0]); })},
    };
}

}  // namespace probe
