#include "models/evaluate/wiener.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/threads.hpp"
#include "autograd/xtensor_blas.hpp"

namespace models {

using autograd::Array;
using autograd::Indices;
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

namespace {

using Matrix = xt::xarray<double>;
using xt::linalg::dot;  // allocates its result: little beside the equations that are solved

/// Wᵀ, (k, D), of x = W·z + mean + σ·ε.
Matrix directions_of(const ProbabilisticPca& model) {
    const Pca& axes = model.principal;
    Matrix w = axes.components;
    for (std::size_t j = 0; j < w.shape(0); ++j)
        for (std::size_t d = 0; d < w.shape(1); ++d)
            w(j, d) *=
                std::sqrt(std::max(double{axes.eigenvalues(j)} - model.sigma * model.sigma, 0.));
    return w;
}

/// E[z | x_known] = M⁻¹·Wₖᵀ·(xₖ − mₖ) with M = Wₖᵀ·Wₖ + σ²·I, where k means known: (k, N), of the rows
/// of W, as (k, known), and the deviations (N, known).
Matrix expected_codes(const Matrix& w, const Matrix& deviations, double sigma) {
    const Matrix m = dot(w, xt::transpose(w)) + sigma * sigma * xt::eye<double>(w.shape(0));
    const Matrix projected = dot(w, xt::transpose(deviations));
    return xt::linalg::solve(m, projected);
}

}  // namespace

Array fill_in(const ProbabilisticPca& model, const Array& images, const Array& known) {
    const Array& mean = model.principal.mean;
    require(
        images.dimension() == 2 && images.shape(1) == mean.size() && known.shape() == mean.shape(),
        "[fill_in] expected images (N, ", mean.size(), ") and known pixels (", mean.size(),
        ",), got ", images.shape(), " and ", known.shape());

    autograd::promise_no_more_threads_than_given();
    const Matrix w = directions_of(model);
    Matrix seen_w = w, seen = images;  // 0 where a pixel is missing
    std::size_t count = 0;
    for (std::size_t d = 0; d < mean.size(); ++d) {
        const bool is_known = known(d) != 0;
        count += is_known ? 1 : 0;
        if (!is_known) xt::view(seen_w, xt::all(), d) = 0;
        for (std::size_t n = 0; n < images.shape(0); ++n)
            seen(n, d) = is_known ? double{images(n, d)} - double{mean(d)} : 0;
    }
    require(count > 0, "[fill_in] no pixel is known");

    const Matrix codes = expected_codes(seen_w, seen, model.sigma);
    const Matrix filled = dot(xt::transpose(codes), w);
    Array out = images;
    for (std::size_t n = 0; n < images.shape(0); ++n)
        for (std::size_t d = 0; d < mean.size(); ++d)
            if (known(d) == 0) out(n, d) = static_cast<Real>(filled(n, d)) + mean(d);
    return out;
}

Array fill_in(const ProbabilisticPca& model, const Array& images) {
    const Array& mean = model.principal.mean;
    require(images.dimension() == 2 && images.shape(1) == mean.size(),
            "[fill_in] expected images (N, ", mean.size(), "), got ", images.shape());

    autograd::promise_no_more_threads_than_given();
    const Matrix w = directions_of(model);
    const std::size_t k = w.shape(0);
    Array out = images;
    for (std::size_t n = 0; n < images.shape(0); ++n) {
        Indices known, missing;
        for (std::size_t d = 0; d < mean.size(); ++d) {
            require(!std::isinf(images(n, d)), "[fill_in] image ", n, " holds ",
                    double{images(n, d)}, ", expected a finite number or none");
            (std::isnan(images(n, d)) ? missing : known).push_back(d);
        }
        if (missing.empty()) continue;
        auto seen_w = Matrix::from_shape({k, known.size()});
        auto seen = Matrix::from_shape({1, known.size()});
        for (std::size_t i = 0; i < known.size(); ++i) {
            for (std::size_t j = 0; j < k; ++j) seen_w(j, i) = w(j, known[i]);
            seen(0, i) = double{images(n, known[i])} - double{mean(known[i])};
        }
        Matrix code =
            xt::zeros<double>(autograd::Shape{k, 1});  // of an image of which nothing is known
        if (!known.empty()) code = expected_codes(seen_w, seen, model.sigma);
        for (const std::size_t d : missing) {
            double deviation = 0;
            for (std::size_t j = 0; j < k; ++j) deviation += w(j, d) * code(j, 0);
            out(n, d) = static_cast<Real>(double{mean(d)} + deviation);
        }
    }
    return out;
}

}  // namespace models
