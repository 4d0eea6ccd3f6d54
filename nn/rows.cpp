#include "nn/rows.hpp"

#include <algorithm>
#include <numeric>

#include "autograd/array.hpp"

namespace nn {

using autograd::require;
using autograd::Shape;

namespace {

/// The shape of so many rows like these.
Shape with_rows(Shape shape, std::size_t count) {
    shape[0] = count;
    return shape;
}

/// Numbers in a row.
std::size_t width(const Array& rows) { return autograd::element_count(with_rows(rows.shape(), 1)); }

}  // namespace

void set_evaluation(Tape& tape) {
    tape.set_inference(true);
    tape.set_training(false);
}

void for_each_piece(const Array& rows, std::size_t at_a_time,
                    const std::function<void(std::size_t, const Array&)>& body) {
    require(rows.dimension() > 0, "[for_each_piece] expected rows, got ", rows);
    require(at_a_time > 0, "[for_each_piece] expected at least 1 row at a time, got 0");
    const std::size_t n = rows.shape(0);
    Array some;
    for (std::size_t begin = 0; begin < n; begin += at_a_time) {
        some.resize(with_rows(rows.shape(), std::min(at_a_time, n - begin)));
        std::copy_n(rows.data() + begin * width(rows), some.size(), some.data());
        body(begin, some);
    }
}

Array map_rows(const Array& rows, const RowMap& f, std::size_t at_a_time) {
    require(rows.dimension() > 0 && rows.size() > 0, "[map_rows] expected rows, got ", rows);
    Tape tape;
    set_evaluation(tape);
    Array out;
    for_each_piece(rows, at_a_time, [&](std::size_t begin, const Array& some) {
        const std::size_t count = some.shape(0);
        tape.rewind();
        const Array& y = f(tape.constant(some)).value();
        require(y.dimension() > 0 && y.shape(0) == count, "[map_rows] expected f to give ", count,
                " rows, got ", y);
        if (begin == 0) out.resize(with_rows(y.shape(), rows.shape(0)));
        std::copy_n(y.data(), y.size(), out.data() + begin * width(y));
    });
    return out;
}

double mean_over_rows(const Array& rows, const RowMap& f) {
    const Array y = map_rows(rows, f);
    require(y.size() == rows.shape(0), "[mean_over_rows] expected one number for each of ",
            rows.shape(0), " rows, got ", y);
    return std::accumulate(y.data(), y.data() + y.size(), 0.0) / static_cast<double>(y.size());
}

Array take(const Array& from, const Indices& rows) {
    require(from.dimension() > 0, "[take] expected rows, got ", from);
    Array out(with_rows(from.shape(), rows.size()));
    const std::size_t numbers = width(from);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        require(rows[i] < from.shape(0), "[take] expected a row of ", from, ", got number ",
                rows[i]);
        std::copy_n(from.data() + rows[i] * numbers, numbers, out.data() + i * numbers);
    }
    return out;
}

Indices argmax(const Array& scores) {
    require(scores.dimension() == 2 && scores.shape(1) > 0, "[argmax] expected (N, K), got ",
            scores);
    const std::size_t columns = scores.shape(1);
    Indices out(scores.shape(0));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto* const row = scores.data() + i * columns;
        out[i] = static_cast<std::size_t>(std::max_element(row, row + columns) - row);
    }
    return out;
}

}  // namespace nn
