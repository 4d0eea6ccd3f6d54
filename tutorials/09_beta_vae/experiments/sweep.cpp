// The same net with $\beta = 4$ and $\beta = 64$, beside the three of the lesson.

#include <algorithm>

#include "tutorials/09_beta_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"

using namespace beta_vae;
using tutorials::Plot;

namespace {

void sweep(Session& session) {
    const nn::TrainTest& data = load_sprites(session);
    const auto constant = [&](double beta) {
        const std::string name = autograd::text(beta);
        return train_and_score(session, data,
                               {"β = " + name, "beta_" + name, session.flags.seed, weighted(beta)});
    };
    const Net relaxed = falling_net(session), plain = plain_net(session),
              large = large_net(session), mild = constant(4), mute = constant(64);
    note_net(session, mild, "_4");
    note_net(session, mute, "_64");
    traverse(session, mild, "traversal_beta4.png");
    traverse(session, mute, "traversal_beta64.png", 4);

    Plot units{{.x = "latent unit, by rank", .y = "KL (nats per image)"}};
    Plot curve{
        {.x = "rate: KL (nats per image)", .y = "distortion: reconstruction (nats per image)"}};
    Numbers rate, distortion;
    std::vector<tutorials::NamedImages> places;
    std::vector<std::string> ranks;
    for (std::size_t unit = 1; unit <= 10; ++unit) ranks.push_back(std::to_string(unit));
    for (const Net* net : {&plain, &mild, &large, &mute}) {
        rate.push_back(net->use.kl);
        distortion.push_back(net->use.reconstruction);
        Numbers sorted = net->use.levels[0].kl_per_unit;
        std::sort(sorted.rbegin(), sorted.rend());
        units.bars(net->title, ranks, sorted);
        places.push_back({net->title, place_maps(session, *net)});
    }
    curve.line("β = 64, 16, 4, 1, from left to right", rate, distortion)
        .points(relaxed.title, {relaxed.use.kl}, {relaxed.use.reconstruction});
    tutorials::save_plots(session.file("rate_distortion.png"), {curve, units}, 2);
    tutorials::save_named_rows(session.file("positions_sweep.png"), places,
                               {nn::sprite_side, nn::sprite_side, 1});
}

}  // namespace

const tutorials::Experiment sweep_of_weights{
    "sweep", "A larger weight says less, unit by unit, and the pictures pay", sweep};

// @figure{rate_distortion.png, Left, what the pictures cost against what the codes say, on held-out
// sprites. Right, the KL of each unit, sorted: a larger weight leaves fewer units.}
//
// | | $D$ | $R$ | active units | MIG | FactorVAE | BetaVAE | SAP |
// |---|---|---|---|---|---|---|---|
// | $\beta = 4$ | @result{test_reconstruction_4, .1f} | @result{test_kl_4, .1f} | @result{active_units_4} | @result{mig_4, .2f} | @result{factor_vae_4, .2f} | @result{beta_vae_4, .2f} | @result{sap_4, .2f} |
// | $\beta = 64$ | @result{test_reconstruction_64, .1f} | @result{test_kl_64, .1f} | @result{active_units_64} | @result{mig_64, .2f} | @result{factor_vae_64, .2f} | @result{beta_vae_64, .2f} | @result{sap_64, .2f} |
//
// @figure{positions_sweep.png, The place maps. With β = 4 two ramps are oblique, with the large weight
// they are along x and y, with β = 64 they are oblique again. One seed each.}
//
// A larger weight does not mean straighter axes: at $\beta = 64$ the two units that are left are
// oblique. x and y are equally important, so the lesson's argument does not say which axes they take.
//
// @figure{traversal_beta4.png, β = 4: four units are left. Two move the sprite along slanted lines.}
//
// @figure{traversal_beta64.png, β = 64: two units are left, and the picture is a cloud that says
// roughly where the sprite is.}
//
// Look at the BetaVAE score of $\beta = 64$ beside its KL. The score rescales each unit, so that it
// can read changes of the means that are far smaller than the noise the decoder gets. The FactorVAE
// score gives no vote to units whose variance is below .01.
