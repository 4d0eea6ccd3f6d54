// Assignment a6: the linear laboratory in plain loops, and what is asked about it. Means over data and codes are sums
// over points, divergences are integrals, and what is best is found by descent: no solution is written down here.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tutorials/assignments/a6/prices.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;
using Vector = std::vector<Long>;

constexpr Long pi = std::numbers::pi_v<Long>;

// --- the model ------------------------------------------------------------------------------------

/// ∫ q(z) (ln q(z) − ln p(z)) dz for q = N(m, e^l) and p = N(0, 1). A sum over points ¼ of a standard deviation
/// apart is the integral to all digits: the error is e^(−2π² · 16).
Long divergence(Long m, Long l) {
    constexpr Long step = 0.25L, last = 14;
    Long total = 0;
    for (Long t = -last; t <= last; t += step) {
        const Long z = m + std::exp(l / 2) * t;
        total += step * std::exp(-t * t / 2) / std::sqrt(2 * pi) * (z * z - t * t - l) / 2;
    }
    return total;
}

Vector times(const Tensor& matrix, const Vector& x) {
    Vector y(matrix.shape[0], 0);
    for (std::size_t i = 0; i < matrix.data.size(); ++i)
        y[i / x.size()] += matrix.data[i] * x[i % x.size()];
    return y;
}

/// Points with the mean 0 and the covariance C: the mean over them of a polynomial of degree 2 is that over
/// N(0, C). They are ±√D times the columns of a triangular root of C.
std::vector<Vector> points(const Tensor& c) {
    const std::size_t n = c.shape[0];
    Tensor root(c.shape);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            Long left = c.data[i * n + j];
            for (std::size_t k = 0; k < j; ++k) left -= root.data[i * n + k] * root.data[j * n + k];
            root.data[i * n + j] = i == j ? std::sqrt(left) : left / root.data[j * n + j];
        }
    std::vector<Vector> out;
    for (std::size_t k = 0; k < n; ++k)
        for (const Long sign : {-1, 1}) {
            Vector x(n);
            for (std::size_t i = 0; i < n; ++i)
                x[i] = sign * std::sqrt(static_cast<Long>(n)) * root.data[i * n + k];
            out.push_back(x);
        }
    return out;
}

/// −ln N(x; y, σ² I).
Long surprise(const Vector& x, const Vector& y, Long sigma) {
    Long total = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        total += std::log(sigma * std::sqrt(2 * pi)) +
                 (x[i] - y[i]) * (x[i] - y[i]) / (2 * sigma * sigma);
    return total;
}

/// Of W, V, λ and C: the mean surprise over the points x, and for each over points z around V x.
Function distortion(Long sigma) {
    return [=](const Tensors& model) {
        const std::size_t units = model[2].data.size();
        const auto data = points(model[3]);
        Long total = 0;
        for (const Vector& x : data)
            for (std::size_t k = 0; k < units; ++k)
                for (const Long sign : {-1, 1}) {
                    Vector z = times(model[1], x);
                    z[k] +=
                        sign * std::sqrt(static_cast<Long>(units)) * std::exp(model[2].data[k] / 2);
                    total += surprise(x, times(model[0], z), sigma);
                }
        return Tensor({}, total / static_cast<Long>(2 * units * data.size()));
    };
}

Tensor rates(const Tensors& model) {
    Tensor out(model[2].shape);
    const auto data = points(model[3]);
    for (const Vector& x : data) {
        const Vector mean = times(model[1], x);
        for (std::size_t k = 0; k < mean.size(); ++k)
            out.data[k] += divergence(mean[k], model[2].data[k]) / static_cast<Long>(data.size());
    }
    return out;
}

/// D + β Σ R.
Function loss(Long sigma, Long beta) {
    return [=](const Tensors& model) {
        Tensor total = distortion(sigma)(model);
        for (const Long rate : rates(model).data) total.data[0] += beta * rate;
        return total;
    };
}

// --- what is best ---------------------------------------------------------------------------------

/// The largest variance in any direction of the plane, and what is left.
Vector variances(const Tensor& c) {
    const auto along = [&](Long angle) {
        const Vector u{std::cos(angle), std::sin(angle)}, cu = times(c, u);
        return u[0] * cu[0] + u[1] * cu[1];
    };
    Long best = 0, width = pi / 16;
    for (Long angle = 0; angle < pi; angle += width)
        if (along(angle) > along(best)) best = angle;
    for (; width > 1e-16L; width *= 0.7L)
        for (const Long angle : {best - width, best + width})
            if (along(angle) > along(best)) best = angle;
    return {along(best), c.data[0] + c.data[3] - along(best)};
}

Tensors on_a_line(Long w, Long v, Long l, Long variance) {
    return {Tensor({1, 1}, w), Tensor({1, 1}, v), Tensor({1}, l), Tensor({1, 1}, variance)};
}

struct Best {
    Long loss, rate;
};

/// The least loss that one unit reaches for numbers of this variance: Newton's method, one weight after the
/// other, again and again.
Best best(Long variance, Long sigma, Long beta) {
    Tensors model = on_a_line(0.8L, 0.8L, -0.5L, variance);
    const Function f = loss(sigma, beta);
    for (int sweep = 0; sweep < 150; ++sweep)
        for (std::size_t k = 0; k < 3; ++k) {
            constexpr Long h = 0.01L;
            const Long slope = gradient(f, model, k, Tensor({}, 1)).data[0];
            Tensors above = model, below = model;
            above[k].data[0] += h;
            below[k].data[0] -= h;
            const Long bend =
                (f(above).data[0] - 2 * f(model).data[0] + f(below).data[0]) / (h * h);
            model[k].data[0] -= slope / bend;
        }
    return {f(model).data[0], rates(model).data[0]};
}

Tensor best_rates(const Tensor& c, Long sigma, Long beta) {
    Tensor out({2});
    for (std::size_t i = 0; i < 2; ++i) out.data[i] = best(variances(c)[i], sigma, beta).rate;
    return out;
}

/// The weight at which the silent state is no longer a saddle of the loss: from there on its matrix of second
/// differences in w and v has a positive determinant.
Long silencing(Long variance, Long sigma) {
    const auto determinant = [&](Long beta) {
        const auto at = [&](Long w, Long v) {
            return loss(sigma, beta)(on_a_line(w, v, 0, variance)).data[0];
        };
        const Long here = at(0, 0), ww = at(1, 0) + at(-1, 0) - 2 * here,
                   vv = at(0, 1) + at(0, -1) - 2 * here,
                   wv = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4;
        return ww * vv - wv * wv;
    };
    Long low = 0, high = 1;
    while (determinant(high) < 0) high *= 2;
    for (int i = 0; i < 64; ++i) {
        const Long middle = (low + high) / 2;
        (determinant(middle) < 0 ? low : high) = middle;
    }
    return low;
}

Tensor both_weights(const Tensor& c, Long sigma) {
    Tensor out({2});
    out.data = {silencing(variances(c)[1], sigma), silencing(variances(c)[0], sigma)};
    return out;
}

// --- a run ----------------------------------------------------------------------------------------

/// How a descent is taken, with what often goes wrong.
struct Way {
    Long sigma, free_nats, rate;
    Vector weights;
    bool one_after_the_other = false;  ///< V moves by the gradient at the new W
    bool free_in_sum = false;          ///< the free nats are those of all units together
    bool weigh_everything = false;     ///< β times the distortion too
};

Tensors descent(Tensors model, const Way& way) {
    const std::size_t units = model[2].data.size();
    const Function both = [=](const Tensors& x) {
        Tensor parts({1 + units});
        parts.data[0] = distortion(way.sigma)(x).data[0];
        const Tensor nats = rates(x);
        std::copy(nats.data.begin(), nats.data.end(), parts.data.begin() + 1);
        return parts;
    };
    for (const Long beta : way.weights) {
        const Tensors before = model;
        const Tensor nats = rates(model);
        Long sum = 0;
        for (const Long rate : nats.data) sum += rate;
        Tensor charged({1 + units}, way.weigh_everything ? beta : 1);
        for (std::size_t k = 0; k < units; ++k)
            charged.data[1 + k] = (way.free_in_sum ? sum : nats.data[k]) > way.free_nats ? beta : 0;
        for (std::size_t k = 0; k < 3; ++k) {
            const Tensor slope =
                gradient(both, way.one_after_the_other ? model : before, k, charged);
            for (std::size_t i = 0; i < slope.data.size(); ++i)
                model[k].data[i] -= way.rate * slope.data[i];
        }
    }
    return model;
}

// --- what is measured -----------------------------------------------------------------------------

/// Rows: KL, variance of the mean, active. `less` is what the number of examples is made smaller by.
Tensor use(const Tensors& x, Long less = 0, bool active_by_kl = false) {
    const std::size_t examples = x[0].shape[0], units = x[0].shape[1];
    const Long n = static_cast<Long>(examples);
    Tensor out({3, units});
    for (std::size_t k = 0; k < units; ++k) {
        Long kl = 0, squares = 0;  // of distances between pairs: twice the variance
        for (std::size_t i = k; i < x[0].data.size(); i += units) {
            kl += divergence(x[0].data[i], x[1].data[i]) / n;
            for (std::size_t j = k; j < x[0].data.size(); j += units)
                squares += (x[0].data[i] - x[0].data[j]) * (x[0].data[i] - x[0].data[j]);
        }
        const Long variance = squares / (2 * n * (n - less));
        out.data[k] = kl;
        out.data[units + k] = variance;
        out.data[2 * units + k] = (active_by_kl ? kl : variance) > 0.01L;
    }
    return out;
}

// --- drawing --------------------------------------------------------------------------------------

/// A number that six digits behind the point write exactly.
Long round_number(Examiner& e, Long low, Long high) {
    return std::round(e.random.uniform(low, high) * 64) / 64;
}

std::string word(Long number) { return " " + std::to_string(static_cast<double>(number)); }

/// Variances along two directions, the first of which has this angle.
Tensor covariance(Long first, Long second, Long angle) {
    const Long c = std::cos(angle), s = std::sin(angle);
    Tensor out({2, 2});
    out.data = {first * c * c + second * s * s, (first - second) * c * s, (first - second) * c * s,
                first * s * s + second * c * c};
    for (Long& number : out.data) number = static_cast<double>(number);
    return out;
}

Tensor oblique(Examiner& e, Long first, Long second) {
    return covariance(first, second,
                      e.random.uniform(0.3L, 1.2L) + (e.random.integer(0, 1) ? pi / 2 : 0));
}

/// Any covariance of D numbers.
Tensor any_covariance(Examiner& e, std::size_t d) {
    const Tensor root = e.random.tensor({d, d}, -1, 1);
    Tensor out({d, d});
    for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = 0; j < d; ++j) {
            for (std::size_t k = 0; k < d; ++k)
                out.data[i * d + j] += root.data[i * d + k] * root.data[j * d + k];
            out.data[i * d + j] = static_cast<double>(out.data[i * d + j] + (i == j));
        }
    return out;
}

Tensors any_model(Examiner& e, std::size_t d, std::size_t units) {
    return {e.random.tensor({d, units}, -1, 1), e.random.tensor({units, d}, -1, 1),
            e.random.tensor({units}, -1, 1), any_covariance(e, d)};
}

// --- checks ---------------------------------------------------------------------------------------

const std::vector<std::size_t> none{99};
const char* const log_sigma =
    "λ is the logarithm of the variance, e^λ = σ²: not of the standard deviation";

Function of(const Function& f, const std::function<void(Tensors&)>& change) {
    return [=](Tensors x) {
        change(x);
        return f(x);
    };
}

Function scaled(const Function& f, std::size_t k, Long factor) {
    return of(f, [=](Tensors& x) {
        for (Long& number : x.at(k).data) number *= factor;
    });
}

void add_parts(Checks& all) {
    const std::vector<std::string> names{"the decoder", "the encoder", "the log variance", "C"};
    const auto distortions = [=](Examiner& e, std::size_t d, std::size_t units,
                                 const std::vector<std::size_t>& looked_at) {
        const Long sigma = round_number(e, 0.4L, 0.9L), n = static_cast<Long>(d);
        const Function f = distortion(sigma);
        const auto changed = [f](Long factor, Long more) {
            return [=](const Tensors& x) { return Tensor({}, factor * f(x).data[0] + more); };
        };
        Subject subject{"distortion" + word(sigma), f, names, 0};
        subject.mistakes = {
            {"the constant D/2 ln(2πσ²) is missing",
             changed(1, -n * std::log(2 * pi * sigma * sigma) / 2)},
            {"the noise of z is missing: the decoder spreads e^λ too",
             of(f, [](Tensors& x) { x[2] = Tensor(x[2].shape, -2000); })},
            {log_sigma, scaled(f, 2, 2)},
            {"it is averaged over the D numbers: they are summed", changed(1 / n, 0)},
            {"the sign: it is minus the logarithm", changed(-1, 0)}};
        return check_gradients(e, subject, any_model(e, d, units), e.random.cotangent({}),
                               looked_at);
    };
    const auto nats = [=](Examiner& e, std::size_t d, std::size_t units,
                          const std::vector<std::size_t>& looked_at) {
        Subject subject{"rates 1", rates, names, 0};
        subject.mistakes = {{log_sigma, scaled(rates, 2, 2)},
                            {"C is missing: V x has the variance V C Vᵀ", of(rates, [](Tensors& x) {
                                 for (std::size_t i = 0; i < x[3].data.size(); ++i)
                                     x[3].data[i] = i % (x[3].shape[0] + 1) == 0;
                             })}};
        return check_gradients(e, subject, any_model(e, d, units), e.random.cotangent({units}),
                               looked_at);
    };
    all["a6.1.distortion"] = [=](Examiner& e) { return distortions(e, 2, 2, none); };
    all["a6.1.rates"] = [=](Examiner& e) { return nats(e, 2, 2, none); };
    all["a6.1.decoder"] = [=](Examiner& e) { return distortions(e, 2, 2, {0}); };
    all["a6.1.encoder"] = [=](Examiner& e) {
        const Verdict first = distortions(e, 2, 2, {1});
        return first.passed ? nats(e, 2, 2, {1}) : first;
    };
    all["a6.1.variance"] = [=](Examiner& e) {
        const Verdict first = distortions(e, 2, 2, {2});
        return first.passed ? nats(e, 2, 2, {2}) : first;
    };
    all["a6.1.shapes"] = [=](Examiner& e) {
        const bool wide = e.random.integer(0, 1) == 1;
        const std::size_t d = wide ? 2 : 4, units = wide ? 3 : 1;
        const Verdict first = distortions(e, d, units, {0, 1, 2});
        return first.passed ? nats(e, d, units, {1, 2}) : first;
    };
}

void add_prediction(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& c, Long sigma, Long beta) {
        const auto with = [=](const Tensor& data, Long s, Long b) {
            return [=] { return best_rates(data, s, b); };
        };
        const Tensor right = best_rates(c, sigma, beta);
        Tensor axes = c, bits = right, twice = right;
        axes.data[1] = axes.data[2] = 0;
        for (Long& number : bits.data) number /= std::log(2.0L);
        for (Long& number : twice.data) number *= 2;
        Expected expected{"rates", right};
        expected.mistakes = {
            {"β is not used: what does it do to the threshold?", with(c, sigma, 1)},
            {"β is taken for β²", with(c, sigma, beta * beta)},
            {"the noise is σ², not σ", with(c, std::sqrt(sigma), beta)},
            {"C is taken for diagonal: its directions may be oblique", with(axes, sigma, beta)},
            {"in bits: nats are wanted", [=] { return bits; }},
            {"twice too large: a unit says half the logarithm", [=] { return twice; }}};
        return compare(e.ask("predicted" + word(sigma) + word(beta), {c}), {{0, expected}});
    };
    all["a6.2.axes"] = [=](Examiner& e) {
        return check(e, covariance(round_number(e, 3, 5), round_number(e, 1, 2), 0), 0.5L, 1);
    };
    all["a6.2.oblique"] = [=](Examiner& e) {
        return check(e, oblique(e, e.random.uniform(3, 5), e.random.uniform(1, 2)),
                     round_number(e, 0.4L, 0.6L), 1);
    };
    all["a6.2.weight"] = [=](Examiner& e) {
        return check(e, oblique(e, e.random.uniform(6, 9), e.random.uniform(3, 4)),
                     round_number(e, 0.5L, 0.7L), round_number(e, 2, 4));
    };
    all["a6.2.silent"] = [=](Examiner& e) {  // the threshold is 1 or more
        return check(e, oblique(e, e.random.uniform(4, 6), e.random.uniform(0.2L, 0.7L)), 0.5L,
                     round_number(e, 4, 8));
    };
    all["a6.2.collapse"] = [=](Examiner& e) {
        return check(e, oblique(e, e.random.uniform(2, 4), e.random.uniform(0.2L, 0.7L)), 0.5L,
                     round_number(e, 24, 30));
    };
    all["a6.2.circle"] = [=](Examiner& e) {
        const Long variance = round_number(e, 2, 3);
        return check(e, covariance(variance, variance, 0), 0.75L, 2);
    };
}

void add_silencing(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& c, Long sigma) {
        Tensor axes = c, turned = both_weights(c, sigma), upside_down = turned;
        axes.data[1] = axes.data[2] = 0;
        std::swap(turned.data[0], turned.data[1]);
        for (Long& number : upside_down.data) number = 1 / number;
        Expected expected{"weights", both_weights(c, sigma)};
        expected.mistakes = {
            {"the larger weight stands first", [=] { return turned; }},
            {"the noise is σ², not σ", [=] { return both_weights(c, std::sqrt(sigma)); }},
            {"C is taken for diagonal: its directions may be oblique",
             [=] { return both_weights(axes, sigma); }},
            {"upside down: a direction of large variance is silenced late",
             [=] { return upside_down; }}};
        return compare(e.ask("silencing" + word(sigma), {c}), {{0, expected}});
    };
    all["a6.3.axes"] = [=](Examiner& e) {
        const Long small = round_number(e, 1, 2), large = round_number(e, 3, 5);
        const bool first = e.random.integer(0, 1) == 1;
        return check(e, covariance(first ? large : small, first ? small : large, 0), 1);
    };
    all["a6.3.oblique"] = [=](Examiner& e) {
        return check(e, oblique(e, e.random.uniform(3, 5), e.random.uniform(1, 2)), 1);
    };
    all["a6.3.noise"] = [=](Examiner& e) {
        return check(e, oblique(e, e.random.uniform(3, 5), e.random.uniform(1, 2)),
                     e.random.integer(0, 1) ? 0.25L : 0.375L);
    };
}

/// What the judge finds at a student's optimum.
Verdict check_optimum(Examiner& e, const Tensor& c, Long sigma, Long beta,
                      const std::vector<std::size_t>& looked_at) {
    Examiner::Reply reply = e.ask("optimum" + word(sigma) + word(beta), {c});
    const std::vector<Shape> shapes{{2, 2}, {2, 2}, {2}};
    const std::vector<std::string> names{"decoder", "encoder", "log variances"};
    Tensors model;
    for (std::size_t k = 0; reply.trouble.empty() && k < 3; ++k) {
        if (k >= reply.arrays.size() || reply.arrays[k].shape != shapes[k])
            reply.trouble = "the " + names[k] + ": expected the shape " + text(shapes[k]);
        else {
            model.emplace_back(shapes[k]);
            std::copy(reply.arrays[k].data.begin(), reply.arrays[k].data.end(),
                      model[k].data.begin());
        }
    }
    if (!reply.trouble.empty()) return compare(reply, {});
    model.push_back(c);
    const Function f = loss(sigma, beta);
    Long least = 0;
    Tensor said({2});
    said.data.clear();
    for (const Long variance : variances(c)) {
        const Best one = best(variance, sigma, beta);
        least += one.loss;
        said.data.push_back(one.rate);
    }
    Tensor found = rates(model);
    std::ranges::sort(found.data, std::greater());
    reply.arrays = {f(model).numbers(), found.numbers()};
    std::map<std::size_t, Expected> expected{{0,
                                              {"loss at your weights",
                                               Tensor({}, least),
                                               {},
                                               {},
                                               "there are weights with another loss"}},
                                             {1,
                                              {"rates at your weights, the larger first",
                                               said,
                                               {},
                                               {},
                                               "what should each unit say at the least loss?"}}};
    for (std::size_t k = 0; k < 3; ++k) {
        reply.arrays.push_back(gradient(f, model, k, Tensor({}, 1)).numbers());
        expected[2 + k] = {"gradient of the loss at your " + names[k],
                           Tensor(shapes[k]),
                           {},
                           {},
                           "at a minimum it is 0"};
    }
    std::erase_if(expected,
                  [&](const auto& each) { return std::ranges::count(looked_at, each.first) == 0; });
    return compare(reply, expected);
}

void add_optimum(Checks& all) {
    const auto both_active = [](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Tensor c = oblique(e, e.random.uniform(4, 6), e.random.uniform(1.5L, 2.5L));
        return check_optimum(e, c, round_number(e, 0.5L, 0.625L), round_number(e, 2, 3), looked_at);
    };
    all["a6.4.loss"] = [=](Examiner& e) { return both_active(e, {0}); };
    all["a6.4.decoder"] = [=](Examiner& e) { return both_active(e, {2}); };
    all["a6.4.encoder"] = [=](Examiner& e) { return both_active(e, {3, 4}); };
    all["a6.4.axes"] = [=](Examiner& e) {  // the larger variance along the second axis
        const Tensor c = covariance(round_number(e, 1, 2), round_number(e, 3, 5), 0);
        return check_optimum(e, c, 0.5L, 1, {0, 1, 2, 3, 4});
    };
    all["a6.4.silent"] = [=](Examiner& e) {
        const Tensor c = oblique(e, e.random.uniform(4, 6), e.random.uniform(0.2L, 0.7L));
        return check_optimum(e, c, 0.5L, round_number(e, 4, 8), {0, 1, 2, 3, 4});
    };
    all["a6.4.collapse"] = [=](Examiner& e) {
        const Tensor c = oblique(e, e.random.uniform(2, 4), e.random.uniform(0.2L, 0.7L));
        return check_optimum(e, c, 0.75L, round_number(e, 12, 16), {0, 1, 2, 3, 4});
    };
}

void add_use(Checks& all) {
    const auto check = [](Examiner& e, const Tensors& x, std::size_t first, std::size_t last) {
        const std::size_t units = x[0].shape[1];
        const auto rows = [=](Tensor all_rows) {
            Tensor out({last - first, units});
            std::copy_n(all_rows.data.begin() + static_cast<std::ptrdiff_t>(first * units),
                        out.data.size(), out.data.begin());
            return out;
        };
        Examiner::Reply reply = e.ask("use", x);
        const Shape whole{3, units};
        if (reply.trouble.empty() && (reply.arrays.empty() || reply.arrays[0].shape != whole))
            reply.trouble = "expected the shape " + text(whole);
        if (reply.trouble.empty()) {
            Tensor came(whole);
            std::ranges::copy(reply.arrays[0].data, came.data.begin());
            reply.arrays[0] = rows(came).numbers();
        }
        Expected expected{first == 0 && last == 3 ? "all rows"
                          : first == 0            ? "KL of each unit"
                          : first == 1            ? "variance of each unit's mean"
                                                  : "whether each unit is active",
                          rows(use(x))};
        expected.mistakes = {
            {log_sigma,
             [=] {
                 Tensors y = x;
                 for (Long& number : y[1].data) number *= 2;
                 return rows(use(y));
             }},
            {"divided by N − 1: by N is asked for", [=] { return rows(use(x, 1)); }},
            {"a unit is active if its mean moves: a KL it has anyway",
             [=] { return rows(use(x, 0, true)); }},
            {"the mean square is not the variance: the mean's own mean is not taken off",
             [=] {
                 Tensor out = use(x);
                 for (std::size_t k = 0; k < units; ++k) {
                     Long square = 0;
                     for (std::size_t i = k; i < x[0].data.size(); i += units)
                         square += x[0].data[i] * x[0].data[i] / static_cast<Long>(x[0].shape[0]);
                     out.data[units + k] = square;
                     out.data[2 * units + k] = square > 0.01L;
                 }
                 return rows(out);
             }},
            {"it is summed over the examples, not averaged", [=] {
                 Tensor out = use(x);
                 for (std::size_t i = 0; i < 2 * units; ++i)
                     out.data[i] *= static_cast<Long>(x[0].shape[0]);
                 return rows(out);
             }}};
        return compare(reply, {{0, expected}});
    };
    const auto drawn = [](Examiner& e, std::size_t examples, std::size_t units) {
        return Tensors{e.random.cotangent({examples, units}),
                       e.random.cotangent({examples, units})};
    };
    all["a6.5.kl"] = [=](Examiner& e) {
        return check(e, drawn(e, e.random.integer(4, 6), 3), 0, 1);
    };
    all["a6.5.variance"] = [=](Examiner& e) {
        return check(e, drawn(e, e.random.integer(4, 6), 3), 1, 2);
    };
    all["a6.5.active"] =
        [=](Examiner& e) {  // a shift that says nothing, and moves on both sides of the mark
            Tensors x = drawn(e, 6, 4);
            const Long sizes[] = {0, 0.08L, 0.12L, 0.5L};
            for (std::size_t i = 0; i < x[0].data.size(); ++i) {
                x[0].data[i] = static_cast<double>(1.5L + (i / 4 % 2 ? 1 : -1) * sizes[i % 4]);
                x[1].data[i] = static_cast<double>(-0.1L - 0.3L * static_cast<Long>(i % 4));
            }
            return check(e, x, 2, 3);
        };
    all["a6.5.one"] = [=](Examiner& e) {
        return check(e, drawn(e, 1, e.random.integer(2, 5)), 0, 3);
    };
}

void add_run(Checks& all) {
    const auto check = [](Examiner& e, const Tensors& model, const Way& way) {
        Tensors arrays = model;
        arrays.emplace_back(Shape{way.weights.size()});
        arrays.back().data = way.weights;
        const auto changed = [=](auto change) {
            Way wrong = way;
            change(wrong);
            return wrong;
        };
        std::vector<std::pair<std::string, Way>> mistakes{
            {"V moves by the gradient at the new W: take all gradients before the first step",
             changed([](Way& w) { w.one_after_the_other = true; })},
            {"below c nats a rate has no gradient, and c is for each unit, not for all together",
             changed([](Way& w) { w.free_in_sum = true; })},
            {"β weighs the distortion too", changed([](Way& w) { w.weigh_everything = true; })},
            {"uphill: the gradient is taken off", changed([](Way& w) { w.rate = -w.rate; })},
            {"every step has the last weight",
             changed([](Way& w) { w.weights.assign(w.weights.size(), w.weights.back()); })},
            {"every step has the first weight",
             changed([](Way& w) { w.weights.assign(w.weights.size(), w.weights.front()); })},
            {"the weights are one step early: step 0 has the first", changed([](Way& w) {
                 std::rotate(w.weights.begin(), w.weights.begin() + 1, w.weights.end());
             })},
            {"one step is missing", changed([](Way& w) { w.weights.pop_back(); })}};
        const Tensors right = descent(model, way);
        const std::vector<std::string> names{"decoder", "encoder", "log variances"};
        std::map<std::size_t, Expected> expected;
        for (std::size_t k = 0; k < 3; ++k) {
            expected[k] = {names[k] + " at the end", right[k]};
            for (const auto& [cause, wrong] : mistakes)
                expected[k].mistakes.emplace_back(cause, [=] { return descent(model, wrong)[k]; });
        }
        return compare(
            e.ask("descend" + word(way.sigma) + word(way.free_nats) + word(way.rate), arrays),
            expected);
    };
    all["a6.6.one"] = [=](Examiner& e) {
        return check(e, any_model(e, 2, 2), {0.75L, 0, 0.0625L, {round_number(e, 0.5L, 2)}});
    };
    all["a6.6.warm"] = [=](Examiner& e) {
        return check(
            e, any_model(e, 2, 2),
            {0.75L, 0, 0.03125L, {0, round_number(e, 0.25L, 0.5L), round_number(e, 1, 2), 3}});
    };
    all["a6.6.free"] =
        [=](Examiner& e) {  // the first unit says more than it may for nothing, the second less
            Tensors model = any_model(e, 2, 2);
            model[1].data = {1.5L, 0.75L, 0.125L, -0.25L};
            model[2].data = {-1, -0.25L};
            return check(e, model, {0.75L, round_number(e, 0.7L, 0.9L), 0.015625L, {1, 1, 2}});
        };
    all["a6.6.saddle"] = [=](Examiner& e) {  // where every unit is silent, nothing moves
        Tensors model = any_model(e, 2, 2);
        for (std::size_t k = 0; k < 3; ++k) model[k] = Tensor(model[k].shape);
        return check(e, model, {0.5L, 0, 0.0625L, {0, 0.5L, 1}});
    };
    all["a6.6.collapse"] = [=](Examiner& e) {
        Tensors model = any_model(e, 2, 2);
        model[3] = oblique(e, 2, 1);
        return check(e, model, {1, 0, 0.0625L, Vector(40, round_number(e, 3, 4))});
    };
    all["a6.6.shapes"] = [=](Examiner& e) {
        return check(e, any_model(e, 3, e.random.integer(1, 2)),
                     {0.75L, 0.0625L, 0.03125L, {1, 2}});
    };
}

void add_price(Checks& all, const std::string& drawn) {
    const auto found = prices().find(drawn);
    if (found == prices().end()) throw std::runtime_error("there is no price " + drawn);
    const Function f = [g = found->second](const Tensors& x) {
        Tensor y({}, 0);
        for (const Long rate : x[0].data) y.data[0] += g(rate);
        return y;
    };
    Subject subject{"price", f, {"the rates"}};
    subject.mistakes = {{"it is averaged over the units: they are summed", [f](const Tensors& x) {
                             return Tensor({}, f(x).data[0] / static_cast<Long>(x[0].data.size()));
                         }}};
    const auto nats = [](Examiner& e, const Shape& shape) {
        return e.random.tensor(shape, 0.1L, 3);
    };
    all["a6.7.value"] = [=](Examiner& e) {
        return check_value(e, subject, {nats(e, {e.random.integer(4, 7)})});
    };
    all["a6.7.slope"] = [=](Examiner& e) {
        return check_gradients(e, subject, {nats(e, {5})}, Tensor({}, 1));
    };
    all["a6.7.chain"] = [=](Examiner& e) {
        return check_gradients(e, subject, {nats(e, {e.random.integer(4, 7)})},
                               e.random.cotangent({}));
    };
    all["a6.7.adds"] = [=](Examiner& e) {
        const Function both = [f](const Tensors& x) {
            Tensor y = f(x);
            for (const Long rate : x[0].data) y.data[0] += 3 * rate;
            return y;
        };
        return check_gradients(e, {"price_beside", both, {"the rates"}, 4}, {nats(e, {2, 3})},
                               e.random.cotangent({}));
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_parts(all);
    add_prediction(all);
    add_silencing(all);
    add_optimum(all);
    add_use(all);
    add_run(all);
    add_price(all, drawn);
    return all;
}

}  // namespace judge
