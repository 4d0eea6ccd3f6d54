#include "models/evaluate/pca.hpp"

#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "models/evaluate/wiener.hpp"
#include "nn/data/dataset.hpp"

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using models::Pca;
using models::pca;
using models::principal_angles;
using models::probabilistic_pca;

namespace {

/// How far results may be off: what Real can hold.
constexpr double precision = sizeof(Real) == 4 ? 2e-6 : 1e-12;

double tolerance(double expected) { return precision * std::max(1., std::abs(expected)); }

/// Examples (N, D) whose directions have different variances and are not along the axes.
Array correlated(std::size_t n, std::size_t dimensions, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> mixing(dimensions * dimensions);
    for (double& x : mixing) x = normal(random);
    auto data = Array::from_shape({n, dimensions});
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> source(dimensions);
        for (std::size_t d = 0; d < dimensions; ++d)
            source[d] = normal(random) / static_cast<double>(d + 1);
        for (std::size_t d = 0; d < dimensions; ++d) {
            double x = 3. * static_cast<double>(d);  // a mean that is not 0
            for (std::size_t e = 0; e < dimensions; ++e)
                x += mixing[d * dimensions + e] * source[e];
            data(i, d) = static_cast<Real>(x);
        }
    }
    return data;
}

double dot(const Array& a, std::size_t i, const Array& b, std::size_t j) {
    double sum = 0;
    for (std::size_t d = 0; d < a.shape(1); ++d) sum += double(a(i, d)) * double(b(j, d));
    return sum;
}

double column_mean(const Array& data, std::size_t d) {
    double sum = 0;
    for (std::size_t i = 0; i < data.shape(0); ++i) sum += data(i, d);
    return sum / static_cast<double>(data.shape(0));
}

double covariance(const Array& data, std::size_t d, std::size_t e) {
    const double mean_d = column_mean(data, d), mean_e = column_mean(data, e);
    double sum = 0;
    for (std::size_t i = 0; i < data.shape(0); ++i)
        sum += (data(i, d) - mean_d) * (data(i, e) - mean_e);
    return sum / static_cast<double>(data.shape(0));
}

/// log N(x; 0, covariance), the textbook way: by elimination on the full (D, D) matrix.
double log_density(std::vector<std::vector<double>> matrix, std::vector<double> x) {
    const std::size_t dimensions = x.size();
    double log_determinant = 0, distance = 0;
    for (std::size_t p = 0; p < dimensions; ++p) {  // positive definite: no pivoting
        log_determinant += std::log(matrix[p][p]);
        distance += x[p] * x[p] / matrix[p][p];
        for (std::size_t i = p + 1; i < dimensions; ++i) {
            const double factor = matrix[i][p] / matrix[p][p];
            for (std::size_t j = p; j < dimensions; ++j) matrix[i][j] -= factor * matrix[p][j];
            x[i] -= factor * x[p];
        }
    }
    return -(static_cast<double>(dimensions) * std::log(2 * std::numbers::pi) + log_determinant +
             distance) /
           2;
}

}  // namespace

TEST_CASE("PCA of a cross of four points is the cross") {
    // Two points at distance 5 along (3, 4), two at distance 1 along (-4, 3), around (10, 20).
    const Array data{{13, 24}, {7, 16}, {Real(9.2), Real(20.6)}, {Real(10.8), Real(19.4)}};
    const Pca fit = pca(data, 2);
    CHECK(std::abs(fit.mean(0) - 10) <= tolerance(10));
    CHECK(std::abs(fit.mean(1) - 20) <= tolerance(20));
    CHECK(std::abs(fit.eigenvalues(0) - 12.5) <= tolerance(12.5));
    CHECK(std::abs(fit.eigenvalues(1) - 0.5) <= tolerance(1));
    CHECK(std::abs(fit.components(0, 0) - .6) <= tolerance(1));
    CHECK(std::abs(fit.components(0, 1) - .8) <= tolerance(1));
    // The entry of largest magnitude is positive.
    CHECK(std::abs(fit.components(1, 0) - .8) <= tolerance(1));
    CHECK(std::abs(fit.components(1, 1) + .6) <= tolerance(1));

    const Array codes = fit.encode(data);
    const Array expected{{5, 0}, {-5, 0}, {0, -1}, {0, 1}};
    for (std::size_t i = 0; i < 8; ++i)
        CHECK(std::abs(codes.flat(i) - expected.flat(i)) <= 10 * precision);

    // With one component the short arm of the cross is lost: distance 1 for two points of four.
    CHECK(std::abs(fit.first(1).squared_error(data) - .5) <= 10 * precision);
    CHECK(std::abs(fit.squared_error(data)) <= 10 * precision);
}

TEST_CASE("components are orthonormal eigenvectors of the covariance, by descending variance") {
    const Array data = correlated(3000, 6);  // more rows than are centred at once
    const Pca fit = pca(data, 6);
    double total = 0;
    for (std::size_t j = 0; j < 6; ++j) {
        if (j > 0) CHECK(fit.eigenvalues(j - 1) >= fit.eigenvalues(j));
        total += fit.eigenvalues(j);
        for (std::size_t i = 0; i < 6; ++i)
            CHECK(std::abs(dot(fit.components, i, fit.components, j) - (i == j)) <= 10 * precision);
        for (std::size_t d = 0; d < 6; ++d) {
            double product = 0;
            for (std::size_t e = 0; e < 6; ++e)
                product += covariance(data, d, e) * fit.components(j, e);
            CHECK(std::abs(product - double(fit.eigenvalues(j)) * double(fit.components(j, d))) <=
                  10 * tolerance(fit.eigenvalues(0)));
        }
    }
    double variance = 0;
    for (std::size_t d = 0; d < 6; ++d) variance += covariance(data, d, d);
    CHECK(std::abs(total - variance) <= tolerance(variance));
}

TEST_CASE(
    "the squared error is what reconstruction misses, and on the data of the fit the variance left "
    "out") {
    const Array data = correlated(3000, 7);
    const Pca fit = pca(data, 3);
    const Array rebuilt = fit.reconstruct(data);
    REQUIRE(rebuilt.shape() == data.shape());
    const std::vector<double> errors = fit.squared_errors(data);
    REQUIRE(errors.size() == 3000);
    for (std::size_t i : {0, 1, 2047, 2048, 2999}) {
        double expected = 0;
        for (std::size_t d = 0; d < 7; ++d) {
            const double miss = double(data(i, d)) - double(rebuilt(i, d));
            expected += miss * miss;
        }
        CHECK(std::abs(errors[i] - expected) <= 100 * tolerance(expected));
    }
    double left_out = 0;
    for (std::size_t j = 3; j < 7; ++j) left_out += fit.eigenvalues(j);
    CHECK(std::abs(fit.squared_error(data) - left_out) <= 10 * tolerance(left_out));
}

TEST_CASE("an example alone has the code and the error it has among others") {
    const Array data = correlated(5, 4);
    for (const std::size_t k : {1, 3}) {
        const Pca fit = pca(data, k);
        const Array codes = fit.encode(data);
        const Array rebuilt = fit.decode(codes);
        const std::vector<double> errors = fit.squared_errors(data);
        for (std::size_t i = 0; i < 5; ++i) {
            auto example = Array::from_shape({1, 4});
            for (std::size_t d = 0; d < 4; ++d) example(0, d) = data(i, d);
            const Array code = fit.encode(example);
            REQUIRE(code.shape() == Shape{1, k});
            for (std::size_t j = 0; j < k; ++j)
                CHECK(std::abs(code(0, j) - codes(i, j)) <= tolerance(codes(i, j)));
            const Array again = fit.decode(code);
            for (std::size_t d = 0; d < 4; ++d)
                CHECK(std::abs(again(0, d) - rebuilt(i, d)) <= tolerance(rebuilt(i, d)));
            CHECK(std::abs(fit.squared_error(example) - errors[i]) <= tolerance(errors[i]));
        }
    }
}

TEST_CASE("one dimension is its own component") {
    Array data({3, 1}, 1);
    data(1, 0) = 2;
    data(2, 0) = 6;
    const Pca fit = pca(data, 1);
    CHECK(fit.components(0, 0) == 1);
    CHECK(std::abs(fit.eigenvalues(0) - 14. / 3) <= tolerance(5));
}

TEST_CASE("fewer examples than dimensions leave directions without variance") {
    const Array data = correlated(4, 9);
    const Pca fit = pca(data, 3);
    for (std::size_t j = 3; j < 9; ++j) {
        CHECK(fit.eigenvalues(j) >= 0);
        CHECK(fit.eigenvalues(j) <= tolerance(fit.eigenvalues(0)));
    }
    CHECK(fit.squared_error(data) <= 10 * tolerance(fit.eigenvalues(0)));
}

TEST_CASE("the first k of more components are the fit with k") {
    const Array data = correlated(100, 5);
    const Pca fewer = pca(data, 4).first(2), direct = pca(data, 2);
    CHECK(fewer.components == direct.components);
    CHECK(fewer.eigenvalues == direct.eigenvalues);
    CHECK(fewer.mean == direct.mean);
}

TEST_CASE("probabilistic PCA's density is the Gaussian with covariance W Wt + sigma^2") {
    const std::size_t dimensions = 6, k = 2;
    const auto fit = probabilistic_pca(pca(correlated(200, dimensions), k));
    const auto& [mean, components, eigenvalues] = fit.principal;

    double noise = 0;
    for (std::size_t j = k; j < dimensions; ++j) noise += eigenvalues(j) / double(dimensions - k);
    CHECK(std::abs(fit.sigma - std::sqrt(noise)) <= tolerance(fit.sigma));

    std::vector model(dimensions, std::vector<double>(dimensions));
    for (std::size_t d = 0; d < dimensions; ++d)
        for (std::size_t e = 0; e < dimensions; ++e) {
            model[d][e] = d == e ? noise : 0;
            for (std::size_t j = 0; j < k; ++j)
                model[d][e] += (eigenvalues(j) - noise) * components(j, d) * components(j, e);
        }

    const Array test = correlated(50, dimensions, 2);
    const std::vector<double> nats = fit.log_likelihoods(test);
    REQUIRE(nats.size() == 50);
    double sum = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        std::vector<double> x;
        for (std::size_t d = 0; d < dimensions; ++d)
            x.push_back(double(test(i, d)) - double(mean(d)));
        const double expected = log_density(model, x);
        CHECK(std::abs(nats[i] - expected) <= 100 * tolerance(expected));
        sum += nats[i];
    }
    CHECK(fit.log_likelihood(test) == doctest::Approx(sum / 50));
}

TEST_CASE("probabilistic PCA is at the maximum of the likelihood") {
    const Array data = correlated(500, 5);
    const auto best = probabilistic_pca(pca(data, 2));
    for (const double factor : {.9, 1.1}) {
        auto other = best;
        other.sigma *= factor;
        CHECK(other.log_likelihood(data) < best.log_likelihood(data) - .01);
        other = best;
        other.principal.eigenvalues(1) *= static_cast<Real>(factor);
        CHECK(other.log_likelihood(data) < best.log_likelihood(data) - .001);
    }
    // A turn by 6 degrees out of the plane, towards a direction that was left out.
    auto turned = best;
    const Pca all = pca(data, 5);
    for (std::size_t d = 0; d < 5; ++d)
        turned.principal.components(1, d) = static_cast<Real>(std::cos(.1) * all.components(1, d) +
                                                              std::sin(.1) * all.components(2, d));
    CHECK(turned.log_likelihood(data) < best.log_likelihood(data));
}

TEST_CASE("weights that turn the latent space describe the same probabilistic PCA") {
    const Array data = correlated(300, 6);
    const auto fit = probabilistic_pca(pca(data, 2));
    const auto& [mean, components, eigenvalues] = fit.principal;
    const double angle = 0.7, variance = fit.sigma * fit.sigma;
    auto weights = Array::from_shape({6, 2});  // U (Λ − σ² I)^½ R
    for (std::size_t d = 0; d < 6; ++d) {
        const double first = std::sqrt(eigenvalues(0) - variance) * components(0, d);
        const double second = std::sqrt(eigenvalues(1) - variance) * components(1, d);
        weights(d, 0) = static_cast<Real>(std::cos(angle) * first + std::sin(angle) * second);
        weights(d, 1) = static_cast<Real>(std::cos(angle) * second - std::sin(angle) * first);
    }
    const auto turned = probabilistic_pca(mean, weights, fit.sigma);
    const std::vector<double> expected = fit.log_likelihoods(data);
    const std::vector<double> got = turned.log_likelihoods(data);
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(std::abs(got[i] - expected[i]) <= 1000 * tolerance(expected[i]));
}

TEST_CASE("the density of a model given by its weights, by hand") {
    // x = (3, 4) z + ε has the covariance I + W Wᵀ = (10 12; 12 17) with determinant 26.
    const auto model = probabilistic_pca(Array({2}, 0), autograd::array({2, 1}, {3, 4}), 1);
    const double at_mean = -std::log(2 * std::numbers::pi) - std::log(26.) / 2;
    CHECK(std::abs(model.log_likelihood(Array({1, 2}, 0)) - at_mean) <= 10 * precision);
    CHECK_THROWS_WITH_AS(probabilistic_pca(Array({2}, 0), Array({2, 2}, 1), 1),
                         "[probabilistic_pca] expected a mean (D,) and weights (D, k) with "
                         "1 ≤ k < D, got (2,) and (2, 2)",
                         Error);
    CHECK_THROWS_WITH_AS(probabilistic_pca(Array({2}, 0), Array({2, 1}, 1), 0),
                         "[probabilistic_pca] expected a sigma above 0, got 0", Error);
}

TEST_CASE("principal angles of planes that are turned by known angles") {
    const auto cosine = [](double degrees) {
        return Real(std::cos(degrees * std::numbers::pi / 180));
    };
    const auto sine = [](double degrees) {
        return Real(std::sin(degrees * std::numbers::pi / 180));
    };
    const Array plane{{1, 0, 0, 0}, {0, 1, 0, 0}};
    const Array turned{{cosine(70), 0, 0, sine(70)}, {0, cosine(30), sine(30), 0}};
    // The same plane by rows that are neither orthogonal nor of length 1.
    Array skewed = turned;
    for (std::size_t d = 0; d < 4; ++d) {
        skewed(0, d) = 5 * turned(0, d) - 2 * turned(1, d);
        skewed(1, d) = turned(0, d) + 3 * turned(1, d);
    }
    const double allowed = sizeof(Real) == 4 ? 1e-4 : 1e-6;
    for (const Array& other : {turned, skewed}) {
        const Array angles = principal_angles(plane, other);
        REQUIRE(angles.size() == 2);
        CHECK(std::abs(angles(0) - 30) <= allowed);
        CHECK(std::abs(angles(1) - 70) <= allowed);
    }
    for (const double angle : principal_angles(turned, skewed)) CHECK(angle <= allowed);

    const Array line{{0, 0, 3, 0}};
    CHECK(std::abs(principal_angles(line, plane)(0) - 90) <= allowed);
    CHECK(std::abs(principal_angles(turned, line)(0) - 60) <= allowed);
    CHECK(principal_angles(plane, line).size() == 1);
}

TEST_CASE(
    "on Fashion-MNIST, PCA and probabilistic PCA with 20 components reach the known numbers") {
    if (!std::filesystem::exists(nn::fashion_mnist_folder)) {
        MESSAGE("skipped: Fashion-MNIST is not installed");
        return;
    }
    const auto data = nn::load_data("fashion-mnist");
    const Pca fit = pca(data.train.images, 20);
    CHECK(fit.squared_error(data.test.images) == doctest::Approx(14.664).epsilon(1e-4));
    double variance = 0;
    for (const double eigenvalue : fit.eigenvalues) variance += eigenvalue;
    CHECK(variance == doctest::Approx(68.216).epsilon(1e-5));
    const auto model = probabilistic_pca(fit);
    CHECK(model.sigma == doctest::Approx(.1385).epsilon(1e-3));
    CHECK(model.log_likelihood(data.test.images) == doctest::Approx(396.70).epsilon(1e-4));
}

TEST_CASE("PCA says what it expected") {
    const Array data = correlated(20, 4);
    CHECK_THROWS_WITH_AS(pca(Array({20}, 1), 1),
                         "[pca] expected data (N, D) with N > 0 and D > 0, got (20,)", Error);
    CHECK_THROWS_AS(pca(Array({0, 4}, 1), 1), Error);
    CHECK_THROWS_WITH_AS(pca(data, 5), "[pca] 5 components of data (20, 4) are asked for", Error);
    CHECK_THROWS_AS(pca(data, 0), Error);
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        Array broken = data;
        broken(3, 2) = static_cast<Real>(bad);
        CHECK_THROWS_WITH_AS(pca(broken, 2), "[pca] data have a value that is not finite", Error);
    }
    const Pca fit = pca(data, 2);
    CHECK_THROWS_WITH_AS(fit.encode(Array({3, 5}, 1)), "[pca] expected data (N, 4), got (3, 5)",
                         Error);
    CHECK_THROWS_AS(fit.squared_errors(Array({4}, 1)), Error);
    CHECK_THROWS_WITH_AS(fit.decode(Array({3, 4}, 1)), "[pca] expected codes (N, 2), got (3, 4)",
                         Error);
    CHECK_THROWS_WITH_AS(fit.first(3), "[pca] the first 3 of 2 components are asked for", Error);
    CHECK_THROWS_AS(fit.first(0), Error);
    CHECK_THROWS_WITH_AS(probabilistic_pca(pca(data, 4)),
                         "[probabilistic_pca] 4 directions of 4 leave none for the noise", Error);
    CHECK_THROWS_WITH_AS(probabilistic_pca(pca(Array({20, 4}, 1), 2)),
                         doctest::Contains("there is no noise"), Error);
    CHECK_THROWS_AS(probabilistic_pca(fit).log_likelihoods(Array({3, 5}, 1)), Error);

    CHECK_THROWS_AS(principal_angles(Array({2, 3}, 1), Array({2, 4}, 1)), Error);
    CHECK_THROWS_AS(principal_angles(Array({3}, 1), Array({1, 3}, 1)), Error);
    CHECK_THROWS_AS(principal_angles(Array({4, 3}, 1), Array({1, 3}, 1)), Error);
    CHECK_THROWS_WITH_AS(principal_angles(Array{{1, 2, 3}, {2, 4, 6}}, Array{{1, 0, 0}}),
                         "[principal_angles] row 1 of (2, 3) depends on those before it", Error);
    CHECK_THROWS_AS(principal_angles(Array({1, 3}, 0), Array({1, 3}, 1)), Error);
}

TEST_CASE("no function of PCA promises more threads than the environment gives") {
    const int threads = omp_get_max_threads(), levels = omp_get_max_active_levels();
    omp_set_max_active_levels(0);  // no region may have a second thread
    const Array data{{1, 2, 4}, {2, 1, 1}, {0, 3, 5}, {1, 1, 2}};
    const auto promised_after = [](auto computation) {
        omp_set_num_threads(2);
        computation();
        return omp_get_max_threads();
    };
    const Pca fit = pca(data, 1);
    CHECK(promised_after([&] { pca(data, 1); }) == 1);
    CHECK(promised_after([&] { fit.encode(data); }) == 1);
    CHECK(promised_after([&] { fit.decode(Array({2, 1}, 1)); }) == 1);
    CHECK(promised_after([&] { probabilistic_pca(fit.mean, Array({3, 1}, 1), 1); }) == 1);
    CHECK(promised_after([&] { principal_angles(fit.components, fit.components); }) == 1);
    const auto model = probabilistic_pca(fit);
    CHECK(promised_after([&] { models::fill_in(model, data, Array({3}, 1)); }) == 1);
    omp_set_max_active_levels(levels);
    omp_set_num_threads(threads);
}
