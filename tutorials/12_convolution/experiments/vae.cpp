// (prose)

#include "models/evaluate/latent_use.hpp"
#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

void convolutional_against_dense(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Shape& item = data.train.item;
    const std::size_t pixels = data.train.images.shape(1), count = session.flags.quick ? 4 : 14;
    Plot bound{{.title = "−ELBO", .x = "epoch", .y = "nats per test image"}};
    std::vector<tutorials::NamedImages> rows{{"image", nn::first(data.test, count).images}}, drawn;

    const auto measure = [&](const std::string& title, const std::string& ending,
                             const auto& new_vae) {
        nn::Random random{session.flags.seed};
        const Trained<Vae> trained = train(session, data.train, data.test.images, new_vae(random),
                                           random, "vae" + ending, session.epochs(10));
        const models::LatentUse use = models::latent_use(trained.model, data.test.images, random);
        session.result("test_neg_elbo" + ending, use.neg_elbo());
        session.result("test_reconstruction" + ending, use.reconstruction);
        session.result("test_kl" + ending, use.kl);
        session.result("vae_weights" + ending, static_cast<double>(weights(trained.model)));
        session.result("vae_images_per_second" + ending, trained.images_per_second);
        bound.line(title, trained.history.column("epoch"), trained.history.column("test_neg_elbo"));
        rows.push_back({title, tutorials::reconstruct(trained.model, rows.front().images)});
        const Array z = nn::Random{session.flags.seed}.normal({count, trained.model.latent()});
        drawn.push_back({title, tutorials::decode(trained.model, z)});
    };
    const auto convolutional = [&](nn::Random& random) {
        return convolutional_vae(item, 32, 256, random);
    };
    const auto dense = [&](std::size_t width) {
        return [=](nn::Random& random) {
            return Vae{{.input = pixels, .hidden = {width}, .latent = 20}, random};
        };
    };
    nn::Random unused{0};
    const std::size_t as_many = weights(convolutional(unused));
    measure("convolutional", "", convolutional);
    measure("dense", "_dense", dense(400));
    measure("dense, wide", "_wide", dense((as_many - pixels - 40) / (2 * pixels + 62)));
    bound.save(session.file("bound.png"));
    tutorials::save_named_rows(session.file("rebuilt.png"), rows, item);
    tutorials::save_named_rows(session.file("samples.png"), drawn, item);
}

}  // namespace

const tutorials::Experiment vae{"vae", "The bound of a convolutional VAE",
                                convolutional_against_dense};
