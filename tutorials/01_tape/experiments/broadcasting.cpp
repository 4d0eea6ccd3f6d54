// There is a test of a pullback that needs no derivative and works for every linear map $B$: for
// random $u$ and $v$
// $$ \langle B u, v \rangle = \langle u, B^{\mathsf T} v \rangle . $$
// Left, the forward pass; right, the pullback. Beside it a wrong "gradient" that takes the first
// row of $\bar y$ instead of the sum over the rows. It has the right shape, so no check of shapes
// finds it.

#include <cstdio>

#include "tutorials/01_tape/shared.hpp"

using namespace tape_chapter;

namespace {

/// Both sides of the identity for the map that repeats `small` to `large`.
std::pair<double, double> dot_products(const Shape& small, const Shape& large, nn::Random& random) {
    Tape tape;
    const Variable u = tape.variable(random.normal(small));
    const Variable y = u + tape.constant(autograd::full(large, 0));
    const Array v = random.normal(large);
    const autograd::Gradients& gradients = tape.backward(y, v);
    return {dot(y.value(), v), dot(u.value(), gradients.of(u))};
}

std::pair<double, double> first_row_only(std::size_t rows, std::size_t columns,
                                         nn::Random& random) {
    const Array u = random.normal({columns}), v = random.normal({rows, columns});
    double left = 0, right = 0;
    for (std::size_t j = 0; j < columns; ++j) {
        for (std::size_t i = 0; i < rows; ++i) left += double{u(j)} * double{v(i, j)};
        right += double{u(j)} * double{v(0, j)};
    }
    return {left, right};
}

void transpose(Session& session) {
    nn::Random random(session.flags.seed);
    std::puts("  u         B u           <B u, v>    <u, B^T v>");
    double worst = 0;
    for (const auto& [small, large] : std::vector<std::pair<Shape, Shape>>{
             {{3}, {4, 3}}, {{4, 1}, {4, 3}}, {{}, {2, 4, 3}}, {{2, 1, 3}, {2, 4, 3}}}) {
        const auto [left, right] = dot_products(small, large, random);
        std::printf("  %-9s %-11s  %10.6f   %10.6f\n", autograd::text(small).c_str(),
                    autograd::text(large).c_str(), left, right);
        worst = std::max(worst, std::abs(left - right));
    }
    const auto [left, right] = first_row_only(4, 3, random);
    std::printf("  %-9s %-11s  %10.6f   %10.6f   wrong: the first row instead of the sum\n", "(3,)",
                "(4, 3)", left, right);
    session.result("broadcast_dot_error", worst);
    session.result("broadcast_dot_error_first_row", std::abs(left - right));
}

const tutorials::Experiment broadcasting{
    "broadcasting", "Two dot products show a wrong transpose at once", transpose};

}  // namespace

// The library's pullbacks differ by @result{broadcast_dot_error} at most, the wrong one by
// @result{broadcast_dot_error_first_row, .2f}.
//
// @transcript
