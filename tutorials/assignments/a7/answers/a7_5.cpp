#include <algorithm>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Real factor_vae_score(const Array& codes, const Array& train, const Indices& train_factor,
                      const Array& test, const Indices& test_factor, std::size_t factors);

namespace {

/// Of each unit, over rows of K codes.
std::vector<Real> variances(const Real* codes, std::size_t rows, std::size_t units) {
    std::vector<Real> out(units, 0);
    for (std::size_t unit = 0; unit < units; ++unit) {
        Real mean = 0;
        for (std::size_t i = 0; i < rows; ++i)
            mean += codes[i * units + unit] / static_cast<Real>(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            const Real far = codes[i * units + unit] - mean;
            out[unit] += far * far / static_cast<Real>(rows);
        }
    }
    return out;
}

/// The unit that votes in a group.
std::size_t vote(const Array& groups, std::size_t group, const std::vector<Real>& usual) {
    const std::size_t items = groups.shape()[1], units = usual.size();
    const auto here = variances(groups.data() + group * items * units, items, units);
    std::size_t best = units;
    for (std::size_t unit = 0; unit < units; ++unit) {
        if (usual[unit] <= Real(0.01)) continue;
        if (best == units || here[unit] / usual[unit] < here[best] / usual[best]) best = unit;
    }
    return best;
}

}  // namespace

Real factor_vae_score(const Array& codes, const Array& train, const Indices& train_factor,
                      const Array& test, const Indices& test_factor, std::size_t factors) {
    const auto usual = variances(codes.data(), codes.shape()[0], codes.shape()[1]);
    if (*std::max_element(usual.begin(), usual.end()) <= Real(0.01))
        return Real(1) / static_cast<Real>(factors);
    std::vector<Indices> votes(usual.size(), Indices(factors, 0));
    for (std::size_t g = 0; g < train_factor.size(); ++g)
        ++votes[vote(train, g, usual)][train_factor[g]];
    Real right = 0;
    for (std::size_t g = 0; g < test_factor.size(); ++g) {
        const Indices& mine = votes[vote(test, g, usual)];
        const auto meant = std::max_element(mine.begin(), mine.end()) - mine.begin();
        if (static_cast<std::size_t>(meant) == test_factor[g]) ++right;
    }
    return right / static_cast<Real>(test_factor.size());
}

}  // namespace autograd
