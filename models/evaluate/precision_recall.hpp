/// @file
/// Do a model's pictures look like real ones, and are all kinds of real ones among them?
#pragma once

#include <cstddef>
#include <vector>

#include "autograd/array.hpp"

namespace models {

/// Two shares from 0 to 1.
struct PrecisionRecall {
    double precision = 0;  ///< of what was made: how much lies where real examples lie
    double recall = 0;     ///< of the real examples: how many lie where made ones lie
};

/// Which of the points, (M, F), lie in the region of a set, (N, F): no farther from one of its points than
/// the k-th nearest of the others does. Throws as precision_recall() does.
std::vector<bool> lie_among(const autograd::Array& points, const autograd::Array& set,
                            std::size_t k = 3);

/// Of what was made, (M, F), against real examples, (N, F), both described by F features: the shares of
/// each that lie_among() the other.
///
/// Both are measured with a few thousand examples at most: all distances are held at once. Real examples
/// against other real ones show what can be reached; it depends on M, N and k.
///
/// Throws unless both are of rank 2 and equally wide, with more than k rows, k is at least 1, and all
/// numbers are finite.
///
/// Source: Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019.
PrecisionRecall precision_recall(const autograd::Array& made, const autograd::Array& real,
                                 std::size_t k = 3);

}  // namespace models
