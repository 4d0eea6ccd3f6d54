#include "nn/data/corruption.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace nn;
using autograd::Error;
using autograd::Real;

namespace {

const Shape shape{200, 300};
constexpr double count = 200 * 300;

/// The share of entries with this value.
double share(const Array& x, double value) {
    double hits = 0;
    for (const Real entry : x) hits += entry == value ? 1 : 0;
    return hits / static_cast<double>(x.size());
}

/// How far a measured share may be from a probability: four standard errors.
double four_errors(double probability) {
    return 4 * std::sqrt(probability * (1 - probability) / count);
}

Array grey() { return autograd::full(shape, Real(0.5)); }

}  // namespace

TEST_CASE("Gaussian noise has mean zero and the asked standard deviation, and is not clipped") {
    Random random(1);
    const Damage damage = gaussian_noise(0.5).draw(shape, random);
    CHECK(share(damage.keep, 1) == 1);
    double sum = 0, squares = 0, outside = 0;
    for (const Real noise : damage.add) sum += noise, squares += double{noise} * double{noise};
    for (const Real pixel : damage.apply(grey())) outside += pixel < 0 || pixel > 1 ? 1 : 0;
    CHECK(std::abs(sum / count) < 4 * 0.5 / std::sqrt(count));
    CHECK(squares / count == doctest::Approx(0.25).epsilon(0.03));
    CHECK(std::abs(outside / count - 0.3173) < four_errors(0.3173));  // beyond one sigma
}

TEST_CASE("masking turns the asked share of pixels black and leaves the others") {
    Random random(2);
    const Array corrupted = masking_noise(0.3)(grey(), random);
    CHECK(std::abs(share(corrupted, 0) - 0.3) < four_errors(0.3));
    CHECK(share(corrupted, 0) + share(corrupted, 0.5) == 1);
}

TEST_CASE("salt and pepper turn the asked share of pixels white or black, half and half") {
    Random random(3);
    const Array corrupted = salt_and_pepper_noise(0.3)(grey(), random);
    CHECK(std::abs(share(corrupted, 0) - 0.15) < four_errors(0.15));
    CHECK(std::abs(share(corrupted, 1) - 0.15) < four_errors(0.15));
    CHECK(share(corrupted, 0) + share(corrupted, 1) + share(corrupted, 0.5) == doctest::Approx(1));
}

TEST_CASE("damage that is drawn is data: it does the same again, and to other images") {
    Random random(4);
    for (const Corruption& corruption :
         {gaussian_noise(0.2), masking_noise(0.4), salt_and_pepper_noise(0.4)}) {
        const Damage damage = corruption.draw({3, 5}, random);
        const Array clean = random.uniform({3, 5}), other = random.uniform({3, 5});
        CHECK(damage.apply(clean) == damage.apply(clean));
        const Array corrupted = damage.apply(other);
        for (std::size_t i = 0; i < other.size(); ++i)
            CHECK(corrupted.data()[i] ==
                  doctest::Approx(damage.keep.data()[i] * other.data()[i] + damage.add.data()[i]));
    }
}

TEST_CASE("corruption follows from the generator alone, and is new every time") {
    for (const Corruption& corruption :
         {gaussian_noise(0.2), masking_noise(0.4), salt_and_pepper_noise(0.4)}) {
        Random one(5), two(5);
        const Array first = corruption(grey(), one);
        CHECK(first == corruption(grey(), two));
        CHECK(first != corruption(grey(), one));
    }
}

TEST_CASE("each image has its own strength, from the weakest to the strongest") {
    Random random(6);
    const Damage damage = Corruption{CorruptionKind::gaussian, 0.1, 0.5}.draw({400, 2000}, random);
    double smallest = 1, largest = 0, sum = 0;
    for (std::size_t i = 0; i < 400; ++i) {
        double squares = 0;
        for (std::size_t j = 0; j < 2000; ++j)
            squares += double{damage.add(i, j)} * double{damage.add(i, j)};
        const double sigma = std::sqrt(squares / 2000);
        smallest = std::min(smallest, sigma);
        largest = std::max(largest, sigma);
        sum += sigma;
    }
    CHECK(smallest > 0.08);
    CHECK(smallest < 0.12);
    CHECK(largest > 0.48);
    CHECK(largest < 0.54);
    CHECK(sum / 400 == doctest::Approx(0.3).epsilon(0.08));
}

TEST_CASE("without strength nothing happens, with full strength nothing is left") {
    Random random(7);
    const Array clean = random.uniform({20, 30});
    for (const Corruption& corruption :
         {gaussian_noise(0), masking_noise(0), salt_and_pepper_noise(0)})
        CHECK(corruption(clean, random) == clean);
    CHECK(share(masking_noise(1)(clean, random), 0) == 1);
    const Array noise = salt_and_pepper_noise(1)(clean, random);
    CHECK(share(noise, 0) + share(noise, 1) == doctest::Approx(1));
}

TEST_CASE("strengths that mean nothing and shapes that do not fit are refused") {
    Random random(8);
    const Array clean = grey();
    CHECK_THROWS_WITH_AS(gaussian_noise(-0.1)(clean, random),
                         "[corruption] expected a sigma of 0 or more, got -0.1 to -0.1", Error);
    CHECK_THROWS_AS(gaussian_noise(std::nan(""))(clean, random), Error);
    CHECK_THROWS_AS(gaussian_noise(HUGE_VAL)(clean, random), Error);
    CHECK_THROWS_WITH_AS(masking_noise(1.5)(clean, random),
                         "[corruption] expected a probability in [0, 1], got 1.5 to 1.5", Error);
    CHECK_THROWS_AS(salt_and_pepper_noise(-0.5)(clean, random), Error);
    CHECK_THROWS_AS((Corruption{CorruptionKind::gaussian, 0.5, 0.1}(clean, random)), Error);
    CHECK_THROWS_WITH_AS(gaussian_noise(0.1).draw({5}, random),
                         "[corruption] images are (5,) but (B, D) is expected", Error);
    CHECK_THROWS_WITH_AS(
        gaussian_noise(0.1).draw({2, 3}, random).apply(clean),
        "[corruption] images are (200, 300) but the damage keeps (2, 3) and adds (2, 3)", Error);
}
