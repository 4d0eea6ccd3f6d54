/// @file
/// What is right, known without the framework: functions in plain loops, in long double, and their
/// gradients by differences. No derivative is written down here, so there is none to copy.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tutorials/assignments/judge/frame.hpp"

namespace judge {

using Shape = std::vector<std::size_t>;
using Long = long double;

struct Tensor {
    Shape shape;
    std::vector<Long> data;  ///< in row-major order

    Tensor() = default;
    explicit Tensor(const Shape& shape, Long filling = 0);

    frame::Numbers numbers() const;
};

std::size_t count(const Shape& shape);
/// `(3, 4)`.
std::string text(const Shape& shape);

/// Random numbers that are the same on every machine.
class Random {
  public:
    explicit Random(const std::string& seed);
    Long uniform(Long low, Long high);
    /// From N(0, 1).
    Long normal();
    /// Between both ends.
    std::size_t integer(std::size_t low, std::size_t high);
    Tensor tensor(const Shape& shape, Long low, Long high);
    /// Numbers between −2 and 2, none of them near 0 or 1.
    Tensor cotangent(const Shape& shape);

  private:
    std::mt19937_64 engine_;
};

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// f of each element.
Function elementwise(Long (*f)(Long));

/// How an element of a large array and one of a small array that broadcasts to it belong together.
std::size_t broadcast_index(const Shape& large, std::size_t flat, const Shape& small);

/// The gradient of ⟨cotangent, f(x)⟩ with respect to x[k], by central differences at steps that halve,
/// extrapolated to zero.
Tensor gradient(const Function& f, std::vector<Tensor> x, std::size_t k, const Tensor& cotangent);

}  // namespace judge
