#include "nn/layers/sequential.hpp"

#include "../checks.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/layers/linear.hpp"

using namespace nn;
using autograd::array;

namespace {

std::vector<std::string> names(auto& module) {
    std::vector<std::string> out;
    for (const auto& [name, parameter, frozen] : parameters(module)) out.push_back(name);
    return out;
}

/// A module of one's own.
struct Scale {
    Parameter factor{array({}, {2})};
    Variable operator()(Variable x) const { return x * x.tape().parameter(factor); }
    void visit(auto&& see) { see("factor", factor); }
};

}  // namespace

TEST_CASE("a sequence applies its layers in the order in which they are given") {
    Random random{1};
    Tape tape;
    const Variable x = tape.constant(array({3}, {-1, 0.5, 2}));
    const Sequential net{autograd::relu, Scale{}, [](Variable v) { return v + 1; }};
    CHECK(net(x).value() == array({3}, {1, 2, 5}));
    const Sequential turned{[](Variable v) { return v + 1; }, Scale{}, autograd::relu};
    CHECK(turned(x).value() == array({3}, {0, 3, 6}));
    const Sequential empty;
    CHECK(&empty(x).value() == &x.value());
}

TEST_CASE("parameters of a sequence are numbered by layer; functions count but have none") {
    Random random{2};
    Sequential net{Linear(4, 3, random), autograd::relu, Dropout(0.5, random),
                   GatedLinear(3, 2, random)};
    CHECK(names(net) == std::vector<std::string>{"0.weight", "0.bias", "3.signal.weight",
                                                 "3.signal.bias", "3.gate.weight", "3.gate.bias"});
    net.add(Scale{});
    CHECK(names(net).back() == "4.factor");
    Sequential empty;
    CHECK(names(empty).empty());
}

TEST_CASE("a sequence within a sequence keeps its parameters") {
    Random random{3};
    Sequential inner{Linear(2, 2, random), autograd::tanh};
    Sequential outer{inner, Scale{}, inner};
    CHECK(names(outer) ==
          std::vector<std::string>{"0.0.weight", "0.0.bias", "1.factor", "2.0.weight", "2.0.bias"});
    Sequential alone{inner};  // a copy, not one more level
    CHECK(names(alone) == names(inner));
}

TEST_CASE("a copied sequence has parameters of its own, and the same function") {
    Random random{4};
    Sequential net{Linear(3, 2, random), autograd::tanh};
    Sequential copy = net;
    Tape tape;
    const Variable x = tape.constant(random.normal({5, 3}));
    CHECK(copy(x).value() == net(x).value());

    parameters(net)[0].parameter->value.fill(7);
    CHECK(copy(x).value() != net(x).value());
    const Sequential moved = std::move(copy);
    copy = net;
    CHECK(copy(x).value() == net(x).value());
    CHECK(moved(x).value() != net(x).value());
    copy.layers[0] = Layer(Linear(3, 4, random));
    CHECK(copy(x).shape() == Shape{5, 4});
}

TEST_CASE("a sequence has right gradients") {
    Random random{5};
    Sequential net{Linear(4, 6, random), autograd::tanh,     GatedLinear(6, 5, random),
                   Dropout(0.3, random), autograd::softplus, Scale{},
                   Linear(5, 2, random)};
    Parameter x{random.normal({3, 4})};
    const auto all = with_input(net, x);
    check_gradients([&](Tape& tape) { return net(tape.parameter(x)); }, all, &random);
    check_gradients([&](Tape& tape) { return net(tape.parameter(x)); }, all, &random,
                    autograd::GradCheckMode::directional);
}
