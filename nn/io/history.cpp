#include "nn/io/history.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "autograd/error.hpp"
#include "nn/io/atomic_file.hpp"
#include "nn/io/decimal.hpp"

namespace nn {

using autograd::require;

namespace {

void require_column_names(const std::vector<std::string>& names, const std::string& where) {
    require(!names.empty(), where, "a row needs at least one column");
    require(std::set(names.begin(), names.end()).size() == names.size(), where,
            "two columns have the same name");
    for (const auto& name : names)
        require(!name.empty() && name.find_first_of(",\"\r\n") == name.npos, where,
                "a column name must not be empty or hold a comma, quote or line break");
}

std::string joined(const std::vector<std::string>& cells) {
    std::string line;
    for (const auto& cell : cells) line += (line.empty() ? "" : ",") + cell;
    return line;
}

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream stream(line + ",");  // so that an empty last cell is a cell
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
}

double number_in(const std::string& cell, const std::string& where) {
    double number = 0;
    const char* const end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, number);
    require(read.ec == std::errc{} && read.ptr == end, where, "'", cell, "' is not a number");
    return number;
}

}  // namespace

void History::add(const std::vector<std::pair<std::string, double>>& row) {
    std::vector<std::string> row_names;
    std::vector<double> numbers;
    for (const auto& [name, number] : row) {
        row_names.push_back(name);
        numbers.push_back(number);
    }
    if (names.empty()) {
        require_column_names(row_names, "[history] ");
        names = row_names;
    }
    require(row_names == names, "[history] expected a row with the columns ", joined(names),
            ", got ", joined(row_names));
    rows.push_back(numbers);
}

std::vector<double> History::column(const std::string& name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    require(found != names.end(), "[history] expected a column among ", joined(names), ", got ",
            name);
    std::vector<double> numbers;
    for (const auto& row : rows)
        numbers.push_back(row[static_cast<std::size_t>(found - names.begin())]);
    return numbers;
}

void write_history(const std::filesystem::path& path, const History& history) {
    std::string text = joined(history.names) + "\n";
    for (const auto& row : history.rows) {
        std::vector<std::string> cells;
        for (const double number : row) cells.push_back(decimal(number));
        text += joined(cells) + "\n";
    }
    write_atomically(path, text);
}

History read_history(const std::filesystem::path& path) {
    std::istringstream text(read_file(path));
    History history;
    std::string line;
    require(std::getline(text, line) && !line.empty(), "[read_history] ", path.string(),
            " has no header");
    history.names = split(line);
    require_column_names(history.names, "[read_history] " + path.string() + ", line 1: ");
    while (std::getline(text, line)) {
        const auto where = "[read_history] " + path.string() + ", line " +
                           std::to_string(history.rows.size() + 2) + ": ";
        const auto cells = split(line);
        require(cells.size() == history.names.size(), where, cells.size(),
                " cells below a header of ", history.names.size());
        std::vector<double> row;
        for (const auto& cell : cells) row.push_back(number_in(cell, where));
        history.rows.push_back(row);
    }
    return history;
}

}  // namespace nn
