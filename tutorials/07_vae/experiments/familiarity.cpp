// It is tempting to use the bound as a detector: an image with a low bound should be unlike the training
// set. Test it on pictures that are no clothes: drawn glyphs (the generator of `--data glyphs`), the test
// images turned upside down, test images with shuffled pixels, and an image that is black everywhere.

#include <algorithm>

#include "models/evaluate/roc.hpp"
#include "nn/data/glyphs.hpp"
#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/measure.hpp"

namespace {

Array upside_down(Array images) {
    for (std::size_t i = 0; i < images.shape(0); ++i)
        std::reverse(images.data() + i * images.shape(1),
                     images.data() + (i + 1) * images.shape(1));
    return images;
}

Array shuffled(Array images, nn::Random& random) {
    const Array original = images;
    for (std::size_t i = 0; i < images.shape(0); ++i) {
        const Indices order = random.permutation(images.shape(1));
        for (std::size_t d = 0; d < order.size(); ++d) images(i, d) = original(i, order[d]);
    }
    return images;
}

void familiarity(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Vae vae = the_vae(session).model;
    nn::Random random{session.flags.seed};
    const auto cost = [&](const Array& images) {  // −ELBO of each, mean of 10 draws
        Numbers sums(images.shape(0), 0);
        for (int draw = 0; draw < 10; ++draw) {
            const Array once = nn::map_rows(images, [&](Variable x) {
                const models::Draws draws = vae.draw(x, 1, random);
                return models::kl(draws.levels[0]) - draws.log_likelihood;
            });
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += double{once(i)} / 10;
        }
        return sums;
    };
    const nn::Dataset test = nn::first(data.test, 2000);
    const Numbers clothes = cost(test.images);
    session.result("cost_of_clothes", average(clothes));
    const auto compare = [&](const std::string& key, const Array& images) {
        const Numbers others = cost(images);
        session.result("cost_of_" + key, average(others));
        session.result("auc_of_" + key, models::area_under_roc(clothes, others));
    };
    nn::Random of_glyphs{session.flags.seed};
    const auto glyphs = nn::glyphs(test.size(), of_glyphs);
    if (glyphs.images.shape(1) == test.images.shape(1)) compare("glyphs", glyphs.images);
    compare("upside_down", upside_down(test.images));
    compare("shuffled", shuffled(test.images, random));
    const Numbers black = cost(autograd::full({1, test.images.shape(1)}, 0));
    session.result("cost_of_black", black[0]);
    session.result("clothes_above_black", 100 * models::area_under_roc(black, clothes));  // %
    Numbers per_class;
    for (std::size_t c = 0; c < data.test.classes; ++c) {
        Numbers of_class;
        for (std::size_t i = 0; i < test.size(); ++i)
            if (test.labels[i] == c) of_class.push_back(clothes[i]);
        per_class.push_back(average(of_class));
    }
    session.result("cheapest_class", *std::min_element(per_class.begin(), per_class.end()));
    session.result("dearest_class", *std::max_element(per_class.begin(), per_class.end()));
}

const tutorials::Experiment experiment{
    "familiarity", "A high likelihood does not mean that an image is familiar", familiarity};

}  // namespace

// | pictures | mean $-$ELBO, nats (one seed) | AUC against clothes |
// |---|--:|--:|
// | 2000 test images | @result{cost_of_clothes, .0f} | |
// | glyphs | @result{cost_of_glyphs, .0f} | @result{auc_of_glyphs, .2f} |
// | test images, upside down | @result{cost_of_upside_down, .0f} | @result{auc_of_upside_down, .2f} |
// | test images, pixels shuffled | @result{cost_of_shuffled, .0f} | @result{auc_of_shuffled, .2f} |
// | one black image | @result{cost_of_black, .0f} | |
//
// (*AUC*: the probability that such a picture costs more than one of the clothes; ½ is chance.)
//
// The glyphs, which look nothing like clothes, cost *less* than clothes, and a black image costs less than
// each of the 2000 test images. The bound follows brightness and texture: the mean of the
// cheapest class of clothes is @result{cheapest_class, .0f} nats and that of the most expensive one
// @result{dearest_class, .0f}. Dark and simple pictures cost little, whether they are familiar or not.
// Shuffled pixels are found: they cost twice as much as clothes. The effect is known for several kinds
// of models (Nalisnick et al. 2019).
