// Zeros of both signs, denormals, ±10⁴, the largest numbers, infinities and NaN: what PyTorch makes of
// them; extremes.py wrote it down.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "evaluate.hpp"

using namespace autograd;

namespace {

using Variables = std::vector<Variable>;
using Function = Variable (*)(const Variables&);

const std::map<std::string, Function> functions = {
    {"exp", [](const Variables& v) { return exp(v[0]); }},
    {"log", [](const Variables& v) { return log(v[0]); }},
    {"sqrt", [](const Variables& v) { return sqrt(v[0]); }},
    {"square", [](const Variables& v) { return square(v[0]); }},
    {"abs", [](const Variables& v) { return abs(v[0]); }},
    {"tanh", [](const Variables& v) { return tanh(v[0]); }},
    {"sigmoid", [](const Variables& v) { return sigmoid(v[0]); }},
    {"relu", [](const Variables& v) { return relu(v[0]); }},
    {"leaky_relu", [](const Variables& v) { return leaky_relu(v[0]); }},
    {"softplus", [](const Variables& v) { return softplus(v[0]); }},
    {"elu", [](const Variables& v) { return elu(v[0]); }},
    {"clip", [](const Variables& v) { return clip(v[0], -20, 1e4); }},
    {"reciprocal", [](const Variables& v) { return Real{1} / v[0]; }},
    {"add", [](const Variables& v) { return v[0] + v[1]; }},
    {"subtract", [](const Variables& v) { return v[0] - v[1]; }},
    {"multiply", [](const Variables& v) { return v[0] * v[1]; }},
    {"divide", [](const Variables& v) { return v[0] / v[1]; }},
    {"where",
     [](const Variables& v) {
         Array positive = v[0].value();
         for (Real& x : positive.storage()) x = x > 0 ? 1 : 0;
         return where(v[0].tape().constant(positive), v[0], v[1]);
     }},
    {"squared_error", [](const Variables& v) { return squared_error(v[0], v[1]); }},
    {"bce_with_logits", [](const Variables& v) { return bce_with_logits(v[0], v[1]); }},
    {"gaussian_kl",
     [](const Variables& v) {
         const Shape column{v[0].value().size(), 1};
         return gaussian_kl(reshape(v[0], column), reshape(v[1], column));
     }},
    {"reparameterize",
     [](const Variables& v) {
         return reparameterize(v[0], v[1], v[0].tape().constant(full(v[0].shape(), 3)));
     }},
    {"sum", [](const Variables& v) { return sum(v[0], {1}); }},
    {"mean", [](const Variables& v) { return mean(v[0], {1}); }},
    {"max", [](const Variables& v) { return max(v[0], 1); }},
    {"log_sum_exp", [](const Variables& v) { return log_sum_exp(v[0], 1); }},
    {"softmax", [](const Variables& v) { return softmax(v[0], 1); }},
    {"log_softmax", [](const Variables& v) { return log_softmax(v[0], 1); }},
    {"cross_entropy_with_logits",
     [](const Variables& v) {
         return cross_entropy_with_logits(v[0], Indices(v[0].shape()[0], 0));
     }},
};

Array read(const nlohmann::json& numbers, std::size_t rows) {
    const std::size_t count = numbers.size();
    Array out = Array::from_shape(count == rows ? Shape{rows} : Shape{rows, count / rows});
    for (std::size_t i = 0; i < count; ++i)
        out.data()[i] =
            static_cast<Real>(std::strtod(numbers[i].get<std::string>().c_str(), nullptr));
    return out;
}

using limits = std::numeric_limits<Real>;
using Numbers = std::vector<double>;

/// Infinities and NaN are to be the same, others to rounding; a denormal has few digits.
bool agree(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    if (std::isinf(a) || std::isinf(b)) return a == b;
    constexpr double epsilon = double{limits::epsilon()};
    return std::abs(a - b) <= 64 * epsilon * std::abs(b) + 8 * epsilon * double{limits::min()};
}

/// Where Tapestry differs on purpose: what `holds` is told is the input (of a row, all of it), our number
/// and PyTorch's.
struct Difference {
    std::string name, what;
    bool (*holds)(const Numbers& x, double ours, double theirs);
};

bool too_small(const Numbers&, double ours, double theirs) {
    return ours == 0 && theirs > 0 && theirs < 4 * double{limits::min()};
}
bool within_four_ulps_of_one(const Numbers&, double ours, double theirs) {
    return std::abs(ours - theirs) <= 4 * double{limits::epsilon()};
}
bool has_infinity(const Numbers& x) {
    return std::any_of(x.begin(), x.end(),
                       [](double each) { return std::isinf(each) && each > 0; });
}

const std::vector<Difference> differences = {
    {"sigmoid", "value", too_small},
    {"sigmoid", "gradient", too_small},
    {"softplus", "value", too_small},
    {"softplus", "gradient", too_small},  // without AVX-512 only
    {"relu", "gradient",
     [](const Numbers& x, double ours, double) { return std::isnan(x[0]) && ours == 0; }},
    {"elu", "gradient", within_four_ulps_of_one},
    {"elu", "gradient",
     [](const Numbers& x, double ours, double) { return std::isnan(x[0]) && std::isnan(ours); }},
    {"clip", "gradient",
     [](const Numbers& x, double ours, double theirs) {
         return !(x[0] < -20 || x[0] > 1e4) && ours > 0 && theirs == 0;
     }},
    {"bce_with_logits", "value",
     [](const Numbers& x, double ours, double) {
         return std::isinf(x[0]) &&
                (x[0] > 0 ? std::isnan(ours) : ours == double{limits::infinity()});
     }},
    {"bce_with_logits", "value", within_four_ulps_of_one},
    {"gaussian_kl", "gradient",
     [](const Numbers& x, double ours, double) {
         const double each = std::abs(ours / (std::expm1(x[1]) / 2));  // times 1, 2 or 3
         return std::abs(x[1]) < 1e-3 && std::abs(each - std::round(each)) < 1e-6;
     }},
    {"log_sum_exp", "gradient",
     [](const Numbers& x, double ours, double theirs) {
         return std::abs(x[0]) >= 1e4 && std::isfinite(x[0]) && std::abs(ours - theirs) < 1;
     }},
    {"log_sum_exp", "gradient",
     [](const Numbers& x, double ours, double) { return has_infinity(x) && std::isnan(ours); }},
    {"log_softmax", "gradient", within_four_ulps_of_one},
};

std::string listed(const Numbers& numbers) {
    std::string line;
    for (const double number : numbers) line += " " + text(number);
    return line;
}

/// The numbers of some row of all inputs.
Numbers row_of(const Variables& inputs, std::size_t row, std::size_t rows) {
    Numbers numbers;
    for (const Variable& input : inputs) {
        const std::size_t width = input.value().size() / rows;
        for (std::size_t k = 0; k < width; ++k)
            numbers.push_back(double{input.value().data()[row * width + k]});
    }
    return numbers;
}

}  // namespace

TEST_CASE(
    "at the ends of the range values and gradients are PyTorch's, with the exceptions listed") {
    std::ifstream file("extremes.json");
    REQUIRE(file.good());
    std::size_t compared = 0, cases = 0;
    const auto numbers = nlohmann::json::parse(file);
    for (const auto& oracle : numbers.at("cases")) {
        if (oracle.at("bytes") != sizeof(Real)) continue;
        ++cases;
        const std::string name = oracle.at("name");
        const std::size_t rows = oracle.at("rows");
        CAPTURE(name);
        Tape tape;
        Variables inputs;
        for (const auto& input : oracle.at("inputs")) {
            Array x = read(input, rows);
            if (name == "bce_with_logits" || name == "squared_error") x.reshape({rows, 1});
            inputs.push_back(tape.variable(x));
        }
        const Variable y = functions.at(name)(inputs);
        Array cotangent = full(y.shape(), 0);
        for (std::size_t i = 0; i < cotangent.size(); ++i)
            cotangent.data()[i] = static_cast<Real>(i % 3 + 1);
        const Gradients& gradients = tape.backward(y, cotangent);

        const auto compare = [&](const std::string& what, const Array& ours, const Array& theirs) {
            REQUIRE(ours.size() == theirs.size());
            for (std::size_t i = 0; i < ours.size(); ++i) {
                ++compared;
                const double mine = double{ours.data()[i]}, wanted = double{theirs.data()[i]};
                const Numbers x = row_of(inputs, i / (ours.size() / rows), rows);
                const bool meant = std::ranges::any_of(differences, [&](const Difference& d) {
                    return d.name == name && d.what == what && d.holds(x, mine, wanted);
                });
                CAPTURE(what);
                CAPTURE(listed(x));
                CAPTURE(mine);
                CAPTURE(wanted);
                CHECK((agree(mine, wanted) || meant));
            }
        };
        compare("value", y.value(), read(oracle.at("value"), rows));
        for (std::size_t k = 0; k < inputs.size(); ++k)
            compare("gradient", gradients.of(inputs[k]), read(oracle.at("gradients")[k], rows));
    }
    CHECK(cases == functions.size());
    CHECK(compared == 3218);
}

TEST_CASE("a slope is infinite only where it is too large itself") {
    const Real large = limits::max() / 4;
    Tape tape;
    const Variable two = tape.variable(full({2}, -2)), half = tape.variable(full({2}, 0.5));
    const Variable a = tape.constant(full({2}, 2 * large));
    CHECK(tape.backward(a / two, full({2}, 8)).of(two) == full({2}, -4 * large));
    CHECK(tape.backward(2 * large / two, full({2}, 8)).of(two) == full({2}, -4 * large));
    CHECK(tape.backward(square(half), full({2}, 3 * large)).of(half) == full({2}, 3 * large));
}

TEST_CASE("no elements give zeros, or no elements") {
    Tape tape;
    const Variable none = tape.variable(full({2, 0}, 1)), nothing = tape.variable(full({0, 3}, 1));
    const Variable product = matmul(none, nothing);
    CHECK(optests::same(product.value(), full({2, 3}, 0)));
    CHECK(optests::same(sum(none, {1}).value(), full({2}, 0)));
    CHECK(optests::same(bce_with_logits(none, none).value(), full({2}, 0)));
    CHECK(optests::same(squared_error(none, none).value(), full({2}, 0)));
    CHECK(optests::same(gaussian_kl(none, none).value(), full({2}, 0)));
    for (const Variable& y : {exp(none), log(none), relu(none), none + none, none * Real{2}})
        CHECK(y.shape() == Shape{2, 0});
    for (const Variable& y :
         {softmax(nothing, 1), log_softmax(nothing, 1), where(nothing, nothing, nothing)})
        CHECK(y.shape() == Shape{0, 3});
    const Variables of_nothing{log_sum_exp(nothing, 1), max(nothing, 1),
                               cross_entropy_with_logits(nothing, {}),
                               squared_error(nothing, nothing)};
    for (const Variable& y : of_nothing) CHECK(y.value().size() == 0);
    const Gradients& gradients = tape.backward(sum(product));
    CHECK(gradients.of(none).shape() == Shape{2, 0});
    CHECK(gradients.of(nothing).shape() == Shape{0, 3});
}
