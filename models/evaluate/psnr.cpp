#include "models/evaluate/psnr.hpp"

#include <cmath>

namespace models {

double psnr(const autograd::Array& restored, const autograd::Array& clean) {
    autograd::require(restored.shape() == clean.shape() && clean.size() > 0,
                      "[psnr] restored images are ", restored.shape(), " but clean ones ",
                      clean.shape());
    double total = 0;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const double error = double{restored.data()[i]} - double{clean.data()[i]};
        total += error * error;
    }
    return psnr(total / static_cast<double>(clean.size()));
}

double psnr(double mse_per_pixel) { return -10 * std::log10(mse_per_pixel); }

}  // namespace models
