// @source{tutorials/11_bugs/losses.cpp, one_layer_loss}

#include <array>

#include "tutorials/11_bugs/shared.hpp"

using namespace bugs;

namespace {

Exhibit exhibit_of(Gallery& gallery) {
    const Vae& right = right_run(gallery).vae;
    Vae wrong = wrong_run(gallery, "one_layer", one_layer_loss).vae;
    wrong.encoder.log_variance =
        wrong.encoder.mean;  // what the program did, for those who measure it

    nn::Random random{5};
    const Array &images = gallery.data.test.images, some = nn::first(gallery.data.test, 300).images;
    Exhibit exhibit{"−ELBO, nats per test image", reported(right, images, random, false),
                    reported(wrong, images, random, false)};
    for (const Vae* vae : std::array<const Vae*, 2>{&right, &wrong}) {
        const Array mean = map_rows(some, [&](Variable x) { return vae->encode(x).mean; });
        const Array log_variance =
            map_rows(some, [&](Variable x) { return vae->encode(x).log_variance; });
        exhibit.plots.push_back(panel(vae == &wrong, {.x = "μ of a unit",
                                                      .y = "ln σ² of the same unit",
                                                      .x_range = {{-6, 6}},
                                                      .y_range = {{-7, 2}}})
                                    .points("", {mean.begin(), mean.end()},
                                            {log_variance.begin(), log_variance.end()}));
    }
    return exhibit;
}

const tutorials::Experiment one_layer{
    "one_layer", "One layer for mean and log variance",
    [](Session& session) { show(session, "one_layer", exhibit_of); }};

}  // namespace

// **Symptom:** a −ELBO of @result{one_layer_wrong, .1f} nats instead of @result{one_layer_right,
// .1f}. Nothing else looks wrong. **Cause:** one layer object with two jobs, by copy and paste or by
// a list that holds the same object twice (`[layer] * 2` in Python). The tape adds up both
// contributions correctly, as for weights that are tied on purpose. **Test:** *mean and log variance
// have layers of their own, and the bound reaches both*. The general form takes three lines: after
// one backward pass, every parameter has a gradient. Counting parameters on paper finds it too.
//
// @figure{one_layer.png, Mean and log variance that encoders propose for test images, a point for
// each unit and image. In the wrong program all points lie on the line μ = ln σ².}
