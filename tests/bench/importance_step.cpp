// How fast are a training step of the gated two-level hierarchical VAE 784-300-300-40-40 at batch 100,
// and its evaluation by importance weighting, K = 5000 samples for each of 100 images? Both are compared
// with the bare time of their own matrix products, by turns in one run: `importance_step --threads 2`.
// The last line is JSON.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "bench.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/hierarchical_vae.hpp"
#include "nn/optim/optimizer.hpp"

namespace {

using autograd::Tape;
using bench::Array;
using bench::Matrix;
using bench::Products;

constexpr std::size_t batch = 100, input = 784, hidden = 300, latent = 40;
constexpr std::size_t samples = 5000, images_at_a_time = 10,
                      samples_at_a_time = 50;           // see evaluate/
constexpr int turns = 21, steps = 20, evaluations = 3;  // the first turn is left out

Matrix gated(Products& products, Matrix x, std::size_t out) {
    products.linear(x, out);  // the gate
    return products.linear(x, out);
}

void heads(Products& products, Matrix features) {
    products.linear(features, latent);  // the mean
    products.linear(features, latent);  // the log variance
}

/// From x to the features of both levels.
void encoder(Products& products, std::size_t rows) {
    const Matrix low = gated(products, gated(products, products.data(rows, input), hidden), hidden);
    heads(products, low);
    heads(products, gated(products, low, hidden));
}

/// From the draws to the prior of the lower level and to the pixels.
void decoder(Products& products, std::size_t rows) {
    heads(products, gated(products, products.matrix(rows, latent), hidden));
    const Matrix z = products.matrix(rows, latent);
    products.linear(gated(products, gated(products, z, hidden), hidden), input);
}

Products products_of_a_step(nn::Random& random) {
    Products products(random);
    encoder(products, batch);
    decoder(products, batch);
    products.backward();
    return products;
}

/// Of a few samples of a few images. What the images say is computed once for each of these.
Products products_of_a_piece(nn::Random& random) {
    Products products(random);
    encoder(products, images_at_a_time);
    decoder(products, images_at_a_time * samples_at_a_time);
    return products;
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Options options(argc, argv);
    nn::Random random{0};
    const Array images = random.uniform({batch, input});
    models::HierarchicalVae vae({.input = input,
                                 .hidden = {hidden, hidden},
                                 .between = {hidden},
                                 .latent = {latent, latent},
                                 .gated = true},
                                random);
    nn::Adam adam(vae, {.learning_rate = 5e-4f});
    const Products step_products = products_of_a_step(random),
                   piece_products = products_of_a_piece(random);
    Tape tape;
    std::printf(
        "gated two-level HVAE 784-300-300-40-40: a step at batch %zu, %.0f million operations "
        "in products;\nimportance weighting, K = %zu, %zu images\n",
        batch, step_products.flops() / 1e6, samples, batch);
    bench::print_machine(options);

    std::vector<double> step, step_bare;
    for (int turn = 0; turn < turns; ++turn) {
        step.push_back(bench::seconds([&] {
            for (int i = 0; i < steps; ++i) {
                tape.rewind();
                adam.step(tape.backward(-vae.elbo(tape.constant(images), random).value()));
            }
        }));
        step_bare.push_back(bench::seconds([&] {
            for (int i = 0; i < steps; ++i) step_products();
        }));
    }
    for (auto* times : {&step, &step_bare}) times->erase(times->begin());

    models::importance_weighted(vae, images, samples_at_a_time, random);
    const double before = peak_megabytes();
    std::vector<double> evaluation, evaluation_bare;
    for (int turn = 0; turn < evaluations; ++turn) {
        evaluation.push_back(
            bench::seconds([&] { models::importance_weighted(vae, images, samples, random); }));
        evaluation_bare.push_back(bench::seconds([&] {
            for (std::size_t i = 0; i < batch / images_at_a_time * samples / samples_at_a_time; ++i)
                piece_products();
        }));
    }
    const double grown = peak_megabytes() - before;

    const double per_step = bench::median(step) / steps, bare = bench::median(step_bare) / steps,
                 whole = bench::median(evaluation), whole_bare = bench::median(evaluation_bare);
    std::printf("\n%-40s %10s %10s %7s\n", "", "all", "products", "ratio");
    std::printf("%-40s %7.0f µs %7.0f µs %7.3f\n", "training step", per_step * 1e6, bare * 1e6,
                per_step / bare);
    std::printf("%-40s %8.2f s %8.2f s %7.3f\n", "importance weighting", whole, whole_bare,
                whole / whole_bare);
    std::printf("memory at K = %zu beyond that at K = %zu: %.1f MB\n", samples, samples_at_a_time,
                grown);
    char more[160];
    std::snprintf(more, sizeof more,
                  ", \"evaluation_s\": %.3f, \"evaluation_products_s\": %.3f, "
                  "\"evaluation_ratio\": %.4f",
                  whole, whole_bare, whole / whole_bare);
    bench::print_json(options.threads, per_step, bare, 0, 0, more);
}
