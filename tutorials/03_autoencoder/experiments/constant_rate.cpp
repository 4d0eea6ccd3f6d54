// The lesson's linear net is trained with a learning rate that falls to zero along half a cosine.
// Here is the same training with a constant rate of .01.

#include <cstdio>

#include "tutorials/03_autoencoder/shared.hpp"
#include "tutorials/support/plot.hpp"

using tutorials::Plot;
using tutorials::Session;

namespace {

void constant_rate(Session& session) {
    const models::Pca pca = models::pca(session.load_data().train.images, 20);
    const lesson::Trained constant = lesson::linear_net(session, pca, "linear_constant", 1e-2);
    const lesson::Trained falling = lesson::linear_net(session, pca);

    Plot excess({.x = "epoch", .y = "training error above PCA's (percent)", .log_y = true});
    Plot angle({.x = "epoch", .y = "largest angle to PCA's subspace (degrees)", .log_y = true});
    const auto draw = [&](const char* label, const nn::History& history) {
        const Plot::Numbers epoch = history.column("epoch");
        excess.line(label, epoch, history.column("test_percent_above_pca"));
        angle.line(label, epoch, history.column("test_angle"));
    };
    draw("constant rate", constant.fit.history);
    draw("falling rate", falling.fit.history);
    tutorials::save_plots(session.file("rates.png"), {excess, angle}, 2);
    session.result("constant_rate_percent",
                   constant.fit.history.column("test_percent_above_pca").back());
    session.result("constant_rate_angle_degrees", constant.fit.history.column("test_angle").back());
}

}  // namespace

const tutorials::Experiment experiment{
    "constant_rate", "With a constant learning rate the subspace stays off", constant_rate};

// @figure{rates.png, A linear autoencoder on its way to PCA, with a constant learning rate and with
// one that falls to zero. Left: how much larger its training error is than PCA's. Right: the
// largest angle between the two subspaces.}
//
// The constant rate ends @result{constant_rate_percent, .0f} % above PCA's error and
// @result{constant_rate_angle_degrees, .0f}° off, and it does not improve after the first five
// epochs. (One seed.) This is the floor of chapter 02: each batch is another sample of the data and pulls
// towards a slightly different subspace, and with a constant rate the steps never average that out.
