#include "tutorials/support/plane.hpp"

#include <cmath>
#include <numbers>

#include "nn/io/safetensors.hpp"

namespace tutorials {

using autograd::Array;
using autograd::Real;

double normal_quantile(double p) {
    autograd::require(0 < p && p < 1, "[normal_quantile] got ", p, ", expected a probability");
    double low = -10, high = 10;  // bisection: Φ is increasing
    while (high - low > 1e-9) {
        const double middle = (low + high) / 2,
                     phi = 0.5 * std::erfc(-middle / std::numbers::sqrt2);
        (phi < p ? low : high) = middle;
    }
    return low;
}

Array normal_plane(std::size_t side) {
    const auto quantile = [&](std::size_t k) {
        return static_cast<Real>(
            normal_quantile((static_cast<double>(k) + 0.5) / static_cast<double>(side)));
    };
    Array z = autograd::full({side * side, 2}, 0);
    for (std::size_t i = 0; i < side * side; ++i) {
        z(i, 0) = quantile(i % side);
        z(i, 1) = quantile(side - 1 - i / side);  // upwards, as axes go
    }
    return z;
}

void save_decoder(const std::filesystem::path& path, const std::vector<nn::NamedParameter>& decoder,
                  const Array& z, const Array& pixels,
                  const std::map<std::string, std::string>& notes) {
    nn::Tensors file{.arrays = {{"example.z", z}, {"example.pixels", pixels}}, .metadata = notes};
    for (const auto& [name, parameter, frozen] : decoder) file.arrays[name] = parameter->value;
    nn::write_safetensors(path, file);
}

}  // namespace tutorials
