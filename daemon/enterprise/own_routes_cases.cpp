// The enterprise in its cases: what was concluded, what it says to that (陈述、申辩), and that it
// has put things right (整改完成). The steps are those of plans/casework, taken at the same desk as
// the bureau's own.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/enterprise.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/compliance/case_desk.hpp"
#include "daemon/compliance/case_step_body.hpp"
#include "daemon/compliance/case_view.hpp"
#include "daemon/enterprise/own_caller.hpp"
#include "daemon/enterprise/own_routes.hpp"
#include "daemon/enterprise/own_view.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

// The newest: an enterprise with more has been told of the others for years.
constexpr std::size_t kOwnCasesMax = 1000;
constexpr std::size_t kOwnFilesMax = 20;  // of one case, from the enterprise

OwnView view_of(const Context& context) {
    return {context.pack->zone, context.config->limits.receipts};
}
CaseRules case_rules_of(const Context& context) {
    return {context.pack->approval.four_eyes, context.pack->zone,
            plans::consequences_of(*context.pack)};
}
std::int64_t case_number(const Call& call) {
    return rules::parse_whole(call.parameter("id"), 1, rules::kWholeMost).value_or(0);
}
ApiResponse no_such_case() { return answer_problem(404, "没有这个线索", "no such case"); }
ApiResponse wrong_content(const rules::Faults& faults) {
    return answer_problem(422, "内容有误", "the content is wrong", faults);
}

// One that is another's, or that it may not see yet, is answered as one that is not there.
std::optional<StoredCase> own_case(Session& db, std::int64_t number, const OwnCaller& own) {
    auto row = load_case(db, number);
    const bool is_shown = row && row->enterprise == own.enterprise && may_be_seen(*row);
    return is_shown ? std::move(row) : std::nullopt;
}

awaitable<ApiResponse> list_own_cases(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const Paging paging = paging_of(call);
    CaseQuery query;
    query.enterprise = own->enterprise;
    query.limit = kOwnCasesMax;
    const OwnView view = view_of(context);
    // Those that are not shown are not counted either: a sum would tell of them.
    auto work = [&](Session& db) {
        std::vector<StoredCase> rows = list_cases(db, query);
        std::erase_if(rows, [](const StoredCase& row) { return !may_be_seen(row); });
        const std::size_t begin = std::min((paging.page - 1) * paging.per_page, rows.size());
        const std::size_t end = std::min(begin + paging.per_page, rows.size());
        json::array items;
        for (std::size_t at = begin; at < end; ++at) {
            items.emplace_back(view.one_case(db, rows[at]));
        }
        return answer_page(std::move(items), paging, rows.size());
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

awaitable<ApiResponse> add_own_file(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const rules::Zone zone = context.pack->zone;
    const auto given = read_case_file(call, context.clock.now(), zone);
    if (!given) co_return wrong_content(given.error());
    const std::int64_t number = case_number(call);
    auto work = [&](Session& db) {
        const auto row = own_case(db, number, *own);
        if (!row) return no_such_case();
        if (row->standing.state == plans::CaseState::kClosed) {
            return answer_problem(409, "已经销号", "the case has come to its end");
        }
        std::size_t from_here = 0;
        for (const CaseFileRow& one : files_of_case(db, number)) {
            if (one.person != own->person) continue;
            if (one.sha256 == given->row.sha256) return answer_json(case_file_json(one, zone), 201);
            ++from_here;
        }
        if (from_here >= kOwnFilesMax) {
            return answer_problem(409, "该线索的附件已达上限",
                                  "the case has as many files as may be");
        }
        CaseFileRow file = given->row;
        file.number = store_case_file(db, number, file, given->content);
        json::object detail = case_file_json(file, zone);
        append_audit(db, {file.at, file.person, call.request.remote, "case.file",
                          std::to_string(number), detail});
        return answer_json(detail, 201);
    };
    co_return co_await answer_once(context.store, call, std::move(work));
}

awaitable<ApiResponse> take_own_step(Context& context, Call call, plans::CaseAct act) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const CaseActor actor{call.request.remote, context.clock.now()};
    const CaseRules case_rules = case_rules_of(context);
    const auto given = read_case_step(call, act, actor.now, case_rules.zone);
    if (!given) co_return wrong_content(given.error());
    const std::int64_t number = case_number(call);
    const OwnView view = view_of(context);
    auto work = [&](Session& db) {
        const auto row = own_case(db, number, *own);
        if (!row) return no_such_case();
        const auto taken = take_case_step(db, *row, *given, actor, case_rules);
        if (!taken) return answer_problem(409, "现在不能这样做", "not possible now", taken.error());
        return answer_json(view.one_case(db, *taken));
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

}  // namespace

void add_own_case_routes(Router& router, Context& context) {
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kListOwnCases, kEnterprises, with(list_own_cases));
    router.serve(operation::kAddOwnCaseFile, kEnterprises, with(add_own_file));
    router.serve(operation::kStateOwnCase, kEnterprises, [&context](const Call& call) {
        return take_own_step(context, call, plans::CaseAct::kState);
    });
    router.serve(operation::kReportOwnRectified, kEnterprises, [&context](const Call& call) {
        return take_own_step(context, call, plans::CaseAct::kReportMended);
    });
}

}  // namespace qk::daemon
