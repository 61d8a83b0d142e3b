#include "daemon/compliance/case_opening.hpp"

#include <boost/json/object.hpp>

#include "daemon/compliance/case_desk.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "plans/casework/data_back.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::CaseAct;
using plans::CaseKind;

void note_verdict(Session& db, const StoredCase& row, rules::Instant now) {
    store_case(db, row);
    add_case_step(db, row.number,
                  {now, "verdict", std::string(kCaseSystem),
                   json::object{{"verdict", row.verdict.value_or(0)}, {"text", row.text}}});
}

// 1 when the case is new or open again. Of the season, whose windows are days, one case is worked
// on at a time: another opens when it has been closed.
std::size_t open_or_note(Session& db, const ObligationWindow& window, StoredCase wanted,
                         rules::Instant now) {
    auto found = case_of_window(db, wanted, window.is_of_season());
    if (!found) {
        wanted.number = insert_case(db, wanted);
        add_case_step(db, wanted.number,
                      {now, "opened", std::string(kCaseSystem),
                       json::object{{"verdict", *wanted.verdict}, {"text", wanted.text}}});
        return 1;
    }
    const bool is_open = found->standing.state != plans::CaseState::kClosed;
    const bool is_about_data = found->standing.kind == CaseKind::kDataQuality;
    // A gap that goes on, or comes again, may be of the same version of the verdict.
    if (is_about_data ? is_open : found->verdict == wanted.verdict) return 0;
    found->verdict = wanted.verdict;
    found->text = wanted.text;
    found->changed_at = now;
    found->standing.is_suspected = true;
    if (!is_about_data) note_verdict(db, *found, now);
    if (is_open) return 0;
    const json::object why{{"verdict", *found->verdict}, {"text", found->text}};
    return take_by_system(db, *found, CaseAct::kReopen, why, now) ? 1 : 0;
}

// A lead whose verdict has become harmless stays with people to withdraw, but says so.
void note_harmless(Session& db, const StoredCase& wanted, rules::Instant now) {
    auto found = case_of_window(db, wanted, false);
    if (!found || found->verdict == wanted.verdict) return;
    found->verdict = wanted.verdict;
    found->changed_at = now;
    found->standing.is_suspected = false;
    store_case(db, *found);
    add_case_step(db, found->number,
                  {now, "verdict", std::string(kCaseSystem),
                   json::object{{"verdict", *wanted.verdict}, {"text", wanted.text}}});
}

StoredCase wanted_case(const ObligationWindow& window, const rules::Verdict& verdict,
                       std::int64_t verdict_number, rules::Instant now) {
    StoredCase wanted;
    wanted.enterprise = window.obligation.enterprise;
    wanted.obligation = window.obligation.id;
    wanted.window_from = window.from();
    wanted.warning = window.warning;
    wanted.verdict = verdict_number;
    wanted.opened_at = now;
    wanted.changed_at = now;
    wanted.text = verdict.text;
    return wanted;
}

// The instrument that a case about data is about: behind the slash of "WARNING/METER".
std::string instrument_of(const StoredCase& row) {
    const auto slash = row.obligation.find('/');
    return slash == std::string::npos ? row.obligation : row.obligation.substr(slash + 1);
}

std::vector<rules::Finding> findings_about(Session& db, const StoredCase& row, rules::Zone zone) {
    VerdictQuery query;
    query.enterprise = row.enterprise;
    query.warning = row.warning;
    query.compliance = rules::to_text(rules::Compliance::kCannotTell);
    const std::string instrument = instrument_of(row);
    std::vector<rules::Finding> findings;
    for (const StoredVerdict& verdict : list_verdicts(db, query, zone)) {
        if (verdict.warning != row.warning) continue;  // a case of the season names none
        for (const rules::Finding& one : verdict.verdict.findings) {
            if (one.meter == instrument && plans::is_about_data(one)) findings.push_back(one);
        }
    }
    return findings;
}

}  // namespace

std::size_t open_cases(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                       std::int64_t verdict_number, rules::Instant now) {
    const StoredCase wanted = wanted_case(window, verdict, verdict_number, now);
    std::size_t opened = 0;
    if (rules::is_lead(verdict)) {
        opened += open_or_note(db, window, wanted, now);
    } else {
        note_harmless(db, wanted, now);
    }
    return opened + open_data_cases_of(db, window, verdict, verdict_number, now);
}

std::size_t open_data_cases_of(Session& db, const ObligationWindow& window,
                               const rules::Verdict& verdict, std::int64_t verdict_number,
                               rules::Instant now) {
    if (verdict.compliance != rules::Compliance::kCannotTell) return 0;
    const StoredCase wanted = wanted_case(window, verdict, verdict_number, now);
    std::size_t opened = 0;
    for (const rules::Finding& finding : verdict.findings) {
        if (!plans::is_about_data(finding)) continue;
        const auto last = last_reading_of(db, finding.meter);
        if (!plans::calls_for_a_case(finding, last, now)) continue;
        // One case per meter and warning, whatever number of obligations it leaves open.
        StoredCase about = wanted;
        about.standing.kind = CaseKind::kDataQuality;
        about.text = finding.text;
        about.obligation =
            (window.is_of_season() ? "season" : window.warning) + "/" + finding.meter;
        about.window_from = window.is_of_season() ? window.from() : rules::Instant{};
        opened += open_or_note(db, window, about, now);
    }
    return opened;
}

DataCasesLooked close_returned_data(Session& db, std::int64_t after, rules::Instant now,
                                    rules::Zone zone) {
    DataCasesLooked looked;
    const std::vector<StoredCase> page = open_data_cases(db, after, kDataCasesPerLook);
    for (StoredCase row : page) {
        const auto last = last_reading_of(db, instrument_of(row));
        if (!plans::is_data_back(findings_about(db, row, zone), last, now)) continue;
        const json::object why{{"text", "数据已恢复，自动销号 / the data are back"}};
        if (take_by_system(db, row, CaseAct::kDataBack, why, now)) ++looked.closed;
    }
    if (page.size() == kDataCasesPerLook) looked.last = page.back().number;
    return looked;
}

}  // namespace qk::daemon
