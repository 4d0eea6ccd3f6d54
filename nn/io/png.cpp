#include "nn/io/png.hpp"

#include <png.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

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

/// Pixels that have their opacity behind them, of 0 to 255, are mixed with white, and it is gone.
void lay_on_white(Bitmap& bitmap) {
    const std::size_t channels = bitmap.shape[2];
    const std::size_t pixels = bitmap.shape[0] * bitmap.shape[1];
    const std::uint8_t* from = bitmap.bytes.data();
    std::uint8_t* to = bitmap.bytes.data();
    for (std::size_t i = 0; i < pixels; ++i, from += channels + 1) {
        const unsigned opacity = from[channels];
        for (std::size_t c = 0; c < channels; ++c)
            *to++ =
                static_cast<std::uint8_t>((from[c] * opacity + 255 * (255 - opacity) + 127) / 255);
    }
    bitmap.bytes.resize(pixels * channels);
}

constexpr std::size_t most_pixels = std::size_t{1}
                                    << 26;  // 67 million; a photograph has 50 at most

/// What libpng keeps of a file that it reads.
struct ReadStructs {
    png_structp png = nullptr;
    png_infop info = nullptr;
    ~ReadStructs() { png_destroy_read_struct(&png, &info, nullptr); }
};

/// A PNG file whose header has been read.
class PngReader {
  public:
    explicit PngReader(const std::filesystem::path& path);
    PngReader(const PngReader&) = delete;  // libpng knows its address
    PngReader& operator=(const PngReader&) = delete;
    Shape shape() const;
    Bitmap read();

  private:
    void open();
    template <class... Parts>
    void check(bool condition, const Parts&... parts) const {
        require(condition, "[read_png] ", path_, ": ", parts...);
    }
    std::size_t read_some(png_bytep bytes, std::size_t count) const;

    // What libpng calls; an exception passes through it.
    static void read_all(png_structp png, png_bytep bytes, std::size_t count);
    [[noreturn]] static void fail(png_structp png, png_const_charp message);
    static void warn(png_structp, png_const_charp) {}

    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, std::fclose};
    std::array<png_byte, 4> checksum_{};  // of the last chunk
    ReadStructs structs_;
};

std::size_t PngReader::read_some(png_bytep bytes, std::size_t count) const {
    const std::size_t found = std::fread(bytes, 1, count, file_.get());
    check(std::ferror(file_.get()) == 0, "cannot be read: ", std::strerror(errno));
    return found;
}

void PngReader::read_all(png_structp png, png_bytep bytes, std::size_t count) {
    auto& reader = *static_cast<PngReader*>(png_get_io_ptr(png));
    reader.check(reader.read_some(bytes, count) == count, "ends early");
    if (count == 4) std::copy_n(bytes, 4, reader.checksum_.begin());
}

void PngReader::fail(png_structp png, png_const_charp message) {
    const auto& reader = *static_cast<const PngReader*>(png_get_error_ptr(png));
    throw autograd::Error("[read_png] " + reader.path_ + ": is damaged (" + message + ")");
}

void PngReader::open() {
    std::error_code failure;
    const auto status = std::filesystem::status(path_, failure);
    check(!failure, failure.message());
    check(std::filesystem::is_regular_file(status), "is not a file");  // to open a pipe would wait
    file_.reset(std::fopen(path_.c_str(), "rbe"));
    check(file_ != nullptr, std::strerror(errno));
    std::array<png_byte, 8> signature{};
    check(read_some(signature.data(), signature.size()) > 0, "is empty");
    check(png_sig_cmp(signature.data(), 0, signature.size()) == 0, "is not a PNG file");
}

PngReader::PngReader(const std::filesystem::path& path) : path_(path.string()) {
    open();
    auto& [png, info] = structs_;
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, warn);
    check(png != nullptr, "libpng is not the one that this program was compiled for");
    info = png_create_info_struct(png);
    png_set_read_fn(png, this, read_all);
    png_set_sig_bytes(png, 8);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours says what it got
    png_read_info(png, info);
    const std::size_t height = shape()[0], width = shape()[1];
    check(height <= most_pixels / width, "declares ", height, " × ", width,
          " pixels, expected at most ", most_pixels);
}

Shape PngReader::shape() const {
    const auto& [png, info] = structs_;
    const bool colour = (png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) != 0;
    return {png_get_image_height(png, info), png_get_image_width(png, info), colour ? 3u : 1u};
}

Bitmap PngReader::read() {
    auto& [png, info] = structs_;
    png_set_expand(png);  // palettes, fewer than 8 bits, and a colour that stands for transparent
    png_set_scale_16(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);

    Bitmap bitmap{.shape = shape(), .bytes = {}};
    const std::size_t height = bitmap.shape[0], line = png_get_rowbytes(png, info);
    bitmap.bytes.resize(height * line);
    std::vector<png_bytep> rows(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = bitmap.bytes.data() + y * line;
    png_read_image(png, rows.data());
    png_read_end(png, nullptr);
    constexpr std::array<png_byte, 4> of_end{0xae, 0x42, 0x60, 0x82};
    check(checksum_ == of_end, "is damaged (IEND: CRC error)");  // libpng 1.6.48 lets it pass

    if (png_get_channels(png, info) > bitmap.shape[2]) lay_on_white(bitmap);
    return bitmap;
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

Shape png_shape(const std::filesystem::path& path) { return PngReader(path).shape(); }

Bitmap read_png(const std::filesystem::path& path) { return PngReader(path).read(); }

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
