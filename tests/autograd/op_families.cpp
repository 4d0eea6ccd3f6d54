#include "op_families.hpp"

#include <cmath>

#include "autograd/ops.hpp"

namespace optests {

using namespace autograd;
using Variables = std::vector<Variable>;
using Plains = std::vector<Plain>;

Array Table::draw(const Shape& shape, const Domain& domain) {
    Array out = Array::from_shape(shape);
    const auto near_kink = [&](double x) {
        return std::any_of(domain.kinks.begin(), domain.kinks.end(),
                           [&](double kink) { return std::abs(x - kink) < 0.05; });
    };
    for (Real& element : out.storage()) {
        double x = 0;
        do {
            x = domain.low + (domain.high - domain.low) * static_cast<double>(engine_()) / 0x1p32;
        } while (near_kink(x));
        element = static_cast<Real>(static_cast<float>(x));  // the same in both precisions
    }
    return out;
}

Array Table::draw_apart(const Shape& shape) {
    Array out = Array::from_shape(shape);
    auto& elements = out.storage();
    for (std::size_t i = 0; i < elements.size(); ++i) {  // a shuffle as it is dealt
        const std::size_t j = engine_() % (i + 1);
        elements[i] = elements[j];
        elements[j] = 4 * static_cast<float>(i) / static_cast<float>(elements.size()) - 2;
    }
    return out;
}

Indices Table::draw_indices(std::size_t count, std::size_t below) {
    Indices out(count);
    for (std::size_t& index : out) index = engine_() % below;
    return out;
}

std::string name(const std::string& operation, const std::vector<Shape>& shapes) {
    std::string out = operation;
    for (const Shape& shape : shapes) out.append(" ").append(text(shape));
    return out;
}

Index with(Index index, std::size_t axis, std::size_t position) {
    index[axis] = position;
    return index;
}

// --- functions of each element ------------------------------------------------------------------

namespace {

struct Unary {
    const char* name;
    Variable (*function)(Variable);
    double (*reference)(double);
    Domain domain{};
    bool linear = false;
};

const std::vector<Unary>& unaries() {
    // The constants are exact in single precision.
    static const std::vector<Unary> all = {
        {"exp", exp, std::exp},
        {"log", log, std::log, {0.25, 4}},
        {"sqrt", sqrt, std::sqrt, {0.25, 4}},
        {"square", square, [](double x) { return x * x; }},
        {"abs", abs, std::abs, {-2, 2, {0}}},
        {"tanh", tanh, std::tanh},
        {"sigmoid", sigmoid, [](double x) { return 0.5 * (1 + std::tanh(0.5 * x)); }, {-6, 6}},
        {"relu", relu, [](double x) { return std::fmax(x, 0); }, {-2, 2, {0}}},
        {"leaky_relu",
         [](Variable x) { return leaky_relu(x); },
         // The default slope is the nearest Real to 0.01.
         [](double x) { return x > 0 ? x : double{Real(0.01)} * x; },
         {-2, 2, {0}}},
        {"leaky_relu 0.25",
         [](Variable x) { return leaky_relu(x, 0.25); },
         [](double x) { return std::fmax(x, 0.25 * x); },
         {-2, 2, {0}}},
        {"softplus", softplus, [](double x) { return std::log1p(std::exp(x)); }, {-6, 6}},
        {"elu",
         [](Variable x) { return elu(x); },
         [](double x) { return x > 0 ? x : std::expm1(x); },
         {-2, 2, {0}}},
        {"elu 0.75",
         [](Variable x) { return elu(x, 0.75); },
         [](double x) { return x > 0 ? x : 0.75 * std::expm1(x); },
         {-2, 2, {0}}},
        {"clip",
         [](Variable x) { return clip(x, -0.5, 1); },
         [](double x) { return std::fmin(std::fmax(x, -0.5), 1); },
         {-2, 2, {-0.5, 1}}},
        {"negate", [](Variable x) { return -x; }, [](double x) { return -x; }, {}, true},
        {"x + c", [](Variable x) { return x + 1.5; }, [](double x) { return x + 1.5; }},
        {"c + x", [](Variable x) { return 1.5 + x; }, [](double x) { return 1.5 + x; }},
        {"x - c", [](Variable x) { return x - 1.5; }, [](double x) { return x - 1.5; }},
        {"c - x", [](Variable x) { return 1.5 - x; }, [](double x) { return 1.5 - x; }},
        {"x * c", [](Variable x) { return x * 1.5; }, [](double x) { return x * 1.5; }, {}, true},
        {"c * x", [](Variable x) { return 1.5 * x; }, [](double x) { return 1.5 * x; }, {}, true},
        {"x / c", [](Variable x) { return x / 1.5; }, [](double x) { return x / 1.5; }, {}, true},
        {"c / x", [](Variable x) { return 1.5 / x; }, [](double x) { return 1.5 / x; }, {0.5, 2}},
    };
    return all;
}

/// In which inputs an operation is linear while the others are held fixed.
enum class Linear { jointly, in_each, in_first };

std::vector<Indices> linear_sets(Linear linear) {
    if (linear == Linear::jointly) return {{0, 1}};
    if (linear == Linear::in_each) return {{0}, {1}};
    return {{0}};
}

struct Binary {
    const char* name;
    Variable (*function)(Variable, Variable);
    double (*reference)(double, double);
    Linear linear;
    Domain second{};
};

const std::vector<Binary>& binaries() {
    static const std::vector<Binary> all = {
        {"add", [](Variable a, Variable b) { return a + b; },
         [](double a, double b) { return a + b; }, Linear::jointly},
        {"subtract", [](Variable a, Variable b) { return a - b; },
         [](double a, double b) { return a - b; }, Linear::jointly},
        {"multiply", [](Variable a, Variable b) { return a * b; },
         [](double a, double b) { return a * b; }, Linear::in_each},
        {"divide",
         [](Variable a, Variable b) { return a / b; },
         [](double a, double b) { return a / b; },
         Linear::in_first,
         {0.5, 2}},
    };
    return all;
}

}  // namespace

void elementwise(Table& table, const Shape& x) {
    for (const Unary& op : unaries())
        table.cases.push_back(
            {name(op.name, {x}),
             {table.draw(x, op.domain)},
             [&op](const Variables& v) { return op.function(v[0]); },
             [&op](const Plains& v) { return map(v[0].shape, op.reference, v[0]); },
             op.linear ? std::vector<Indices>{{0}} : std::vector<Indices>{}});
}

void broadcasting(Table& table, const Shape& a, const Shape& b) {
    for (const Binary& op : binaries())
        table.cases.push_back({name(op.name, {a, b}),
                               {table.draw(a), table.draw(b, op.second)},
                               [&op](const Variables& v) { return op.function(v[0], v[1]); },
                               [&op](const Plains& v) {
                                   return map(broadcast(v[0].shape, v[1].shape), op.reference, v[0],
                                              v[1]);
                               },
                               linear_sets(op.linear)});
}

void choice(Table& table, const Shape& condition, const Shape& a, const Shape& b) {
    Array chosen = Array::from_shape(condition);
    for (Real& c : chosen.storage())  // whatever is not 0 chooses a
        c = std::vector<Real>{0, 1, -2}[table.draw_indices(1, 3)[0]];
    table.cases.push_back(
        {name("where", {condition, a, b}),
         {table.draw(a), table.draw(b)},
         [chosen](const Variables& v) { return where(v[0].tape().constant(chosen), v[0], v[1]); },
         [chosen = Plain(chosen)](const Plains& v) {
             const Shape shape = broadcast(chosen.shape, broadcast(v[0].shape, v[1].shape));
             return map(
                 shape, [](double c, double s, double t) { return c != 0 ? s : t; }, chosen, v[0],
                 v[1]);
         },
         {{0, 1}}});
}

// --- matrix products ----------------------------------------------------------------------------

void matrix_product(Table& table, const Shape& a, const Shape& b) {
    table.cases.push_back({name("matmul", {a, b}),
                           {table.draw(a), table.draw(b)},
                           [](const Variables& v) { return matmul(v[0], v[1]); },
                           [](const Plains& v) {
                               Shape shape = v[0].shape;
                               shape.back() = v[1].shape.back();
                               return tabulate(shape, [&](const Index& i) {
                                   const std::size_t last = i.size() - 1;
                                   double sum = 0;
                                   for (std::size_t k = 0; k < v[0].shape.back(); ++k)
                                       sum += v[0][with(i, last, k)] * v[1][with(i, last - 1, k)];
                                   return sum;
                               });
                           },
                           {{0}, {1}}});
}

void linear_map(Table& table, const Shape& x, std::size_t out) {
    const Shape weight{out, x.back()}, bias{out};
    const auto reference = [](const Plains& v) {
        Shape shape = v[0].shape;
        shape.back() = v[1].shape[0];
        return tabulate(shape, [&](const Index& i) {
            double sum = v.size() == 3 ? v[2][{i.back()}] : 0;
            for (std::size_t k = 0; k < v[1].shape[1]; ++k)
                sum += v[0][with(i, i.size() - 1, k)] * v[1][{i.back(), k}];
            return sum;
        });
    };
    table.cases.push_back({name("linear", {x, weight, bias}),
                           {table.draw(x), table.draw(weight), table.draw(bias)},
                           [](const Variables& v) { return linear(v[0], v[1], v[2]); },
                           reference,
                           {{0, 2}, {1, 2}}});
    table.cases.push_back({name("linear", {x, weight}),
                           {table.draw(x), table.draw(weight)},
                           [](const Variables& v) { return linear(v[0], v[1]); },
                           reference,
                           {{0}, {1}}});
}

}  // namespace optests
