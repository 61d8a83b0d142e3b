#include <boost/json/array.hpp>
#include <memory>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/causes.hpp"
#include "daemon/warnings/requests.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

ApiResponse no_such_cause() { return answer_problem(404, "没有这条成因认定", "no such statement"); }

ApiResponse list_answer(Session& db, const DeskView& desk, const Call& call) {
    const Paging paging = paging_of(call);
    json::array items;
    for (const CauseRow& row :
         list_causes(db, (paging.page - 1) * paging.per_page, paging.per_page)) {
        items.emplace_back(cause_view(row, *desk.pack));
    }
    return answer_page(std::move(items), paging, count_causes(db));
}

ApiResponse state_answer(Session& db, const DeskView& desk, const DeskPerson& person,
                         const plans::StatedCause& stated) {
    if (const auto refused = may_not_state(db, desk, {stated})) return answer_refused(*refused);
    const std::int64_t number = state_cause(db, desk, person, stated, {});
    return answer_json(cause_view(load_cause(db, number).value(), *desk.pack), 201);
}

ApiResponse withdraw_answer(Session& db, const DeskView& desk, const DeskPerson& person,
                            std::int64_t number, const std::string& why) {
    if (!load_cause(db, number)) return no_such_cause();
    if (!take_back_cause(db, desk, person, {number, why})) {
        return answer_problem(409, "这条成因认定已撤销", "the statement is withdrawn already");
    }
    return answer_json(cause_view(load_cause(db, number).value(), *desk.pack));
}

}  // namespace

asio::awaitable<ApiResponse> WarningService::write_and_assess(Call call, Work work) {
    ApiResponse answer = co_await write(std::move(call), std::move(work));
    if (answer.status < 300) (void)co_await assess();
    co_return answer;
}

void WarningService::add_cause_routes(Router& router) {
    router.serve(operation::kListCauses, kReaders, [this](const Call& call) {
        Work work = [call](Session& db, const DeskView& desk, const DeskPerson&) {
            return list_answer(db, desk, call);
        };
        return read(call.reader(), ReadPace::kQuick, std::move(work));
    });
    router.serve(operation::kStateCause, kDesk, [this](const Call& call) {
        auto parsed = read_cause(call.request.body);
        const auto request = std::make_shared<const decltype(parsed)>(std::move(parsed));
        Work work = [request](Session& db, const DeskView& desk,
                              const DeskPerson& person) -> ApiResponse {
            if (!*request) return answer_faults(request->error());
            return state_answer(db, desk, person, **request);
        };
        return write_and_assess(call, std::move(work));
    });
    router.serve(operation::kWithdrawCause, kDesk, [this](const Call& call) {
        auto parsed = read_reason(call.request.body);
        const auto request = std::make_shared<const decltype(parsed)>(std::move(parsed));
        const std::string number = call.parameter("number");
        Work work = [request, number](Session& db, const DeskView& desk,
                                      const DeskPerson& person) -> ApiResponse {
            const auto which = rules::parse_whole(number, 1, rules::kWholeMost);
            if (!which) return no_such_cause();
            if (!*request) return answer_faults(request->error());
            return withdraw_answer(db, desk, person, *which, **request);
        };
        return write_and_assess(call, std::move(work));
    });
}

}  // namespace qk::daemon
