#include "nn/io/png.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "nn/io/atomic_file.hpp"

namespace nn {

using autograd::Array;
using autograd::Real;
using autograd::require;
using autograd::Shape;

namespace {

constexpr std::size_t longest_side = 1'000'000;  // what libpng itself allows

/// 0 ... 1 as 0 ... 255, to the nearest.
std::vector<png_byte> to_bytes(const Array& pixels, const std::string& path) {
    std::vector<png_byte> bytes(pixels.size());
    std::transform(pixels.begin(), pixels.end(), bytes.begin(), [&](Real pixel) {
        require(!std::isnan(pixel), "[write_png] ", path, ": a pixel is not a number");
        return static_cast<png_byte>(std::lround(255 * std::clamp(pixel, Real(0), Real(1))));
    });
    return bytes;
}

}  // namespace

void write_png(const std::filesystem::path& path, const Array& pixels) {
    const auto& shape = pixels.shape();
    const bool grey = shape.size() == 2;
    require(grey || (shape.size() == 3 && shape[2] == 3), "[write_png] ", path.string(),
            ": pixels are ", pixels.shape(), " but (H, W) or (H, W, 3) is expected");
    require(std::min(shape[0], shape[1]) >= 1 && std::max(shape[0], shape[1]) <= longest_side,
            "[write_png] ", path.string(), ": pixels are ", pixels.shape(), " but a side has 1 to ",
            longest_side, " pixels");

    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.height = static_cast<png_uint_32>(shape[0]);
    image.width = static_cast<png_uint_32>(shape[1]);
    image.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;

    const auto bytes = to_bytes(pixels, path.string());
    std::string file(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
    png_alloc_size_t used = file.size();
    const int written =
        png_image_write_to_memory(&image, file.data(), &used, 0, bytes.data(), 0, nullptr);
    require(written != 0, "[write_png] ", path.string(), ": ", std::string(image.message));
    file.resize(used);
    write_atomically(path, file);
}

Array image_grid(const Array& images, const Shape& item, const GridOptions& options) {
    const auto& [columns, gap, scale, background] = options;
    require(item.size() == 3 && (item[2] == 1 || item[2] == 3),
            "[image_grid] expected images of (H, W, 1) or (H, W, 3), got ", item);
    require(images.dimension() == 2 && images.size() > 0 &&
                images.shape(1) == autograd::element_count(item),
            "[image_grid] expected (N, D) with N > 0 and the D numbers of ", item, ", got ",
            images);
    require(columns > 0 && scale > 0, "[image_grid] expected columns and a scale above 0, got ",
            columns, " columns at scale ", scale);

    const std::size_t height = item[0], width = item[1], channels = item[2];
    const std::size_t count = images.shape(0);
    const std::size_t rows = (count + columns - 1) / columns;
    const std::size_t row_step = height * scale + gap;  // from one image to the one below it
    const std::size_t column_step = width * scale + gap;

    Shape shape{rows * row_step - gap, columns * column_step - gap};
    const std::size_t line = shape[1];
    if (channels > 1) shape.push_back(channels);
    Array picture(shape, background);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t top = i / columns * row_step;
        const std::size_t left = i % columns * column_step;
        for (std::size_t y = 0; y < height * scale; ++y)
            for (std::size_t x = 0; x < width * scale; ++x)
                std::copy_n(&images(i, (y / scale * width + x / scale) * channels), channels,
                            picture.data() + ((top + y) * line + left + x) * channels);
    }
    return picture;
}

}  // namespace nn
