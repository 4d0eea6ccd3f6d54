#include "autograd/array.hpp"

#include <doctest/doctest.h>

using namespace autograd;

TEST_CASE("shapes are printed as people write them") {
    CHECK(text(Shape{}) == "()");
    CHECK(text(Shape{3}) == "(3,)");
    CHECK(text(Shape{128, 784}) == "(128, 784)");
}

TEST_CASE("require joins its parts into one line, and only throws when the condition fails") {
    CHECK_NOTHROW(require(true, "never said"));
    CHECK_THROWS_WITH_AS(require(false, "[sum] axis ", 3, " of ", Shape{2, 3}, " does not exist"),
                         "[sum] axis 3 of (2, 3) does not exist", Error);
}

TEST_CASE("an array of rank 0 holds one number") {
    CHECK(element_count(Shape{}) == 1);
    CHECK(element_count(Shape{4, 0}) == 0);
    CHECK(element_count(Shape{2, 3, 4}) == 24);
}
