#include "plans/text/csv.hpp"

#include <algorithm>
#include <cstring>

namespace qk::plans {
namespace {

// Rows that cannot be read, of one text: beyond, what it holds is no table.
constexpr std::size_t kBrokenRowsMax = 1000;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)) {}

bool CsvReader::next(CsvRow& row) {
    while (at_ < text_.size()) {
        row.cells.clear();
        row.line = line_;
        bool good = true;
        bool more = true;
        while (good && more) {
            const bool quoted = at_ < text_.size() && text_[at_] == '"';
            good = quoted ? read_quoted_cell(row) : read_plain_cell(row);
            if (good && row.cells.size() > kCsvColumnsMax) {
                refuse_row(row, "more than " + std::to_string(kCsvColumnsMax) + " columns",
                           "split the table");
                good = false;
            }
            more = good && at_ < text_.size() && text_[at_] == ',';
            if (more) ++at_;
        }
        if (!good) {
            skip_line();
            if (broken_.size() < kBrokenRowsMax) continue;
            faults_.push_back({{file_, line_, 0},
                               "more than " + std::to_string(kBrokenRowsMax) +
                                   " rows cannot be read; reading stops here",
                               "save the table as CSV again",
                               rules::Severity::kError});
            at_ = text_.size();
            return false;
        }
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') {
            ++at_;
            ++line_;
        }
        const bool is_empty_line = row.cells.size() == 1 && row.cells[0].empty();
        if (!is_empty_line) return true;
    }
    return false;
}

bool CsvReader::read_plain_cell(CsvRow& row) {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != ',' && text_[end] != '\n' && text_[end] != '\r') {
        ++end;
    }
    if (end - at_ > kCsvCellBytesMax) {
        refuse_row(row, "a cell of more than 1 MiB", "shorten the cell");
        return false;
    }
    row.cells.push_back(trimmed(text_.substr(at_, end - at_)));
    at_ = end;
    return true;
}

bool CsvReader::read_quoted_cell(CsvRow& row) {
    const int first_line = line_;
    const std::size_t begin = ++at_;
    const auto refuse = [&](std::string what, std::string cure) {
        refuse_row(row, std::move(what), std::move(cure));
        at_ = begin;
        line_ = first_line;
        return false;
    };
    bool has_doubled_quote = false;
    for (;; ++at_) {
        if (at_ >= text_.size() || at_ - begin > kCsvCellBytesMax) {
            return refuse("a quote that is never closed", "close it with a second \"");
        }
        if (text_[at_] == '\n') ++line_;
        if (text_[at_] != '"') continue;
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
            has_doubled_quote = true;
            ++at_;
            continue;
        }
        break;
    }
    std::string_view cell = text_.substr(begin, at_ - begin);
    ++at_;
    if (has_doubled_quote) {
        std::string& plain = unescaped_.emplace_back();
        for (std::size_t i = 0; i < cell.size(); ++i) {
            plain += cell[i];
            if (cell[i] == '"') ++i;
        }
        cell = plain;
    }
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
        // Over several lines, the closing quote is most likely the next cell's opening one.
        if (line_ != first_line) {
            return refuse("a quote that is never closed", "close it with a second \"");
        }
        return refuse("text after a closing quote", "double a quote that belongs to the text");
    }
    row.cells.push_back(trimmed(cell));
    return true;
}

void CsvReader::refuse_row(const CsvRow& row, std::string what, std::string cure) {
    faults_.push_back({{file_, row.line, static_cast<int>(row.cells.size()) + 1},
                       std::move(what),
                       std::move(cure),
                       rules::Severity::kError});
    broken_.push_back({row.line, row.cells});
}

void CsvReader::skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    if (at_ < text_.size()) {
        ++at_;
        ++line_;
    }
}

CsvHeader::CsvHeader(const CsvRow& row) {
    for (const std::string_view cell : row.cells) names_.emplace_back(cell);
}

std::optional<std::size_t> CsvHeader::find(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (lower_ascii(names_[i]) == lower_ascii(name)) return i;
        }
    }
    return std::nullopt;
}

std::string quoted_cell(std::string_view cell) {
    constexpr std::size_t kShownMax = 60;
    std::size_t end = std::min(cell.size(), kShownMax);
    // Not in the middle of a character.
    while (end < cell.size() && end > 0 && (static_cast<unsigned char>(cell[end]) & 0xC0) == 0x80) {
        --end;
    }
    std::string out = "'";
    for (const char c : cell.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return out + (end < cell.size() ? "...'" : "'");
}

std::string to_csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace qk::plans
