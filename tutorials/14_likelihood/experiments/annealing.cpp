// How far below $\ln p(x)$ is the estimate with $K = 5000$? More draws from the same proposal cannot tell for sure: where
// $q$ has hardly any mass, hardly any draw falls. So ask an estimator that does not use the encoder. **Annealed importance
// sampling** starts chains at draws of the prior and leads them through $p(z)\, p(x \mid z)^\beta$ with $\beta$ from 0 to
// 1 in 500 steps. At each step a chain moves by Hamiltonian Monte Carlo, which follows the gradient of the decoder. The
// weight of a chain is the product of the factors $p(x \mid z)^{\beta' - \beta}$ that it collects on the way. Its
// expectation is $p(x)$, so its logarithm is too low on average, as that of importance weighting is. Strictly this holds
// for steps whose lengths are set beforehand. Here, as is usual, each chain adapts the length of its steps as it goes, by
// two to four per cent at a time. So the tests compare with the known likelihood of probabilistic PCA, which has to be
// found within .02 nats on average.
//
// Beside it importance weighting with three proposals: the encoder's $q$; a **looser** one, with standard deviations
// twice as large; and the prior.

#include "models/evaluate/annealing.hpp"
#include "tutorials/14_likelihood/shared.hpp"

namespace likelihood {

namespace {

/// Proposals whose log variances are so much larger.
models::DrawFrom looser(const Vae& vae, Real by) {
    return [&vae, by](const std::vector<Variable>& given, std::size_t samples, nn::Random& random) {
        nn::Normal q = models::repeat(vae.encode(given[0]), samples);
        q.log_variance = q.log_variance + by;
        const auto noise = nn::standard_normal(q.mean.tape(), q.mean.shape(), random);
        return vae.draws_of(given[0], q, q.sample(noise));
    };
}

models::DrawFrom from_the_prior(const Vae& vae) {
    return [&vae](const std::vector<Variable>& given, std::size_t samples, nn::Random& random) {
        const nn::Normal q = models::repeat(vae.encode(given[0]), samples);
        const nn::Normal prior{Real(0) * q.mean, Real(0) * q.log_variance};
        const auto noise = nn::standard_normal(q.mean.tape(), q.mean.shape(), random);
        return vae.draws_of(given[0], prior, prior.sample(noise));
    };
}

void annealing(Session& session) {
    const Data data = load(session);
    const Vae vae = the_standard(session, data).model;
    nn::Random random{session.flags.seed};
    const Array images = nn::first(data.test, session.flags.quick ? 4 : 20).images;
    const auto found = models::annealed(
        vae, images, random,
        {.temperatures = session.flags.quick ? std::size_t{20} : 500, .chains = 5});
    session.result("annealed", -found.mean);

    Plot plot{
        {.title = "", .x = "draws K", .y = "−ln p(x), estimate (nats per image)", .log_x = true}};
    const auto rise = [&](const std::string& label, const std::string& key,
                          const models::DrawFrom& draw) {
        Numbers at, means;
        for (const std::size_t k : {1, 5, 50, 500, session.flags.quick ? 1000 : 5000}) {
            const auto estimate = models::importance_weighted(draw, {images}, k, random);
            at.push_back(static_cast<double>(k));
            means.push_back(-estimate.mean);
        }
        session.result("proposal_" + key, means.back());
        session.note("proposal_" + key + "_1", means.front());
        if (!label.empty()) plot.line(label, at, means);
    };
    rise("q", "encoder", models::draw_from(vae));
    rise("q, σ doubled", "looser", looser(vae, Real(std::log(4))));
    rise("", "prior", from_the_prior(vae));  // far above the others
    plot.level("annealing", -found.mean);
    plot.save(session.file("annealing.png"));
}

const tutorials::Experiment experiment{
    "annealing", "An estimate without an encoder agrees, and what a worse proposal costs",
    annealing};

}  // namespace

}  // namespace likelihood

// @figure{annealing.png, −ln p(x) of 20 test images by importance weighting with two of the proposals, and by
// annealing with five chains of each image (dashed). Seed 1.}
//
// | 20 test images, nats; seeds 1, 2, 3 | $K = 1$ | $K = 5000$ |
// |---|---|---|
// | draws from $q$ | @result{proposal_encoder_1, .1f}, @result{annealing_seed_2/proposal_encoder_1, .1f}, @result{annealing_seed_3/proposal_encoder_1, .1f} | @result{proposal_encoder, .2f}, @result{annealing_seed_2/proposal_encoder, .2f}, @result{annealing_seed_3/proposal_encoder, .2f} |
// | draws from $q$ with doubled $\sigma$ | @result{proposal_looser_1, .1f}, @result{annealing_seed_2/proposal_looser_1, .1f}, @result{annealing_seed_3/proposal_looser_1, .1f} | @result{proposal_looser, .2f}, @result{annealing_seed_2/proposal_looser, .2f}, @result{annealing_seed_3/proposal_looser, .2f} |
// | draws from the prior | @result{proposal_prior_1, .0f}, @result{annealing_seed_2/proposal_prior_1, .0f}, @result{annealing_seed_3/proposal_prior_1, .0f} | @result{proposal_prior, .1f}, @result{annealing_seed_2/proposal_prior, .1f}, @result{annealing_seed_3/proposal_prior, .1f} |
// | annealing, five chains | | @result{annealed, .2f}, @result{annealing_seed_2/annealed, .2f}, @result{annealing_seed_3/annealed, .2f} |
//
// All four are too high on average, as estimates of $-\ln p(x)$, and none is likely to be much too low: a positive number
// with the mean $p(x)$ exceeds $e^c p(x)$ with a probability of at most $e^{-c}$ (Markov's inequality), and these are
// means over 20 images. So the lowest is probably nearest to the truth. Annealing, which does not use the encoder, ends
// below importance weighting with $q$ and $K = 5000$ with each seed, by less than half a nat: so much seems to be missing
// there. The looser proposal is far worse at $K = 1$ and as good at 5000. The prior as proposal is still more than ten
// nats off.
