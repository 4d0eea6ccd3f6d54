#include "nn/io/csv.hpp"

#include "autograd/error.hpp"
#include "nn/io/atomic_file.hpp"

namespace nn {

namespace fs = std::filesystem;
using autograd::require;

namespace {

constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 30;

std::string read_text(const fs::path& path) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    require(failure || size <= most_bytes, "[read_csv] ", path.string(), ": has ", size,
            " bytes, expected at most ", most_bytes);
    return read_file(path);
}

}  // namespace

CsvReader::CsvReader(const fs::path& path) : CsvReader(read_text(path), path.string()) {}

CsvReader::CsvReader(std::string text, std::string name)
    : text_(std::move(text)), name_(std::move(name)) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    require(text_.find('\0') == text_.npos, "[read_csv] ", name_,
            ": expected text in UTF-8, got zero bytes");
    separator_ = separator_found();
}

char CsvReader::separator_found() const {
    bool quoted = false, semicolon = false;
    std::size_t at = text_.find_first_not_of("\r\n", at_);
    for (; at < text_.size() && (quoted || (text_[at] != '\n' && text_[at] != '\r')); ++at) {
        if (text_[at] == '"') quoted = !quoted;
        if (!quoted && text_[at] == '\t') return '\t';
        semicolon = semicolon || (!quoted && text_[at] == ';');
    }
    return semicolon ? ';' : ',';
}

// Stands behind the opening quote; ends behind the closing one.
void CsvReader::quoted_cell(std::string& cell) {
    const std::string where = "[read_csv] " + name_ + ", line " + std::to_string(next_line_) + ": ";
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '"') {
            const char behind = ++at_ < text_.size() ? text_[at_] : '\n';
            if (behind != '"') {
                require(behind == separator_ || behind == '\n' || behind == '\r', where,
                        "something stands behind a closing quote");
                return;
            }
        }
        if (c == '\n') ++next_line_;
        cell += c;
    }
    require(false, where, "a quote is not closed");
}

bool CsvReader::next(std::vector<std::string>& cells) {
    const auto at_line_end = [&] { return text_[at_] == '\n' || text_[at_] == '\r'; };
    const auto skip_line_end = [&] {
        if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
        ++at_, ++next_line_;
    };
    while (at_ < text_.size() && at_line_end()) skip_line_end();
    line_ = next_line_;
    cells.clear();
    if (at_ == text_.size()) return false;
    for (;;) {
        std::string& cell = cells.emplace_back();
        if (at_ < text_.size() && text_[at_] == '"') {
            ++at_;
            quoted_cell(cell);
        } else {
            const std::size_t begin = at_;
            while (at_ < text_.size() && text_[at_] != separator_ && !at_line_end()) ++at_;
            cell.assign(text_, begin, at_ - begin);
        }
        if (at_ == text_.size()) return true;
        if (at_line_end()) {
            skip_line_end();
            return true;
        }
        ++at_;  // a separator
    }
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string& cell = cells[i];
        if (i > 0) line += ',';
        const bool alone = cell.empty() && cells.size() == 1;  // it would make an empty line
        if (!alone && cell.find_first_of(",;\t\"\r\n") == cell.npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\n";
}

}  // namespace nn
