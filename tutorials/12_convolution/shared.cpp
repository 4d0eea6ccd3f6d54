#include "tutorials/12_convolution/shared.hpp"

#include "nn/layers/linear.hpp"
#include "nn/optim/schedule.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"

namespace lesson {

// --- nets -----------------------------------------------------------------------------------------

namespace {

/// The pixels of (B, H', W', C) that are on an image of the shape `item`.
struct Cut {
    std::size_t height, width;

    Variable operator()(Variable x) const {
        if (x.shape()[1] > height) x = slice(x, 1, 0, height);
        if (x.shape()[2] > width) x = slice(x, 2, 0, width);
        return x;
    }
};

}  // namespace

nn::Sequential see(const Shape& item, std::size_t channels, nn::Random& random) {
    return nn::Sequential{nn::Unflatten{item[0], item[1], item[2]},
                          nn::Convolution(item[2], channels, halve, random), autograd::relu,
                          nn::Convolution(channels, 2 * channels, halve, random), autograd::relu};
}

std::size_t features_seen(const Shape& item, std::size_t channels) {
    return item[0] / 4 * (item[1] / 4) * 2 * channels;
}

nn::Sequential draw(std::size_t inputs, const Shape& item, std::size_t channels,
                    nn::Random& random) {
    const std::size_t height = (item[0] + 3) / 4, width = (item[1] + 3) / 4;
    return nn::Sequential{nn::Linear(inputs, height * width * 2 * channels, random),
                          autograd::relu,
                          nn::Unflatten{height, width, 2 * channels},
                          nn::TransposedConvolution(2 * channels, channels, halve, random),
                          autograd::relu,
                          nn::TransposedConvolution(channels, item[2], halve, random),
                          Cut{item[0], item[1]},
                          nn::Flatten{}};
}

Autoencoder convolutional_autoencoder(const Shape& item, nn::Random& random) {
    const std::size_t channels = 16, code = 32;
    nn::Sequential encoder{see(item, channels, random), nn::Flatten{},
                           nn::Linear(features_seen(item, channels), code, random)};
    return {encoder,
            models::Decoder(draw(code, item, channels, random), models::Likelihood::gaussian)};
}

Autoencoder dense_autoencoder(const Shape& item, std::vector<std::size_t> hidden,
                              nn::Random& random) {
    return {{.input = item[0] * item[1] * item[2], .hidden = std::move(hidden), .latent = 32},
            random};
}

std::size_t width_for(const Shape& item, std::size_t weights) {
    const std::size_t pixels = item[0] * item[1] * item[2], code = 32;
    return (weights - pixels - code) / (2 * (pixels + code + 1));
}

Vae convolutional_vae(const Shape& item, std::size_t channels, std::size_t features,
                      nn::Random& random) {
    nn::Sequential encoder{see(item, channels, random), nn::Flatten{},
                           nn::Linear(features_seen(item, channels), features, random),
                           autograd::relu};
    nn::Sequential decoder{nn::Linear(20, features, random), autograd::relu,
                           draw(features, item, channels, random)};
    return {models::GaussianNet(encoder, features, 20, random), models::Decoder(decoder)};
}

// --- training -------------------------------------------------------------------------------------

Data split(Session& session) {
    const nn::TrainTest& all = session.load_data();
    const std::size_t held = all.train.size() / 6;
    return {nn::first(all.train, all.train.size() - held), nn::last(all.train, held), all.test};
}

Array moved(const Array& images, const Shape& item, std::size_t by) {
    Array out = autograd::full({images.shape(0), images.shape(1)}, 0);
    const std::size_t line = item[1] * item[2], shift = by * item[2];
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t begin = 0; begin < images.shape(1); begin += line)
            for (std::size_t d = shift; d < line; ++d)
                out(n, begin + d) = images(n, begin + d - shift);
    return out;
}

Trained<Autoencoder> train(Session& session, const Data& data, Autoencoder net, nn::Random& random,
                           const std::string& name, std::size_t epochs) {
    const auto error = [&]() -> nn::Metrics {
        return {{"mse_per_pixel", tutorials::error_per_pixel(net, data.validation.images)}};
    };
    const auto loss = [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
        return {net.loss(tape.constant(batch.images)), {}};
    };
    const double rate = 2 * session.flags.learning_rate;
    auto [history, speed] = tutorials::fit(
        session, net, data.train, random,
        {.epochs = epochs,
         .name = name,
         .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs))},
        loss, error);
    return {std::move(net), std::move(history), speed};
}

Trained<Autoencoder> the_convolutional(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    Autoencoder net = convolutional_autoencoder(data.train.item, random);
    return train(session, data, std::move(net), random, "model", session.flags.epochs);
}

Trained<Autoencoder> the_dense(Session& session, const Data& data) {
    nn::Random random{session.flags.seed};
    const Shape& item = data.train.item;
    const std::size_t width = width_for(item, weights(convolutional_autoencoder(item, random)));
    Autoencoder net = dense_autoencoder(item, {width}, random);
    return train(session, data, std::move(net), random, "model_dense", session.flags.epochs);
}

Trained<Vae> train(Session& session, const Dataset& train, const Array& test, Vae vae,
                   nn::Random& random, const std::string& name, std::size_t epochs) {
    const auto loss = [&](Tape& tape, const nn::Batch& batch) {
        return tutorials::neg_elbo(vae.elbo(tape.constant(batch.images), random));
    };
    auto [history, speed] =
        tutorials::fit(session, vae, train, random, {.epochs = epochs, .name = name}, loss,
                       [&] { return tutorials::test_bound(vae, test, random); });
    return {std::move(vae), std::move(history), speed};
}

Classifier train(Session& session, const Dataset& train, Classifier net, nn::Random& random,
                 const std::string& name, std::size_t epochs) {
    const double rate = 2 * session.flags.learning_rate;
    tutorials::fit(session, net, train, random,
                   {.epochs = epochs,
                    .name = name,
                    .learning_rate = nn::schedule::cosine(rate, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       return {net.loss(tape.constant(batch.images), batch.labels), {}};
                   });
    return net;
}

// --- judges ---------------------------------------------------------------------------------------

Judges train_judges(Session& session, const Data& data) {
    const Shape& item = data.train.item;
    const std::size_t classes = data.train.classes;
    nn::Random random{session.flags.seed}, elsewhere{session.flags.seed + 1000};
    const auto convolutional = [&](nn::Random& start) {
        return Classifier(nn::Sequential{see(item, 16, start), nn::Flatten{},
                                         nn::Linear(features_seen(item, 16), classes, start)});
    };
    const auto taught = [&](Classifier net, nn::Random& order, const std::string& name) {
        return train(session, data.train, std::move(net), order, name, session.epochs(3));
    };
    Classifier target = taught(convolutional(random), random, "judge");
    Classifier other = taught(convolutional(elsewhere), elsewhere, "judge_other");
    Classifier dense{{.input = data.train.images.shape(1), .classes = classes}, elsewhere};
    return {std::move(target), std::move(other),
            taught(std::move(dense), elsewhere, "judge_dense")};
}

Features::Features(const Shape& images, Classifier target) : item(images) {
    const auto found = nn::parameters(target);
    kernel_1 = found[0].parameter->value, bias_1 = found[1].parameter->value;
    kernel_2 = found[2].parameter->value, bias_2 = found[3].parameter->value;
}

Variable Features::operator()(Variable x) const {
    Tape& tape = x.tape();
    const Variable image = reshape(x, {x.shape()[0], item[0], item[1], item[2]});
    const Variable edges =
        relu(conv2d(image, tape.constant(kernel_1), tape.constant(bias_1), 2, 1));
    return relu(conv2d(edges, tape.constant(kernel_2), tape.constant(bias_2), 2, 1));
}

}  // namespace lesson
