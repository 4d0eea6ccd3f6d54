#include "models/evaluate/psnr.hpp"

#include <doctest/doctest.h>

#include <cmath>

using autograd::Array;
using autograd::full;
using autograd::Real;
using models::psnr;

TEST_CASE("an error of a tenth everywhere is 20 decibels, half of it 6 more") {
    const Array clean = full({3, 4}, Real(0.5));
    CHECK(psnr(full({3, 4}, Real(0.6)), clean) == doctest::Approx(20).epsilon(1e-5));
    CHECK(psnr(full({3, 4}, Real(0.55)), clean) == doctest::Approx(20 + 20 * std::log10(2.)));
    CHECK(psnr(0.001) == doctest::Approx(30));
    CHECK(std::isinf(psnr(clean, clean)));
}

TEST_CASE("the errors of all images are averaged before the logarithm, not after") {
    const Array clean = full({2, 2}, 0), restored{{Real(0.1), Real(0.1)}, {Real(0.3), Real(0.3)}};
    CHECK(psnr(restored, clean) == doctest::Approx(-10 * std::log10((0.01 + 0.09) / 2)));
}

TEST_CASE("a ratio of images that do not fit is refused") {
    CHECK_THROWS_WITH_AS(psnr(full({2, 3}, 0), full({3, 2}, 0)),
                         "[mse_per_pixel] expected images of the shape (3, 2), got (2, 3)",
                         autograd::Error);
    CHECK_THROWS_AS(psnr(Array(autograd::Shape{0, 3}), Array(autograd::Shape{0, 3})),
                    autograd::Error);
}
