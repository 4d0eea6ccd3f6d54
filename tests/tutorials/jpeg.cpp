#include "tutorials/support/jpeg.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "nn/data/glyphs.hpp"
#include "nn/random.hpp"

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using tutorials::decode_jpeg;
using tutorials::encode_jpeg;

namespace {

double mean_squared_difference(const Array& a, const Array& b) {
    REQUIRE(a.shape() == b.shape());
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::pow(double{a.data()[i]} - double{b.data()[i]}, 2);
    return sum / static_cast<double>(a.size());
}

Array some_glyphs(std::size_t n) {
    nn::Random random(1);
    return nn::glyphs(n, random).images;
}

}  // namespace

TEST_CASE("a picture of one grey comes back from JPEG as it was, of any size, in its shape") {
    for (const Shape& shape : {Shape{1, 1}, Shape{8, 8}, Shape{9, 23}}) {
        const Array pixels = autograd::full(shape, Real(128) / 255);
        const std::string file = encode_jpeg(pixels, 50);
        CHECK(file.substr(0, 2) == "\xff\xd8");
        CHECK(mean_squared_difference(decode_jpeg(file), pixels) < 1e-12);
    }
}

TEST_CASE("rows and columns keep their places in JPEG, and values beyond 0 to 1 are clamped") {
    Array pixels = autograd::full({16, 24}, -3);
    for (std::size_t y = 0; y < 8; ++y)
        for (std::size_t x = 16; x < 24; ++x) pixels(y, x) = 7;  // the block at the top right
    const Array again = decode_jpeg(encode_jpeg(pixels, 100));
    CHECK(again(3, 20) == doctest::Approx(1).epsilon(0.02));
    CHECK(again(3, 3) < 0.02);
    CHECK(again(12, 20) < 0.02);
}

TEST_CASE("with more quality a JPEG file grows and its error falls") {
    const Array images = some_glyphs(30);
    double bits = 0, error = 1;
    for (const int quality : {5, 25, 75, 100}) {
        const auto coded = tutorials::jpeg_together(images, {28, 28, 1}, quality);
        const double now = mean_squared_difference(coded.images, images);
        CHECK(coded.bits > bits);
        CHECK(now < error);
        bits = coded.bits, error = now;
    }
    CHECK(error < 2e-5);  // at best, what rounding to bytes leaves
}

TEST_CASE("images in one JPEG file are those in files of their own, for fewer bits") {
    const Array images = some_glyphs(7);  // the last row of the sheet is not full
    const auto together = tutorials::jpeg_together(images, {28, 28, 1}, 30);
    const auto each = tutorials::jpeg_each(images, {28, 28, 1}, 30);
    CHECK(mean_squared_difference(together.images, each.images) < 1e-12);
    CHECK(together.bits < each.bits / 2);
}

TEST_CASE("JPEG refuses what is no picture, and files that are none or not whole") {
    const Array pixels = autograd::full({16, 16}, Real(0.5));
    CHECK_THROWS_AS(encode_jpeg(pixels, 0), Error);
    CHECK_THROWS_AS(encode_jpeg(pixels, 101), Error);
    CHECK_THROWS_AS(encode_jpeg(autograd::full({16}, 1), 50), Error);
    CHECK_THROWS_AS(encode_jpeg(autograd::full({2, 2, 3}, 1), 50), Error);
    CHECK_THROWS_AS(encode_jpeg(Array(Shape{0, 4}), 50), Error);
    CHECK_THROWS_AS(encode_jpeg(autograd::full({2, 2}, std::numeric_limits<Real>::quiet_NaN()), 50),
                    Error);
    CHECK_THROWS_AS(tutorials::jpeg_together(pixels, {3, 3, 1}, 50), Error);
    CHECK_THROWS_AS(tutorials::jpeg_each(pixels, {3, 3, 1}, 50), Error);

    CHECK_THROWS_AS(decode_jpeg(""), Error);
    CHECK_THROWS_AS(decode_jpeg("no JPEG at all"), Error);
    const std::string file = encode_jpeg(some_glyphs(3), 50);
    CHECK_NOTHROW(decode_jpeg(file));
    CHECK_THROWS_AS(decode_jpeg(file.substr(0, file.size() / 2)), Error);
}
