/// @file
/// A plane of codes: what a figure shows of it, and what a web page needs to decode it live.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "autograd/array.hpp"
#include "nn/module.hpp"

namespace tutorials {

/// The z below which a standard normal variable lies with probability p. Throws unless 0 < p < 1.
double normal_quantile(double p);

/// Codes at equal steps in probability of a standard normal: (side², 2), row by row from the top
/// left, where z₁ is lowest and z₂ highest. Each stands for the same share of the prior.
autograd::Array normal_plane(std::size_t side);

/// Writes a decoder as a safetensors file, with a few inputs and the pictures that they give, as
/// `example.z` and `example.pixels`, by which another program can check that it reads it rightly.
/// Notes are kept as they are: `classes` names, one on a line, what the inputs after the second say.
void save_decoder(const std::filesystem::path& path, const std::vector<nn::NamedParameter>& decoder,
                  const autograd::Array& z, const autograd::Array& pixels,
                  const std::map<std::string, std::string>& notes = {});

}  // namespace tutorials
