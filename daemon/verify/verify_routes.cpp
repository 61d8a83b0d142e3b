// The API of verdicts, cases and power curves.
#include <SQLiteCpp/Statement.h>

#include <charconv>

#include "daemon/context.hpp"
#include "daemon/http/rights.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/repeats.hpp"
#include "daemon/store/store.hpp"
#include "daemon/verify/case_rows.hpp"
#include "daemon/verify/series_view.hpp"
#include "daemon/verify/verdict_rows.hpp"
#include "daemon/verify/verify_service.hpp"
#include "plans/packs/judging.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

const std::set<Role> kBureau{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                             Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
const std::set<Role> kCaseWorkers{Role::kDutyOfficer, Role::kInspector, Role::kCountyOfficer,
                                  Role::kAdmin};

std::size_t offset_of(const Paging& paging) { return (paging.page - 1) * paging.per_page; }

std::int64_t case_number(const Call& call) {
    const std::string text = call.parameter("id");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// What a person sent with a step of a case; every fault at once.
rules::Result<CaseStepDone> step_of(const Call& call, rules::CaseStep step) {
    const auto body =
        plans::parse_json(call.request.body.empty() ? "{}" : call.request.body, "body");
    if (!body) return body.error();
    CaseStepDone done;
    done.person = call.caller ? call.caller->id : "";
    done.note = plans::string_or(*body, "note");
    rules::Faults faults;
    if (step == rules::CaseStep::kConclude) {
        const std::string text = plans::string_or(*body, "conclusion");
        done.conclusion = rules::parse_conclusion(text);
        if (!done.conclusion) {
            faults.push_back({{"body", 0, 0},
                              "conclusion '" + text + "' is none",
                              "breach, meter_fault, wrong_inventory or justified",
                              rules::Severity::kError});
        }
    }
    const bool needs_note = step != rules::CaseStep::kSendInspector;
    if (needs_note && done.note.empty()) {
        faults.push_back({{"body", 0, 0},
                          "there is no note",
                          "say in 'note' what was found or said",
                          rules::Severity::kError});
    }
    if (const json::value* list = plans::find_member(*body, "checklist")) done.checklist = *list;
    if (!faults.empty()) return faults;
    return done;
}

// Whether the case is of the caller's region; one that does not exist is told apart later.
awaitable<bool> may_see_case(Context& context, const Call& call, std::int64_t number) {
    CaseQuery query;
    query.stem = caller_stem(call);
    if (query.stem.empty()) co_return true;
    auto work = [query, number](SQLite::Database& db) {
        const auto found = load_case(db, number);
        if (!found) return true;
        CaseQuery of_enterprise = query;
        of_enterprise.enterprise = found->enterprise;
        return count_cases(db, of_enterprise) > 0;
    };
    co_return co_await context.store.transact(std::move(work));
}

ApiResponse other_region() {
    return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
}

}  // namespace

void VerifyService::add_routes(Router& router) {
    const std::vector<FieldNote> note{{"note", "string", "what was found or said"}};
    router.add({"GET",
                "/api/v1/verdicts",
                kBureau,
                "Verdicts, the latest version of each window.",
                [this](const Call& call) { return get_verdicts(call); },
                {{"warning", "string", "id of a warning"},
                 {"enterprise", "string", "id of an enterprise"},
                 {"obligation", "string", "id of an obligation"},
                 {"compliance", "string", "compliant, breach_suspected, breach or cannot_tell"},
                 {"versions", "string", "all: every version, not the latest alone"}},
                {}});
    router.add({"POST",
                "/api/v1/warnings/{id}/rejudge",
                {Role::kDutyOfficer, Role::kAdmin},
                "Judge every window of a warning again, with late readings.",
                [this](const Call& call) { return post_rejudge(call); },
                {},
                {}});
    router.add({"GET",
                "/api/v1/cases",
                kBureau,
                "Cases, newest first.",
                [this](const Call& call) { return get_cases(call); },
                {{"state", "string", "lead, site_check, concluded, stated or closed"},
                 {"kind", "string", "lead or data_quality"},
                 {"enterprise", "string", "id of an enterprise"},
                 {"warning", "string", "id of a warning"}},
                {}});
    router.add({"GET",
                "/api/v1/cases/{id}",
                kBureau,
                "One case with all its steps.",
                [this](const Call& call) { return get_case(call); },
                {},
                {}});
    const auto add_step = [&](std::string_view path, std::string_view summary, rules::CaseStep step,
                              std::vector<FieldNote> body) {
        router.add({"POST",
                    "/api/v1/cases/{id}/" + std::string(path),
                    kCaseWorkers,
                    std::string(summary),
                    [this, step](const Call& call) { return post_step(call, step); },
                    {},
                    std::move(body)});
    };
    add_step("site-check", "Send an inspector.", rules::CaseStep::kSendInspector, note);
    add_step("conclusion", "Conclude after the site check.", rules::CaseStep::kConclude,
             {{"conclusion", "string", "breach, meter_fault, wrong_inventory or justified"},
              {"note", "string", "what was found"},
              {"checklist", "object", "items of the site check"}});
    add_step("statement", "Record the enterprise's statement.", rules::CaseStep::kState, note);
    add_step("close", "Close a concluded case.", rules::CaseStep::kClose, note);
    router.add(
        {"GET",
         "/api/v1/meters/{meter}/series",
         kBureau,
         "Power of one meter with its baseline and cap.",
         [this](const Call& call) { return get_series(call); },
         {{"from", "string", "instant; 40 days before 'to' at most"}, {"to", "string", "instant"}},
         {}});
}

awaitable<ApiResponse> VerifyService::get_verdicts(const Call& call) {
    const Paging paging = paging_of(call);
    VerdictQuery query;
    query.warning = call.query_value("warning").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.obligation = call.query_value("obligation").value_or("");
    query.compliance = call.query_value("compliance").value_or("");
    query.all_versions = call.query_value("versions") == "all";
    query.stem = caller_stem(call);
    query.offset = offset_of(paging);
    query.limit = paging.per_page;
    const rules::Zone zone = context_.pack->zone;
    auto work = [query, zone](SQLite::Database& db) {
        json::array items;
        for (const StoredVerdict& stored : list_verdicts(db, query, zone)) {
            items.push_back(to_json(stored, zone));
        }
        return std::pair{std::move(items), count_verdicts(db, query)};
    };
    auto [items, total] = co_await context_.store.transact(std::move(work));
    co_return answer_page(std::move(items), paging, total);
}

awaitable<ApiResponse> VerifyService::post_rejudge(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    std::string warning = call.parameter("id");
    auto find = [warning](SQLite::Database& db) {
        SQLite::Statement row(db, "SELECT 1 FROM warnings WHERE id = ?");
        row.bind(1, warning);
        return row.executeStep();
    };
    const bool is_known = co_await context_.store.transact(std::move(find));
    if (!is_known) co_return answer_problem(404, "没有这个预警", "no such warning");
    const TickCounts counts = co_await rejudge(std::move(warning));
    json::object answer{{"windows", counts.windows},
                        {"judged", counts.judged},
                        {"changed", counts.changed},
                        {"cases_opened", counts.cases}};
    co_return answer_json(answer);
}

awaitable<ApiResponse> VerifyService::get_cases(const Call& call) {
    const Paging paging = paging_of(call);
    CaseQuery query;
    query.state = call.query_value("state").value_or("");
    query.kind = call.query_value("kind").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.warning = call.query_value("warning").value_or("");
    query.stem = caller_stem(call);
    query.offset = offset_of(paging);
    query.limit = paging.per_page;
    const rules::Zone zone = context_.pack->zone;
    auto work = [query, zone](SQLite::Database& db) {
        json::array items;
        for (const StoredCase& stored : list_cases(db, query))
            items.push_back(to_json(stored, zone));
        return std::pair{std::move(items), count_cases(db, query)};
    };
    auto [items, total] = co_await context_.store.transact(std::move(work));
    co_return answer_page(std::move(items), paging, total);
}

awaitable<ApiResponse> VerifyService::get_case(const Call& call) {
    const std::int64_t number = case_number(call);
    if (!co_await may_see_case(context_, call, number)) co_return other_region();
    const rules::Zone zone = context_.pack->zone;
    auto work = [number, zone](SQLite::Database& db) -> std::optional<json::value> {
        const auto stored = load_case(db, number);
        if (!stored) return std::nullopt;
        return case_story(db, *stored, zone);
    };
    const auto story = co_await context_.store.transact(std::move(work));
    if (!story) co_return answer_problem(404, "没有这个线索", "no such case");
    co_return answer_json(*story);
}

awaitable<ApiResponse> VerifyService::post_step(const Call& call, rules::CaseStep step) {
    const auto done = step_of(call, step);
    if (!done) co_return answer_problem(400, "请求有误", "bad request", done.error());
    const std::int64_t number = case_number(call);
    if (!co_await may_see_case(context_, call, number)) co_return other_region();
    const rules::Instant now = context_.clock.now();
    const std::string remote = call.request.remote;
    const Repeat repeat = repeat_of(call);
    const rules::Zone zone = context_.pack->zone;
    auto work = [number, step, now, remote, repeat, zone,
                 given = *done](SQLite::Database& db) -> ApiResponse {
        if (auto earlier = answer_of_repeat(db, repeat)) return *earlier;
        if (!load_case(db, number)) return answer_problem(404, "没有这个线索", "no such case");
        const auto taken = take_step(db, number, step, given, now);
        if (!taken) {
            return answer_problem(409, "现在不能这样做", "not possible now", taken.error());
        }
        json::object detail{{"note", given.note}, {"state", rules::to_text(taken->state)}};
        if (given.conclusion) detail["conclusion"] = rules::to_text(*given.conclusion);
        append_audit(db, {now, given.person, remote, "case." + std::string(rules::to_text(step)),
                          std::to_string(number), detail});
        append_event(db, now, "case",
                     json::object{{"number", number}, {"state", rules::to_text(taken->state)}});
        ApiResponse answer = answer_json(to_json(*taken, zone));
        keep_answer(db, repeat, answer, now);
        return answer;
    };
    ApiResponse answer = co_await context_.store.transact(std::move(work));
    context_.events.wake();
    co_return answer;
}

awaitable<ApiResponse> VerifyService::get_series(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const rules::Zone zone = context_.pack->zone;
    const rules::Instant now = context_.clock.now();
    rules::Span span{now - std::chrono::hours{72}, now};
    rules::Faults faults;
    for (const auto& [name, place] : {std::pair{"from", &span.from}, std::pair{"to", &span.to}}) {
        const auto text = call.query_value(name);
        if (!text) continue;
        const auto at = rules::parse_instant(*text, zone);
        if (at)
            *place = *at;
        else
            faults.push_back({{name, 0, 0},
                              "'" + *text + "' is no time",
                              "2016-12-16T20:00:00+08:00",
                              rules::Severity::kError});
    }
    if (span.from >= span.to || span.length() > kSeriesSpanMax) {
        faults.push_back({{"from", 0, 0},
                          "the span is empty or longer than 40 days",
                          "from before to, at most 40 days",
                          rules::Severity::kError});
    }
    if (!faults.empty()) co_return answer_problem(400, "请求有误", "bad request", faults);
    const auto inventory = context_.inventories.current();
    const rules::JudgingParameters parameters = plans::judging_parameters(*context_.pack);
    const std::string meter = call.parameter("meter");
    auto work = [&, span](SQLite::Database& db) {
        return load_series_views(db, {*inventory, parameters, zone}, {meter}, span);
    };
    const auto views = co_await context_.store.transact(std::move(work));
    if (views.empty()) co_return answer_problem(404, "清单中没有这块电表", "no such meter");
    co_return answer_json(to_json(views.front(), zone));
}

}  // namespace qk::daemon
