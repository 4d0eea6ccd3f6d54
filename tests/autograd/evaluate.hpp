/// @file
/// What the tests of operations share: random cotangents, running a case of the table, comparing.
#pragma once

#include <vector>

#include "autograd/tape.hpp"
#include "op_cases.hpp"

namespace optests {

using autograd::Real;
using autograd::Tape;

inline constexpr bool double_precision = sizeof(Real) == sizeof(double);

/// Numbers between ¼ and 1 of random sign, the same for a seed and shape, exact in single precision.
/// A cotangent of ones could not see a pullback that forgets the incoming gradient.
Array random_array(const Shape& shape, unsigned seed = 1);

/// Σ a ∘ b in double precision.
double dot(const Array& a, const Array& b);

/// The value of a case, and the gradients of ⟨cotangent, value⟩ with respect to its inputs.
struct Evaluation {
    Array value;
    std::vector<Array> gradients;  ///< zero for an input that nothing came back to
};

/// Evaluates a case on a tape that has just been made or rewound. `uses`: how often the operation is
/// applied to the same inputs, so that each gradient gets as many contributions.
Evaluation evaluate(Tape& tape, const OpCase& op, int uses = 1);

/// The largest |a − b| / max(1, |b|); infinite if the shapes differ or something is not finite.
double worst_error(const Array& a, const Plain& b);
double worst_error(const Array& a, const Array& b);

/// Same shape and the same bits, up to the sign of zero.
bool same(const Array& a, const Array& b);
bool same(const Evaluation& a, const Evaluation& b);

}  // namespace optests
