#include "tutorials/support/fit.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("held-out images are measured with the numbers that a training notes") {
    nn::Random random{1};
    const models::Vae vae{{.input = 6, .hidden = {5}, .latent = 3}, random};
    const auto images = random.uniform({4, 6});
    nn::Random one{2}, same{2};
    const nn::Metrics found = tutorials::test_bound(vae, images, one);
    const auto use = models::latent_use(vae, images, same);
    REQUIRE(found.size() == 3);
    CHECK(found.begin()[0].name == std::string("neg_elbo"));
    CHECK(found.begin()[0].value == use.reconstruction + use.kl);
    CHECK(found.begin()[1].value == use.reconstruction);
    CHECK(found.begin()[2].value == use.kl);
}
