#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/service/answer_cache.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/effects.hpp"
#include "daemon/warnings/explain.hpp"
#include "daemon/warnings/notice_draft.hpp"
#include "daemon/warnings/order_on_record.hpp"
#include "daemon/warnings/requests.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "plans/decision/decision_check.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"
#include "plans/decision/warning_json.hpp"
#include "rules/warning/level_chance.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr CursorKind kWarningsCursor{"warnings", "n"};

ApiResponse no_such_warning() { return answer_problem(404, "没有这个预警", "no such warning"); }

json::object window_json(const rules::OutlookWindow& window, rules::Zone zone) {
    return {{"colour", json::string(rules::to_text(window.colour))},
            {"from", rules::to_iso(window.span.from, zone)},
            {"to", rules::to_iso(window.span.to, zone)},
            {"met_at", rules::to_iso(window.met_at, zone)},
            {"highest_aqi", window.highest_aqi},
            {"mandatory", window.mandatory},
            {"open", window.open}};
}

json::array outlooks_json(const rules::Situation& situation, rules::Colour lowest) {
    const rules::Zone zone = situation.zone;
    json::array outlooks;
    for (const rules::Outlook& outlook : situation.outlooks) {
        if (outlook.as_issued && outlook.earlier == 0) continue;  // shown as it reads now
        json::array windows;
        for (const auto& window : outlook.windows[static_cast<std::size_t>(lowest)]) {
            windows.emplace_back(window_json(window, zone));
        }
        const auto stale_after = situation.rules.lift.stale_after;
        outlooks.emplace_back(
            json::object{{"source", outlook.source},
                         {"issued_at", rules::to_iso(outlook.issued_at, zone)},
                         {"earlier", outlook.earlier},
                         {"fresh", rules::is_fresh(outlook, situation.now, stale_after)},
                         {"known_until", rules::to_iso(outlook.known_until, zone)},
                         {"windows", std::move(windows)}});
    }
    return outlooks;
}

// Control below the lowest colour (临时管控), where the pack has a standard for it: windows for
// people to look at. It proposes nothing and binds nobody.
json::value sub_yellow_json(plans::DecisionInputs inputs, const plans::RegionPack& pack) {
    if (!pack.trigger.sub_yellow) return nullptr;
    inputs.standard = *pack.trigger.sub_yellow;
    inputs.rules.lift.lowest = rules::Colour::kRed;
    for (const rules::Clause& clause : inputs.standard.clauses) {
        inputs.rules.lift.lowest = std::min(inputs.rules.lift.lowest, clause.colour);
    }
    std::erase_if(inputs.series, [](const plans::SeriesInput& series) {
        return series.earlier > 0 || series.as_issued;
    });
    const rules::Situation situation = plans::situation_of(inputs);
    return json::object{{"standard", inputs.standard.id},
                        {"name", inputs.standard.name},
                        {"note", inputs.standard.note},
                        {"outlooks", outlooks_json(situation, inputs.rules.lift.lowest)}};
}

// Of the colours that the standard has.
json::array chances_json(const plans::DecisionInputs& inputs, const rules::Situation& situation) {
    json::array days;
    for (const rules::LevelChance& chance :
         rules::level_chances(situation.outlooks, inputs.now, inputs.zone, inputs.rules.lift)) {
        json::object at_least;
        for (const rules::Clause& clause : inputs.standard.clauses) {
            at_least[rules::to_text(clause.colour)] =
                chance.at_least[static_cast<std::size_t>(clause.colour)];
        }
        days.emplace_back(json::object{{"day", rules::to_iso(chance.day)},
                                       {"lead_days", chance.lead_days},
                                       {"sources", chance.sources},
                                       {"readings", chance.readings},
                                       {"at_least", std::move(at_least)}});
    }
    return days;
}

json::value situation_json(Session& db, const DeskView& desk) {
    const plans::DecisionInputs inputs = gather_inputs(db, desk);
    const rules::Situation situation = plans::situation_of(inputs);
    const rules::Zone zone = inputs.zone;
    json::object answer{
        {"now", rules::to_iso(inputs.now, zone)},
        {"region", desk.pack->name},
        {"pack", desk.pack->id},
        {"standard", inputs.standard.id},
        {"assessment", plans::to_json(plans::run_check(inputs, plans::AssessCheck{}), inputs)},
        {"outlooks", outlooks_json(situation, inputs.rules.lift.lowest)},
        {"chances", chances_json(inputs, situation)},
        {"sub_yellow", sub_yellow_json(inputs, *desk.pack)},
        {"inputs", plans::to_json(inputs)}};
    json::array samples;
    for (const plans::SampleMark& mark : plans::samples_of(*desk.pack)) {
        samples.emplace_back(json::object{{"section", mark.section}, {"text", mark.text}});
    }
    answer["samples"] = std::move(samples);
    const auto open = open_warning(db, false);
    answer["warning"] = open ? warning_view(*open, zone) : json::value(nullptr);
    const auto exercise = open_warning(db, true);
    answer["drill"] = exercise ? warning_view(*exercise, zone) : json::value(nullptr);
    return answer;
}

ApiResponse list_answer(Session& db, const Call& call, rules::Zone zone) {
    const auto asked = cursor_paging_of(call, kWarningsCursor);
    if (!asked) return answer_bad_cursor(asked.error());
    const CursorPaging& paging = *asked;
    WarningFilter filter;
    if (const auto exercise = call.query_value("exercise")) filter.exercise = *exercise == "true";
    if (const auto word = call.query_value("standing")) {
        const auto standing = rules::parse_warning_standing(*word);
        if (!standing) return answer_problem(422, "standing 不认识", "standing is not known");
        filter.standings = {*standing};
    }
    CursorPage page;
    for (const StoredWarning& warning : load_warnings(db, filter, paging.newest_first())) {
        page.items.emplace_back(warning_view(warning, zone));
        page.last = {warning.number};
    }
    page.is_last = page.items.size() < paging.page.per_page;
    const auto count = [&] { return count_warnings(db, filter); };
    return answer_cursor_page(std::move(page), paging, kWarningsCursor, count);
}

ApiResponse consult_answer(const ConsultAnswer& answer, rules::Zone zone) {
    if (const auto* refused = std::get_if<rules::Refused>(&answer.answer)) {
        return answer_refused(*refused);
    }
    return answer_json(
        json::object{{"warning", warning_view(std::get<DeskDone>(answer.answer).warning, zone)},
                     {"effect", answer.effect}});
}

// A body as it was read, before the transaction: the work on it may be run more than once.
template <class Read>
std::shared_ptr<const Read> kept(Read read) {
    return std::make_shared<const Read>(std::move(read));
}

// Evaluate and archive have no more to them than their event.
DeskAnswer take_simple(Session& db, const DeskView& desk, const DeskPerson& person,
                       const StoredWarning& warning, const SimpleRequest& request,
                       rules::EventKind kind) {
    DeskEvent event;
    event.kind = std::move(kind);
    event.why = request.why;
    event.generation = request.generation;
    return take_event(db, desk, warning, person, std::move(event));
}

// As the last signature would issue it, with the reason and clause that it would give.
ApiResponse draft_answer(Session& db, const DeskView& desk, const Call& call) {
    const auto warning = load_warning(db, call.parameter("id"));
    if (!warning) return no_such_warning();
    const rules::Why why{
        call.query_value("reason").value_or(""), call.query_value("clause").value_or(""), {}};
    auto draft = draft_decision(db, desk, *warning, why);
    if (const auto* refused = std::get_if<rules::Refused>(&draft)) return answer_refused(*refused);
    return answer_json(std::get<json::value>(draft));
}

}  // namespace

void WarningService::add_reading_routes(Router& router) {
    const auto get = [this, &router](OperationId id, auto answer, ReadPace pace = ReadPace::kQuick,
                                     std::optional<AnswerHolds> holds = std::nullopt) {
        Handler handler = [this, answer, pace](const Call& call) {
            Work work = [call, answer](Session& db, const DeskView& desk, const DeskPerson&) {
                return answer(db, desk, call);
            };
            return read(call.reader(), pace, std::move(work));
        };
        if (holds) handler = kept_answers(context_, *holds, std::move(handler));
        router.serve(id, kReaders, std::move(handler));
    };
    // Of one warning by its {id}.
    const auto get_one = [&get](OperationId id, auto answer, ReadPace pace = ReadPace::kQuick) {
        const auto of_one = [answer](Session& db, const DeskView& desk, const Call& call) {
            const auto warning = load_warning(db, call.parameter("id"));
            if (!warning) return no_such_warning();
            return answer_json(answer(db, desk, *warning));
        };
        get(id, of_one, pace);
    };
    Handler situation = [this](const Call& call) {
        const DutyReading duty = prepare_duty_ ? prepare_duty_() : DutyReading{};
        Work work = [duty](Session& db, const DeskView& desk, const DeskPerson&) {
            json::value answer = situation_json(db, desk);
            if (duty) answer.as_object()["duty"] = duty(db);
            return answer_json(answer);
        };
        return read(call.reader(), ReadPace::kQuick, std::move(work));
    };
    router.serve(operation::kShowSituation, kReaders,
                 kept_answers(context_, AnswerHolds::kForTheSecond, std::move(situation)));
    get(
        operation::kListWarnings,
        [](Session& db, const DeskView& desk, const Call& call) {
            return list_answer(db, call, desk.pack->zone);
        },
        ReadPace::kQuick, AnswerHolds::kUntilChange);
    get_one(operation::kShowWarning,
            [](Session&, const DeskView& desk, const StoredWarning& warning) {
                return warning_view(warning, desk.pack->zone);
            });
    get_one(
        operation::kExplainWarning,
        [](Session& db, const DeskView& desk, const StoredWarning& warning) {
            return explain(db, warning, desk.pack->zone);
        },
        ReadPace::kSlow);
    get(operation::kDraftNotice, draft_answer, ReadPace::kSlow);
    // What belongs to one warning, as a list.
    const auto list_of = [&get](OperationId id, auto items_of) {
        get(id, [items_of](Session& db, const DeskView& desk, const Call& call) {
            const auto warning = load_warning(db, call.parameter("id"));
            if (!warning) return no_such_warning();
            return answer_page_of(items_of(db, warning->state.id, desk.pack->zone),
                                  paging_of(call));
        });
    };
    list_of(operation::kListConsultations, consultations_of);
    list_of(operation::kListPlans, [](Session& db, const std::string& id, rules::Zone zone) {
        return plans_of(db, id, zone);
    });
}

void WarningService::add_deciding_routes(Router& router) {
    // POST on one warning: body read by `parse`, decided by `decide`.
    const auto post = [this, &router](OperationId id, const RoleSet& roles, auto parse,
                                      auto decide) {
        router.serve(id, roles, [this, parse, decide](const Call& call) {
            const auto request = kept(parse(call.request.body, context_.pack->zone));
            Work work = [call, request, decide](Session& db, const DeskView& desk,
                                                const DeskPerson& person) -> ApiResponse {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                if (!*request) return answer_faults(request->error());
                return decide(db, desk, person, *warning, **request);
            };
            return write(call, std::move(work));
        });
    };
    router.serve(operation::kProposeWarning, kProposers, [this](const Call& call) {
        const auto request = kept(read_start(call.request.body, context_.pack->zone));
        Work work = [request](Session& db, const DeskView& desk,
                              const DeskPerson& person) -> ApiResponse {
            if (!*request) return answer_faults(request->error());
            return answer_of(propose_start(db, desk, person, **request), desk.pack->zone);
        };
        return write(call, std::move(work));
    });
    post(operation::kProposeChange, kProposers, read_change,
         [](Session& db, const DeskView& desk, const DeskPerson& person,
            const StoredWarning& warning, const ChangeRequest& request) {
             return answer_of(propose_change(db, desk, person, warning, request), desk.pack->zone);
         });
    post(operation::kRecordConsultation, kDesk, read_consultation,
         [](Session& db, const DeskView& desk, const DeskPerson& person,
            const StoredWarning& warning, const ConsultRequest& request) {
             return consult_answer(consult(db, desk, person, warning, request), desk.pack->zone);
         });
    add_closing_routes(router);
}

void WarningService::add_closing_routes(Router& router) {
    // POST with nothing but generation, reason and clause.
    const auto post = [this, &router](OperationId id, const RoleSet& roles, bool wants_reason,
                                      auto decide) {
        router.serve(id, roles, [this, wants_reason, decide](const Call& call) {
            const auto request = kept(read_simple(call.request.body, wants_reason));
            Work work = [call, request, decide](Session& db, const DeskView& desk,
                                                const DeskPerson& person) -> ApiResponse {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                if (!*request) return answer_faults(request->error());
                return answer_of(decide(db, desk, person, *warning, **request), desk.pack->zone);
            };
            return write(call, std::move(work));
        });
    };
    const auto simple = [](rules::EventKind kind) {
        return [kind](Session& db, const DeskView& desk, const DeskPerson& person,
                      const StoredWarning& warning, const SimpleRequest& request) {
            return take_simple(db, desk, person, warning, request, kind);
        };
    };
    post(operation::kSignChange, kSigners, false, sign);
    post(operation::kRejectChange, kSigners, true, simple(rules::Reject{}));
    post(operation::kWithdrawChange, kProposers, true, simple(rules::Withdraw{}));
    post(operation::kRecordEvaluation, kDesk, true, simple(rules::Evaluate{}));
    post(operation::kArchiveWarning, kDesk, true, simple(rules::Archive{}));
    router.serve(operation::kPreviewPlan, kReaders, [this](const Call& call) {
        Work work = [call](Session& db, const DeskView& desk, const DeskPerson&) -> ApiResponse {
            const auto warning = load_warning(db, call.parameter("id"));
            if (!warning) return no_such_warning();
            const auto request = read_preview(call.request.body, desk.pack->zone);
            if (!request) return answer_faults(request.error());
            json::value answer =
                preview_plan(db, desk, *warning, request->colour, request->from.value_or(desk.now));
            // Whoever is about to sign sees whether the order that is cited binds, and who recorded
            // it.
            std::optional<rules::OrderAnswer> order;
            if (const auto& pending = warning->state.pending) {
                order = order_on_record(db, *pending, *desk.pack, desk.now);
            }
            answer.as_object()["order"] = plans::to_json(order);
            return answer_json(answer);
        };
        return read(call.reader(), ReadPace::kSlow, std::move(work));
    });
}

}  // namespace qk::daemon
