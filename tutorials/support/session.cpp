#include "tutorials/support/session.hpp"

#include <fcntl.h>
#include <omp.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>
#include <thread>

#include "autograd/threads.hpp"
#include "nn/io/atomic_file.hpp"
#include "nn/io/decimal.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/interrupt.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/needs.hpp"

// OpenBLAS's own header does not compile in strict C++.
extern "C" {
void openblas_set_num_threads(int threads);
int openblas_get_num_threads();
int openblas_get_parallel();
char* openblas_get_corename();
}

namespace tutorials {

using autograd::require;

namespace {

constexpr nn::Limits quick_limits{.train = 2048, .test = 512};

bool has_avx512() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") != 0;
#else
    return false;
#endif
}

std::string quoted(const std::string& word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
    std::string inside;
    for (const char c : word) inside += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + inside + "'";
}

/// Whether OpenBLAS takes as many threads for a product as OpenMP would.
bool blas_asks_openmp() { return openblas_get_parallel() == 2; }

// All that a handler may touch.
std::string farewell;
volatile std::sig_atomic_t may_resume = 0;  // whether --resume would go on with this run

void say_farewell(int signal) {
    if (may_resume) {
        [[maybe_unused]] const auto written =
            ::write(STDERR_FILENO, farewell.data(), farewell.size());
    }
    ::raise(signal);  // which now does what it usually does
}

/// Ctrl-C between trainings, where nothing has to be saved, is told how to go on as well. As long
/// as one lives.
class FarewellToInterrupt {
  public:
    explicit FarewellToInterrupt(const std::string& command) {
        farewell = "Interrupted. Go on with: " + command + "\n";
        may_resume = 0;
        sigaction(SIGINT, nullptr, &before_);
        if (before_.sa_handler == SIG_IGN) return;
        struct sigaction action {};
        action.sa_handler = say_farewell;
        sigemptyset(&action.sa_mask);
        action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
        sigaction(SIGINT, &action, nullptr);
    }
    ~FarewellToInterrupt() { sigaction(SIGINT, &before_, nullptr); }
    FarewellToInterrupt(const FarewellToInterrupt&) = delete;
    FarewellToInterrupt& operator=(const FarewellToInterrupt&) = delete;

  private:
    struct sigaction before_ {};
};

/// With --resume, later parts of this run would take those of an earlier one for their own. What
/// other programs have left in the folder stays.
void remove_checkpoints(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().string().ends_with(".checkpoint.safetensors") &&
            nn::is_own_checkpoint(entry.path()))
            found.push_back(entry.path());
    for (const auto& path : found) std::filesystem::remove(path);
}

/// Where a standard stream is closed, as a daemon closes it, the next file would take its place, and what
/// is meant for the stream. What takes it here can be written by nobody, so that it still counts as lost.
void occupy_standard_streams() {
    int file = ::open("/dev/null", O_RDONLY);
    while (0 <= file && file <= STDERR_FILENO) file = ::open("/dev/null", O_RDONLY);
    if (file >= 0) ::close(file);
}

/// What all processes would print is printed by one.
void keep_silent() {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::close(nowhere);
}

std::string launcher(const nn::Communicator& world) {
    return world.size() > 1 ? "mpirun -n " + std::to_string(world.size()) + " " : "";
}

/// What a full disk or a closed terminal has swallowed is not to pass for a run that ended well.
void require_printed() {
    const bool printed =
        std::cout.flush().good() && std::fflush(stdout) == 0 && !std::ferror(stdout);
    require(printed, "[output] the standard output could not be written");
}

/// Images that are all the same, or each of one grey level or colour, leave nothing to learn or to
/// measure; nor do those of which nine in ten are.
void require_pictures(const nn::Dataset& data, const std::string& part) {
    const std::size_t size = data.images.shape(1), channels = data.item[2], count = data.size();
    std::size_t same = 1, flat = 0;  // as the one before; of one grey level or colour
    for (std::size_t n = 0; n < count; ++n) {
        const auto* const image = data.images.data() + n * size;
        same += n > 0 && std::equal(image, image + size, image - size);
        flat += std::equal(image + channels, image + size, image);  // to the next pixel
    }
    require(10 * same < 9 * count, "[load_data] the ", part, " images of ", data.name, " are ",
            same < count ? "nearly " : "", "all the same, expected different ones");
    require(10 * flat < 9 * count, "[load_data] the ", part, " images of ", data.name,
            flat < count ? " nearly all" : "",
            " have one grey level or colour each, expected pictures");
}

/// What every chapter can count on. Better refused here than after minutes of training.
void require_enough(const nn::TrainTest& data, bool quick) {
    constexpr std::size_t train = 1000, test = 200, least_side = 5, of_each_class = 10;
    require(data.train.size() >= train && data.test.size() >= test, "[load_data] ", data.train.name,
            " has ", data.train.size(), " + ", data.test.size(),
            " images for training and test, expected at least ", train, " + ", test);
    const auto& item = data.train.item;
    require(std::min(item[0], item[1]) >= least_side, "[load_data] ", data.train.name,
            " has images of ", item, ", expected at least ", least_side, " pixels to a side");
    for (const auto& [part, images] : {std::pair("training", &data.train), {"test", &data.test}}) {
        require_classes(*images, std::string(part) + " images" + (quick ? " for --quick" : ""),
                        of_each_class);
        require_pictures(*images, part);
    }
    // Chapters hold some of the training images out, and learn from fewer of them.
    const std::size_t half = data.train.size() / 2;
    require_classes(nn::first(data.train, half), "images in the first half of the training set", 1);
    require_classes(nn::last(data.train, half), "images in the second half of the training set", 1);
}

}  // namespace

void require_classes(const nn::Dataset& data, const std::string& part, std::size_t of_each) {
    for (std::size_t label = 0; label < data.classes; ++label) {
        const std::size_t found = members(data.labels, label).size();
        require(found >= of_each, "[load_data] ", data.name, " has ", found, " of class ", label,
                " among the ", data.size(), " ", part, ", expected at least ", of_each,
                found == 0 ? ": are they sorted?" : "");
    }
}

std::string blas_warning(const std::string& core, bool wide, const char* forced) {
    constexpr std::array wide_cores{"SkylakeX", "Cooperlake", "SapphireRapids"};
    const bool fits = std::find(wide_cores.begin(), wide_cores.end(), core) != wide_cores.end();
    if (!wide || fits) return "";
    std::string warning = "OpenBLAS computes as on " + core + ", though this processor has AVX-512";
    if (forced) warning += ": unset OPENBLAS_CORETYPE, which says " + std::string(forced);
    return warning;
}

std::string resume_command(int argc, const char* const* argv) {
    std::string command;
    bool resumes = false;
    for (int i = 0; i < argc; ++i) {
        if (i > 0) command += ' ';
        command += quoted(argv[i]);
        resumes = resumes || std::string_view(argv[i]) == "--resume";
    }
    return resumes ? command : command + " --resume";
}

FolderLock::FolderLock(const std::filesystem::path& folder)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    ::close(descriptor_);
    throw autograd::Error("[--out] another run writes into " + folder.string() +
                          ": wait until it has ended, or give another folder");
}

FolderLock::~FolderLock() { ::close(descriptor_); }

Session::Session(const About& about, const Flags& f, const nn::Communicator& processes)
    : flags(f), world(processes) {
    if (world.leads()) lock_.emplace(flags.out);
    set_threads(flags.threads);
    if (world.leads()) nn::remove_abandoned_parts(flags.out);
    for (const Option& option : about.options)
        if (const auto* const number = std::get_if<double*>(&option.value))
            options_.emplace_back(option.flag, autograd::text(**number));
    const std::string core = openblas_get_corename();
    results_.tutorial = about.name;
    results_.data = "none";
    results_.seed = flags.seed;
    results_.epochs = flags.epochs;
    results_.batch = flags.batch;
    results_.threads = flags.threads;
    results_.blas = core;
    std::cout << about.name << ": " << about.title << "\nseed " << flags.seed << ", threads "
              << omp_get_max_threads() << ", OpenBLAS " << core << " with "
              << (blas_asks_openmp() ? omp_get_max_threads() : openblas_get_num_threads())
              << ", files in " << flags.out.string() << std::endl;
    if (&world != &nn::alone()) std::cout << world.describe() << std::endl;
    const std::string warning = blas_warning(core, has_avx512(), std::getenv("OPENBLAS_CORETYPE"));
    if (!warning.empty()) std::cerr << "warning: " << warning << std::endl;
}

const nn::TrainTest& Session::load_data() {
    if (data_) return *data_;
    nn::Limits limits = flags.quick ? quick_limits : nn::Limits{};
    limits.side = flags.side;
    auto data = nn::load_data(flags.data, limits);
    require_needs(data.train, results_.tutorial);
    for (const auto& [name, experiment] : experiments())
        if (flags.all || name == flags.only)
            require_needs(data.train, results_.tutorial + "/" + name);
    require_enough(data, flags.quick);
    results_.data = data.train.name;
    if (!flags.resume && flags.only.empty() && world.leads()) remove_checkpoints(flags.out);
    may_resume = 1;
    std::cout << "data " << data.train.name << ": " << data.train.size()
              << " images to learn from, " << data.test.size() << " to test with, "
              << data.train.item[0] << " × " << data.train.item[1]
              << (data.train.item[2] == 3 ? " in colour" : "") << std::endl;
    return data_.emplace(std::move(data));
}

nn::TrainingSettings Session::training(nn::TrainingSettings settings) {
    const bool of_lesson = settings.name.starts_with("model");
    const std::size_t earlier = of_lesson ? 0 : trainings_[settings.name]++;
    if (earlier > 0) settings.name += "_" + std::to_string(earlier + 1);
    settings.folder = flags.out;
    settings.world = &world;
    settings.resume = flags.resume || (experimenting_ && of_lesson);
    // Not "seed", which is that of the training's own generator and may be another.
    settings.conditions.emplace_back("--seed", std::to_string(flags.seed));
    for (const auto& option : options_) settings.conditions.push_back(option);
    if (data_)
        settings.conditions.emplace_back("test data whose checksum is", nn::checksum(data_->test));
    if (settings.quiet)
        std::cout << "\nTraining " << settings.name << ", " << settings.epochs << " epochs"
                  << std::endl;
    return settings;
}

void Session::result(const std::string& key, double number) {
    results_.add(key, number);
    std::cout << key << " " << nn::decimal(number) << std::endl;
}

void Session::result(const std::string& key, const std::vector<double>& numbers) {
    results_.add(key, numbers);
    std::cout << key;
    for (const double number : numbers) std::cout << " " << nn::decimal(number);
    std::cout << std::endl;
}

void Session::time(const std::string& key, const std::function<void(Session&)>& part) {
    const auto start = std::chrono::steady_clock::now();
    part(*this);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    result(key, seconds.count());
}

void Session::run(const std::function<void(Session&)>& lesson) {
    if (flags.only.empty()) time("seconds", lesson);
    experimenting_ = true;
    for (const auto& [name, experiment] : experiments()) {
        if (!flags.all && name != flags.only) continue;
        std::cout << "\n--- " << name << ": " << experiment.title << std::endl;
        time("seconds_" + name, experiment.run);
    }
    if (world.leads()) write_results(file("results.json"), results_, !flags.only.empty());
}

void set_threads(std::size_t threads) {
    omp_set_num_threads(static_cast<int>(threads));
    autograd::promise_no_more_threads_than_given();
    // One that asks OpenMP is told nothing: version 0.3.34 would use as many threads within a parallel
    // region too, where it gets one, and wait for the others for ever.
    if (!blas_asks_openmp()) openblas_set_num_threads(omp_get_max_threads());
}

int run(int argc, char** argv, const About& about, const std::function<void(Session&)>& lesson,
        const nn::Communicator& world) {
    const auto program = [&] {
        if (const auto flags = parse(argc, argv, about)) {
            const FarewellToInterrupt farewell_to_interrupt(launcher(world) +
                                                            resume_command(argc, argv));
            Session session(about, *flags, world);
            session.run(lesson);
        }
    };
    return run(argc, argv, program, world);
}

int run(int argc, char** argv, const std::function<void()>& program,
        const nn::Communicator& world) {
    try {
        occupy_standard_streams();
        if (!world.leads()) keep_silent();
        std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a line is seen at once, also in a pipe
        std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error, with a message
        program();
        require_printed();
        return 0;
    } catch (const nn::Interrupted& interrupted) {
        if (world.leads())
            std::cerr << interrupted.what() << ". Go on with: " << launcher(world)
                      << resume_command(argc, argv) << std::endl;
        return 128 + interrupted.signal;
    } catch (const std::exception& error) {
        // The first process speaks for all, unless it has nothing to say.
        if (!world.leads()) std::this_thread::sleep_for(std::chrono::milliseconds(200));
        std::cerr << error.what() << std::endl;
        world.abandon(1);
        return 1;
    }
}

}  // namespace tutorials
