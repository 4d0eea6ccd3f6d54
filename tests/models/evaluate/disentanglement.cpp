#include "models/evaluate/disentanglement.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "nn/data/melodies.hpp"
#include "nn/data/sprites.hpp"

using namespace models;
using autograd::Array;
using autograd::Error;
using autograd::Indices;
using autograd::Real;
using doctest::Approx;
using nn::Factors;

namespace {

/// Kinds and numbers of values of dSprites, whose perfect scores are known.
const Factors& factors = nn::sprite_factors();

/// A code made of the values of an item, each divided by the largest there is.
template <class Make>
Code code_of(std::size_t units, Make make) {
    return [=](const Indices& items) {
        Array codes = Array::from_shape({items.size(), units});
        for (std::size_t i = 0; i < items.size(); ++i) {
            std::vector<double> values;
            for (std::size_t k = 0; k < factors.size(); ++k)
                values.push_back(static_cast<double>(factors.value(items[i], k)) /
                                 static_cast<double>(factors[k].values - 1));
            const std::vector<double> row = make(items[i], values);
            for (std::size_t unit = 0; unit < units; ++unit)
                codes(i, unit) = static_cast<Real>(row[unit]);
        }
        return codes;
    };
}

/// Each unit is one factor, in another order than theirs.
Code perfect() {
    return code_of(5, [](std::size_t, const std::vector<double>& v) {
        return std::vector<double>{v[2], v[0], v[4], v[1], v[3]};
    });
}

/// The perfect code of some other item, always the same one: it tells nothing.
Code permuted() {
    nn::Random random(7);
    const Indices other = random.permutation(factors.combinations());
    return [=](const Indices& items) {
        Indices exchanged(items.size());
        for (std::size_t i = 0; i < items.size(); ++i) exchanged[i] = other[items[i]];
        return perfect()(exchanged);
    };
}

/// Perfect, but for two units that are turned by an angle into each other.
Code rotated(double degrees) {
    const double angle = degrees * std::acos(-1) / 180;
    return code_of(5, [=](std::size_t, std::vector<double> v) {
        const double x = v[3], y = v[4];
        v[3] = std::cos(angle) * x - std::sin(angle) * y;
        v[4] = std::sin(angle) * x + std::cos(angle) * y;
        return v;
    });
}

Disentanglement scores(const Code& code) {
    nn::Random random(3);
    return disentanglement(factors, code, random);
}

}  // namespace

TEST_CASE("a perfect code gets the best scores there are") {
    const Disentanglement score = scores(perfect());
    // 40 and 32 values do not fit into 20 bins. Of rotation, 20 pairs of values can be told apart:
    // ln 20 / ln 40. Of x, y, twelve pairs and eight single ones: ¾ ln 16 + ¼ ln 32 over ln 32.
    const double rotation = std::log(20) / std::log(40);
    const double place = (.75 * std::log(16) + .25 * std::log(32)) / std::log(32);
    CHECK((2 + rotation + 2 * place) / 5 == Approx(.902).epsilon(.001));
    CHECK(std::abs(score.mig - (2 + rotation + 2 * place) / 5) < .01);
    CHECK(score.factor_vae == 1);
    CHECK(score.beta_vae == 1);
    CHECK(std::abs(score.sap - (4 + 2. / 3) / 5) < .02);
}

TEST_CASE("who hears the factors of melodies has a perfect code of them") {
    const Code heard = [](const Indices& items) {
        nn::Random random(5);
        Array codes = Array::from_shape({items.size(), 4});
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Indices values = nn::melody_values(nn::draw_melody(items[i], random));
            for (std::size_t k = 0; k < 4; ++k) codes(i, k) = static_cast<Real>(values[k]);
        }
        return codes;
    };
    nn::Random random(3);
    const Disentanglement score = disentanglement(nn::melody_factors(), heard, random);
    CHECK(std::abs(score.mig - 1) < .005);  // no factor has more values than there are bins
    CHECK(score.factor_vae == 1);
    CHECK(score.beta_vae == 1);
    // By chance one of 12, 5, 6 or 6 kinds is guessed, and a little more often from what is seen.
    CHECK(std::abs(score.sap - (4 - 1. / 12 - 1. / 5 - 2. / 6) / 4) < .03);
}

TEST_CASE("a permuted code tells nothing and scores as chance does") {
    const Disentanglement score = scores(permuted());
    CHECK(score.mig < .01);
    CHECK(score.sap < .03);
    CHECK(std::abs(score.factor_vae - .2) < .07);  // three standard deviations of 400 guesses
    CHECK(std::abs(score.beta_vae - .2) < .07);
}

TEST_CASE("turning two units of a perfect code into each other costs their gap") {
    const Disentanglement straight = scores(perfect()), turned = scores(rotated(45));
    for (const std::size_t k : {3, 4}) {
        CHECK(turned.mutual_information.gap[k] < straight.mutual_information.gap[k] / 10);
        CHECK(turned.mutual_information.gap[k] >= 0);
    }
    for (const std::size_t k : {0, 1, 2})
        CHECK(turned.mutual_information.gap[k] ==
              Approx(straight.mutual_information.gap[k]).epsilon(.01));
    CHECK(turned.sap < straight.sap - .35);
    CHECK(scores(rotated(90)).mig == Approx(straight.mig).epsilon(.01));
}

TEST_CASE("a code that is rotated as a whole loses more than half of its gap") {
    // Two factors, two units: nothing is left that could hide it.
    const Factors plane{{{"x", 16}, {"y", 16}}};
    const auto turned = [&](double angle) -> Code {
        return [=](const Indices& items) {
            Array codes = Array::from_shape({items.size(), 2});
            for (std::size_t i = 0; i < items.size(); ++i) {
                const double x = static_cast<double>(items[i] / 16),
                             y = static_cast<double>(items[i] % 16);
                codes(i, 0) = static_cast<Real>(std::cos(angle) * x - std::sin(angle) * y);
                codes(i, 1) = static_cast<Real>(std::sin(angle) * x + std::cos(angle) * y);
            }
            return codes;
        };
    };
    nn::Random random(2);
    const Disentanglement straight = disentanglement(plane, turned(0), random),
                          slanted = disentanglement(plane, turned(std::atan(1)), random);
    CHECK(straight.mig > .9);
    CHECK(slanted.mig < straight.mig / 2);
    CHECK(slanted.sap < .05);
    CHECK(slanted.factor_vae < .7);  // of .5 for chance
}

TEST_CASE("a factor in two units costs its gap, though nothing is mixed") {
    const Code twice = code_of(6, [](std::size_t, std::vector<double> v) {
        v.push_back(v[3]);
        return v;
    });
    const Disentanglement score = scores(twice);
    CHECK(score.mutual_information.gap[3] == 0);
    CHECK(score.factor_vae == 1);
    CHECK(score.beta_vae == 1);
}

TEST_CASE("the sign and the scale of a unit make no difference") {
    const Code same = code_of(5, [](std::size_t, const std::vector<double>& v) {
        return std::vector<double>{-30 * v[2], 5 * v[0] + 1, v[4], -v[1], 2 * v[3] - 7};
    });
    const Disentanglement a = scores(same), b = scores(perfect());
    CHECK(a.mig == Approx(b.mig).epsilon(.02));
    CHECK(a.sap == Approx(b.sap).epsilon(1e-3));
    CHECK(a.factor_vae == 1);
    CHECK(a.beta_vae == 1);
}

TEST_CASE("information about a factor is at most its entropy, and all of it in a perfect unit") {
    nn::Random random(5);
    const Factors coins{{{"a", 2, true}, {"b", 2, true}}};
    const Indices items{0, 1, 2, 3};
    const Array codes = autograd::array({4, 2}, {0, 5, 0, 5, 1, 5, 1, 9});
    const auto told = mutual_information_gap(coins, items, codes, 2);
    const double bit = std::log(2);
    CHECK(told.entropy[0] == Approx(bit));
    CHECK(told.information[0][0] == Approx(bit));
    CHECK(told.information[1][0] == Approx(0));
    // The second unit is 9 for one item of four: H(¼) − ½ H(½) = ¼ ln 4 + ¾ ln 4/3 − ½ ln 2.
    const double quarter = .25 * std::log(4) + .75 * std::log(4. / 3);
    CHECK(told.information[0][1] == Approx(quarter - bit / 2));
    CHECK(told.score == Approx((bit - (quarter - bit / 2) + quarter - bit / 2) / bit / 2));
}

TEST_CASE("a code that never changes scores chance") {
    const Code dead = code_of(
        4, [](std::size_t, const std::vector<double>&) { return std::vector<double>(4, .3); });
    const Disentanglement score = scores(dead);
    CHECK(score.mig == 0);
    CHECK(score.sap == 0);
    CHECK(score.factor_vae == Approx(.2));
    CHECK(std::abs(score.beta_vae - .2) < .07);
}

TEST_CASE("metrics refuse codes they cannot judge") {
    const Indices items{0, 1, 2};
    CHECK_THROWS_WITH_AS(mutual_information_gap(factors, items, autograd::full({2, 4}, 0)),
                         "[mutual_information_gap] expected a code for each of 3 items, got (2, 4)",
                         Error);
    CHECK_THROWS_WITH_AS(
        separated_attribute_predictability(factors, items, autograd::full({3, 1}, 0)),
        "[separated_attribute_predictability] expected at least two units, of which one can be "
        "second best, got 1",
        Error);
    CHECK_THROWS_AS(mutual_information_gap(factors, {}, autograd::full({0, 4}, 0)), Error);
    CHECK_THROWS_AS(mutual_information_gap(factors, items, autograd::full({3, 4}, 0), 0), Error);
    nn::Random random(1);
    CHECK_THROWS_WITH_AS(
        factor_vae_score(factors, perfect(), random, {.group = 0}),
        "[factor_vae_score] expected numbers above 0, got groups of 0, 800 to learn "
        "from, 400 to judge by",
        Error);
    for (const ScoreSettings& wrong : {ScoreSettings{.train = 0}, {.test = 0}})
        CHECK_THROWS_WITH_AS(factor_vae_score(factors, perfect(), random, wrong),
                             doctest::Contains("expected numbers above 0, got groups of 64, "),
                             Error);
    CHECK_NOTHROW(factor_vae_score(factors, perfect(), random, {1, 1, 1}));
    CHECK_THROWS_AS(beta_vae_score({}, perfect(), random), Error);
}

TEST_CASE("metrics refuse codes that are not finite, instead of a score") {
    nn::Random random(1);
    const ScoreSettings few{8, 50, 50};
    const Indices items = draw_items(factors, 30, random);
    for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity()})
        for (const bool all : {true, false}) {
            // In every unit, or in one beside others that are not active.
            const Code code = code_of(3, [=](std::size_t, const std::vector<double>&) {
                return std::vector<double>{wrong, all ? wrong : 0, all ? wrong : 0};
            });
            CHECK_THROWS_WITH_AS(
                factor_vae_score(factors, code, random, few),
                doctest::Contains("[factor_vae_score] expected finite codes, got "), Error);
            CHECK_THROWS_AS(beta_vae_score(factors, code, random, few), Error);
            CHECK_THROWS_AS(mutual_information_gap(factors, items, code(items)), Error);
            CHECK_THROWS_AS(separated_attribute_predictability(factors, items, code(items)), Error);
        }
    const Code none = [](const Indices& some) { return autograd::full({some.size(), 0}, 0); };
    CHECK_THROWS_AS(factor_vae_score(factors, none, random, few), Error);
    CHECK_THROWS_AS(beta_vae_score(factors, none, random, few), Error);
}
