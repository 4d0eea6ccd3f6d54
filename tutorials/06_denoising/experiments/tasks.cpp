// Three nets, 784-512-784, alike in everything but the pair that they learn from:
//
// - clean in, clean out: an autoencoder, which is then used to remove noise, in the belief that it lets
//   through only what is typical;
// - noisy in, noisy out: the corruption applied to the batch *before* it becomes input and target;
// - noisy in, clean out.

#include <cstdio>

#include "tutorials/06_denoising/shared.hpp"

using namespace denoising;

namespace {

void three_tasks(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const auto noise = nn::gaussian_noise(.3);
    struct Task {
        std::string name, title;
        Teacher teacher;
    };
    const std::vector<Task> tasks{{"clean_clean", "clean → clean",
                                   [](const nn::Batch& batch, nn::Random&) -> Pair {
                                       return {batch.images, batch.images};
                                   }},
                                  {"noisy_noisy", "noisy → noisy",
                                   [noise](const nn::Batch& batch, nn::Random& random) -> Pair {
                                       const Array noisy = noise(batch.images, random);
                                       return {noisy, noisy};
                                   }},
                                  {"noisy_clean", "noisy → clean", denoise(noise)}};
    const nn::Dataset learn = to_learn_from(data);
    const Array noisy = noisy_test(session, .3);
    std::vector<NamedImages> rows{{"clean", few(data.test.images, 8)},
                                  {"noisy, σ = .3", few(noisy, 8)}};
    for (const auto& [name, title, teacher] : tasks) {
        nn::Random random(session.flags.seed);
        Autoencoder net = small_net(noisy.shape(1), random);
        const auto fit = teach(session, net, learn, random,
                               {.epochs = 4, .name = name, .quiet = true}, 3e-3, teacher);
        session.result("loss_" + name, fit.history.column("train_loss").back());
        session.result("psnr_" + name, psnr(restore(net, noisy), data.test.images));
        rows.push_back({title, restore(net, few(noisy, 8))});
    }
    tutorials::save_named_rows(session.file("tasks.png"), rows, data.test.item);
}

const tutorials::Experiment tasks{"tasks", "Two nets that were never asked to remove noise",
                                  three_tasks};

}  // namespace

// | trained on | error on its own task, per image | repairs noise of .3 to |
// |---|---|---|
// | clean → clean | @result{loss_clean_clean, .2f} | @result{psnr_clean_clean, .2f} dB |
// | noisy → noisy | @result{loss_noisy_noisy, .2f} | @result{psnr_noisy_noisy, .2f} dB |
// | noisy → clean | @result{loss_noisy_clean, .2f} | @result{psnr_noisy_clean, .2f} dB |
//
// @figure{tasks.png, What three nets of one shape make of noisy images.}
//
// Four epochs each, one seed. The loss of the second net asks for noise in its answers. The first removes
// much of the noise, more than the second, because what is not typical does not get through; but it does
// so only as long as it is not a good copier (exercise 4). The losses tell nothing of this: the first
// net's is less than half of the third's, whose task is harder. **Compare losses only between nets that
// do the same task**, and measure on the task that you have.
