#include "tutorials/03_autoencoder/shared.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "tutorials/support/diagram.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"

namespace lesson {

using autograd::Array;
using autograd::Variable;
using models::Autoencoder;
using models::AutoencoderSettings;
using tutorials::Session;

void note_seeds(Session& session, const std::string& name, const std::vector<double>& of_seeds) {
    const auto [mean, deviation] = tutorials::spread(of_seeds);
    std::printf("  %-40s %12.5f ± %.5f\n", name.c_str(), mean, deviation);
    session.note(name, mean);
    session.note(name + "_sd", deviation);
}

nn::TrainTest with_validation(const Session& session, const nn::Dataset& train) {
    const std::size_t held_out = session.flags.quick ? train.size() / 12 : 5000;
    return {nn::first(train, train.size() - held_out), nn::last(train, held_out)};
}

nn::Dataset centred(nn::Dataset data, const Array& mean) {
    for (std::size_t i = 0; i < data.size(); ++i)
        for (std::size_t j = 0; j < mean.size(); ++j) data.images(i, j) -= mean(j);
    return data;
}

Array directions(const models::Autoencoder& linear) {
    models::Autoencoder copy = linear;  // parts are named for those who may change them
    const auto parameters = nn::parameters(copy);
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [](const auto& p) { return p.name == "decoder.0.weight"; });
    return nn::evaluate([](Variable weight) { return transpose(weight); }, found->parameter->value);
}

Array halved(const Array& images, const autograd::Shape& item) {
    return nn::map_rows(images, [&](Variable x) {
        const std::size_t b = x.shape()[0], height = item[0] / 2, width = item[1] / 2;
        return reshape(mean(reshape(x, {b, height, 2, width, 2}), {2, 4}), {b, height * width});
    });
}

const AutoencoderSettings deep_layers{.input = 784,
                                      .hidden = {512, 256},
                                      .latent = 32,
                                      .activation = nn::silu,
                                      .likelihood = models::Likelihood::bernoulli};

Trained train_32(Session& session, const char* name, const AutoencoderSettings& layers) {
    const nn::TrainTest data = with_validation(session, session.load_data().train);
    nn::Random random(session.flags.seed);
    Autoencoder net(layers, random);
    const auto evaluate = [&]() -> nn::Metrics {
        return {{"error_per_pixel", tutorials::error_per_pixel(net, data.test.images)}};
    };
    const double rate = session.flags.learning_rate, epochs = double(session.flags.epochs);
    const nn::TrainingSettings settings{.epochs = session.flags.epochs,
                                        .name = name,
                                        .learning_rate = nn::schedule::cosine(rate, 0, epochs),
                                        .quiet = std::string(name) != "model"};
    const tutorials::Fit fit = train(session, settings, net, data.train, random, evaluate);
    return {net, fit};
}

Trained linear_net(Session& session, const models::Pca& pca, const char* name, double last_rate,
                   bool less_mean) {
    const nn::Dataset& images = session.load_data().train;
    const nn::Dataset train_on = less_mean ? centred(images, pca.mean) : images;
    const double goal = pca.squared_error(images.images) / 784;
    nn::Random random(session.flags.seed);
    Autoencoder net({.input = 784, .latent = 20}, random);
    const auto evaluate = [&]() -> nn::Metrics {
        const double error = tutorials::error_per_pixel(net, train_on.images);
        const Array angles = models::principal_angles(directions(net), pca.components);
        return {{"percent_above_pca", 100 * (error / goal - 1)}, {"angle", double{angles(19)}}};
    };
    const std::size_t epochs = session.epochs(25);
    const nn::TrainingSettings settings{
        .epochs = epochs,
        .name = name,
        .learning_rate = nn::schedule::cosine(1e-2, last_rate, double(epochs)),
        .quiet = true};
    const tutorials::Fit fit = train(session, settings, net, train_on, random, evaluate);
    return {net, fit};
}

void draw_the_idea(const Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "(B, 784)", "no gradient"});
    const auto f = diagram.box(2.9, 0, {"encoder f", "784 to 32", "weights learn"});
    const auto h = diagram.box(5.7, 0, {"code h", "(B, 32)"});
    const auto g = diagram.box(8.4, 0, {"decoder g", "32 to 784", "weights learn"});
    const auto r = diagram.box(11.5, 0, {"reconstruction r", "(B, 784)"});
    const auto loss = diagram.box(5.7, 1.9, {"loss L(x, r)", "one number"});
    diagram.arrow(x, f);
    diagram.arrow(f, h);
    diagram.arrow(h, g);
    diagram.arrow(g, r);
    diagram.arrow(x, loss);
    diagram.arrow(r, loss);
    diagram.save(session.file("idea.png"));
}

}  // namespace lesson
