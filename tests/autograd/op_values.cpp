// Prints the value and the gradients of every case of the table, as numbers that lose no bit. Built in
// single precision, for a test in double precision to compare with.
#include <cstdio>

#include "evaluate.hpp"

namespace {

void print(const autograd::Array& array) {
    for (const autograd::Real element : array) std::printf("%a ", double{element});
    std::printf("\n");
}

}  // namespace

int main() {
    for (const optests::OpCase& op : optests::op_cases()) {
        autograd::Tape tape;
        const optests::Evaluation result = optests::evaluate(tape, op);
        std::printf("%s\n", op.name.c_str());
        print(result.value);
        for (const autograd::Array& gradient : result.gradients) print(gradient);
    }
}
