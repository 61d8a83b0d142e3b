#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/store/store.hpp"
#include "daemon/warning/effects.hpp"
#include "daemon/warning/explain.hpp"
#include "daemon/warning/requests.hpp"
#include "daemon/warning/warning_service.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

const std::set<Role> kReaders{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                              Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
const std::set<Role> kDuty{Role::kDutyOfficer};
const std::set<Role> kDeciders{Role::kApprover};
const std::set<Role> kDesk{Role::kDutyOfficer, Role::kApprover};

ApiResponse no_such_warning() { return answer_problem(404, "没有这个预警", "no such warning"); }

const FieldNote kGeneration{"generation", "integer", "所见代次，不是最新则拒绝"};
const FieldNote kReason{"reason", "string", "理由"};
const FieldNote kClause{"clause", "string", "依据条款"};

std::vector<FieldNote> change_fields() {
    return {{"colour", "string", "blue, yellow, orange, red"},
            {"from", "string", "生效时间，缺省为即时"},
            {"expected_to", "string", "预计结束时间，缺省为另行通知"},
            {"mandatory", "boolean", "false：仅作健康提示"},
            {"ordered_by", "string", "上级指令文号；不受36小时条件和下限约束"},
            {"lapses_at", "string", "逾期未签发即失效"},
            kReason,
            kClause};
}

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
json::value sub_yellow_json(DecisionInputs inputs, const plans::RegionPack& pack) {
    if (!pack.trigger.sub_yellow) return nullptr;
    inputs.standard = *pack.trigger.sub_yellow;
    inputs.rules.lift.lowest = rules::Colour::kRed;
    for (const rules::Clause& clause : inputs.standard.clauses) {
        inputs.rules.lift.lowest = std::min(inputs.rules.lift.lowest, clause.colour);
    }
    std::erase_if(inputs.series, [](const SeriesInput& series) { return series.earlier > 0; });
    const rules::Situation situation = situation_of(inputs);
    return json::object{{"standard", inputs.standard.id},
                        {"name", inputs.standard.name},
                        {"note", inputs.standard.note},
                        {"outlooks", outlooks_json(situation, inputs.rules.lift.lowest)}};
}

json::value situation_json(SQLite::Database& db, const DeskView& desk) {
    const DecisionInputs inputs = gather_inputs(db, desk);
    const rules::Situation situation = situation_of(inputs);
    const rules::Zone zone = inputs.zone;
    json::object answer{{"now", rules::to_iso(inputs.now, zone)},
                        {"region", desk.pack->name},
                        {"pack", desk.pack->id},
                        {"standard", inputs.standard.id},
                        {"assessment", run_check(inputs, "assess").value()},
                        {"outlooks", outlooks_json(situation, inputs.rules.lift.lowest)},
                        {"sub_yellow", sub_yellow_json(inputs, *desk.pack)},
                        {"inputs", to_json(inputs)}};
    json::array samples;
    for (const plans::SampleMark& mark : plans::samples_of(*desk.pack)) {
        samples.emplace_back(json::object{{"section", mark.section}, {"text", mark.text}});
    }
    answer["samples"] = std::move(samples);
    const auto open = open_warning(db, false);
    answer["warning"] = open ? warning_view(*open, zone) : json::value(nullptr);
    const auto drill = open_warning(db, true);
    answer["drill"] = drill ? warning_view(*drill, zone) : json::value(nullptr);
    return answer;
}

ApiResponse list_answer(SQLite::Database& db, const Call& call, rules::Zone zone) {
    const Paging paging = paging_of(call);
    WarningFilter filter;
    if (const auto exercise = call.query_value("exercise")) filter.exercise = *exercise == "true";
    if (const auto word = call.query_value("standing")) {
        const auto standing = rules::parse_standing(*word);
        if (!standing) return answer_problem(422, "standing 不认识", "standing is not known");
        filter.standings = {*standing};
    }
    json::array items;
    for (const StoredWarning& warning :
         load_warnings(db, filter, paging.per_page, (paging.page - 1) * paging.per_page)) {
        items.emplace_back(warning_view(warning, zone));
    }
    return answer_page(std::move(items), paging, count_warnings(db, filter));
}

ApiResponse consult_answer(const ConsultAnswer& answer, rules::Zone zone) {
    if (const auto* refused = std::get_if<rules::Refused>(&answer.answer)) {
        return answer_refused(*refused);
    }
    return answer_json(
        json::object{{"warning", warning_view(std::get<DeskDone>(answer.answer).warning, zone)},
                     {"effect", answer.effect}});
}

// Evaluate and archive have no more to them than their event.
DeskAnswer take_simple(SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
                       const StoredWarning& warning, const SimpleRequest& request,
                       rules::EventKind kind) {
    DeskEvent event;
    event.kind = std::move(kind);
    event.why = request.why;
    event.generation = request.generation;
    return take_event(db, desk, warning, person, std::move(event));
}

}  // namespace

void WarningService::add_reading_routes(Router& router) {
    const auto get = [this, &router](const char* pattern, const char* summary,
                                     std::vector<FieldNote> query, auto answer) {
        Handler handler = [this, answer](const Call& call) {
            Work work = [call, answer](SQLite::Database& db, const DeskView& desk,
                                       const DeskPerson&) { return answer(db, desk, call); };
            return read(std::move(work));
        };
        router.add({"GET", pattern, kReaders, summary, std::move(handler), std::move(query), {}});
    };
    // Of one warning by its {id}.
    const auto get_one = [&get](const char* pattern, const char* summary, auto answer) {
        get(pattern, summary, {},
            [answer](SQLite::Database& db, const DeskView& desk, const Call& call) {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                return answer_json(answer(db, desk, *warning));
            });
    };
    get("/api/v1/situation", "当前形势：各预报的窗口、研判、现行预警和演练", {},
        [](SQLite::Database& db, const DeskView& desk, const Call&) {
            return answer_json(situation_json(db, desk));
        });
    get("/api/v1/warnings", "预警和演练，新的在前",
        {{"standing", "string", "状态"},
         {"exercise", "boolean", "演练"},
         {"page", "integer", "页"}},
        [](SQLite::Database& db, const DeskView& desk, const Call& call) {
            return list_answer(db, call, desk.pack->zone);
        });
    get_one("/api/v1/warnings/{id}", "一个预警",
            [](SQLite::Database&, const DeskView& desk, const StoredWarning& warning) {
                return warning_view(warning, desk.pack->zone);
            });
    get_one("/api/v1/warnings/{id}/explain", "预警始末，并由存档输入重新计算核对",
            [](SQLite::Database& db, const DeskView& desk, const StoredWarning& warning) {
                return explain(db, warning, desk.pack->zone);
            });
    // What belongs to one warning, as a list.
    const auto list_of = [&get](const char* pattern, const char* summary, auto items_of) {
        get(pattern, summary, {},
            [items_of](SQLite::Database& db, const DeskView& desk, const Call& call) {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                return answer_page_of(items_of(db, warning->state.id, desk.pack->zone),
                                      paging_of(call));
            });
    };
    list_of("/api/v1/warnings/{id}/consultations", "会商记录", consultations_of);
    list_of("/api/v1/warnings/{id}/plans", "响应方案的各代次",
            [](SQLite::Database& db, const std::string& id, rules::Zone zone) {
                return plans_of(db, id, zone);
            });
}

void WarningService::add_deciding_routes(Router& router) {
    // POST on one warning: body read by `parse`, decided by `decide`.
    const auto post = [this, &router](const char* action, const std::set<Role>& roles,
                                      const char* summary, std::vector<FieldNote> fields,
                                      auto parse, auto decide) {
        Handler handler = [this, parse, decide](const Call& call) {
            Work work = [call, parse, decide](SQLite::Database& db, const DeskView& desk,
                                              const DeskPerson& person) -> ApiResponse {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                const auto request = parse(call.request.body, desk.pack->zone);
                if (!request) return answer_faults(request.error());
                return decide(db, desk, person, *warning, *request);
            };
            return write(call, std::move(work));
        };
        router.add({"POST",
                    std::string("/api/v1/warnings/{id}/") + action,
                    roles,
                    summary,
                    std::move(handler),
                    {},
                    std::move(fields)});
    };
    Handler start = [this](const Call& call) {
        Work work = [call](SQLite::Database& db, const DeskView& desk,
                           const DeskPerson& person) -> ApiResponse {
            const auto request = read_start(call.request.body, desk.pack->zone);
            if (!request) return answer_faults(request.error());
            return answer_of(propose_start(db, desk, person, *request), desk.pack->zone);
        };
        return write(call, std::move(work));
    };
    std::vector<FieldNote> fields = change_fields();
    fields.push_back({"exercise", "boolean", "演练"});
    router.add({"POST",
                "/api/v1/warnings",
                kDuty,
                "提出启动预警（或演练）",
                std::move(start),
                {},
                fields});
    fields.back() = kGeneration;
    fields.push_back({"kind", "string", "raise, lower, extend, merge, suspend, resume, lift"});
    post("changes", kDuty, "提出变更（升降级、延长、解除等）", fields, read_change,
         [](SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
            const StoredWarning& warning, const ChangeRequest& request) {
             return answer_of(propose_change(db, desk, person, warning, request), desk.pack->zone);
         });
    post("consult", kDesk, "记录会商：参加人、订正值及理由、对建议的修改",
         {{"participants", "array", "[{name, unit}]"},
          {"summary", "string", "会商意见"},
          {"corrections", "array", "[{day, aqi, source, why}]"},
          {"colour", "string", "修改后的级别"},
          {"from", "string", "修改后的生效时间"},
          {"expected_to", "string", "修改后的预计结束时间"},
          kGeneration,
          kReason},
         read_consultation,
         [](SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
            const StoredWarning& warning, const ConsultRequest& request) {
             return consult_answer(consult(db, desk, person, warning, request), desk.pack->zone);
         });
    add_closing_routes(router);
}

void WarningService::add_closing_routes(Router& router) {
    // POST with nothing but generation, reason and clause.
    const auto post = [this, &router](const char* action, const std::set<Role>& roles,
                                      const char* summary, bool wants_reason, auto decide) {
        Handler handler = [this, wants_reason, decide](const Call& call) {
            Work work = [call, wants_reason, decide](SQLite::Database& db, const DeskView& desk,
                                                     const DeskPerson& person) -> ApiResponse {
                const auto warning = load_warning(db, call.parameter("id"));
                if (!warning) return no_such_warning();
                const auto request = read_simple(call.request.body, wants_reason);
                if (!request) return answer_faults(request.error());
                return answer_of(decide(db, desk, person, *warning, *request), desk.pack->zone);
            };
            return write(call, std::move(work));
        };
        router.add({"POST",
                    std::string("/api/v1/warnings/{id}/") + action,
                    roles,
                    summary,
                    std::move(handler),
                    {},
                    {kGeneration, kReason, kClause}});
    };
    const auto simple = [](rules::EventKind kind) {
        return [kind](SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
                      const StoredWarning& warning, const SimpleRequest& request) {
            return take_simple(db, desk, person, warning, request, kind);
        };
    };
    post("sign", kDeciders, "签发待办的变更", false, sign);
    post("reject", kDeciders, "否决待办的变更", true, simple(rules::Reject{}));
    post("withdraw", kDuty, "提出人撤回待办的变更", true, simple(rules::Withdraw{}));
    post("evaluate", kDesk, "评估完成（理由写评估结论或报告编号）", true,
         simple(rules::Evaluate{}));
    post("archive", kDesk, "归档", true, simple(rules::Archive{}));
    Handler preview = [this](const Call& call) {
        Work work = [call](SQLite::Database& db, const DeskView& desk,
                           const DeskPerson&) -> ApiResponse {
            const auto warning = load_warning(db, call.parameter("id"));
            if (!warning) return no_such_warning();
            const auto request = read_preview(call.request.body, desk.pack->zone);
            if (!request) return answer_faults(request.error());
            return answer_json(preview_plan(db, desk, *warning, request->colour,
                                            request->from.value_or(desk.now)));
        };
        return read(std::move(work));
    };
    router.add({"POST",
                "/api/v1/warnings/{id}/preview",
                kReaders,
                "预览某级别的响应方案：义务、减排比例、与现行方案的差别",
                std::move(preview),
                {},
                {{"colour", "string", "级别"}, {"from", "string", "生效时间"}}});
}

}  // namespace qk::daemon
