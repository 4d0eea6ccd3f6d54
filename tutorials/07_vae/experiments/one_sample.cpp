// The gradient of a step is random for two reasons: which images are in the batch, and which $z$ were
// drawn for them. The variance of the gradient of all weights, over many batches, has both parts; over
// many draws for *one* batch it has only the second. More draws per image would reduce the second part
// only.

#include "tutorials/07_vae/shared.hpp"

namespace {

double gradient_variance(Vae& vae, const std::vector<Array>& batches, nn::Random& random) {
    const auto parameters = nn::parameters(vae);
    Numbers sum(nn::parameter_count(parameters), 0), squares = sum;
    Tape tape;
    for (const Array& images : batches) {
        tape.rewind();
        const auto& gradients = tape.backward(-vae.elbo(tape.constant(images), random).value());
        std::size_t i = 0;
        for (const auto& named : parameters)
            for (const Real g : gradients.of(*named.parameter).storage()) {
                sum[i] += double{g};
                squares[i++] += double{g} * double{g};
            }
    }
    const double n = static_cast<double>(batches.size());
    double variance = 0;
    for (std::size_t i = 0; i < sum.size(); ++i)
        variance += (squares[i] - sum[i] * sum[i] / n) / (n - 1);
    return variance;
}

void one_sample(Session& session) {
    const nn::TrainTest& data = session.load_data();
    Vae vae = the_vae(session).model;
    nn::Random random{session.flags.seed};
    nn::Batches deal{data.train, session.flags.batch, {.drop_last = true}};
    std::vector<Array> different;
    for (const nn::Batch& batch : deal.shuffled(random))
        if (different.size() < 64) different.push_back(batch.images);
    const std::vector<Array> same(different.size(), different[0]);
    const double all = gradient_variance(vae, different, random);
    session.result("noise_share", 100 * gradient_variance(vae, same, random) / all);
}

const tutorials::Experiment experiment{"one_sample", "One draw for each image is enough",
                                       one_sample};

}  // namespace

// In the trained model @result{noise_share, .0f} % of the variance comes from $z$ (64 draws for one batch of
// 128 against 64 batches; one seed, and another batch gives another number). So would more draws help? Ten
// draws for each image reduce this part to a tenth and leave the rest. Ten times as many *images* with one
// draw each reduce all of it to a tenth, and the decoder does the same work. One draw is noisy, but its
// gradient is right on average, and a step with one draw takes less time. Exercise 4 measures what is better
// in the same time.
