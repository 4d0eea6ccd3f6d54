// Not a tutorial: the smallest program that uses all that tutorials share. It trains a VAE with two
// latent dimensions, and is interrupted and resumed by a test.
#include "autograd/tape.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/train/training.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

static void lesson(tutorials::Session& session, double beta) {
    const auto& flags = session.flags;
    const auto& data = session.load_data();

    nn::Random random{flags.seed};
    models::Vae vae{{.hidden = {64}, .latent = 2}, random};
    nn::Adam adam{vae, {.learning_rate = nn::Real(flags.learning_rate)}};
    nn::Batches batches{data.train, flags.batch};
    autograd::Tape tape;

    const auto measured = [](const models::Elbo& elbo) -> nn::Metrics {
        return {{"reconstruction", elbo.reconstruction.item()}, {"kl", elbo.total_kl().item()}};
    };
    nn::Training training{
        {.epochs = flags.epochs,
         .folder = flags.out,
         .resume = flags.resume,
         .learning_rate = nn::schedule::cosine(flags.learning_rate, 0, double(flags.epochs)),
         .conditions = {{"beta", autograd::text(beta)}}},
        vae,
        adam,
        random};
    training.run(
        batches,
        [&](const nn::Batch& batch) {
            tape.rewind();
            const auto elbo = vae.elbo(tape.constant(batch.images), random);
            adam.step(tape.backward(-elbo.value(nn::Real(beta))));
            return measured(elbo);
        },
        [&] {
            tape.rewind();
            const autograd::InferenceMode inference{tape};
            return measured(vae.elbo(tape.constant(data.test.images), random));
        });

    const auto& history = training.history();
    session.result("test_reconstruction", history.column("test_reconstruction").back());
    session.result("test_kl", history.column("test_kl").back());
    session.result("train_images_per_second", training.images_per_second());

    const auto epochs = history.column("epoch");
    tutorials::Plot{{.x = "epoch", .y = "reconstruction (nats per image)"}}
        .line("train", epochs, history.column("train_reconstruction"))
        .line("test", epochs, history.column("test_reconstruction"))
        .save(session.file("training.png"));

    tape.rewind();
    const autograd::InferenceMode inference{tape};
    const auto x = tape.constant(data.test.images);
    tutorials::Plot{{.x = "mean of z₁", .y = "mean of z₂", .same_scale = true}}
        .scatter(vae.encode(x).mean.value(), data.test.labels, data.test.class_names)
        .save(session.file("latent.png"));

    const auto shown = tape.constant(nn::first(data.test, 10).images);
    tutorials::save_image_rows(
        session.file("reconstructions.png"),
        {shown.value(), vae.reconstruct(shown).value(), vae.sample(tape, 10, random).value()},
        data.test.item);
}

int main(int argc, char** argv) {
    double beta = 1;
    return tutorials::run(argc, argv,
                          {.name = "demo",
                           .title = "All that tutorials share",
                           .defaults = {.epochs = 5},
                           .options = {{"--beta", &beta, "weight of the KL"}}},
                          [&](tutorials::Session& session) { lesson(session, beta); });
}
