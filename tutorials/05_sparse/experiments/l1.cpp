// **Equation (2) first, without any network.** Six numbers $a$ prefer the values $u$; each has the
// error $(a - u)^2$ and a price with the weight .4, and is the ReLU of a parameter, so that it can be
// exactly 0. Gradient descent finds:
//
// | $u$ | .05 | .1 | .15 | .3 | .6 | 1 |
// |---|---|---|---|---|---|---|
// | with $a^2$ | @result{square_0, .3f} | @result{square_1, .3f} | @result{square_2, .3f} | @result{square_3, .3f} | @result{square_4, .3f} | @result{square_5, .3f} |
// | with $\lvert a \rvert$ | @result{abs_0, .3f} | @result{abs_1, .3f} | @result{abs_2, .3f} | @result{abs_3, .3f} | @result{abs_4, .3f} | @result{abs_5, .3f} |
//
// Under the square each becomes $u / 1.4$. Under $|a|$ each loses .2, and those below .2 become 0.
//
// **Then networks**, with ReLU units, because L1 wants units that can be exactly zero. There is no
// target, only a weight λ. Each network of the path is trained on the same 20 000 images for 6 epochs.
// The learning rate is a fifth of the lesson's: one large step can push a ReLU below zero for all
// images, and then it gets no gradient any more.
//
// | λ | units above 0, per image | $\sum a$, per image | units that are never above 0 | error per pixel | length of the columns |
// |---|---|---|---|---|---|
// | 0 | @result{l1_0_active, .0f} | @result{l1_0_sum, .0f} | @result{l1_0_never, .0f} | @result{l1_0_mse, .4f} | @result{l1_0_length, .2f} |
// | .01 | @result{l1_1_active, .0f} | @result{l1_1_sum, .0f} | @result{l1_1_never, .0f} | @result{l1_1_mse, .4f} | @result{l1_1_length, .2f} |
// | .03 | @result{l1_2_active, .0f} | @result{l1_2_sum, .0f} | @result{l1_2_never, .0f} | @result{l1_2_mse, .4f} | @result{l1_2_length, .2f} |
// | .1 | @result{l1_3_active, .0f} | @result{l1_3_sum, .0f} | @result{l1_3_never, .0f} | @result{l1_3_mse, .4f} | @result{l1_3_length, .2f} |
// | .3 | @result{l1_4_active, .0f} | @result{l1_4_sum, .0f} | @result{l1_4_never, .0f} | @result{l1_4_mse, .4f} | @result{l1_4_length, .2f} |
//
// @figure{l1.png, Test error per pixel against the units above 0 per image, one point for each λ; and the
// error of PCA against its number of components.}
//
// @figure{l1_units.png, The L1 network with the largest weight: what 32 of its units add, those that
// are above 0 for the most images. Grey is zero.}
//
// More weight means a smaller sum, fewer units above 0 and a larger error, without exception. With
// about 30 numbers per image L1 and PCA have nearly the same error, though the thirty units of L1 are
// others for each image; with about 90 and more PCA has the smaller error, against networks with as
// little training as these (one seed). The units look like garments, outlines and parts of them. L1 alone
// could also be lowered by small activations and long columns; in these trainings the columns become
// longer by about a tenth at most.
//
// L1 has two drawbacks. **Dead units**: @result{l1_4_never, .0f} units of the last network are 0
// for every test image. To the KL such a unit is very expensive; L1 charges nothing for it.
// **Shrinkage**: by (2) the price takes from *every* activation, large ones included.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/evaluate/pca.hpp"
#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;
using tutorials::Plot;

namespace {

void soft_threshold(Session& session) {
    const Array wanted = autograd::array({6}, {0.05, 0.1, 0.15, 0.3, 0.6, 1});
    const auto settle = [&](const std::string& name, Variable (*price)(Variable)) {
        autograd::Parameter a{wanted};
        nn::Sgd descent({{"a", &a}}, {.learning_rate = Real(0.05)});
        autograd::Tape tape;
        for (int step = 0; step < 300; ++step) {
            tape.rewind();
            const Variable active = relu(tape.parameter(a));
            const Variable error = square(active - tape.constant(wanted));
            descent.step(tape.backward(sum(error + Real(0.4) * price(active))));
        }
        const Array found = nn::evaluate(autograd::relu, a.value);
        for (std::size_t i = 0; i < found.size(); ++i)
            session.note(name + "_" + std::to_string(i), double{found(i)});
    };
    settle("square", autograd::square);
    settle("abs", autograd::abs);
}

struct Point {
    double active, sum, error;
};

Point measure(Session& session, const std::string& name, Autoencoder& net, const Array& images) {
    const Use use = use_of(tutorials::encode(net, images), 0);
    const Numbers length = lengths(added(net));
    double never = 0, total = 0;
    for (std::size_t unit = 0; unit < length.size(); ++unit)
        use.on[unit] > 0 ? total += length[unit] : never += 1;
    const auto units = static_cast<double>(length.size());
    const Point p{mean_of(use.on) * units, mean_of(use.rate) * units,
                  tutorials::error_per_pixel(net, images)};
    session.result(name + "_active", p.active);
    session.result(name + "_mse", p.error);
    session.note(name + "_sum", p.sum);
    session.note(name + "_never", never);
    session.note(name + "_length", total / std::max(1.0, units - never));
    return p;
}

void draw_units(Session& session, Autoencoder& net, const nn::Dataset& test) {
    Indices units = highest_first(use_of(tutorials::encode(net, test.images), 0).on);
    std::vector<tutorials::NamedImages> rows;
    for (std::size_t row = 0; row < 2; ++row)
        rows.push_back(
            {"", as_pictures(nn::take(added(net),
                                      Indices(units.begin() + std::ptrdiff_t(16 * row),
                                              units.begin() + std::ptrdiff_t(16 * row + 16))))});
    tutorials::save_named_rows(session.file("l1_units.png"), rows, test.item, 2);
}

void draw_trade(Session& session, const std::vector<Point>& path, const nn::TrainTest& data) {
    Numbers active, error, components, of_pca;
    for (const Point& p : path) {
        active.push_back(p.active);
        error.push_back(p.error);
    }
    const std::size_t most = std::min<std::size_t>(256, data.train.images.shape(1));
    const models::Pca pca = models::pca(data.train.images, most);
    for (std::size_t k = 4; k <= most; k *= 2) {
        components.push_back(static_cast<double>(k));
        of_pca.push_back(pca.first(k).squared_error(data.test.images) /
                         static_cast<double>(pca.mean.size()));
    }
    Plot({.x = "numbers per image that are not 0",
          .y = "squared error per pixel",
          .log_x = true,
          .log_y = true})
        .line("L1: units above 0", active, error)
        .line("PCA: components", components, of_pca)
        .save(session.file("l1.png"));
}

void follow_path(Session& session) {
    soft_threshold(session);
    const nn::TrainTest& data = session.load_data();
    const nn::TrainTest some{some_of(data.train), data.test};
    std::vector<Point> path;
    for (const double lambda : {0.0, 0.01, 0.03, 0.1, 0.3}) {
        const std::string name = "l1_" + std::to_string(path.size());
        Autoencoder net =
            train(session,
                  {.name = name,
                   .price = [=](Variable a) { return Real(lambda) * models::l1_penalty(a); },
                   .activation = autograd::relu,
                   .rate = 0.2,
                   .epochs = short_epochs,
                   .gamma = 0},
                  some.train);
        path.push_back(measure(session, name, net, data.test.images));
        if (lambda == 0.3) draw_units(session, net, data.test);
    }
    const bool monotone =
        std::adjacent_find(path.begin(), path.end(), [](const Point& a, const Point& b) {
            return b.sum >= a.sum || b.active >= a.active || b.error <= a.error;
        }) == path.end();
    session.result("l1_path_monotone", monotone ? 1 : 0);
    draw_trade(session, path, some);
}

const tutorials::Experiment l1{"l1", "A path of L1 weights, in which units become exactly zero",
                               follow_path};

}  // namespace
