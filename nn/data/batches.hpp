/// @file
/// Minibatches.
#pragma once

#include <cstddef>
#include <iterator>

#include "nn/data/dataset.hpp"
#include "nn/random.hpp"

namespace nn {

/// Some examples of a dataset.
struct Batch {
    Array images;     ///< (B, D)
    Indices labels;   ///< (B)
    Indices indices;  ///< (B): which examples of the dataset these are
    Share share{};    ///< which rows of the whole batch these are

    std::size_t size() const { return indices.size(); }
};

/// What to do with the examples that are left over, and who gets which.
struct BatchOptions {
    bool drop_last = false;  ///< leave out the examples that do not fill a batch
    /// When shuffled, examples of about one label come together, as of sequences about one length. Which
    /// of these, and the order of the batches, is left to chance; those left over are of any label.
    bool by_label = false;
    /// Of several processes that share each batch, the number of this one and how many there are. All of
    /// them shuffle alike, so together they see the batches that one process would see.
    std::size_t part = 0, parts = 1;
};

/// Deals a dataset out in batches:
/// ```cpp
/// nn::Batches batches{data.train, 128};
/// for (const nn::Batch& batch : batches.shuffled(random)) ...
/// ```
/// Each batch is copied into the same buffer, so it is there until the next one is asked for, and
/// an epoch allocates nothing. The examples that are left at the end of an epoch make a last,
/// smaller batch, in a buffer of its own, unless they are dropped.
///
/// Refers to the dataset, which must outlive it. One epoch at a time.
class Batches {
  public:
    /// Throws if the dataset is empty or its parts disagree, the size is 0, dropping leaves no
    /// batch at all, or a batch, such as the last one, has fewer examples than there are parts.
    Batches(const Dataset& data, std::size_t batch_size, BatchOptions options = {});
    Batches(const Dataset&& temporary, std::size_t, BatchOptions = {}) = delete;

    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Batch;
        using difference_type = std::ptrdiff_t;
        using pointer = const Batch*;
        using reference = const Batch&;

        Iterator(Batches& batches, std::size_t number) : batches_{&batches}, number_{number} {}
        const Batch& operator*() const { return batches_->fetch(number_); }
        Iterator& operator++() {
            ++number_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return number_ == other.number_; }

      private:
        Batches* batches_;
        std::size_t number_;
    };

    /// The batches of one epoch.
    class Epoch {
      public:
        explicit Epoch(Batches& batches) : batches_{&batches} {}
        Iterator begin() const { return {*batches_, 0}; }
        Iterator end() const { return {*batches_, batches_->count()}; }

      private:
        Batches* batches_;
    };

    /// An epoch in random order, which depends on the state of the generator alone. Not of a temporary:
    /// it would be gone before the first batch is asked for.
    Epoch shuffled(Random& random) &;
    /// An epoch in the order of the dataset.
    Epoch in_order() &;

    /// Batches in an epoch.
    std::size_t count() const;
    /// Examples in a batch, of all parts together; the last one may have fewer.
    std::size_t batch_size() const { return batch_size_; }
    const BatchOptions& options() const { return options_; }
    const Dataset& data() const { return *data_; }

  private:
    void group(Random& random);
    Batch make_batch(std::size_t whole) const;
    const Batch& fetch(std::size_t number);

    const Dataset* data_;
    std::size_t batch_size_;
    BatchOptions options_;
    Indices order_;
    Batch full_, last_;
};

}  // namespace nn
