#include "daemon/warnings/season_rows.hpp"

#include "daemon/store/session.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

std::string line_of(const LedgerInput& input, const plans::SeasonTarget& target) {
    return target.line ? std::string(input.inventory.lines[*target.line].id) : std::string();
}

void read_entries(Session& db, const plans::SeasonRecord& of, plans::SeasonEvidence& evidence) {
    Statement rows(db,
                   "SELECT day, kind FROM season_entries WHERE season_window = ?1 AND "
                   "enterprise = ?2 AND line = ?3 ORDER BY number",
                   of.window, of.enterprise, of.line);
    while (rows.next()) {
        const auto day = rules::parse_day(rows.text(0));
        const auto kind = plans::parse_season_entry(rows.text(1));
        if (day && kind) evidence.entries.push_back({*day, *kind});
    }
}

// A warning's own obligation on the line stands for the window's where it asked at least as much.
void read_verdicts(Session& db, const plans::SeasonWindow& window, const plans::SeasonRecord& of,
                   rules::Zone zone, plans::SeasonEvidence& evidence) {
    Statement rows(db,
                   "SELECT window_from, window_to, compliance, warning, obligation, action,"
                   " ratio FROM verdicts WHERE is_latest = 1 AND is_final = 1 AND"
                   " enterprise = ?1 AND line = ?2 AND window_from < ?3 AND window_to > ?4"
                   " ORDER BY window_from",
                   of.enterprise, of.line, rules::start_of(window.to + std::chrono::days{1}, zone),
                   rules::start_of(window.from, zone));
    const rules::AskedShare of_window{rules::action_of(window.measure.form),
                                      rules::emission_share(window.measure)};
    while (rows.next()) {
        plans::JudgedPeriod stretch;
        stretch.window = {rows.instant(0), rows.instant(1)};
        const auto compliance = rules::parse_compliance(rows.text(2));
        if (!compliance) continue;
        stretch.compliance = *compliance;
        stretch.is_own = rows.text(4).ends_with("/" + window.id);
        const auto action = rules::parse_action(rows.text(5));
        const bool is_as_strict =
            action && rules::is_as_strict({*action, rows.number(6)}, of_window);
        const bool is_of_a_warning = !rows.text(3).empty();
        if (stretch.is_own || (is_of_a_warning && is_as_strict)) {
            evidence.judged.push_back(stretch);
        }
    }
}

std::vector<plans::OtherWindow> other_windows(Session& db, const LedgerInput& input,
                                              const plans::SeasonTarget& target,
                                              const std::vector<plans::SeasonTarget>& all) {
    std::vector<plans::OtherWindow> others;
    for (const plans::SeasonTarget& other : all) {
        if (other.enterprise != target.enterprise || other.window == target.window) continue;
        if (!plans::is_same_plant(line_of(input, target), line_of(input, other))) continue;
        plans::SeasonRecord of;
        of.window = input.season.windows[other.window].id;
        of.enterprise = input.inventory.enterprises[other.enterprise].id;
        of.line = line_of(input, other);
        plans::SeasonEvidence evidence;
        read_entries(db, of, evidence);
        others.push_back({&input.season.windows[other.window],
                          plans::made_up_days(evidence.entries), other.spared});
    }
    return others;
}

}  // namespace

void store_season_entry(Session& db, const SeasonEntryRow& row, Instant now,
                        const std::string& person) {
    db.exec(
        "INSERT INTO season_entries(season_window, enterprise, line, day, kind, note, "
        "entered_at, entered_by) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        row.window, row.enterprise, row.line, rules::to_iso(row.entry.day),
        plans::to_text(row.entry.kind), row.note, now, person);
}

std::vector<plans::SeasonTarget> ledger_targets(const LedgerInput& input,
                                                const LedgerQuery& query) {
    auto targets = plans::season_targets(input.inventory, input.season, input.rules, query.as_of,
                                         &input.grade_changes);
    std::erase_if(targets, [&](const plans::SeasonTarget& target) {
        const plans::Enterprise& enterprise = input.inventory.enterprises[target.enterprise];
        const std::string& window = input.season.windows[target.window].id;
        return (!query.window.empty() && window != query.window) ||
               (!query.enterprise.empty() && enterprise.id != query.enterprise) ||
               !enterprise.region.starts_with(query.region_prefix);
    });
    return targets;
}

plans::SeasonDebt load_debt(Session& db, const LedgerInput& input,
                            const plans::SeasonTarget& target,
                            const std::vector<plans::SeasonTarget>& all, rules::CivilDay as_of) {
    const plans::SeasonWindow& window = input.season.windows[target.window];
    plans::SeasonRecord of;
    of.window = window.id;
    of.enterprise = input.inventory.enterprises[target.enterprise].id;
    of.line = line_of(input, target);
    plans::SeasonEvidence evidence;
    read_entries(db, of, evidence);
    read_verdicts(db, window, of, input.zone, evidence);
    plans::SeasonRecord record = plans::record_from(window, evidence, as_of, input.zone);
    record.enterprise = of.enterprise;
    record.line = of.line;
    record.spared = target.spared;
    if (!record.made_up.empty()) {
        plans::pay_once(record, window, other_windows(db, input, target, all));
    }
    return plans::debt_of(window, record, as_of);
}

}  // namespace qk::daemon
