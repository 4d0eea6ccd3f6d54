#include "autograd/broadcast.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "evaluate.hpp"

using namespace autograd;
using namespace optests;

namespace {

constexpr double epsilon = std::numeric_limits<Real>::epsilon();
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();

struct Shapes {
    Shape large, small;  // small broadcasts to large
};

const std::vector<Shapes> pairs = {
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
Plain reduced(const Plain& large, Plain small, double beta) {
    for (double& element : small.elements) element = beta == 0 ? 0 : beta * element;
    for_each_index(large.shape, [&](const Index& i) { small[i] += large[i]; });
    return small;
}

}  // namespace

TEST_CASE("reduce_to_shape sums over the axes that the small array lacks") {
    for (const Shapes& shapes : pairs) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array x = random_array(large, 1);
        for (const Real beta : {Real(0), Real(1)}) {
            Array out = random_array(small, 2);
            const Plain expected = reduced(Plain(x), Plain(out), double{beta});
            if (beta == 0) out.fill(not_a_number);
            reduce_to_shape(small, x, beta, out.data());
            CHECK(worst_error(out, expected) < 100 * epsilon);
        }
    }
}

TEST_CASE("broadcast_to repeats the small array over the large one") {
    for (const Shapes& shapes : pairs) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array x = random_array(small, 1);
        Array out = full(large, not_a_number);
        broadcast_to(large, x, out.data());
        CHECK(worst_error(out, map(
                                   large, [](double a) { return a; }, Plain(x))) == 0);
    }
}

TEST_CASE("broadcast_map is a function of the elements of arrays that broadcast") {
    for (const Shapes& shapes : pairs)
        for (const Shape& other : {shapes.large, shapes.small, Shape{}}) {
            const Shape& large = shapes.large;
            CAPTURE(text(large));
            CAPTURE(text(shapes.small));
            CAPTURE(text(other));
            const Array a = random_array(shapes.small, 1), b = random_array(other, 2),
                        c = random_array(large, 3);
            for (const Real beta : {Real(0), Real(1)}) {
                Array out = random_array(large, 4);
                const Plain expected = map(
                    large,
                    [&](double u, double v, double w, double y) {
                        return u * v - w + double{beta} * y;
                    },
                    Plain(a), Plain(b), Plain(c), Plain(out));
                if (beta == 0) out.fill(not_a_number);
                broadcast_map(
                    large, beta, out.data(),
                    [](simd::Batch u, simd::Batch v, simd::Batch w) { return u * v - w; }, a, b, c);
                CHECK(worst_error(out, expected) < 4 * epsilon);
            }
        }
}

TEST_CASE("a sum of many numbers keeps its digits, along every axis") {
    constexpr std::size_t many = 1'000'000;
    const double tenth = double{Real(0.1)};
    const Shape shapes[][2] = {{{many}, {}},
                               {{many, 1}, {1}},
                               {{many, 3}, {3}},
                               {{many / 10, 37}, {37}},
                               {{3, many}, {3, 1}}};
    for (const auto& pair : shapes) {
        const Shape &large = pair[0], &small = pair[1];
        CAPTURE(text(large));
        Array sums = full(small, not_a_number);
        reduce_to_shape(small, full(large, Real(0.1)), 0, sums.data());
        const double count =
            static_cast<double>(element_count(large)) / static_cast<double>(element_count(small));
        for (const Real sum : sums)
            CHECK(double{sum} == doctest::Approx(count * tenth).epsilon(10 * epsilon));
    }
    Array ones = full({}, 0);
    reduce_to_shape({}, full({20'000'000}, 1), 0, ones.data());
    CHECK(ones() == 20'000'000);
}

TEST_CASE("the two are transposes of each other: <broadcast u, v> = <u, reduce v>") {
    for (const Shapes& shapes : pairs) {
        const Shape &large = shapes.large, &small = shapes.small;
        CAPTURE(text(large));
        CAPTURE(text(small));
        const Array u = random_array(small, 1), v = random_array(large, 2);
        Array repeated = full(large, 0), sum = full(small, 0);
        broadcast_to(large, u, repeated.data());
        reduce_to_shape(small, v, 0, sum.data());
        CHECK(dot(repeated, v) == doctest::Approx(dot(u, sum)).epsilon(1000 * epsilon));
    }
}
