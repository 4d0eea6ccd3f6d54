// What every operation of the table must do.
#include <doctest/doctest.h>

#include "../evaluate.hpp"
#include "autograd/gradcheck.hpp"

using namespace autograd;
using namespace optests;

namespace {

constexpr double value_tolerance = double_precision ? 1e-13 : 1e-5;

/// The full Jacobian where it is small, every entry of vᵀJ else.
GradCheckMode mode_for(const OpCase& op) {
    std::size_t count = 1;
    for (const Array& input : op.inputs) count += input.size();
    return count <= 40 ? GradCheckMode::jacobian : GradCheckMode::entries;
}

}  // namespace

TEST_CASE("the value of every operation is that of plain loops") {
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        std::vector<Variable> inputs;
        std::vector<Plain> plain_inputs;
        for (const Array& input : op.inputs) {
            inputs.push_back(tape.constant(input));
            plain_inputs.emplace_back(input);
        }
        CHECK(worst_error(op.function(inputs).value(), op.reference(plain_inputs)) <
              value_tolerance);
    }
}

TEST_CASE("the gradient of every operation is that of central differences" *
          doctest::skip(!double_precision)) {
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        const Evaluation result = evaluate(tape, op);
        std::size_t numbers = 0;
        for (const Array& input : op.inputs) numbers += input.size();
        const auto report = gradcheck(op.function, op.inputs, {.mode = mode_for(op)});
        INFO(text(report));
        if (result.value.size() == 0 || numbers == 0)
            CHECK(report.worst == 0);
        else
            CHECK(report.passed(1e-6));
    }
}

TEST_CASE("at the sizes of a training step the gradient is right along random directions" *
          doctest::skip(!double_precision)) {
    for (const OpCase& op : large_op_cases()) {
        CAPTURE(op.name);
        const auto report = gradcheck(op.function, op.inputs,
                                      {.mode = GradCheckMode::directional, .directions = 2});
        INFO(text(report));
        CHECK(report.passed(1e-6));
    }
}

TEST_CASE("a variable that is used twice or three times gets two or three contributions") {
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        tape.poison_gradients(true);
        const Evaluation once = evaluate(tape, op);
        for (const int uses : {2, 3}) {
            CAPTURE(uses);
            tape.rewind();
            const Evaluation more = evaluate(tape, op, uses);
            for (std::size_t i = 0; i < op.inputs.size(); ++i) {
                Plain expected(once.gradients[i]);
                for (double& element : expected.elements) element *= uses;
                CHECK(worst_error(more.gradients[i], expected) < (double_precision ? 1e-14 : 1e-5));
            }
        }
    }
}

TEST_CASE("pullbacks are the transpose of what is linear: <f(u), v> = <u, f'(v)>") {
    for (const OpCase& op : op_cases()) {
        for (const Indices& together : op.linear) {
            CAPTURE(op.name);
            CAPTURE(together.front());
            Tape tape;
            const Evaluation result = evaluate(tape, op);
            const double forward = dot(result.value, random_array(result.value.shape()));
            double backward = 0;
            for (const std::size_t i : together) backward += dot(op.inputs[i], result.gradients[i]);
            CHECK(backward == doctest::Approx(forward).epsilon(double_precision ? 1e-12 : 1e-4));
        }
    }
}

TEST_CASE("a tape that has held other operations gives the same bits as a new one") {
    Tape used;
    used.poison_gradients(true);
    for (int round = 0; round < 2; ++round) {
        for (const OpCase& op : op_cases()) {
            CAPTURE(op.name);
            Tape fresh;
            used.rewind();
            CHECK(same(evaluate(used, op), evaluate(fresh, op)));
        }
    }
}

TEST_CASE("an input that is a constant changes nothing for the others") {
    for (const OpCase& op : op_cases()) {
        if (op.inputs.size() < 2) continue;
        CAPTURE(op.name);
        Tape tape;
        const Evaluation all = evaluate(tape, op);
        for (std::size_t alone = 0; alone < op.inputs.size(); ++alone) {
            CAPTURE(alone);
            tape.rewind();
            std::vector<Variable> inputs;
            for (std::size_t i = 0; i < op.inputs.size(); ++i)
                inputs.push_back(i == alone ? tape.variable(op.inputs[i])
                                            : tape.constant(op.inputs[i]));
            const Variable y = op.function(inputs);
            CHECK(same(y.value(), all.value));
            const Gradients& gradients = tape.backward(y, random_array(y.shape()));
            for (std::size_t i = 0; i < op.inputs.size(); ++i)
                CHECK(gradients.reached(inputs[i]) == (i == alone));
            CHECK(same(gradients.of(inputs[alone]), all.gradients[alone]));
        }
    }
}

TEST_CASE("in inference mode every operation has the same value and no gradient") {
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        const Evaluation result = evaluate(tape, op);
        tape.rewind();
        const InferenceMode inference(tape);
        std::vector<Variable> inputs;
        for (const Array& input : op.inputs) inputs.push_back(tape.variable(input));
        const Variable y = op.function(inputs);
        CHECK(same(y.value(), result.value));
        CHECK_FALSE(y.requires_gradient());
    }
}

TEST_CASE("every operation can look at its values and gradients and finds them finite") {
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        tape.watch_for_nan(true);
        CHECK_NOTHROW(evaluate(tape, op));
    }
}
