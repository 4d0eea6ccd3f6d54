#include "tutorials/04_undercomplete/shared.hpp"

#include <algorithm>

#include "nn/losses/losses.hpp"
#include "tutorials/support/arrays.hpp"

namespace lesson {

using autograd::Array;
using autograd::Variable;
using models::Autoencoder;
using models::Likelihood;
using tutorials::Session;

tutorials::Fit train(Session& session, Autoencoder& net, const nn::Dataset& data,
                     nn::Random& random, const std::string& name, std::size_t epochs, double rate) {
    return tutorials::fit(session, net, data, random,
                          {.epochs = epochs,
                           .name = name,
                           .learning_rate = nn::schedule::cosine(rate, 0, double(epochs)),
                           .quiet = name != "model"},
                          [&](autograd::Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                              const Variable x = tape.constant(batch.images);
                              return {nn::squared_loss(net(x), x), {}};
                          });
}

models::AutoencoderSettings layers(std::size_t k) {
    const std::vector<std::size_t> deep{512, 256, 64}, wide{768};
    return {.input = 784,
            .hidden = k == 2 ? deep : wide,
            .latent = k,
            .activation = nn::silu,
            .likelihood = Likelihood::bernoulli};
}

Trained train_k(Session& session, std::size_t k) {
    nn::Random random(session.flags.seed);
    Autoencoder net(layers(k), random);
    const std::string name = k == 32 ? "model" : "model_k" + std::to_string(k);
    const tutorials::Fit fit = train(session, net, session.load_data().train, random, name,
                                     session.flags.epochs, session.flags.learning_rate);
    return {net, fit};
}

std::map<std::size_t, Autoencoder> nets(Session& session) {
    std::map<std::size_t, Autoencoder> found;
    for (const std::size_t k : {2, 8, 16, 32, 64}) found.emplace(k, train_k(session, k).net);
    return found;
}

std::vector<double> squared_errors(const Array& images, const Array& rebuilt) {
    const Array errors = nn::evaluate(
        [](Variable x, Variable r) { return sum(square(x - r), {1}); }, images, rebuilt);
    return {errors.begin(), errors.end()};
}

nn::Dataset only(const nn::Dataset& data, std::size_t label) {
    nn::Dataset some = data;
    some.images = tutorials::first_of(data, label, data.size());
    some.labels.assign(some.images.shape(0), label);
    return some;
}

Autoencoder detector(Session& session, const nn::Dataset& normal, const std::string& name) {
    nn::Random random(session.flags.seed);
    Autoencoder net({.input = normal.images.shape(1),
                     .hidden = {256},
                     .latent = 32,
                     .activation = nn::silu,
                     .likelihood = Likelihood::bernoulli},
                    random);
    train(session, net, normal, random, name, session.epochs(10), 2e-3);
    return net;
}

Scores divided(const std::vector<double>& scores, const nn::Dataset& data, std::size_t label) {
    Scores found;
    for (std::size_t i = 0; i < scores.size(); ++i)
        (data.labels[i] == label ? found.normal : found.anomalous).push_back(scores[i]);
    return found;
}

}  // namespace lesson
