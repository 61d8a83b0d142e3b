#include "daemon/warnings/notice_draft.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <utility>

#include "daemon/store/session.hpp"
#include "daemon/warnings/effects.hpp"
#include "daemon/warnings/follow_up.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/order_on_record.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr const char* kAnySigner = "(draft)";  // no account has such an id

// The step of the last signature, whoever gives it and whatever is still to be done before.
rules::StepAnswer last_signature(Session& db, const DeskView& view, const rules::Warning& warning,
                                 const rules::Why& why) {
    rules::Warning last = warning;
    rules::Approval& approval = last.pending->approval;
    approval.persons = static_cast<int>(last.pending->signatures.size()) + 1;
    approval.consultation = false;
    approval.four_eyes = false;
    rules::LifeEvent event{
        rules::Sign{},  {kAnySigner, approval.approvers}, why, view.now, view.pack->zone,
        last.generation};
    event.order = order_on_record(db, *last.pending, *view.pack, view.now);
    return rules::step(last, event, colour_floors_now(db, view.now));
}

// The mandatory stretches that orders would be derived for; empty list: a lift; nothing: none are.
std::optional<std::vector<rules::Segment>> segments_of(const rules::Step& step) {
    for (const rules::Effect& effect : step.effects) {
        if (const auto* derive = std::get_if<rules::DeriveOrders>(&effect)) return derive->segments;
        if (std::holds_alternative<rules::LiftOrders>(effect)) return std::vector<rules::Segment>{};
    }
    return std::nullopt;
}

json::array unfilled_json(const std::vector<plans::UnfilledPlace>& unfilled) {
    json::array list;
    for (const plans::UnfilledPlace& place : unfilled) {
        list.emplace_back(json::object{{"what", place.what}, {"where", place.where}});
    }
    return list;
}

json::object notice_json(const NoticeDraft& draft, const rules::PublishNotice& notice) {
    const plans::NoticeText& text = draft.text;
    return {{"identifier", draft.identifier},
            {"document", draft.document},
            {"kind", draft.kind},
            {"text_kind", notice.text_kind},
            {"colour", plans::word(rules::to_text(notice.colour))},
            {"headline", text.headline},
            {"body", text.body},
            {"measures", text.measures},
            {"instruction", text.instruction},
            {"headline_en", text.headline_en},
            {"body_en", text.body_en},
            {"cap", draft.cap}};
}

}  // namespace

rules::Why why_for(rules::Why why, const rules::Change& change) {
    if (why.reason.empty()) why.reason = change.why.reason;
    if (why.clause.empty()) why.clause = change.why.clause;
    return why;
}

rules::Why public_why(rules::Why why, const rules::Change& change) {
    why = why_for(std::move(why), change);
    if (!change.why.reason.empty()) why.reason = change.why.reason;
    return why;
}

std::variant<json::value, rules::Refused> draft_decision(Session& db, const DeskView& view,
                                                         const StoredWarning& warning,
                                                         const rules::Why& why) {
    if (!warning.state.pending) {
        return rules::Refused{rules::Refusal::kNothingPending, "没有待签发的变更", {}};
    }
    const rules::Change& pending = *warning.state.pending;
    const rules::StepAnswer answer = last_signature(db, view, warning.state, why);
    if (const auto* refused = std::get_if<rules::Refused>(&answer)) return *refused;
    const auto& step = std::get<rules::Step>(answer);
    json::object object{{"warning", warning.state.id},
                        {"generation", warning.state.generation},
                        {"change", pending.number},
                        {"change_kind", plans::word(rules::to_text(pending.kind))},
                        {"exercise", warning.state.exercise},
                        {"at", plans::iso(view.now, view.pack->zone)},
                        {"notice", nullptr},
                        {"unfilled", json::array{}},
                        {"plan", nullptr},
                        {"orders", nullptr}};
    std::string measures = measures_in_force(db, warning);
    if (const auto segments = segments_of(step)) {
        const plans::PlanQuestion question = plan_question(db, view, warning.state, *segments);
        const plans::PlanOutline plan = plans::derive_outline(question);
        const OrdersAhead orders = count_orders(db, view, warning.state, question, plan);
        json::value summary = plans::summary_json(plan);
        measures = summary.at("measures_zh").as_string().c_str();
        object["plan"] = std::move(summary);
        object["orders"] = json::object{{"issued", orders.issued}, {"ended", orders.ended}};
    }
    for (const rules::Effect& effect : step.effects) {
        const auto* notice = std::get_if<rules::PublishNotice>(&effect);
        if (notice == nullptr) continue;
        NoticeOrder order{*view.pack, step.next, *notice,         public_why(why, pending),
                          measures,   view.now,  view.public_url, view.hooks};
        const NoticeDraft draft = draft_notice(db, order);
        object["notice"] = notice_json(draft, *notice);
        object["unfilled"] = unfilled_json(draft.text.unfilled);
    }
    object["prompts"] = plans::texts(prompts_followed(db, view, step.next));
    return object;
}

}  // namespace qk::daemon
