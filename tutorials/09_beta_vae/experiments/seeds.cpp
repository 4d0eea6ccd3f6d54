// The three nets of the lesson again from four more seeds. A net has found the axes if for x, and for
// y, the best unit tells more than five times as much as the second best.

#include <algorithm>

#include "tutorials/09_beta_vae/shared.hpp"

using namespace beta_vae;
using tutorials::Plot;

namespace {

double median(Numbers numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[numbers.size() / 2];  // of an odd number
}

bool has_own_unit(const Net& net, std::size_t factor) {
    Numbers told = net.score.mutual_information.information[factor];
    std::sort(told.rbegin(), told.rend());
    return told[0] > 5 * told[1];
}

struct Sample {
    std::string title;
    Numbers mig = {}, factor_vae = {}, kl = {}, reconstruction = {};
    double on_axes = 0;  // how many nets have found x and y

    void add(const Net& net) {
        mig.push_back(net.score.mig);
        factor_vae.push_back(net.score.factor_vae);
        kl.push_back(net.use.kl);
        reconstruction.push_back(net.use.reconstruction);
        on_axes += has_own_unit(net, x_place) && has_own_unit(net, y_place);
    }
};

void repeat(Session& session) {
    const nn::TrainTest& data = load_sprites(session);
    const std::string large_name = autograd::text(wishes.beta);
    Sample plain{"β = 1"}, large{"β = " + large_name}, relaxed{large.title + "→1.5"};
    relaxed.add(falling_net(session));
    plain.add(plain_net(session));
    large.add(large_net(session));
    for (std::uint64_t more = 1; more < 5; ++more) {
        const std::uint64_t seed = session.flags.seed + more;
        const auto train = [&](Sample& sample, const std::string& name, const Loss& loss) {
            sample.add(train_and_score(
                session, data, {sample.title, name + "_" + std::to_string(seed), seed, loss}));
        };
        train(relaxed, "falling", falling(wishes.beta, last_beta));
        train(plain, "plain", weighted(1));
        train(large, "large", weighted(wishes.beta));
    }
    Plot plot{{.x = "MIG", .y = "FactorVAE score"}};
    const auto finish = [&](const Sample& sample, const std::string& suffix) {
        session.result("median_mig" + suffix, median(sample.mig));
        session.result("median_factor_vae" + suffix, median(sample.factor_vae));
        session.result("median_kl" + suffix, median(sample.kl));
        session.result("median_reconstruction" + suffix, median(sample.reconstruction));
        session.result("least_mig" + suffix,
                       *std::min_element(sample.mig.begin(), sample.mig.end()));
        session.result("most_mig" + suffix,
                       *std::max_element(sample.mig.begin(), sample.mig.end()));
        session.result("on_axes" + suffix, sample.on_axes);
        plot.points(sample.title, sample.mig, sample.factor_vae);
    };
    finish(plain, "_beta1");
    finish(large, "_constant");
    finish(relaxed, "");
    session.note("mig_gain", median(relaxed.mig) - median(plain.mig));
    session.note("factor_vae_gain", median(relaxed.factor_vae) - median(plain.factor_vae));
    plot.save(session.file("seeds.png"));
}

}  // namespace

const tutorials::Experiment seeds{"seeds", "Five seeds of each weight", repeat};

// @figure{seeds.png, Each point is a net: one for each seed and weight.}
//
// | five seeds | $\beta = 1$ | $\beta =$ @result{beta} | falling from @result{beta} to @result{last_beta, .1f} |
// |---|---|---|---|
// | MIG: median | @result{median_mig_beta1, .2f} | @result{median_mig_constant, .2f} | @result{median_mig, .2f} |
// | MIG: least to most | @result{least_mig_beta1, .2f} to @result{most_mig_beta1, .2f} | @result{least_mig_constant, .2f} to @result{most_mig_constant, .2f} | @result{least_mig, .2f} to @result{most_mig, .2f} |
// | FactorVAE score: median | @result{median_factor_vae_beta1, .2f} | @result{median_factor_vae_constant, .2f} | @result{median_factor_vae, .2f} |
// | nets that have found x and y | @result{on_axes_beta1} of 5 | @result{on_axes_constant} of 5 | @result{on_axes} of 5 |
// | KL: median, nats | @result{median_kl_beta1, .1f} | @result{median_kl_constant, .1f} | @result{median_kl, .1f} |
// | reconstruction: median, nats | @result{median_reconstruction_beta1, .1f} | @result{median_reconstruction_constant, .1f} | @result{median_reconstruction, .1f} |
//
// In the MIG, every net of the last two columns is above every net with $\beta = 1$. In the FactorVAE
// score it is not so: a net with three clean units, for x, y and the scale, can vote for three
// factors of five only, which is about .6 however clean its axes are; a net with
// $\beta = 1$ has more units to vote with. The falling weight keeps the clean units and adds some
// for the form.
//
// The shape of the fall (30 %, half, 1.5) was chosen by trials with seeds 1 to 4 and their held-out
// sprites, so those four are not impartial. Seed 5 had no part in it.
