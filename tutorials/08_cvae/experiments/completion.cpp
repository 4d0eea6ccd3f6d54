// Let $c$ be the pixels that can be seen and $x$ the missing ones. Now `input` is 196 and `condition`
// 588 if a quarter is missing.
//
// @figure{completion.png, Three quarters of the image are missing: what can be seen, the single guess
// of a net without latent variable, four draws of the CVAE, the truth.}
//
// A net without latent variable predicts each missing pixel from the visible ones: a single guess. If
// several continuations are possible, its best answer is their mean. The CVAE first draws *which*
// continuation. Its prior is told too, since what is seen says which codes are likely.
//
// | missing | single guess, −ln p | CVAE, −ELBO | of it KL |
// |---|---|---|---|
// | a quarter | @result{guess_neg_log_likelihood, .1f} | @result{completion_neg_elbo, .1f} | @result{completion_kl, .1f} |
// | three quarters | @result{guess_most_neg_log_likelihood, .1f} | @result{completion_most_neg_elbo, .1f} | @result{completion_most_kl, .1f} |
//
// Nats per test image for the missing pixels; one seed, ten epochs each. Garments are nearly symmetric,
// so a quarter leaves little open, and a code of less than a nat is enough. Three quarters leave much more open.
//
// Look at the draws. For trousers and tops the four differ little. Where the visible part is almost black
// (columns 1 and 12) they are different shoes: flat ones, boots and high heels. In columns 9, 10 and 13
// several draws are half shoe and half bag, and in column 14, a dress, two of the four are boots. The single
// guess often looks better than any one draw. Still, with three quarters missing, it describes what is possible
// less well, by about 20 nats (one seed). With a quarter missing the difference is below a nat, and with one
// seed that is no ranking.

#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using autograd::Tape;

namespace {

struct Mask {
    Indices visible, hidden;  // pixel numbers
};

// The lower right quarter hidden, or all but the upper left one.

Mask hide(const Dataset& data, bool most) {
    Mask mask;
    const std::size_t rows = data.item[0], columns = data.item[1];
    for (std::size_t d = 0; d < rows * columns; ++d) {
        const bool lower = d / columns >= rows / 2, right = d % columns >= columns / 2;
        ((most ? lower || right : lower && right) ? mask.hidden : mask.visible).push_back(d);
    }
    return mask;
}

Array pixels_at(const Array& images, const Indices& which) {
    Array out(autograd::Shape{images.shape(0), which.size()});
    for (std::size_t i = 0; i < images.shape(0); ++i)
        for (std::size_t d = 0; d < which.size(); ++d) out(i, d) = images(i, which[d]);
    return out;
}

Array completed(const Array& images, const Array& hidden, const Mask& mask) {
    Array out = images;
    for (std::size_t i = 0; i < images.shape(0); ++i)
        for (std::size_t d = 0; d < mask.hidden.size(); ++d) out(i, mask.hidden[d]) = hidden(i, d);
    return out;
}

Cvae train_completion(Session& session, const Dataset& train, const Mask& mask,
                      const std::string& name) {
    nn::Random random{session.flags.seed};
    Cvae cvae{{.vae = {.input = mask.hidden.size()},
               .condition = mask.visible.size(),
               .learn_prior = true},
              random};
    tutorials::fit(session, cvae, train, random,
                   {.epochs = session.flags.epochs, .name = name, .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) {
                       const Variable x = tape.constant(pixels_at(batch.images, mask.hidden));
                       const Variable c = tape.constant(pixels_at(batch.images, mask.visible));
                       return tutorials::neg_elbo(cvae.elbo(x, c, random));
                   });
    return cvae;
}

// The baseline has no latent variable: one hidden layer of the same width, and a Bernoulli for each
// missing pixel.

nn::Sequential train_guess(Session& session, const Dataset& train, const Mask& mask,
                           const std::string& name) {
    nn::Random random{session.flags.seed};
    nn::Sequential net =
        nn::mlp({mask.visible.size(), 400, mask.hidden.size()}, autograd::relu, random);
    tutorials::fit(session, net, train, random,
                   {.epochs = session.flags.epochs, .name = name, .quiet = true},
                   [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       const Variable c = tape.constant(pixels_at(batch.images, mask.visible));
                       const Variable x = tape.constant(pixels_at(batch.images, mask.hidden));
                       return {nn::bernoulli_loss(net(c), x), {}};
                   });
    return net;
}

void complete(Session& session, const Data& data, bool most) {
    const std::string ending = most ? "_most" : "";
    const Mask mask = hide(data.train, most);
    const nn::Sequential guess = train_guess(session, data.train, mask, "guess" + ending);
    const Cvae cvae = train_completion(session, data.train, mask, "completion" + ending);

    nn::Random random{session.flags.seed};
    const Array hidden = pixels_at(data.test.images, mask.hidden),
                visible = pixels_at(data.test.images, mask.visible);
    const auto use = models::latent_use(cvae, hidden, visible, random);
    session.result(
        "guess" + ending + "_neg_log_likelihood",
        nn::measure([&](Variable c, Variable x) { return nn::bernoulli_loss(guess(c), x); },
                    visible, hidden));
    session.result("completion" + ending + "_neg_elbo", use.neg_elbo());
    session.result("completion" + ending + "_kl", use.kl);

    const Array images = nn::first(data.test, 14).images;
    const Array seen = pixels_at(images, mask.visible);
    const auto with = [&](const Array& pixels) { return completed(images, pixels, mask); };
    std::vector<tutorials::NamedImages> rows{
        {"seen", with(autograd::full({images.shape(0), mask.hidden.size()}, Real(0.5)))},
        {"one guess", with(nn::evaluate([&](Variable c) { return sigmoid(guess(c)); }, seen))}};
    for (const char* name : {"draw 1", "draw 2", "draw 3", "draw 4"})
        rows.push_back({name, with(draw(cvae, seen, random))});
    rows.push_back({"truth", images});
    if (most) tutorials::save_named_rows(session.file("completion.png"), rows, data.test.item);
}

void complete_images(Session& session) {
    const Data data = split(session);
    complete(session, data, false);
    complete(session, data, true);
}

}  // namespace

const tutorials::Experiment completion{
    "completion", "The condition is the visible part of the image", complete_images};
