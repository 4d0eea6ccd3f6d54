#include "nn/layers/embedding.hpp"

#include <cmath>

#include "../checks.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;

TEST_CASE("an embedding has a row for each symbol, and sequences of them side by side") {
    Random random{1};
    Embedding embed(3, 2, random);
    embed.weight.value = array({3, 2}, {1, 2, 3, 4, 5, 6});
    Tape tape;
    CHECK(embed(tape, {2, 0}).value() == array({2, 2}, {5, 6, 1, 2}));
    CHECK(embed(tape, {2, 0, 1, 1}, 2).value() == array({2, 2, 2}, {5, 6, 1, 2, 3, 4, 3, 4}));
    const Gradients& gradients = tape.backward(embed(tape, {2, 0, 2}), full({3, 2}, 1));
    CHECK(gradients.of(embed.weight) == array({3, 2}, {1, 1, 0, 0, 2, 2}));
}

TEST_CASE("tied to the output, one matrix gets what comes back from both ends") {
    Random random{2};
    Embedding embed(5, 3, random);
    Tape tape;
    const Variable logits = embed.logits(embed(tape, {1, 4}, 1));
    CHECK(logits.shape() == Shape{2, 1, 5});
    check_gradients(
        [&](Tape& t) {
            return embed.logits(tanh(embed(t, {1, 4, 1, 0}, 2)));
        },
        parameters(embed));
    CHECK(parameters(embed).size() == 1);
}

TEST_CASE("an embedding starts normally distributed, with the deviation that is asked for") {
    Random random{3};
    for (const double deviation : {1.0, 0.125}) {
        const Embedding embed(400, 50, random, deviation);
        double squares = 0;
        for (const double x : numbers(embed.weight.value)) squares += x * x;
        const double n = 400 * 50;
        CHECK(std::abs(squares / n / (deviation * deviation) - 1) < 4 * std::sqrt(2 / n));
    }
}

TEST_CASE(
    "an embedding refuses sizes of zero, unknown symbols and sequences that are not as long") {
    Random random{4};
    CHECK_THROWS_WITH_AS(
        Embedding(0, 2, random),
        "[Embedding] expected at least one symbol and one number for it, got 0 and 2", Error);
    const Embedding embed(3, 2, random);
    Tape tape;
    CHECK_THROWS_WITH_AS(embed(tape, {0, 3}), "[gather] there is no row 3 in (3, 2)", Error);
    CHECK_THROWS_WITH_AS(embed(tape, {0, 1, 2}, 2),
                         "[Embedding] expected symbols for 2 sequences of one length, got 3",
                         Error);
    CHECK_THROWS_WITH_AS(embed(tape, {0}, 0),
                         "[Embedding] expected symbols for 0 sequences of one length, got 1",
                         Error);
}
