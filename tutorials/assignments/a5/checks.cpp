// Assignment a5: the functions of its tasks in plain loops, and what is asked about each. The divergences are
// the integrals that define them, by quadrature.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>

#include "tutorials/assignments/a5/likelihoods.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;

// --- functions in plain loops ---------------------------------------------------------------------

/// ∫ q(z) (ln q(z) − ln p(z)) dz for q = N(m, e^l) and p = N(pm, e^pl). A sum over points ¼ of a standard
/// deviation apart is the integral to all digits: the error is e^(−2π² · 16).
Long divergence(Long m, Long l, Long pm, Long pl) {
    constexpr Long step = 0.25L, last = 14;
    Long total = 0;
    for (Long t = -last; t <= last; t += step) {
        const Long z = m + std::exp(l / 2) * t, u = (z - pm) * std::exp(-pl / 2);
        const Long density = std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi_v<Long>);
        total += step * density * (pl - l + u * u - t * t) / 2;
    }
    return total;
}

/// Sums f(the numbers at this place...) over everything behind the first axis.
template <class F>
Tensor sum_examples(const Tensors& x, F f) {
    const std::size_t examples = x.at(0).shape.at(0), size = x[0].data.size() / examples;
    Tensor y({examples});
    for (std::size_t i = 0; i < x[0].data.size(); ++i) y.data[i / size] += f(i);
    return y;
}

Tensor standard_kl(const Tensors& x) {
    return sum_examples(
        x, [&](std::size_t i) { return divergence(x[0].data[i], x[1].data[i], 0, 0); });
}

Tensor general_kl(const Tensors& x) {
    return sum_examples(x, [&](std::size_t i) {
        return divergence(x[0].data[i], x[1].data[i], x[2].data[i], x[3].data[i]);
    });
}

Tensor draw(const Tensors& x) {
    Tensor z = x.at(0);
    for (std::size_t i = 0; i < z.data.size(); ++i)
        z.data[i] += std::exp(x[1].data[i] / 2) * x[2].data[i];
    return z;
}

Long total(const Tensor& x) {
    Long sum = 0;
    for (const Long number : x.data) sum += number;
    return sum;
}

/// Weights of the reconstruction and of the KL, summed over everything.
Function bound(Long reconstruction, Long kl) {
    return [=](const Tensors& x) {
        const Tensor bernoulli = sum_examples({x[0]}, [&](std::size_t i) {
            return detail::softplus(x[0].data[i]) - x[1].data[i] * x[0].data[i];
        });
        return Tensor({},
                      reconstruction * total(bernoulli) + kl * total(standard_kl({x[2], x[3]})));
    };
}

/// Along one axis, counted from the front.
Function log_sum_exp(std::size_t axis, bool keep) {
    return [=](const Tensors& x) {
        Shape shape = x[0].shape;
        std::size_t inner = 1;
        for (std::size_t k = axis + 1; k < shape.size(); ++k) inner *= shape[k];
        const std::size_t extent = shape[axis];
        shape[axis] = 1;
        if (!keep) shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
        Tensor y(shape);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const std::size_t first = i / inner * inner * extent + i % inner;
            Long largest = x[0].data[first], sum = 0;
            for (std::size_t k = 0; k < extent; ++k)
                largest = std::max(largest, x[0].data[first + k * inner]);
            for (std::size_t k = 0; k < extent; ++k)
                sum += std::exp(x[0].data[first + k * inner] - largest);
            y.data[i] = largest + std::log(sum);
        }
        return y;
    };
}

/// y + 3 Σ x along the axis.
Function beside_sum(const Function& f, std::size_t axis) {
    const auto sums = [=](const Tensor& x, Tensor y) {
        std::size_t inner = 1;
        for (std::size_t k = axis + 1; k < x.shape.size(); ++k) inner *= x.shape[k];
        for (std::size_t i = 0; i < x.data.size(); ++i)
            y.data[i / (inner * x.shape[axis]) * inner + i % inner] += 3 * x.data[i];
        return y;
    };
    return [=](const Tensors& x) { return sums(x[0], f(x)); };
}

Function weighted(bool divided) {
    return [=](const Tensors& x) {
        Tensor weights = x[0];
        for (std::size_t i = 0; i < weights.data.size(); ++i)
            weights.data[i] += x[1].data[i] - x[2].data[i];
        const Tensor sums = log_sum_exp(0, false)({weights});
        const Long examples = static_cast<Long>(sums.data.size());
        const Long draws = divided ? static_cast<Long>(weights.shape[0]) : 1;
        return Tensor({}, total(sums) / examples - std::log(draws));
    };
}

Function likelihood(const Likelihood& family) {
    return [=](const Tensors& x) {
        return sum_examples(
            x, [&](std::size_t i) { return family.log_density(x[0].data[i], x[1].data[i]); });
    };
}

// --- mistakes that are known again ----------------------------------------------------------------

/// The same function of inputs that have been changed.
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

// --- checks ---------------------------------------------------------------------------------------

const std::vector<std::size_t> none{99};
const char* const log_sigma =
    "λ is the logarithm of the variance, e^λ = σ²: not of the standard deviation";

void add_kl(Checks& all) {
    Subject subject{"kl", standard_kl, {"the mean", "the log variance"}};
    subject.mistakes = {{log_sigma, scaled(standard_kl, 1, 2)},
                        {"this is the KL in the other direction", [](const Tensors& x) {
                             return sum_examples(x, [&](std::size_t i) {
                                 return divergence(0, 0, x[0].data[i], x[1].data[i]);
                             });
                         }}};
    const auto inputs = [](Examiner& e, const Shape& shape) {
        return Tensors{e.random.cotangent(shape), e.random.cotangent(shape)};
    };
    const auto plane = [](Examiner& e) {
        return Shape{e.random.integer(2, 4), e.random.integer(5, 7)};
    };
    all["a5.1.value"] = [=](Examiner& e) { return check_value(e, subject, inputs(e, plane(e))); };
    all["a5.1.mean"] = [=](Examiner& e) {
        const Shape shape = plane(e);
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent({shape[0]}), {0});
    };
    all["a5.1.variance"] = [=](Examiner& e) {
        const Shape shape = plane(e);
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent({shape[0]}), {1});
    };
    all["a5.1.deep"] = [=](Examiner& e) {
        const Shape shape{1, 2, e.random.integer(3, 4)};
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent({1}));
    };
    all["a5.1.large"] = [=](Examiner& e) {
        Tensors x = inputs(e, {4, 1});
        x[1].data = {-1600 + e.random.uniform(0, 9), -90, e.random.uniform(50, 90), -800};
        return check_gradients(e, subject, x, e.random.cotangent({4}), {1});
    };
}

void add_general_kl(Checks& all) {
    const Function f = general_kl;
    Subject subject{
        "kl", f, {"the mean", "the log variance", "the prior's mean", "the prior's log variance"}};
    subject.mistakes = {{"this is the KL in the other direction", of(f,
                                                                     [](Tensors& x) {
                                                                         std::swap(x[0], x[2]);
                                                                         std::swap(x[1], x[3]);
                                                                     })},
                        {log_sigma, scaled(scaled(f, 1, 2), 3, 2)},
                        {"the prior is ignored: this is the KL to the standard normal",
                         of(f, [](Tensors& x) { x[2] = x[3] = Tensor(x[0].shape); })}};
    const auto inputs = [](Examiner& e, const Shape& shape) {
        Tensors x;
        for (int k = 0; k < 4; ++k) x.push_back(e.random.cotangent(shape));
        return x;
    };
    const auto check = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 6)};
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent({shape[0]}),
                               looked_at);
    };
    all["a5.2.value"] = [=](Examiner& e) {
        return check_value(e, subject, inputs(e, {e.random.integer(2, 4), 5}));
    };
    all["a5.2.posterior"] = [=](Examiner& e) { return check(e, {0, 1}); };
    all["a5.2.prior"] = [=](Examiner& e) { return check(e, {2, 3}); };
    all["a5.2.deep"] = [=](Examiner& e) {
        return check_gradients(e, subject, inputs(e, {1, 2, e.random.integer(3, 4)}),
                               e.random.cotangent({1}));
    };
    all["a5.2.large"] = [=](Examiner& e) {  // both wide, or both narrow, and the means the same
        Tensors x = inputs(e, {3, 1});
        x[1].data = {1500, 800, -600};
        x[3].data = {1499 + e.random.uniform(0, 2), 801, -600.5L};
        x[0].data = x[2].data = {0, 0, 0};
        return check_gradients(e, subject, x, e.random.cotangent({3}), {1, 3});
    };
}

void add_draw(Checks& all) {
    Subject subject{"draw", draw, {"the mean", "the log variance", "the noise"}};
    subject.mistakes = {{"the standard deviation is e^(λ/2), not e^λ", scaled(draw, 1, 2)}};
    const auto inputs = [](Examiner& e, const Shape& shape) {
        return Tensors{e.random.cotangent(shape), e.random.cotangent(shape),
                       e.random.cotangent(shape)};
    };
    const auto check = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 7)};
        return check_gradients(e, subject, inputs(e, shape), e.random.cotangent(shape), looked_at);
    };
    all["a5.3.value"] = [=](Examiner& e) {
        return check_value(e, subject, inputs(e, {e.random.integer(2, 4), 5}));
    };
    all["a5.3.mean"] = [=](Examiner& e) { return check(e, {0}); };
    all["a5.3.variance"] = [=](Examiner& e) { return check(e, {1}); };
    all["a5.3.noise"] = [=](Examiner& e) { return check(e, {2}); };
    all["a5.3.large"] = [=](Examiner& e) {
        Tensors x = inputs(e, {1, 6});
        for (std::size_t i = 0; i < 6; ++i)
            x[1].data[i] = (i % 2 ? 1 : -2) * e.random.uniform(1000, 1300);
        return check_gradients(e, subject, x, e.random.cotangent({1, 6}), {1, 2});
    };
}

void add_bound(Checks& all) {
    const auto check = [](Examiner& e, std::size_t examples, Long beta, Long size,
                          const std::vector<std::size_t>& looked_at) {
        const std::size_t pixels = e.random.integer(5, 7), units = e.random.integer(2, 3);
        const Shape shape{examples, pixels}, code{examples, units};
        Tensors x{e.random.cotangent(shape), e.random.tensor(shape, 0, 1), e.random.cotangent(code),
                  e.random.cotangent(code)};
        for (Long& logit : x[0].data) logit *= size;
        const Long b = static_cast<Long>(examples), d = static_cast<Long>(pixels),
                   k = static_cast<Long>(units);
        Subject subject{"bound " + std::to_string(static_cast<double>(beta)),
                        bound(1 / b, beta / b),
                        {"the logits", "the pixels", "the mean", "the log variance"},
                        0};
        subject.mistakes = {
            {"the KL is missing", bound(1 / b, 0)},
            {"the sign of the KL", bound(1 / b, -beta / b)},
            {"this is the bound; training makes minus the bound small", bound(-1 / b, -beta / b)},
            {"β is not used", bound(1 / b, 1 / b)},
            {"β weighs the reconstruction in place of the KL", bound(beta / b, 1 / b)},
            {"β weighs both parts", bound(beta / b, beta / b)},
            {"it is summed over the batch, not averaged", bound(1, beta)},
            {"the reconstruction is averaged over the pixels too: they are summed",
             bound(1 / (b * d), beta / b)},
            {"the KL is averaged over the dimensions of z too: they are summed",
             bound(1 / b, beta / (b * k))},
            {"both parts are averaged over their dimensions too: they are summed",
             bound(1 / (b * d), beta / (b * k))},
            {"the reconstruction is summed over the batch and the KL averaged", bound(1, beta / b)},
            {"the KL is summed over the batch and the reconstruction averaged", bound(1 / b, beta)},
        };
        return check_gradients(e, subject, x, e.random.cotangent({}), looked_at);
    };
    all["a5.4.value"] = [=](Examiner& e) { return check(e, e.random.integer(3, 4), 1, 1, none); };
    all["a5.4.beta"] = [=](Examiner& e) {
        return check(e, e.random.integer(3, 4), e.random.integer(0, 1) ? 0.25L : 4, 1, none);
    };
    all["a5.4.decoder"] = [=](Examiner& e) { return check(e, 3, 0.5L, 1, {0}); };
    all["a5.4.encoder"] = [=](Examiner& e) { return check(e, 3, 2, 1, {2, 3}); };
    all["a5.4.one"] = [=](Examiner& e) { return check(e, 1, 0.5L, 400, {0, 2, 3}); };
}

void add_log_sum_exp(Checks& all) {
    const auto subject = [](const Shape& shape, int axis, bool keep) {
        const std::size_t from_front = axis < 0 ? shape.size() - 1 : static_cast<std::size_t>(axis);
        return Subject{"log_sum_exp " + std::to_string(axis) + (keep ? " keep" : " drop"),
                       log_sum_exp(from_front, keep),
                       {"x"}};
    };
    const auto check = [=](Examiner& e, const Shape& shape, int axis, bool keep, Long size) {
        Tensor x = e.random.cotangent(shape);
        for (Long& number : x.data) number = static_cast<double>(number * size);
        const Subject each = subject(shape, axis, keep);
        return check_gradients(e, each, {x}, e.random.cotangent(each.function({x}).shape));
    };
    all["a5.5.value"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(2, 4), 7};
        return check_value(e, subject(shape, -1, false), {e.random.cotangent(shape)});
    };
    all["a5.5.rows"] = [=](Examiner& e) {
        return check(e, {e.random.integer(2, 4), 7}, -1, false, 1);
    };
    all["a5.5.columns"] = [=](Examiner& e) {
        return check(e, {e.random.integer(2, 3), e.random.integer(4, 5), 3}, 1, false, 1);
    };
    all["a5.5.keepdims"] = [=](Examiner& e) {
        return check(e, {3, e.random.integer(4, 5)}, 0, true, 1);
    };
    all["a5.5.large"] = [=](Examiner& e) { return check(e, {4, 5}, -1, false, 1000); };
    all["a5.5.adds"] = [=](Examiner& e) {
        const Shape shape{1, e.random.integer(4, 9)};
        const Subject both{
            "log_sum_exp_beside 1 drop", beside_sum(log_sum_exp(1, false), 1), {"x"}, 0};
        return check_gradients(e, both, {e.random.cotangent(shape)}, e.random.cotangent({1}));
    };
}

void add_weighted(Checks& all) {
    const auto check = [](Examiner& e, std::size_t draws, std::size_t examples, Long level,
                          const std::vector<std::size_t>& looked_at) {
        const Function f = weighted(true);
        const Shape shape{draws, examples};
        Tensors x{e.random.cotangent(shape), e.random.cotangent(shape), e.random.cotangent(shape)};
        for (Long& number : x[0].data) number += level;
        Subject subject{"importance_weighted", f, {"ln p(x | z)", "ln p(z)", "ln q(z | x)"}, 0};
        subject.mistakes = {
            {"the sum over the draws is not divided by their number", weighted(false)},
            {"ln q(z | x) is added: the weight is divided by q", scaled(f, 2, -1)},
            {"the prior is missing", scaled(f, 1, 0)},
            {"this is the mean of ln w, the ordinary bound: the mean is taken of w",
             [](const Tensors& y) {
                 return Tensor({}, (total(y[0]) + total(y[1]) - total(y[2])) /
                                       static_cast<Long>(y[0].data.size()));
             }},
            {"examples and draws are exchanged: the draws stand along the first axis",
             [](const Tensors& y) {
                 Tensor weights = y[0];
                 for (std::size_t i = 0; i < weights.data.size(); ++i)
                     weights.data[i] += y[1].data[i] - y[2].data[i];
                 return Tensor({}, total(log_sum_exp(1, false)({weights})) /
                                           static_cast<Long>(y[0].shape[0]) -
                                       std::log(static_cast<Long>(y[0].shape[1])));
             }},
        };
        return check_gradients(e, subject, x, e.random.cotangent({}), looked_at);
    };
    all["a5.6.value"] = [=](Examiner& e) {
        return check(e, e.random.integer(3, 5), e.random.integer(6, 7), 0, none);
    };
    all["a5.6.one"] = [=](Examiner& e) { return check(e, 1, e.random.integer(3, 5), 0, {}); };
    all["a5.6.gradients"] = [=](Examiner& e) { return check(e, e.random.integer(3, 5), 2, 0, {}); };
    all["a5.6.images"] = [=](Examiner& e) {
        return check(e, 4, 1, e.random.integer(0, 1) ? -1200 : -900, {});
    };
}

/// Data, and outputs of which the log density is an ordinary number.
Tensors example_of(Examiner& e, const Likelihood& family, const Shape& shape) {
    Tensor x(shape), output = e.random.cotangent(shape);
    for (std::size_t i = 0; i < x.data.size(); ++i) {
        const std::size_t most = family.trials > 0 ? static_cast<std::size_t>(family.trials) : 9;
        switch (family.support) {
            case Support::real:
                x.data[i] = e.random.uniform(-3, 3);
                output.data[i] = static_cast<double>(output.data[i] + x.data[i]);
                break;
            case Support::positive:
                x.data[i] = e.random.uniform(0.3L, 4);
                break;
            case Support::above_one:
                x.data[i] = e.random.uniform(1.2L, 4);
                break;
            case Support::unit:
                x.data[i] = e.random.uniform(0.1L, 0.9L);
                break;
            case Support::counts:
                x.data[i] = static_cast<Long>(e.random.integer(0, most));
                break;
        }
    }
    return {x, output};
}

void add_likelihood(Checks& all, const std::string& drawn) {
    const auto found = likelihoods().find(drawn);
    if (found == likelihoods().end()) throw std::runtime_error("there is no likelihood " + drawn);
    const Likelihood family = found->second;
    const Function f = likelihood(family);
    Subject subject{"log_likelihood", f, {"x", "the output"}};
    subject.mistakes = {
        {"it is averaged over the elements of an example, not summed", [f](const Tensors& x) {
             Tensor y = f(x);
             for (Long& number : y.data)
                 number *= static_cast<Long>(y.data.size()) / static_cast<Long>(x[0].data.size());
             return y;
         }}};
    all["a5.7.value"] = [=](Examiner& e) {
        return check_value(e, subject, example_of(e, family, {e.random.integer(2, 4), 5}));
    };
    all["a5.7.slope"] = [=](Examiner& e) {
        const std::size_t examples = e.random.integer(3, 4);
        return check_gradients(e, subject, example_of(e, family, {examples, 1}),
                               Tensor({examples}, 1), {1});
    };
    all["a5.7.chain"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 7)};
        return check_gradients(e, subject, example_of(e, family, shape),
                               e.random.cotangent({shape[0]}), {1});
    };
    all["a5.7.deep"] = [=](Examiner& e) {
        const Shape shape{1, 2, e.random.integer(3, 4)};
        return check_gradients(e, subject, example_of(e, family, shape), e.random.cotangent({1}),
                               {1});
    };
    all["a5.7.large"] = [=](Examiner& e) {
        Tensors x = example_of(e, family, {6, 1});
        for (std::size_t i = 0; i < 6; ++i)
            x[1].data[i] = (i % 2 ? 1 : -1) * family.largest *
                           (i < 2 ? e.random.uniform(0.9L, 1) : e.random.uniform(0.1L, 1));
        for (Long& number : x[1].data) number = static_cast<double>(number);
        return check_gradients(e, subject, x, e.random.cotangent({6}), {1});
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_kl(all);
    add_general_kl(all);
    add_draw(all);
    add_bound(all);
    add_log_sum_exp(all);
    add_weighted(all);
    add_likelihood(all, drawn);
    return all;
}

}  // namespace judge
