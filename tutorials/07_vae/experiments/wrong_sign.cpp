// Formula (5) against its definition, $\mathbb E_{p_0}[\ln p_0 - \ln p_1]$ averaged over draws; and
// beside it the same formula with the sign of the log determinant turned.

#include <array>
#include <cmath>

#include "autograd/ops.hpp"
#include "nn/rows.hpp"
#include "tutorials/07_vae/shared.hpp"

namespace {

double kl(const Gaussian& p0, const Gaussian& p1, double sign_of_log_determinant = 1) {
    const double trace = (p1.variance[1] * p0.variance[0] - 2 * p1.covariance * p0.covariance +
                          p1.variance[0] * p0.variance[1]) /
                         p1.determinant();
    return 0.5 * (trace + p1.distance(p1.mean[0] - p0.mean[0], p1.mean[1] - p0.mean[1]) - 2 +
                  sign_of_log_determinant * std::log(p1.determinant() / p0.determinant()));
}

double sampled_kl(const Gaussian& p0, const Gaussian& p1, std::size_t draws, nn::Random& random) {
    const double l11 = std::sqrt(p0.variance[0]), l21 = p0.covariance / l11;  // Cholesky
    const double l22 = std::sqrt(p0.variance[1] - l21 * l21);
    double sum = 0;
    for (std::size_t i = 0; i < draws; ++i) {
        const double e1 = random.normal(), e2 = random.normal();
        const double x = p0.mean[0] + l11 * e1, y = p0.mean[1] + l21 * e1 + l22 * e2;
        sum += p0.log_density(x, y) - p1.log_density(x, y);
    }
    return sum / static_cast<double>(draws);
}

void wrong_sign(Session& session) {
    const Gaussian standard{{0, 0}, {1, 1}}, narrow{{0, 0}, {0.01, 0.01}},
        tilted{{1, -0.5}, {0.5, 0.4}, 0.3}, wide{{-0.5, 1}, {2, 1}, -0.6};
    nn::Random random{session.flags.seed};
    const auto compare = [&](const std::string& key, const Gaussian& p0, const Gaussian& p1) {
        session.result(key + "_sampled",
                       sampled_kl(p0, p1, session.flags.quick ? 10000 : 200000, random));
        session.result(key + "_closed_form", kl(p0, p1));
        session.result(key + "_wrong_sign", kl(p0, p1, -1));
    };
    compare("kl", narrow, standard);
    compare("kl_tilted", tilted, standard);
    compare("kl_two", tilted, wide);
    const Array of_the_tape = nn::evaluate(
        [](Variable mean, Variable log_variance) { return gaussian_kl(mean, log_variance); },
        autograd::full({1, 2}, 0), autograd::full({1, 2}, Real(std::log(0.01))));
    session.result("kl_of_the_tape", double{of_the_tape(0)});
}

const tutorials::Experiment experiment{
    "wrong_sign", "With the wrong sign of the log determinant the KL is negative", wrong_sign};

}  // namespace

// | $p_0$ against $p_1$, nats | sampled | formula (5) | wrong sign |
// |---|--:|--:|--:|
// | $\mathcal N(0, .01\, I)$ against $\mathcal N(0, I)$ | @result{kl_sampled, .3f} | @result{kl_closed_form, .3f} | @result{kl_wrong_sign, .3f} |
// | a tilted one against $\mathcal N(0, I)$ | @result{kl_tilted_sampled, .3f} | @result{kl_tilted_closed_form, .3f} | @result{kl_tilted_wrong_sign, .3f} |
// | the tilted one against another tilted one | @result{kl_two_sampled, .3f} | @result{kl_two_closed_form, .3f} | @result{kl_two_wrong_sign, .3f} |
//
// In these three cases the wrong sign gives a negative number, which Jensen's inequality forbids for a
// KL. (With a $p_0$ wider than $p_1$ it would give too large a number instead.) `autograd::gaussian_kl`,
// which training uses, gives @result{kl_of_the_tape, .3f} for the first row. A VAE that is trained with
// the wrong sign does not crash; exercise 3 shows what it does.
