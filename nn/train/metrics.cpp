#include "nn/train/metrics.hpp"

#include <algorithm>
#include <set>

#include "autograd/error.hpp"

namespace nn {

using autograd::require;

namespace {

/// Names become columns of a file of comma-separated values.
void require_column_name(const std::string& name) {
    require(!name.empty() && name.find_first_of(",\"\r\n") == name.npos,
            "[train] a metric is named '", name,
            "', expected a name without comma, quote and line break");
}

}  // namespace

Metrics::Metrics(std::initializer_list<Metric> metrics) {
    for (const Metric& metric : metrics) add(metric);
}

void Metrics::add(Metric metric) {
    require(size_ < capacity, "[metrics] got more than ", capacity, " numbers");
    metrics_[size_++] = metric;
}

void MetricMeans::add(const Metrics& metrics, std::size_t batch_size) {
    if (names.empty()) {
        std::set<std::string> used;
        for (const Metric& metric : metrics) {
            require_column_name(metric.name);
            require(used.insert(metric.name).second, "[train] two metrics are called ",
                    metric.name);
        }
        for (const Metric& metric : metrics) names.push_back(metric.name);
        sums.assign(names.size(), 0);
    }
    const bool same = std::equal(names.begin(), names.end(), metrics.begin(), metrics.end(),
                                 [](const auto& name, const Metric& m) { return name == m.name; });
    require(same, "[train] a step returned other metrics than the first one");
    const auto weight = static_cast<double>(batch_size);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * metrics.begin()[i].value;
    examples += weight;
}

void MetricMeans::restart() {
    std::fill(sums.begin(), sums.end(), 0.0);
    examples = 0;
}

}  // namespace nn
