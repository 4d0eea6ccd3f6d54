// A plain net of 48 units, whose recurrent weights are four times as large as usual, learns to name the first of 20 symbols, as above, by
// gradient descent with a momentum of .9 and a rate of .05, once with gradients as they are, once clipped at a norm of 1.
// Both see the same 400 batches.
//
// @figure{clipping.png, The loss, mean of 20 steps, and the norm of the gradient before clipping, of every 20th step (seed 1). The
// largest norms of the table lie between the points.}
//
// | | seed 1 | seed 2 | seed 3 |
// |---|---|---|---|
// | largest norm, not clipped | @result{largest_norm_plain_1, .1f} | @result{largest_norm_plain_2, .1f} | @result{largest_norm_plain_3, .1f} |
// | largest norm, clipped | @result{largest_norm_clipped_1, .1f} | @result{largest_norm_clipped_2, .1f} | @result{largest_norm_clipped_3, .1f} |
// | loss at the end, not clipped | @result{last_loss_plain_1, .2f} | @result{last_loss_plain_2, .2f} | @result{last_loss_plain_3, .2f} |
// | loss at the end, clipped | @result{last_loss_clipped_1, .2f} | @result{last_loss_clipped_2, .2f} | @result{last_loss_clipped_3, .2f} |
//
// The loss at the end is the mean of the last 100 steps, in nats. Guessing costs $\ln 8 = 2.08$.
//
// Not clipped, the net ends no better than guessing with each seed. Clipped, it has learnt the task, though the largest norms that
// it meets are not small. Clipping shortens such a step and keeps its direction. A lower rate might do as well without clipping. That was
// not measured.
//
#include <algorithm>
#include <cmath>
#include <string>

#include "nn/optim/clip.hpp"
#include "nn/optim/optimizer.hpp"
#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;

namespace {

constexpr std::size_t symbols = 8, units = 48, length = 20, batch = 64;

struct Net {
    nn::Embedding embed;
    nn::Linear recurrent, output;

    explicit Net(nn::Random& random)
        : embed(symbols, units, random),
          recurrent(units, units, random),
          output(units, symbols, random) {
        for (Real& each : recurrent.weight.value.storage()) each *= 4;
    }
    Variable loss(Tape& tape, const Indices& x) const {
        const Variable given = embed(tape, x, batch);
        Variable h = tape.constant(autograd::full({batch, units}, 0));
        for (std::size_t t = 0; t < length; ++t)
            h = tanh(reshape(slice(given, 0, t, t + 1), {batch, units}) + recurrent(h));
        return mean(cross_entropy_with_logits(output(h), {x.begin(), x.begin() + batch}));
    }
    void visit(auto&& see) {
        see("embed", embed);
        see("recurrent", recurrent);
        see("output", output);
    }
};

void clipping(Session& session) {
    const std::size_t steps = session.flags.quick ? 20 : 400;
    tutorials::Plot losses{{.title = "loss", .x = "step", .y = "nats"}};
    tutorials::Plot sizes{
        {.title = "norm of the gradient", .x = "step", .y = "norm", .log_y = true}};
    for (const std::uint64_t repetition : {1, 2, 3})
        for (const bool clipped : {false, true}) {
            nn::Random random{session.flags.seed + repetition - 1};
            Net net{random};
            nn::Sgd rule{net, {.learning_rate = Real(0.05), .momentum = Real(0.9)}};
            Tape tape;
            Numbers at, loss, norm;
            double largest = 0, mean_loss = 0, last = 0;
            for (std::size_t step = 0; step < steps; ++step) {
                Indices x(length * batch);
                for (std::size_t& each : x) each = random.below(symbols);
                tape.rewind();
                const Variable found = net.loss(tape, x);
                autograd::Gradients& gradients = tape.backward(found);
                const double size = nn::clip_by_norm(gradients, clipped ? 1 : 1e30);
                rule.step(gradients);
                largest = std::max(largest, size);
                mean_loss += double{found.item()} / 20;
                if (step + 100 >= steps) last += double{found.item()};
                if (step % 20 == 19) {
                    at.push_back(static_cast<double>(step + 1));
                    loss.push_back(mean_loss);
                    norm.push_back(size);
                    mean_loss = 0;
                }
            }
            const std::string ending =
                std::string(clipped ? "_clipped_" : "_plain_") + std::to_string(repetition);
            session.note("largest_norm" + ending, largest);
            session.note("last_loss" + ending,
                         last / static_cast<double>(std::min<std::size_t>(steps, 100)));
            if (repetition > 1) continue;
            losses.line(clipped ? "clipped" : "not clipped", at, loss);
            sizes.line(clipped ? "clipped (before)" : "not clipped", at, norm);
        }
    tutorials::save_plots(session.file("clipping.png"), {losses, sizes}, 2);
}

const tutorials::Experiment experiment{"clipping", "What clipping does", clipping};

}  // namespace
