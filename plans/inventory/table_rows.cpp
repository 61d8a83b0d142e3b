#include "plans/inventory/table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "plans/text/half_width.hpp"
#include "plans/text/missing_mark.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/number.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {
namespace {

// Up to 15 digits with a point among them: nearly every cell is of this kind.
struct ShortDecimal {
    std::int64_t mantissa = 0;
    std::size_t decimals = 0;
};

std::optional<ShortDecimal> parse_short_decimal(std::string_view text) {
    constexpr std::size_t kDigitsMax = 15;
    if (text.size() > kDigitsMax + 1) return std::nullopt;
    ShortDecimal value;
    std::size_t point = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = static_cast<unsigned>(text[i] - '0');
        if (digit <= 9) {
            value.mantissa = value.mantissa * 10 + digit;
        } else if (text[i] == '.' && point == text.size()) {
            point = i;
        } else {
            return std::nullopt;
        }
    }
    const std::size_t digits = text.size() - (point < text.size() ? 1 : 0);
    if (digits == 0 || digits > kDigitsMax) return std::nullopt;
    value.decimals = digits - point;
    return value;
}

// Mantissa and power of ten are exact doubles, so their quotient is the nearest double, as
// from_chars would give it.
std::optional<double> parse_short_number(std::string_view text) {
    static constexpr double kPowers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const auto value = parse_short_decimal(text);
    if (!value) return std::nullopt;
    if (value->decimals == 0) return static_cast<double>(value->mantissa);
    return static_cast<double>(value->mantissa) / kPowers[value->decimals];
}

// A double from all of the text; most cells are short decimals.
std::optional<double> parse_number(std::string_view text) {
    if (const auto value = parse_short_number(text)) return value;
    if (const auto value = rules::parse_number(text)) return value;
    const std::string narrow = half_width(text);  // １２０
    return narrow == text ? std::nullopt : rules::parse_number(narrow);
}

bool looks_like_number_with_marks(std::string_view text) {
    return text.find(',') != std::string_view::npos &&
           text.find_first_not_of("0123456789,.") == std::string_view::npos;
}

// Kilograms as decimal text -> whole grams, half to even on what is below a gram. Exact: no double.
std::optional<std::int64_t> parse_grams(std::string_view text) {
    constexpr std::int64_t kGrams[] = {1000, 100, 10, 1};
    constexpr std::size_t kPlainBytesMax = 12;  // no overflow, and no more than can be
    if (text.size() <= kPlainBytesMax) {
        const auto plain = parse_short_decimal(text);
        if (plain && plain->decimals <= 3) return plain->mantissa * kGrams[plain->decimals];
    }
    std::int64_t grams = 0;
    std::size_t i = 0;
    std::size_t digits = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++digits) {
        if (grams > kAbsurdSocietyKgPerDay * 10)
            continue;  // large enough to be refused; no overflow
        grams = grams * 10 + (text[i] - '0');
    }
    grams *= 1000;
    int first_below = 0;
    bool more_below = false;
    if (i < text.size() && text[i] == '.') {
        ++i;
        std::int64_t scale = 100;
        for (std::size_t place = 0; i < text.size() && text[i] >= '0' && text[i] <= '9';
             ++i, ++digits, ++place) {
            const int digit = text[i] - '0';
            if (place < 3)
                grams += scale * digit;
            else if (place == 3)
                first_below = digit;
            else
                more_below = more_below || digit != 0;
            scale /= 10;
        }
    }
    if (i != text.size() || digits == 0) return std::nullopt;
    const bool is_half = first_below == 5 && !more_below;
    if (first_below > 5 || (first_below == 5 && more_below) || (is_half && grams % 2 != 0)) ++grams;
    return grams;
}

// A row of sums, or what is written below a table for those who read it.
bool is_below_table(std::string_view first) {
    if (static_cast<unsigned char>(first.front()) < 0x80) return false;  // nearly every row
    for (const std::string_view sum : {"合计", "总计", "小计", "共计", "总和"}) {
        if (first == sum) return true;
    }
    for (const std::string_view remark : {"注：", "注:", "备注：", "备注:", "说明：", "填表人",
                                          "填报人", "制表人", "审核人", "填表说明："}) {
        if (first.starts_with(remark)) return true;
    }
    return false;
}

// One cell that somebody left far below, as a jump to the end of a sheet does.
bool is_stray(const CsvRow& row, int rows_below) {
    constexpr int kFarRows = 100;
    if (rows_below <= kFarRows) return false;
    return std::ranges::count_if(row.cells, [](std::string_view c) { return !c.empty(); }) == 1;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

// "1.5E-05" as spreadsheets write small numbers: to the gram, which is more than a double needs.
std::optional<std::int64_t> parse_grams_with_exponent(std::string_view text) {
    if (text.find_first_of("eE") == std::string_view::npos) return std::nullopt;
    const auto value = parse_number(text);
    if (!value || *value < 0 || *value > static_cast<double>(kAbsurdSocietyKgPerDay) * 2) {
        return std::nullopt;
    }
    return std::llrint(*value * 1000);
}

}  // namespace

std::string changed_by_spreadsheet(std::string_view id) {
    constexpr std::string_view kDate = "is a date, which a spreadsheet made of an id such as 1-2";
    const auto is_in = [](std::string_view part, std::string_view set) {
        return !part.empty() && part.find_first_not_of(set) == std::string_view::npos;
    };
    constexpr std::string_view kDigits = "0123456789";
    if (rules::parse_day(id)) return std::string(kDate);
    const std::size_t month = id.find("月");
    if (month <= 2 && id.ends_with("日") && is_in(id.substr(0, month), kDigits)) {
        return std::string(kDate);
    }
    const std::size_t mark = id.find('-');
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::string_view behind = mark == std::string_view::npos ? id : id.substr(mark + 1);
    const std::size_t named = kMonths.find(behind);
    if (mark >= 1 && mark <= 2 && behind.size() == 3 && is_in(id.substr(0, mark), kDigits) &&
        named != std::string_view::npos && named % 3 == 0) {
        return std::string(kDate);
    }
    const std::size_t power = id.find("E+");
    if (power != std::string_view::npos && is_in(id.substr(0, power), "0123456789.") &&
        is_in(id.substr(power + 2), kDigits)) {
        return "is a long number as a spreadsheet shortens it: digits are lost";
    }
    return {};
}

std::string column_words(const Field& field) {
    return "column '" + std::string(field.name) + "' (" + std::string(field.chinese) + ")";
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kShownMax = 60;
    if (text.size() <= kShownMax) return "'" + std::string(text) + "'";
    std::size_t end = kShownMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return "'" + std::string(text.substr(0, end)) + "…'";
}

const std::vector<BrokenCsvRow>& RowSource::broken() const {
    static const std::vector<BrokenCsvRow> kNone;
    return kNone;
}

CsvRowSource::CsvRowSource(std::string utf8, std::string file)
    : text_(std::move(utf8)), reader_(text_, std::move(file), csv_shape(text_)) {
    may_hold_unseen_ = find_unseen(text_).has_value();
}

std::size_t CsvRowSource::row_estimate() const {
    // From the first and the last lines; a large table is not walked twice for it.
    constexpr std::size_t kSampleBytes = 65536;
    const auto rows_in = [](std::string_view sample) {
        return static_cast<std::size_t>(std::ranges::count(sample, '\n'));
    };
    const std::string_view text = text_;
    if (text.size() <= 2 * kSampleBytes) return rows_in(text) + 1;
    const std::size_t rows =
        rows_in(text.substr(0, kSampleBytes)) + rows_in(text.substr(text.size() - kSampleBytes));
    constexpr double kSpare = 1.01;
    return static_cast<std::size_t>(kSpare * static_cast<double>(rows) *
                                    static_cast<double>(text.size()) / (2.0 * kSampleBytes)) +
           1;
}

TableRows::TableRows(const TableSpec& spec, RowSource& source, rules::FaultList& findings)
    : spec_(spec), source_(source), findings_(findings), columns_(spec.fields.size(), -1) {
    read_header();
}

bool TableRows::take_row() {
    if (next_looked_at_ == looked_at_.size()) return source_.next(row_);
    row_ = std::move(looked_at_[next_looked_at_++]);
    return true;
}

// The row among the first that names most of the table's columns; the first one when none names
// two, because then the header itself is what is wrong.
bool TableRows::find_header(CsvRow& header) {
    std::size_t best = 0;
    std::size_t best_named = 1;
    while (looked_at_.size() < kRowsAboveHeaderMax) {
        CsvRow row;
        if (!source_.next(row)) break;
        std::size_t named = 0;
        for (const std::string_view cell : row.cells) {
            named += find_field(spec_, cell) || find_field_loosely(spec_, cell) ? 1 : 0;
        }
        looked_at_.push_back(std::move(row));
        if (named > best_named) {
            best = looked_at_.size() - 1;
            best_named = named;
        }
        if (2 * named > spec_.fields.size()) break;
    }
    if (looked_at_.empty()) return false;
    header = looked_at_[best];
    next_looked_at_ = best + 1;
    if (best > 0) {
        findings_.push_back(
            {{source_.place(), looked_at_.front().line, 0},
             "what stands above the header in row " + std::to_string(header.line) + " is not read",
             "",
             rules::Severity::kNote});
    }
    return true;
}

void TableRows::assign_columns(const CsvRow& header) {
    const auto add_here = [&](std::size_t cell, std::string what, std::string cure,
                              rules::Severity severity) {
        findings_.push_back({{source_.place(), header.line, static_cast<int>(cell) + 1},
                             std::move(what),
                             std::move(cure),
                             severity});
    };
    std::vector<std::size_t> unnamed;
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        if (headers_[i].empty()) continue;
        const auto field = find_field(spec_, headers_[i]);
        if (!field) {
            unnamed.push_back(i);
        } else if (columns_[*field] < 0) {
            columns_[*field] = static_cast<int>(i);
        } else {
            // An edition of before knew one of them only, and the field's own name always was one.
            std::size_t second = i;
            const Field& meant = spec_.fields[*field];
            if (is_own_name(meant, headers_[i])) {
                second =
                    static_cast<std::size_t>(std::exchange(columns_[*field], static_cast<int>(i)));
            }
            add_here(second,
                     "column " + quoted(headers_[second]) + " is a second '" +
                         std::string(meant.name) + "'; column " +
                         std::to_string(columns_[*field] + 1) + " is read",
                     "keep one of the two", source_.unseen_is());
        }
    }
    for (const std::size_t i : unnamed) {
        const std::string& name = headers_[i];
        const auto field = find_field_loosely(spec_, name);
        if (field && columns_[*field] < 0) {
            columns_[*field] = static_cast<int>(i);
            continue;
        }
        const auto end = headers_.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(headers_.begin(), end, name) != end) {
            add_here(i, "column " + quoted(name) + " stands twice", "keep one of the two",
                     rules::Severity::kError);
        }
        extras_.push_back({headers_[i], i});
        // Further columns of own measures have a meaning of their own (see plans/measures).
        if (spec_.kind != TableKind::kMeasures) {
            add_here(i, "column " + quoted(name) + " is not known and is not used", "",
                     rules::Severity::kNote);
        }
    }
}

void TableRows::read_header() {
    CsvRow header;
    if (!find_header(header)) {
        findings_.push_back({{source_.place(), 1, 0},
                             "the table is empty",
                             "a header row with the column names, then the rows",
                             rules::Severity::kError});
        usable_ = false;
        return;
    }
    headers_.reserve(header.cells.size());
    for (const std::string_view cell : header.cells) headers_.emplace_back(cell);
    assign_columns(header);
    for (std::size_t i = 0; i < spec_.fields.size(); ++i) {
        const Field& field = spec_.fields[i];
        if (columns_[i] >= 0 || field.need == Need::kOptional) continue;
        const bool required = field.need == Need::kRequired;
        findings_.push_back({{source_.place(), header.line, 0},
                             column_words(field) + " is missing",
                             required ? "add it: " + std::string(field.legend)
                                      : "without it every row counts as empty there",
                             required ? rules::Severity::kError : rules::Severity::kWarning});
        lacks_column_ = lacks_column_ || required;
    }
}

void TableRows::check_cells() {
    for (std::size_t i = headers_.size(); i < row_.cells.size(); ++i) {
        if (row_.cells[i].empty()) continue;
        findings_.push_back(
            {{source_.place(), row_.line, static_cast<int>(i) + 1},
             quoted(row_.cells[i]) + " stands under no column: the header has " +
                 std::to_string(headers_.size()) + " columns",
             source_.wants_full_rows()
                 ? "quote a cell that holds a comma, or name the column"
                 : "name the column in the header, one row with a name in each column",
             rules::Severity::kError});
        break;
    }
    if (row_.cells.size() < headers_.size() && source_.wants_full_rows()) {
        findings_.push_back({{source_.place(), row_.line, static_cast<int>(row_.cells.size()) + 1},
                             "the row has " + std::to_string(row_.cells.size()) +
                                 " cells, the header " + std::to_string(headers_.size()),
                             "a comma for every column, also for an empty cell at the end",
                             rules::Severity::kWarning});
    }
    if (!source_.may_hold_unseen()) return;
    for (std::size_t i = 0; i < row_.cells.size(); ++i) {
        const auto unseen = find_unseen(row_.cells[i]);
        if (!unseen) continue;
        const bool is_known = std::ranges::any_of(row_.cells[i], is_control);
        findings_.push_back(
            {{source_.place(), row_.line, static_cast<int>(i) + 1},
             (is_known ? "the cell holds a control character: " : "") + to_text(*unseen),
             std::string(kUnseenCure),
             is_known ? rules::Severity::kError : source_.unseen_is()});
    }
}

// Nothing of a file is loaded that has an error, so a table full of them need not be read to its
// end.
bool TableRows::is_over() {
    const bool has_too_many = findings_.count(rules::Severity::kError) >= kErrorsLookedForMax;
    if (!has_too_many && rows_ < kTableRowsMax) return false;
    if (std::exchange(is_stopped_, true)) return true;
    rules::Fault fault;
    fault.place = {source_.place(), row_.line, 0};
    fault.what = has_too_many ? "reading stops here: too many errors"
                              : "more than " + std::to_string(kTableRowsMax) + " rows";
    fault.cure = has_too_many ? "correct those above and read the file again" : "split the table";
    findings_.say_last(std::move(fault));
    return true;
}

bool TableRows::next() {
    const int last_line = row_.line;
    while (!is_over() && take_row()) {
        const auto filled = [](std::string_view cell) { return !cell.empty(); };
        const auto first = std::ranges::find_if(row_.cells, filled);
        if (first == row_.cells.end()) continue;  // ",,,," of a spreadsheet
        if (is_below_table(*first)) {
            findings_.push_back(
                {{source_.place(), row_.line, 0},
                 quoted(*first) + " is a sum or a remark below the table and is not read",
                 "",
                 rules::Severity::kNote});
            continue;
        }
        if (rows_ > 0 && is_stray(row_, row_.line - last_line)) {
            const auto column = static_cast<int>(first - row_.cells.begin()) + 1;
            findings_.push_back({{source_.place(), row_.line, column},
                                 quoted(*first) + " stands alone " +
                                     std::to_string(row_.line - last_line) +
                                     " rows below the table and is not read",
                                 "delete the row, and save",
                                 rules::Severity::kWarning});
            continue;
        }
        ++rows_;
        check_cells();
        return true;
    }
    return false;
}

bool TableRows::is_good_id(std::size_t field, IdUse use, rules::Severity wrong) {
    const std::string changed = changed_by_spreadsheet(text(field));
    if (!changed.empty()) {
        add(wrong, field, quoted(text(field)) + " " + changed, kEnterAgain);
        return wrong != rules::Severity::kError;
    }
    const auto fault = id_fault(text(field), use);
    if (!fault) return true;
    add(wrong, field, fault->what, fault->cure);
    return wrong != rules::Severity::kError;
}

std::string_view TableRows::text(std::size_t field) const {
    const int column = columns_[field];
    if (column < 0 || static_cast<std::size_t>(column) >= row_.cells.size()) return {};
    return row_.cells[static_cast<std::size_t>(column)];
}

std::string_view TableRows::extra_text(const Extra& extra) const {
    return extra.column < row_.cells.size() ? row_.cells[extra.column] : std::string_view{};
}

std::optional<double> TableRows::number(std::size_t field, double least, double most,
                                        std::string_view cure, rules::Severity wrong) {
    const std::string_view cell = text(field);
    const auto value = parse_number(cell);
    if (!value) {
        if (is_left_out(cell)) return std::nullopt;
        add(wrong, field, quoted(cell) + " is not a number",
            looks_like_number_with_marks(cell) ? "write it without thousands marks" : cure);
        return std::nullopt;
    }
    if (*value < least || *value > most) {
        add(wrong, field, quoted(cell) + (*value < 0 ? " is negative" : " is out of range"), cure);
        return std::nullopt;
    }
    return value;
}

std::optional<double> TableRows::share(std::size_t field) {
    std::string_view cell = text(field);
    if (is_left_out(cell)) return std::nullopt;
    const bool percent = cell.ends_with('%') || cell.ends_with("％");
    std::string_view digits = cell;
    if (percent) digits.remove_suffix(cell.ends_with('%') ? 1 : std::string_view("％").size());
    auto value = parse_number(digits);
    if (!value) {
        error(field, quoted(cell) + " is not a number",
              "a share from 0 to 1, for example 0.2 or 20%");
        return std::nullopt;
    }
    if (percent) *value /= 100;
    if (*value < 0 || *value > 1) {
        error(field, quoted(cell) + " is outside 0 to 1",
              "a share from 0 to 1, for example 0.2 or 20%");
        return std::nullopt;
    }
    return value;
}

std::int64_t TableRows::grams(std::size_t field, std::int64_t most_kg) {
    const std::string_view cell = text(field);
    auto value = parse_grams(cell.starts_with('+') ? cell.substr(1) : cell);
    if (!value && is_left_out(cell)) {
        warn(field,
             cell.empty() ? "the cell is empty and counts as 0" : quoted(cell) + " counts as 0",
             "write 0 where nothing is emitted");
        return 0;
    }
    if (!value) value = parse_grams(half_width(cell));
    if (!value) value = parse_grams_with_exponent(cell);
    if (!value) {
        const bool negative = cell.starts_with('-') && parse_grams(cell.substr(1));
        error(field, quoted(cell) + (negative ? " is negative" : " is not a number"),
              looks_like_number_with_marks(cell) ? "write it without thousands marks"
                                                 : "kilograms a day, 0 or more, as plain digits");
        return 0;
    }
    if (*value > most_kg * 1000) {
        error(field,
              quoted(cell) + " is more than " + std::to_string(most_kg / 1000) + " tonnes a day",
              "kilograms a day; is it grams, or a yearly sum?");
        return 0;
    }
    return *value;
}

bool TableRows::yes(std::size_t field) {
    const std::string_view cell = text(field);
    if (cell.empty() || cell == "no" || cell == "否") return false;
    if (cell == "yes" || cell == "是") return true;
    const std::string word = normalised_header(cell);
    for (const std::string_view yes : {"yes", "是", "y", "true", "1", "有", "√"}) {
        if (word == yes) return true;
    }
    for (const std::string_view no : {"no", "否", "n", "false", "0", "无", "×"}) {
        if (word == no) return false;
    }
    error(field, quoted(cell) + " is neither yes nor no", "yes or no (是 / 否)");
    return false;
}

void TableRows::error(std::size_t field, std::string_view what, std::string_view cure) {
    add(rules::Severity::kError, field, what, cure);
}
void TableRows::warn(std::size_t field, std::string_view what, std::string_view cure) {
    add(rules::Severity::kWarning, field, what, cure);
}
void TableRows::note(std::size_t field, std::string_view what, std::string_view cure) {
    add(rules::Severity::kNote, field, what, cure);
}

void TableRows::add(rules::Severity severity, std::size_t field, std::string_view what,
                    std::string_view cure) {
    // A missing column is said once, at the header.
    if (columns_[field] < 0 && spec_.fields[field].need != Need::kOptional) return;
    findings_.push_back({{source_.place(), row_.line, column_number(field)},
                         column_words(spec_.fields[field]) + ": " + std::string(what),
                         std::string(cure),
                         severity});
}

}  // namespace qk::plans
