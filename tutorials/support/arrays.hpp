/// @file
/// Arrays of images and codes: picking rows, and a few crude measures of pictures.
#pragma once

#include <cstddef>

#include "autograd/ops.hpp"
#include "nn/data/dataset.hpp"
#include "nn/rows.hpp"

namespace tutorials {

/// The numbers 0 to n − 1.
autograd::Indices upto(std::size_t n);
/// Which examples have this label, in their order.
autograd::Indices members(const autograd::Indices& labels, std::size_t label);

/// The rows of a, then those of b.
autograd::Array join(const autograd::Array& a, const autograd::Array& b);
/// The images of a class, `count` of them at most. Labels go on after the last class: of two classes,
/// 2 is the first one again, from its second image on. Throws if there are none.
autograd::Array first_of(const nn::Dataset& data, std::size_t label, std::size_t count);
/// The first image of each class that has one, in the order of the classes.
autograd::Array one_of_each_class(const nn::Dataset& data);
/// For each row of `queries` (M, D) the number of the nearest row, by Euclid, of `among` (N, D).
autograd::Indices nearest(const autograd::Array& queries, const autograd::Array& among);
/// From a to b, both (1, D), in `steps` equal steps, ends included: (steps, D).
autograd::Array walk(const autograd::Array& a, const autograd::Array& b, std::size_t steps);

/// The mean absolute difference of pixels beside each other, over pictures (N, D) of the shape
/// `item` = (H, W, C): how sharp they are.
double edges(const autograd::Array& pictures, const autograd::Shape& item);
/// The variance among the pictures, averaged over pixels: how varied they are.
double variety(const autograd::Array& pictures);
/// The squared distance of each picture from the most similar real one, per pixel, averaged.
double distance_to_nearest(const autograd::Array& pictures, const autograd::Array& real);

}  // namespace tutorials
