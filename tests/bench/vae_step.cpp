// How fast is a training step of the 784-400-20 VAE at batch 128? It is compared with the bare time of
// its own matrix products and with PyTorch and JAX at the same work (vae_step.py), all by turns in one
// run: `vae_step --threads 2 --python venv/bin/python3`. The last line is JSON.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "../allocations.hpp"
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

/// Another framework and what it achieved in each epoch.
struct Rival {
    std::unique_ptr<bench::Peer> peer;
    std::vector<double> images_per_second{};
};

std::vector<Rival> find_rivals(const bench::Options& options) {
    std::vector<Rival> rivals;
    if (options.python.empty()) std::puts("no --python: PyTorch and JAX are left out");
    for (const char* kind : {"torch-eager", "torch-fused", "torch-compiled", "jax"}) {
        if (options.python.empty()) break;
        auto peer =
            std::make_unique<bench::Peer>(options.python, VAE_STEP_PY, kind, options.threads);
        if (peer->name().empty())
            std::printf("%s is not installed for %s: left out\n", kind, options.python.c_str());
        else
            rivals.push_back({std::move(peer)});
    }
    return rivals;
}

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

    std::vector<Rival> rivals = find_rivals(options);

    std::vector<double> step, bare, images_per_second;
    std::size_t allocated = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const std::size_t allocations_before = allocations();
        double in_steps = 0;
        const double whole = bench::seconds([&] { in_steps = ours.epoch(); });
        const std::size_t allocations_here = allocations() - allocations_before;
        const double in_products = bench::seconds([&] {
            for (std::size_t i = 0; i < batches_per_epoch; ++i) products();
        });
        for (Rival& rival : rivals) rival.images_per_second.push_back(rival.peer->epoch());
        if (epoch == 0) {
            for (Rival& rival : rivals) rival.images_per_second.clear();
            continue;
        }
        allocated += allocations_here;
        step.push_back(in_steps / batches_per_epoch);
        bare.push_back(in_products / batches_per_epoch);
        images_per_second.push_back(batch * batches_per_epoch / whole);
    }

    const double mine = bench::median(images_per_second);
    std::printf("\n%-24s %9s  medians of %d epochs\n", "", "images/s", epochs - 1);
    std::printf("%-24s %9.0f  %g allocations a step\n", "Tapestry", mine,
                static_cast<double>(allocated) / (epochs - 1) / batches_per_epoch);
    double best_of_pytorch = 0, jax = 0;
    for (const Rival& rival : rivals) {
        const double theirs = bench::median(rival.images_per_second);
        std::printf("%-24s %9.0f\n", rival.peer->name().c_str(), theirs);
        if (rival.peer->name().starts_with("JAX"))
            jax = theirs;
        else
            best_of_pytorch = std::max(best_of_pytorch, theirs);
    }
    bench::print_json(options.threads, bench::median(step), bench::median(bare),
                      best_of_pytorch > 0 ? mine / best_of_pytorch : 0, jax > 0 ? mine / jax : 0);
}
