#include "tutorials/assignments/judge/oracle.hpp"

#include <array>
#include <cmath>

namespace judge {

std::size_t count(const Shape& shape) {
    std::size_t n = 1;
    for (const std::size_t extent : shape) n *= extent;
    return n;
}

std::string text(const Shape& shape) {
    std::string out = "(";
    for (std::size_t i = 0; i < shape.size(); ++i)
        out += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return out + (shape.size() == 1 ? ",)" : ")");
}

Tensor::Tensor(const Shape& extents, Long filling)
    : shape(extents), data(count(extents), filling) {}

frame::Numbers Tensor::numbers() const { return {shape, {data.begin(), data.end()}}; }

Random::Random(const std::string& seed) {
    std::seed_seq sequence(seed.begin(), seed.end());
    engine_.seed(sequence);
}

Long Random::uniform(Long low, Long high) {
    // As a double, because that is what is sent.
    const Long part = static_cast<Long>(engine_() >> 11) * 0x1p-53L;
    return static_cast<double>(low + (high - low) * part);
}
Long Random::normal() {
    const Long radius = std::sqrt(-2 * std::log(uniform(0, 1) + 1e-18L));
    return radius * std::cos(2 * std::numbers::pi_v<Long> * uniform(0, 1));
}

std::size_t Random::integer(std::size_t low, std::size_t high) {
    return low + engine_() % (high - low + 1);
}

Tensor Random::tensor(const Shape& shape, Long low, Long high) {
    Tensor x(shape);
    for (Long& number : x.data) number = uniform(low, high);
    return x;
}

Tensor Random::cotangent(const Shape& shape) {
    Tensor x(shape);
    for (Long& number : x.data) {
        const Long size = uniform(0.2L, 1.4L);
        number = static_cast<double>((size < 0.8L ? size : size + 0.6L) * (integer(0, 1) ? 1 : -1));
    }
    return x;
}

Function elementwise(Long (*f)(Long)) {
    return [f](const std::vector<Tensor>& x) {
        Tensor y = x.at(0);
        for (Long& number : y.data) number = f(number);
        return y;
    };
}

std::size_t broadcast_index(const Shape& large, std::size_t flat, const Shape& small) {
    std::size_t index = 0, step = 1;
    for (std::size_t back = 1; back <= large.size(); ++back) {
        const std::size_t extent = large[large.size() - back], at = flat % extent;
        flat /= extent;
        if (back > small.size()) continue;
        const std::size_t own = small[small.size() - back];
        if (own != 1) index += at * step;
        step *= own;
    }
    return index;
}

Tensor gradient(const Function& f, std::vector<Tensor> x, std::size_t k, const Tensor& cotangent) {
    constexpr std::size_t levels = 5;
    Tensor found(x.at(k).shape);
    for (std::size_t i = 0; i < found.data.size(); ++i) {
        const Long at = x[k].data[i];
        const auto along = [&](Long step) {  // ⟨cotangent, f(x + step) − f(x − step)⟩ / 2 step
            x[k].data[i] = at + step;
            const Tensor above = f(x);
            x[k].data[i] = at - step;
            const Tensor below = f(x);
            x[k].data[i] = at;
            Long total = 0;
            for (std::size_t j = 0; j < above.data.size(); ++j)
                total += cotangent.data.at(j) * (above.data[j] - below.data[j]);
            return total / (2 * step);
        };
        std::array<Long, levels> slope{};
        Long step = 0x1p-5L;
        for (std::size_t level = 0; level < levels; ++level, step /= 2) slope[level] = along(step);
        Long power = 4;  // the error is even in the step: each pass removes its next power
        for (std::size_t pass = 1; pass < levels; ++pass, power *= 4)
            for (std::size_t level = levels; level-- > pass;)
                slope[level] += (slope[level] - slope[level - 1]) / (power - 1);
        found.data[i] = slope.back();
    }
    return found;
}

}  // namespace judge
