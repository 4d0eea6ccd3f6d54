#include "nn/data/padding.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "autograd/error.hpp"

using namespace nn;
using autograd::array;
using autograd::Error;

TEST_CASE("sequences stand side by side, time first, with end marks and padding") {
    const std::vector<Indices> sequences{{5, 6, 7}, {}, {8}};
    const PaddedSequences batch = padded(sequences, {2, 0, 1});
    CHECK(batch.steps == 4);
    CHECK(batch.batch == 3);
    CHECK(batch.lengths == Indices{2, 4, 1});
    CHECK(batch.symbols == Indices{8, 5, 0, 0, 6, 0, 0, 7, 0, 0, 0, 0});
    CHECK(batch.before == Indices{0, 0, 0, 8, 5, 0, 0, 6, 0, 0, 7, 0});
    CHECK(batch.counts == array({12}, {1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0}));
}

TEST_CASE("batches by length have each sequence once, and little padding") {
    Random random{1};
    std::vector<Indices> sequences;
    for (std::size_t i = 0; i < 1000; ++i) sequences.emplace_back(1 + random.below(10), 1);
    const std::vector<Indices> batches = batches_by_length(sequences, 32, random);
    CHECK(batches.size() == 32);
    Indices all;
    std::size_t smaller = 0, padding = 0;
    for (const Indices& batch : batches) {
        smaller += batch.size() != 32;
        all.insert(all.end(), batch.begin(), batch.end());
        const PaddedSequences side_by_side = padded(sequences, batch);
        for (const std::size_t length : side_by_side.lengths)
            padding += side_by_side.steps - length;
    }
    CHECK(smaller == 1);  // 1000 = 31 · 32 + 8
    CHECK(padding < 200);
    std::ranges::sort(all);
    for (std::size_t i = 0; i < 1000; ++i) CHECK(all[i] == i);
    // Lengths come in random order, and other sequences of a length together the next time.
    CHECK_FALSE(std::ranges::is_sorted(
        batches, {}, [&](const Indices& batch) { return sequences[batch[0]].size(); }));
    CHECK(batches_by_length(sequences, 32, random) != batches);
}

TEST_CASE("batches of sequences refuse end marks within, unknown numbers, and nothing") {
    Random random{2};
    const std::vector<Indices> sequences{{1, 2}, {3, 0}};
    CHECK_THROWS_WITH_AS(padded(sequences, {1}),
                         "[padded] sequence 1 has a symbol 0, which is the end mark", Error);
    CHECK_THROWS_WITH_AS(padded(sequences, {2}), "[padded] expected numbers below 2, got 2", Error);
    CHECK_THROWS_WITH_AS(padded(sequences, {}), "[padded] expected at least one sequence, got none",
                         Error);
    CHECK_THROWS_WITH_AS(batches_by_length({}, 2, random),
                         "[batches_by_length] expected at least one sequence, got none", Error);
    CHECK_THROWS_WITH_AS(batches_by_length(sequences, 0, random),
                         "[batches_by_length] expected batches of at least 1, got 0", Error);
}
