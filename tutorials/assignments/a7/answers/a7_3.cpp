#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array information(const Array& table);

namespace {

Real entropy(const std::vector<Real>& weights) {
    Real total = 0, sum = 0;
    for (const Real w : weights) total += w;
    for (const Real w : weights)
        if (w > 0) sum -= w / total * std::log(w / total);
    return sum;
}

}  // namespace

Array information(const Array& table) {
    const std::size_t kinds = table.shape()[0], labels = table.shape()[1];
    std::vector<Real> rows(kinds, 0), columns(labels, 0), both;
    for (std::size_t a = 0; a < kinds; ++a)
        for (std::size_t c = 0; c < labels; ++c) {
            both.push_back(table(a, c));
            rows[a] += both.back();
            columns[c] += both.back();
        }
    Array out = full({3}, 0);
    out(0) = entropy(rows);
    out(1) = entropy(columns);
    out(2) = out(0) + out(1) - entropy(both);
    return out;
}

}  // namespace autograd
