#include "plans/text/csv.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "plans/text/csv_line.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/trimmed.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

// Rows that cannot be read, of one text: beyond, what it holds is no table.
constexpr std::size_t kBrokenRowsMax = 1000;
constexpr int kLinesLookedAt = 20;  // for a table's shape; a title may stand above the header

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view line_at(std::string_view text, std::size_t begin) {
    return text.substr(begin, std::min(text.find_first_of("\r\n", begin), text.size()) - begin);
}

std::size_t behind_line(std::string_view text, std::size_t begin) {
    std::size_t at = begin + line_at(text, begin).size();
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    return at;
}

// Adds to each separator's count how often it stands outside of quotes.
constexpr std::array kSeparators{',', ';', '\t', '|'};
using SeparatorCounts = std::array<std::size_t, kSeparators.size()>;
SeparatorCounts count_separators(std::string_view line) {
    SeparatorCounts counts{};
    bool is_quoted = false;
    for (const char c : line) {
        if (c == '"') is_quoted = !is_quoted;
        for (std::size_t i = 0; !is_quoted && i < kSeparators.size(); ++i) {
            counts[i] += c == kSeparators[i] ? 1 : 0;
        }
    }
    return counts;
}

}  // namespace

CsvShape csv_shape(std::string_view text) {
    std::string_view first = line_at(text, 0);
    if (first.starts_with('"') && first.ends_with('"')) first = first.substr(1, first.size() - 2);
    constexpr std::size_t kStated = 5;  // sep=;
    if (first.size() == kStated && lower_ascii(first.substr(0, 4)) == "sep=") {
        return {first[4], behind_line(text, 0), 2};
    }
    // On how many of the first lines each stands, then how often: text may hold semicolons, and a
    // title above the header may hold anything.
    std::array<std::pair<std::size_t, std::size_t>, kSeparators.size()> seen{};
    std::size_t at = 0;
    for (int line = 0; line < kLinesLookedAt && at < text.size(); ++line) {
        const SeparatorCounts counts = count_separators(line_at(text, at));
        for (std::size_t i = 0; i < counts.size(); ++i) {
            seen[i].first += counts[i] > 0 ? 1 : 0;
            seen[i].second += counts[i];
        }
        at = behind_line(text, at);
    }
    const auto most = std::ranges::max_element(seen);
    return {kSeparators[static_cast<std::size_t>(most - seen.begin())]};
}

std::string separator_cure(const CsvRow& header) {
    if (header.cells.size() != 1) return {};
    for (const std::string_view mark : {"，", "；", "、", "  "}) {
        if (header.cells[0].find(mark) == std::string_view::npos) continue;
        return "part the columns with ',': here '" + std::string(mark) + "' stands between them";
    }
    return {};
}

CsvReader::CsvReader(std::string_view text, std::string file, CsvShape shape)
    : text_(text),
      file_(std::move(file)),
      separator_(shape.separator),
      at_(shape.begin),
      line_(shape.line) {}

CsvReader::CsvReader(NextBytes next, std::string file)
    : pieces_(std::make_unique<Pieces>(Pieces{std::move(next), {}})),
      comes_in_pieces_(true),
      file_(std::move(file)) {
    // As many lines as csv_shape() looks at; it may be two ends of line to one of them.
    constexpr std::ptrdiff_t kEndsMin = 2 * (kLinesLookedAt + 1);
    const auto has_lines = [this] {
        return std::ranges::count(text_, '\n') + std::ranges::count(text_, '\r') >= kEndsMin;
    };
    do {
        take_piece();
    } while (pieces_ != nullptr && !has_lines());
    const std::size_t marks = text_.size() - without_byte_order_marks(text_).size();
    const CsvShape shape = csv_shape(text_.substr(marks));
    at_ = marks + shape.begin;
    line_ = shape.line;
    separator_ = shape.separator;
}

// The end of a line is one for CR alone, too.
void CsvReader::end_line() {
    if (at_ >= text_.size()) return;
    at_ = behind_line(text_, at_);
    ++line_;
}

bool CsvReader::next(CsvRow& row) {
    for (;;) {
        if (at_ >= text_.size()) {
            if (pieces_ == nullptr) return false;
            take_piece();
            continue;
        }
        const Mark mark{at_, line_, faults_.size(), broken_.size()};
        reached_end_ = false;
        const RowIs is = read_row(row);
        // What stands at the end of a piece may go on in the next one.
        if (pieces_ != nullptr && (reached_end_ || at_ >= text_.size())) {
            go_back(mark);
            take_piece();
            continue;
        }
        if (is == RowIs::kRead) return true;
        if (is == RowIs::kEmpty || broken_.size() < kBrokenRowsMax) continue;
        faults_.push_back({{file_, line_, 0},
                           "more than " + std::to_string(kBrokenRowsMax) +
                               " rows cannot be read; reading stops here",
                           "save the table as CSV again",
                           rules::Severity::kError});
        at_ = text_.size();
        pieces_.reset();
        return false;
    }
}

CsvReader::RowIs CsvReader::read_row(CsvRow& row) {
    row.line = line_;
    const auto is = [&row] {
        return row.cells.size() == 1 && row.cells[0].empty() ? RowIs::kEmpty : RowIs::kRead;
    };
    if (const auto size = take_plain_line(text_.substr(at_), separator_, row.cells)) {
        at_ += size;
        ++line_;
        return is();
    }
    row.cells.clear();
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
        more = good && at_ < text_.size() && text_[at_] == separator_;
        if (more) ++at_;
    }
    if (!good) {
        skip_line();
        return RowIs::kBroken;
    }
    end_line();
    return is();
}

void CsvReader::go_back(const Mark& mark) {
    at_ = mark.at;
    line_ = mark.line;
    faults_.erase(faults_.begin() + static_cast<std::ptrdiff_t>(mark.faults), faults_.end());
    broken_.erase(broken_.begin() + static_cast<std::ptrdiff_t>(mark.broken), broken_.end());
}

// What lies before at_ is let go. A row that is longer than a piece doubles it.
void CsvReader::take_piece() {
    constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
    unescaped_.clear();
    std::string& window = pieces_->window;
    window.erase(0, at_);
    at_ = 0;
    const std::size_t held = window.size();
    const std::size_t wanted = std::max(kPieceBytes, held);
    window.resize(held + wanted);
    const std::size_t size = pieces_->next(std::span(window).subspan(held));
    window.resize(held + size);
    if (size == 0) {
        last_window_ = std::move(window);
        text_ = last_window_;
        pieces_.reset();
    } else {
        text_ = window;
    }
}

bool CsvReader::read_plain_cell(CsvRow& row) {
    std::size_t end = at_;
    const char separator = separator_;
    while (end < text_.size() && text_[end] != separator && text_[end] != '\n' &&
           text_[end] != '\r') {
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
        reached_end_ = reached_end_ || at_ >= text_.size();
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
    const auto is_blank = [this](char c) { return c != separator_ && (c == ' ' || c == '\t'); };
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' &&
        text_[at_] != '\r') {
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
    broken_.push_back({row.line, {}});
    if (!comes_in_pieces_) broken_.back().cells = row.cells;
}

void CsvReader::skip_line() {
    at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    end_line();
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
    std::string out;
    for (const char c : cell.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return "'" + with_unseen_shown(out) + (end < cell.size() ? "...'" : "'");
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
