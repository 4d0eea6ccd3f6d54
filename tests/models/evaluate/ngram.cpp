#include "models/evaluate/ngram.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autograd/error.hpp"
#include "nn/random.hpp"

using namespace models;
using autograd::Error;
using autograd::Indices;
using doctest::Approx;

namespace {

const std::vector<Indices> some{{1, 2, 1}, {2, 2}, {1, 3}, {}, {3, 3, 1, 2}};

}  // namespace

TEST_CASE("whatever was said before, the probabilities of what comes next add up to 1") {
    nn::Random random(1);
    for (const Smoothing smoothing : {Smoothing::witten_bell, Smoothing::kneser_ney})
        for (std::size_t order = 1; order <= 5; ++order) {
            const NGram model(some, 5, order, smoothing);  // 4 is never seen
            for (int i = 0; i < 200; ++i) {
                Indices said(random.below(6));
                for (std::size_t& symbol : said) symbol = 1 + random.below(4);
                double sum = 0;
                for (std::size_t next = 0; next < 5; ++next) {
                    CHECK(model.probability(said, next) > 0);
                    sum += model.probability(said, next);
                }
                CHECK(sum == Approx(1).epsilon(1e-12));
            }
        }
}

TEST_CASE("the probabilities of all sequences up to a length, and of going on, add up to 1") {
    const NGram model(some, 3 + 1, 3, Smoothing::kneser_ney);
    double ended = 0, going_on = 0;
    const auto walk = [&](auto& self, const Indices& said, double p) -> void {
        if (said.size() == 5) {
            going_on += p;
            return;
        }
        ended += std::exp(model.log_likelihood(said));
        for (std::size_t next = 1; next < 4; ++next) {
            Indices longer = said;
            longer.push_back(next);
            self(self, longer, p * model.probability(said, next));
        }
    };
    walk(walk, {}, 1);
    CHECK(ended + going_on == Approx(1).epsilon(1e-12));
}

TEST_CASE("known answers by hand: single symbols and pairs") {
    // Symbols: 1 2, then the end; 1, then the end. Counts: 1 twice, 2 once, end twice.
    const std::vector<Indices> two{{1, 2}, {1}};
    const NGram single(two, 3, 1, Smoothing::witten_bell);
    CHECK(single.probability({}, 1) == Approx((2 + 3 * (1.0 / 3)) / (5 + 3)));
    CHECK(single.probability({}, 2) == Approx((1 + 3 * (1.0 / 3)) / (5 + 3)));
    const NGram pairs(two, 3, 2, Smoothing::witten_bell);  // after the start: 1, always
    CHECK(pairs.probability({}, 1) == Approx((2 + 1 * (3.0 / 8)) / (2 + 1)));
    CHECK(pairs.probability({1}, 2) == Approx((1 + 2 * (2.0 / 8)) / (2 + 2)));  // or the end

    // Kneser-Ney: pairs are start-1 twice, 1-2, 1-end, 2-end. Contexts before 1: one, 2: one, end: two.
    // Discounts: singles 2 of count 1 and 1 of count 2: 2/4; pairs 3 and 1: 3/5.
    const NGram kneser_ney(two, 3, 2, Smoothing::kneser_ney);
    const double end = (2 - 0.5 + 0.5 * 3 / 3) / 4, first = (1 - 0.5 + 0.5 * 3 / 3) / 4;
    CHECK(kneser_ney.probability({1}, 0) == Approx((1 - 0.6 + 0.6 * 2 * end) / 2));
    CHECK(kneser_ney.probability({}, 1) == Approx((2 - 0.6 + 0.6 * 1 * first) / 2));
    CHECK(kneser_ney.probability({2}, 1) == Approx((0 + 0.6 * 1 * first) / 1));
}

TEST_CASE("what follows without exception becomes certain with enough examples") {
    const std::vector<Indices> many(5000, Indices{1, 2, 3});
    for (const Smoothing smoothing : {Smoothing::witten_bell, Smoothing::kneser_ney})
        CHECK(NGram(many, 4, 3, smoothing).log_likelihood({1, 2, 3}) > -0.01);
}

TEST_CASE("without sequences every symbol is as probable as any other") {
    for (const Smoothing smoothing : {Smoothing::witten_bell, Smoothing::kneser_ney}) {
        const NGram nothing({}, 7, 3, smoothing);
        CHECK(nats_per_symbol(nothing, some) == Approx(std::log(7)));
    }
}

TEST_CASE("an n-gram model refuses orders and symbols that make no sense in one line") {
    CHECK_THROWS_WITH_AS(NGram(some, 5, 0, Smoothing::witten_bell),
                         "[NGram] expected an order of at least 1 and two symbols, got 0 and 5",
                         Error);
    CHECK_THROWS_WITH_AS(
        NGram(some, 27, 14, Smoothing::witten_bell),
        "[NGram] an order of 14 with 27 symbols needs more than 64 bits for a piece", Error);
    CHECK_THROWS_WITH_AS(NGram(some, 3, 2, Smoothing::witten_bell),
                         "[NGram] expected symbols below 3, got 3", Error);
    CHECK_THROWS_WITH_AS(NGram({{1, 0, 1}}, 3, 2, Smoothing::witten_bell),
                         "[NGram] expected sequences without end mark, got a symbol 0", Error);
}
