/// @file
/// Dropout.
#pragma once

#include "nn/module.hpp"
#include "nn/random.hpp"

namespace nn {

/// Sets each element to 0 with probability `rate` and divides the others by 1 − rate, so that the
/// expectation stays. Outside training mode it does nothing.   y = x ∘ mask,  x̄ += ȳ ∘ mask
/// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, in the "inverted" form.
class Dropout {
  public:
    /// The generator is not copied and must outlive the layer. Throws unless 0 ≤ rate < 1.
    Dropout(double rate, Random& random);

    Variable operator()(Variable x) const;
    void visit(auto&&) {}

  private:
    Real kept_;  ///< the probability of being kept
    Random* random_;
};

}  // namespace nn
