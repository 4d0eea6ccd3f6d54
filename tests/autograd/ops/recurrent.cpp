#include "autograd/ops/recurrent.hpp"

#include <doctest/doctest.h>
#include <omp.h>

#include <algorithm>
#include <limits>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::same;
using optests::worst_error;

namespace {

/// The inputs of an operation whose units have so many gates each, first states last.
std::vector<Array> random_inputs(std::size_t steps, std::size_t batch, std::size_t units,
                                 std::size_t gates, std::size_t states) {
    std::vector<Array> out{random_array({steps, batch, gates * units}, 1),
                           random_array({gates * units, units}, 2),
                           random_array({gates * units}, 3)};
    for (std::size_t i = 0; i < states; ++i)
        out.push_back(random_array({batch, units}, static_cast<unsigned>(4 + i)));
    return out;
}

optests::OpCase lstm_case(std::size_t steps, std::size_t batch, std::size_t units,
                          const Indices& lengths) {
    return {
        "lstm", random_inputs(steps, batch, units, 4, 2),
        [=](const std::vector<Variable>& v) { return lstm(v[0], v[1], v[2], v[3], v[4], lengths); },
        nullptr};
}

optests::OpCase gru_case(std::size_t steps, std::size_t batch, std::size_t units,
                         const Indices& lengths) {
    return {"gru", random_inputs(steps, batch, units, 3, 1),
            [=](const std::vector<Variable>& v) { return gru(v[0], v[1], v[2], v[3], lengths); },
            nullptr};
}

/// Row b of the second axis of (T, B, D) from step 0 to `steps`, as a batch of one.
Array sequence(const Array& x, std::size_t b, std::size_t steps) {
    Array out = Array::from_shape({steps, std::size_t{1}, x.shape(2)});
    for (std::size_t t = 0; t < steps; ++t)
        for (std::size_t k = 0; k < x.shape(2); ++k) out(t, 0, k) = x(t, b, k);
    return out;
}

optests::Evaluation evaluate(const optests::OpCase& op) {
    Tape tape;
    return optests::evaluate(tape, op);
}

}  // namespace

TEST_CASE("an LSTM of known answer: gates half open, and what is kept halves from step to step") {
    Tape tape;
    const Variable x = tape.constant(full({2, 1, 4}, 0)), weight = tape.constant(full({4, 1}, 0));
    const Variable bias = tape.constant(full({4}, 0)), h = tape.constant(full({1, 1}, 7));
    const Variable y = lstm(x, weight, bias, h, tape.constant(full({1, 1}, 2)));
    CHECK(worst_error(y.value(), array({2, 1, 1}, {std::tanh(1.0) / 2, std::tanh(0.5) / 2})) <
          1e-6);
}

TEST_CASE("gated units of known answer: half of what was, half of what is new") {
    Tape tape;
    const Variable x = tape.constant(array({2, 1, 3}, {0, 0, 1, 0, 0, -1}));
    const Variable weight = tape.constant(full({3, 1}, 0));
    const Variable bias = tape.constant(array({3}, {0, 0, 0.5}));
    const Variable y = gru(x, weight, bias, tape.constant(full({1, 1}, 2)));
    const double first = (2 + std::tanh(1.25)) / 2;
    CHECK(worst_error(y.value(), array({2, 1, 1}, {first, (first + std::tanh(-0.75)) / 2})) < 1e-6);
}

TEST_CASE("sequences side by side are what each is alone, whatever their lengths") {
    const Indices lengths{3, 0, 6, 1};
    for (const auto& make : {lstm_case, gru_case}) {
        const optests::OpCase all = make(6, 4, 5, lengths);
        CAPTURE(all.name);
        const optests::Evaluation together = evaluate(all);
        for (std::size_t b = 0; b < lengths.size(); ++b) {
            CAPTURE(b);
            optests::OpCase alone = make(lengths[b], 1, 5, {});
            alone.inputs[0] = sequence(all.inputs[0], b, lengths[b]);
            for (std::size_t i = 3; i < all.inputs.size(); ++i)
                for (std::size_t k = 0; k < 5; ++k) alone.inputs[i](0, k) = all.inputs[i](b, k);
            CHECK(worst_error(evaluate(alone).value, sequence(together.value, b, lengths[b])) <
                  (optests::double_precision ? 1e-14 : 1e-6));
            // The last state is kept.
            const Array last = lengths[b] == 0 ? all.inputs[3] : Array();
            for (std::size_t t = lengths[b]; t < 6; ++t)
                for (std::size_t k = 0; k < 5; ++k)
                    CHECK(together.value(t, b, k) ==
                          (lengths[b] == 0 ? last(b, k) : together.value(lengths[b] - 1, b, k)));
        }
    }
}

TEST_CASE("what stands behind the end of a sequence has no influence and gets no gradient") {
    const Indices lengths{2, 4};
    for (const auto& make : {lstm_case, gru_case}) {
        optests::OpCase op = make(4, 2, 3, lengths);
        CAPTURE(op.name);
        const optests::Evaluation clean = evaluate(op);
        const std::size_t gates = op.inputs[0].shape(2);
        for (std::size_t t = 2; t < 4; ++t)
            for (std::size_t k = 0; k < gates; ++k)
                op.inputs[0](t, 0, k) = std::numeric_limits<Real>::quiet_NaN();
        CHECK(same(evaluate(op), clean));
        for (std::size_t t = 2; t < 4; ++t)
            for (std::size_t k = 0; k < gates; ++k) CHECK(clean.gradients[0](t, 0, k) == 0);
    }
}

TEST_CASE("a second pass over the same record gives the same gradients") {
    for (const optests::OpCase& op : {lstm_case(3, 2, 4, {}), gru_case(3, 2, 4, {1, 3})}) {
        CAPTURE(op.name);
        Tape tape;
        tape.poison_gradients(true);
        std::vector<Variable> inputs;
        for (const Array& input : op.inputs) inputs.push_back(tape.variable(input));
        const Variable y = op.function(inputs);
        const Array cotangent = random_array(y.shape(), 9);
        std::vector<Array> first;
        for (const Variable& x : inputs) first.push_back(tape.backward(y, cotangent).of(x));
        const Gradients& second = tape.backward(y, cotangent);
        for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(same(second.of(inputs[i]), first[i]));
    }
}

TEST_CASE("one thread and two give the same bits, where they do so in the products of a step") {
    // BLAS cuts its work at whole blocks: at other extents a product may differ in the last bit.
    const int threads = omp_get_max_threads();
    Indices lengths(96, 5);
    lengths[7] = 2;
    for (const optests::OpCase& op : {lstm_case(5, 96, 96, lengths), gru_case(5, 96, 128, {})}) {
        CAPTURE(op.name);
        omp_set_num_threads(1);
        const optests::Evaluation one = evaluate(op);
        omp_set_num_threads(2);
        CHECK(same(evaluate(op), one));
    }
    omp_set_num_threads(threads);
}
