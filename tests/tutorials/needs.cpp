#include "tutorials/support/needs.hpp"

#include <doctest/doctest.h>

using autograd::Error;
using tutorials::require_needs;

TEST_CASE("a chapter says which data it cannot do with") {
    nn::Dataset data{.name = "owls", .item = {28, 28, 1}, .classes = 10};
    for (const char* part :
         {"01_tape", "02_training", "03_autoencoder", "04_undercomplete", "07_vae"})
        CHECK_NOTHROW(require_needs(data, part));
    data.classes = 1;
    CHECK_NOTHROW(require_needs(data, "03_autoencoder"));
    CHECK_NOTHROW(require_needs(data, "05_sparse"));
    CHECK_THROWS_WITH_AS(require_needs(data, "05_sparse/units"),
                         "[load_data] owls has 1 class, but 05_sparse/units needs 2", Error);
    CHECK_THROWS_AS(require_needs(data, "15_use/anomaly"), Error);
    data.item = {28, 28, 3};
    CHECK_NOTHROW(require_needs(data, "06_denoising"));
    CHECK_THROWS_WITH_AS(
        require_needs(data, "03_autoencoder"),
        "[load_data] owls has images of (28, 28, 3), but 03_autoencoder needs (28, 28, "
        "1)",
        Error);
    CHECK_THROWS_WITH_AS(
        require_needs(data, "06_denoising/others"),
        "[load_data] owls has images in colour, but 06_denoising/others needs grey ones", Error);
    data.classes = 9;
    CHECK_THROWS_WITH_AS(require_needs(data, "08_cvae"),
                         "[load_data] owls has 9 classes, but 08_cvae needs 10", Error);
}
