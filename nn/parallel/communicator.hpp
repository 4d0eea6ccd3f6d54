/// @file
/// Several processes that do one thing together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

namespace nn {

/// The processes that work together, seen from one of them. They run the same program, and each calls
/// the same functions of this file in the same order: each of these waits for all the others.
///
/// A process alone is alone(); those that `mpirun` starts are nn::Mpi.
class Communicator {
  public:
    virtual ~Communicator() = default;

    /// The number of this process, from 0 to size() − 1.
    std::size_t rank() const { return rank_; }
    std::size_t size() const { return size_; }
    /// Whether this is the one that prints and writes files.
    bool leads() const { return rank_ == 0; }

    /// Sends bytes to one process and receives bytes from another, at the same time. That one must send as
    /// many. Throws if it sends another number, or no longer answers after this process was told to end.
    virtual void exchange(std::size_t to, std::span<const std::byte> sent, std::size_t from,
                          std::span<std::byte> received) const = 0;

    /// Ends the others, which would wait for this process for ever, and then this one. Returns only if
    /// there are no others.
    virtual void abandon(int exit_code) const = 0;

    /// One line for the start of a run: how many processes, by what, with which processors.
    virtual std::string describe() const = 0;

  protected:
    Communicator(std::size_t rank, std::size_t size) : rank_(rank), size_(size) {}

  private:
    std::size_t rank_, size_;
};

/// The communicator of a process that has no others. Everything in this file then costs nothing.
const Communicator& alone();

/// Replaces the numbers of each process by their sums over all processes, each multiplied by the weight of
/// its process: an all-reduce. Afterwards all
/// processes hold the same bits, and the same numbers give the same bits whenever they are summed by as many
/// processes: the order of the additions is fixed. One NaN makes a sum NaN everywhere.
///
/// The numbers go round a ring in as many parts as there are processes, so each process sends and
/// receives 2 (n − 1) / n times as many bytes as it has, whatever n is, in 2 (n − 1) messages.
/// Patarasuk and Yuan 2009.
template <class Number>  // float or double
void sum(const Communicator& world, std::span<Number> numbers,
         std::type_identity_t<Number> weight = 1);

/// Whether it is true of any process.
bool any(const Communicator& world, bool here);

/// Whether all processes have the same number.
bool same(const Communicator& world, std::uint64_t number);

/// Returns once all processes have called it.
void wait_for_all(const Communicator& world);

}  // namespace nn
