/// @file
/// Missing numbers, filled in by an autoencoder.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "autograd/array.hpp"

namespace models {

/// What an autoencoder makes of rows: (B, D) to (B, D).
using Rebuild = std::function<autograd::Array(const autograd::Array&)>;

/// Fills in what is missing in rows (N, D), where they hold NaN: at first with a number that is given, or
/// with the mean of what is known in the row; then, again and again, with what the model makes of the
/// row, until nothing moves by more than 1e-5 or the rounds are over. What is known stays. Returns how
/// many rows still move then.
///
/// Of a linear VAE with Gaussian noise, whose decoder gives the mean, what comes out is exactly the
/// expectation given what is known: at z = E[z | x], x_missing = W z the posterior's equation is that of
/// the known numbers alone.
///
/// Throws if the rows are not (N, D), a known number is not finite or the model makes something that is
/// not finite, or rows of another shape.
///
/// Source: Rezende, Mohamed and Wierstra 2014, with means in place of draws.
std::size_t impute(autograd::Array& rows, const Rebuild& rebuild, std::size_t rounds = 1000,
                   std::optional<autograd::Real> start = {});

}  // namespace models
