#include "tutorials/06_denoising/shared.hpp"

#include "nn/rows.hpp"
#include "tutorials/support/diagram.hpp"

namespace denoising {

// --- nets and their training ----------------------------------------------------------------------

static Autoencoder one_layer(std::size_t pixels, std::size_t width, nn::Random& random) {
    return Autoencoder({.input = pixels,
                        .latent = width,
                        .code_activation = nn::silu,
                        .likelihood = models::Likelihood::bernoulli},
                       random);
}

Autoencoder small_net(std::size_t pixels, nn::Random& random) {
    return one_layer(pixels, 512, random);
}

Denoiser::Denoiser(std::size_t pixels, std::size_t width, nn::Random& random)
    : bent(one_layer(pixels, width, random)), straight(pixels, pixels, random) {}

Variable Denoiser::operator()(Variable x) const {
    return sigmoid(bent.decode(bent.encode(x)) + straight(x));
}

Teacher denoise(const std::function<Array(const Array&, nn::Random&)>& corrupt) {
    return [corrupt](const nn::Batch& batch, nn::Random& random) -> Pair {
        return {corrupt(batch.images, random), batch.images};
    };
}

nn::Dataset to_learn_from(const nn::TrainTest& data) {
    return nn::first(data.train, data.train.size() - data.train.size() / 12);
}

nn::Dataset validation(const nn::TrainTest& data) {
    return nn::last(data.train, data.train.size() / 12);
}

Trained net_for(Session& session, const nn::Corruption& noise, const std::string& name) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset learn = to_learn_from(data), held_out = validation(data);
    nn::Random random(session.flags.seed), noise_of_validation(session.flags.seed + 500);
    const Array noisy = noise(held_out.images, noise_of_validation);
    Denoiser net(data.train.images.shape(1), 1024, random);
    const auto fit =
        teach(session, net, learn, random, {.epochs = session.flags.epochs, .name = name},
              session.flags.learning_rate, denoise(noise), [&]() -> nn::Metrics {
                  return {{"psnr", psnr(restore(net, noisy), held_out.images)}};
              });
    return {std::move(net), fit};
}

Trained lesson_net(Session& session) { return net_for(session, nn::gaussian_noise(.3), "model"); }

models::Pca all_directions(Session& session) {
    const Array& images = session.load_data().train.images;
    return models::pca(images, images.shape(1));
}

// --- images ---------------------------------------------------------------------------------------

Array noisy_test(Session& session, double sigma) {
    nn::Random random(session.flags.seed +
                      static_cast<std::uint64_t>(1000 + std::lround(100 * sigma)));
    return nn::gaussian_noise(sigma)(session.load_data().test.images, random);
}

std::string percent(double sigma) { return std::to_string(std::lround(100 * sigma)); }

Array few(const Array& images, std::size_t count) {
    return nn::take(images, tutorials::upto(std::min(count, images.shape(0))));
}

Array remember(const Array& data, double sigma, const Array& noisy) {
    // ln wₙ = x̃·xₙ/σ² − |xₙ|²/2σ² + what is the same for all n
    Array half_norms(Shape{data.shape(0)});
    for (std::size_t n = 0; n < data.shape(0); ++n) {
        double sum = 0;
        for (std::size_t d = 0; d < data.shape(1); ++d)
            sum += double{data(n, d)} * double{data(n, d)};
        half_norms(n) = static_cast<Real>(-sum / 2);
    }
    const auto weigh_and_add = [&](Variable x) {
        const Variable images = x.tape().constant(data), norms = x.tape().constant(half_norms);
        const Variable weights = softmax(linear(x, images, norms) * Real(1 / (sigma * sigma)));
        return matmul(weights, images);
    };
    return nn::map_rows(noisy, weigh_and_add);
}

void draw_the_idea(Session& session) {
    tutorials::Diagram diagram;
    const auto x = diagram.box(0, 0, {"image x", "(B, 784)"});
    const auto noise = diagram.box(2.5, 0, {"corruption", "new every time"});
    const auto corrupted = diagram.box(5, 0, {"x̃", "(B, 784)"});
    const auto hidden = diagram.box(7.3, 0, {"hidden layer", "(B, 1024)"});
    const auto straight = diagram.box(7.3, -1.4, {"S x̃ + s", "(B, 784)"});
    const auto r = diagram.box(10.4, 0, {"r = sigmoid of the sum", "(B, 784)"});
    const auto loss = diagram.box(5.2, 1.5, {"loss: squared distance of r from x"});
    for (const auto& [from, to] : {std::pair{x, noise},
                                   {noise, corrupted},
                                   {corrupted, hidden},
                                   {corrupted, straight},
                                   {hidden, r},
                                   {straight, r},
                                   {x, loss},
                                   {r, loss}})
        diagram.arrow(from, to);
    diagram.save(session.file("idea.png"));
}

}  // namespace denoising
