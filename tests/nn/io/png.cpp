#include "nn/io/png.hpp"

#include <doctest/doctest.h>
#include <png.h>

#include <limits>
#include <vector>

#include "temporary_folder.hpp"

using autograd::Array;
using autograd::Error;
using autograd::Real;
using autograd::Shape;
using nn::image_grid;
using nn::write_png;

namespace {

struct Picture {
    std::size_t height = 0, width = 0, channels = 0;
    std::vector<int> values;
};

Picture read_png(const std::filesystem::path& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    REQUIRE(png_image_begin_read_from_file(&image, path.c_str()));
    CHECK((image.format & (PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_LINEAR)) == 0);
    const std::size_t channels = PNG_IMAGE_SAMPLE_CHANNELS(image.format);
    std::vector<png_byte> bytes(PNG_IMAGE_SIZE(image));
    REQUIRE(png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr));
    return {image.height, image.width, channels, {bytes.begin(), bytes.end()}};
}

}  // namespace

TEST_CASE("a grey picture keeps its place and its values, clamped and rounded to bytes") {
    const TemporaryFolder folder;
    const Real inf = std::numeric_limits<Real>::infinity();
    const Array pixels{
        {0, 1, Real(0.5)}, {-3, 7, Real(100.4 / 255)}, {-inf, inf, Real(100.6 / 255)}};
    write_png(folder / "grey.png", pixels);
    const Picture picture = read_png(folder / "grey.png");
    CHECK(picture.height == 3);
    CHECK(picture.width == 3);
    CHECK(picture.channels == 1);
    CHECK(picture.values == std::vector<int>{0, 255, 128, 0, 255, 100, 0, 255, 101});
    CHECK(folder.entries() == 1);
}

TEST_CASE("a coloured picture keeps rows, columns and channels apart") {
    const TemporaryFolder folder;
    auto pixels = Array::from_shape({2, 3, 3});
    std::vector<int> expected;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels.flat(i) = static_cast<Real>(10 * i) / 255;
        expected.push_back(static_cast<int>(10 * i));
    }
    write_png(folder / "colour.png", pixels);
    const Picture picture = read_png(folder / "colour.png");
    CHECK(picture.height == 2);
    CHECK(picture.width == 3);
    CHECK(picture.channels == 3);
    CHECK(picture.values == expected);
}

TEST_CASE("what is no picture is refused and leaves no file") {
    const TemporaryFolder folder;
    for (const Shape& shape : {Shape{}, Shape{4}, Shape{4, 4, 1}, Shape{4, 4, 4}, Shape{1, 4, 4, 3},
                               Shape{0, 4}, Shape{4, 0}, Shape{1'000'001, 1}, Shape{1, 1'000'001}})
        CHECK_THROWS_AS(write_png(folder / "x.png", Array(shape, 0)), Error);
    const Array broken{{0, std::numeric_limits<Real>::quiet_NaN()}};
    CHECK_THROWS_WITH_AS(write_png(folder / "x.png", broken),
                         doctest::Contains("a pixel is not a number"), Error);
    CHECK_THROWS_AS(write_png(folder / "missing" / "x.png", Array({2, 2}, 0)), Error);
    CHECK(folder.entries() == 0);
}

TEST_CASE("a grid fills rows of images, with gaps and an unfinished last row") {
    // Three images of 1 x 2 pixels.
    const Array images{{Real(.1), Real(.2)}, {Real(.3), Real(.4)}, {Real(.5), Real(.6)}};
    const Array grid = image_grid(images, {1, 2, 1}, {.columns = 2, .gap = 1, .background = 9});
    const Array expected{{Real(.1), Real(.2), 9, Real(.3), Real(.4)},
                         {9, 9, 9, 9, 9},
                         {Real(.5), Real(.6), 9, 9, 9}};
    CHECK(grid == expected);
}

TEST_CASE("a grid enlarges pixels, not gaps") {
    const Array images{{1, 2}, {3, 4}};  // two images of 2 x 1 pixels
    const Array grid =
        image_grid(images, {2, 1, 1}, {.columns = 2, .gap = 1, .scale = 2, .background = 0});
    const Array expected{{1, 1, 0, 3, 3}, {1, 1, 0, 3, 3}, {2, 2, 0, 4, 4}, {2, 2, 0, 4, 4}};
    CHECK(grid == expected);
}

TEST_CASE("a grid without gaps is the images side by side") {
    const Array images{{1, 2}, {3, 4}};
    CHECK(image_grid(images, {2, 1, 1}, {.columns = 2, .gap = 0}) == Array{{1, 3}, {2, 4}});
}

TEST_CASE("a grid of coloured images keeps their channels") {
    const Array images{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}};  // two of 1 × 2 pixels
    const Array grid = image_grid(images, {1, 2, 3}, {.columns = 1, .gap = 1, .background = 0});
    REQUIRE(grid.shape() == autograd::Shape{3, 2, 3});
    for (std::size_t channel = 0; channel < 3; ++channel) {
        CHECK(grid(0, 1, channel) == 4 + channel);
        CHECK(grid(1, 1, channel) == 0);
        CHECK(grid(2, 0, channel) == 7 + channel);
    }
}

TEST_CASE("a grid says what it expected") {
    CHECK_THROWS_WITH_AS(
        image_grid(Array({3, 784}, 0), {28, 27, 1}),
        "[image_grid] expected (N, D) with N > 0 and the D numbers of (28, 27, 1), "
        "got (3, 784)",
        Error);
    CHECK_THROWS_AS(image_grid(Array({3, 2, 2}, 0), {2, 2, 1}), Error);
    CHECK_THROWS_AS(image_grid(Array({0, 4}, 0), {2, 2, 1}), Error);
    CHECK_THROWS_AS(image_grid(Array({3, 0}, 0), {0, 0, 1}), Error);
    CHECK_THROWS_AS(image_grid(Array({3, 4}, 0), {2, 2, 1}, {.columns = 0}), Error);
    CHECK_THROWS_AS(image_grid(Array({3, 4}, 0), {2, 2, 1}, {.scale = 0}), Error);
}
