#include "tutorials/support/plane.hpp"

#include <doctest/doctest.h>

#include "nn/io/safetensors.hpp"
#include "nn/layers/linear.hpp"
#include "tests/nn/io/temporary_folder.hpp"

using autograd::array;
using autograd::Array;

TEST_CASE("quantiles of the normal distribution") {
    CHECK(tutorials::normal_quantile(0.5) == doctest::Approx(0).epsilon(1e-8));
    CHECK(tutorials::normal_quantile(0.975) == doctest::Approx(1.959963985));
    CHECK(tutorials::normal_quantile(0.1) == doctest::Approx(-1.281551566));
    for (const double p : {0.0, 1.0, -0.1, 2.0})
        CHECK_THROWS_AS(tutorials::normal_quantile(p), autograd::Error);
}

TEST_CASE("a plane of codes begins at the top left, and is symmetric") {
    const Array z = tutorials::normal_plane(4);
    REQUIRE(z.shape() == autograd::Shape{16, 2});
    CHECK(z(0, 0) == doctest::Approx(-1.150349));  // an eighth lies below
    CHECK(z(0, 1) == doctest::Approx(1.150349));
    CHECK(z(3, 0) == doctest::Approx(1.150349));
    CHECK(z(12, 1) == doctest::Approx(-1.150349));
    CHECK(z(5, 0) == doctest::Approx(-z(6, 0)));
}

TEST_CASE("a decoder is saved with examples and notes") {
    const TemporaryFolder folder;
    nn::Random random(1);
    nn::Linear decoder(2, 3, random);
    tutorials::save_decoder(folder / "d.safetensors", nn::parameters(decoder),
                            array({1, 2}, {1, 2}), array({1, 3}, {3, 4, 5}), {{"classes", "a\nb"}});
    const nn::Tensors file = nn::read_safetensors(folder / "d.safetensors");
    CHECK(file.arrays.at("weight") == decoder.weight.value);
    CHECK(file.arrays.at("example.pixels") == array({1, 3}, {3, 4, 5}));
    CHECK(file.metadata.at("classes") == "a\nb");
}
