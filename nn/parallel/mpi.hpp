/// @file
/// Processes that `mpirun` has started. In a library of its own, `tapestry_mpi`, which is there if the
/// build has found an MPI.
#pragma once

#include "nn/parallel/communicator.hpp"

namespace nn {

/// The processes that `mpirun -n 4 PROGRAM` has started, or one process if the program was started
/// without it; MPI is then not even begun. One in a program, as long as it lives.
/// @code
/// int main() {
///     const nn::Mpi world;
///     if (world.leads()) std::cout << world.describe() << std::endl;
/// @endcode
/// A process gets as many OpenMP threads as it has processors: an equal share where processes on a machine
/// are not bound to processors of their own. It is ended when `mpirun` is.
class Mpi : public Communicator {
  public:
    /// Throws if MPI does not start.
    Mpi();
    ~Mpi() override;
    Mpi(const Mpi&) = delete;
    Mpi& operator=(const Mpi&) = delete;

    void exchange(std::size_t to, std::span<const std::byte> sent, std::size_t from,
                  std::span<std::byte> received) const override;
    void abandon(int exit_code) const override;
    std::string describe() const override;

    /// Whether mpirun, or another launcher, has started this process.
    static bool launched();
    /// The processors that this process can use; without mpirun all that the system gives it.
    std::size_t processors() const { return processors_; }

  private:
    struct Place {
        std::size_t rank, size;
    };
    explicit Mpi(Place place);
    static Place start();

    std::size_t processors_ = 0, on_machine_ = 0;
    bool crowded_ = false;  // more processes than processors: who waits lets others compute
};

}  // namespace nn
