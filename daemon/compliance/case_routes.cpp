#include "daemon/compliance/case_routes.hpp"

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/compliance.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/compliance/case_desk.hpp"
#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/case_step_body.hpp"
#include "daemon/compliance/case_view.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr CursorKind kCasesCursor{"cases", "n"};
constexpr std::size_t kCaseFilesMax = 200;  // of one case

std::int64_t number_in(const Call& call, const char* parameter) {
    return rules::parse_whole(call.parameter(parameter), 1, rules::kWholeMost).value_or(0);
}
std::string person_of(const Call& call) { return call.caller ? call.caller->id : ""; }

CaseRules rules_for_lists(const Context& context) {
    return {context.pack->approval.four_eyes, context.pack->zone, {}};
}
// With what may be proposed, which takes the pack's text to be read.
CaseRules rules_in_full(const Context& context) {
    return {context.pack->approval.four_eyes, context.pack->zone,
            plans::consequences_of(*context.pack)};
}

ApiResponse no_such_case() { return answer_problem(404, "没有这个线索", "no such case"); }
ApiResponse other_region() {
    return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
}
ApiResponse wrong_content(const rules::Faults& faults) {
    return answer_problem(422, "内容有误", "the content is wrong", faults);
}

// Whether the case is of the caller's region.
bool may_see(Session& db, const StoredCase& row, const std::string& region_prefix) {
    if (region_prefix.empty()) return true;
    CaseQuery of_enterprise;
    of_enterprise.region_prefix = region_prefix;
    of_enterprise.enterprise = row.enterprise;
    return count_cases(db, of_enterprise) > 0;
}

CaseQuery query_in(const Call& call) {
    CaseQuery query;
    query.state = call.query_value("state").value_or("");
    query.kind = call.query_value("kind").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.warning = call.query_value("warning").value_or("");
    query.region_prefix = caller_region_prefix(call);
    return query;
}

awaitable<ApiResponse> list(Context& context, Call call) {
    const auto read = cursor_paging_of(call, kCasesCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    CaseQuery query = query_in(call);
    query.offset = paging.offset();
    query.limit = paging.page.per_page;
    query.below = paging.below();
    const CaseRules case_rules = rules_for_lists(context);
    const std::string person = person_of(call);
    auto work = [&](Session& db) {
        json::array items;
        for (const StoredCase& row : list_cases(db, query)) {
            items.emplace_back(case_json(row, case_rules, person));
        }
        const auto count = [&] { return count_cases(db, query); };
        return answer_numbered_page(std::move(items), paging, kCasesCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

awaitable<ApiResponse> show(Context& context, Call call) {
    const std::int64_t number = number_in(call, "id");
    const std::string prefix = caller_region_prefix(call);
    const CaseRules case_rules = rules_in_full(context);
    const std::string person = person_of(call);
    const rules::Instant now = context.clock.now();
    auto work = [&](Session& db) {
        const auto row = load_case(db, number);
        if (!row) return no_such_case();
        if (!may_see(db, *row, prefix)) return other_region();
        return answer_json(case_story(db, *row, case_rules, person, now));
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

awaitable<ApiResponse> take_step(Context& context, Call call, plans::CaseAct act) {
    const CaseActor actor{call.request.remote, context.clock.now()};
    const CaseRules case_rules = rules_in_full(context);
    const auto given = read_case_step(call, act, actor.now, case_rules.zone);
    if (!given) co_return wrong_content(given.error());
    const std::int64_t number = number_in(call, "id");
    const std::string prefix = caller_region_prefix(call);
    auto work = [&](Session& db) {
        const auto row = load_case(db, number);
        if (!row) return no_such_case();
        if (!may_see(db, *row, prefix)) return other_region();
        const auto taken = take_case_step(db, *row, *given, actor, case_rules);
        if (!taken) {
            return answer_problem(409, "现在不能这样做", "not possible now", taken.error());
        }
        return answer_json(case_json(*taken, case_rules, given->asked.person));
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

ApiResponse keep_file(Session& db, const StoredCase& row, CaseFileGiven given,
                      const std::string& remote, rules::Zone zone) {
    if (row.standing.state == plans::CaseState::kClosed) {
        return answer_problem(409, "已经销号", "the case has come to its end");
    }
    const std::vector<CaseFileRow> files = files_of_case(db, row.number);
    for (const CaseFileRow& one : files) {
        if (one.sha256 == given.row.sha256) return answer_json(case_file_json(one, zone), 201);
    }
    if (files.size() >= kCaseFilesMax) {
        return answer_problem(409, fmt::format("该线索已有{}个附件", kCaseFilesMax),
                              fmt::format("the case has {} files", kCaseFilesMax));
    }
    given.row.number = store_case_file(db, row.number, given.row, given.content);
    json::object detail = case_file_json(given.row, zone);
    append_audit(db, {given.row.at, given.row.person, remote, "case.file",
                      std::to_string(row.number), detail});
    return answer_json(detail, 201);
}

awaitable<ApiResponse> add_file(Context& context, Call call) {
    const rules::Zone zone = context.pack->zone;
    const auto given = read_case_file(call, context.clock.now(), zone);
    if (!given) co_return wrong_content(given.error());
    const std::int64_t number = number_in(call, "id");
    const std::string prefix = caller_region_prefix(call);
    auto work = [&](Session& db) {
        const auto row = load_case(db, number);
        if (!row) return no_such_case();
        if (!may_see(db, *row, prefix)) return other_region();
        return keep_file(db, *row, *given, call.request.remote, zone);
    };
    co_return co_await answer_once(context.store, call, std::move(work));
}

awaitable<ApiResponse> show_file(Context& context, Call call) {
    const std::int64_t number = number_in(call, "id");
    const std::int64_t file = number_in(call, "file");
    const std::string prefix = caller_region_prefix(call);
    auto work = [&](Session& db) {
        const auto row = load_case(db, number);
        if (!row) return no_such_case();
        if (!may_see(db, *row, prefix)) return other_region();
        auto content = content_of_case_file(db, number, file);
        if (!content) return answer_problem(404, "没有这个附件", "no such file");
        ApiResponse answer;
        // Whatever it is, a browser keeps it and does not run it.
        answer.content_type = "application/octet-stream";
        answer.body = *std::move(content);
        answer.headers.emplace_back("Content-Disposition", "attachment");
        answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
        return answer;
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

}  // namespace

void add_case_routes(Router& router, Context& context) {
    router.serve(operation::kListCases, kReaders,
                 [&context](const Call& call) { return list(context, call); });
    router.serve(operation::kShowCase, kReaders,
                 [&context](const Call& call) { return show(context, call); });
    router.serve(operation::kAddCaseFile, kCaseWorkers,
                 [&context](const Call& call) { return add_file(context, call); });
    router.serve(operation::kShowCaseFile, kReaders,
                 [&context](const Call& call) { return show_file(context, call); });
    const auto serve_step = [&](OperationId id, plans::CaseAct act) {
        router.serve(id, kCaseWorkers,
                     [&context, act](const Call& call) { return take_step(context, call, act); });
    };
    serve_step(operation::kSendInspector, plans::CaseAct::kSend);
    serve_step(operation::kRecordSiteCheck, plans::CaseAct::kCheck);
    serve_step(operation::kConcludeCase, plans::CaseAct::kConclude);
    serve_step(operation::kRecordStatement, plans::CaseAct::kState);
    serve_step(operation::kDecideStatement, plans::CaseAct::kDecide);
    serve_step(operation::kOrderRectification, plans::CaseAct::kOrderMending);
    serve_step(operation::kReportRectified, plans::CaseAct::kReportMended);
    serve_step(operation::kRecheckCase, plans::CaseAct::kRecheck);
    serve_step(operation::kCloseCase, plans::CaseAct::kClose);
    serve_step(operation::kWithdrawCase, plans::CaseAct::kWithdraw);
}

}  // namespace qk::daemon
