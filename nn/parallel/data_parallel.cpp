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

/// How much the share counts in a mean over the batch.
double weight(Share share) {
    require(share.whole > 0, "[parallel] expected a share of a batch, got an empty one");
    return static_cast<double>(share.count) / static_cast<double>(share.whole);
}

}  // namespace

Gradients& average(const Communicator& world, Gradients& gradients, Share share) {
    if (world.size() == 1) return gradients;
    const auto w = static_cast<Real>(weight(share));
    // One long message rather than many short ones.
    thread_local std::vector<Real> all;
    all.clear();
    gradients.for_each([&](const Parameter&, Array& gradient) {
        const std::size_t begin = all.size();
        all.resize(begin + gradient.size());
        std::transform(gradient.begin(), gradient.end(), all.data() + begin,
                       [=](Real g) { return w * g; });
    });
    sum(world, std::span(all));
    const Real* next = all.data();
    gradients.for_each([&](const Parameter&, Array& gradient) {
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
            autograd::assign(y.value, w * x.value());
            sum(world, std::span<Real>(y.value.data(), y.value.size()));
        },
        [=](Entry& y) { autograd::contribute(x, y.gradient); });
}

}  // namespace nn
