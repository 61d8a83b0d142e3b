// Reads a season file: [[window]] tables with a measure each.
#include <fmt/format.h>

#include "plans/measures/measure_table.hpp"
#include "plans/measures/season.hpp"
#include "plans/measures/trades.hpp"
#include "plans/text/toml_table.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kSeasonBytesMax = 4 << 20;
constexpr std::size_t kSeasonWindowsMax = 10'000;

std::optional<SeasonKind> parse_kind(std::string_view text) {
    if (text == "seasonal") return SeasonKind::kSeasonal;
    if (text == "peak-shift") return SeasonKind::kPeakShift;
    return std::nullopt;
}

struct GradeReading {
    const GradeNames& names;
    rules::Severity unknown;
};

std::vector<std::string> read_grades(TomlTable& table, std::string_view key,
                                     const GradeReading& reading) {
    std::vector<std::string> grades;
    for (std::string& written : table.texts(key)) {
        const auto grade = grade_named(written, reading.names);
        if (grade) {
            grades.push_back(grade->name);
            continue;
        }
        table.wrong(key, fmt::format("'{}' is not a grade", written), std::string(kGradesAllowed),
                    reading.unknown);
        grades.push_back(std::move(written));
    }
    return grades;
}

void read_days(TomlTable& table, SeasonWindow& window) {
    const auto from = table.day("from");
    const auto to = table.day("to");
    if (!from || !to) {
        table.wrong(from ? "to" : "from", "is missing or not a day",
                    "2025-11-15; both days included");
    } else if (*to < *from) {
        table.wrong("to", "lies before 'from'", "the last day of the window");
    }
    window.from = from.value_or(rules::CivilDay{});
    window.to = to.value_or(rules::CivilDay{});
}

void read_whom(TomlTable& table, const GradeReading& reading, SeasonWindow& window) {
    window.trades = table.texts("trades");
    for (const std::string& trade : window.trades) {
        if (trade_by_id(trade) == nullptr) {
            table.wrong("trades", fmt::format("'{}' is not the id of a trade", trade),
                        "an id as 'qingkongctl catalogue list' prints them");
        }
    }
    window.enterprises = table.texts("enterprises");
    window.grades = read_grades(table, "grades", reading);
    window.except_grades = read_grades(table, "except_grades", reading);
    window.except_classes = table.texts("except_classes");
}

void read_what(TomlTable& table, SeasonWindow& window) {
    if (auto measure = table.table("measure")) {
        window.measure = read_measure(*measure);
        measure->finish();
    } else {
        table.wrong("measure", "is missing", "measure = { form = \"stop\" }");
    }
}

}  // namespace

SeasonWindow read_season_window(TomlTable& table, const GradeNames& names,
                                rules::Severity unknown_grades) {
    SeasonWindow window;
    window.id = table.required_text("id", "clinker-2025");
    if (const auto kind = table.word("kind", parse_kind, "seasonal or peak-shift")) {
        window.kind = *kind;
    }
    read_days(table, window);
    read_whom(table, {names, unknown_grades}, window);
    if (window.trades.empty() && window.enterprises.empty()) {
        table.wrong("trades", "names nobody", "give trades, enterprises or both");
    }
    window.source = table.required_text("source", "豫工信联〔2025〕…号");
    window.certainty =
        table.word("certainty", rules::parse_certainty, "primary, secondary, remembered or sample")
            .value_or(rules::Certainty::kSample);
    read_what(table, window);
    table.finish();
    return window;
}

rules::Result<SeasonPlan> read_season(std::string_view toml, const std::string& file,
                                      const GradeNames& names, rules::Severity unknown_grades) {
    const auto document = parse_toml(toml, file, kSeasonBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    TomlTable root(*document, "", file, faults);
    SeasonPlan plan;
    for (TomlTable& window : root.tables("window", kSeasonWindowsMax)) {
        plan.windows.push_back(read_season_window(window, names, unknown_grades));
    }
    root.finish();
    if (rules::has_errors(faults)) return faults;
    return plan;
}

SeasonWindow read_control_terms(TomlTable& table, const GradeNames& names,
                                rules::Severity unknown_grades) {
    SeasonWindow window;
    window.kind = SeasonKind::kTemporary;
    window.certainty = rules::Certainty::kPrimary;
    read_days(table, window);
    read_whom(table, {names, unknown_grades}, window);
    window.regions = table.texts("regions");
    if (window.trades.empty() && window.enterprises.empty() && window.regions.empty()) {
        table.wrong("trades", "names nobody", "give trades, enterprises or regions");
    }
    window.source = table.required_name("document", "许环委办〔2026〕12号");
    read_what(table, window);
    table.finish();
    return window;
}

}  // namespace qk::plans
