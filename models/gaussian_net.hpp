/// @file
/// A Gaussian whose mean and log variance are computed by a net: what encoders and priors are.
#pragma once

#include "models/bound.hpp"
#include "nn/layers/linear.hpp"
#include "nn/layers/sequential.hpp"

namespace models {

/// N(μ(x), diag e^λ(x)): a net from x to features, and two heads that read them.
struct GaussianNet {
    nn::Layer hidden;         ///< x to features, (B, ...)
    nn::Linear mean;          ///< μ
    nn::Linear log_variance;  ///< λ

    /// Heads for a net that gives so many features: (B, features), or any shape of as many elements
    /// behind the first axis. Throws if an extent is 0.
    GaussianNet(nn::Layer net, std::size_t features, std::size_t width, nn::Random& random)
        : GaussianNet{std::move(net), nn::Linear(features, width, random),
                      nn::Linear(features, width, random)} {}
    /// With heads that are there already.
    GaussianNet(nn::Layer net, nn::Linear mean_head, nn::Linear log_variance_head)
        : hidden(std::move(net)),
          mean(std::move(mean_head)),
          log_variance(std::move(log_variance_head)) {}

    /// How many numbers it is a Gaussian of.
    std::size_t width() const { return mean.bias.value.size(); }

    /// (B, width), read from the output of `hidden`.
    nn::Normal heads(Variable features) const;
    nn::Normal operator()(Variable x) const { return heads(hidden(x)); }

    void visit(auto&& see) {
        see("hidden", hidden);
        see("mean", mean);
        see("log_variance", log_variance);
    }
};

}  // namespace models
