#include "nn/layers/images.hpp"

#include "../checks.hpp"
#include "nn/layers/sequential.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;

TEST_CASE("pooling layers step by their own size unless told otherwise") {
    Random random{1};
    Tape tape;
    const Variable x = tape.constant(random.normal({2, 5, 6, 3}));
    CHECK(MaxPool{2}(x).value() == max_pool2d(x, 2, 2).value());
    CHECK(MaxPool{3, 1}(x).value() == max_pool2d(x, 3, 1).value());
    CHECK(AveragePool{2}(x).value() == average_pool2d(x, 2, 2).value());
    CHECK(AveragePool{3, 1}(x).value() == average_pool2d(x, 3, 1).value());
    CHECK(Upsample{3}(x).value() == upsample_nearest(x, 3).value());
}

TEST_CASE("images become rows of numbers, and rows images again") {
    Random random{2};
    Tape tape;
    const Variable x = tape.constant(random.normal({2, 3, 4, 5}));
    const Variable rows = Flatten{}(x);
    CHECK(rows.shape() == Shape{2, 60});
    CHECK(Unflatten{3, 4, 5}(rows).value() == x.value());
    CHECK(Flatten{}(rows).shape() == Shape{2, 60});
    CHECK(Flatten{}(tape.constant(array({3}, {1, 2, 3}))).shape() == Shape{3, 1});
    CHECK(Flatten{}(tape.constant(Array::from_shape({0, 2, 2, 1}))).shape() == Shape{0, 4});
}

TEST_CASE("what is no row of the right length makes no image") {
    Tape tape;
    const Variable number = tape.constant(array({}, {1}));
    CHECK_THROWS_WITH_AS(Flatten{}(number), "[Flatten] expected examples (B, ...), got ()", Error);
    const Variable row = tape.constant(array({1, 4}, {1, 2, 3, 4}));
    CHECK_THROWS_WITH_AS((Unflatten{2, 3, 1}(row)),
                         "[Unflatten] expected rows of 6 numbers for images (2, 3, 1), got (1, 4)",
                         Error);
    CHECK_THROWS_WITH_AS((Unflatten{2, 2, 1}(number)),
                         "[Unflatten] expected rows of 4 numbers for images (2, 2, 1), got ()",
                         Error);
}

TEST_CASE("layers without parameters have none in a sequence") {
    Sequential net{MaxPool{2}, AveragePool{2}, Upsample{2}, Flatten{}, Unflatten{2, 2, 1}};
    CHECK(parameters(net).empty());
}
