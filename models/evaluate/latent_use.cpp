#include "models/evaluate/latent_use.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

#include "nn/rows.hpp"

namespace models {

// --- measuring ------------------------------------------------------------------------------------

namespace {

/// ln N(z; m, e^l) without its constant.
double log_normal(double z, double m, double l) {
    return -0.5 * (l + (z - m) * (z - m) * std::exp(-l));
}

/// Collects the use of the units of one level, image by image.
class UnitSums {
  public:
    explicit UnitSums(std::size_t units) : kl_(units, 0), sum_(units, 0), squares_(units, 0) {}

    void add(const LatentLevel& level) {
        const Array &m = level.posterior.mean.value(), &l = level.posterior.log_variance.value();
        if (level.log_p) {
            const Array kl = models::kl(level).value();
            whole_ = whole_.value_or(0) + std::accumulate(kl.begin(), kl.end(), 0.0);
        }
        const auto prior = [&](const Variable nn::Normal::*part, std::size_t i) {
            return level.prior ? double{((*level.prior).*part).value().data()[i]} : 0.0;
        };
        for (std::size_t i = 0; i < m.size(); ++i)
            add(i % kl_.size(), m.data()[i], l.data()[i], prior(&nn::Normal::mean, i),
                prior(&nn::Normal::log_variance, i), level.z.value().data()[i],
                level.closed_form && !level.log_p);
    }

    LevelUse mean(double images) const {
        LevelUse use;
        for (std::size_t k = 0; k < kl_.size(); ++k) {
            use.kl_per_unit.push_back(kl_[k] / images);
            use.kl += use.kl_per_unit[k];
            const double mean = sum_[k] / images;
            use.variance_per_unit.push_back(squares_[k] / images - mean * mean);
            if (use.variance_per_unit[k] > active_variance) ++use.active;
        }
        if (whole_) {
            use.kl = *whole_ / images;
            use.kl_per_unit.clear();
        }
        return use;
    }

  private:
    void add(std::size_t unit, double m, double l, double prior_m, double prior_l, double z,
             bool closed_form) {
        const double shift = (m - prior_m) * std::exp(-prior_l / 2);
        kl_[unit] += closed_form ? 0.5 * (std::expm1(l - prior_l) + shift * shift - (l - prior_l))
                                 : log_normal(z, m, l) - log_normal(z, prior_m, prior_l);
        const double place = closed_form ? shift : m;
        sum_[unit] += place;
        squares_[unit] += place * place;
    }

    std::vector<double> kl_, sum_, squares_;
    std::optional<double> whole_;  ///< of all units together, where the prior is no product of them
};

}  // namespace

LatentUse latent_use(const DrawFrom& draw, const Given& given, nn::Random& random) {
    std::vector<UnitSums> sums;
    LatentUse use;
    Tape tape;
    nn::set_evaluation(tape);
    for_each_piece("latent_use", given, 500, [&](const std::vector<Array>& rows) {
        tape.rewind();
        const Draws draws = draw(constants(tape, rows), 1, random);
        const Array& log_p = draws.log_likelihood.value();
        use.reconstruction -= std::accumulate(log_p.begin(), log_p.end(), 0.0);
        for (std::size_t l = 0; l < draws.levels.size(); ++l) {
            if (l == sums.size()) sums.emplace_back(draws.levels[l].z.shape().at(1));
            sums[l].add(draws.levels[l]);
        }
    });
    const double n = static_cast<double>(given[0].get().shape(0));
    use.reconstruction /= n;
    for (const UnitSums& level : sums) {
        use.levels.push_back(level.mean(n));
        use.kl += use.levels.back().kl;
    }
    return use;
}

// --- in words -------------------------------------------------------------------------------------

namespace {

std::string number(const char* format, double value) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string nats(double value) { return number(std::abs(value) < 1e6 ? "%.2f" : "%.3g", value); }

std::string active_of(const LevelUse& use) {
    return autograd::text(use.active) + " of " + autograd::text(use.units()) + " units";
}

std::string verdict(const LevelUse& only) {
    if (only.active == 0) return active_of(only) + " active: the latent code is ignored.";
    return active_of(only) + (only.collapsed() ? " active: collapsed." : " active.");
}

std::string price(const LatentUse& use) {
    std::string text = "reconstruction " + nats(use.reconstruction) + " + KL ";
    for (std::size_t l = 0; l < use.levels.size(); ++l)
        text.append(l == 0 ? "" : " + ").append(nats(use.levels[l].kl));
    return text + " = " + nats(use.neg_elbo()) + " nats per image";
}

std::string per_unit(const std::string& title, const LevelUse& use) {
    std::vector<double> sorted = use.kl_per_unit;
    const auto falls = [](double a, double b) {
        return a > b || (std::isnan(a) && !std::isnan(b));
    };
    std::sort(sorted.begin(), sorted.end(), falls);
    std::string text = title + ":";
    std::size_t small = 0;
    for (const double kl : sorted) {
        if (std::abs(kl) < 0.005)
            ++small;
        else
            text.append(" ").append(nats(kl));
    }
    if (small == 0) return text;
    return text + (small < sorted.size() ? " and " : " ") + autograd::text(small) + " of 0.00";
}

}  // namespace

std::string verdict(const LatentUse& use) {
    if (!std::isfinite(use.neg_elbo()))
        return "The bound is " + nats(use.neg_elbo()) + ": nothing can be said of the units.";
    if (use.levels.size() == 1) return verdict(use.levels[0]);
    std::string sentence;
    for (std::size_t l = use.levels.size(); l-- > 0;) {
        const LevelUse& level = use.levels[l];
        sentence += (sentence.empty() ? "Level " : ", level ") + autograd::text(l + 1) +
                    (level.silent() ? " is silent: " : " says ") + number("%.1f", level.kl) +
                    " nats with " + active_of(level);
    }
    return sentence + ".";
}

std::string report(const LatentUse& use) {
    std::string text = price(use);
    const bool alone = use.levels.size() == 1;
    for (std::size_t l = use.levels.size(); l-- > 0;) {
        if (use.levels[l].kl_per_unit.empty()) continue;
        const std::string level = alone ? "" : " of level " + autograd::text(l + 1);
        text += "\n  " + per_unit("KL per unit" + level, use.levels[l]);
    }
    return text + "\n  " + verdict(use);
}

}  // namespace models
