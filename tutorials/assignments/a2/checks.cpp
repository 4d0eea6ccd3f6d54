// Assignment a2: what is asked about each of its functions.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>

#include "tutorials/assignments/a2/schemes.hpp"
#if __has_include("tutorials/assignments/a2/unseen/names.hpp")
#include "tutorials/assignments/a2/unseen/names.hpp"
#else
namespace judge {
inline std::map<std::string, std::string> unseen_names() { return {}; }
}  // namespace judge
#endif

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;

Verdict passed() {
    Verdict verdict;
    verdict.passed = true;
    return verdict;
}

Verdict failed(const std::string& trouble) {
    Verdict verdict;
    verdict.trouble = trouble;
    return verdict;
}

Long only(const Examiner::Reply& reply, std::size_t place) {
    return reply.arrays.at(place).data.at(0);
}

/// What is wrong with the form of an answer of these numbers of entries.
std::string misshapen(const Examiner::Reply& reply, const std::vector<std::size_t>& sizes) {
    if (!reply.trouble.empty()) return reply.trouble;
    if (reply.arrays.size() != sizes.size()) return "the answer has too few arrays";
    for (std::size_t i = 0; i < sizes.size(); ++i)
        if (reply.arrays[i].data.size() != sizes[i]) return "the answer has a wrong shape";
    return "";
}

// --- differences ----------------------------------------------------------------------------------

/// y_j = x1_j² t_j + t_j² / 4s + exp(x1_j / 2) with t_j = Σ_i W_ji s sin(x0_i / s); W is the third input.
Function smooth(Long s) {
    return [=](const Tensors& x) {
        Tensor y(x[1].shape);
        for (std::size_t j = 0; j < y.data.size(); ++j) {
            Long total = 0;
            for (std::size_t i = 0; i < x[0].data.size(); ++i)
                total += x[2].data[j * x[0].data.size() + i] * s * std::sin(x[0].data[i] / s);
            y.data[j] = x[1].data[j] * x[1].data[j] * total + total * total / (4 * s) +
                        std::exp(x[1].data[j] / 2);
        }
        return y;
    };
}

void add_differences(Checks& all) {
    const auto check = [](Examiner& e, const Shape& shape, std::size_t k, Long s, bool cost) {
        const std::size_t outputs = e.random.integer(2, 4), inputs = count(shape);
        Tensor x = e.random.cotangent(shape);
        for (Long& number : x.data) number = static_cast<double>(number * s);
        const Tensors arrays{x, e.random.cotangent({outputs}),
                             e.random.cotangent({outputs, inputs}), e.random.cotangent({outputs})};
        const Tensor& v = arrays[3];
        const Tensor right = gradient(smooth(s), arrays, k, v);
        // A forward difference, and one with a fixed step, as rounding makes them.
        Expected expected{"gradient of x[" + std::to_string(k) + "]", right};
        expected.mistakes = {
            {"v is not used", [=] { return gradient(smooth(s), arrays, k, Tensor(v.shape, 1)); }},
            {"half of it: is it divided by h in place of 2h, or the other way round?", [=] {
                 Tensor half = right;
                 for (Long& number : half.data) number /= 2;
                 return half;
             }}};
        expected.advice =
            "digits are lost: is the difference central, and does its step fit the "
            "precision and the size of x?";
        const std::string words =
            "differences " + std::to_string(k) + " " + std::to_string(static_cast<double>(s));
        const Examiner::Reply reply = e.ask(words, arrays);
        const Verdict verdict = compare(reply, {{0, expected}});
        if (!verdict.passed || !cost) return verdict;
        const Long calls = only(reply, 1), most = static_cast<Long>(2 * right.data.size());
        if (calls > most)
            return failed("f was called " + std::to_string(static_cast<int>(calls)) +
                          " times for " + std::to_string(right.data.size()) +
                          " entries: twice for each will do");
        return verdict;
    };
    all["a2.1.smooth"] = [=](Examiner& e) {
        return check(e, {e.random.integer(3, 6)}, 0, 1, false);
    };
    all["a2.1.second"] = [=](Examiner& e) { return check(e, {2, 3}, 1, 1, false); };
    all["a2.1.large"] = [=](Examiner& e) { return check(e, {2, 2}, 0, 1e6L, false); };
    all["a2.1.number"] = [=](Examiner& e) { return check(e, {}, 0, 1, false); };
    all["a2.1.cost"] = [=](Examiner& e) {
        return check(e, {e.random.integer(2, 3), 5}, 0, 1, true);
    };
}

// --- cotangents -----------------------------------------------------------------------------------

/// Whether all numbers are between ¼ and 1 in size, and some of each sign; or what is wrong.
std::string strange(const frame::Numbers& v) {
    for (const double number : v.data)
        if (!(std::abs(number) >= 0.25 && std::abs(number) <= 1))
            return "a number is not between ¼ and 1 in size: " + std::to_string(number);
    std::vector<double> sorted = v.data;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return "two numbers are the same";
    if (sorted.size() > 40 && (sorted.front() > 0 || sorted.back() < 0))
        return "all numbers have the same sign";
    return "";
}

void add_cotangent(Checks& all) {
    const auto ask = [](Examiner& e, const Shape& shape, std::size_t seed) {
        return e.ask("cotangent " + std::to_string(seed), {Tensor(shape)});
    };
    const auto checked = [=](Examiner& e, const Shape& shape) {
        const Examiner::Reply reply = ask(e, shape, e.random.integer(0, 9999));
        const std::string form = misshapen(reply, {count(shape)});
        if (!form.empty()) return failed(form);
        if (reply.arrays[0].shape != shape)
            return failed("expected the shape " + text(shape) + ", got " +
                          text(reply.arrays[0].shape));
        const std::string why = strange(reply.arrays[0]);
        return why.empty() ? passed() : failed(why);
    };
    all["a2.2.sizes"] = [=](Examiner& e) { return checked(e, {e.random.integer(8, 12), 11}); };
    all["a2.2.shapes"] = [=](Examiner& e) {
        for (const Shape& shape : {Shape{}, Shape{1}, Shape{2, 1, 3}, Shape{0, 4}})
            if (const Verdict verdict = checked(e, shape); !verdict.passed) return verdict;
        return passed();
    };
    all["a2.2.seeds"] = [=](Examiner& e) {
        const std::size_t seed = e.random.integer(1, 9999);
        std::vector<std::vector<double>> found;
        for (const std::size_t each : {seed, seed, seed + 1}) {
            const Examiner::Reply reply = ask(e, {5}, each);
            const std::string form = misshapen(reply, {5});
            if (!form.empty()) return failed(form);
            found.push_back(reply.arrays[0].data);
        }
        if (found[0] != found[1]) return failed("the same seed gives other numbers the next time");
        if (found[0] == found[2]) return failed("another seed gives the same numbers");
        return passed();
    };
}

// --- errors and steps -----------------------------------------------------------------------------

void add_error(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& analytic, const Tensor& numeric) {
        Tensor right = analytic;
        for (std::size_t i = 0; i < right.data.size(); ++i) {
            const Long a = analytic.data[i], n = numeric.data[i];
            const bool finite = std::isfinite(a) && std::isfinite(n);
            right.data[i] =
                finite ? std::abs(n - a) / std::max({std::abs(n), std::abs(a), 1e-3L}) : 1e300L;
        }
        return compare(e.ask("error", {analytic, numeric}),
                       {{0, {"error (10³⁰⁰ stands for ∞)", right}}});
    };
    all["a2.3.usual"] = [=](Examiner& e) {
        return check(e, e.random.cotangent({6}), e.random.cotangent({6}));
    };
    all["a2.3.small"] = [=](Examiner& e) {
        Tensor a = e.random.cotangent({6}), n = e.random.cotangent({6});
        for (std::size_t i = 0; i < 6; ++i) {
            a.data[i] = static_cast<double>(a.data[i] * 1e-4L);
            n.data[i] = i == 0 ? a.data[i] = 0 : static_cast<double>(n.data[i] * 1e-4L);
        }
        return check(e, a, n);
    };
    all["a2.3.infinite"] = [=](Examiner& e) {
        Tensor a = e.random.cotangent({6}), n = e.random.cotangent({6});
        a.data[0] = n.data[1] = NAN;
        a.data[2] = n.data[2] = NAN;
        a.data[3] = n.data[4] = INFINITY;
        a.data[5] = n.data[5] = -INFINITY;
        return check(e, a, n);
    };
}

void add_step(Checks& all) {
    const auto check = [](Examiner& e, Long epsilon, Long size, Long bend) {
        Tensor eps({3}), f({3}), third({3}), right({3});
        for (std::size_t i = 0; i < 3; ++i) {
            eps.data[i] = static_cast<double>(epsilon * e.random.uniform(1, 3));
            f.data[i] = static_cast<double>(size * e.random.uniform(1, 3));
            third.data[i] = static_cast<double>(bend * e.random.uniform(1, 3));
            right.data[i] = std::cbrt(3 * eps.data[i] * f.data[i] / third.data[i]);
        }
        Tensor scaled = right;  // so that eight digits of a small number count
        Examiner::Reply reply = e.ask("step", {eps, f, third});
        if (reply.trouble.empty() && misshapen(reply, {3}).empty())
            for (std::size_t i = 0; i < 3; ++i) {
                reply.arrays[0].data[i] /= static_cast<double>(right.data[i]);
                scaled.data[i] = 1;
            }
        return compare(reply, {{0, {"step, as a multiple of the best", scaled}}});
    };
    all["a2.5.double"] = [=](Examiner& e) { return check(e, 1e-16L, 1, 1); };
    all["a2.5.single"] = [=](Examiner& e) { return check(e, 6e-8L, 1, 1); };
    all["a2.5.sizes"] = [=](Examiner& e) { return check(e, 1e-16L, 1e5L, 1e-7L); };
}

// --- the checker ----------------------------------------------------------------------------------

/// A function on which it is tried.
struct Try {
    std::string rule, form = "alone";
    Shape shape = {3, 4};
    Long in = 1, out = 1;
};

std::string described(const std::string& rule) {
    static const std::map<std::string, std::string> known{
        {"right", "nothing is wrong with it"},
        {"kink", "nothing is wrong with it, there are kinks a thousandth away"},
        {"sign", "the sign"},
        {"factor", "the first input's gradient is 1.01 times too large"},
        {"sign_of_b", "the sign of the second input's gradient"},
        {"no_incoming", "it forgets the incoming gradient"},
        {"neighbour", "it mixes up outputs"},
        {"one_entry", "one entry is 1.01 times too large"},
        {"last_row", "the last row gets nothing"},
        {"first_row_of_b", "the sum over the rows is missing"},
        {"mean_of_b", "a mean over the rows in place of the sum"},
        {"nan", "one entry is NaN"},
        {"overwrites", "it overwrites what has come to the first input from elsewhere"},
        {"forgets_b", "the second input gets nothing"},
        {"wrong_kink", "the slope of |x| is 1 for negative x"}};
    const auto found = known.find(rule);
    return found != known.end() ? found->second : unseen_names().at(rule);
}

bool is_right(const std::string& rule) { return rule == "right" || rule == "kink"; }

std::string words_of(const std::string& operation, const Try& each) {
    return operation + " " + each.form + " " + each.rule + " " +
           std::to_string(static_cast<double>(each.in)) + " " +
           std::to_string(static_cast<double>(each.out));
}

Tensors inputs_of(Examiner& e, const Try& each) {
    Tensor a = e.random.cotangent(each.shape);
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        if (described(each.rule).find("kink") != std::string::npos || each.rule == "wrong_kink")
            a.data[i] *= i % 2 ? 1 : 5e-3L;  // some are near the kink
        a.data[i] = static_cast<double>(a.data[i] * each.in);
    }
    return {a, e.random.cotangent({each.shape.back()})};
}

void add_checker(Checks& all) {
    const auto check = [](std::vector<Try> tries) {
        return [=](Examiner& e) mutable {
            for (std::size_t i = tries.size(); i > 1; --i)
                std::swap(tries[i - 1], tries[e.random.integer(0, i - 1)]);
            for (const Try& each : tries) {
                const Examiner::Reply reply = e.ask(words_of("suspect", each), inputs_of(e, each));
                const std::string form = misshapen(reply, {1});
                if (!form.empty()) return failed(form);
                const bool said = only(reply, 0) != 0;
                if (said == is_right(each.rule)) continue;
                const std::string where = each.form == "fan"     ? ", in y + 3x"
                                          : each.form == "twice" ? ", used twice"
                                                                 : "";
                return failed(said ? "a wrong gradient passes: " + described(each.rule) + where
                                   : "a right gradient is called wrong" + where +
                                         (each.in > 1           ? ": inputs are a million"
                                          : each.out < 1        ? ": results are small"
                                          : each.rule == "kink" ? ": kinks are near"
                                                                : ""));
            }
            return passed();
        };
    };
    all["a2.4.signs"] =
        check({{"right"}, {"sign"}, {"right", "alone", {1, 5}}, {"factor"}, {"sign_of_b"}});
    all["a2.4.incoming"] =
        check({{"right"}, {"no_incoming"}, {"right", "alone", {4, 5}}, {"neighbour"}});
    all["a2.4.entries"] = check({{"right", "alone", {3, 17}},
                                 {"one_entry", "alone", {3, 17}},
                                 {"last_row", "alone", {2, 3}},
                                 {"right", "alone", {2, 3}}});
    all["a2.4.broadcast"] = check({{"right", "alone", {5, 3}},
                                   {"first_row_of_b", "alone", {5, 3}},
                                   {"mean_of_b", "alone", {5, 3}},
                                   {"forgets_b", "alone", {5, 3}},
                                   {"right", "alone", {2, 2}}});
    all["a2.4.fan_out"] = check(
        {{"right", "fan"}, {"overwrites", "fan"}, {"right", "twice"}, {"sign_of_b", "twice"}});
    all["a2.4.kinks"] = check({{"kink"}, {"kink", "alone", {2, 9}}, {"wrong_kink"}});
    all["a2.4.sizes"] = check({{"right", "alone", {2, 3}, 1e6L},
                               {"right", "alone", {2, 3}, 1, 1e-5L},
                               {"factor", "alone", {2, 3}, 1, 1e4L},
                               {"right", "alone", {2, 3}, 1, 1e5L}});
    all["a2.4.nan"] = check({{"right"}, {"nan"}});
    std::vector<Try> unseen{{"right", "alone", {4, 3}}, {"right", "twice", {3, 2}}};
    for (const auto& [rule, words] : unseen_names()) unseen.push_back({rule, "alone", {3, 4}});
    if (unseen.size() == 2) unseen.push_back({"sign", "twice", {3, 4}});  // in a release
    all["a2.4.unseen"] = check(unseen);
}

void add_direction(Checks& all) {
    const auto ask = [](Examiner& e, const Try& each, const Tensors& inputs, std::size_t seed) {
        return e.ask(words_of("direction", each) + " " + std::to_string(seed), inputs);
    };
    const auto error_of = [=](Examiner& e, const Try& each, bool count_calls) {
        const Examiner::Reply reply = ask(e, each, inputs_of(e, each), e.random.integer(1, 999));
        const std::string form = misshapen(reply, {1, 1});
        if (!form.empty()) return failed(form);
        const Long error = only(reply, 0);
        const bool small = error >= 0 && error < 1e-5L;
        if (is_right(each.rule) && !small)
            return failed("a right gradient has the error " +
                          std::to_string(static_cast<double>(error)));
        if (!is_right(each.rule) && !(error > 1e-4L))
            return failed("a wrong gradient has the error " +
                          std::to_string(static_cast<double>(error)) + ": " + described(each.rule));
        if (count_calls && only(reply, 1) > 3)
            return failed("f was called " + std::to_string(static_cast<int>(only(reply, 1))) +
                          " times: three will do");
        return passed();
    };
    all["a2.6.right"] = [=](Examiner& e) {
        for (const Try& each : {Try{"right"}, Try{"right", "fan", {1, 6}}, Try{"right", "twice"}})
            if (const Verdict verdict = error_of(e, each, false); !verdict.passed) return verdict;
        return passed();
    };
    all["a2.6.wrong"] = [=](Examiner& e) {
        for (const char* rule : {"sign", "no_incoming", "neighbour", "forgets_b", "mean_of_b"})
            if (const Verdict verdict = error_of(e, {rule}, false); !verdict.passed) return verdict;
        return passed();
    };
    all["a2.6.cost"] = [=](Examiner& e) {
        return error_of(e, {"right", "alone", {e.random.integer(30, 40), 50}}, true);
    };
    all["a2.6.seeds"] = [=](Examiner& e) {
        const Try each{"no_incoming"};
        const Tensors inputs = inputs_of(e, each);
        std::vector<Long> found;
        for (const std::size_t seed : {std::size_t{3}, std::size_t{3}, std::size_t{4}}) {
            const Examiner::Reply reply = ask(e, each, inputs, seed);
            const std::string form = misshapen(reply, {1, 1});
            if (!form.empty()) return failed(form);
            found.push_back(only(reply, 0));
        }
        if (found[0] != found[1]) return failed("the same seed gives another error the next time");
        if (found[0] == found[2]) return failed("another seed tries the same direction");
        return passed();
    };
}

// --- the formula of the term ----------------------------------------------------------------------

void add_slope(Checks& all, const std::string& drawn) {
    const auto found = schemes().find(drawn);
    if (found == schemes().end()) throw std::runtime_error("there are no places " + drawn);
    const std::vector<int> places = found->second;
    const auto check = [=](Examiner& e, std::size_t degree, bool places_too) {
        const Tensor coefficients = e.random.cotangent({degree + 1});
        Tensor x({}, e.random.uniform(-2, 2)), h({}, e.random.uniform(0.1L, 0.6L)), right({}, 0);
        for (std::size_t i = degree; i > 0; --i)
            right.data[0] = right.data[0] * x.data[0] + static_cast<Long>(i) * coefficients.data[i];
        Expected slope{"slope of a polynomial of degree " + std::to_string(degree), right};
        slope.advice =
            "what must the sums of the weights, of the weights times the places, times their "
            "squares, ... be?";
        Tensor asked({places.size()});
        std::copy(places.begin(), places.end(), asked.data.begin());
        std::map<std::size_t, Expected> expected{{0, slope}};
        if (places_too) expected[1] = {"places that were asked for, in steps from x", asked};
        return compare(e.ask("slope", {coefficients, x, h}), expected);
    };
    all["a2.7.line"] = [=](Examiner& e) { return check(e, 1, false); };
    all["a2.7.parabola"] = [=](Examiner& e) { return check(e, 2, false); };
    all["a2.7.full"] = [=](Examiner& e) { return check(e, places.size() - 1, false); };
    all["a2.7.places"] = [=](Examiner& e) { return check(e, 1, true); };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_differences(all);
    add_cotangent(all);
    add_error(all);
    add_step(all);
    add_checker(all);
    add_direction(all);
    add_slope(all, drawn);
    return all;
}

}  // namespace judge
