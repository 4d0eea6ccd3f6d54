#include "nn/layers/dropout.hpp"

#include <cmath>

#include "../../allocations.hpp"
#include "../checks.hpp"

using namespace nn;
using autograd::Error;
using autograd::full;

TEST_CASE("dropout zeroes the given share of elements and scales the others, keeping the mean") {
    constexpr std::size_t many = 100'000;
    for (const double rate : {0.1, 0.5, 0.8}) {
        CAPTURE(rate);
        Random random{1};
        const Dropout dropout(rate, random);
        Tape tape;
        const Array x = full({many / 100, 100}, 3);
        const Array& y = dropout(tape.constant(x)).value();
        REQUIRE(y.shape() == x.shape());
        std::size_t kept = 0;
        double sum = 0;
        for (const double value : numbers(y)) {
            if (value == 0) continue;
            ++kept;
            sum += value;
            REQUIRE(value == about(3 / (1 - rate)));
        }
        const double deviation = std::sqrt(rate * (1 - rate) * many);
        CHECK(std::abs(static_cast<double>(kept) - (1 - rate) * many) < 4 * deviation);
        CHECK(std::abs(sum / many - 3) < 4 * 3 / (1 - rate) * deviation / many);
    }
}

TEST_CASE("dropout draws a new mask each time, and one for each element of the batch") {
    Random random{2};
    const Dropout dropout(0.5, random);
    Tape tape;
    const Variable x = tape.constant(full({2, 64}, 1));
    const std::vector<double> first = numbers(dropout(x).value());
    const std::vector<double> second = numbers(dropout(x).value());
    CHECK(first != second);
    CHECK_FALSE(std::equal(first.begin(), first.begin() + 64, first.begin() + 64));
}

TEST_CASE("the gradient of dropout passes where the value passed, scaled alike") {
    Random random{3};
    const Dropout dropout(0.4, random);
    Parameter x{random.normal({7, 5})};
    check_gradients(
        [&](Tape& tape) {
            const Variable v = tape.parameter(x);
            return dropout(square(v)) + v;
        },
        {{"x", &x}}, &random);

    Tape tape;
    const Variable v = tape.variable(full({50}, 1));
    const Variable y = dropout(v);
    const Gradients& gradients = tape.backward(sum(y));
    CHECK(gradients.of(v) == y.value());
}

TEST_CASE("training mode decides about dropout, recording does not") {
    Random random{7};
    const Dropout dropout(0.5, random);
    Tape tape;
    const Variable x = tape.variable(full({40}, 1));
    tape.set_training(false);  // a gradient without dropout
    CHECK(tape.backward(sum(dropout(x))).of(x) == full({40}, 1));
    tape.set_training(true);
    tape.set_inference(true);  // dropout without a gradient
    CHECK(dropout(x).value() != x.value());
    CHECK_FALSE(dropout(x).requires_gradient());
}

TEST_CASE("dropout does nothing outside training, nor at rate 0, and draws no numbers then") {
    Random random{4};
    const Dropout dropout(0.5, random), never(0, random);
    Tape tape;
    const Variable x = tape.constant(random.normal({3, 4}));
    const auto state = random.state();
    const std::size_t before = tape.size();
    {
        const autograd::InferenceMode inference(tape);
        CHECK(&dropout(x).value() == &x.value());
    }
    tape.set_training(false);
    CHECK(&dropout(x).value() == &x.value());
    tape.set_training(true);
    CHECK(&never(x).value() == &x.value());
    CHECK(random.state() == state);
    CHECK(tape.size() == before);
    CHECK(&dropout(x).value() != &x.value());
}

TEST_CASE("dropout allocates nothing once the tape has its size") {
    Random random{5};
    const Dropout dropout(0.3, random);
    const Array x = random.normal({128, 100});
    Tape tape;
    const auto step = [&] {
        tape.rewind();
        tape.backward(sum(dropout(tape.variable(x))));
    };
    step();
    const std::size_t before = allocations();
    step();
    CHECK(allocations() == before);
}

TEST_CASE("dropout refuses rates outside 0 to 1") {
    Random random{6};
    CHECK_THROWS_WITH_AS(Dropout(1, random), "[Dropout] expected 0 <= rate < 1, got 1", Error);
    CHECK_THROWS_AS(Dropout(-0.1, random), Error);
    CHECK_THROWS_AS(Dropout(std::nan(""), random), Error);
}
