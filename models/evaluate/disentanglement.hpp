/// @file
/// How well the units of a code stand for the factors that the data are made by, one for each.
///
/// Every metric here is of a code that is a function: the posterior mean, of a VAE. None can be
/// computed without the true factors. Locatello, Bauer, Lucic, Rätsch, Gelly, Schölkopf and Bachem
/// 2019 compare them all; where the papers leave something open, theirs is the choice made here.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "nn/data/factors.hpp"

namespace models {

/// The codes (N, units) of the items with these numbers.
using Code = std::function<autograd::Array(const autograd::Indices& items)>;

/// As many items as asked for, each drawn from all, each by itself.
autograd::Indices draw_items(const nn::Factors& factors, std::size_t count, nn::Random& random);

/// What each unit tells of each factor, and how far the best unit is ahead of the second.
struct MutualInformationGap {
    std::vector<std::vector<double>> information;  ///< [factor][unit]: I(unit; factor) in nats
    std::vector<double> entropy;                   ///< of each factor, in nats
    std::vector<double> gap;  ///< of each factor: best less second information, over its entropy
    double score = 0;         ///< MIG: the mean gap, from 0 to 1
};

/// Chen, Li, Grosse and Duvenaud 2018, eq. 6, from the codes (N, units) of some items. The code of a
/// unit is cut into `bins` equal parts of its range, whence the information is about (values − 1)
/// (bins − 1) / 2N too high for every unit, which the gap forgives. A perfect code does not get 1 if
/// a factor has more values than there are bins.
///
/// Throws if the shapes are others, a code is not finite, or there are no items, fewer than 2 units or
/// no bins.
MutualInformationGap mutual_information_gap(const nn::Factors& factors,
                                            const autograd::Indices& items,
                                            const autograd::Array& codes, std::size_t bins = 20);

/// Separated attribute predictability: how much better the best unit predicts a factor than the
/// second best, averaged over the factors. Kumar, Sattigeri and Balakrishnan 2018, section 3. Of a
/// factor with an order the measure is the share of variance that a line through the unit explains;
/// of a categorical one the share of items whose value is that with the nearest mean (the paper's
/// threshold for two values, for any number). A perfect code gets 1 for the former and 1 less chance
/// for the latter.
///
/// Throws as above.
double separated_attribute_predictability(const nn::Factors& factors,
                                          const autograd::Indices& items,
                                          const autograd::Array& codes);

/// How much is drawn for a score that is the accuracy of a classifier.
struct ScoreSettings {
    std::size_t group = 64;   ///< items (FactorVAE) or pairs (BetaVAE) that share a factor
    std::size_t train = 800;  ///< groups to learn from
    std::size_t test = 400;   ///< groups to judge by
};

/// Which factor do the items of a group have in common? The unit that varies least among them, in
/// units of its own variation over all items, casts its vote; what the vote of a unit means is
/// learnt by counting. The accuracy, from 1 / factors by chance to 1. Units whose variance is below
/// active_variance have no vote; if none has, the score is that of chance.
/// Kim and Mnih 2018, section 4 and appendix B.
///
/// Throws if a setting is 0, or codes have another shape or are not finite.
double factor_vae_score(const nn::Factors& factors, const Code& code, nn::Random& random,
                        const ScoreSettings& settings = {});

/// The same question about pairs of items, answered by a linear classifier that sees the mean
/// absolute difference of the two codes, unit by unit (in units of its spread over the groups).
/// Higgins et al. 2017, section 3.
///
/// Throws as above.
double beta_vae_score(const nn::Factors& factors, const Code& code, nn::Random& random,
                      const ScoreSettings& settings = {});

/// All of them.
struct Disentanglement {
    MutualInformationGap mutual_information;
    double mig = 0, sap = 0, factor_vae = 0, beta_vae = 0;
};

/// MIG and SAP from as many items as `items` says. Throws as above.
Disentanglement disentanglement(const nn::Factors& factors, const Code& code, nn::Random& random,
                                std::size_t items = 10'000, const ScoreSettings& settings = {});

}  // namespace models
