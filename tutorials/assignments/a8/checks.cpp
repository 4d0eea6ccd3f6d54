// Assignment a8: levels in plain loops, and what is asked about them. Products of densities are known as parabolas, divergences
// as integrals, and a posterior by its top and how it gives way: no solution is written down here.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "tutorials/assignments/a8/divergences.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;
using Vector = std::vector<Long>;

constexpr Long pi = std::numbers::pi_v<Long>;
const std::vector<std::size_t> none{99};

/// The same function of inputs that have been changed.
Function of(const Function& f, const std::function<void(Tensors&)>& change) {
    return [=](Tensors x) {
        change(x);
        return f(x);
    };
}

Function times(const Function& f, Long factor) {
    return [=](const Tensors& x) {
        Tensor y = f(x);
        for (Long& number : y.data) number *= factor;
        return y;
    };
}

// --- a product of densities -----------------------------------------------------------------------

struct Normal {
    Long mean, log_variance;
};

/// The logarithm of the product of two normal densities is a parabola: three points of it, a standard deviation of
/// the narrower one apart, tell its top and its bend.
Normal product(Normal a, Normal b) {
    if (a.log_variance > b.log_variance) std::swap(a, b);
    const Long unit = std::exp(a.log_variance / 2);
    const auto log_density = [&](Long t) {
        const Long far = (a.mean - b.mean + unit * t) * std::exp(-b.log_variance / 2);
        return -(t * t + far * far) / 2;
    };
    const Long left = log_density(-1), middle = log_density(0), right = log_density(1),
               bend = left - 2 * middle + right;
    return {a.mean - unit * (right - left) / (2 * bend), a.log_variance - std::log(-bend)};
}

Function combined(bool mean, bool of_variances = false) {
    return [=](const Tensors& x) {
        Tensor y(x[0].shape);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const Normal found =
                product({x[0].data[i], x[1].data[i]}, {x[2].data[i], x[3].data[i]});
            y.data[i] = mean ? found.mean : found.log_variance;
            if (of_variances)  // as if variances were added, not their inverses
                y.data[i] = std::log(std::exp(x[1].data[i]) + std::exp(x[3].data[i]));
        }
        return y;
    };
}

void add_combined(Checks& all) {
    const std::vector<std::string> names{"the prior's mean", "the prior's log variance",
                                         "the evidence's mean", "the evidence's log variance"};
    const auto subject = [=](bool mean) {
        const Function f = combined(mean);
        Subject out{mean ? "combined_mean" : "combined_log_variance", f, names, 0};
        out.mistakes = {
            {"prior and evidence are exchanged: each pulls by its own precision",
             of(f, [](Tensors& x) { std::swap(x[1], x[3]); })},
            {"weighted by standard deviations: by variances is asked for", of(f, [](Tensors& x) {
                 for (const std::size_t k : {1, 3})
                     for (Long& number : x[k].data) number /= 2;
             })}};
        if (!mean)
            out.mistakes.push_back(
                {"variances are added: it is their inverses", combined(false, true)});
        return out;
    };
    const auto inputs = [](Examiner& e, const Shape& shape) {
        Tensors x;
        for (int k = 0; k < 4; ++k) x.push_back(e.random.cotangent(shape));
        return x;
    };
    const auto check = [=](Examiner& e, bool mean, const std::vector<std::size_t>& looked_at) {
        const Shape shape{e.random.integer(2, 3), e.random.integer(3, 5)};
        return check_gradients(e, subject(mean), inputs(e, shape), e.random.cotangent(shape),
                               looked_at);
    };
    const auto both = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Verdict first = check(e, true, looked_at);
        return first.passed ? check(e, false, looked_at) : first;
    };
    all["a8.1.mean"] = [=](Examiner& e) { return check(e, true, none); };
    all["a8.1.variance"] = [=](Examiner& e) { return check(e, false, none); };
    all["a8.1.prior"] = [=](Examiner& e) { return both(e, {0, 1}); };
    all["a8.1.evidence"] = [=](Examiner& e) { return both(e, {2, 3}); };
    all["a8.1.large"] = [=](Examiner& e) {
        const auto alone = [=](Examiner& x, bool mean, const Tensors& in,
                               const std::vector<std::size_t>& looked_at) {
            return check_gradients(x, subject(mean), in, x.random.cotangent(in[0].shape),
                                   looked_at);
        };
        Tensors one = inputs(e, {1, 2}), both_large = inputs(e, {1, 2});
        one[1].data = {e.random.uniform(-3, 3), 1500};  // nothing is seen, or everything
        one[3].data = {1600, -e.random.uniform(1200, 1500)};
        both_large[1].data = {-1400, 1300};
        both_large[3].data = {-1400.5L, 1301};
        both_large[2] = both_large[0];
        const Verdict verdicts[] = {alone(e, true, one, {0, 1, 2, 3}), alone(e, false, one, {1, 3}),
                                    alone(e, true, both_large, {1, 3}),
                                    alone(e, false, both_large, {1, 3})};
        const auto failed = std::ranges::find(verdicts, false, &Verdict::passed);
        return failed == std::end(verdicts) ? verdicts[0] : *failed;
    };
}

// --- two levels -----------------------------------------------------------------------------------

/// ∫ q(z) (ln q(z) − ln p(z)) dz for q = N(m, e^l) and p = N(pm, e^pl), by a sum over points.
Long normal_divergence(Long m, Long l, Long pm, Long pl) {
    constexpr Long step = 0.25L, last = 14;
    Long total = 0;
    for (Long t = -last; t <= last; t += step) {
        const Long u = (m + std::exp(l / 2) * t - pm) * std::exp(-pl / 2);
        total += step * std::exp(-t * t / 2) / std::sqrt(2 * pi) * (pl - l + u * u - t * t) / 2;
    }
    return total;
}

/// Of each example.
Vector divergences(const Tensor& m, const Tensor& l, const Tensor& pm, const Tensor& pl) {
    const std::size_t units = m.shape[1];
    Vector out(m.shape[0], 0);
    for (std::size_t i = 0; i < m.data.size(); ++i)
        out[i / units] += normal_divergence(m.data[i], l.data[i], pm.data[i], pl.data[i]);
    return out;
}
Vector divergences(const Tensor& m, const Tensor& l) {
    return divergences(m, l, Tensor(m.shape), Tensor(m.shape));
}

Long mean(const Vector& x) {
    Long total = 0;
    for (const Long number : x) total += number / static_cast<Long>(x.size());
    return total;
}

/// What often goes wrong with free nats.
enum class Free { each_level, each_example, taken_off };

/// Of ln p(x | z₁), q(z₂ | x), q(z₁ | z₂, x) and p(z₁ | z₂).
Function downward(Long nats, Free how = Free::each_level) {
    return [=](const Tensors& x) {
        const Vector above = divergences(x[1], x[2]), below = divergences(x[3], x[4], x[5], x[6]);
        const auto charged = [=](Vector level) {
            if (how == Free::taken_off) return std::max(0.0L, mean(level) - nats);
            if (how != Free::each_example) return std::max(nats, mean(level));
            for (Long& each : level) each = std::max(nats, each);
            return mean(level);
        };
        return Tensor({}, charged(above) + charged(below) - mean(x[0].data));
    };
}

Tensors two_levels(Examiner& e, std::size_t batch) {
    const Shape upper{batch, e.random.integer(2, 3)}, lower{batch, 4};
    Tensors x{e.random.tensor({batch}, -9, -1)};
    for (const Shape& shape : {upper, upper, lower, lower, lower, lower})
        x.push_back(e.random.cotangent(shape));
    return x;
}

void add_downward(Checks& all) {
    const std::vector<std::string> names{"ln p(x | z₁)",
                                         "the upper mean",
                                         "the upper log variance",
                                         "the lower mean",
                                         "the lower log variance",
                                         "the lower prior's mean",
                                         "the lower prior's log variance"};
    const auto check = [=](Examiner& e, const Tensors& x, Long nats,
                           const std::vector<std::size_t>& looked_at) {
        const Function f = downward(nats);
        Subject subject{"downward " + std::to_string(static_cast<double>(nats)), f, names, 0};
        subject.mistakes = {
            {"the lower level is compared with N(0, I): its prior is what the level above expects",
             of(f, [](Tensors& y) { y[5] = y[6] = Tensor(y[5].shape); })},
            {"the lower KL is taken in the other direction", of(f,
                                                                [](Tensors& y) {
                                                                    std::swap(y[3], y[5]);
                                                                    std::swap(y[4], y[6]);
                                                                })},
            {"the sign of ln p(x | z₁)", of(f,
                                            [](Tensors& y) {
                                                for (Long& number : y[0].data) number = -number;
                                            })},
            {"this is the bound; training makes minus the bound small", times(f, -1)},
            {"it is summed over the batch, not averaged",
             times(f, static_cast<Long>(x[0].data.size()))},
            {"nothing is free: each level has its own free nats", downward(0)},
            {"free nats are those of the mean over the batch, not of each example",
             downward(nats, Free::each_example)},
            {"what is free is taken off: max(c, KL) is asked for", downward(nats, Free::taken_off)},
            {"the upper KL is missing",
             of(f, [](Tensors& y) { y[1] = y[2] = Tensor(y[1].shape); })},
            {"the lower KL is missing", of(f, [](Tensors& y) { y[3] = y[5], y[4] = y[6]; })}};
        return check_gradients(e, subject, x, e.random.cotangent({}), looked_at);
    };
    all["a8.2.value"] = [=](Examiner& e) {
        return check(e, two_levels(e, e.random.integer(2, 4)), 0, none);
    };
    all["a8.2.upper"] = [=](Examiner& e) { return check(e, two_levels(e, 3), 0, {0, 1, 2}); };
    all["a8.2.lower"] = [=](Examiner& e) { return check(e, two_levels(e, 2), 0, {3, 4}); };
    all["a8.2.prior"] = [=](Examiner& e) { return check(e, two_levels(e, 2), 0, {5, 6}); };
    all["a8.2.free"] =
        [=](Examiner& e) {  // the lower level says almost nothing, except in one example
            Tensors x = two_levels(e, 4);
            for (std::size_t i = 0; i < x[3].data.size(); ++i) {
                const Long near = i < 4 ? 0.5L : 0.05L;
                x[3].data[i] =
                    static_cast<double>(x[5].data[i] + near * std::exp(x[6].data[i] / 2));
                x[4].data[i] = static_cast<double>(x[6].data[i] + near);
            }
            return check(e, x, 0.375L, {0, 1, 2, 3, 4, 5, 6});
        };
    all["a8.2.one"] = [=](Examiner& e) {
        return check(e, two_levels(e, 1), 0.0625L, {0, 1, 2, 3, 4, 5, 6});
    };
}

/// What often goes wrong with the lower term.
enum class Lower { drawn, closed_form, missing, only_posterior };

Long log_density(Long z, Long m, Long l) {
    const Long u = (z - m) * std::exp(-l / 2);
    return -(std::log(2 * pi) + l + u * u) / 2;
}

/// Of ln p(x | z₁), z₁, q(z₁ | x), p(z₁ | z₂) and q(z₂ | z₁).
Function upward(Lower how = Lower::drawn) {
    return [=](const Tensors& x) {
        const std::size_t units = x[1].shape[1];
        Vector below(x[0].data.size(), 0);
        for (std::size_t i = 0; i < x[1].data.size(); ++i) {
            const Long z = x[1].data[i];
            if (how == Lower::drawn || how == Lower::only_posterior)
                below[i / units] += log_density(z, x[2].data[i], x[3].data[i]);
            if (how == Lower::drawn) below[i / units] -= log_density(z, x[4].data[i], x[5].data[i]);
        }
        if (how == Lower::closed_form) below = divergences(x[2], x[3], x[4], x[5]);
        return Tensor({}, mean(below) + mean(divergences(x[6], x[7])) - mean(x[0].data));
    };
}

void add_upward(Checks& all) {
    const std::vector<std::string> names{"ln p(x | z₁)",           "z₁",
                                         "the lower mean",         "the lower log variance",
                                         "the lower prior's mean", "the lower prior's log variance",
                                         "the upper mean",         "the upper log variance"};
    const Function f = upward();
    const auto inputs = [](Examiner& e, std::size_t batch) {
        Tensors levels = two_levels(e, batch);
        const Tensor z = e.random.cotangent(levels[3].shape);
        return Tensors{levels[0], z,         levels[3], levels[4],
                       levels[5], levels[6], levels[1], levels[2]};
    };
    const auto check = [=](Examiner& e, const Tensors& x,
                           const std::vector<std::size_t>& looked_at) {
        Subject subject{"upward", f, names, 0};
        subject.mistakes = {
            {"the lower term has no closed form: z₂ comes from the same z₁",
             upward(Lower::closed_form)},
            {"the lower term is missing", upward(Lower::missing)},
            {"ln p(z₁ | z₂) is missing", upward(Lower::only_posterior)},
            {"the lower prior is not N(0, I)",
             of(f, [](Tensors& y) { y[4] = y[5] = Tensor(y[4].shape); })},
            {"the sign of the lower term: ln q − ln p", of(f,
                                                           [](Tensors& y) {
                                                               std::swap(y[2], y[4]);
                                                               std::swap(y[3], y[5]);
                                                           })},
            {"the upper KL is missing",
             of(f, [](Tensors& y) { y[6] = y[7] = Tensor(y[6].shape); })},
            {"the sign of ln p(x | z₁)", of(f,
                                            [](Tensors& y) {
                                                for (Long& number : y[0].data) number = -number;
                                            })},
            {"this is the bound; minus the bound is asked for", times(f, -1)},
            {"it is summed over the batch, not averaged",
             times(f, static_cast<Long>(x[0].data.size()))}};
        return check_gradients(e, subject, x, e.random.cotangent({}), looked_at);
    };
    all["a8.3.value"] = [=](Examiner& e) {
        return check(e, inputs(e, e.random.integer(2, 4)), none);
    };
    all["a8.3.draw"] = [=](Examiner& e) { return check(e, inputs(e, 3), {0, 1}); };
    all["a8.3.lower"] = [=](Examiner& e) { return check(e, inputs(e, 3), {2, 3, 4, 5}); };
    all["a8.3.upper"] = [=](Examiner& e) { return check(e, inputs(e, 2), {6, 7}); };
    all["a8.3.large"] = [=](Examiner& e) {
        Tensors x = inputs(e, 1);
        for (std::size_t i = 0; i < 2; ++i) {
            x[1].data[i] = x[2].data[i];
            x[3].data[i] = -1200 + e.random.uniform(0, 9);
        }
        return check(e, x, {0, 3, 4, 5});
    };
}

// --- a chain --------------------------------------------------------------------------------------

/// N(0, 1) at points 1/16 apart, which are enough for what is at least a quarter as narrow.
template <class F>
Long average(F f) {
    Long total = 0;
    for (Long t = -9; t <= 9; t += 0.0625L)
        total += 0.0625L * std::exp(-t * t / 2) / std::sqrt(2 * pi) * f(t);
    return total;
}

/// E[ln p(x | z₁)], E[ln p(x | z₂)], E[ln p(x)], E[ln p(z₁ | z₂)], E[ln p(z₁)]. The logarithms are polynomials of degree 2 in
/// the three noises, whose means are those over points at ±√3 along each.
Vector log_densities(Long a, Long s, Long sigma) {
    const auto density = [](Long x, Long m, Long scale) {
        return std::exp(log_density(x, m, 2 * std::log(scale)));
    };
    Vector out(5, 0);
    for (int point = 0; point < 6; ++point) {
        Long noise[3] = {0, 0, 0};
        noise[point / 2] = (point % 2 ? 1 : -1) * std::sqrt(3.0L);
        const Long z2 = noise[0], z1 = a * z2 + s * noise[1], x = z1 + sigma * noise[2];
        const auto below = [&](Long top) {
            return average([&](Long t) { return density(x, a * top + s * t, sigma); });
        };
        const Long logs[5] = {std::log(density(x, z1, sigma)), std::log(below(z2)),
                              std::log(average(below)), std::log(density(z1, a * z2, s)),
                              std::log(average([&](Long t) { return density(z1, a * t, s); }))};
        for (std::size_t i = 0; i < 5; ++i) out[i] += logs[i] / 6;
    }
    return out;
}

void add_terms(Checks& all) {
    const auto check = [](Examiner& e, Long a, Long s, Long sigma, std::size_t first,
                          std::size_t last) {
        const Vector log = log_densities(a, s, sigma);
        Tensor right({5});
        right.data = {log[0] - log[1], log[1] - log[2], log[0] + log[4] - log[2] - log[3],
                      log[3] - log[4], -log[2]};
        const auto part = [=](const Tensor& whole) {
            Tensor out({last - first});
            std::copy_n(whole.data.begin() + static_cast<std::ptrdiff_t>(first), last - first,
                        out.data.begin());
            return out;
        };
        std::string request = "terms";
        for (const Long number : {a, s, sigma})
            request += " " + std::to_string(static_cast<double>(number));
        Examiner::Reply reply = e.ask(request, {});
        const Shape whole{5};
        if (reply.trouble.empty() && (reply.arrays.empty() || reply.arrays[0].shape != whole))
            reply.trouble = "expected the shape " + text(whole);
        if (reply.trouble.empty()) {
            Tensor came(whole);
            std::ranges::copy(reply.arrays[0].data, came.data.begin());
            reply.arrays[0] = part(came).numbers();
        }
        const auto changed = [=](auto change) {
            return [=] {
                Tensor wrong = right;
                change(wrong.data);
                return part(wrong);
            };
        };
        Expected expected{first == 0   ? "KL₁ and KL₂, downward"
                          : first == 2 ? "KL₁ and KL₂, upward"
                                       : "−E[ln p(x)]",
                          part(right)};
        expected.mistakes = {
            {"KL₁ and KL₂ are exchanged", changed([](Vector& x) {
                 std::swap(x[0], x[1]);
                 std::swap(x[2], x[3]);
             })},
            {"downward and upward are exchanged", changed([](Vector& x) {
                 std::swap(x[0], x[2]);
                 std::swap(x[1], x[3]);
             })},
            {"twice too large: a Gaussian channel tells ½ ln(1 + signal/noise)",
             changed([](Vector& x) {
                 for (Long& number : x) number *= 2;
             })},
            {"the sign: it is minus the mean of the logarithm",
             changed([](Vector& x) { x[4] = -x[4]; })},
            {"in bits: nats are wanted", changed([](Vector& x) {
                 for (Long& number : x) number /= std::log(2.0L);
             })},
            {"KL₁ upward is E[ln q(z₁ | x) − ln p(z₁ | z₂)], with the z₂ that came from this z₁",
             changed([&](Vector& x) { x[2] = x[0] + x[1]; })}};
        return compare(reply, {{0, expected}});
    };
    const auto drawn = [](Examiner& e, Long low, Long high) {
        return std::round(e.random.uniform(low, high) * 64) / 64;
    };
    all["a8.4.downward"] = [=](Examiner& e) {
        return check(e, drawn(e, 0.6L, 1.6L), drawn(e, 0.5L, 1), drawn(e, 0.4L, 0.8L), 0, 2);
    };
    all["a8.4.upward"] = [=](Examiner& e) {
        return check(e, -drawn(e, 0.6L, 1.6L), drawn(e, 0.5L, 1), drawn(e, 0.4L, 0.8L), 2, 4);
    };
    all["a8.4.evidence"] = [=](Examiner& e) {
        return check(e, drawn(e, 0.6L, 1.6L), drawn(e, 0.5L, 1), drawn(e, 0.4L, 0.8L), 4, 5);
    };
    all["a8.4.silent"] = [=](Examiner& e) {  // a = 0: the upper level says nothing
        const Long s = drawn(e, 0.5L, 1), sigma = drawn(e, 0.4L, 0.8L);
        const Verdict first = check(e, 0, s, sigma, 0, 2);
        return first.passed ? check(e, 0, s, sigma, 2, 4) : first;
    };
    all["a8.4.negative"] = [=](Examiner& e) {  // KL₁ upward is below 0
        return check(e, 1, 0.5L, drawn(e, 1.5L, 2), 2, 4);
    };
}

/// The numbers of all levels at which the joint density of a chain with this x is largest, if it is multiplied with e^z
/// of one level, or of none: one level after the other to the top of its parabola, until nothing moves.
Vector top(const Vector& gains, const Vector& noises, Long sigma, Long x, std::size_t tilted) {
    Vector z(gains.size() + 1, 0);
    const auto log_joint = [&] {
        Long total = log_density(x, z[0], 2 * std::log(sigma)) + log_density(z.back(), 0, 0);
        for (std::size_t l = 0; l < gains.size(); ++l)
            total += log_density(z[l], gains[l] * z[l + 1], 2 * std::log(noises[l]));
        return total + (tilted < z.size() ? z[tilted] : 0);
    };
    for (int sweep = 0; sweep < 600; ++sweep)
        for (Long& number : z) {
            const Long here = number, middle = log_joint();
            number = here - 1;
            const Long left = log_joint();
            number = here + 1;
            const Long right = log_joint();
            number = here - (right - left) / (2 * (left - 2 * middle + right));
        }
    return z;
}

void add_chain(Checks& all) {
    const auto posterior = [](const Vector& gains, const Vector& noises, Long sigma, Long x) {
        const std::size_t depth = gains.size() + 1;
        Tensor out({2, depth});
        const Vector means = top(gains, noises, sigma, x, depth);
        for (std::size_t l = 0; l < depth; ++l) {
            out.data[l] = means[l];  // and a top gives way to a tilt by the variance:
            out.data[depth + l] = top(gains, noises, sigma, x, l)[l] - means[l];
        }
        return out;
    };
    const auto check = [=](Examiner& e, std::size_t levels, Long x) {
        Tensor gains = e.random.tensor({levels - 1}, 0.5L, 1.25L),
               noises = e.random.tensor({levels - 1}, 0.5L, 1);
        for (Long& gain : gains.data) gain *= e.random.integer(0, 1) ? 1 : -1;
        const Long sigma = std::round(e.random.uniform(0.4L, 0.9L) * 64) / 64;
        Expected expected{"means and variances", posterior(gains.data, noises.data, sigma, x)};
        const auto reversed = [=](Vector g, Vector n) {
            std::ranges::reverse(g);
            std::ranges::reverse(n);
            return posterior(g, n, sigma, x);
        };
        expected.mistakes = {{"the levels are counted from the top: the lowest stands first",
                              [=] { return reversed(gains.data, noises.data); }},
                             {"standard deviations in place of variances",
                              [=] {
                                  Tensor out = posterior(gains.data, noises.data, sigma, x);
                                  for (std::size_t l = levels; l < 2 * levels; ++l)
                                      out.data[l] = std::sqrt(out.data[l]);
                                  return out;
                              }},
                             {"noises and σ are standard deviations, not variances", [=] {
                                  Vector roots = noises.data;
                                  for (Long& noise : roots) noise = std::sqrt(noise);
                                  return posterior(gains.data, roots, std::sqrt(sigma), x);
                              }}};
        return compare(e.ask("chain " + std::to_string(static_cast<double>(sigma)) + " " +
                                 std::to_string(static_cast<double>(x)),
                             {gains, noises}),
                       {{0, expected}});
    };
    const auto image = [](Examiner& e) { return std::round(e.random.uniform(0.5L, 2) * 64) / 64; };
    all["a8.5.two"] = [=](Examiner& e) { return check(e, 2, image(e)); };
    all["a8.5.many"] = [=](Examiner& e) { return check(e, e.random.integer(4, 6), -image(e)); };
    all["a8.5.nothing"] = [=](Examiner& e) { return check(e, 3, 0); };
    all["a8.5.one"] = [=](Examiner& e) { return check(e, 1, image(e)); };
}

// --- the divergence of the term -------------------------------------------------------------------

void add_divergence(Checks& all, const std::string& drawn) {
    const auto found = densities().find(drawn);
    if (found == densities().end()) throw std::runtime_error("there is no density " + drawn);
    // Differences ask again and again for the same numbers.
    const auto known = std::make_shared<std::map<std::pair<Long, Long>, Long>>();
    const Function f = [known, family = found->second](const Tensors& x) {
        const std::size_t units = x[0].shape[1];
        Tensor y({x[0].shape[0]});
        for (std::size_t i = 0; i < x[0].data.size(); ++i) {
            const std::pair pair{x[0].data[i], x[1].data[i]};
            if (known->count(pair) == 0)
                (*known)[pair] = divergence(family, pair.first, pair.second);
            y.data[i / units] += (*known)[pair];
        }
        return y;
    };
    Subject subject{"divergence", f, {"the posterior's output", "the prior's output"}};
    subject.mistakes = {
        {"this is the KL in the other direction", of(f, [](Tensors& x) { std::swap(x[0], x[1]); })},
        {"it is averaged over the units, not summed", [f](const Tensors& x) {
             Tensor y = f(x);
             for (Long& number : y.data) number /= static_cast<Long>(x[0].shape[1]);
             return y;
         }}};
    const auto inputs = [](Examiner& e, const Shape& shape) {
        Tensors x{e.random.tensor(shape, -1.5L, 1.5L), e.random.tensor(shape, -1.5L, 1.5L)};
        for (std::size_t i = 0; i < x[0].data.size();
             ++i)  // a divergence may have a corner where both are the same
            if (std::abs(x[0].data[i] - x[1].data[i]) < 0.125L)
                x[1].data[i] = static_cast<double>(x[0].data[i] + 0.25L);
        return x;
    };
    const auto check = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Shape shape{e.random.integer(2, 3), e.random.integer(3, 4)};
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent({shape[0]}),
                               looked_at);
    };
    all["a8.6.value"] = [=](Examiner& e) {
        return check_value(e, subject, inputs(e, {e.random.integer(2, 4), 5}));
    };
    all["a8.6.posterior"] = [=](Examiner& e) { return check(e, {0}); };
    all["a8.6.prior"] = [=](Examiner& e) { return check(e, {1}); };
    all["a8.6.same"] =
        [=](Examiner& e) {  // where both are the same, nothing is charged and nothing pulls
            Tensors x = inputs(e, {1, 3});
            x[1] = x[0];
            return check_gradients(e, subject, x, e.random.cotangent({1}));
        };
    all["a8.6.adds"] = [=](Examiner& e) {
        const Function both = [f](const Tensors& x) {
            Tensor y = f(x);
            for (std::size_t i = 0; i < x[0].data.size(); ++i)
                y.data[i / x[0].shape[1]] += 3 * (x[0].data[i] + x[1].data[i]);
            return y;
        };
        return check_gradients(e, {"divergence_beside", both, subject.names, 0}, inputs(e, {2, 2}),
                               e.random.cotangent({2}));
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_combined(all);
    add_downward(all);
    add_upward(all);
    add_terms(all);
    add_chain(all);
    add_divergence(all, drawn);
    return all;
}

}  // namespace judge
