// Task a3.5: a loop that almost works.
//
// It fits W x + b to y, (N, I) to (N, O), by gradient descent with momentum, v ← μ v + g and w ← w − η v, and returns a loss
// for each epoch: the mean over all examples of their squared errors, each under the weights that its step began with.
// In epoch e the examples come in the order `orders[e]`, `plan.batch` at a time; the last batch has what is left. The
// momentum lasts as long as the training. The record holds one step at a time, and has that of the last one at the end.
//
// The loss falls, and nothing crashes. But the loop has six mistakes, each of which a check finds. Mend them.

#include <algorithm>
#include <vector>

#include "autograd/ops.hpp"

namespace autograd {

struct Plan {
    std::size_t batch;
    Real rate, momentum;
};
using Order = std::vector<std::size_t>;

std::vector<Real> fit(Tape& tape, Parameter& weight, Parameter& bias, const Array& x,
                      const Array& y, const std::vector<Order>& orders, const Plan& plan);

namespace {

/// Rows number order[begin] to order[end − 1].
Array rows(const Array& from, const Order& order, std::size_t begin, std::size_t end) {
    const std::size_t width = from.shape()[1];
    Array out = full({end - begin, width}, 0);
    for (std::size_t i = begin; i < end; ++i)
        std::copy_n(from.data() + order[i] * width, width, out.data() + (i - begin) * width);
    return out;
}

void move(Parameter& parameter, Array& velocity, const Array& gradient, const Plan& plan) {
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        Real& kept = velocity.data()[i];
        kept = plan.momentum * kept + gradient.data()[i] / static_cast<Real>(plan.batch);
        parameter.value.data()[i] -= plan.rate * kept;
    }
}

}  // namespace

std::vector<Real> fit(Tape& tape, Parameter& weight, Parameter& bias, const Array& x,
                      const Array& y, const std::vector<Order>& orders, const Plan& plan) {
    const std::size_t examples = x.shape()[0], batches = examples / plan.batch;
    const Order as_they_stand = orders.front();
    std::vector<Real> losses;
    tape.rewind();
    for (const Order& order : orders) {
        Array weight_velocity = full(weight.value.shape(), 0);
        Array bias_velocity = full(bias.value.shape(), 0);
        Real total = 0;
        for (std::size_t number = 0; number < batches; ++number) {
            const std::size_t begin = number * plan.batch, end = begin + plan.batch;
            const Variable inputs = tape.constant(rows(x, order, begin, end));
            const Variable targets = tape.constant(rows(y, as_they_stand, begin, end));
            const Variable outputs = linear(inputs, tape.parameter(weight), tape.parameter(bias));
            const Variable loss = mean(squared_error(outputs, targets));
            const Gradients& gradients = tape.backward(loss);
            move(weight, weight_velocity, gradients.of(weight), plan);
            move(bias, bias_velocity, gradients.of(bias), plan);
            total += loss.item();
        }
        losses.push_back(total / static_cast<Real>(batches));
    }
    return losses;
}

}  // namespace autograd
