#include "models/evaluate/imputation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "nn/rows.hpp"

namespace models {

using autograd::Array;
using autograd::Indices;
using autograd::Real;
using autograd::require;

namespace {

constexpr double still = 1e-5;

/// The columns that each row lacks. They then hold the first guess.
std::vector<Indices> fill(Array& rows, std::optional<Real> start) {
    std::vector<Indices> missing(rows.shape(0));
    for (std::size_t i = 0; i < rows.shape(0); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < rows.shape(1); ++k) {
            require(!std::isinf(rows(i, k)), "[impute] row ", i, " holds ", double{rows(i, k)},
                    ", expected a finite number or none");
            if (std::isnan(rows(i, k)))
                missing[i].push_back(k);
            else
                sum += double{rows(i, k)};
        }
        const std::size_t known = rows.shape(1) - missing[i].size();
        const double mean = known > 0 ? sum / static_cast<double>(known) : 0;
        for (const std::size_t k : missing[i]) rows(i, k) = start.value_or(static_cast<Real>(mean));
    }
    return missing;
}

}  // namespace

std::size_t impute(Array& rows, const Rebuild& rebuild, std::size_t rounds,
                   std::optional<Real> start) {
    require(rows.dimension() == 2, "[impute] expected (N, D), got ", rows);
    const std::vector<Indices> missing = fill(rows, start);
    Indices moving;
    for (std::size_t i = 0; i < missing.size(); ++i)
        if (!missing[i].empty()) moving.push_back(i);
    for (std::size_t round = 0; round < rounds && !moving.empty(); ++round) {
        const Array before = nn::take(rows, moving), rebuilt = rebuild(before);
        require(rebuilt.shape() == before.shape(), "[impute] the model makes ", rebuilt, " of ",
                before);
        Indices next;
        for (std::size_t r = 0; r < moving.size(); ++r) {
            bool moves = false;
            for (const std::size_t k : missing[moving[r]]) {
                const Real number = rebuilt(r, k);
                require(std::isfinite(number), "[impute] the model makes ", double{number},
                        " of a number in row ", moving[r]);
                moves = moves || std::abs(number - before(r, k)) > still;
                rows(moving[r], k) = number;
            }
            if (moves) next.push_back(moving[r]);
        }
        moving = std::move(next);
    }
    return moving.size();
}

}  // namespace models
