#include "models/evaluate/psnr.hpp"

#include <cmath>

namespace models {

double mse_per_pixel(const autograd::Array& restored, const autograd::Array& clean) {
    autograd::require(restored.shape() == clean.shape() && clean.size() > 0,
                      "[mse_per_pixel] expected images of the shape ", clean.shape(), ", got ",
                      restored.shape());
    double total = 0;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const double error = double{restored.data()[i]} - double{clean.data()[i]};
        total += error * error;
    }
    return total / static_cast<double>(clean.size());
}

double psnr(const autograd::Array& restored, const autograd::Array& clean) {
    return psnr(mse_per_pixel(restored, clean));
}

double psnr(double mse) { return -10 * std::log10(mse); }

}  // namespace models
