#include "tutorials/support/fit.hpp"

#include <doctest/doctest.h>

#include "models/vae.hpp"

TEST_CASE("the loss is minus the weighted bound, and its parts are noted without the weight") {
    nn::Random random{1};
    const models::Vae vae{{.input = 6, .hidden = {5}, .latent = 3}, random};
    autograd::Tape tape;
    const auto elbo = vae.elbo(tape.constant(random.uniform({4, 6})), random);
    const auto [value, metrics] = tutorials::neg_elbo(elbo, 3);
    const double reconstruction = elbo.reconstruction.item(), kl = elbo.total_kl().item();
    CHECK(double{value.item()} == doctest::Approx(reconstruction + 3 * kl));
    REQUIRE(metrics.size() == 3);
    CHECK(metrics.begin()[0].value == reconstruction + kl);
    CHECK(metrics.begin()[1].value == reconstruction);
    CHECK(metrics.begin()[2].value == kl);
}
