/// @file
/// What the tests of models share.
#pragma once

#include <vector>

#include "nn/module.hpp"

/// The parameters that an optimizer moves, without the frozen ones.
template <class Model>
std::vector<autograd::NamedParameter> learnt(Model& model) {
    auto parameters = nn::parameters(model);
    std::erase_if(parameters, [](const autograd::NamedParameter& each) { return each.frozen; });
    return parameters;
}
