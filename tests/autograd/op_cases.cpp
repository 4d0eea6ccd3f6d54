#include "op_cases.hpp"

#include <utility>

#include "op_families.hpp"

namespace optests {

namespace {

/// Every rank; one row, one column; just below, at and above the width of SIMD registers; nothing.
const std::vector<Shape> same_shapes = {{},        {1},          {15},   {16},   {17},
                                        {33},      {1, 1},       {1, 7}, {5, 1}, {3, 17},
                                        {2, 3, 4}, {2, 1, 3, 5}, {0, 3}};

const std::vector<std::pair<Shape, Shape>> broadcasting_pairs = {
    {{3}, {}},
    {{}, {17}},
    {{1}, {17}},
    {{3, 4}, {4}},
    {{16}, {3, 16}},
    {{3, 1}, {1, 4}},
    {{3, 17}, {3, 1}},
    {{3, 1}, {3, 17}},
    {{1, 1}, {5, 7}},
    {{5, 17}, {1, 17}},
    {{5, 17}, {}},
    {{5, 1}, {33}},
    {{2, 3, 4}, {3, 1}},
    {{2, 3, 4}, {4}},
    {{2, 1, 4}, {3, 1}},
    {{2, 3, 4}, {2, 1, 4}},
    {{2, 3, 4}, {2, 1, 1}},
    {{2, 3, 4, 5}, {3, 1, 5}},
    {{2, 1, 4, 1}, {1, 3, 1, 5}},
    {{1, 3}, {1, 1}},
    {{0, 3}, {1, 3}},
    {{3}, {0, 3}},
    {{2, 0}, {2, 1}},
};

void add_each_element(Table& table) {
    for (const Shape& shape : same_shapes) {
        elementwise(table, shape);
        broadcasting(table, shape, shape);
        choice(table, shape, shape, shape);
    }
    for (const auto& [a, b] : broadcasting_pairs) {
        broadcasting(table, a, b);
        choice(table, broadcast(a, b), a, b);
        choice(table, a, b, broadcast(a, b));
    }
    choice(table, {3, 1}, {4}, {});
    choice(table, {2, 3, 1}, {3, 4}, {1, 1, 4});
}

void add_products(Table& table) {
    matrix_product(table, {1, 1}, {1, 1});
    matrix_product(table, {1, 7}, {7, 1});
    matrix_product(table, {5, 1}, {1, 3});
    matrix_product(table, {15, 16}, {16, 17});
    matrix_product(table, {2, 33}, {33, 3});
    matrix_product(table, {2, 3, 4}, {4, 5});
    matrix_product(table, {2, 1, 3, 4}, {4, 1});
    matrix_product(table, {2, 3, 4}, {2, 4, 5});
    matrix_product(table, {2, 1, 3, 4}, {2, 1, 4, 2});
    matrix_product(table, {0, 3}, {3, 2});
    matrix_product(table, {2, 0}, {0, 3});
    matrix_product(table, {2, 3}, {3, 0});
    matrix_product(table, {0, 2, 3}, {0, 3, 4});
    matrix_product(table, {2, 3, 0}, {2, 0, 4});
    linear_map(table, {1, 1}, 1);
    linear_map(table, {1, 7}, 3);
    linear_map(table, {5, 16}, 17);
    linear_map(table, {33, 15}, 1);
    linear_map(table, {4}, 3);
    linear_map(table, {2, 3, 4}, 5);
    linear_map(table, {0, 3}, 2);
    linear_map(table, {2, 0}, 3);
    linear_map(table, {2, 3}, 0);
}

void add_reductions(Table& table) {
    for (const Shape& shape : same_shapes) whole_sum(table, shape);
    const std::vector<std::pair<Shape, std::vector<std::vector<int>>>> sums = {
        {{}, {{}}},
        {{5}, {{}, {0}, {-1}}},
        {{1, 7}, {{0}, {1}}},
        {{5, 1}, {{0}, {1}}},
        {{3, 17}, {{0}, {1}, {-1}, {0, 1}, {-1, -2}}},
        {{33, 16}, {{0}, {1}}},
        {{2, 3, 4}, {{}, {0}, {1}, {2}, {-2}, {0, 1}, {0, 2}, {2, 0}, {1, -1}, {0, 1, 2}}},
        {{2, 3, 4, 5}, {{1}, {1, 3}, {0, 2}, {-1, -3}, {0, 1, 3}}},
        {{0, 3}, {{}, {0}, {1}}},
        {{2, 0}, {{0}, {1}}},
    };
    for (const auto& [shape, choices] : sums)
        for (const std::vector<int>& axes : choices) axis_sum(table, shape, axes);

    const std::vector<std::pair<Shape, std::vector<int>>> functions = {
        {{1}, {0}},
        {{17}, {0, -1}},
        {{1, 7}, {0, 1}},
        {{5, 1}, {0, 1}},
        {{3, 16}, {-1, -2}},
        {{33, 2}, {0, 1}},
        {{2, 3, 4}, {0, 1, 2, -1, -2, -3}},
        {{2, 1, 3, 2}, {2}},
        {{0, 3}, {1}},
    };
    for (const auto& [shape, axes] : functions)
        for (const int axis : axes) axis_function(table, shape, axis);
}

void add_moves(Table& table) {
    for (const Shape& shape : same_shapes) transposition(table, shape);
    transposition(table, {5}, {0});
    transposition(table, {15, 17}, {1, 0});
    transposition(table, {3, 4}, {0, 1});
    transposition(table, {2, 3, 4}, {2, 0, 1});
    transposition(table, {2, 3, 4}, {1, 2, 0});
    transposition(table, {2, 1, 3, 5}, {3, 1, 0, 2});
    reshaping(table, {6}, {2, 3});
    reshaping(table, {1, 1}, {});
    reshaping(table, {}, {1});
    reshaping(table, {2, 3, 4}, {4, 6});
    reshaping(table, {0, 3}, {3, 0});
    concatenation(table, {{3}, {1}, {4}}, 0);
    concatenation(table, {{2, 3}}, 1);
    concatenation(table, {{2, 3}, {2, 1}, {2, 5}}, 1);
    concatenation(table, {{2, 17}, {2, 16}}, -1);
    concatenation(table, {{1, 4}, {3, 4}, {0, 4}}, -2);
    concatenation(table, {{2, 3, 4}, {2, 1, 4}}, 1);
    concatenation(table, {{2, 2, 1, 3}, {2, 2, 1, 1}}, 3);
    slicing(table, {17}, 0, 3, 9);
    slicing(table, {3, 17}, 1, 0, 16);
    slicing(table, {3, 17}, -1, 16, 17);
    slicing(table, {5, 3}, 0, 1, 4);
    slicing(table, {2, 3, 4}, 1, 1, 3);
    slicing(table, {2, 3, 4}, -3, 0, 1);
    slicing(table, {2, 3}, 0, 0, 2);
    slicing(table, {2, 3}, 1, 2, 2);
    gathering(table, {5, 3}, 4);
    gathering(table, {1, 1}, 3);
    gathering(table, {7}, 2);
    gathering(table, {3, 2, 4}, 5);
    gathering(table, {33, 17}, 16);
    gathering(table, {2, 3}, 0);
}

/// One pixel, one row, one column; windows that overlap, that leave gaps and that leave a rest; more
/// padding than kernel; one image, as many as there are parts and more; no images, no channels.
void add_images(Table& table) {
    patching(table, {1, 1, 1, 1}, 1, 1, {1, 0});
    patching(table, {2, 5, 4, 3}, 3, 2, {2, 1});
    patching(table, {9, 3, 3, 1}, 2, 2, {1, 0});
    patching(table, {1, 2, 2, 1}, 1, 2, {3, 2});
    patching(table, {0, 3, 3, 2}, 2, 2, {1, 0});
    patching(table, {2, 3, 3, 0}, 2, 2, {1, 0});

    convolution(table, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 0});
    convolution(table, {2, 4, 5, 3}, {4, 3, 2, 3}, {1, 0});
    convolution(table, {2, 5, 4, 1}, {17, 3, 3, 1}, {2, 1});
    convolution(table, {1, 4, 4, 16}, {2, 4, 4, 16}, {2, 1});
    convolution(table, {3, 7, 5, 2}, {3, 2, 5, 2}, {3, 2});
    convolution(table, {9, 3, 2, 1}, {2, 2, 2, 1}, {1, 1});
    convolution(table, {1, 1, 7, 1}, {2, 1, 3, 1}, {2, 0});
    convolution(table, {2, 1, 1, 2}, {1, 3, 3, 2}, {1, 1});
    convolution(table, {1, 2, 2, 1}, {1, 1, 1, 1}, {1, 2});
    convolution(table, {0, 3, 3, 2}, {2, 2, 2, 2}, {1, 0});
    convolution(table, {2, 3, 3, 0}, {2, 2, 2, 0}, {1, 0});
    convolution(table, {2, 3, 3, 1}, {0, 2, 2, 1}, {1, 0});

    transposed_convolution(table, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 0}, 0);
    transposed_convolution(table, {2, 3, 4, 4}, {4, 3, 2, 3}, {1, 0}, 0);
    transposed_convolution(table, {2, 3, 2, 17}, {17, 3, 3, 1}, {2, 1}, 1);
    transposed_convolution(table, {1, 2, 2, 2}, {2, 4, 4, 16}, {2, 1}, 0);
    transposed_convolution(table, {3, 3, 2, 3}, {3, 2, 5, 2}, {3, 1}, 2);
    transposed_convolution(table, {9, 2, 3, 2}, {2, 2, 2, 1}, {1, 1}, 0);
    transposed_convolution(table, {1, 2, 2, 1}, {1, 1, 1, 2}, {3, 0}, 0);
    transposed_convolution(table, {1, 3, 3, 1}, {1, 1, 1, 1}, {1, 1}, 0);
    transposed_convolution(table, {0, 3, 3, 2}, {2, 2, 2, 2}, {1, 0}, 0);
    transposed_convolution(table, {2, 3, 3, 0}, {0, 2, 2, 1}, {1, 0}, 0);
    transposed_convolution(table, {2, 3, 3, 1}, {1, 2, 2, 0}, {1, 0}, 0);

    pooling(table, {1, 1, 1, 1}, 1, 1);
    pooling(table, {2, 4, 6, 3}, 2, 2);
    pooling(table, {9, 5, 4, 1}, 3, 1);
    pooling(table, {2, 7, 5, 17}, 2, 3);
    pooling(table, {0, 2, 2, 3}, 2, 2);
    pooling(table, {2, 2, 2, 0}, 2, 2);
    upsampling(table, {1, 1, 1, 1}, 1);
    upsampling(table, {2, 3, 2, 17}, 2);
    upsampling(table, {9, 1, 2, 1}, 3);
    upsampling(table, {0, 2, 2, 3}, 2);
    upsampling(table, {2, 2, 2, 0}, 2);
}

/// One of each; sequences that have no step, some and all; units below, at and above the width of SIMD
/// registers; no steps, no sequences, no units.
void add_sequences(Table& table) {
    recurrence(table, 1, 1, 1, {});
    recurrence(table, 1, 1, 1, {0});
    recurrence(table, 4, 1, 3, {});
    recurrence(table, 1, 4, 2, {1, 0, 1, 1});
    recurrence(table, 5, 3, 1, {5, 0, 2});
    recurrence(table, 3, 2, 15, {1, 3});
    recurrence(table, 2, 2, 16, {});
    recurrence(table, 3, 2, 17, {2, 2});
    recurrence(table, 2, 5, 5, {0, 1, 2, 1, 0});
    recurrence(table, 0, 2, 3, {});
    recurrence(table, 2, 0, 3, {});
    recurrence(table, 2, 3, 0, {1, 2, 0});
}

void add_fused(Table& table) {
    for (const Shape& shape : same_shapes) {
        if (!shape.empty()) loss(table, shape);
        if (autograd::element_count(shape) > 0) mean_square(table, shape);
        sample(table, shape);
    }
    classification(table, 1, 1);
    classification(table, 1, 7);
    classification(table, 5, 3);
    classification(table, 2, 17);
    classification(table, 0, 3);
}

}  // namespace

std::vector<OpCase> op_cases() {
    Table table;
    add_each_element(table);
    add_products(table);
    add_reductions(table);
    add_moves(table);
    add_fused(table);
    add_images(table);
    add_sequences(table);
    return table.cases;
}

std::vector<OpCase> large_op_cases() {
    const Shape batch{128, 784};
    Table table;
    elementwise(table, batch);
    for (const Shape& other : {batch, Shape{784}, Shape{128, 1}, Shape{}})
        broadcasting(table, batch, other);
    choice(table, batch, batch, batch);
    choice(table, {128, 1}, batch, batch);
    choice(table, batch, batch, {128, 1});
    choice(table, batch, {784}, {});
    matrix_product(table, batch, {784, 400});
    linear_map(table, batch, 400);
    linear_map(table, {128, 400}, 20);
    whole_sum(table, batch);
    axis_sum(table, batch, {0});
    axis_sum(table, batch, {1});
    axis_function(table, {128, 10}, 1);
    axis_function(table, batch, 1);
    transposition(table, batch);
    reshaping(table, batch, {128, 28, 28});
    concatenation(table, {{128, 400}, {128, 384}}, 1);
    slicing(table, batch, 1, 0, 392);
    gathering(table, {1000, 784}, 128);
    gathering(table, {5, 1000}, 64);  // in pieces
    loss(table, batch);
    loss(table, {128, 20});
    mean_square(table, batch);
    sample(table, {128, 20});
    classification(table, 128, 10);
    patching(table, {128, 28, 28, 1}, 4, 4, {2, 1});
    convolution(table, {128, 28, 28, 1}, {32, 4, 4, 1}, {2, 1});
    convolution(table, {128, 14, 14, 32}, {64, 4, 4, 32}, {2, 1});
    transposed_convolution(table, {128, 7, 7, 64}, {64, 4, 4, 32}, {2, 1}, 0);
    transposed_convolution(table, {128, 14, 14, 32}, {32, 4, 4, 1}, {2, 1}, 0);
    convolution(table, {1, 64, 48, 16}, {8, 5, 5, 16}, {1, 2});  // more than a block of patches
    pooling(table, {64, 14, 14, 8}, 3, 1);
    upsampling(table, {128, 14, 14, 8}, 2);
    recurrence(table, 4, 64, 64, Indices(64, 3));
    return table.cases;
}

}  // namespace optests
