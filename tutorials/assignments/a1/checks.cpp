// Assignment a1: the functions of its tasks in plain loops, and what is asked about each.

#include "tutorials/assignments/judge/check.hpp"

#include <cmath>

#include "tutorials/assignments/a1/activations.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;

// --- functions in plain loops ---------------------------------------------------------------------

Long sigmoid(Long x) { return 1 / (1 + std::exp(-x)); }

Tensor divide(const Tensors& x) {
    const Tensor &a = x.at(0), &b = x.at(1);
    Shape shape(std::max(a.shape.size(), b.shape.size()), 1);
    for (const Tensor* each : {&a, &b})
        for (std::size_t back = 1; back <= each->shape.size(); ++back) {
            std::size_t& extent = shape[shape.size() - back];
            extent = std::max(extent, each->shape[each->shape.size() - back]);
        }
    Tensor y(shape);
    for (std::size_t i = 0; i < y.data.size(); ++i)
        y.data[i] =
            a.data[broadcast_index(shape, i, a.shape)] / b.data[broadcast_index(shape, i, b.shape)];
    return y;
}

/// y = x·Wᵀ, and + b if there is one.
Tensor linear(const Tensors& x) {
    const std::size_t in = x.at(1).shape[1], out = x[1].shape[0];
    Shape shape = x[0].shape;
    shape.back() = out;
    Tensor y(shape);
    for (std::size_t i = 0; i < y.data.size(); ++i) {
        const std::size_t row = i / out, column = i % out;
        y.data[i] = x.size() > 2 ? x[2].data[column] : 0;
        for (std::size_t k = 0; k < in; ++k)
            y.data[i] += x[0].data[row * in + k] * x[1].data[column * in + k];
    }
    return y;
}

/// Along one axis, counted from the front.
Function softmax(std::size_t axis) {
    return [axis](const Tensors& x) {
        Tensor y = x.at(0);
        std::size_t inner = 1;
        for (std::size_t k = axis + 1; k < y.shape.size(); ++k) inner *= y.shape[k];
        const std::size_t extent = y.shape[axis];
        for (std::size_t i = 0; i < y.data.size(); ++i) {
            const std::size_t first = i - i / inner % extent * inner;
            Long total = 0;  // of exponentials that cannot overflow
            for (std::size_t k = 0; k < extent; ++k)
                total += std::exp(x[0].data[first + k * inner] - x[0].data[i]);
            y.data[i] = 1 / total;
        }
        return y;
    };
}

/// f(x) + 3x.
Function beside(const Function& f) {
    return [f](const Tensors& x) {
        Tensor y = f(x);
        for (std::size_t i = 0; i < y.data.size(); ++i) y.data[i] += 3 * x[0].data[i];
        return y;
    };
}

/// Repeats a small array along the axes that it lacks.
Function broadcast_to(const Shape& large) {
    return [large](const Tensors& x) {
        Tensor y(large);
        for (std::size_t i = 0; i < y.data.size(); ++i)
            y.data[i] = x.at(0).data[broadcast_index(large, i, x[0].shape)];
        return y;
    };
}

/// One line of a record: what is done with the lines of these two numbers.
enum What { add, multiply, hyperbolic };
struct Line {
    What what;
    std::size_t a, b;
};

/// The record's line number `result`; the first lines are the inputs.
Function graph(const std::vector<Line>& program, std::size_t result) {
    return [=](const Tensors& x) {
        Tensors lines(x.begin(), x.end() - 1);  // without the program itself
        for (const Line& line : program) {
            Tensor y = lines.at(line.a);
            const Tensor& b = lines.at(line.b);
            for (std::size_t i = 0; i < y.data.size(); ++i)
                y.data[i] = line.what == add        ? y.data[i] + b.data[i]
                            : line.what == multiply ? y.data[i] * b.data[i]
                                                    : std::tanh(y.data[i]);
            lines.push_back(y);
        }
        return lines.at(result);
    };
}

// --- checks ---------------------------------------------------------------------------------------

/// The checks of a function of each element, from this prefix on.
void add_elementwise(std::map<std::string, Check>& all, const std::string& task,
                     const std::string& operation, Long (*f)(Long)) {
    const Subject subject{operation, elementwise(f), {"x"}};
    all[task + ".slope"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(3, 5), e.random.integer(6, 9)};
        return check_gradients(e, subject, {e.random.cotangent(shape)}, Tensor(shape, 1));
    };
    all[task + ".chain"] = [=](Examiner& e) {
        const Shape shape{1, e.random.integer(10, 19)};
        return check_gradients(e, subject, {e.random.cotangent(shape)}, e.random.cotangent(shape));
    };
    all[task + ".adds"] = [=](Examiner& e) {
        const Shape shape{e.random.integer(2, 4), 1, e.random.integer(3, 5)};
        const Subject both{operation + "_beside", beside(subject.function), {"x"}, 3};
        return check_gradients(e, both, {e.random.cotangent(shape)}, e.random.cotangent(shape));
    };
    all[task + ".large"] = [=](Examiner& e) {
        Tensor x = e.random.cotangent({8});
        for (std::size_t i = 0; i < x.data.size(); ++i)
            x.data[i] = (i % 2 ? 1 : -1) * e.random.uniform(i < 2 ? 750 : 30, 900);
        return check_gradients(e, subject, {x}, e.random.cotangent(x.shape));
    };
}

void add_divide(std::map<std::string, Check>& all) {
    const Subject subject{"divide", divide, {"a", "b"}};
    const auto same = [=](Examiner& e, std::size_t k) {
        const Shape shape{e.random.integer(2, 4), e.random.integer(5, 7)};
        return check_gradients(e, subject, {e.random.cotangent(shape), e.random.cotangent(shape)},
                               e.random.cotangent(shape), {k});
    };
    all["a1.4.dividend"] = [=](Examiner& e) { return same(e, 0); };
    all["a1.4.divisor"] = [=](Examiner& e) { return same(e, 1); };
    all["a1.4.broadcast"] = [=](Examiner& e) {
        const std::size_t m = e.random.integer(2, 4), n = e.random.integer(5, 9);
        return check_gradients(e, subject, {e.random.cotangent({m, 1}), e.random.cotangent({n})},
                               e.random.cotangent({m, n}));
    };
    all["a1.4.itself"] = [=](Examiner& e) {
        const Shape shape{1, e.random.integer(3, 9)};
        const Subject itself{"divide_itself",
                             [](const Tensors& x) {
                                 return divide({x[0], x[0]});
                             },
                             {"x"}};
        return check_gradients(e, itself, {e.random.cotangent(shape)}, e.random.cotangent(shape));
    };
}

void add_linear(std::map<std::string, Check>& all) {
    const Subject subject{"linear", linear, {"x", "the weight", "the bias"}};
    const auto check = [=](Examiner& e, Shape rows, bool bias,
                           const std::vector<std::size_t>& looked_at) {
        const std::size_t in = e.random.integer(4, 6), out = e.random.integer(7, 9);
        Shape x = rows, y = rows;
        x.push_back(in);
        y.push_back(out);
        Tensors inputs{e.random.cotangent(x), e.random.cotangent({out, in})};
        if (bias) inputs.push_back(e.random.cotangent({out}));
        return check_gradients(e, subject, inputs, e.random.cotangent(y), looked_at);
    };
    all["a1.5.input"] = [=](Examiner& e) { return check(e, {3}, true, {0}); };
    all["a1.5.weight"] = [=](Examiner& e) { return check(e, {3}, true, {1}); };
    all["a1.5.bias"] = [=](Examiner& e) { return check(e, {3}, true, {2}); };
    all["a1.5.one_row"] = [=](Examiner& e) { return check(e, {1}, true, {}); };
    all["a1.5.no_bias"] = [=](Examiner& e) { return check(e, {2, 3}, false, {}); };
}

void add_softmax(std::map<std::string, Check>& all) {
    const auto check = [](Examiner& e, const Shape& shape, int axis, Long size) {
        const std::size_t from_front = axis < 0 ? shape.size() - 1 : static_cast<std::size_t>(axis);
        const Subject subject{"softmax " + std::to_string(axis), softmax(from_front), {"x"}};
        Tensor x = e.random.cotangent(shape);
        for (Long& number : x.data) number = static_cast<double>(number * size);
        return check_gradients(e, subject, {x}, e.random.cotangent(shape));
    };
    all["a1.6.rows"] = [=](Examiner& e) { return check(e, {e.random.integer(2, 4), 7}, -1, 1); };
    all["a1.6.columns"] = [=](Examiner& e) {
        return check(e, {e.random.integer(2, 3), e.random.integer(4, 5), 3}, 1, 1);
    };
    all["a1.6.large"] = [=](Examiner& e) { return check(e, {3, 5}, -1, 1000); };
    all["a1.6.adds"] = [](Examiner& e) {
        const Shape shape{1, e.random.integer(3, 9)};
        const Subject both{"softmax_beside 1", beside(softmax(1)), {"x"}, 3};
        return check_gradients(e, both, {e.random.cotangent(shape)}, e.random.cotangent(shape));
    };
}

void add_reduce(std::map<std::string, Check>& all) {
    const auto check = [](Examiner& e, const Shape& large, const Shape& small, bool add) {
        const Tensor x = e.random.cotangent(large), before = e.random.cotangent(small);
        Tensor sums = gradient(broadcast_to(large), {before}, 0, x);
        Tensor alone = sums;
        if (add)
            for (std::size_t i = 0; i < sums.data.size(); ++i) sums.data[i] += before.data[i];
        const std::size_t each = x.data.size() / sums.data.size();
        const Expected expected{
            "sums",
            sums,
            {{"what was there before is lost: beta is 1 here", [=] { return alone; }}},
            {each}};
        return compare(e.ask(add ? "reduce add" : "reduce write", {x, before}), {{0, expected}});
    };
    all["a1.3.rows"] = [=](Examiner& e) {
        return check(e, {e.random.integer(65, 90), 43}, {43}, false);
    };
    all["a1.3.columns"] = [=](Examiner& e) {
        const std::size_t n = e.random.integer(3, 5);
        return check(e, {n, 7}, {n, 1}, false);
    };
    all["a1.3.scalar"] = [=](Examiner& e) {
        return check(e, {1, e.random.integer(5, 9)}, {}, false);
    };
    all["a1.3.middle"] = [=](Examiner& e) {
        const std::size_t n = e.random.integer(3, 5);
        return check(e, {2, n, 4}, {n, 1}, false);
    };
    all["a1.3.adds"] = [=](Examiner& e) {
        const std::size_t n = e.random.integer(3, 5);
        return check(e, {n, 7}, {n, 1}, true);
    };
}

void add_sweep(std::map<std::string, Check>& all) {
    const auto check = [](Examiner& e, std::size_t inputs, const std::vector<Line>& program,
                          std::size_t result) {
        const Shape shape{e.random.integer(1, 2), e.random.integer(3, 4)};
        Tensors arrays;
        for (std::size_t k = 0; k < inputs; ++k)
            arrays.push_back(e.random.tensor(shape, -0.9L, 0.9L));
        Tensor lines({program.size(), 3});
        for (std::size_t i = 0; i < program.size(); ++i) {
            lines.data[3 * i] = program[i].what;
            lines.data[3 * i + 1] = static_cast<Long>(program[i].a);
            lines.data[3 * i + 2] = static_cast<Long>(program[i].b);
        }
        std::vector<std::size_t> looked_at(inputs);
        for (std::size_t k = 0; k < inputs; ++k) looked_at[k] = k;
        arrays.push_back(lines);
        const Subject subject{"graph " + std::to_string(result),
                              graph(program, result),
                              {"x", "the second input", "the third input"},
                              0};
        return check_gradients(e, subject, arrays, e.random.cotangent(shape), looked_at);
    };
    // Numbers below are those of lines; the inputs are the first.
    all["a1.1.chain"] = [=](Examiner& e) {
        return check(e, 1, {{hyperbolic, 0, 0}, {hyperbolic, 1, 1}, {hyperbolic, 2, 2}}, 3);
    };
    all["a1.1.twice"] = [=](Examiner& e) {  // u = tanh(xy) is used by three later lines
        return check(e, 2,
                     {{multiply, 0, 1},
                      {hyperbolic, 2, 2},
                      {multiply, 3, 0},
                      {hyperbolic, 3, 3},
                      {add, 4, 5},
                      {multiply, 6, 3}},
                     7);
    };
    all["a1.1.ladder"] = [=](Examiner& e) {  // x doubles at every rung: there are 2⁴⁰ ways back
        std::vector<Line> rungs;
        for (std::size_t i = 0; i < 40; ++i) rungs.push_back({add, i, i});
        rungs.push_back({multiply, 40, 0});
        return check(e, 1, rungs, 41);
    };
    all["a1.1.middle"] =
        [=](Examiner& e) {  // what leads nowhere, or stands behind the result, has no say
            return check(e, 3,
                         {{multiply, 0, 1},
                          {hyperbolic, 2, 2},
                          {hyperbolic, 3, 3},
                          {multiply, 5, 2},
                          {hyperbolic, 6, 6}},
                         6);
        };
}

}  // namespace

std::map<std::string, Check> checks(const std::string& drawn) {
    std::map<std::string, Check> all;
    add_elementwise(all, "a1.2", "sigmoid", sigmoid);
    add_divide(all);
    add_linear(all);
    add_softmax(all);
    add_reduce(all);
    add_sweep(all);
    const auto f = activations().find(drawn);
    if (f == activations().end()) throw std::runtime_error("there is no activation " + drawn);
    add_elementwise(all, "a1.7", "activation", f->second);
    const Subject drawn_one{"activation", elementwise(f->second), {"x"}};
    all["a1.7.value"] = [=](Examiner& e) {
        return check_value(e, drawn_one, {e.random.cotangent({e.random.integer(2, 4), 5})});
    };
    return all;
}

}  // namespace judge
