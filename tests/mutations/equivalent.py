"""Mutants that no test can tell from the code, and why."""

BEHIND_THE_END = 'reads or writes behind the end, where a build with sanitizers stops'

# By file and title, as mutants.py prints them.
REASONS = {
    ('models/evaluate/log_likelihood.cpp', 'total_ += x > 0 ? 1 : 0; -> total_ += x > 0 ? 2 : 0;'):
        'the sum stands beside a largest of infinity',
    ('models/evaluate/wiener.cpp', 'for (std::size_t i = 0; i < gains.size(); ++i) -> '
     'for (std::size_t i = 0; i <= gains.size(); ++i)'): BEHIND_THE_END,
    ('models/evaluate/disentanglement.cpp',
     'for (std::size_t i = 0; i < mine.size(); i += 2) sum += std::abs(mine[i] - mine[i + 1]); -> '
     'for (std::size_t i = 0; i <= mine.size(); i += 2) sum += std::abs(mine[i] - mine[i + 1]);'):
        BEHIND_THE_END,
    ('models/evaluate/pca.cpp',
     'for (std::size_t d = 0; d < columns; ++d) mean.data()[d] += data.data()[i * columns + d]; -> '
     'for (std::size_t d = 0; d <= columns; ++d) mean.data()[d] += data.data()[i * columns + d];'):
        BEHIND_THE_END,
}
