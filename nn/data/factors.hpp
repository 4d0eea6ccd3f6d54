/// @file
/// Data sets whose every item is a combination of known factors.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nn/random.hpp"

namespace nn {

/// One thing that an item is made by: its shape, where it stands, ...
struct Factor {
    std::string name;
    std::size_t values;        ///< how many it can take: 0 ... values − 1
    bool categorical = false;  ///< its values are kinds, without order or distance
};

/// All combinations of some factors, numbered. The last factor varies fastest, so that with sizes
/// 3, 6, 40, 32, 32 the item of values (1, 0, 0, 0, 2) has number 1 · 245 760 + 2.
struct Factors {
    std::vector<Factor> list;

    std::size_t size() const { return list.size(); }
    const Factor& operator[](std::size_t k) const { return list[k]; }

    /// How many combinations there are: the product of the numbers of values.
    std::size_t combinations() const;
    /// The value of factor k in an item. Throws if there is no such factor or item.
    std::size_t value(std::size_t item, std::size_t k) const;
    /// The values of all factors in an item. Throws if there is no such item.
    Indices values(std::size_t item) const;
    /// The item with these values, one for each factor. Throws for another number of them, or
    /// one that its factor cannot take.
    std::size_t item(const Indices& values) const;
    /// The item with one value changed. Throws as above.
    std::size_t with(std::size_t item, std::size_t k, std::size_t value) const;

  private:
    /// How far apart the numbers of neighbours in factor k are.
    std::size_t stride(std::size_t k) const;
};

}  // namespace nn
