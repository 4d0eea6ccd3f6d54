#include "autograd/ops/convolution.hpp"

#include <omp.h>

#include <array>
#include <optional>

#include "autograd/broadcast.hpp"
#include "autograd/gemm.hpp"
#include "autograd/patches.hpp"

namespace autograd {

// --- patches ------------------------------------------------------------------------------------

Variable patches(Variable x, std::size_t height, std::size_t width, std::size_t stride,
                 std::size_t padding) {
    const Windows checked("patches", x.shape(), height, width, stride, padding);
    return x.tape().record(
        "patches", {x},
        [&](Entry& y) {
            y.value.resize(
                Shape{checked.images * checked.down() * checked.across(), checked.patch_size()});
            for_each_part(checked.images, checked.patches_size(), [&](std::size_t, Range images) {
                const Range lines = checked.lines(images);
                gather(checked, x.value().data(), lines,
                       y.value.data() + lines.begin * checked.line_size());
            });
        },
        [=](Entry& y) {
            const Windows windows("patches", x.shape(), height, width, stride, padding);
            const Contribution target = x.tape().contribution(x);
            if (target.beta == 0) target.gradient.fill(0);
            for_each_part(windows.images, windows.patches_size(), [&](std::size_t, Range images) {
                const Range lines = windows.lines(images);
                scatter(windows, y.gradient.data() + lines.begin * windows.line_size(), lines,
                        target.gradient.data());
            });
        });
}

// --- convolutions -------------------------------------------------------------------------------

namespace {

/// What a convolution and its transpose have in common: images (B, H, W, C) on one side; on the other a
/// row of `out` numbers for each place of the kernel, (B, H′, W′, O); and the weight between them.
struct Convolution {
    Windows windows;
    std::size_t out;

    Convolution(const char* operation, const Shape& images, const Shape& weight, std::size_t stride,
                std::size_t padding)
        : windows(operation, images, weight[1], weight[2], stride, padding), out(weight[0]) {}

    Shape rows_shape() const { return {windows.images, windows.down(), windows.across(), out}; }
    std::size_t rows_before(std::size_t line) const { return line * windows.across(); }

    /// The rows of some lines, and what is gathered there.
    Matrix rows(const Array& y, Range lines) const {
        return {y.data() + rows_before(lines.begin) * out, rows_before(lines.count()), out};
    }
    Matrix patches(const Real* buffer, Range lines) const {
        return {buffer, rows_before(lines.count()), windows.patch_size()};
    }
    Matrix matrix(const Array& weight) const { return {weight.data(), out, windows.patch_size()}; }
};

// A few lines at a time are gathered and multiplied, or multiplied and scattered, so that their patches
// stay in the cache. Patches of a whole batch are many times larger than its images.

/// So many multiplications at a time: OpenBLAS does a product of that size, if its second factor is not
/// transposed, without first copying both factors into an order of its own. That copy takes long where
/// the second factor has few columns, as many as there are channels.
constexpr std::size_t without_copies = 1000000;
/// If a line alone has more, so many numbers of patches.
constexpr std::size_t in_cache = 65536;

std::size_t lines_at_a_time(const Convolution& c) {
    const std::size_t line = std::max<std::size_t>(c.windows.line_size(), 1);
    const std::size_t few = without_copies / (line * std::max<std::size_t>(c.out, 1));
    const std::size_t all = c.windows.images * c.windows.down();
    return std::clamp<std::size_t>(few > 0 ? few : in_cache / line, 1,
                                   std::max<std::size_t>(all, 1));
}

/// How many numbers of patches the threads hold, all together.
std::size_t buffers_size(const Convolution& c) {
    return static_cast<std::size_t>(omp_get_max_threads()) * lines_at_a_time(c) *
           c.windows.line_size();
}

/// Memory for so many numbers, which the entry keeps for the next time.
Real* scratch(Entry& y, std::size_t size) {
    if (y.saved.size() < size) y.saved.resize(Shape{size});
    return y.saved.data();
}

/// Calls work(part, block, lines, patches) for one block of lines after the other: its number within a
/// part of the images, and where the thread has memory for its patches. `buffers` has the above size.
template <class Work>
void for_each_block(const Convolution& c, Real* buffers, const Work& work) {
    const Windows& windows = c.windows;
    const std::size_t most = lines_at_a_time(c), size = most * windows.line_size();
    const std::size_t operations = windows.patches_size() * c.out;
    for_each_part(windows.images, operations, [&](std::size_t part, Range images) {
        Real* patches = buffers + static_cast<std::size_t>(omp_get_thread_num()) * size;
        const Range lines = windows.lines(images);
        const std::size_t blocks = (lines.count() + most - 1) / most;
        for (std::size_t block = 0; block < blocks; ++block)
            work(part, block, lines.part(block, blocks), patches);
    });
}

/// Writes the transpose of the weight, (patch, out), to `out` and returns it: see without_copies.
Matrix turn(const Convolution& c, const Array& weight, Real* out) {
    const std::size_t columns = c.windows.patch_size();
    for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < c.out; ++i) out[j * c.out + i] = weight.data()[i * columns + j];
    return {out, columns, c.out};
}

/// rows ← patches of the images · weightᵀ, + bias if there is one.
void correlate(const Convolution& c, const Array& images, const Array& weight, const Array* bias,
               Entry& y, Array& rows) {
    Real* memory = scratch(y, weight.size() + buffers_size(c));
    const Matrix turned = turn(c, weight, memory);
    for_each_block(c, memory + weight.size(), [&](auto, auto, Range lines, Real* patches) {
        Real* first = rows.data() + c.rows_before(lines.begin) * c.out;
        gather(c.windows, images.data(), lines, patches);
        if (bias) broadcast_to({c.rows_before(lines.count()), c.out}, *bias, first);
        gemm(c.patches(patches, lines), turned, bias ? 1 : 0, first);
    });
}

/// Those images whose first line is among these lines, as they are before something is added: zeros, or
/// the bias in every pixel; with beta = 1 what they are.
void begin_images(const Windows& windows, Range lines, const Array* bias, Real beta, Real* images) {
    const std::size_t down = windows.down(), size = windows.image_size();
    const Range begun{(lines.begin + down - 1) / down, (lines.end + down - 1) / down};
    Real* first = images + begun.begin * size;
    if (bias)
        broadcast_to({begun.count() * windows.height * windows.width, windows.channels}, *bias,
                     first);
    else if (beta == 0)
        std::fill_n(first, begun.count() * size, Real{0});
}

/// images ← rows · weight, scattered, + beta·images; or + bias, with beta = 0. The transpose of the above.
void spread(const Convolution& c, const Array& rows, const Array& weight, const Array* bias,
            Real beta, Entry& y, Array& images) {
    Real* buffers = scratch(y, buffers_size(c));
    for_each_block(c, buffers, [&](auto, auto, Range lines, Real* patches) {
        begin_images(c.windows, lines, bias, beta, images.data());
        gemm(c.rows(rows, lines), c.matrix(weight), 0, patches);
        scatter(c.windows, patches, lines, images.data());
    });
}

/// What goes back to the two factors of a product with the patches of images: to the weight
/// rowsᵀ · patches, and to the rows, where they are a variable, patches · weightᵀ. Each part of the images
/// has a sum of its own for the weight, so that threads do not meet.
void contribute_products(const Convolution& c, const Array& images, const Array& rows,
                         Variable weight, std::optional<Variable> variable_rows, Entry& y) {
    std::optional<Contribution> target;
    if (variable_rows && variable_rows->requires_gradient())
        target.emplace(variable_rows->tape().contribution(*variable_rows));
    const bool for_weight = weight.requires_gradient();
    if (!target && !for_weight) return;
    const std::size_t weights = weight.value().size();
    const Shape sums_shape{std::min(image_parts, c.windows.images), weights};
    Real* memory = scratch(y, weights + element_count(sums_shape) + buffers_size(c));
    Real *sums = memory + weights, *buffers = sums + element_count(sums_shape);
    const Matrix turned = target ? turn(c, weight.value(), memory) : Matrix{};
    for_each_block(c, buffers, [&](auto part, auto block, Range lines, Real* buffer) {
        gather(c.windows, images.data(), lines, buffer);
        const Matrix patches = c.patches(buffer, lines);
        if (target)
            gemm(patches, turned, target->beta,
                 target->gradient.data() + c.rows_before(lines.begin) * c.out);
        if (for_weight)
            gemm(transposed(c.rows(rows, lines)), patches, block == 0 ? 0 : 1,
                 sums + part * weights);
    });
    if (!for_weight) return;
    const auto [gradient, beta] = weight.tape().contribution(weight);
    reduce_to_shape(Shape{weights}, View(sums, sums_shape), beta, gradient.data());
}

using Bias = std::optional<Variable>;

const Array* value_of(const Bias& bias) { return bias ? &bias->value() : nullptr; }

/// b̄ += Σ ȳ over the pixels
void contribute_bias(const Bias& bias, const Entry& y) {
    if (!bias || !bias->requires_gradient()) return;
    const auto [gradient, beta] = bias->tape().contribution(*bias);
    reduce_to_shape(bias->shape(), y.gradient, beta, gradient.data());
}

/// The weight (O, h, w, C) and the bias of an operation on x; `x_axis` and `bias_axis` tell which
/// extents of the weight are the channels of x and of the result.
void require_weights(const char* operation, Variable x, Variable weight, const Bias& bias,
                     std::size_t x_axis, std::size_t bias_axis) {
    const Shape& k = weight.shape();
    require_images(operation, x.shape());
    require(k.size() == 4, "[", operation, "] expected a weight ",
            x_axis == 3 ? "(out, h, w, in)" : "(in, h, w, out)", ", got ", k);
    require(x.shape()[3] == k[x_axis], "[", operation, "] x is ", x.shape(), " but weight is ", k,
            ": ", x.shape()[3], " channels against ", k[x_axis]);
    require(!bias || bias->shape() == Shape{k[bias_axis]}, "[", operation, "] weight is ", k,
            " but bias is ", bias.value_or(weight));
}

Variable convolution(Variable x, Variable weight, Bias bias, std::size_t stride,
                     std::size_t padding) {
    require_weights("conv2d", x, weight, bias, 3, 0);
    const Convolution checked("conv2d", x.shape(), weight.shape(), stride, padding);
    const std::array inputs{x, weight, bias.value_or(x)};
    return x.tape().record(
        "conv2d", std::span(inputs).first(bias ? 3 : 2),
        [&](Entry& y) {
            y.value.resize(checked.rows_shape());
            correlate(checked, x.value(), weight.value(), value_of(bias), y, y.value);
        },
        [=](Entry& y) {
            const Convolution c("conv2d", x.shape(), weight.shape(), stride, padding);
            if (x.requires_gradient()) {
                const auto [gradient, beta] = x.tape().contribution(x);
                spread(c, y.gradient, weight.value(), nullptr, beta, y, gradient);
            }
            contribute_products(c, x.value(), y.gradient, weight, {}, y);
            contribute_bias(bias, y);
        });
}

/// The shape of the images that conv2d_transposed makes.
Shape spread_shape(const Shape& x, const Shape& weight, std::size_t stride, std::size_t padding,
                   std::size_t output_padding) {
    require(stride > 0, "[conv2d_transposed] expected a stride of at least 1, got 0");
    require(output_padding < stride,
            "[conv2d_transposed] expected an output padding below the stride ", stride, ", got ",
            output_padding);
    const Shape whole{(x[1] - 1) * stride + weight[1] + output_padding,
                      (x[2] - 1) * stride + weight[2] + output_padding};
    require(std::min(whole[0], whole[1]) > 2 * padding,
            "[conv2d_transposed] expected a padding that leaves a pixel of ", whole, ", got ",
            padding);
    return {x[0], whole[0] - 2 * padding, whole[1] - 2 * padding, weight[3]};
}

Variable transposed_convolution(Variable x, Variable weight, Bias bias, std::size_t stride,
                                std::size_t padding, std::size_t output_padding) {
    require_weights("conv2d_transposed", x, weight, bias, 0, 3);
    const Shape shape = spread_shape(x.shape(), weight.shape(), stride, padding, output_padding);
    const Convolution checked("conv2d_transposed", shape, weight.shape(), stride, padding);
    const std::array inputs{x, weight, bias.value_or(x)};
    return x.tape().record(
        "conv2d_transposed", std::span(inputs).first(bias ? 3 : 2),
        [&](Entry& y) {
            y.value.resize(shape);
            spread(checked, x.value(), weight.value(), value_of(bias), 0, y, y.value);
        },
        [=](Entry& y) {
            const Convolution c("conv2d_transposed", y.value.shape(), weight.shape(), stride,
                                padding);
            contribute_products(c, y.gradient, x.value(), weight, x, y);
            contribute_bias(bias, y);
        });
}

}  // namespace

Variable conv2d(Variable x, Variable weight, Variable bias, std::size_t stride,
                std::size_t padding) {
    return convolution(x, weight, bias, stride, padding);
}

Variable conv2d(Variable x, Variable weight, std::size_t stride, std::size_t padding) {
    return convolution(x, weight, {}, stride, padding);
}

Variable conv2d_transposed(Variable x, Variable weight, Variable bias, std::size_t stride,
                           std::size_t padding, std::size_t output_padding) {
    return transposed_convolution(x, weight, bias, stride, padding, output_padding);
}

Variable conv2d_transposed(Variable x, Variable weight, std::size_t stride, std::size_t padding,
                           std::size_t output_padding) {
    return transposed_convolution(x, weight, {}, stride, padding, output_padding);
}

}  // namespace autograd
