#include "autograd/ops/recurrent.hpp"
#include "autograd/ops/sequences.hpp"

namespace autograd {

using simd::Batch;

namespace {

/// What Entry::saved holds: r, z, a third of a, and n of all steps; and room for what goes back, ā of all
/// steps, x̄ where it is not in place, h̄ of one.
struct GruMemory {
    Rows<Real> gates, candidates, da, dx, dh;

    GruMemory(const Sequences& s, Array& saved) {
        saved.resize(Shape{s.rows() * (3 * s.gates + s.units) + s.batch * s.units});
        Pieces pieces{saved.data()};
        gates = pieces.rows(s.rows(), s.gates);
        candidates = pieces.rows(s.rows(), s.units);
        da = pieces.rows(s.rows(), s.gates);
        dx = pieces.rows(s.rows(), s.gates);
        dh = pieces.rows(s.batch, s.units);
    }
};

/// A step of one sequence. `gates` has h′·Wᵀ and gets r, z and, of a = h′·Wᵀ + b, the last third.
void gru_step(std::size_t units, const Real* x, const Real* bias, const Real* h_before, Real* gates,
              Real* candidate, Real* h) {
    simd::for_each_batch(units, [=](std::size_t k, std::size_t n) {
        const auto a = [=](std::size_t number) {
            const std::size_t at = number * units + k;
            return simd::load(gates + at, n) + simd::load(bias + at, n);
        };
        const auto of_x = [=](std::size_t number) { return simd::load(x + number * units + k, n); };
        const auto keep = [=](std::size_t number, Batch y) {
            simd::store(y, gates + number * units + k, n);
        };
        const Batch r = simd::sigmoid(of_x(0) + a(0)), z = simd::sigmoid(of_x(1) + a(1));
        const Batch last = a(2), new_h = xsimd::tanh(of_x(2) + r * last);
        keep(0, r);
        keep(1, z);
        keep(2, last);
        simd::store(new_h, candidate + k, n);
        simd::store(new_h + z * (simd::load(h_before + k, n) - new_h), h + k, n);
    });
}

/// The way back. x and a differ in the last third, where r stands between them.
void gru_step_back(std::size_t units, const Real* gates, const Real* candidate,
                   const Real* h_before, const Real* dy, Real* da, Real* dx, Real* dh) {
    simd::for_each_batch(units, [=](std::size_t k, std::size_t n) {
        const auto gate = [=](std::size_t number) {
            return simd::load(gates + number * units + k, n);
        };
        const auto put = [=](std::size_t number, Batch of_a, Batch of_x) {
            simd::store(of_a, da + number * units + k, n);
            simd::store(of_x, dx + number * units + k, n);
        };
        const Batch r = gate(0), z = gate(1), last = gate(2), one(Real{1});
        const Batch new_h = simd::load(candidate + k, n);
        const Batch h_bar = simd::load(dh + k, n) + simd::load(dy + k, n);
        const Batch last_bar = h_bar * (one - z) * (one - new_h * new_h);
        const Batch r_bar = last_bar * last * r * (one - r);
        const Batch z_bar = h_bar * (simd::load(h_before + k, n) - new_h) * z * (one - z);
        put(0, r_bar, r_bar);
        put(1, z_bar, z_bar);
        put(2, last_bar * r, last_bar);
        simd::store(h_bar * z, dh + k, n);
    });
}

}  // namespace

Variable gru(Variable x, Variable weight, Variable bias, Variable h, const Indices& lengths) {
    const Sequences s = checked_sequences("gru", 3, x, weight, bias, h, lengths);
    return x.tape().record(
        "gru", {x, weight, bias, h},
        [&](Entry& y) {
            begin_states(y, s, lengths);
            const GruMemory m(s, y.saved);
            const Rows<Real> states = s.states(y.value.data());
            forwards(
                s, weight, h, y, m.gates,
                [&](std::size_t row) {
                    gru_step(s.units, s.gates_of(x.value())[row], bias.value().data(),
                             s.before(row, states, h), m.gates[row], m.candidates[row],
                             states[row]);
                },
                [](std::size_t) {});
        },
        [=](Entry& y) {
            const Sequences sizes(x, weight);
            const GruMemory m(sizes, y.saved);
            const Share of_x(x, m.dx.data);
            const Rows<Real> dx{of_x.data, sizes.gates};
            backwards(
                sizes, weight, y, m.da, m.dh,
                [&](std::size_t row) {
                    gru_step_back(sizes.units, m.gates[row], m.candidates[row],
                                  sizes.before(row, sizes.states(y.value), h),
                                  sizes.states(y.gradient)[row], m.da[row], dx[row],
                                  m.dh[row % sizes.batch]);
                },
                [&](std::size_t row) { std::fill_n(dx[row], sizes.gates, Real{0}); });
            contribute_weights(sizes, weight, bias, h, m.da, y);
            contribute_elements(h, m.dh.data);
            of_x.add_rest();
        });
}

}  // namespace autograd
