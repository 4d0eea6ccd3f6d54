#include "nn/layers/recurrent.hpp"

#include <span>

#include "nn/init.hpp"

namespace nn {

namespace {

void require_sizes(const char* layer, std::size_t in, std::size_t units) {
    autograd::require(in > 0 && units > 0, "[", layer,
                      "] expected at least one input and one unit, got ", in, " and ", units);
}

/// How many sequences x has, step by step.
std::size_t batch_of(const char* layer, Variable x) {
    autograd::require(x.shape().size() == 3, "[", layer, "] expected x (T, B, in), got ", x);
    return x.shape()[1];
}

/// A constant that needs no array to be copied from, and so no memory from the second time on.
Variable zeros(Tape& tape, const Shape& shape) {
    return tape.record(
        "zeros", std::span<const Variable>(),
        [&](autograd::Entry& y) {
            y.value.resize(shape);
            y.value.fill(0);
        },
        [](autograd::Entry&) {});
}

/// Gate number i of those that stand side by side in a, (B, gates · units).
Variable gate(Variable a, std::size_t i, std::size_t units) {
    return autograd::slice(a, 1, i * units, (i + 1) * units);
}

}  // namespace

// --- long short-term memory ---------------------------------------------------------------------

LstmCell::LstmCell(std::size_t in, std::size_t units, Random& random) {
    require_sizes("Lstm", in, units);
    input.value = fan_in_uniform({4 * units, in}, units, random);
    recurrent.value = fan_in_uniform({4 * units, units}, units, random);
    bias.value = fan_in_uniform({4 * units}, units, random);
    for (std::size_t k = units; k < 2 * units; ++k) bias.value.data()[k] += 1;  // of f
}

LstmState LstmCell::operator()(Variable x, const LstmState& before) const {
    Tape& tape = x.tape();
    const Variable w = tape.parameter(input), b = tape.parameter(bias);
    const Variable a = linear(x, w, b) + linear(before.h, tape.parameter(recurrent));
    const Variable i = sigmoid(gate(a, 0, units())), f = sigmoid(gate(a, 1, units()));
    const Variable g = tanh(gate(a, 2, units())), o = sigmoid(gate(a, 3, units()));
    const Variable c = f * before.c + i * g;
    return {o * tanh(c), c};
}

LstmState LstmCell::zero_state(Tape& tape, std::size_t batch) const {
    const Variable zero = zeros(tape, {batch, units()});
    return {zero, zero};
}

Variable Lstm::operator()(Variable x, const Indices& lengths) const {
    return (*this)(x, cell.zero_state(x.tape(), batch_of("Lstm", x)), lengths);
}

Variable Lstm::operator()(Variable x, const LstmState& first, const Indices& lengths) const {
    return steps(inputs(x), first, lengths);
}

Variable Lstm::inputs(Variable x) const { return linear(x, x.tape().parameter(cell.input)); }

Variable Lstm::steps(Variable inputs, const LstmState& first, const Indices& lengths) const {
    Tape& tape = inputs.tape();
    const Variable w = tape.parameter(cell.recurrent), b = tape.parameter(cell.bias);
    return autograd::lstm(inputs, w, b, first.h, first.c, lengths);
}

// --- gated recurrent units ----------------------------------------------------------------------

GruCell::GruCell(std::size_t in, std::size_t units, Random& random) {
    require_sizes("Gru", in, units);
    input.value = fan_in_uniform({3 * units, in}, units, random);
    input_bias.value = fan_in_uniform({3 * units}, units, random);
    recurrent.value = fan_in_uniform({3 * units, units}, units, random);
    recurrent_bias.value = fan_in_uniform({3 * units}, units, random);
}

Variable GruCell::operator()(Variable x, Variable before) const {
    Tape& tape = x.tape();
    const Variable w = tape.parameter(input), b = tape.parameter(input_bias);
    const Variable v = tape.parameter(recurrent), d = tape.parameter(recurrent_bias);
    const Variable of_x = linear(x, w, b), of_h = linear(before, v, d);
    const Variable r = sigmoid(gate(of_x, 0, units()) + gate(of_h, 0, units()));
    const Variable z = sigmoid(gate(of_x, 1, units()) + gate(of_h, 1, units()));
    const Variable n = tanh(gate(of_x, 2, units()) + r * gate(of_h, 2, units()));
    return (1 - z) * n + z * before;
}

Variable GruCell::zero_state(Tape& tape, std::size_t batch) const {
    return zeros(tape, {batch, units()});
}

Variable Gru::operator()(Variable x, const Indices& lengths) const {
    return (*this)(x, cell.zero_state(x.tape(), batch_of("Gru", x)), lengths);
}

Variable Gru::operator()(Variable x, Variable first, const Indices& lengths) const {
    return steps(inputs(x), first, lengths);
}

Variable Gru::inputs(Variable x) const {
    const Variable w = x.tape().parameter(cell.input), b = x.tape().parameter(cell.input_bias);
    return linear(x, w, b);
}

Variable Gru::steps(Variable inputs, Variable first, const Indices& lengths) const {
    Tape& tape = inputs.tape();
    const Variable w = tape.parameter(cell.recurrent), b = tape.parameter(cell.recurrent_bias);
    return autograd::gru(inputs, w, b, first, lengths);
}

Variable last_step(Variable states) {
    const Shape& shape = states.shape();
    autograd::require(shape.size() == 3 && shape[0] > 0,
                      "[last_step] expected states (T, B, units) of at least one step, got ",
                      states);
    const Shape last{shape[1], shape[2]};
    return autograd::reshape(autograd::slice(states, 0, shape[0] - 1, shape[0]), last);
}

}  // namespace nn
