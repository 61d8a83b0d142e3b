// The API of verdicts, cases and power curves.

#include <charconv>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/series_view.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/packs/judging.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr CursorKind kVerdictsCursor{"verdicts", "ttnn"};
constexpr CursorKind kCasesCursor{"cases", "n"};

json::array place_of(const StoredVerdict& stored) {
    return {json::string(stored.enterprise), json::string(stored.verdict.obligation),
            stored.window_from.time_since_epoch().count(), stored.version};
}

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
    rules::Faults faults = faults_of_said(*body);
    if (step == rules::CaseStep::kConclude) {
        const std::string text = plans::string_or(*body, "conclusion");
        done.conclusion = rules::parse_conclusion(text);
        if (!done.conclusion) {
            faults.push_back({{"body", 0, 0},
                              "'" + text + "' is not a conclusion",
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
    query.region_prefix = caller_region_prefix(call);
    if (query.region_prefix.empty()) co_return true;
    auto work = [query, number](Session& db) {
        const auto found = load_case(db, number);
        if (!found) return true;
        CaseQuery of_enterprise = query;
        of_enterprise.enterprise = found->enterprise;
        return count_cases(db, of_enterprise) > 0;
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

ApiResponse other_region() {
    return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
}

}  // namespace

void VerifyService::add_routes(Router& router) {
    router.serve("listVerdicts", kReaders, [this](const Call& call) { return get_verdicts(call); });
    router.serve("exportVerdictEvidence", kCaseWorkers,
                 [this](const Call& call) { return get_evidence(call); });
    router.serve("rejudgeWarning", kJudges,
                 [this](const Call& call) { return post_rejudge(call); });
    router.serve("listCases", kReaders, [this](const Call& call) { return get_cases(call); });
    router.serve("showCase", kReaders, [this](const Call& call) { return get_case(call); });
    const auto serve_step = [this, &router](OperationId id, rules::CaseStep step) {
        router.serve(id, kCaseWorkers,
                     [this, step](const Call& call) { return post_step(call, step); });
    };
    serve_step("sendInspector", rules::CaseStep::kSendInspector);
    serve_step("concludeCase", rules::CaseStep::kConclude);
    serve_step("recordStatement", rules::CaseStep::kState);
    serve_step("closeCase", rules::CaseStep::kClose);
    router.serve("showMeterSeries", kReaders,
                 [this](const Call& call) { return get_series(call); });
}

awaitable<ApiResponse> VerifyService::get_verdicts(const Call& call) {
    const auto read = cursor_paging_of(call, kVerdictsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    VerdictQuery query;
    query.warning = call.query_value("warning").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.obligation = call.query_value("obligation").value_or("");
    query.compliance = call.query_value("compliance").value_or("");
    query.all_versions = call.query_value("versions") == "all";
    query.region_prefix = caller_region_prefix(call);
    query.offset = paging.offset();
    query.limit = paging.page.per_page;
    if (paging.goes_on()) {
        const rules::Instant from{std::chrono::seconds{paging.number_after(2)}};
        query.after = {paging.text_after(0), paging.text_after(1), from, paging.number_after(3)};
    }
    const rules::Zone zone = context_.pack->zone;
    auto work = [&query, &paging, zone](Session& db) {
        CursorPage page;
        for (const StoredVerdict& stored : list_verdicts(db, query, zone)) {
            page.items.push_back(to_json(stored, zone));
            page.last = place_of(stored);
        }
        // One that cannot be read any more is left out, so a page may be short and not the last.
        page.is_last = page.items.empty();
        const auto count = [&] { return count_verdicts(db, query); };
        return answer_cursor_page(std::move(page), paging, kVerdictsCursor, count);
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

awaitable<ApiResponse> VerifyService::post_rejudge(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    std::string warning = call.parameter("id");
    auto find = [warning](Session& db) { return has_warning(db, warning); };
    const bool is_known = co_await context_.store.read(std::move(find), call.reader());
    if (!is_known) co_return answer_problem(404, "没有这个预警", "no such warning");
    const PassCounts counts = co_await rejudge(std::move(warning));
    json::object answer{{"windows", counts.windows},
                        {"judged", counts.judged},
                        {"changed", counts.changed},
                        {"cases_opened", counts.cases}};
    co_return answer_json(answer);
}

awaitable<ApiResponse> VerifyService::get_cases(const Call& call) {
    const auto read = cursor_paging_of(call, kCasesCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    CaseQuery query;
    query.state = call.query_value("state").value_or("");
    query.kind = call.query_value("kind").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.warning = call.query_value("warning").value_or("");
    query.region_prefix = caller_region_prefix(call);
    query.offset = paging.offset();
    query.limit = paging.page.per_page;
    query.below = paging.below();
    const rules::Zone zone = context_.pack->zone;
    auto work = [&query, &paging, zone](Session& db) {
        json::array items;
        for (const StoredCase& stored : list_cases(db, query))
            items.push_back(to_json(stored, zone));
        const auto count = [&] { return count_cases(db, query); };
        return answer_numbered_page(std::move(items), paging, kCasesCursor, count);
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

awaitable<ApiResponse> VerifyService::get_case(const Call& call) {
    const std::int64_t number = case_number(call);
    if (!co_await may_see_case(context_, call, number)) co_return other_region();
    const rules::Zone zone = context_.pack->zone;
    auto work = [number, zone](Session& db) -> std::optional<json::value> {
        const auto stored = load_case(db, number);
        if (!stored) return std::nullopt;
        return case_story(db, *stored, zone);
    };
    const auto story = co_await context_.store.read(std::move(work), call.reader());
    if (!story) co_return answer_problem(404, "没有这个线索", "no such case");
    co_return answer_json(*story);
}

awaitable<ApiResponse> VerifyService::post_step(const Call& call, rules::CaseStep step) {
    const auto done = step_of(call, step);
    if (!done) co_return answer_problem(422, "内容有误", "the content is wrong", done.error());
    const std::int64_t number = case_number(call);
    if (!co_await may_see_case(context_, call, number)) co_return other_region();
    const rules::Instant now = context_.clock.now();
    const std::string remote = call.request.remote;
    const rules::Zone zone = context_.pack->zone;
    auto work = [number, step, now, remote, zone, given = *done](Session& db) -> ApiResponse {
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
        return answer_json(to_json(*taken, zone));
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
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
                              rules::not_a_time(*text),
                              rules::kTimeCure,
                              rules::Severity::kError});
    }
    if (span.from >= span.to || span.length() > kSeriesSpanMax) {
        faults.push_back({{"from", 0, 0},
                          "the span is empty or longer than 40 days",
                          "from before to, at most 40 days",
                          rules::Severity::kError});
    }
    if (!faults.empty()) co_return answer_problem(422, "参数有误", "the query is wrong", faults);
    const auto inventory = context_.inventories.current();
    const rules::JudgingParameters parameters = plans::judging_parameters(*context_.pack);
    const std::string meter = call.parameter("meter");
    auto work = [&, span](Session& db) {
        return load_series_views(db, {*inventory, parameters, zone}, {meter}, span);
    };
    const auto views = co_await context_.store.read_slowly(std::move(work), call.reader());
    if (views.empty()) co_return answer_problem(404, "清单中没有这块电表", "no such meter");
    co_return answer_json(to_json(views.front(), zone));
}

}  // namespace qk::daemon
