// How long each operation takes at the sizes of a training step, forward alone and with its pullback.
// Choose by name: ops --benchmark_filter='^(exp|linear)'.
#include <benchmark/benchmark.h>

#include "../autograd/evaluate.hpp"
#include "../autograd/op_cases.hpp"

using namespace optests;

namespace {

/// An operation and its inputs as parameters, which a tape refers to without copying them.
struct Recorder {
    const OpCase& op;
    std::vector<autograd::Parameter> inputs{};
    Tape tape{};

    explicit Recorder(const OpCase& o) : op(o) {
        for (const Array& input : op.inputs) inputs.push_back({input});
    }
    Variable operator()() {
        tape.rewind();
        std::vector<Variable> x;
        for (const auto& input : inputs) x.push_back(tape.parameter(input));
        return op.function(x);
    }
};

void forward(benchmark::State& state, const OpCase& op) {
    Recorder record(op);
    for (auto _ : state) benchmark::DoNotOptimize(record());
}

void forward_and_back(benchmark::State& state, const OpCase& op) {
    Recorder record(op);
    const Array cotangent = random_array(record().shape());
    for (auto _ : state) record.tape.backward(record(), cotangent);
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    const auto cases = large_op_cases();
    const auto add = [](const std::string& name, auto run, const OpCase& op) {
        benchmark::RegisterBenchmark(name.c_str(), run, op)
            ->Unit(benchmark::kMicrosecond)
            ->UseRealTime();  // for there may be several threads
    };
    for (const OpCase& op : cases) {
        add(op.name + " forward", forward, op);
        add(op.name + " forward and back", forward_and_back, op);
    }
    benchmark::RunSpecifiedBenchmarks();
}
