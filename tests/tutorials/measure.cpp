#include "tutorials/support/measure.hpp"

#include <doctest/doctest.h>

#include "autograd/error.hpp"
#include "models/autoencoder.hpp"
#include "models/vae.hpp"

using autograd::Array;
using autograd::Shape;

TEST_CASE("a model's codes and pictures, as arrays, are those of the tape") {
    nn::Random random{1};
    const Array images = random.uniform({5, 6});
    const models::Autoencoder net{
        {.input = 6, .latent = 2, .likelihood = models::Likelihood::bernoulli}, random};
    const models::Vae vae{{.input = 6, .hidden = {4}, .latent = 3}, random};
    autograd::Tape tape;
    const auto x = tape.constant(images);
    CHECK(tutorials::encode(net, images) == net.encode(x).value());
    CHECK(tutorials::reconstruct(net, images) == net(x).value());
    CHECK(tutorials::encode(vae, images) == vae.encode(x).mean.value());
    CHECK(tutorials::reconstruct(vae, images) == vae.reconstruct(x).value());
}

TEST_CASE("the error per pixel is a mean of squares") {
    const Array a = Array::from_shape({2, 2}), shape_differs = Array::from_shape({4});
    Array x = a, r = a;
    std::fill(x.begin(), x.end(), 0);
    r = x;
    r(0, 1) = 1;
    r(1, 0) = -3;
    CHECK(tutorials::error_per_pixel(x, r) == 2.5);
    CHECK_THROWS_WITH_AS(tutorials::error_per_pixel(x, shape_differs),
                         "[mse_per_pixel] expected images of the shape (2, 2), got (4,)",
                         autograd::Error);
}
