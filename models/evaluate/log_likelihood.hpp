/// @file
/// How well a latent-variable model explains images that it has not been trained on.
#pragma once

#include "models/evaluate/given.hpp"

namespace models {

/// ln p(x) estimated by importance weighting.
struct LogLikelihood {
    std::vector<double> per_image;  ///< nats; a lower bound in expectation that rises with K
    double mean = 0;
    double standard_error = 0;  ///< of the mean, from the spread over the images
    std::size_t samples = 0;    ///< K
};

/// With mean and standard error, which is infinite if the mean is.
LogLikelihood summary(std::vector<double> per_image, std::size_t samples);

/// ln Σ eˣ of numbers that come one after the other, in double precision.
class StreamingLogSumExp {
  public:
    void add(double x);
    /// −∞ of no numbers.
    double value() const;

  private:
    double largest_ = -std::numeric_limits<double>::infinity();
    double total_ = 0;  ///< Σ e^(x − largest)
};

/// ln 1/K Σ p(x, zₖ) / q(zₖ | x) over K samples zₖ ~ q(z | x), for each of the images (N, ...). Some
/// samples are drawn at a time, so that no memory is needed for K. A draw of weight 0 counts as such;
/// an image all of whose draws are impossible has −∞. Throws if K is 0, there are no images, or the
/// weights are not as many as they should be. Burda, Grosse and Salakhutdinov 2016, eq. 8.
LogLikelihood importance_weighted(const DrawFrom& draw, const Given& given, std::size_t samples,
                                  nn::Random& random);

template <LatentVariableModel Model>
LogLikelihood importance_weighted(const Model& model, const Array& images, std::size_t samples,
                                  nn::Random& random) {
    return importance_weighted(draw_from(model), {images}, samples, random);
}
/// The same of ln p(x | c), with a condition for each image, (N, C).
template <ConditionalModel Model>
LogLikelihood importance_weighted(const Model& model, const Array& images, const Array& conditions,
                                  std::size_t samples, nn::Random& random) {
    return importance_weighted(draw_from(model), {images, conditions}, samples, random);
}

}  // namespace models
