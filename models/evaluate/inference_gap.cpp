#include "models/evaluate/inference_gap.hpp"

#include <numeric>

#include "nn/optim/optimizer.hpp"
#include "nn/rows.hpp"

namespace models {

using autograd::require;

namespace {

/// The q of some images, to be moved. Adam treats each number by itself, so images do not disturb each
/// other.
struct Moved {
    Parameter mean, log_variance;

    void visit(auto&& see) {
        see("mean", mean);
        see("log_variance", log_variance);
    }
};

void refine(const DrawsOf& model, const Array& images, Moved& q, nn::Random& random,
            const RefinementSettings& s) {
    nn::Adam adam(q, {.learning_rate = s.learning_rate});
    const Shape shape = {s.samples * images.shape(0), q.mean.value.shape(1)};
    const auto count = static_cast<Real>(images.shape(0));  // the bound is a mean over images
    Tape tape, update;
    for (std::size_t step = 0; step < s.steps; ++step) {
        const double done = static_cast<double>(step) / static_cast<double>(s.steps);
        adam.set_learning_rate(s.learning_rate * static_cast<Real>(1 - 0.9 * done));
        tape.rewind();
        const Variable mean = tape.variable(q.mean.value),
                       log_variance = tape.variable(q.log_variance.value);
        const nn::Normal each = repeat(nn::Normal{mean, log_variance}, s.samples);
        const Variable z = each.sample(nn::standard_normal(tape, shape, random));
        const Variable bound = elbo(model(tape.constant(images), each, z)).value();
        const autograd::Gradients& up = tape.backward(count * bound);
        // Adam is to see these gradients alone, not those of the model.
        update.rewind();
        adam.step(update.backward(
            -(sum(update.parameter(q.mean) * update.constant(up.of(mean))) +
              sum(update.parameter(q.log_variance) * update.constant(up.of(log_variance))))));
    }
}

void require_fit(const char* operation, const Array& images, const Posteriors& q) {
    require(images.dimension() > 0 && images.size() > 0, "[", operation, "] expected images, got ",
            images);
    require(q.mean.dimension() == 2 && q.mean.shape(0) == images.shape(0) &&
                q.log_variance.shape() == q.mean.shape(),
            "[", operation, "] expected a q for each of ", images.shape(0), " images, got ", q.mean,
            " and ", q.log_variance);
}

/// Some images at a time, with their q.
void for_each_piece(const Array& images, const Posteriors& q,
                    const std::function<void(const Indices&, const Array&, const Posteriors&)>& f) {
    nn::for_each_piece(images, 100, [&](std::size_t begin, const Array& some) {
        Indices rows(some.shape(0));
        std::iota(rows.begin(), rows.end(), begin);
        f(rows, some, {nn::take(q.mean, rows), nn::take(q.log_variance, rows)});
    });
}

void put(const Array& from, const Indices& rows, Array& to) {
    std::copy(from.begin(), from.end(), to.data() + rows.front() * to.shape(1));
}

}  // namespace

Posteriors refine(const DrawsOf& model, const Array& images, Posteriors q, nn::Random& random,
                  const RefinementSettings& s) {
    require(s.steps > 0 && s.samples > 0 && s.learning_rate > 0,
            "[refine] expected steps, samples and a learning rate above 0");
    require_fit("refine", images, q);
    for_each_piece(images, Posteriors(q),
                   [&](const Indices& rows, const Array& some, const Posteriors& start) {
                       Moved moved{{start.mean}, {start.log_variance}};
                       refine(model, some, moved, random, s);
                       put(moved.mean.value, rows, q.mean);
                       put(moved.log_variance.value, rows, q.log_variance);
                   });
    return q;
}

std::vector<double> bounds(const DrawsOf& model, const Array& images, const Posteriors& q,
                           std::size_t samples, nn::Random& random) {
    require(samples > 0, "[bounds] expected at least one sample, got 0");
    require_fit("bounds", images, q);
    std::vector<double> out(images.shape(0), 0);
    Tape tape;
    nn::set_evaluation(tape);
    for_each_piece(images, q, [&](const Indices& rows, const Array& some, const Posteriors& own) {
        const Shape shape = own.mean.shape();
        for (std::size_t k = 0; k < samples; ++k) {
            tape.rewind();
            const nn::Normal each{tape.constant(own.mean), tape.constant(own.log_variance)};
            const Variable z = each.sample(nn::standard_normal(tape, shape, random));
            const Draws draws = model(tape.constant(some), each, z);
            Variable bound = draws.log_likelihood;
            for (const LatentLevel& level : draws.levels) bound = bound - kl(level);
            const Array& values = bound.value();
            for (std::size_t i = 0; i < rows.size(); ++i)
                out[rows[i]] += double{values.data()[i]} / static_cast<double>(samples);
        }
    });
    return out;
}

}  // namespace models
