// One test of a representation is what a *simple* model can read in it. The **linear probe**
// is one linear layer with a softmax (logistic regression) from the code to the ten classes. It is
// trained on the codes of all training images; the autoencoder, which has never seen a label, stays
// as it is. Each number of a code is first shifted and scaled to mean 0 and variance 1. That changes
// nothing in what a linear layer can express; it makes units with small activations learn as fast as others. The probe of the
// pixels is trained for 10 epochs, each probe of a code for 20.
//
// | the probe reads | correct on test images |
// |---|---|
// | pixels | @result{linear_probe_accuracy_pixels, .1%} |
// | the free code | @result{linear_probe_accuracy_free, .1%} |
// | the small code | @result{linear_probe_accuracy_small, .1%} |
// | the sparse code | @result{linear_probe_accuracy, .1%} |
//
// The sparse code is not the better representation for this probe. It reads the small code best and
// the sparse code no better than the pixels. One explanation: on or off says less than a value between.
// (One seed; the standard error of such a share of 10 000 images is about .4 %.)

#include <cmath>

#include "nn/losses/losses.hpp"
#include "nn/rows.hpp"
#include "tutorials/05_sparse/shared.hpp"

using namespace sparse;

namespace {

/// Shifts and scales each number of two sets of codes, (N, J) and (M, J), so that in the first its
/// mean is 0 and its variance 1, or less if it hardly ever changes.
void standardise(Array& codes, Array& held_out) {
    const std::size_t numbers = codes.shape(1);
    Numbers mean(numbers, 0.0), scale(numbers, 0.0);
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t j = 0; j < numbers; ++j) mean[j] += double{codes(i, j)};
    for (double& each : mean) each /= static_cast<double>(codes.shape(0));
    for (std::size_t i = 0; i < codes.shape(0); ++i)
        for (std::size_t j = 0; j < numbers; ++j)
            scale[j] += (codes(i, j) - mean[j]) * (codes(i, j) - mean[j]);
    for (double& each : scale)
        each = 1 / std::sqrt(1e-4 + each / static_cast<double>(codes.shape(0)));
    for (Array* const set : {&codes, &held_out})
        for (std::size_t i = 0; i < set->shape(0); ++i)
            for (std::size_t j = 0; j < numbers; ++j)
                (*set)(i, j) = static_cast<Real>(((*set)(i, j) - mean[j]) * scale[j]);
}

double probe(Session& session, const std::string& name, std::size_t epochs, Array codes,
             Array held_out) {
    const nn::TrainTest& data = session.load_data();
    standardise(codes, held_out);
    const nn::Dataset read{.images = std::move(codes), .labels = data.train.labels};
    nn::Random random(session.flags.seed);
    nn::Linear classifier(held_out.shape(1), data.train.classes, random);
    if (session.flags.quick) epochs = 2;
    tutorials::fit(session, classifier, read, random,
                   {.epochs = epochs,
                    .name = "probe_" + name,
                    .learning_rate = nn::schedule::cosine(5e-3, 0, static_cast<double>(epochs)),
                    .quiet = true},
                   [&](autograd::Tape& tape, const nn::Batch& batch) -> tutorials::Loss {
                       const Variable logits = classifier(tape.constant(batch.images));
                       return {nn::categorical_loss(logits, batch.labels), {}};
                   });
    const Indices said =
        nn::argmax(nn::map_rows(held_out, [&](Variable a) { return classifier(a); }));
    double right = 0;
    for (std::size_t i = 0; i < said.size(); ++i) right += said[i] == data.test.labels[i] ? 1 : 0;
    return right / static_cast<double>(said.size());
}

void read_codes(Session& session) {
    const nn::TrainTest& data = session.load_data();
    session.result("linear_probe_accuracy_pixels",
                   probe(session, "pixels", 10, data.train.images, data.test.images));
    const auto read = [&](const std::string& name, const Autoencoder& net) {
        return probe(session, name, 20, tutorials::encode(net, data.train.images),
                     tutorials::encode(net, data.test.images));
    };
    session.result("linear_probe_accuracy_free", read("free", free_net(session)));
    session.result("linear_probe_accuracy_small", read("small", small_net(session)));
    session.result("linear_probe_accuracy", read("sparse", sparse_net(session)));
}

const tutorials::Experiment probe_experiment{"probe", "What a linear classifier reads in a code",
                                             read_codes};

}  // namespace
