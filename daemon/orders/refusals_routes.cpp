// The API of refusals.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/orders.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/orders/order_json.hpp"
#include "daemon/orders/refusals.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/trimmed.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr CursorKind kRefusalsCursor{"refusals", "n"};

struct SaidAnswer {
    RefusalAct act;
    json::value body;
};

rules::Result<SaidAnswer> read_answer(Context& context, const Call& call) {
    auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    SaidAnswer said;
    RefusalAct& act = said.act;
    act.enterprise = call.parameter("enterprise");
    act.person = call.caller->id;
    act.person_region = call.caller->region;
    act.remote = call.request.remote;
    act.now = latest_now(context);
    act.zone = context.pack->zone;
    act.reason = std::string(plans::trimmed(plans::string_or(*body, "reason")));
    if (act.reason.empty()) {
        faults.push_back(
            {{"body", 0, 0}, "reason 缺失 / is missing", "理由 / why", rules::Severity::kError});
    }
    const double unsaid = plans::find_member(*body, "revision") == nullptr ? 0 : -1;
    const auto revision =
        rules::whole_of(plans::number_or(*body, "revision", unsaid), 0, rules::kWholeMost);
    if (!revision) {
        faults.push_back({{"body", 0, 0},
                          "revision 不是整数 / is not a whole number",
                          "指令版次 / that of the order's document",
                          rules::Severity::kError});
    }
    if (!faults.empty()) return faults;
    act.revision = *revision;
    said.body = *std::move(body);
    return said;
}

ApiResponse answer_wrong(const rules::Faults& faults) {
    return answer_problem(422, "答复有误", "the answer is wrong", faults);
}

asio::awaitable<ApiResponse> run_act(Context& context, const Call& call,
                                     std::function<ApiResponse(Session&)> work) {
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> post_confirm(Context& context, const Call& call) {
    const auto said = read_answer(context, call);
    if (!said) co_return answer_wrong(said.error());
    const RefusalAct act = said->act;
    const plans::SigningKey& key = context.signing_key;
    std::function<ApiResponse(Session&)> work = [act, &key](Session& db) {
        return confirm_refusal(db, act, key);
    };
    co_return co_await run_act(context, call, std::move(work));
}

asio::awaitable<ApiResponse> post_amend(Context& context, const Call& call) {
    const auto said = read_answer(context, call);
    if (!said) co_return answer_wrong(said.error());
    const auto read = read_changes(said->body, context.pack->zone);
    if (!read) co_return answer_wrong(read.error());
    const RefusalAct act = said->act;
    const std::vector<ObligationChange> changes = *read;
    const plans::SigningKey& key = context.signing_key;
    std::function<ApiResponse(Session&)> work = [act, changes, &key](Session& db) {
        return amend_order(db, act, changes, key);
    };
    co_return co_await run_act(context, call, std::move(work));
}

asio::awaitable<ApiResponse> post_insist(Context& context, const Call& call) {
    const auto said = read_answer(context, call);
    if (!said) co_return answer_wrong(said.error());
    const RefusalAct act = said->act;
    std::function<ApiResponse(Session&)> work = [act](Session& db) {
        return insist_on_order(db, act);
    };
    co_return co_await run_act(context, call, std::move(work));
}

asio::awaitable<ApiResponse> get_refusals(Context& context, const Call& call) {
    const auto read = cursor_paging_of(call, kRefusalsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    std::optional<RefusalStanding> standing;
    if (const auto asked = call.query_value("standing"); asked && !asked->empty()) {
        standing = parse_refusal_standing(*asked);
        if (!standing) {
            co_return answer_problem(400, "没有这种状态", "standing is not one of a refusal");
        }
    }
    const std::string region_prefix = caller_region_prefix(call);
    const OrderJson as{context.pack->zone, context.config->limits.receipts};
    auto work = [&](Session& db) {
        json::array items;
        for (const RefusalRow& row :
             list_refusals(db, standing, paging.newest_first(), region_prefix)) {
            items.push_back(as.refusal(row));
        }
        const auto count = [&] { return count_refusals(db, standing, region_prefix); };
        return answer_numbered_page(std::move(items), paging, kRefusalsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

}  // namespace

void add_refusal_routes(Context& context, Router& router) {
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kListRefusals, kReaders, with(get_refusals));
    router.serve(operation::kConfirmRefusal, kSigners, with(post_confirm));
    router.serve(operation::kAmendRefusedOrder, kSigners, with(post_amend));
    router.serve(operation::kInsistOnOrder, kDesk, with(post_insist));
}

}  // namespace qk::daemon
