// The one file that knows MPI, of which it uses a handful of functions in their C form.
#include "nn/parallel/mpi.hpp"

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <omp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "autograd/error.hpp"
#include "nn/train/interrupt.hpp"

namespace nn {

using autograd::require;

namespace {

/// Long messages go in pieces, whose sizes MPI counts in an int.
constexpr std::size_t longest = std::size_t{1} << 30;
/// How long to wait for the others once told to end, before mpirun ends this process by force.
constexpr std::chrono::milliseconds patience{600};

void check(int code, const char* what) {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    throw autograd::Error(std::string("[parallel] ") + what + ": " + text);
}

using Processors = std::vector<unsigned char>;  // 1 for each that a process may use

Processors own_processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    Processors own(CPU_SETSIZE);
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
        for (std::size_t i = 0; i < own.size(); ++i) own[i] = CPU_ISSET(i, &set);
    return own;
}

/// A processor that several processes of this machine may use counts for its share.
double share_of_processors(MPI_Comm machine) {
    const Processors own = own_processors();
    const int length = static_cast<int>(own.size());
    std::vector<int> mine(own.begin(), own.end()), users(own.size());
    check(MPI_Allreduce(mine.data(), users.data(), length, MPI_INT, MPI_SUM, machine), "start");
    double share = 0;
    for (std::size_t i = 0; i < own.size(); ++i)
        if (own[i]) share += 1.0 / users[i];
    return share;
}

}  // namespace

/// By what the launchers of Open MPI, MPICH and Slurm leave in the environment.
bool Mpi::launched() {
    constexpr const char* names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK"};
    return std::ranges::any_of(names, [](const char* name) { return std::getenv(name); });
}

Mpi::Place Mpi::start() {
    if (!launched()) return {0, 1};
    int level = 0, rank = 0, size = 1;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level), "start");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return {static_cast<std::size_t>(rank), static_cast<std::size_t>(size)};
}

Mpi::Mpi() : Mpi(start()) {}

Mpi::Mpi(Place place) : Communicator(place.rank, place.size) {
    processors_ = static_cast<std::size_t>(omp_get_num_procs());
    on_machine_ = std::max(processors_, static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
    if (!launched()) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // without mpirun nobody would end this process
    MPI_Comm machine = MPI_COMM_NULL;
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine),
          "start");
    const double share = share_of_processors(machine);
    MPI_Comm_free(&machine);
    crowded_ = share < 0.99;
    processors_ = std::max<std::size_t>(1, static_cast<std::size_t>(share + 0.01));
    omp_set_num_threads(static_cast<int>(processors_));
}

Mpi::~Mpi() {
    if (launched()) MPI_Finalize();
}

void Mpi::exchange(std::size_t to, std::span<const std::byte> sent, std::size_t from,
                   std::span<std::byte> received) const {
    if (size() == 1) {
        std::copy(sent.begin(), sent.end(), received.begin());
        return;
    }
    using Clock = std::chrono::steady_clock;
    do {
        const auto out = sent.first(std::min(sent.size(), longest));
        const auto in = received.first(std::min(received.size(), longest));
        MPI_Request requests[2];
        MPI_Status states[2];
        check(MPI_Irecv(in.data(), static_cast<int>(in.size()), MPI_BYTE, static_cast<int>(from), 0,
                        MPI_COMM_WORLD, &requests[0]),
              "receive");
        check(MPI_Isend(out.data(), static_cast<int>(out.size()), MPI_BYTE, static_cast<int>(to), 0,
                        MPI_COMM_WORLD, &requests[1]),
              "send");
        int done = 0;
        Clock::time_point told{};
        while (check(MPI_Testall(2, requests, &done, states), "exchange"), !done) {
            if (crowded_) ::sched_yield();
            if (InterruptWatch::signal() == 0) continue;
            if (told == Clock::time_point{}) told = Clock::now();
            require(Clock::now() - told < patience, "[parallel] process ", from,
                    " no longer answers: go on from the last checkpoint with --resume");
        }
        int count = 0;
        MPI_Get_count(&states[0], MPI_BYTE, &count);
        require(static_cast<std::size_t>(count) == in.size(), "[parallel] expected ", in.size(),
                " bytes from process ", from, ", got ", count, ": do all processes do the same?");
        sent = sent.subspan(out.size());
        received = received.subspan(in.size());
    } while (!sent.empty() || !received.empty());
}

void Mpi::abandon(int exit_code) const {
    if (size() > 1) MPI_Abort(MPI_COMM_WORLD, exit_code);
}

std::string Mpi::describe() const {
    if (!launched()) return "1 process";
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length = 0;
    MPI_Get_library_version(text, &length);
    std::string version(text);
    version = version.substr(0, version.find_first_of(",\n"));
    std::string line = std::to_string(size()) + (size() == 1 ? " process" : " processes") + " by " +
                       version + ", this one with " + std::to_string(processors_) + " of " +
                       std::to_string(on_machine_) + " processors";
    if (crowded_) line += ", which others use too";
    if (size() == 1 && processors_ < on_machine_) line += " (mpirun --bind-to none gives it all)";
    return line;
}

}  // namespace nn
