// After a few steps, further ones take no memory from the heap, whatever the model.
#include <doctest/doctest.h>

#include "../allocations.hpp"
#include "models/cvae.hpp"
#include "models/hierarchical_vae.hpp"
#include "models/priors.hpp"
#include "models/semi_supervised.hpp"
#include "models/sequence_vae.hpp"
#include "models/vae.hpp"
#include "nn/optim/optimizer.hpp"

using namespace models;

namespace {

/// How often a step asks for memory once the first few are over. Not counted: whatever a model's own
/// first steps are for.
template <class Model, class Loss>
std::size_t allocated_by(Model& model, const Loss& loss) {
    nn::Adam adam(model);
    Tape tape;
    std::size_t before = 0;
    for (int step = 0; step < 6; ++step) {
        if (step == 3) before = allocations();
        tape.rewind();
        adam.step(tape.backward(loss(tape)));
    }
    return allocations() - before;
}

}  // namespace

TEST_CASE("a step of a model takes no memory from the heap") {
    nn::Random random(1);
    const Array x = random.uniform({4, 7}), c = random.normal({4, 3});
    Vae vae({.input = 7, .hidden = {5}, .latent = 2}, random);
    Cvae cvae({.vae = {.input = 7, .hidden = {5}, .latent = 2}, .condition = 3}, random);
    for (const std::size_t samples : {1, 3}) {
        CAPTURE(samples);
        CHECK(allocated_by(vae, [&](Tape& tape) {
                  return -elbo(vae.draw(tape.constant(x), samples, random)).value(2, 1);
              }) == 0);
        CHECK(allocated_by(vae, [&](Tape& tape) {
                  return -importance_weighted(vae.draw(tape.constant(x), samples, random));
              }) == 0);
        CHECK(allocated_by(cvae, [&](Tape& tape) {
                  const Variable given = tape.constant(c);
                  return -elbo(cvae.draw(tape.constant(x), given, samples, random)).value();
              }) == 0);
        CHECK(allocated_by(vae, [&](Tape& tape) {
                  const Variable noise = nn::standard_normal(tape, {4 * samples, 2}, random);
                  return -doubly_reparameterized(vae, tape.constant(x), noise);
              }) == 0);
        MixtureVae mixture(vae, MixturePrior(3, 2, random));
        VampVae vamp(vae, VampPrior(random.uniform({3, 7})));
        CHECK(allocated_by(mixture, [&](Tape& tape) {
                  return -elbo(mixture.draw(tape.constant(x), samples, random)).value();
              }) == 0);
        CHECK(allocated_by(vamp, [&](Tape& tape) {
                  return -elbo(vamp.draw(tape.constant(x), samples, random)).value();
              }) == 0);
        for (const Inference inference : {Inference::top_down, Inference::bottom_up}) {
            HierarchicalVae model({.input = 7,
                                   .hidden = {5},
                                   .between = {4},
                                   .latent = {3, 2, 2},
                                   .gated = true,
                                   .inference = inference,
                                   .skip = true},
                                  random);
            CHECK(allocated_by(model, [&](Tape& tape) {
                      return -elbo(model.draw(tape.constant(x), samples, random)).value(1, 2);
                  }) == 0);
        }
    }
}

TEST_CASE("a step with a missing label takes no memory from the heap") {
    nn::Random random(3);
    const Array x = random.uniform({4, 7}), y = one_hot({2, 0, 1, 2}, 3);
    SemiSupervised model({.vae = {.input = 7, .hidden = {5}, .latent = 2}, .classes = 3}, random);
    CHECK(allocated_by(model, [&](Tape& tape) {
              const Variable images = tape.constant(x);
              const Variable noise = nn::standard_normal(tape, {4, 2}, random);
              return -mean(model.unlabelled_bound(images, noise)) -
                     mean(model.labelled_bound(images, tape.constant(y), noise));
          }) == 0);
}

TEST_CASE("a step of a model of sequences takes no memory from the heap") {
    nn::Random random(2);
    SequenceSettings settings{.symbols = 5, .embedding = 3, .units = 4, .code = 2};
    SequenceVae vae(settings, random);
    SequenceAutoencoder plain(settings, random);
    settings.code = 0;
    SequenceDecoder language(settings, random);
    const std::vector<Indices> sequences{{1, 2, 3, 4, 1}, {}, {4, 4}, {2, 3, 1}};
    const Array rows = nn::sequence_data("some", sequences).images;
    nn::PaddedSequences x;
    const auto words_dropped = [&]() -> const nn::PaddedSequences& {
        nn::pad(rows, x);
        nn::replace_some(x.before, 0.3, vae.decoder.neutral(), random);
        return x;
    };
    CHECK(allocated_by(language, [&](Tape& tape) {
              return -mean(language.log_likelihood(tape, words_dropped()));
          }) == 0);
    CHECK(allocated_by(plain, [&](Tape& tape) { return plain.loss(tape, words_dropped()); }) == 0);
    for (const std::size_t samples : {1, 3}) {
        CAPTURE(samples);
        CHECK(allocated_by(vae, [&](Tape& tape) {
                  return -elbo(vae.draw(tape, words_dropped(), samples, random)).value(2, 1);
              }) == 0);
        CHECK(allocated_by(vae, [&](Tape& tape) {
                  return -importance_weighted(vae.draw(tape, words_dropped(), samples, random));
              }) == 0);
    }
}
