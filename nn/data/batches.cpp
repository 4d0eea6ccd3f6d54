#include "nn/data/batches.hpp"

#include <algorithm>
#include <numeric>

namespace nn {
namespace {

using autograd::Real;
using autograd::require;

/// Asks for memory before it is needed: rows in random order are too far apart for the processor to
/// guess, and waiting for each would double the time of a copy.
void prefetch(const Real* row, std::size_t dimensions) {
    constexpr std::size_t cache_line = 64 / sizeof(Real);
    for (std::size_t i = 0; i < dimensions; i += cache_line) __builtin_prefetch(row + i);
}

}  // namespace

Batches::Batches(const Dataset& data, std::size_t batch_size, BatchOptions options)
    : data_{&data}, batch_size_{batch_size}, options_{options}, order_(data.size()) {
    require(data.size() > 0, "[batches] got an empty dataset");
    require(data.images.dimension() == 2 && data.images.shape(0) == data.size(),
            "[batches] got images ", data.images, " and ", data.size(),
            " labels, expected one row for each label");
    require(batch_size > 0, "[batches] got batches of 0, expected at least 1");
    require(count() > 0, "[batches] got ", data.size(),
            " examples, which is less than one batch of ", batch_size);
    require(options.part < options.parts, "[batches] got part ", options.part, " of ",
            options.parts, ", counted from 0");
    if (data.size() >= batch_size) full_ = make_batch(batch_size);
    if (!options.drop_last) last_ = make_batch(data.size() % batch_size);
    in_order();
}

/// Room for this part of a batch of so many examples.
Batch Batches::make_batch(std::size_t whole) const {
    const std::size_t part = options_.part, parts = options_.parts;
    require(whole == 0 || whole >= parts, "[batches] got a batch of ", whole,
            whole == batch_size_ ? " examples" : " examples, the last one,", " for ", parts,
            " processes, expected at least one for each");
    const std::size_t first = part * whole / parts, size = (part + 1) * whole / parts - first;
    return {Array(Shape{size, data_->images.shape(1)}),
            Indices(size),
            Indices(size),
            {first, size, whole}};
}

Batches::Epoch Batches::in_order() & {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    return Epoch{*this};
}

Batches::Epoch Batches::shuffled(Random& random) & {
    in_order();
    random.shuffle(order_);
    if (options_.by_label) group(random);
    return Epoch{*this};
}

void Batches::group(Random& random) {
    const std::size_t batches = order_.size() / batch_size_;
    const auto batch = [&](std::size_t i) {
        return order_.begin() + static_cast<std::ptrdiff_t>(i * batch_size_);
    };
    std::ranges::stable_sort(order_.begin(), batch(batches), {},
                             [&](std::size_t i) { return data_->labels[i]; });
    for (std::size_t i = batches; i > 1; --i) {  // Fisher and Yates, of whole batches
        const std::size_t other = random.below(i);
        if (other != i - 1) std::swap_ranges(batch(i - 1), batch(i), batch(other));
    }
}

std::size_t Batches::count() const {
    const std::size_t whole = order_.size() / batch_size_;
    const bool rest = order_.size() % batch_size_ > 0;
    return whole + (rest && !options_.drop_last ? 1 : 0);
}

const Batch& Batches::fetch(std::size_t number) {
    const std::size_t left = order_.size() - number * batch_size_;
    Batch& batch = left < batch_size_ ? last_ : full_;
    const std::size_t start = number * batch_size_ + batch.share.first;
    const std::size_t dimensions = data_->images.shape(1);
    const auto image = [&](std::size_t i) {
        return data_->images.data() + order_[start + i] * dimensions;
    };
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (i + 2 < batch.size()) prefetch(image(i + 2), dimensions);
        batch.indices[i] = order_[start + i];
        batch.labels[i] = data_->labels[batch.indices[i]];
        std::copy_n(image(i), dimensions, batch.images.data() + i * dimensions);
    }
    return batch;
}

}  // namespace nn
