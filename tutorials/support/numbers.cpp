#include "tutorials/support/numbers.hpp"

#include <algorithm>
#include <cmath>

#include "autograd/error.hpp"

namespace tutorials {

double mean(const std::vector<double>& numbers) {
    autograd::require(!numbers.empty(), "[mean] expected at least one number, got none");
    double sum = 0;
    for (const double number : numbers) sum += number;
    return sum / static_cast<double>(numbers.size());
}

double median(std::vector<double> numbers) {
    autograd::require(!numbers.empty(), "[median] expected at least one number, got none");
    for (const double number : numbers)
        if (std::isnan(number)) return number;  // which has no place in an order
    std::sort(numbers.begin(), numbers.end());
    const std::size_t half = numbers.size() / 2;
    return numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

Spread spread(const std::vector<double>& numbers) {
    Spread found{mean(numbers), 0};
    if (numbers.size() < 2) return found;
    double squares = 0;
    for (const double number : numbers) squares += (number - found.mean) * (number - found.mean);
    found.deviation = std::sqrt(squares / static_cast<double>(numbers.size() - 1));
    return found;
}

}  // namespace tutorials
