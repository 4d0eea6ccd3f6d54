#include "nn/module.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <sstream>

#include "io/temporary_folder.hpp"
#include "nn/io/safetensors.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"
#include "nn/optim/optimizer.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;
using autograd::full;

namespace {

/// Each kind of part that a module may have.
struct Net {
    Sequential encoder;
    std::vector<Linear> heads;
    Parameter scale;
    std::size_t not_a_part = 7;

    explicit Net(std::uint64_t seed) {
        Random random{seed};
        encoder = Sequential{Linear(3, 2, random), autograd::relu};
        heads = {Linear(2, 1, random), Linear(2, 1, random)};
        scale.value = random.normal(Shape{});
    }
    void visit(auto&& see) {
        see("encoder", encoder);
        see("heads", heads);
        see("scale", scale);
    }
};

std::vector<Array> values(Net& net) {
    std::vector<Array> out;
    for (const auto& [name, parameter, frozen] : parameters(net)) out.push_back(parameter->value);
    return out;
}

/// What save would have written.
Tensors tensors(Net& net) {
    Tensors out;
    for (const auto& [name, parameter, frozen] : parameters(net))
        out.arrays[name] = parameter->value;
    return out;
}

}  // namespace

TEST_CASE("parameters are named by the path that leads to them, in the order of the visit") {
    Net net(1);
    std::vector<std::string> names;
    for (const auto& [name, parameter, frozen] : parameters(net)) names.push_back(name);
    CHECK(names == std::vector<std::string>{"encoder.0.weight", "encoder.0.bias", "heads.0.weight",
                                            "heads.0.bias", "heads.1.weight", "heads.1.bias",
                                            "scale"});
    CHECK(parameters(net)[2].parameter == &net.heads[0].weight);
    CHECK(parameter_count(parameters(net)) == 15);
    CHECK(parameters(net.heads).front().name == "0.weight");
    CHECK(parameters(net.encoder).front().name == "0.weight");
}

TEST_CASE("the table of parameters gives names, shapes, sizes and the total") {
    Net net(1);
    std::ostringstream out;
    print_parameters(out, parameters(net));
    CHECK(out.str() ==
          "parameter         shape               size\n"
          "encoder.0.weight  (2, 3)                 6\n"
          "encoder.0.bias    (2,)                   2\n"
          "heads.0.weight    (1, 2)                 2\n"
          "heads.0.bias      (1,)                   1\n"
          "heads.1.weight    (1, 2)                 2\n"
          "heads.1.bias      (1,)                   1\n"
          "scale             ()                     1\n"
          "total                                   15\n");
    std::ostringstream none;
    print_parameters(none, {});
    CHECK(none.str() ==
          "parameter  shape               size\n"
          "total                             0\n");
}

TEST_CASE("a copied module shares nothing with the original") {
    Net net(1), copy = net;
    CHECK(values(copy) == values(net));
    for (const auto& [name, parameter, frozen] : parameters(copy)) parameter->value.fill(7);
    const Net fresh(1);
    CHECK(values(net) == values(const_cast<Net&>(fresh)));
    const auto own = parameters(net), other = parameters(copy);
    for (std::size_t i = 0; i < own.size(); ++i) CHECK(own[i].parameter != other[i].parameter);
}

TEST_CASE("a saved module is loaded with the same bits") {
    const TemporaryFolder folder;
    const auto file = folder / "model.safetensors";
    Net net(1), other(2);
    save(file, net);
    CHECK(values(other) != values(net));
    load(file, other);
    CHECK(values(other) == values(net));
    CHECK(read_safetensors(file).arrays.at("heads.1.bias") == net.heads[1].bias.value);
}

TEST_CASE("loading refuses a file with other names or shapes, says which, and changes nothing") {
    const TemporaryFolder folder;
    const auto file = folder / "model.safetensors";
    const auto refused = [&](const Tensors& written, const std::string& message) {
        write_safetensors(file, written);
        Net net(2);
        const auto before = values(net);
        CHECK_THROWS_WITH_AS(load(file, net), message.c_str(), Error);
        CHECK(values(net) == before);
    };
    Net net(1);
    Tensors missing = tensors(net), extra = missing, misshapen = missing, renamed = missing;
    missing.arrays.erase("scale");
    refused(missing, "[load] " + file.string() + " has no scale");
    extra.arrays["decoder.weight"] = full({2}, 0);
    refused(extra, "[load] " + file.string() + " holds decoder.weight, which the model has not");
    misshapen.arrays["heads.1.weight"] = full({2, 1}, 0);
    refused(misshapen,
            "[load] heads.1.weight is (2, 1) in " + file.string() + " but (1, 2) in the model");
    renamed.arrays["Scale"] = renamed.arrays["scale"];
    renamed.arrays.erase("scale");
    refused(renamed, "[load] " + file.string() + " has no scale");
    Tensors spoilt = tensors(net);
    *spoilt.arrays["heads.1.weight"].data() = std::numeric_limits<Real>::quiet_NaN();
    refused(spoilt,
            "[load] heads.1.weight has a number that is not finite, nan, in " + file.string());
    CHECK_THROWS_AS(load(folder / "nothing", net), Error);
}

// --- frozen parts and buffers ---------------------------------------------------------------------

namespace {

/// A layer whose input is first made to have mean 0, by numbers that are measured and not learnt.
struct Centred {
    Array mean = array({2}, {1, 2});
    Linear inner;
    Linear judge;

    explicit Centred(Random& random) : inner(2, 1, random), judge(1, 1, random) {}
    Variable operator()(Variable x) const { return judge(inner(x - x.tape().constant(mean))); }
    void visit(auto&& see) {
        see.buffer("mean", mean);
        see("inner", inner);
        see.frozen("judge", judge);
    }
};

struct Outer {
    Centred part;
    explicit Outer(Random& random) : part(random) {}
    void visit(auto&& see) { see.frozen("part", part); }
};

}  // namespace

TEST_CASE("frozen parameters and buffers are listed, saved and loaded") {
    Random random{1};
    Centred net(random), other(random);
    const Parts found = parts(net);
    std::vector<std::string> frozen;
    for (const NamedParameter& each : found.parameters)
        if (each.frozen) frozen.push_back(each.name);
    CHECK(frozen == std::vector<std::string>{"judge.weight", "judge.bias"});
    REQUIRE(found.buffers.size() == 1);
    CHECK(found.buffers[0].array == &net.mean);

    const TemporaryFolder folder;
    net.mean = array({2}, {7, 8});
    save(folder / "net", net);
    load(folder / "net", other);
    CHECK(other.mean == net.mean);
    CHECK(other.judge.weight.value == net.judge.weight.value);
    std::ostringstream table;
    print_parameters(table, parameters(net));
    CHECK(table.str().find("judge.bias    (1,)                   1  (frozen)\n") !=
          std::string::npos);
}

TEST_CASE("all that is inside a frozen part is frozen, also in a layer of a sequence") {
    Random random{1};
    Outer outer(random);
    for (const NamedParameter& each : parameters(outer)) CHECK(each.frozen);
    CHECK(parts(outer).buffers.at(0).name == "part.mean");
    Sequential net{Centred(random)};
    CHECK(parts(net).buffers.at(0).name == "0.mean");
    CHECK(parameters(net).back().frozen);
    CHECK_FALSE(parameters(net).front().frozen);
}

TEST_CASE("frozen parameters and buffers are never stepped") {
    Random random{2};
    Centred net(random);
    const Array mean = net.mean, judge = net.judge.weight.value, inner = net.inner.weight.value;
    Adam adam(net);
    Tape tape;
    adam.step(tape.backward(sum(net(tape.constant(array({1, 2}, {3, -1}))))));
    CHECK(net.mean == mean);
    CHECK(net.judge.weight.value == judge);
    CHECK(net.inner.weight.value != inner);
}

// --- mistakes that used to be silent --------------------------------------------------------------

namespace {

struct Twice {
    Parameter a{full({2}, 1)}, b{full({2}, 2)};
    bool same_part = false;
    void visit(auto&& see) {
        see("weight", a);
        if (same_part)
            see("tied", a);
        else
            see("weight", b);
    }
};

struct Nameless {
    Parameter weight{full({1}, 2)};
    Variable operator()(Variable x) const { return x * x.tape().parameter(weight); }
};

}  // namespace

TEST_CASE("two parts of one name are an error, and so is a part that is visited twice") {
    Twice net;
    CHECK_THROWS_WITH_AS(parameters(net), "[visit] two parts are called weight", Error);
    net.same_part = true;
    CHECK_THROWS_WITH_AS(parameters(net),
                         "[visit] weight and tied are the same part: a part is visited once, "
                         "however often it is used",
                         Error);
    const TemporaryFolder folder;
    const std::vector<NamedArray> joined = {{"w", &net.a.value}, {"w", &net.b.value}};
    CHECK_THROWS_WITH_AS(save(folder / "x", joined), "[save] two parts are called w", Error);
    CHECK_FALSE(std::filesystem::exists(folder / "x"));
    CHECK_THROWS_WITH_AS(load(folder / "x", joined), "[load] two parts are called w", Error);
}

TEST_CASE("what holds arrays and does not name them is no layer") {
    static_assert(!std::constructible_from<Layer, Nameless>);
    const auto hides = [linear = Nameless{}](Variable x) { return linear(x); };
    static_assert(!std::constructible_from<Layer, decltype(hides)>);
    const auto scales = [by = Real(2)](Variable x) { return x * by; };
    static_assert(std::constructible_from<Layer, decltype(scales)>);
    static_assert(std::constructible_from<Layer, Activation>);
}
