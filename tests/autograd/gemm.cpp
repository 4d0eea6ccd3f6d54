#include "autograd/gemm.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "evaluate.hpp"

using namespace autograd;
using namespace optests;

namespace {

constexpr double tolerance = double_precision ? 1e-13 : 1e-5;
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();

Matrix matrix(const Array& a, bool transposed) {
    return {a.data(), a.shape()[0], a.shape()[1], transposed};
}

/// Element (i, j) of the matrix as it is read.
double element(const Plain& a, bool transposed, std::size_t i, std::size_t j) {
    return transposed ? a[{j, i}] : a[{i, j}];
}

/// a·b + beta·c.
Plain product(const Plain& a, bool a_transposed, const Plain& b, bool b_transposed, double beta,
              const Plain& c) {
    const std::size_t inner = a.shape[a_transposed ? 0 : 1];
    return tabulate(c.shape, [&](const Index& at) {
        double sum = beta == 0 ? 0 : beta * c[at];
        for (std::size_t k = 0; k < inner; ++k)
            sum += element(a, a_transposed, at[0], k) * element(b, b_transposed, k, at[1]);
        return sum;
    });
}

}  // namespace

TEST_CASE("gemm multiplies and adds, whatever is transposed") {
    const auto check = [](const Index& extents, bool s, bool t, Real beta) {
        const std::size_t rows = extents[0], inner = extents[1], columns = extents[2];
        CAPTURE(text(extents));
        CAPTURE(s);
        CAPTURE(t);
        CAPTURE(beta);
        const Array a = random_array(s ? Shape{inner, rows} : Shape{rows, inner}, 1);
        const Array b = random_array(t ? Shape{columns, inner} : Shape{inner, columns}, 2);
        Array c = random_array({rows, columns}, 3);
        const Plain expected = product(Plain(a), s, Plain(b), t, double{beta}, Plain(c));
        if (beta == 0) c.fill(not_a_number);  // what was there does not matter
        gemm(matrix(a, s), matrix(b, t), beta, c.data());
        CHECK(worst_error(c, expected) < tolerance);
    };
    const std::vector<std::size_t> awkward = {1, 7, 16, 17, 33};
    for_each_index({5, 5, 5}, [&](const Index& i) {
        for (const bool s : {false, true})
            for (const bool t : {false, true})
                for (const Real beta : {Real(0), Real(1), Real(-0.5)})
                    check({awkward[i[0]], awkward[i[1]], awkward[i[2]]}, s, t, beta);
    });
}

TEST_CASE("a product over nothing is zero, and adds nothing") {
    for (const bool s : {false, true})
        for (const bool t : {false, true}) {
            const Array a = full(s ? Shape{0, 3} : Shape{3, 0}, 1);
            const Array b = full(t ? Shape{2, 0} : Shape{0, 2}, 1);
            Array c = full({3, 2}, not_a_number);
            gemm(matrix(a, s), matrix(b, t), 0, c.data());
            CHECK(same(c, full({3, 2}, 0)));
            c.fill(5);
            gemm(matrix(a, s), matrix(b, t), 1, c.data());
            CHECK(same(c, full({3, 2}, 5)));
        }
}

TEST_CASE("a product without rows or columns touches nothing") {
    const Array a = full({0, 3}, 1), b = full({3, 2}, 1), none = full({3, 0}, 1);
    Real untouched = 7;
    gemm(matrix(a, false), matrix(b, false), 0, &untouched);
    gemm(matrix(b, true), matrix(none, false), 0, &untouched);
    CHECK(untouched == 7);
}

TEST_CASE("transposed twice is as stored") {
    const Array a = full({2, 3}, 1);
    const Matrix m = matrix(a, false);
    CHECK(transposed(m).transposed);
    CHECK_FALSE(transposed(transposed(m)).transposed);
    CHECK(transposed(m).rows == 2);
    CHECK(transposed(m).data == a.data());
}
