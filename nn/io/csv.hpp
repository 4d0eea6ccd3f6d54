/// @file
/// Comma-separated values, as spreadsheets and other programs write them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace nn {

/// Reads a CSV file record by record (RFC 4180): cells between separators, in double quotes if they hold
/// a separator, a line break or a quote, which is then doubled. Lines end with LF, CR LF or CR. Empty
/// lines and a byte order mark are skipped. The separator is the tab, the semicolon or the comma: the
/// first of them that the first record has outside of quotes.
class CsvReader {
  public:
    /// Reads a text that is there already; errors call it `name`. Throws if it has zero bytes, as UTF-16
    /// has.
    CsvReader(std::string text, std::string name);
    /// Throws, in one line that names the file, if there is none, it has more than 2³⁰ bytes or zero bytes.
    explicit CsvReader(const std::filesystem::path& path);

    /// Puts the next record into `cells`, or says that there is none. Throws, naming file and line, if a
    /// quote is not closed or something stands behind it.
    bool next(std::vector<std::string>& cells);
    /// The line on which the last record begins, counted from 1.
    std::size_t line() const { return line_; }
    char separator() const { return separator_; }

  private:
    char separator_found() const;
    void quoted_cell(std::string& cell);

    std::string text_, name_;
    std::size_t at_ = 0, line_ = 0, next_line_ = 1;
    char separator_ = ',';
};

/// A record as a line with commas, its line feed included; cells in quotes where they must be.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace nn
