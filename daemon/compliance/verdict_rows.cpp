#include "daemon/compliance/verdict_rows.hpp"

#include <fmt/format.h>

#include <functional>

#include "daemon/service/county_rows.hpp"
#include "daemon/store/row_filter.hpp"
#include "plans/documents/verdict_json.hpp"
#include "plans/text/json.hpp"
#include "rules/compliance/judge.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "number, version, is_latest, is_final, enterprise, warning, line, action, ratio, revision,"
    " judged_at, first_at, judge_edition, parameters, body, window_from";
RowFilter filter_of(const VerdictQuery& query) {
    RowFilter filter;
    filter.add_if_given("warning = ?", query.warning);
    filter.add_if_given("enterprise = ?", query.enterprise);
    filter.add_if_given("obligation = ?", query.obligation);
    filter.add_if_given("compliance = ?", query.compliance);
    if (!query.all_versions) filter.add("is_latest = 1");
    add_county(filter, "enterprise", query.region_prefix);
    return filter;
}

std::optional<StoredVerdict> stored_of(Statement& row, rules::Zone zone) {
    const auto body = plans::parse_json(row.text(14), "verdict");
    if (!body) return std::nullopt;
    auto verdict = plans::verdict_from_json(*body, "verdict", zone);
    if (!verdict) return std::nullopt;
    StoredVerdict stored;
    stored.number = row.integer(0);
    stored.version = row.get<int>(1);
    stored.is_latest = row.flag(2);
    stored.is_final = row.flag(3);
    stored.enterprise = row.text(4);
    stored.warning = row.text(5);
    stored.line = row.text(6);
    stored.action = rules::parse_action(row.text(7)).value_or(rules::Action::kStop);
    stored.ratio = row.number(8);
    stored.revision = row.integer(9);
    stored.judged_at = row.instant(10);
    stored.first_at = row.instant(11);
    stored.judge_edition = row.get<int>(12);
    stored.parameters = row.text(13);
    stored.window_from = row.instant(15);
    stored.verdict = std::move(*verdict);
    return stored;
}

// What makes a version another one: the answer, and which findings it rests on. How far the last
// finding or the window has grown since does not.
std::string version_key_of(const rules::Verdict& verdict) {
    std::string version_key{rules::to_text(verdict.compliance)};
    for (const rules::Finding& finding : verdict.findings) {
        version_key += fmt::format("/{}@{}:{}", rules::to_text(finding.kind), finding.meter,
                                   seconds_of(finding.span.from));
    }
    return version_key;
}

}  // namespace

VerdictWriter::VerdictWriter(Session& db)
    : db_(db),
      latest_(db,
              "SELECT number, version, is_final, body FROM verdicts WHERE enterprise = ? AND"
              " obligation = ? AND window_from = ? ORDER BY version DESC LIMIT 1"),
      extend_(db, "UPDATE verdicts SET window_to = ?, judged_at = ?, body = ? WHERE number = ?"),
      retire_(db,
              "UPDATE verdicts SET is_latest = 0 WHERE enterprise = ? AND obligation = ? AND"
              " window_from = ? AND is_latest = 1"),
      insert_(db,
              "INSERT INTO verdicts(enterprise, obligation, window_from, version, is_latest,"
              " is_final, warning, line, action, ratio, revision, window_to, judged_at, first_at,"
              " compliance, judge_edition, parameters, body)"
              " VALUES(?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      not_judged_(db,
                  "INSERT INTO not_judged(enterprise, obligation, window_from, warning, reason, at)"
                  " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason,"
                  " at = excluded.at") {}

void VerdictWriter::read_latest(const ObligationWindow& window, rules::Zone zone,
                                KnownVerdict& known) {
    known.is_read = true;
    if (!latest_.find(window.obligation.enterprise, window.obligation.id, window.from())) return;
    known.number = latest_.integer(0);
    known.version = latest_.get<int>(1);
    known.is_final = latest_.flag(2);
    const std::string body = latest_.text(3);
    known.body_hash = std::hash<std::string>{}(body);
    const auto read = plans::parse_json(body, "verdict");
    if (!read) return;
    if (const auto verdict = plans::verdict_from_json(*read, "verdict", zone)) {
        known.compliance = verdict->compliance;
        known.version_key = version_key_of(*verdict);
    }
}

void VerdictWriter::extend(const rules::Verdict& verdict, const std::string& body,
                           rules::Instant now, const KnownVerdict& known) {
    extend_.run(verdict.window.to, now, InPlace(body), known.number);
}

void VerdictWriter::insert(const ObligationWindow& window, const rules::Verdict& verdict,
                           const rules::JudgingParameters& parameters, const std::string& body,
                           rules::Instant now, const KnownVerdict& known) {
    retire_.run(window.obligation.enterprise, window.obligation.id, window.from());
    insert_.run(window.obligation.enterprise, window.obligation.id, window.from(), known.version,
                known.is_final ? 1 : 0, window.warning, window.obligation.line,
                rules::to_text(window.obligation.action), window.obligation.ratio, window.revision,
                verdict.window.to, now, now, rules::to_text(verdict.compliance),
                rules::kJudgeEdition, parameters.origin, body);
}

PutVerdict VerdictWriter::put(const ObligationWindow& window, const rules::Verdict& verdict,
                              const rules::JudgingParameters& parameters, bool is_final,
                              rules::Instant now, rules::Zone zone, KnownVerdict& known) {
    if (!known.is_read) read_latest(window, zone, known);
    const std::string body = plans::to_text(plans::to_json(verdict, zone));
    const std::size_t body_hash = std::hash<std::string>{}(body);
    std::string version_key = version_key_of(verdict);
    PutVerdict answer;
    answer.number = known.number;
    if (known.version > 0) answer.before = known.compliance;
    if (known.version > 0 && known.version_key == version_key && known.is_final == is_final) {
        if (known.body_hash == body_hash) return answer;
        extend(verdict, body, now, known);
        known.body_hash = body_hash;
        answer.change = VerdictChange::kExtended;
        return answer;
    }
    answer.change = known.version > 0 ? VerdictChange::kChanged : VerdictChange::kNew;
    ++known.version;
    known.is_final = is_final;
    insert(window, verdict, parameters, body, now, known);
    known.number = answer.number = db_.last_id();
    known.compliance = verdict.compliance;
    known.version_key = std::move(version_key);
    known.body_hash = body_hash;
    return answer;
}

void VerdictWriter::put_not_judged(const ObligationWindow& window, const std::string& reason,
                                   bool is_final, rules::Instant now, KnownVerdict& known) {
    if (known.not_judged == reason && !is_final) return;
    known.not_judged = reason;
    not_judged_.run(window.obligation.enterprise, window.obligation.id, window.from(),
                    window.warning, reason, now);
}

bool is_settled(Session& db, const ObligationWindow& window, rules::Instant final_from) {
    return db.has(
        "SELECT 1 FROM verdicts WHERE enterprise = ?1 AND obligation = ?2 AND"
        " window_from = ?3 AND is_latest = 1 AND is_final = 1"
        " UNION ALL SELECT 1 FROM not_judged WHERE enterprise = ?1 AND obligation = ?2 AND"
        " window_from = ?3 AND at >= ?4",
        window.obligation.enterprise, window.obligation.id, window.from(), final_from);
}

std::vector<StoredVerdict> list_verdicts(Session& db, const VerdictQuery& query, rules::Zone zone) {
    RowFilter filter = filter_of(query);
    if (query.after) {
        filter.add("(enterprise, obligation, window_from, version) > (?, ?, ?, ?)",
                   query.after->enterprise, query.after->obligation, query.after->window_from,
                   query.after->version);
    }
    Statement rows(db, std::string("SELECT ") + kColumns + " FROM verdicts" + filter.where() +
                           " ORDER BY enterprise, obligation, window_from, version"
                           " LIMIT ? OFFSET ?");
    const int place = filter.bind_to(rows);
    rows.bind(place, query.limit);
    rows.bind(place + 1, query.offset);
    std::vector<StoredVerdict> verdicts;
    while (rows.next()) {
        if (auto stored = stored_of(rows, zone)) verdicts.push_back(std::move(*stored));
    }
    return verdicts;
}

std::optional<StoredVerdict> load_verdict(Session& db, std::int64_t number, rules::Zone zone) {
    Statement row(db, std::string("SELECT ") + kColumns + " FROM verdicts WHERE number = ?",
                  number);
    return row.next() ? stored_of(row, zone) : std::nullopt;
}

std::size_t count_verdicts(Session& db, const VerdictQuery& query) {
    const RowFilter filter = filter_of(query);
    Statement row(db, "SELECT COUNT(*) FROM verdicts" + filter.where());
    filter.bind_to(row);
    return row.next() ? row.get<std::size_t>(0) : 0;
}

std::size_t count_not_judged(Session& db, const std::string& warning,
                             const std::string& region_prefix) {
    RowFilter filter;
    filter.add("warning = ?", warning);
    filter.add(
        "NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.enterprise = n.enterprise AND"
        " v.obligation = n.obligation AND v.window_from = n.window_from)");
    add_county(filter, "enterprise", region_prefix);
    Statement row(db, "SELECT COUNT(*) FROM not_judged n" + filter.where());
    filter.bind_to(row);
    return row.next() ? row.get<std::size_t>(0) : 0;
}

boost::json::value to_json(const StoredVerdict& stored, rules::Zone zone) {
    boost::json::object object = plans::to_json(stored.verdict, zone).as_object();
    object["number"] = stored.number;
    object["version"] = stored.version;
    object["is_latest"] = stored.is_latest;
    object["is_final"] = stored.is_final;
    object["enterprise"] = stored.enterprise;
    object["warning"] = stored.warning;
    object["line"] = stored.line;
    object["action"] = rules::to_text(stored.action);
    object["ratio"] = stored.ratio;
    object["revision"] = stored.revision;
    object["judged_at"] = rules::to_iso(stored.judged_at, zone);
    object["first_at"] = rules::to_iso(stored.first_at, zone);
    object["judge_edition"] = stored.judge_edition;
    object["parameters"] = stored.parameters;
    return object;
}

}  // namespace qk::daemon
