// Assignment a4: the functions of its tasks in plain loops, and what is asked about each.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>

#include "tutorials/assignments/a4/penalties.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;

// --- functions in plain loops ---------------------------------------------------------------------

/// Σ f(a) over everything, by the number of examples.
template <class F>
Function averaged(F f) {
    return [=](const Tensors& x) {
        Tensor y({}, 0);
        for (const Long a : x[0].data) y.data[0] += f(a) / static_cast<Long>(x[0].shape[0]);
        return y;
    };
}

Function l1() {
    return averaged([](Long a) { return std::abs(a); });
}

/// Weights of both sides of the coin, of means over the batch.
Function sparsity(Long target, Long heads, Long tails) {
    return [=](const Tensors& x) {
        const std::size_t examples = x[0].shape[0], units = x[0].shape[1];
        Tensor y({}, 0);
        for (std::size_t k = 0; k < units; ++k) {
            Long p = 0;
            for (std::size_t b = 0; b < examples; ++b)
                p += x[0].data[b * units + k] / static_cast<Long>(examples);
            y.data[0] += heads * target * std::log(target / p) +
                         tails * (1 - target) * std::log((1 - target) / (1 - p));
        }
        return y;
    };
}

Tensor tied(const Tensors& x) {
    const std::size_t examples = x[0].shape[0], d = x[0].shape[1], units = x[1].shape[0];
    Tensor y({}, 0);
    for (std::size_t b = 0; b < examples; ++b) {
        std::vector<Long> out(d, 0);
        for (std::size_t k = 0; k < units; ++k) {
            Long code = 0;
            for (std::size_t i = 0; i < d; ++i) code += x[0].data[b * d + i] * x[1].data[k * d + i];
            for (std::size_t i = 0; i < d; ++i) out[i] += code * x[1].data[k * d + i];
        }
        for (std::size_t i = 0; i < d; ++i) {
            const Long error = out[i] - x[0].data[b * d + i];
            y.data[0] += error * error / static_cast<Long>(examples);
        }
    }
    return y;
}

/// Of each row the numbers with fewer than `count` larger ones.
Function keep(std::size_t count, bool by_size) {
    return [=](const Tensors& x) {
        const std::size_t units = x[0].shape[1];
        const auto rank = [=](Long a) { return by_size ? std::abs(a) : a; };
        Tensor y(x[0].shape);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            std::size_t larger = 0;
            for (std::size_t j = i - i % units; j < i - i % units + units; ++j)
                larger += rank(x[0].data[j]) > rank(x[0].data[i]);
            y.data[i] = larger < count ? x[0].data[i] : 0;
        }
        return y;
    };
}

Tensor hoyer(const Tensor& a) {
    const std::size_t examples = a.shape[0], units = a.shape[1];
    const Long root = std::sqrt(static_cast<Long>(examples));
    Tensor y({units});
    for (std::size_t k = 0; k < units; ++k) {
        Long sum = 0, squares = 0;
        for (std::size_t b = 0; b < examples; ++b) {
            sum += std::abs(a.data[b * units + k]);
            squares += a.data[b * units + k] * a.data[b * units + k];
        }
        y.data[k] = squares > 0 ? (root - sum / std::sqrt(squares)) / (root - 1) : 0;
    }
    return y;
}

Function times(const Function& f, Long factor) {
    return [=](const Tensors& x) {
        Tensor y = f(x);
        for (Long& number : y.data) number *= factor;
        return y;
    };
}

/// f(x) + 3x, or + 3 Σ x.
Function beside(const Function& f) {
    return [=](const Tensors& x) {
        Tensor y = f(x);
        const bool same = y.shape == x[0].shape;
        for (std::size_t i = 0; i < x[0].data.size(); ++i) y.data[same ? i : 0] += 3 * x[0].data[i];
        return y;
    };
}

// --- checks ---------------------------------------------------------------------------------------

/// Mistakes of a mean over the batch of a sum over the rest, at this shape.
Mistakes<Function> of_reduction(const Function& f, const Shape& shape) {
    const Long examples = static_cast<Long>(shape[0]),
               size = static_cast<Long>(count(shape)) / examples;
    return {{"it is summed over the batch, not averaged", times(f, examples)},
            {"it is averaged over the activations of an example too: they are summed",
             times(f, 1 / size)}};
}

/// The checks of a price of each activation.
void add_price(Checks& all, const std::string& task, const std::string& operation,
               const Function& f) {
    const auto subject = [=](const Shape& shape) {
        return Subject{operation, f, {"the activations"}, 1, of_reduction(f, shape)};
    };
    all[task + ".value"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 7)};
        return check_value(e, subject(shape), {e.random.cotangent(shape)});
    };
    all[task + ".gradient"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 7)};
        return check_gradients(e, subject(shape), {e.random.cotangent(shape)},
                               e.random.cotangent({}));
    };
    all[task + ".deep"] = [=](Examiner& e) {
        const Shape shape{3, 2, e.random.integer(2, 4)};
        return check_gradients(e, subject(shape), {e.random.cotangent(shape)},
                               e.random.cotangent({}));
    };
    all[task + ".adds"] = [=](Examiner& e) {
        const Shape shape{1, e.random.integer(4, 9)};
        // The price, three times x, their sum, and the sum of both.
        const Subject both{operation + "_beside", beside(f), {"the activations"}, 4};
        return check_gradients(e, both, {e.random.cotangent(shape)}, e.random.cotangent({}));
    };
}

void add_zeros(Checks& all) {
    all["a4.1.zeros"] = [](Examiner& e) {
        const Shape shape{2, 5};
        Tensor x = e.random.cotangent(shape);
        for (std::size_t i = 0; i < x.data.size(); i += 3) x.data[i] = 0;
        const Tensor dy = e.random.cotangent({});
        // Central differences of |x| at 0 are 0, as its slope there is to be.
        return check_gradients(e, {"l1", l1(), {"the activations"}}, {x}, dy);
    };
}

void add_sparsity(Checks& all) {
    const auto subject = [](Long target, const Shape& shape) {
        const Function f = sparsity(target, 1, 1);
        Subject out{
            "sparsity " + std::to_string(static_cast<double>(target)), f, {"the activations"}};
        out.mistakes = {
            {"one side of the coin is missing: (1 − ρ) ln((1 − ρ)/(1 − ρ̂))",
             sparsity(target, 1, 0)},
            {"one side of the coin is missing: ρ ln(ρ/ρ̂)", sparsity(target, 0, 1)},
            {"it is averaged over the units: they are summed",
             times(f, 1 / static_cast<Long>(shape[1]))},
            {"the divergence is taken of each activation: ρ̂ is a mean over the batch",
             [=](const Tensors& x) {
                 Tensor rows = x[0];
                 rows.shape = {1, x[0].data.size()};
                 return times(f, 1 / static_cast<Long>(x[0].shape[0]))({rows});
             }},
            {"the mean is taken over the units: ρ̂ is a mean over the batch", [=](const Tensors& x) {
                 Tensor turned({x[0].shape[1], x[0].shape[0]});
                 for (std::size_t i = 0; i < x[0].data.size(); ++i)
                     turned.data[i % turned.shape[0] * turned.shape[1] + i / turned.shape[0]] =
                         x[0].data[i];
                 return f({turned});
             }}};
        return out;
    };
    const auto check = [=](Examiner& e, const Shape& shape, Long target, bool value, Long low,
                           Long high) {
        const Tensor a = e.random.tensor(shape, low, high);
        if (value) return check_value(e, subject(target, shape), {a});
        return check_gradients(e, subject(target, shape), {a}, e.random.cotangent({}));
    };
    all["a4.2.value"] = [=](Examiner& e) {
        return check(e, {e.random.integer(3, 4), e.random.integer(5, 6)}, 0.125L, true, 0.2L, 0.8L);
    };
    all["a4.2.gradient"] = [=](Examiner& e) {
        return check(e, {e.random.integer(3, 4), e.random.integer(5, 6)}, 0.125L, false, 0.2L,
                     0.8L);
    };
    all["a4.2.target"] = [=](Examiner& e) { return check(e, {3, 4}, 0.75L, false, 0.2L, 0.8L); };
    all["a4.2.one"] = [=](Examiner& e) {
        return check(e, {1, e.random.integer(3, 5)}, 0.25L, false, 0.2L, 0.8L);
    };
    all["a4.2.adds"] = [=](Examiner& e) {
        const Subject both{
            "sparsity_beside 0.250000", beside(sparsity(0.25L, 1, 1)), {"the activations"}, 4};
        return check_gradients(e, both, {e.random.tensor({2, 3}, 0.2L, 0.8L)},
                               e.random.cotangent({}));
    };
}

void add_tied(Checks& all) {
    const auto check = [](Examiner& e, const Shape& x, std::size_t units,
                          const std::vector<std::size_t>& looked_at) {
        const Tensors inputs{e.random.cotangent(x), e.random.tensor({units, x[1]}, -0.8L, 0.8L)};
        Subject subject{"tied", tied, {"x", "the weight"}, 0, of_reduction(tied, x)};
        return check_gradients(e, subject, inputs, e.random.cotangent({}), looked_at);
    };
    all["a4.3.value"] = [=](Examiner& e) { return check(e, {e.random.integer(2, 4), 5}, 3, {99}); };
    all["a4.3.input"] = [=](Examiner& e) { return check(e, {e.random.integer(2, 4), 5}, 3, {0}); };
    all["a4.3.weight"] = [=](Examiner& e) { return check(e, {e.random.integer(2, 4), 5}, 3, {1}); };
    all["a4.3.one"] = [=](Examiner& e) { return check(e, {1, 4}, e.random.integer(5, 6), {}); };
}

/// Numbers of both signs, those of a row more than a tenth apart, so that differences do not change which
/// of them are the largest. From `shift` on upwards.
Tensor spaced(Examiner& e, const Shape& shape, Long shift) {
    const std::size_t units = shape[1];
    Tensor x(shape);
    for (std::size_t row = 0; row < shape[0]; ++row) {
        Long* numbers = x.data.data() + row * units;
        for (std::size_t k = 0; k < units; ++k)
            numbers[k] = static_cast<double>(shift + 0.3L * static_cast<Long>(k) +
                                             e.random.uniform(0.01L, 0.15L));
        for (std::size_t k = units; k > 1; --k)
            std::swap(numbers[k - 1], numbers[e.random.integer(0, k - 1)]);
    }
    return x;
}

void add_keep(Checks& all) {
    const auto check = [](Examiner& e, const Shape& shape, std::size_t most, bool value) {
        Subject subject{"keep " + std::to_string(most), keep(most, false), {"the activations"}};
        subject.mistakes = {{"the largest in size stay: −1 is larger than −2", keep(most, true)}};
        const Tensor x = spaced(e, shape, -0.15L * static_cast<Long>(shape[1]));
        if (value) return check_value(e, subject, {x});
        return check_gradients(e, subject, {x}, e.random.cotangent(shape));
    };
    all["a4.4.value"] = [=](Examiner& e) { return check(e, {3, 8}, e.random.integer(2, 6), true); };
    all["a4.4.gradient"] = [=](Examiner& e) {
        return check(e, {3, 8}, e.random.integer(2, 6), false);
    };
    all["a4.4.one"] = [=](Examiner& e) { return check(e, {e.random.integer(3, 4), 5}, 1, false); };
    all["a4.4.all"] = [=](Examiner& e) { return check(e, {2, 5}, 5, false); };
    all["a4.4.negative"] = [=](Examiner& e) {
        const Tensor x = spaced(e, {2, 6}, -2.5L);
        return check_gradients(e, {"keep 2", keep(2, false), {"the activations"}}, {x},
                               e.random.cotangent({2, 6}));
    };
    all["a4.4.adds"] = [=](Examiner& e) {
        const Subject both{"keep_beside 2", beside(keep(2, false)), {"the activations"}, 3};
        return check_gradients(e, both, {spaced(e, {1, 6}, -0.9L)}, e.random.cotangent({1, 6}));
    };
}

void add_hoyer(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& a) {
        return compare(e.ask("hoyer", {a}), {{0, {"measure of each unit", hoyer(a)}}});
    };
    all["a4.5.value"] = [=](Examiner& e) {
        return check(e, e.random.cotangent({e.random.integer(4, 6), 3}));
    };
    all["a4.5.scale"] = [=](Examiner& e) {
        Tensor a = e.random.cotangent({5, 4});
        for (Long& number : a.data) number = static_cast<double>(number * 1e-6L);
        return check(e, a);
    };
    all["a4.5.ends"] = [=](Examiner& e) {  // one active example, all of one size, never active
        Tensor a({4, 3});
        a.data[3 * e.random.integer(0, 3)] = -2;
        for (std::size_t b = 0; b < 4; ++b) a.data[3 * b + 1] = b % 2 ? 0.5L : -0.5L;
        return check(e, a);
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_price(all, "a4.1", "l1", l1());
    add_zeros(all);
    add_sparsity(all);
    add_tied(all);
    add_keep(all);
    add_hoyer(all);
    const auto found = penalties().find(drawn);
    if (found == penalties().end()) throw std::runtime_error("there is no penalty " + drawn);
    add_price(all, "a4.6", "penalty", averaged(found->second));
    return all;
}

}  // namespace judge
