// Assignment a3: what its tasks should do, from the whole course of the gradients or in plain loops, and what is asked
// about each. Nothing of it is the framework's.

#include "tutorials/assignments/judge/check.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

#include "tutorials/assignments/a3/rules.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;
using Steps = std::function<Long(const Course&)>;

std::string words(Long x) { return std::to_string(static_cast<double>(x)); }

// --- rules ----------------------------------------------------------------------------------------

/// Weights, (n...), their gradients at each step, (T, n...), and a rate for each step.
struct Walk {
    Tensor weight, gradients, rates;

    Tensors arrays() const { return {weight, gradients, rates}; }
};

Walk random_walk(Examiner& e, std::size_t steps, const Shape& shape, bool one_rate) {
    Shape all{steps};
    all.insert(all.end(), shape.begin(), shape.end());
    Walk walk{e.random.cotangent(shape), e.random.cotangent(all),
              e.random.tensor({steps}, 0.02L, 0.2L)};
    if (one_rate) std::fill(walk.rates.data.begin(), walk.rates.data.end(), walk.rates.data[0]);
    return walk;
}

/// The weights after each step.
Tensor walked(const Walk& walk, const Steps& rule) {
    Tensor out(walk.gradients.shape);
    const std::size_t size = walk.weight.data.size(), steps = walk.rates.data.size();
    for (std::size_t i = 0; i < size; ++i) {
        Course course{{}, walk.rates.data, {walk.weight.data[i]}, 0};
        for (std::size_t k = 0; k < steps; ++k)
            course.gradients.push_back(walk.gradients.data[k * size + i]);
        for (course.t = 1; course.t <= steps; ++course.t) {
            course.weights.push_back(rule(course));
            out.data[(course.t - 1) * size + i] = course.weights.back();
        }
    }
    return out;
}

/// The weights after the steps behind the first ones.
Tensor behind(const Tensor& course, std::size_t first) {
    Shape shape = course.shape;
    const std::size_t size = count(shape) / shape[0];
    shape[0] -= first;
    Tensor out(shape);
    std::copy(course.data.begin() + static_cast<long>(first * size), course.data.end(),
              out.data.begin());
    return out;
}

/// Asks for a walk by a rule. Wrong rules give causes.
Verdict check_walk(Examiner& e, const std::string& operation, const Walk& walk, const Steps& rule,
                   const Mistakes<Steps>& wrong = {}) {
    Expected expected{"the weights after each step", walked(walk, rule)};
    for (const auto& [cause, other] : wrong)
        expected.mistakes.emplace_back(cause, [=, f = other] { return walked(walk, f); });
    return compare(e.ask(operation, walk.arrays()), {{0, expected}});
}

/// What momentum μ adds up to, after k steps.
Long velocity(const Course& c, Long momentum) {
    return c.fading(momentum, c.t, [&](std::size_t k) { return c.g(k); });
}

void add_sgd(Checks& all) {
    const auto check = [](Examiner& e, const Walk& walk, Long momentum, bool nesterov) {
        const Long mu = static_cast<double>(momentum);
        const Steps plain = [=](const Course& c) { return c.w() - c.rate() * velocity(c, mu); };
        const Steps ahead = [=](const Course& c) {
            return c.w() - c.rate() * (c.g() + mu * velocity(c, mu));
        };
        const Mistakes<Steps> wrong{
            {"the velocity is a mean, (1 − μ) g, where it should be a sum, g",
             [=](const Course& c) { return c.w() - c.rate() * (1 - mu) * velocity(c, mu); }},
            {"this is momentum without Nesterov", plain},
            {"this is Nesterov's step, which was not asked for", ahead},
            {"the velocity has the rates of earlier steps in it: η multiplies v of this step",
             [=](const Course& c) {
                 return c.w() -
                        c.fading(mu, c.t, [&](std::size_t k) { return c.rates[k - 1] * c.g(k); });
             }},
            {"the velocity is forgotten from step to step",
             [=](const Course& c) { return c.w() - c.rate() * c.g(); }}};
        return check_walk(e, "sgd " + words(mu) + (nesterov ? " 1" : " 0"), walk,
                          nesterov ? ahead : plain, wrong);
    };
    all["a3.1.plain"] = [=](Examiner& e) {
        return check(e, random_walk(e, 3, {2, e.random.integer(3, 5)}, true), 0, false);
    };
    all["a3.1.momentum"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(4, 6), {5}, true), 0.75L, false);
    };
    all["a3.1.nesterov"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(4, 6), {3, 2}, false), 0.75L, true);
    };
    all["a3.1.rates"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(4, 6), {4}, false), 0.5L, false);
    };
}

void add_adam(Checks& all) {
    struct Betas {
        Long first, second, epsilon;
    };
    const auto rule = [](Betas b, bool first = true, bool second = true, int place = 0) -> Steps {
        return [=](const Course& c) {
            const Long m = c.mean(b.first, c.t) / (first ? c.known(b.first) : 1);
            const Long v = c.square(b.second, c.t) / (second ? c.known(b.second) : 1);
            const Long below = place == 0 ? std::sqrt(v) + b.epsilon
                               : place == 1
                                   ? std::sqrt(v + b.epsilon)
                                   : std::sqrt(v) + b.epsilon / std::sqrt(c.known(b.second));
            return c.w() - c.rate() * m / below;
        };
    };
    const auto wrong = [=](Betas b) -> Mistakes<Steps> {
        return {
            {"neither mean is corrected for its start at 0", rule(b, false, false)},
            {"the mean of the squares is not corrected for its start at 0", rule(b, true, false)},
            {"the mean of the gradients is not corrected for its start at 0", rule(b, false, true)},
            {"ε stands in the root: it is added to the root", rule(b, true, true, 1)},
            {"ε is corrected too: it is added to the root of what is corrected",
             rule(b, true, true, 2)},
            {"the correction is one step ahead: t begins at 1",
             [=](const Course& c) {
                 Course later = c;
                 ++later.t;  // for what is known of the means, not for the means
                 const Long m = c.mean(b.first, c.t) / later.known(b.first);
                 const Long v = c.square(b.second, c.t) / later.known(b.second);
                 return c.w() - c.rate() * m / (std::sqrt(v) + b.epsilon);
             }},
            {"β₁ and β₂ have changed places", rule({b.second, b.first, b.epsilon})}};
    };
    const auto operation = [](Betas b, std::size_t before) {
        char epsilon[40];
        std::snprintf(epsilon, sizeof epsilon, "%.17g", static_cast<double>(b.epsilon));
        return "adam " + words(b.first) + " " + words(b.second) + " " + epsilon + " " +
               std::to_string(before);
    };
    const auto check = [=](Examiner& e, const Walk& walk, Long beta1, Long beta2, Long epsilon) {
        const Betas b{static_cast<double>(beta1), static_cast<double>(beta2),
                      static_cast<double>(epsilon)};
        return check_walk(e, operation(b, 0), walk, rule(b), wrong(b));
    };
    all["a3.2.first"] = [=](Examiner& e) {
        return check(e, random_walk(e, 1, {2, e.random.integer(3, 5)}, true), 0.9L, 0.999L, 1e-8L);
    };
    all["a3.2.steps"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(5, 8), {4}, false), 0.75L, 0.875L, 1e-8L);
    };
    all["a3.2.epsilon"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(3, 5), {3}, true), 0.75L, 0.875L, 0.5L);
    };
    all["a3.2.zeros"] = [=](Examiner& e) {
        Walk walk = random_walk(e, 3, {4}, true);
        for (std::size_t k = 0; k < walk.gradients.data.size(); k += 2) walk.gradients.data[k] = 0;
        return check(e, walk, 0.75L, 0.875L, 1e-8L);
    };
    all["a3.2.resumed"] = [=](Examiner& e) {  // what four steps have left is handed over
        const Betas b{0.75L, 0.875L, 1e-8L};
        const std::size_t before = 4;
        Walk walk = random_walk(e, before + 3, {e.random.integer(3, 5)}, true);
        const Tensor course = walked(walk, rule(b));
        const std::size_t size = walk.weight.data.size();
        Tensor mean(walk.weight.shape), square(walk.weight.shape), there(walk.weight.shape);
        for (std::size_t i = 0; i < size; ++i) {
            Course c{{}, {}, {}, before};
            for (std::size_t k = 0; k < before; ++k)
                c.gradients.push_back(walk.gradients.data[k * size + i]);
            mean.data[i] = c.mean(b.first, before);
            square.data[i] = c.square(b.second, before);
            there.data[i] = course.data[(before - 1) * size + i];
        }
        const Tensors arrays{there, behind(walk.gradients, before), behind(walk.rates, before),
                             mean, square};
        Expected expected{"the weights after each step", behind(course, before)};
        return compare(e.ask(operation(b, before), arrays), {{0, expected}});
    };
}

void add_rule(Checks& all, Rule rule) {
    const auto check = [=](Examiner& e, const Walk& walk) {
        return check_walk(e, "rule", walk, rule);
    };
    all["a3.6.first"] = [=](Examiner& e) {
        return check(e, random_walk(e, 1, {2, e.random.integer(3, 5)}, true));
    };
    all["a3.6.steps"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(6, 9), {5}, true));
    };
    all["a3.6.rates"] = [=](Examiner& e) {
        return check(e, random_walk(e, e.random.integer(5, 7), {3, 2}, false));
    };
    all["a3.6.zeros"] = [=](Examiner& e) {
        Walk walk = random_walk(e, 4, {6}, true);
        for (std::size_t k = 0; k < walk.gradients.data.size(); k += 2) walk.gradients.data[k] = 0;
        return check(e, walk);
    };
}

// --- clipping -------------------------------------------------------------------------------------

/// By one norm of all, or by a norm of each array.
Tensors clipped(const Tensors& gradients, Long limit, bool together) {
    const auto size = [](const Tensor& x) {
        Long total = 0;
        for (const Long number : x.data) total += number * number;
        return total;
    };
    Tensors out = gradients;
    Long all = 0;
    for (const Tensor& each : gradients) all += size(each);
    for (Tensor& each : out) {
        const Long norm = std::sqrt(together ? all : size(each));
        if (norm > limit)
            for (Long& number : each.data) number *= limit / norm;
    }
    return out;
}

void add_clip(Checks& all) {
    const auto check = [](Examiner& e, const Tensors& gradients, Long share) {
        Long squares = 0;
        for (const Tensor& each : gradients)
            for (const Long number : each.data) squares += number * number;
        const Long norm = std::sqrt(squares),
                   limit = squares > 0 ? static_cast<double>(share * norm) : share;
        const Tensors right = clipped(gradients, limit, true);
        std::map<std::size_t, Expected> expected;
        expected[0] = {"the norm before", Tensor({}, norm)};
        expected[0].mistakes = {
            {"the norm afterwards is returned", [=] { return Tensor({}, std::min(norm, limit)); }},
            {"the square of the norm is returned", [=] { return Tensor({}, squares); }}};
        for (std::size_t k = 0; k < gradients.size(); ++k) {
            expected[k + 1] = {"gradient number " + std::to_string(k), right[k]};
            expected[k + 1].mistakes = {
                {"each array has a norm of its own: it should be one norm of all numbers",
                 [=] { return clipped(gradients, limit, false)[k]; }},
                {"nothing is clipped", [=] { return gradients[k]; }},
                {"numbers are held between −limit and limit: it is the norm that is limited",
                 [=] {
                     Tensor held = gradients[k];
                     for (Long& number : held.data) number = std::clamp(number, -limit, limit);
                     return held;
                 }},
                {"the norm becomes the limit where it was less", [=] {
                     Tensor stretched = gradients[k];
                     for (Long& number : stretched.data) number *= limit / norm;
                     return stretched;
                 }}};
        }
        Tensors arrays = gradients;
        arrays.push_back(Tensor({}, limit));
        return compare(e.ask("clip", arrays), expected);
    };
    all["a3.3.above"] = [=](Examiner& e) {
        return check(e, {e.random.cotangent({2, e.random.integer(3, 5)})}, 0.5L);
    };
    all["a3.3.below"] = [=](Examiner& e) {
        return check(e, {e.random.cotangent({4}), e.random.cotangent({2, 2})}, 1.5L);
    };
    all["a3.3.several"] = [=](Examiner& e) {
        return check(e,
                     {e.random.cotangent({e.random.integer(2, 4)}), e.random.cotangent({3, 2}),
                      e.random.cotangent({})},
                     0.6L);
    };
    all["a3.3.zero"] = [=](Examiner& e) {
        return check(e, {Tensor({3}), Tensor({e.random.integer(1, 2), 2})}, 1);
    };
    all["a3.3.huge"] = [=](Examiner& e) {
        Tensors gradients{e.random.cotangent({4}), e.random.cotangent({e.random.integer(2, 3)})};
        for (Tensor& each : gradients)
            for (Long& number : each.data) number = static_cast<double>(number * 1e200L);
        return check(e, gradients, 1e-200L);
    };
}

// --- the schedule ---------------------------------------------------------------------------------

struct Plan {
    Long peak, last, warm, total;
};

Long planned(Plan p, Long time) {
    if (time >= p.total) return p.last;
    // Half a cosine from 1 to 0, of the time that is left behind the warm-up.
    const Long angle = std::numbers::pi_v<Long> * (time - p.warm) / (p.total - p.warm);
    const Long falling = p.last + (p.peak - p.last) * std::pow(std::cos(angle / 2), 2.0L);
    return time < p.warm ? p.peak / p.warm * time : falling;
}

void add_schedule(Checks& all) {
    const auto check = [](Examiner& e, Plan p, const std::vector<Long>& times) {
        Tensor at({times.size()}), plan({4});
        at.data = times;
        plan.data = {p.peak, p.last, p.warm, p.total};
        for (Tensor* each : {&at, &plan})  // as they are sent
            for (Long& number : each->data) number = static_cast<double>(number);
        const Plan sent{plan.data[0], plan.data[1], plan.data[2], plan.data[3]};
        const auto with = [=](auto f) {
            return [=] {
                Tensor y(at.shape);
                for (std::size_t i = 0; i < y.data.size(); ++i) y.data[i] = f(sent, at.data[i]);
                return y;
            };
        };
        Expected rates{"the rate at each time", with(planned)()};
        rates.mistakes = {
            {"the cosine begins at the time 0: it begins after the warm-up",
             with([](Plan q, Long time) {
                 return time < q.warm ? q.peak * time / q.warm
                                      : planned({q.peak, q.last, 0, q.total}, time);
             })},
            {"the warm-up multiplies the cosine: it rises to the peak in a straight line",
             with([](Plan q, Long time) {
                 return std::min(Long{1}, time / q.warm) *
                        planned({q.peak, q.last, 0, q.total}, time);
             })},
            {"it falls in a straight line: it should along half a cosine",
             with([](Plan q, Long time) {
                 if (time < q.warm) return q.peak * time / q.warm;
                 const Long done = std::min(Long{1}, (time - q.warm) / (q.total - q.warm));
                 return q.peak + (q.last - q.peak) * done;
             })},
            {"it falls to 0: it should to `last`", with([](Plan q, Long time) {
                 return time < q.total ? planned({q.peak, 0, q.warm, q.total}, time) : 0;
             })}};
        return compare(e.ask("schedule", {at, plan}), {{0, rates}});
    };
    const auto some = [](Examiner& e, Long warm) {
        return Plan{e.random.uniform(0.5L, 1), e.random.uniform(0.05L, 0.2L), warm,
                    e.random.uniform(9, 12)};
    };
    all["a3.4.warm"] = [=](Examiner& e) {
        return check(e, some(e, 4), {e.random.uniform(0.5L, 1), 2, e.random.uniform(3, 3.9L)});
    };
    all["a3.4.cosine"] = [=](Examiner& e) {
        return check(e, some(e, 2), {e.random.uniform(2.5L, 3), 5, e.random.uniform(6, 8)});
    };
    all["a3.4.ends"] = [=](Examiner& e) {
        const Plan p = some(e, 3);
        return check(e, p, {0, 3, p.total, p.total + e.random.uniform(0.5L, 4), 3 * p.total});
    };
    all["a3.4.cold"] = [=](Examiner& e) {
        return check(e, some(e, 0), {0, e.random.uniform(1, 8), 20});
    };
}

// --- the loop -------------------------------------------------------------------------------------

using Order = std::vector<std::size_t>;

struct Fit {
    std::size_t batch;
    Long rate, momentum;
};

/// The mean of squared errors of some rows, as a function of weight and bias.
Function error_of(const Tensor& x, const Tensor& y, const Order& rows) {
    return [=](const Tensors& net) {
        const std::size_t in = x.shape[1], out = y.shape[1];
        Tensor loss({}, 0);
        for (const std::size_t row : rows)
            for (std::size_t o = 0; o < out; ++o) {
                Long error = net[1].data[o] - y.data[row * out + o];
                for (std::size_t i = 0; i < in; ++i)
                    error += net[0].data[o * in + i] * x.data[row * in + i];
                loss.data[0] += error * error / static_cast<Long>(rows.size());
            }
        return loss;
    };
}

/// Weight, bias and losses after all epochs.
Tensors fitted(Tensors net, const Tensor& x, const Tensor& y, const std::vector<Order>& orders,
               const Fit& plan) {
    const Tensor one({}, 1);
    Tensors velocities{Tensor(net[0].shape), Tensor(net[1].shape)};
    Tensor losses({orders.size()});
    for (std::size_t e = 0; e < orders.size(); ++e)
        for (std::size_t begin = 0; begin < orders[e].size(); begin += plan.batch) {
            const std::size_t end = std::min(begin + plan.batch, orders[e].size());
            const Order rows(orders[e].begin() + static_cast<long>(begin),
                             orders[e].begin() + static_cast<long>(end));
            const Function loss = error_of(x, y, rows);
            losses.data[e] += loss(net).data[0] * static_cast<Long>(rows.size()) /
                              static_cast<Long>(orders[e].size());
            const Tensors slopes{gradient(loss, net, 0, one), gradient(loss, net, 1, one)};
            for (std::size_t k = 0; k < 2; ++k)
                for (std::size_t i = 0; i < net[k].data.size(); ++i) {
                    Long& v = velocities[k].data[i];
                    v = plan.momentum * v + slopes[k].data[i];
                    net[k].data[i] -= plan.rate * v;
                }
        }
    net.push_back(losses);
    return net;
}

void add_fit(Checks& all) {
    enum Look { weights, losses, record };
    const auto check = [](Examiner& e, std::size_t examples, std::size_t epochs, bool shuffled,
                          Fit plan, Look look) {
        plan.rate = static_cast<double>(plan.rate);
        const std::size_t in = 3, out = 2;
        const Tensors net{e.random.cotangent({out, in}), e.random.cotangent({out})};
        const Tensor x = e.random.cotangent({examples, in}),
                     y = e.random.cotangent({examples, out});
        std::vector<Order> orders(epochs, Order(examples));
        Tensor as_array({epochs, examples});
        for (std::size_t k = 0; k < epochs; ++k) {
            std::iota(orders[k].begin(), orders[k].end(), std::size_t{0});
            if (shuffled) {  // turned by another number each time, and the first two swapped
                std::rotate(orders[k].begin(), orders[k].begin() + static_cast<long>(k + 1),
                            orders[k].end());
                std::swap(orders[k][0], orders[k][e.random.integer(1, examples - 1)]);
            }
            std::copy(orders[k].begin(), orders[k].end(),
                      as_array.data.begin() + static_cast<long>(k * examples));
        }
        const Tensors right = fitted(net, x, y, orders, plan);
        const std::string advice = shuffled ? "do inputs and targets come in the same order?"
                                   : examples % plan.batch ? "what becomes of the last batch?"
                                                           : "";
        std::map<std::size_t, Expected> expected;
        if (look == weights) {
            expected[0] = {"the weight after all", right[0], {}, {}, advice};
            expected[1] = {"the bias after all", right[1], {}, {}, advice};
        } else if (look == losses) {
            expected[2] = {"the loss of each epoch",
                           right[2],
                           {},
                           {},
                           "is it a mean over examples, of which the last batch has fewer?"};
        } else {
            expected[3] = {"entries on the tape, beyond those of one step",
                           Tensor({}, 0),
                           {},
                           {},
                           "the record holds earlier steps too"};
        }
        return compare(e.ask("fit " + std::to_string(plan.batch) + " " + words(plan.rate) + " " +
                                 words(plan.momentum),
                             {net[0], net[1], x, y, as_array}),
                       expected);
    };
    all["a3.5.step"] = [=](Examiner& e) {
        const std::size_t examples = e.random.integer(3, 5);
        return check(e, examples, 1, false, {examples, 0.05L, 0}, weights);
    };
    all["a3.5.order"] = [=](Examiner& e) {
        return check(e, 6, e.random.integer(2, 3), true, {3, 0.02L, 0}, weights);
    };
    all["a3.5.leftover"] = [=](Examiner& e) {
        return check(e, 2 * e.random.integer(2, 3) + 1, 1, false, {2, 0.02L, 0}, weights);
    };
    all["a3.5.losses"] = [=](Examiner& e) {
        return check(e, 2 * e.random.integer(2, 3) + 1, 1, false, {2, 0.02L, 0}, losses);
    };
    all["a3.5.epochs"] = [=](Examiner& e) {
        return check(e, 4, e.random.integer(3, 4), false, {2, 0.02L, 0.5L}, weights);
    };
    all["a3.5.record"] = [=](Examiner& e) {
        return check(e, 4, e.random.integer(2, 3), false, {2, 0.02L, 0.5L}, record);
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_sgd(all);
    add_adam(all);
    add_clip(all);
    add_schedule(all);
    add_fit(all);
    const auto found = rules().find(drawn);
    if (found == rules().end()) throw std::runtime_error("there is no rule " + drawn);
    add_rule(all, found->second);
    return all;
}

}  // namespace judge
