#include "nn/layers/mlp.hpp"

#include "../checks.hpp"

using namespace nn;

TEST_CASE("a perceptron of given sizes has an activation between its layers but not at its end") {
    Random random{1};
    Sequential net = mlp({5, 4, 3, 2}, autograd::relu, random);
    REQUIRE(net.layers.size() == 5);
    const auto all = parameters(net);
    REQUIRE(all.size() == 6);
    CHECK(all[2].name == "2.weight");
    CHECK(all[2].parameter->value.shape() == Shape{3, 4});
    CHECK(all[5].parameter->value.shape() == Shape{2});

    // By hand, from the same parameters.
    Tape tape;
    const Variable x = tape.constant(random.normal({6, 5}));
    Variable h = x;
    for (const std::size_t i : {0, 2, 4}) {
        h = linear(h, tape.parameter(*all[i].parameter), tape.parameter(*all[i + 1].parameter));
        if (i < 4) h = relu(h);
    }
    CHECK(net(x).value() == h.value());
    CHECK(mlp({5}, autograd::relu, random).layers.empty());
    CHECK(&identity(x).value() == &x.value());
}

TEST_CASE("hidden layers end in an activation, or are gated and have none") {
    Random random{1}, again{1};
    Sequential plain = hidden_layers({5, 4, 3}, autograd::tanh, false, random);
    CHECK(plain.layers.size() == 4);
    Sequential with_end = mlp({5, 4, 3}, autograd::tanh, again);
    with_end.add(autograd::tanh);
    Tape tape;
    const Variable x = tape.constant(random.normal({6, 5}));
    CHECK(plain(x).value() == with_end(x).value());

    Random third{1}, fourth{1};
    Sequential gated = hidden_layers({5, 4, 3}, autograd::tanh, true, third);
    const GatedLinear first(5, 4, fourth), second(4, 3, fourth);
    CHECK(gated(x).value() == second(first(x)).value());
    CHECK(parameters(gated)[0].name == "0.signal.weight");
    CHECK(hidden_layers({5}, autograd::tanh, true, third).layers.empty());

    for (const bool with_gates : {false, true}) {  // silent inputs are those of the first layer
        Sequential wide = hidden_layers({5, 4, 3}, autograd::tanh, with_gates, random, 2);
        const auto all = parameters(wide);
        CHECK(all[0].parameter->value.shape() == Shape{4, 7});
        CHECK(all[all.size() - 2].parameter->value.shape() == Shape{3, 4});
    }
}

TEST_CASE("silu is x times its sigmoid, with the gradient of that") {
    Random random{4};
    const Array x = random.normal({3, 4});
    Tape tape;
    const Array y = silu(tape.constant(x)).value();
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double v = double{x.data()[i]};
        CHECK(double{y.data()[i]} == doctest::Approx(v / (1 + std::exp(-v))).epsilon(1e-6));
    }
    Parameter at{x};
    check_gradients([&](Tape& on) { return silu(on.parameter(at)); }, {{"x", &at}});
}

TEST_CASE("a perceptron has right gradients") {
    Random random{2};
    Sequential net = mlp({3, 5, 4, 2}, autograd::tanh, random);
    const Array x = random.normal({4, 3});
    check_gradients([&](Tape& tape) { return net(tape.constant(x)); }, parameters(net));
}
