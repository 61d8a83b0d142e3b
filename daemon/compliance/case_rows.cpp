#include "daemon/compliance/case_rows.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "daemon/store/sql.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

using rules::CaseKind;
using rules::CaseState;

constexpr const char* kColumns =
    "SELECT number, kind, enterprise, obligation, warning, verdict, state, conclusion, opened_at,"
    " changed_at, text FROM cases ";
constexpr const char* kWhere =
    " WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR kind = ?2) AND (?3 = '' OR enterprise = ?3)"
    " AND (?4 = '' OR warning = ?4)"
    " AND (?7 = '' OR enterprise IN (SELECT o.enterprise FROM orders AS o WHERE o.region LIKE ?7 "
    "|| '%'))";

StoredCase stored_of(SQLite::Statement& row) {
    StoredCase stored;
    stored.number = row.getColumn(0).getInt64();
    stored.kind = text_at(row, 1);
    stored.enterprise = text_at(row, 2);
    stored.obligation = text_at(row, 3);
    stored.warning = text_at(row, 4);
    if (!row.isColumnNull(5)) stored.verdict = row.getColumn(5).getInt64();
    stored.state = rules::parse_case_state(text_at(row, 6)).value_or(CaseState::kLead);
    stored.conclusion = text_at(row, 7);
    stored.opened_at = instant_at(row, 8);
    stored.changed_at = instant_at(row, 9);
    stored.text = text_at(row, 10);
    return stored;
}

void add_step(SQLite::Database& db, std::int64_t number, rules::Instant now,
              const std::string& step, const std::string& person, const json::value& detail) {
    SQLite::Statement put(db,
                          "INSERT INTO case_steps(case_number, at, step, person, detail)"
                          " VALUES(?, ?, ?, ?, ?)");
    put.bind(1, number);
    bind(put, 2, now);
    put.bind(3, step);
    put.bind(4, person);
    put.bind(5, plans::to_text(detail));
    put.exec();
}

bool is_about_data(const rules::Finding& finding) {
    return finding.kind == rules::FindingKind::kMeterSilent ||
           finding.kind == rules::FindingKind::kPowerCut ||
           finding.kind == rules::FindingKind::kInvalidData;
}

struct OpenCase {
    CaseKind kind;
    std::string obligation;
    rules::Instant window_from;
    std::int64_t verdict;
    std::string text;
};

// 1 when the case is new. Of the season, whose windows are days, one case is worked on at a time:
// another opens when it has been closed.
std::size_t open_or_note(SQLite::Database& db, const DutyWindow& window, const OpenCase& wanted,
                         rules::Instant now) {
    SQLite::Statement find(db,
                           "SELECT number, verdict FROM cases WHERE kind = ?1 AND enterprise = ?2"
                           " AND obligation = ?3 AND (window_from = ?4 OR"
                           " (?5 AND state <> 'closed')) ORDER BY window_from = ?4, number DESC");
    find.bind(1, std::string(rules::to_text(wanted.kind)));
    find.bind(2, window.obligation.enterprise);
    find.bind(3, wanted.obligation);
    bind(find, 4, wanted.window_from);
    find.bind(5, window.is_of_season() ? 1 : 0);
    if (find.executeStep()) {
        const std::int64_t number = find.getColumn(0).getInt64();
        if (wanted.kind == CaseKind::kDataQuality ||
            find.getColumn(1).getInt64() == wanted.verdict) {
            return 0;
        }
        SQLite::Statement update(
            db, "UPDATE cases SET verdict = ?, text = ?, changed_at = ? WHERE number = ?");
        update.bind(1, wanted.verdict);
        update.bind(2, wanted.text);
        bind(update, 3, now);
        update.bind(4, number);
        update.exec();
        add_step(db, number, now, "verdict", "system",
                 json::object{{"verdict", wanted.verdict}, {"text", wanted.text}});
        return 0;
    }
    SQLite::Statement put(db,
                          "INSERT INTO cases(kind, enterprise, obligation, window_from, warning,"
                          " verdict, state, conclusion, opened_at, changed_at, text)"
                          " VALUES(?, ?, ?, ?, ?, ?, 'lead', '', ?, ?, ?)");
    put.bind(1, std::string(rules::to_text(wanted.kind)));
    put.bind(2, window.obligation.enterprise);
    put.bind(3, wanted.obligation);
    bind(put, 4, wanted.window_from);
    put.bind(5, window.warning);
    put.bind(6, wanted.verdict);
    bind(put, 7, now);
    bind(put, 8, now);
    put.bind(9, wanted.text);
    put.exec();
    add_step(db, db.getLastInsertRowid(), now, "opened", "system",
             json::object{{"verdict", wanted.verdict}, {"text", wanted.text}});
    return 1;
}

// A lead whose verdict has become harmless stays with people to close, but says so.
void note_harmless(SQLite::Database& db, const DutyWindow& window, const rules::Verdict& verdict,
                   std::int64_t verdict_number, rules::Instant now) {
    SQLite::Statement find(db,
                           "SELECT number, verdict FROM cases WHERE kind = 'lead' AND"
                           " enterprise = ? AND obligation = ? AND window_from = ?");
    find.bind(1, window.obligation.enterprise);
    find.bind(2, window.obligation.id);
    bind(find, 3, window.from());
    if (!find.executeStep() || find.getColumn(1).getInt64() == verdict_number) return;
    const std::int64_t number = find.getColumn(0).getInt64();
    SQLite::Statement update(db, "UPDATE cases SET verdict = ?, changed_at = ? WHERE number = ?");
    update.bind(1, verdict_number);
    bind(update, 2, now);
    update.bind(3, number);
    update.exec();
    add_step(db, number, now, "verdict", "system",
             json::object{{"verdict", verdict_number}, {"text", verdict.text}});
}

}  // namespace

std::size_t open_cases(SQLite::Database& db, const DutyWindow& window,
                       const rules::Verdict& verdict, std::int64_t verdict_number,
                       rules::Instant now) {
    std::size_t opened = 0;
    const bool is_lead = verdict.compliance == rules::Compliance::kBreach ||
                         verdict.compliance == rules::Compliance::kBreachSuspected;
    if (is_lead) {
        opened += open_or_note(
            db, window,
            {CaseKind::kLead, window.obligation.id, window.from(), verdict_number, verdict.text},
            now);
    } else {
        note_harmless(db, window, verdict, verdict_number, now);
    }
    if (verdict.compliance != rules::Compliance::kCannotTell) return opened;
    for (const rules::Finding& finding : verdict.findings) {
        if (!is_about_data(finding)) continue;
        // One case per meter and warning, whatever number of obligations it leaves open.
        OpenCase wanted{CaseKind::kDataQuality, window.warning + "/" + finding.meter,
                        rules::Instant{}, verdict_number, finding.text};
        if (window.is_of_season()) {
            wanted.obligation = "season/" + finding.meter;
            wanted.window_from = window.from();
        }
        opened += open_or_note(db, window, wanted, now);
    }
    return opened;
}

rules::Result<StoredCase> take_step(SQLite::Database& db, std::int64_t number, rules::CaseStep step,
                                    const CaseStepDone& done, rules::Instant now) {
    auto stored = load_case(db, number);
    if (!stored) return rules::refuse(fmt::format("there is no case {}", number));
    const auto next = rules::advance(stored->state, step);
    if (!next) return next.error();
    json::object detail;
    detail["note"] = done.note;
    if (done.conclusion) detail["conclusion"] = rules::to_text(*done.conclusion);
    if (!done.checklist.is_null()) detail["checklist"] = done.checklist;
    stored->state = *next;
    stored->changed_at = now;
    if (done.conclusion) stored->conclusion = rules::to_text(*done.conclusion);
    SQLite::Statement update(
        db, "UPDATE cases SET state = ?, conclusion = ?, changed_at = ? WHERE number = ?");
    update.bind(1, std::string(rules::to_text(stored->state)));
    update.bind(2, stored->conclusion);
    bind(update, 3, now);
    update.bind(4, number);
    update.exec();
    add_step(db, number, now, std::string(rules::to_text(step)), done.person, detail);
    return *stored;
}

std::vector<StoredCase> list_cases(SQLite::Database& db, const CaseQuery& query) {
    SQLite::Statement rows(
        db, std::string(kColumns) + kWhere + " ORDER BY number DESC LIMIT ?5 OFFSET ?6");
    rows.bind(1, query.state);
    rows.bind(2, query.kind);
    rows.bind(3, query.enterprise);
    rows.bind(4, query.warning);
    rows.bind(7, query.stem);
    rows.bind(5, static_cast<std::int64_t>(query.limit));
    rows.bind(6, static_cast<std::int64_t>(query.offset));
    std::vector<StoredCase> cases;
    while (rows.executeStep()) cases.push_back(stored_of(rows));
    return cases;
}

std::size_t count_cases(SQLite::Database& db, const CaseQuery& query) {
    SQLite::Statement row(db, std::string("SELECT COUNT(*) FROM cases") + kWhere);
    row.bind(1, query.state);
    row.bind(2, query.kind);
    row.bind(3, query.enterprise);
    row.bind(4, query.warning);
    row.bind(7, query.stem);
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
}

std::optional<StoredCase> load_case(SQLite::Database& db, std::int64_t number) {
    SQLite::Statement row(db, std::string(kColumns) + " WHERE number = ?");
    row.bind(1, number);
    if (!row.executeStep()) return std::nullopt;
    return stored_of(row);
}

json::value to_json(const StoredCase& stored, rules::Zone zone) {
    json::object object;
    object["number"] = stored.number;
    object["kind"] = stored.kind;
    object["enterprise"] = stored.enterprise;
    object["obligation"] = stored.obligation;
    object["warning"] = stored.warning;
    if (stored.verdict) object["verdict"] = *stored.verdict;
    object["state"] = rules::to_text(stored.state);
    object["state_zh"] = rules::to_chinese(stored.state);
    object["conclusion"] = stored.conclusion;
    object["opened_at"] = rules::to_iso(stored.opened_at, zone);
    object["changed_at"] = rules::to_iso(stored.changed_at, zone);
    object["text"] = stored.text;
    return object;
}

namespace {

// From when its order could be known, as the verdict has it.
void add_delivery(SQLite::Database& db, const StoredCase& stored, json::object& object) {
    if (!stored.verdict) return;
    SQLite::Statement row(db, "SELECT body FROM verdicts WHERE number = ?");
    row.bind(1, *stored.verdict);
    if (!row.executeStep()) return;
    const auto verdict = plans::parse_json(text_at(row, 0), "verdict");
    const json::value* delivery = verdict ? plans::find_member(*verdict, "delivery") : nullptr;
    if (delivery != nullptr) object["delivery"] = *delivery;
}

}  // namespace

json::value case_story(SQLite::Database& db, const StoredCase& stored, rules::Zone zone) {
    json::object object = to_json(stored, zone).as_object();
    add_delivery(db, stored, object);
    SQLite::Statement rows(db,
                           "SELECT at, step, person, detail FROM case_steps WHERE case_number = ?"
                           " ORDER BY number");
    rows.bind(1, stored.number);
    json::array steps;
    while (rows.executeStep()) {
        const auto detail = plans::parse_json(text_at(rows, 3), "case_steps");
        steps.emplace_back(json::object{{"at", rules::to_iso(instant_at(rows, 0), zone)},
                                        {"step", text_at(rows, 1)},
                                        {"person", text_at(rows, 2)},
                                        {"detail", detail ? *detail : json::value(nullptr)}});
    }
    object["steps"] = std::move(steps);
    return object;
}

}  // namespace qk::daemon
