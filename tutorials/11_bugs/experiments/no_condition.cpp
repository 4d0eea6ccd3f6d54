// A conditional VAE (chapter 8) is told the class in its encoder and in its decoder. Training passes
// the label along; the sampling code was written later. The model sees the images three times as often as
// the others.

#include "models/classifier.hpp"
#include "models/cvae.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const Dataset& data = gallery.data.train;
    const std::size_t epochs = gallery.session.flags.epochs;
    nn::Random random{gallery.seed()};
    models::Cvae vae{{.vae = {.input = gallery.pixels(), .hidden = {200}, .latent = 3},
                      .condition = data.classes},
                     random};
    train(gallery,
          {.epochs = 3 * epochs, .name = "cvae", .learning_rate = nn::schedule::constant(3e-3)},
          vae, data, random, [&](Variable x, const nn::Batch& batch) {
              const Variable c = x.tape().constant(models::one_hot(batch.labels, data.classes));
              return -vae.elbo(x, c, random).value();
          });
    models::Classifier judge{{.input = gallery.pixels(), .hidden = {100}, .classes = data.classes},
                             random};
    train(gallery, {.epochs = epochs, .name = "judge"}, judge, data, random,
          [&](Variable x, const nn::Batch& batch) { return judge.loss(x, batch.labels); });

    Indices asked(1000);
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i] = i % data.classes;
    Exhibit exhibit{"share of samples that show the class asked for"};
    for (const bool wrong : {false, true}) {
        const Array label = models::one_hot(asked, data.classes);
        const Array none = autograd::full(label.shape(), 0);
        const Array& condition = wrong ? none  // WRONG: zeros are an input like any other
                                       : label;
        nn::Random draws{3};
        const Array pictures =
            nn::evaluate([&](Variable c) { return vae.sample(c, draws); }, condition);
        exhibit.number(wrong) = judge.accuracy(pictures, asked);
        exhibit.pictures.push_back(
            {wrong ? "wrong" : "right", nn::take(pictures, tutorials::upto(2 * data.classes))});
    }
    return exhibit;
}

const tutorials::Experiment no_condition{
    "no_condition", "Sampling without the condition",
    [](Session& session) { show(session, "no_condition", exhibit_of); }};

}  // namespace

// **Symptom:** samples that are not what was asked for. A judge, a classifier trained on real images,
// finds the class in @result{no_condition_wrong, .2f} of them, which is chance; in the right program
// it is @result{no_condition_right, .2f}. (This small model was trained briefly, so not every right
// sample is recognisable either.) **Cause:** a buffer of zeros that was made in the right shape and
// never filled. A vector of zeros is an input like any other, so nothing complains. **Test:** *what
// the condition says, the code need not say*, which trains on three patterns and asks for each.
// Without training, ask whether the output changes when the condition does.
//
// @figure{no_condition.png, Samples of T-shirt, trousers, pullover, dress, coat, sandal, shirt,
// sneaker, bag and ankle boot, from left to right and then once more. The wrong program was asked for
// the same, with the same draws of z.}
