/// @file
/// Which data the chapters can do with.
#pragma once

#include <cstddef>
#include <string>

#include "nn/data/dataset.hpp"

namespace tutorials {

/// What the images of a chapter, or of one of its experiments, must be like besides what holds for all.
struct Needs {
    std::size_t classes = 1;  ///< at least
    bool grey = false;        ///< no colours
    autograd::Shape item{};   ///< of what shape, if only one will do
};

/// Of a chapter, `07_vae`, or of an experiment, `05_sparse/units`.
Needs needs_of(const std::string& part);

/// Throws unless the data are what this part needs.
void require_needs(const nn::Dataset& data, const std::string& part);

}  // namespace tutorials
