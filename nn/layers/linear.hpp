/// @file
/// Affine layers, plain and gated.
#pragma once

#include "nn/module.hpp"
#include "nn/random.hpp"

namespace nn {

/// y = x·Wᵀ + b; (..., in) becomes (..., out). Starts as PyTorch's: see fan_in_uniform.
struct Linear {
    Parameter weight;  ///< (out, in)
    Parameter bias;    ///< (out,)

    /// Throws if one of the extents is 0.
    Linear(std::size_t in, std::size_t out, Random& random);

    Variable operator()(Variable x) const;

    void visit(auto&& see) {
        see("weight", weight);
        see("bias", bias);
    }
};

/// y = (x·Wᵀ + b) ∘ sigmoid(x·Vᵀ + c): a linear path and a gate that opens it, unit by unit. Its
/// gradient does not vanish where a squashing function would be flat.
/// Dauphin, Fan, Auli and Grangier 2017, eq. 1.
struct GatedLinear {
    Linear signal;
    Linear gate;

    GatedLinear(std::size_t in, std::size_t out, Random& random)
        : signal(in, out, random), gate(in, out, random) {}

    Variable operator()(Variable x) const;

    void visit(auto&& see) {
        see("signal", signal);
        see("gate", gate);
    }
};

}  // namespace nn
