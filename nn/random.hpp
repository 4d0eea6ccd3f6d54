/// @file
/// Random numbers that are the same on every machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "autograd/array.hpp"

namespace nn {

using autograd::Array;
using autograd::Indices;
using autograd::Shape;

/// Philox4x32-10: scrambles a counter of four 32-bit words under a key of two. For each key it is a
/// bijection of the counters whose outputs pass for random, so the n-th random block of a stream
/// is computed from n alone.
///
/// Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// Some rows of a batch: those that one of several processes computes.
struct Share {
    std::size_t first = 0;  ///< the number of the first row in the batch
    std::size_t count = 0;  ///< how many rows
    std::size_t whole = 0;  ///< how many the batch has
};

/// A stream of random numbers, given by its seed and by how far it has been read.
///
/// The numbers depend on nothing else: not on the machine, the compiler, the number of threads or
/// the precision of Real (a float and a double fill hold equal values, of 24 random bits each).
///
/// Filling an array takes whole lots of 256 numbers from the stream. So one fill of n + m numbers
/// equals a fill of n followed by a fill of m whenever n is a multiple of 256; otherwise the rest of
/// n's last lot is skipped. A fill allocates nothing.
///
/// A copy continues with the same numbers as the original: pass by reference, or use split().
class Random {
  public:
    /// Any seed is as good as any other; different seeds give independent streams.
    explicit Random(std::uint64_t seed) : state_{seed, 0} {}

    /// Fills an array, whose shape is kept, uniformly from the multiples of 2⁻²⁴ in [0, 1).
    void uniform(Array& out);
    Array uniform(const Shape& shape);

    /// Fills an array, whose shape is kept, from N(0, 1), by the Box–Muller transform.
    /// At most 6.66 in magnitude; within 10⁻⁶ of the exact transform, 3·10⁻⁴ for 1 in 14 000, near 0.
    void normal(Array& out);
    Array normal(const Shape& shape);

    /// Gives `out` the shape of `probability` and sets each entry to 1 with that probability, else
    /// to 0. `out` must be another array. Throws if a probability is not within [0, 1]; nothing is
    /// drawn or changed then.
    void bernoulli(const Array& probability, Array& out);

    /// One number, uniform from the multiples of 2⁻⁵³ in [0, 1).
    double uniform();
    /// One number from N(0, 1), of float precision.
    double normal();
    /// One integer from 0 to n − 1, each exactly equally likely. Throws if n is 0.
    std::size_t below(std::size_t n);

    /// Brings the entries into random order, each order equally likely (Fisher–Yates).
    void shuffle(Indices& indices);
    /// The numbers 0 to n − 1 in random order.
    Indices permutation(std::size_t n);

    /// An independent stream, for a part of the program whose use of random numbers must not shift
    /// anyone else's. Two calls give two different streams.
    Random split();

    /// All there is to a stream: what a checkpoint stores.
    struct State {
        std::uint64_t seed;
        std::uint64_t counter;  ///< blocks of four 32-bit words that have been taken
        bool operator==(const State&) const = default;
    };
    State state() const { return state_; }
    void restore(State state) { state_ = state; }

  private:
    friend class SharedRows;
    template <class Transform>
    void fill(Array& out, Transform transform);
    std::uint64_t bits();

    State state_;
    Share share_{};
};

/// As long as one lives, a generator gives each row of a batch the numbers that it has in the whole
/// batch, though only a share of the rows is asked for: noise belongs to the example, and not to the
/// process that computes it.
/// @code
/// const nn::SharedRows rows(random, {.first = 64, .count = 64, .whole = 128});
/// random.normal({64, 20});  // the last 64 rows of what random.normal({128, 20}) gives without it
/// @endcode
/// Arrays may hold several draws of each row, one after the other, as `models::repeat` lays them.
/// Single numbers, and the order of an epoch, are the same with it and without. One at a time.
class SharedRows {
  public:
    /// Throws unless the rows lie in the batch and there is at least one. While it lives, filling an
    /// array throws unless its first axis is a multiple of `share.count`.
    SharedRows(Random& random, Share share);
    ~SharedRows() { random_.share_ = {}; }
    SharedRows(const SharedRows&) = delete;
    SharedRows& operator=(const SharedRows&) = delete;

  private:
    Random& random_;
};

}  // namespace nn
