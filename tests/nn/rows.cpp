#include "nn/rows.hpp"

#include <doctest/doctest.h>

#include "autograd/ops.hpp"
#include "nn/random.hpp"

using autograd::array;
using autograd::Array;
using autograd::Error;
using autograd::Indices;
using autograd::Shape;
using autograd::Variable;

TEST_CASE("functions of arrays are computed without a record") {
    const auto inference = [](Variable x) {
        CHECK(x.tape().inference());
        CHECK_FALSE(x.tape().training());
        return square(x);
    };
    CHECK(nn::evaluate(inference, array({2}, {3, 4})) == array({2}, {9, 16}));
    CHECK(nn::map_rows(array({2, 1}, {3, 4}), inference) == array({2, 1}, {9, 16}));
    CHECK(nn::measure([](Variable a, Variable b) { return sum(a * b); }, array({2}, {3, 4}),
                      array({2}, {1, 2})) == 11);
}

TEST_CASE("a map of more rows than fit at once gives what a map of each row gives") {
    nn::Random random(1);
    const Array rows = random.normal({2345, 3});
    const Array sums = nn::map_rows(rows, [](Variable x) { return sum(square(x), {-1}); });
    const Array doubled = nn::map_rows(
        rows, [](Variable x) { return 2 * x; }, 100);
    REQUIRE(sums.shape() == Shape{2345});
    REQUIRE(doubled.shape() == rows.shape());
    double total = 0;
    for (std::size_t i = 0; i < 2345; ++i) {
        const double a = rows(i, 0), b = rows(i, 1), c = rows(i, 2);
        CHECK(sums(i) == doctest::Approx(a * a + b * b + c * c));
        CHECK(doubled(i, 2) == doctest::Approx(2 * c));
        total += a * a + b * b + c * c;
    }
    CHECK(nn::mean_over_rows(rows, [](Variable x) { return sum(square(x), {-1}); }) ==
          doctest::Approx(total / 2345));
}

TEST_CASE("each piece of a map has the record for itself") {
    Indices before;
    const auto f = [&](Variable x) {
        before.push_back(x.tape().size());
        return 2 * x;
    };
    nn::map_rows(array({3, 1}, {1, 2, 3}), f, 1);
    CHECK(before == Indices{1, 1, 1});
}

TEST_CASE("a row may be an image of any rank") {
    nn::Random random(1);
    const Array images = random.normal({7, 2, 3, 1});
    const Array doubled = nn::map_rows(
        images, [](Variable x) { return 2 * x; }, 3);
    REQUIRE(doubled.shape() == images.shape());
    for (std::size_t i = 0; i < images.size(); ++i)
        CHECK(doubled.data()[i] == 2 * images.data()[i]);
    CHECK(nn::take(images, {4}).shape() == Shape{1, 2, 3, 1});
}

TEST_CASE("the pieces of an array are all of its rows, in their order") {
    Indices begins, sizes;
    const Array rows = array({5, 1}, {0, 1, 2, 3, 4});
    nn::for_each_piece(rows, 2, [&](std::size_t begin, const Array& some) {
        begins.push_back(begin);
        sizes.push_back(some.shape(0));
        CHECK(some(0, 0) == begin);
    });
    CHECK(begins == Indices{0, 2, 4});
    CHECK(sizes == Indices{2, 2, 1});
    CHECK_THROWS_WITH_AS(nn::for_each_piece(rows, 0, [](std::size_t, const Array&) {}),
                         "[for_each_piece] expected at least 1 row at a time, got 0", Error);
}

TEST_CASE("maps that lose rows, and means of more than one number for each, are refused") {
    const Array rows = autograd::full({4, 3}, 1);
    CHECK_THROWS_WITH_AS(nn::map_rows(rows, [](Variable x) { return sum(x); }),
                         "[map_rows] expected f to give 4 rows, got ()", Error);
    CHECK_THROWS_WITH_AS(nn::map_rows(Array(Shape{0, 3}), [](Variable x) { return x; }),
                         "[map_rows] expected rows, got (0, 3)", Error);
    CHECK_THROWS_WITH_AS(nn::mean_over_rows(rows, [](Variable x) { return x; }),
                         "[mean_over_rows] expected one number for each of 4 rows, got (4, 3)",
                         Error);
}

TEST_CASE("rows by number, in any order and as often as wanted") {
    const Array a = array({3, 2}, {1, 2, 3, 4, 5, 6});
    CHECK(nn::take(a, {2, 0, 2}) == array({3, 2}, {5, 6, 1, 2, 5, 6}));
    CHECK(nn::take(a, {}).shape() == Shape{0, 2});
    CHECK_THROWS_WITH_AS(nn::take(a, {3}), "[take] expected a row of (3, 2), got number 3", Error);
}

TEST_CASE("the largest of each row, the first of equals") {
    CHECK(nn::argmax(array({3, 3}, {1, 5, 2, 7, 0, 7, -3, -2, -1})) == Indices{1, 0, 2});
    CHECK_THROWS_WITH_AS(nn::argmax(autograd::full({3}, 1)), "[argmax] expected (N, K), got (3,)",
                         Error);
}
