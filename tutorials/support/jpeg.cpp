#include "tutorials/support/jpeg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>  // which jpeglib.h forgets
#include <vector>

#include <jpeglib.h>

namespace tutorials {

using autograd::Array;
using autograd::Real;
using autograd::require;
using autograd::Shape;

namespace {

constexpr std::size_t block = 8;  // JPEG's transform takes 8 × 8 pixels

/// libjpeg calls this with what is wrong, and this may not return.
[[noreturn]] void fail(j_common_ptr jpeg) {
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    throw autograd::Error(std::string("[jpeg] ") + message);
}

/// And this with warnings, such as one that data are missing, which it would make up.
void fail_on_warning(j_common_ptr jpeg, int level) {
    if (level < 0) fail(jpeg);
}

/// libjpeg's state, which is released whatever happens.
struct Compressor {
    jpeg_error_mgr errors;
    jpeg_compress_struct jpeg;
    unsigned char* file = nullptr;
    unsigned long size = 0;

    Compressor() {
        jpeg.err = jpeg_std_error(&errors);
        errors.error_exit = fail;
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &file, &size);
    }
    ~Compressor() {
        jpeg_destroy_compress(&jpeg);
        std::free(file);
    }
};

struct Decompressor {
    jpeg_error_mgr errors;
    jpeg_decompress_struct jpeg;

    explicit Decompressor(const std::string& file) {
        jpeg.err = jpeg_std_error(&errors);
        errors.error_exit = fail;
        errors.emit_message = fail_on_warning;
        jpeg_create_decompress(&jpeg);
        jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    }
    ~Decompressor() { jpeg_destroy_decompress(&jpeg); }
};

JSAMPLE to_byte(Real pixel) {
    require(!std::isnan(pixel), "[encode_jpeg] a pixel is not a number");
    return static_cast<JSAMPLE>(std::lround(255 * std::clamp(pixel, Real(0), Real(1))));
}

void check(const Array& images, const Shape& item) {
    require(item.size() == 3 && item[2] == 1, "[jpeg] expected images of (H, W, 1), got ", item);
    require(images.dimension() == 2 && images.size() > 0 &&
                images.shape(1) == autograd::element_count(item),
            "[jpeg] expected (N, D) with D numbers of ", item, ", got ", images);
}

std::size_t whole_blocks(std::size_t side) { return (side + block - 1) / block * block; }

/// Where image number i stands among others, as (row, column) of its first pixel.
struct Sheet {
    std::size_t across;         // images in a row
    std::size_t height, width;  // of the place for an image

    std::size_t top(std::size_t i) const { return i / across * height; }
    std::size_t left(std::size_t i) const { return i % across * width; }
};

}  // namespace

std::string encode_jpeg(const Array& pixels, int quality) {
    require(pixels.dimension() == 2 && pixels.size() > 0 &&
                std::max(pixels.shape(0), pixels.shape(1)) <= JPEG_MAX_DIMENSION,
            "[encode_jpeg] pixels are ", pixels.shape(), " but (H, W) with 1 to ",
            JPEG_MAX_DIMENSION, " to a side is expected");
    require(1 <= quality && quality <= 100, "[encode_jpeg] quality is 1 to 100, got ", quality);

    Compressor compressor;
    jpeg_compress_struct& jpeg = compressor.jpeg;
    jpeg.image_height = static_cast<JDIMENSION>(pixels.shape(0));
    jpeg.image_width = static_cast<JDIMENSION>(pixels.shape(1));
    jpeg.input_components = 1;
    jpeg.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;

    std::vector<JSAMPLE> row(pixels.shape(1));
    jpeg_start_compress(&jpeg, TRUE);
    for (std::size_t y = 0; y < pixels.shape(0); ++y) {
        std::transform(&pixels(y, 0), &pixels(y, 0) + row.size(), row.begin(), to_byte);
        JSAMPROW rows[] = {row.data()};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    return {reinterpret_cast<const char*>(compressor.file), compressor.size};
}

Array decode_jpeg(const std::string& file) {
    Decompressor decompressor(file);
    jpeg_decompress_struct& jpeg = decompressor.jpeg;
    jpeg_read_header(&jpeg, TRUE);
    require(jpeg.num_components == 1, "[decode_jpeg] expected a grey picture");
    jpeg_start_decompress(&jpeg);

    Array pixels(Shape{jpeg.output_height, jpeg.output_width});
    std::vector<JSAMPLE> row(jpeg.output_width);
    for (std::size_t y = 0; y < pixels.shape(0); ++y) {
        JSAMPROW rows[] = {row.data()};
        jpeg_read_scanlines(&jpeg, rows, 1);
        std::transform(row.begin(), row.end(), &pixels(y, 0),
                       [](JSAMPLE byte) { return static_cast<Real>(byte) / 255; });
    }
    jpeg_finish_decompress(&jpeg);
    return pixels;
}

JpegImages jpeg_each(const Array& images, const Shape& item, int quality) {
    check(images, item);
    JpegImages result{images, 0};
    Array picture(Shape{item[0], item[1]});
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < images.shape(0); ++i) {
        std::copy_n(&images(i, 0), picture.size(), picture.data());
        const std::string file = encode_jpeg(picture, quality);
        bytes += file.size();
        std::copy_n(decode_jpeg(file).data(), picture.size(), &result.images(i, 0));
    }
    result.bits = 8 * static_cast<double>(bytes) / static_cast<double>(images.shape(0));
    return result;
}

JpegImages jpeg_together(const Array& images, const Shape& item, int quality) {
    check(images, item);
    const std::size_t count = images.shape(0), height = item[0], width = item[1];
    const Sheet sheet{static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count)))),
                      whole_blocks(height), whole_blocks(width)};
    Array picture =
        autograd::full({sheet.top(count - 1) + sheet.height, sheet.across * sheet.width}, 0);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t y = 0; y < sheet.height; ++y)
            for (std::size_t x = 0; x < sheet.width; ++x)
                picture(sheet.top(i) + y, sheet.left(i) + x) =
                    images(i, std::min(y, height - 1) * width + std::min(x, width - 1));

    const std::string file = encode_jpeg(picture, quality);
    picture = decode_jpeg(file);
    JpegImages result{images, 8 * static_cast<double>(file.size()) / static_cast<double>(count)};
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t y = 0; y < height; ++y)
            std::copy_n(&picture(sheet.top(i) + y, sheet.left(i)), width,
                        &result.images(i, y * width));
    return result;
}

}  // namespace tutorials
