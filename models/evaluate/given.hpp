/// @file
/// How evaluation asks any model: some images at a time, and their conditions if it wants them.
#pragma once

#include "models/bound.hpp"

namespace models {

/// What a model is evaluated on: the images (N, ...), and for a conditional model their conditions
/// (N, C). Refers to the arrays, which must outlive it.
using Given = std::vector<std::reference_wrapper<const Array>>;

/// Rows of these, as the model's `draw` takes them.
using DrawFrom =
    std::function<Draws(const std::vector<Variable>& given, std::size_t samples, nn::Random&)>;

template <LatentVariableModel Model>
DrawFrom draw_from(const Model& model) {
    return [&model](const std::vector<Variable>& given, std::size_t samples, nn::Random& random) {
        return model.draw(given.at(0), samples, random);
    };
}

template <ConditionalModel Model>
DrawFrom draw_from(const Model& model) {
    return [&model](const std::vector<Variable>& given, std::size_t samples, nn::Random& random) {
        return model.draw(given.at(0), given.at(1), samples, random);
    };
}

/// Calls body(rows) with so many rows of each array at a time, in order. Throws, in the name of
/// `operation`, if there are no images or not as many conditions.
void for_each_piece(const char* operation, const Given& given, std::size_t at_a_time,
                    const std::function<void(const std::vector<Array>& rows)>& body);

/// The rows as constants of a tape.
std::vector<Variable> constants(Tape& tape, const std::vector<Array>& rows);

}  // namespace models
