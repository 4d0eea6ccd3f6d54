// Assignment a9: the functions of its tasks in plain loops, and what is asked about each. A transpose is known by what
// it is, ⟨y, f(x)⟩ = ⟨fᵀ(y), x⟩, and never as loops of its own.

#include "tutorials/assignments/judge/check.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "tutorials/assignments/a9/filters.hpp"

namespace judge {

namespace {

using Tensors = std::vector<Tensor>;
using Checks = std::map<std::string, Check>;

// --- functions in plain loops ---------------------------------------------------------------------

/// How a window moves over images (B, H, W, C).
struct Window {
    std::size_t tall, wide, stride = 1, padding = 0;

    std::size_t down(const Shape& x) const { return (x[1] + 2 * padding - tall) / stride + 1; }
    std::size_t across(const Shape& x) const { return (x[2] + 2 * padding - wide) / stride + 1; }
    std::string words() const {
        return std::to_string(tall) + " " + std::to_string(wide) + " " + std::to_string(stride) +
               " " + std::to_string(padding);
    }
};

/// Takes the place of a number in an array apart, from the last axis on.
class Place {
  public:
    explicit Place(std::size_t flat) : rest_(flat) {}
    std::size_t operator()(std::size_t extent) {
        const std::size_t at = rest_ % extent;
        rest_ /= extent;
        return at;
    }
    std::size_t rest() const { return rest_; }

  private:
    std::size_t rest_;
};

/// Rows and columns are counted from the corner of the padding, which holds zeros.
Long pixel(const Tensor& x, std::size_t image, std::size_t row, std::size_t column,
           std::size_t channel, std::size_t padding) {
    const std::size_t i = row - padding, j = column - padding;  // huge if negative
    if (i >= x.shape[1] || j >= x.shape[2]) return 0;
    return x.data[((image * x.shape[1] + i) * x.shape[2] + j) * x.shape[3] + channel];
}

/// In which order the numbers of a patch stand. The first is right.
enum class Order { rows_first, columns_first, channels_first };

Function gathered(Window w, Order order = Order::rows_first) {
    return [=](const Tensors& x) {
        const Shape& s = x[0].shape;
        Tensor y({s[0] * w.down(s) * w.across(s), w.tall * w.wide * s[3]});
        for (std::size_t flat = 0; flat < y.data.size(); ++flat) {
            Place at(flat);
            std::size_t channel = 0, row = 0, column = 0;
            if (order == Order::channels_first)
                column = at(w.wide), row = at(w.tall), channel = at(s[3]);
            else if (order == Order::columns_first)
                channel = at(s[3]), row = at(w.tall), column = at(w.wide);
            else
                channel = at(s[3]), column = at(w.wide), row = at(w.tall);
            column += at(w.across(s)) * w.stride;
            row += at(w.down(s)) * w.stride;
            y.data[flat] = pixel(x[0], at.rest(), row, column, channel, w.padding);
        }
        return y;
    };
}

/// Of images, a weight (O, h, w, C), and a bias if there is one.
Function convolved(std::size_t stride, std::size_t padding, bool turned_round = false) {
    return [=](const Tensors& x) {
        const Shape &s = x[0].shape, &k = x[1].shape;
        const Window w{k[1], k[2], stride, padding};
        Tensor y({s[0], w.down(s), w.across(s), k[0]});
        for (std::size_t flat = 0; flat < y.data.size(); ++flat) {
            Place at(flat);
            const std::size_t o = at(k[0]), j = at(w.across(s)), i = at(w.down(s));
            Long total = x.size() > 2 ? x[2].data[o] : 0;
            const std::size_t size = k[1] * k[2] * k[3];
            for (std::size_t n = 0; n < size; ++n) {
                Place in(turned_round ? (size / k[3] - 1 - n / k[3]) * k[3] + n % k[3] : n);
                const std::size_t c = in(k[3]), v = in(k[2]), u = in(k[1]);
                total += x[1].data[o * size + n] *
                         pixel(x[0], at.rest(), i * stride + u, j * stride + v, c, padding);
            }
            y.data[flat] = total;
        }
        return y;
    };
}

/// fᵀ(y) of a linear f of arrays of this shape: its numbers are ⟨y, f(e)⟩ for each unit vector e.
Tensor transposed(const std::function<Tensor(const Tensor&)>& f, const Shape& shape,
                  const Tensor& y) {
    Tensor x(shape), unit(shape);
    for (std::size_t k = 0; k < x.data.size(); ++k) {
        unit.data[k] = 1;
        const Tensor found = f(unit);
        for (std::size_t i = 0; i < y.data.size(); ++i) x.data[k] += y.data[i] * found.data.at(i);
        unit.data[k] = 0;
    }
    return x;
}

/// What `convolved` takes to images, taken back image by image, and a bias if there is one.
Function convolved_back(std::size_t stride, std::size_t padding, std::size_t more,
                        bool turned_round = false) {
    return [=](const Tensors& x) {
        const Shape &s = x[0].shape, &k = x[1].shape;
        const Function there = convolved(stride, padding, turned_round);
        const Shape one{1, (s[1] - 1) * stride + k[1] + more - 2 * padding,
                        (s[2] - 1) * stride + k[2] + more - 2 * padding, k[3]};
        Tensor y({s[0], one[1], one[2], one[3]});
        const std::size_t in = s[1] * s[2] * s[3], out = count(one);
        for (std::size_t b = 0; b < s[0]; ++b) {
            Tensor each({1, s[1], s[2], s[3]});
            std::copy_n(x[0].data.begin() + static_cast<long>(b * in), in, each.data.begin());
            const Tensor image = transposed(
                [&](const Tensor& unit) {
                    return there({unit, x[1]});
                },
                one, each);
            for (std::size_t i = 0; i < out; ++i)
                y.data[b * out + i] = image.data[i] + (x.size() > 2 ? x[2].data[i % k[3]] : 0);
        }
        return y;
    };
}

Function largest(std::size_t size, std::size_t stride) {
    const Window w{size, size, stride};
    return [=](const Tensors& x) {
        const Shape& s = x[0].shape;
        Tensor y({s[0], w.down(s), w.across(s), s[3]}, -std::numeric_limits<Long>::infinity());
        for (std::size_t flat = 0; flat < y.data.size(); ++flat) {
            Place at(flat);
            const std::size_t c = at(s[3]), j = at(w.across(s)), i = at(w.down(s));
            for (std::size_t n = 0; n < size * size; ++n)
                y.data[flat] = std::max(y.data[flat], pixel(x[0], at.rest(), i * stride + n / size,
                                                            j * stride + n % size, c, 0));
        }
        return y;
    };
}

Function filtered(const Filter& filter) {
    return [=](const Tensors& x) {
        const Image first(x[0], 0);
        const auto [height, width, channels] =
            filter.extents({first.height, first.width, first.channels});
        const auto extent = [](long n) { return static_cast<std::size_t>(n); };
        Tensor y({x[0].shape[0], extent(height), extent(width), extent(channels)});
        for (std::size_t flat = 0; flat < y.data.size(); ++flat) {
            Place at(flat);
            const auto next = [&](long n) { return static_cast<long>(at(extent(n))); };
            const long c = next(channels), j = next(width), i = next(height);
            y.data[flat] = filter.value(Image(x[0], at.rest()), i, j, c);
        }
        return y;
    };
}

/// f(x) + 3 Σ of each input.
Function beside(const Function& f) {
    return [=](const Tensors& x) {
        Tensor y = f(x);
        Long total = 0;
        for (const Tensor& each : x)
            for (const Long number : each.data) total += 3 * number;
        for (Long& number : y.data) number += total;
        return y;
    };
}

/// A subject beside which each input is used elsewhere too.
Subject used_twice(Subject subject) {
    const std::size_t end = std::min(subject.operation.find(' '), subject.operation.size());
    subject.operation.insert(end, "_beside");
    subject.function = beside(subject.function);
    subject.entries = 1 + 3 * subject.names.size();  // three times each, its sum, and both together
    subject.mistakes.clear();
    return subject;
}

// --- checks ---------------------------------------------------------------------------------------

struct Lines {
    std::size_t begin, end;
    std::string words() const { return " " + std::to_string(begin) + " " + std::to_string(end); }
};

/// The patches of some lines among all.
Tensor rows_of(const Tensor& patches, Lines lines, std::size_t across) {
    const std::size_t size = patches.shape[1];
    Tensor out({(lines.end - lines.begin) * across, size});
    std::copy_n(patches.data.begin() + static_cast<long>(lines.begin * across * size),
                out.data.size(), out.data.begin());
    return out;
}

const std::pair<std::string, Order> other_orders[] = {
    {"the pixels of a patch stand column by column: they should row by row", Order::columns_first},
    {"the channels of a patch stand outermost: they are innermost", Order::channels_first}};

void add_gather(Checks& all) {
    const auto check = [](Examiner& e, const Shape& shape, Window w, Lines lines) {
        const Tensor x = e.random.cotangent(shape);
        const auto with = [=](Order order) {
            return [=] { return rows_of(gathered(w, order)({x}), lines, w.across(shape)); };
        };
        Expected patches{"patches", with(Order::rows_first)()};
        for (const auto& [cause, order] : other_orders)
            patches.mistakes.emplace_back(cause, with(order));
        const Expected behind{"what stands behind the last patch",
                              Tensor({64}, 7),
                              {},
                              {},
                              "more is written than the lines that were asked for"};
        return compare(e.ask("gather " + w.words() + lines.words(), {x}),
                       {{0, patches}, {1, behind}});
    };
    const auto everything = [=](Examiner& e, const Shape& shape, Window w) {
        return check(e, shape, w, {0, shape[0] * w.down(shape)});
    };
    all["a9.1.plain"] = [=](Examiner& e) {
        return everything(e, {1, e.random.integer(3, 5), 4, 1}, {2, 2});
    };
    all["a9.1.channels"] = [=](Examiner& e) {
        return everything(e, {1, 5, e.random.integer(4, 6), 3}, {2, 3});
    };
    all["a9.1.stride"] = [=](Examiner& e) {  // a row and a column are seen by no window
        return everything(e, {1, 6, 6 + 2 * e.random.integer(0, 1), 2}, {3, 1, 2});
    };
    all["a9.1.padding"] = [=](Examiner& e) {
        return everything(e, {1, 3, e.random.integer(3, 5), 2}, {3, 3, 1, 2});
    };
    all["a9.1.images"] = [=](Examiner& e) {  // the window is as large as an image
        return everything(e, {e.random.integer(3, 4), 3, 2, 2}, {3, 2});
    };
    all["a9.1.lines"] = [=](Examiner&
                                e) {  // four lines an image; from the first to the last but one
        return check(e, {3, 5, 4, 2}, {2, 2}, {e.random.integer(1, 3), e.random.integer(9, 11)});
    };
}

void add_scatter(Checks& all) {
    const auto check = [](Examiner& e, const Shape& shape, Window w, Lines lines, bool add) {
        const Function gather = gathered(w);
        const std::size_t across = w.across(shape);
        Tensor dy(gather({Tensor(shape)}).shape);  // zeros but for these lines
        const std::size_t size = across * dy.shape[1];
        for (std::size_t i = lines.begin * size; i < lines.end * size; ++i)
            dy.data[i] = e.random.cotangent({}).data[0];
        const Tensor before = add ? e.random.cotangent(shape) : Tensor(shape);
        const auto with = [=](const Function& f) {
            return [=] {
                Tensor x = transposed([&](const Tensor& unit) { return f({unit}); }, shape, dy);
                for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] += before.data[i];
                return x;
            };
        };
        Expected images{"images", with(gather)()};
        images.mistakes.emplace_back(
            "where patches overlap, or something was there, the last number wins: add them up",
            [=] {
                Tensor x = before, numbered(shape);
                for (std::size_t i = 0; i < x.data.size(); ++i)
                    numbered.data[i] = static_cast<Long>(i + 1);
                const Tensor from = gather({numbered});  // 0 is the padding
                for (std::size_t i = lines.begin * size; i < lines.end * size; ++i)
                    if (from.data[i] > 0)
                        x.data[static_cast<std::size_t>(from.data[i]) - 1] = dy.data[i];
                return x;
            });
        for (const auto& [cause, order] : other_orders)
            images.mistakes.emplace_back(cause, with(gathered(w, order)));
        return compare(
            e.ask("scatter " + w.words() + lines.words(), {rows_of(dy, lines, across), before}),
            {{0, images}});
    };
    const auto everything = [=](Examiner& e, const Shape& shape, Window w, bool add) {
        return check(e, shape, w, {0, shape[0] * w.down(shape)}, add);
    };
    all["a9.2.apart"] = [=](Examiner& e) {  // each pixel is seen once
        return everything(e, {1, 4, 2 * e.random.integer(2, 3), 2}, {2, 2, 2}, false);
    };
    all["a9.2.overlap"] = [=](Examiner& e) {
        return everything(e, {1, 5, e.random.integer(4, 6), 2}, {3, 2}, false);
    };
    all["a9.2.padding"] = [=](Examiner& e) {
        return everything(e, {1, 3, e.random.integer(4, 5), 1}, {2, 3, 2, 1}, false);
    };
    all["a9.2.adds"] = [=](Examiner& e) {  // a stride larger than the window
        return everything(e, {1, 7, e.random.integer(5, 7), 2}, {2, 2, 3}, true);
    };
    all["a9.2.lines"] = [=](Examiner& e) {
        return check(e, {3, 5, 4, 2}, {2, 2}, {e.random.integer(1, 3), e.random.integer(9, 11)},
                     true);
    };
}

void add_patches(Checks& all) {
    const auto subject = [](Window w) {
        Subject out{"patches " + w.words(), gathered(w), {"x"}};
        for (const auto& [cause, order] : other_orders)
            out.mistakes.emplace_back(cause, gathered(w, order));
        return out;
    };
    const auto pull = [](Examiner& e, const Subject& of, const Shape& shape) {
        const Tensor x = e.random.cotangent(shape);
        return check_gradients(e, of, {x}, e.random.cotangent(of.function({x}).shape));
    };
    all["a9.3.value"] = [=](Examiner& e) {
        return check_value(e, subject({2, 3, 2, 1}),
                           {e.random.cotangent({2, e.random.integer(3, 5), 4, 2})});
    };
    all["a9.3.gradient"] = [=](Examiner& e) {
        return pull(e, subject({2, 3}), {1, e.random.integer(3, 5), 4, 2});
    };
    all["a9.3.images"] = [=](Examiner& e) {
        return pull(e, subject({3, 2, 2, 1}), {e.random.integer(3, 4), 3, 4, 1});
    };
    all["a9.3.adds"] = [=](Examiner& e) {
        return pull(e, used_twice(subject({2, 2})), {2, 3, e.random.integer(2, 4), 1});
    };
}

/// What goes into a convolution or its transpose; no bias if that has no shape.
Tensors given_to(Examiner& e, const Shape& x, const Shape& weight, const Shape& bias) {
    Tensors inputs{e.random.cotangent(x), e.random.cotangent(weight)};
    if (!bias.empty()) inputs.push_back(e.random.cotangent(bias));
    return inputs;
}

/// How a convolution, or its transpose, is asked about.
using Geometry = std::vector<std::size_t>;  // stride, padding and, of the transpose, output padding

Verdict check_convolution(Examiner& e, Subject subject, const Geometry& geometry,
                          const Tensors& inputs, const std::vector<std::size_t>& looked_at) {
    for (const std::size_t each : geometry) subject.operation += " " + std::to_string(each);
    if (looked_at == Geometry{99}) return check_value(e, subject, inputs);
    const Tensor dy = e.random.cotangent(subject.function(inputs).shape);
    return check_gradients(e, subject, inputs, dy, looked_at);
}

void add_conv2d(Checks& all) {
    const auto subject = [](std::size_t stride, std::size_t padding, bool bias) {
        Subject out{"conv2d", convolved(stride, padding), {"x", "the weight"}};
        if (bias) out.names.push_back("the bias");
        out.mistakes = {
            {"the kernel is turned round: it should not be", convolved(stride, padding, true)}};
        return out;
    };
    const auto inputs = [](Examiner& e, const Shape& x, const Shape& weight, bool bias) {
        return given_to(e, x, weight, bias ? Shape{weight[0]} : Shape{});
    };
    const auto plain = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Tensors given = inputs(e, {2, e.random.integer(3, 5), 4, 2}, {3, 2, 3, 2}, true);
        return check_convolution(e, subject(1, 0, true), {1, 0}, given, looked_at);
    };
    all["a9.4.value"] = [=](Examiner& e) { return plain(e, {99}); };
    all["a9.4.input"] = [=](Examiner& e) { return plain(e, {0}); };
    all["a9.4.weight"] = [=](Examiner& e) { return plain(e, {1}); };
    all["a9.4.bias"] = [=](Examiner& e) { return plain(e, {2}); };
    all["a9.4.geometry"] = [=](Examiner& e) {
        const Tensors given =
            inputs(e, {1, 6, 5 + 2 * e.random.integer(0, 1), 2}, {2, 3, 2, 2}, false);
        return check_convolution(e, subject(2, 1, false), {2, 1}, given, {});
    };
    all["a9.4.adds"] = [=](Examiner& e) {
        const Tensors given = inputs(e, {1, e.random.integer(3, 4), 3, 1}, {2, 2, 2, 1}, true);
        return check_convolution(e, used_twice(subject(1, 0, true)), {1, 0}, given, {});
    };
    all["a9.4.constant"] = [=](Examiner& e) {
        Subject of_constant = subject(1, 0, true);
        of_constant.operation += "_constant";
        of_constant.entries = 2;  // the constant too
        const Tensors given = inputs(e, {1, 3, e.random.integer(3, 4), 2}, {2, 2, 2, 2}, true);
        return check_convolution(e, of_constant, {1, 0}, given, {1, 2});
    };
}

void add_transposed(Checks& all) {
    const auto subject = [](std::size_t stride, std::size_t padding, std::size_t more, bool bias) {
        Subject out{"transposed", convolved_back(stride, padding, more), {"x", "the weight"}};
        if (bias) out.names.push_back("the bias");
        out.mistakes = {{"the kernel is turned round: it should not be",
                         convolved_back(stride, padding, more, true)}};
        return out;
    };
    const auto inputs = [](Examiner& e, const Shape& x, const Shape& weight, bool bias) {
        return given_to(e, x, weight, bias ? Shape{weight[3]} : Shape{});
    };
    const auto plain = [=](Examiner& e, const std::vector<std::size_t>& looked_at) {
        const Tensors given = inputs(e, {2, 2, e.random.integer(2, 3), 3}, {3, 2, 3, 2}, true);
        return check_convolution(e, subject(1, 0, 0, true), {1, 0, 0}, given, looked_at);
    };
    all["a9.5.value"] = [=](Examiner& e) { return plain(e, {99}); };
    all["a9.5.input"] = [=](Examiner& e) { return plain(e, {0}); };
    all["a9.5.weight"] = [=](Examiner& e) { return plain(e, {1}); };
    all["a9.5.bias"] = [=](Examiner& e) { return plain(e, {2}); };
    all["a9.5.geometry"] = [=](Examiner& e) {
        const Tensors given = inputs(e, {1, 3, e.random.integer(1, 2), 2}, {2, 3, 4, 1}, false);
        return check_convolution(e, subject(2, 1, 1, false), {2, 1, 1}, given, {});
    };
    all["a9.5.adds"] = [=](Examiner& e) {
        const Tensors given = inputs(e, {1, e.random.integer(1, 2), 2, 2}, {2, 2, 2, 1}, true);
        return check_convolution(e, used_twice(subject(1, 0, 0, true)), {1, 0, 0}, given, {});
    };
    all["a9.5.constant"] = [=](Examiner& e) {
        Subject of_constant = subject(2, 0, 0, true);
        of_constant.operation += "_constant";
        of_constant.entries = 2;  // the constant too
        const Tensors given = inputs(e, {1, 1, e.random.integer(1, 2), 2}, {2, 2, 2, 1}, true);
        return check_convolution(e, of_constant, {2, 0, 0}, given, {1, 2});
    };
}

/// Numbers below `below` that lie a quarter apart or more, so that differences do not change which are the largest.
Tensor spaced(Examiner& e, const Shape& shape, Long below) {
    Tensor x(shape);
    const std::size_t n = x.data.size();
    for (std::size_t k = 0; k < n; ++k)
        x.data[k] = static_cast<double>(below - 0.25L * static_cast<Long>(k + 1) +
                                        e.random.uniform(0.01L, 0.1L));
    for (std::size_t k = n; k > 1; --k)
        std::swap(x.data[k - 1], x.data[e.random.integer(0, k - 1)]);
    return x;
}

void add_largest(Checks& all) {
    const auto subject = [](std::size_t size, std::size_t stride) {
        return Subject{"largest " + std::to_string(size) + " " + std::to_string(stride),
                       largest(size, stride),
                       {"x"}};
    };
    const auto pull = [](Examiner& e, const Subject& of, const Tensor& x) {
        return check_gradients(e, of, {x}, e.random.cotangent(of.function({x}).shape));
    };
    const Long middle = 6;
    all["a9.6.value"] = [=](Examiner& e) {
        return check_value(e, subject(2, 2),
                           {spaced(e, {2, e.random.integer(4, 5), 7, 2}, middle)});
    };
    all["a9.6.gradient"] = [=](Examiner& e) {
        return pull(e, subject(2, 2), spaced(e, {2, e.random.integer(4, 5), 5, 2}, middle));
    };
    all["a9.6.overlap"] = [=](Examiner& e) {
        return pull(e, subject(3, 1), spaced(e, {1, 5, e.random.integer(4, 6), 2}, middle));
    };
    all["a9.6.ties"] = [=](Examiner& e) {
        // Black and white: what is found first counts as a little larger.
        Tensor x({1, 4, 6, 1});
        for (Long& number : x.data) number = e.random.integer(0, 2) ? 100 : 0;
        Tensor first = x;
        for (std::size_t i = 0; i < x.data.size(); ++i)
            first.data[i] -= 0.25L * static_cast<Long>(i);
        const Function f = largest(2, 2);
        const Tensor y = f({x}), dy = e.random.cotangent(y.shape);
        Expected back{"gradient of x", gradient(f, {first}, 0, dy)};
        back.mistakes.emplace_back("of several that are equally large the last one gets it", [=] {
            Tensor last = x;
            for (std::size_t i = 0; i < x.data.size(); ++i)
                last.data[i] += 0.25L * static_cast<Long>(i);
            return gradient(f, {last}, 0, dy);
        });
        return compare(e.ask("largest 2 2", {x, dy}), {{0, {"value", y}}, {2, back}});
    };
    all["a9.6.negative"] = [=](Examiner& e) {
        return pull(e, subject(2, 1), spaced(e, {1, 3, e.random.integer(3, 4), 2}, -1));
    };
    all["a9.6.adds"] = [=](Examiner& e) {
        return pull(e, used_twice(subject(2, 2)),
                    spaced(e, {1, 4, e.random.integer(2, 5), 1}, middle));
    };
}

void add_filtered(Checks& all, const Filter& filter) {
    const Subject subject{"filtered", filtered(filter), {"x"}};
    const auto pull = [](Examiner& e, const Subject& of, const Shape& shape) {
        const Tensor x = e.random.cotangent(shape);
        return check_gradients(e, of, {x}, e.random.cotangent(of.function({x}).shape));
    };
    all["a9.7.value"] = [=](Examiner& e) {
        return check_value(e, subject, {e.random.cotangent({2, 6, 2 * e.random.integer(1, 2), 4})});
    };
    all["a9.7.gradient"] = [=](Examiner& e) {
        return pull(e, subject, {2, 4, 2 * e.random.integer(1, 3), 4});
    };
    all["a9.7.channels"] = [=](Examiner& e) {
        return pull(e, subject, {1, 2, 2 * e.random.integer(1, 2), 8});
    };
    all["a9.7.adds"] = [=](Examiner& e) {
        return pull(e, used_twice(subject), {1, 2 * e.random.integer(1, 2), 2, 4});
    };
}

}  // namespace

Checks checks(const std::string& drawn) {
    Checks all;
    add_gather(all);
    add_scatter(all);
    add_patches(all);
    add_conv2d(all);
    add_transposed(all);
    add_largest(all);
    const auto found = filter_family().find(drawn);
    if (found == filter_family().end())
        throw std::runtime_error("there is no operation on images " + drawn);
    add_filtered(all, found->second);
    return all;
}

}  // namespace judge
