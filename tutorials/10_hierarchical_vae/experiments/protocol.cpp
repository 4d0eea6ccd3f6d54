// How do papers measure this? The protocol of the Exemplar VAE paper, on the same data: 50 000
// images to learn from, binarised anew for every batch, and 10 000 to choose by; validation and test
// images binarised once; KL warm-up over 100 epochs; batches of 100; stop when −ELBO on the
// validation images has not fallen for 50 epochs and go back to the best; $\ln p(x)$ by importance
// weighting with $K = 5000$. One command reproduces one row of the table. Without `--protocol` this
// experiment only prints the two commands, because each takes nearly two hours of one core that is
// shared with other work:
//
// ```sh
// build/tutorials/10_hierarchical_vae --protocol vae --epochs 500 --batch 100 --out out/vae
// build/tutorials/10_hierarchical_vae --protocol hvae --epochs 400 --batch 100 --out out/hvae --against out/vae
// ```
//
// | model | published | here, one run each | seconds, one shared core |
// |---|---|---|---|
// | gated VAE, 40 units | 228.70 ± .15 | @result{vae/test_neg_log_likelihood, .1f} ± @result{vae/standard_error, .1f} | @result{vae/seconds, .0f} |
// | two levels of 40 | 227.37 ± .10 | @result{hvae/test_neg_log_likelihood, .1f} ± @result{hvae/standard_error, .1f} | @result{hvae/seconds, .0f} |
//
// These two runs were made with an earlier version of the program; the list at the end of the page
// names it. Our ± is the standard error of a mean over 10 000 images; the other ± is the paper's.
// Our means differ from the paper's by less than our standard error. Image by image, two
// levels are better by @result{hvae/gain, .2f} ± @result{hvae/gain_error, .2f} nats, where the ± again
// says nothing about other seeds. (The levels and the paired difference were computed afterwards from
// the models and files of those two runs. The program now does it itself.)
//
// The VAE spends @result{vae/kl_lower, .1f} nats in @result{vae/active_lower, .0f} active units. Of
// the two levels the upper spends @result{hvae/kl_upper, .1f} in @result{hvae/active_upper, .0f} and
// the lower @result{hvae/kl_lower, .1f} in @result{hvae/active_lower, .0f}. In the lesson's model the
// lower level carries more. At least four things differ between the two: the decoder sees both levels here,
// there are no free bits, the warm-up is a quarter of the training and not half of it, and there are
// 40 times as many epochs. Exercise 5 tries the first of them alone, with four epochs: the upper level
// does not carry more then.
//
// The learning rate falls along a cosine here, where the paper's is constant.

#include <cmath>
#include <cstdio>
#include <string>

#include "../shared.hpp"
#include "models/evaluate/log_likelihood.hpp"
#include "models/vae.hpp"
#include "nn/data/batches.hpp"
#include "tutorials/support/fit.hpp"

namespace hierarchical {

namespace {

// The ELBO of a whole set, with one draw per image.

template <class Model>
double elbo_of(const Model& model, const Dataset& data, nn::Random& random) {
    nn::Batches batches{data, 500};
    Tape tape;
    tape.set_inference(true);
    double total = 0;
    for (const nn::Batch& batch : batches.in_order()) {
        tape.rewind();
        const double elbo = model.elbo(tape.constant(batch.images), random).value().item();
        total += elbo * static_cast<double>(batch.size());
    }
    return total / static_cast<double>(data.size());
}

template <class Model>
void train_by_protocol(Session& session, Model& model, const Dataset& train,
                       const Dataset& validation, nn::Random& random) {
    const double rate = session.flags.learning_rate;
    const double epochs = static_cast<double>(session.flags.epochs);
    const nn::Schedule weight =
        nn::schedule::linear_ramp(0, 1, static_cast<double>(protocol.warm_up));
    nn::Adam adam{model, {.learning_rate = Real(rate)}};
    nn::Batches batches{train, session.flags.batch};
    nn::Training training{
        session.training({.epochs = session.flags.epochs,
                          .name = protocol.row,
                          .learning_rate = nn::schedule::cosine(rate, rate / 50, epochs),
                          .patience = protocol.patience,
                          .conditions = {{"warm-up", autograd::text(protocol.warm_up)}}}),
        model, adam, random};
    Array binary;
    const auto loss = [&](Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
        random.bernoulli(batch.images, binary);
        const auto elbo = model.elbo(tape.constant(binary), random);
        const Variable value = -elbo.value(Real(weight(training.time())));
        return {value, {{"loss", value.item()}, {"reconstruction", elbo.reconstruction.item()}}};
    };
    tutorials::fit(training, adam, batches, loss, [&]() -> nn::Metrics {
        return {{"neg_elbo", -elbo_of(model, validation, random)}};
    });
    session.result("best_epoch", static_cast<double>(training.best_epoch()));
    session.note("train_images_per_second", training.images_per_second());
}

// The estimate is printed as it grows, with its error, so it can be read early. The numbers of all
// images go to a file, so that `--against` can compare two rows image by image.

template <class Model>
void evaluate_by_protocol(Session& session, const Model& model, const Dataset& test,
                          const Numbers& others, nn::Random& random) {
    Numbers costs;
    nn::History table;
    nn::Batches batches{test, 500};
    for (const nn::Batch& batch : batches.in_order()) {
        const auto found =
            models::importance_weighted(model, batch.images, protocol.samples, random);
        for (const double log_p : found.per_image) {
            table.add({{"image", static_cast<double>(costs.size())}, {"cost", -log_p}});
            costs.push_back(-log_p);
        }
        const auto [mean, error] = estimate(costs);
        std::printf("  %5zu images, K = %zu: %.2f ± %.2f nats\n", costs.size(), protocol.samples,
                    mean, error);
    }
    nn::write_history(session.file("neg_log_likelihood.csv"), table);
    session.result("test_neg_log_likelihood", estimate(costs).mean);
    session.result("standard_error", estimate(costs).standard_error);
    if (others.empty()) return;
    const Estimate gain = estimate(difference(others, costs));
    session.result("gain", gain.mean);
    session.result("gain_error", gain.standard_error);
}

// The other row's numbers, read before anything is trained.

Numbers costs_of_another() {
    if (protocol.against.empty()) return {};
    const auto table = nn::read_history(protocol.against + "/neg_log_likelihood.csv");
    autograd::require(table.rows.size() == protocol.images, "[--against] got ", table.rows.size(),
                      " images, expected ", protocol.images);
    return table.column("cost");
}

template <class Model>
void reproduce(Session& session, Model model) {
    const Numbers others = costs_of_another();
    const nn::TrainTest& data = session.load_data();
    nn::Random coins{2020}, random{session.flags.seed};
    const std::size_t held_out = data.train.size() / 6;
    const Dataset train = nn::first(data.train, data.train.size() - held_out);
    const Dataset validation = nn::binarise(nn::last(data.train, held_out), coins);
    const Dataset test = nn::first(nn::binarise(data.test, coins), protocol.images);
    train_by_protocol(session, model, train, validation, random);
    session.result("test_neg_elbo", -elbo_of(model, test, random));
    nn::Random draws{session.flags.seed};
    const auto use = models::latent_use(model, test.images, draws);
    std::printf("%s: %s\n", protocol.row.c_str(), models::report(use).c_str());
    note_levels(session, use);
    evaluate_by_protocol(session, model, test, others, random);
}

// The gated VAE 784-300-300-40 of the table, and the hierarchical one, whose decoder sees both
// levels.

}  // namespace

std::vector<tutorials::Option> protocol_options() {
    return {{"--protocol", &protocol.row, "a row of the published table: vae or hvae"},
            {"--warm-up", &protocol.warm_up, "its KL warm-up, in epochs"},
            {"--patience", &protocol.patience, "epochs without a better one before it stops early"},
            {"--samples", &protocol.samples, "its samples K per test image"},
            {"--images", &protocol.images, "how many test images it judges by"},
            {"--against", &protocol.against, "the folder of a row to compare it with"}};
}

void published_protocol(Session& session) {
    if (protocol.row.empty()) {
        std::puts(
            "A row takes hours. The commands:\n"
            "  --protocol vae --epochs 500 --batch 100 --out out/vae\n"
            "  --protocol hvae --epochs 400 --batch 100 --out out/hvae --against out/vae");
        return;
    }
    nn::Random random{session.flags.seed};
    autograd::require(protocol.row == "vae" || protocol.row == "hvae", "[protocol] got ",
                      protocol.row, ", expected vae or hvae");
    if (protocol.row == "vae")
        reproduce(session,
                  models::Vae{{.hidden = {300, 300}, .latent = 40, .gated = true}, random});
    else
        reproduce(session, HierarchicalVae{{.gated = true, .skip = true}, random});
}

namespace {

const tutorials::Experiment experiment{
    "protocol", "The published protocol: hours for each row of its table", published_protocol};

}  // namespace

}  // namespace hierarchical
