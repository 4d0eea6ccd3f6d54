// How fast is a training step of the 784-400-20 VAE at batch 128? It is compared with the bare time of
// its own matrix products and with PyTorch and JAX at the same work (vae_step.py), all by turns in one
// run: `vae_step --threads 2 --python venv/bin/python3`. The last line is JSON.
#include <cstdio>
#include <utility>
#include <vector>

#include "vae_training.hpp"

namespace {

using bench::Matrix;

constexpr std::size_t batch = 128, input = 784, hidden = 400, latent = 20;
constexpr std::size_t batches_per_epoch = 100;  // vae_step.py: the same numbers
constexpr int epochs = 21;                      // of which the first is left out

bench::Products products_of_a_step(nn::Random& random) {
    bench::Products products(random);
    const Matrix h = products.linear(products.data(batch, input), hidden);
    products.linear(h, latent);  // the mean
    products.linear(h, latent);  // the log variance
    products.linear(products.linear(products.matrix(batch, latent), hidden), input);
    products.backward();
    return products;
}

models::Vae dense_vae(nn::Random& random) {
    return {{.input = input, .hidden = {hidden}, .latent = latent}, random};
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options(argc, argv);
    nn::Random random{0};
    const nn::Dataset data = bench::random_images(batch * batches_per_epoch, {28, 28, 1}, random);
    const bench::Products products = products_of_a_step(random);
    bench::VaeTraining ours{data, {batch, input}, dense_vae};
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
