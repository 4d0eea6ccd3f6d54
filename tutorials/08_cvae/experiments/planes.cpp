// Three models with two latent units, so that one can look at the codes (one seed, 10 epochs).
//
// @figure{plane_nobody.png, Codes of 2000 test images, drawn from q. Nothing is told.}
//
// @figure{plane_both.png, The same if encoder and decoder are told.}
//
// @figure{plane_all.png, The same if the prior is told as well. The ellipses are two standard deviations of
// the prior of each class, in its colour.}
//
// @explorer{styles.png, plane_decoder.safetensors, The styles of the first class at 12 × 12 quantiles
// of the normal distribution. On the web page, choose another class and hold the style.}
//
// Without labels each class has a region of the prior, and some regions overlap. If encoder and
// decoder are told, every class should fill the prior by (4). After 10 epochs this has begun: tops
// lie over tops and footwear over footwear, but the two still keep to their sides. If the prior is
// told, each class has an ellipse of its own, and the code says more about the class again; what you
// can carry over is the place within the ellipse.
//
// The decoder to try is that of the second figure. T-shirts have their codes on the right, and there
// they look like T-shirts, brighter to the right and wider upwards. At the lower left there are scraps:
// sneakers have codes there and T-shirts hardly any.

#include <cmath>

#include "nn/io/png.hpp"
#include "nn/rows.hpp"
#include "tutorials/08_cvae/shared.hpp"
#include "tutorials/support/plane.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

Plot codes(const std::string& title, const Trained& model, const Dataset& shown,
           nn::Random& random) {
    const Array c = one_hot(shown.labels, shown.classes), noise = random.normal({shown.size(), 2});
    const Array z =
        nn::evaluate([&](Variable x, Variable condition,
                         Variable e) { return model.cvae.encode(x, condition).sample(e); },
                     shown.images, c, noise);
    Plot plot{{.title = title,
               .x = "z₁",
               .y = "z₂",
               .same_scale = true,
               .x_range = {{-5, 5}},
               .y_range = {{-5, 5}}}};
    return plot.scatter(z, shown.labels, shown.class_names);
}

// The prior of each class: a circle of two standard deviations around its mean.

void add_priors(Plot& plot, const Cvae& cvae) {
    const std::size_t classes = cvae.condition;
    const Array each = one_hot(in_turn(classes, classes), classes);
    const Array m = nn::evaluate([&](Variable c) { return cvae.prior(c).mean; }, each);
    const Array l = nn::evaluate([&](Variable c) { return cvae.prior(c).log_variance; }, each);
    for (std::size_t label = 0; label < classes; ++label) {
        Numbers x, y;
        for (double angle = 0; angle < 6.3; angle += 0.1) {
            x.push_back(m(label, 0) + 2 * std::exp(l(label, 0) / 2) * std::cos(angle));
            y.push_back(m(label, 1) + 2 * std::exp(l(label, 1) / 2) * std::sin(angle));
        }
        plot.contour(x, y, label);
    }
}

// The decoder for the page: z in the plane, and a class beside it.

void offer_the_styles(Session& session, Cvae cvae, const Dataset& data) {
    const std::size_t side = 12, classes = data.classes;
    nn::write_png(session.file("styles.png"),
                  nn::image_grid(decode(cvae, tutorials::normal_plane(side), 0), data.item,
                                 {.columns = side, .gap = 0, .scale = 3}));
    const Array z = nn::Random{session.flags.seed}.normal({classes, 2});
    const Array c = one_hot(in_turn(classes, classes), classes);
    const Array inputs = nn::evaluate(models::joined, z, c);
    std::string names;
    for (const std::string& name : data.class_names) names += (names.empty() ? "" : "\n") + name;
    tutorials::save_decoder(session.file("plane_decoder.safetensors"),
                            nn::parameters(cvae.decoder.net), inputs, decode(cvae, z, c),
                            {{"classes", names}});
}

void compare_planes(Session& session) {
    const Data data = split(session);
    const auto trained = [&](const std::string& name, Told told) {
        return train(session, data,
                     {.epochs = session.flags.epochs, .name = "plane_" + name, .quiet = true}, told,
                     2);
    };
    const Trained nobody = trained("nobody", {}), both = trained("both", {true, true, false}),
                  all = trained("all", {true, true, true});
    nn::Random random{session.flags.seed};
    const Dataset shown = nn::first(data.test, 2000);
    codes("nothing is told", nobody, shown, random).save(session.file("plane_nobody.png"));
    codes("encoder and decoder are told", both, shown, random).save(session.file("plane_both.png"));
    Plot own = codes("encoder, decoder and prior are told", all, shown, random);
    add_priors(own, all.cvae);
    own.save(session.file("plane_all.png"));
    offer_the_styles(session, both.cvae, shown);
}

}  // namespace

const tutorials::Experiment planes{"planes", "The same in the plane, and a decoder to try",
                                   compare_planes};
