// How fast is a training step of the 784-400-20 VAE at batch 128? It is compared with the bare time
// of its own matrix products, in this process by turns, and with PyTorch's on the same work (see
// vae_step.py), if that is installed. Give a number of threads to measure only with that many.
#include <omp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>
#include <vector>

#include "../allocations.hpp"
#include "autograd/gemm.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/optim/optimizer.hpp"

extern "C" char* openblas_get_corename();

namespace {

using autograd::Array;
using autograd::Matrix;
using autograd::Real;
using autograd::Tape;
using autograd::transposed;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 128, input = 784, hidden = 400, latent = 20;
constexpr std::size_t batches_per_epoch = 100;  // vae_step.py: the same numbers
constexpr int epochs = 21;                      // of which the first is left out

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> x) {
    std::nth_element(x.begin(), x.begin() + static_cast<long>(x.size() / 2), x.end());
    return x[x.size() / 2];
}

nn::Dataset random_images(nn::Random& random) {
    constexpr std::size_t count = batch * batches_per_epoch;
    nn::Dataset out;
    out.images = random.uniform({count, input});
    out.labels.assign(count, 0);
    out.item = {28, 28, 1};
    out.classes = 1;
    return out;
}

/// The matrix products of one step and nothing else, on matrices of their own.
class Products {
  public:
    explicit Products(nn::Random& random) : random_(random) {
        const Matrix x = matrix(batch, input), h = matrix(batch, hidden),
                     mean = matrix(batch, latent), log_variance = matrix(batch, latent),
                     z = matrix(batch, latent), g = matrix(batch, hidden),
                     logits = matrix(batch, input);
        const Matrix encoder = matrix(hidden, input), mean_head = matrix(latent, hidden),
                     log_variance_head = matrix(latent, hidden), decoder = matrix(hidden, latent),
                     output = matrix(input, hidden);
        linear(x, encoder, h);
        linear(h, mean_head, mean);
        linear(h, log_variance_head, log_variance);
        linear(z, decoder, g);
        linear(g, output, logits);

        const Matrix d_logits = matrix(batch, input), d_g = matrix(batch, hidden),
                     d_z = matrix(batch, latent), d_log_variance = matrix(batch, latent),
                     d_mean = matrix(batch, latent), d_h = matrix(batch, hidden);
        add(d_logits, output, 0, d_g);
        weight_gradient(d_logits, g);
        add(d_g, decoder, 0, d_z);
        weight_gradient(d_g, z);
        add(d_log_variance, log_variance_head, 0, d_h);
        weight_gradient(d_log_variance, h);
        add(d_mean, mean_head, 1, d_h);
        weight_gradient(d_mean, h);
        weight_gradient(d_h, x);  // and no gradient for x
    }

    void operator()() {
        for (const Product& p : products_) autograd::gemm(p.a, p.b, p.beta, p.c);
    }

    double flops() const {
        double total = 0;
        for (const auto& [a, b, beta, c] : products_)
            total += 2. * static_cast<double>(a.rows * a.columns) *
                     static_cast<double>(b.transposed ? b.rows : b.columns);
        return total;
    }

  private:
    struct Product {
        Matrix a, b;
        Real beta;
        Real* c;
    };

    Matrix matrix(std::size_t rows, std::size_t columns) {
        arrays_.push_back(random_.normal({rows, columns}));
        // Small, for beta = 1 lets a product grow over and over.
        for (Real& value : arrays_.back().storage()) value *= Real(1e-3);
        return {arrays_.back().data(), rows, columns};
    }
    Real* data_of(Matrix m) {
        const auto own = [&](const Array& array) { return array.data() == m.data; };
        return std::find_if(arrays_.begin(), arrays_.end(), own)->data();
    }
    void linear(Matrix x, Matrix weight, Matrix y) { add(x, transposed(weight), 1, y); }
    void weight_gradient(Matrix dy, Matrix x) {
        add(transposed(dy), x, 0, matrix(dy.columns, x.columns));
    }
    void add(Matrix a, Matrix b, Real beta, Matrix c) {
        products_.push_back({a, b, beta, data_of(c)});
    }

    nn::Random& random_;
    std::deque<Array> arrays_;
    std::vector<Product> products_;
};

struct Medians {
    double step, products;     ///< seconds
    double images_per_second;  ///< of whole epochs, batches dealt out and all
    double allocations;        ///< per step
};

Medians measure(const nn::Dataset& data) {
    nn::Random random{1};
    models::Vae vae{{.input = input, .hidden = {hidden}, .latent = latent}, random};
    nn::Adam adam{vae, {.learning_rate = 1e-3f}};
    nn::Batches batches{data, batch};
    Products products{random};
    Tape tape;

    std::vector<double> step_seconds, products_seconds, epoch_seconds;
    std::size_t allocated = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        double in_steps = 0;
        const std::size_t allocations_before = allocations();
        const auto epoch_start = Clock::now();
        for (const nn::Batch& part : batches.shuffled(random)) {
            const auto start = Clock::now();
            tape.rewind();
            const auto x = tape.constant(part.images);
            adam.step(tape.backward(-vae.elbo(x, random).value()));
            in_steps += seconds_since(start);
        }
        const double whole = seconds_since(epoch_start);
        if (epoch > 0) allocated += allocations() - allocations_before;
        epoch_seconds.push_back(whole);
        step_seconds.push_back(in_steps / batches_per_epoch);

        const auto start = Clock::now();
        for (std::size_t i = 0; i < batches_per_epoch; ++i) products();
        products_seconds.push_back(seconds_since(start) / batches_per_epoch);
    }
    for (auto* times : {&step_seconds, &products_seconds, &epoch_seconds})
        times->erase(times->begin());
    return {median(step_seconds), median(products_seconds),
            batch * batches_per_epoch / median(epoch_seconds),
            static_cast<double>(allocated) / (epochs - 1) / batches_per_epoch};
}

// --- PyTorch --------------------------------------------------------------------------------------

/// A Python that has PyTorch, or "".
std::string find_python() {
    for (const std::string python : {"/usr/bin/env python3", "/usr/bin/python3"})
        if (std::system((python + " -c 'import torch' 2>/dev/null").c_str()) == 0) return python;
    return "";
}

/// What vae_step.py prints: images per second.
double pytorch(const std::string& python, int threads) {
    const std::string command = python + " '" VAE_STEP_PY "' " + std::to_string(threads);
    std::FILE* pipe = popen(command.c_str(), "r");
    double images_per_second = 0;
    const bool read = pipe && std::fscanf(pipe, "%lf", &images_per_second) == 1;
    const bool finished = pipe && pclose(pipe) == 0;
    autograd::require(read && finished, "[vae_step] no number from ", command);
    return images_per_second;
}

}  // namespace

int main(int argc, char** argv) {
    const int cores = omp_get_num_procs();
    nn::Random random{0};
    const nn::Dataset data = random_images(random);
    const std::string python = find_python();
    std::vector<int> counts;
    for (int threads = 1; threads <= cores; ++threads) counts.push_back(threads);
    if (argc > 1) counts = {std::atoi(argv[1])};

    std::printf(
        "training step of a %zu-%zu-%zu VAE, batch %zu: %.0f million operations in products\n",
        input, hidden, latent, batch, Products(random).flops() / 1e6);
    std::printf("%d cores, OpenBLAS %s\n\n", cores, openblas_get_corename());
    std::printf(
        "threads  step µs  products µs  step/products  images/s  PyTorch images/s  allocations\n");
    double best = 0, best_of_pytorch = 0;
    for (const int threads : counts) {
        omp_set_num_threads(threads);
        const Medians m = measure(data);
        const double theirs = python.empty() ? 0 : pytorch(python, threads);
        std::printf("%7d  %7.0f  %11.0f  %13.3f  %8.0f  %16.0f  %11g\n", threads, m.step * 1e6,
                    m.products * 1e6, m.step / m.products, m.images_per_second, theirs,
                    m.allocations);
        std::fflush(stdout);
        best = std::max(best, m.images_per_second);
        best_of_pytorch = std::max(best_of_pytorch, theirs);
    }
    if (python.empty())
        std::puts("\nPyTorch is not installed for python3: skipped.");
    else
        std::printf("\nimages/s against PyTorch, each at its best: %.2f\n", best / best_of_pytorch);
}
