/// @file
/// Tables of numbers of one's own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace nn {

/// Numbers in rows and named columns. In double precision: what varies little about a large number would
/// be lost in single.
struct Table {
    std::vector<std::string> columns{};  ///< their names, D of them
    std::vector<double> cells{};         ///< (N, D), row-major; not a number where one is missing
    std::vector<std::string> names{};    ///< of the rows: what the column `id` holds, or 1, 2, ...
    std::string id{};                    ///< what the names are called; nothing if they are numbers
    std::vector<std::size_t> lines{};    ///< of the file, on which the rows begin; counted from 1

    std::size_t rows() const { return names.size(); }
    double& at(std::size_t row, std::size_t column) { return cells[row * columns.size() + column]; }
    double at(std::size_t row, std::size_t column) const {
        return cells[row * columns.size() + column];
    }
};

/// What cannot be seen by looking at the file.
struct TableOptions {
    std::string id = {};  ///< the column that names the rows and is no number; none if empty
    /// Whether the first line has the names of the columns. Without value it has if in some column it
    /// holds no number and the next line does, or nothing.
    std::optional<bool> header = {};
};

/// Reads a CSV file, see CsvReader. All cells are numbers with a decimal point; an empty cell, `NaN` or
/// `NA` is a missing one. Columns without a name, and all if the file has no names, which is then said on
/// `std::cerr`, are called `column_1`, `column_2`, ...
///
/// A line break in a name becomes a space.
///
/// Throws Error in one line, with file, line and column, for rows of different lengths, a cell that is
/// no number or not finite, names that stand twice, a first line of which it cannot be told whether it
/// has names, no rows, no columns of numbers, no column `id` or an empty cell in it, more than 2²⁸ cells,
/// and what CsvReader refuses.
Table read_table(const std::filesystem::path& path, const TableOptions& options = {});

/// The columns of these names, in this order. Throws, in the name of `operation`, if one is missing or
/// one too many.
Table with_columns(const Table& table, const std::vector<std::string>& columns,
                   const std::string& operation);

/// Some rows, in the given order. Throws if there is no such row.
Table take(const Table& table, const std::vector<std::size_t>& rows);

/// The rows in which nothing is missing.
Table whole_rows(const Table& table);

/// Writes names, if they are called something, and numbers as CSV: a header, a row for each, every number with the fewest digits that
/// give it back, missing ones empty. The file is replaced as a whole or stays as it was (see
/// write_atomically()). Throws if it cannot be written.
void write_table(const std::filesystem::path& path, const Table& table);

/// Columns of mean 0 and standard deviation 1, and the way back.
struct Standardisation {
    std::vector<double> mean{}, deviation{};  ///< of each column; a constant one has deviation 0

    /// From the numbers that are there. Throws, naming the column, if it has none, or they are so large
    /// that their variance is not finite.
    static Standardisation of(const Table& table);

    /// (x − mean) / deviation, (N, D), of a constant column x − mean; missing numbers stay missing. Throws,
    /// naming row and column, if one is so far out that it is not finite.
    autograd::Array apply(const Table& table) const;
    /// The cells of a table, (N, D), for numbers (N, D) that were standardised: z · deviation + mean, so a
    /// constant column is its mean again. Throws if there are more or fewer columns.
    std::vector<double> undo(const autograd::Array& standardised) const;
};

/// The number with the fewest digits that give it back in double precision.
std::string shortest(double number);
/// The number in the text, spaces around it aside, or none.
std::optional<double> number_in(const std::string& text);

}  // namespace nn
