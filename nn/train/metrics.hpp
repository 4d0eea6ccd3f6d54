/// @file
/// The numbers that a training step reports, and their means over an epoch.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

namespace nn {

/// A number with a name, such as {"kl", 16.2}.
struct Metric {
    const char* name;
    double value;
};

/// What one step measured: `return {{"reconstruction", 228.2}, {"kl", 16.2}};`. Takes nothing from
/// the heap, and refers to the names.
class Metrics {
  public:
    static constexpr std::size_t capacity = 16;

    Metrics() = default;
    /// These throw if there are more than `capacity`.
    Metrics(std::initializer_list<Metric> metrics);
    void add(Metric metric);

    const Metric* begin() const { return metrics_.data(); }
    const Metric* end() const { return metrics_.data() + size_; }
    std::size_t size() const { return size_; }

  private:
    std::array<Metric, capacity> metrics_{};
    std::size_t size_ = 0;
};

/// MetricMeans of metrics over the examples seen: a short batch counts for less than a full one.
struct MetricMeans {
    std::vector<std::string> names;  ///< in the order of the first metrics that were added
    std::vector<double> sums;        ///< of value · examples, one for each name
    double examples = 0;

    /// Adds the metrics of a batch. Throws if they are not named like the first ones, or if a name
    /// is empty, holds a comma, a quote or a line break, or stands twice.
    void add(const Metrics& metrics, std::size_t batch_size);

    double mean(std::size_t i) const { return sums[i] / examples; }

    /// Forgets the sums and keeps the names.
    void restart();
};

}  // namespace nn
