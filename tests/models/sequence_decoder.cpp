#include "models/sequence_decoder.hpp"

#include <cmath>

#include "../nn/checks.hpp"
#include "models/evaluate/per_symbol.hpp"
#include "nn/rows.hpp"

using namespace models;

namespace {

constexpr std::size_t symbols = 5;
const std::vector<Indices> sequences{{1, 2, 3, 4, 1}, {}, {4, 4}, {2, 3, 1}};

SequenceDecoder small(nn::Random& random, std::size_t code = 0) {
    return {{.symbols = symbols, .embedding = 3, .units = 4, .code = code}, random};
}

/// ln p of each by steps of the cell, one symbol after the other.
double by_hand(const SequenceDecoder& model, const Indices& sequence, const Array& code) {
    Tape tape;
    tape.set_inference(true);
    nn::LstmState state = model.lstm.cell.zero_state(tape, 1);
    double sum = 0;
    for (std::size_t t = 0; t <= sequence.size(); ++t) {
        const Variable before = model.embed(tape, {t == 0 ? 0 : sequence[t - 1]});
        state = model.lstm.cell(autograd::concat({before, tape.constant(code)}, 1), state);
        const nn::Categorical next{model.output(state.h)};
        sum += double{next.log_prob({t < sequence.size() ? sequence[t] : 0}).item()};
    }
    return sum;
}

}  // namespace

TEST_CASE("the likelihood of sequences of different lengths is that of each by itself") {
    nn::Random random(1);
    const SequenceDecoder model = small(random, 2);
    const Array z = random.normal({4, 2});
    Tape tape;
    const Variable all =
        model.log_likelihood(tape.constant(z), nn::padded(sequences, {0, 1, 2, 3}));
    REQUIRE(all.shape() == Shape{4});
    for (std::size_t n = 0; n < 4; ++n) {
        const Array code = autograd::array({1, 2}, {double{z(n, 0)}, double{z(n, 1)}});
        CHECK(all.value()(n) == about(by_hand(model, sequences[n], code)));
        const Variable alone =
            model.log_likelihood(tape.constant(code), nn::padded(sequences, {n}));
        CHECK(alone.item() == about(all.value()(n)));
    }
}

TEST_CASE("what stands in the padding has no influence, and gets no gradient") {
    nn::Random random(2);
    const SequenceDecoder model = small(random, 2);
    const Array code = random.normal({4, 2});
    nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    Array values[2], slopes[2];
    for (int garbage = 0; garbage < 2; ++garbage) {
        if (garbage == 1)
            for (std::size_t i = 0; i < x.symbols.size(); ++i)
                if (x.counts.data()[i] == 0) x.symbols[i] = 3, x.before[i] = 2;
        Tape tape;
        const Variable z = tape.variable(code), y = model.log_likelihood(z, x);
        values[garbage] = y.value();
        slopes[garbage] = tape.backward(sum(y)).of(z);
    }
    CHECK(values[0] == values[1]);
    CHECK(slopes[0] == slopes[1]);
}

TEST_CASE("a model whose outputs are all 0 costs ln V for each symbol and end mark") {
    nn::Random random(3);
    SequenceDecoder model = small(random);
    model.output.weight.value.fill(0);
    model.output.bias.value.fill(0);
    const Array rows = nn::sequence_data("some", sequences).images;
    const PerSymbol found = per_symbol(model, rows);
    CHECK(found.nats == about(std::log(5.0)));
    CHECK(found.nats_per_sequence == about(14 * std::log(5.0) / 4));  // 10 symbols and 4 end marks
    CHECK(found.accuracy == about(4.0 / 14));  // the first of equals is the end mark
    CHECK_THROWS_WITH_AS(per_symbol(model, autograd::full({0, 3}, 0)),
                         "[per_symbol] expected rows of symbols, got (0, 3)", autograd::Error);
}

TEST_CASE("symbols are drawn as often as their probabilities say, sharper at a low temperature") {
    nn::Random random(4);
    SequenceDecoder model = small(random);
    model.output.weight.value.fill(0);  // the same probabilities at each step
    const std::vector<double> p{.1, .2, .4, .25, .05};
    for (std::size_t s = 0; s < symbols; ++s)
        model.output.bias.value(s) = static_cast<Real>(std::log(p[s]));
    for (const double temperature : {1.0, 0.5, 2.0}) {
        std::vector<double> wanted, counted(symbols, 0);
        double total = 0, drawn = 0;
        for (const double each : p) total += std::pow(each, 1 / temperature);
        for (const double each : p) wanted.push_back(std::pow(each, 1 / temperature) / total);
        for (const Indices& sequence :
             model.generate(1000, {.temperature = temperature, .longest = 1000}, random)) {
            for (const std::size_t symbol : sequence) ++counted[symbol];
            ++counted[0];  // each ends once
        }
        for (const double each : counted) drawn += each;
        for (std::size_t s = 0; s < symbols; ++s) {
            const double error = std::sqrt(wanted[s] * (1 - wanted[s]) / drawn);
            CHECK(std::abs(counted[s] / drawn - wanted[s]) < 5 * error);
        }
    }
}

TEST_CASE("at temperature 0 the most probable symbol is said, and a low temperature comes near") {
    nn::Random random(5);
    const SequenceDecoder model = small(random, 2);
    const Array codes = random.normal({6, 2});
    const auto mode = model.generate(codes, {.temperature = 0, .longest = 9}, random);
    CHECK(mode == model.generate(codes, {.temperature = 1e-6, .longest = 9}, random));
    for (std::size_t n = 0; n < 6; ++n) {
        Tape tape;
        const Array code = autograd::array({1, 2}, {double{codes(n, 0)}, double{codes(n, 1)}});
        nn::PaddedSequences x = nn::padded(mode, {n});
        const Indices best = nn::argmax(model.logits(tape.constant(code), x).value());
        for (std::size_t t = 0; t < mode[n].size(); ++t) CHECK(best[t] == mode[n][t]);
        CHECK((mode[n].size() == 9 || best[mode[n].size()] == 0));
    }
}

TEST_CASE("a sequence stops at its end mark or at the longest length") {
    nn::Random random(6);
    SequenceDecoder model = small(random);
    model.output.weight.value.fill(0);
    for (const Real bias : {Real(-100), Real(100)}) {
        model.output.bias.value(0) = bias;
        for (const Indices& each : model.generate(3, {.longest = 7}, random))
            CHECK(each.size() == (bias < 0 ? 7 : 0));
    }
}

TEST_CASE("the neutral symbol is known to the decoder, and is never said") {
    nn::Random random(7);
    const SequenceDecoder model = small(random);
    nn::PaddedSequences x = nn::padded(sequences, {0});
    nn::replace_some(x.before, 1, model.neutral(), random);
    Tape tape;
    CHECK(model.logits(tape, x).shape() == Shape{6, symbols});
    ++x.before[0];
    CHECK_THROWS_AS(model.logits(tape, x), autograd::Error);
}

TEST_CASE("codes that do not fit are refused in one line") {
    nn::Random random(8);
    const SequenceDecoder told = small(random, 2), plain = small(random);
    const nn::PaddedSequences x = nn::padded(sequences, {0, 1});
    Tape tape;
    CHECK_THROWS_WITH_AS(told.logits(tape, x),
                         "[SequenceDecoder] expected a code of 2 numbers, got none",
                         autograd::Error);
    CHECK_THROWS_WITH_AS(told.logits(tape.constant(random.normal({2, 3})), x),
                         "[SequenceDecoder] expected a code (2, 2), got (2, 3)", autograd::Error);
    CHECK_THROWS_AS(plain.generate(autograd::full({2, 0}, 0), {}, random), autograd::Error);
    CHECK_THROWS_WITH_AS(told.generate(random.normal({2, 3}), {}, random),
                         "[generate] expected codes (N, 2), got (2, 3)", autograd::Error);
    CHECK_THROWS_WITH_AS(plain.generate(1, {.temperature = -1}, random),
                         "[generate] expected a temperature of at least 0, got -1",
                         autograd::Error);
}

TEST_CASE("the gradient of the likelihood is right, with and without a code") {
    nn::Random random(9);
    const nn::PaddedSequences x = nn::padded(sequences, {0, 1, 2, 3});
    SequenceDecoder plain = small(random), told = small(random, 2);
    check_gradients([&](Tape& tape) { return plain.log_likelihood(tape, x); },
                    nn::parameters(plain));
    Parameter z{random.normal({4, 2})};
    check_gradients([&](Tape& tape) { return told.log_likelihood(tape.parameter(z), x); },
                    with_input(told, z));
}
