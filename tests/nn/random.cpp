#include "nn/random.hpp"

#include <doctest/doctest.h>
#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "../allocations.hpp"

using namespace nn;
using autograd::Error;
using autograd::Real;

// Every test draws from fixed seeds, so it gives the same verdict each time. The bounds are those a
// good generator misses about once in a thousand seeds, or more seldom.

namespace {

constexpr std::size_t many = 100'000;

std::vector<double> numbers(const Array& array) { return {array.begin(), array.end()}; }

double mean(const std::vector<double>& x) {
    double sum = 0;
    for (const double value : x) sum += value;
    return sum / static_cast<double>(x.size());
}

double moment(std::vector<double> x, int power) {
    for (double& value : x) value = std::pow(value, power);
    return mean(x);
}

/// √n times the greatest distance between the empirical distribution and the true one; above 1.95
/// with probability .001.
double kolmogorov_smirnov(std::vector<double> x, const std::function<double(double)>& cdf) {
    std::sort(x.begin(), x.end());
    const auto n = static_cast<double>(x.size());
    double distance = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double truth = cdf(x[i]);
        distance = std::max(
            {distance, truth - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - truth});
    }
    return distance * std::sqrt(n);
}

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

/// Standard deviations by which χ² of counts that should all be equal exceeds its expectation.
double chi_square_excess(const std::vector<std::size_t>& counts) {
    double total = 0;
    for (const std::size_t count : counts) total += static_cast<double>(count);
    const double expected = total / static_cast<double>(counts.size());
    double chi_square = 0;
    for (const std::size_t count : counts)
        chi_square += std::pow(static_cast<double>(count) - expected, 2) / expected;
    const auto freedom = static_cast<double>(counts.size() - 1);
    return (chi_square - freedom) / std::sqrt(2 * freedom);
}

/// The correlation of standard normal x and y times √n: standard normal itself if independent.
double correlation(const double* x, const double* y, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += x[i] * y[i];
    return sum / std::sqrt(static_cast<double>(n));
}

}  // namespace

TEST_CASE("philox gives the words of its authors' reference implementation") {
    using Words = std::array<std::uint32_t, 4>;
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    constexpr std::uint32_t ones = 0xffffffff;
    CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
          Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE(
    "uniform and normal numbers are those computed from the philox words in double precision") {
    constexpr std::uint64_t seed = 0x0123456789abcdef;
    constexpr std::uint64_t start = 0xfffffff0;  // the counter carries into its second word
    Random random{seed};
    random.restore({seed, start});
    const auto uniform = random.uniform({4, 256});
    random.restore({seed, start});
    const auto normal = random.normal({4, 256});
    double worst = 0;
    for (std::size_t block = 0; block < 256; ++block) {
        const std::uint64_t counter = start + block;
        const auto words = philox(
            {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0},
            {0x89abcdef, 0x01234567});
        // 64 blocks make a lot; the first 64 numbers of a lot come from word 0 of each, and so on
        const auto place = [&](std::size_t word) {
            return block / 64 * 256 + word * 64 + block % 64;
        };
        for (std::size_t j = 0; j < 4; ++j)
            CHECK(uniform.flat(place(j)) == (words[j] >> 8) / 16777216.0);
        for (std::size_t j = 0; j < 4; j += 2) {
            const double radius = std::sqrt(-2 * std::log((words[j] / 2 + 0.5) / 2147483648.0));
            const double angle = 2 * std::numbers::pi * words[j + 1] / 4294967296.0;
            worst = std::max(worst, std::abs(normal.flat(place(j)) - radius * std::cos(angle)));
            worst = std::max(worst, std::abs(normal.flat(place(j + 1)) - radius * std::sin(angle)));
        }
    }
    CHECK(worst < 1e-6);
}

TEST_CASE("the first 100 000 normal numbers of seed 1 have the same bits on every machine") {
    const auto array = Random{1}.normal({many});
    std::uint32_t hash = 2166136261;  // FNV-1a over 32-bit words
    for (const Real value : array)
        hash = (hash ^ std::bit_cast<std::uint32_t>(static_cast<float>(value))) * 16777619;
    CHECK(hash == 1803971752);
}

TEST_CASE("the number of threads does not change a fill") {
    const int threads = omp_get_max_threads();
    Random random{3};
    omp_set_num_threads(1);
    const auto alone = random.normal({128, 785});
    random.restore({3, 0});
    omp_set_num_threads(3);
    const auto together = random.normal({128, 785});
    omp_set_num_threads(threads);
    CHECK(alone == together);
}

TEST_CASE("a long fill equals two short ones when the first takes whole lots of 256") {
    Random random{5};
    const auto whole = random.normal({1000});
    CHECK(random.state() == Random::State{5, 256});
    random.restore({5, 0});
    const auto first = random.normal({512});
    const auto second = random.normal({488});
    CHECK(std::equal(first.begin(), first.end(), whole.begin()));
    CHECK(std::equal(second.begin(), second.end(), whole.begin() + 512));
}

TEST_CASE("a restored generator repeats itself whatever kind of number is drawn") {
    Random random{6};
    random.uniform();
    random.normal({3});
    const auto state = random.state();
    const auto draw = [&] {
        std::vector<double> all{random.uniform(), random.normal()};
        all.push_back(static_cast<double>(random.below(1000)));
        for (const double x : numbers(random.normal({7}))) all.push_back(x);
        for (const std::size_t i : random.permutation(9)) all.push_back(static_cast<double>(i));
        all.push_back(random.split().uniform());
        return all;
    };
    const auto before = draw();
    const auto different = draw();
    Random other{0};
    std::swap(random, other);
    random.restore(state);
    CHECK(draw() == before);
    CHECK(different != before);
}

TEST_CASE("uniform numbers are uniform: moments, Kolmogorov-Smirnov, bits") {
    const auto array = Random{7}.uniform({many});
    const auto x = numbers(array);
    CHECK(*std::min_element(x.begin(), x.end()) >= 0);
    CHECK(*std::max_element(x.begin(), x.end()) < 1);
    CHECK(std::abs(mean(x) - 1. / 2) < 3.3 * std::sqrt(1. / 12 / many));
    CHECK(std::abs(moment(x, 2) - 1. / 3) < 3.3 * std::sqrt(4. / 45 / many));
    CHECK(kolmogorov_smirnov(x, [](double u) { return u; }) < 1.95);

    std::vector<std::size_t> bytes(256);
    std::vector<int> ones(24);
    for (const double u : x) {
        const auto bits = static_cast<std::uint32_t>(u * 16777216);
        for (int shift : {0, 8, 16}) ++bytes[bits >> shift & 255];
        for (std::size_t bit = 0; bit < 24; ++bit) ones[bit] += bits >> bit & 1;
    }
    CHECK(std::abs(chi_square_excess(bytes)) < 3.5);
    for (const int count : ones) CHECK(std::abs(count - many / 2.) < 4 * std::sqrt(many / 4.));
}

TEST_CASE("normal numbers are normal: moments, Kolmogorov-Smirnov, tails") {
    const auto x = numbers(Random{8}.normal({many}));
    CHECK(std::abs(moment(x, 1)) < 3.3 * std::sqrt(1. / many));
    CHECK(std::abs(moment(x, 2) - 1) < 3.3 * std::sqrt(2. / many));
    CHECK(std::abs(moment(x, 3)) < 3.3 * std::sqrt(15. / many));
    CHECK(std::abs(moment(x, 4) - 3) < 3.3 * std::sqrt(96. / many));
    CHECK(kolmogorov_smirnov(x, normal_cdf) < 1.95);
    const auto beyond = std::count_if(x.begin(), x.end(), [](double v) { return std::abs(v) > 3; });
    const double expected = 2 * normal_cdf(-3) * many;
    CHECK(std::abs(static_cast<double>(beyond) - expected) < 3.3 * std::sqrt(expected));
}

TEST_CASE("single numbers follow the same distributions as filled arrays") {
    Random random{9};
    std::vector<double> uniform(20'000), normal(20'000);
    for (double& u : uniform) u = random.uniform();
    for (double& v : normal) v = random.normal();
    CHECK(kolmogorov_smirnov(uniform, [](double u) { return u; }) < 1.95);
    CHECK(kolmogorov_smirnov(normal, normal_cdf) < 1.95);
}

TEST_CASE("neighbours in a stream are uncorrelated, also in magnitude") {
    const auto x = numbers(Random{10}.normal({many}));
    auto energy = x;  // (x² − 1) / √2 has mean 0 and variance 1
    for (double& value : energy) value = (value * value - 1) / std::numbers::sqrt2;
    // 1, 64, 128, 192: numbers out of one block; 256: one lot further
    for (const std::size_t lag : {1, 2, 3, 4, 63, 64, 65, 128, 192, 256}) {
        CAPTURE(lag);
        CHECK(std::abs(correlation(x.data(), x.data() + lag, many - lag)) < 3.5);
        CHECK(std::abs(correlation(energy.data(), energy.data() + lag, many - lag)) < 4);
    }
}

TEST_CASE("neighbouring seeds and split streams are independent of each other") {
    Random parent{11};
    std::vector<Random> streams;
    for (std::uint64_t seed = 0; seed < 6; ++seed) streams.emplace_back(seed);
    streams.push_back(parent.split());
    streams.push_back(parent.split());
    streams.push_back(streams.back().split());
    streams.push_back(parent);
    std::vector<std::vector<double>> x;
    for (Random& stream : streams) x.push_back(numbers(stream.normal({20'000})));
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            CAPTURE(i);
            CAPTURE(j);
            CHECK(std::abs(correlation(x[i].data(), x[j].data(), x[i].size())) < 4);
        }
}

TEST_CASE("a split leaves the parent's later numbers as one single draw would") {
    Random parent{12}, twin{12};
    parent.split().normal({1000});
    twin.uniform();
    CHECK(parent.normal({10}) == twin.normal({10}));
}

TEST_CASE("below is unbiased even where a plain remainder would prefer small numbers") {
    Random random{13};
    const std::size_t n = std::size_t{3}
                          << 62;  // a plain remainder is in the first third half the time
    std::vector<std::size_t> thirds(3);
    for (int i = 0; i < 10'000; ++i) ++thirds.at(random.below(n) >> 62);
    CHECK(std::abs(chi_square_excess(thirds)) < 5);
    CHECK(random.below(1) == 0);
    CHECK_THROWS_WITH_AS(random.below(0),
                         "[below] got 0, expected at least one number to choose from", Error);
}

TEST_CASE("a permutation holds every number once, and every order is equally likely") {
    Random random{14};
    auto indices = random.permutation(1000);
    CHECK_FALSE(std::is_sorted(indices.begin(), indices.end()));
    std::sort(indices.begin(), indices.end());
    for (std::size_t i = 0; i < 1000; ++i) CHECK(indices[i] == i);

    std::vector<std::size_t> orders(256);
    for (int i = 0; i < 24'000; ++i) {
        const auto p = random.permutation(4);
        ++orders[p[0] * 64 + p[1] * 16 + p[2] * 4 + p[3]];
    }
    std::erase(orders, 0);
    CHECK(orders.size() == 24);
    CHECK(std::abs(chi_square_excess(orders)) < 4);
    CHECK(random.permutation(0).empty());
}

TEST_CASE("bernoulli draws ones with the given probabilities") {
    Random random{15};
    Array probability(Shape{4, 25'000}), out;
    const Real p[] = {0, Real(0.1), Real(0.75), 1};
    for (std::size_t i = 0; i < probability.size(); ++i) probability.flat(i) = p[i / 25'000];
    random.bernoulli(probability, out);
    REQUIRE(out.shape() == probability.shape());
    for (std::size_t row = 0; row < 4; ++row) {
        const auto ones = std::count(out.begin() + static_cast<long>(row * 25'000),
                                     out.begin() + static_cast<long>((row + 1) * 25'000), Real{1});
        const double q = p[row];
        CHECK(std::abs(static_cast<double>(ones) - q * 25'000) <=
              3.3 * std::sqrt(q * (1 - q) * 25'000));
    }
    CHECK(std::count(out.begin(), out.end(), Real{0}) +
              std::count(out.begin(), out.end(), Real{1}) ==
          100'000);
}

TEST_CASE("a probability of 0 never gives a 1, even when the uniform number is 0") {
    Random random{18};
    constexpr Random::State rare{18, 8'743'532};  // found by search
    random.restore(rare);
    REQUIRE(random.uniform({1})(0) == 0);
    random.restore(rare);
    Array probability = {Real(0)}, out;
    random.bernoulli(probability, out);
    CHECK(out(0) == 0);
}

TEST_CASE("bernoulli refuses what is no probability, and then draws nothing") {
    Random random{16};
    for (const Real wrong : {Real(-0.01), Real(1.01), std::numeric_limits<Real>::quiet_NaN()}) {
        Array probability = {Real(0.5), wrong}, out = {Real(7)};
        CHECK_THROWS_WITH_AS(random.bernoulli(probability, out),
                             "[bernoulli] got a probability outside 0 to 1", Error);
        CHECK(out == Array{Real(7)});
    }
    Array same = {Real(0.5)};
    CHECK_THROWS_AS(random.bernoulli(same, same), Error);
    CHECK(random.state().counter == 0);
}

TEST_CASE("filling an array that has its size allocates nothing") {
    Random random{17};
    Array out(Shape{128, 784}), probability = random.uniform({128, 784});
    random.normal(out);  // the threads start with the first fill
    const std::size_t before = allocations();
    random.normal(out);
    random.uniform(out);
    random.bernoulli(probability, out);
    CHECK(allocations() == before);
    CHECK(random.normal({3}).size() == 3);
    CHECK(allocations() > before);
}

TEST_CASE("a share of the rows gets the numbers that these rows have in the whole batch") {
    for (const std::size_t width : {1, 7, 300})
        for (const nn::Share share : {nn::Share{0, 5, 30}, {5, 10, 30}, {29, 1, 30}, {0, 30, 30}}) {
            CAPTURE(width);
            CAPTURE(share.first);
            Random whole{18}, part{18};
            const auto all = whole.normal({2 * share.whole, width});  // two draws of each
            Array some;
            {
                const nn::SharedRows rows(part, share);
                some = part.normal({2 * share.count, width});
                CHECK(part.state() == whole.state());
                CHECK(part.below(1000) == whole.below(1000));
            }
            for (std::size_t draw = 0; draw < 2; ++draw)
                for (std::size_t i = 0; i < share.count; ++i)
                    for (std::size_t j = 0; j < width; ++j)
                        REQUIRE(some(draw * share.count + i, j) ==
                                all(draw * share.whole + share.first + i, j));
            CHECK(part.uniform({3, 2}) == whole.uniform({3, 2}));  // no share any more
        }
}

TEST_CASE("a share that is none, or arrays that do not fit it, are refused") {
    Random random{19};
    CHECK_THROWS_WITH(nn::SharedRows(random, {3, 2, 4}),
                      "[random] got 2 rows from number 3 of a batch of 4");
    CHECK_THROWS_WITH(nn::SharedRows(random, {3, 0, 4}),
                      "[random] got 0 rows from number 3 of a batch of 4");
    const nn::SharedRows rows(random, {2, 2, 4});
    CHECK_THROWS_WITH(
        random.normal({3, 7}),
        "[random] expected an array of 2 rows, the share of a batch, or a multiple, got (3, 7)");
}
