/// @file
/// Is a gradient right? Compares what the tape computes with central differences.
///
/// Meaningful in double precision: link the library `tapestry_double`. In single precision the
/// differences drown in rounding.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace autograd {

/// How a gradient check looks at a function.
enum class GradCheckMode {
    jacobian,     ///< every entry of the Jacobian; for small shapes
    entries,      ///< every entry of vᵀJ, v a random cotangent
    directional,  ///< the numbers vᵀJu for random v and u; for whole models
};

/// How a gradient is checked.
struct GradCheckOptions {
    GradCheckMode mode = GradCheckMode::entries;
    /// Central differences step by this times max(1, |x|); 0 takes ∛ε, the best for smooth functions.
    double step = 0;
    /// How many pairs (u, v) the directional mode tries.
    int directions = 8;
    unsigned seed = 1;
};

/// What a gradient check found.
struct GradCheckReport {
    double worst = 0;       ///< the largest |n − a| / max(|n|, |a|, 10⁻³)
    std::string where;      ///< which parameter and entry that is: `encoder.weight (3, 5)`
    double analytic = 0;    ///< what the tape says there
    double numeric = 0;     ///< what the differences say there
    std::size_t count = 0;  ///< how many numbers were compared
    /// Whether every error is below the tolerance; NaN never is. Comparing nothing is no success.
    bool passed(double tolerance = 1e-6) const { return count > 0 && worst < tolerance; }
};

/// One line: `worst error 2.1e-10 at weight (3, 5): tape 0.1273, differences 0.1273; 400 compared`.
std::string text(const GradCheckReport& report);

/// Checks the gradient of a function of arrays, which are numbered in the report:
/// `gradcheck([](auto x) { return tanh(x[0]) * x[1]; }, {a, b})`.
GradCheckReport gradcheck(const std::function<Variable(const std::vector<Variable>&)>& function,
                          std::vector<Array> inputs, const GradCheckOptions& options = {});

/// Checks the gradient of a loss, recorded on the given tape, with respect to parameters. The loss
/// must be the same function every time: freeze its noise. Parameters are back at their values
/// afterwards.
GradCheckReport gradcheck(const std::function<Variable(Tape&)>& loss,
                          const std::vector<NamedParameter>& parameters,
                          const GradCheckOptions& options = {});

}  // namespace autograd
