/// @file
/// What several runs say together.
#pragma once

#include <vector>

namespace tutorials {

/// The sum over the count. All here throw if there are no numbers.
double mean(const std::vector<double>& numbers);

/// The middle one; of an even count the mean of both in the middle.
double median(std::vector<double> numbers);

/// How numbers of the same kind, such as those of several seeds, lie.
struct Spread {
    double mean = 0;
    double deviation = 0;  ///< standard deviation with n − 1 below the root; 0 for a single number
};
Spread spread(const std::vector<double>& numbers);

}  // namespace tutorials
