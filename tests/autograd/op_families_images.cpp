// Convolutions, pooling and upsampling.
#include <algorithm>

#include "autograd/ops.hpp"
#include "op_families.hpp"

namespace optests {

using namespace autograd;
using Variables = std::vector<Variable>;
using Plains = std::vector<Plain>;

namespace {

/// How often a window fits, one step further each time.
std::size_t places(std::size_t extent, std::size_t window, Slide slide) {
    std::size_t count = 0;
    while (count * slide.stride + window <= extent + 2 * slide.padding) ++count;
    return count;
}

/// The pixel of an image at a row and column that are counted from the corner of its padding.
double pixel(const Plain& x, std::size_t image, std::size_t row, std::size_t column,
             std::size_t channel, std::size_t padding) {
    const bool inside = padding <= row && row < padding + x.shape[1] && padding <= column &&
                        column < padding + x.shape[2];
    return inside ? x[{image, row - padding, column - padding, channel}] : 0;
}

/// Calls f(u, v, channel) for every pixel of a window.
template <class Function>
void for_each_in_window(std::size_t height, std::size_t width, std::size_t channels, Function f) {
    for (std::size_t u = 0; u < height; ++u)
        for (std::size_t v = 0; v < width; ++v)
            for (std::size_t c = 0; c < channels; ++c) f(u, v, c);
}

Plain plain_patches(const Plain& x, std::size_t height, std::size_t width, Slide slide) {
    const std::size_t down = places(x.shape[1], height, slide),
                      across = places(x.shape[2], width, slide), channels = x.shape[3];
    Plain out(Shape{x.shape[0] * down * across, height * width * channels});
    for_each_index({x.shape[0], down, across}, [&](const Index& at) {
        for_each_in_window(height, width, channels, [&](auto u, auto v, auto c) {
            out[{(at[0] * down + at[1]) * across + at[2], (u * width + v) * channels + c}] = pixel(
                x, at[0], at[1] * slide.stride + u, at[2] * slide.stride + v, c, slide.padding);
        });
    });
    return out;
}

Plain plain_convolution(const Plains& v, Slide slide) {
    const Plain &x = v[0], &weight = v[1];
    const Shape& k = weight.shape;
    const Shape shape{x.shape[0], places(x.shape[1], k[1], slide), places(x.shape[2], k[2], slide),
                      k[0]};
    return tabulate(shape, [&](const Index& at) {
        double sum = v.size() == 3 ? v[2][{at[3]}] : 0;
        for_each_in_window(k[1], k[2], k[3], [&](auto u, auto w, auto c) {
            sum += weight[{at[3], u, w, c}] * pixel(x, at[0], at[1] * slide.stride + u,
                                                    at[2] * slide.stride + w, c, slide.padding);
        });
        return sum;
    });
}

/// Every pixel of x paints the kernel, weighted; what is painted on the padding is cut off.
Plain plain_transposed(const Plains& v, Slide slide, std::size_t output_padding) {
    const Plain &x = v[0], &weight = v[1];
    const Shape& k = weight.shape;
    const auto extent = [&](std::size_t axis) {
        return (x.shape[axis] - 1) * slide.stride + k[axis] + output_padding - 2 * slide.padding;
    };
    Plain out(Shape{x.shape[0], extent(1), extent(2), k[3]});
    if (v.size() == 3) for_each_index(out.shape, [&](const Index& at) { out[at] = v[2][{at[3]}]; });
    for_each_index(x.shape, [&](const Index& at) {
        for_each_in_window(k[1], k[2], k[3], [&](auto u, auto w, auto c) {
            const std::size_t row = at[1] * slide.stride + u, column = at[2] * slide.stride + w;
            if (slide.padding <= row && row < slide.padding + out.shape[1] &&
                slide.padding <= column && column < slide.padding + out.shape[2])
                out[{at[0], row - slide.padding, column - slide.padding, c}] +=
                    x[at] * weight[{at[3], u, w, c}];
        });
    });
    return out;
}

/// out = f(the pixels of one channel in a window) for each place of a square window.
template <class Function>
Plain plain_pool(const Plain& x, std::size_t size, std::size_t stride, Function f) {
    const Slide slide{stride, 0};
    const Shape shape{x.shape[0], places(x.shape[1], size, slide), places(x.shape[2], size, slide),
                      x.shape[3]};
    return tabulate(shape, [&](const Index& at) {
        std::vector<double> seen;
        for_each_in_window(size, size, 1, [&](auto u, auto v, auto) {
            seen.push_back(x[{at[0], at[1] * stride + u, at[2] * stride + v, at[3]}]);
        });
        return f(seen);
    });
}

std::string sliding(const std::string& operation, Slide slide) {
    return operation + " " + text(slide.stride) + "," + text(slide.padding);
}

}  // namespace

void patching(Table& table, const Shape& x, std::size_t height, std::size_t width, Slide slide) {
    table.cases.push_back(
        {name(sliding("patches", slide), {x, {height, width}}),
         {table.draw(x)},
         [=](const Variables& v) {
             return patches(v[0], height, width, slide.stride, slide.padding);
         },
         [=](const Plains& v) { return plain_patches(v[0], height, width, slide); },
         {{0}}});
}

void convolution(Table& table, const Shape& x, const Shape& weight, Slide slide) {
    const Shape bias{weight[0]};
    const auto reference = [=](const Plains& v) { return plain_convolution(v, slide); };
    const std::string title = sliding("conv2d", slide);
    table.cases.push_back(
        {name(title, {x, weight, bias}),
         {table.draw(x), table.draw(weight), table.draw(bias)},
         [=](const Variables& v) { return conv2d(v[0], v[1], v[2], slide.stride, slide.padding); },
         reference,
         {{0, 2}, {1, 2}}});
    table.cases.push_back(
        {name(title, {x, weight}),
         {table.draw(x), table.draw(weight)},
         [=](const Variables& v) { return conv2d(v[0], v[1], slide.stride, slide.padding); },
         reference,
         {{0}, {1}}});
}

void transposed_convolution(Table& table, const Shape& x, const Shape& weight, Slide slide,
                            std::size_t output_padding) {
    const Shape bias{weight[3]};
    const auto reference = [=](const Plains& v) {
        return plain_transposed(v, slide, output_padding);
    };
    const std::string title = sliding("conv2d_transposed", slide) + "," + text(output_padding);
    table.cases.push_back({name(title, {x, weight, bias}),
                           {table.draw(x), table.draw(weight), table.draw(bias)},
                           [=](const Variables& v) {
                               return conv2d_transposed(v[0], v[1], v[2], slide.stride,
                                                        slide.padding, output_padding);
                           },
                           reference,
                           {{0, 2}, {1, 2}}});
    table.cases.push_back({name(title, {x, weight}),
                           {table.draw(x), table.draw(weight)},
                           [=](const Variables& v) {
                               return conv2d_transposed(v[0], v[1], slide.stride, slide.padding,
                                                        output_padding);
                           },
                           reference,
                           {{0}, {1}}});
}

void pooling(Table& table, const Shape& x, std::size_t size, std::size_t stride) {
    const std::string window = " " + text(size) + "," + text(stride);
    table.cases.push_back({name("max_pool2d" + window, {x}),
                           {table.draw_apart(x)},
                           [=](const Variables& v) { return max_pool2d(v[0], size, stride); },
                           [=](const Plains& v) {
                               return plain_pool(v[0], size, stride, [](const auto& seen) {
                                   return *std::max_element(seen.begin(), seen.end());
                               });
                           }});
    table.cases.push_back({name("average_pool2d" + window, {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return average_pool2d(v[0], size, stride); },
                           [=](const Plains& v) {
                               return plain_pool(v[0], size, stride, [](const auto& seen) {
                                   double sum = 0;
                                   for (const double value : seen) sum += value;
                                   return sum / static_cast<double>(seen.size());
                               });
                           },
                           {{0}}});
}

void upsampling(Table& table, const Shape& x, std::size_t factor) {
    table.cases.push_back({name("upsample_nearest " + text(factor), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return upsample_nearest(v[0], factor); },
                           [=](const Plains& v) {
                               const Shape& s = v[0].shape;
                               return tabulate(
                                   {s[0], s[1] * factor, s[2] * factor, s[3]}, [&](const Index& i) {
                                       return v[0][{i[0], i[1] / factor, i[2] / factor, i[3]}];
                                   });
                           },
                           {{0}}});
}

}  // namespace optests
