#include "tutorials/16_parallel/shared.hpp"

#include <fcntl.h>
#include <omp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "nn/io/atomic_file.hpp"
#include "nn/rows.hpp"
#include "tutorials/support/diagram.hpp"

namespace lesson {

using autograd::require;

Vae new_vae(const nn::Dataset& data, nn::Random& random) {
    return Vae({.input = data.images.shape(1), .hidden = {400}, .latent = 20}, random);
}

Array some_images(Session& session, std::size_t count) {
    const Array& all = session.load_data().train.images;
    autograd::Indices rows(count);
    for (std::size_t i = 0; i < count; ++i) rows[i] = i % all.shape(0);
    return nn::take(all, rows);
}

double step(const Communicator& world, Vae& vae, nn::Adam& adam, Tape& tape, nn::Random& random,
            const Array& images, nn::Share share) {
    const nn::SharedRows rows(random, share);  // noise belongs to the example
    tape.rewind();
    const Variable loss = -vae.elbo(tape.constant(images), random).value();
    adam.step(nn::average(world, tape.backward(loss), share));
    return loss.item();
}

double median_microseconds(int calls, const std::function<void()>& work,
                           const std::function<void()>& before) {
    Numbers times;
    for (int i = 0; i < calls; ++i) {
        before();
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::micro> time =
            std::chrono::steady_clock::now() - start;
        times.push_back(time.count());
    }
    std::nth_element(times.begin(), times.begin() + calls / 2, times.end());
    return times[static_cast<std::size_t>(calls / 2)];
}

Numbers microseconds_by_length(
    const Numbers& lengths, const std::function<void(std::span<float>, std::span<float>)>& work) {
    Numbers medians;
    for (const double length : lengths) {
        std::vector<float> sent(static_cast<std::size_t>(length)), received(sent.size());
        const int calls = length < 1e5 ? 1000 : 200;
        medians.push_back(median_microseconds(calls, [&] { work(sent, received); }));
    }
    return medians;
}

double largest_difference(const Numbers& a, const Numbers& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]) / std::abs(b[i]));
    return largest;
}

std::size_t steps_until_death(Session& session) {
    const std::size_t epoch = session.load_data().train.size() / session.flags.batch;
    return epoch + epoch / 2;
}

void draw_the_flow(Session& session) {
    tutorials::Diagram diagram;
    const auto batch = diagram.box(0, -1, {"batch", "(B, 784)"});
    const auto one = diagram.box(2.6, 0, {"share 0", "(B/2, 784)"});
    const auto two = diagram.box(2.6, -2, {"share 1", "(B/2, 784)"});
    const auto grad_one = diagram.box(5.4, 0, {"gradient", "of share 0"});
    const auto grad_two = diagram.box(5.4, -2, {"gradient", "of share 1"});
    const auto sum = diagram.box(7.9, -1, {"all-reduce"});
    const auto step_one = diagram.box(10.3, 0, {"step", "of process 0"});
    const auto step_two = diagram.box(10.3, -2, {"step", "of process 1"});
    diagram.arrow(batch, one), diagram.arrow(batch, two);
    diagram.arrow(one, grad_one, "backward"), diagram.arrow(two, grad_two, "backward");
    diagram.arrow(grad_one, sum), diagram.arrow(grad_two, sum);
    diagram.arrow(sum, step_one, "mean"), diagram.arrow(sum, step_two, "mean");
    diagram.save(session.file("flow.png"));
}

// --- other runs of this program -------------------------------------------------------------------

namespace {

std::vector<std::string> command_of(const Session& session, const Job& job,
                                    const std::filesystem::path& folder) {
    std::vector<std::string> words;
    const std::string processes = std::to_string(job.processes);
    if (job.processes > 1) words = {"mpirun", "--oversubscribe", "-n", processes};
    const auto add = [&](std::initializer_list<std::string> more) {
        words.insert(words.end(), more);
    };
    const auto& flags = session.flags;
    add({std::filesystem::read_symlink("/proc/self/exe").string(), "--measure", job.what});
    add({"--out", folder.string(), "--data", flags.data, "--side", std::to_string(flags.side)});
    add({"--epochs", std::to_string(flags.epochs), "--batch", std::to_string(flags.batch)});
    add({"--seed", std::to_string(flags.seed), "--threads", std::to_string(job.threads)});
    add({"--learning-rate", autograd::text(flags.learning_rate)});
    if (flags.quick) add({"--quick"});
    if (job.resume) add({"--resume"});
    return words;
}

/// Root is refused unless it insists.
void insist() {
    for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"})
        ::setenv(name, "1", 1);
}

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& log) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // not to outlive the lesson
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    insist();
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

/// What mpirun adds stands between two lines of dashes, and counts only where there is nothing else.
std::string last_line(const std::string& text) {
    std::istringstream lines(text);
    std::string last, of_mpirun;
    bool own = true;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("-----"))
            own = !own;
        else if (!line.empty() && (own || of_mpirun.empty()))
            (own ? last : of_mpirun) = line;
    return last.empty() ? of_mpirun : last;
}

}  // namespace

Left started(const Session& session, const Job& job) {
    Left left{.folder = session.file(job.folder)};
    if (!job.again && std::filesystem::exists(left.folder / "results.json")) return left;
    if (!job.resume) std::filesystem::remove_all(left.folder);
    std::filesystem::create_directories(left.folder);
    const auto words = command_of(session, job, left.folder);
    const std::string log = (left.folder / "log.txt").string();
    std::cout << "starting " << job.processes << " × " << job.threads << " thread"
              << (job.threads > 1 ? "s" : "") << ": " << job.what << std::endl;
    const pid_t child = ::fork();
    require(child >= 0, "[parallel] cannot start another process");
    if (child == 0) become(words, log);
    int status = 0;
    ::waitpid(child, &status, 0);
    left.ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    left.last_line = last_line(nn::read_file(log));
    require(!WIFEXITED(status) || WEXITSTATUS(status) != 127,
            "[parallel] expected a program mpirun, found none: install openmpi-bin");
    require(left.ended_well || job.may_fail, "[parallel] ", job.processes, " processes for ",
            job.what, ": ", left.last_line);
    return left;
}

Numbers Left::numbers(const std::string& key) const {
    const auto all = nlohmann::json::parse(nn::read_file(folder / "results.json"));
    const nlohmann::json found = all.at("results").at(key);
    return found.is_array() ? found.get<Numbers>() : Numbers{found.get<double>()};
}

// --- the model of the cost ------------------------------------------------------------------------

Cost cost_of(const Left& messages) {
    const double bytes = messages.number("parameters") * sizeof(float);
    const double shortest = messages.numbers("ring_us").front();
    return {shortest / 2, bytes / (messages.number("gradient_us") - shortest), bytes};
}

Step step_of(const Left& steps) {
    const Numbers time = steps.numbers("step_us"), batch = steps.numbers("batch");
    const double per_image = (time.back() - time.front()) / (batch.back() - batch.front());
    return {time.front() - batch.front() * per_image, per_image};
}

}  // namespace lesson
