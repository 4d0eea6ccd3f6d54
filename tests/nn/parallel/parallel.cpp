// Run by mpirun with 1, 2 and 4 processes. Each test holds what the processes do together against what one
// of them does alone.
#include <cmath>
#include <csignal>
#include <limits>

#include "models/autoencoder.hpp"
#include "models/sparse.hpp"
#include "models/vae.hpp"
#include "nn/parallel/data_parallel.hpp"
#include "nn/rows.hpp"
#include "tests/nn/parallel/world.hpp"
#include "tests/nn/train/runs.hpp"

using nn::Array;
using nn::Real;
using nn::Tape;
using nn::Variable;

namespace {

constexpr double rounding = sizeof(Real) == 8 ? 1e-12 : 1e-5;

/// The largest difference, as a share of the largest number.
double difference(const Array& a, const Array& b) {
    REQUIRE(a.shape() == b.shape());
    double largest = 1e-30, apart = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(double{b.data()[i]}));
        apart = std::max(apart, std::abs(double{a.data()[i]} - double{b.data()[i]}));
    }
    return apart / largest;
}

/// The part of a batch of so many rows that belongs to this process.
nn::Share own_share(std::size_t rows) {
    const std::size_t n = world().size(), rank = world().rank(), first = rank * rows / n;
    return {first, (rank + 1) * rows / n - first, rows};
}

Array rows_of(const Array& all, nn::Share share) {
    nn::Indices rows;
    for (std::size_t i = 0; i < share.count; ++i) rows.push_back(share.first + i);
    return nn::take(all, rows);
}

/// A temporary folder of the first process, for all.
struct CommonFolder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() /
        ("tapestry_parallel_" + std::to_string(::getppid()) + "_" + std::to_string(world().size()));
    CommonFolder() {
        nn::wait_for_all(world());
        if (world().leads()) std::filesystem::remove_all(path);
        nn::wait_for_all(world());
        std::filesystem::create_directories(path);
        nn::wait_for_all(world());
    }
    ~CommonFolder() {
        nn::wait_for_all(world());
        if (world().leads()) std::filesystem::remove_all(path);
    }
};

/// Trains the small VAE on generated images for some epochs.
struct VaeRun {
    nn::Dataset data = nn::first(nn::load_data("glyphs", {.train = 999, .test = 200}).train, 999);
    nn::Random random{3};
    models::Vae vae{{.input = data.images.shape(1), .hidden = {32}, .latent = 4}, random};
    nn::Adam adam{vae, {.learning_rate = Real(1e-3)}};
    nn::Training training;
    const nn::Communicator& processes;
    std::size_t broken_at = 0;  ///< the step in which the process `broken` measures NaN
    std::size_t broken = 0;

    VaeRun(nn::TrainingSettings settings, const nn::Communicator& those)
        : training((settings.world = &those, settings), vae, adam, random), processes(those) {}

    void operator()(const AfterStep& after_step = {}) {
        nn::Batches batches{data, 100, {.part = processes.rank(), .parts = processes.size()}};
        Tape tape;
        std::size_t number = 0;
        training.run(
            batches,
            [&](const nn::Batch& batch) -> nn::Metrics {
                const nn::SharedRows rows(random, batch.share);
                tape.rewind();
                const auto elbo = vae.elbo(tape.constant(batch.images), random);
                adam.step(nn::average(processes, tape.backward(-elbo.value()), batch.share));
                if (after_step) after_step(number + 1);
                const bool breaks = ++number == broken_at && processes.rank() == broken;
                return {{"neg_elbo", breaks ? NAN : -elbo.value().item()},
                        {"kl", elbo.total_kl().item()}};
            },
            [&]() -> nn::Metrics {
                tape.rewind();
                const autograd::InferenceMode inference(tape);
                return {{"neg_elbo", -vae.elbo(tape.constant(data.images), random).value().item()}};
            });
    }
    std::vector<double> curve() const { return training.history().column("train_neg_elbo"); }
};

}  // namespace

TEST_CASE("a sum weighs what each process brings, that of a single one too") {
    for (const nn::Communicator* processes : {&world(), &nn::alone()}) {
        const double n = static_cast<double>(processes->size());
        std::vector<double> numbers(5);
        for (std::size_t i = 0; i < 5; ++i)
            numbers[i] = static_cast<double>(10 * processes->rank() + i);
        nn::sum(*processes, std::span(numbers), 0.5);
        for (std::size_t i = 0; i < 5; ++i)
            CHECK(numbers[i] == 0.5 * (10 * n * (n - 1) / 2 + n * static_cast<double>(i)));
    }
}

TEST_CASE("a sum is the same for all processes, and the same again, to the last bit") {
    nn::Random random{1 + world().rank()};
    for (const std::size_t size : {0, 1, 2, 3, 5, 1000, 100'003}) {
        CAPTURE(size);
        const Array mine = random.normal({size});
        std::vector<double> exact(mine.begin(), mine.end());
        nn::sum<double>(world(), exact);
        std::vector<Real> first;
        for (int time = 0; time < 8; ++time) {
            std::vector<Real> numbers(mine.begin(), mine.end());
            nn::sum<Real>(world(), numbers);
            if (time == 0) first = numbers;
            CHECK(numbers == first);
        }
        double wrong = 0;
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < size; ++i) {
            wrong = std::max(wrong, std::abs(first[i] - exact[i]));
            bits = bits * 31 + std::bit_cast<std::uint32_t>(static_cast<float>(first[i]));
        }
        CHECK(wrong < (sizeof(Real) == 8 ? 1e-15 : 2e-6));
        CHECK(nn::same(world(), bits));
    }
}

TEST_CASE("whether a thing holds anywhere is known to all") {
    CHECK(!nn::any(world(), false));
    for (std::size_t holder = 0; holder < world().size(); ++holder)
        CHECK(nn::any(world(), world().rank() == holder));
    CHECK(nn::same(world(), 7));
    if (world().size() > 1) CHECK(!nn::same(world(), world().rank() == 1 ? 8 : 7));
}

TEST_CASE("a NaN of any process is seen by all") {
    for (std::size_t holder = 0; holder < world().size(); ++holder) {
        std::vector<Real> numbers(10, Real(world().rank()));
        if (world().rank() == holder) numbers[3] = std::numeric_limits<Real>::quiet_NaN();
        nn::sum<Real>(world(), numbers);
        for (std::size_t i = 0; i < numbers.size(); ++i) CHECK(std::isnan(numbers[i]) == (i == 3));
    }
}

TEST_CASE("the averaged gradient is that of the whole batch, also where shares differ in size") {
    nn::Random random{2};
    models::Vae vae{{.input = 30, .hidden = {16}, .latent = 5}, random};
    for (const std::size_t rows : {16, 37}) {
        const Array x = random.uniform({rows, 30});
        nn::Random noise{9}, shared_noise{9};
        Tape whole, part;
        const auto& expected = whole.backward(-vae.elbo(whole.constant(x), noise).value(Real(0.5)));
        const nn::Share share = own_share(rows);
        const nn::SharedRows shared(shared_noise, share);
        const auto elbo = vae.elbo(part.constant(rows_of(x, share)), shared_noise);
        auto& got = nn::average(world(), part.backward(-elbo.value(Real(0.5))), share);
        CHECK(noise.state() == shared_noise.state());
        for (const auto& [name, parameter, frozen] : nn::parameters(vae)) {
            CAPTURE(name);
            CHECK(difference(got.of(*parameter), expected.of(*parameter)) < rounding);
        }
        const double value = elbo.value().item();
        CHECK(nn::average(world(), {{"elbo", value}}, share).begin()->value ==
              doctest::Approx(
                  vae.elbo(whole.constant(x), (noise.restore({9, 0}), noise)).value().item())
                  .epsilon(rounding));
    }
}

TEST_CASE(
    "a penalty on a batch mean has the gradient of one process if the mean is averaged first") {
    nn::Random random{4};
    models::Autoencoder model{{.input = 20, .latent = 12, .code_activation = autograd::sigmoid},
                              random};
    const Array x = random.uniform({30, 20});
    const nn::Share share = own_share(30);
    const auto gradient = [&](Tape& tape, const Array& images, const nn::Communicator& processes,
                              bool averaged) {
        const auto loss = models::sparse_loss(model, tape.constant(images), [&](Variable code) {
            Variable rate = mean(code, {0});
            if (averaged) rate = nn::batch_mean(processes, rate, share);
            return sum(models::bernoulli_kl(Real(0.05), rate));
        });
        return nn::average(processes, tape.backward(loss.value(3)), share);
    };
    Tape one, right, wrong;
    const auto expected = gradient(one, x, nn::alone(), false);
    const auto good = gradient(right, rows_of(x, share), world(), true);
    const auto bad = gradient(wrong, rows_of(x, share), world(), false);
    double largest_good = 0, largest_bad = 0;
    for (const auto& [name, parameter, frozen] : nn::parameters(model)) {
        largest_good =
            std::max(largest_good, difference(good.of(*parameter), expected.of(*parameter)));
        largest_bad =
            std::max(largest_bad, difference(bad.of(*parameter), expected.of(*parameter)));
    }
    CHECK(largest_good < rounding);
    if (world().size() > 1) CHECK(largest_bad > 100 * rounding);
}

TEST_CASE("the training curve is that of one process to rounding, and the same again bit for bit") {
    const CommonFolder folder;
    const TemporaryFolder own;
    VaeRun one({.epochs = 2, .folder = own.path, .quiet = true}, nn::alone());
    one();
    VaeRun first({.epochs = 2, .folder = folder.path, .quiet = true}, world()),
        second({.epochs = 2, .name = "again", .folder = folder.path, .quiet = true}, world());
    first();
    second();
    for (std::size_t epoch = 0; epoch < 2; ++epoch) {
        CHECK(first.curve()[epoch] == doctest::Approx(one.curve()[epoch]).epsilon(1e-5));
        CHECK(first.curve()[epoch] == second.curve()[epoch]);
    }
    CHECK(nn::state(first.vae)[0].array->storage() == nn::state(second.vae)[0].array->storage());
}

TEST_CASE("divergence of one process ends the training of all, at the same step") {
    for (std::size_t broken = 0; broken < world().size(); ++broken) {
        const CommonFolder folder;
        VaeRun run({.epochs = 1, .folder = folder.path, .quiet = true}, world());
        run.broken_at = 3;
        run.broken = broken;
        CHECK(message_of([&] { run(); }) ==
              "[train] neg_elbo is nan in epoch 1, step 3: try a learning rate below 0.001");
    }
}

TEST_CASE("a signal to one process stops all at one step; another number of processes goes on") {
    const CommonFolder folder;
    const TemporaryFolder own;
    VaeRun one({.epochs = 2, .folder = own.path, .quiet = true}, nn::alone());
    one();
    VaeRun stopped({.epochs = 2, .folder = folder.path, .quiet = true}, world());
    const std::size_t last = world().size() - 1;
    CHECK(contains(message_of([&] {
                       stopped([&](std::size_t number) {
                           if (number == 4 && world().rank() == last) ::raise(SIGTERM);
                       });
                   }),
                   "Interrupted in epoch 1; saved to "));
    nn::wait_for_all(world());
    {  // one process goes on with what several have left, each with a copy of it
        const TemporaryFolder copy;
        std::filesystem::copy(stopped.training.checkpoint_path(), copy.path);
        VaeRun rest({.epochs = 2, .folder = copy.path, .resume = true, .quiet = true}, nn::alone());
        rest();
        CHECK(rest.curve()[1] == doctest::Approx(one.curve()[1]).epsilon(1e-5));
    }
    {  // several go on with what one has left
        const CommonFolder common;
        const TemporaryFolder mine;
        VaeRun begun({.epochs = 1, .folder = mine.path, .quiet = true}, nn::alone());
        begun();
        if (world().leads()) std::filesystem::copy(begun.training.checkpoint_path(), common.path);
        nn::wait_for_all(world());
        VaeRun rest({.epochs = 2, .folder = common.path, .resume = true, .quiet = true}, world());
        rest();
        CHECK(rest.curve()[1] == doctest::Approx(one.curve()[1]).epsilon(1e-5));
    }
}

TEST_CASE("batches that are not shared out, and gradients that are not averaged, are errors") {
    if (world().size() == 1) return;
    const CommonFolder folder;
    VaeRun run({.epochs = 1, .folder = folder.path, .quiet = true}, world());
    nn::Batches all{run.data, 100};
    CHECK(contains(message_of([&] { run.training.run(all, {}); }),
                   "[train] got part 0 of 1 of each batch, expected part "));
    nn::Batches shared{run.data, 100, {.part = world().rank(), .parts = world().size()}};
    Tape tape;
    CHECK(message_of([&] {
              run.training.run(shared, [&](const nn::Batch& batch) -> nn::Metrics {
                  tape.rewind();
                  const auto elbo = run.vae.elbo(tape.constant(batch.images), run.random);
                  run.adam.step(tape.backward(-elbo.value()));
                  return {{"neg_elbo", -elbo.value().item()}};
              });
          }) ==
          "[train] the processes no longer hold the same parameters after epoch 1: are all "
          "gradients averaged?");
}
