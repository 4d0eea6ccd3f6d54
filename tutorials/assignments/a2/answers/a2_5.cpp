#include <cmath>

#include "autograd/array.hpp"

namespace autograd {

double best_step(double epsilon, double value, double third);

double best_step(double epsilon, double value, double third) {
    return std::cbrt(3 * epsilon * value / third);
}

}  // namespace autograd
