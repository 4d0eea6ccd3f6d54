#include "autograd/kernels.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "evaluate.hpp"

using namespace autograd;
using namespace optests;
using kernels::Batch;

namespace {

constexpr double epsilon = std::numeric_limits<Real>::epsilon();
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
constexpr Real infinity = std::numeric_limits<Real>::infinity();

/// Every length around the four batches that one turn of the loops takes.
constexpr std::size_t longest = 5 * kernels::width + 1;

Real softplus(Real x) { return kernels::softplus(Batch(x)).get(0); }
Real sigmoid(Real x) { return kernels::sigmoid(Batch(x)).get(0); }

struct Shapes {
    Shape large, small;  // small broadcasts to large
};

const std::vector<Shapes> folds = {
    {{}, {}},
    {{5}, {5}},
    {{17}, {}},
    {{17}, {1}},
    {{1}, {}},
    {{3, 17}, {17}},
    {{3, 17}, {1, 17}},
    {{17, 3}, {17, 1}},
    {{3, 17}, {1, 1}},
    {{3, 17}, {}},
    {{3, 17}, {3, 17}},
    {{1, 7}, {7}},
    {{5, 1}, {1}},
    {{2, 3, 4}, {2, 1, 4}},
    {{2, 3, 4}, {3, 1}},
    {{2, 3, 4}, {1, 3, 4}},
    {{2, 3, 4}, {2, 1, 1}},
    {{2, 3, 4, 5}, {1, 3, 1, 5}},
    {{2, 3, 4, 5}, {2, 1, 4, 1}},
    {{2, 1, 4, 17}, {4, 1}},
    {{2, 1, 2, 1, 2, 1, 2, 1, 2, 3}, {2, 1, 1, 1, 2, 1, 1, 1, 2, 1}},
    {{0, 3}, {1, 3}},
    {{0, 3}, {0, 3}},
    {{2, 0}, {2, 1}},
    {{2, 0}, {1, 0}},
};

/// Σ large over what `small` lacks, plus beta · small.
Plain folded(const Plain& large, Plain small, double beta) {
    for (double& element : small.elements) element = beta == 0 ? 0 : beta * element;
    for_each_index(large.shape, [&](const Index& i) { small[i] += large[i]; });
    return small;
}

}  // namespace

TEST_CASE("map computes every element, whatever the length, also in place") {
    const Array x = random_array({longest}, 1), y = random_array({longest}, 2);
    for (std::size_t n = 0; n <= longest; ++n) {
        CAPTURE(n);
        Array out = full({longest}, 7);
        kernels::map(
            n, out.data(), [](Batch a, Batch b) { return a * b; }, x.data(), y.data());
        for (std::size_t i = 0; i < longest; ++i)
            CHECK(out.data()[i] == (i < n ? x.data()[i] * y.data()[i] : Real{7}));
        Array in_place = x;
        kernels::map(
            n, in_place.data(), [](Batch a) { return a + a; }, in_place.data());
        for (std::size_t i = 0; i < longest; ++i)
            CHECK(in_place.data()[i] == (i < n ? 2 : 1) * x.data()[i]);
    }
}

TEST_CASE("sum adds every element, whatever the length") {
    const Array x = random_array({longest}, 1), y = random_array({longest}, 2);
    for (std::size_t n = 0; n <= longest; ++n) {
        CAPTURE(n);
        double total = 0, products = 0;
        for (std::size_t i = 0; i < n; ++i) {
            total += double{x.data()[i]};
            products += double{x.data()[i]} * double{y.data()[i]};
        }
        CHECK(std::abs(double{kernels::sum(n, x.data())} - total) < 50 * epsilon);
        const Real sum = kernels::sum(
            n, [](Batch a, Batch b) { return a * b; }, x.data(), y.data());
        CHECK(std::abs(double{sum} - products) < 50 * epsilon);
    }
}

TEST_CASE("the kernels read no element that is not theirs") {
    Array x = full({longest}, not_a_number);  // a NaN beside the elements would show in the sum
    for (std::size_t n = 0; n < longest; ++n) {
        CHECK(kernels::sum(n, x.data()) == static_cast<Real>(n));
        x.data()[n] = 1;
    }
}

TEST_CASE("softplus and sigmoid are exact to rounding, also far out") {
    for (double x = -40; x <= 40; x += 0.37) {
        const Real r = static_cast<Real>(x);
        const double soft = std::log1p(std::exp(-std::abs(double{r}))) + std::fmax(double{r}, 0);
        const double s = double{r} > 0 ? 1 / (1 + std::exp(-double{r}))
                                       : std::exp(double{r}) / (1 + std::exp(double{r}));
        CAPTURE(x);
        CHECK(std::abs(double{softplus(r)} - soft) <= 4 * epsilon * soft);
        CHECK(std::abs(double{sigmoid(r)} - s) <= 8 * epsilon * s);
    }
    for (const Real far : {Real(100), Real(1000), infinity}) {
        CHECK(softplus(far) == far);
        CHECK(softplus(-far) < 1e-40);
        CHECK(softplus(-far) >= 0);
        CHECK(sigmoid(far) == 1);
        CHECK(sigmoid(-far) < 1e-37);
        CHECK(sigmoid(-far) >= 0);
    }
    CHECK(std::isnan(softplus(not_a_number)));
    CHECK(std::isnan(sigmoid(not_a_number)));
}

TEST_CASE("a fold sums over the axes that the small array lacks") {
    for (const Shapes& shapes : folds) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array x = random_array(large, 1);
        for (const Real beta : {Real(0), Real(1)}) {
            Array out = random_array(small, 2);
            const Plain expected = folded(Plain(x), Plain(out), double{beta});
            if (beta == 0) out.fill(not_a_number);
            kernels::Fold(large, small).sum(x.data(), out.data(), beta);
            CHECK(worst_error(out, expected) < 100 * epsilon);
        }
    }
}

TEST_CASE("a fold spreads the small array over the large one") {
    for (const Shapes& shapes : folds) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array x = random_array(small, 1);
        for (const Real beta : {Real(0), Real(1)}) {
            Array out = random_array(large, 2);
            const Plain expected = map(
                large, [&](double a, double y) { return 1.5 * a + double{beta} * y; }, Plain(x),
                Plain(out));
            if (beta == 0) out.fill(not_a_number);
            kernels::Fold(large, small).spread(Real(1.5), x.data(), out.data(), beta);
            CHECK(worst_error(out, expected) < 4 * epsilon);
        }
    }
}

TEST_CASE("spreading is the transpose of folding: <spread u, v> = <u, sum v>") {
    for (const Shapes& shapes : folds) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array u = random_array(small, 1), v = random_array(large, 2);
        Array spread = full(large, 0), sum = full(small, 0);
        const kernels::Fold fold(large, small);
        fold.spread(1, u.data(), spread.data(), 0);
        fold.sum(v.data(), sum.data(), 0);
        CHECK(dot(spread, v) == doctest::Approx(dot(u, sum)).epsilon(1000 * epsilon));
    }
}
