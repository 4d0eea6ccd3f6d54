/// @file
/// What the lesson on the tape shares with its experiments.
#pragma once

#include <filesystem>
#include <functional>

#include "autograd/ops.hpp"
#include "nn/random.hpp"
#include "tutorials/01_tape/scalar_tape.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace tape_chapter {

using autograd::Array;
using autograd::Parameter;
using autograd::Real;
using autograd::Shape;
using autograd::Tape;
using autograd::Variable;
using tutorials::Session;

/// One box for each entry with its gradient below, and an arrow for each edge with its slope.
void draw(const scalar::Tape& tape, const std::filesystem::path& path);

/// The largest error of x̄ against central differences of ⟨cotangent, op(x)⟩.
double error_of_pullback(const std::function<Variable(Variable)>& op, const Array& x,
                         const Array& cotangent);

/// ⟨a, b⟩, the sum of all products of entries.
double dot(const Array& a, const Array& b);

/// Targets (B, 1) at places (B, 1).
struct Curve {
    Array x, t;
};
/// The damped wave t = sin(3x) exp(−x²/4), with noise of standard deviation .05 or without.
Curve damped_wave(std::size_t points, nn::Random* noise = nullptr);

tutorials::Plot::Numbers numbers(const Array& a);

}  // namespace tape_chapter
