#include "nn/data/table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <limits>
#include <set>

#include "nn/io/atomic_file.hpp"
#include "nn/io/csv.hpp"
#include "nn/io/safetensors.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;
using autograd::Array;
using autograd::require;

using Record = std::vector<std::string>;

constexpr std::size_t most_cells = std::size_t{1} << 28;  // 2 GiB in double precision
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Without spaces around it.
std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
    return begin == text.npos ? "" : text.substr(begin, end - begin + 1);
}

bool is_missing(const std::string& cell) {
    std::string text = trimmed(cell);
    for (char& c : text)
        if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text.empty() || text == "nan" || text == "na";
}

/// Line breaks and other control characters as spaces: for names, and for messages.
std::string in_one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return text;
}

/// What a cell says, for a message of one line.
std::string shown(const std::string& cell) {
    std::string text = in_one_line(cell.substr(0, 40));
    while (cell.size() > 40 && !text.empty() && (text.back() & 0xC0) == 0x80) text.pop_back();
    return '"' + text + (cell.size() > 40 ? "...\"" : "\"");
}

// --- reading -------------------------------------------------------------------------------------

/// A CSV file on its way to a table.
class TableReader {
  public:
    TableReader(const fs::path& path, const TableOptions& options)
        : path_(path.string()), options_(options), csv_(path) {}

    Table read() {
        Record first, second;
        check(csv_.next(first), "is empty, expected a table");
        const std::size_t line = csv_.line();
        const bool more = csv_.next(second);
        const bool header = options_.header ? *options_.header : has_names(first, second);
        name_columns(header ? first : Record(first.size()), header);
        if (!header) add(first, line);
        if (more) add(second, csv_.line());
        for (Record& record = first; csv_.next(record);) add(record, csv_.line());
        check(table_.rows() > 0, "has no rows of numbers");
        return std::move(table_);
    }

  private:
    template <class... Parts>
    void check(bool condition, const Parts&... parts) const {
        require(condition, "[read_table] ", path_, ": ", parts...);
    }

    bool has_names(const Record& first, const Record& second) const {
        const auto is_word = [](const std::string& cell) {
            return !is_missing(cell) && !number_in(cell);
        };
        const auto word = std::find_if(first.begin(), first.end(), is_word);
        if (word == first.end()) return false;
        for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
            if (is_word(first[i]) && !is_word(second[i])) return true;
        check(std::all_of(first.begin(), first.end(),
                          [&](const std::string& cell) { return is_word(cell) || cell.empty(); }),
              "the first line may have names or numbers, such as ", shown(*word),
              ": say which with --header yes or no");
        return true;
    }

    void name_columns(const Record& names, bool header) {
        all_columns_ = names.size();
        id_ = all_columns_;
        std::set<std::string> known;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::string name = trimmed(in_one_line(names[i]));
            check(as_utf8(name) == name, "line 1: expected text in UTF-8, got other bytes");
            if (name.empty()) name = "column_" + std::to_string(i + 1);
            check(known.insert(name).second, "two columns are called ", shown(name));
            if (!options_.id.empty() && name == options_.id)
                id_ = i;
            else
                table_.columns.push_back(name);
        }
        check(options_.id.empty() || id_ < all_columns_, "has no column ", shown(options_.id),
              " to name the rows");
        check(!table_.columns.empty(), "has no column of numbers");
        if (id_ < all_columns_) table_.id = options_.id;
        if (!header)
            std::cerr << path_
                      << " has no line of names: its columns are called column_1 to column_"
                      << all_columns_ << ".\n";
    }

    void add(const Record& record, std::size_t line) {
        const auto where = [&] { return "line " + std::to_string(line) + ": "; };
        check(record.size() == all_columns_, where(), "has ", record.size(), " cells, expected ",
              all_columns_, " as in the first line");
        check(table_.cells.size() + record.size() <= most_cells, "has more than ", most_cells,
              " cells");
        for (std::size_t i = 0, column = 0; i < record.size(); ++i) {
            if (i == id_) continue;
            const auto number =
                is_missing(record[i]) ? std::optional(missing) : number_in(record[i]);
            if (!number) refuse(record[i], where() + "column " + table_.columns[column]);
            table_.cells.push_back(*number);
            ++column;
        }
        if (id_ < all_columns_) {
            check(!record[id_].empty(), where(), "has no name in the column ", shown(options_.id));
            check(as_utf8(record[id_]) == record[id_], where(),
                  "expected text in UTF-8, got other bytes");
        }
        table_.names.push_back(id_ < all_columns_ ? in_one_line(record[id_])
                                                  : std::to_string(table_.rows() + 1));
        table_.lines.push_back(line);
    }

    [[noreturn]] void refuse(const std::string& cell, const std::string& where) const {
        const bool comma = cell.find(',') != cell.npos;
        const std::string hint = comma ? " (with a decimal point)"
                                 : options_.id.empty()
                                     ? " (a column that names the rows is given as --id NAME)"
                                     : "";
        throw autograd::Error("[read_table] " + path_ + ": " + where +
                              ": expected a finite number, got " + shown(cell) + hint);
    }

    std::string path_;
    const TableOptions& options_;
    CsvReader csv_;
    Table table_;
    std::size_t all_columns_ = 0, id_ = 0;  // all_columns_ if there is none
};

}  // namespace

Table read_table(const fs::path& path, const TableOptions& options) {
    return TableReader(path, options).read();
}

std::optional<double> number_in(const std::string& text) {
    const std::string digits = trimmed(text);
    const char* const end = digits.data() + digits.size();
    const bool plus = digits.starts_with('+') && !digits.starts_with("+-");
    double number = 0;
    const auto read = std::from_chars(digits.data() + plus, end, number);
    const bool good = read.ec == std::errc{} && read.ptr == end && std::isfinite(number);
    return good ? std::optional(number) : std::nullopt;
}

std::string shortest(double number) {
    if (std::isnan(number)) return "nan";  // whatever its sign
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number);
    return {text, end.ptr};
}

// --- tables --------------------------------------------------------------------------------------

Table with_columns(const Table& table, const std::vector<std::string>& columns,
                   const std::string& operation) {
    std::vector<std::size_t> from;
    for (const std::string& name : columns) {
        const auto found = std::find(table.columns.begin(), table.columns.end(), name);
        require(found != table.columns.end(), "[", operation, "] expected a column ", shown(name),
                ", which the table has not");
        from.push_back(static_cast<std::size_t>(found - table.columns.begin()));
    }
    for (const std::string& name : table.columns)
        require(std::find(columns.begin(), columns.end(), name) != columns.end(), "[", operation,
                "] expected ", columns.size(), " columns, got one more: ", shown(name));
    Table out{.columns = columns, .names = table.names, .id = table.id, .lines = table.lines};
    out.cells.reserve(table.cells.size());
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (const std::size_t column : from) out.cells.push_back(table.at(row, column));
    return out;
}

Table take(const Table& table, const std::vector<std::size_t>& rows) {
    Table out{.columns = table.columns, .id = table.id};
    const auto width = static_cast<std::ptrdiff_t>(table.columns.size());
    for (const std::size_t row : rows) {
        require(row < table.rows(), "[take] row ", row, " of a table of ", table.rows());
        const auto begin = table.cells.begin() + static_cast<std::ptrdiff_t>(row) * width;
        out.cells.insert(out.cells.end(), begin, begin + width);
        out.names.push_back(table.names[row]);
        out.lines.push_back(table.lines[row]);
    }
    return out;
}

Table whole_rows(const Table& table) {
    std::vector<std::size_t> whole;
    const std::size_t width = table.columns.size();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const double* const cells = table.cells.data() + row * width;
        if (std::none_of(cells, cells + width, [](double x) { return std::isnan(x); }))
            whole.push_back(row);
    }
    return take(table, whole);
}

void write_table(const fs::path& path, const Table& table) {
    const bool named = !table.id.empty();
    Record record = table.columns;
    if (named) record.insert(record.begin(), table.id);
    std::string text = csv_line(record);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (named) record[0] = table.names[row];
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            const double number = table.at(row, column);
            record[column + named] = std::isnan(number) ? "" : shortest(number);
        }
        text += csv_line(record);
    }
    write_atomically(path, text);
}

// --- standardisation -----------------------------------------------------------------------------

Standardisation Standardisation::of(const Table& table) {
    Standardisation out;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        double sum = 0, squares = 0, count = 0;
        const auto each = [&](const auto& body) {
            for (std::size_t row = 0; row < table.rows(); ++row)
                if (!std::isnan(table.at(row, column))) body(table.at(row, column));
        };
        each([&](double x) { sum += x, ++count; });
        require(count > 0, "[standardise] the column ", shown(table.columns[column]),
                " has no numbers");
        const double mean = sum / count;
        each([&](double x) { squares += (x - mean) * (x - mean); });
        const double deviation = std::sqrt(squares / count);
        require(std::isfinite(deviation), "[standardise] the numbers of the column ",
                shown(table.columns[column]), " are so large that their variance is not finite");
        const double rounding = 1e-12 * std::abs(mean);
        out.mean.push_back(mean);
        out.deviation.push_back(deviation > rounding ? deviation : 0);
    }
    return out;
}

Array Standardisation::apply(const Table& table) const {
    const std::size_t width = mean.size();
    require(table.columns.size() == width, "[standardise] expected ", width, " columns, got ",
            table.columns.size());
    auto out = Array::from_shape({table.rows(), width});
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (std::size_t column = 0; column < width; ++column) {
            const double x = table.at(row, column);
            const double unit = deviation[column] > 0 ? deviation[column] : 1;
            const auto z = static_cast<autograd::Real>((x - mean[column]) / unit);
            require(std::isnan(x) || std::isfinite(z), "[standardise] line ", table.lines[row],
                    ", column ", table.columns[column], ": ", shortest(x),
                    " is too far from the mean, ", shortest(mean[column]));
            out(row, column) = z;
        }
    return out;
}

std::vector<double> Standardisation::undo(const Array& standardised) const {
    require(standardised.dimension() == 2 && standardised.shape(1) == mean.size(),
            "[standardise] expected (N, ", mean.size(), "), got ", standardised);
    std::vector<double> out;
    out.reserve(standardised.size());
    for (std::size_t i = 0; i < standardised.size(); ++i)
        out.push_back(double{standardised.data()[i]} * deviation[i % mean.size()] +
                      mean[i % mean.size()]);
    return out;
}

}  // namespace nn
