// Operations on numbers that come through a pipe, for tests/against_torch.py. A request is a line, NAME SHAPE...,
// with a shape such as 2,3 for each input (a dot for rank 0), and the elements of all inputs. The answer is a
// line with the shape of the value, the elements of the value, and those of each input's gradient, for the
// cotangent 1, 2, 3, 1, 2, 3, ...; or a line that begins with an exclamation mark and says why there is none.
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "nn/distributions/distributions.hpp"
#include "nn/losses/losses.hpp"

namespace {

using namespace autograd;

using Variables = std::vector<Variable>;
using Function = std::function<Variable(const Variables&)>;

/// Labels, or numbers of rows: 0, 1, 2, ... below `below`, and again from 0.
Indices counted(std::size_t count, std::size_t below) {
    Indices out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = below > 0 ? i % below : 0;
    return out;
}
Indices labels(Variable logits) { return counted(logits.shape()[0], logits.shape()[1]); }

/// 1 where x > 0.
Variable positive(Variable x) {
    Array out = x.value();
    for (Real& each : out.storage()) each = each > 0 ? 1 : 0;
    return x.tape().constant(out);
}

Function one(Variable (*f)(Variable)) {
    return [=](const Variables& v) { return f(v[0]); };
}
Function two(Variable (*f)(Variable, Variable)) {
    return [=](const Variables& v) { return f(v[0], v[1]); };
}
Function along(Variable (*f)(Variable, int), int axis) {
    return [=](const Variables& v) { return f(v[0], axis); };
}

const std::map<std::string, Function> functions = {
    {"exp", one(exp)},
    {"log", one(log)},
    {"sqrt", one(sqrt)},
    {"square", one(square)},
    {"abs", one(abs)},
    {"tanh", one(tanh)},
    {"sigmoid", one(sigmoid)},
    {"relu", one(relu)},
    {"leaky_relu", [](auto& v) { return leaky_relu(v[0]); }},
    {"softplus", one(softplus)},
    {"elu", [](auto& v) { return elu(v[0]); }},
    {"elu_0.75", [](auto& v) { return elu(v[0], 0.75); }},
    {"clip", [](auto& v) { return clip(v[0], -20, 1e4); }},
    {"negate", [](auto& v) { return -v[0]; }},
    {"x_plus_c", [](auto& v) { return v[0] + 1.5; }},
    {"c_minus_x", [](auto& v) { return 1.5 - v[0]; }},
    {"c_times_x", [](auto& v) { return 1.5 * v[0]; }},
    {"x_over_c", [](auto& v) { return v[0] / 1.5; }},
    {"c_over_x", [](auto& v) { return 1.5 / v[0]; }},

    {"add", [](auto& v) { return v[0] + v[1]; }},
    {"subtract", [](auto& v) { return v[0] - v[1]; }},
    {"multiply", [](auto& v) { return v[0] * v[1]; }},
    {"divide", [](auto& v) { return v[0] / v[1]; }},
    {"where", [](auto& v) { return where(positive(v[0]), v[0], v[1]); }},

    {"sum", one(sum)},
    {"sum_0", [](auto& v) { return sum(v[0], {0}); }},
    {"sum_1", [](auto& v) { return sum(v[0], {1}); }},
    {"mean", one(mean)},
    {"mean_0", [](auto& v) { return mean(v[0], {0}); }},
    {"mean_1", [](auto& v) { return mean(v[0], {1}); }},
    {"max_0", [](auto& v) { return max(v[0], 0); }},
    {"max_1", [](auto& v) { return max(v[0], 1); }},
    {"log_sum_exp_0", [](auto& v) { return log_sum_exp(v[0], 0); }},
    {"log_sum_exp_1", [](auto& v) { return log_sum_exp(v[0], 1); }},
    {"softmax_0", along(softmax, 0)},
    {"softmax_1", along(softmax, 1)},
    {"log_softmax_0", along(log_softmax, 0)},
    {"log_softmax_1", along(log_softmax, 1)},

    {"transpose", [](auto& v) { return transpose(v[0]); }},
    {"reshape", [](auto& v) { return reshape(v[0], {v[0].value().size()}); }},
    {"concat",
     [](auto& v) {
         return concat({v[0], v[1]}, 1);
     }},
    {"slice", [](auto& v) { return slice(v[0], 1, 1, v[0].shape()[1]); }},
    {"gather", [](auto& v) { return gather(v[0], counted(5, v[0].shape()[0])); }},

    {"matmul", two(matmul)},
    {"linear", [](auto& v) { return linear(v[0], v[1], v[2]); }},
    {"patches", [](auto& v) { return patches(v[0], 3, 2, 2, 1); }},
    {"conv2d", [](auto& v) { return conv2d(v[0], v[1], v[2], 1, 0); }},
    {"conv2d_padded", [](auto& v) { return conv2d(v[0], v[1], v[2], 2, 1); }},
    {"conv2d_transposed", [](auto& v) { return conv2d_transposed(v[0], v[1], v[2], 2, 1, 1); }},
    {"max_pool2d", [](auto& v) { return max_pool2d(v[0], 2, 1); }},
    {"average_pool2d", [](auto& v) { return average_pool2d(v[0], 2, 1); }},
    {"upsample_nearest", [](auto& v) { return upsample_nearest(v[0], 2); }},
    {"lstm", [](auto& v) { return lstm(v[0], v[1], v[2], v[3], v[4]); }},
    {"gru", [](auto& v) { return gru(v[0], v[1], v[2], v[3]); }},

    {"gaussian_kl", [](auto& v) { return gaussian_kl(v[0], v[1]); }},
    {"gaussian_kl_to_prior", [](auto& v) { return gaussian_kl(v[0], v[1], v[2], v[3]); }},
    {"reparameterize", [](auto& v) { return reparameterize(v[0], v[1], v[2]); }},
    {"bce_with_logits", two(bce_with_logits)},
    {"cross_entropy_with_logits",
     [](auto& v) { return cross_entropy_with_logits(v[0], labels(v[0])); }},
    {"squared_error", two(squared_error)},
    {"mse", two(mse)},

    {"bernoulli_loss", two(nn::bernoulli_loss)},
    {"categorical_loss", [](auto& v) { return nn::categorical_loss(v[0], labels(v[0])); }},
    {"squared_loss", two(nn::squared_loss)},
    {"normal_log_prob",
     [](auto& v) {
         return nn::Normal{v[0], v[1]}.log_prob(v[2]);
     }},
    {"normal_log_prob_one_variance",
     [](auto& v) {
         return nn::Normal{v[0], v[1]}.log_prob(v[2]);
     }},
    {"standard_normal_log_prob", one(nn::standard_normal_log_prob)},
    {"bernoulli_log_prob", [](auto& v) { return nn::Bernoulli{v[0]}.log_prob(v[1]); }},
    {"categorical_log_prob", [](auto& v) { return nn::Categorical{v[0]}.log_prob(labels(v[0])); }},
    {"categorical_entropy", [](auto& v) { return nn::Categorical{v[0]}.entropy(); }},
    {"categorical_kl",
     [](auto& v) { return nn::kl(nn::Categorical{v[0]}, nn::Categorical{v[1]}); }},
    {"mixture_log_prob",
     [](auto& v) {
         return nn::GaussianMixture{v[0], v[1], v[2]}.log_prob(v[3]);
     }},
};

Shape read_shape(const std::string& word) {
    Shape shape;
    std::istringstream in(word == "." ? "" : word);
    for (std::string extent; std::getline(in, extent, ',');) shape.push_back(std::stoul(extent));
    return shape;
}

void write(const Array& array) {
    std::cout.write(reinterpret_cast<const char*>(array.data()),
                    static_cast<std::streamsize>(array.size() * sizeof(Real)));
}

void answer(const Function& function, const std::vector<Array>& arrays) {
    Tape tape;
    Variables inputs;
    for (const Array& array : arrays) inputs.push_back(tape.variable(array));
    const Variable y = function(inputs);
    Array cotangent = full(y.shape(), 0);
    for (std::size_t i = 0; i < cotangent.size(); ++i)
        cotangent.data()[i] = static_cast<Real>(i % 3 + 1);
    const Gradients& gradients = tape.backward(y, cotangent);
    for (const std::size_t extent : y.shape()) std::cout << extent << ' ';
    std::cout << '\n';
    write(y.value());
    for (const Variable& x : inputs)
        write(gradients.reached(x) ? gradients.of(x) : full(x.shape(), 0));
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string name, word;
        words >> name;
        std::vector<Array> inputs;
        while (words >> word) {
            inputs.push_back(Array::from_shape(read_shape(word)));
            std::cin.read(reinterpret_cast<char*>(inputs.back().data()),
                          static_cast<std::streamsize>(inputs.back().size() * sizeof(Real)));
        }
        try {
            answer(functions.at(name), inputs);
        } catch (const Error& error) {
            std::cout << "! " << error.what() << '\n';
        }
        std::cout.flush();
    }
}
