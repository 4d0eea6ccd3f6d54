/// @file
/// What the table of operations is made of: each function adds the cases of one kind of operation,
/// with its reference and its domain, at the sizes it is given.
#pragma once

#include <array>
#include <random>

#include "op_cases.hpp"

namespace optests {

/// Where the elements of an input are drawn from: an interval without the neighbourhood of the
/// points at which the operation has no derivative.
struct Domain {
    double low = -2, high = 2;
    std::array<double, 2> kinks = {far_away, far_away};
    static constexpr double far_away = 1e9;
};

/// The table while it grows, and the random numbers it is filled with.
class Table {
  public:
    std::vector<OpCase> cases;

    Array draw(const Shape& shape, const Domain& domain = {});
    /// Numbers between −2 and 2 of which no two are close, so that it is clear which is the largest.
    Array draw_apart(const Shape& shape);
    Indices draw_indices(std::size_t count, std::size_t below);

  private:
    std::mt19937 engine_;  // its bits are fixed by the standard
};

/// The name of a case: the operation and the shapes of its inputs.
std::string name(const std::string& operation, const std::vector<Shape>& shapes);

/// The index with one of its positions replaced.
Index with(Index index, std::size_t axis, std::size_t position);

// Functions of each element; + − * / and where with broadcasting.
void elementwise(Table& table, const Shape& x);
void broadcasting(Table& table, const Shape& a, const Shape& b);
void choice(Table& table, const Shape& condition, const Shape& a, const Shape& b);

// Matrix products.
void matrix_product(Table& table, const Shape& a, const Shape& b);
void linear_map(Table& table, const Shape& x, std::size_t out);

// Sums, means, and functions of a whole axis; with and without keepdims.
void whole_sum(Table& table, const Shape& x);
void axis_sum(Table& table, const Shape& x, const std::vector<int>& axes);
void axis_function(Table& table, const Shape& x, int axis);

// What moves elements.
void transposition(Table& table, const Shape& x);
void transposition(Table& table, const Shape& x, const Indices& axes);
void reshaping(Table& table, const Shape& x, const Shape& y);
void concatenation(Table& table, const std::vector<Shape>& parts, int axis);
void slicing(Table& table, const Shape& x, int axis, std::size_t begin, std::size_t end);
void gathering(Table& table, const Shape& x, std::size_t rows);

// Images: (B, H, W, C), and a kernel or window that slides over them.
struct Slide {
    std::size_t stride = 1, padding = 0;
};
void patching(Table& table, const Shape& x, std::size_t height, std::size_t width, Slide slide);
void convolution(Table& table, const Shape& x, const Shape& weight, Slide slide);
void transposed_convolution(Table& table, const Shape& x, const Shape& weight, Slide slide,
                            std::size_t output_padding);
void pooling(Table& table, const Shape& x, std::size_t size, std::size_t stride);
void upsampling(Table& table, const Shape& x, std::size_t factor);

// Recurrent nets: T steps of B sequences through H units, with their lengths or none.
void recurrence(Table& table, std::size_t steps, std::size_t batch, std::size_t units,
                const Indices& lengths);

// Fused operations: losses of (B, ...), those of any shape, and the loss with labels.
void loss(Table& table, const Shape& x);
void mean_square(Table& table, const Shape& x);
void sample(Table& table, const Shape& x);
void classification(Table& table, std::size_t examples, std::size_t classes);

}  // namespace optests
