#include "bench.hpp"

#include <fcntl.h>
#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "../allocations.hpp"
#include "autograd/error.hpp"

extern "C" char* openblas_get_corename();

namespace bench {

Options::Options(int argc, char** argv) : threads(omp_get_num_procs()) {
    for (int i = 1; i < argc; i += 2) {
        const std::string flag = argv[i];
        if (i + 1 < argc && flag == "--threads" && std::atoi(argv[i + 1]) > 0) {
            threads = std::atoi(argv[i + 1]);
        } else if (i + 1 < argc && flag == "--python") {
            python = argv[i + 1];
        } else {
            std::fprintf(stderr, "usage: %s [--threads N] [--python PATH]\n", argv[0]);
            std::exit(2);
        }
    }
    omp_set_num_threads(threads);
}

void print_machine(const Options& options) {
    std::printf("%d cores, %d threads, OpenBLAS %s\n", omp_get_num_procs(), options.threads,
                openblas_get_corename());
}

double median(std::vector<double> x) {
    const auto middle = x.begin() + static_cast<long>(x.size() / 2);
    std::nth_element(x.begin(), middle, x.end());
    return *middle;
}

// --- products -------------------------------------------------------------------------------------

Matrix Products::matrix(std::size_t rows, std::size_t columns) {
    arrays_.push_back(random_.normal({rows, columns}));
    // Small, for beta = 1 lets a product grow over and over.
    for (Real& value : arrays_.back().storage()) value *= Real(1e-3);
    return {arrays_.back().data(), rows, columns};
}

Matrix Products::data(std::size_t rows, std::size_t columns) {
    const Matrix x = matrix(rows, columns);
    data_.push_back(x.data);
    return x;
}

Matrix Products::linear(Matrix x, std::size_t out, bool bias) {
    const Matrix weight = matrix(out, x.columns), y = matrix(x.rows, out);
    products_.push_back(
        {x, transposed(weight), bias ? Real{1} : Real{0}, y});  // which stands there
    return y;
}

void Products::recurrent(std::size_t steps, std::size_t batch, std::size_t units,
                         std::size_t gates) {
    const Matrix weight = matrix(gates, units), dh = matrix(batch, units);
    const Matrix states = matrix(steps * batch, units), a = matrix(steps * batch, gates);
    const Matrix da = matrix(steps * batch, gates);
    const auto at = [=](Matrix x, std::size_t t) {
        return Matrix{x.data + t * batch * x.columns, batch, x.columns};
    };
    for (std::size_t t = 0; t < steps; ++t)
        recurrent_.push_back({at(states, t), transposed(weight), 0, at(a, t)});
    for (std::size_t t = steps; t-- > 0;) recurrent_.push_back({at(da, t), weight, 1, dh});
    recurrent_.push_back({transposed(da), states, 0, matrix(gates, units)});
}

void Products::backward() {
    std::map<const Real*, Matrix> gradients;
    const std::vector<Product> layers = products_;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        const auto& [x, weight, one, y] = *layer;
        const Matrix dy = gradients.try_emplace(y.data, matrix(y.rows, y.columns)).first->second;
        products_.push_back({transposed(dy), x, 0, matrix(y.columns, x.columns)});
        if (std::ranges::count(data_, x.data) > 0) continue;
        const auto [dx, first] = gradients.try_emplace(x.data, matrix(x.rows, x.columns));
        products_.push_back({dy, transposed(weight), first ? Real{0} : Real{1}, dx->second});
    }
}

void Products::operator()() const {
    for (const std::vector<Product>* list : {&products_, &recurrent_})
        for (const Product& p : *list)
            autograd::gemm(p.a, p.b, p.beta, const_cast<Real*>(p.c.data));
}

double Products::flops() const {
    double total = 0;
    for (const std::vector<Product>* list : {&products_, &recurrent_})
        for (const auto& [a, b, beta, c] : *list)
            total += 2. * static_cast<double>(a.rows * a.columns) * static_cast<double>(c.columns);
    return total;
}

// --- peers ----------------------------------------------------------------------------------------

Peer::Peer(const std::string& python, const std::string& script, const std::string& kind,
           int threads) {
    if (python.empty()) return;
    int there[2], back[2];
    // Closed on exec: a peer that held an end of another's pipe would keep that one waiting for ever.
    autograd::require(pipe2(there, O_CLOEXEC) == 0 && pipe2(back, O_CLOEXEC) == 0,
                      "[bench] no pipe");
    process_ = fork();
    autograd::require(process_ >= 0, "[bench] no process");
    if (process_ == 0) {
        dup2(there[0], STDIN_FILENO);
        dup2(back[1], STDOUT_FILENO);
        const std::string count = std::to_string(threads);
        execl(python.c_str(), python.c_str(), script.c_str(), kind.c_str(), count.c_str(), nullptr);
        std::perror(python.c_str());
        _exit(127);
    }
    close(there[0]);
    close(back[1]);
    to_ = fdopen(there[1], "w");
    from_ = fdopen(back[0], "r");
    name_ = line();
}

Peer::~Peer() {
    if (to_) std::fclose(to_);  // no more turns
    if (from_) std::fclose(from_);
    if (process_ > 0) waitpid(process_, nullptr, 0);
}

std::string Peer::line() {
    std::string out;
    for (int c; (c = std::fgetc(from_)) != EOF && c != '\n';) out += static_cast<char>(c);
    return out;
}

double Peer::epoch() {
    std::fputs("go\n", to_);
    std::fflush(to_);
    const std::string answer = line();
    autograd::require(!answer.empty(), "[bench] expected images per second from ", name_,
                      ", got nothing");
    return std::stod(answer);
}

std::vector<Rival> find_rivals(const Options& options, const std::string& script,
                               const std::vector<const char*>& kinds) {
    std::vector<Rival> rivals;
    if (options.python.empty()) std::puts("no --python: other frameworks are left out");
    for (const char* kind : kinds) {
        if (options.python.empty()) break;
        auto peer = std::make_unique<Peer>(options.python, script, kind, options.threads);
        if (peer->name().empty())
            std::printf("%s is not installed for %s: left out\n", kind, options.python.c_str());
        else
            rivals.push_back({std::move(peer)});
    }
    return rivals;
}

void race(const Options& options, const Training& ours, std::vector<Rival> rivals, int turns) {
    const auto steps = static_cast<double>(ours.steps);
    std::vector<double> step, bare, images_per_second;
    std::size_t allocated = 0;
    for (int turn = 0; turn < turns; ++turn) {
        const std::size_t allocations_before = allocations();
        double in_steps = 0;
        const double whole = seconds([&] { in_steps = ours.epoch(); });
        const std::size_t allocations_here = allocations() - allocations_before;
        const double in_products = seconds([&] {
            for (std::size_t i = 0; i < ours.steps; ++i) ours.products();
        });
        for (Rival& rival : rivals) rival.images_per_second.push_back(rival.peer->epoch());
        if (turn == 0) {
            for (Rival& rival : rivals) rival.images_per_second.clear();
            continue;
        }
        allocated += allocations_here;
        step.push_back(in_steps / steps);
        bare.push_back(in_products / steps);
        images_per_second.push_back(static_cast<double>(ours.batch) * steps / whole);
    }

    const double mine = median(images_per_second);
    std::printf("\n%-24s %9s  medians of %d epochs\n", "", "images/s", turns - 1);
    std::printf("%-24s %9.0f  %g allocations a step\n", "Tapestry", mine,
                static_cast<double>(allocated) / (turns - 1) / steps);
    double best_of_pytorch = 0, jax = 0;
    for (const Rival& rival : rivals) {
        const double theirs = median(rival.images_per_second);
        std::printf("%-24s %9.0f\n", rival.peer->name().c_str(), theirs);
        if (rival.peer->name().starts_with("JAX"))
            jax = theirs;
        else
            best_of_pytorch = std::max(best_of_pytorch, theirs);
    }
    print_json(options.threads, median(step), median(bare),
               best_of_pytorch > 0 ? mine / best_of_pytorch : 0, jax > 0 ? mine / jax : 0);
}

// --- the result -----------------------------------------------------------------------------------

void print_json(int threads, double step, double products, double pytorch_ratio, double jax_ratio,
                const char* more) {
    const auto or_null = [](double ratio) {
        return ratio > 0 ? std::to_string(ratio) : std::string("null");
    };
    std::printf(
        "{\"threads\": %d, \"step_us\": %.1f, \"products_us\": %.1f, \"products_ratio\": %.4f, "
        "\"pytorch_ratio\": %s, \"jax_ratio\": %s%s}\n",
        threads, step * 1e6, products * 1e6, step / products, or_null(pytorch_ratio).c_str(),
        or_null(jax_ratio).c_str(), more);
}

}  // namespace bench
