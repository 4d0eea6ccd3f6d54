/// @file
/// How long something takes.
#pragma once

#include <functional>

namespace tutorials {

/// The seconds of the fastest of some calls, by the wall clock. What else runs on the machine can
/// only make a call slower. Throws without calls.
double seconds(const std::function<void()>& work, int calls = 1);

}  // namespace tutorials
