#include "autograd/patches.hpp"

namespace autograd {

void require_images(const char* operation, const Shape& x) {
    require(x.size() == 4 && x[1] > 0 && x[2] > 0, "[", operation,
            "] expected images (B, H, W, C) of at least one pixel, got ", x);
}

Windows::Windows(const char* operation, const Shape& x, std::size_t tall, std::size_t wide,
                 std::size_t step, std::size_t zeros)
    : window_height(tall), window_width(wide), stride(step), padding(zeros) {
    require_images(operation, x);
    images = x[0];
    height = x[1];
    width = x[2];
    channels = x[3];
    require(stride > 0, "[", operation, "] expected a stride of at least 1, got 0");
    const Shape window{tall, wide}, largest{height + 2 * padding, width + 2 * padding};
    require(0 < tall && tall <= largest[0] && 0 < wide && wide <= largest[1], "[", operation,
            "] expected a window between (1, 1) and ", largest, ", an image with its padding, got ",
            window);
}

namespace {

/// Takes the patches of one line apart into runs, from the first number to the last, as far as their
/// numbers are neighbours in the image too. Calls inside(in image, in patches, n) for n numbers of the
/// image and outside(in patches, n) for n of the padding, with the offset at which they begin.
template <class Inside, class Outside>
void for_each_run(const Windows& windows, std::size_t line, Inside inside, Outside outside) {
    const auto& [images, height, width, channels, tall, wide, stride, padding] = windows;
    std::size_t at = 0;
    // Rows and columns are counted from the corner of the padding.
    const std::size_t top = line % windows.down() * stride;
    for (std::size_t place = 0; place < windows.across(); ++place) {
        const std::size_t left = place * stride;
        const std::size_t first = std::clamp(left, padding, padding + width);
        const std::size_t last = std::clamp(left + wide, padding, padding + width);
        for (std::size_t row = top; row < top + tall; ++row, at += wide * channels) {
            if (row < padding || row >= padding + height || first == last) {
                outside(at, wide * channels);
                continue;
            }
            const std::size_t before = (first - left) * channels, n = (last - first) * channels;
            outside(at, before);
            inside(((row - padding) * width + first - padding) * channels, at + before, n);
            outside(at + before + n, wide * channels - before - n);
        }
    }
}

}  // namespace

void gather(const Windows& windows, const Real* images, Range lines, Real* patches) {
    for (std::size_t line = lines.begin; line < lines.end; ++line) {
        const Real* image = images + line / windows.down() * windows.image_size();
        for_each_run(
            windows, line,
            [&](std::size_t from, std::size_t to, std::size_t n) {
                std::copy_n(image + from, n, patches + to);
            },
            [&](std::size_t to, std::size_t n) { std::fill_n(patches + to, n, Real{0}); });
        patches += windows.line_size();
    }
}

void scatter(const Windows& windows, const Real* patches, Range lines, Real* images) {
    for (std::size_t line = lines.begin; line < lines.end; ++line) {
        Real* image = images + line / windows.down() * windows.image_size();
        for_each_run(
            windows, line,
            [&](std::size_t to, std::size_t from, std::size_t n) {
                for (std::size_t k = 0; k < n; ++k) image[to + k] += patches[from + k];
            },
            [](std::size_t, std::size_t) {});
        patches += windows.line_size();
    }
}

}  // namespace autograd
