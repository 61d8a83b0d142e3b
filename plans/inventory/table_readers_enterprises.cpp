#include <algorithm>
#include <array>

#include "plans/inventory/cell_words.hpp"
#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/table_readers.hpp"

namespace qk::plans {
namespace {

using namespace enterprise_field;

// A number that a spreadsheet has shortened: "9.1410E+17".
bool looks_ruined(std::string_view id) {
    const std::size_t mark = id.find_first_of("Ee");
    return mark != std::string_view::npos && mark + 1 < id.size() && id[mark + 1] == '+' &&
           id.find_first_not_of("0123456789.Ee+") == std::string_view::npos;
}

// Digits and capital letters, nearly as many as a credit code has, beginning like one of a company.
bool looks_like_mistyped_credit_code(std::string_view id) {
    constexpr std::size_t kLeast = 16, kMost = 20;
    return id.size() >= kLeast && id.size() <= kMost && id.size() != 18 && id.starts_with("91") &&
           std::ranges::all_of(
               id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

void check_id(TableRows& rows, std::string_view id, const ReadOptions& options) {
    if (looks_ruined(id)) {
        rows.error(kId, quoted(id) + " is a number that a spreadsheet has shortened",
                   "format the column as text and enter the id again");
        return;
    }
    if (!rows.is_good_id(kId, IdUse::kTopic, options.wrong_id)) return;
    if (!looks_like_credit_code(id)) {
        if (looks_like_mistyped_credit_code(id)) {
            rows.warn(
                kId,
                quoted(id) + " has " + std::to_string(id.size()) + " characters, a credit code 18",
                "compare with the business licence");
        }
        return;
    }
    const auto wanted = credit_code_check_character(id);
    if (!wanted) {
        rows.warn(kId, quoted(id) + " holds a letter that credit codes do not have (I, O, S, V, Z)",
                  "compare with the business licence");
    } else if (*wanted != id.back()) {
        rows.warn(kId, quoted(id) + " has a wrong check character",
                  std::string("by GB 32100-2015 it would end in '") + *wanted +
                      "'; compare with the business licence");
    }
}

void read_grade(TableRows& rows, Enterprise& enterprise, std::uint32_t number, ReadState& state) {
    const std::string_view cell = rows.text(kGrade);
    if (cell.empty()) {
        rows.warn(kGrade, "the cell is empty and counts as ungraded, which is treated like D",
                  "write 未评级, or the grade");
        enterprise.grades = {Grade{}};
        return;
    }
    GradeCell grade = read_grade_cell(cell, state.options.grade_names);
    for (const std::string& name : grade.unknown) {
        rows.error(
            kGrade, quoted(name) + " is not a grade",
            "A+, A, B, B-, C, D, 引领性, 非引领性 or 未评级, or a name of the region's pack");
    }
    enterprise.grade = std::move(grade.counts);
    enterprise.grades = std::move(grade.grades);
    enterprise.grade_suspended = grade.suspended;
    if (rows.yes(kGradeSuspended) && !grade.suspended) {
        enterprise.grade_suspended = true;
        enterprise.grade = next_lower(enterprise.grade);
    }
    if (grade.long_idle) state.long_idle.push_back(number);
    if (grade.livelihood_exempt) {
        enterprise.category = Category::kLivelihood;
        enterprise.exempt_class = "民生豁免";
        rows.note(kGrade, quoted(cell) + " is read as category livelihood (保障类)");
    }
}

bool is_known_trade(std::string_view trade, std::string_view cell, ReadState& state) {
    if (!state.options.knows_trade) return true;
    const auto found = state.known_trades.find(trade);
    if (found != state.known_trades.end()) return found->second;
    const bool known = state.options.knows_trade(trade);
    // The cell outlives the reading, a copy of it does not; a part of several trades is looked for.
    const std::size_t at = cell.find(trade);
    if (at != std::string_view::npos) {
        state.known_trades.emplace(cell.substr(at, trade.size()), known);
    }
    return known;
}

void check_trade_code(TableRows& rows, std::string_view code, std::string_view trade,
                      const ReadOptions& options) {
    if (options.knows_code && !options.knows_code(code, trade)) {
        rows.warn(kTradeCode, quoted(code) + " and " + quoted(trade) + " are no trade together",
                  "one code of GB/T 4754 or id of the catalogue that fits the trade, or the sample "
                  "rule covers it");
    }
}

std::string trades_with_one_mark(std::string_view cell) {
    std::string trades(cell);
    for (std::size_t at = trades.find("；"); at != std::string::npos; at = trades.find("；", at)) {
        trades.replace(at, std::string_view("；").size(), ";");
    }
    return trades;
}

// What is left of a ';'-separated list at its n-th part; empty: it has none.
std::string_view part_from(std::string_view list, std::size_t place) {
    for (; place > 0; --place) {
        const std::size_t end = list.find(';');
        if (end == std::string_view::npos) return {};
        list.remove_prefix(end + 1);
    }
    return list;
}

std::string_view part_at(std::string_view list, std::size_t place) {
    const std::string_view rest = part_from(list, place);
    return rest.substr(0, rest.find(';'));
}

// An id of a trade beside a name is what a person decided; without the person it does not count.
void read_trade_code(TableRows& rows, Enterprise& enterprise, const ReadOptions& options,
                     TextRepeats& codes) {
    const std::string_view cell = rows.text(kTradeCode);
    enterprise.trade_by = rows.text(kTradeBy);
    if (cell.empty()) return;
    const std::string marked = trades_with_one_mark(cell);
    bool is_tie = false;
    for (std::string_view rest = marked; !rest.empty(); rest = part_from(rest, 1)) {
        const std::string_view code = part_at(rest, 0);
        is_tie |= !code.empty() && options.is_trade_code && !options.is_trade_code(code);
    }
    if (is_tie && enterprise.trade_by.empty()) {
        rows.warn(kTradeBy, "the cell is empty beside " + quoted(cell) + ": the tie does not count",
                  "the name of who decides it, or a code of GB/T 4754");
        return;
    }
    enterprise.trade_code = codes.of(marked);
}

void check_trades(TableRows& rows, const Enterprise& enterprise, ReadState& state) {
    const ReadOptions& options = state.options;
    if (enterprise.industry.empty()) {
        rows.error(kIndustry, "the cell is empty", "the trade of the performance grading");
        return;
    }
    std::size_t trades = 0;
    std::string_view rest = enterprise.industry;
    for (;;) {
        const std::size_t end = rest.find(';');
        const std::string_view trade = rest.substr(0, end);
        const auto holds = [&](const std::vector<std::string>& names) {
            return std::ranges::find(names, trade) != names.end();
        };
        const std::string_view code = part_at(enterprise.trade_code, trades);
        if (!code.empty()) {
            check_trade_code(rows, code, trade, options);
        } else if (!is_known_trade(trade, rows.text(kIndustry), state)) {
            rows.warn(kIndustry,
                      quoted(trade) +
                          " is not a trade that the catalogue knows: the sample rule "
                          "covers it until a person ties it",
                      "a name of the grading guide, trade_code (行业代码) with trade_by "
                      "(行业认定人), or [[trades.tie]] of the region's pack");
        }
        if (holds(options.leading_only_trades) && trades < enterprise.grades.size()) {
            const std::string& grade = enterprise.grades[trades].name;
            if (grade.size() <= 2) {
                rows.warn(kGrade,
                          quoted(trade) + " is graded leading or non-leading, not " + quoted(grade),
                          "引领性 or 非引领性");
            }
        }
        ++trades;
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    if (enterprise.grades.size() > 1 && trades != enterprise.grades.size()) {
        rows.error(kGrade,
                   std::to_string(enterprise.grades.size()) + " grades for " +
                       std::to_string(trades) + " trades",
                   "one grade a trade, in the same order");
    }
}

void read_coordinates(TableRows& rows, Enterprise& enterprise) {
    constexpr double kLonMin = 73, kLonMax = 135.1, kLatMin = 3, kLatMax = 54;
    enterprise.lon = rows.number(kLon, -180, 180, "degrees east, for example 113.65");
    enterprise.lat = rows.number(kLat, -180, 180, "degrees north, for example 34.76");
    if (enterprise.lon.has_value() != enterprise.lat.has_value()) {
        const bool no_lon = !enterprise.lon && rows.text(kLon).empty();
        const bool no_lat = !enterprise.lat && rows.text(kLat).empty();
        if (no_lon || no_lat) {
            rows.warn(no_lon ? kLon : kLat, "the cell is empty beside a filled one",
                      "give both coordinates or none");
        }
    }
    if (!enterprise.lon || !enterprise.lat) return;
    const auto in_china = [&](double lon, double lat) {
        return lon >= kLonMin && lon <= kLonMax && lat >= kLatMin && lat <= kLatMax;
    };
    if (in_china(*enterprise.lon, *enterprise.lat)) return;
    const std::string pair =
        quoted(std::string(rows.text(kLon)) + ", " + std::string(rows.text(kLat)));
    if (in_china(*enterprise.lat, *enterprise.lon)) {
        rows.error(kLon, pair + ": longitude and latitude are swapped", "exchange the two cells");
    } else {
        rows.error(kLon, pair + " lies outside China",
                   "decimal degrees, lon 73 to 135, lat 3 to 54");
    }
}

void read_exemption(TableRows& rows, Enterprise& enterprise, std::optional<rules::CivilDay> today) {
    if (!rows.text(kExemptClass).empty()) enterprise.exempt_class = rows.text(kExemptClass);
    enterprise.exempt_evidence = rows.text(kExemptEvidence);
    if (const std::string_view cell = rows.text(kExemptUpTo); !cell.empty()) {
        enterprise.exempt_up_to = read_level(cell);
        if (!enterprise.exempt_up_to) {
            rows.error(kExemptUpTo, quoted(cell) + " is not a level", "yellow, orange or red");
        }
    }
    if (const std::string_view cell = rows.text(kExemptUntil); !cell.empty()) {
        enterprise.exempt_until = rules::parse_day(cell);
        if (!enterprise.exempt_until) {
            rows.error(kExemptUntil, quoted(cell) + " is not a date", "2026-03-31");
        } else if (today && *enterprise.exempt_until < *today) {
            rows.warn(kExemptUntil, quoted(cell) + " is over: the exemption binds nobody any more",
                      "a new evidence and date, or empty the exempt class");
        }
    }
    const bool exempt = !enterprise.exempt_class.empty();
    if (exempt && enterprise.exempt_evidence.empty() && rows.has(kExemptEvidence)) {
        rows.warn(kExemptEvidence, "an exemption without evidence: it does not count",
                  "the document that grants it");
    }
    if (!exempt && (enterprise.exempt_up_to || enterprise.exempt_until)) {
        rows.error(kExemptClass, "a ceiling or an expiry without an exempt class",
                   "name the class");
    }
}

}  // namespace

void check_phone(TableRows& rows, std::size_t field, std::string_view phone) {
    if (!rows.has(field)) return;
    if (phone.empty()) {
        rows.warn(field, "the cell is empty: nobody can be called in a warning",
                  "a mobile or landline number");
        return;
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_of_number = [&](char c) {
        return is_digit(c) || std::string_view("+- ()/;,").find(c) != std::string_view::npos;
    };
    constexpr int kDigitsMin = 7;
    if (std::ranges::count_if(phone, is_digit) < kDigitsMin ||
        !std::ranges::all_of(phone, is_of_number)) {
        rows.warn(field, quoted(phone) + " is not a telephone number",
                  "digits, with area code, for example 0371-66666666");
    }
}

namespace {

// A permit's number is the holder's credit code and four characters more.
void check_permit(TableRows& rows, const Enterprise& enterprise) {
    if (!rows.has(kPermit)) return;
    const std::string& permit = enterprise.permit;
    if (permit.empty()) {
        rows.note(kPermit, "the cell is empty: the inventory is tied to the discharge permit",
                  "the permit's number");
    } else if (looks_like_credit_code(permit.substr(0, 18)) &&
               looks_like_credit_code(enterprise.id) && !permit.starts_with(enterprise.id)) {
        rows.warn(kPermit, quoted(permit) + " begins with the credit code of another enterprise",
                  "the permit of this enterprise: " + enterprise.id + "…");
    }
}

void check_region(TableRows& rows, const Enterprise& enterprise) {
    if (!is_region_code(enterprise.region)) {
        rows.error(
            kRegion,
            (enterprise.region.empty() ? "the cell is empty"
                                       : quoted(enterprise.region) + " is not a county code"),
            "six digits of GB/T 2260, for example 410122");
    } else if (enterprise.region.ends_with("00")) {
        rows.warn(kRegion, quoted(enterprise.region) + " is a city or a province, not a county",
                  "the county's code");
    }
}

void read_permit_limits(TableRows& rows, Enterprise& enterprise) {
    PermitLimits limits;
    bool given = false;
    for (std::size_t i = 0; i < kEmissionCount; ++i) {
        if (!rows.has(kPermitSo2 + i)) continue;
        limits[i] = rows.number(kPermitSo2 + i, 0, kAbsurdNumber, "tonnes a year, 0 or more");
        given = given || limits[i];
    }
    if (given) enterprise.permit_t_a = std::make_shared<const PermitLimits>(limits);
}

void read_reasons(TableRows& rows, Enterprise& enterprise) {
    enterprise.reasons = trades_with_one_mark(rows.text(kReasons));
    enterprise.reason_evidence = trades_with_one_mark(rows.text(kReasonEvidence));
    if (std::ranges::count(enterprise.reasons.text(), ';') >=
        static_cast<std::ptrdiff_t>(kReasonsNamedMax)) {
        rows.error(kReasons, "the cell names too many reasons",
                   std::to_string(kReasonsNamedMax) + " at most");
    }
    if (enterprise.reasons.empty() && !enterprise.reason_evidence.empty()) {
        rows.warn(kReasons, "the cell is empty beside " + quoted(enterprise.reason_evidence.text()),
                  "the reason that the document is for");
    }
}

void read_no_duty(TableRows& rows, Enterprise& enterprise) {
    enterprise.no_duty_reason = rows.text(kNoDutyReason);
    enterprise.no_duty_by = rows.text(kNoDutyBy);
    if (!enterprise.no_duty_reason.empty() && enterprise.no_duty_by.empty()) {
        rows.warn(kNoDutyBy, "the cell is empty: a reason that nobody answers for does not count",
                  "the name of who says so");
        enterprise.no_duty_reason = {};
    }
}

}  // namespace

void read_enterprises(RowSource& source, ReadState& state) {
    TableRows rows(table_of(TableKind::kEnterprises), source, state.findings);
    std::vector<Enterprise>& enterprises = state.inventory.enterprises;
    const std::size_t estimate = std::min(source.row_estimate(), kRowsReservedMax);
    enterprises.reserve(estimate);
    state.index.reserve(estimate);
    TextRepeats regions, industries, codes;
    state.inventory.has_evidence_column = rows.usable() && rows.has(kExemptEvidence);
    while (rows.usable() && rows.next()) {
        const std::string_view id = rows.text(kId);
        const auto number = static_cast<std::uint32_t>(enterprises.size());
        Enterprise& enterprise = enterprises.emplace_back();
        enterprise.row = rows.line();
        enterprise.id = id;
        enterprise.name = rows.text(kName);
        enterprise.industry = industries.of(trades_with_one_mark(rows.text(kIndustry)));
        read_trade_code(rows, enterprise, state.options, codes);
        enterprise.batch = rows.text(kBatch);
        read_no_duty(rows, enterprise);
        read_reasons(rows, enterprise);
        enterprise.contact = rows.text(kContact);
        enterprise.phone = rows.text(kPhone);
        enterprise.permit = rows.text(kPermit);
        if (const std::string_view cell = rows.text(kCategory); !cell.empty()) {
            const auto category = read_category(cell);
            if (category)
                enterprise.category = *category;
            else {
                rows.error(kCategory, quoted(cell) + " is not a category",
                           "regular, livelihood, small or whitelist (一般, 保障类, 小微, "
                           "自主减排白名单)");
            }
        }
        const std::uint32_t first = state.index.add(id);
        if (id.empty()) {
            rows.error(kId, "the cell is empty", "an id, the same in every table");
        } else if (first != number) {
            rows.error(kId,
                       quoted(id) + " stands twice; first in row " +
                           std::to_string(enterprises[first].row),
                       "one row an enterprise");
            enterprise.id = {};  // later rows belong to the first one
        } else {
            check_id(rows, id, state.options);
        }
        if (enterprise.name.empty())
            rows.error(kName, "the cell is empty", "the name of the licence");
        enterprise.region = regions.of(rows.text(kRegion));
        check_region(rows, enterprise);
        read_grade(rows, enterprise, number, state);
        check_trades(rows, enterprise, state);
        read_coordinates(rows, enterprise);
        read_exemption(rows, enterprise, state.options.today);
        check_phone(rows, kPhone, enterprise.phone);
        check_permit(rows, enterprise);
        read_permit_limits(rows, enterprise);
        if (enterprise.grades.size() == 1 && enterprise.grades.front() == enterprise.grade) {
            enterprise.grades = {};
        }
    }
    for (const BrokenCsvRow& row : source.broken()) {
        const auto place = static_cast<std::size_t>(rows.column_number(kId));
        if (place > 0 && place <= row.cells.size()) state.index.add_unread(row.cells[place - 1]);
    }
    if (!rows.usable() || !rows.has(kId)) state.index.give_up();
    finish_table(TableKind::kEnterprises, rows, source, state);
}

}  // namespace qk::plans
