/// @file
/// The training of a VAE on random numbers, whose steps a benchmark times.
#pragma once

#include "bench.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "nn/optim/optimizer.hpp"

namespace bench {

/// So many images of this shape, of uniformly distributed numbers, all of one class.
inline nn::Dataset random_images(std::size_t count, const autograd::Shape& item,
                                 nn::Random& random) {
    nn::Dataset out;
    out.images = random.uniform({count, autograd::element_count(item)});
    out.labels.assign(count, 0);
    out.item = item;
    out.classes = 1;
    return out;
}

/// A VAE, made by `make` from random numbers, which learns from batches of the shape `batch`, (B, ...).
class VaeTraining {
  public:
    VaeTraining(const nn::Dataset& data, const autograd::Shape& batch,
                const std::function<models::Vae(nn::Random&)>& make)
        : vae_(make(random_)), batches_(data, batch[0]), batch_(batch) {}

    /// Trains for an epoch; the seconds that its steps took, the batches not counted.
    double epoch() {
        double in_steps = 0;
        for (const nn::Batch& part : batches_.shuffled(random_))
            in_steps += seconds([&] {
                tape_.rewind();
                const auto x = tape_.constant(part.images, batch_);
                adam_.step(tape_.backward(-vae_.elbo(x, random_).value()));
            });
        return in_steps;
    }

  private:
    nn::Random random_{1};
    models::Vae vae_;
    nn::Adam adam_{vae_, {.learning_rate = 1e-3f}};
    nn::Batches batches_;
    autograd::Shape batch_;
    autograd::Tape tape_{};
};

}  // namespace bench
