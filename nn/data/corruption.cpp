#include "nn/data/corruption.hpp"

#include <cmath>

namespace nn {

using autograd::Real;
using autograd::require;

namespace {

void check(const Corruption& c) {
    const bool ordered = 0 <= c.weakest && c.weakest <= c.strongest && std::isfinite(c.strongest);
    if (c.kind == CorruptionKind::gaussian)
        require(ordered, "[corruption] expected a sigma of 0 or more, got ", c.weakest, " to ",
                c.strongest);
    else
        require(ordered && c.strongest <= 1, "[corruption] expected a probability in [0, 1], got ",
                c.weakest, " to ", c.strongest);
}

/// One row of a Damage. The numbers that were drawn for it stand in the array that they decide about:
/// normal ones in `add`, uniform ones in `keep`.
struct Row {
    Real* keep;
    Real* add;
    std::size_t size;
};

void add_noise(Row row, Real sigma) {
    for (std::size_t j = 0; j < row.size; ++j) row.add[j] *= sigma;
}

void drop(Row row, Real probability) {
    for (std::size_t j = 0; j < row.size; ++j)
        row.keep[j] = row.keep[j] < probability ? Real(0) : Real(1);
}

void blacken_or_whiten(Row row, Real probability) {
    for (std::size_t j = 0; j < row.size; ++j) {
        row.add[j] = row.keep[j] < probability / 2 ? Real(1) : Real(0);
        row.keep[j] = row.keep[j] < probability ? Real(0) : Real(1);
    }
}

}  // namespace

Array Damage::apply(const Array& clean) const {
    require(clean.shape() == keep.shape() && clean.shape() == add.shape(),
            "[corruption] images are ", clean.shape(), " but the damage keeps ", keep.shape(),
            " and adds ", add.shape());
    Array corrupted = Array::from_shape(clean.shape());
    xt::noalias(corrupted) = keep * clean + add;
    return corrupted;
}

Damage Corruption::draw(const Shape& shape, Random& random) const {
    check(*this);
    require(shape.size() == 2, "[corruption] images are ", shape, " but (B, D) is expected");

    Damage damage{Array::from_shape(shape), Array::from_shape(shape)};
    if (kind == CorruptionKind::gaussian) {
        damage.keep.fill(1);
        random.normal(damage.add);
    } else {
        random.uniform(damage.keep);
        damage.add.fill(0);
    }
    for (std::size_t i = 0; i < shape[0]; ++i) {
        const Row row{damage.keep.data() + i * shape[1], damage.add.data() + i * shape[1],
                      shape[1]};
        const auto strength = static_cast<Real>(weakest + (strongest - weakest) * random.uniform());
        switch (kind) {
            case CorruptionKind::gaussian:
                add_noise(row, strength);
                break;
            case CorruptionKind::masking:
                drop(row, strength);
                break;
            case CorruptionKind::salt_and_pepper:
                blacken_or_whiten(row, strength);
                break;
        }
    }
    return damage;
}

Array Corruption::operator()(const Array& clean, Random& random) const {
    return draw(clean.shape(), random).apply(clean);
}

Corruption gaussian_noise(double sigma) { return {CorruptionKind::gaussian, sigma, sigma}; }

Corruption masking_noise(double probability) {
    return {CorruptionKind::masking, probability, probability};
}

Corruption salt_and_pepper_noise(double probability) {
    return {CorruptionKind::salt_and_pepper, probability, probability};
}

}  // namespace nn
