#include "models/evaluate/pca.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "autograd/threads.hpp"
#include "autograd/xtensor_blas.hpp"

namespace models {

using autograd::Array;
using autograd::promise_no_more_threads_than_given;
using autograd::Real;
using autograd::require;

namespace {

/// Everything here is computed in double precision: sums over all examples lose digits, and
/// likelihoods divide by small variances.
using Matrix = xt::xarray<double>;

/// Allocates its result, as a training step must not; here a product is taken once for each block.
using xt::linalg::dot;

/// Calls visit(first, block) with some rows of data (N, D) after others, less the mean (D), where
/// `first` counts the rows before: all of them in double precision would need much memory.
template <class Visit>
void for_each_block(const Array& data, const Matrix& mean, Visit visit) {
    promise_no_more_threads_than_given();
    constexpr std::size_t rows_at_once = 2048;
    const std::size_t columns = data.shape(1);
    for (std::size_t first = 0; first < data.shape(0); first += rows_at_once) {
        const std::size_t rows = std::min(rows_at_once, data.shape(0) - first);
        auto block = Matrix::from_shape({rows, columns});
        const Real* from = data.data() + first * columns;
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t d = 0; d < columns; ++d)
                block.data()[i * columns + d] = from[i * columns + d] - mean.data()[d];
        visit(first, block);
    }
}

Matrix mean_of(const Array& data) {
    const std::size_t rows = data.shape(0), columns = data.shape(1);
    Matrix mean(Matrix::shape_type{columns}, 0.);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t d = 0; d < columns; ++d) mean.data()[d] += data.data()[i * columns + d];
    return mean / static_cast<double>(rows);
}

Matrix covariance_of(const Array& data, const Matrix& mean) {
    const std::size_t columns = data.shape(1);
    Matrix covariance({columns, columns}, 0.);
    for_each_block(data, mean, [&](std::size_t, const Matrix& block) {
        covariance += dot(xt::transpose(block), block);  // knows that the product is symmetric
    });
    return covariance / static_cast<double>(data.shape(0));
}

/// 1 or −1, whichever makes the entry of largest magnitude positive.
template <class Vector>
double sign_of(const Vector& vector) {
    const auto largest = std::max_element(
        vector.begin(), vector.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    return *largest < 0 ? -1 : 1;
}

/// Calls visit(i, code, squared_error) for every example: its k coordinates in the plane, and its
/// squared distance from it.
template <class Visit>
void for_each_projection(const Pca& pca, const Array& data, Visit visit) {
    require(data.dimension() == 2 && data.shape(0) > 0 && data.shape(1) == pca.mean.size(),
            "[pca] expected data (N, ", pca.mean.size(), "), got ", data.shape());
    const Matrix components = pca.components;
    const std::size_t k = components.shape(0), columns = data.shape(1);

    for_each_block(data, pca.mean, [&](std::size_t first, Matrix& block) {
        const std::size_t rows = block.shape(0);
        const Matrix codes = dot(block, xt::transpose(components));
        block -= dot(codes, components);  // what the plane leaves over
        for (std::size_t i = 0; i < rows; ++i) {
            const double* rest = block.data() + i * columns;
            const double error = std::inner_product(rest, rest + columns, rest, 0.);
            visit(first + i, codes.data() + i * k, error);
        }
    });
}

double mean_of(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.) /
           static_cast<double>(numbers.size());
}

}  // namespace

// --- PCA -----------------------------------------------------------------------------------------

Pca pca(const Array& data, std::size_t k) {
    require(data.dimension() == 2 && data.size() > 0,
            "[pca] expected data (N, D) with N > 0 and D > 0, got ", data.shape());
    const std::size_t dimensions = data.shape(1);
    require(1 <= k && k <= dimensions, "[pca] ", k, " components of data ", data.shape(),
            " are asked for");
    const Matrix mean = mean_of(data);
    require(std::all_of(mean.begin(), mean.end(), [](double x) { return std::isfinite(x); }),
            "[pca] data have a value that is not finite");

    const auto [values, vectors] = xt::linalg::eigh(covariance_of(data, mean));  // ascending
    Pca pca{mean, Array::from_shape({k, dimensions}), Array::from_shape({dimensions})};
    for (std::size_t j = 0; j < dimensions; ++j)  // rounding can push a variance of 0 below it
        pca.eigenvalues(j) = static_cast<Real>(std::max(values(dimensions - 1 - j), 0.));
    for (std::size_t j = 0; j < k; ++j) {
        const auto vector = xt::view(vectors, xt::all(), dimensions - 1 - j);
        xt::view(pca.components, j, xt::all()) = sign_of(vector) * vector;
    }
    return pca;
}

Array Pca::encode(const Array& data) const {
    const std::size_t k = components.shape(0);
    Array codes;
    for_each_projection(*this, data, [&](std::size_t i, const double* code, double) {
        if (i == 0) codes.resize({data.shape(0), k});
        std::copy_n(code, k, codes.data() + i * k);
    });
    return codes;
}

Array Pca::decode(const Array& codes) const {
    require(codes.dimension() == 2 && codes.shape(0) > 0 && codes.shape(1) == components.shape(0),
            "[pca] expected codes (N, ", components.shape(0), "), got ", codes.shape());
    promise_no_more_threads_than_given();
    return dot(codes, components) + mean;
}

Array Pca::reconstruct(const Array& data) const { return decode(encode(data)); }

std::vector<double> Pca::squared_errors(const Array& data) const {
    std::vector<double> errors;
    for_each_projection(*this, data,
                        [&](std::size_t, const double*, double error) { errors.push_back(error); });
    return errors;
}

double Pca::squared_error(const Array& data) const { return mean_of(squared_errors(data)); }

Pca Pca::first(std::size_t k) const {
    require(1 <= k && k <= components.shape(0), "[pca] the first ", k, " of ", components.shape(0),
            " components are asked for");
    return {mean, xt::view(components, xt::range(0, k), xt::all()), eigenvalues};
}

// --- probabilistic PCA ---------------------------------------------------------------------------

ProbabilisticPca probabilistic_pca(const Pca& principal) {
    const std::size_t k = principal.components.shape(0), dimensions = principal.mean.size();
    require(k < dimensions, "[probabilistic_pca] ", k, " directions of ", dimensions,
            " leave none for the noise");
    const double rest =
        std::accumulate(principal.eigenvalues.begin() + static_cast<std::ptrdiff_t>(k),
                        principal.eigenvalues.end(), 0.);
    require(rest > 0, "[probabilistic_pca] all the data lie in ", k,
            " directions: there is no noise");
    return {principal, std::sqrt(rest / static_cast<double>(dimensions - k))};
}

ProbabilisticPca probabilistic_pca(const Array& mean, const Array& weights, double sigma) {
    require(mean.dimension() == 1 && weights.dimension() == 2 && weights.shape(0) == mean.size() &&
                0 < weights.shape(1) && weights.shape(1) < mean.size(),
            "[probabilistic_pca] expected a mean (D,) and weights (D, k) with 1 ≤ k < D, got ",
            mean.shape(), " and ", weights.shape());
    require(sigma > 0, "[probabilistic_pca] expected a sigma above 0, got ", sigma);

    promise_no_more_threads_than_given();
    // W = U·S·Vᵀ gives W·Wᵀ = U·S²·Uᵀ: the principal directions are the columns of U.
    const Matrix columns = weights;
    const auto [u, singular, v] = xt::linalg::svd(columns, false);
    Pca principal{mean, xt::transpose(u), autograd::full(mean.shape(), Real(sigma * sigma))};
    for (std::size_t j = 0; j < weights.shape(1); ++j)
        principal.eigenvalues(j) = static_cast<Real>(singular(j) * singular(j) + sigma * sigma);
    return {principal, sigma};
}

std::vector<double> ProbabilisticPca::log_likelihoods(const Array& data) const {
    const auto& eigenvalues = principal.eigenvalues;
    const std::size_t k = principal.components.shape(0), dimensions = principal.mean.size();

    // In principal coordinates the covariance W·Wᵀ + σ²·I is diagonal: λⱼ along the k directions,
    // σ² across them. So no inverse or determinant of (D, D) is needed.
    const double log_variance = 2 * std::log(sigma);
    double log_determinant = static_cast<double>(dimensions - k) * log_variance;
    for (std::size_t j = 0; j < k; ++j) log_determinant += std::log(eigenvalues(j));
    const double constant =
        static_cast<double>(dimensions) * std::log(2 * std::numbers::pi) + log_determinant;

    std::vector<double> nats;
    for_each_projection(principal, data, [&](std::size_t, const double* code, double error) {
        double distance = error / (sigma * sigma);  // Mahalanobis, squared
        for (std::size_t j = 0; j < k; ++j) distance += code[j] * code[j] / eigenvalues(j);
        nats.push_back(-(constant + distance) / 2);
    });
    return nats;
}

double ProbabilisticPca::log_likelihood(const Array& data) const {
    return mean_of(log_likelihoods(data));
}

// --- angles --------------------------------------------------------------------------------------

namespace {

/// Orthonormal columns (D, k) that span what the rows of a (k, D) span.
Matrix orthonormal_basis(const Array& a) {
    const Matrix columns = xt::transpose(a);
    const auto [q, r] = xt::linalg::qr(columns);
    for (std::size_t j = 0; j < a.shape(0); ++j) {
        // R's diagonal: how far row j is from those before it.
        const Real* const row = a.data() + j * a.shape(1);
        const double length = std::sqrt(std::inner_product(row, row + a.shape(1), row, 0.));
        require(std::abs(r(j, j)) > 1e-6 * length, "[principal_angles] row ", j, " of ", a.shape(),
                " depends on those before it");
    }
    return q;
}

}  // namespace

Array principal_angles(const Array& a, const Array& b) {
    for (const Array* rows : {&a, &b})
        require(rows->dimension() == 2 && rows->shape(0) > 0 && rows->shape(0) <= rows->shape(1),
                "[principal_angles] expected rows (k, D) with 1 ≤ k ≤ D, got ", rows->shape());
    require(a.shape(1) == b.shape(1), "[principal_angles] rows are ", a.shape(), " and ", b.shape(),
            " but must be equally long");

    promise_no_more_threads_than_given();
    const Matrix cosines = dot(xt::transpose(orthonormal_basis(a)), orthonormal_basis(b));
    const auto singular = std::get<1>(xt::linalg::svd(cosines, false, false));

    auto degrees = Array::from_shape({singular.size()});
    for (std::size_t i = 0; i < singular.size(); ++i)
        degrees(i) =
            static_cast<Real>(std::acos(std::min(singular(i), 1.)) * 180 / std::numbers::pi);
    return degrees;
}

}  // namespace models
