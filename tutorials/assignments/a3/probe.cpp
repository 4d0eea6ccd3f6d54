// Assignment a3: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include <algorithm>

#include "autograd/ops.hpp"

namespace autograd {

void sgd_step(Array& weight, Array& velocity, const Array& gradient, Real rate, Real momentum,
              bool nesterov);  // task a3.1
void adam_step(Array& weight, Array& mean, Array& square, const Array& gradient, std::size_t step,
               Real rate, Real beta1, Real beta2, Real epsilon);                   // task a3.2
double clip_gradients(std::vector<Array>& gradients, double limit);                // task a3.3
double rate_at(double time, double peak, double last, double warm, double total);  // task a3.4
struct Plan {
    std::size_t batch;
    Real rate, momentum;
};
using Order = std::vector<std::size_t>;
std::vector<Real> fit(Tape& tape, Parameter& weight, Parameter& bias, const Array& x,
                      const Array& y, const std::vector<Order>& orders, const Plan& plan);  // a3.5
void rule_step(Array& weight, std::vector<Array>& memory, const Array& gradient, std::size_t step,
               Real rate);  // task a3.6

}  // namespace autograd

namespace probe {

namespace {

using autograd::full;
using autograd::Order;
using autograd::Parameter;
using autograd::Real;
using Arrays = std::vector<Array>;

double number(const Words& words, std::size_t k) { return std::stod(words.at(k)); }
std::size_t whole(const Words& words, std::size_t k) { return std::stoul(words.at(k)); }

/// Number k of arrays that stand in one, along its first axis.
Array part(const Array& all, std::size_t k) {
    Array out = full({all.shape().begin() + 1, all.shape().end()}, 0);
    std::copy_n(all.data() + k * out.size(), out.size(), out.data());
    return out;
}

/// The weight after each step. The arrays are the weight, the gradients and the rates of all steps.
template <class Step>
Arrays walk(const Arrays& arrays, Step step) {
    Array weight = arrays.at(0), course = full(arrays.at(1).shape(), 0);
    for (std::size_t k = 0; k < course.shape()[0]; ++k) {
        step(weight, part(arrays[1], k), k, arrays.at(2).data()[k]);
        std::copy_n(weight.data(), weight.size(), course.data() + k * weight.size());
    }
    return {course};
}

/// The words are the momentum and whether it is Nesterov's.
Arrays sgd(const Words& words, const Arrays& arrays) {
    Array velocity = full(arrays.at(0).shape(), 0);
    return walk(arrays, [&](Array& weight, const Array& gradient, std::size_t, Real rate) {
        autograd::sgd_step(weight, velocity, gradient, rate, number(words, 0), whole(words, 1));
    });
}

/// The words are β₁, β₂, ε and the steps that have been taken; what is remembered of them may follow the
/// other arrays.
Arrays adam(const Words& words, const Arrays& arrays) {
    Array mean = full(arrays.at(0).shape(), 0), square = mean;
    if (arrays.size() > 3) mean = arrays.at(3), square = arrays.at(4);
    return walk(arrays, [&](Array& weight, const Array& gradient, std::size_t k, Real rate) {
        autograd::adam_step(weight, mean, square, gradient, whole(words, 3) + k + 1, rate,
                            number(words, 0), number(words, 1), number(words, 2));
    });
}

Arrays rule(const Words&, const Arrays& arrays) {
    Arrays memory(3, full(arrays.at(0).shape(), 0));
    return walk(arrays, [&](Array& weight, const Array& gradient, std::size_t k, Real rate) {
        autograd::rule_step(weight, memory, gradient, k + 1, rate);
    });
}

/// The norm, then the gradients. The limit is the last array.
Arrays clip(const Words&, const Arrays& arrays) {
    Arrays gradients(arrays.begin(), arrays.end() - 1);
    const double norm = autograd::clip_gradients(gradients, *arrays.back().data());
    gradients.insert(gradients.begin(), full({}, norm));
    return gradients;
}

/// At each time, the first array. The second are peak, last, warm and total.
Arrays schedule(const Words&, const Arrays& arrays) {
    Array out = arrays.at(0);
    const double* given = arrays.at(1).data();
    for (std::size_t i = 0; i < out.size(); ++i)
        out.data()[i] = autograd::rate_at(out.data()[i], given[0], given[1], given[2], given[3]);
    return {out};
}

/// The first rows of a matrix.
Array head(const Array& from, std::size_t count) {
    Array out = full({count, from.shape()[1]}, 0);
    std::copy_n(from.data(), out.size(), out.data());
    return out;
}

/// The words are the batch, the rate and the momentum; the arrays weight, bias, x, y and the orders. Weight, bias,
/// losses, and by how many entries the record is longer than that of one step.
Arrays fit(const Words& words, const Arrays& arrays) {
    const autograd::Plan plan{whole(words, 0), number(words, 1), number(words, 2)};
    const Array &x = arrays.at(2), &y = arrays.at(3), &given = arrays.at(4);
    std::vector<Order> orders;
    for (std::size_t e = 0; e < given.shape()[0]; ++e) {
        const Array order = part(given, e);
        orders.emplace_back(order.begin(), order.end());
    }
    Parameter weight{arrays[0]}, bias{arrays.at(1)};
    autograd::Tape tape, short_tape;
    const std::vector<Real> losses = autograd::fit(tape, weight, bias, x, y, orders, plan);

    Parameter other_weight{arrays[0]}, other_bias{arrays[1]};
    Order first(plan.batch);
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
    autograd::fit(short_tape, other_weight, other_bias, head(x, plan.batch), head(y, plan.batch),
                  {first}, plan);
    const auto more = static_cast<Real>(tape.size()) - static_cast<Real>(short_tape.size());
    Array array_of_losses = full({losses.size()}, 0);
    std::copy(losses.begin(), losses.end(), array_of_losses.data());
    return {weight.value, bias.value, array_of_losses, full({}, more)};
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"sgd", sgd},   {"adam", adam},         {"rule", rule},
            {"clip", clip}, {"schedule", schedule}, {"fit", fit}};
}

}  // namespace probe
