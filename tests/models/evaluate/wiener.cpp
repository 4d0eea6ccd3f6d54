#include "models/evaluate/wiener.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "models/evaluate/psnr.hpp"
#include "nn/data/corruption.hpp"
#include "nn/data/dataset.hpp"

using namespace models;
using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using doctest::Approx;

namespace {

/// Gaussian examples (n, 3): x₁ has variance 4, x₂ = x₁ / 2 + a bit, x₃ stands alone; means 1, 2, 3.
Array gaussian(std::size_t n, nn::Random& random) {
    Array data = random.normal({n, 3});
    for (std::size_t i = 0; i < n; ++i) {
        data(i, 0) = 2 * data(i, 0);
        data(i, 1) = Real(0.5) * data(i, 0) + Real(0.5) * data(i, 1);
        for (std::size_t d = 0; d < 3; ++d) data(i, d) += static_cast<Real>(d + 1);
    }
    return data;
}

double mean_squared_error(const Array& a, const Array& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        total += std::pow(double{a.data()[i]} - double{b.data()[i]}, 2);
    return total / static_cast<double>(a.shape(0));
}

}  // namespace

TEST_CASE("the Wiener filter of independent dimensions shrinks each by its own gain") {
    // Variances 4 and 1 around (10, 20); noise of variance 1.
    const Array data{{12, 20}, {8, 20}, {12, 20}, {8, 20}, {10, 21}, {10, 19}, {10, 21}, {10, 19}};
    const Wiener filter = wiener(pca(data, 2), 1);
    const Array out = filter(Array{{13, 23}});
    CHECK(out(0, 0) == Approx(10 + 3 * 2. / 3));  // variance 2 of 2 + 1
    CHECK(out(0, 1) == Approx(20 + 3 * 0.5 / 1.5));
    CHECK(filter.weights_of(0)(0) == Approx(2. / 3));
    CHECK(std::abs(filter.weights_of(0)(1)) < 1e-6);
}

TEST_CASE("on Gaussian data the Wiener filter errs as it expects, and every other gain errs more") {
    nn::Random random(1);
    const Array clean = gaussian(100'000, random);
    const Pca directions = pca(clean, 3);
    const double sigma = 0.7;
    const Array noisy = nn::gaussian_noise(sigma)(clean, random);
    const Wiener filter = wiener(directions, sigma);
    const double error = mean_squared_error(filter(noisy), clean);
    double expected = 0;  // along each direction λσ² / (λ + σ²), which is σ² times the gain
    for (const Real gain : filter.gains) expected += sigma * sigma * double{gain};
    CHECK(error == Approx(expected).epsilon(0.02));
    for (std::size_t i = 0; i < 3; ++i)
        for (const Real factor : {Real(0.8), Real(1.2)}) {
            Wiener other = filter;
            other.gains(i) *= factor;
            CHECK(mean_squared_error(other(noisy), clean) > error);
        }
}

TEST_CASE("what the Wiener filter adds is the noise's variance times the slope of log p") {
    // Noisy Gaussian images are Gaussian again, N(m, Σ + σ²I), whose log density has the slope
    // −(Σ + σ²I)⁻¹ (x − m): here by differences of that of probabilistic PCA with all the noise.
    nn::Random random(2);
    const Pca directions = pca(gaussian(1000, random), 3);
    const double sigma = 0.7;
    const Wiener filter = wiener(directions, sigma);
    Array x{{2, 1, 4}};
    const Array restored = filter(x);
    const auto log_density = [&](const Array& at) {
        const Array code = directions.encode(at);
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i)
            sum -= double{code(0, i)} * double{code(0, i)} /
                   (2 * (double{directions.eigenvalues(i)} + sigma * sigma));
        return sum;
    };
    for (std::size_t d = 0; d < 3; ++d) {
        Array above = x, below = x;
        above(0, d) += Real(0.01), below(0, d) -= Real(0.01);
        const double slope = (log_density(above) - log_density(below)) / 0.02;
        CHECK(double{restored(0, d)} - double{x(0, d)} ==
              Approx(sigma * sigma * slope).epsilon(1e-3));
    }
}

TEST_CASE("the weights of a pixel put its answer together") {
    nn::Random random(3);
    const Array clean = gaussian(500, random);
    const Wiener filter = wiener(pca(clean, 3), 0.5);
    const Array out = filter(clean);
    for (std::size_t pixel = 0; pixel < 3; ++pixel) {
        const Array weights = filter.weights_of(pixel);
        double answer = filter.directions.mean(pixel);
        for (std::size_t d = 0; d < 3; ++d)
            answer +=
                double{weights(d)} * (double{clean(7, d)} - double{filter.directions.mean(d)});
        CHECK(double{out(7, pixel)} == Approx(answer).epsilon(1e-5));
    }
}

TEST_CASE("missing pixels are filled in by their conditional mean") {
    // W·Wᵀ + σ²·I of one direction (2, 1, 0) and σ² = 1/4; the middle pixel is missing:
    // E[x₂ | x₁, x₃] = m₂ + cov(x₂, x₁) / var(x₁) · (x₁ − m₁) = m₂ + 2 / 4.25 · (x₁ − m₁).
    const ProbabilisticPca model =
        probabilistic_pca(autograd::array({3}, {1, 2, 3}), autograd::array({3, 1}, {2, 1, 0}), 0.5);
    const Array images{{4, 99, 7}, {-1, -99, 3}};
    const Array out = fill_in(model, images, Array{1, 0, 1});
    CHECK(out(0, 1) == Approx(2 + 2 / 4.25 * 3));
    CHECK(out(1, 1) == Approx(2 + 2 / 4.25 * -2));
    for (std::size_t i = 0; i < 2; ++i)
        for (const std::size_t d : {0, 2}) CHECK(out(i, d) == images(i, d));
}

TEST_CASE("each image has missing pixels of its own") {
    const ProbabilisticPca model =
        probabilistic_pca(autograd::array({3}, {1, 2, 3}), autograd::array({3, 1}, {2, 1, 0}), 0.5);
    const Real none = std::numeric_limits<Real>::quiet_NaN();
    const Array images{{4, none, 7}, {none, 1, none}, {4, 5, 6}, {none, none, none}};
    const Array out = fill_in(model, images);
    const Array expected{{4, Real(2 + 2 / 4.25 * 3), 7},
                         {Real(1 + 2 / 1.25 * -1), 1, 3},  // cov(x₁, x₂) / var(x₂)
                         {4, 5, 6},
                         {1, 2, 3}};
    for (std::size_t i = 0; i < out.size(); ++i)
        CHECK(out.flat(i) == Approx(expected.flat(i)).epsilon(1e-5));

    // Where all lack the same, it is what the other function says.
    nn::Random random(7);
    const Array data = random.normal({40, 9});
    const ProbabilisticPca fit = probabilistic_pca(pca(data, 4));
    Array known = autograd::full({9}, 1), holes = data;
    for (const std::size_t d : {0, 3, 4, 8}) {
        known(d) = 0;
        for (std::size_t n = 0; n < 40; ++n) holes(n, d) = none;
    }
    const Array one_mask = fill_in(fit, data, known), own_masks = fill_in(fit, holes);
    for (std::size_t i = 0; i < data.size(); ++i)
        CHECK(std::abs(one_mask.flat(i) - own_masks.flat(i)) < 1e-5);
}

TEST_CASE("filters that make no sense are refused") {
    nn::Random random(4);
    const Array data = gaussian(50, random);
    CHECK_THROWS_WITH_AS(wiener(pca(data, 2), 0.5), "[wiener] expected all 3 components, got 2",
                         Error);
    CHECK_THROWS_WITH_AS(wiener(pca(data, 3), 0), "[wiener] expected a sigma above 0, got 0",
                         Error);
    CHECK_THROWS_AS(wiener(pca(data, 3), std::nan("")), Error);
    CHECK_THROWS_WITH_AS(wiener(pca(data, 3), 1).weights_of(3),
                         "[wiener] there is no pixel 3, there are 3", Error);
    CHECK_THROWS_AS(wiener(pca(data, 3), 1)(Array({2, 4}, 1)), Error);
    const ProbabilisticPca model = probabilistic_pca(pca(data, 1));
    CHECK_THROWS_WITH_AS(fill_in(model, data, Array{1, 0}),
                         "[fill_in] expected images (N, 3) and known pixels (3,), got (50, 3) and "
                         "(2,)",
                         Error);
    CHECK_THROWS_AS(fill_in(model, Array({2, 4}, 1), Array{1, 0, 1}), Error);
    CHECK_THROWS_WITH_AS(fill_in(model, data, Array{0, 0, 0}), "[fill_in] no pixel is known",
                         Error);
    CHECK_THROWS_WITH_AS(fill_in(model, Array({2, 4}, 1)),
                         "[fill_in] expected images (N, 3), got (2, 4)", Error);
    Array infinite = data;
    infinite(3, 1) = std::numeric_limits<Real>::infinity();
    CHECK_THROWS_WITH_AS(fill_in(model, infinite),
                         "[fill_in] image 3 holds inf, expected a finite number or none", Error);
}

TEST_CASE("what a linear model restores of Fashion-MNIST is what is known") {
    if (!std::filesystem::exists(nn::fashion_mnist_folder)) {
        MESSAGE("Fashion-MNIST is not installed: not checked");
        return;
    }
    const auto data = nn::load_data("fashion-mnist");
    const Array& clean = data.test.images;
    const Pca directions = pca(data.train.images, clean.shape(1));
    nn::Random random(5);
    for (const auto& [sigma, known] : {std::pair(0.1, 23.61), {0.3, 18.82}, {0.5, 17.16}}) {
        const Array noisy = nn::gaussian_noise(sigma)(clean, random);
        CHECK(std::abs(psnr(wiener(directions, sigma)(noisy), clean) - known) < 0.02);
    }

    // Missing pixels of the first 2000 images, squared error for each that is missing.
    const Array some = nn::first(data.test, 2000).images;
    const ProbabilisticPca model = probabilistic_pca(directions.first(64));
    const auto error = [&](const Array& known) {
        double missing = 0;
        for (const Real pixel : known) missing += pixel == 0;
        return mean_squared_error(fill_in(model, some, known), some) / missing;
    };
    Array upper = autograd::full({784}, 0);
    for (std::size_t d = 0; d < 392; ++d) upper(d) = 1;
    CHECK(std::abs(error(upper) - 0.04288) < 0.00002);  // the lower half from the upper one
    // Scattered ones: the mean over eight masks, from each of which it is off by about .0003.
    for (const auto& [share, known] : {std::pair(0.3, 0.01274), {0.5, 0.01345}}) {
        double mean = 0;
        for (int mask = 0; mask < 8; ++mask) {
            Array scattered = autograd::full({784}, 0);
            for (Real& pixel : scattered) pixel = random.uniform() < share ? 0 : 1;
            mean += error(scattered) / 8;
        }
        CHECK(std::abs(mean - known) < 0.0004);
        // Or each image with a mask of its own.
        Array holes = some;
        double missing = 0;
        for (Real& pixel : holes)
            if (random.uniform() < share) {
                pixel = std::numeric_limits<Real>::quiet_NaN();
                ++missing;
            }
        const double squares =
            mean_squared_error(fill_in(model, holes), some) * double(some.shape(0));
        CHECK(std::abs(squares / missing - known) < 0.0001);
    }
}
