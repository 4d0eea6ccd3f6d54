// More levels have more weights to overfit with. Here both models learn from only 500 images, for
// 200 epochs: once with pixels that were made binary once and for all, once with pixels that are
// drawn anew for every batch. The two-level model has more weights than the one-level model
// (@result{parameters_two, .0f} against @result{parameters_one, .0f}), so what the figure compares is
// these two models, not levels as such.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "../shared.hpp"
#include "tutorials/support/plot.hpp"

namespace hierarchical {

namespace {

struct Case {
    std::string key, title;
    std::vector<std::size_t> latent;
    bool resample;
};

void overfitting(Session& session) {
    const Data all = load(session);
    const bool quick = session.flags.quick;
    const std::size_t count = quick ? 256 : 500, epochs = quick ? 2 : 200;
    const Dataset grey = nn::first(all.train, count);
    nn::Random coins{2021};
    const Dataset fixed = nn::binarise(grey, coins);
    const std::vector<Case> cases{{"one_fixed", "one level, binarised once", {32}, false},
                                  {"two_fixed", "two levels, binarised once", {32, 16}, false},
                                  {"one_resampled", "one level, resampled", {32}, true},
                                  {"two_resampled", "two levels, resampled", {32, 16}, true}};
    std::vector<tutorials::Plot> plots;
    std::printf("%zu training images, %zu epochs: −ELBO in training and on test images\n", count,
                epochs);
    for (const std::size_t repetition : {0, 1, 2})
        for (const auto& [key, title, latent, resample] : cases) {
            const Data data{resample ? grey : fixed, nn::first(all.test, count)};
            Trained trained = train(session, data,
                                    {.input = grey.images.shape(1),
                                     .hidden = {200, 200},
                                     .between = {100},
                                     .latent = latent,
                                     .gated = true},
                                    {.name = key + "_" + std::to_string(repetition + 1),
                                     .epochs = epochs,
                                     .resample = resample,
                                     .repetition = repetition});
            const Numbers learnt = trained.history.column("train_neg_elbo"),
                          test = trained.history.column("test_neg_elbo");
            const double best = *std::min_element(test.begin(), test.end());
            const std::string suffix = "_" + key + "_" + std::to_string(repetition + 1);
            std::printf("  %-30s %7.2f %7.2f, best %7.2f\n", title.c_str(), learnt.back(),
                        test.back(), best);
            session.note("gap" + suffix, test.back() - learnt.back());
            session.note("test" + suffix, test.back());
            session.note("rise" + suffix, test.back() - best);
            if (repetition > 0) continue;
            if (!resample)
                session.note(
                    latent.size() == 1 ? "parameters_one" : "parameters_two",
                    static_cast<double>(nn::parameter_count(nn::parameters(trained.model))));
            const Numbers epoch = trained.history.column("epoch");
            tutorials::Plot plot{{.title = title,
                                  .x = "epoch",
                                  .y = "−ELBO (nats per image)",
                                  .y_range = {{220, 340}}}};
            plots.push_back(plot.line("training", epoch, learnt).line("test", epoch, test));
        }
    tutorials::save_plots(session.file("overfitting.png"), plots, 2);
}

const tutorials::Experiment experiment{
    "overfitting", "With 500 images both models overfit, less so if pixels are resampled",
    overfitting};

}  // namespace

}  // namespace hierarchical

// @figure{overfitting.png, −ELBO on training and test images with 500 training images, first seed.
// Above, binary pixels drawn once; below, drawn anew for every batch.}
//
// | model, binary pixels | gap of test and training −ELBO: seeds 1, 2, 3 | test −ELBO at the end | rise of test −ELBO from its best epoch |
// |---|---|---|---|
// | one level, drawn once | @result{gap_one_fixed_1, .1f}, @result{gap_one_fixed_2, .1f}, @result{gap_one_fixed_3, .1f} | @result{test_one_fixed_1, .1f}, @result{test_one_fixed_2, .1f}, @result{test_one_fixed_3, .1f} | @result{rise_one_fixed_1, .1f}, @result{rise_one_fixed_2, .1f}, @result{rise_one_fixed_3, .1f} |
// | two levels, drawn once | @result{gap_two_fixed_1, .1f}, @result{gap_two_fixed_2, .1f}, @result{gap_two_fixed_3, .1f} | @result{test_two_fixed_1, .1f}, @result{test_two_fixed_2, .1f}, @result{test_two_fixed_3, .1f} | @result{rise_two_fixed_1, .1f}, @result{rise_two_fixed_2, .1f}, @result{rise_two_fixed_3, .1f} |
// | one level, resampled | @result{gap_one_resampled_1, .1f}, @result{gap_one_resampled_2, .1f}, @result{gap_one_resampled_3, .1f} | @result{test_one_resampled_1, .1f}, @result{test_one_resampled_2, .1f}, @result{test_one_resampled_3, .1f} | @result{rise_one_resampled_1, .1f}, @result{rise_one_resampled_2, .1f}, @result{rise_one_resampled_3, .1f} |
// | two levels, resampled | @result{gap_two_resampled_1, .1f}, @result{gap_two_resampled_2, .1f}, @result{gap_two_resampled_3, .1f} | @result{test_two_resampled_1, .1f}, @result{test_two_resampled_2, .1f}, @result{test_two_resampled_3, .1f} | @result{rise_two_resampled_1, .1f}, @result{rise_two_resampled_2, .1f}, @result{rise_two_resampled_3, .1f} |
