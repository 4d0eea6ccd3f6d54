/// @file
/// What the tests of nn share.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "autograd/gradcheck.hpp"
#include "nn/module.hpp"
#include "nn/random.hpp"

/// A number up to rounding: 10⁻¹² in double, 10⁻⁵ in single precision, relative to 1 + |x|.
inline doctest::Approx about(double x) {
    return doctest::Approx(x).epsilon(sizeof(autograd::Real) == 8 ? 1e-12 : 1e-5);
}

/// The elements as doubles, row by row.
inline std::vector<double> numbers(const autograd::Array& x) {
    return {x.storage().begin(), x.storage().end()};
}

/// Parameters of a module, and the input as one more.
inline std::vector<autograd::NamedParameter> with_input(auto& module, autograd::Parameter& x) {
    auto all = nn::parameters(module);
    all.push_back({"x", &x});
    return all;
}

/// Compares the gradient of a function, recorded on the tape that it is given, with differences.
/// The generator is brought back to the same state before each call, so that its noise is frozen.
/// Differences say something in double precision only; in single, the function just runs.
inline void check_gradients(const std::function<autograd::Variable(autograd::Tape&)>& function,
                            const std::vector<autograd::NamedParameter>& parameters,
                            nn::Random* noise = nullptr,
                            autograd::GradCheckMode mode = autograd::GradCheckMode::entries) {
    const auto state = noise ? noise->state() : nn::Random::State{};
    const auto frozen = [&](autograd::Tape& tape) {
        if (noise) noise->restore(state);
        return function(tape);
    };
    for (unsigned seed = 1; seed <= 3; ++seed) {
        const auto report = gradcheck(frozen, parameters, {.mode = mode, .seed = seed});
        CAPTURE(text(report));
        CHECK(report.count > 0);
        if (sizeof(autograd::Real) == 8) CHECK(report.passed());
    }
}
