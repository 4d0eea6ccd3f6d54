// @source{tutorials/11_bugs/losses.cpp, batch_over_n_loss}

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const Real n = static_cast<Real>(gallery.data.train.size());
    const VaeLoss loss = [n](const Vae& vae, Variable x, Variable noise, bool is_wrong) {
        return batch_over_n_loss(vae, x, noise, is_wrong, n);
    };
    const Run right = right_run(gallery), wrong = wrong_run(gallery, "batch_over_n", loss);
    return {"KL, nats per test image",
            last(right.history, "test_kl"),
            last(wrong.history, "test_kl"),
            {},
            {{"right", samples(right.vae)}, {"wrong", samples(wrong.vae)}}};
}

const tutorials::Experiment batch_over_n{
    "batch_over_n", "KL weighted by batch / N",
    [](Session& session) { show(session, "batch_over_n", exhibit_of); }};

}  // namespace

// **Symptom:** the reconstruction improves (the lesson's run prints it), the KL is
// @result{batch_over_n_wrong, .0f} nats instead of @result{batch_over_n_right, .1f}, and samples show outlines of several garments on top of each
// other. (This small VAE mixes garments also where it is right.) **Cause:** a true sentence from
// another place. In a Bayesian treatment of the *weights* their KL counts once for all $N$ images,
// which gives it the weight $B/N$ beside the sum over a batch. The KL of a *code* counts for every
// image. **Test:** *the bound is minus reconstruction minus beta times KL*. And look at samples, not
// at reconstructions alone.
//
// @figure{batch_over_n.png, Samples: the same draws from the prior, decoded by both programs.}
