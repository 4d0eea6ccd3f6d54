#include "models/evaluate/ngram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/error.hpp"

namespace models {

using autograd::Indices;
using autograd::require;

// Within a piece of more than one symbol, 0 at the front is a start mark: end marks come last.

NGram::NGram(const std::vector<Indices>& sequences, std::size_t symbols, std::size_t order,
             Smoothing smoothing)
    : symbols_(symbols), smoothing_(smoothing), levels_(order) {
    require(order > 0 && symbols > 1,
            "[NGram] expected an order of at least 1 and two symbols, got ", order, " and ",
            symbols);
    const double bits = static_cast<double>(order) * std::log2(static_cast<double>(symbols));
    require(bits < std::numeric_limits<Key>::digits, "[NGram] an order of ", order, " with ",
            symbols, " symbols needs more than 64 bits for a piece");
    for (const Indices& sequence : sequences) {
        require(std::ranges::count(sequence, std::size_t{0}) == 0,
                "[NGram] expected sequences without end mark, got a symbol 0");
        count(with_marks(sequence, 0));
    }
    if (smoothing == Smoothing::kneser_ney) count_contexts();
    for (Level& level : levels_) {
        for (const auto& [piece, times] : level.counts) {
            Context& context = level.contexts[piece / symbols_];
            context.total += times;
            context.distinct += 1;
        }
        find_discount(level);
    }
}

Indices NGram::with_marks(const Indices& said, std::size_t next) const {
    Indices marked(order() - 1, 0);
    marked.insert(marked.end(), said.begin(), said.end());
    marked.push_back(next);
    for (const std::size_t symbol : marked)
        require(symbol < symbols_, "[NGram] expected symbols below ", symbols_, ", got ", symbol);
    return marked;
}

/// The `length` symbols before `end` as digits of one number.
NGram::Key NGram::key(const Indices& marked, std::size_t end, std::size_t length) const {
    Key number = 0;
    for (std::size_t i = end - length; i < end; ++i) number = number * symbols_ + marked[i];
    return number;
}

void NGram::count(const Indices& marked) {
    for (std::size_t end = order(); end <= marked.size(); ++end)
        for (std::size_t k = 0; k < order(); ++k) levels_[k].counts[key(marked, end, k + 1)] += 1;
}

/// Below the highest order, how many different symbols have stood before a piece. What follows a start mark
/// has only ever that before it: there the count itself stays.
void NGram::count_contexts() {
    Key first = 1;  // the place of the first symbol in a piece of k + 1
    for (std::size_t k = 0; k + 1 < order(); ++k, first *= symbols_) {
        std::unordered_map<Key, double> before;
        for (const auto& [piece, times] : levels_[k + 1].counts)
            before[piece % (first * symbols_)] += 1;
        for (auto& [piece, times] : levels_[k].counts)
            if (k == 0 || piece / first > 0) times = before[piece];
    }
}

void NGram::find_discount(Level& level) const {
    double once = 0, twice = 0;
    for (const auto& [piece, times] : level.counts) {
        once += times == 1;
        twice += times == 2;
    }
    if (once > 0) level.discount = once / (once + 2 * twice);
}

/// From equal probabilities up: what a context keeps back goes to the order below.
double NGram::probability_of(const Indices& marked, std::size_t end) const {
    double p = 1 / static_cast<double>(symbols_);
    for (std::size_t k = 0; k < order(); ++k) {
        const Level& level = levels_[k];
        const Key piece = key(marked, end, k + 1);
        const auto context = level.contexts.find(piece / symbols_);
        if (context == level.contexts.end()) break;  // nor do longer ones occur
        const auto [total, distinct] = context->second;
        const auto found = level.counts.find(piece);
        const double times = found == level.counts.end() ? 0 : found->second;
        if (smoothing_ == Smoothing::witten_bell)
            p = (times + distinct * p) / (total + distinct);
        else
            p = (std::max(times - level.discount, 0.0) + level.discount * distinct * p) / total;
    }
    return p;
}

double NGram::probability(const Indices& said, std::size_t next) const {
    const Indices marked = with_marks(said, next);
    return probability_of(marked, marked.size());
}

double NGram::log_likelihood(const Indices& sequence) const {
    const Indices marked = with_marks(sequence, 0);
    double sum = 0;
    for (std::size_t end = order(); end <= marked.size(); ++end)
        sum += std::log(probability_of(marked, end));
    return sum;
}

double nats_per_symbol(const NGram& model, const std::vector<Indices>& sequences) {
    double nats = 0, symbols = 0;
    for (const Indices& sequence : sequences) {
        nats -= model.log_likelihood(sequence);
        symbols += static_cast<double>(sequence.size() + 1);
    }
    return nats / symbols;
}

}  // namespace models
