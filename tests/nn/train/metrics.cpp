#include "nn/train/metrics.hpp"

#include <doctest/doctest.h>

#include "autograd/array.hpp"

using autograd::Error;
using nn::Metric;
using nn::MetricMeans;
using nn::Metrics;

TEST_CASE("means weigh each batch by its examples") {
    MetricMeans means;
    means.add({{"loss", 1}, {"accuracy", 0.5}}, 3);
    means.add({{"loss", 5}, {"accuracy", 1}}, 1);
    CHECK(means.names == std::vector<std::string>{"loss", "accuracy"});
    CHECK(means.mean(0) == 2);
    CHECK(means.mean(1) == 0.625);

    means.restart();
    CHECK(means.names.size() == 2);
    means.add({{"loss", 7}, {"accuracy", 1}}, 4);
    CHECK(means.mean(0) == 7);
}

TEST_CASE("means refuse metrics that are not those of the first step") {
    MetricMeans means;
    means.add({{"loss", 1}, {"kl", 2}}, 8);
    CHECK_THROWS_AS(means.add({{"kl", 1}, {"loss", 2}}, 8), Error);
    CHECK_THROWS_AS(means.add({{"loss", 1}}, 8), Error);
    CHECK_THROWS_AS(means.add({{"loss", 1}, {"kl", 2}, {"more", 3}}, 8), Error);
    CHECK(means.mean(1) == 2);
}

TEST_CASE("means refuse names that cannot head a column") {
    for (const char* name : {"", "a,b", "a\"b", "a\nb"}) {
        MetricMeans means;
        CHECK_THROWS_AS(means.add({{"loss", 1}, {name, 1}}, 8), Error);
        CHECK(means.names.empty());
    }
}

TEST_CASE("means refuse two metrics of one name") {
    MetricMeans means;
    CHECK_THROWS_WITH_AS(means.add({{"loss", 1}, {"kl", 1}, {"loss", 2}}, 8),
                         "[train] two metrics are called loss", Error);
    CHECK(means.names.empty());
}

TEST_CASE("metrics hold as many numbers as they say, and no more") {
    Metrics metrics;
    for (std::size_t i = 0; i < Metrics::capacity; ++i)
        metrics.add({"number", static_cast<double>(i)});
    CHECK(metrics.size() == Metrics::capacity);
    CHECK((metrics.end() - 1)->value == Metrics::capacity - 1);
    CHECK_THROWS_AS(metrics.add({"one more", 0}), Error);
    CHECK(metrics.size() == Metrics::capacity);
}
