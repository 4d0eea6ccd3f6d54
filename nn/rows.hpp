/// @file
/// Functions of many images, or of whatever else stands in rows, computed outside of training. A row
/// is one example: an array (N, ...) has N of them.
#pragma once

#include <cstddef>
#include <functional>

#include "autograd/tape.hpp"

namespace nn {

using autograd::Array;
using autograd::Indices;
using autograd::Tape;
using autograd::Variable;

/// Sets a tape up for evaluation: nothing is recorded for gradients, and dropout is off.
void set_evaluation(Tape& tape);

/// A function of arrays, written with the operations of the tape and computed without a record for
/// gradients:
/// @code
/// const Array means = nn::evaluate([&](Variable x) { return vae.encode(x).mean; }, images);
/// @endcode
template <class Function, class... Arrays>
Array evaluate(const Function& function, const Arrays&... arrays) {
    Tape tape;
    set_evaluation(tape);
    return function(tape.constant(arrays)...).value();
}

/// The same for a function with one number as its value.
template <class Function, class... Arrays>
double measure(const Function& function, const Arrays&... arrays) {
    Tape tape;
    set_evaluation(tape);
    return double{function(tape.constant(arrays)...).item()};
}

/// How many rows are on a tape at once, unless said otherwise.
inline constexpr std::size_t rows_at_a_time = 1000;

/// Calls body(begin, rows) with the rows begin ≤ i < begin + B of (N, ...), piece after piece. B is
/// `at_a_time`, or what is left for the last. The array is there until the call returns. Throws if
/// `at_a_time` is 0.
void for_each_piece(const Array& rows, std::size_t at_a_time,
                    const std::function<void(std::size_t begin, const Array& rows)>& body);

/// What computes something of each row by itself: (B, ...) becomes (B, ...).
using RowMap = std::function<Variable(Variable)>;

/// f of the rows (N, ...), computed piece by piece without a record for gradients: (N, ...). Throws
/// if there are no rows or f gives another number of them.
Array map_rows(const Array& rows, const RowMap& f, std::size_t at_a_time = rows_at_a_time);

/// The mean over the rows of an f that gives one number for each, such as a loss (B,). Throws as
/// map_rows() does.
double mean_over_rows(const Array& rows, const RowMap& f);

/// Some rows of (N, ...), in the given order. Throws if there is no such row.
Array take(const Array& from, const Indices& rows);

/// For each row of (N, K) the column of its largest number, the first of equals: what a classifier
/// says, given its scores. Throws if the rank differs or K is 0.
Indices argmax(const Array& scores);

}  // namespace nn
