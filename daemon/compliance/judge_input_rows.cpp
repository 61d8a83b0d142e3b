#include "daemon/compliance/judge_input_rows.hpp"

#include <fmt/format.h>

#include <string_view>

namespace qk::daemon {
namespace {

using rules::Instant;

std::string text_named(Session& db, const std::string& sha256) {
    return db.one<std::string>("SELECT text FROM judge_texts WHERE sha256=?1", sha256).value_or("");
}

bool has_table(Session& db, const char* name) {
    return db.has("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1", name);
}

constexpr const char* kToCheck =
    "SELECT number, version, is_final, enterprise, obligation, compliance, window_to, judged_at, "
    "body"
    " FROM verdicts WHERE ";

VerdictToCheck to_check_of(Statement& row) {
    VerdictToCheck verdict;
    verdict.number = row.integer(0);
    verdict.version = row.get<int>(1);
    verdict.is_final = row.flag(2);
    verdict.enterprise = row.text(3);
    verdict.obligation = row.text(4);
    verdict.compliance = row.text(5);
    verdict.window_to = row.instant(6);
    verdict.judged_at = row.instant(7);
    verdict.body = row.text(8);
    return verdict;
}

// What is read of one kind of series; ?1 whose it is, ?2 the factor of a stack.
struct SeriesSql {
    std::string_view select;
    std::string_view time;
    std::string_view order;
};
constexpr SeriesSql kPower{"SELECT t_end, kw, valid FROM readings WHERE meter=?1", "t_end",
                           "t_end"};
constexpr SeriesSql kStack{
    "SELECT t_end, mg_per_m3, flow, valid FROM stack_readings WHERE outlet=?1 AND factor=?2",
    "t_end", "t_end"};
constexpr SeriesSql kGate{
    "SELECT t, plate, emission_standard, direction, kind FROM gate_passages WHERE enterprise=?1",
    "t", "t, plate, direction"};

// Times that are named are looked up by the key, which is much less than all readings of so long a
// time; they are those of readings that were seen, whenever the clock said they came.
template <class Take>
void each_reading(Session& db, const SeriesSql& sql, const plans::SeriesDigest& digest,
                  const std::string& whose, Instant seen_at, Take take) {
    if (digest.count == 0) return;
    if (digest.runs.empty()) {
        Statement rows(db,
                       fmt::format("{} AND {} BETWEEN ?3 AND ?4 AND arrived<=?5 ORDER BY {}",
                                   sql.select, sql.time, sql.order),
                       whose, digest.factor, digest.first, digest.last, seen_at);
        while (rows.next()) take(rows);
        return;
    }
    Statement rows(db, fmt::format("{} AND {}=?3 ORDER BY {}", sql.select, sql.time, sql.order));
    std::optional<Instant> last;
    for (const Instant at : times_of(digest)) {
        if (last == at) continue;  // two passages of one second are found together
        last = at;
        rows.reset();
        rows.bind_all(whose, digest.factor, at);
        while (rows.next()) take(rows);
    }
}

}  // namespace

void JudgeInputWriter::put_text(const plans::KeptText& text, Instant now) {
    if (!stored_.insert(text.sha256).second) return;
    db_.exec("INSERT INTO judge_texts(sha256, at, text) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
             text.sha256, now, InPlace(text.text));
}

void JudgeInputWriter::put(std::int64_t verdict, const rules::JudgeInput& input,
                           const plans::KeptText& parameters, const plans::EvidenceRecord& evidence,
                           const std::string& found, Instant now) {
    put_text(parameters, now);
    put_text(evidence.instruments, now);
    const std::string body = plans::judge_inputs_text(input, parameters, evidence);
    db_.exec(
        "INSERT INTO verdict_inputs(verdict, at, body, found) VALUES(?1,?2,?3,?4)"
        " ON CONFLICT(verdict) DO UPDATE SET at=?2, body=?3, found=?4",
        verdict, now, InPlace(body), InPlace(found));
}

std::optional<KeptJudgeInputs> load_judge_inputs(Session& db, std::int64_t verdict) {
    Statement row(db, "SELECT at, body, found FROM verdict_inputs WHERE verdict=?1", verdict);
    if (!row.next()) return std::nullopt;
    KeptJudgeInputs kept;
    kept.at = row.instant(0);
    kept.texts.body = row.text(1);
    kept.found = row.text(2);
    if (const auto names = plans::judge_input_names(kept.texts.body, "verdict_inputs")) {
        kept.texts.parameters = text_named(db, names->parameters);
        kept.texts.instruments = text_named(db, names->instruments);
    }
    return kept;
}

plans::StoredReadings load_stored_readings(Session& db, const plans::JudgeInputs& inputs,
                                           Instant seen_at) {
    plans::StoredReadings readings;
    for (const plans::SeriesDigest& digest : inputs.readings) {
        switch (digest.kind) {
            case plans::SeriesKind::kPower:
                readings.power.emplace_back();
                each_reading(db, kPower, digest, digest.id, seen_at, [&](Statement& row) {
                    readings.power.back().push_back({row.instant(0), row.number(1), row.flag(2)});
                });
                break;
            case plans::SeriesKind::kStack:
                readings.stacks.emplace_back();
                each_reading(db, kStack, digest, digest.id, seen_at, [&](Statement& row) {
                    readings.stacks.back().push_back(
                        {row.instant(0), row.number(1), row.maybe<double>(2), row.flag(3)});
                });
                break;
            case plans::SeriesKind::kGate:
                each_reading(
                    db, kGate, digest, inputs.obligation.enterprise, seen_at, [&](Statement& row) {
                        readings.passages.push_back(
                            {row.instant(0), row.text(1), row.text(2), row.text(3), row.text(4)});
                    });
                break;
        }
    }
    return readings;
}

std::optional<VerdictToCheck> load_verdict_to_check(Session& db, std::int64_t number) {
    Statement row(db, std::string(kToCheck) + "number=?1", number);
    if (!row.next()) return std::nullopt;
    return to_check_of(row);
}

std::vector<VerdictToCheck> load_verdicts_to_check(Session& db, std::int64_t after,
                                                   std::size_t limit) {
    Statement rows(db, std::string(kToCheck) + "number>?1 ORDER BY number LIMIT ?2", after, limit);
    std::vector<VerdictToCheck> verdicts;
    while (rows.next()) verdicts.push_back(to_check_of(rows));
    return verdicts;
}

bool has_verdicts(Session& db) { return has_table(db, "verdicts"); }

InputsKept inputs_kept(Session& db) {
    constexpr int kNotedBy = 175;  // schema/0175_inputs_kept_from.sql
    InputsKept kept;
    kept.has_table = has_table(db, "verdict_inputs");
    const bool is_noted = has_table(db, "schema_steps") &&
                          db.has("SELECT 1 FROM schema_steps WHERE number=?1", kNotedBy);
    if (!is_noted) return kept;
    kept.last_without = 0;
    // A note that is gone excuses nothing.
    if (!has_table(db, "verdicts_without_inputs")) return kept;
    kept.last_without =
        db.one<std::int64_t>("SELECT last FROM verdicts_without_inputs WHERE id=1").value_or(0);
    return kept;
}

}  // namespace qk::daemon
