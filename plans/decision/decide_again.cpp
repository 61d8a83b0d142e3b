#include "plans/decision/decide_again.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <span>

#include "plans/decision/decision_check.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_difference.hpp"
#include "plans/text/json_fields.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// What of a finding is the decision; the rest of it are reasons.
constexpr std::array<std::string_view, 3> kFindingGist{"finding", "clearance", "next_window"};
constexpr std::array<std::string_view, 8> kProposalGist{
    "kind", "colour", "mandatory", "from", "expected_to", "window", "clause", "immediate"};

json::object members_of(const json::value& value, std::span<const std::string_view> keys) {
    json::object gist;
    for (const std::string_view key : keys) {
        const json::value* member = find_member(value, key);
        if (member != nullptr) gist[key] = *member;
    }
    return gist;
}

// Of a value that has no such member: null.
json::value member_of(const json::value& value, std::string_view key) {
    const json::value* member = find_member(value, key);
    return member == nullptr ? json::value(nullptr) : *member;
}

json::value gist_of(const json::value& found) {
    json::object gist = members_of(found, kFindingGist);
    const json::value proposal = member_of(found, "proposal");
    if (proposal.is_object()) gist["proposal"] = members_of(proposal, kProposalGist);
    return gist;
}

std::string clause_of(const json::value& found) {
    return string_or(member_of(found, "proposal"), "clause");
}

std::string sentence_of(const json::value& found) {
    const std::string clearance = string_or(found, "clearance");
    if (!clearance.empty()) {
        const std::string next = string_or(found, "next_window");
        return next.empty() ? clearance : clearance + ", next window " + next;
    }
    std::string text = string_or(found, "finding");
    const json::value proposal = member_of(found, "proposal");
    if (!proposal.is_object()) return text;
    text += " " + string_or(proposal, "kind") + " " + string_or(proposal, "colour");
    const json::value mandatory = member_of(proposal, "mandatory");
    if (mandatory.is_bool() && !mandatory.get_bool()) text += " (advice)";
    text += " from " + string_or(proposal, "from");
    const std::string end = string_or(proposal, "expected_to");
    if (!end.empty()) text += " to " + end;
    const std::string clause = string_or(proposal, "clause");
    return clause.empty() ? text : text + " by " + clause;
}

DecisionAgain unreadable(const json::value& found, const rules::Faults& faults) {
    DecisionAgain again{.then = sentence_of(found), .clause_then = clause_of(found)};
    for (const rules::Fault& fault : faults) again.differences.push_back(rules::to_text(fault));
    return again;
}

}  // namespace

std::string_view to_text(DecisionAgreement agreement) {
    constexpr std::array<std::string_view, kDecisionAgreementCount> kWords{
        "equal", "reasons_differ", "differs", "unreadable"};
    return kWords[static_cast<std::size_t>(agreement)];
}

DecisionAgain decide_again(const DecisionRecord& record) {
    const auto check = parse_decision_check(record.check);
    if (!check) return unreadable(record.found, check.error());
    const std::string name = record.warning + " #" + std::to_string(record.number);
    const auto inputs = decision_inputs_from_json(record.inputs, name);
    if (!inputs) return unreadable(record.found, inputs.error());
    const json::value now = to_json(run_check(*inputs, *check), *inputs);
    DecisionAgain again;
    again.then = sentence_of(record.found);
    again.now = sentence_of(now);
    again.clause_then = clause_of(record.found);
    again.clause_now = clause_of(now);
    again.differences = json_differences(record.found, now);
    const bool is_decided_alike = json_differences(gist_of(record.found), gist_of(now)).empty();
    again.agreement = again.differences.empty() ? DecisionAgreement::kEqual
                      : is_decided_alike        ? DecisionAgreement::kReasonsDiffer
                                                : DecisionAgreement::kDiffers;
    return again;
}

std::string to_line(const DecisionRecord& record) {
    return canonical_text(json::object{{"number", record.number},
                                       {"warning", record.warning},
                                       {"at", rules::to_iso(record.at, rules::kBeijingTime)},
                                       {"event", record.event},
                                       {"check", record.check},
                                       {"found", record.found},
                                       {"inputs", record.inputs}});
}

rules::Result<DecisionRecord> decision_record_from_line(std::string_view line,
                                                        const std::string& file, int number) {
    const auto place = [&](rules::Faults faults) {
        for (rules::Fault& fault : faults) {
            fault.place.file = file;
            fault.place.line = number;
        }
        return faults;
    };
    if (line.size() > kDecisionLineBytesMax) {
        return place(rules::refuse("超过 16 MiB 的一行 / a line of more than 16 MiB",
                                   "一行一个决定 / one decision per line"));
    }
    const auto value = parse_json(line, file);
    if (!value) return place(value.error());
    rules::Faults faults;
    JsonFields fields(*value, "", file, faults);
    DecisionRecord record;
    record.number = fields.whole_number("number", 0);
    record.warning = fields.text("warning");
    record.at = fields.instant("at", rules::kBeijingTime);
    record.event = fields.maybe_text("event");
    record.check = fields.text("check");
    if (const json::value* found = fields.member("found")) record.found = *found;
    if (const json::value* inputs = fields.member("inputs")) record.inputs = *inputs;
    if (!record.found.is_object()) fields.fault("found", "is not an object", "what was found");
    if (!record.inputs.is_object()) fields.fault("inputs", "is not an object", "what was seen");
    if (!faults.empty()) return place(std::move(faults));
    return record;
}

rules::Result<void> for_each_record(std::string_view text, const std::string& file,
                                    const std::function<void(const DecisionRecord&)>& take) {
    rules::FaultList faults;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        const auto record = decision_record_from_line(line, file, number);
        if (record) {
            take(*record);
            continue;
        }
        faults.append(record.error());
    }
    if (!faults.has_errors()) return {};
    rules::Faults all = std::move(faults.kept());
    for (rules::Fault& fault : faults.rest()) all.push_back(std::move(fault));
    return all;
}

}  // namespace qk::plans
