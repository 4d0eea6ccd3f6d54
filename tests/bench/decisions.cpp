// What do the traps of xtensor cost, and what is each decision of the tape worth? Both ways of doing
// the same thing by turns, on one thread; a row for each, with the shortest times. Arrays are those
// of the 784-400-20 VAE at batch 128. What is counted is the processor's time, so that a busy machine
// disturbs little.
#include <omp.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <random>

#include "autograd/broadcast.hpp"
#include "autograd/gemm.hpp"
#include "autograd/simd.hpp"
#include "autograd/xtensor_blas.hpp"
#include "models/vae.hpp"
#include "nn/optim/optimizer.hpp"

extern "C" char* openblas_get_corename();

namespace {

using autograd::Array;
using autograd::Matrix;
using autograd::Real;
using autograd::Tape;
using autograd::Variable;

constexpr std::size_t batch = 128, pixels = 784, hidden = 400;

/// Microseconds of one call: the shortest of many.
struct Shortest {
    double microseconds = std::numeric_limits<double>::infinity();

    void time(const std::function<void()>& work) {
        const double start = now();
        work();
        microseconds = std::min(microseconds, now() - start);
    }
    static double now() {
        timespec t;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
    }
};

void compare(const char* what, const std::function<void()>& plain,
             const std::function<void()>& ours) {
    Shortest before, after;
    const double end = Shortest::now() + 5e5;
    while (Shortest::now() < end) {
        before.time(plain);
        after.time(ours);
    }
    std::printf("%-62s %8.1f %8.1f %6.2f\n", what, before.microseconds, after.microseconds,
                before.microseconds / after.microseconds);
    std::fflush(stdout);
}

Matrix matrix(const Array& x) { return {x.data(), x.shape()[0], x.shape()[1]}; }

void traps(nn::Random& random) {
    const Array x = random.normal({batch, pixels}), u = random.normal({batch, pixels}),
                column = random.normal({batch, 1}), weight = random.normal({hidden, pixels});
    Array y = x, sums = autograd::full({batch}, 0), product = autograd::full({batch, hidden}, 0);
    const std::size_t size = x.size();
    Real total = 0;

    compare(
        "y = x + u: with a temporary / noalias", [&] { y = x + u; },
        [&] { xt::noalias(y) = x + u; });
    compare(
        "maximum(x, u): xt::maximum / xt::fmax", [&] { xt::noalias(y) = xt::maximum(x, u); },
        [&] { xt::noalias(y) = xt::fmax(x, u); });
    compare(
        "softplus: by xt::maximum / simd::softplus",
        [&] { xt::noalias(y) = xt::maximum(x, Real{0}) + xt::log1p(xt::exp(-xt::abs(x))); },
        [&] { autograd::simd::map(size, y.data(), autograd::simd::softplus, x.data()); });
    compare(
        "sum of everything: xt::sum / simd::sum", [&] { total += xt::sum(x)(); },
        [&] { total += autograd::simd::sum(size, x.data()); });
    compare(
        "sum of each row: xt::sum / reduce_to_shape", [&] { xt::noalias(sums) = xt::sum(x, {1}); },
        [&] { autograd::reduce_to_shape(column.shape(), x, 0, sums.data()); });
    compare(
        "x * column: xtensor's broadcasting / spread first", [&] { xt::noalias(y) = x * column; },
        [&] {
            autograd::broadcast_to(x.shape(), column, y.data());
            xt::noalias(y) = x * y;
        });
    compare(
        "x W^T: xt::linalg::dot / gemm with a flag",
        [&] { product = xt::linalg::dot(x, xt::transpose(weight)); },
        [&] { gemm(matrix(x), transposed(matrix(weight)), 0, product.data()); });
    std::mt19937 engine;
    std::normal_distribution<Real> normal;
    compare(
        "normal numbers: the standard library / nn::Random",
        [&] { std::generate(y.begin(), y.end(), [&] { return normal(engine); }); },
        [&] { random.normal(y); });
    if (total == 0) std::puts("");  // so that the sums are not computed for nothing
}

void decisions(nn::Random& random) {
    models::Vae vae({.input = pixels, .hidden = {hidden}, .latent = 20}, random);
    nn::Adam adam(vae);
    const Array x = random.uniform({batch, pixels}), t = random.uniform({batch, pixels});
    Tape kept;
    const auto step = [&](Tape& tape, bool constant) {
        tape.rewind();
        const Variable input = constant ? tape.constant(x) : tape.variable(x);
        adam.step(tape.backward(-vae.elbo(input, random).value()));
    };
    compare(
        "a VAE's step: a new tape each time / one that is rewound",
        [&] {
            Tape fresh;
            step(fresh, true);
        },
        [&] { step(kept, true); });
    compare(
        "a VAE's step: pixels as variables / as constants", [&] { step(kept, false); },
        [&] { step(kept, true); });

    Tape tape;
    const autograd::Parameter logits{random.normal({batch, pixels})}, targets{t};
    const auto loss = [&](auto per_example) {
        tape.rewind();
        tape.backward(mean(per_example(tape.parameter(logits), tape.constant(targets.value))));
    };
    compare(
        "Bernoulli loss: composed / bce_with_logits",
        [&] { loss([](auto l, auto p) { return sum(softplus(l) - p * l, {1}); }); },
        [&] { loss([](auto l, auto p) { return bce_with_logits(l, p); }); });

    Array gradient = autograd::full({hidden, pixels}, 0);
    const Array dy = random.normal({batch, hidden});
    compare(
        "a weight's gradient: zeros, then add / overwrite",
        [&] {
            gradient.fill(0);
            gemm(transposed(matrix(dy)), matrix(x), 1, gradient.data());
        },
        [&] { gemm(transposed(matrix(dy)), matrix(x), 0, gradient.data()); });
}

}  // namespace

int main() {
    omp_set_num_threads(1);
    std::printf("OpenBLAS %s, one thread\n\n%-62s %9s %9s %6s\n", openblas_get_corename(),
                "one way / the other", "one µs", "other µs", "ratio");
    nn::Random random(1);
    traps(random);
    decisions(random);
}
