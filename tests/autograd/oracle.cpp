// The numbers that PyTorch computed; oracle.py, oracle_images.py and oracle_sequences.py made them.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "evaluate.hpp"

using namespace autograd;
using optests::worst_error;

namespace {

using Variables = std::vector<Variable>;
using Function = Variable (*)(const Variables&);

Variable condition(Tape& tape) {
    return tape.constant(array({3, 5}, {1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0}));
}

const std::map<std::string, Function> functions = {
    {"add", [](const Variables& v) { return v[0] + v[1]; }},
    {"subtract", [](const Variables& v) { return v[0] - v[1]; }},
    {"multiply", [](const Variables& v) { return v[0] * v[1]; }},
    {"divide", [](const Variables& v) { return v[0] / v[1]; }},
    {"negate", [](const Variables& v) { return -v[0]; }},
    {"exp", [](const Variables& v) { return exp(v[0]); }},
    {"log", [](const Variables& v) { return log(v[0]); }},
    {"sqrt", [](const Variables& v) { return sqrt(v[0]); }},
    {"square", [](const Variables& v) { return square(v[0]); }},
    {"abs", [](const Variables& v) { return abs(v[0]); }},
    {"tanh", [](const Variables& v) { return tanh(v[0]); }},
    {"sigmoid", [](const Variables& v) { return sigmoid(v[0]); }},
    {"relu", [](const Variables& v) { return relu(v[0]); }},
    {"leaky_relu", [](const Variables& v) { return leaky_relu(v[0]); }},
    {"softplus", [](const Variables& v) { return softplus(v[0]); }},
    {"elu", [](const Variables& v) { return elu(v[0]); }},
    {"clip", [](const Variables& v) { return clip(v[0], -0.5, 1); }},
    {"where", [](const Variables& v) { return where(condition(v[0].tape()), v[0], v[1]); }},
    {"relu at 0", [](const Variables& v) { return relu(v[0]); }},
    {"leaky_relu at 0", [](const Variables& v) { return leaky_relu(v[0]); }},
    {"abs at 0", [](const Variables& v) { return abs(v[0]); }},
    {"elu at 0", [](const Variables& v) { return elu(v[0]); }},
    {"clip at its ends", [](const Variables& v) { return clip(v[0], -0.5, 1); }},
    {"matmul", [](const Variables& v) { return matmul(v[0], v[1]); }},
    {"matmul in batches", [](const Variables& v) { return matmul(v[0], v[1]); }},
    {"matmul with one matrix", [](const Variables& v) { return matmul(v[0], v[1]); }},
    {"linear", [](const Variables& v) { return linear(v[0], v[1], v[2]); }},
    {"sum", [](const Variables& v) { return sum(v[0]); }},
    {"sum over axes",
     [](const Variables& v) {
         return sum(v[0], {0, 2});
     }},
    {"mean", [](const Variables& v) { return mean(v[0]); }},
    {"mean over an axis", [](const Variables& v) { return mean(v[0], {-1}, true); }},
    {"max", [](const Variables& v) { return max(v[0], 1); }},
    {"log_sum_exp", [](const Variables& v) { return log_sum_exp(v[0], 1); }},
    {"softmax", [](const Variables& v) { return softmax(v[0], 1); }},
    {"log_softmax", [](const Variables& v) { return log_softmax(v[0], 0); }},
    {"transpose",
     [](const Variables& v) {
         return transpose(v[0], {2, 0, 1});
     }},
    {"reshape",
     [](const Variables& v) {
         return reshape(v[0], {4, 6});
     }},
    {"concat",
     [](const Variables& v) {
         return concat({v[0], v[1]}, 1);
     }},
    {"slice", [](const Variables& v) { return slice(v[0], 1, 1, 4); }},
    {"gather",
     [](const Variables& v) {
         return gather(v[0], {2, 0, 2, 1});
     }},
    {"patches", [](const Variables& v) { return patches(v[0], 3, 2, 2, 1); }},
    {"conv2d", [](const Variables& v) { return conv2d(v[0], v[1], v[2], 2, 1); }},
    {"conv2d without bias", [](const Variables& v) { return conv2d(v[0], v[1]); }},
    {"conv2d_transposed",
     [](const Variables& v) { return conv2d_transposed(v[0], v[1], v[2], 2, 1, 1); }},
    {"conv2d_transposed without bias",
     [](const Variables& v) { return conv2d_transposed(v[0], v[1], 3); }},
    {"max_pool2d", [](const Variables& v) { return max_pool2d(v[0], 3, 2); }},
    {"average_pool2d", [](const Variables& v) { return average_pool2d(v[0], 2); }},
    {"upsample_nearest", [](const Variables& v) { return upsample_nearest(v[0], 3); }},
    {"lstm", [](const Variables& v) { return lstm(v[0], v[1], v[2], v[3], v[4]); }},
    {"lstm with lengths",
     [](const Variables& v) {
         return lstm(v[0], v[1], v[2], v[3], v[4], {2, 4, 1});
     }},
    {"gru", [](const Variables& v) { return gru(v[0], v[1], v[2], v[3]); }},
    {"gru with lengths",
     [](const Variables& v) {
         return gru(v[0], v[1], v[2], v[3], {2, 4, 1});
     }},
    {"bce_with_logits", [](const Variables& v) { return bce_with_logits(v[0], v[1]); }},
    {"bce_with_logits far out", [](const Variables& v) { return bce_with_logits(v[0], v[1]); }},
    {"cross_entropy_with_logits",
     [](const Variables& v) {
         return cross_entropy_with_logits(v[0], {4, 0, 2});
     }},
    {"squared_error", [](const Variables& v) { return squared_error(v[0], v[1]); }},
    {"mse", [](const Variables& v) { return mse(v[0], v[1]); }},
    {"gaussian_kl", [](const Variables& v) { return gaussian_kl(v[0], v[1]); }},
    {"gaussian_kl to a prior",
     [](const Variables& v) { return gaussian_kl(v[0], v[1], v[2], v[3]); }},
    {"reparameterize", [](const Variables& v) { return reparameterize(v[0], v[1], v[2]); }},
};

Array read(const nlohmann::json& numbers) {
    const auto extents = numbers.at("shape").get<std::vector<std::size_t>>();
    Array out = Array::from_shape(Shape(extents.begin(), extents.end()));
    const auto elements = numbers.at("elements").get<std::vector<double>>();
    REQUIRE(elements.size() == out.size());
    std::transform(elements.begin(), elements.end(), out.storage().begin(),
                   [](double x) { return static_cast<Real>(x); });
    return out;
}

}  // namespace

TEST_CASE("values and gradients are those of PyTorch") {
    const double tolerance = optests::double_precision ? 1e-13 : 1e-5;
    std::size_t count = 0;
    for (const char* name_of_file :
         {"oracle.json", "oracle_images.json", "oracle_sequences.json"}) {
        std::ifstream file(name_of_file);
        REQUIRE(file.good());
        const auto cases = nlohmann::json::parse(file).at("cases");
        count += cases.size();
        for (const auto& oracle : cases) {
            const std::string name = oracle.at("name");
            CAPTURE(name);
            Tape tape;
            Variables inputs;
            for (const auto& input : oracle.at("inputs"))
                inputs.push_back(tape.variable(read(input)));
            const Variable y = functions.at(name)(inputs);
            CHECK(worst_error(y.value(), read(oracle.at("value"))) < tolerance);
            const Gradients& gradients = tape.backward(y, read(oracle.at("cotangent")));
            for (std::size_t i = 0; i < inputs.size(); ++i)
                CHECK(worst_error(gradients.of(inputs[i]), read(oracle.at("gradients")[i])) <
                      tolerance);
        }
    }
    CHECK(count == functions.size());
}
