// A class takes β, keeps it, and does not pass it on.

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

struct BetaVae {
    const Vae& vae;
    Real beta;

    Variable loss(Variable x, Variable noise, bool wrong) const {
        const models::Elbo elbo = vae.elbo(x, noise);
        return wrong ? -elbo.value()  // WRONG: its default is 1
                     : -elbo.value(beta);
    }
};

Exhibit exhibit_of(Gallery& gallery) {
    Exhibit exhibit{"KL at β = 4, nats per test image"};
    for (const bool wrong : {false, true}) {
        Numbers kls;
        for (const int beta : {1, 4, 16}) {
            const VaeLoss loss = [beta](const Vae& vae, Variable x, Variable noise, bool is_wrong) {
                return BetaVae{vae, Real(beta)}.loss(x, noise, is_wrong);
            };
            const std::string name = "beta_" + std::to_string(beta) + (wrong ? "_wrong" : "_right");
            const Run run = beta == 1 ? right_run(gallery) : train_vae(gallery, name, loss, wrong);
            kls.push_back(last(run.history, "test_kl"));
        }
        exhibit.number(wrong) = kls[1];
        exhibit.plots.push_back(
            panel(wrong,
                  {.x = "β", .y = "KL (nats per test image)", .y_range = {{0, 1.5 * kls[0]}}})
                .bars("", {"1", "4", "16"}, kls));
    }
    return exhibit;
}

const tutorials::Experiment beta_unused{
    "beta_unused", "β stored and never used",
    [](Session& session) { show(session, "beta_unused", exhibit_of); }};

}  // namespace

// **Symptom:** a sweep over β that shows nothing. With one seed the three wrong runs agree to the
// last bit, which gives the bug away: equal results from different settings mean that the setting is
// not read. **Cause:** a member that is stored and never used; not every compiler warns of it. **Test:**
// *the bound is minus reconstruction minus beta times KL*, which asks for more than one β. A test at
// β = 1 would pass.
//
// @figure{beta_unused.png, The KL against the β that was asked for.}
