#include "tutorials/support/measure.hpp"

#include <doctest/doctest.h>

#include "autograd/error.hpp"
#include "models/autoencoder.hpp"
#include "models/vae.hpp"

using autograd::Array;
using autograd::Real;

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
    const Array images = xt::zeros<Real>({2, 2}), of_another_shape = xt::zeros<Real>({4}),
                none = xt::zeros<Real>({0, 4});
    Array rebuilt = images;
    rebuilt(0, 1) = 1;
    rebuilt(1, 0) = -3;
    CHECK(tutorials::error_per_pixel(images, rebuilt) == 2.5);
    CHECK_THROWS_WITH_AS(tutorials::error_per_pixel(images, of_another_shape),
                         "[mse_per_pixel] expected images of the shape (2, 2), got (4,)",
                         autograd::Error);
    CHECK_THROWS_AS(tutorials::error_per_pixel(none, none), autograd::Error);
}
