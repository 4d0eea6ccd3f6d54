// (prose)

#include <algorithm>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/timing.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

// The seconds of a training step of each net, by turns, so that whatever else runs here slows all of
// them.

Numbers step_seconds(std::vector<Autoencoder>& nets, const Array& images, int turns) {
    Numbers least(nets.size(), 1e9);
    std::vector<Tape> tapes(nets.size());
    std::vector<nn::Adam> rules;
    for (Autoencoder& net : nets) rules.emplace_back(net, nn::AdamSettings{});
    for (int turn = 0; turn < turns; ++turn)
        for (std::size_t i = 0; i < nets.size(); ++i)
            least[i] = std::min(
                least[i], tutorials::seconds([&] {
                    tapes[i].rewind();
                    rules[i].step(tapes[i].backward(nets[i].loss(tapes[i].constant(images))));
                }));
    return least;
}

void equal_time(Session& session) {
    const Data data = split(session);
    const Shape& item = data.train.item;
    nn::Random random{session.flags.seed};
    const auto convolutional = the_convolutional(session, data);
    const std::size_t width = width_for(item, weights(convolutional.model));
    const std::vector<std::vector<std::size_t>> hidden{{width}, {512}, {512, 256}};
    const std::vector<std::string> names{"narrow", "wide", "deep"};

    std::vector<Autoencoder> nets{convolutional_autoencoder(item, random)};
    for (const auto& widths : hidden) nets.push_back(dense_autoencoder(item, widths, random));
    const Numbers cost = step_seconds(nets, nn::first(data.train, session.flags.batch).images,
                                      session.flags.quick ? 3 : 60);

    Plot plot{{.x = "seconds of training, the convolutional net's whole run being 1",
               .y = "squared error per validation pixel",
               .y_range = {{0, 0.03}}}};
    const auto add = [&](const std::string& title, const nn::History& history, double of_time) {
        Numbers seconds, errors;
        for (const double epoch : history.column("epoch"))
            seconds.push_back(epoch / history.column("epoch").back() * of_time);
        plot.line(title, seconds, history.column("test_mse_per_pixel"));
    };
    add("convolutional", convolutional.history, 1);
    session.result("equal_mse", tutorials::error_per_pixel(convolutional.model, data.test.images));
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        const double ratio = cost[0] / cost[i + 1];
        const auto epochs =
            static_cast<std::size_t>(ratio * static_cast<double>(session.flags.epochs) + 1);
        nn::Random start{session.flags.seed};
        const auto dense = train(session, data, dense_autoencoder(item, hidden[i], start), start,
                                 "equal_" + names[i], session.epochs(epochs));
        add(names[i], dense.history, 1);
        session.result("equal_epochs_" + names[i], static_cast<double>(epochs));
        session.result("equal_weights_" + names[i], static_cast<double>(weights(dense.model)));
        session.result("equal_mse_" + names[i],
                       tutorials::error_per_pixel(dense.model, data.test.images));
    }
    plot.save(session.file("equal_time.png"));
}

}  // namespace

const tutorials::Experiment experiment{"equal_time", "The dense nets get as much time", equal_time};
