#include "models/evaluate/latent.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

namespace models {

namespace {

/// Rows first ≤ i < first + count of (N, D).
Array some_rows(const Array& from, std::size_t first, std::size_t count) {
    const std::size_t width = from.shape().at(1);
    Array rows(autograd::Shape{count, width});
    std::copy_n(from.data() + first * width, rows.size(), rows.data());
    return rows;
}

/// Calls body(first, rows) for consecutive pieces of (N, D), `rows` being (B, D).
template <class Body>
void for_each_batch(const Array& images, std::size_t batch_size, Body body) {
    const std::size_t count = images.shape().at(0);
    for (std::size_t first = 0; first < count; first += batch_size)
        body(first, some_rows(images, first, std::min(batch_size, count - first)));
}

/// ln Σ eˣ of numbers that come one after the other.
class StreamingLogSumExp {
  public:
    void add(double x) {
        if (x > largest_) total_ *= std::exp(std::exchange(largest_, x) - x);
        total_ += std::exp(x - largest_);
    }
    double value() const { return largest_ + std::log(total_); }

  private:
    double largest_ = -std::numeric_limits<double>::infinity();
    double total_ = 0;  // Σ e^(x − largest)
};

/// Collects the use of units, image by image.
class UnitSums {
  public:
    explicit UnitSums(std::size_t units) : kl_(units, 0), sum_(units, 0), squares_(units, 0) {}

    std::size_t units() const { return kl_.size(); }
    /// `place` is how far the posterior mean stands from where the prior expected it.
    void add(std::size_t unit, double kl, double place) {
        kl_[unit] += kl;
        sum_[unit] += place;
        squares_[unit] += place * place;
    }
    LatentUse mean(double images) const {
        LatentUse use;
        for (std::size_t k = 0; k < units(); ++k) {
            use.kl_per_unit.push_back(kl_[k] / images);
            use.kl += use.kl_per_unit[k];
            const double mean = sum_[k] / images;
            use.variance_per_unit.push_back(squares_[k] / images - mean * mean);
            if (use.variance_per_unit[k] > active_variance) ++use.active;
        }
        return use;
    }

  private:
    std::vector<double> kl_, sum_, squares_;
};

double total(const Array& values) {
    return std::accumulate(values.storage().begin(), values.storage().end(), 0.0);
}

/// ln N(z; m, e^l) without its constant.
double log_normal(double z, double m, double l) {
    return -0.5 * (l + (z - m) * (z - m) * std::exp(-l));
}

void add_level(UnitSums& sums, const LatentLevel& level, bool closed_form) {
    const auto& [q, p, z] = level;
    for (std::size_t i = 0; i < z.value().size(); ++i) {
        const double m = q.mean.value().data()[i], l = q.log_variance.value().data()[i];
        const double prior_m = p.mean.value().data()[i], prior_l = p.log_variance.value().data()[i];
        const double shift = (m - prior_m) * std::exp(-prior_l / 2), at = z.value().data()[i];
        const double kl = closed_form
                              ? 0.5 * (std::exp(l - prior_l) + shift * shift - 1 - (l - prior_l))
                              : log_normal(at, m, l) - log_normal(at, prior_m, prior_l);
        const double place = closed_form ? shift : m;
        sums.add(i % sums.units(), kl, place);
    }
}

}  // namespace

LatentUse latent_use(const Vae& vae, const Array& images, nn::Random& random) {
    UnitSums sums(vae.settings.latent);
    double reconstruction = 0;
    Tape tape;
    tape.set_inference(true);
    for_each_batch(images, 500, [&](std::size_t, const Array& rows) {
        tape.rewind();
        const Variable x = tape.constant(rows);
        const nn::Normal q = vae.encode(x);
        const Variable z = q.sample(nn::standard_normal(tape, q.mean.shape(), random));
        reconstruction -= total(vae.log_likelihood(x, z).value());
        for (std::size_t i = 0; i < q.mean.value().size(); ++i) {
            const double m = q.mean.value().data()[i], l = q.log_variance.value().data()[i];
            sums.add(i % sums.units(), 0.5 * (std::exp(l) + m * m - 1 - l), m);
        }
    });
    const double n = static_cast<double>(images.shape().at(0));
    LatentUse use = sums.mean(n);
    use.reconstruction = reconstruction / n;
    return use;
}

LatentUse latent_use(const Cvae& cvae, const Array& images, const Array& conditions,
                     nn::Random& random) {
    autograd::require(conditions.shape().at(0) == images.shape().at(0), "[latent_use] got ",
                      conditions.shape()[0], " conditions of ", images.shape()[0], " images");
    UnitSums sums(cvae.settings.vae.latent);
    double reconstruction = 0;
    Tape tape;
    tape.set_inference(true);
    for_each_batch(images, 500, [&](std::size_t first, const Array& rows) {
        tape.rewind();
        const Variable x = tape.constant(rows);
        const Variable c = tape.constant(some_rows(conditions, first, rows.shape()[0]));
        const nn::Normal q = cvae.encode(x, c);
        const Variable z = q.sample(nn::standard_normal(tape, q.mean.shape(), random));
        reconstruction -= total(cvae.log_likelihood(x, z, c).value());
        add_level(sums, {q, cvae.prior(c), z}, true);
    });
    const double n = static_cast<double>(images.shape()[0]);
    LatentUse use = sums.mean(n);
    use.reconstruction = reconstruction / n;
    return use;
}

std::vector<LatentUse> latent_use(const HierarchicalVae& model, const Array& images,
                                  nn::Random& random) {
    std::vector<UnitSums> sums(model.settings.latent.begin(), model.settings.latent.end());
    double reconstruction = 0;
    Tape tape;
    tape.set_inference(true);
    for_each_batch(images, 500, [&](std::size_t, const Array& rows) {
        tape.rewind();
        const Variable x = tape.constant(rows);
        const auto found = model.infer(x, model.noise(tape, rows.shape()[0], random));
        reconstruction -= total(model.log_likelihood(x, draws(found)).value());
        for (std::size_t l = 0; l < found.size(); ++l)
            add_level(sums[l], found[l], model.closed_form_kl(l));
    });
    const double n = static_cast<double>(images.shape().at(0));
    std::vector<LatentUse> use;
    for (const UnitSums& level : sums) use.push_back(level.mean(n));
    use[0].reconstruction = reconstruction / n;
    return use;
}

std::string verdict(const LatentUse& use) {
    const std::size_t units = use.kl_per_unit.size();
    const std::string count =
        autograd::text(use.active) + " of " + autograd::text(units) + " units active";
    if (use.active == 0) return count + ": the latent code is ignored; see chapter 10.";
    if (10 * use.active <= units) return count + ": collapsed, see chapter 10.";
    return count + ".";
}

std::string verdict(const std::vector<LatentUse>& levels) {
    std::string sentence;
    for (std::size_t l = levels.size(); l-- > 0;) {
        const LatentUse& use = levels[l];
        const bool silent = use.kl < 1 || use.active == 0;
        char kl[32];
        std::snprintf(kl, sizeof kl, "%.1f", use.kl);
        sentence += std::string(sentence.empty() ? "Level " : ", level ") + autograd::text(l + 1) +
                    (silent ? " is silent: " : " says ") + kl + " nats with " +
                    autograd::text(use.active) + " of " + autograd::text(use.kl_per_unit.size()) +
                    " units";
    }
    return sentence + ".";
}

namespace {

std::string nats(double number) {
    char text[32];
    std::snprintf(text, sizeof text, std::abs(number) < 1e6 ? "%.2f" : "%.3g", number);
    return text;
}

std::string price(const std::vector<LatentUse>& levels) {
    std::string text = "reconstruction " + nats(levels.at(0).reconstruction) + " + KL ";
    double sum = 0;
    for (const LatentUse& level : levels) {
        text.append(&level == &levels.front() ? "" : " + ").append(nats(level.kl));
        sum += level.neg_elbo();
    }
    return text + " = " + nats(sum) + " nats per image";
}

std::string per_unit(const std::string& title, const LatentUse& use) {
    std::vector<double> sorted = use.kl_per_unit;
    std::sort(sorted.rbegin(), sorted.rend());
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

std::string report(const LatentUse& use) {
    return price({use}) + "\n  " + per_unit("KL per unit", use) + "\n  " + verdict(use);
}

std::string report(const std::vector<LatentUse>& levels) {
    std::string text = price(levels);
    for (std::size_t l = levels.size(); l-- > 0;)
        text += "\n  " + per_unit("KL per unit of level " + autograd::text(l + 1), levels[l]);
    return text + "\n  " + verdict(levels);
}

LogLikelihood importance_weighted(const LogWeights& log_weights, const Array& images,
                                  std::size_t samples, nn::Random& random) {
    autograd::require(samples > 0, "[importance_weighted] wants at least one sample");
    LogLikelihood out{.per_image = {}, .samples = samples};
    Tape tape;
    tape.set_inference(true);
    // Some samples of some images at a time: an image is encoded once for all of these.
    for_each_batch(images, 50, [&](std::size_t, const Array& rows) {
        const std::size_t count = rows.shape()[0];
        std::vector<StreamingLogSumExp> totals(count);
        for (std::size_t done = 0, now; done < samples; done += now) {
            now = std::min<std::size_t>(20, samples - done);
            tape.rewind();
            const Array& weights = log_weights(tape.constant(rows), now, random).value();
            autograd::require(weights.size() == now * count, "[importance_weighted] got weights ",
                              weights, ", wanted ", now, " for each of ", count, " images");
            for (std::size_t i = 0; i < weights.size(); ++i)
                totals[i % count].add(double{weights.data()[i]});
        }
        for (const StreamingLogSumExp& total : totals)
            out.per_image.push_back(total.value() - std::log(static_cast<double>(samples)));
    });
    const double n = static_cast<double>(out.per_image.size());
    double squares = 0;
    for (const double value : out.per_image) out.mean += value / n;
    for (const double value : out.per_image) squares += (value - out.mean) * (value - out.mean);
    out.standard_error = std::sqrt(squares / std::max(n - 1, 1.0) / n);
    return out;
}

}  // namespace models
