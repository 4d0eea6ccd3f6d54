#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array differences(const std::function<Array(const std::vector<Array>&)>& f, std::vector<Array> x,
                  std::size_t k, const Array& v);

namespace {

double weighed(const Array& v, const Array& up, const Array& down) {
    double total = 0;
    for (std::size_t i = 0; i < v.size(); ++i)
        total += v.data()[i] * (up.data()[i] - down.data()[i]);
    return total;
}

}  // namespace

Array differences(const std::function<Array(const std::vector<Array>&)>& f, std::vector<Array> x,
                  std::size_t k, const Array& v) {
    Array out = full(x[k].shape(), 0);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double before = x[k].data()[i];
        const double step =
            std::cbrt(std::numeric_limits<double>::epsilon()) * std::max(1.0, std::abs(before));
        const double above = before + step, below = before - step;
        x[k].data()[i] = above;
        const Array up = f(x);
        x[k].data()[i] = below;
        const Array down = f(x);
        x[k].data()[i] = before;
        out.data()[i] = weighed(v, up, down) / (above - below);
    }
    return out;
}

}  // namespace autograd
