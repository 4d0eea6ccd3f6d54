#include "autograd/ops/recurrent.hpp"
#include "autograd/ops/sequences.hpp"

namespace autograd {

using simd::Batch;

namespace {

/// What Entry::saved holds: i, f, g, o and c of all steps; and room for what goes back, ā of all steps
/// where it is not in x̄, c̄ and h̄ of one.
struct LstmMemory {
    Rows<Real> gates, cells, da, dc, dh;

    LstmMemory(const Sequences& s, Array& saved) {
        saved.resize(Shape{s.rows() * (2 * s.gates + s.units) + 2 * s.batch * s.units});
        Pieces pieces{saved.data()};
        gates = pieces.rows(s.rows(), s.gates);
        cells = pieces.rows(s.rows(), s.units);
        da = pieces.rows(s.rows(), s.gates);
        dc = pieces.rows(s.batch, s.units);
        dh = pieces.rows(s.batch, s.units);
    }
};

/// A step of one sequence. `gates` has h′·Wᵀ and gets i, f, g, o.
void lstm_step(std::size_t units, const Real* x, const Real* bias, const Real* c_before,
               Real* gates, Real* c, Real* h) {
    simd::for_each_batch(units, [=](std::size_t k, std::size_t n) {
        const auto gate = [=](std::size_t number, auto squash) {
            const std::size_t at = number * units + k;
            const Batch a = simd::load(gates + at, n) + simd::load(x + at, n);
            const Batch y = squash(a + simd::load(bias + at, n));
            simd::store(y, gates + at, n);
            return y;
        };
        const auto tanh = [](Batch a) { return xsimd::tanh(a); };
        const Batch i = gate(0, simd::sigmoid), f = gate(1, simd::sigmoid);
        const Batch g = gate(2, tanh), o = gate(3, simd::sigmoid);
        const Batch cell = f * simd::load(c_before + k, n) + i * g;
        simd::store(cell, c + k, n);
        simd::store(o * tanh(cell), h + k, n);
    });
}

/// The way back. Nothing goes to h′ but through ā, nothing to c′ but through f.
void lstm_step_back(std::size_t units, const Real* gates, const Real* c_before, const Real* c,
                    const Real* dy, Real* da, Real* dc, Real* dh) {
    simd::for_each_batch(units, [=](std::size_t k, std::size_t n) {
        const auto gate = [=](std::size_t number) {
            return simd::load(gates + number * units + k, n);
        };
        const auto put = [=](std::size_t number, Batch d) {
            simd::store(d, da + number * units + k, n);
        };
        const Batch i = gate(0), f = gate(1), g = gate(2), o = gate(3), one(Real{1});
        const Batch squashed = xsimd::tanh(simd::load(c + k, n));
        const Batch h_bar = simd::load(dh + k, n) + simd::load(dy + k, n);
        const Batch c_bar = simd::load(dc + k, n) + h_bar * o * (one - squashed * squashed);
        put(0, c_bar * g * i * (one - i));
        put(1, c_bar * simd::load(c_before + k, n) * f * (one - f));
        put(2, c_bar * i * (one - g * g));
        put(3, h_bar * squashed * o * (one - o));
        simd::store(c_bar * f, dc + k, n);
        simd::store(Batch(Real{0}), dh + k, n);
    });
}

}  // namespace

Variable lstm(Variable x, Variable weight, Variable bias, Variable h, Variable c,
              const Indices& lengths) {
    const Sequences s = checked_sequences("lstm", 4, x, weight, bias, h, lengths);
    require_state("lstm", "c", c, s);
    return x.tape().record(
        "lstm", {x, weight, bias, h, c},
        [&](Entry& y) {
            begin_states(y, s, lengths);
            const LstmMemory m(s, y.saved);
            const Rows<Real> states = s.states(y.value.data());
            forwards(
                s, weight, h, y, m.gates,
                [&](std::size_t row) {
                    lstm_step(s.units, s.gates_of(x.value())[row], bias.value().data(),
                              s.before(row, m.cells, c), m.gates[row], m.cells[row], states[row]);
                },
                [&](std::size_t row) {
                    std::copy_n(s.before(row, m.cells, c), s.units, m.cells[row]);
                });
        },
        [=](Entry& y) {
            const Sequences sizes(x, weight);
            const LstmMemory m(sizes, y.saved);
            const Share of_x(x, m.da.data);
            const Rows<Real> da{of_x.data, sizes.gates};
            std::fill_n(m.dc.data, sizes.batch * sizes.units, Real{0});
            backwards(
                sizes, weight, y, da, m.dh,
                [&](std::size_t row) {
                    const std::size_t b = row % sizes.batch;
                    lstm_step_back(sizes.units, m.gates[row], sizes.before(row, m.cells, c),
                                   m.cells[row], sizes.states(y.gradient)[row], da[row], m.dc[b],
                                   m.dh[b]);
                },
                [](std::size_t) {});
            contribute_weights(sizes, weight, bias, h, da, y);
            contribute_elements(h, m.dh.data);
            contribute_elements(c, m.dc.data);
            of_x.add_rest();
        });
}

}  // namespace autograd
