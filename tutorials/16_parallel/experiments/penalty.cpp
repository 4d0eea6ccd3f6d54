// A sparse autoencoder, 784-64-784 with sigmoid codes, learns for an epoch with the penalty of chapter 5, ρ = .05 and
// β = 3. Then one process takes 1024 test images and cuts them into shares, as 1, 2, ... processes would.

#include <algorithm>
#include <cmath>

#include "models/sparse.hpp"
#include "nn/rows.hpp"
#include "tutorials/16_parallel/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

models::Autoencoder sparse_autoencoder(Session& session) {
    const auto& data = session.load_data().train;
    nn::Random random{session.flags.seed};
    models::Autoencoder model{{.input = data.images.shape(1),
                               .latent = 64,
                               .code_activation = autograd::sigmoid,
                               .likelihood = models::Likelihood::bernoulli},
                              random};
    tutorials::fit(session, model, data, random, {.epochs = 1, .name = "sparse", .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       const auto loss = models::sparse_loss(
                           model, tape.constant(batch.images),
                           [](Variable code) { return models::kl_penalty(code, Real(0.05)); });
                       return {loss.value(3), {}};
                   });
    return model;
}

// The mean over so many shares of the penalty of each.

double mean_of_penalties(const models::Autoencoder& model, const Array& images,
                         std::size_t shares) {
    const std::size_t count = images.shape(0) / shares;
    double sum = 0;
    for (std::size_t share = 0; share < shares; ++share) {
        autograd::Indices rows(count);
        for (std::size_t i = 0; i < count; ++i) rows[i] = share * count + i;
        sum += nn::evaluate(
                   [&](Variable x) { return models::kl_penalty(model.encode(x), Real(0.05)); },
                   nn::take(images, rows))
                   .data()[0];
    }
    return sum / static_cast<double>(shares);
}

void penalty(Session& session) {
    const models::Autoencoder model = sparse_autoencoder(session);
    const std::size_t count = session.flags.quick ? 512 : 1024;
    const Array images = nn::first(session.load_data().test, count).images;
    Numbers shares, penalties;
    for (std::size_t n = 1; n <= 64; n *= 2) {
        shares.push_back(static_cast<double>(n));
        penalties.push_back(mean_of_penalties(model, images, n));
    }
    Numbers above;
    for (const double each : penalties) above.push_back(100 * (each / penalties.front() - 1));
    Plot plot{{.x = "processes", .y = "percent too much", .log_x = true, .legend = false}};
    plot.line("", shares, above).save(session.file("penalty.png"));
    session.result("penalty_1", penalties[0]);
    session.result("penalty_8", penalties[3]);
    session.result("penalty_64", penalties[6]);
}

}  // namespace

const tutorials::Experiment experiment{
    "penalty", "A penalty on a batch mean is not the mean of penalties", penalty};

// @figure{penalty.png, By how much the mean of the penalties of the shares is above the penalty of 1024 test images (one
// seed).}
//
// The penalty of the whole batch, before it is multiplied by β, is @result{penalty_1, .2f} nats. Eight processes that average
// theirs get @result{penalty_8, .2f}, 64 processes with 16 images each @result{penalty_64, .2f}. The excess is small, but it is no
// rounding: another number of processes would minimise another loss. With `batch_mean` each process gets the first
// number, to rounding.
