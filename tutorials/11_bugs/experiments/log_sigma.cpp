// The encoder puts out $\lambda = \ln \sigma^2$, and $z = \mu + e^{\lambda/2} \varepsilon$. Another
// author's encoder puts out $\ln \sigma$. Take the KL from one program and the sample from the other:
//
// @source{tutorials/11_bugs/losses.cpp, log_sigma_loss}

#include "models/evaluate/log_likelihood.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

double claimed_bound_less_likelihood(Exhibit& exhibit, bool wrong, double claimed, const Vae& vae,
                                     const Array& images, std::size_t most) {
    nn::Random random{5};
    Numbers ks, estimates;
    for (std::size_t k = 1; k <= most; k *= 3) {
        ks.push_back(static_cast<double>(k));
        estimates.push_back(models::importance_weighted(vae, images, k, random).mean);
    }
    exhibit.plots.push_back(
        panel(wrong, {.x = "samples K",
                      .y = "ln p(x) (nats per image)",
                      .log_x = true,
                      .x_range = {{1, 243}},
                      .y_range = {{estimates.back() - 7, estimates.back() + 7}}})
            .line("importance-weighted", ks, estimates)
            .level("the bound that is claimed", claimed));
    return claimed - estimates.back();
}

Exhibit exhibit_of(Gallery& gallery) {
    const Vae& right = right_run(gallery).vae;
    Vae wrong = wrong_run(gallery, "log_sigma", log_sigma_loss).vae;
    const Array images = nn::first(gallery.data.test, 200).images;
    const double claim = -mean_loss(log_sigma_loss, false, right, images);
    const double wrong_claim = -mean_loss(log_sigma_loss, true, wrong, images);

    // The wrong program has really drawn from $\mathcal N(\mu, e^{2\lambda})$. The honest VAE with
    // that proposal has a last layer that gives twice as much.
    for (Real& w : wrong.encoder.log_variance.weight.value) w *= 2;
    for (Real& b : wrong.encoder.log_variance.bias.value) b *= 2;

    const std::size_t most = gallery.session.flags.quick ? 9 : 243;
    Exhibit exhibit{"bound less importance-weighted ln p(x), nats"};
    exhibit.right = claimed_bound_less_likelihood(exhibit, false, claim, right, images, most);
    exhibit.wrong = claimed_bound_less_likelihood(exhibit, true, wrong_claim, wrong, images, most);
    return exhibit;
}

const tutorials::Experiment log_sigma{
    "log_sigma", "ln σ² taken for ln σ where z is drawn",
    [](Session& session) { show(session, "log_sigma", exhibit_of); }};

}  // namespace

// **Symptom:** none in the curve; the number is *better* than that of the right program. **Cause:**
// where the KL charges for a standard deviation of $e^{\lambda/2} = 0.3$, the sample is made with
// $e^\lambda = 0.09$: the code is more precise than the KL says. **Test:** *both parts of the bound
// are sums over dimensions, averaged over the batch* draws $z$ once more by hand. In an experiment,
// an inequality finds it: the importance-weighted estimate starts at the bound and rises to $\ln
// p(x)$, so a bound above it is impossible. Here the claim is @result{log_sigma_wrong, .1f} nats
// above; in the right program it is @result{log_sigma_right, .1f}, that is, below.
//
// @figure{log_sigma.png, Importance-weighted estimates of ln p(x), which rise towards it from below,
// and the bound that the program claims. The wrong program claims more than there is.}
