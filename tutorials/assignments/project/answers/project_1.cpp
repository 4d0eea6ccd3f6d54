#include <algorithm>
#include <utility>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/module.hpp"
#include "nn/optim/optimizer.hpp"

namespace project {

using autograd::Array;
using autograd::Real;
using autograd::Tape;

namespace {

Array numbers_of(const std::vector<nn::NamedParameter>& parameters) {
    Array out = autograd::full({nn::parameter_count(parameters)}, 0);
    Real* to = out.data();
    for (const auto& each : parameters)
        to = std::copy_n(each.parameter->value.data(), each.parameter->value.size(), to);
    return out;
}

void take_numbers(const Array& numbers, const std::vector<nn::NamedParameter>& parameters) {
    const Real* from = numbers.data();
    for (const auto& each : parameters) {
        Array& value = each.parameter->value;
        std::copy_n(from, value.size(), value.data());
        from += value.size();
    }
}

models::Vae untrained() {
    nn::Random random{1};
    return {{.input = 784, .hidden = {300, 100}, .latent = 24}, random};
}

models::Vae with(const Array& parameters) {
    models::Vae vae = untrained();
    take_numbers(parameters, nn::parameters(vae));
    return vae;
}

}  // namespace

Array train(const Array& images) {
    constexpr int epochs = 60;
    models::Vae vae = untrained();
    nn::Adam adam{vae, {.learning_rate = 1e-3}};
    nn::Random random{2};
    nn::Dataset data;
    data.images = images;
    data.labels.assign(images.shape(0), 0);
    data.item = {784};
    data.classes = 1;
    nn::Batches batches{data, 100};
    Tape tape;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        if (epoch == epochs * 2 / 3) adam.set_learning_rate(1e-4);
        for (const nn::Batch& batch : batches.shuffled(random)) {
            tape.rewind();
            adam.step(tape.backward(-vae.elbo(tape.constant(batch.images), random).value()));
        }
    }
    return numbers_of(nn::parameters(vae));
}

std::pair<Array, Array> encode(const Array& parameters, const Array& images) {
    Tape tape;
    const auto posterior = with(parameters).encode(tape.constant(images));
    return {posterior.mean.value(), posterior.log_variance.value()};
}

Array decode(const Array& parameters, const Array& codes) {
    Tape tape;
    return with(parameters).decode(tape.constant(codes)).value();
}

}  // namespace project
