#include "models/evaluate/log_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/rows.hpp"

namespace models {

using autograd::require;

void StreamingLogSumExp::add(double x) {
    if (x > largest_) total_ *= std::exp(std::exchange(largest_, x) - x);
    // Infinities are not subtracted from each other: e^(−∞) adds nothing, e^∞ is all there is.
    if (std::isinf(x))
        total_ += x > 0 ? 1 : 0;
    else
        total_ += std::exp(x - largest_);
}

double StreamingLogSumExp::value() const { return largest_ + std::log(total_); }

LogLikelihood summary(std::vector<double> per_image, std::size_t samples) {
    LogLikelihood found{.per_image = std::move(per_image), .samples = samples};
    const double n = static_cast<double>(found.per_image.size());
    for (const double value : found.per_image) found.mean += value / n;
    double squares = 0;
    for (const double value : found.per_image)
        squares += (value - found.mean) * (value - found.mean);
    found.standard_error = std::isinf(found.mean) ? std::numeric_limits<double>::infinity()
                                                  : std::sqrt(squares / std::max(n - 1, 1.0) / n);
    return found;
}

LogLikelihood importance_weighted(const DrawFrom& draw, const Given& given, std::size_t samples,
                                  nn::Random& random) {
    require(samples > 0, "[importance_weighted] expected at least one sample, got 0");
    // So few rows stay in the cache, and what an image says is not computed too often.
    constexpr std::size_t images_at_a_time = 10, samples_at_a_time = 50;
    std::vector<double> per_image;
    Tape tape;
    nn::set_evaluation(tape);
    const auto piece = [&](const std::vector<Array>& rows) {
        const std::size_t count = rows[0].shape(0);
        std::vector<StreamingLogSumExp> totals(count);
        for (std::size_t done = 0, now; done < samples; done += now) {
            now = std::min(samples_at_a_time, samples - done);
            tape.rewind();
            const Draws draws = draw(constants(tape, rows), now, random);
            const Array& weights = log_weights(draws).value();
            require(weights.size() == now * count, "[importance_weighted] expected ", now,
                    " weights for each of ", count, " images, got ", weights);
            for (std::size_t i = 0; i < weights.size(); ++i)
                totals[i % count].add(double{weights.data()[i]});
        }
        for (const StreamingLogSumExp& total : totals)
            per_image.push_back(total.value() - std::log(static_cast<double>(samples)));
    };
    for_each_piece("importance_weighted", given, images_at_a_time, piece);
    return summary(std::move(per_image), samples);
}

}  // namespace models
