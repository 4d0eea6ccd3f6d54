// How fast is a training step of the 784-400-20 VAE at batch 128? It is compared with the bare time of
// its own matrix products and with PyTorch and JAX at the same work (vae_step.py), all by turns in one
// run: `vae_step --threads 2 --python venv/bin/python3`. The last line is JSON.
#include <cstdio>
#include <utility>
#include <vector>

#include "bench.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/optim/optimizer.hpp"

namespace {

using autograd::Tape;
using bench::Matrix;

constexpr std::size_t batch = 128, input = 784, hidden = 400, latent = 20;
constexpr std::size_t batches_per_epoch = 100;  // vae_step.py: the same numbers
constexpr int epochs = 21;                      // of which the first is left out

nn::Dataset random_images(nn::Random& random) {
    constexpr std::size_t count = batch * batches_per_epoch;
    nn::Dataset out;
    out.images = random.uniform({count, input});
    out.labels.assign(count, 0);
    out.item = {28, 28, 1};
    out.classes = 1;
    return out;
}

bench::Products products_of_a_step(nn::Random& random) {
    bench::Products products(random);
    const Matrix h = products.linear(products.data(batch, input), hidden);
    products.linear(h, latent);  // the mean
    products.linear(h, latent);  // the log variance
    products.linear(products.linear(products.matrix(batch, latent), hidden), input);
    products.backward();
    return products;
}

/// Ours, an epoch at a time.
struct Training {
    const nn::Dataset& data;
    nn::Random random{1};
    models::Vae vae{{.input = input, .hidden = {hidden}, .latent = latent}, random};
    nn::Adam adam{vae, {.learning_rate = 1e-3f}};
    nn::Batches batches{data, batch};
    Tape tape{};

    /// Seconds that the steps of an epoch take, batches not counted.
    double epoch() {
        double in_steps = 0;
        for (const nn::Batch& part : batches.shuffled(random))
            in_steps += bench::seconds([&] {
                tape.rewind();
                const auto x = tape.constant(part.images);
                adam.step(tape.backward(-vae.elbo(x, random).value()));
            });
        return in_steps;
    }
};

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options(argc, argv);
    nn::Random random{0};
    const nn::Dataset data = random_images(random);
    const bench::Products products = products_of_a_step(random);
    Training ours{data};
    std::printf(
        "training step of a %zu-%zu-%zu VAE, batch %zu: %.0f million operations in products\n",
        input, hidden, latent, batch, products.flops() / 1e6);
    bench::print_machine(options);

    std::vector<bench::Rival> rivals = bench::find_rivals(
        options, VAE_STEP_PY, {"torch-eager", "torch-fused", "torch-compiled", "jax"});
    bench::race(options,
                {batch, batches_per_epoch, [&] { return ours.epoch(); }, [&] { products(); }},
                std::move(rivals), epochs);
}
