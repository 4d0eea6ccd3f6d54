// Assignment a9: what a request may ask of the student's functions.

#include "tutorials/assignments/judge/probe.hpp"

#include <algorithm>

#include "autograd/ops.hpp"
#include "autograd/patches.hpp"

namespace autograd {

Variable filtered(Variable x);  // task a9.7

}  // namespace autograd

namespace probe {

namespace {

using Inputs = std::vector<Variable>;
using Arrays = std::vector<Array>;
using autograd::Range;
using autograd::Windows;

std::size_t number(const Words& words, std::size_t k) { return std::stoul(words.at(k)); }

/// The words are the window's height and width, stride and padding, and the lines.
Windows windows_of(const Words& words, const Array& images) {
    return {"windows",        images.shape(),   number(words, 0),
            number(words, 1), number(words, 2), number(words, 3)};
}
Range lines_of(const Words& words) { return {number(words, 4), number(words, 5)}; }

/// What `gather` writes, and what stands behind it then.
Arrays gather(const Words& words, const Arrays& arrays) {
    constexpr std::size_t behind = 64;
    const Windows windows = windows_of(words, arrays.at(0));
    const Range lines = lines_of(words);
    const std::size_t size = lines.count() * windows.line_size();
    Array room = autograd::full({size + behind}, 7);
    autograd::gather(windows, arrays[0].data(), lines, room.data());
    Array patches = autograd::full({lines.count() * windows.across(), windows.patch_size()}, 0);
    Array rest = autograd::full({behind}, 0);
    std::copy_n(room.data(), size, patches.data());
    std::copy_n(room.data() + size, behind, rest.data());
    return {patches, rest};
}

/// The images, the second array, to which the patches, the first, are added.
Arrays scatter(const Words& words, const Arrays& arrays) {
    Array images = arrays.at(1);
    autograd::scatter(windows_of(words, images), arrays[0].data(), lines_of(words), images.data());
    return {images};
}

Variable patches(const Words& words, const Inputs& x) {
    return autograd::patches(x[0], number(words, 0), number(words, 1), number(words, 2),
                             number(words, 3));
}

/// The words are stride and padding, and the output padding of the transpose.
Variable conv2d(const Words& words, const Inputs& x) {
    const std::size_t stride = number(words, 0), padding = number(words, 1);
    return x.size() == 3 ? autograd::conv2d(x[0], x[1], x[2], stride, padding)
                         : autograd::conv2d(x[0], x[1], stride, padding);
}

Variable transposed(const Words& words, const Inputs& x) {
    const std::size_t stride = number(words, 0), padding = number(words, 1),
                      more = number(words, 2);
    return x.size() == 3 ? autograd::conv2d_transposed(x[0], x[1], x[2], stride, padding, more)
                         : autograd::conv2d_transposed(x[0], x[1], stride, padding, more);
}

/// The same of images that are a constant.
template <Variable (*f)(const Words&, const Inputs&)>
Variable of_constant(const Words& words, const Inputs& x) {
    Inputs inputs = x;
    inputs[0] = x[0].tape().constant(x[0].value());
    return f(words, inputs);
}

Variable largest(const Words& words, const Inputs& x) {
    return autograd::max_pool2d(x[0], number(words, 0), number(words, 1));
}

Variable filtered(const Words&, const Inputs& x) { return autograd::filtered(x[0]); }

/// f(x) + 3 Σ of each input: another gradient comes to each before that of f.
template <Variable (*f)(const Words&, const Inputs&)>
Variable beside(const Words& words, const Inputs& x) {
    Variable y = f(words, x);  // recorded first
    for (const Variable each : x) y = y + sum(3.0 * each);
    return y;
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"gather", gather},
            {"scatter", scatter},
            {"patches", pulled(patches)},
            {"patches_value", valued(patches)},
            {"patches_beside", pulled(beside<patches>)},
            {"conv2d", pulled(conv2d)},
            {"conv2d_value", valued(conv2d)},
            {"conv2d_beside", pulled(beside<conv2d>)},
            {"conv2d_constant", pulled(of_constant<conv2d>)},
            {"transposed", pulled(transposed)},
            {"transposed_value", valued(transposed)},
            {"transposed_beside", pulled(beside<transposed>)},
            {"transposed_constant", pulled(of_constant<transposed>)},
            {"largest", pulled(largest)},
            {"largest_value", valued(largest)},
            {"largest_beside", pulled(beside<largest>)},
            {"filtered", pulled(filtered)},
            {"filtered_value", valued(filtered)},
            {"filtered_beside", pulled(beside<filtered>)}};
}

}  // namespace probe
