#include "daemon/compliance/case_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::CaseAct;

std::vector<plans::CaseFileFacts> facts_of(const std::vector<CaseFileRow>& rows) {
    std::vector<plans::CaseFileFacts> files;
    for (const CaseFileRow& row : rows) {
        plans::CaseFileFacts file{row.number, row.media.starts_with("image/"), row.taken_at,
                                  std::nullopt};
        if (row.longitude && row.latitude) {
            file.position = plans::PhotoPosition{*row.longitude, *row.latitude, row.datum};
        }
        files.push_back(std::move(file));
    }
    return files;
}

// That the files are of the case, and that a check is borne out by them.
rules::Faults file_faults(Session& db, const StoredCase& row, const CaseStepGiven& given) {
    if (given.files.empty() && !given.check) return {};
    const std::vector<plans::CaseFileFacts> files = facts_of(files_of_case(db, row.number));
    const bool needs_photo = given.check && row.standing.kind == plans::CaseKind::kLead;
    plans::SiteCheck check;
    check.files = given.files;
    if (given.check) check = *given.check;
    return plans::photo_faults(check, files, !needs_photo);
}

// With their hashes, so that the audit log holds what was looked at.
json::array files_json(Session& db, std::int64_t number, const std::vector<std::int64_t>& named) {
    json::array files;
    if (named.empty()) return files;
    for (const CaseFileRow& row : files_of_case(db, number)) {
        if (std::ranges::find(named, row.number) == named.end()) continue;
        files.emplace_back(json::object{{"number", row.number}, {"sha256", row.sha256}});
    }
    return files;
}

void take_over(StoredCase& row, const plans::CaseStanding& next, const CaseStepGiven& given,
               rules::Instant now) {
    row.standing = next;
    row.changed_at = now;
    switch (given.asked.act) {
        case CaseAct::kSend:
            row.inspectors = given.inspectors;
            row.due_at = given.due;
            break;
        case CaseAct::kOrderMending:
            row.due_at = given.due;
            break;
        case CaseAct::kRecheck:
            row.due_at = given.asked.passed ? std::nullopt : given.due;
            row.failed_rechecks += given.asked.passed ? 0 : 1;
            break;
        case CaseAct::kReportMended:  // the date stands until somebody has looked
        case CaseAct::kState:
            break;
        case CaseAct::kCheck:
        case CaseAct::kConclude:
        case CaseAct::kDecide:
        case CaseAct::kClose:
        case CaseAct::kWithdraw:
        case CaseAct::kDataBack:
        case CaseAct::kReopen:
            row.due_at.reset();
            break;
    }
}

void write_step(Session& db, const StoredCase& row, CaseAct act, const std::string& person,
                const CaseActor& actor, const json::object& detail) {
    const std::string step(plans::to_text(act));
    store_case(db, row);
    add_case_step(db, row.number, {actor.now, step, person, detail});
    json::object entry = detail;
    entry["state"] = plans::word(plans::to_text(row.standing.state));
    append_audit(db, {actor.now, person, actor.remote, "case." + step, std::to_string(row.number),
                      std::move(entry)});
    append_event(db, actor.now, "case",
                 json::object{{"number", row.number},
                              {"state", plans::word(plans::to_text(row.standing.state))},
                              {"step", step},
                              {"kind", plans::word(plans::to_text(row.standing.kind))},
                              {"enterprise", row.enterprise}});
}

json::array proposals_json(const std::vector<plans::ProposedConsequence>& proposals) {
    json::array all;
    for (const plans::ProposedConsequence& one : proposals) all.emplace_back(plans::to_json(one));
    return all;
}

}  // namespace

rules::Result<StoredCase> take_case_step(Session& db, const StoredCase& row,
                                         const CaseStepGiven& given, const CaseActor& actor,
                                         const CaseRules& rules) {
    const auto next = plans::take(row.standing, given.asked, rules.four_eyes);
    if (!next) return next.error();
    if (count_case_steps(db, row.number) >= kCaseStepsMax) {
        return rules::refuse(fmt::format("该线索已有{}个步骤 / the case has {} steps",
                                         kCaseStepsMax, kCaseStepsMax));
    }
    if (rules::Faults faults = file_faults(db, row, given); !faults.empty()) return faults;
    StoredCase after = row;
    take_over(after, *next, given, actor.now);
    json::object detail = given.detail;
    if (!given.files.empty()) detail["files"] = files_json(db, row.number, given.files);
    const bool concludes =
        given.asked.act == CaseAct::kConclude || given.asked.act == CaseAct::kDecide;
    const bool has_failed = given.asked.act == CaseAct::kRecheck && !given.asked.passed;
    if (concludes || has_failed) {
        detail["proposals"] = proposals_json(proposals_for(db, after, rules, actor.now));
    }
    if (given.asked.act == CaseAct::kDecide && row.standing.conclusion) {
        detail["conclusion_before"] = plans::word(plans::to_text(*row.standing.conclusion));
    }
    write_step(db, after, given.asked.act, given.asked.person, actor, detail);
    return after;
}

bool take_by_system(Session& db, const StoredCase& row, CaseAct act, const json::object& why,
                    rules::Instant now) {
    const CaseStepGiven given{.asked = {act, std::string(kCaseSystem)}};
    const auto next = plans::take(row.standing, given.asked, false);
    if (!next) return false;
    StoredCase after = row;
    take_over(after, *next, given, now);
    write_step(db, after, act, std::string(kCaseSystem), {"", now}, why);
    return true;
}

std::vector<plans::ProposedConsequence> proposals_for(Session& db, const StoredCase& row,
                                                      const CaseRules& rules, rules::Instant now) {
    if (!row.standing.conclusion) return {};
    // Without a verdict that can be read, from when the case was opened: the offence is no later.
    rules::Instant ended = row.opened_at;
    if (row.verdict) {
        if (const auto verdict = load_verdict(db, *row.verdict, rules.zone)) {
            ended = verdict->verdict.window.to;
        }
    }
    const plans::ConsequenceQuestion question{
        row.standing.conclusion,
        row.failed_rechecks > 0 && *row.standing.conclusion == plans::Conclusion::kBreach,
        rules::day_of(ended, rules.zone), rules::day_of(now, rules.zone)};
    return plans::proposed_consequences(rules.consequences, question);
}

}  // namespace qk::daemon
