/// @file
/// A model applied to more rows than fit on a tape at once.
#pragma once

#include <functional>

#include "autograd/tape.hpp"

namespace tutorials {

/// What computes something of each row by itself: (B, D) becomes (B, ...).
using RowMap = std::function<autograd::Variable(autograd::Variable)>;

/// f of the rows (N, D), some at a time and in inference mode: (N, ...). Throws if there are no rows
/// or f gives another number of them.
autograd::Array map_rows(const autograd::Array& rows, const RowMap& f);

/// The mean over the rows (N, D) of an f that gives one number for each, such as a loss (B,).
double mean_over_rows(const autograd::Array& rows, const RowMap& f);

}  // namespace tutorials
