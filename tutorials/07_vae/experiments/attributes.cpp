// If a direction in latent space means something, it can be found from examples with and without it and
// added to others. The mean code of pullovers less that of T-shirts should mean *long sleeves*; ankle
// boots less sneakers, *a shaft*.

#include "tutorials/07_vae/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/measure.hpp"

namespace {

void attributes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Vae vae = the_vae(session).model;
    const Array codes = tutorials::encode(vae, data.train.images);
    const auto mean_code = [&](std::size_t label) {  // (1, 20)
        return nn::evaluate([](Variable z) { return mean(z, {0}, true); },
                            nn::take(codes, tutorials::members(data.train.labels, label)));
    };
    const auto add = [&](const Array& images, std::size_t with, std::size_t without,
                         Real strength) {
        const Array changed =
            nn::evaluate([&](Variable z, Variable a, Variable b) { return z + strength * (a - b); },
                         tutorials::encode(vae, images), mean_code(with), mean_code(without));
        return tutorials::decode(vae, changed);
    };
    enum : std::size_t { t_shirt = 0, pullover = 2, dress = 3, sandal = 5, sneaker = 7, boot = 9 };
    const Array dresses = tutorials::first_of(data.test, dress, 7),
                sandals = tutorials::first_of(data.test, sandal, 7);
    std::vector<tutorials::NamedImages> rows{{"image", tutorials::join(dresses, sandals)}};
    for (const auto& [name, strength] :
         {std::pair{"+ 0", 0.f}, std::pair{"+ ¼", 0.25f}, std::pair{"+ ½", 0.5f},
          std::pair{"+ ¾", 0.75f}, std::pair{"+ 1", 1.f}, std::pair{"+ 1¼", 1.25f}})
        rows.push_back({name, tutorials::join(add(dresses, pullover, t_shirt, strength),
                                              add(sandals, boot, sneaker, strength))});
    tutorials::save_named_rows(session.file("attributes.png"), rows, data.test.item);
}

const tutorials::Experiment experiment{"attributes", "Adding an attribute works in part",
                                       attributes};

}  // namespace

// @figure{attributes.png, First row: test images, dresses (left) and sandals (right). Below: their codes
// plus 0, ¼, ½, ¾, 1 and 1¼ times a direction, decoded; sleeves for the dresses, a shaft for the sandals.}
//
// Read it column by column (one seed). Dresses 2, 4 and 5 get long sleeves, but they lose their length too and
// end as pullovers. Dresses 1 and 3 get detached smudges at their sides. Sandals 2, 3 and 6 become boots, but
// number 2 is a boot already at + 0, in its reconstruction. Sandals 1, 4 and 5 fade into ghosts before
// anything new appears. The difference of two class means contains everything in which the classes differ,
// and a straight line may lead through a hole. Nor do the *axes* of the code mean anything: prior and bound
// stay the same after any rotation, but for the choice of a diagonal $q$ (chapter 9).
