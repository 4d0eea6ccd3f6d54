#include "nn/parallel/data_parallel.hpp"

#include <algorithm>
#include <vector>

#include "autograd/pullback.hpp"

namespace nn {

using autograd::Array;
using autograd::Entry;
using autograd::Parameter;
using autograd::Real;
using autograd::require;

namespace {

/// Below so many numbers, arrays are sent together: each message costs a time of its own.
constexpr std::size_t short_array = 16384;

/// How much the share counts in a mean over the batch.
double weight(Share share) {
    require(share.whole > 0, "[parallel] expected a share of a batch, got an empty one");
    return static_cast<double>(share.count) / static_cast<double>(share.whole);
}

}  // namespace

Gradients& average(const Communicator& world, Gradients& gradients, Share share) {
    if (world.size() == 1) return gradients;
    const auto w = static_cast<Real>(weight(share));
    thread_local std::vector<Real> few;  // the short arrays, one after the other
    few.clear();
    gradients.for_each([&](const Parameter&, Array& gradient) {
        const std::span all(gradient.data(), gradient.size());
        if (all.size() < short_array)
            few.insert(few.end(), all.begin(), all.end());
        else
            sum(world, all, w);
    });
    sum(world, std::span(few), w);
    const Real* next = few.data();
    gradients.for_each([&](const Parameter&, Array& gradient) {
        if (gradient.size() >= short_array) return;
        std::copy_n(next, gradient.size(), gradient.data());
        next += gradient.size();
    });
    return gradients;
}

Metrics average(const Communicator& world, const Metrics& metrics, Share share) {
    if (world.size() == 1) return metrics;
    std::array<double, Metrics::capacity> values{};
    const auto used = std::span(values).first(metrics.size());
    std::transform(metrics.begin(), metrics.end(), used.begin(),
                   [&](const Metric& metric) { return weight(share) * metric.value; });
    sum(world, used);
    Metrics means;
    for (std::size_t i = 0; i < used.size(); ++i) means.add({metrics.begin()[i].name, used[i]});
    return means;
}

Variable batch_mean(const Communicator& world, Variable mean_of_share, Share share) {
    if (world.size() == 1) return mean_of_share;
    const auto w = static_cast<Real>(weight(share));
    const Variable x = mean_of_share;
    return x.tape().record(
        "batch_mean", {x},
        [&](Entry& y) {
            y.value = x.value();
            sum(world, std::span<Real>(y.value.data(), y.value.size()), w);
        },
        [=](Entry& y) { autograd::contribute(x, y.gradient); });
}

}  // namespace nn
