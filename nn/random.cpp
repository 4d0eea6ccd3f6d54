#include "nn/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

// Everything here is integer arithmetic, and + − × √ on floats, which IEEE 754 rounds in one way
// only; the build forbids the compiler to contract them to fused multiply-adds. That is why the
// bits are the same on every machine. The loops over `lane` are what becomes SIMD instructions.

namespace nn {
namespace {

using autograd::Real;
using autograd::require;

constexpr std::size_t many = 64;  ///< blocks computed side by side to fill an array
constexpr std::size_t lot = 4 * many;
constexpr std::size_t worth_threads = 64;  ///< lots below which waking threads costs more

/// Blocks of four words, word by word: word[j][lane] is word j of block `lane`.
template <std::size_t lanes>
struct Blocks {
    alignas(64) std::uint32_t word[4][lanes];
};

/// A lot of random numbers: number[j][lane] comes from block `lane`.
template <std::size_t lanes>
struct Numbers {
    alignas(64) float number[4][lanes];
};

/// Philox4x32-10, in place.
template <std::size_t lanes>
void scramble(Blocks<lanes>& blocks, std::uint64_t seed) {
    constexpr std::uint32_t factor0 = 0xD2511F53;
    constexpr std::uint32_t factor2 = 0xCD9E8D57;
    auto& [x0, x1, x2, x3] = blocks.word;
    auto key0 = static_cast<std::uint32_t>(seed);
    auto key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            // Low halves by a product of their own: SIMD units have one of 32 bits.
            const std::uint32_t low0 = factor0 * x0[lane];
            const std::uint32_t low2 = factor2 * x2[lane];
            const auto high0 = static_cast<std::uint32_t>(std::uint64_t{factor0} * x0[lane] >> 32);
            const auto high2 = static_cast<std::uint32_t>(std::uint64_t{factor2} * x2[lane] >> 32);
            x0[lane] = high2 ^ x1[lane] ^ key0;
            x1[lane] = low2;
            x2[lane] = high0 ^ x3[lane] ^ key1;
            x3[lane] = low0;
        }
        key0 += 0x9E3779B9;  // the golden ratio
        key1 += 0xBB67AE85;  // √3 − 1
    }
}

/// The blocks number `counter`, `counter` + 1, ... of the stream.
template <std::size_t lanes>
Blocks<lanes> draw(std::uint64_t seed, std::uint64_t counter) {
    Blocks<lanes> blocks;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        blocks.word[0][lane] = static_cast<std::uint32_t>(counter + lane);
        blocks.word[1][lane] = static_cast<std::uint32_t>((counter + lane) >> 32);
        blocks.word[2][lane] = 0;
        blocks.word[3][lane] = 0;
    }
    scramble(blocks, seed);
    return blocks;
}

/// log x for normal x > 0. Polynomial of logf in the Cephes library (Moshier), x = 2ᵉ(1 + m) with
/// 1 + m in [√½, √2).
inline float log(float x) {
    constexpr std::int32_t sqrt_half = 0x3F3504F3;
    const std::int32_t bits = std::bit_cast<std::int32_t>(x) - sqrt_half;
    const auto exponent = static_cast<float>(bits >> 23);
    const float m = std::bit_cast<float>((bits & 0x007FFFFF) + sqrt_half) - 1.0f;
    const float square = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    return exponent * 0.693147181f + (p * m * square - 0.5f * square + m);
}

/// The distance from the origin of two independent normal numbers: √(−2 log u), u in (0, 1].
inline float radius(std::uint32_t word) {
    const auto positive = static_cast<std::int32_t>(word >> 1);  // signed converts faster
    const float u = (static_cast<float>(positive) + 0.5f) * 0x1p-31f;
    return std::sqrt(-2.0f * log(u));
}

struct Direction {
    float cosine, sine;
};

/// A point on the unit circle, at word / 2³² of a turn: quarters of a turn, and a rest t of at most
/// an eighth to either side. Polynomials of sinf and cosf in the Cephes library.
inline Direction direction(std::uint32_t word) {
    const std::uint32_t quarter = (word + 0x20000000) >> 30;
    const auto rest = static_cast<std::int32_t>(word - (quarter << 30));
    const float t = static_cast<float>(rest) * 1.46291808e-9f;  // 2π / 2³²
    const float z = t * t;
    const float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * t + t;
    const float c =
        ((2.44331571e-5f * z - 1.38873163e-3f) * z + 4.16666457e-2f) * z * z - 0.5f * z + 1.0f;
    const float cosine = quarter & 1 ? s : c;
    const float sine = quarter & 1 ? c : s;
    // The signs of the four quadrants, moved to where a float has its sign.
    const std::uint32_t cosine_sign = ((quarter + 1) & 2) << 30;
    const std::uint32_t sine_sign = (quarter & 2) << 30;
    return {std::bit_cast<float>(std::bit_cast<std::uint32_t>(cosine) ^ cosine_sign),
            std::bit_cast<float>(std::bit_cast<std::uint32_t>(sine) ^ sine_sign)};
}

template <std::size_t lanes>
Numbers<lanes> to_uniform(const Blocks<lanes>& blocks) {
    Numbers<lanes> out;
    for (std::size_t j = 0; j < 4; ++j)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const auto top = static_cast<std::int32_t>(blocks.word[j][lane] >> 8);
            out.number[j][lane] = static_cast<float>(top) * 0x1p-24f;
        }
    return out;
}

/// Box–Muller: words 0 and 1 become two normal numbers, 2 and 3 two more.
template <std::size_t lanes>
Numbers<lanes> to_normal(const Blocks<lanes>& blocks) {
    Numbers<lanes> out;
    for (std::size_t j = 0; j < 4; j += 2)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const float r = radius(blocks.word[j][lane]);
            const auto [cosine, sine] = direction(blocks.word[j + 1][lane]);
            out.number[j][lane] = r * cosine;
            out.number[j + 1][lane] = r * sine;
        }
    return out;
}

/// Some of the numbers that one fill takes from the stream, from number `begin` to before `end`. Each lot
/// depends on its counter alone, so threads may share them out in any way.
template <class Transform>
void fill_range(Real* target, std::size_t begin, std::size_t end, Random::State state,
                Transform transform) {
    const std::size_t first = begin / lot, last = (end + lot - 1) / lot;
#pragma omp parallel for if (last - first >= worth_threads)
    for (std::size_t i = first; i < last; ++i) {
        const Numbers<many> numbers = transform(draw<many>(state.seed, state.counter + i * many));
        const std::size_t from = std::max(begin, i * lot), to = std::min(end, (i + 1) * lot);
        std::copy_n(&numbers.number[0][0] + (from - i * lot), to - from, target + (from - begin));
    }
}

/// No early exit, so that it becomes SIMD. Not-a-number is no probability.
bool all_probabilities(const Array& array) {
    const Real* const p = array.data();
    const std::size_t count = array.size();
    int wrong = 0;
    for (std::size_t i = 0; i < count; ++i) wrong += !((p[i] >= 0) & (p[i] <= 1));
    return wrong == 0;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
    Blocks<1> block{{{counter[0]}, {counter[1]}, {counter[2]}, {counter[3]}}};
    scramble(block, key[0] | std::uint64_t{key[1]} << 32);
    return {block.word[0][0], block.word[1][0], block.word[2][0], block.word[3][0]};
}

template <class Transform>
void Random::fill(Array& out, Transform transform) {
    std::size_t taken = out.size();
    if (share_.count == share_.whole) {
        fill_range(out.data(), 0, taken, state_, transform);
    } else {
        const std::size_t rows = out.dimension() > 0 ? out.shape(0) : 0;
        require(rows > 0 && rows % share_.count == 0, "[random] expected an array of ",
                share_.count, " rows, the share of a batch, or a multiple, got ", out);
        const std::size_t draws = rows / share_.count, width = out.size() / rows;
        for (std::size_t i = 0; i < draws; ++i) {
            const std::size_t begin = (i * share_.whole + share_.first) * width;
            fill_range(out.data() + i * share_.count * width, begin, begin + share_.count * width,
                       state_, transform);
        }
        taken = draws * share_.whole * width;
    }
    state_.counter += (taken + lot - 1) / lot * many;
}

void Random::uniform(Array& out) { fill(out, to_uniform<many>); }

void Random::normal(Array& out) { fill(out, to_normal<many>); }

Array Random::uniform(const Shape& shape) {
    Array out(shape);
    uniform(out);
    return out;
}

Array Random::normal(const Shape& shape) {
    Array out(shape);
    normal(out);
    return out;
}

void Random::bernoulli(const Array& probability, Array& out) {
    require(&probability != &out, "[bernoulli] the result must be another array");
    require(all_probabilities(probability), "[bernoulli] got a probability outside 0 to 1");
    out.resize(probability.shape());
    uniform(out);
    const Real* const p = probability.data();
    Real* const entries = out.data();
    const std::size_t count = out.size();
    for (std::size_t i = 0; i < count; ++i) entries[i] = entries[i] < p[i] ? Real{1} : Real{0};
}

std::uint64_t Random::bits() {
    const auto block = draw<1>(state_.seed, state_.counter++);
    return block.word[0][0] | std::uint64_t{block.word[1][0]} << 32;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Random::normal() { return to_normal(draw<1>(state_.seed, state_.counter++)).number[0][0]; }

std::size_t Random::below(std::size_t n) {
    require(n > 0, "[below] got 0, expected at least one number to choose from");
    // The remainder modulo n is unbiased once the first 2⁶⁴ mod n values are turned away.
    const std::uint64_t surplus = -std::uint64_t{n} % n;
    std::uint64_t drawn = bits();
    while (drawn < surplus) drawn = bits();
    return drawn % n;
}

void Random::shuffle(Indices& indices) {
    for (std::size_t left = indices.size(); left > 1; --left)
        std::swap(indices[left - 1], indices[below(left)]);
}

Indices Random::permutation(std::size_t n) {
    Indices indices(n);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    shuffle(indices);
    return indices;
}

Random Random::split() { return Random{bits()}; }

SharedRows::SharedRows(Random& random, Share share) : random_(random) {
    require(share.count > 0 && share.first + share.count <= share.whole, "[random] got ",
            share.count, " rows from number ", share.first, " of a batch of ", share.whole);
    random.share_ = share;
}

}  // namespace nn
