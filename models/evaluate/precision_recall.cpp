#include "models/evaluate/precision_recall.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/ops.hpp"
#include "nn/rows.hpp"

namespace models {

using autograd::Array;
using autograd::Real;
using autograd::require;
using autograd::Variable;

namespace {

void check(const Array& points, std::size_t width, std::size_t least) {
    require(points.dimension() == 2 && points.shape(1) == width && points.shape(0) >= least,
            "[precision_recall] expected examples (at least ", least, ", ", width, "), got ",
            points.shape());
    require(std::all_of(points.begin(), points.end(), [](Real x) { return std::isfinite(x); }),
            "[precision_recall] a feature is not finite");
}

/// |a − b|² = |a|² − 2 a·b + |b|², of all pairs: (M, N).
Array squared_distances(const Array& left, const Array& right) {
    return nn::evaluate(
        [](Variable a, Variable b) {
            return sum(square(a), {1}, true) - 2 * matmul(a, transpose(b)) +
                   transpose(sum(square(b), {1}, true));
        },
        left, right);
}

/// The squared distance of each point from the k-th nearest of the others.
std::vector<Real> squared_radii(const Array& points, std::size_t k) {
    Array distances = squared_distances(points, points);
    std::vector<Real> radii;
    for (std::size_t i = 0; i < points.shape(0); ++i) {
        distances(i, i) = std::numeric_limits<Real>::infinity();
        Real* const row = &distances(i, 0);
        std::nth_element(row, row + k - 1, row + points.shape(0));
        radii.push_back(row[k - 1]);
    }
    return radii;
}

double share(const std::vector<bool>& of) {
    return static_cast<double>(std::count(of.begin(), of.end(), true)) /
           static_cast<double>(of.size());
}

}  // namespace

std::vector<bool> lie_among(const Array& points, const Array& set, std::size_t k) {
    require(k > 0, "[precision_recall] expected k of at least 1, got 0");
    const std::size_t width = set.dimension() == 2 ? set.shape(1) : 0;
    check(set, width, k + 1);
    check(points, width, 1);
    const std::vector<Real> radii = squared_radii(set, k);
    const Array distances = squared_distances(points, set);
    std::vector<bool> inside;
    for (std::size_t i = 0; i < points.shape(0); ++i) {
        std::size_t j = 0;
        while (j < radii.size() && distances(i, j) > radii[j]) ++j;
        inside.push_back(j < radii.size());
    }
    return inside;
}

PrecisionRecall precision_recall(const Array& made, const Array& real, std::size_t k) {
    return {share(lie_among(made, real, k)), share(lie_among(real, made, k))};
}

}  // namespace models
