#include "autograd/ops/pooling.hpp"

#include <cmath>

#include "autograd/patches.hpp"

namespace autograd {

namespace {

/// Calls f(place, corner) for each place of the window on all images: where the channels of the place
/// begin in the results, and where those of its first pixel do in the images. Threads share the images.
template <class Function>
void for_each_place(const Windows& windows, const Function& f) {
    for_each_part(windows.images, windows.patches_size(), [&](std::size_t, Range images) {
        const std::size_t step = windows.stride * windows.channels;
        const Range lines = windows.lines(images);
        std::size_t place = lines.begin * windows.across() * windows.channels;
        for (std::size_t line = lines.begin; line < lines.end; ++line) {
            std::size_t corner = line / windows.down() * windows.image_size() +
                                 line % windows.down() * windows.width * step;
            for (std::size_t i = 0; i < windows.across(); ++i) {
                f(place, corner);
                place += windows.channels;
                corner += step;
            }
        }
    });
}

/// Calls f(pixel) for each pixel of a window, row by row, with the offset of its channels.
template <class Function>
void for_each_pixel(const Windows& windows, std::size_t corner, const Function& f) {
    for (std::size_t u = 0; u < windows.window_height; ++u)
        for (std::size_t v = 0; v < windows.window_width; ++v)
            f(corner + (u * windows.width + v) * windows.channels);
}

/// y += scale · Σ x over each window, channel by channel.
void add_sums(const Windows& windows, Real scale, const Real* x, Real* y) {
    for_each_place(windows, [&](std::size_t place, std::size_t corner) {
        for_each_pixel(windows, corner, [&](std::size_t pixel) {
            for (std::size_t c = 0; c < windows.channels; ++c) y[place + c] += scale * x[pixel + c];
        });
    });
}

/// x += scale · y at every pixel of each window: the transpose.
void add_everywhere(const Windows& windows, Real scale, const Real* y, Real* x) {
    for_each_place(windows, [&](std::size_t place, std::size_t corner) {
        for_each_pixel(windows, corner, [&](std::size_t pixel) {
            for (std::size_t c = 0; c < windows.channels; ++c) x[pixel + c] += scale * y[place + c];
        });
    });
}

Windows pool(const char* operation, const Shape& x, std::size_t size, std::size_t stride) {
    return {operation, x, size, size, stride, 0};
}

Shape pooled(const Windows& windows) {
    return {windows.images, windows.down(), windows.across(), windows.channels};
}

/// x̄, to be added to.
Real* begin_contribution(Variable x) {
    const auto [gradient, beta] = x.tape().contribution(x);
    if (beta == 0) gradient.fill(0);
    return gradient.data();
}

}  // namespace

Variable max_pool2d(Variable x, std::size_t size, std::size_t stride) {
    const Windows windows = pool("max_pool2d", x.shape(), size, stride);
    return x.tape().record(
        "max_pool2d", {x},
        [&](Entry& y) {
            y.value.resize(pooled(windows));
            y.indices.resize(y.value.size());  // where each maximum was found
            const Real* v = x.value().data();
            for_each_place(windows, [&](std::size_t place, std::size_t corner) {
                for (std::size_t c = 0; c < windows.channels; ++c) {
                    std::size_t best = corner + c;
                    for_each_pixel(windows, best, [&](std::size_t i) {
                        if (v[i] > v[best] || std::isnan(v[i])) best = i;  // a NaN stays one
                    });
                    y.indices[place + c] = best;
                    y.value.data()[place + c] = v[best];
                }
            });
        },
        [=](Entry& y) {
            Real* gradient = begin_contribution(x);
            for (std::size_t i = 0; i < y.indices.size(); ++i)  // windows may overlap
                gradient[y.indices[i]] += y.gradient.data()[i];
        });
}

Variable max_pool2d(Variable x, std::size_t size) { return max_pool2d(x, size, size); }

Variable average_pool2d(Variable x, std::size_t size, std::size_t stride) {
    const Windows checked = pool("average_pool2d", x.shape(), size, stride);
    const Real share = 1 / static_cast<Real>(size * size);
    return x.tape().record(
        "average_pool2d", {x},
        [&](Entry& y) {
            y.value.resize(pooled(checked));
            y.value.fill(0);
            add_sums(checked, share, x.value().data(), y.value.data());
        },
        [=](Entry& y) {
            const Windows windows = pool("average_pool2d", x.shape(), size, stride);
            add_everywhere(windows, share, y.gradient.data(), begin_contribution(x));
        });
}

Variable average_pool2d(Variable x, std::size_t size) { return average_pool2d(x, size, size); }

Variable upsample_nearest(Variable x, std::size_t factor) {
    require_images("upsample_nearest", x.shape());
    require(factor > 0, "[upsample_nearest] expected a factor of at least 1, got 0");
    return x.tape().record(
        "upsample_nearest", {x},
        [&](Entry& y) {
            const Shape& s = x.shape();
            y.value.resize(Shape{s[0], factor * s[1], factor * s[2], s[3]});
            y.value.fill(0);
            const Windows squares = pool("upsample_nearest", y.value.shape(), factor, factor);
            add_everywhere(squares, 1, x.value().data(), y.value.data());
        },
        [=](Entry& y) {
            const Windows squares = pool("upsample_nearest", y.value.shape(), factor, factor);
            add_sums(squares, 1, y.gradient.data(), begin_contribution(x));
        });
}

}  // namespace autograd
