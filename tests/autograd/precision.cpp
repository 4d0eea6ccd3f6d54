// The same numbers in single and in double precision, with one thread and with two.
#include <doctest/doctest.h>
#include <omp.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>

#include "evaluate.hpp"

using namespace autograd;
using namespace optests;

namespace {

/// What a program prints, line by line. One for another kind of processor needs an emulator, whose name
/// meson tells.
std::istringstream output_of(const std::string& program) {
    const char* const emulator = std::getenv("MESON_EXE_WRAPPER");
    const std::string command = emulator ? emulator + (" " + program) : program;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string out;
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe.get()))
        out.append(buffer, n);
    return std::istringstream(out);
}

/// The numbers on the next line, as an array of this shape.
Plain next_array(std::istream& lines, const Shape& shape) {
    std::string line, word;
    std::getline(lines, line);
    std::istringstream words(line);
    Plain out(shape);
    std::size_t count = 0;
    while (words >> word && count < out.elements.size()) out.elements[count++] = std::stod(word);
    REQUIRE(count == out.elements.size());
    return out;
}

}  // namespace

TEST_CASE("single precision gives the numbers of double precision to four digits" *
          doctest::skip(!double_precision)) {
    REQUIRE(std::ifstream("op_values").good());  // the program, beside the tests
    std::istringstream lines = output_of("./op_values");
    for (const OpCase& op : op_cases()) {
        CAPTURE(op.name);
        std::string name;
        std::getline(lines, name);
        REQUIRE(name == op.name);
        Tape tape;
        const Evaluation result = evaluate(tape, op);
        CHECK(worst_error(result.value, next_array(lines, result.value.shape())) < 1e-4);
        for (const Array& gradient : result.gradients)
            CHECK(worst_error(gradient, next_array(lines, gradient.shape())) < 1e-4);
    }
}

TEST_CASE("two threads give the numbers of one") {
    // Of a sum of 784 products, of which most cancel.
    constexpr double tolerance = 1e3 * std::numeric_limits<Real>::epsilon();
    const int before = omp_get_max_threads();
    for (const OpCase& op : large_op_cases()) {
        CAPTURE(op.name);
        Tape tape;
        omp_set_num_threads(1);
        const Evaluation one = evaluate(tape, op);
        tape.rewind();
        omp_set_num_threads(2);
        const Evaluation two = evaluate(tape, op);
        // BLAS cuts a product into other blocks for another number of threads.
        const bool product = op.name.starts_with("matmul") || op.name.starts_with("linear");
        if (!product) CHECK(same(one, two));
        CHECK(worst_error(one.value, two.value) < tolerance);
        for (std::size_t i = 0; i < op.inputs.size(); ++i)
            CHECK(worst_error(one.gradients[i], two.gradients[i]) < tolerance);
    }
    omp_set_num_threads(before);
}
