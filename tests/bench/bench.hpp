/// @file
/// What the benchmarks of whole training steps share: the command line, medians, the matrix products of
/// a step by themselves, other frameworks in processes of their own, and the last line, which is JSON.
#pragma once

#include <chrono>
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "autograd/gemm.hpp"
#include "nn/random.hpp"

namespace bench {

using autograd::Array;
using autograd::Matrix;
using autograd::Real;

/// `--threads N`, all cores without it, and `--python PATH` of an interpreter that has the peers. Prints
/// what is wrong and ends the program if there is anything else.
struct Options {
    int threads;
    std::string python;

    Options(int argc, char** argv);
};

/// Prints how many cores and threads there are and which kernels OpenBLAS has chosen.
void print_machine(const Options& options);

double median(std::vector<double> x);

/// Seconds that a call takes.
template <class Work>
double seconds(Work work) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The matrix products of a network and nothing else, on matrices of their own.
class Products {
  public:
    explicit Products(nn::Random& random) : random_(random) {}

    /// A matrix to begin with: data, whose gradient nobody wants, or what is not made by a product.
    Matrix data(std::size_t rows, std::size_t columns);
    Matrix matrix(std::size_t rows, std::size_t columns);
    /// x·Wᵀ + b with W of shape (out, columns of x), as autograd::linear computes it.
    Matrix linear(Matrix x, std::size_t out, bool bias = true);
    /// Those of so many steps of a recurrent net, as autograd::lstm computes them, forwards and back: two
    /// for each step, and one for the weight.
    void recurrent(std::size_t steps, std::size_t batch, std::size_t units, std::size_t gates);
    /// What goes back through all layers so far: two products for each, one where x is data.
    void backward();

    void operator()() const;
    double flops() const;

  private:
    struct Product {
        Matrix a, b;
        Real beta;
        Matrix c;
    };

    nn::Random& random_;
    std::deque<Array> arrays_;
    std::vector<const Real*> data_;
    std::vector<Product> products_, recurrent_;
};

/// Another framework at the same work, in a process of its own that waits for its turns: a script that
/// prints a line with its name and version, or nothing if it is not installed, and then, for each line
/// that it reads, trains for an epoch and prints how many images it took per second.
class Peer {
  public:
    Peer(const std::string& python, const std::string& script, const std::string& kind,
         int threads);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// "" if it is not there.
    const std::string& name() const { return name_; }
    /// Images per second of one epoch.
    double epoch();

  private:
    std::string line();

    std::string name_;
    int process_ = 0;
    std::FILE *to_ = nullptr, *from_ = nullptr;
};

/// Another framework and what it achieved in each epoch.
struct Rival {
    std::unique_ptr<Peer> peer;
    std::vector<double> images_per_second{};
};

/// Those of these kinds that are installed. Prints which are not.
std::vector<Rival> find_rivals(const Options& options, const std::string& script,
                               const std::vector<const char*>& kinds);

/// A training of ours, an epoch at a time, and the products of one of its steps.
struct Training {
    std::size_t batch, steps;  ///< examples of a step, steps of an epoch
    std::function<double()>
        epoch;  ///< trains; the seconds that its steps took, without the batches
    std::function<void()> products;
};

/// An epoch of ours, the products of as many steps and an epoch of each rival, by turns. The first turn
/// is left out; of the others prints the medians, the last line being JSON.
void race(const Options& options, const Training& ours, std::vector<Rival> rivals, int turns);

/// The last line. A ratio of 0 was not measured: null. `more` is `, "key": value, ...` or nothing.
void print_json(int threads, double step, double products, double pytorch_ratio, double jax_ratio,
                const char* more = "");

}  // namespace bench
