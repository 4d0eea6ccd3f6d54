// How fast is a training step of a convolutional VAE at batch 128: 28 x 28 pixels, 32 and 64 channels, kernels
// of 4 x 4 pixels with a stride of 2, 256 features, a code of 20? It is compared with the bare time of its
// own matrix products and with PyTorch at the same work (conv_step.py), all by turns in one run:
// `conv_step --threads 2 --python venv/bin/python3`. The last line is JSON.
#include <cstdio>
#include <utility>
#include <vector>

#include "nn/layers/convolution.hpp"
#include "nn/layers/images.hpp"
#include "vae_training.hpp"

namespace {

using bench::Matrix;

constexpr std::size_t batch = 128, side = 28, channels = 32, features = 256, latent = 20;
constexpr std::size_t code_side = side / 4, code_size = code_side * code_side * 2 * channels;
constexpr std::size_t batches_per_epoch = 20;  // conv_step.py: the same numbers
constexpr int epochs = 21;                     // of which the first is left out

models::Vae convolutional_vae(nn::Random& random) {
    const nn::Kernel halve{.size = 4, .stride = 2, .padding = 1};
    nn::Sequential see{nn::Convolution(1, channels, halve, random),
                       autograd::relu,
                       nn::Convolution(channels, 2 * channels, halve, random),
                       autograd::relu,
                       nn::Flatten{},
                       nn::Linear(code_size, features, random),
                       autograd::relu};
    nn::Sequential draw{nn::Linear(latent, features, random),
                        autograd::relu,
                        nn::Linear(features, code_size, random),
                        autograd::relu,
                        nn::Unflatten{code_side, code_side, 2 * channels},
                        nn::TransposedConvolution(2 * channels, channels, halve, random),
                        autograd::relu,
                        nn::TransposedConvolution(channels, 1, halve, random)};
    return {models::GaussianNet(see, features, latent, random), models::Decoder(draw)};
}

/// With the patches of the whole batch there already: what is left when gathering costs nothing.
bench::Products products_of_a_step(nn::Random& random) {
    constexpr std::size_t pixels = 16, large = batch * side * side / 4, small = large / 4;
    bench::Products products(random);
    products.linear(products.data(large, pixels), channels);
    products.linear(products.matrix(small, pixels * channels), 2 * channels);
    const Matrix h = products.linear(products.matrix(batch, code_size), features);
    products.linear(h, latent);  // the mean
    products.linear(h, latent);  // the log variance
    products.linear(products.linear(products.matrix(batch, latent), features), code_size);
    products.linear(products.matrix(small, 2 * channels), pixels * channels);
    products.linear(products.matrix(large, channels), pixels);
    products.backward();
    return products;
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options(argc, argv);
    nn::Random random{0};
    const nn::Dataset data =
        bench::random_images(batch * batches_per_epoch, {side, side, 1}, random);
    const bench::Products products = products_of_a_step(random);
    bench::VaeTraining ours{data, {batch, side, side, 1}, convolutional_vae};
    std::printf(
        "training step of a convolutional VAE, batch %zu: %.0f million operations in products\n",
        batch, products.flops() / 1e6);
    bench::print_machine(options);

    std::vector<bench::Rival> rivals = bench::find_rivals(
        options, CONV_STEP_PY, {"torch-eager", "torch-fused", "torch-last", "torch-compiled"});
    bench::race(options,
                {batch, batches_per_epoch, [&] { return ours.epoch(); }, [&] { products(); }},
                std::move(rivals), epochs);
}
