// The bound of the VAE, and six losses that differ from it in one line.
#include "tutorials/11_bugs/shared.hpp"

namespace bugs {

Variable bound(const Vae& vae, Variable x, Variable noise, bool) {
    return -vae.elbo(x, noise).value();
}

Variable unit_mean_loss(const Vae& vae, Variable x, Variable noise, bool wrong) {
    const nn::Normal q = vae.encode(x);
    const Variable twice = exp(q.log_variance) + square(q.mean) - Real(1) - q.log_variance;
    const Variable kl = wrong ? mean(twice) / 2  // WRONG: the mean over units as well
                              : mean(sum(twice, {1})) / 2;
    return mean(bce_with_logits(vae.decode(q.sample(noise)), x)) + kl;
}

Variable batch_over_n_loss(const Vae& vae, Variable x, Variable noise, bool wrong, Real n) {
    const models::Elbo elbo = vae.elbo(x, noise);
    const Real batch = static_cast<Real>(x.shape()[0]);
    const Real weight = wrong ? batch / n  // WRONG: both parts are means over the batch
                              : 1;
    return elbo.reconstruction + weight * elbo.total_kl();
}

Variable kl_sign_loss(const Vae& vae, Variable x, Variable noise, bool wrong) {
    const models::Elbo elbo = vae.elbo(x, noise);
    return wrong ? elbo.reconstruction - elbo.total_kl()  // WRONG: the KL is a cost
                 : elbo.reconstruction + elbo.total_kl();
}

Variable log_sigma_loss(const Vae& vae, Variable x, Variable noise, bool wrong) {
    const nn::Normal q = vae.encode(x);
    const Variable sigma = wrong ? exp(q.log_variance)  // WRONG: that is σ²
                                 : exp(q.log_variance / 2);
    const Variable z = q.mean + sigma * noise;
    return mean(bce_with_logits(vae.decode(z), x)) + mean(nn::kl_to_standard_normal(q));
}

Variable one_layer_loss(const Vae& vae, Variable x, Variable noise, bool wrong) {
    const models::GaussianNet& net = vae.encoder;
    const Variable h = net.hidden(x);
    const nn::Linear& head = wrong ? net.mean  // WRONG: copied and not changed
                                   : net.log_variance;
    const nn::Normal q{net.mean(h), head(h)};
    return mean(bce_with_logits(vae.decode(q.sample(noise)), x)) +
           mean(nn::kl_to_standard_normal(q));
}

}  // namespace bugs
