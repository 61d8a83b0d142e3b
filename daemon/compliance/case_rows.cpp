#include "daemon/compliance/case_rows.hpp"

#include <boost/json/array.hpp>
#include <set>

#include "daemon/service/county_rows.hpp"
#include "daemon/store/row_filter.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr const char* kColumns =
    "SELECT number, kind, enterprise, obligation, warning, verdict, state, conclusion, opened_at,"
    " changed_at, text, window_from, suspected, inspectors, due_at, checked_by, concluded_by,"
    " rechecked_by, failed_rechecks FROM cases ";

RowFilter filter_of(const CaseQuery& query) {
    RowFilter filter;
    filter.add_if_given("state = ?", query.state);
    filter.add_if_given("kind = ?", query.kind);
    filter.add_if_given("enterprise = ?", query.enterprise);
    filter.add_if_given("warning = ?", query.warning);
    add_county(filter, "enterprise", query.region_prefix);
    return filter;
}

std::vector<std::string> names_of(const std::string& text) {
    std::vector<std::string> names;
    const auto list = plans::parse_json(text, "cases");
    if (!list || !list->is_array()) return names;
    for (const json::value& one : list->get_array()) {
        if (one.is_string()) names.emplace_back(one.get_string());
    }
    return names;
}
std::set<std::string> set_of(const std::string& text) {
    const std::vector<std::string> names = names_of(text);
    return {names.begin(), names.end()};
}
std::string text_of(const std::vector<std::string>& names) {
    return plans::to_text(plans::texts(names));
}
std::string text_of(const std::set<std::string>& names) {
    return text_of(std::vector<std::string>(names.begin(), names.end()));
}
std::string conclusion_of(const StoredCase& row) {
    return row.standing.conclusion ? std::string(plans::to_text(*row.standing.conclusion)) : "";
}

StoredCase stored_of(const Statement& row) {
    StoredCase stored;
    stored.number = row.integer(0);
    stored.standing.kind = plans::parse_case_kind(row.view(1)).value_or(plans::CaseKind::kLead);
    stored.enterprise = row.text(2);
    stored.obligation = row.text(3);
    stored.warning = row.text(4);
    stored.verdict = row.maybe<std::int64_t>(5);
    stored.standing.state = plans::parse_case_state(row.view(6)).value_or(plans::CaseState::kLead);
    stored.standing.conclusion = plans::parse_conclusion(row.view(7));
    stored.opened_at = row.instant(8);
    stored.changed_at = row.instant(9);
    stored.text = row.text(10);
    stored.window_from = row.instant(11);
    stored.standing.is_suspected = row.flag(12);
    stored.inspectors = names_of(row.text(13));
    stored.due_at = row.maybe<rules::Instant>(14);
    stored.standing.checked_by = set_of(row.text(15));
    stored.standing.concluded_by = row.text(16);
    stored.standing.rechecked_by = set_of(row.text(17));
    stored.failed_rechecks = row.integer(18);
    return stored;
}

}  // namespace

std::int64_t insert_case(Session& db, const StoredCase& row) {
    db.exec(
        "INSERT INTO cases(kind, enterprise, obligation, window_from, warning,"
        " verdict, state, conclusion, opened_at, changed_at, text, suspected)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        plans::to_text(row.standing.kind), row.enterprise, row.obligation, row.window_from,
        row.warning, row.verdict, plans::to_text(row.standing.state), conclusion_of(row),
        row.opened_at, row.changed_at, row.text, row.standing.is_suspected ? 1 : 0);
    return db.last_id();
}

void store_case(Session& db, const StoredCase& row) {
    db.exec(
        "UPDATE cases SET verdict = ?, state = ?, conclusion = ?, changed_at = ?, text = ?,"
        " suspected = ?, inspectors = ?, due_at = ?, checked_by = ?, concluded_by = ?,"
        " rechecked_by = ?, failed_rechecks = ? WHERE number = ?",
        row.verdict, plans::to_text(row.standing.state), conclusion_of(row), row.changed_at,
        row.text, row.standing.is_suspected ? 1 : 0, text_of(row.inspectors), row.due_at,
        text_of(row.standing.checked_by), row.standing.concluded_by,
        text_of(row.standing.rechecked_by), row.failed_rechecks, row.number);
}

std::optional<StoredCase> case_of_window(Session& db, const StoredCase& wanted, bool is_of_season) {
    Statement find(db,
                   std::string(kColumns) +
                       "WHERE kind = ?1 AND enterprise = ?2 AND obligation = ?3 AND"
                       " (window_from = ?4 OR (?5 AND state <> 'closed'))"
                       " ORDER BY window_from = ?4, number DESC",
                   plans::to_text(wanted.standing.kind), wanted.enterprise, wanted.obligation,
                   wanted.window_from, is_of_season ? 1 : 0);
    if (!find.next()) return std::nullopt;
    return stored_of(find);
}

void add_case_step(Session& db, std::int64_t number, const CaseStepRow& row) {
    db.exec(
        "INSERT INTO case_steps(case_number, at, step, person, detail)"
        " VALUES(?, ?, ?, ?, ?)",
        number, row.at, row.step, row.person, plans::to_text(row.detail));
}

std::size_t count_case_steps(Session& db, std::int64_t number) {
    return static_cast<std::size_t>(
        db.count("SELECT COUNT(*) FROM case_steps WHERE case_number = ?", number));
}

std::vector<CaseStepRow> steps_of_case(Session& db, std::int64_t number) {
    Statement rows(db,
                   "SELECT at, step, person, detail FROM case_steps WHERE case_number = ?"
                   " ORDER BY number",
                   number);
    std::vector<CaseStepRow> steps;
    while (rows.next()) {
        auto detail = plans::parse_json(rows.text(3), "case_steps");
        steps.push_back({rows.instant(0), rows.text(1), rows.text(2),
                         detail ? *std::move(detail) : json::value(nullptr)});
    }
    return steps;
}

std::vector<StoredCase> list_cases(Session& db, const CaseQuery& query) {
    RowFilter filter = filter_of(query);
    filter.add("number < ?", query.below);
    Statement rows(db, kColumns + filter.where() + " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(rows);
    rows.bind(place, query.limit);
    rows.bind(place + 1, query.offset);
    std::vector<StoredCase> cases;
    while (rows.next()) cases.push_back(stored_of(rows));
    return cases;
}

std::size_t count_cases(Session& db, const CaseQuery& query) {
    const RowFilter filter = filter_of(query);
    Statement row(db, "SELECT COUNT(*) FROM cases" + filter.where());
    filter.bind_to(row);
    return row.next() ? row.get<std::size_t>(0) : 0;
}

std::optional<StoredCase> load_case(Session& db, std::int64_t number) {
    Statement row(db, std::string(kColumns) + " WHERE number = ?", number);
    if (!row.next()) return std::nullopt;
    return stored_of(row);
}

std::vector<StoredCase> open_data_cases(Session& db, std::int64_t after, std::size_t limit) {
    Statement rows(db,
                   std::string(kColumns) +
                       "WHERE kind = 'data_quality' AND state IN ('lead', 'site_check', 'checked')"
                       " AND number > ? ORDER BY number LIMIT ?",
                   after, limit);
    std::vector<StoredCase> cases;
    while (rows.next()) cases.push_back(stored_of(rows));
    return cases;
}

std::int64_t store_case_file(Session& db, std::int64_t number, const CaseFileRow& row,
                             std::string_view content) {
    const auto there = db.one<std::int64_t>(
        "SELECT number FROM case_files WHERE case_number = ? AND sha256 = ?", number, row.sha256);
    if (there) return *there;
    db.exec(
        "INSERT INTO case_files(case_number, at, person, name, media, bytes, sha256, taken_at, "
        "longitude, latitude, datum, content) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        number, row.at, row.person, row.name, row.media, row.bytes, row.sha256, row.taken_at,
        row.longitude, row.latitude, row.datum, Blob{content});
    return db.last_id();
}

std::vector<CaseFileRow> files_of_case(Session& db, std::int64_t number) {
    Statement read(db,
                   "SELECT number, at, person, name, media, bytes, sha256, taken_at, longitude, "
                   "latitude, datum FROM case_files WHERE case_number = ? ORDER BY number",
                   number);
    std::vector<CaseFileRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.instant(1), read.text(2), read.text(3), read.text(4),
                        read.integer(5), read.text(6), read.maybe<rules::Instant>(7),
                        read.maybe<double>(8), read.maybe<double>(9), read.text(10)});
    }
    return rows;
}

std::optional<std::string> content_of_case_file(Session& db, std::int64_t number,
                                                std::int64_t file) {
    return db.one<std::string>(
        "SELECT content FROM case_files WHERE number = ? AND case_number = ?", file, number);
}

}  // namespace qk::daemon
