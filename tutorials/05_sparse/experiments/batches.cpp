// We take the codes of the sparse network for the test images, and the means (3) over batches of
// different sizes. By (9) the penalty should exceed that of all images together by
// $\sum_j \operatorname{Var} a_j / 2 B \rho (1 - \rho)$.
//
// | images in a batch | penalty, nats | of all images, plus (9) |
// |---|---|---|
// | 1 | @result{penalty_batch_1, .1f} | @result{predicted_batch_1, .1f} |
// | 8 | @result{penalty_batch_8, .1f} | @result{predicted_batch_8, .1f} |
// | 32 | @result{penalty_batch_32, .1f} | @result{predicted_batch_32, .1f} |
// | 128 | @result{penalty_batch_128, .1f} | @result{predicted_batch_128, .1f} |
// | 512 | @result{penalty_batch_512, .1f} | @result{predicted_batch_512, .1f} |
// | all | @result{penalty_all, .1f} | |
//
// At 128 and 512 the formula is good to a tenth. At 32 and below it fails: a unit that is on for one
// image in twenty is often off for a whole small batch, $\hat\rho$ is then near 0, and there the KL is
// much steeper than its second order. The network is trained with batches of 128: most of its penalty
// comes from the size of the batch, not from wrong means. Some programs keep a running mean of
// $\hat\rho$ instead.

#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;

namespace {

/// Σⱼ KL(ρ ‖ ρ̂ⱼ) with ρ̂ from `size` codes at a time; the mean over these batches.
double penalty_in_batches(const Array& codes, std::size_t size) {
    double total = 0;
    std::size_t batches = 0;
    for (std::size_t begin = 0; begin + size <= codes.shape(0); begin += size, ++batches) {
        Indices rows = tutorials::upto(size);
        for (std::size_t& row : rows) row += begin;
        total += nn::measure([](Variable a) { return models::kl_penalty(a, Real(wishes.rho)); },
                             nn::take(codes, rows));
    }
    return total / static_cast<double>(batches);
}

void batch_sizes(Session& session) {
    const Array codes = tutorials::encode(sparse_net(session), session.load_data().test.images);
    const Use use = use_of(codes);
    double variance = 0;
    for (std::size_t unit = 0; unit < use.rate.size(); ++unit)
        variance += use.contrast[unit] * use.rate[unit] * (1 - use.rate[unit]);
    const double all = penalty_in_batches(codes, codes.shape(0));
    session.result("penalty_all", all);
    for (const std::size_t size : {1, 8, 32, 128, 512}) {
        if (size > codes.shape(0)) break;  // own data may have fewer
        const std::string ending = "_batch_" + std::to_string(size);
        session.result("penalty" + ending, penalty_in_batches(codes, size));
        session.result("predicted" + ending, all + variance / (2 * static_cast<double>(size) *
                                                               wishes.rho * (1 - wishes.rho)));
    }
}

const tutorials::Experiment batches{"batches", "What a small batch adds to the penalty",
                                    batch_sizes};

}  // namespace
