#include "nn/io/decimal.hpp"

#include <charconv>
#include <cmath>

namespace nn {

namespace {

bool is_whole(double number) {
    constexpr double largest = 9007199254740992;  // 2^53: beyond, doubles skip whole numbers
    return std::abs(number) <= largest && number == std::floor(number);
}

}  // namespace

std::string decimal(double number) {
    if (!is_whole(number)) number = static_cast<float>(number);
    if (is_whole(number)) return std::to_string(static_cast<long long>(number));
    if (std::isnan(number)) return "nan";  // whatever its sign
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<float>(number),
                                   std::chars_format::general);
    return {text, end.ptr};
}

}  // namespace nn
