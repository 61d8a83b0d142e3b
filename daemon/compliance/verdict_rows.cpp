#include "daemon/compliance/verdict_rows.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <functional>

#include "daemon/store/sql.hpp"
#include "plans/paper/verdict_json.hpp"
#include "plans/text/json.hpp"
#include "rules/proof/judge.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "number, version, is_latest, is_final, enterprise, warning, line, action, ratio, revision,"
    " judged_at, first_at, judge_edition, parameters, body";
constexpr const char* kWhere =
    " FROM verdicts WHERE (?1 = '' OR warning = ?1) AND (?2 = '' OR enterprise = ?2)"
    " AND (?3 = '' OR obligation = ?3) AND (?4 = '' OR compliance = ?4) AND (?5 OR is_latest = 1)"
    " AND (?8 = '' OR enterprise IN (SELECT o.enterprise FROM orders AS o WHERE o.region LIKE ?8 "
    "|| '%'))";

void bind_query(SQLite::Statement& rows, const VerdictQuery& query) {
    rows.bind(1, query.warning);
    rows.bind(2, query.enterprise);
    rows.bind(3, query.obligation);
    rows.bind(4, query.compliance);
    rows.bind(5, query.all_versions ? 1 : 0);
    rows.bind(8, query.stem);
}

std::optional<StoredVerdict> stored_of(SQLite::Statement& row, rules::Zone zone) {
    const auto body = plans::parse_json(text_at(row, 14), "verdict");
    if (!body) return std::nullopt;
    auto verdict = plans::verdict_from_json(*body, "verdict", zone);
    if (!verdict) return std::nullopt;
    StoredVerdict stored;
    stored.number = row.getColumn(0).getInt64();
    stored.version = row.getColumn(1).getInt();
    stored.is_latest = row.getColumn(2).getInt() != 0;
    stored.is_final = row.getColumn(3).getInt() != 0;
    stored.enterprise = text_at(row, 4);
    stored.warning = text_at(row, 5);
    stored.line = text_at(row, 6);
    stored.action = rules::parse_action(text_at(row, 7)).value_or(rules::Action::kStop);
    stored.ratio = row.getColumn(8).getDouble();
    stored.revision = row.getColumn(9).getInt64();
    stored.judged_at = instant_at(row, 10);
    stored.first_at = instant_at(row, 11);
    stored.judge_edition = row.getColumn(12).getInt();
    stored.parameters = text_at(row, 13);
    stored.verdict = std::move(*verdict);
    return stored;
}

// What makes a version another one: the answer, and which findings it rests on. How far the last
// finding or the window has grown since does not.
std::string gist_of(const rules::Verdict& verdict) {
    std::string gist{rules::to_text(verdict.compliance)};
    for (const rules::Finding& finding : verdict.findings) {
        gist += fmt::format("/{}@{}:{}", rules::to_text(finding.kind), finding.meter,
                            seconds_of(finding.span.from));
    }
    return gist;
}

}  // namespace

VerdictWriter::VerdictWriter(SQLite::Database& db)
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
                  " at = excluded.at WHERE reason <> excluded.reason") {}

void VerdictWriter::read_latest(const DutyWindow& window, rules::Zone zone, KnownVerdict& known) {
    known.is_read = true;
    latest_.reset();
    latest_.bind(1, window.obligation.enterprise);
    latest_.bind(2, window.obligation.id);
    bind(latest_, 3, window.from());
    if (!latest_.executeStep()) return;
    known.number = latest_.getColumn(0).getInt64();
    known.version = latest_.getColumn(1).getInt();
    known.is_final = latest_.getColumn(2).getInt() != 0;
    const std::string body = text_at(latest_, 3);
    known.body_hash = std::hash<std::string>{}(body);
    const auto read = plans::parse_json(body, "verdict");
    if (!read) return;
    if (const auto verdict = plans::verdict_from_json(*read, "verdict", zone)) {
        known.compliance = verdict->compliance;
        known.gist = gist_of(*verdict);
    }
}

void VerdictWriter::extend(const rules::Verdict& verdict, const std::string& body,
                           rules::Instant now, const KnownVerdict& known) {
    extend_.reset();
    bind(extend_, 1, verdict.window.to);
    bind(extend_, 2, now);
    bind_in_place(extend_, 3, body);
    extend_.bind(4, known.number);
    extend_.exec();
}

void VerdictWriter::insert(const DutyWindow& window, const rules::Verdict& verdict,
                           const rules::JudgingParameters& parameters, const std::string& body,
                           rules::Instant now, const KnownVerdict& known) {
    retire_.reset();
    retire_.bind(1, window.obligation.enterprise);
    retire_.bind(2, window.obligation.id);
    bind(retire_, 3, window.from());
    retire_.exec();
    insert_.reset();
    insert_.bind(1, window.obligation.enterprise);
    insert_.bind(2, window.obligation.id);
    bind(insert_, 3, window.from());
    insert_.bind(4, known.version);
    insert_.bind(5, known.is_final ? 1 : 0);
    insert_.bind(6, window.warning);
    insert_.bind(7, window.obligation.line);
    insert_.bind(8, std::string(rules::to_text(window.obligation.action)));
    insert_.bind(9, window.obligation.ratio);
    insert_.bind(10, window.revision);
    bind(insert_, 11, verdict.window.to);
    bind(insert_, 12, now);
    bind(insert_, 13, now);
    insert_.bind(14, std::string(rules::to_text(verdict.compliance)));
    insert_.bind(15, rules::kJudgeEdition);
    insert_.bind(16, parameters.origin);
    insert_.bind(17, body);
    insert_.exec();
}

PutVerdict VerdictWriter::put(const DutyWindow& window, const rules::Verdict& verdict,
                              const rules::JudgingParameters& parameters, bool is_final,
                              rules::Instant now, rules::Zone zone, KnownVerdict& known) {
    if (!known.is_read) read_latest(window, zone, known);
    const std::string body = plans::to_text(plans::to_json(verdict, zone));
    const std::size_t body_hash = std::hash<std::string>{}(body);
    std::string gist = gist_of(verdict);
    PutVerdict answer;
    answer.number = known.number;
    if (known.version > 0) answer.before = known.compliance;
    if (known.version > 0 && known.gist == gist && known.is_final == is_final) {
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
    known.number = answer.number = db_.getLastInsertRowid();
    known.compliance = verdict.compliance;
    known.gist = std::move(gist);
    known.body_hash = body_hash;
    return answer;
}

void VerdictWriter::put_not_judged(const DutyWindow& window, const std::string& reason,
                                   rules::Instant now, KnownVerdict& known) {
    if (known.not_judged == reason) return;
    known.not_judged = reason;
    not_judged_.reset();
    not_judged_.bind(1, window.obligation.enterprise);
    not_judged_.bind(2, window.obligation.id);
    bind(not_judged_, 3, window.from());
    not_judged_.bind(4, window.warning);
    not_judged_.bind(5, reason);
    bind(not_judged_, 6, now);
    not_judged_.exec();
}

bool is_settled(SQLite::Database& db, const DutyWindow& window) {
    SQLite::Statement row(db,
                          "SELECT 1 FROM verdicts WHERE enterprise = ? AND obligation = ? AND"
                          " window_from = ? AND is_latest = 1 AND is_final = 1");
    row.bind(1, window.obligation.enterprise);
    row.bind(2, window.obligation.id);
    bind(row, 3, window.from());
    return row.executeStep();
}

std::vector<StoredVerdict> list_verdicts(SQLite::Database& db, const VerdictQuery& query,
                                         rules::Zone zone) {
    SQLite::Statement rows(db, std::string("SELECT ") + kColumns + kWhere +
                                   " ORDER BY enterprise, obligation, window_from, version"
                                   " LIMIT ?6 OFFSET ?7");
    bind_query(rows, query);
    rows.bind(6, static_cast<std::int64_t>(query.limit));
    rows.bind(7, static_cast<std::int64_t>(query.offset));
    std::vector<StoredVerdict> verdicts;
    while (rows.executeStep()) {
        if (auto stored = stored_of(rows, zone)) verdicts.push_back(std::move(*stored));
    }
    return verdicts;
}

std::size_t count_verdicts(SQLite::Database& db, const VerdictQuery& query) {
    SQLite::Statement row(db, std::string("SELECT COUNT(*)") + kWhere);
    bind_query(row, query);
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
}

std::size_t count_not_judged(SQLite::Database& db, const std::string& warning,
                             const std::string& stem) {
    SQLite::Statement row(db,
                          "SELECT COUNT(*) FROM not_judged n WHERE warning = ?1 AND NOT EXISTS"
                          " (SELECT 1 FROM verdicts v WHERE v.enterprise = n.enterprise AND"
                          " v.obligation = n.obligation AND v.window_from = n.window_from) AND"
                          " (?2 = '' OR enterprise IN (SELECT o.enterprise FROM orders AS o"
                          " WHERE o.region LIKE ?2 || '%'))");
    row.bind(1, warning);
    row.bind(2, stem);
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
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
