/// @file
/// What a code costs when it is stored: real numbers rounded to cells, and the bits that naming the
/// cells takes.
#pragma once

#include <cstddef>
#include <vector>

#include "autograd/array.hpp"

namespace models {

/// A uniform scalar quantiser for codes of k numbers: each number by itself is rounded to the middle
/// of a cell of the given width, and the cells' names are written by an ideal entropy coder that
/// knows how often training codes fell into which. Sender and receiver share the table.
///
/// Source: Gersho & Gray, Vector Quantization and Signal Compression, chapters 5 and 9 (1992).
class Quantiser {
  public:
    /// Learns the table from the codes (N, k) of training examples, with cells of width `steps[j]`
    /// for number j. Cells go from the smallest to the largest training value; each count has one
    /// half added, so that a cell which no training code hit can be named too.
    ///
    /// Throws if the codes are not (N, k) with N > 0 or not finite, there is not a step for each
    /// number, or one is not above 0 or so small that there are more than a million cells.
    Quantiser(const autograd::Array& codes, const std::vector<double>& steps);

    /// The middles of the cells that the codes (N, k) fall into; of the outermost cell if they lie
    /// beyond it. Throws if the shape is another, or a number not finite.
    autograd::Array round(const autograd::Array& codes) const;

    /// Bits per example that an ideal coder spends on the codes (N, k): the mean over the examples
    /// of Σⱼ −log₂ q(cell), q being the table. Not below the sum of the cells' entropies over these
    /// codes, and equal to it if their frequencies are those of the table.
    /// Throws as above.
    double bits(const autograd::Array& codes) const;

  private:
    struct Scale {
        double step;
        long first;                ///< number of the first cell: its middle is first · step
        std::vector<double> bits;  ///< what naming each cell costs
    };
    /// Which of the cells of scale j the value falls into, from 0.
    std::size_t cell(std::size_t j, double value) const;
    void check(const autograd::Array& codes) const;

    std::vector<Scale> scales_;
};

}  // namespace models
