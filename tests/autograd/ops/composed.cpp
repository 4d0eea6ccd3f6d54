// Operations that are one thing in mathematics are one operation here: beside what they are composed of.
#include <doctest/doctest.h>

#include <functional>

#include "../evaluate.hpp"
#include "autograd/ops.hpp"

using namespace autograd;
using optests::random_array;
using optests::worst_error;

namespace {

using Variables = std::vector<Variable>;
using Function = std::function<Variable(const Variables&)>;

struct Pair {
    const char* name;
    std::vector<Shape> inputs;
    Function fused, composed;
};

optests::Evaluation evaluate(const Function& function, const std::vector<Array>& inputs) {
    Tape tape;
    return optests::evaluate(tape, {"", inputs, function, nullptr});
}

Array onehot(const Indices& labels, std::size_t classes) {
    Array out = full({labels.size(), classes}, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) out(i, labels[i]) = 1;
    return out;
}

const Indices labels = {2, 0, 1, 2};

const std::vector<Pair> pairs = {
    {"linear",
     {{4, 3}, {5, 3}, {5}},
     [](const Variables& v) { return linear(v[0], v[1], v[2]); },
     [](const Variables& v) { return matmul(v[0], transpose(v[1])) + v[2]; }},
    {"linear without bias",
     {{2, 4, 3}, {5, 3}},
     [](const Variables& v) { return linear(v[0], v[1]); },
     [](const Variables& v) { return matmul(v[0], transpose(v[1])); }},
    {"conv2d",
     {{3, 5, 4, 2}, {6, 3, 2, 2}, {6}},
     [](const Variables& v) { return conv2d(v[0], v[1], v[2], 2, 1); },
     [](const Variables& v) {
         const Variable weight = reshape(v[1], {6, 3 * 2 * 2});
         return reshape(linear(patches(v[0], 3, 2, 2, 1), weight, v[2]), {3, 3, 3, 6});
     }},
    {"conv2d_transposed, by a convolution of the image with zeros between its pixels",
     {{2, 1, 2, 3}, {3, 1, 3, 2}, {2}},
     [](const Variables& v) { return conv2d_transposed(v[0], v[1], v[2], 2); },
     [](const Variables& v) {
         const Variable apart = conv2d_transposed(
             v[0], v[0].tape().constant(array({3, 1, 1, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1})), 2);
         // Turned round, and with its channels exchanged.
         const auto column = [&](std::size_t i) { return slice(v[1], 2, i, i + 1); };
         const Variable turned = concat({column(2), column(1), column(0)}, 2);
         const Variable zeros = v[0].tape().constant(full({2, 1, 2, 3}, 0));
         return conv2d(concat({zeros, apart, zeros}, 2), transpose(turned, {3, 1, 2, 0}), v[2]);
     }},
    {"max_pool2d of one channel",
     {{2, 4, 6, 1}},
     [](const Variables& v) { return max_pool2d(v[0], 2); },
     [](const Variables& v) {
         return reshape(max(patches(v[0], 2, 2, 2), 1), {2, 2, 3, 1});
     }},
    {"average_pool2d",
     {{2, 4, 6, 3}},
     [](const Variables& v) { return average_pool2d(v[0], 2); },
     [](const Variables& v) {
         const Variable squares = reshape(patches(v[0], 2, 2, 2), {12, 4, 3});
         return reshape(mean(squares, {1}), {2, 2, 3, 3});
     }},
    {"upsample_nearest",
     {{2, 2, 3, 4}},
     [](const Variables& v) { return upsample_nearest(v[0], 3); },
     [](const Variables& v) {
         const Variable ones = v[0].tape().constant(full({1, 1, 3, 1, 3, 1}, 1));
         return reshape(reshape(v[0], {2, 2, 1, 3, 1, 4}) * ones, {2, 6, 9, 4});
     }},
    {"bce_with_logits",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return bce_with_logits(v[0], v[1]); },
     [](const Variables& v) {
         const Variable p = sigmoid(v[0]);
         return -sum(v[1] * log(p) + (1 - v[1]) * log(1 - p), {1});
     }},
    {"cross_entropy_with_logits",
     {{4, 3}},
     [](const Variables& v) { return cross_entropy_with_logits(v[0], labels); },
     [](const Variables& v) {
         return -sum(v[0].tape().constant(onehot(labels, 3)) * log_softmax(v[0]), {1});
     }},
    {"squared_error",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return squared_error(v[0], v[1]); },
     [](const Variables& v) { return sum(square(v[0] - v[1]), {1}); }},
    {"mse",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return mse(v[0], v[1]); },
     [](const Variables& v) { return mean(square(v[0] - v[1])); }},
    {"gaussian_kl",
     {{4, 17}, {4, 17}},
     [](const Variables& v) { return gaussian_kl(v[0], v[1]); },
     [](const Variables& v) { return 0.5 * sum(exp(v[1]) + square(v[0]) - 1 - v[1], {1}); }},
    {"gaussian_kl to a prior",
     {{4, 17}, {4, 17}, {4, 17}, {4, 17}},
     [](const Variables& v) { return gaussian_kl(v[0], v[1], v[2], v[3]); },
     [](const Variables& v) {
         const Variable ratio = (exp(v[1]) + square(v[0] - v[2])) / exp(v[3]);
         return 0.5 * sum(v[3] - v[1] - 1 + ratio, {1});
     }},
    {"reparameterize",
     {{4, 17}, {4, 17}, {4, 17}},
     [](const Variables& v) { return reparameterize(v[0], v[1], v[2]); },
     [](const Variables& v) { return v[0] + sqrt(exp(v[1])) * v[2]; }},
    {"log_softmax",
     {{4, 17}},
     [](const Variables& v) { return log_softmax(v[0]); },
     [](const Variables& v) { return v[0] - log_sum_exp(v[0], -1, true); }},
    {"softmax",
     {{4, 17}},
     [](const Variables& v) { return softmax(v[0], 0); },
     [](const Variables& v) { return exp(v[0]) / sum(exp(v[0]), {0}, true); }},
    {"softplus",
     {{4, 17}},
     [](const Variables& v) { return softplus(v[0]); },
     [](const Variables& v) { return log(1 + exp(v[0])); }},
    {"sigmoid",
     {{4, 17}},
     [](const Variables& v) { return sigmoid(v[0]); },
     [](const Variables& v) { return 1 / (1 + exp(-v[0])); }},
};

}  // namespace

TEST_CASE("fused operations are their composition, in value and gradient") {
    for (const Pair& pair : pairs) {
        CAPTURE(pair.name);
        std::vector<Array> inputs;
        for (const Shape& shape : pair.inputs)
            inputs.push_back(random_array(shape, static_cast<unsigned>(inputs.size()) + 1));
        const optests::Evaluation fused = evaluate(pair.fused, inputs);
        const optests::Evaluation composed = evaluate(pair.composed, inputs);
        CHECK(worst_error(fused.value, composed.value) <
              (optests::double_precision ? 1e-12 : 1e-5));
        for (std::size_t i = 0; i < inputs.size(); ++i)
            CHECK(worst_error(fused.gradients[i], composed.gradients[i]) <
                  (optests::double_precision ? 1e-10 : 1e-4));
    }
}
