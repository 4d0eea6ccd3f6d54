#include "nn/data/padding.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "autograd/error.hpp"
#include "nn/data/batches.hpp"

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
    const Dataset data = sequence_data("ones", sequences);
    Batches batches{data, 32, {.by_label = true}};
    Indices all, lengths;
    std::size_t smaller = 0, padding = 0;
    for (const Batch& batch : batches.shuffled(random)) {
        smaller += batch.size() != 32;
        all.insert(all.end(), batch.indices.begin(), batch.indices.end());
        const PaddedSequences side_by_side = padded(batch.images);
        lengths.push_back(side_by_side.steps);
        for (const std::size_t length : side_by_side.lengths)
            padding += side_by_side.steps - length;
    }
    CHECK(smaller == 1);  // 1000 = 31 · 32 + 8
    CHECK(padding < 200);
    CHECK_FALSE(std::ranges::is_sorted(lengths));
    std::ranges::sort(all);
    for (std::size_t i = 0; i < 1000; ++i) CHECK(all[i] == i);
}

TEST_CASE("batches of sequences refuse end marks within, unknown numbers, and nothing") {
    const std::vector<Indices> sequences{{1, 2}, {3, 0}};
    CHECK_THROWS_WITH_AS(padded(sequences, {1}),
                         "[padded] sequence 1 has a symbol 0, which is the end mark", Error);
    CHECK_THROWS_WITH_AS(padded(sequences, {2}), "[padded] expected numbers below 2, got 2", Error);
    CHECK_THROWS_WITH_AS(padded(sequences, {}), "[padded] expected at least one sequence, got none",
                         Error);
}

TEST_CASE("sequences as rows of a data set, and back") {
    const std::vector<Indices> sequences{{5, 6, 7}, {}, {8}};
    const Dataset data = sequence_data("three", sequences);
    CHECK(data.images == array({3, 4}, {5, 6, 7, 0, 0, 0, 0, 0, 8, 0, 0, 0}));
    CHECK(data.labels == Indices{3, 0, 1});
    CHECK(data.item == Shape{4});
    CHECK(data.class_names.size() == data.classes);
    CHECK(sequences_in(data.images) == sequences);
    CHECK(sequence_data("wide", sequences, 6).images.shape() == Shape{3, 6});
    CHECK_THROWS_WITH_AS(sequence_data("none", {}),
                         "[sequence_data] expected at least one sequence, got none", Error);
    CHECK_THROWS_WITH_AS(sequence_data("bad", {{1}, {1, 0, 2}}),
                         "[sequence_data] sequence 1 has a symbol 0, which is the end mark", Error);
}

TEST_CASE("rows are padded as sequences are, and cut behind the longest") {
    const std::vector<Indices> sequences{{5, 6, 7}, {}, {8}};
    const PaddedSequences wanted = padded(sequences, {2, 1});
    PaddedSequences x = padded(sequences, {0, 1, 2});  // what was there before is forgotten
    pad(array({2, 4}, {8, 0, 0, 0, 0, 0, 0, 0}), x);
    CHECK(x.steps == 2);
    CHECK(x.batch == 2);
    CHECK(x.symbols == wanted.symbols);
    CHECK(x.before == wanted.before);
    CHECK(x.lengths == wanted.lengths);
    CHECK(x.counts == wanted.counts);
    CHECK_THROWS_WITH_AS(pad(array({2, 2}, {8, 0, 1, 1}), x),
                         "[pad] expected an end mark in each row, got none in row 1", Error);
    CHECK_THROWS_WITH_AS(pad(autograd::full({0, 2}, 0), x),
                         "[pad] expected rows of symbols, got (0, 2)", Error);
}

TEST_CASE("sequences can be repeated as a whole") {
    const std::vector<Indices> sequences{{5, 6, 7}, {}, {8}};
    const PaddedSequences wanted = padded(sequences, {0, 2, 0, 2, 0, 2});
    PaddedSequences x;
    repeat(padded(sequences, {0, 2}), 3, x);
    CHECK(x.steps == wanted.steps);
    CHECK(x.batch == 6);
    CHECK(x.symbols == wanted.symbols);
    CHECK(x.before == wanted.before);
    CHECK(x.lengths == wanted.lengths);
    CHECK(x.counts == wanted.counts);
}

TEST_CASE("some symbols are replaced, as many as the probability says") {
    Random random{3};
    Indices symbols(20000, 4);
    replace_some(symbols, 0, 9, random);
    CHECK(std::ranges::count(symbols, 9u) == 0);
    replace_some(symbols, 0.3, 9, random);
    const auto replaced = std::ranges::count(symbols, 9u);
    CHECK(replaced > 5700);  // 6000 with a standard deviation of 65
    CHECK(replaced < 6300);
    CHECK(replaced + std::ranges::count(symbols, 4u) == 20000);
    replace_some(symbols, 1, 2, random);
    CHECK(std::ranges::count(symbols, 2u) == 20000);
    CHECK_THROWS_WITH_AS(replace_some(symbols, 1.5, 2, random),
                         "[replace_some] expected a probability, got 1.5", Error);
}
