#include "nn/layers/recurrent.hpp"

#include <cmath>

#include "../../allocations.hpp"
#include "../checks.hpp"
#include "nn/layers/embedding.hpp"
#include "nn/layers/linear.hpp"
#include "nn/optim/clip.hpp"
#include "nn/optim/optimizer.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;

namespace {

/// Step t of (T, B, in), as (B, in).
Variable step_of(Variable x, std::size_t t) {
    return reshape(slice(x, 0, t, t + 1), {x.shape()[1], x.shape()[2]});
}

/// 1 for the sequences that have a step t, as (B, 1).
Variable running(Tape& tape, const Indices& lengths, std::size_t t) {
    Array out = full({lengths.size(), 1}, 0);
    for (std::size_t b = 0; b < lengths.size(); ++b) out(b, 0) = t < lengths[b] ? 1 : 0;
    return tape.constant(out);
}

/// What a layer does in one operation, step by step with its cell: all states, (T, B, units).
Variable composed(const Lstm& lstm, Variable x, LstmState state, const Indices& lengths) {
    std::vector<Variable> states;
    for (std::size_t t = 0; t < x.shape()[0]; ++t) {
        const Variable mask = running(x.tape(), lengths, t);
        const LstmState next = lstm.cell(step_of(x, t), state);
        state = {where(mask, next.h, state.h), where(mask, next.c, state.c)};
        states.push_back(reshape(state.h, {1, lengths.size(), lstm.cell.units()}));
    }
    return concat(states, 0);
}

Variable composed(const Gru& gru, Variable x, Variable state, const Indices& lengths) {
    std::vector<Variable> states;
    for (std::size_t t = 0; t < x.shape()[0]; ++t) {
        state = where(running(x.tape(), lengths, t), gru.cell(step_of(x, t), state), state);
        states.push_back(reshape(state, {1, lengths.size(), gru.cell.units()}));
    }
    return concat(states, 0);
}

/// The largest difference, relative to 1 and the numbers themselves.
double difference(const Array& a, const Array& b) {
    REQUIRE(a.shape() == b.shape());
    double worst = 0;
    const std::vector<double> x = numbers(a), y = numbers(b);
    for (std::size_t i = 0; i < x.size(); ++i)
        worst = std::max(worst, std::abs(x[i] - y[i]) / std::max(1.0, std::abs(y[i])));
    return worst;
}

/// Compares two functions, recorded on the tape they are given, in value and gradients.
void check_same(const std::function<Variable(Tape&)>& a, const std::function<Variable(Tape&)>& b,
                const std::vector<NamedParameter>& parameters) {
    constexpr double tolerance = sizeof(Real) == 8 ? 1e-13 : 2e-5;
    Random random{9};
    Tape tape, other;
    const Variable y = a(tape), z = b(other);
    CHECK(difference(y.value(), z.value()) < tolerance);
    const Array cotangent = random.normal(y.shape());
    const Gradients &of_y = tape.backward(y, cotangent), &of_z = other.backward(z, cotangent);
    for (const NamedParameter& p : parameters) {
        CAPTURE(p.name);
        CHECK(difference(of_y.of(*p.parameter), of_z.of(*p.parameter)) < 10 * tolerance);
    }
}

/// Symbols, what was read, and a guess.
struct Net {
    Embedding embed;
    Lstm lstm;
    Linear output;

    void visit(auto&& see) {
        see("embed", embed);
        see("lstm", lstm);
        see("output", output);
    }
};

struct Size {
    std::size_t steps, in, units;
    Indices lengths;
};

/// One of each; sequences that have no step, some and all; units around the width of SIMD registers.
const std::vector<Size> sizes = {{1, 1, 1, {1}},    {1, 2, 1, {0, 1}},        {4, 1, 3, {4}},
                                 {6, 3, 5, {6, 6}}, {5, 4, 17, {0, 5, 2, 3}}, {3, 2, 16, {1, 0}}};

}  // namespace

TEST_CASE("an LSTM over all steps is its cell step by step, in value and gradient") {
    Random random{1};
    for (const Size& size : sizes) {
        CAPTURE(autograd::text(Shape{size.steps, size.lengths.size(), size.units}));
        const std::size_t batch = size.lengths.size();
        Lstm lstm(size.in, size.units, random);
        Parameter x{random.normal({size.steps, batch, size.in})};
        Parameter h{random.normal({batch, size.units})}, c{random.normal({batch, size.units})};
        auto all = with_input(lstm, x);
        all.push_back({"h", &h});
        all.push_back({"c", &c});
        const auto first = [&](Tape& tape) {
            const Variable of_h = tape.parameter(h);
            return LstmState{of_h, tape.parameter(c)};
        };
        const auto fused = [&](Tape& tape) {
            return lstm(tape.parameter(x), first(tape), size.lengths);
        };
        check_same(
            fused,
            [&](Tape& tape) {
                return composed(lstm, tape.parameter(x), first(tape), size.lengths);
            },
            all);
        check_gradients(fused, all);
    }
}

TEST_CASE("gated units over all steps are their cell step by step, in value and gradient") {
    Random random{2};
    for (const Size& size : sizes) {
        CAPTURE(autograd::text(Shape{size.steps, size.lengths.size(), size.units}));
        const std::size_t batch = size.lengths.size();
        Gru gru(size.in, size.units, random);
        Parameter x{random.normal({size.steps, batch, size.in})};
        Parameter h{random.normal({batch, size.units})};
        auto all = with_input(gru, x);
        all.push_back({"h", &h});
        const auto fused = [&](Tape& tape) {
            return gru(tape.parameter(x), tape.parameter(h), size.lengths);
        };
        check_same(
            fused,
            [&](Tape& tape) {
                return composed(gru, tape.parameter(x), tape.parameter(h), size.lengths);
            },
            all);
        check_gradients(fused, all);
    }
}

TEST_CASE("without a first state a sequence begins with zeros, and without lengths all are whole") {
    Random random{3};
    const Lstm lstm(2, 3, random);
    const Gru gru(2, 3, random);
    Tape tape;
    const Variable x = tape.constant(random.normal({4, 5, 2}));
    const Variable zero = tape.constant(full({5, 3}, 0));
    CHECK(lstm(x).value() == lstm(x, {zero, zero}, Indices(5, 4)).value());
    CHECK(gru(x).value() == gru(x, zero, Indices(5, 4)).value());
    CHECK(lstm.cell.zero_state(tape, 5).c.value() == zero.value());
    CHECK(gru.cell.zero_state(tape, 5).value() == zero.value());
    CHECK_FALSE(gru.cell.zero_state(tape, 5).requires_gradient());
}

TEST_CASE("the last step has the last state of each sequence, whatever its length") {
    Random random{4};
    const Gru gru(2, 3, random);
    Tape tape;
    const Variable x = tape.constant(random.normal({4, 2, 2}));
    const Variable states = gru(x, {2, 4}), last = last_step(states);
    CHECK(last.shape() == Shape{2, 3});
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(last.value()(0, k) == states.value()(1, 0, k));
        CHECK(last.value()(1, k) == states.value()(3, 1, k));
    }
}

TEST_CASE("what symbols give to the gates may be computed once for each of them") {
    Random random{5};
    Lstm lstm(3, 4, random);
    Embedding embed(5, 3, random);
    const Indices symbols{0, 4, 2, 2, 1, 0, 3, 4};
    auto all = parameters(lstm);
    all.push_back({"embed", &embed.weight});
    check_same(
        [&](Tape& tape) {
            return lstm(embed(tape, symbols, 2), {4, 1});
        },
        [&](Tape& tape) {
            const Variable table = lstm.inputs(tape.parameter(embed.weight));
            const LstmState zero = lstm.cell.zero_state(tape, 2);
            return lstm.steps(gather(table, symbols, {4, 2}), zero, {4, 1});
        },
        all);
}

TEST_CASE("recurrent layers start uniformly within one over the root of their units") {
    Random random{6};
    Lstm lstm(7, 100, random);
    Gru gru(7, 100, random);
    CHECK(lstm.cell.input.value.shape() == Shape{400, 7});
    CHECK(lstm.cell.recurrent.value.shape() == Shape{400, 100});
    CHECK(gru.cell.input.value.shape() == Shape{300, 7});
    CHECK(gru.cell.recurrent.value.shape() == Shape{300, 100});
    // But the gate that decides what is remembered is open by 1 more.
    for (std::size_t k = 0; k < 400; ++k)
        lstm.cell.bias.value(k) -= k / 100 == 1 ? Real{1} : Real{0};
    auto all = parameters(lstm);
    for (const NamedParameter& p : parameters(gru)) all.push_back(p);
    CHECK(all.size() == 7);
    for (const NamedParameter& p : all) {
        CAPTURE(p.name);
        double largest = 0;
        for (const double value : numbers(p.parameter->value))
            largest = std::max(largest, std::abs(value));
        CHECK(largest <= 0.1 + 1e-6);
        CHECK(largest > 0.098);
    }
}

TEST_CASE("a step of a net over sequences takes no memory from the second time on") {
    Random random{7};
    const Embedding embed(5, 3, random);
    const Lstm lstm(3, 4, random);
    const Gru gru(4, 2, random);
    const Indices symbols{0, 4, 2, 2, 1, 0}, lengths{3, 1}, labels{1, 0};
    Tape tape;
    const auto step = [&] {
        tape.rewind();
        const Variable states = gru(lstm(embed(tape, symbols, 2), lengths), lengths);
        tape.backward(sum(cross_entropy_with_logits(last_step(states), labels)));
    };
    step();
    const std::size_t before = allocations();
    step();
    const std::size_t taken = allocations() - before;
    CHECK(taken == 0);
}

TEST_CASE("an LSTM learns to say what it saw first, many steps ago") {
    Random random{8};
    const std::size_t steps = 10, batch = 32;
    Net net{Embedding(4, 4, random), Lstm(4, 16, random), Linear(16, 4, random)};
    Adam adam(net, {.learning_rate = 0.01f});
    Tape tape;
    double loss = 0;
    for (int i = 0; i < 300; ++i) {
        Indices symbols;
        for (std::size_t k = 0; k < steps * batch; ++k) symbols.push_back(random.below(4));
        const Indices first(symbols.begin(), symbols.begin() + batch);
        tape.rewind();
        const Variable states = net.lstm(net.embed(tape, symbols, batch));
        const Variable y = mean(cross_entropy_with_logits(net.output(last_step(states)), first));
        Gradients& gradients = tape.backward(y);
        clip_by_norm(gradients, 1);
        adam.step(gradients);
        loss = double{y.item()};
    }
    CHECK(loss < 0.1);  // ln 4 = 1.39 for who knows nothing
}

TEST_CASE("recurrent layers refuse sizes of zero and what is no sequence") {
    Random random{9};
    CHECK_THROWS_WITH_AS(Lstm(0, 2, random),
                         "[Lstm] expected at least one input and one unit, got 0 and 2", Error);
    CHECK_THROWS_WITH_AS(Gru(3, 0, random),
                         "[Gru] expected at least one input and one unit, got 3 and 0", Error);
    const Lstm lstm(3, 2, random);
    const Gru gru(3, 2, random);
    Tape tape;
    const Variable matrix = tape.constant(random.normal({4, 3}));
    const Variable wide = tape.constant(random.normal({5, 4, 6}));
    CHECK_THROWS_WITH_AS(lstm(matrix), "[Lstm] expected x (T, B, in), got (4, 3)", Error);
    CHECK_THROWS_WITH_AS(gru(matrix), "[Gru] expected x (T, B, in), got (4, 3)", Error);
    CHECK_THROWS_WITH_AS(lstm(wide), "[linear] x is (5, 4, 6) but weight is (8, 3)", Error);
    CHECK_THROWS_WITH_AS(
        last_step(matrix),
        "[last_step] expected states (T, B, units) of at least one step, got (4, 3)", Error);
    CHECK_THROWS_WITH_AS(
        last_step(gru(tape.constant(random.normal({0, 4, 3})))),
        "[last_step] expected states (T, B, units) of at least one step, got (0, 4, 2)", Error);
}
