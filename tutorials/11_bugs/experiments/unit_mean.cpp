// @source{tutorials/11_bugs/losses.cpp, unit_mean_loss}

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const Run right = right_run(gallery), wrong = wrong_run(gallery, "unit_mean", unit_mean_loss);
    Exhibit exhibit{"KL, nats per test image", last(right.history, "test_kl"),
                    last(wrong.history, "test_kl")};
    for (const Run* run : {&right, &wrong}) {
        const auto code = [&](Variable x) { return run->vae.encode(x).mean; };
        const Array means = map_rows(gallery.data.test.images, code);
        exhibit.plots.push_back(panel(run == &wrong, {.x = "posterior mean of a unit",
                                                      .y = "relative frequency",
                                                      .x_range = {{-7, 7}},
                                                      .y_range = {{0, 0.08}}})
                                    .histogram("", {means.begin(), means.end()}, 60));
    }
    return exhibit;
}

const tutorials::Experiment unit_mean{"unit_mean", "KL averaged over units", [](Session& session) {
                                          show(session, "unit_mean", exhibit_of);
                                      }};

}  // namespace

// **Symptom:** a better reconstruction (the lesson's run prints it), and a KL of
// @result{unit_mean_wrong, .1f} nats instead of @result{unit_mean_right, .1f}. The codes spread
// to ±5, where the prior rarely draws. **Cause:** by equation (1) this is $\beta = 1/10$ with ten units; and when the code is widened, β changes with
// it. **Test:** *both parts of the bound are sums over dimensions, averaged over the batch*.
//
// @figure{unit_mean.png, The posterior means of test images, all units in one histogram.}
