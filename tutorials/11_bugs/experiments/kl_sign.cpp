// @source{tutorials/11_bugs/losses.cpp, kl_sign_loss}

#include <cmath>

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const Run right = right_run(gallery), wrong = wrong_run(gallery, "kl_sign", kl_sign_loss);
    Exhibit exhibit{"log₁₀ of the KL in nats", std::log10(last(right.history, "test_kl")),
                    std::log10(last(wrong.history, "test_kl"))};
    for (const Run* run : {&right, &wrong})
        exhibit.plots.push_back(
            panel(run == &wrong, {.x = "epoch",
                                  .y = "KL (nats per test image)",
                                  .log_y = true,
                                  .y_range = {{1, 1e12}}})
                .line("", run->history.column("epoch"), run->history.column("test_kl")));
    return exhibit;
}

const tutorials::Experiment kl_sign{"kl_sign", "KL subtracted from the loss",
                                    [](Session& session) { show(session, "kl_sign", exhibit_of); }};

}  // namespace

// **Symptom:** a loss that falls with every epoch, far below any floor. **Cause:** *maximise the ELBO*
// was turned into *minimise* for one of its two parts only. The loss now rewards a large KL, and
// $\frac12 e^\lambda$ has no upper limit. **Test:** *the bound is minus reconstruction minus beta times KL*. And a floor: no loss of a Bernoulli decoder can be below the
// entropy of the pixels, 189.86 nats on the test images (chapter 7).
//
// @figure{kl_sign.png, The KL on a logarithmic scale. In the wrong program it grows with every epoch.}
