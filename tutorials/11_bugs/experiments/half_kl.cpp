// The net of `per_example`, trained alike; the penalty lacks its second half.

#include "models/sparse.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    return sparse(gallery, "half_kl", [](Variable code, bool wrong) {
        const Variable share = mean(code, {0});
        return sum(wrong ? rho * log(rho / share)  // WRONG: half of it
                         : models::bernoulli_kl(rho, share));
    });
}

const tutorials::Experiment half_kl{"half_kl", "The 1 − ρ half of the Bernoulli KL missing",
                                    [](Session& session) { show(session, "half_kl", exhibit_of); }};

}  // namespace

// **Symptom:** the *sparse* code is on nearly everywhere: a share of @result{half_kl_wrong, .2f} of the
// activations is above 0.9 instead of @result{half_kl_right, .3f}, which makes the penalty negative.
// **Cause:** $\rho \ln \rho/\hat\rho$ alone falls all the way to $\hat\rho = 1$. The missing half,
// $(1-\rho) \ln \frac{1-\rho}{1-\hat\rho}$, belongs to *off*, which should be the case 95 % of the
// time, and it is the one that grows when a unit is on too often. **Test:** *the KL between coins is
// zero at rho and has the values of paper and pencil*. A penalty below zero is proof enough: no KL
// is.
//
// @figure{half_kl.png, Activations on test images, on a logarithmic scale.}
