/// @file
/// The numbers of every epoch, in a file that a spreadsheet or a plot can read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace nn {

/// A table with one row per epoch.
struct History {
    std::vector<std::string> names;         ///< of the columns
    std::vector<std::vector<double>> rows;  ///< each as long as `names`

    /// Adds the row of an epoch: `history.add({{"epoch", 1}, {"train_neg_elbo", 262.4}})`. The first
    /// row names the columns.
    ///
    /// Throws for no columns, other columns than the first row, a name used twice, a name with a
    /// comma, a quote or a line break.
    void add(const std::vector<std::pair<std::string, double>>& row);

    /// The numbers below one name, epoch by epoch. Throws if there is no such column.
    std::vector<double> column(const std::string& name) const;
};

/// Writes a header and the rows, comma-separated, numbers as decimal() writes them. A table that was
/// read back, continued and written again is the same file as one written in one go.
///
/// The file is replaced as a whole or stays as it was (see write_atomically()), so it can be written
/// after every epoch.
///
/// Throws if the file cannot be written.
void write_history(const std::filesystem::path& path, const History& history);

/// Reads what write_history() wrote.
///
/// Throws, naming the file and line, if there is no file, no header or one that add() would refuse, a
/// row of another length than the header, or a cell that is not a number.
History read_history(const std::filesystem::path& path);

}  // namespace nn
