/// @file
/// A probe answers requests with what the student's functions compute, and knows nothing of what is
/// expected: that is the judge's business, in another process.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace probe {

using autograd::Array;
using autograd::Variable;

/// What follows an operation's name, and the arrays of the request; returns those of the answer.
using Words = std::vector<std::string>;
using Handler = std::function<std::vector<Array>(const Words&, const std::vector<Array>&)>;

/// A function of variables, made a handler: the last array is the cotangent. The answer is the value,
/// how many entries of the tape it took, and the gradient for each input; zeros where the pass did not
/// reach one.
using Function = std::function<Variable(const Words&, const std::vector<Variable>&)>;
Handler pulled(Function f);
/// The same for the value alone: there is no cotangent, and no pass back.
Handler valued(Function f);

/// The operations of one assignment, in its own probe.cpp.
std::map<std::string, Handler> handlers();

}  // namespace probe
