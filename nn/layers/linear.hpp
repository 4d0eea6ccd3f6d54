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

    /// `silent` more inputs stand behind the others. Their weights start at 0: at first this is the
    /// layer without them. Throws if there are no other inputs, or no outputs.
    Linear(std::size_t in, std::size_t out, Random& random, std::size_t silent = 0);

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

    /// As Linear, both.
    GatedLinear(std::size_t in, std::size_t out, Random& random, std::size_t silent = 0)
        : signal(in, out, random, silent), gate(in, out, random, silent) {}

    Variable operator()(Variable x) const;

    void visit(auto&& see) {
        see("signal", signal);
        see("gate", gate);
    }
};

}  // namespace nn
