// Operations along axes, operations that move elements, and the fused ones.
#include <cmath>
#include <limits>

#include "autograd/ops.hpp"
#include "op_families.hpp"

namespace optests {

using namespace autograd;
using Variables = std::vector<Variable>;
using Plains = std::vector<Plain>;

// --- sums and functions of a whole axis ---------------------------------------------------------

namespace {

std::size_t from_front(int axis, const Shape& shape) {
    return static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(shape.size()) : axis);
}

/// The shape or index without the axes, or with them at `left`.
Shape without(const Shape& shape, const std::vector<bool>& axes, bool keepdims, std::size_t left) {
    Shape out;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (!axes[i]) out.push_back(shape[i]);
        if (axes[i] && keepdims) out.push_back(left);
    }
    return out;
}

std::vector<bool> marked(const std::vector<int>& axes, const Shape& shape) {
    std::vector<bool> out(shape.size(), false);
    for (const int axis : axes) out[from_front(axis, shape)] = true;
    return out;
}

Plain plain_sum(const Plain& x, const std::vector<int>& axes, bool keepdims) {
    const std::vector<bool> summed = marked(axes, x.shape);
    Plain out(without(x.shape, summed, keepdims, 1));
    for_each_index(x.shape, [&](const Index& i) { out[without(i, summed, keepdims, 0)] += x[i]; });
    return out;
}

/// out[i] = f(x[i], the lane of x that i is in), a lane running along the axis.
template <class Function>
Plain plain_lanes(const Plain& x, int axis, Function f) {
    const std::size_t along = from_front(axis, x.shape);
    return tabulate(x.shape, [&](const Index& i) {
        std::vector<double> lane;
        for (std::size_t k = 0; k < x.shape[along]; ++k) lane.push_back(x[with(i, along, k)]);
        return f(x[i], lane);
    });
}

/// out = f(lane of x) for each lane along the axis.
template <class Function>
Plain plain_reduction(const Plain& x, int axis, bool keepdims, Function f) {
    const std::vector<bool> reduced = marked({axis}, x.shape);
    Plain out(without(x.shape, reduced, keepdims, 1));
    const Plain everywhere =
        plain_lanes(x, axis, [&](double, const auto& lane) { return f(lane); });
    for_each_index(x.shape,
                   [&](const Index& i) { out[without(i, reduced, keepdims, 0)] = everywhere[i]; });
    return out;
}

double sum_of_exp(const std::vector<double>& lane) {
    double sum = 0;
    for (const double x : lane) sum += std::exp(x);
    return sum;
}

/// The operations take their axes as a list in braces.
template <class Sum>
Variable over(const std::vector<int>& a, Sum sum) {
    switch (a.size()) {
        case 0:
            return sum({});
        case 1:
            return sum({a[0]});
        case 2:
            return sum({a[0], a[1]});
        default:
            return sum({a.at(0), a.at(1), a.at(2)});
    }
}

std::string with_axes(const std::string& operation, const std::vector<int>& axes, bool keepdims) {
    std::string out = operation + " {";
    for (const int axis : axes) out += text(axis) + ",";
    return out + (keepdims ? "} keepdims" : "}");
}

}  // namespace

void whole_sum(Table& table, const Shape& x) {
    const auto total = [](const Plain& v) {
        Plain out{Shape{}};
        for (const double element : v.elements) out.elements[0] += element;
        return out;
    };
    table.cases.push_back({name("sum", {x}),
                           {table.draw(x)},
                           [](const Variables& v) { return sum(v[0]); },
                           [=](const Plains& v) { return total(v[0]); },
                           {{0}}});
    if (element_count(x) == 0) return;
    table.cases.push_back({name("mean", {x}),
                           {table.draw(x)},
                           [](const Variables& v) { return mean(v[0]); },
                           [=](const Plains& v) {
                               Plain out = total(v[0]);
                               out.elements[0] /= static_cast<double>(v[0].elements.size());
                               return out;
                           },
                           {{0}}});
}

void axis_sum(Table& table, const Shape& x, const std::vector<int>& axes) {
    using List = std::initializer_list<int>;
    for (const bool keepdims : {false, true}) {
        table.cases.push_back({name(with_axes("sum", axes, keepdims), {x}),
                               {table.draw(x)},
                               [=](const Variables& v) {
                                   return over(
                                       axes, [&](List list) { return sum(v[0], list, keepdims); });
                               },
                               [=](const Plains& v) { return plain_sum(v[0], axes, keepdims); },
                               {{0}}});
        if (element_count(x) == 0) continue;
        table.cases.push_back(
            {name(with_axes("mean", axes, keepdims), {x}),
             {table.draw(x)},
             [=](const Variables& v) {
                 return over(axes, [&](List list) { return mean(v[0], list, keepdims); });
             },
             [=](const Plains& v) {
                 Plain out = plain_sum(v[0], axes, keepdims);
                 const std::size_t count = v[0].elements.size() / out.elements.size();
                 for (double& element : out.elements) element /= static_cast<double>(count);
                 return out;
             },
             {{0}}});
    }
}

void axis_function(Table& table, const Shape& x, int axis) {
    for (const bool keepdims : {false, true}) {
        table.cases.push_back({name(with_axes("max", {axis}, keepdims), {x}),
                               {table.draw_apart(x)},
                               [=](const Variables& v) { return max(v[0], axis, keepdims); },
                               [=](const Plains& v) {
                                   return plain_reduction(
                                       v[0], axis, keepdims, [](const auto& lane) {
                                           return *std::max_element(lane.begin(), lane.end());
                                       });
                               }});
        table.cases.push_back(
            {name(with_axes("log_sum_exp", {axis}, keepdims), {x}),
             {table.draw(x)},
             [=](const Variables& v) { return log_sum_exp(v[0], axis, keepdims); },
             [=](const Plains& v) {
                 return plain_reduction(v[0], axis, keepdims, [](const auto& lane) {
                     return std::log(sum_of_exp(lane));
                 });
             }});
    }
    table.cases.push_back({name(with_axes("softmax", {axis}, false), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return softmax(v[0], axis); },
                           [=](const Plains& v) {
                               return plain_lanes(v[0], axis, [](double e, const auto& lane) {
                                   return std::exp(e) / sum_of_exp(lane);
                               });
                           }});
    table.cases.push_back({name(with_axes("log_softmax", {axis}, false), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return log_softmax(v[0], axis); },
                           [=](const Plains& v) {
                               return plain_lanes(v[0], axis, [](double e, const auto& lane) {
                                   return e - std::log(sum_of_exp(lane));
                               });
                           }});
}

// --- what moves elements ------------------------------------------------------------------------

void transposition(Table& table, const Shape& x) {
    table.cases.push_back({name("transpose", {x}),
                           {table.draw(x)},
                           [](const Variables& v) { return transpose(v[0]); },
                           [](const Plains& v) {
                               const auto reversed = [](const Index& i) {
                                   return Index(i.rbegin(), i.rend());
                               };
                               return tabulate(reversed(v[0].shape),
                                               [&](const Index& i) { return v[0][reversed(i)]; });
                           },
                           {{0}}});
}

void transposition(Table& table, const Shape& x, const Indices& axes) {
    table.cases.push_back({name("transpose" + text(Shape(axes.begin(), axes.end())), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return transpose(v[0], axes); },
                           [=](const Plains& v) {
                               Shape shape = v[0].shape;
                               for (std::size_t i = 0; i < axes.size(); ++i)
                                   shape[i] = v[0].shape[axes[i]];
                               return tabulate(shape, [&](const Index& index) {
                                   Index from = index;
                                   for (std::size_t i = 0; i < axes.size(); ++i)
                                       from[axes[i]] = index[i];
                                   return v[0][from];
                               });
                           },
                           {{0}}});
}

void reshaping(Table& table, const Shape& x, const Shape& y) {
    table.cases.push_back({name("reshape", {x, y}),
                           {table.draw(x)},
                           [=](const Variables& v) { return reshape(v[0], y); },
                           [=](const Plains& v) {
                               Plain out = v[0];
                               out.shape = y;
                               return out;
                           },
                           {{0}}});
}

void concatenation(Table& table, const std::vector<Shape>& parts, int axis) {
    OpCase op{name("concat " + text(axis), parts),
              {},
              [=](const Variables& v) { return concat(v, axis); },
              [=](const Plains& v) {
                  const std::size_t along = from_front(axis, v[0].shape);
                  Shape shape = v[0].shape;
                  for (std::size_t p = 1; p < v.size(); ++p) shape[along] += v[p].shape[along];
                  return tabulate(shape, [&](const Index& i) {
                      std::size_t part = 0, position = i[along];
                      while (position >= v[part].shape[along]) position -= v[part++].shape[along];
                      return v[part][with(i, along, position)];
                  });
              },
              {{}}};
    for (const Shape& part : parts) {
        op.linear[0].push_back(op.inputs.size());
        op.inputs.push_back(table.draw(part));
    }
    table.cases.push_back(op);
}

void slicing(Table& table, const Shape& x, int axis, std::size_t begin, std::size_t end) {
    table.cases.push_back({name("slice " + text(axis) + " " + text(begin) + ".." + text(end), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return slice(v[0], axis, begin, end); },
                           [=](const Plains& v) {
                               const std::size_t along = from_front(axis, v[0].shape);
                               return tabulate(with(v[0].shape, along, end - begin),
                                               [&](const Index& i) {
                                                   return v[0][with(i, along, i[along] + begin)];
                                               });
                           },
                           {{0}}});
}

void gathering(Table& table, const Shape& x, std::size_t rows) {
    const Indices chosen = table.draw_indices(rows, x[0]);
    table.cases.push_back({name("gather " + text(rows), {x}),
                           {table.draw(x)},
                           [=](const Variables& v) { return gather(v[0], chosen); },
                           [=](const Plains& v) {
                               return tabulate(with(v[0].shape, 0, rows), [&](const Index& i) {
                                   return v[0][with(i, 0, chosen[i[0]])];
                               });
                           },
                           {{0}}});
    if (rows % 2 != 0) return;
    table.cases.push_back({name("gather " + text(rows) + " in pairs", {x}),
                           {table.draw(x)},
                           [=](const Variables& v) {
                               return gather(v[0], chosen, {rows / 2, 2});
                           },
                           [=](const Plains& v) {
                               Shape shape{rows / 2, 2};
                               shape.insert(shape.end(), x.begin() + 1, x.end());
                               return tabulate(shape, [&](const Index& i) {
                                   Index at(i.begin() + 1, i.end());
                                   at[0] = chosen[2 * i[0] + i[1]];
                                   return v[0][at];
                               });
                           },
                           {{0}}});
}

// --- fused --------------------------------------------------------------------------------------

namespace {

/// out[b] = Σ f(elements of example b).
template <class Function, class... Inputs>
Plain per_example(Function f, const Plain& first, const Inputs&... x) {
    Plain out(Shape{first.shape[0]});
    for_each_index(first.shape, [&](const Index& i) { out[{i[0]}] += f(first[i], x[i]...); });
    return out;
}

double kl(double mean, double log_variance, double prior_mean, double prior_log_variance) {
    const double s = std::exp(log_variance / 2), r = std::exp(prior_log_variance / 2);
    const double distance = mean - prior_mean;
    return std::log(r / s) + (s * s + distance * distance) / (2 * r * r) - 0.5;
}

}  // namespace

void loss(Table& table, const Shape& x) {
    table.cases.push_back({name("bce_with_logits", {x}),
                           {table.draw(x, {-4, 4}), table.draw(x, {0, 1})},
                           [](const Variables& v) { return bce_with_logits(v[0], v[1]); },
                           [](const Plains& v) {
                               return per_example(
                                   [](double logit, double target) {
                                       const double p = 1 / (1 + std::exp(-logit));
                                       return -target * std::log(p) -
                                              (1 - target) * std::log(1 - p);
                                   },
                                   v[0], v[1]);
                           }});
    table.cases.push_back(
        {name("squared_error", {x}),
         {table.draw(x), table.draw(x)},
         [](const Variables& v) { return squared_error(v[0], v[1]); },
         [](const Plains& v) {
             return per_example([](double a, double b) { return (a - b) * (a - b); }, v[0], v[1]);
         }});
    table.cases.push_back({name("gaussian_kl", {x}),
                           {table.draw(x), table.draw(x)},
                           [](const Variables& v) { return gaussian_kl(v[0], v[1]); },
                           [](const Plains& v) {
                               return per_example([](double m, double l) { return kl(m, l, 0, 0); },
                                                  v[0], v[1]);
                           }});
    table.cases.push_back(
        {name("gaussian_kl to a prior", {x}),
         {table.draw(x), table.draw(x), table.draw(x), table.draw(x)},
         [](const Variables& v) { return gaussian_kl(v[0], v[1], v[2], v[3]); },
         [](const Plains& v) { return per_example(kl, v[0], v[1], v[2], v[3]); }});
}

void mean_square(Table& table, const Shape& x) {
    table.cases.push_back({name("mse", {x}),
                           {table.draw(x), table.draw(x)},
                           [](const Variables& v) { return mse(v[0], v[1]); },
                           [](const Plains& v) {
                               Plain out{Shape{}};
                               for_each_index(v[0].shape, [&](const Index& i) {
                                   out.elements[0] += (v[0][i] - v[1][i]) * (v[0][i] - v[1][i]);
                               });
                               out.elements[0] /= static_cast<double>(v[0].elements.size());
                               return out;
                           }});
}

void sample(Table& table, const Shape& x) {
    table.cases.push_back(
        {name("reparameterize", {x}),
         {table.draw(x), table.draw(x), table.draw(x)},
         [](const Variables& v) { return reparameterize(v[0], v[1], v[2]); },
         [](const Plains& v) {
             return map(
                 v[0].shape, [](double m, double l, double e) { return m + std::exp(l / 2) * e; },
                 v[0], v[1], v[2]);
         },
         {{0, 2}}});
}

void classification(Table& table, std::size_t examples, std::size_t classes) {
    const Indices labels = table.draw_indices(examples, classes);
    table.cases.push_back(
        {name("cross_entropy_with_logits", {Shape{examples, classes}}),
         {table.draw({examples, classes})},
         [=](const Variables& v) { return cross_entropy_with_logits(v[0], labels); },
         [=](const Plains& v) {
             return tabulate(Shape{examples}, [&](const Index& b) {
                 double total = 0;
                 for (std::size_t c = 0; c < classes; ++c) total += std::exp(v[0][{b[0], c}]);
                 return -std::log(std::exp(v[0][{b[0], labels[b[0]]}]) / total);
             });
         }});
}

}  // namespace optests
