#include "daemon/warnings/effects.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/base/canary.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/control_desk.hpp"
#include "daemon/warnings/exercise_rows.hpp"
#include "daemon/warnings/follow_up.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/plan_ground.hpp"
#include "daemon/warnings/plan_rows.hpp"
#include "daemon/warnings/season_desk.hpp"
#include "daemon/warnings/task_effects.hpp"
#include "plans/response/plan_difference.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Instant;

struct StoredPlan {
    json::value summary;
    json::value plan;
};

std::optional<StoredPlan> latest_plan(Session& db, const StoredWarning& warning) {
    const auto row = load_plan(db, warning.state.id, warning.plan_generation);
    if (!row) return std::nullopt;
    auto summary = plans::parse_json(row->summary, "response_plans.summary");
    // Let go as a whole, like what it is read for.
    auto plan = plans::parse_json_in(json::make_shared_resource<json::monotonic_resource>(),
                                     row->plan, "response_plans.plan");
    return StoredPlan{std::move(summary.value()), std::move(plan.value())};
}

// By which measures and grades: with the stored catalogue the plan can be derived again.
std::string rules_of(const plans::PlanQuestion& question) {
    json::array changes;
    for (const plans::GradeChange& change : question.grade_changes) {
        changes.push_back(json::object{{"enterprise", change.enterprise},
                                       {"grade", change.grade.name},
                                       {"from", rules::to_iso(change.from)},
                                       {"source", change.source},
                                       {"decided_by", change.decided_by}});
    }
    json::object object{{"catalogue", nullptr}, {"sha256", nullptr}};
    if (question.catalogue) {
        object["catalogue"] = question.catalogue->number;
        object["sha256"] = question.catalogue->sha256;
    }
    object["grade_changes"] = std::move(changes);
    return plans::canonical_text(object);
}

// The next generation.
void keep_plan(Session& db, const DeskView& view, StoredWarning& warning,
               const plans::PlanDraft& draft) {
    const plans::ResponsePlan& plan = draft.plan;
    ++warning.plan_generation;
    store_plan(db, {warning.state.id, warning.plan_generation, view.now, plan.edition, plan.colour,
                    plans::to_text(plans::summary_json(plan)), plans::canonical_text(to_json(plan)),
                    rules_of(draft.question)});
}

// What a plan rests on, as it is in use.
plans::PlanQuestion question_of(Session& db, const DeskView& view,
                                const std::vector<rules::Segment>& segments) {
    plans::PlanQuestion question{view.inventory, view.pack, view.season, segments, view.now};
    question.catalogue = view.catalogue;
    question.grade_changes = grade_changes_beside(db, view.inventory->edition, view.pack->zone);
    return question;
}

std::set<std::string, std::less<>> enterprises_of(
    const std::vector<plans::OrderDocument>& documents) {
    std::set<std::string, std::less<>> named;
    for (const plans::OrderDocument& document : documents) named.insert(document.enterprise);
    return named;
}

// Enterprises that hold an order of this warning and are not in the plan owe nothing any more.
void lift_the_rest(Session& db, const DeskView& view, const StoredWarning& warning,
                   std::vector<plans::OrderDocument>& documents) {
    const auto named = enterprises_of(documents);
    constexpr std::size_t kPage = 1000;
    for (std::string after;;) {
        const auto page = orders_that_bind(db, warning.state.id, after, kPage);
        for (const OrderHead& order : page) {
            const std::string enterprise = enterprise_of(order.enterprise);
            // Exercises of an earlier release were issued in the place of the order itself: that
            // one ends now, and what goes on is the exercise's own.
            const bool is_in_its_place = is_in_exercise(order.enterprise) == warning.state.exercise;
            if (is_in_its_place && named.contains(enterprise)) continue;
            if (planted(Canary::kLiftForgetsOne) && documents.empty() && after.empty()) {
                after = order.enterprise;
                continue;
            }
            plans::OrderDocument empty;
            empty.order = order.order;
            empty.region = order.region;
            empty.enterprise = enterprise;
            empty.warning = warning.state.id;
            empty.exercise = is_in_exercise(order.enterprise);
            empty.edition = view.inventory->edition;
            empty.legal_basis = plans::legal_basis_text(*view.pack, view.now);
            empty.effective_from = view.now;
            documents.push_back(std::move(empty));
        }
        if (page.size() < kPage) return;
        after = page.back().enterprise;
    }
}

// What an enterprise owes by its present order: a line that stands by the season or by another
// warning is not granted a ramp-down again. Nobody comes down for an exercise.
plans::HeldOrder held_obligations(Session& db, const DeskView& view, const StoredWarning& warning,
                                  const std::string& enterprise) {
    plans::HeldOrder held;
    for (const bool is_exercise : {false, true}) {
        const auto order = load_order(db, order_holder_of(enterprise, is_exercise));
        if (!order) continue;
        const bool is_own = order->warning == warning.state.id;
        if (!is_own && order->exercise) continue;
        auto& into = is_own ? held.of_warning : held.of_others;
        const auto document = plans::parse_json(order->signed_text, "orders.signed_text").value();
        for (const json::value& item : document.at("obligations").as_array()) {
            into.push_back(
                plans::obligation_from_json(item, "orders.signed_text", view.pack->zone).value());
        }
    }
    return held;
}

// An exercise reaches only who takes part, where that was said.
void keep_participants(Session& db, const std::string& warning,
                       std::vector<plans::OrderDocument>& documents) {
    const std::vector<std::string> named = participants_of(db, warning);
    if (named.empty()) return;
    const std::set<std::string, std::less<>> participants(named.begin(), named.end());
    std::erase_if(documents, [&participants](const plans::OrderDocument& document) {
        return !participants.contains(document.enterprise) &&
               !participants.contains(document.region);
    });
}

// The draft where it answers this very question.
std::shared_ptr<const plans::PlanDraft> draft_of(Session& db, const DeskView& view,
                                                 plans::PlanQuestion question) {
    const auto in_use = InventoryRegistry::edition_in_use(db);
    const bool is_outdated = in_use && *in_use != view.inventory->edition;
    if (view.derives_inside) {
        return std::make_shared<plans::PlanDraft>(plans::make_draft(std::move(question)));
    }
    const bool fits = view.draft && view.draft->question == question;
    if (!fits || is_outdated) throw plans::PlanNeeded(std::move(question));
    return view.draft;
}

void write_plan(Session& db, const DeskView& view, StoredWarning& warning,
                const std::vector<rules::Segment>& segments) {
    const bool is_exercise = warning.state.exercise;
    std::vector<plans::ControlWeighed> weighed;
    plans::PlanQuestion question = plan_question(db, view, warning.state, segments, &weighed);
    const auto draft = draft_of(db, view, std::move(question));
    const plans::ResponsePlan& plan = draft->plan;
    keep_plan(db, view, warning, *draft);
    keep_plan_inputs(db, view, warning, *draft, std::move(weighed));
    std::vector<plans::OrderDocument> documents;
    if (segments.empty()) {
        // After a lift the season goes on under its own name, in the same breath.
        if (!is_exercise) documents = season_changes(db, view);
    } else {
        const plans::OrderFacts facts{warning.state.id, is_exercise, *view.pack, view.now,
                                      [&](const std::string& enterprise) {
                                          return held_obligations(db, view, warning, enterprise);
                                      }};
        documents = plans::documents_of(plan, *view.inventory, facts);
    }
    if (is_exercise) keep_participants(db, warning.state.id, documents);
    lift_the_rest(db, view, warning, documents);
    put_orders(db, std::move(documents), view.key, view.pack->zone, view.now);
    write_tasks(db, view, warning, segments);
}

struct Writer {
    Session& db;
    const DeskView& view;
    StoredWarning& warning;
    const rules::Why& why;

    void operator()(const rules::AskOperator& e) const {
        append_event(db, view.now, "warning.asked",
                     json::object{{"warning", warning.state.id},
                                  {"change", e.change},
                                  {"persons_missing", e.persons_missing},
                                  {"consultation_missing", e.consultation_missing}});
    }
    void operator()(const rules::DeriveOrders& e) const {
        write_plan(db, view, warning, e.segments);
    }
    void operator()(const rules::LiftOrders&) const { write_plan(db, view, warning, {}); }
    void operator()(const rules::PublishNotice& e) const {
        note_own_follow_up(db, view, warning.state);
        NoticeOrder order{*view.pack, warning.state,   e,         why, "",
                          view.now,   view.public_url, view.hooks};
        order.measures = measures_in_force(db, warning);
        const std::string identifier = write_notice(db, order);
        append_event(db, view.now, "notice.published",
                     json::object{{"warning", warning.state.id},
                                  {"identifier", identifier},
                                  {"kind", json::string(rules::to_text(e.kind))}});
    }
    // The alarm is a column of the warning's row; save_warning() sets it from the timeline.
    void operator()(const rules::WakeAt&) const {}
    void operator()(const rules::StartEvaluation&) const {
        append_event(db, view.now, "warning.evaluation_due",
                     json::object{{"warning", warning.state.id}});
    }
};

}  // namespace

plans::PlanQuestion plan_question(Session& db, const DeskView& view, const rules::Warning& warning,
                                  const std::vector<rules::Segment>& segments,
                                  std::vector<plans::ControlWeighed>* weighed) {
    plans::PlanQuestion question = question_of(db, view, segments);
    // The end of an exercise asks nothing of anybody.
    if (warning.exercise && segments.empty()) {
        question.season = nullptr;
        return question;
    }
    ControlsNow controls = controls_now(db, view);
    question.controls = std::move(controls.windows);
    if (weighed != nullptr) *weighed = std::move(controls.weighed);
    return question;
}

OrdersAhead count_orders(Session& db, const DeskView& view, const rules::Warning& warning,
                         const plans::PlanQuestion& question, const plans::PlanOutline& plan) {
    std::vector<plans::OrderDocument> documents;
    if (question.segments.empty()) {
        if (!warning.exercise) documents = season_changes(db, view);
    } else {
        for (std::size_t i = 0; i < plan.owed.size(); ++i) {
            if (i > 0 && plan.owed[i].enterprise == plan.owed[i - 1].enterprise) continue;
            const plans::Enterprise& row = view.inventory->enterprises[plan.owed[i].enterprise];
            plans::OrderDocument& document = documents.emplace_back();
            document.enterprise = row.id;
            document.region = row.region;
        }
    }
    if (warning.exercise) keep_participants(db, warning.id, documents);
    OrdersAhead orders{documents.size(), 0};
    const auto named = enterprises_of(documents);
    constexpr std::size_t kPage = 1000;
    for (std::string after;;) {
        const auto page = orders_that_bind(db, warning.id, after, kPage);
        for (const OrderHead& order : page) {
            const bool is_in_its_place = is_in_exercise(order.enterprise) == warning.exercise;
            const bool goes_on = is_in_its_place && named.contains(enterprise_of(order.enterprise));
            orders.ended += goes_on ? 0 : 1;
        }
        if (page.size() < kPage) return orders;
        after = page.back().enterprise;
    }
}

std::string measures_in_force(Session& db, const StoredWarning& warning) {
    const auto plan = latest_plan(db, warning);
    return plan ? plans::string_or(plan->summary, "measures_zh") : std::string();
}

void write_effects(Session& db, const DeskView& view, StoredWarning& warning,
                   const std::vector<rules::Effect>& effects, const rules::Why& why) {
    for (const rules::Effect& effect : effects) {
        std::visit(Writer{db, view, warning, why}, effect);
    }
}

json::value preview_plan(Session& db, const DeskView& view, const StoredWarning& warning,
                         rules::Colour colour, Instant from) {
    plans::PlanQuestion question = question_of(db, view, {{colour, true, from, std::nullopt}});
    question.controls = controls_now(db, view).windows;
    const plans::PlanOutline plan = plans::derive_outline(question);
    json::object answer{{"plan", plans::summary_json(plan)}, {"difference", nullptr}};
    const auto in_force = latest_plan(db, warning);
    answer["in_force"] = in_force ? in_force->summary : json::value(nullptr);
    answer["difference"] =
        plans::difference_json(in_force ? in_force->plan : json::value(nullptr), plan);
    return answer;
}

json::array plans_of(Session& db, const std::string& warning, rules::Zone zone) {
    json::array list;
    for (const PlanRow& row : list_plans(db, warning)) {
        auto summary = plans::parse_json(row.summary, "response_plans.summary");
        json::object item{{"generation", row.generation},
                          {"at", rules::to_iso(row.at, zone)},
                          {"edition", row.edition},
                          {"summary", std::move(summary.value())},
                          {"rules", nullptr}};
        if (!row.rules.empty()) {
            item["rules"] = plans::parse_json(row.rules, "response_plans.rules").value();
        }
        list.push_back(std::move(item));
    }
    return list;
}

}  // namespace qk::daemon
