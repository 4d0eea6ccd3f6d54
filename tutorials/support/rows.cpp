#include "tutorials/support/rows.hpp"

#include <algorithm>
#include <numeric>

namespace tutorials {

using autograd::Array;
using autograd::require;
using autograd::Shape;

Array map_rows(const Array& rows, const RowMap& f) {
    require(rows.dimension() == 2 && rows.size() > 0, "[map_rows] got ", rows, ", wanted rows");
    constexpr std::size_t at_a_time = 1000;
    const std::size_t n = rows.shape(0), width = rows.shape(1);
    autograd::Tape tape;
    tape.set_inference(true);
    Array some, out;
    for (std::size_t begin = 0; begin < n; begin += at_a_time) {
        const std::size_t count = std::min(at_a_time, n - begin);
        some.resize(Shape{count, width});
        std::copy_n(rows.data() + begin * width, some.size(), some.data());
        tape.rewind();
        const Array& y = f(tape.constant(some)).value();
        require(y.dimension() > 0 && y.shape(0) == count, "[map_rows] f of ", count, " rows gave ",
                y);
        if (begin == 0) {
            Shape shape = y.shape();
            shape[0] = n;
            out.resize(shape);
        }
        std::copy_n(y.data(), y.size(), out.data() + begin * (y.size() / count));
    }
    return out;
}

double mean_over_rows(const Array& rows, const RowMap& f) {
    const Array y = map_rows(rows, f);
    require(y.size() == rows.shape(0), "[mean_over_rows] got ", y, " of ", rows.shape(0),
            " rows, wanted one number for each");
    return std::accumulate(y.data(), y.data() + y.size(), 0.0) / static_cast<double>(y.size());
}

}  // namespace tutorials
