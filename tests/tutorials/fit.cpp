#include "tutorials/support/fit.hpp"

#include <doctest/doctest.h>

#include <string>

#include "models/vae.hpp"
#include "tests/nn/io/temporary_folder.hpp"

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

TEST_CASE("a loss without metrics is noted itself, averaged over the examples of an epoch") {
    const TemporaryFolder folder;
    nn::Random random{1};
    models::Vae vae{{.input = 6, .hidden = {5}, .latent = 3}, random};
    const nn::Dataset data{
        .images = random.uniform({5, 6}), .labels = {0, 0, 0, 0, 0}, .classes = 1};
    nn::Adam adam{vae, {}};
    nn::Batches batches{data, 4};
    nn::Training training{{.epochs = 1, .folder = folder.path, .quiet = true}, vae, adam, random};
    const auto constant = [&](autograd::Tape& tape, const nn::Batch& batch) {
        const auto loss = mean(vae.encode(tape.constant(batch.images)).mean);
        return tutorials::Loss{autograd::Real{0} * loss + static_cast<autograd::Real>(batch.size()),
                               {}};
    };
    const tutorials::Fit found = tutorials::fit(training, adam, batches, constant, {});
    REQUIRE(found.history.column("train_loss").size() == 1);
    CHECK(found.history.column("train_loss")[0] == doctest::Approx((4.0 * 4 + 1 * 1) / 5));
    CHECK(found.images_per_second > 0);
}
