/// @file
/// The honest baseline of a model of sequences: counts of short pieces.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "autograd/array.hpp"

namespace models {

/// How an n-gram model shares probability with what it has not seen, by mixing in the next lower order.
enum class Smoothing {
    witten_bell,  ///< by how many different symbols have followed: Witten and Bell 1991, method C
    kneser_ney,   ///< a discount for each count, lower orders count contexts: Kneser and Ney 1995
};

/// p(x) = Π p(xₜ | the order − 1 symbols before): relative frequencies of the training sequences,
/// interpolated with lower orders down to equal probabilities. Sequences begin after start marks and end with
/// the end mark, which is said as well, so that probabilities of whole sequences add up to 1.
///
/// Kneser-Ney is the interpolated form of Chen and Goodman 1999, eq. 19, with one discount for each order,
/// n₁ / (n₁ + 2 n₂) of the numbers of counts that are 1 and 2, and ½ if there are none.
class NGram {
  public:
    /// `symbols` is how many there are with the end mark, 0, which no sequence contains. Throws if a
    /// sequence has another symbol, or the order is 0 or so high that 64 bits do not tell its pieces apart.
    NGram(const std::vector<autograd::Indices>& sequences, std::size_t symbols, std::size_t order,
          Smoothing smoothing);

    std::size_t order() const { return levels_.size(); }

    /// p(next | what was said since the start), of which the last order − 1 symbols matter. Throws if there
    /// is no such symbol.
    double probability(const autograd::Indices& said, std::size_t next) const;
    /// ln p(sequence and end mark) in nats.
    double log_likelihood(const autograd::Indices& sequence) const;

  private:
    using Key = std::uint64_t;
    struct Context {
        double total = 0;     ///< of all counts that follow
        double distinct = 0;  ///< how many symbols follow
    };
    struct Level {
        std::unordered_map<Key, double> counts;  ///< of pieces
        std::unordered_map<Key, Context> contexts;
        double discount = 0.5;
    };
    void count(const autograd::Indices& marked);
    void count_contexts();
    void find_discount(Level& level) const;
    Key key(const autograd::Indices& marked, std::size_t end, std::size_t length) const;
    double probability_of(const autograd::Indices& marked, std::size_t end) const;
    autograd::Indices with_marks(const autograd::Indices& said, std::size_t next) const;

    std::size_t symbols_;
    Smoothing smoothing_;
    std::vector<Level> levels_;  ///< level k has the pieces of k + 1 symbols
};

/// −Σ ln p over all sequences, divided by the number of their symbols, end marks among them.
double nats_per_symbol(const NGram& model, const std::vector<autograd::Indices>& sequences);

}  // namespace models
