#include "models/evaluate/given.hpp"

#include <numeric>

#include "nn/rows.hpp"

namespace models {

void for_each_piece(const char* operation, const Given& given, std::size_t at_a_time,
                    const std::function<void(const std::vector<Array>&)>& body) {
    const Array& images = given.at(0);
    autograd::require(images.dimension() > 0 && images.size() > 0, "[", operation,
                      "] expected images, got ", images);
    for (const Array& each : given)
        autograd::require(each.dimension() > 0 && each.shape(0) == images.shape(0), "[", operation,
                          "] expected a condition for each of ", images.shape(0), " images, got ",
                          each);
    nn::for_each_piece(images, at_a_time, [&](std::size_t begin, const Array& some) {
        Indices numbers(some.shape(0));
        std::iota(numbers.begin(), numbers.end(), begin);
        std::vector<Array> rows = {some};
        for (std::size_t i = 1; i < given.size(); ++i) rows.push_back(nn::take(given[i], numbers));
        body(rows);
    });
}

std::vector<Variable> constants(Tape& tape, const std::vector<Array>& rows) {
    std::vector<Variable> out;
    for (const Array& each : rows) out.push_back(tape.constant(each));
    return out;
}

}  // namespace models
