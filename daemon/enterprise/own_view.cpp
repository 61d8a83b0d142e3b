#include "daemon/enterprise/own_view.hpp"

#include <boost/json/array.hpp>
#include <set>

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/orders/receipt.hpp"
#include "plans/casework/case_steps.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::CaseAct;

json::value time_or_null(const std::optional<rules::Instant>& t, rules::Zone zone) {
    if (!t) return nullptr;
    return json::value(rules::to_iso(*t, zone));
}

// Steps that speak to the enterprise, or are its own. Who is sent, and what they noted for the
// desk, is not among them.
bool is_for_enterprise(std::string_view step) {
    static const std::set<CaseAct> kShown{
        CaseAct::kConclude,     CaseAct::kState, CaseAct::kDecide,  CaseAct::kOrderMending,
        CaseAct::kReportMended, CaseAct::kClose, CaseAct::kDataBack};
    const auto act = plans::parse_case_act(step);
    return act && kShown.contains(*act);
}

json::object step_json(const CaseStepRow& row, rules::Zone zone) {
    json::object object{{"at", rules::to_iso(row.at, zone)},
                        {"step", row.step},
                        {"step_zh", ""},
                        {"own", is_enterprise_caller(row.person)},
                        {"note", plans::string_or(row.detail, "note")},
                        {"by", plans::string_or(row.detail, "by")}};
    const auto act = plans::parse_case_act(row.step);
    if (act) object["step_zh"] = plans::word(plans::to_chinese(*act));
    return object;
}

// What it could do now.
json::array own_acts(const plans::CaseStanding& standing) {
    json::array acts;
    for (const CaseAct act : plans::next_acts(standing, false)) {
        const bool is_own = act == CaseAct::kState || act == CaseAct::kReportMended;
        if (is_own) acts.emplace_back(plans::word(plans::to_text(act)));
    }
    return acts;
}

}  // namespace

bool may_be_seen(const StoredCase& row) {
    const plans::CaseStanding& standing = row.standing;
    // Its meters are its own to mend.
    if (standing.kind == plans::CaseKind::kDataQuality) return true;
    const bool is_before_check =
        standing.state == plans::CaseState::kLead || standing.state == plans::CaseState::kSiteCheck;
    // What ended without a check and a conclusion has never concerned it.
    const bool is_quiet_end =
        standing.state == plans::CaseState::kClosed && !standing.conclusion.has_value();
    return !is_before_check && !is_quiet_end;
}

json::object OwnView::receipt(const StoredReceipt& stored) const {
    return {{"number", stored.number},
            {"exercise", stored.enterprise.starts_with("exercise:")},
            {"order", stored.receipt.order},
            {"revision", stored.receipt.revision},
            {"state", json::string(to_text(stored.receipt.state))},
            {"at", rules::to_iso(stored.receipt.at, zone)},
            {"arrived", rules::to_iso(stored.origin.arrived, zone)},
            {"by", stored.receipt.by},
            {"note", stored.receipt.note},
            {"channel", stored.origin.channel},
            {"recorded", !stored.origin.person.empty()},
            {"effect", stored.effect},
            {"proof", stored.proof},
            {"overruled", stored.overruled_by.has_value()}};
}

json::object OwnView::refusal(const RefusalRow& row) const {
    json::object object{{"note", row.note},
                        {"by", row.by},
                        {"opened_at", rules::to_iso(row.opened_at, zone)},
                        {"answer_by", rules::to_iso(row.opened_at + deadlines.refusal, zone)},
                        {"standing", json::string(to_text(row.standing))},
                        {"reason", row.reason}};
    object["answered_at"] = time_or_null(row.answered_at, zone);
    return object;
}

json::object OwnView::order(Session& db, const StoredOrder& order) const {
    const rules::Instant left = order.published_at.value_or(order.issued_at);
    const rules::Instant begun = std::max(order.issued_at, order.effective_from);
    json::object object{{"exercise", order.exercise},
                        {"order", order.order},
                        {"warning", order.warning},
                        {"revision", order.revision},
                        {"issued_at", rules::to_iso(order.issued_at, zone)},
                        {"effective_from", rules::to_iso(order.effective_from, zone)},
                        {"receipt_state", order.receipt_state},
                        {"receive_by", rules::to_iso(left + deadlines.received, zone)},
                        {"execute_by", rules::to_iso(begun + deadlines.executing, zone)}};
    object["effective_to"] = time_or_null(order.effective_to, zone);
    object["receipt_at"] = time_or_null(order.receipt_at, zone);
    json::array receipts;
    const PresentOrder present{order.order, order.revision};
    for (const StoredReceipt& one : receipts_of_revision(db, order.enterprise, present)) {
        receipts.emplace_back(receipt(one));
    }
    object["receipts"] = std::move(receipts);
    const auto refused = refusal_of(db, order.enterprise, order.revision);
    object["refusal"] = refused ? json::value(refusal(*refused)) : json::value();
    object["document"] = plans::parse_json(order.signed_text, "orders.signed_text").value();
    return object;
}

json::object OwnView::one_case(Session& db, const StoredCase& row) const {
    const plans::CaseStanding& standing = row.standing;
    json::object object{
        {"number", row.number},
        {"kind", plans::word(plans::to_text(standing.kind))},
        {"obligation", row.obligation},
        {"warning", row.warning},
        {"state", plans::word(plans::to_text(standing.state))},
        {"state_zh", plans::word(plans::to_chinese(standing.state))},
        {"conclusion",
         plans::word(standing.conclusion ? plans::to_text(*standing.conclusion) : "")},
        {"conclusion_zh",
         plans::word(standing.conclusion ? plans::to_chinese(*standing.conclusion) : "")},
        {"opened_at", rules::to_iso(row.opened_at, zone)},
        {"text", row.text},
        {"next", own_acts(standing)}};
    object["due_at"] = time_or_null(
        standing.state == plans::CaseState::kRectifying ? row.due_at : std::nullopt, zone);
    json::array steps;
    for (const CaseStepRow& step : steps_of_case(db, row.number)) {
        if (is_for_enterprise(step.step)) steps.emplace_back(step_json(step, zone));
    }
    object["steps"] = std::move(steps);
    return object;
}

json::object facts_json(const OwnCaller& own) {
    const plans::Enterprise& row = own.row();
    json::array lines;
    for (const plans::Line& line : own.inventory->lines) {
        if (line.enterprise != row.id) continue;
        lines.emplace_back(json::object{{"id", plans::word(line.id.text())},
                                        {"name", plans::word(line.name.text())},
                                        {"uninterruptible", line.uninterruptible}});
    }
    json::array meters;
    for (const plans::Meter& meter : own.inventory->meters) {
        if (meter.enterprise != row.id) continue;
        meters.emplace_back(json::object{{"id", plans::word(meter.id.text())},
                                         {"line", plans::word(meter.line.text())},
                                         {"role", json::string(rules::to_text(meter.role))}});
    }
    return {{"id", plans::word(row.id.text())},
            {"name", plans::word(row.name.text())},
            {"region", plans::word(row.region.text())},
            {"industry", plans::word(row.industry.text())},
            {"grade", row.grade.name},
            {"contact", plans::word(row.contact.text())},
            {"phone", plans::word(row.phone.text())},
            {"lines", std::move(lines)},
            {"meters", std::move(meters)}};
}

}  // namespace qk::daemon
