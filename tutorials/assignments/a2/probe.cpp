// Assignment a2: what a request may ask of the student's functions, and the functions on which they are tried.

#include "tutorials/assignments/judge/probe.hpp"

#include <algorithm>
#include <cmath>

#include "tutorials/assignments/a2/suspects.hpp"
#if __has_include("tutorials/assignments/a2/unseen/rules.hpp")
#include "tutorials/assignments/a2/unseen/rules.hpp"
#else
namespace suspects {
inline std::map<std::string, Rule> unseen_rules() { return {}; }
}  // namespace suspects
#endif

namespace autograd {

using Arrays = std::vector<Array>;

Array differences(const std::function<Array(const Arrays&)>& f, Arrays x, std::size_t k,
                  const Array& v);                       // task a2.1
Array cotangent(const Shape& shape, unsigned seed);      // task a2.2
double relative_error(double analytic, double numeric);  // task a2.3
bool gradient_is_right(const std::function<Variable(const std::vector<Variable>&)>& f,
                       const Arrays& x);                       // task a2.4
double best_step(double epsilon, double value, double third);  // task a2.5
double directional_error(const std::function<Variable(const std::vector<Variable>&)>& f,
                         const Arrays& x, unsigned seed);                  // task a2.6
double slope(const std::function<double(double)>& f, double x, double h);  // task a2.7

}  // namespace autograd

namespace probe {

namespace {

using autograd::Arrays;
using autograd::full;
using Inputs = std::vector<Variable>;

Array number(double x) { return full({}, x); }

/// y_j = x1_j² t_j + t_j² / 4s + exp(x1_j / 2) with t_j = Σ_i W_ji s sin(x0_i / s).
Array smooth(const Arrays& x, const Array& weight, double s) {
    Array y = full(x[1].shape(), 0);
    for (std::size_t j = 0; j < y.size(); ++j) {
        double total = 0;
        for (std::size_t i = 0; i < x[0].size(); ++i)
            total += weight.data()[j * x[0].size() + i] * s * std::sin(x[0].data()[i] / s);
        const double u = x[1].data()[j];
        y.data()[j] = u * u * total + total * total / (4 * s) + std::exp(u / 2);
    }
    return y;
}

/// The words are k and s; the arrays two inputs, weights, and v. The answer has the number of calls.
Arrays ask_differences(const Words& words, const Arrays& arrays) {
    const double s = std::stod(words.at(1));
    double calls = 0;
    const auto f = [&](const Arrays& x) {
        ++calls;
        return smooth(x, arrays.at(2), s);
    };
    const Array gradient =
        autograd::differences(f, {arrays.at(0), arrays.at(1)},
                              static_cast<std::size_t>(std::stoi(words.at(0))), arrays.at(3));
    return {gradient, number(calls)};
}

Arrays ask_cotangent(const Words& words, const Arrays& arrays) {
    return {
        autograd::cotangent(arrays.at(0).shape(), static_cast<unsigned>(std::stoul(words.at(0))))};
}

/// Infinite numbers come back as 10³⁰⁰.
Arrays ask_error(const Words&, const Arrays& arrays) {
    Array out = full(arrays.at(0).shape(), 0);
    for (std::size_t k = 0; k < out.size(); ++k) {
        const double error = autograd::relative_error(arrays[0].data()[k], arrays.at(1).data()[k]);
        out.data()[k] = std::isinf(error) && error > 0 ? 1e300 : error;
    }
    return {out};
}

Arrays ask_step(const Words&, const Arrays& arrays) {
    Array out = full(arrays.at(0).shape(), 0);
    for (std::size_t k = 0; k < out.size(); ++k)
        out.data()[k] = autograd::best_step(arrays[0].data()[k], arrays.at(1).data()[k],
                                            arrays.at(2).data()[k]);
    return {out};
}

/// A function of two inputs, a and b, made of the operation with this rule: alone, with a used elsewhere
/// too, twice, or of numbers as large as `in` with results as large as `out`.
std::function<Variable(const Inputs&)> suspect(const Words& words) {
    auto rules = suspects::known_rules();
    rules.merge(suspects::unseen_rules());
    const std::string form = words.at(0);
    const suspects::Rule rule = rules.at(words.at(1));
    const double in = std::stod(words.at(2)), out = std::stod(words.at(3));
    return [=](const Inputs& x) {
        if (form == "twice") return operation(operation(x[0], x[1], rule), x[1], rule);
        if (form == "alone") return out * operation((1 / in) * x[0], x[1], rule);
        const Variable y = operation(x[0], x[1], rule);  // recorded first: its pullback comes last
        return y + 3.0 * x[0];
    };
}

/// The words are those of `suspect`.
Arrays ask_whether_right(const Words& words, const Arrays& arrays) {
    return {number(autograd::gradient_is_right(suspect(words), arrays))};
}

/// The same with a seed. The answer has the number of calls.
Arrays ask_direction(const Words& words, const Arrays& arrays) {
    double calls = 0;
    const auto f = [&, inner = suspect(words)](const Inputs& x) {
        ++calls;
        return inner(x);
    };
    const double error =
        autograd::directional_error(f, arrays, static_cast<unsigned>(std::stoul(words.at(4))));
    return {number(error), number(calls)};
}

/// Of the polynomial with these coefficients, at x with step h. The answer has the places that were asked
/// for, in steps from x, in order.
Arrays ask_slope(const Words&, const Arrays& arrays) {
    const double x = *arrays.at(1).data(), h = *arrays.at(2).data();
    std::vector<double> places;
    const auto f = [&](double at) {
        places.push_back((at - x) / h);
        double y = 0;
        for (std::size_t i = arrays[0].size(); i-- > 0;) y = y * at + arrays[0].data()[i];
        return y;
    };
    const double found = autograd::slope(f, x, h);
    std::sort(places.begin(), places.end());
    Array asked = full({places.size()}, 0);
    std::copy(places.begin(), places.end(), asked.data());
    return {number(found), asked};
}

}  // namespace

std::map<std::string, Handler> handlers() {
    return {{"differences", ask_differences},
            {"cotangent", ask_cotangent},
            {"error", ask_error},
            {"step", ask_step},
            {"suspect", ask_whether_right},
            {"direction", ask_direction},
            {"slope", ask_slope}};
}

}  // namespace probe
