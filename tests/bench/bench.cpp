#include "bench.hpp"

#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

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

Matrix Products::linear(Matrix x, std::size_t out) {
    const Matrix weight = matrix(out, x.columns), y = matrix(x.rows, out);
    products_.push_back({x, transposed(weight), 1, y});  // to the bias, which stands there
    return y;
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
    for (const Product& p : products_)
        autograd::gemm(p.a, p.b, p.beta, const_cast<Real*>(p.c.data));
}

double Products::flops() const {
    double total = 0;
    for (const auto& [a, b, beta, c] : products_)
        total += 2. * static_cast<double>(a.rows * a.columns) * static_cast<double>(c.columns);
    return total;
}

// --- peers ----------------------------------------------------------------------------------------

Peer::Peer(const std::string& python, const std::string& script, const std::string& kind,
           int threads) {
    if (python.empty()) return;
    int there[2], back[2];
    autograd::require(pipe(there) == 0 && pipe(back) == 0, "[bench] no pipe");
    process_ = fork();
    autograd::require(process_ >= 0, "[bench] no process");
    if (process_ == 0) {
        dup2(there[0], STDIN_FILENO);
        dup2(back[1], STDOUT_FILENO);
        for (const int end : {there[0], there[1], back[0], back[1]}) close(end);
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
