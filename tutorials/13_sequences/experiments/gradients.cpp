// How much does the state of long ago matter for the state now? The program unrolls four nets of 64 units over $T$
// steps, on inputs from N(0, 1), gives the last state a random cotangent $v$ of norm 1, and looks at the gradient that
// arrives at the first state. All are as they are before training. The plain net, $h_t = \tanh(W h_{t-1} + V x_t + b)$,
// stands there twice: with weights that are uniform within $\pm 1/\sqrt{64}$, as libraries draw them, and with $W$
// four times as large.
//
// @figure{gradients.png, Norm of the gradient that arrives at the first state, against the number of steps: mean of
// ln over ten draws of weights and inputs.}
//
// | gradient after 10, 50 and 100 steps | norm |
// |---|---|
// | plain net | @result{gradient_plain_10, .1g}, @result{gradient_plain_50, .1g}, @result{gradient_plain_100, .1g} |
// | plain net, large weights | @result{gradient_large_10, .1g}, @result{gradient_large_50, .1g}, @result{gradient_large_100, .1g} |
// | GRU | @result{gradient_gru_10, .1g}, @result{gradient_gru_50, .1g}, @result{gradient_gru_100, .1g} |
// | LSTM | @result{gradient_lstm_10, .1g}, @result{gradient_lstm_50, .1g}, @result{gradient_lstm_100, .1g} |
//
// On the logarithmic axis the lines are nearly straight: each step multiplies the gradient by about the same factor, as (2)
// suggests. None of the three nets with usual weights keeps its gradient before it is trained. The LSTM loses it
// most slowly. Its $f$ starts with a bias of 1, the gates of the GRU do not, so this says little about which of the two is better. Gates
// do not prevent vanishing, but the net can learn the factor.
//
#include <cmath>
#include <string>

#include "nn/optim/clip.hpp"
#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;

namespace {

constexpr std::size_t inputs = 8, units = 64;

// One step of a plain recurrent net, with the call of the cells in nn/layers/recurrent.hpp.

struct PlainCell {
    nn::Linear of_input;
    Parameter recurrent;

    PlainCell(std::size_t in, std::size_t n, Real scale, nn::Random& random)
        : of_input(in, n, random), recurrent{random.uniform({n, n})} {
        const Real width = scale / std::sqrt(Real(n));
        for (Real& each : recurrent.value.storage()) each = width * (2 * each - 1);
    }
    Variable operator()(Variable x, Variable h) const {
        return tanh(of_input(x) + linear(h, x.tape().parameter(recurrent)));
    }
    void visit(auto&& see) {
        see("of_input", of_input);
        see("recurrent", recurrent);
    }
};

// The norm of the gradient of <v, last state> with respect to the first state.

template <class Cell>
double gradient_norm(const Cell& cell, std::size_t steps, nn::Random& random) {
    Tape tape;
    Parameter first_h{autograd::full({1, units}, 0)}, first_c = first_h;
    Variable h = tape.parameter(first_h), c = tape.parameter(first_c);
    for (std::size_t t = 0; t < steps; ++t) {
        const Variable x = tape.constant(random.normal({1, inputs}));
        if constexpr (std::is_same_v<Cell, nn::LstmCell>) {
            const nn::LstmState next = cell(x, {h, c});
            h = next.h, c = next.c;
        } else {
            h = cell(x, h);
        }
    }
    Array v = random.normal({1, units});
    double length = 0, square = 0;
    for (const Real each : v.storage()) length += double{each} * double{each};
    const auto& gradients = tape.backward(h, v);
    for (const Parameter* first : {&first_h, &first_c})
        if (gradients.reached(*first))
            for (const Real each : gradients.of(*first).storage())
                square += double{each} * double{each};
    return std::sqrt(square / length);
}

// The mean of ln, so that no single draw decides.

template <class NewCell>
double typical_norm(const NewCell& new_cell, std::size_t steps, std::uint64_t seed) {
    double sum = 0;
    constexpr std::size_t draws = 10;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        nn::Random random{1000 * seed + draw};
        const auto cell = new_cell(random);
        sum += std::log(std::max(gradient_norm(cell, steps, random), 1e-38)) / draws;
    }
    return std::exp(sum);
}

void vanishing(Session& session) {
    tutorials::Plot plot{{.x = "steps T", .y = "norm of the gradient", .log_y = true}};
    const auto measure = [&](const std::string& name, const std::string& title,
                             const auto& new_cell) {
        Numbers steps, norms;
        for (const std::size_t count : {1, 2, 5, 10, 20, 35, 50, 75, 100}) {
            steps.push_back(static_cast<double>(count));
            norms.push_back(typical_norm(new_cell, count, session.flags.seed));
            if (count == 10 || count == 50 || count == 100)
                session.result("gradient_" + name + "_" + std::to_string(count), norms.back());
        }
        plot.line(title, steps, norms);
    };
    measure("plain", "plain net", [](nn::Random& r) { return PlainCell(inputs, units, 1, r); });
    measure("large", "plain net, W four times as large",
            [](nn::Random& r) { return PlainCell(inputs, units, 4, r); });
    measure("gru", "GRU", [](nn::Random& r) { return nn::GruCell(inputs, units, r); });
    measure("lstm", "LSTM", [](nn::Random& r) { return nn::LstmCell(inputs, units, r); });
    plot.save(session.file("gradients.png"));
}

const tutorials::Experiment experiment{"gradients", "Gradients over many steps", vanishing};

}  // namespace
