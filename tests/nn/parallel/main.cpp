// The tests of doctest, in each of the processes that mpirun has started. One that fails in a single process
// may leave the others waiting: so that one ends all.
#define DOCTEST_CONFIG_IMPLEMENT
#include "nn/parallel/mpi.hpp"
#include "tests/nn/parallel/world.hpp"

static const nn::Communicator* processes = nullptr;

const nn::Communicator& world() { return *processes; }

int main(int argc, char** argv) {
    const nn::Mpi mpi;
    processes = &mpi;
    doctest::Context context(argc, argv);
    if (!mpi.leads()) context.setOption("minimal", true);  // failures alone
    const int failed = context.run();
    if (failed) mpi.abandon(1);
    return failed;
}
