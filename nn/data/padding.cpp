#include "nn/data/padding.hpp"

#include <algorithm>

namespace nn {

using autograd::require;

PaddedSequences padded(const std::vector<Indices>& sequences, const Indices& numbers) {
    require(!numbers.empty(), "[padded] expected at least one sequence, got none");
    PaddedSequences out{0, numbers.size(), {}, {}, {}, {}};
    for (const std::size_t number : numbers) {
        require(number < sequences.size(), "[padded] expected numbers below ", sequences.size(),
                ", got ", number);
        const Indices& sequence = sequences[number];
        require(std::ranges::count(sequence, std::size_t{0}) == 0, "[padded] sequence ", number,
                " has a symbol 0, which is the end mark");
        out.lengths.push_back(sequence.size() + 1);
        out.steps = std::max(out.steps, sequence.size() + 1);
    }

    const std::size_t size = out.steps * out.batch;
    out.symbols.assign(size, 0);
    out.before.assign(size, 0);
    out.counts = autograd::full({size}, 0);
    for (std::size_t b = 0; b < out.batch; ++b) {
        const Indices& sequence = sequences[numbers[b]];
        for (std::size_t t = 0; t < out.lengths[b]; ++t) {
            const std::size_t at = t * out.batch + b;
            if (t < sequence.size()) out.symbols[at] = sequence[t];
            if (t > 0) out.before[at] = sequence[t - 1];
            out.counts.data()[at] = 1;
        }
    }
    return out;
}

std::vector<Indices> batches_by_length(const std::vector<Indices>& sequences,
                                       std::size_t batch_size, Random& random) {
    require(!sequences.empty(), "[batches_by_length] expected at least one sequence, got none");
    require(batch_size > 0, "[batches_by_length] expected batches of at least 1, got 0");
    Indices order = random.permutation(sequences.size());
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return sequences[i].size(); });

    std::vector<Indices> batches;
    for (std::size_t begin = 0; begin < order.size(); begin += batch_size) {
        const auto first = order.begin() + static_cast<long>(begin);
        const std::size_t count = std::min(batch_size, order.size() - begin);
        batches.emplace_back(first, first + static_cast<long>(count));
    }
    std::vector<Indices> shuffled;
    for (const std::size_t i : random.permutation(batches.size())) shuffled.push_back(batches[i]);
    return shuffled;
}

}  // namespace nn
