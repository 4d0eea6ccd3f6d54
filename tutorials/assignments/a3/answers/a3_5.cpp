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
        kept = plan.momentum * kept + gradient.data()[i];
        parameter.value.data()[i] -= plan.rate * kept;
    }
}

}  // namespace

std::vector<Real> fit(Tape& tape, Parameter& weight, Parameter& bias, const Array& x,
                      const Array& y, const std::vector<Order>& orders, const Plan& plan) {
    const std::size_t examples = x.shape()[0];
    Array weight_velocity = full(weight.value.shape(), 0);
    Array bias_velocity = full(bias.value.shape(), 0);
    std::vector<Real> losses;
    for (const Order& order : orders) {
        Real total = 0;
        for (std::size_t begin = 0; begin < examples; begin += plan.batch) {
            const std::size_t end = std::min(begin + plan.batch, examples);
            tape.rewind();
            const Variable inputs = tape.constant(rows(x, order, begin, end));
            const Variable targets = tape.constant(rows(y, order, begin, end));
            const Variable outputs = linear(inputs, tape.parameter(weight), tape.parameter(bias));
            const Variable loss = mean(squared_error(outputs, targets));
            const Gradients& gradients = tape.backward(loss);
            move(weight, weight_velocity, gradients.of(weight), plan);
            move(bias, bias_velocity, gradients.of(bias), plan);
            total += loss.item() * static_cast<Real>(end - begin);
        }
        losses.push_back(total / static_cast<Real>(examples));
    }
    return losses;
}

}  // namespace autograd
