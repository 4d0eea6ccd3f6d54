// Assignment a7: joins, tables and scores in plain loops, and what is asked about each. An entropy is known as a slope
// here, and a variance as a mean over pairs.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <cmath>

#include "tutorials/assignments/a7/metrics.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;
using Counts = std::vector<std::size_t>;

const std::vector<std::size_t> none{99};

Tensor tensor(const Shape& shape, const std::vector<Long>& data) {
    Tensor out(shape);
    out.data = data;
    return out;
}

// --- joins ----------------------------------------------------------------------------------------

/// Parts of each row or pixel, x first or c first.
Function joined(bool x_first) {
    return [=](const Tensors& in) {
        const Tensor &x = in[0], &c = in[1];
        const std::size_t own = x.shape.back(), more = c.shape[1],
                          pixels = x.data.size() / own / x.shape[0];
        Shape shape = x.shape;
        shape.back() += more;
        Tensor y(shape);
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const std::size_t pixel = i / (own + more), at = i % (own + more),
                              number = x_first ? at : (at + own) % (own + more);
            y.data[i] = number < own ? x.data[pixel * own + number]
                                     : c.data[pixel / pixels * more + number - own];
        }
        return y;
    };
}

/// W [z; c] + b for the one-hot c of labels; `first` is the column of label 0.
Function told(bool with_bias, bool labels_first) {
    return [=](const Tensors& in) {
        const Tensor &z = in[0], &w = in[1];
        const std::size_t d = z.shape[1], all = w.shape[1], hidden = w.shape[0];
        Tensor y({z.shape[0], hidden});
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const std::size_t row = i / hidden, unit = i % hidden;
            std::vector<Long> input(all, 0);
            for (std::size_t k = 0; k < d; ++k)
                input[labels_first ? all - d + k : k] = z.data[row * d + k];
            input[static_cast<std::size_t>(in[3].data[row]) + (labels_first ? 0 : d)] = 1;
            y.data[i] = with_bias ? in[2].data[unit] : 0;
            for (std::size_t k = 0; k < all; ++k) y.data[i] += w.data[unit * all + k] * input[k];
        }
        return y;
    };
}

void add_join(Checks& all) {
    Subject subject{"join", joined(true), {"x", "the condition"}, 0};
    subject.mistakes = {{"the condition stands behind x, not before it", joined(false)}};
    const auto rows = [](Examiner& e) {
        const std::size_t batch = e.random.integer(2, 4);
        return Tensors{e.random.cotangent({batch, e.random.integer(4, 6)}),
                       e.random.cotangent({batch, e.random.integer(2, 3)})};
    };
    const auto images = [](Examiner& e, std::size_t batch) {
        return Tensors{e.random.cotangent({batch, e.random.integer(2, 3), 4, 2}),
                       e.random.cotangent({batch, 3})};
    };
    const auto check = [=](Examiner& e, const Tensors& x,
                           const std::vector<std::size_t>& looked_at) {
        return check_gradients(e, subject, x, e.random.cotangent(subject.function(x).shape),
                               looked_at);
    };
    all["a7.1.rows"] = [=](Examiner& e) { return check_value(e, subject, rows(e)); };
    all["a7.1.planes"] = [=](Examiner& e) { return check_value(e, subject, images(e, 3)); };
    all["a7.1.input"] = [=](Examiner& e) { return check(e, images(e, 2), {0}); };
    all["a7.1.condition"] = [=](Examiner& e) { return check(e, images(e, 2), {1}); };
    all["a7.1.one"] = [=](Examiner& e) {
        const std::size_t batch = e.random.integer(1, 2);
        const Verdict of_rows = check(e, rows(e), {0, 1});
        if (!of_rows.passed) return of_rows;
        return check(e, {e.random.cotangent({batch, 1, 1, 1}), e.random.cotangent({batch, 1})},
                     {0, 1});
    };
}

void add_told(Checks& all) {
    Subject subject{"told", told(true, false), {"z", "the weight", "the bias", "the labels"}, 0};
    subject.mistakes = {{"the bias is missing", told(false, false)},
                        {"the columns of the labels stand behind those of z", told(true, true)}};
    const auto inputs = [](Examiner& e, const std::vector<Long>& labels, std::size_t classes) {
        const std::size_t d = e.random.integer(2, 4), hidden = e.random.integer(5, 6);
        return Tensors{e.random.cotangent({labels.size(), d}),
                       e.random.cotangent({hidden, d + classes}), e.random.cotangent({hidden}),
                       tensor({labels.size()}, labels)};
    };
    const auto check = [=](Examiner& e, const Tensors& x,
                           const std::vector<std::size_t>& looked_at) {
        return check_gradients(e, subject, x, e.random.cotangent({x[0].shape[0], x[1].shape[0]}),
                               looked_at);
    };
    const auto label = [](Examiner& e) { return static_cast<Long>(e.random.integer(0, 2)); };
    all["a7.2.value"] = [=](Examiner& e) {
        return check_value(e, subject, inputs(e, {label(e), 3, label(e), 0}, 4));
    };
    all["a7.2.code"] = [=](Examiner& e) { return check(e, inputs(e, {2, 0, label(e)}, 4), {0}); };
    all["a7.2.weight"] = [=](Examiner& e) { return check(e, inputs(e, {2, 0, 3, 1}, 4), {1}); };
    all["a7.2.bias"] = [=](Examiner& e) { return check(e, inputs(e, {2, 0, label(e)}, 4), {2}); };
    all["a7.2.again"] = [=](Examiner& e) {  // one label three times, others not at all
        const Long often = label(e);
        return check(e, inputs(e, {often, 3, often, often, 4}, 6), {0, 1, 2});
    };
    all["a7.2.one"] = [=](Examiner& e) { return check(e, inputs(e, {label(e)}, 3), {0, 1, 2}); };
}

// --- information ----------------------------------------------------------------------------------

/// Of weights, in nats: minus the slope of Σ pˢ at s = 1.
Long entropy(const std::vector<Long>& weights) {
    Long total = 0;
    for (const Long w : weights) total += w;
    const Function powers = [&](const Tensors& s) {
        Tensor y({}, 0);
        for (const Long w : weights)
            if (w > 0) y.data[0] += std::pow(w / total, s[0].data[0]);
        return y;
    };
    return -gradient(powers, {Tensor({}, 1)}, 0, Tensor({}, 1)).data[0];
}

/// Sums of the rows or of the columns of a table.
std::vector<Long> margin(const Tensor& table, std::size_t axis) {
    std::vector<Long> out(table.shape[axis], 0);
    for (std::size_t i = 0; i < table.data.size(); ++i)
        out[axis == 0 ? i / table.shape[1] : i % table.shape[1]] += table.data[i];
    return out;
}

Long shared(const Tensor& table) {
    return entropy(margin(table, 0)) + entropy(margin(table, 1)) - entropy(table.data);
}

void add_information(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& table) {
        const Tensor right =
            tensor({3}, {entropy(margin(table, 0)), entropy(margin(table, 1)), shared(table)});
        const auto changed = [=](auto change) {
            return [=] {
                Tensor wrong = right;
                change(wrong.data);
                return wrong;
            };
        };
        Expected expected{"both entropies, and the information", right};
        expected.mistakes = {
            {"in bits: nats are wanted", changed([](auto& x) {
                 for (Long& h : x) h /= std::log(2.0L);
             })},
            {"rows and columns are exchanged", changed([](auto& x) { std::swap(x[0], x[1]); })},
            {"this is the entropy of both together, not what they share",
             changed([](auto& x) { x[2] = x[0] + x[1] - x[2]; })},
            {"this is what is left to know of the labels, H(c) − I",
             changed([](auto& x) { x[2] = x[1] - x[2]; })},
            {"the sign of the information", changed([](auto& x) { x[2] = -x[2]; })}};
        return compare(e.ask("information", {table}), {{0, expected}});
    };
    all["a7.3.counts"] = [=](Examiner& e) {
        Tensor table({e.random.integer(2, 4), 5});
        for (Long& number : table.data) number = static_cast<Long>(e.random.integer(1, 30));
        return check(e, table);
    };
    all["a7.3.weights"] = [=](Examiner& e) {
        return check(e, e.random.tensor({4, e.random.integer(2, 3)}, 1e-6L, 1e-5L));
    };
    all["a7.3.independent"] = [=](Examiner& e) {
        const Tensor rows = e.random.tensor({3}, 0.5L, 2), columns = e.random.tensor({4}, 0.5L, 2);
        Tensor table({3, 4});
        for (std::size_t i = 0; i < 12; ++i)
            table.data[i] = static_cast<double>(rows.data[i / 4] * columns.data[i % 4]);
        return check(e, table);
    };
    all["a7.3.determined"] = [=](Examiner& e) {  // each kind has one label, in some order
        Tensor table({4, 4});
        const std::size_t shift = e.random.integer(1, 3);
        for (std::size_t i = 0; i < 4; ++i)
            table.data[4 * i + (i + shift) % 4] = static_cast<Long>(e.random.integer(1, 9));
        return check(e, table);
    };
    all["a7.3.empty"] = [=](Examiner& e) {  // a row and a column of zeros
        Tensor table = e.random.tensor({4, 5}, 1, 9);
        const std::size_t row = e.random.integer(0, 3), column = e.random.integer(0, 4);
        for (std::size_t i = 0; i < 20; ++i)
            if (i / 5 == row || i % 5 == column) table.data[i] = 0;
        return check(e, table);
    };
}

// --- the gap --------------------------------------------------------------------------------------

enum class Gap { right, values, best, raw, over, whole_range };

/// Which part of the range of this unit, or of all, each code is in: how many edges are not above it.
Counts parts(const Tensor& codes, std::size_t unit, std::size_t bins, Gap how) {
    const std::size_t n = codes.shape[0], units = codes.shape[1];
    const auto mine = [&](std::size_t i) { return how == Gap::whole_range || i % units == unit; };
    Long low = INFINITY, high = -INFINITY;
    for (std::size_t i = 0; i < codes.data.size(); ++i) {
        if (!mine(i)) continue;
        low = std::min(low, codes.data[i]);
        high = std::max(high, codes.data[i]);
    }
    Counts out(n, 0);
    const std::size_t last = how == Gap::over ? bins : bins - 1;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t edge = 1; edge <= last && high > low; ++edge)
            out[i] += codes.data[i * units + unit] >=
                      low + (high - low) * static_cast<Long>(edge) / static_cast<Long>(bins);
    return out;
}

Tensor gaps(const Tensor& codes, const Tensor& factors, std::size_t bins, Gap how = Gap::right) {
    const std::size_t n = codes.shape[0], units = codes.shape[1], count = factors.shape[1];
    Tensor out({count});
    for (std::size_t k = 0; k < count; ++k) {
        std::size_t values = 1;
        for (std::size_t i = k; i < factors.data.size(); i += count)
            values = std::max(values, static_cast<std::size_t>(factors.data[i]) + 1);
        std::vector<Long> told;
        Long all = 0;
        for (std::size_t u = 0; u < units; ++u) {
            const Counts part = parts(codes, u, bins, how);
            Tensor table({bins + 1, values});
            for (std::size_t i = 0; i < n; ++i)
                ++table.data[part[i] * values +
                             static_cast<std::size_t>(factors.data[i * count + k])];
            told.push_back(shared(table));
            all = entropy(margin(table, 1));
        }
        std::ranges::sort(told, std::greater());
        if (how == Gap::values) all = std::log(static_cast<Long>(values));
        if (how == Gap::raw) all = 1;
        if (all > 1e-12L) out.data[k] = (told[0] - (how == Gap::best ? 0 : told[1])) / all;
    }
    return out;
}

/// Whole numbers below `values`.
Tensor drawn_factors(Examiner& e, std::size_t n, const std::vector<std::size_t>& values) {
    Tensor out({n, values.size()});
    for (std::size_t i = 0; i < out.data.size(); ++i)
        out.data[i] = static_cast<Long>(
            i / values.size() == 0 ? values[i % values.size()] - 1  // each value's largest occurs
                                   : e.random.integer(0, values[i % values.size()] - 1));
    return out;
}

/// Unit j is a mixture of the factors with these weights, [unit][factor], and of noise.
Tensor codes_of(Examiner& e, const Tensor& factors, const std::vector<std::vector<Long>>& weights,
                Long noise) {
    const std::size_t n = factors.shape[0], count = factors.shape[1], units = weights.size();
    Tensor out({n, units});
    for (std::size_t i = 0; i < out.data.size(); ++i) {
        for (std::size_t k = 0; k < count; ++k)
            out.data[i] += weights[i % units][k] * factors.data[i / units * count + k];
        out.data[i] = static_cast<double>(out.data[i] + noise * e.random.uniform(-1, 1));
    }
    return out;
}

void add_gaps(Checks& all) {
    const auto check = [](Examiner& e, const Tensor& codes, const Tensor& factors,
                          std::size_t bins) {
        Expected expected{"gap of each factor", gaps(codes, factors, bins)};
        for (const auto& [cause, how] : std::vector<std::pair<std::string, Gap>>{
                 {"divided by ln of the number of values: by the entropy in these items is asked "
                  "for",
                  Gap::values},
                 {"the second best unit is not taken off", Gap::best},
                 {"it is not divided by the entropy of the factor", Gap::raw},
                 {"the largest code has a part of its own: it belongs to the last one", Gap::over},
                 {"the range is that of all units: each is cut in its own range",
                  Gap::whole_range}})
            expected.mistakes.emplace_back(cause,
                                           [=, h = how] { return gaps(codes, factors, bins, h); });
        return compare(e.ask("gaps " + std::to_string(bins), {codes, factors}), {{0, expected}});
    };
    all["a7.4.noise"] = [=](Examiner& e) {
        const Tensor v = drawn_factors(e, 40, {3, 4});
        return check(e, codes_of(e, v, {{0.3L, 0}, {0.1L, 0.2L}, {0, 0.3L}}, 0.8L), v, 6);
    };
    all["a7.4.bins"] = [=](Examiner& e) {
        const Tensor v = drawn_factors(e, 50, {4, 3});
        return check(e, codes_of(e, v, {{30, 0}, {0.1L, 0.2L}}, 0.7L), v, e.random.integer(3, 12));
    };
    all["a7.4.perfect"] = [=](Examiner& e) {
        const Tensor v = drawn_factors(e, 60, {3, 4, 2});
        return check(e, codes_of(e, v, {{0, 1.3L, 0}, {-0.7L, 0, 0}, {0, 0, 2.1L}}, 0.01L), v, 20);
    };
    all["a7.4.uneven"] = [=](Examiner& e) {  // one value of ten items in twelve
        Tensor v({36, 2});
        for (std::size_t i = 0; i < 36; ++i) {
            v.data[2 * i] = i % 12 == 3 ? 1 : i % 12 == 7 ? 2 : 0;
            v.data[2 * i + 1] = i < 9;
        }
        return check(e, codes_of(e, v, {{1, 0}, {0.2L, 0.7L}, {0, 0.3L}}, 0.4L), v, 5);
    };
    all["a7.4.shared"] = [=](Examiner& e) {  // two units that both tell the factor
        const Tensor v = drawn_factors(e, 40, {4, 2});
        return check(e, codes_of(e, v, {{1, 0}, {-2, 0}, {0, 1}, {0.5L, 0.5L}}, 0.3L), v, 8);
    };
    all["a7.4.still"] = [=](Examiner& e) {  // a unit and a factor that never change
        Tensor v = drawn_factors(e, 30, {3, 4}),
               z = codes_of(e, v, {{1, 0}, {0, 0.5L}, {0.3L, 1}}, 0.4L);
        for (std::size_t i = 0; i < 30; ++i) v.data[2 * i] = 2, z.data[3 * i + 1] = -0.75L;
        return check(e, z, v, 5);
    };
}

// --- votes ----------------------------------------------------------------------------------------

/// What often goes wrong.
enum class Votes { right, absolute, most, silent_too, by_training };

/// A mean over pairs of rows: for each unit, half their squared distance.
std::vector<Long> variances(const Tensor& x, std::size_t begin, std::size_t rows) {
    const std::size_t units = x.shape.back();
    std::vector<Long> out(units, 0);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t u = 0; u < units; ++u) {
                const Long far =
                    x.data[(begin + row) * units + u] - x.data[(begin + j) * units + u];
                out[u] += far * far / static_cast<Long>(2 * rows * rows);
            }
    return out;
}

Counts votes(const Tensor& groups, const std::vector<Long>& usual, Votes how) {
    Counts out;
    for (std::size_t g = 0; g < groups.shape[0]; ++g) {
        const auto here = variances(groups, g * groups.shape[1], groups.shape[1]);
        std::size_t best = usual.size();
        Long least = INFINITY;
        for (std::size_t unit = 0; unit < usual.size(); ++unit) {
            if (usual[unit] <= 0.01L && how != Votes::silent_too) continue;
            Long size = how == Votes::absolute ? here[unit] : here[unit] / usual[unit];
            if (how == Votes::most) size = -size;
            if (size < least) least = size, best = unit;
        }
        out.push_back(best);
    }
    return out;
}

/// Arrays as they are asked: all codes, groups and factors to learn from, groups and factors to judge by.
Long factor_vae(const Tensors& x, std::size_t factors, Votes how = Votes::right) {
    const auto usual = variances(x[0], 0, x[0].shape[0]);
    if (std::ranges::all_of(usual, [](Long v) { return v <= 0.01L; }) && how != Votes::silent_too)
        return 1 / static_cast<Long>(factors);
    const Counts learnt = votes(x[1], usual, how),
                 judged = votes(x[how == Votes::by_training ? 1 : 3], usual, how);
    const Tensor& factor = x[how == Votes::by_training ? 2 : 4];
    Long right = 0;
    for (std::size_t g = 0; g < judged.size(); ++g) {
        Counts counts(factors, 0);
        for (std::size_t other = 0; other < learnt.size(); ++other)
            if (learnt[other] == judged[g]) ++counts[static_cast<std::size_t>(x[2].data[other])];
        const auto meant = std::ranges::max_element(counts) - counts.begin();
        right += static_cast<Long>(meant) == factor.data[g];
    }
    return right / static_cast<Long>(judged.size());
}

/// Groups in which the units of one factor vary less: unit j belongs to factor j modulo F.
Tensors groups(Examiner& e, std::size_t factors, const std::vector<Long>& scales, Long closeness) {
    const std::size_t units = scales.size(), items = 5;
    const auto draw = [&](std::size_t unit) {
        return scales[unit] * (3 + e.random.uniform(-1, 1));
    };
    Tensors x{Tensor({25, units}), {}, {}, {}, {}};
    for (std::size_t i = 0; i < x[0].data.size(); ++i)
        x[0].data[i] = static_cast<double>(draw(i % units));
    for (const std::size_t part : {1, 3}) {
        const std::size_t count = part == 1 ? 31 : 23;
        x[part] = Tensor({count, items, units});
        x[part + 1] = Tensor({count});
        for (std::size_t g = 0; g < count; ++g) {
            const std::size_t factor = e.random.integer(0, factors - 1);
            x[part + 1].data[g] = static_cast<Long>(factor);
            for (std::size_t i = 0; i < items * units; ++i) {
                const std::size_t unit = i % units;
                const Long part_of_it = unit % factors == factor ? closeness : 1;
                x[part].data[g * items * units + i] =
                    static_cast<double>(part_of_it * draw(unit) + scales[unit]);
            }
        }
    }
    return x;
}

void add_votes(Checks& all) {
    const auto check = [](Examiner& e, const Tensors& x, std::size_t factors) {
        Expected expected{"score", Tensor({}, factor_vae(x, factors))};
        for (const auto& [cause, how] : std::vector<std::pair<std::string, Votes>>{
                 {"the variances in a group are not relative to those over all codes",
                  Votes::absolute},
                 {"the unit that varies most votes: the one that varies least is asked for",
                  Votes::most},
                 {"silent units vote: the ratio of two tiny variances says nothing",
                  Votes::silent_too},
                 {"it is judged by the groups that it has learnt from", Votes::by_training}})
            expected.mistakes.emplace_back(
                cause, [=, h = how] { return Tensor({}, factor_vae(x, factors, h)); });
        return compare(e.ask("factor_vae " + std::to_string(factors), x), {{0, expected}});
    };
    all["a7.5.noise"] = [=](Examiner& e) { return check(e, groups(e, 3, {1, 1, 1}, 1), 3); };
    all["a7.5.score"] = [=](Examiner& e) { return check(e, groups(e, 3, {1, 1, 1}, 0.6L), 3); };
    all["a7.5.scales"] = [=](Examiner& e) {
        return check(e, groups(e, 3, {20, 1, e.random.uniform(3, 5)}, 0.5L), 3);
    };
    all["a7.5.silent"] = [=](Examiner& e) {
        return check(e, groups(e, 3, {0.02L, 1, 1, 1.5L}, 0.6L), 3);
    };
    all["a7.5.many"] = [=](Examiner& e) {
        return check(e, groups(e, 2, {1, 2, 1, 2, 4}, 0.7L), 2);
    };
    all["a7.5.collapse"] = [=](Examiner& e) {
        const std::size_t factors = e.random.integer(3, 5);
        return check(e, groups(e, factors, {0.01L, 0.02L, 0.03L}, 0.5L), factors);
    };
}

// --- the metric of the term -----------------------------------------------------------------------

Column column(const Tensor& x, std::size_t k) {
    Column out;
    for (std::size_t i = k; i < x.data.size(); i += x.shape[1]) out.push_back(x.data[i]);
    return out;
}

void add_metric(Checks& all, const std::string& drawn) {
    const auto found = metrics().find(drawn);
    if (found == metrics().end()) throw std::runtime_error("there is no metric " + drawn);
    const auto table_of = [metric = found->second](const Tensors& x) {
        Table table(x[1].shape[1], Column(x[0].shape[1]));
        for (std::size_t k = 0; k < table.size(); ++k)
            for (std::size_t j = 0; j < table[k].size(); ++j)
                table[k][j] = metric.tie(column(x[0], j), column(x[1], k));
        return table;
    };
    const auto score = found->second.score;
    Subject subject{"metric",
                    [=](const Tensors& x) { return Tensor({}, score(table_of(x))); },
                    {"the codes", "the factors"},
                    0};
    subject.mistakes = {
        {"units and factors are exchanged",
         [=](const Tensors& x) { return Tensor({}, score(detail::turned(table_of(x)))); }},
        {"it is summed: a mean is asked for", [=](const Tensors& x) {
             return Tensor({}, score(table_of(x)) * static_cast<Long>(x[1].shape[1]));
         }}};
    // Codes of which no unit is tied to no factor at all: there a logarithm of a share has no slope.
    const auto tied = [=](Examiner& e, const Tensor& v, std::size_t units) {
        for (;;) {
            std::vector<std::vector<Long>> weights(units, std::vector<Long>(v.shape[1]));
            for (auto& row : weights)
                for (Long& w : row)
                    w = e.random.uniform(0.2L, 0.8L) * (e.random.integer(0, 1) ? 1 : -1);
            const Tensor z = codes_of(e, v, weights, 1.2L);
            const Table table = table_of({z, v});
            if (std::ranges::all_of(table, [](const Column& row) {
                    return std::ranges::all_of(row, [](Long a) { return a > 0.02L && a < 0.95L; });
                }))
                return z;
        }
    };
    const auto check = [=](Examiner& e, const std::vector<std::size_t>& values, std::size_t units,
                           Long shift, const Tensor& cotangent) {
        const Tensor v = drawn_factors(e, e.random.integer(9, 12), values);
        Tensor z = tied(e, v, units);
        for (Long& number : z.data) number = static_cast<double>(number + shift);
        return check_gradients(e, subject, {z, v}, cotangent, {0});
    };
    all["a7.6.value"] = [=](Examiner& e) {
        const Tensor v = drawn_factors(e, 11, {3, 4, 3});
        return check_value(e, subject,
                           {codes_of(e, v, {{0.4L, 0.1L, 0}, {0, -0.5L, 0.2L}}, 1.2L), v});
    };
    all["a7.6.slope"] = [=](Examiner& e) { return check(e, {3, 4}, 3, 0, Tensor({}, 1)); };
    all["a7.6.chain"] = [=](Examiner& e) { return check(e, {3, 4}, 3, 0, e.random.cotangent({})); };
    all["a7.6.two"] = [=](Examiner& e) {
        return check(e, {2, 3, 2, 4}, 2, 0, e.random.cotangent({}));
    };
    all["a7.6.shift"] = [=](Examiner& e) {
        return check(e, {3, 2}, 4, e.random.uniform(15, 25), e.random.cotangent({}));
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_join(all);
    add_told(all);
    add_information(all);
    add_gaps(all);
    add_votes(all);
    add_metric(all, drawn);
    return all;
}

}  // namespace judge
