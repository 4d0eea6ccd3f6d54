/// @file
/// How errors are worded and thrown. Knows nothing of arrays, so that files and schedules need none.
#pragma once

#include <concepts>
#include <stdexcept>
#include <string>

namespace autograd {

/// What every part of Tapestry throws: one line that names the operation, what it expected and what
/// it got, as in `[linear] x is (128, 784) but weight is (400, 20)`.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline std::string text(const char* words) { return words; }
inline std::string text(const std::string& words) { return words; }
std::string text(double number);
template <std::integral Integer>
std::string text(Integer number) {
    return std::to_string(number);
}

/// A shape, or any list of extents, as people write it: `(128, 784)`, `(3,)`, `()`.
template <class Shape>
requires requires(const Shape& shape) {
    { shape[0] } -> std::same_as<const std::size_t&>;
    shape.size();
}
std::string text(const Shape& shape) {
    std::string out = "(";
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (axis > 0) out += ", ";
        out += std::to_string(shape[axis]);
    }
    if (shape.size() == 1) out += ",";  // (3,) is a shape, (3) only a number in brackets
    return out + ")";
}

/// Anything that has a shape is written as its shape.
template <class Shaped>
requires requires(const Shaped& x) { x.shape(); }
std::string text(const Shaped& x) { return text(x.shape()); }

/// Throws Error with the parts joined, unless the condition holds. The message is put together only
/// when it is needed.
template <class... Parts>
void require(bool condition, const Parts&... parts) {
    if (!condition) throw Error((text(parts) + ...));
}

}  // namespace autograd
