#include "tutorials/15_use/shared.hpp"

#include "tutorials/support/arrays.hpp"

namespace use {

Data load(Session& session) {
    const nn::TrainTest& all = session.load_data();
    const std::size_t held_out = all.train.size() / 6;
    return {nn::first(all.train, all.train.size() - held_out), nn::last(all.train, held_out),
            all.test};
}

Vae new_vae(const Data& data, nn::Random& random) {
    return {{.input = data.train.images.shape(1), .hidden = {400}, .latent = 20}, random};
}

Autoencoder new_autoencoder(const Data& data, nn::Random& random) {
    return {{.input = data.train.images.shape(1),
             .hidden = {400},
             .latent = 20,
             .likelihood = models::Likelihood::bernoulli},
            random};
}

static nn::TrainingSettings settings(const Session& session, const std::string& name,
                                     std::size_t epochs) {
    const double rate = session.flags.learning_rate;
    return {.epochs = epochs,
            .name = name,
            .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs)),
            .quiet = !name.starts_with("model")};
}

void train(Session& session, const Dataset& images, Vae& vae, nn::Random& random,
           const std::string& name, std::size_t epochs) {
    tutorials::fit(session, vae, images, random, settings(session, name, epochs),
                   [&](Tape& tape, const nn::Batch& batch) {
                       return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
                   });
}

void train(Session& session, const Dataset& images, Autoencoder& net, nn::Random& random,
           const std::string& name, std::size_t epochs) {
    tutorials::fit(session, net, images, random, settings(session, name, epochs),
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images)), {}};
                   });
}

Vae the_vae(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Vae vae = new_vae(data, random);
    train(session, data.train, vae, random, "model", session.flags.epochs);
    return vae;
}

Autoencoder the_autoencoder(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Autoencoder net = new_autoencoder(data, random);
    train(session, data.train, net, random, "model_plain", session.flags.epochs);
    return net;
}

Dataset only(const Dataset& data, std::size_t label) {
    Dataset some = data;
    some.images = tutorials::first_of(data, label, data.size());
    some.labels.assign(some.images.shape(0), label);
    return some;
}

Numbers squared_errors(const Array& images, const Array& rebuilt) {
    const Array errors = nn::evaluate(
        [](Variable x, Variable r) { return sum(square(x - r), {1}); }, images, rebuilt);
    return {errors.begin(), errors.end()};
}

}  // namespace use
