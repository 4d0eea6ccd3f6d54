// A sparse code (chapter 5) has units that are active for a share ρ of the *images*. The penalty
// $\sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)$ therefore takes the mean over the batch first.

#include "models/sparse.hpp"
#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    return sparse(gallery, "per_example", [](Variable code, bool wrong) {
        const Variable share = wrong ? code  // WRONG: asks it of every image
                                     : mean(code, {0}, true);
        return mean(sum(models::bernoulli_kl(rho, share), {1}));
    });
}

const tutorials::Experiment per_example{
    "per_example", "Sparsity asked of every example",
    [](Session& session) { show(session, "per_example", exhibit_of); }};

}  // namespace

// **Symptom:** a share of @result{per_example_wrong, .0e} of the activations is above 0.9, instead of
// @result{per_example_right, .3f}. **Cause:** the wrong line asks every image to have every unit at a
// twentieth. The right one asks for that on average, and lets units be on for a few images and off
// for the others. By Jensen the wrong penalty is never below the right one (chapter 5). **Test:**
// *units may take turns: only their means over the batch are priced*.
//
// @figure{per_example.png, Activations of 100 units on test images, on a logarithmic scale.}
