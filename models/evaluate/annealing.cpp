#include "models/evaluate/annealing.hpp"

#include <cmath>

#include "nn/rows.hpp"

namespace models {

using autograd::require;

namespace {

/// Chains, one to a row, and what is known where they are.
class Chains {
  public:
    Chains(const LogLikelihoodOf& log_likelihood, const Array& images, std::size_t latent,
           nn::Random& random, const AnnealingSettings& settings)
        : log_likelihood_(log_likelihood),
          x_(images),
          random_(random),
          leapfrogs_(settings.leapfrogs),
          step_(images.shape(0), settings.step),
          z_(random.normal({images.shape(0), latent})),
          momentum_(z_) {
        look(z_, log_p_, slope_);
    }

    /// ln p(x | z) of each.
    const Array& log_p() const { return log_p_; }

    /// A move that leaves p(z) p(x | z)^β as it is.
    void move(double beta) {
        random_.normal(momentum_);
        const Array start = momentum_;
        Array z = z_, log_p = log_p_, slope = slope_;
        kick(z, slope, beta, 0.5);
        for (std::size_t i = 0; i < leapfrogs_; ++i) {
            drift(z);
            look(z, log_p, slope);
            kick(z, slope, beta, i + 1 < leapfrogs_ ? 1 : 0.5);
        }
        for (std::size_t row = 0; row < step_.size(); ++row) {
            const double gain = minus_energy(beta, row, z, momentum_, log_p) -
                                minus_energy(beta, row, z_, start, log_p_);
            const bool accepted = std::log(1 - random_.uniform()) < gain;  // never for NaN
            if (accepted) {
                copy_row(row, z, z_);
                copy_row(row, slope, slope_);
                log_p_.data()[row] = log_p.data()[row];
            }
            step_[row] *= accepted ? 1.02 : 1 / std::pow(1.02, 0.65 / 0.35);
        }
    }

  private:
    std::size_t width() const { return z_.shape(1); }

    // ln p(x | z) and its gradient.
    void look(const Array& z, Array& log_p, Array& slope) {
        tape_.rewind();
        const Variable at = tape_.variable(z);
        const Variable found = log_likelihood_(tape_.constant(x_), at);
        log_p = found.value();
        slope = tape_.backward(sum(found)).of(at);
    }

    // Momentum along the gradient of ln p(z) + β ln p(x | z), and position along the momentum.
    void kick(const Array& z, const Array& slope, double beta, double share) {
        for (std::size_t i = 0; i < z.size(); ++i)
            momentum_.data()[i] +=
                static_cast<Real>(share * step_[i / width()] *
                                  (beta * double{slope.data()[i]} - double{z.data()[i]}));
    }
    void drift(Array& z) const {
        for (std::size_t i = 0; i < z.size(); ++i)
            z.data()[i] += static_cast<Real>(step_[i / width()] * double{momentum_.data()[i]});
    }

    double minus_energy(double beta, std::size_t row, const Array& z, const Array& momentum,
                        const Array& log_p) const {
        double sum = beta * double{log_p.data()[row]};
        for (std::size_t i = row * width(); i < (row + 1) * width(); ++i)
            sum -= (std::pow(double{z.data()[i]}, 2) + std::pow(double{momentum.data()[i]}, 2)) / 2;
        return sum;
    }
    void copy_row(std::size_t row, const Array& from, Array& to) const {
        std::copy_n(from.data() + row * width(), width(), to.data() + row * width());
    }

    const LogLikelihoodOf& log_likelihood_;
    const Array& x_;
    nn::Random& random_;
    std::size_t leapfrogs_;
    std::vector<double> step_;  ///< of each chain
    Array z_, momentum_;        ///< (R, latent)
    Array log_p_, slope_;       ///< ln p(x | z), (R,), and its gradient, (R, latent)
    Tape tape_;
};

// From 0 to 1, slowly at both ends.
double temperature(std::size_t i, std::size_t steps) {
    const auto at = [](double t) { return 1 / (1 + std::exp(-t)); };
    const double t = static_cast<double>(i) / static_cast<double>(steps);
    return (at(8 * t - 4) - at(-4)) / (at(4) - at(-4));
}

}  // namespace

LogLikelihood annealed(const LogLikelihoodOf& log_likelihood, std::size_t latent,
                       const Array& images, nn::Random& random, const AnnealingSettings& s) {
    require(s.temperatures > 0 && s.chains > 0 && s.leapfrogs > 0 && s.step > 0 && latent > 0,
            "[annealed] expected temperatures, chains, leapfrogs, a step and latent units above 0");
    require(images.dimension() > 0 && images.size() > 0, "[annealed] expected images, got ",
            images);
    std::vector<double> per_image;
    nn::for_each_piece(images, 50, [&](std::size_t, const Array& some) {
        const std::size_t count = some.shape(0);
        const Array rows = nn::evaluate([&](Variable x) { return repeat(x, s.chains); }, some);
        Chains chains(log_likelihood, rows, latent, random, s);
        std::vector<double> log_weight(count * s.chains, 0);
        for (std::size_t i = 1; i <= s.temperatures; ++i) {
            const double beta = temperature(i, s.temperatures);
            const double rise = beta - temperature(i - 1, s.temperatures);
            for (std::size_t r = 0; r < log_weight.size(); ++r)
                log_weight[r] += rise * double{chains.log_p().data()[r]};
            if (i < s.temperatures) chains.move(beta);
        }
        for (std::size_t n = 0; n < count; ++n) {
            StreamingLogSumExp total;
            for (std::size_t r = n; r < log_weight.size(); r += count) total.add(log_weight[r]);
            per_image.push_back(total.value() - std::log(static_cast<double>(s.chains)));
        }
    });
    return summary(std::move(per_image), s.chains);
}

}  // namespace models
