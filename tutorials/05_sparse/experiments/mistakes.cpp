// The right network and the two wrong ones, all trained on the same 20 000 images for 6 epochs.
//
// @figure{mistakes.png, Single activations over the test images. Right: at 0 or at 1.
// Per example: most close to .05, hardly any above .2. Half: nearly all at 1.}
//
// | | right | per example | half |
// |---|---|---|---|
// | mean activation | @result{mean_activation_right, .3f} | @result{mean_activation_per_example, .3f} | @result{mean_activation_half, .3f} |
// | contrast | @result{contrast_right, .2f} | @result{contrast_per_example, .2f} | @result{contrast_half, .2f} |
// | units on, per image | @result{on_per_image_right, .0f} | @result{on_per_image_per_example, .0f} | @result{on_per_image_half, .0f} |
// | test error per pixel | @result{test_mse_per_pixel_right, .4f} | @result{test_mse_per_pixel_per_example, .4f} | @result{test_mse_per_pixel_half, .4f} |
//
// **Per example.** The KL of every activation from ρ, and *then* the mean. It looks like every other loss
// of this course. But now each unit is asked to be at .05 *for each image*, and most activations stay near it.
// The mean activation is not far off, and hardly any unit is ever on.
//
// **Half.** $\rho \ln (\rho / \hat\rho_j)$ alone falls as $\hat\rho_j$ grows, all the way to 1, so the
// units are pushed on. The symptom is in the log before any picture is drawn: the penalty is
// @result{penalty_half, .0f} nats, and by (6) no KL is negative. Its least value is $J \rho \ln \rho
// = -153$ nats.
//
// The symptoms are so large that one seed shows them; the errors are no ranking.

#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;

namespace {

/// The average in the wrong place: every single activation is compared with ρ.
Variable kl_per_example(Variable a) {
    return mean(sum(models::bernoulli_kl(Real(wishes.rho), a), {1}));
}

/// The missing half: being on is rewarded, being off is not.
Variable first_half(Variable a) {
    const auto rho = Real(wishes.rho);
    return sum(rho * log(rho / mean(a, {0})));
}

void make_mistakes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const nn::Dataset some = some_of(data.train);
    const auto rates = [](Variable a) { return models::kl_penalty(a, Real(wishes.rho)); };
    std::vector<std::pair<std::string, Array>> codes;
    for (const auto& [name, title, penalty] :
         {std::tuple<std::string, std::string, Penalty>{"right", "right", rates},
          {"per_example", "per example", kl_per_example},
          {"half", "half", first_half}}) {
        Plan plan = sparse_plan(name);
        plan.epochs = short_epochs;
        plan.price = [rate_price = penalty](Variable a) {
            return Real(wishes.beta) * rate_price(a) + prices(0, wishes.kappa)(a);
        };
        const Autoencoder net = train(session, plan, some);
        codes.emplace_back(title, tutorials::encode(net, data.test.images));
        note(session, "_" + name, net, data.test);
        session.result("penalty_" + name, nn::measure(penalty, codes.back().second));
    }
    histograms(codes).save(session.file("mistakes.png"));
}

const tutorials::Experiment mistakes{"mistakes", "A KL of single activations, and half a KL",
                                     make_mistakes};

}  // namespace
