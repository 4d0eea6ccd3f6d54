#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

double clip_gradients(std::vector<Array>& gradients, double limit);

double clip_gradients(std::vector<Array>& gradients, double limit) {
    double largest = 0, squares = 0;
    for (const Array& each : gradients)
        for (std::size_t i = 0; i < each.size(); ++i)
            largest = std::max(largest, std::abs(each.data()[i]));
    if (largest == 0) return 0;
    for (const Array& each : gradients)
        for (std::size_t i = 0; i < each.size(); ++i) {
            const double part = each.data()[i] / largest;
            squares += part * part;
        }
    const double norm = largest * std::sqrt(squares);
    if (norm > limit)
        for (Array& each : gradients)
            for (std::size_t i = 0; i < each.size(); ++i) each.data()[i] *= limit / norm;
    return norm;
}

}  // namespace autograd
