#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array information_gaps(const Array& codes, const Array& factors, std::size_t bins);

namespace {

using Kinds = std::vector<std::size_t>;

Real entropy(const Kinds& kinds) {
    std::vector<Real> counts(*std::max_element(kinds.begin(), kinds.end()) + 1, 0);
    for (const std::size_t kind : kinds) ++counts[kind];
    Real sum = 0;
    for (const Real count : counts) {
        const Real p = count / static_cast<Real>(kinds.size());
        if (p > 0) sum -= p * std::log(p);
    }
    return sum;
}

Kinds column(const Array& x, std::size_t k) {
    Kinds out;
    for (std::size_t i = 0; i < x.shape()[0]; ++i) out.push_back(static_cast<std::size_t>(x(i, k)));
    return out;
}

Kinds parts(const Array& codes, std::size_t unit, std::size_t bins) {
    Real low = codes(0, unit), high = low;
    for (std::size_t i = 0; i < codes.shape()[0]; ++i) {
        low = std::min(low, codes(i, unit));
        high = std::max(high, codes(i, unit));
    }
    const Real width = (high - low) / static_cast<Real>(bins);
    Kinds out(codes.shape()[0], 0);
    for (std::size_t i = 0; i < out.size() && width > 0; ++i)
        out[i] = std::min(bins - 1, static_cast<std::size_t>((codes(i, unit) - low) / width));
    return out;
}

Real information(const Kinds& a, const Kinds& b) {
    const std::size_t kinds = *std::max_element(b.begin(), b.end()) + 1;
    Kinds both;
    for (std::size_t i = 0; i < a.size(); ++i) both.push_back(a[i] * kinds + b[i]);
    return entropy(a) + entropy(b) - entropy(both);
}

}  // namespace

Array information_gaps(const Array& codes, const Array& factors, std::size_t bins) {
    Array gaps = full({factors.shape()[1]}, 0);
    for (std::size_t k = 0; k < gaps.size(); ++k) {
        const Kinds values = column(factors, k);
        std::vector<Real> told;
        for (std::size_t unit = 0; unit < codes.shape()[1]; ++unit)
            told.push_back(information(parts(codes, unit, bins), values));
        std::sort(told.rbegin(), told.rend());
        const Real all = entropy(values);
        if (all > 0) gaps(k) = (told[0] - told[1]) / all;
    }
    return gaps;
}

}  // namespace autograd
