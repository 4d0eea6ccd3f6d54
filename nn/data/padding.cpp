#include "nn/data/padding.hpp"

#include <algorithm>

namespace nn {

using autograd::require;

namespace {

/// Throws, in the name of `operation`, if there is an end mark within.
void require_no_end(const char* operation, const Indices& sequence, std::size_t number) {
    require(std::ranges::count(sequence, std::size_t{0}) == 0, "[", operation, "] sequence ",
            number, " has a symbol 0, which is the end mark");
}

/// Fills in what follows from the lengths; symbol(b, t) is that of a sequence before its end.
template <class Symbol>
void place(PaddedSequences& out, Symbol symbol) {
    out.batch = out.lengths.size();
    out.steps = std::ranges::max(out.lengths);
    const std::size_t size = out.steps * out.batch;
    out.symbols.assign(size, 0);
    out.before.assign(size, 0);
    out.counts.resize(Shape{size});
    out.counts.fill(0);
    for (std::size_t b = 0; b < out.batch; ++b)
        for (std::size_t t = 0; t < out.lengths[b]; ++t) {
            const std::size_t at = t * out.batch + b;
            if (t + 1 < out.lengths[b]) out.symbols[at] = symbol(b, t);
            if (t > 0) out.before[at] = symbol(b, t - 1);
            out.counts.data()[at] = 1;
        }
}

}  // namespace

PaddedSequences padded(const std::vector<Indices>& sequences, const Indices& numbers) {
    require(!numbers.empty(), "[padded] expected at least one sequence, got none");
    PaddedSequences out;
    for (const std::size_t number : numbers) {
        require(number < sequences.size(), "[padded] expected numbers below ", sequences.size(),
                ", got ", number);
        require_no_end("padded", sequences[number], number);
        out.lengths.push_back(sequences[number].size() + 1);
    }
    place(out, [&](std::size_t b, std::size_t t) { return sequences[numbers[b]][t]; });
    return out;
}

Dataset sequence_data(const std::string& name, const std::vector<Indices>& sequences,
                      std::size_t width) {
    require(!sequences.empty(), "[sequence_data] expected at least one sequence, got none");
    Dataset data{.name = name};
    for (const Indices& sequence : sequences) {
        require_no_end("sequence_data", sequence, data.labels.size());
        data.labels.push_back(sequence.size());
        width = std::max(width, sequence.size() + 1);
    }
    data.item = {width};
    data.classes = width;
    for (std::size_t length = 0; length < width; ++length)
        data.class_names.push_back(autograd::text(length) + " symbols");
    data.images = autograd::full({sequences.size(), width}, 0);
    for (std::size_t n = 0; n < sequences.size(); ++n)
        std::ranges::copy(sequences[n], &data.images(n, 0));
    return data;
}

void pad(const Array& rows, PaddedSequences& out) {
    require(rows.dimension() == 2 && rows.size() > 0, "[pad] expected rows of symbols, got ", rows);
    const std::size_t width = rows.shape(1);
    out.lengths.clear();
    for (std::size_t b = 0; b < rows.shape(0); ++b) {
        const autograd::Real* row = rows.data() + b * width;
        const auto length = static_cast<std::size_t>(std::find(row, row + width, 0) - row);
        require(length < width, "[pad] expected an end mark in each row, got none in row ", b);
        out.lengths.push_back(length + 1);
    }
    place(out, [&](std::size_t b, std::size_t t) {
        return static_cast<std::size_t>(rows.data()[b * width + t]);
    });
}

PaddedSequences padded(const Array& rows) {
    PaddedSequences out;
    pad(rows, out);
    return out;
}

std::vector<Indices> sequences_in(const Array& rows) {
    const PaddedSequences all = padded(rows);
    std::vector<Indices> out(all.batch);
    for (std::size_t b = 0; b < all.batch; ++b)
        for (std::size_t t = 0; t + 1 < all.lengths[b]; ++t)
            out[b].push_back(all.symbols[t * all.batch + b]);
    return out;
}

void repeat(const PaddedSequences& sequences, std::size_t times, PaddedSequences& out) {
    const auto again = [&](const auto& from, auto& to, std::size_t rows) {
        const std::size_t width = from.size() / rows;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t k = 0; k < times; ++k)
                std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                            to.begin() + static_cast<std::ptrdiff_t>((row * times + k) * width));
    };
    out.steps = sequences.steps;
    out.batch = times * sequences.batch;
    out.symbols.resize(out.steps * out.batch);
    out.before.resize(out.steps * out.batch);
    out.counts.resize(Shape{out.steps * out.batch});
    out.lengths.resize(out.batch);
    again(sequences.symbols, out.symbols, out.steps);
    again(sequences.before, out.before, out.steps);
    again(sequences.counts, out.counts, out.steps);
    again(sequences.lengths, out.lengths, 1);
}

void replace_some(Indices& symbols, double probability, std::size_t other, Random& random) {
    require(0 <= probability && probability <= 1, "[replace_some] expected a probability, got ",
            probability);
    for (std::size_t& symbol : symbols)
        if (random.uniform() < probability) symbol = other;
}

}  // namespace nn
