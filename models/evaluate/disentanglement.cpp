#include "models/evaluate/disentanglement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/evaluate/latent_use.hpp"
#include "nn/distributions/distributions.hpp"
#include "nn/layers/linear.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/rows.hpp"

namespace models {

using autograd::Indices;
using autograd::require;
using nn::Factors;

namespace {

using Numbers = std::vector<double>;

Numbers column(const Array& codes, std::size_t unit) {
    Numbers out(codes.shape(0));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = double{codes(i, unit)};
    return out;
}

double mean_of(const Numbers& x) {
    return std::accumulate(x.begin(), x.end(), 0.) / static_cast<double>(x.size());
}

/// Mean of (x − mean x)(y − mean y).
double covariance(const Numbers& x, const Numbers& y) {
    const double x_mean = mean_of(x), y_mean = mean_of(y);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - x_mean) * (y[i] - y_mean);
    return sum / static_cast<double>(x.size());
}

Indices values_of(const Factors& factors, const Indices& items, std::size_t k) {
    Indices out(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) out[i] = factors.value(items[i], k);
    return out;
}

/// The largest of some numbers less the second largest.
double lead(Numbers numbers) {
    std::partial_sort(numbers.begin(), numbers.begin() + 2, numbers.end(), std::greater<>());
    return numbers[0] - numbers[1];
}

void check_rows(const char* metric, const Indices& items, const Array& codes) {
    require(codes.dimension() == 2 && codes.shape(0) == items.size() && codes.shape(1) > 0, "[",
            metric, "] expected a code for each of ", items.size(), " items, got ", codes);
    for (const Real number : codes.storage())
        require(std::isfinite(number), "[", metric, "] expected finite codes, got ",
                double{number});
}

void check(const char* metric, const Factors& factors, const Indices& items, const Array& codes) {
    require(factors.size() > 0, "[", metric, "] expected factors, got none");
    require(!items.empty(), "[", metric, "] expected items, got none");
    check_rows(metric, items, codes);
    require(codes.shape(1) > 1, "[", metric,
            "] expected at least two units, of which one can be second best, got ", codes.shape(1));
}

// --- information ---------------------------------------------------------------------------------

/// Which of `bins` equal parts of the range of x each x is in.
Indices cut(const Numbers& x, std::size_t bins) {
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    const double width = (*high - *low) / static_cast<double>(bins);
    Indices out(x.size(), 0);
    for (std::size_t i = 0; i < x.size() && width > 0; ++i)
        out[i] = std::min(bins - 1, static_cast<std::size_t>((x[i] - *low) / width));
    return out;
}

/// −Σ p ln p of how often each number occurs.
double entropy_of(const Indices& x, std::size_t kinds) {
    Numbers counts(kinds, 0);
    for (const std::size_t i : x) ++counts[i];
    double entropy = 0;
    for (const double count : counts) {
        const double p = count / static_cast<double>(x.size());
        if (p > 0) entropy -= p * std::log(p);
    }
    return entropy;
}

/// I(x; y) = H(x) + H(y) − H(x, y)
double information(const Indices& x, std::size_t x_kinds, const Indices& y, std::size_t y_kinds) {
    Indices both(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) both[i] = x[i] * y_kinds + y[i];
    return entropy_of(x, x_kinds) + entropy_of(y, y_kinds) - entropy_of(both, x_kinds * y_kinds);
}

// --- prediction from one unit --------------------------------------------------------------------

/// The share of the variance of y that a straight line in x explains.
double explained(const Numbers& x, const Numbers& y) {
    const double xy = covariance(x, y), xx = covariance(x, x), yy = covariance(y, y);
    return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
}

/// The share of items whose kind has the mean x that is nearest to theirs.
double nearest_mean_accuracy(const Numbers& x, const Indices& kind, std::size_t kinds) {
    Numbers sum(kinds, 0), count(kinds, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum[kind[i]] += x[i];
        ++count[kind[i]];
    }
    const auto distance = [&](std::size_t c, double at) {
        return count[c] > 0 ? std::abs(at - sum[c] / count[c])
                            : std::numeric_limits<double>::infinity();
    };
    std::size_t right = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        std::size_t nearest = 0;
        for (std::size_t c = 1; c < kinds; ++c)
            if (distance(c, x[i]) < distance(nearest, x[i])) nearest = c;
        right += nearest == kind[i];
    }
    return static_cast<double>(right) / static_cast<double>(x.size());
}

// --- groups that share a factor ------------------------------------------------------------------

void check(const char* metric, const Factors& factors, const ScoreSettings& s) {
    require(factors.size() > 0, "[", metric, "] expected factors, got none");
    require(s.group > 0 && s.train > 0 && s.test > 0, "[", metric,
            "] expected numbers above 0, got groups of ", s.group, ", ", s.train,
            " to learn from, ", s.test, " to judge by");
}

/// What a classifier sees of groups, and which factor each group shares.
struct Groups {
    Array features;  // (groups, units)
    Indices factor;  // (groups)
};

/// For each group, a factor is drawn and `one_group` adds the numbers of its items; then
/// `features` makes one row of all codes of a group.
template <class OneGroup, class Features>
Groups draw_groups(const Factors& factors, const Code& code, nn::Random& random, std::size_t count,
                   OneGroup one_group, Features features) {
    Groups groups{.features = {}, .factor = Indices(count)};
    Indices items;
    for (std::size_t& k : groups.factor) {
        k = random.below(factors.size());
        one_group(k, items);
    }
    const Array codes = code(items);
    check_rows("disentanglement", items, codes);
    const std::size_t units = codes.shape(1), each = items.size() / count;
    groups.features.resize({count, units});
    for (std::size_t g = 0; g < count; ++g)
        for (std::size_t unit = 0; unit < units; ++unit) {
            Numbers mine(each);
            for (std::size_t i = 0; i < each; ++i) mine[i] = double{codes(g * each + i, unit)};
            groups.features(g, unit) = static_cast<Real>(features(mine));
        }
    return groups;
}

std::size_t draw_item(const Factors& factors, nn::Random& random) {
    return random.below(factors.combinations());
}

/// Groups of items that share a factor, seen through the variance of each unit.
Groups variances(const Factors& factors, const Code& code, nn::Random& random, std::size_t count,
                 std::size_t size) {
    return draw_groups(
        factors, code, random, count,
        [&](std::size_t k, Indices& items) {
            const std::size_t shared = random.below(factors[k].values);
            for (std::size_t i = 0; i < size; ++i)
                items.push_back(factors.with(draw_item(factors, random), k, shared));
        },
        [](const Numbers& mine) { return covariance(mine, mine); });
}

/// Groups of pairs that share a factor within each pair, seen through mean absolute differences.
Groups differences(const Factors& factors, const Code& code, nn::Random& random, std::size_t count,
                   std::size_t pairs) {
    return draw_groups(
        factors, code, random, count,
        [&](std::size_t k, Indices& items) {
            for (std::size_t i = 0; i < pairs; ++i) {
                items.push_back(draw_item(factors, random));
                const std::size_t shared = factors.value(items.back(), k);
                items.push_back(factors.with(draw_item(factors, random), k, shared));
            }
        },
        [](const Numbers& mine) {
            double sum = 0;
            for (std::size_t i = 0; i < mine.size(); i += 2) sum += std::abs(mine[i] - mine[i + 1]);
            return 2 * sum / static_cast<double>(mine.size());
        });
}

/// For each group the unit with the smallest variance, in units of that over all items.
Indices votes(const Groups& groups, const Numbers& variance) {
    Indices out;
    for (std::size_t g = 0; g < groups.factor.size(); ++g) {
        std::size_t least = variance.size();
        const auto relative = [&](std::size_t unit) {
            return double{groups.features(g, unit)} / variance[unit];
        };
        for (std::size_t unit = 0; unit < variance.size(); ++unit)
            if (variance[unit] > active_variance &&
                (least == variance.size() || relative(unit) < relative(least)))
                least = unit;
        out.push_back(least);
    }
    return out;
}

/// The features of each unit less their mean and over their deviation in `like`.
Array standardised(const Array& features, const Array& like) {
    Array out = features;
    for (std::size_t unit = 0; unit < features.shape(1); ++unit) {
        const Numbers all = column(like, unit);
        const double mean = mean_of(all), deviation = std::sqrt(covariance(all, all)) + 1e-12;
        for (std::size_t g = 0; g < features.shape(0); ++g)
            out(g, unit) = static_cast<Real>((double{features(g, unit)} - mean) / deviation);
    }
    return out;
}

/// A linear classifier of features (G, units), by logistic regression.
nn::Linear fit_linear(const Array& features, const Indices& kind, std::size_t kinds,
                      nn::Random& random) {
    nn::Linear linear(features.shape(1), kinds, random);
    nn::Adam adam(linear, {.learning_rate = Real(0.05)});
    Tape tape;
    for (int step = 0; step < 500; ++step) {
        tape.rewind();
        const nn::Categorical guess{linear(tape.constant(features))};
        adam.step(tape.backward(-mean(guess.log_prob(kind))));
    }
    return linear;
}

double accuracy(const nn::Linear& linear, const Array& features, const Indices& kind) {
    const Indices guess = nn::argmax(nn::map_rows(features, linear));
    std::size_t right = 0;
    for (std::size_t g = 0; g < kind.size(); ++g) right += guess[g] == kind[g];
    return static_cast<double>(right) / static_cast<double>(kind.size());
}

}  // namespace

Indices draw_items(const Factors& factors, std::size_t count, nn::Random& random) {
    Indices items(count);
    for (std::size_t& item : items) item = draw_item(factors, random);
    return items;
}

MutualInformationGap mutual_information_gap(const Factors& factors, const Indices& items,
                                            const Array& codes, std::size_t bins) {
    check("mutual_information_gap", factors, items, codes);
    require(bins > 0, "[mutual_information_gap] expected at least 1 bin, got 0");
    std::vector<Indices> units;
    for (std::size_t unit = 0; unit < codes.shape(1); ++unit)
        units.push_back(cut(column(codes, unit), bins));

    MutualInformationGap out;
    for (std::size_t k = 0; k < factors.size(); ++k) {
        const Indices values = values_of(factors, items, k);
        Numbers told;
        for (const Indices& unit : units)
            told.push_back(information(unit, bins, values, factors[k].values));
        out.information.push_back(told);
        out.entropy.push_back(entropy_of(values, factors[k].values));
        out.gap.push_back(out.entropy[k] > 0 ? lead(told) / out.entropy[k] : 0);
    }
    out.score = mean_of(out.gap);
    return out;
}

double separated_attribute_predictability(const Factors& factors, const Indices& items,
                                          const Array& codes) {
    check("separated_attribute_predictability", factors, items, codes);
    Numbers leads;
    for (std::size_t k = 0; k < factors.size(); ++k) {
        const Indices values = values_of(factors, items, k);
        const Numbers numbers(values.begin(), values.end());
        Numbers scores;
        for (std::size_t unit = 0; unit < codes.shape(1); ++unit) {
            const Numbers x = column(codes, unit);
            scores.push_back(factors[k].categorical
                                 ? nearest_mean_accuracy(x, values, factors[k].values)
                                 : explained(x, numbers));
        }
        leads.push_back(lead(scores));
    }
    return mean_of(leads);
}

double factor_vae_score(const Factors& factors, const Code& code, nn::Random& random,
                        const ScoreSettings& s) {
    check("factor_vae_score", factors, s);
    const Indices items =
        draw_items(factors, std::min<std::size_t>(10'000, s.train * s.group), random);
    const Array all = code(items);
    check_rows("factor_vae_score", items, all);
    Numbers variance;
    for (std::size_t unit = 0; unit < all.shape(1); ++unit) {
        const Numbers x = column(all, unit);
        variance.push_back(covariance(x, x));
    }
    if (*std::max_element(variance.begin(), variance.end()) <= active_variance)
        return 1 / static_cast<double>(factors.size());

    const Groups train = variances(factors, code, random, s.train, s.group);
    const Groups test = variances(factors, code, random, s.test, s.group);
    const Indices train_votes = votes(train, variance), test_votes = votes(test, variance);
    std::vector<Indices> meaning(variance.size(), Indices(factors.size(), 0));
    for (std::size_t g = 0; g < s.train; ++g) ++meaning[train_votes[g]][train.factor[g]];
    std::size_t right = 0;
    for (std::size_t g = 0; g < s.test; ++g) {
        const Indices& mine = meaning[test_votes[g]];
        right += static_cast<std::size_t>(std::max_element(mine.begin(), mine.end()) -
                                          mine.begin()) == test.factor[g];
    }
    return static_cast<double>(right) / static_cast<double>(s.test);
}

double beta_vae_score(const Factors& factors, const Code& code, nn::Random& random,
                      const ScoreSettings& s) {
    check("beta_vae_score", factors, s);
    const Groups train = differences(factors, code, random, s.train, s.group);
    const Groups test = differences(factors, code, random, s.test, s.group);
    const nn::Linear linear = fit_linear(standardised(train.features, train.features), train.factor,
                                         factors.size(), random);
    return accuracy(linear, standardised(test.features, train.features), test.factor);
}

Disentanglement disentanglement(const Factors& factors, const Code& code, nn::Random& random,
                                std::size_t items, const ScoreSettings& settings) {
    const Indices drawn = draw_items(factors, items, random);
    const Array codes = code(drawn);
    Disentanglement out{.mutual_information = mutual_information_gap(factors, drawn, codes)};
    out.mig = out.mutual_information.score;
    out.sap = separated_attribute_predictability(factors, drawn, codes);
    out.factor_vae = factor_vae_score(factors, code, random, settings);
    out.beta_vae = beta_vae_score(factors, code, random, settings);
    return out;
}

}  // namespace models
