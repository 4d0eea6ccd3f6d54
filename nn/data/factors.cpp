#include "nn/data/factors.hpp"

namespace nn {

using autograd::require;

std::size_t Factors::combinations() const {
    std::size_t product = 1;
    for (const Factor& factor : list) product *= factor.values;
    return product;
}

std::size_t Factors::stride(std::size_t k) const {
    std::size_t product = 1;
    for (std::size_t later = k + 1; later < size(); ++later) product *= list[later].values;
    return product;
}

std::size_t Factors::value(std::size_t item, std::size_t k) const {
    require(k < size(), "[factors] there is no factor ", k, ", only ", size());
    require(item < combinations(), "[factors] there is no item ", item, ", only ", combinations());
    return item / stride(k) % list[k].values;
}

Indices Factors::values(std::size_t item) const {
    Indices out(size());
    for (std::size_t k = 0; k < size(); ++k) out[k] = value(item, k);
    return out;
}

std::size_t Factors::item(const Indices& values) const {
    require(values.size() == size(), "[factors] got ", values.size(), " values, expected ", size());
    std::size_t number = 0;
    for (std::size_t k = 0; k < size(); ++k) {
        require(values[k] < list[k].values, "[factors] ", list[k].name, " cannot be ", values[k],
                ", only below ", list[k].values);
        number = number * list[k].values + values[k];
    }
    return number;
}

std::size_t Factors::with(std::size_t item, std::size_t k, std::size_t value) const {
    Indices changed = values(item);
    require(k < size(), "[factors] there is no factor ", k, ", only ", size());
    changed[k] = value;
    return this->item(changed);
}

}  // namespace nn
