#include "nn/data/batches.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "../../allocations.hpp"

using namespace nn;
using autograd::Error;
using autograd::Real;

namespace {

// `for (const Batch& batch : Batches{data, 128}.shuffled(random))` would read what is gone.
template <class B>
concept DealsOut = requires(B&& batches, Random& random) {
    std::forward<B>(batches).shuffled(random);
    std::forward<B>(batches).in_order();
};
static_assert(DealsOut<Batches&> && !DealsOut<Batches>);

/// Image i is (10 i, 10 i + 1, 10 i + 2), its label i % 7.
Dataset numbered(std::size_t n) {
    Dataset data{.name = "numbered", .images = Array(Shape{n, 3}), .labels = Indices(n)};
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < 3; ++j) data.images(i, j) = static_cast<Real>(10 * i + j);
        data.labels[i] = i % 7;
    }
    return data;
}

/// The examples dealt out in an epoch, by number, after checking that every batch holds them.
Indices deal(Batches::Epoch epoch, const Dataset& data) {
    Indices dealt;
    for (const Batch& batch : epoch) {
        REQUIRE(batch.images.shape() == Shape{batch.size(), 3});
        REQUIRE(batch.labels.size() == batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) {
            CHECK(batch.labels[i] == data.labels[batch.indices[i]]);
            for (std::size_t j = 0; j < 3; ++j)
                CHECK(batch.images(i, j) == data.images(batch.indices[i], j));
        }
        dealt.insert(dealt.end(), batch.indices.begin(), batch.indices.end());
    }
    return dealt;
}

Indices up_to(std::size_t n) {
    Indices indices(n);
    for (std::size_t i = 0; i < n; ++i) indices[i] = i;
    return indices;
}

}  // namespace

TEST_CASE("an epoch deals out every example once, the last batch with what is left") {
    for (const std::size_t n : {1, 3, 4, 5, 8, 11}) {
        CAPTURE(n);
        const auto data = numbered(n);
        Batches batches{data, 4};
        Random random{1};
        CHECK(deal(batches.in_order(), data) == up_to(n));
        auto shuffled = deal(batches.shuffled(random), data);
        std::sort(shuffled.begin(), shuffled.end());
        CHECK(shuffled == up_to(n));

        std::vector<std::size_t> sizes;
        for (const Batch& batch : batches.in_order()) sizes.push_back(batch.size());
        CHECK(sizes.size() == batches.count());
        CHECK(sizes.size() == (n + 3) / 4);
        CHECK(std::all_of(sizes.begin(), sizes.end() - 1,
                          [](std::size_t size) { return size == 4; }));
    }
}

TEST_CASE("the last short batch is dropped only on request") {
    const auto data = numbered(11);
    Batches batches{data, 4, {.drop_last = true}};
    CHECK(batches.count() == 2);
    CHECK(deal(batches.in_order(), data) == up_to(8));
    const auto even = numbered(8);
    CHECK(Batches{even, 4, {.drop_last = true}}.count() == 2);
}

TEST_CASE("the order of an epoch is new each time and follows from the generator alone") {
    const auto data = numbered(50);
    Batches batches{data, 8}, others{data, 8};
    Random random{2};
    const auto first = deal(batches.shuffled(random), data);
    const auto state = random.state();
    const auto second = deal(batches.shuffled(random), data);
    CHECK(first != second);
    CHECK(first != up_to(50));
    random.restore(state);
    CHECK(deal(others.shuffled(random), data) == second);  // as a resumed run would see it
}

TEST_CASE("batches of one label come in every order equally often") {
    const auto data = numbered(3);
    Batches batches{data, 1, {.by_label = true}};
    Random random{5};
    std::map<Indices, int> orders;
    for (int epoch = 0; epoch < 6000; ++epoch) ++orders[deal(batches.shuffled(random), data)];
    REQUIRE(orders.size() == 6);
    for (const auto& [order, times] : orders) CHECK(std::abs(times - 1000) < 150);  // 5 deviations
}

TEST_CASE("a single example is a batch") {
    const auto data = numbered(1);
    Batches batches{data, 1};
    CHECK(deal(batches.in_order(), data) == Indices{0});
}

TEST_CASE("after the first epoch no batch allocates, neither a full one nor the last") {
    const auto data = numbered(1000);
    Batches batches{data, 128};
    Random random{3};
    const std::size_t before = allocations();
    std::size_t seen = 0;
    for (int epoch = 0; epoch < 3; ++epoch)
        for (const Batch& batch : batches.shuffled(random)) seen += batch.size();
    CHECK(allocations() == before);
    CHECK(seen == 3000);
}

TEST_CASE("batches that cannot be dealt are refused") {
    const auto data = numbered(5);
    CHECK_THROWS_WITH_AS((Batches{data, 0}), "[batches] got batches of 0, expected at least 1",
                         Error);
    CHECK_THROWS_WITH_AS((Batches{data, 6, {.drop_last = true}}),
                         "[batches] got 5 examples, which is less than one batch of 6", Error);
    const auto nothing = numbered(0);
    CHECK_THROWS_WITH_AS((Batches{nothing, 4}), "[batches] got an empty dataset", Error);
    auto torn = numbered(5);
    torn.labels.pop_back();
    CHECK_THROWS_WITH_AS(
        (Batches{torn, 4}),
        "[batches] got images (5, 3) and 4 labels, expected one row for each label", Error);
}

TEST_CASE("by label, each batch has neighbours, the order is left to chance, and nothing is lost") {
    const Dataset data = numbered(1000);  // labels 0 to 6
    Random random{4};
    Batches batches{data, 32, {.by_label = true}};
    Indices firsts, again;
    std::size_t mixed = 0, number = 0;
    for (const Batch& batch : batches.shuffled(random)) {
        if (++number == batches.count()) break;  // what is left over
        mixed += std::ranges::max(batch.labels) != std::ranges::min(batch.labels);
        firsts.push_back(batch.labels[0]);
    }
    CHECK(mixed <= 6);
    CHECK_FALSE(std::ranges::is_sorted(firsts));
    Indices dealt = deal(batches.shuffled(random), data);
    CHECK(dealt != deal(batches.shuffled(random), data));
    std::ranges::sort(dealt);
    CHECK(dealt == up_to(1000));
    CHECK(deal(batches.in_order(), data) == up_to(1000));
}

TEST_CASE("the parts of a batch are its rows in order, whatever the number of parts") {
    const auto data = numbered(23);
    for (const std::size_t parts : {1, 2, 3}) {
        CAPTURE(parts);
        Random random{1};
        Batches whole{data, 8};
        std::vector<Indices> batches;
        for (const Batch& batch : whole.shuffled(random)) batches.push_back(batch.indices);
        std::vector<Indices> together(batches.size());
        for (std::size_t part = 0; part < parts; ++part) {
            Random again{1};
            Batches own{data, 8, {.part = part, .parts = parts}};
            CHECK(own.count() == whole.count());
            CHECK(own.batch_size() == 8);
            std::size_t number = 0;
            for (const Batch& batch : own.shuffled(again)) {
                auto& joined = together[number];
                CHECK(batch.share.first == joined.size());
                CHECK(batch.share.count == batch.size());
                CHECK(batch.share.whole == batches[number++].size());
                joined.insert(joined.end(), batch.indices.begin(), batch.indices.end());
                for (std::size_t i = 0; i < batch.size(); ++i)
                    CHECK(batch.images(i, 0) == data.images(batch.indices[i], 0));
            }
        }
        CHECK(together == batches);
    }
}

TEST_CASE(
    "batches for more parts than examples are refused, the last one too unless it is dropped") {
    const auto data = numbered(9);
    CHECK_THROWS_WITH(
        Batches(data, 4, {.part = 0, .parts = 2}),
        "[batches] got a batch of 1 examples, the last one, for 2 processes, expected at "
        "least one for each");
    CHECK_NOTHROW(Batches(data, 4, {.drop_last = true, .part = 0, .parts = 2}));
    CHECK_THROWS_WITH(
        Batches(data, 3, {.part = 0, .parts = 4}),
        "[batches] got a batch of 3 examples for 4 processes, expected at least one for each");
    CHECK_THROWS_WITH(Batches(data, 3, {.part = 2, .parts = 2}),
                      "[batches] got part 2 of 2, counted from 0");
}
