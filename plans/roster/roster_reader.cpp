#include <algorithm>
#include <optional>

#include "plans/roster/roster.hpp"
#include "plans/text/csv_table.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

using rules::Instant;

std::vector<std::string> needs_otherwise() { return {"duty_officer", "approver"}; }

constexpr const char* kSpanCure = "先起后止 / an end after the begin";

std::string span_fault(const rules::Span& span, rules::Zone zone) {
    return "起'" + rules::to_iso(span.from, zone) + "'不早于止 / does not end after it begins";
}

Instant instant_in(TomlTable& table, std::string_view key, rules::Zone zone) {
    const std::string text = table.required_text(key, "from = \"2026-12-01T08:00\"");
    if (text.empty()) return {};
    const auto at = rules::parse_instant(text, zone);
    if (!at) table.wrong(key, rules::not_a_time(text), rules::kTimeCure);
    return at.value_or(Instant{});
}

rules::Span span_in(TomlTable& table, rules::Zone zone) {
    const rules::Span span{instant_in(table, "from", zone), instant_in(table, "to", zone)};
    const bool is_read = span.from != Instant{} && span.to != Instant{};
    if (is_read && span.from >= span.to) table.wrong("to", span_fault(span, zone), kSpanCure);
    return span;
}

Shift shift_in(TomlTable& table, rules::Zone zone) {
    Shift shift;
    shift.place = table.place();
    shift.role = table.required_name("role", "role = \"duty_officer\"");
    shift.person = table.required_name("person", "person = \"zhang.wei\"");
    shift.deputy = table.text("deputy").value_or("");
    shift.phone = table.text("phone").value_or("");
    shift.deputy_phone = table.text("deputy_phone").value_or("");
    shift.span = span_in(table, zone);
    table.finish();
    return shift;
}

Absence absence_in(TomlTable& table, rules::Zone zone) {
    Absence absence;
    absence.place = table.place();
    absence.person = table.required_name("person", "person = \"zhang.wei\"");
    absence.span = span_in(table, zone);
    table.finish();
    return absence;
}

struct RosterColumns {
    CsvTable::Column role, person, deputy, phone, deputy_phone, from, to;

    explicit RosterColumns(CsvTable& rows)
        : role(rows.required("role", "角色")),
          person(rows.required("person", "值班人")),
          deputy(rows.column("deputy", "替班人")),
          phone(rows.column("phone", "电话")),
          deputy_phone(rows.column("deputy_phone", "替班电话")),
          from(rows.required("from", "起")),
          to(rows.required("to", "止")) {}
};

Instant instant_in(CsvTable& rows, CsvTable::Column column, rules::Zone zone) {
    const std::string_view text = rows.cell(column);
    const auto at = rules::parse_instant(text, zone);
    if (!at) rows.fault(column, rules::not_a_time(with_unseen_shown(text)), rules::kTimeCure);
    return at.value_or(Instant{});
}

std::string name_in(CsvTable& rows, CsvTable::Column column) {
    const std::string_view text = rows.cell(column);
    if (const auto unseen = find_unseen_in_name(text)) {
        rows.fault(column, to_text(*unseen), kUnseenCure);
    }
    return std::string(text);
}

Shift shift_in(CsvTable& rows, const RosterColumns& columns, const std::string& file,
               rules::Zone zone) {
    Shift shift;
    shift.place = {file, rows.line(), 1};
    shift.role = rows.text(columns.role, "duty_officer");
    shift.person = rows.text(columns.person, "zhang.wei");
    shift.deputy = name_in(rows, columns.deputy);
    shift.phone = name_in(rows, columns.phone);
    shift.deputy_phone = name_in(rows, columns.deputy_phone);
    shift.span.from = instant_in(rows, columns.from, zone);
    shift.span.to = instant_in(rows, columns.to, zone);
    const bool is_read = shift.span.from != Instant{} && shift.span.to != Instant{};
    if (is_read && shift.span.from >= shift.span.to) {
        rows.fault(columns.to, span_fault(shift.span, zone), kSpanCure);
    }
    return shift;
}

}  // namespace

rules::Result<Roster> read_roster(std::string_view toml, const std::string& file,
                                  rules::Zone zone) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    rules::Faults faults;
    Roster roster;
    TomlTable root(*document, "", file, faults);
    roster.needs = root.has("needs") ? root.texts("needs") : needs_otherwise();
    if (roster.needs.size() > kNeedsMax) {
        root.wrong("needs", "超过20个角色 / more than 20 roles", "至多20个 / at most 20");
    }
    if (std::ranges::any_of(roster.needs, &std::string::empty)) {
        root.wrong("needs", "含空的角色 / holds an empty text", "[\"duty_officer\"]");
    }
    for (TomlTable& table : root.tables("shift", kShiftsMax)) {
        roster.shifts.push_back(shift_in(table, zone));
    }
    for (TomlTable& table : root.tables("absence", kAbsencesMax)) {
        roster.absences.push_back(absence_in(table, zone));
    }
    root.finish();
    if (!faults.empty()) return faults;
    return roster;
}

rules::Result<Roster> read_roster_csv(std::string_view csv, const std::string& file,
                                      rules::Zone zone) {
    Roster roster;
    roster.needs = needs_otherwise();
    CsvTable rows(csv, file);
    const RosterColumns columns(rows);
    while (rows.next()) {
        if (roster.shifts.size() == kShiftsMax) {
            rows.fault(columns.role, "班次超过5000个 / more than 5000 shifts",
                       "分次报送 / fewer at once");
            break;
        }
        roster.shifts.push_back(shift_in(rows, columns, file, zone));
    }
    rules::Faults faults = rows.faults();
    if (!faults.empty()) return faults;
    return roster;
}

}  // namespace qk::plans
