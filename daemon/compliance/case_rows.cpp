#include "daemon/compliance/case_rows.hpp"

#include <fmt/format.h>

#include "daemon/service/county_rows.hpp"
#include "daemon/store/row_filter.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

using rules::CaseKind;
using rules::CaseState;

constexpr const char* kColumns =
    "SELECT number, kind, enterprise, obligation, warning, verdict, state, conclusion, opened_at,"
    " changed_at, text FROM cases ";
RowFilter filter_of(const CaseQuery& query) {
    RowFilter filter;
    filter.add_if_given("state = ?", query.state);
    filter.add_if_given("kind = ?", query.kind);
    filter.add_if_given("enterprise = ?", query.enterprise);
    filter.add_if_given("warning = ?", query.warning);
    add_county(filter, "enterprise", query.region_prefix);
    return filter;
}

StoredCase stored_of(Statement& row) {
    StoredCase stored;
    stored.number = row.integer(0);
    stored.kind = row.text(1);
    stored.enterprise = row.text(2);
    stored.obligation = row.text(3);
    stored.warning = row.text(4);
    if (!row.is_null(5)) stored.verdict = row.integer(5);
    stored.state = rules::parse_case_state(row.text(6)).value_or(CaseState::kLead);
    stored.conclusion = row.text(7);
    stored.opened_at = row.instant(8);
    stored.changed_at = row.instant(9);
    stored.text = row.text(10);
    return stored;
}

void add_step(Session& db, std::int64_t number, rules::Instant now, const std::string& step,
              const std::string& person, const json::value& detail) {
    db.exec(
        "INSERT INTO case_steps(case_number, at, step, person, detail)"
        " VALUES(?, ?, ?, ?, ?)",
        number, now, step, person, plans::to_text(detail));
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
std::size_t open_or_note(Session& db, const ObligationWindow& window, const OpenCase& wanted,
                         rules::Instant now) {
    Statement find(db,
                   "SELECT number, verdict FROM cases WHERE kind = ?1 AND enterprise = ?2"
                   " AND obligation = ?3 AND (window_from = ?4 OR"
                   " (?5 AND state <> 'closed')) ORDER BY window_from = ?4, number DESC",
                   rules::to_text(wanted.kind), window.obligation.enterprise, wanted.obligation,
                   wanted.window_from, window.is_of_season() ? 1 : 0);
    if (find.next()) {
        const std::int64_t number = find.integer(0);
        if (wanted.kind == CaseKind::kDataQuality || find.integer(1) == wanted.verdict) {
            return 0;
        }
        db.exec("UPDATE cases SET verdict = ?, text = ?, changed_at = ? WHERE number = ?",
                wanted.verdict, wanted.text, now, number);
        add_step(db, number, now, "verdict", "system",
                 json::object{{"verdict", wanted.verdict}, {"text", wanted.text}});
        return 0;
    }
    db.exec(
        "INSERT INTO cases(kind, enterprise, obligation, window_from, warning,"
        " verdict, state, conclusion, opened_at, changed_at, text)"
        " VALUES(?, ?, ?, ?, ?, ?, 'lead', '', ?, ?, ?)",
        rules::to_text(wanted.kind), window.obligation.enterprise, wanted.obligation,
        wanted.window_from, window.warning, wanted.verdict, now, now, wanted.text);
    add_step(db, db.last_id(), now, "opened", "system",
             json::object{{"verdict", wanted.verdict}, {"text", wanted.text}});
    return 1;
}

// A lead whose verdict has become harmless stays with people to close, but says so.
void note_harmless(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                   std::int64_t verdict_number, rules::Instant now) {
    Statement find(db,
                   "SELECT number, verdict FROM cases WHERE kind = 'lead' AND"
                   " enterprise = ? AND obligation = ? AND window_from = ?",
                   window.obligation.enterprise, window.obligation.id, window.from());
    if (!find.next() || find.integer(1) == verdict_number) return;
    const std::int64_t number = find.integer(0);
    db.exec("UPDATE cases SET verdict = ?, changed_at = ? WHERE number = ?", verdict_number, now,
            number);
    add_step(db, number, now, "verdict", "system",
             json::object{{"verdict", verdict_number}, {"text", verdict.text}});
}

}  // namespace

std::size_t open_cases(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                       std::int64_t verdict_number, rules::Instant now) {
    std::size_t opened = 0;
    if (rules::is_lead(verdict)) {
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

rules::Result<StoredCase> take_step(Session& db, std::int64_t number, rules::CaseStep step,
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
    db.exec("UPDATE cases SET state = ?, conclusion = ?, changed_at = ? WHERE number = ?",
            rules::to_text(stored->state), stored->conclusion, now, number);
    add_step(db, number, now, std::string(rules::to_text(step)), done.person, detail);
    return *stored;
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
void add_delivery(Session& db, const StoredCase& stored, json::object& object) {
    if (!stored.verdict) return;
    Statement row(db, "SELECT body FROM verdicts WHERE number = ?", *stored.verdict);
    if (!row.next()) return;
    const auto verdict = plans::parse_json(row.text(0), "verdict");
    const json::value* delivery = verdict ? plans::find_member(*verdict, "delivery") : nullptr;
    if (delivery != nullptr) object["delivery"] = *delivery;
}

}  // namespace

json::value case_story(Session& db, const StoredCase& stored, rules::Zone zone) {
    json::object object = to_json(stored, zone).as_object();
    add_delivery(db, stored, object);
    Statement rows(db,
                   "SELECT at, step, person, detail FROM case_steps WHERE case_number = ?"
                   " ORDER BY number",
                   stored.number);
    json::array steps;
    while (rows.next()) {
        const auto detail = plans::parse_json(rows.text(3), "case_steps");
        steps.emplace_back(json::object{{"at", rules::to_iso(rows.instant(0), zone)},
                                        {"step", rows.text(1)},
                                        {"person", rows.text(2)},
                                        {"detail", detail ? *detail : json::value(nullptr)}});
    }
    object["steps"] = std::move(steps);
    return object;
}

}  // namespace qk::daemon
