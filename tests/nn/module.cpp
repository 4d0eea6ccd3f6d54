#include "nn/module.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "io/temporary_folder.hpp"
#include "nn/io/safetensors.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"

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
    for (const auto& [name, parameter] : parameters(net)) out.push_back(parameter->value);
    return out;
}

/// What save would have written.
Tensors tensors(Net& net) {
    Tensors out;
    for (const auto& [name, parameter] : parameters(net)) out.arrays[name] = parameter->value;
    return out;
}

}  // namespace

TEST_CASE("parameters are named by the path that leads to them, in the order of the visit") {
    Net net(1);
    std::vector<std::string> names;
    for (const auto& [name, parameter] : parameters(net)) names.push_back(name);
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
    for (const auto& [name, parameter] : parameters(copy)) parameter->value.fill(7);
    const Net fresh(1);
    CHECK(values(net) == values(const_cast<Net&>(fresh)));
    const auto own = parameters(net), other = parameters(copy);
    for (std::size_t i = 0; i < own.size(); ++i) CHECK(own[i].parameter != other[i].parameter);
}

TEST_CASE("a saved module is loaded with the same bits") {
    const TemporaryFolder folder;
    const auto file = folder / "model.safetensors";
    Net net(1), other(2);
    save(file, parameters(net));
    CHECK(values(other) != values(net));
    load(file, parameters(other));
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
        CHECK_THROWS_WITH_AS(load(file, parameters(net)), message.c_str(), Error);
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
    CHECK_THROWS_AS(load(folder / "nothing", parameters(net)), Error);
}
