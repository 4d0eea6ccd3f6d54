// ---
// title: Many processes
// builds_on: 07_vae
// leads_to:
// tooltip: Data-parallel training over MPI: the same curve with any number of processes, and what it costs.
// minutes: 1
// keywords: data parallel, MPI, all-reduce, ring, latency, bandwidth, strong scaling, weak scaling, checkpoint
// ---
//
// ## What you will be able to do
// - Train with several processes so that the curve is that of one to rounding, and say which losses break this
//   (exercises 1 and 2).
// - Follow an all-reduce step by step, count what it sends, and say when another one is faster (exercises 3 and 5).
// - Predict how long a step takes with n processes, from what messages and a step of one process take, and for
//   which n it is shortest (exercise 4).
//
// @predict{A step of the VAE of chapter 7 is shared by two processes with a processor each. They have to add up
// 652 824 numbers in every step. From which batch size on are the two faster than one process alone: many
// thousands of images, some hundreds, or a few dozen?}
//
// ## The idea in one figure
// @figure{flow.png, One step of two processes on a batch of B images. Both hold all weights, and change them in
// the same way.}
//
// Beyond the processors of one machine, several machines have to work together, and they share no memory. Each runs
// a **process** of its own, and what one process knows, another learns only by a **message**. MPI, the Message
// Passing Interface, is the standard way to start processes and to send messages. `mpirun -n 4 PROGRAM` starts a
// program four times. Each of the four learns its number, its **rank**, and how many there are.
//
// In **data-parallel** training each process holds the whole model. It takes its share of each batch, computes
// the gradient of its share, and the processes average their gradients. Then each process takes the same step.
// The weights start equal and stay equal, so they are never sent.
//
// ## Adding up over processes
// The one new operation is the **all-reduce**: each process has an array, and afterwards each has the sum of all.
// Here it is, made of `exchange`, which sends an array to one process and receives one from another. The
// processes stand in a ring, and each cuts its array into n parts. In the first round a part travels through the
// ring, and each process adds its own to it. After n − 1 steps every process holds one part that is complete. In
// the second round the complete parts travel once more.

#include <span>
#include <vector>

#include "nn/parallel/communicator.hpp"

using nn::Communicator;
using Span = std::span<float>;

static void all_reduce(const Communicator& world, std::vector<float>& numbers) {
    const std::size_t n = world.size(), rank = world.rank();
    const std::size_t next = (rank + 1) % n, before = (rank + n - 1) % n;
    const auto part = [&](std::size_t i) {  // of n; after the last comes the first
        const std::size_t begin = i % n * numbers.size() / n;
        const std::size_t end = (i % n + 1) * numbers.size() / n;
        return Span(numbers).subspan(begin, end - begin);
    };
    std::vector<float> room(numbers.size() / n + 1);

    for (std::size_t step = 0; step + 1 < n; ++step) {
        const Span sent = part(rank + n - step), mine = part(rank + n - step - 1);
        const Span received = Span(room).first(mine.size());
        world.exchange(next, as_bytes(sent), before, as_writable_bytes(received));
        for (std::size_t i = 0; i < mine.size(); ++i) mine[i] += received[i];
    }
    for (std::size_t step = 0; step + 1 < n; ++step) {
        const Span sent = part(rank + n - step + 1), complete = part(rank + n - step);
        world.exchange(next, as_bytes(sent), before, as_writable_bytes(complete));
    }
}

// In the library this is `nn::sum`, where each process may have a weight:
//
// @source{nn/parallel/communicator.cpp, sum}

#include <algorithm>
#include <cmath>
#include <csignal>
#include <string>

#include "nn/io/atomic_file.hpp"
#include "nn/parallel/mpi.hpp"
#include "tutorials/16_parallel/shared.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::Plot;

namespace {

// Are they the same? This part runs in each of four processes, which the lesson starts. Each fills an array with
// random numbers of its own.

void compare_sums(Session& session) {
    nn::Random random{session.world.rank()};
    const Array mine = random.normal({100003});
    std::vector<float> by_hand(mine.begin(), mine.end()), by_library = by_hand;
    std::vector<double> exact(mine.begin(), mine.end());
    all_reduce(session.world, by_hand);
    nn::sum(session.world, Span(by_library));
    nn::sum(session.world, std::span(exact));
    double rounding = 0;
    for (std::size_t i = 0; i < exact.size(); ++i)
        rounding = std::max(rounding, std::abs(by_hand[i] - exact[i]));
    session.result("sum_equal", by_hand == by_library);
    session.result("sum_rounding", rounding);
}

// In process 0 the answer to `by_hand == by_library` was @result{sum_equal, .0f}: all numbers are equal to the last bit. The sum of
// four floats differs from that of doubles by up to @result{sum_rounding, .0e}: rounding. MPI has an all-reduce of its own, `MPI_Allreduce`, and is
// free to add in another order the next time. Ours gives the same bits again, and the same to all processes.
//
// ## The mathematics
// ### The mean of means
// The loss of a batch of $B$ examples is a mean. Let process $r$ have $B_r$ of them, and let $L_r$ be the mean over
// these. Then
// $$ L = \frac1B \sum_{i=1}^{B} \ell_i = \sum_{r=0}^{n-1} w_r L_r , \qquad w_r = \frac{B_r}{B} , \qquad
//    \nabla L = \sum_{r=0}^{n-1} w_r \nabla L_r . \tag{1} $$
// So each process multiplies its gradient by $w_r$ and all are summed. The shares may differ in size: the last
// batch of an epoch rarely divides evenly. Between `backward` and `step` stands one call, and a step of n processes
// is this:
//
// @source{tutorials/16_parallel/shared.cpp, step}
// @source{nn/parallel/data_parallel.cpp, average}
//
// ### Noise belongs to the example
// Each $\ell_i$ of a VAE depends on noise, $z_i = \mu_i + \sigma_i \varepsilon_i$. If each process drew its noise
// from a generator of its own, another number of processes would mean another run, and no test could tell a bug from
// chance. Our generator computes the number at any place of its stream from the place alone. So each process has the
// same generator, and `SharedRows` makes it give the rows of a share the numbers that these rows have in the whole
// batch. The generator moves on by a whole batch. Thus the processes stay in step, and the order of the next epoch
// is the same for all.
//
// ### What is not additive
// (1) holds for means over examples, and for terms in which no example occurs, such as weight decay. The sparse autoencoder of chapter 5 has a penalty
// $P(\hat\rho)$ on the mean activation $\hat\rho$ of each hidden unit over the batch. With $\hat\rho = \sum_r w_r
// \hat\rho_r$, and as $P$ is convex,
// $$ \sum_r w_r P(\hat\rho_r) \;\ge\; P\Big(\sum_r w_r \hat\rho_r\Big) . \tag{2} $$
// The left side is what processes compute that average the penalties of their shares. The right side is the loss.
// So $\hat\rho$ has to be averaged before it enters $P$, in the forward pass. And the pullback? The gradient of the
// right side with respect to a weight is
// $$ P'(\hat\rho) \sum_r w_r \frac{\partial \hat\rho_r}{\partial \theta} . \tag{3} $$
// Process $r$ has to contribute $P'(\hat\rho)\, \partial \hat\rho_r / \partial\theta$, without the weight $w_r$, since
// (1) puts it in. So the average passes its gradient on unchanged:
//
// @source{nn/parallel/data_parallel.cpp, batch_mean}
// @experiment{penalty}
//
// The same holds for free bits (chapter 10), for a capacity $|\mathrm{KL} - C|$ (chapter 9), and for a normalisation by mean
// and deviation over the batch. Clipping by the norm of the gradient must come after the average.
//
// ### What it costs
// A message of $m$ bytes takes about $\alpha + m/\beta$ seconds: the **latency** $\alpha$, which the shortest message
// takes too, and the bytes divided by the **bandwidth** $\beta$. The ring sends $2(n-1)$ messages of $m/n$ bytes,
// $$ T_{\text{ring}}(n, m) = 2(n-1) \Big( \alpha + \frac{m}{n \beta} \Big) . \tag{4} $$
// The bytes a process sends, $2m(n-1)/n$, stay below $2m$ for any $n$. The latencies grow with $n$. A step that takes
// one process $T_1(B) = a + cB$ then takes $n$ processes
// $$ T_n(B) = T_1(B/n) + T_{\text{ring}}(n, m) + T_{\text{ring}}(n, 0) : \tag{5} $$
// the last for the few numbers by which all learn the loss, and whether one was asked to stop; few are taken as none.
//
// | symbol | C++ |
// |---|---|
// | $n$, $r$ | `world.size()`, `world.rank()` |
// | $B_r$, $B$ | `batch.share.count`, `batch.share.whole` |
// | (1) | `nn::average(world, gradients, share)` |
// | $\hat\rho$ from $\hat\rho_r$ | `nn::batch_mean(world, rate, share)` |
// | $\alpha$, $\beta$, $m$, (4) | `cost.latency`, `cost.bandwidth`, `cost.gradient`, `cost.ring(n, m)` |
// | $a$, $c$, $T_1(B)$ | `step.start`, `step.per_image`, `step.time(B)` |
//
// ## The same curve
// New are the share of each batch, which `Batches` deals out, and `step` from above. `nn::Training` averages the
// metrics, lets process 0 alone write files, and lets all stop at one step if any of them is asked to.

struct Trained {
    Vae vae;
    nn::History history;
    double images_per_second;
};

Trained train(Session& session, std::size_t dies_in_step = 0) {
    const auto& flags = session.flags;
    const nn::TrainTest& data = session.load_data();
    const Communicator& world = session.world;
    nn::Random random{flags.seed};
    Vae vae = new_vae(data.train, random);
    nn::Adam adam{vae, {.learning_rate = static_cast<Real>(flags.learning_rate)}};
    nn::Batches batches{data.train, flags.batch, {.part = world.rank(), .parts = world.size()}};
    nn::Training training{session.training({.epochs = flags.epochs}), vae, adam, random};
    Tape tape;
    std::size_t steps = 0;
    training.run(
        batches,
        [&](const nn::Batch& batch) -> nn::Metrics {
            if (++steps == dies_in_step && world.rank() == 1) ::raise(SIGKILL);
            return {{"neg_elbo", step(world, vae, adam, tape, random, batch.images, batch.share)}};
        },
        [&] { return tutorials::test_bound(vae, data.test.images, random); });
    return {vae, training.history(), training.images_per_second()};
}

// One process trains, then two, then two again, then four. Each has one thread. Do the curves agree, and do the two runs
// of two processes leave the same bits? The lesson's own process has trained too, with a thread for each of two processors.

void compare_curves(Session& session, const Trained& threads) {
    const auto bits = [](const Left& left) {
        return nn::read_file(left.folder / "model.safetensors");
    };
    const Left one = started(session, {"train", 1, 1, "one"});
    const Left two = started(session, {"train", 2, 1, "two"});
    const Left again = started(session, {"train", 2, 1, "two_again"});
    const Left four = started(session, {"train", 4, 1, "four"});
    const Numbers expected = one.numbers("curve");
    const auto compare = [&](const std::string& name, const Numbers& curve) {
        session.result("first_epoch_" + name, curve.front());
        session.result("first_difference_" + name,
                       largest_difference({curve.front()}, {expected.front()}));
        session.result("difference_" + name, largest_difference(curve, expected));
    };
    compare("1", expected);
    compare("2", two.numbers("curve"));
    compare("4", four.numbers("curve"));
    compare("threads", threads.history.column("train_neg_elbo"));
    session.result("same_bits", bits(two) == bits(again));
}

// | nats per training image | 1 process | 2 processes | 4 processes | 1 process, two threads |
// |---|--:|--:|--:|--:|
// | mean over the first epoch | @result{first_epoch_1, .5f} | @result{first_epoch_2, .5f} | @result{first_epoch_4, .5f} | @result{first_epoch_threads, .5f} |
// | its relative difference from 1 process | | @result{first_difference_2} | @result{first_difference_4} | @result{first_difference_threads} |
// | the larger of both epochs' differences | | @result{difference_2} | @result{difference_4} | @result{difference_threads} |
//
// A 0 means that the eight digits that are written agree. The differences are rounding: a gradient that is summed in another
// order differs in its last bits, and training makes small differences grow. After the 118 steps of the first epoch they
// are below 10⁻⁵ for two and four processes; a second thread makes one just above. More steps make them larger: the
// second epoch here, or smaller batches. With `--batch 128`, 469 steps an epoch, 10⁻⁵ does not hold: after one epoch two
// processes differ from one by @result{batch_128/first_difference_2, .1e} of −ELBO, four by @result{batch_128/first_difference_4, .1e}, and
// a second thread makes @result{batch_128/first_difference_threads, .1e} (one run). Two processes again leave the same bits in all
// weights (`same_bits` is @result{same_bits, .0f}): with a fixed order of the sum, as many threads and the same kind of processor.
// Try it: `mpirun -n 2 build/tutorials/16_parallel` trains, and leaves the model in `out/16_parallel`.
//
// ## What a message costs here
// Two processes of this machine pass arrays of several lengths to each other, and add them up by the ring. Then they
// average a gradient right after a backward pass, when not all of it need be in the cache, the processor's fast memory.

void measure_messages(Session& session) {
    const Communicator& world = session.world;
    const std::size_t next = (world.rank() + 1) % world.size();
    const std::size_t before = (world.rank() + world.size() - 1) % world.size();
    const Numbers lengths{1, 16, 256, 4096, 16384, 65536, 262144};
    session.result("lengths", lengths);
    session.result("message_us", microseconds_by_length(lengths, [&](Span sent, Span received) {
                       world.exchange(next, as_bytes(sent), before, as_writable_bytes(received));
                   }));
    session.result("ring_us",
                   microseconds_by_length(lengths, [&](Span sent, Span) { nn::sum(world, sent); }));

    nn::Random random{1};
    Vae vae = new_vae(session.load_data().train, random);
    const Array images = some_images(session, 64);
    Tape tape;
    autograd::Gradients* gradients = nullptr;
    const auto backward = [&] {
        tape.rewind();
        gradients = &tape.backward(-vae.elbo(tape.constant(images), random).value());
        nn::wait_for_all(world);
    };
    const auto average = [&] { nn::average(world, *gradients, {0, 64, 128}); };
    session.result("gradient_us", median_microseconds(200, average, backward));
    session.result("parameters", static_cast<double>(nn::parameter_count(nn::parameters(vae))));
}

// For two processes, (4) says $2\alpha + m/\beta$. The shortest array gives $\alpha$, the gradient $\beta$. What lies
// between tests the model.

Cost measure_cost(Session& session) {
    const Left left = started(session, {"messages", 2, 1, "messages"});
    const Cost cost = cost_of(left);
    const auto in_bytes = [](double length) { return length * sizeof(float); };
    Numbers bytes = left.numbers("lengths"), model;
    std::transform(bytes.begin(), bytes.end(), bytes.begin(), in_bytes);
    Numbers ends = bytes;
    ends.push_back(cost.gradient);
    for (const double m : ends) model.push_back(cost.ring(2, m));
    Plot plot{{.x = "bytes", .y = "microseconds", .log_x = true, .log_y = true}};
    plot.line("2α + m/β", ends, model)
        .points("all-reduce", bytes, left.numbers("ring_us"))
        .points("one exchange", bytes, left.numbers("message_us"))
        .points("gradient, averaged after a backward pass", {cost.gradient},
                left.numbers("gradient_us"))
        .save(session.file("messages.png"));
    session.result("parameters", left.number("parameters"));
    session.result("gradient_us", left.number("gradient_us"));
    session.result("latency_us", left.numbers("ring_us").front());
    session.result("bandwidth_gb_s", cost.bandwidth / 1000);  // 1 GB is 10⁹ bytes
    return cost;
}

// @source{tutorials/16_parallel/shared.cpp, cost_of}
//
// @figure{messages.png, Median times between two processes, and the model through the shortest all-reduce and the
// gradient.}
//
// An all-reduce of one number took @result{latency_us, .1f} µs, that of the gradient's @result{parameters, .0f}
// numbers @result{gradient_us, .0f} µs: a bandwidth of @result{bandwidth_gb_s, .1f} GB/s, copies and additions included.
// In between, the model is wrong by up to about a factor of two: the measured times lie on no straight line.
//
// ## What a step costs here
// The same step, three ways: one process with one thread or two, and two processes with one each. One run;
// medians of 21 steps of the largest batch, to 145 of the smallest.

const std::vector<std::size_t> batch_sizes{16, 32, 64, 128, 256, 512, 1024, 2048};

void measure_steps(Session& session) {
    const Communicator& world = session.world;
    nn::Random random{session.flags.seed};
    Vae vae = new_vae(session.load_data().train, random);
    nn::Adam adam{vae, {.learning_rate = Real(1e-4)}};
    Tape tape;
    Numbers medians;
    for (const std::size_t whole : batch_sizes) {
        const std::size_t count = whole / world.size(), first = world.rank() * count;
        const Array images = some_images(session, count);
        const auto once = [&] {
            step(world, vae, adam, tape, random, images, {first, count, whole});
        };
        for (int i = 0; i < 3; ++i) once();  // takes memory
        const int steps = static_cast<int>(session.flags.quick ? 3 : 20 + 4000 / whole);
        medians.push_back(median_microseconds(steps, once));
    }
    session.result("batch", Numbers(batch_sizes.begin(), batch_sizes.end()));
    session.result("step_us", medians);
}

// In the prediction, $T_1(B/2)$ is what one process takes for half the batch. Only $\alpha$ and $\beta$ in it were measured with
// two processes. The last term of (5) is less than a microsecond here, and the steps measured do without it.

void compare_steps(Session& session, const Cost& cost) {
    const Left alone = started(session, {"steps", 1, 1, "steps_1x1"});
    const Numbers one = alone.numbers("step_us");
    const Numbers threads = started(session, {"steps", 1, 2, "steps_1x2"}).numbers("step_us");
    const Numbers two = started(session, {"steps", 2, 1, "steps_2x1"}).numbers("step_us");
    Numbers sizes, by_two, by_threads, predicted;
    double wrong = 0, pays_from = 0;
    for (std::size_t i = batch_sizes.size(); i-- > 1;) {
        const double time = one[i - 1] + cost.ring(2, cost.gradient) + cost.ring(2, 8);
        sizes.insert(sizes.begin(), static_cast<double>(batch_sizes[i]));
        by_two.insert(by_two.begin(), one[i] / two[i]);
        by_threads.insert(by_threads.begin(), one[i] / threads[i]);
        predicted.insert(predicted.begin(), one[i] / time);
        wrong = std::max(wrong, std::abs(time / two[i] - 1));
        if (two[i] < one[i]) pays_from = sizes.front();
        const std::string batch = "_" + std::to_string(batch_sizes[i]);
        session.result("alone_us" + batch, one[i]);
        session.result("threads_us" + batch, threads[i]);
        session.result("two_us" + batch, two[i]);
        session.result("predicted_us" + batch, time);
        session.result("efficiency" + batch, threads[i] / two[i]);
    }
    session.result("pays_from", pays_from);
    session.result("efficiency_2", threads[5] / two[5]);
    session.result("prediction_wrong", wrong);
    session.result("step_start_us", step_of(alone).start);
    session.result("step_per_image_us", step_of(alone).per_image);
    Plot plot{{.x = "images in a batch",
               .y = "times as fast as one process with one thread",
               .log_x = true,
               .y_range = {{0, 2.2}}}};
    plot.line("two processes", sizes, by_two)
        .line("one process, two threads", sizes, by_threads)
        .points("two processes, predicted by (5)", sizes, predicted)
        .level("no gain", 1)
        .save(session.file("two.png"));
}

// @figure{two.png, How much faster two processors are than one, by processes and by threads.}
//
// | microseconds a step, batch of | 32 | 128 | 512 | 2048 |
// |---|--:|--:|--:|--:|
// | one process, one thread | @result{alone_us_32, .0f} | @result{alone_us_128, .0f} | @result{alone_us_512, .0f} | @result{alone_us_2048, .0f} |
// | one process, two threads | @result{threads_us_32, .0f} | @result{threads_us_128, .0f} | @result{threads_us_512, .0f} | @result{threads_us_2048, .0f} |
// | two processes, one thread each | @result{two_us_32, .0f} | @result{two_us_128, .0f} | @result{two_us_512, .0f} | @result{two_us_2048, .0f} |
// | the same, predicted by (5) | @result{predicted_us_32, .0f} | @result{predicted_us_128, .0f} | @result{predicted_us_512, .0f} | @result{predicted_us_2048, .0f} |
// | two processes against two threads | @result{efficiency_32, .2f} | @result{efficiency_128, .2f} | @result{efficiency_512, .2f} | @result{efficiency_2048, .2f} |
//
// @prediction{Of the sizes measured, two processes are faster than one from @result{pays_from, .0f} images on.}
//
// The prediction that is furthest off misses by @result{prediction_wrong, .1%}, at 1024 images. Up to 512 images threads are
// faster, most so for the smallest batches: they need no messages, and share Adam's update, which each process does whole. From 512
// on, the batch of this chapter's training, two processes are here as fast as two threads within 6 % (in another run
// @result{batch_128/efficiency_512, .2f} times as fast at 512); at 128, the batch of most chapters, they reach @result{efficiency_128, .2f}.
//
// ## A thousand nodes
// **Strong scaling** keeps the batch and shares it out. **Weak scaling** keeps the share of each process, so the batch
// grows with their number. (5) predicts both.
// @experiment{nodes}
//
// ## A process that dies
// @experiment{death}
//
// ## The whole of it

void train_alone_or_together(Session& session, std::size_t dies_in_step) {
    const Trained trained = train(session, dies_in_step);
    session.result("curve", trained.history.column("train_neg_elbo"));
    session.result("test_neg_elbo", trained.history.column("test_neg_elbo").back());
    session.result("train_images_per_second", trained.images_per_second);
}

void run_lesson(Session& session, const std::string& part) {
    if (part == "sums") return compare_sums(session);
    if (part == "messages") return measure_messages(session);
    if (part == "steps") return measure_steps(session);
    if (part == "death") return train_alone_or_together(session, steps_until_death(session));
    if (part == "train" || nn::Mpi::launched()) return train_alone_or_together(session, 0);
    autograd::require(part.empty(), "[flags] there is no --measure ", part);

    draw_the_flow(session);
    const Trained trained = train(session);
    session.result("test_neg_elbo", trained.history.column("test_neg_elbo").back());
    session.result("train_images_per_second", trained.images_per_second);
    const Left sums = started(session, {"sums", 4, 1, "sums"});
    session.result("sum_equal", sums.number("sum_equal"));
    session.result("sum_rounding", sums.number("sum_rounding"));
    compare_curves(session, trained);
    compare_steps(session, measure_cost(session));
}

}  // namespace

int main(int argc, char** argv) {
    const nn::Mpi world;
    std::string part;
    return tutorials::run(
        argc, argv,
        {.name = "16_parallel",
         .title = "Many processes",
         .defaults = {.epochs = 2, .batch = 512},
         .options = {{"--measure", &part, "a part of the lesson, in processes that it starts"}}},
        [&](Session& session) { run_lesson(session, part); }, world);
}

// ## Check it
// ```sh
// meson test -C build 'parallel, 1' 'parallel, 2' 'parallel, 4' 'parallel, killed' 16_parallel
// ```
//
// - *the training curve is that of one process to rounding, and the same again bit for bit*
// - *the averaged gradient is that of the whole batch, also where shares differ in size*
// - *a penalty on a batch mean has the gradient of one process if the mean is averaged first*
// - *divergence of one process ends the training of all, at the same step*
// - *a signal to one process stops all at one step; another number of processes goes on*
//
// Run without `mpirun`, the program starts it for what needs several processes, with leave to be root and to share
// processors. Each such run has a folder in `out/16_parallel`, with what it printed in `log.txt`.
//
// ## What goes wrong
// | symptom | likely bug | what catches or cures it |
// |---|---|---|
// | the program hangs, with its processors at full load | one process calls a function of all, the others do not: `if (world.leads())` around a sum | all processes do the same; the test's time limit |
// | weights of the processes drift apart | a gradient that is not averaged | `nn::Training` compares all weights after each epoch, and says so |
// | another number of processes, another curve | each draws noise of its own; a mean of unequal shares without weights; a penalty of a batch mean | the curve against that of one process |
// | one process learns of a NaN and stops, the others wait | a maximum over processes: a comparison with NaN is false, so the NaN may be lost | a sum, in which a NaN stays; exercise 5 |
// | one process uses one processor of many | `mpirun` binds one or two processes to a processor each, and OpenMP counts what it is bound to | the line at the start says so; `mpirun --bind-to none` |
// | four processes are slower than one | each starts as many threads as there are processors | `nn::Mpi` gives each its share |
// | mpirun refuses | more processes than processors, or root | `mpirun --oversubscribe`; `--allow-run-as-root` |
// | after Ctrl-C nothing is said | Open MPI 5 (Debian 13) throws away what its processes say once it has a signal | the checkpoint is there all the same: the command again, with `--resume` |
//
// ## Exercises
// @exercise{1, **Unequal shares.** A batch of 96 images is shared by 5 processes as `Batches` does it. How large are the
// shares? By how much is a gradient wrong that averages the gradients of the shares without weights? Show that (1) is
// right.}
// @exercise{2, **Not additive.** Prove (2). Derive the pullback of `batch_mean`. Which of these may be averaged over
// processes as they are: the L1 penalty of chapter 5, a capacity $|\mathrm{KL} - C|$, the importance-weighted bound of
// a batch, weight decay, the median of the losses?}
// @exercise{3, **Other ways to add up.** (a) All send to process 0, which adds and sends the sum back to each. (b) A
// tree: pairs add up, then pairs of pairs, and back. Give the time of each by $\alpha$ and $\beta$ and compare with
// the ring, for the gradient and for one number, and for 2, 16 and 1024 processes.}
// @exercise{4, **How many processes.** By (5), for which n is a step of a given batch fastest? For which share of a
// process does half of its time go into messages?}
// @exercise{5, **A maximum of NaN.** Three processes hold 1, NaN and 2, and each computes the maximum with
// `std::max` around the ring, as the first round of the all-reduce does. What does each hold? Find a way by which all
// learn that there is a NaN.}
//
// ## Where the real code differs
// - PyTorch's `DistributedDataParallel` sums gradients in pieces while the backward pass still runs. That hides messages
//   behind computing where a network card works by itself. Between processes of one machine the processor copies the
//   messages. Here, computing for 606 µs and a message of 247 µs took 855 µs together
//   (`findings/mpi_message_waits_for_the_call.sh`), so we do not.
// - On GPUs the library is NCCL, with rings and trees. MPI chooses among several algorithms by the length.
// - Adam's moments are here in all processes. ZeRO and FSDP share them out, and the weights too. A model that does not
//   fit into one machine is itself cut into pieces (pipeline and tensor parallelism).
// - Larger batches need other learning rates (chapter 2): a thousand processes do not train a thousand times as fast.
//
// ## Further reading
// P. Patarasuk, X. Yuan, *Bandwidth optimal all-reduce algorithms for clusters of workstations*, Journal of Parallel
// and Distributed Computing 69 (2009): the ring, and why no other sends less. R. Thakur, R. Rabenseifner, W. Gropp,
// *Optimization of collective communication operations in MPICH*, IJHPCA 19 (2005): the model of $\alpha$ and
// $\beta$. P. Goyal and others, *Accurate, large minibatch SGD: training ImageNet in 1 hour*, arXiv:1706.02677 (2017).
// S. Li and others, *PyTorch Distributed: experiences on accelerating data parallel training*, VLDB 13 (2020).
