"""Mutants that no test can tell from the code, and why."""

# AddressSanitizer stops at each of these but the two in wiener.cpp.
BEHIND_THE_END = 'reads or writes behind the end, which no result shows'
OVERWRITTEN = 'is always overwritten'

# By file and title, as mutants.py prints them.
REASONS = {
    ('models/evaluate/log_likelihood.cpp', 'total_ += x > 0 ? 1 : 0; -> total_ += x > 0 ? 2 : 0;'):
        'the sum stands beside a largest of infinity',
    ('models/evaluate/wiener.cpp', 'for (std::size_t i = 0; i < gains.size(); ++i) -> '
     'for (std::size_t i = 0; i <= gains.size(); ++i)'): BEHIND_THE_END,
    ('models/evaluate/wiener.cpp', 'for (std::size_t d = 0; d < gains.size(); ++d) -> '
     'for (std::size_t d = 0; d <= gains.size(); ++d)'): BEHIND_THE_END,
    ('nn/data/corruption.cpp', 'row.add[j] = row.keep[j] < probability / 2 ? Real(1) : Real(0); -> '
     'row.add[j] = row.keep[j] <= probability / 2 ? Real(1) : Real(0);'):
        'differs for one uniform number in 2^24',
    ('nn/io/png.cpp', 'if (channels > 1) shape.push_back(channels); -> '
     'if (channels > 2) shape.push_back(channels);'): 'there are 1 or 3 channels',
    ('models/evaluate/inference_gap.cpp', 'refinement: mean over images'):
        'the steps of Adam do not depend on the scale of a loss',
    ('nn/io/safetensors.cpp', 'std::uint64_t end = 0; ///< one past the last -> '
     'std::uint64_t end = 1; ///< one past the last'): OVERWRITTEN,
    ('nn/train/checkpoint.cpp', 'std::uint64_t number = 0; -> std::uint64_t number = 1;'): OVERWRITTEN,
    ('nn/data/batches.cpp', 'for (std::size_t i = 0; i < dimensions; i += cache_line) '
     '__builtin_prefetch(row + i); -> for (std::size_t i = 0; i <= dimensions; i += cache_line) '
     '__builtin_prefetch(row + i);'): 'is for speed alone',
    ('nn/data/pictures.cpp', 'check(!failure, folder, failure.message()); -> nothing'):
        'the folder is looked at again, with the same words',
    ('nn/data/tunes.cpp', 'check(files.size() <= most_files, path, "has more than ", most_files, '
     '" MIDI files"); -> nothing'): 'no test makes 100 001 files',
    ('nn/data/table.cpp', 'check(table_.cells.size() + record.size() <= most_cells, "has more than ", '
     'most_cells, -> nothing'): 'no test reads a table of 2 GiB',
    ('nn/io/png.cpp', 'PNG: a damaged end passes'): 'libpng 1.6.39 refuses it by itself, 1.6.48 not',
    ('nn/parallel/communicator.cpp', 'for (std::size_t step = 0; step + 1 < n; ++step) { -> '
     'for (std::size_t step = 0; step + 1 <= n; ++step) {'):
        'what the needless exchange adds, the second round overwrites',
    ('models/sequence_decoder.cpp', 'nn::set_evaluation(tape); -> nothing'):
        'no part behaves otherwise in training; it saves time and memory',
    ('nn/random.cpp', 'for (std::size_t i = 0; i < count; ++i) entries[i] = entries[i] < p[i] ? '
     'Real{1} : Real{0}; -> for (std::size_t i = 0; i <= count; ++i) entries[i] = entries[i] < p[i] '
     '? Real{1} : Real{0};'): BEHIND_THE_END,
    ('nn/random.cpp', 'while (drawn < surplus) drawn = bits(); -> '
     'while (drawn <= surplus) drawn = bits();'): 'turns away one number more of 2^64',
    ('models/evaluate/disentanglement.cpp',
     'for (std::size_t i = 0; i < mine.size(); i += 2) sum += std::abs(mine[i] - mine[i + 1]); -> '
     'for (std::size_t i = 0; i <= mine.size(); i += 2) sum += std::abs(mine[i] - mine[i + 1]);'):
        BEHIND_THE_END,
    ('models/evaluate/disentanglement.cpp',
     'for (std::size_t i = 0; i < out.size(); ++i) out[i] = double{codes(i, unit)}; -> '
     'for (std::size_t i = 0; i <= out.size(); ++i) out[i] = double{codes(i, unit)};'):
        BEHIND_THE_END,
    ('models/evaluate/pca.cpp',
     'for (std::size_t d = 0; d < columns; ++d) mean.data()[d] += data.data()[i * columns + d]; -> '
     'for (std::size_t d = 0; d <= columns; ++d) mean.data()[d] += data.data()[i * columns + d];'):
        BEHIND_THE_END,
}
