#include "models/evaluate/wiener.hpp"

#include <cmath>

#include "autograd/threads.hpp"
#include "autograd/xtensor_blas.hpp"

namespace models {

using autograd::Array;
using autograd::Real;
using autograd::require;

Wiener wiener(const Pca& directions, double sigma) {
    const std::size_t dimensions = directions.mean.size();
    require(directions.components.shape(0) == dimensions, "[wiener] expected all ", dimensions,
            " components, got ", directions.components.shape(0));
    require(sigma > 0 && std::isfinite(sigma), "[wiener] expected a sigma above 0, got ", sigma);
    Array gains = Array::from_shape({dimensions});
    for (std::size_t i = 0; i < dimensions; ++i) {
        const double variance = directions.eigenvalues(i);
        gains(i) = static_cast<Real>(variance / (variance + sigma * sigma));
    }
    return {directions, gains};
}

Array Wiener::operator()(const Array& noisy) const {
    return directions.decode(gains * directions.encode(noisy));
}

Array Wiener::weights_of(std::size_t pixel) const {
    require(pixel < gains.size(), "[wiener] there is no pixel ", pixel, ", there are ",
            gains.size());
    Array weights = autograd::full(gains.shape(), 0);
    for (std::size_t i = 0; i < gains.size(); ++i)
        for (std::size_t d = 0; d < gains.size(); ++d)
            weights(d) += gains(i) * directions.components(i, pixel) * directions.components(i, d);
    return weights;
}

Array fill_in(const ProbabilisticPca& model, const Array& images, const Array& known) {
    using Matrix = xt::xarray<double>;
    using xt::linalg::dot;  // allocates its result; here each product is taken once
    const Pca& axes = model.principal;
    const std::size_t k = axes.components.shape(0), dimensions = axes.mean.size();
    require(images.dimension() == 2 && images.shape(1) == dimensions &&
                known.shape() == axes.mean.shape(),
            "[fill_in] expected images (N, ", dimensions, ") and known pixels (", dimensions,
            ",), got ", images.shape(), " and ", known.shape());

    autograd::promise_no_more_threads_than_given();
    // W with the rows of missing pixels taken out, as (k, D), and the known deviations (N, D).
    const double variance = model.sigma * model.sigma;
    Matrix w = axes.components, seen_w = w, seen = images;
    std::size_t count = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
        const bool is_known = known(d) != 0;
        count += is_known ? 1 : 0;
        for (std::size_t j = 0; j < k; ++j) {
            w(j, d) *= std::sqrt(std::max(double{axes.eigenvalues(j)} - variance, 0.));
            seen_w(j, d) = is_known ? w(j, d) : 0;
        }
        for (std::size_t n = 0; n < images.shape(0); ++n)
            seen(n, d) = is_known ? double{images(n, d)} - double{axes.mean(d)} : 0;
    }
    require(count > 0, "[fill_in] no pixel is known");

    // E[z | x_known] = M⁻¹·Wₖᵀ·(xₖ − mₖ) with M = Wₖᵀ·Wₖ + σ²·I, where k means known.
    const Matrix m = dot(seen_w, xt::transpose(seen_w)) + variance * xt::eye<double>(k);
    const Matrix projected = dot(seen_w, xt::transpose(seen));  // (k, N)
    const Matrix codes = xt::linalg::solve(m, projected);
    const Matrix filled = dot(xt::transpose(codes), w);
    Array out = images;
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t d = 0; d < dimensions; ++d)
            if (known(d) == 0) out(n, d) = static_cast<Real>(filled(n, d)) + axes.mean(d);
    return out;
}

}  // namespace models
