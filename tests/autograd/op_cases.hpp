/// @file
/// One table of operations: what each computes, by plain loops in double precision, with inputs from
/// its domain. It drives the tests of values, the tests of gradients and the benchmarks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tape.hpp"
#include "plain.hpp"

namespace optests {

using autograd::Indices;
using autograd::Variable;

/// One operation at one size.
struct OpCase {
    std::string name;           ///< the operation and its shapes: `multiply (3, 1) (4,)`
    std::vector<Array> inputs;  ///< exact in single precision, away from kinks
    std::function<Variable(const std::vector<Variable>&)> function;
    std::function<Plain(const std::vector<Plain>&)> reference;
    /// Sets of inputs in which, the others held fixed, the operation is linear: {{0}, {1}} for a
    /// product, {{0, 1}} for a sum.
    std::vector<Indices> linear{};
};

/// Every operation and overload at awkward sizes: one row, one column, just below, at and above the
/// width of a SIMD register, rank 0 to 4, no elements. The same at every call.
std::vector<OpCase> op_cases();

/// The operations at the sizes of a training step, for benchmarks: 128 examples of 784 numbers.
std::vector<OpCase> large_op_cases();

}  // namespace optests
