#include "models/evaluate/latent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

namespace {

constexpr std::size_t batch_size = 500;

/// Calls body(first, rows) for consecutive pieces of (N, D), `rows` being (B, D).
template <class Body>
void for_each_batch(const Array& images, Body body) {
    const std::size_t count = images.shape().at(0), width = images.shape().at(1);
    Array rows;
    for (std::size_t first = 0; first < count; first += batch_size) {
        rows.resize({std::min(batch_size, count - first), width});
        std::copy_n(images.data() + first * width, rows.size(), rows.data());
        body(first, rows);
    }
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

}  // namespace

LatentUse latent_use(const Vae& vae, const Array& images, nn::Random& random) {
    const std::size_t count = images.shape().at(0), units = vae.settings.latent;
    LatentUse use;
    use.kl_per_unit.assign(units, 0);
    std::vector<double> sum(units, 0), squares(units, 0);
    Tape tape;
    tape.set_inference(true);
    for_each_batch(images, [&](std::size_t, const Array& rows) {
        tape.rewind();
        const Variable x = tape.constant(rows);
        const nn::Normal q = vae.encode(x);
        const Variable z = q.sample(nn::standard_normal(tape, q.mean.shape(), random));
        for (const Real log_p : vae.log_likelihood(x, z).value().storage())
            use.reconstruction -= double{log_p};
        for (std::size_t i = 0; i < q.mean.value().size(); ++i) {
            const double m = q.mean.value().data()[i], l = q.log_variance.value().data()[i];
            use.kl_per_unit[i % units] += 0.5 * (std::exp(l) + m * m - 1 - l);
            sum[i % units] += m;
            squares[i % units] += m * m;
        }
    });
    const double n = static_cast<double>(count);
    use.reconstruction /= n;
    for (std::size_t k = 0; k < units; ++k) {
        use.kl_per_unit[k] /= n;
        use.kl += use.kl_per_unit[k];
        use.variance_per_unit.push_back(squares[k] / n - (sum[k] / n) * (sum[k] / n));
        if (use.variance_per_unit[k] > active_variance) ++use.active;
    }
    return use;
}

std::string verdict(const LatentUse& use) {
    const std::size_t units = use.kl_per_unit.size();
    const std::string count =
        autograd::text(use.active) + " of " + autograd::text(units) + " units active";
    if (use.active == 0) return count + ": the latent code is ignored; see chapter 10.";
    if (4 * use.active <= units) return count + ": collapsed, see chapter 10.";
    return count + ".";
}

LogLikelihood importance_weighted(const Vae& vae, const Array& images, std::size_t samples,
                                  nn::Random& random) {
    autograd::require(samples > 0, "[importance_weighted] wants at least one sample");
    LogLikelihood out{.per_image = {}, .samples = samples};
    Tape tape;
    tape.set_inference(true);
    for_each_batch(images, [&](std::size_t, const Array& rows) {
        tape.rewind();
        const nn::Normal encoded = vae.encode(tape.constant(rows));
        const Array mean = encoded.mean.value(), log_variance = encoded.log_variance.value();
        std::vector<StreamingLogSumExp> weights(rows.shape()[0]);
        for (std::size_t k = 0; k < samples; ++k) {
            tape.rewind();
            const nn::Normal q{tape.constant(mean), tape.constant(log_variance)};
            const Variable zeros = tape.constant(autograd::full(mean.shape(), 0));
            const Variable z = q.sample(nn::standard_normal(tape, mean.shape(), random));
            const Variable log_weight = vae.log_likelihood(tape.constant(rows), z) +
                                        nn::Normal{zeros, zeros}.log_prob(z) - q.log_prob(z);
            for (std::size_t b = 0; b < weights.size(); ++b)
                weights[b].add(double{log_weight.value().data()[b]});
        }
        for (const StreamingLogSumExp& total : weights)
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
