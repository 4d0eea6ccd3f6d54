#include "autograd/error.hpp"

#include <cmath>
#include <sstream>

namespace autograd {

std::string text(double number) {
    if (std::isnan(number)) return "nan";  // whatever its sign
    std::ostringstream out;
    out << number;
    return out.str();
}

}  // namespace autograd
