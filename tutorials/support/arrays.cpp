#include "tutorials/support/arrays.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace tutorials {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::Variable;

Indices upto(std::size_t n) {
    Indices out(n);
    std::iota(out.begin(), out.end(), 0);
    return out;
}

Indices members(const Indices& labels, std::size_t label) {
    Indices out;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] == label) out.push_back(i);
    return out;
}

Array join(const Array& a, const Array& b) {
    return nn::evaluate([](Variable u, Variable v) { return autograd::concat({u, v}, 0); }, a, b);
}

Array first_of(const nn::Dataset& data, std::size_t label, std::size_t count) {
    const std::size_t classes = data.classes > 0 ? data.classes : label + 1;
    Indices rows = members(data.labels, label % classes);
    autograd::require(!rows.empty(), "[first_of] there are no images of class ", label % classes);
    const std::size_t skipped = label / classes % rows.size();
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(skipped));
    rows.resize(std::min(rows.size(), count));
    return nn::take(data.images, rows);
}

Array one_of_each_class(const nn::Dataset& data) {
    Indices rows;
    for (std::size_t label = 0; label < data.classes; ++label) {
        const Indices all = members(data.labels, label);
        if (!all.empty()) rows.push_back(all.front());
    }
    return nn::take(data.images, rows);
}

Indices nearest(const Array& queries, const Array& among) {
    autograd::require(among.dimension() == 2 && among.size() > 0, "[nearest] got ", among,
                      ", expected rows to choose from");
    constexpr std::size_t at_a_time = 1000;
    Indices found(queries.shape(0), 0);
    std::vector<Real> smallest(queries.shape(0), std::numeric_limits<Real>::infinity());
    for (std::size_t begin = 0; begin < among.shape(0); begin += at_a_time) {
        const std::size_t count = std::min(at_a_time, among.shape(0) - begin);
        Array some(autograd::Shape{count, among.shape(1)});
        std::copy_n(&among(begin, 0), some.size(), some.data());
        const Array distances = nn::evaluate(  // |q − a|² less |q|², which all have in common
            [](Variable q, Variable a) {
                return sum(square(a), {1}) + matmul(q, transpose(-2 * a));
            },
            queries, some);
        for (std::size_t m = 0; m < found.size(); ++m) {
            const Real* const row = &distances(m, 0);
            const Real* const least = std::min_element(row, row + count);
            if (*least >= smallest[m]) continue;
            smallest[m] = *least;
            found[m] = begin + static_cast<std::size_t>(least - row);
        }
    }
    return found;
}

Array walk(const Array& a, const Array& b, std::size_t steps) {
    Array t = autograd::full({steps, 1}, 0);
    for (std::size_t i = 1; i < steps; ++i) t(i, 0) = Real(i) / Real(steps - 1);
    return nn::evaluate([](Variable u, Variable v, Variable s) { return (1 - s) * u + s * v; }, a,
                        b, t);
}

double edges(const Array& pictures, const autograd::Shape& item) {
    const std::size_t rows = item.at(0), columns = item.at(1), channels = item.at(2);
    return nn::mean_over_rows(pictures, [&](Variable x) {
        const Variable picture = reshape(x, {x.shape()[0], rows, columns, channels});
        return mean(abs(slice(picture, 2, 1, columns) - slice(picture, 2, 0, columns - 1)),
                    {1, 2, 3});
    });
}

double variety(const Array& pictures) {
    return nn::measure([](Variable x) { return mean(square(x - mean(x, {0}, true))); }, pictures);
}

double distance_to_nearest(const Array& pictures, const Array& real) {
    const double distance = nn::measure(
        [](Variable a, Variable b) {  // |a − b|² = |a|² − 2 a·b + |b|², for all pairs
            const Variable squares = sum(square(a), {1}, true) - 2 * matmul(a, transpose(b)) +
                                     transpose(sum(square(b), {1}, true));
            return -mean(max(-squares, 1));
        },
        pictures, real);
    return distance / static_cast<double>(real.shape(1));
}

}  // namespace tutorials
